//! Readers looked up a moment ago: a gate in the morning, or a batch after batch in the evening, asks for the same key again and
//! again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ReaderKey;

/// How long a look-up holds; so long may a key that another server revoked still be taken here.
const HOLDS: Duration = Duration::from_secs(2);
/// Look-ups kept before those that hold no more are thrown out.
const MANY: usize = 10_000;

/// Readers by the hash of their key.
#[derive(Debug, Default)]
pub(crate) struct KnownReaders(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Counts how often all was forgotten: a look-up begun before is not kept.
    era: u64,
    readers: HashMap<String, (Instant, ReaderKey)>,
}

impl KnownReaders {
    /// The reader, or the era in which to look for it.
    pub(super) fn get(&self, hash: &str) -> Result<ReaderKey, u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = known.readers.get(hash).filter(|(at, _)| at.elapsed() < HOLDS);
        held.map(|(_, reader)| reader.clone()).ok_or(known.era)
    }

    /// Keeps what was found, unless all was forgotten meanwhile.
    pub(super) fn keep(&self, era: u64, hash: String, reader: ReaderKey) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.era == era {
            if known.readers.len() >= MANY {
                known.readers.retain(|_, (at, _)| at.elapsed() < HOLDS);
            }
            known.readers.insert(hash, (Instant::now(), reader));
        }
    }

    /// Forgets all, so that a key just revoked is refused at once. To be called when the revocation is committed.
    pub(crate) fn forget(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.era += 1;
        known.readers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_begun_before_a_revocation_is_not_kept() {
        let known = KnownReaders::default();
        let reader = ReaderKey {
            reader: "r".into(),
            site: "12345678901271".parse().unwrap(),
            secret: wire::seal::Secret::of_key("key"),
        };
        let era = known.get("hash").unwrap_err();
        known.keep(era, "hash".into(), reader.clone());
        assert_eq!(known.get("hash").unwrap().reader, "r");
        let era = known.get("other").unwrap_err();
        known.forget();
        known.keep(era, "other".into(), reader);
        assert!(known.get("hash").is_err());
        assert!(known.get("other").is_err());
    }
}
