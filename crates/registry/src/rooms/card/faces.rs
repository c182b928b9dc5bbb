//! What a card looks like: front and back, 85.6 × 54 mm, drawn once as SVG and written as SVG with outlined letters or as PDF.
//!
//! `usvg` sets the text with the fonts of the machine, `krilla` (of the Typst people) embeds what is used of them. So a name is
//! printed right on any printer, also where the font is not installed. A bundled font would add some 5 MB for one page.

use std::sync::{Arc, LazyLock};

use anyhow::Context;
use askama::Template;
use axum::body::Bytes;
use domain::card::Colour;
use domain::{WorkDay, WorkerId};
use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use qrcode::EcLevel;
use usvg::fontdb::Database;
use usvg::{ImageHrefResolver, ImageKind, Options, Tree, WriteOptions};

use crate::qr::squares;

/// Points of a PDF in a millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// Families that have every letter of Japanese names, the best first.
const FAMILIES: [&str; 6] = [
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Source Han Sans JP",
    "BIZ UDPGothic",
    "IPAexGothic",
    "Hiragino Sans",
];

/// The fonts of this machine; looking for them takes a moment, so once.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    Arc::new(fonts)
});

/// What stands on a card.
#[derive(Debug, Clone)]
pub(super) struct Face {
    pub(super) name: String,
    /// In Latin letters; empty if there is none, or if it is the name itself.
    pub(super) alphabet: String,
    pub(super) worker: WorkerId,
    pub(super) birth: Option<WorkDay>,
    pub(super) first_year: i16,
    pub(super) valid_until: WorkDay,
    pub(super) level: u8,
    pub(super) number: i32,
    pub(super) code: String,
    /// JPEG.
    pub(super) photo: Option<Bytes>,
}

/// Which side.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Front,
    Back,
}

#[derive(Template)]
#[template(path = "card/templates/front.svg")]
struct Front<'a> {
    face: &'a Face,
    family: &'a str,
    band: &'static str,
    on_band: &'static str,
    name_size: String,
    birth: String,
    valid_until: String,
}

#[derive(Template)]
#[template(path = "card/templates/back.svg")]
struct Back<'a> {
    face: &'a Face,
    family: &'a str,
    qr: String,
    qr_width: usize,
}

/// No font of this machine has Japanese letters.
#[derive(Debug, thiserror::Error)]
#[error("no Japanese font is installed (fonts-noto-cjk)")]
pub(super) struct NoFont;

/// One side as print-ready SVG: letters are outlines, the photo is inside.
pub(super) fn svg(face: &Face, side: Side) -> anyhow::Result<String> {
    Ok(tree(face, side)?.to_string(&WriteOptions::default()))
}

/// Front and back of these cards, a page each, as PDF with embedded fonts.
pub(super) fn pdf(faces: &[Face]) -> anyhow::Result<Vec<u8>> {
    let mut document = Document::new();
    for face in faces {
        for side in [Side::Front, Side::Back] {
            let tree = tree(face, side)?;
            let size = Size::from_wh(85.6 * POINTS, 54.0 * POINTS).context("the size of a card")?;
            let mut page = document.start_page_with(PageSettings::new(size));
            let mut surface = page.surface();
            surface
                .draw_svg(&tree, size, SvgSettings::default())
                .context("drawing a card")?;
            surface.finish();
            page.finish();
        }
    }
    document.finish().map_err(|error| anyhow::anyhow!("writing a PDF: {error:?}"))
}

fn tree(face: &Face, side: Side) -> anyhow::Result<Tree> {
    let family = family().ok_or(NoFont)?;
    let source = match side {
        Side::Front => {
            let (band, on_band) = match Colour::of_level(face.level) {
                Colour::White => ("#ffffff", "#1a1a1c"),
                Colour::Blue => ("#1d4f9c", "#ffffff"),
                Colour::Silver => ("#b9bec5", "#1a1a1c"),
                Colour::Gold => ("#c9a23a", "#1a1a1c"),
            };
            Front {
                face,
                family,
                band,
                on_band,
                name_size: format!("{:.2}", (46.0 / width(&face.name)).min(5.4)),
                birth: face.birth.map(words).unwrap_or_default(),
                valid_until: words(face.valid_until),
            }
            .render()?
        }
        Side::Back => {
            // The 14 digits alone, which a hand scanner types into a reader.
            let (qr, qr_width) = squares(&face.worker.to_string(), EcLevel::M)?;
            Back {
                face,
                family,
                qr,
                qr_width,
            }
            .render()?
        }
    };
    let photo = face.photo.as_ref().map(|bytes| Arc::new(bytes.to_vec()));
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: family.to_owned(),
        languages: vec!["ja".to_owned()],
        // Nothing but the photo can be drawn in: no file of this machine, no address.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(move |href, _| photo.clone().filter(|_| href == "photo").map(ImageKind::JPEG)),
        },
        ..Options::default()
    };
    Tree::from_str(&source, &options).context("setting a card")
}

/// The best family that is installed.
fn family() -> Option<&'static str> {
    FAMILIES
        .into_iter()
        .find(|family| FONTS.faces().any(|face| face.families.iter().any(|(name, _)| name == family)))
}

/// A day as it is printed.
fn words(day: WorkDay) -> String {
    let date = day.date();
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Width of a text in letters of full width, roughly: it decides how large a name may be set.
fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| if c.is_ascii() { 0.62 } else { 1.0 })
        .sum::<f64>()
        .max(1.0)
}
