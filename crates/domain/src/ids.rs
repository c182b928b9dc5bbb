//! The numbers people know: worker ID (技能者ID), company ID (事業者ID), site ID (現場ID).
//!
//! 14 decimal digits, leading zeros significant; the last two tell the kind (21 worker, 22 company, 71 site entered in the
//! registry, 72 site made through the API). There is no check digit: shape first, then look-up (registry rule book, R-ID-1 to 5).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What kind of thing a 14-digit number names, told by its last two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    /// Worker (技能者), 21.
    Worker,
    /// Company (事業者), 22.
    Company,
    /// Site (現場), 71 or 72.
    Site,
}

impl IdKind {
    /// The kind of a number by its last two digits; `None` if they name nothing we know.
    #[must_use]
    pub fn of(number: u64) -> Option<Self> {
        match number % 100 {
            21 => Some(Self::Worker),
            22 => Some(Self::Company),
            71 | 72 => Some(Self::Site),
            _ => None,
        }
    }

    /// Stable word for machines and for translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Company => "company",
            Self::Site => "site",
        }
    }
}

/// Why a text is not the ID that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 14 digits (spaces, hyphens and full-width digits are forgiven).
    #[error("an ID has 14 digits")]
    Shape,
    /// 14 digits, but of another kind: the commonest typing fault, so it is told by name.
    #[error("this is a {} ID, a {} ID belongs here", found.word(), wanted.word())]
    WrongKind {
        /// What the field wants.
        wanted: IdKind,
        /// What was typed.
        found: IdKind,
    },
    /// 14 digits whose last two name no kind we know.
    #[error("the last two digits do not belong to a {} ID", wanted.word())]
    UnknownKind {
        /// What the field wants.
        wanted: IdKind,
    },
}

/// Reads 14 digits, forgiving spaces, hyphens and full-width forms (harmless typing habits).
fn digits(text: &str) -> Option<u64> {
    // As IDs are stored and sent: nothing to forgive. Intake reads dozens of them for each touch.
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let mut number = 0u64;
    let mut count = 0;
    for c in text
        .nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | 'ー' | '−'))
    {
        number = number.checked_mul(10)? + u64::from(c.to_digit(10)?);
        count += 1;
        if count > 14 {
            return None;
        }
    }
    (count == 14).then_some(number)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The kind of thing this ID names.
            pub const KIND: IdKind = $kind;

            /// Puts the two kind digits behind 12 free ones. `free` is taken modulo 10^12.
            #[must_use]
            pub fn from_free_digits(free: u64, kind_digits: u64) -> Option<Self> {
                let number = (free % 1_000_000_000_000) * 100 + kind_digits % 100;
                (IdKind::of(number) == Some($kind)).then_some(Self(number))
            }

            /// In groups of 4-4-4-2, as people read it.
            #[must_use]
            pub fn grouped(&self) -> String {
                let s = self.to_string();
                format!("{} {} {} {}", &s[..4], &s[4..8], &s[8..12], &s[12..])
            }

            /// For logs: the middle six digits hidden, since a full ID is personal data.
            #[must_use]
            pub fn masked(&self) -> String {
                let s = self.to_string();
                format!("{}******{}", &s[..4], &s[10..])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:014}", self.0)
            }
        }

        /// Debug output goes to logs, so it is masked.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.masked())
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let number = digits(text).ok_or(IdError::Shape)?;
                match IdKind::of(number) {
                    Some(kind) if kind == $kind => Ok(Self(number)),
                    Some(found) => Err(IdError::WrongKind { wanted: $kind, found }),
                    None => Err(IdError::UnknownKind { wanted: $kind }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// Worker ID (技能者ID): one per person, for life; printed on the card.
    WorkerId,
    IdKind::Worker
);
id!(
    /// Company ID (事業者ID); sole masters (一人親方) have one too.
    CompanyId,
    IdKind::Company
);
id!(
    /// Site ID (現場ID): given when the prime registers the site.
    SiteId,
    IdKind::Site
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        for text in [
            "01234567890121",
            "0123 4567 8901 21",
            "０１２３４５６７８９０１２１",
            "0123-4567-8901-21",
            " 01234567890121\n",
        ] {
            let id: WorkerId = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(id.to_string(), "01234567890121");
        }
    }

    #[test]
    fn names_the_wrong_kind() {
        let cases: [(&str, IdError); 6] = [
            ("", IdError::Shape),
            ("1234567890121", IdError::Shape),
            ("012345678901211", IdError::Shape),
            ("0123456789012a", IdError::Shape),
            (
                "01234567890122",
                IdError::WrongKind {
                    wanted: IdKind::Worker,
                    found: IdKind::Company,
                },
            ),
            ("01234567890134", IdError::UnknownKind { wanted: IdKind::Worker }),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<WorkerId>(), Err(error), "{text}");
        }
        assert!("01234567890171".parse::<SiteId>().is_ok());
        assert!("01234567890172".parse::<SiteId>().is_ok());
    }

    #[test]
    fn order_of_numbers_is_order_of_texts_and_logs_are_masked() {
        let a: WorkerId = "00000000000121".parse().unwrap();
        let b: WorkerId = "10000000000021".parse().unwrap();
        assert!(a < b && a.to_string() < b.to_string());
        assert_eq!(format!("{b:?}"), "WorkerId(1000******0021)");
        assert_eq!(b.grouped(), "1000 0000 0000 21");
    }
}
