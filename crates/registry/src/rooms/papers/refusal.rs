//! Why a file is not taken in, in words for the person who sent it.

use web::{FieldErrors, Value};

/// Why a file is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperRefusal {
    /// It has no content.
    Empty,
    /// Larger than this many megabytes.
    TooLarge {
        /// Most.
        megabytes: usize,
    },
    /// Neither JPEG nor PNG nor PDF.
    Unknown,
    /// A picture in Apple's format.
    Heic,
    /// A PDF where a picture is asked for.
    PictureNeeded,
    /// Its name says another kind than its content is.
    NamedOtherwise {
        /// What the content is.
        found: &'static str,
    },
    /// Unpacked, it would have more than this many megapixels.
    Bomb {
        /// Most.
        megapixels: i64,
    },
    /// Cut off or broken.
    Damaged,
    /// A PDF that only opens with a password.
    Locked,
    /// A PDF with programs or other files inside.
    Active,
    /// The photo, or the part chosen of it, has fewer pixels.
    TooSmall {
        /// Least.
        width: u32,
        /// Least.
        height: u32,
    },
}

impl PaperRefusal {
    /// Key of the sentence.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "papers-empty",
            Self::TooLarge { .. } => "papers-too-large",
            Self::Unknown => "papers-unknown",
            Self::Heic => "papers-heic",
            Self::PictureNeeded => "papers-picture-needed",
            Self::NamedOtherwise { .. } => "papers-named-otherwise",
            Self::Bomb { .. } => "papers-bomb",
            Self::Damaged => "papers-damaged",
            Self::Locked => "papers-locked",
            Self::Active => "papers-active",
            Self::TooSmall { .. } => "papers-too-small",
        }
    }

    /// Values of the sentence.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::TooLarge { megabytes } => vec![("megabytes", (*megabytes).into())],
            Self::NamedOtherwise { found } => vec![("found", (*found).into())],
            Self::Bomb { megapixels } => vec![("megapixels", (*megapixels).into())],
            Self::TooSmall { width, height } => vec![("width", (*width).into()), ("height", (*height).into())],
            _ => Vec::new(),
        }
    }

    /// Notes it under the field of a form.
    pub fn note(&self, errors: &mut FieldErrors, field: &'static str) {
        errors.add_with(field, self.key(), self.args());
    }
}
