//! What reader and registry prove to each other and hide from whoever carries it: a copy of the roster that has lain on a disc, an
//! outbox that travels on a stick.
//!
//! Both ends know one secret, the SHA-256 of the reader's key: the registry keeps nothing else of it. From the secret a key of its own is
//! made for each use by HMAC-SHA-256. Codes are HMAC-SHA-256, files AES-256-GCM. Signatures with a key pair would let others check them
//! too, but nobody else has to, and the pair would be one more thing to be kept, handed over and renewed.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Bytes of chance that each sealed file needs, never the same twice.
pub const NONCE: usize = 12;
/// Length of what stands before the bytes of a file: its kind and the length of the rest.
const HEAD: usize = 24;

/// What is sealed: a file of one kind is never taken for one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`crate::OutboxFile`]: touches on their way to the registry.
    Outbox,
    /// [`crate::Receipt`]: what the registry has of them.
    Receipt,
    /// What a device keeps for itself.
    Kept,
}

impl Kind {
    fn mark(self) -> [u8; 16] {
        *match self {
            Self::Outbox => b"ashiba-outbox-1\n",
            Self::Receipt => b"ashiba-receipt1\n",
            Self::Kept => b"ashiba-kept---1\n",
        }
    }
}

/// Why something sealed is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// It is no file of this kind.
    #[error("this is another kind of file")]
    OtherKind,
    /// Its end is missing: it was not copied whole.
    #[error("the file is not whole: it has {bytes} of {of} bytes")]
    NotWhole {
        /// Bytes there are.
        bytes: u64,
        /// Bytes there should be.
        of: u64,
    },
    /// It was changed, or was sealed with the key of another reader.
    #[error("the file was changed, or belongs to another key")]
    NotOurs,
}

/// It is too large to be sealed: past 60 GB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too large to be sealed")]
pub struct TooLarge;

/// What both ends know. It shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Of a reader's key.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// Of the hash of it in hex, as the registry keeps it. None if that is no SHA-256.
    #[must_use]
    pub fn of_hash(hash: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(hash, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    fn hmac(&self) -> Hmac<Sha256> {
        // HMAC fills a shorter key up with zeros itself.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        Hmac::new(&block.into())
    }

    /// A key for one use.
    fn derived(&self, label: &[u8]) -> Self {
        Self(self.hmac().chain_update(label).finalize().into_bytes().into())
    }

    fn roster(&self, body: &[u8]) -> Hmac<Sha256> {
        self.derived(b"ashiba roster copy 1").hmac().chain_update(body)
    }

    /// The code of a roster copy, over the bytes of its body, in hex.
    #[must_use]
    pub fn code(&self, body: &[u8]) -> String {
        hex::encode(self.roster(body).finalize().into_bytes())
    }

    /// Whether the code belongs to the body.
    #[must_use]
    pub fn proves(&self, body: &[u8], code: &str) -> bool {
        hex::decode(code).is_ok_and(|code| self.roster(body).verify_slice(&code).is_ok())
    }

    fn cipher(&self, kind: Kind) -> Aes256Gcm {
        Aes256Gcm::new(&self.derived(&kind.mark()).0.into())
    }

    /// Encrypts `plain` so that nobody can read it or change it unseen.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn seal(&self, kind: Kind, nonce: [u8; NONCE], plain: &[u8]) -> Result<Vec<u8>, TooLarge> {
        let length = (NONCE + plain.len() + 16) as u64;
        let mut file = Vec::with_capacity(HEAD + NONCE + plain.len() + 16);
        file.extend(kind.mark());
        file.extend(length.to_be_bytes());
        let payload = Payload { msg: plain, aad: &file };
        let sealed = self.cipher(kind).encrypt(&nonce.into(), payload).map_err(|_| TooLarge)?;
        file.extend(nonce);
        file.extend(sealed);
        Ok(file)
    }

    /// What was sealed.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(&self, kind: Kind, file: &[u8]) -> Result<Vec<u8>, NotOpened> {
        let body = body(kind, file)?;
        let (nonce, sealed) = body.split_first_chunk::<NONCE>().ok_or(NotOpened::NotOurs)?;
        let payload = Payload {
            msg: sealed,
            aad: &file[..HEAD],
        };
        self.cipher(kind)
            .decrypt(&(*nonce).into(), payload)
            .map_err(|_| NotOpened::NotOurs)
    }
}

/// What stands behind the head, if the file is of this kind and whole. Needs no key.
///
/// # Errors
/// [`NotOpened::OtherKind`], [`NotOpened::NotWhole`].
pub fn body(kind: Kind, file: &[u8]) -> Result<&[u8], NotOpened> {
    let (mark, rest) = file.split_first_chunk::<16>().ok_or(NotOpened::OtherKind)?;
    if *mark != kind.mark() {
        return Err(NotOpened::OtherKind);
    }
    let bytes = file.len() as u64;
    let (length, body) = rest
        .split_first_chunk::<8>()
        .ok_or(NotOpened::NotWhole { bytes, of: HEAD as u64 })?;
    let of = u64::from_be_bytes(*length).saturating_add(HEAD as u64);
    match bytes.cmp(&of) {
        std::cmp::Ordering::Less => Err(NotOpened::NotWhole { bytes, of }),
        std::cmp::Ordering::Equal => Ok(body),
        std::cmp::Ordering::Greater => Err(NotOpened::NotOurs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::of_key("ashiba_0123")
    }

    #[test]
    fn both_ends_know_the_same() {
        let hash = hex::encode(Sha256::digest(b"ashiba_0123"));
        assert!(Secret::of_hash(&hash).is_some_and(|theirs| theirs == secret()));
        assert!(Secret::of_hash("00").is_none() && Secret::of_hash(&"x".repeat(64)).is_none());
    }

    #[test]
    fn a_code_holds_for_its_body_and_its_key_alone() {
        let code = secret().code(b"copy");
        assert!(secret().proves(b"copy", &code));
        assert!(!secret().proves(b"copY", &code));
        assert!(!Secret::of_key("another").proves(b"copy", &code));
        for bad in ["", "zz", &code[..62]] {
            assert!(!secret().proves(b"copy", bad), "{bad}");
        }
    }

    #[test]
    fn a_file_is_opened_whole_and_unchanged_or_not_at_all() {
        let file = secret().seal(Kind::Outbox, [7; NONCE], b"touches").unwrap();
        assert!(!file.windows(7).any(|part| part == b"touches"));
        assert_eq!(secret().open(Kind::Outbox, &file).unwrap(), b"touches");
        assert_eq!(secret().open(Kind::Receipt, &file), Err(NotOpened::OtherKind));
        assert_eq!(Secret::of_key("another").open(Kind::Outbox, &file), Err(NotOpened::NotOurs));
        assert_eq!(secret().open(Kind::Outbox, b"PK"), Err(NotOpened::OtherKind));
        let of = file.len() as u64;
        for end in 16..file.len() {
            let cut = secret().open(Kind::Outbox, &file[..end]);
            assert!(matches!(cut, Err(NotOpened::NotWhole { .. })), "{end}: {cut:?}");
        }
        assert_eq!(
            secret().open(Kind::Outbox, &file[..30]),
            Err(NotOpened::NotWhole { bytes: 30, of })
        );
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(secret().open(Kind::Outbox, &changed).is_err(), "byte {at}");
        }
        let mut longer = file;
        longer.push(0);
        assert_eq!(secret().open(Kind::Outbox, &longer), Err(NotOpened::NotOurs));
    }
}
