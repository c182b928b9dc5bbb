//! Consent to what somebody else files (代行申請の同意): whose is needed, and what it holds for.
//!
//! Registry rule book 4.1: the worker's, and, where the proxy is not the employer, the employer's as well. It is given on paper or on
//! the screen; on the screen it holds for exactly what was shown, until it is sent.

use super::Fields;
use super::level::is_of_level;

/// Whose consent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The worker's.
    Worker,
    /// The employer's.
    Employer,
}

impl Party {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Worker, Self::Employer];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Employer => "employer",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.word() == word)
    }

    /// The field that holds the signed paper.
    #[must_use]
    pub fn paper(self) -> &'static str {
        match self {
            Self::Worker => PAPERS[0],
            Self::Employer => PAPERS[1],
        }
    }

    /// Is it needed for this application?
    #[must_use]
    pub fn is_needed(self, fields: &Fields) -> bool {
        match self {
            Self::Worker => fields.has("proxy"),
            Self::Employer => fields.get("proxy") == "other",
        }
    }
}

/// The fields that hold signed papers.
pub const PAPERS: [&str; 2] = ["worker_consent_paper", "employer_consent_paper"];

/// The fields that a consent is about: everything but the consents themselves.
#[must_use]
pub fn content(fields: &Fields) -> Fields {
    fields.iter().filter(|(name, _)| !PAPERS.contains(name)).collect()
}

/// The fields that become what somebody is registered with: without who filed them, with whose consent, and what level was asked for
/// with it.
#[must_use]
pub fn registered(fields: &Fields) -> Fields {
    let content = content(fields);
    let parts = content.iter().filter(|(name, _)| *name != "proxy" && !is_of_level(name));
    parts.collect()
}

/// Whose consent is still missing: neither on paper nor, for this very content, on the screen.
#[must_use]
pub fn missing(fields: &Fields, agreed: &[Party]) -> Vec<Party> {
    Party::ALL
        .into_iter()
        .filter(|party| party.is_needed(fields) && !fields.has(party.paper()) && !agreed.contains(party))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_consent_is_missing() {
        use Party::{Employer, Worker};
        type Case = (&'static [(&'static str, &'static str)], &'static [Party], &'static [Party]);
        let cases: &[Case] = &[
            (&[], &[], &[]),
            (&[("proxy", "employer")], &[], &[Worker]),
            (&[("proxy", "employer"), ("worker_consent_paper", "x")], &[], &[]),
            (&[("proxy", "employer")], &[Worker], &[]),
            (&[("proxy", "employer")], &[Employer], &[Worker]),
            (&[("proxy", "other")], &[], &[Worker, Employer]),
            (&[("proxy", "other"), ("worker_consent_paper", "x")], &[Employer], &[]),
            (&[("proxy", "other"), ("employer_consent_paper", "x")], &[], &[Worker]),
        ];
        for (fields, agreed, expected) in cases {
            let fields: Fields = fields.iter().copied().collect();
            assert_eq!(missing(&fields, agreed), *expected, "{fields:?}");
        }
    }

    #[test]
    fn a_paper_does_not_change_what_was_agreed_to() {
        let mut fields: Fields = [("family_name", "見本"), ("proxy", "other")].into_iter().collect();
        let before = content(&fields);
        fields.set("employer_consent_paper", "x");
        assert_eq!(content(&fields), before);
        fields.set("family_name", "別");
        assert_ne!(content(&fields), before);
    }
}
