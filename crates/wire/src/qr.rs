//! The QR that a worker shows at the gate, and what a reader without a network checks it by.
//!
//! The registry signs who and when (ECDSA on P-256, SHA-256); the roster copy brings every reader the public half. So whoever takes a
//! reader away can make no QR, not even for its own site; the worker need not say at which site he stands; and a newcomer who is not
//! on the copy yet is taken as with a card. What a signature cannot do: a QR that was photographed is good at another reader too, for
//! the rest of its minute.
//!
//! The text is `ASHIBA1`, the worker ID, the second it was made at (10 digits, Unix time) and the signature over all that (128 digits of
//! hex): of capitals and digits only, so that the picture stays small and a hand scanner can type it. A text of 14 digits alone is a
//! printed QR, as on the back of the card.

use std::str::FromStr;

use domain::{IdError, WorkerId};
use jiff::{SignedDuration, Timestamp};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

const MARK: &str = "ASHIBA1";
const ID: usize = 14;
const SECOND: usize = 10;
/// Length of what is signed.
const SAID: usize = MARK.len() + ID + SECOND;

/// By how much a clock may be wrong that was set right two weeks ago.
const DRIFT: SignedDuration = SignedDuration::from_secs(30);

/// What the registry signs with.
#[derive(Clone)]
pub struct QrKey(SigningKey);

impl QrKey {
    /// Of 32 bytes of chance. None if they are no key: of four thousand million, one.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// What readers check by, in hex.
    #[must_use]
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().to_sec1_point(true).as_bytes())
    }

    /// The text of a QR made at this moment.
    #[must_use]
    pub fn sign(&self, worker: WorkerId, made_at: Timestamp) -> String {
        let said = format!("{MARK}{worker}{:010}", made_at.as_second());
        let signature: Signature = self.0.sign(said.as_bytes());
        format!("{said}{}", hex::encode_upper(signature.to_bytes()))
    }
}

/// What a QR says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qr {
    /// The worker ID alone.
    Plain(WorkerId),
    /// Who and when, signed.
    Signed(SignedQr),
}

/// A QR that says it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedQr {
    /// Who.
    pub worker: WorkerId,
    /// When it was made, by the registry's clock.
    pub made_at: Timestamp,
    said: String,
    signature: String,
}

/// Why a signed QR is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrFault {
    /// The registry has not signed it.
    #[error("not signed by the registry")]
    Forged,
    /// It was good, but is not any more.
    #[error("made too long ago")]
    Stale,
    /// It is good later than now: the clock here is wrong.
    #[error("made in the future")]
    Ahead,
}

impl FromStr for Qr {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // A scanner may type small letters.
        let text = text.trim().to_ascii_uppercase();
        if text.starts_with(MARK) {
            SignedQr::read(&text).ok_or(IdError::Shape)?.map(Self::Signed)
        } else {
            text.parse().map(Self::Plain)
        }
    }
}

impl SignedQr {
    fn read(text: &str) -> Option<Result<Self, IdError>> {
        let (said, signature) = text.split_at_checked(SAID)?;
        let (worker, second) = said.get(MARK.len()..)?.split_at_checked(ID)?;
        let made_at = Timestamp::from_second(second.parse().ok()?).ok()?;
        Some(worker.parse().map(|worker| Self {
            worker,
            made_at,
            said: said.to_owned(),
            signature: signature.to_owned(),
        }))
    }

    /// Checks it by the registry's public key, at this moment of the registry's clock.
    ///
    /// # Errors
    /// [`QrFault`].
    pub fn check(&self, key: &str, now: Timestamp, good_for: SignedDuration) -> Result<(), QrFault> {
        let bytes = |text: &str| hex::decode(text).ok();
        let key = bytes(key).and_then(|bytes| VerifyingKey::from_sec1_bytes(&bytes).ok());
        let signature = bytes(&self.signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
        let is_signed = key
            .zip(signature)
            .is_some_and(|(key, signature)| key.verify(self.said.as_bytes(), &signature).is_ok());
        let age = now.duration_since(self.made_at);
        if !is_signed {
            Err(QrFault::Forged)
        } else if age > good_for + DRIFT {
            Err(QrFault::Stale)
        } else if age < -DRIFT {
            Err(QrFault::Ahead)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn worker() -> WorkerId {
        "01234567890121".parse().unwrap()
    }

    fn key() -> QrKey {
        QrKey::of(&[7; 32]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn check(text: &str, key: &QrKey, now: Timestamp) -> Result<(), QrFault> {
        match text.parse().unwrap() {
            Qr::Signed(signed) => signed.check(&key.public(), now, MINUTE),
            Qr::Plain(_) => panic!("not signed: {text}"),
        }
    }

    #[test]
    fn a_signed_one_is_good_for_its_time() {
        let text = key().sign(worker(), at(0));
        assert_eq!(text.len(), 159);
        assert!(text.starts_with("ASHIBA1012345678901211800000000"), "{text}");
        let cases = [
            ("at once", 0, Ok(())),
            ("in its last second", 60, Ok(())),
            ("a clock that runs ahead", 90, Ok(())),
            ("too late", 91, Err(QrFault::Stale)),
            ("the next day", 86_400, Err(QrFault::Stale)),
            ("a clock that runs behind", -30, Ok(())),
            ("from the future", -31, Err(QrFault::Ahead)),
        ];
        for (name, second, expected) in cases {
            assert_eq!(check(&text, &key(), at(second)), expected, "{name}");
        }
        let typed = format!(" {}\n", text.to_lowercase());
        assert_eq!(check(&typed, &key(), at(0)), Ok(()), "as a scanner types it");
    }

    #[test]
    fn nobody_else_can_make_one() {
        let text = key().sign(worker(), at(0));
        let other = QrKey::of(&[8; 32]).unwrap();
        assert_eq!(check(&text, &other, at(0)), Err(QrFault::Forged), "another registry's");
        let changes = [
            ("another worker", text.replacen("0123456789", "0123456780", 1)),
            ("another second", text.replacen("1800000000", "1800000001", 1)),
            ("no signature", text[..SAID].to_owned()),
            ("half of it", text[..text.len() - 64].to_owned()),
            ("no hex", format!("{}{}", &text[..SAID], "Z".repeat(128))),
            ("nothing but zeros", format!("{}{}", &text[..SAID], "0".repeat(128))),
        ];
        for (name, changed) in changes {
            assert_eq!(check(&changed, &key(), at(0)), Err(QrFault::Forged), "{name}");
        }
        let Qr::Signed(signed) = text.parse().unwrap() else {
            panic!("not signed");
        };
        for bad in ["", "no hex", "02"] {
            assert_eq!(signed.check(bad, at(0), MINUTE), Err(QrFault::Forged), "{bad}");
        }
    }

    #[test]
    fn what_is_neither_signed_nor_an_id_is_none() {
        assert_eq!("01234567890121".parse(), Ok(Qr::Plain(worker())));
        for bad in [
            "",
            "https://registry.example/",
            "ASHIBA1",
            "ASHIBA10123456789012",
            "ASHIBA1足場足場足場足場足場",
        ] {
            assert_eq!(bad.parse::<Qr>(), Err(IdError::Shape), "{bad}");
        }
        let company = key().sign(worker(), at(0)).replacen("01234567890121", "01234567890122", 1);
        assert!(matches!(company.parse::<Qr>(), Err(IdError::WrongKind { .. })));
        let no_second = key().sign(worker(), at(0)).replacen("1800000000", "18000000X0", 1);
        assert_eq!(no_second.parse::<Qr>(), Err(IdError::Shape));
    }
}
