//! Papers (書類): photos, copies of identity papers, consents, proofs, certificates that people send in. Checked by their content,
//! stored re-encoded, shown to who sent them and to reviewers.
//!
//! Rules: registry rule book 2.3 (photo 294 × 378 px) and 2.4. A room that takes a file in calls [`inspect`] (slow, without a
//! transaction), then [`put`] in its own transaction; [`take`] does both. Who may read a paper is that room's rule.

mod files;
mod inspect;
mod pdf;
mod photo;
mod queries;
mod refusal;
mod show;
mod take;
#[cfg(test)]
mod tests;

pub use files::Files;
pub use inspect::{Checked, as_it_came, cut_anew, inspect};
pub use photo::Crop;
pub use refusal::PaperRefusal;
pub(crate) use show::shown;
use store::Sql;
pub use take::{PaperHead, PhotoCut, StoredPaper, cut_of, head, put, read, remove, sweep, take};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new().get("/papers/{key}", show::paper)
}

/// Largest file taken in, in bytes.
pub const LARGEST: usize = 10_000_000;

/// What a paper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperKind {
    /// Photo for the card (顔写真): a picture, stored at 294 × 378 pixels.
    Photo,
    /// Whole picture that a photo is cut from.
    Whole,
    /// Identity paper (本人確認書類).
    Identity,
    /// Consent (同意書).
    Consent,
    /// Any other proof (証明書類).
    Proof,
    /// Certificate of a qualification (資格証).
    Certificate,
    /// Proof of insurance (社会保険の写し).
    Insurance,
    /// A file with many applications, until it was worked through ([`as_it_came`]).
    Bulk,
}

impl PaperKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Photo,
        Self::Whole,
        Self::Identity,
        Self::Consent,
        Self::Proof,
        Self::Certificate,
        Self::Insurance,
        Self::Bulk,
    ];

    /// Stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Whole => "whole",
            Self::Identity => "identity",
            Self::Consent => "consent",
            Self::Proof => "proof",
            Self::Certificate => "certificate",
            Self::Insurance => "insurance",
            Self::Bulk => "bulk",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// May it be a PDF?
    #[must_use]
    pub fn takes_pdf(self) -> bool {
        !matches!(self, Self::Photo | Self::Whole)
    }
}

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, cleaned ([`web::FilesForm`] does).
    pub file_name: String,
    /// Its content.
    pub bytes: axum::body::Bytes,
}
