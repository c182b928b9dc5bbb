//! Use case: is a file what it should be? By its bytes, never by its name. Pictures are decoded within limits and encoded anew, so
//! that neither the camera's place and time nor anything hidden in the file is kept.

use std::io::Cursor;

use anyhow::Context;
use axum::body::Bytes;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::{DynamicImage, ImageDecoder, ImageError, Limits};
use sha2::{Digest, Sha256};

use super::take::{StoredPaper, cut_of, read};
use super::{Crop, LARGEST, PaperKind, PaperRefusal, Upload, pdf, photo};
use crate::App;
use crate::access::{UseCase, UseCaseError};

/// Most pixels of a picture.
const MOST_PIXELS: u64 = 40_000_000;

/// Most bytes a decoder may ask for: so many pixels, four bytes each, and something to work with.
const MOST_MEMORY: u64 = MOST_PIXELS * 4 + 20_000_000;

/// How well pictures are kept when they are encoded anew, of 100.
const QUALITY: u8 = 88;

/// A file that passed, as it will be stored.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(super) kind: PaperKind,
    pub(super) file_name: String,
    pub(super) media_type: &'static str,
    pub(super) bytes: Bytes,
    pub(super) sha256: String,
    pub(super) size: Option<(u32, u32)>,
    pub(super) cut: Option<Cut>,
}

/// What a photo was cut from, and how.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub(super) whole: Whole,
    pub(super) crop: Crop,
}

/// The whole picture of a photo.
#[derive(Debug, Clone)]
pub(super) enum Whole {
    /// Just sent in.
    New(Box<Checked>),
    /// Kept already, by its key.
    Kept(String),
}

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Jpeg,
    Png,
    Pdf,
}

