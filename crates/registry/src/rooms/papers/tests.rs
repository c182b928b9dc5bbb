//! Papers on both databases, and every way in which a file can be wrong.

use std::io::Cursor;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::SignedDuration;
use testkit::{Backend, on_both};
use tower::ServiceExt;

use super::*;
use crate::access::UseCaseError;
use crate::testing::{TestApp, World};

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) },
    )
    .into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn upload(file_name: &str, bytes: impl Into<Bytes>) -> Upload {
    Upload {
        file_name: file_name.into(),
        bytes: bytes.into(),
    }
}

/// A JPEG as a telephone makes it that was held upright: turned by a word in its head, with the place where it was taken.
fn from_a_telephone(picture: &DynamicImage) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS 35.6812,139.7671");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &exif, &plain[2..]].concat()
}

/// The head of a PNG that says it has this many pixels.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |mut crc, byte| {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
            }
            crc
        })
    };
    let mut head = b"IHDR".to_vec();
    head.extend_from_slice(&width.to_be_bytes());
    head.extend_from_slice(&height.to_be_bytes());
    head.extend_from_slice(&[8, 6, 0, 0, 0]);
    let sum = crc(&head).to_be_bytes();
    let end = b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82";
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", &head[..], &sum, end].concat()
}

async fn refused(test: &TestApp, kind: PaperKind, upload: &Upload) -> Option<PaperRefusal> {
    match inspect(&test.app, kind, upload).await {
        Ok(_) => None,
        Err(UseCaseError::Refused(refusal)) => Some(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

#[tokio::test]
async fn every_way_to_be_wrong_has_its_sentence() {
    use PaperKind::{Consent, Identity, Photo};
    use PaperRefusal as R;
    let test = TestApp::new(Backend::Sqlite).await;
    let jpeg = encoded(&halves(400, 500), ImageFormat::Jpeg);
    let png = encoded(&halves(400, 500), ImageFormat::Png);
    let pdf = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n".to_vec();
    let mut huge = jpeg.clone();
    let size = huge.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap() + 5;
    huge[size..size + 4].copy_from_slice(&[0xFD, 0xE8, 0xFD, 0xE8]); // 65,000 × 65,000
    let bomb = R::Bomb { megapixels: 40 };
    let small = R::TooSmall { width: 294, height: 378 };
    let cases = [
        (Identity, upload("a.jpg", jpeg.clone()), None),
        (Identity, upload("a.png", png.clone()), None),
        (Identity, upload("telephone.jpg", png.clone()), None),
        (Consent, upload("a.pdf", pdf.clone()), None),
        (Consent, upload("no ending", pdf.clone()), None),
        (Identity, upload("a.jpg", Bytes::new()), Some(R::Empty)),
        (
            Identity,
            upload("a.jpg", vec![0xFF; LARGEST + 1]),
            Some(R::TooLarge { megabytes: 10 }),
        ),
        (Identity, upload("a.jpg", "<html>"), Some(R::Unknown)),
        (
            Identity,
            upload("a.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            Some(R::Heic),
        ),
        (Photo, upload("a.pdf", pdf.clone()), Some(R::PictureNeeded)),
        (
            Consent,
            upload("a.jpg", pdf.clone()),
            Some(R::NamedOtherwise { found: "PDF" }),
        ),
        (
            Consent,
            upload("a.pdf", jpeg.clone()),
            Some(R::NamedOtherwise { found: "JPEG" }),
        ),
        (Identity, upload("a.png", png_of(60_000, 60_000)), Some(bomb.clone())),
        (Identity, upload("a.jpg", huge), Some(bomb)),
        (Identity, upload("a.jpg", jpeg[..jpeg.len() / 2].to_vec()), Some(R::Damaged)),
        (Identity, upload("a.png", png[..png.len() / 2].to_vec()), Some(R::Damaged)),
        (Consent, upload("a.pdf", pdf[..20].to_vec()), Some(R::Damaged)),
        (
            Consent,
            upload("a.pdf", "%PDF-1.7 << /Encrypt 1 0 R >> %%EOF"),
            Some(R::Locked),
        ),
        (
            Consent,
            upload("a.pdf", "%PDF-1.7 << /S /JavaScript >> %%EOF"),
            Some(R::Active),
        ),
        (
            Photo,
            upload("a.jpg", encoded(&halves(293, 500), ImageFormat::Jpeg)),
            Some(small),
        ),
    ];
    for (kind, upload, expected) in cases {
        let refusal = refused(&test, kind, &upload).await;
        assert_eq!(refusal, expected, "{kind:?} {}", upload.file_name);
        for language in [Language::Ja, Language::En, Language::Vi, Language::Id] {
            let Some(refusal) = &refusal else { continue };
            let sentence = test.app.texts().t(language).with(refusal.key(), &refusal.args());
            assert!(!sentence.contains("papers-") && !sentence.contains('{'), "{sentence}");
        }
    }
}

#[tokio::test]
async fn a_picture_is_turned_and_says_nothing_of_where_it_was_taken() {
    let test = TestApp::new(Backend::Sqlite).await;
    let sent = from_a_telephone(&halves(600, 400));
    assert!(sent.windows(3).any(|w| w == b"GPS"));
    let stored = inspect(&test.app, PaperKind::Identity, &upload("a.jpg", sent)).await.unwrap();
    assert!(!stored.bytes.windows(3).any(|w| w == b"GPS") && !stored.bytes.windows(4).any(|w| w == b"Exif"));
    let picture = image::load_from_memory(&stored.bytes).unwrap().into_rgb8();
    assert_eq!((picture.dimensions(), stored.size), ((400, 600), Some((400, 600))));
    assert!(picture.get_pixel(200, 50)[0] > 180, "the left half is now above");
    assert!(picture.get_pixel(200, 550)[2] > 180);
}

on_both!(a_photo_shows_the_chosen_part_at_the_size_of_the_card, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let account = world.ann_self.viewer.account.as_str();
    let sent = upload("a.png", encoded(&halves(1_200, 800), ImageFormat::Png));
    let tx = app.db().write().await.unwrap();
    let photo = take(app, &tx, account, PaperKind::Photo, &sent).await.unwrap();
    tx.commit().await.unwrap();
    for (x, colour) in [(0, 0), (1000, 2)] {
        let crop = Crop { zoom: 150, x, y: 0 };
        let cut = cut_anew(app, &photo, crop).await.unwrap().unwrap();
        let picture = image::load_from_memory_with_format(&cut.bytes, ImageFormat::Jpeg)
            .unwrap()
            .into_rgb8();
        assert_eq!(picture.dimensions(), (294, 378));
        assert!(picture.get_pixel(10, 10)[colour] > 180, "{x}");
        let tx = app.db().write().await.unwrap();
        let again = put(app, &tx, account, &cut).await.unwrap();
        let (first, now) = (
            cut_of(&tx, &photo).await.unwrap().unwrap(),
            cut_of(&tx, &again).await.unwrap().unwrap(),
        );
        assert_eq!((now.crop, first.crop), (crop, Crop::default()));
        assert_eq!((&now.whole, now.most_zoom), (&first.whole, 211), "cut from the same picture");
        // Without its picture a photo stays as it is.
        remove(app, &tx, &first.whole).await.unwrap();
        assert!(cut_of(&tx, &again).await.unwrap().is_none());
        drop(tx);
    }
    assert!(cut_anew(app, "nobody", Crop::default()).await.unwrap().is_none());
});

on_both!(a_paper_lives_and_goes, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let account = world.ann_self.viewer.account.as_str();
    let sent = upload("保険証.pdf", "%PDF-1.7\n%%EOF\n");
    let tx = app.db().write().await.unwrap();
    let key = take(app, &tx, account, PaperKind::Insurance, &sent).await.unwrap();
    tx.commit().await.unwrap();
    let tx = app.db().write().await.unwrap();
    let forgotten = take(app, &tx, account, PaperKind::Insurance, &sent).await.unwrap();
    drop(tx); // The caller did not commit.

    let paper = read(app, &app.db().read().await.unwrap(), &key).await.unwrap().unwrap();
    assert_eq!(paper.bytes, sent.bytes);
    let head = &paper.head;
    assert_eq!(
        (head.kind, head.file_name.as_str(), head.account.as_str(), head.size),
        (PaperKind::Insurance, "保険証.pdf", account, None)
    );
    assert_eq!(sweep(app).await.unwrap(), 0, "what is young may still get its row");
    world.test.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(sweep(app).await.unwrap(), 1);
    assert!(app.files().get(&forgotten).await.is_err());
    assert!(app.files().get(&key).await.is_ok());

    let tx = app.db().write().await.unwrap();
    remove(app, &tx, &key).await.unwrap();
    tx.commit().await.unwrap();
    assert!(read(app, &app.db().read().await.unwrap(), &key).await.unwrap().is_none());
    assert_eq!(sweep(app).await.unwrap(), 1);
    assert!(app.files().get(&key).await.is_err());
    assert_eq!(sweep(app).await.unwrap(), 0);
});

on_both!(a_paper_is_shown_to_its_sender_only, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let sent = upload("顔\"写真.jpg", encoded(&halves(600, 800), ImageFormat::Jpeg));
    let tx = app.db().write().await.unwrap();
    let key = take(app, &tx, &world.ann_self.viewer.account, PaperKind::Photo, &sent)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (person, status) in [
        (&world.ann_self, StatusCode::OK),
        (&world.operator, StatusCode::NOT_FOUND),
        (&world.bob_self, StatusCode::NOT_FOUND),
        (&world.second, StatusCode::NOT_FOUND),
    ] {
        let request = Request::get(format!("/papers/{key}"))
            .header("cookie", person.cookie())
            .body(Body::empty())
            .unwrap();
        let answer = app.router().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status);
        if status == StatusCode::OK {
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
            assert_eq!(
                (header("x-content-type-options"), header("cache-control")),
                ("nosniff".into(), "no-store".into())
            );
            assert!(header("content-disposition").starts_with("inline; filename*=UTF-8''%E9%A1%94%22"));
        }
    }
});

