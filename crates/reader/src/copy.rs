//! The roster copy as it lies on the device: sealed with a key made from the reader's key, so that without that key nobody reads a name in
//! the file, and a copy that was changed is no copy. Beside it lies in the open what `status` shows: its time, and how many people.

use jiff::Timestamp;
use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use wire::seal::{Kind, Secret};
use wire::{NumberEntry, QrEntry, RosterCopy};

use crate::outbox::{Outbox, setting};
use crate::upload::CLOCK_LIMIT;

/// What is known of the copy without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// When the registry made it.
    pub as_of: Timestamp,
    /// Until when touches may be judged by it.
    pub expires_at: Option<Timestamp>,
    /// How many people are on it.
    pub workers: usize,
}

impl From<&RosterCopy> for About {
    fn from(copy: &RosterCopy) -> Self {
        Self {
            as_of: copy.as_of,
            expires_at: copy.expires_at,
            workers: copy.workers.len(),
        }
    }
}

/// Whether touches may be judged by a copy at this moment: it has not expired, and our clock does not lie before it, for then we do not know
/// which day it is.
#[must_use]
pub fn judges(as_of: Timestamp, expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    as_of <= now + CLOCK_LIMIT && expires_at.is_none_or(|until| now < until)
}

/// How number entry goes at this moment, if it is allowed here and the copy is still good for it.
#[must_use]
pub fn number_entry(copy: &RosterCopy, now: Timestamp) -> Option<&NumberEntry> {
    copy.number_entry
        .as_ref()
        .filter(|_| judges(copy.as_of, copy.expires_at, now))
}

/// The same for QRs.
#[must_use]
pub fn qr_entry(copy: &RosterCopy, now: Timestamp) -> Option<&QrEntry> {
    copy.qr.as_ref().filter(|_| judges(copy.as_of, copy.expires_at, now))
}

/// Keeps a copy.
///
/// # Errors
/// If the outbox cannot be written.
pub async fn keep(outbox: &Outbox, secret: &Secret, copy: &RosterCopy, random: &mut StdRng) -> anyhow::Result<()> {
    let sealed = secret.seal(Kind::Kept, random.random(), &serde_json::to_vec(copy)?)?;
    outbox.set(setting::ROSTER_ABOUT, Some(&About::from(copy))).await?;
    outbox.set(setting::ROSTER, Some(&hex::encode(sealed))).await?;
    Ok(())
}

/// The copy that is kept. None if there is none, or if it was changed or sealed with another key: then the registry is asked for a new one.
///
/// # Errors
/// If the outbox cannot be read.
pub async fn kept(outbox: &Outbox, secret: &Secret) -> sqlx::Result<Option<RosterCopy>> {
    let Some(text) = outbox.setting::<String>(setting::ROSTER).await? else {
        return Ok(None);
    };
    let copy = hex::decode(text)
        .ok()
        .and_then(|sealed| secret.open(Kind::Kept, &sealed).ok())
        .and_then(|plain| serde_json::from_slice(&plain).ok());
    if copy.is_none() {
        tracing::warn!("the roster copy on this device cannot be opened with this key; a new one is asked for");
    }
    Ok(copy)
}

/// Forgets the copy: the key was revoked, so its names are no business of this device any more.
///
/// # Errors
/// If the outbox cannot be written.
pub async fn forget(outbox: &Outbox) -> sqlx::Result<()> {
    outbox.set::<String>(setting::ROSTER, None).await?;
    outbox.set::<About>(setting::ROSTER_ABOUT, None).await
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_copy_judges_from_its_time_to_its_end() {
        let at = |text: &str| -> Timestamp { format!("2026-11-{text}:00+09:00").parse().unwrap() };
        let cases = [
            ("right after", "20T06:01", true),
            ("days later", "30T06:00", true),
            ("in the last minute", "30T23:59", true),
            ("at its end", "31", false),
            ("our clock a little behind", "20T05:56", true),
            ("our clock far behind", "20T05:30", false),
        ];
        for (name, now, expected) in cases {
            let now = if now == "31" {
                at("30T23:59") + jiff::SignedDuration::from_mins(1)
            } else {
                at(now)
            };
            let end = at("30T23:59") + jiff::SignedDuration::from_mins(1);
            assert_eq!(judges(at("20T06:00"), Some(end), now), expected, "{name}");
        }
        assert!(judges(at("20T06:00"), None, at("30T06:00")), "an older registry sets no end");
    }

    #[tokio::test]
    async fn the_file_shows_no_name_and_a_changed_copy_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.sqlite");
        let outbox = Outbox::open(&path).await.unwrap();
        let copy = RosterCopy {
            site_id: "12345678901271".into(),
            site_name: "a site".into(),
            as_of: Timestamp::UNIX_EPOCH,
            expires_at: None,
            number_entry: None,
            qr: None,
            workers: vec![wire::RosterCopyRow {
                worker_id: "01234567890121".into(),
                name: "SOMEBODY".into(),
                language: "ja".into(),
                counts: true,
                reasons: vec![],
                dead_cards: None,
                code: None,
            }],
        };
        let secret = Secret::of_key("key");
        let mut random = StdRng::seed_from_u64(1);
        keep(&outbox, &secret, &copy, &mut random).await.unwrap();
        assert_eq!(kept(&outbox, &secret).await.unwrap().as_ref(), Some(&copy));
        assert_eq!(kept(&outbox, &Secret::of_key("another")).await.unwrap(), None);
        let about: Option<About> = outbox.setting(setting::ROSTER_ABOUT).await.unwrap();
        assert_eq!(about.map(|about| about.workers), Some(1));
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(8).any(|part| part == b"SOMEBODY"));
        }
        let sealed: String = outbox.setting(setting::ROSTER).await.unwrap().unwrap();
        let changed = format!(
            "{}{}",
            &sealed[..sealed.len() - 1],
            if sealed.ends_with('0') { "1" } else { "0" }
        );
        outbox.set(setting::ROSTER, Some(&changed)).await.unwrap();
        assert_eq!(kept(&outbox, &secret).await.unwrap(), None);
        // As an older program kept it.
        outbox.set(setting::ROSTER, Some(&copy)).await.unwrap();
        assert_eq!(kept(&outbox, &secret).await.unwrap(), None);
        forget(&outbox).await.unwrap();
        assert_eq!(kept(&outbox, &secret).await.unwrap(), None);
    }
}
