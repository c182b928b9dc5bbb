//! Passwords (パスワード): which are taken. Length decides; no rule about kinds of signs (registry rule book R-PW-1, a proposal).

use std::collections::HashSet;
use std::sync::LazyLock;

/// The commonest passwords, and words of the trade that everybody would try.
const COMMON: &str = include_str!("../../../data/common_passwords.txt");

static STEMS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    COMMON
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect()
});

/// Longest password in bytes: hashing more would only keep the server busy.
pub const LONGEST: usize = 200;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer characters than the policy asks for.
    #[error("the password is too short")]
    TooShort,
    /// More than [`LONGEST`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// The ID itself, or the ID with little around it.
    #[error("the password is the ID")]
    IsId,
    /// One of the commonest, or one with digits and signs around it, or a single sign or run repeated.
    #[error("the password is one of the commonest")]
    Common,
}

/// Checks a new password.
///
/// # Errors
/// The first [`PasswordFault`].
pub fn check(password: &str, sign_in_id: &str, least: i64) -> Result<(), PasswordFault> {
    if i64::try_from(password.chars().count()).unwrap_or(i64::MAX) < least {
        return Err(PasswordFault::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordFault::TooLong);
    }
    let plain: String = password.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let id: String = sign_in_id.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if !id.is_empty() && plain.contains(&id) && plain.chars().count() < id.chars().count() + 6 {
        return Err(PasswordFault::IsId);
    }
    let stem = plain.trim_matches(|c: char| !c.is_alphabetic());
    let period = repeated(&plain);
    let is_common = [
        plain.as_str(),
        stem,
        period,
        period.trim_matches(|c: char| !c.is_alphabetic()),
    ]
    .iter()
    .any(|word| STEMS.contains(word))
        || period.chars().count() <= 2
        || is_run(period);
    if is_common { Err(PasswordFault::Common) } else { Ok(()) }
}

/// The shortest piece that the text repeats; itself if it repeats nothing.
fn repeated(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends.filter(|end| *end * 2 <= text.len()) {
        let piece = &text[..end];
        if text.as_bytes().chunks(end).all(|chunk| piece.as_bytes().starts_with(chunk)) {
            return piece;
        }
    }
    text
}

/// Each sign follows or precedes the one before (`123456789012` with 0 after 9 too).
fn is_run(text: &str) -> bool {
    let signs: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |up: bool| {
        signs.windows(2).all(|pair| {
            let (a, b) = if up { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            b == a + 1 || (a, b) == (u32::from('9'), u32::from('0'))
        })
    };
    steps(true) || steps(false)
}

#[cfg(test)]
mod tests {
    use super::PasswordFault::{Common, IsId, TooLong, TooShort};
    use super::*;

    #[test]
    fn table_of_passwords() {
        let id = "12345678901222";
        let cases = [
            ("足場のうえで7時半に朝礼", Ok(())),
            ("correct horse battery", Ok(())),
            ("r4t-q8w-z1x-p0o", Ok(())),
            ("", Err(TooShort)),
            ("elevenchars", Err(TooShort)),
            ("password2026!!", Err(Common)),
            ("PasswordPassword", Err(Common)),
            ("pass word 2026 !!!!", Err(Common)),
            ("qwertyuiop123456", Err(Common)),
            ("123456789012", Err(Common)),
            ("987654321098", Err(Common)),
            ("abcdefghijklmn", Err(Common)),
            ("aaaaaaaaaaaaaa", Err(Common)),
            ("abababababababa", Err(Common)),
            ("administrator", Err(Common)),
            ("12345678901222", Err(IsId)),
            ("1234 5678 9012 22", Err(IsId)),
            ("a12345678901222", Err(IsId)),
        ];
        for (password, expected) in cases {
            assert_eq!(check(password, id, 12), expected, "{password}");
        }
        assert_eq!(check(&"長い秘密の言葉".repeat(20), id, 12), Err(TooLong));
        assert!(
            check("12345678901222 と足場の上で朝礼", id, 12).is_ok(),
            "the ID within a long one"
        );
    }

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        assert!(STEMS.len() > 100);
        for stem in &*STEMS {
            assert_eq!(*stem, stem.to_lowercase().replace(char::is_whitespace, ""));
        }
    }
}
