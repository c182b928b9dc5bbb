//! The file itself: its durability, its layouts, its chain, its damages.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;

use domain::Direction;
use wire::Method;

use super::*;

async fn fresh() -> (tempfile::TempDir, Outbox) {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    (dir, outbox)
}

fn touch(n: i64) -> NewTouch {
    NewTouch {
        item_id: n.to_string(),
        key: TouchKey::new(
            "01234567890121".parse().unwrap(),
            "12345678901271".parse().unwrap(),
            Timestamp::from_second(n).unwrap(),
            Direction::In,
        ),
        method: Method::Card,
        card_issue: Some(2),
    }
}

fn answer(n: i64, outcome: Outcome) -> TouchAnswer {
    TouchAnswer {
        item_id: n.to_string(),
        outcome,
        name: None,
        day: None,
        remarks: vec![],
    }
}

async fn sql(outbox: &Outbox, text: &'static str) {
    sqlx::raw_sql(text).execute(&outbox.pool).await.unwrap();
}

async fn seqs(outbox: &Outbox) -> Vec<i64> {
    outbox.to_send(2).await.unwrap(); // A small page must not hide what comes behind it.
    outbox.to_send(99).await.unwrap().iter().map(|touch| touch.seq).collect()
}

#[tokio::test]
async fn the_file_is_durable_private_and_not_older_than_its_layout() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep").join("outbox.sqlite");
    let outbox = Outbox::open(&path).await.unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&outbox.pool)
        .await
        .unwrap();
    let sync: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&outbox.pool)
        .await
        .unwrap();
    assert_eq!((journal.as_str(), sync), ("wal", 2), "2 is FULL: a commit is on the disk");
    for file in ["outbox.sqlite", "outbox.sqlite-wal"] {
        let mode = std::fs::metadata(path.with_file_name(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    sql(&outbox, "PRAGMA user_version = 5").await;
    outbox.close().await;
    assert!(Outbox::open(&path).await.is_err(), "a newer program's file is left alone");
    assert!(
        Outbox::open_or_save(&path, Timestamp::UNIX_EPOCH).await.is_err(),
        "and is no damage"
    );
}

#[tokio::test]
async fn a_file_of_the_first_layout_keeps_what_it_holds() {
    let (dir, outbox) = fresh().await;
    sql(
        &outbox,
        "ALTER TABLE touch DROP COLUMN card_issue; ALTER TABLE touch DROP COLUMN previous; ALTER TABLE touch DROP COLUMN hash;
         DROP INDEX touch_at; DELETE FROM setting; PRAGMA user_version = 1;
         INSERT INTO touch (seq, item_id, worker_id, site_id, at, direction, method)
         VALUES (4, 'a', '01234567890121', '12345678901271', 1, 'in', 'card'), (7, 'b', '01234567890121', '12345678901271', 2, 'in', 'card')",
    )
    .await;
    outbox.close().await;
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let kept = outbox.to_send(9).await.unwrap();
    assert_eq!((kept.len(), kept[0].card_issue), (2, None));
    outbox.push(&[touch(3)]).await.unwrap();
    assert_eq!(seqs(&outbox).await, [4, 7, 8], "numbers go on");
    assert_eq!(outbox.verify().await.unwrap(), None, "holes of an older program say nothing");
    let report = outbox.report(1).await.unwrap().unwrap();
    assert_eq!((report.backlog, report.highest, report.id.len()), (2, 8, 32));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_is_opened_by_several_at_once() {
    for _ in 0..10 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.sqlite");
        let openers: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn({
                    let path = path.clone();
                    async move { Outbox::open(&path).await?.counts().await.map_err(anyhow::Error::from) }
                })
            })
            .collect();
        for opener in openers {
            assert_eq!(opener.await.unwrap().unwrap().stored, 0);
        }
    }
}

#[tokio::test]
async fn only_stored_touches_are_forgotten() {
    let (_dir, outbox) = fresh().await;
    outbox.push(&[touch(1), touch(2), touch(3)]).await.unwrap();
    outbox
        .mark(&[answer(1, Outcome::Stored), answer(2, Outcome::Refused)])
        .await
        .unwrap();
    let all = Timestamp::from_second(99).unwrap();
    assert_eq!(outbox.forget_stored_before(all).await.unwrap(), 1);
    let left = outbox.counts().await.unwrap();
    assert_eq!((left.pending, left.refused, left.stored), (1, 1, 0));
    assert_eq!(left.oldest_pending, Timestamp::from_second(3).ok());
    assert_eq!(outbox.verify().await.unwrap(), None, "what was let go is no fault");
    // The numbers go on even if nothing is left.
    outbox.mark(&[answer(3, Outcome::Stored)]).await.unwrap();
    outbox.forget_stored_before(all).await.unwrap();
    outbox.push(&[touch(4), touch(3)]).await.unwrap();
    assert_eq!(seqs(&outbox).await, [4, 5]);
    assert_eq!(outbox.verify().await.unwrap(), None);
}

