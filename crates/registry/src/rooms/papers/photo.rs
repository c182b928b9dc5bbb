//! The photo for the card: which part of a picture it shows, and its size (registry rule book 2.3: 294 × 378 pixels, JPEG). The whole
//! picture is kept beside it while somebody may still choose another part.

use image::{DynamicImage, Rgb, RgbImage, imageops};

use super::PaperRefusal;
use super::inspect::jpeg;

/// Size on the card, in pixels.
pub(super) const WIDTH: u32 = 294;
/// Size on the card, in pixels.
pub(super) const HEIGHT: u32 = 378;
/// How far the photo may be enlarged, in percent; less if the picture has too few pixels.
const MOST_ZOOM: u32 = 400;
/// So many pixels of the largest part are kept of a whole picture: enough for the strongest enlargement.
const KEPT_WIDTH: u32 = WIDTH * MOST_ZOOM / 100;

/// Which part of a picture becomes the photo. Whatever stands in it, the part lies inside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// How far it is enlarged, in percent; 100: as much of the picture as fits.
    pub zoom: u32,
    /// Where it lies in what is over: from the left (0) to the right (1000).
    pub x: u32,
    /// The same from the top (0) to the bottom (1000).
    pub y: u32,
}

/// The largest part, in the middle and a little above it, where a face is.
impl Default for Crop {
    fn default() -> Self {
        Self {
            zoom: 100,
            x: 500,
            y: 200,
        }
    }
}

/// In pixels: left, upper, width, height.
type Part = (u32, u32, u32, u32);

/// The largest part of a picture of this size that has the form of a photo: its width.
fn largest((width, height): (u32, u32)) -> f64 {
    f64::from(width).min(f64::from(height) * f64::from(WIDTH) / f64::from(HEIGHT))
}

/// How far a picture of this size may be enlarged, in percent.
pub(super) fn most_zoom(size: (u32, u32)) -> u32 {
    whole_number(largest(size) * 100.0 / f64::from(WIDTH)).clamp(100, MOST_ZOOM)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of pictures that were decoded, and shares of them"
)]
fn whole_number(value: f64) -> u32 {
    value as u32
}

/// The chosen part of a picture of this size.
fn part(size: (u32, u32), crop: Crop) -> Result<Part, PaperRefusal> {
    let small = PaperRefusal::TooSmall {
        width: WIDTH,
        height: HEIGHT,
    };
    if size.0 < WIDTH || size.1 < HEIGHT {
        return Err(small);
    }
    let width = largest(size) * 100.0 / f64::from(crop.zoom.clamp(100, most_zoom(size)));
    let rounded = |value: f64, most: u32| whole_number(value.round()).min(most);
    let w = rounded(width, size.0).max(WIDTH);
    let h = rounded(width * f64::from(HEIGHT) / f64::from(WIDTH), size.1).max(HEIGHT);
    let place = |over: u32, share: u32| rounded(f64::from(over) * f64::from(share) / 1000.0, over);
    Ok((place(size.0 - w, crop.x), place(size.1 - h, crop.y), w, h))
}

/// A whole picture as it is kept: no larger than a photo needs.
pub(super) fn kept(picture: DynamicImage) -> DynamicImage {
    let share = f64::from(KEPT_WIDTH) / largest((picture.width(), picture.height()));
    if share >= 1.0 {
        return picture;
    }
    let side = |pixels: u32| whole_number((f64::from(pixels) * share).round());
    picture.resize_exact(side(picture.width()), side(picture.height()), imageops::FilterType::Triangle)
}

/// The photo that a picture gives, as JPEG.
pub(super) fn photo(picture: &DynamicImage, crop: Crop) -> anyhow::Result<Result<Vec<u8>, PaperRefusal>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_a_picture() {
        let crop = |zoom, x, y| Crop { zoom, x, y };
        let small = Err(PaperRefusal::TooSmall {
            width: WIDTH,
            height: HEIGHT,
        });
        let cases: [(_, _, Result<Part, PaperRefusal>); 12] = [
            ((294, 378), Crop::default(), Ok((0, 0, 294, 378))),
            ((588, 756), Crop::default(), Ok((0, 0, 588, 756))),
            // Broad: the middle; high: a fifth of what is over stays above.
            ((1000, 378), Crop::default(), Ok((353, 0, 294, 378))),
            ((294, 878), Crop::default(), Ok((0, 100, 294, 378))),
            ((293, 1000), Crop::default(), small.clone()),
            ((1000, 377), Crop::default(), small),
            ((588, 756), crop(200, 0, 0), Ok((0, 0, 294, 378))),
            ((588, 756), crop(200, 1000, 1000), Ok((294, 378, 294, 378))),
            ((588, 756), crop(200, 500, 500), Ok((147, 189, 294, 378))),
            // Never fewer pixels than the card has, never outside the picture.
            ((588, 756), crop(4_000_000, 0, 0), Ok((0, 0, 294, 378))),
            ((588, 756), crop(0, 0, 0), Ok((0, 0, 588, 756))),
            ((1000, 378), crop(100, 9_999, 9_999), Ok((706, 0, 294, 378))),
        ];
        for (size, crop, expected) in cases {
            assert_eq!(part(size, crop), expected, "{size:?} {crop:?}");
        }
        assert_eq!(
            [most_zoom((294, 378)), most_zoom((588, 756)), most_zoom((9000, 9000))],
            [100, 200, 400]
        );
    }

    #[test]
    fn a_whole_picture_is_kept_as_large_as_a_photo_needs() {
        let size = |w, h| {
            let picture = kept(DynamicImage::new_rgb8(w, h));
            (picture.width(), picture.height())
        };
        assert_eq!(size(600, 800), (600, 800));
        assert_eq!(size(3024, 4032), (1176, 1568));
        // A long strip stays high enough.
        assert_eq!(size(4000, 400), (4000, 400));
    }
}
