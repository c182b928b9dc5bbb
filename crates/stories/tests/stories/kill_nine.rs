//! kill -9, on both sides of a bad network.
//!
//! Cards are held to the reader without a pause. The reader is killed at random moments; so is the registry; between them
//! connections are cut at random bytes and answers of 503 come out of nowhere. At the end: for every beep there is a touch in the
//! registry, the outbox and the registry hold exactly the same touches, none is there twice, and every touch has its history
//! with one judgement.
//!
//! What this proves: neither program has a moment at which it says more than it has handed to the operating system, and each finds
//! its data in order when it starts again. What it cannot prove: that the data outlast a pulled plug, since a killed program's
//! writes stay in the system's memory (and the tests' PostgreSQL, which nobody kills here, runs with `fsync=off`). That rests on the
//! settings of the databases: SQLite with WAL and `synchronous=FULL` on both sides, which tests of `reader` and `store` look at;
//! PostgreSQL as its server is set, which no test looks at (`synchronous_commit` and `fsync` must stay on).

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{Clock, SystemClock};
use rand::RngExt;
use rand::rngs::StdRng;
use reader::outbox::{Outbox, State};
use registry::made_up::Worker;
use registry::testing::World;
use store::Db;
use testkit::{on_both, rng};
use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::time::sleep;

use crate::proxy::{Proxy, Weather};
use crate::records;
use crate::support::*;

/// How often the reader is killed, at least; on a slow machine it goes on until enough was heard.
const ROUNDS: usize = 20;
const HEARD: usize = 200;

fn millis(random: &mut StdRng, from: u64, to: u64) -> Duration {
    Duration::from_millis(random.random_range(from..to))
}

/// Holds one card after the other to the reader, each once, as fast as it takes them.
async fn feed(reader: &mut Child, cards: &mut impl Iterator<Item = &Worker>) {
    let mut input = reader.stdin.take().unwrap();
    for card in cards {
        if input.write_all(format!("{}\n", card.id).as_bytes()).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(2)).await;
    }
}

on_both!(
    nothing_beeped_for_is_missing_and_nothing_is_there_twice,
    |backend| async move {
        let world = World::new(backend).await;
        // The programs have the real clock, so the site's period lies around it.
        let today = SystemClock.today();
        set_period(&world, today.plus(-30), today.plus(30)).await;
        let workers = hire(&world, 5_000, &mut rng(20)).await;
        let database = world.test.address().to_owned();
        // From here on the database is the killed program's alone.
        world.test.app.db().close().await;

        let folder = tempfile::tempdir().unwrap();
        let proxy = Proxy::before(([127, 0, 0, 1], 1).into(), rng(21)).await;
        proxy.weather(Weather::Rough(20_000));
        let mut cards = workers.iter();
        let reader_dies = async {
            let mut random = rng(22);
            let mut round = 0;
            while round < ROUNDS || beeps(folder.path()).len() < HEARD {
                round += 1;
                let mut reader = start_reader(&proxy.address, world.site, &world.reader, folder.path(), 0);
                tokio::select! {
                    () = feed(&mut reader, &mut cards) => {}
                    () = sleep(millis(&mut random, 20, 700)) => {}
                }
                reader.kill().await.unwrap();
            }
        };
        let mut killed = 0;
        let registry_dies = async {
            let mut random = rng(23);
            loop {
                let started = start_registry(&database).await;
                let (mut registry, address) = started.expect("the registry starts on what the last one left");
                proxy.aim(address);
                sleep(millis(&mut random, 50, 800)).await;
                registry.kill().await.unwrap();
                killed += 1;
                sleep(millis(&mut random, 0, 100)).await;
            }
        };
        tokio::select! {
            () = reader_dies => {}
            () = registry_dies => {}
        }

        // The sky clears: a last reader gets twenty more cards and the end of its input.
        let started = start_registry(&database).await;
        let (mut registry, address) = started.expect("the registry starts on what the last one left");
        proxy.aim(address);
        proxy.weather(Weather::Fair);
        let mut reader = start_reader(&proxy.address, world.site, &world.reader, folder.path(), 0);
        feed(&mut reader, &mut cards.by_ref().take(20)).await;
        assert!(reader.wait().await.unwrap().success());
        registry.kill().await.unwrap();

        let outbox = Outbox::open(&folder.path().join("outbox.sqlite")).await.unwrap();
        assert_eq!(outbox.counts().await.unwrap().pending, 0);
        let sent = outbox.in_state(State::Stored, usize::MAX).await.unwrap();
        let db = Db::open(&database, store::Options::default()).await.unwrap();
        let stored = records::touches(&db).await;
        // A kill may cut the beep log's last line: that beep was not heard to its end.
        let heard: BTreeSet<String> = beeps(folder.path()).into_iter().filter_map(|(_, item)| item).collect();
        println!(
            "{} touches, {} beeps, the registry was killed {killed} times",
            stored.len(),
            heard.len()
        );
        assert!(killed > 3, "the story did not happen");
        let ids: BTreeSet<String> = stored.values().cloned().collect();
        assert_eq!(heard.difference(&ids).count(), 0, "a beep without a touch in the registry");
        assert_eq!(stored, sent.into_iter().map(|t| (t.key, t.item_id)).collect());
        let people: BTreeSet<_> = stored.keys().map(|key| key.worker).collect();
        assert_eq!(people.len(), stored.len(), "a card held once is there once");
        let days = records::days(&db).await;
        assert_eq!(days.keys().map(|(worker, _)| *worker).collect::<BTreeSet<_>>(), people);
        assert_eq!(days.len(), stored.len());
        assert_eq!(records::count_judgements(&db).await, i64::try_from(days.len()).unwrap());
        db.close().await;
    }
);
