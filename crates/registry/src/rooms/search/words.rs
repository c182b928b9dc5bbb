//! What was typed, as the beginnings of keys.

use unicode_normalization::UnicodeNormalization;

use crate::typed::katakana;

/// Behind every text that begins with the one before it.
const LAST: char = '\u{10FFFF}';

/// A search word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    /// Nothing to search for.
    Nothing,
    /// Digits: an ID, a telephone or licence or corporate number. The digits, and the first and last ID that begin so.
    Number {
        /// From and to (not included).
        range: (String, String),
        /// From and to (included).
        ids: (String, String),
    },
    /// A name, and the same as kana.
    Text {
        /// From and to (not included).
        name: (String, String),
        /// From and to (not included).
        kana: (String, String),
    },
}

/// Longest word that is read.
const LONGEST: usize = 60;

fn range(word: String) -> (String, String) {
    let behind = format!("{word}{LAST}");
    (word, behind)
}

impl Words {
    /// From what was typed. Spaces and letter case do not matter; digits and kana may be of any width, kana hiragana too.
    pub(super) fn new(typed: &str) -> Self {
        let plain: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .take(LONGEST)
            .collect();
        let wide: String = plain.nfkc().collect();
        let digits: String = wide.chars().filter(|c| !matches!(c, '-' | '‐' | '−' | '(' | ')')).collect();
        if plain.is_empty() {
            Self::Nothing
        } else if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
            let digits: String = digits.chars().take(14).collect();
            Self::Number {
                ids: (format!("{digits:0<14}"), format!("{digits:9<14}")),
                range: range(digits),
            }
        } else {
            Self::Text {
                name: range(plain.to_ascii_lowercase()),
                kana: range(wide.chars().map(katakana).collect()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_words() {
        for nothing in ["", "  　", "\u{0}"] {
            assert_eq!(Words::new(nothing), Words::Nothing);
        }
        for typed in ["0312", "０３-12", "(03) 12", "03 1 2"] {
            let Words::Number { range, ids } = Words::new(typed) else {
                panic!("{typed} is a number");
            };
            assert_eq!(range, ("0312".to_owned(), format!("0312{LAST}")), "{typed}");
            assert_eq!(ids, ("03120000000000".to_owned(), "03129999999999".to_owned()));
        }
        for (typed, name, kana) in [
            ("ABC 建設", "abc建設", "ABC建設"),
            ("ヤマダ　太郎", "ヤマダ太郎", "ヤマダ太郎"),
            ("やまだ", "やまだ", "ヤマダ"),
            ("ﾔﾏﾀﾞ", "ﾔﾏﾀﾞ", "ヤマダ"),
            ("-", "-", "-"),
        ] {
            let Words::Text { name: n, kana: k } = Words::new(typed) else {
                panic!("{typed} is a text");
            };
            assert_eq!((n.0.as_str(), k.0.as_str()), (name, kana), "{typed}");
            assert!(n.0 < n.1 && format!("{}龠", n.0) < n.1);
        }
    }
}
