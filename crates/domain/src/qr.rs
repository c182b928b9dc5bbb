//! Which QRs of workers a reader takes. Our rule: what the QR of the real worker app holds is not known.

/// What the prime lets a reader take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrUse {
    /// None.
    No,
    /// Those on the worker's telephone, which the registry has signed a moment ago.
    Signed,
    /// Printed ones too, which hold the worker ID alone: whoever has a copy of one can show it.
    Plain,
}

impl QrUse {
    /// All of them, the strictest first.
    pub const ALL: [Self; 3] = [Self::No, Self::Signed, Self::Plain];

    /// The stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "none",
            Self::Signed => "signed",
            Self::Plain => "plain",
        }
    }

    /// By its stored form.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for known in QrUse::ALL {
            assert_eq!(QrUse::of(known.word()), Some(known));
        }
        for unknown in ["", "Signed", "all"] {
            assert_eq!(QrUse::of(unknown), None, "{unknown}");
        }
    }
}