impl Content {
    fn of(bytes: &[u8]) -> Result<Self, PaperRefusal> {
        let apple = |brand: &[u8]| brand.starts_with(b"hei") || brand.starts_with(b"hev") || brand == b"mif1" || brand == b"msf1";
        match bytes {
            [] => Err(PaperRefusal::Empty),
            [0xFF, 0xD8, 0xFF, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(Self::Png),
            [b'%', b'P', b'D', b'F', b'-', ..] => Ok(Self::Pdf),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if brand.get(..4).is_some_and(apple) => Err(PaperRefusal::Heic),
            _ => Err(PaperRefusal::Unknown),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Pdf => "PDF",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// A picture that calls itself a PDF, or the other way round, was mistaken for another file. Telephones call a PNG `.jpg`.
    fn named_otherwise(self, file_name: &str) -> bool {
        let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        match ending.as_str() {
            "jpg" | "jpeg" | "png" => self == Self::Pdf,
            "pdf" => self != Self::Pdf,
            _ => false,
        }
    }
}

/// Checks a file and makes what will be stored of it. Slow, so not inside a transaction.
///
/// # Errors
/// [`PaperRefusal`].
pub async fn inspect(app: &App, kind: PaperKind, upload: &Upload) -> UseCase<Checked, PaperRefusal> {
    checked_size(upload)?;
    let upload = upload.clone();
    on_own_thread(app, move || look(kind, &upload))
        .await?
        .map_err(UseCaseError::Refused)
}

/// A file with many applications, kept as it came: the room that works through it judges it. Slow, so not inside a transaction.
#[must_use]
pub fn as_it_came(upload: &Upload, media_type: &'static str) -> Checked {
    Checked {
        kind: PaperKind::Bulk,
        file_name: upload.file_name.clone(),
        media_type,
        sha256: hex::encode(Sha256::digest(&upload.bytes)),
        bytes: upload.bytes.clone(),
        size: None,
        cut: None,
    }
}

/// Cuts another part out of the whole picture that a photo was cut from. `None`: it is no photo, or its picture is not kept any more.
/// Slow, so not inside a transaction.
///
/// # Errors
/// [`PaperRefusal`].
pub async fn cut_anew(app: &App, photo: &str, crop: Crop) -> UseCase<Option<Checked>, PaperRefusal> {
    let stored = {
        let tx = app.db().read().await?;
        match cut_of(&tx, photo).await? {
            Some(cut) => read(app, &tx, &cut.whole).await.map_err(UseCaseError::Broken)?,
            None => None,
        }
    };
    let Some(StoredPaper { head, bytes }) = stored else {
        return Ok(None);
    };
    let upload = Upload {
        file_name: head.file_name,
        bytes,
    };
    let cut = Cut {
        whole: Whole::Kept(head.key),
        crop,
    };
    on_own_thread(app, move || match picture(&upload)? {
        Ok((whole, _)) => photo_of(&upload, &whole, cut),
        Err(refusal) => Ok(Err(refusal)),
    })
    .await?
    .map(Some)
    .map_err(UseCaseError::Refused)
}

fn photo_of(upload: &Upload, whole: &DynamicImage, cut: Cut) -> anyhow::Result<Result<Checked, PaperRefusal>> {
    Ok(photo::photo(whole, cut.crop)?.map(|bytes| Checked {
        cut: Some(cut),
        ..checked(
            PaperKind::Photo,
            upload,
            Content::Jpeg,
            bytes.into(),
            Some((photo::WIDTH, photo::HEIGHT)),
        )
    }))
}

pub(super) fn checked_size(upload: &Upload) -> UseCase<(), PaperRefusal> {
    let refusal = if upload.bytes.is_empty() {
        PaperRefusal::Empty
    } else if upload.bytes.len() > LARGEST {
        PaperRefusal::TooLarge {
            megabytes: LARGEST / 1_000_000,
        }
    } else {
        return Ok(());
    };
    Err(UseCaseError::Refused(refusal))
}

/// Does work on pictures beside the async threads, a few at a time: each may take much memory.
async fn on_own_thread<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, UseCaseError<PaperRefusal>> {
    let turn = app.files().turn().await;
    let done = tokio::task::spawn_blocking(work).await.map_err(UseCaseError::broken)?;
    drop(turn);
    done.map_err(UseCaseError::Broken)
}

fn look(kind: PaperKind, upload: &Upload) -> anyhow::Result<Result<Checked, PaperRefusal>> {
    let content = match Content::of(&upload.bytes) {
        Ok(content) => content,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if content == Content::Pdf {
        if !kind.takes_pdf() {
            return Ok(Err(PaperRefusal::PictureNeeded));
        }
        if content.named_otherwise(&upload.file_name) {
            return Ok(Err(PaperRefusal::NamedOtherwise { found: content.name() }));
        }
        return Ok(pdf::check(&upload.bytes).map(|()| checked(kind, upload, content, upload.bytes.clone(), None)));
    }
    let (picture, content) = match picture(upload)? {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if kind == PaperKind::Photo {
        let picture = photo::kept(picture);
        let size = Some((picture.width(), picture.height()));
        let whole = checked(PaperKind::Whole, upload, Content::Jpeg, jpeg(&picture, QUALITY)?.into(), size);
        let cut = Cut {
            whole: Whole::New(Box::new(whole)),
            crop: Crop::default(),
        };
        return photo_of(upload, &picture, cut);
    }
    let bytes = match content {
        Content::Png => png(&picture)?,
        _ => jpeg(&picture, QUALITY)?,
    };
    let size = Some((picture.width(), picture.height()));
    Ok(Ok(checked(kind, upload, content, bytes.into(), size)))
}

fn checked(kind: PaperKind, upload: &Upload, content: Content, bytes: Bytes, size: Option<(u32, u32)>) -> Checked {
    Checked {
        kind,
        file_name: upload.file_name.clone(),
        media_type: content.media_type(),
        sha256: hex::encode(Sha256::digest(&bytes)),
        bytes,
        size,
        cut: None,
    }
}

/// The picture in a file, turned as the camera was held.
fn picture(upload: &Upload) -> anyhow::Result<Result<(DynamicImage, Content), PaperRefusal>> {
    let content = match Content::of(&upload.bytes) {
        Ok(Content::Pdf) => return Ok(Err(PaperRefusal::PictureNeeded)),
        Ok(content) if content.named_otherwise(&upload.file_name) => {
            return Ok(Err(PaperRefusal::NamedOtherwise { found: content.name() }));
        }
        Ok(content) => content,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let input = Cursor::new(&upload.bytes);
    let read = match content {
        Content::Png => PngDecoder::with_limits(input, limits.clone()).and_then(|decoder| decode(decoder, limits)),
        _ if !jpeg_is_whole(&upload.bytes) => return Ok(Err(PaperRefusal::Damaged)),
        _ => JpegDecoder::new(input).and_then(|decoder| decode(decoder, limits)),
    };
    let bomb = || PaperRefusal::Bomb {
        megapixels: i64::try_from(MOST_PIXELS / 1_000_000).unwrap_or(i64::MAX),
    };
    Ok(match read {
        Ok(Some(picture)) => Ok((picture, content)),
        Ok(None) | Err(ImageError::Limits(_)) => Err(bomb()),
        Err(_) => Err(PaperRefusal::Damaged),
    })
}

/// `None`: too many pixels; said by the head of the file, so nothing was unpacked.
fn decode<D: ImageDecoder>(mut decoder: D, limits: Limits) -> Result<Option<DynamicImage>, ImageError> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Ok(None);
    }
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(Some(picture))
}

/// Does the picture have its end? Decoders fill what is missing with grey; a worker whose licence is half grey is told at once.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker]) = bytes.get(at..at + 2) {
        match marker {
            0xFF => at += 1,               // filling
            0x01 | 0xD0..=0xD7 => at += 2, // alone
            // The data begin; in them 0xFF is never followed by 0xD9.
            0xDA => return bytes[at..].windows(2).any(|pair| pair == [0xFF, 0xD9]),
            _ => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        }
    }
    false
}

/// Encodes anew as JPEG.
pub(super) fn jpeg(picture: &DynamicImage, quality: u8) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.to_rgb8().write_with_encoder(encoder).context("encoding a JPEG")?;
    Ok(bytes)
}

fn png(picture: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    if picture.color().has_alpha() {
        picture.to_rgba8().write_with_encoder(encoder)
    } else {
        picture.to_rgb8().write_with_encoder(encoder)
    }
    .context("encoding a PNG")?;
    Ok(bytes)
}