#[tokio::test]
async fn files_lie_in_a_folder_that_only_we_may_open_and_a_changed_one_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("papers");
    let files = Files::open(Some(&place)).unwrap();
    let test = TestApp::new(Backend::Sqlite).await;
    let key = test.app.new_key();
    files.put(&key, Bytes::from_static(b"x")).await.unwrap();
    assert_eq!(files.get(&key).await.unwrap(), Bytes::from_static(b"x"));
    let day = place.join("2026-11-20");
    assert_eq!(std::fs::read(day.join(&key)).unwrap(), b"x");
    assert_eq!(files.of_day("2026-11-20".parse().unwrap()).await.unwrap().len(), 1);
    assert!(files.put("../x", Bytes::new()).await.is_err(), "only keys of ours");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o700);
    }
    // A file changed behind our back is not handed out.
    let world = World::new(Backend::Sqlite).await;
    let app = &world.test.app;
    let tx = app.db().write().await.unwrap();
    let pdf = upload("a.pdf", "%PDF-1.7\n%%EOF\n");
    let key = take(app, &tx, &world.prime.viewer.account, PaperKind::Proof, &pdf)
        .await
        .unwrap();
    app.files().put(&key, Bytes::from_static(b"%PDF-1.7 other")).await.unwrap();
    assert!(read(app, &tx, &key).await.is_err());
}