#[tokio::test]
async fn numbers_have_no_gap_whatever_comes_twice() {
    let (_dir, outbox) = fresh().await;
    assert_eq!(
        outbox.push(&[touch(1), touch(1), touch(2)]).await.unwrap(),
        [true, false, true]
    );
    assert_eq!(outbox.push(&[touch(2), touch(1)]).await.unwrap(), [false, false]);
    assert_eq!(outbox.push(&[touch(3)]).await.unwrap(), [true]);
    assert_eq!(seqs(&outbox).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_was_changed_or_taken_out_shows_and_the_rest_is_sent() {
    let fault = |first, changed, missing, unlinked| {
        Some(Fault {
            first,
            changed,
            missing,
            unlinked,
        })
    };
    let cases = [
        ("nothing", "SELECT 1", None, vec![1, 2, 3, 4, 5]),
        (
            "another worker",
            "UPDATE touch SET worker_id = '99999999999921' WHERE seq = 2",
            fault(2, 1, 0, 0),
            vec![1, 3, 4, 5],
        ),
        (
            "another time, and one that nobody can read",
            "UPDATE touch SET at = at + 3600 WHERE seq = 3; UPDATE touch SET worker_id = 'x', method = 'y' WHERE seq = 5",
            fault(3, 2, 0, 0),
            vec![1, 2, 4],
        ),
        (
            "one is gone",
            "DELETE FROM touch WHERE seq = 4",
            fault(4, 0, 1, 0),
            vec![1, 2, 3, 5],
        ),
        (
            "the newest are gone",
            "DELETE FROM touch WHERE seq > 3",
            fault(4, 0, 2, 0),
            vec![1, 2, 3],
        ),
        ("all are gone", "DELETE FROM touch", fault(1, 0, 5, 0), vec![]),
        (
            "one in the place of another",
            "UPDATE touch SET hash = '', previous = '' WHERE seq = 2",
            fault(2, 1, 0, 1),
            vec![1, 3, 4, 5],
        ),
    ];
    for (name, tampering, expected, sent) in cases {
        let (_dir, outbox) = fresh().await;
        outbox.push(&(1..=5).map(touch).collect::<Vec<_>>()).await.unwrap();
        sql(&outbox, tampering).await;
        assert_eq!(outbox.verify().await.unwrap(), expected, "{name}");
        assert_eq!(seqs(&outbox).await, sent, "{name}");
        let report = outbox.report(0).await.unwrap().unwrap();
        assert_eq!(report.broken_at, expected.map(|fault| fault.first), "{name}");
        assert_eq!(report.highest, 5, "{name}");
        // The gate goes on, and new touches are sent; even if what is kept of the end is lost.
        outbox.last_of(touch(1).key.worker, touch(1).key.site).await.unwrap();
        outbox.push(&[touch(6)]).await.unwrap();
        assert_eq!(seqs(&outbox).await.last(), Some(&6), "{name}");
        sql(&outbox, "DELETE FROM setting").await;
        outbox.push(&[touch(7)]).await.unwrap();
        assert_eq!(seqs(&outbox).await.last(), Some(&7), "{name}");
    }
}

#[tokio::test]
async fn what_the_registry_lacks_is_sent_again_once() {
    let (_dir, outbox) = fresh().await;
    outbox.push(&(1..=5).map(touch).collect::<Vec<_>>()).await.unwrap();
    let stored: Vec<_> = (1..=4).map(|n| answer(n, Outcome::Stored)).collect();
    outbox.mark(&stored).await.unwrap();
    let done = HashSet::from([2]);
    assert_eq!(outbox.again(&[(1, 3), (7, u64::MAX)], &done).await.unwrap(), [1, 3]);
    assert_eq!(seqs(&outbox).await, [1, 3, 5]);
}

#[tokio::test]
async fn a_damaged_file_is_put_aside_and_what_it_tells_is_taken_over() {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    // Whole, cut in the middle, overwritten in the middle, no database at all.
    for (name, damage, least) in [
        ("whole", None, 400),
        ("cut off", Some((0.6, 0)), 1),
        ("overwritten", Some((0.5, 4_096)), 200),
        ("no database", Some((0.0, usize::MAX)), 0),
    ] {
        let (dir, outbox) = fresh().await;
        let path = dir.path().join("outbox.sqlite");
        outbox.push(&(1..=400).map(touch).collect::<Vec<_>>()).await.unwrap();
        sql(&outbox, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        outbox.close().await;
        if let Some((from, bytes)) = damage {
            let mut file = std::fs::read(&path).unwrap();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a place in a file"
            )]
            let from = (file.len() as f64 * from) as usize / 4_096 * 4_096;
            if bytes == 0 {
                file.truncate(from);
            } else {
                let end = from.saturating_add(bytes).min(file.len());
                file[from..end].fill(0x5a);
            }
            std::fs::write(&path, file).unwrap();
        }
        let outbox = Outbox::open_or_save(&path, now).await.unwrap();
        let told: Option<Damage> = outbox.setting(setting::DAMAGE).await.unwrap();
        assert_eq!(told.is_some(), damage.is_some(), "{name}");
        let sent = outbox.to_send(999).await.unwrap();
        assert!(sent.len() >= least, "{name}: {}", sent.len());
        assert!(
            sent.windows(2).all(|pair| pair[0].key.at < pair[1].key.at),
            "{name}: each once, in order"
        );
        if let Some(told) = told {
            assert_eq!(told.saved, sent.len() as u64, "{name}");
            assert!(told.file.exists(), "{name}: the damaged file is kept");
        }
        outbox.push(&[touch(500)]).await.unwrap();
        assert_eq!(outbox.verify().await.unwrap(), None, "{name}");
    }
}
