//! Touches on a USB stick, for sites without a network: what waits goes into a file that only the registry can open, the prime sends it in on
//! the page of the card readers, and the receipt that is offered there tells this device what has arrived. Until then all of it stays here.

use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rand::RngExt;
use rand::rngs::StdRng;
use wire::seal::{Kind, NotOpened, Secret};
use wire::{OutboxFile, Receipt};

use crate::os;
use crate::outbox::{Outbox, setting};
use crate::registry::{SENDER, item};

/// Most touches of a file: what the registry's page takes. The rest is for the next file, after the receipt of this one.
const MOST: usize = 100_000;

/// Writes what waits into a file, and says how many touches. A file of that name is replaced as a whole or not at all.
///
/// # Errors
/// If the outbox cannot be read or the file cannot be written.
pub async fn export(outbox: &Outbox, secret: &Secret, path: &Path, now: Timestamp, random: &mut StdRng) -> Result<usize> {
    let touches = outbox.to_send(MOST).await?;
    let file = OutboxFile {
        written_at: now,
        sender: SENDER.into(),
        device: outbox.setting(setting::DEVICE).await?.unwrap_or_default(),
        touches: touches.iter().map(item).collect(),
    };
    let sealed = secret.seal(Kind::Outbox, random.random(), &serde_json::to_vec(&file)?)?;
    os::write_private(path, &sealed).with_context(|| format!("the file {} cannot be written", path.display()))?;
    Ok(touches.len())
}

/// Takes a receipt in: what the registry has of this device waits no more. Says how many touches that were.
///
/// # Errors
/// If the file is no receipt for this device, or the outbox cannot be written.
pub async fn receipt(outbox: &Outbox, secret: &Secret, path: &Path) -> Result<u64> {
    let about = || format!("receipt {}", path.display());
    let bytes = std::fs::read(path).with_context(about)?;
    let plain = match secret.open(Kind::Receipt, &bytes) {
        Ok(plain) => plain,
        Err(NotOpened::NotOurs) => bail!("{}: it was changed, or is not for the key of this reader", about()),
        Err(error) => bail!("{}: {error}; download it again", about()),
    };
    let receipt: Receipt = serde_json::from_slice(&plain).with_context(about)?;
    let own: String = outbox.setting(setting::DEVICE).await?.unwrap_or_default();
    let Some((_, received)) = receipt.devices.iter().find(|(device, _)| *device == own) else {
        bail!("{}: the registry has nothing of this device yet", about());
    };
    Ok(outbox.received(received).await?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use domain::{Direction, TouchKey};
    use rand::SeedableRng;
    use wire::Method;

    use super::*;
    use crate::outbox::NewTouch;

    async fn filled() -> (tempfile::TempDir, Outbox) {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
        let touches: Vec<_> = (1..=5)
            .map(|n| NewTouch {
                item_id: n.to_string(),
                key: TouchKey::new(
                    "01234567890121".parse().unwrap(),
                    "12345678901271".parse().unwrap(),
                    Timestamp::from_second(n).unwrap(),
                    Direction::In,
                ),
                method: Method::Card,
                card_issue: Some(1),
            })
            .collect();
        outbox.push(&touches).await.unwrap();
        (dir, outbox)
    }

    #[tokio::test]
    async fn the_file_holds_what_waits_and_shows_nothing() {
        let (dir, outbox) = filled().await;
        let secret = Secret::of_key("key");
        let path = dir.path().join("touches.ashiba");
        let mut random = StdRng::seed_from_u64(1);
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(export(&outbox, &secret, &path, now, &mut random).await.unwrap(), 5);
        let first = std::fs::read(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!first.windows(14).any(|part| part == b"01234567890121"));
        let file: OutboxFile = serde_json::from_slice(&secret.open(Kind::Outbox, &first).unwrap()).unwrap();
        assert_eq!(
            file.touches.iter().map(|t| t.seq).collect::<Vec<_>>(),
            (1..=5).map(Some).collect::<Vec<_>>()
        );
        // Nothing is gone from here, and a second file is another one.
        assert_eq!(export(&outbox, &secret, &path, now, &mut random).await.unwrap(), 5);
        assert_ne!(std::fs::read(&path).unwrap(), first);
        assert!(
            export(&outbox, &secret, &dir.path().join("no/such/folder"), now, &mut random)
                .await
                .is_err()
        );
        assert_eq!(outbox.counts().await.unwrap().pending, 5);
    }

    #[tokio::test]
    async fn a_receipt_settles_what_has_arrived_and_nothing_else() {
        let (dir, outbox) = filled().await;
        let secret = Secret::of_key("key");
        let own: String = outbox.setting(setting::DEVICE).await.unwrap().unwrap();
        let path = dir.path().join("receipt.ashiba");
        let sealed = |device: &str, key: &str| {
            let receipt = Receipt {
                devices: vec![("another".into(), vec![(1, 9)]), (device.into(), vec![(1, 2), (4, 4)])],
            };
            let plain = serde_json::to_vec(&receipt).unwrap();
            Secret::of_key(key).seal(Kind::Receipt, [1; 12], &plain).unwrap()
        };
        let good = sealed(&own, "key");
        let mut changed = good.clone();
        *changed.last_mut().unwrap() ^= 1;
        for (bytes, why) in [
            (b"hello".to_vec(), "another kind of file"),
            (good[..good.len() - 3].to_vec(), "not whole"),
            (changed, "was changed"),
            (sealed(&own, "other key"), "not for the key"),
            (sealed("somebody else", "key"), "nothing of this device"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let told = format!("{:#}", receipt(&outbox, &secret, &path).await.unwrap_err());
            assert!(told.contains(why), "{told}");
            assert_eq!(outbox.counts().await.unwrap().pending, 5, "{why}");
        }
        std::fs::write(&path, good).unwrap();
        assert_eq!(receipt(&outbox, &secret, &path).await.unwrap(), 3);
        assert_eq!(receipt(&outbox, &secret, &path).await.unwrap(), 0, "twice is once");
        let left: Vec<_> = outbox.to_send(9).await.unwrap().iter().map(|t| t.seq).collect();
        assert_eq!(left, [3, 5]);
    }
}
