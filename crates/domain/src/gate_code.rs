//! A worker's own code for number entry at the gate (番号入力): four digits that he chooses. Our rule; not the code on the card's back
//! (本人確認番号), which signs him in.

/// Length of a code.
pub const DIGITS: usize = 4;

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Not four digits.
    #[error("a code has four digits")]
    Shape,
    /// One digit four times, or a run: tried first by everybody.
    #[error("the code is one of those that everybody tries first")]
    Easy,
    /// It stands at the beginning or the end of the worker's ID, which is typed beside it.
    #[error("the code stands in the ID")]
    InId,
}

/// Checks a new code of the worker with this ID (14 digits).
///
/// # Errors
/// The first [`CodeFault`].
pub fn check(code: &str, worker: &str) -> Result<(), CodeFault> {
    if code.len() != DIGITS || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CodeFault::Shape);
    }
    let signs: Vec<u8> = code.bytes().map(|b| b - b'0').collect();
    let steps = |step: u8| signs.windows(2).all(|pair| (pair[0] + step) % 10 == pair[1]);
    // 9 is one down as well as nine up, in a circle of ten.
    if steps(0) || steps(1) || steps(9) {
        return Err(CodeFault::Easy);
    }
    let is_part = |from: usize| worker.get(from..from + DIGITS) == Some(code);
    if is_part(0) || is_part(8) || is_part(10) {
        return Err(CodeFault::InId);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::CodeFault::{Easy, InId, Shape};
    use super::*;

    #[test]
    fn table_of_codes() {
        let worker = "48260317597321";
        let cases = [
            ("4071", Ok(())),
            ("0907", Ok(())),
            ("1212", Ok(())),
            ("", Err(Shape)),
            ("407", Err(Shape)),
            ("40711", Err(Shape)),
            ("40a1", Err(Shape)),
            ("４０", Err(Shape)),
            ("0000", Err(Easy)),
            ("7777", Err(Easy)),
            ("1234", Err(Easy)),
            ("7890", Err(Easy)),
            ("4321", Err(Easy)),
            ("1098", Err(Easy)),
            ("4826", Err(InId)),
            ("5973", Err(InId)),
            ("7321", Err(InId)),
            ("0317", Ok(())),
        ];
        for (code, expected) in cases {
            assert_eq!(check(code, worker), expected, "{code}");
        }
    }
}
