//! The photo for the card: which part of a picture it shows, and its size (registry rule book 2.3: 294 × 378 pixels, JPEG).

use axum::body::Bytes;
use image::{DynamicImage, Rgb, RgbImage, imageops};

use super::inspect::{checked_size, jpeg, on_own_thread, picture};
use super::{PaperRefusal, Upload};
use crate::App;
use crate::access::{UseCase, UseCaseError};

/// Size on the card, in pixels.
pub(super) const WIDTH: u32 = 294;
/// Size on the card, in pixels.
pub(super) const HEIGHT: u32 = 378;

/// Which part of a picture becomes the photo; the height follows from the width (294 : 378).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crop {
    /// Left edge, as a fraction of the picture's width.
    pub x: f64,
    /// Upper edge, as a fraction of the picture's height.
    pub y: f64,
    /// Width, as a fraction of the picture's width.
    pub width: f64,
}

/// In pixels: left, upper, width, height.
type Part = (u32, u32, u32, u32);

/// The part of a picture of this size: the chosen one, or the largest, in the middle and a little above it, where a face is.
fn part(size: (u32, u32), crop: Option<Crop>) -> Result<Part, PaperRefusal> {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let ratio = f64::from(HEIGHT) / f64::from(WIDTH);
    let (x, y, w) = match crop {
        Some(Crop { x, y, width: w }) => {
            // Half a pixel of rounding is forgiven.
            let fits = x >= 0.0
                && y >= 0.0
                && w > 0.0
                && (x + w) * width <= width + 0.5
                && y * height + w * width * ratio <= height + 0.5;
            if !fits {
                return Err(PaperRefusal::CropOutside); // Also for what is no number.
            }
            (x * width, y * height, w * width)
        }
        None => {
            let w = width.min(height / ratio);
            ((width - w) / 2.0, (height - w * ratio) / 5.0, w)
        }
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture, so within u32"
    )]
    let pixels = |value: f64| value.round() as u32;
    let (w, h) = (pixels(w).min(size.0), pixels(w * ratio).min(size.1));
    if w < WIDTH || h < HEIGHT {
        return Err(PaperRefusal::TooSmall {
            width: WIDTH,
            height: HEIGHT,
        });
    }
    Ok((pixels(x).min(size.0 - w), pixels(y).min(size.1 - h), w, h))
}

/// The photo that a picture gives, as JPEG.
pub(super) fn photo(picture: &DynamicImage, crop: Option<Crop>) -> anyhow::Result<Result<Vec<u8>, PaperRefusal>> {
    let (x, y, w, h) = match part((picture.width(), picture.height()), crop) {
        Ok(part) => part,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let cut = picture.crop_imm(x, y, w, h).into_rgba8();
    let small = imageops::resize(&cut, WIDTH, HEIGHT, imageops::FilterType::Lanczos3);
    // What is see-through becomes white, as on paper.
    let flat = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let [r, g, b, a] = small.get_pixel(x, y).0.map(u32::from);
        let over = |c: u32| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX);
        Rgb([over(r), over(g), over(b)])
    });
    jpeg(&DynamicImage::from(flat), 92).map(Ok)
}

/// The photo that a file would give with this crop, to look at before it is sent in. Stores nothing.
///
/// # Errors
/// [`PaperRefusal`], as [`super::take_photo`] would refuse.
pub async fn photo_preview(app: &App, upload: &Upload, crop: Option<Crop>) -> UseCase<Bytes, PaperRefusal> {
    checked_size(upload)?;
    let upload = upload.clone();
    on_own_thread(app, move || match picture(&upload)? {
        Ok((picture, _)) => photo(&picture, crop),
        Err(refusal) => Ok(Err(refusal)),
    })
    .await?
    .map(Bytes::from)
    .map_err(UseCaseError::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_a_picture() {
        let crop = |x, y, width| Some(Crop { x, y, width });
        let small = Err(PaperRefusal::TooSmall {
            width: WIDTH,
            height: HEIGHT,
        });
        let cases: [(_, _, Result<Part, PaperRefusal>); 12] = [
            ((294, 378), None, Ok((0, 0, 294, 378))),
            ((588, 756), None, Ok((0, 0, 588, 756))),
            // Broad: the middle; high: a fifth of what is over stays above.
            ((1000, 378), None, Ok((353, 0, 294, 378))),
            ((294, 878), None, Ok((0, 100, 294, 378))),
            ((293, 1000), None, small.clone()),
            ((1000, 377), None, small.clone()),
            ((1000, 1000), crop(0.5, 0.25, 0.5), Ok((500, 250, 500, 643))),
            ((1000, 1000), crop(0.0, 0.0, 0.2), small),
            ((1000, 1000), crop(0.6, 0.0, 0.5), Err(PaperRefusal::CropOutside)),
            ((1000, 1000), crop(0.0, 0.5, 0.5), Err(PaperRefusal::CropOutside)),
            ((1000, 1000), crop(-0.1, 0.0, 0.5), Err(PaperRefusal::CropOutside)),
            ((1000, 1000), crop(f64::NAN, 0.0, 0.5), Err(PaperRefusal::CropOutside)),
        ];
        for (size, crop, expected) in cases {
            assert_eq!(part(size, crop), expected, "{size:?} {crop:?}");
        }
    }
}
