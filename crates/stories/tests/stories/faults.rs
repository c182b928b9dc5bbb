//! Everything goes wrong at once: many readers, a bad network, a registry and a database that die, wrong clocks.
//!
//! Each reader has a file of a built-in logger to send, and between its attempts live cards are held to it, some of them twice. It is
//! killed at random moments, and started again with a clock that is right or wrong by hours or weeks. So is the registry. The
//! connections of the database are cut beneath it. The network is cut, slow, silent or fair in turn, and answers of batches are lost,
//! so that these come again. Somebody else sends parts of the same files, shuffled. Afterwards what the registry holds is exactly
//! what follows from the files and from what was beeped for, by rules written here a second time.
//!
//! Small in the daily run. `cargo xtask faults` runs it with a million touches of 40 readers; docs/reliability.md tells what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::{Clock, Direction, SiteId, SystemClock, TouchKey, WorkDay, WorkerId};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use reader::outbox::{Outbox, State};
use registry::made_up::Worker;
use registry::testing::World;
use store::{Backend, Db, Sql};
use testkit::{on_both, rng};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wire::{Method, TouchBatch, TouchItem};

use crate::proxy::{Proxy, Weather};
use crate::records;
use crate::support::*;

/// Cuts every connection of the database but one's own.
const CUT_CONNECTIONS: Sql = Sql::either(
    "stories.cut_connections",
    "select 0",
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
);

/// One of the server's processes that works for this database.
const PROCESS: Sql = Sql::either(
    "stories.process",
    "select 0",
    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() limit 1",
);

/// Clocks of devices: right, or wrong by seconds, hours, days, a month; those ahead are refused by the registry.
const CLOCKS: [i64; 8] = [0, 0, 0, 40, -3_600, -2 * 86_400, -30 * 86_400, 7_200];

/// So many times the attempts, at most.
const MOST: usize = 20;

/// How large it is.
struct Size {
    touches: usize,
    readers: usize,
    /// Attempts of each reader, at least; it goes on until its file came through the storm.
    attempts: usize,
    /// Longest time of an attempt, and of a registry, in milliseconds.
    life: u64,
    /// The server of the database is ours alone: a process of it may be killed, after which it starts anew from its journal.
    crash: bool,
}

impl Size {
    /// Small, unless the surroundings ask for more.
    #[expect(clippy::disallowed_methods, reason = "a test has no command line of its own")]
    fn asked() -> Self {
        let asked = |name: &str, usual| std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap());
        let touches = asked("ASHIBA_FAULTS_TOUCHES", 3_000);
        Self {
            touches,
            readers: asked("ASHIBA_FAULTS_READERS", 4),
            attempts: if touches > 100_000 { 16 } else { 8 },
            life: if touches > 100_000 { 6_000 } else { 900 },
            crash: std::env::var("ASHIBA_FAULTS_CRASH").is_ok(),
        }
    }
}

/// A touch of the plan.
type Planned = (WorkerId, Timestamp, Direction);

/// What each reader's logger has noted: people come and go by day and by night on the days before today, some gates note the same
/// card twice, some exits and entries are missing.
fn plan(size: &Size, workers: &[Worker], random: &mut StdRng) -> Vec<Vec<Planned>> {
    let today = SystemClock.today();
    // As far back as is still taken in: from the first day of the month before.
    let days = (1..=35)
        .take_while(|n| today.plus(-n) >= today.month().previous().first())
        .count();
    let mut files: Vec<Vec<Planned>> = vec![Vec::new(); size.readers];
    let mut count = 0;
    while count < size.touches {
        let worker = workers[random.random_range(0..workers.len())].id;
        let day = today.plus(-i32::try_from(random.random_range(1..=days)).unwrap());
        let midnight = day.date().to_zoned(domain::time::japan()).unwrap().timestamp();
        let night = random.random_bool(0.1);
        let (from, hours) = if night { (20, 9) } else { (7, 10) };
        let enter = midnight + SignedDuration::from_secs(from * 3_600 + random.random_range(0..5_400));
        let leave = enter + SignedDuration::from_secs(hours * 3_600 + random.random_range(0..5_400));
        for (at, direction) in [(enter, Direction::In), (leave, Direction::Out)] {
            // Forgotten, or not yet: no touch of the plan lies in the future.
            if random.random_bool(0.05) || at > SystemClock.now() - SignedDuration::from_hours(1) {
                continue;
            }
            let gate = random.random_range(0..size.readers);
            files[gate].push((worker, at, direction));
            count += 1;
            if random.random_bool(0.05) {
                // The same second at another gate is the same touch; some seconds later it is another of the same day.
                let later = at + SignedDuration::from_secs(random.random_range(0..3));
                files[(gate + 1) % size.readers].push((worker, later, direction));
                count += 1;
            }
        }
    }
    files
}

/// The days that follow from touches, by the rule as people tell it: the first entry of a day; the last exit of it, or the next
/// morning's, if it is not after an entry of its own day. A touch alone makes a day too.
fn days_of(touches: &BTreeSet<TouchKey>) -> BTreeMap<(WorkerId, WorkDay), (Option<Timestamp>, Option<Timestamp>)> {
    const DAY: i64 = 86_400;
    let japan = |at: Timestamp| at.as_second() + 9 * 3_600;
    let mut entries: BTreeMap<(WorkerId, i64), Timestamp> = BTreeMap::new();
    for key in touches.iter().filter(|key| key.direction == Direction::In) {
        let first = entries.entry((key.worker, japan(key.at).div_euclid(DAY))).or_insert(key.at);
        *first = (*first).min(key.at);
    }
    let mut exits: BTreeMap<(WorkerId, i64), Timestamp> = BTreeMap::new();
    for key in touches.iter().filter(|key| key.direction == Direction::Out) {
        let (day, second) = (japan(key.at).div_euclid(DAY), japan(key.at).rem_euclid(DAY));
        let own = entries.get(&(key.worker, day));
        let of = if own.is_some_and(|first| *first <= key.at) {
            day
        } else if second < DAY / 2 && entries.contains_key(&(key.worker, day - 1)) {
            day - 1
        } else if own.is_some() {
            continue;
        } else {
            day
        };
        let last = exits.entry((key.worker, of)).or_insert(key.at);
        *last = (*last).max(key.at);
    }
    let keys: BTreeSet<(WorkerId, i64)> = entries.keys().chain(exits.keys()).copied().collect();
    let day = |number: i64| WorkDay::of(Timestamp::from_second(number * DAY).unwrap(), 0);
    keys.into_iter()
        .map(|key| ((key.0, day(key.1)), (entries.get(&key).copied(), exits.get(&key).copied())))
        .collect()
}

/// One gate.
struct Gate {
    number: usize,
    site: SiteId,
    key: String,
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Gate {
    fn new(number: usize, site: SiteId, key: String, planned: &[Planned]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logger.jsonl");
        let mut text = String::new();
        for (seq, (worker, at, direction)) in planned.iter().enumerate() {
            let direction = direction.word();
            writeln!(
                text,
                r#"{{"seq":{},"worker_id":"{worker}","at":"{at}","direction":"{direction}"}}"#,
                seq + 1
            )
            .unwrap();
        }
        std::fs::write(&file, text).unwrap();
        Self {
            number,
            site,
            key,
            folder,
            file,
        }
    }

    /// Attempt after attempt with one clock or another, each killed if it does not end before; how many there were.
    async fn fail(&self, registry: &str, workers: &[WorkerId], attempts: usize, life: u64) -> usize {
        let mut random = rng(1_000 + u64::try_from(self.number).unwrap());
        let mut through = false;
        for attempt in 0..attempts * MOST {
            if through && attempt >= attempts {
                return attempt;
            }
            let ahead = CLOCKS[random.random_range(0..CLOCKS.len())];
            let within = Duration::from_millis(random.random_range(50..life));
            if attempt % 2 == 0 {
                through |= self.import(registry, ahead, within).await == Some(true);
            } else {
                let cards: Vec<WorkerId> = (0..40).map(|_| workers[random.random_range(0..workers.len())]).collect();
                self.live(registry, ahead, within, &cards).await;
            }
        }
        attempts * MOST
    }

    /// Sends the file; none if it was killed before it came to its end, else whether all was taken in.
    async fn import(&self, registry: &str, ahead: i64, within: Duration) -> Option<bool> {
        let words = ["import", self.file.to_str().unwrap()];
        let mut command = reader_command(&words, registry, self.site, &self.key, self.folder.path(), ahead);
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        if let Ok(ended) = timeout(within, child.wait()).await {
            return Some(ended.unwrap().success());
        }
        child.kill().await.unwrap();
        None
    }

    /// Holds cards to it until it is killed, every tenth one twice.
    async fn live(&self, registry: &str, ahead: i64, within: Duration, cards: &[WorkerId]) {
        let mut child = start_reader(registry, self.site, &self.key, self.folder.path(), ahead);
        let mut input = child.stdin.take().unwrap();
        let feed = async {
            for (n, card) in cards.iter().enumerate() {
                for _ in 0..=usize::from(n % 10 == 0) {
                    if input.write_all(format!("{card}\n").as_bytes()).await.is_err() {
                        return;
                    }
                    sleep(Duration::from_millis(3)).await;
                }
            }
            sleep(within).await;
        };
        let _ = timeout(within, feed).await;
        child.kill().await.unwrap();
    }
}

on_both!(whatever_fails_the_days_are_those_that_were, |backend| async move {
    let size = Size::asked();
    let begun = Instant::now();
    let world = World::new(backend).await;
    let today = SystemClock.today();
    set_period(&world, today.plus(-100), today.plus(30)).await;
    let workers = hire(&world, (size.touches / 70).max(20), &mut rng(40)).await;
    let files = plan(&size, &workers, &mut rng(41));
    let mut gates = Vec::new();
    for (number, planned) in files.iter().enumerate() {
        let key = another_reader(&world, &format!("門 {number}")).await;
        gates.push(Arc::new(Gate::new(number, world.site, key, planned)));
    }
    let database = world.test.address().to_owned();
    world.test.app.db().close().await;
    let proxy = Proxy::before(([127, 0, 0, 1], 1).into(), rng(42)).await;
    let (registries_killed, cuts, crashes, repeats) = <(AtomicUsize, AtomicUsize, AtomicUsize, AtomicUsize)>::default();
    let mut attempts = 0;

    let mut gates_work = JoinSet::new();
    for gate in &gates {
        let (gate, registry) = (Arc::clone(gate), proxy.address.clone());
        let cards: Vec<WorkerId> = workers.iter().map(|worker| worker.id).collect();
        let (least, life) = (size.attempts, size.life);
        gates_work.spawn(async move { gate.fail(&registry, &cards, least, life).await });
    }
    let registry_dies = async {
        let mut random = rng(43);
        loop {
            let (mut registry, address) = registry_again(backend, &database).await;
            proxy.aim(address);
            sleep(Duration::from_millis(random.random_range(100..size.life))).await;
            registry.kill().await.unwrap();
            registries_killed.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(random.random_range(0..100))).await;
        }
    };
    let database_fails = async {
        let mut random = rng(44);
        loop {
            sleep(Duration::from_millis(random.random_range(100..size.life))).await;
            if backend == Backend::Postgres {
                // A server that is just starting anew is left in peace.
                let Ok(db) = Db::open(&database, store::Options::default()).await else {
                    continue;
                };
                let Ok(tx) = db.read().await else { continue };
                if size.crash && random.random_bool(0.3) {
                    if let Ok(Some(process)) = tx.value::<i32>(&PROCESS, []).await {
                        let killed = Command::new("kill").args(["-9", &process.to_string()]).status().await;
                        assert!(killed.unwrap().success(), "the server is not ours to kill");
                        crashes.fetch_add(1, Ordering::Relaxed);
                    }
                } else {
                    tx.value::<i64>(&CUT_CONNECTIONS, []).await.ok();
                    cuts.fetch_add(1, Ordering::Relaxed);
                }
                drop(tx);
                db.close().await;
            }
        }
    };
    let weather_changes = async {
        let mut random = rng(45);
        let weathers = [
            Weather::Fair,
            Weather::Rough(20_000),
            Weather::Rough(200_000),
            Weather::Slow(3),
            Weather::Cut,
            Weather::BlackHole,
            Weather::Nobody,
        ];
        loop {
            proxy.weather(weathers[random.random_range(0..weathers.len())]);
            sleep(Duration::from_millis(random.random_range(50..size.life / 2))).await;
        }
    };
    let somebody_repeats = async {
        let mut random = rng(46);
        let client = reqwest::Client::new();
        loop {
            sleep(Duration::from_millis(random.random_range(20..200))).await;
            let gate = random.random_range(0..gates.len());
            let from = random.random_range(0..files[gate].len().max(2) - 1);
            let mut part: Vec<Planned> = files[gate]
                .iter()
                .skip(from)
                .take(random.random_range(1..400))
                .copied()
                .collect();
            part.shuffle(&mut random);
            let touches = part.iter().map(|(worker, at, direction)| TouchItem {
                item_id: format!("{worker}{}{}", at.as_second(), direction.word()),
                worker_id: worker.to_string(),
                site_id: world.site.to_string(),
                at: *at,
                direction: *direction,
                method: Method::Import,
                seq: None,
                card_issue: None,
            });
            let batch = TouchBatch {
                sent_at: SystemClock.now(),
                sender: None,
                device: None,
                touches: touches.collect(),
            };
            let sent = timeout(
                Duration::from_secs(2),
                post(&client, &proxy.address, &gates[gate].key, &batch),
            );
            if matches!(sent.await, Ok(Ok(_))) {
                repeats.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let readers_end = async {
        while let Some(ended) = gates_work.join_next().await {
            attempts += ended.unwrap();
        }
    };
    tokio::select! {
        () = readers_end => {}
        () = registry_dies => {}
        () = database_fails => {}
        () = weather_changes => {}
        () = somebody_repeats => {}
    }
    let stormy = begun.elapsed();

    // The sky clears. Every file is sent to its end with a clock that is right, and what live cards have left goes with it.
    let (mut registry, address) = registry_again(backend, &database).await;
    proxy.aim(address);
    proxy.weather(Weather::Fair);
    for gate in &gates {
        assert!(
            gate.import(&proxy.address, 0, Duration::from_secs(600)).await.is_some(),
            "gate {}",
            gate.number
        );
    }
    registry.kill().await.unwrap();

    // What must be there: the files, and what the outboxes say was stored.
    let mut wanted: BTreeSet<TouchKey> = BTreeSet::new();
    for (worker, at, direction) in files.iter().flatten() {
        wanted.insert(TouchKey::new(*worker, world.site, *at, *direction));
    }
    let planned = wanted.len();
    let (mut refused, mut beeped) = (BTreeSet::new(), 0);
    for gate in &gates {
        let outbox = Outbox::open(&gate.folder.path().join("outbox.sqlite")).await.unwrap();
        assert_eq!(outbox.counts().await.unwrap().pending, 0, "gate {}", gate.number);
        let stored = outbox.in_state(State::Stored, usize::MAX).await.unwrap();
        let not = outbox.in_state(State::Refused, usize::MAX).await.unwrap();
        let heard: BTreeSet<String> = beeps(gate.folder.path()).into_iter().filter_map(|(_, item)| item).collect();
        let kept: BTreeSet<&String> = stored.iter().chain(&not).map(|touch| &touch.item_id).collect();
        assert!(heard.iter().all(|item| kept.contains(item)), "a beep without a touch");
        beeped += heard.len();
        wanted.extend(stored.iter().map(|touch| touch.key));
        refused.extend(not.iter().map(|touch| touch.key));
    }
    let db = Db::open(&database, store::Options::default()).await.unwrap();
    let stored: BTreeSet<TouchKey> = records::touches(&db).await.into_keys().collect();
    assert_same("touches", &wanted, &stored);
    // What one gate's wrong clock had refused, another may have brought in by a right one; the note then says so.
    let noted = records::refused(&db).await.len();
    assert!(refused.is_empty() || noted > 0, "refused touches leave a note");
    let expected = days_of(&wanted);
    let found: BTreeMap<_, _> = records::days(&db)
        .await
        .into_iter()
        .map(|(key, day)| (key, (day.first_in, day.last_out)))
        .collect();
    assert_same("days", &expected.iter().collect(), &found.iter().collect());
    db.close().await;
    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
    println!(
        "{backend:?}: {} touches ({planned} of files, {beeped} beeps, {} refused for their clock) of {} readers, {} days.\n\
         Attempts of readers: {}, killed if they did not end. The registry killed {} times, the database cut off {} times and killed {} times, {} batches sent by \
         somebody else.\nStorm {:.0} s, in all {:.0} s.",
        stored.len(),
        refused.len(),
        size.readers,
        found.len(),
        attempts,
        count(&registries_killed),
        count(&cuts),
        count(&crashes),
        count(&repeats),
        stormy.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    assert!(count(&registries_killed) > 1, "the story did not happen");
});

/// Starts the registry as a system's service does: again and again while its database is away. A SQLite file never is.
async fn registry_again(backend: Backend, database: &str) -> (Child, SocketAddr) {
    loop {
        if let Some(started) = start_registry(database).await {
            return started;
        }
        assert_eq!(backend, Backend::Postgres, "the registry starts on what the last one left");
        sleep(Duration::from_millis(200)).await;
    }
}

/// Says the first that differ.
fn assert_same<T: Ord + std::fmt::Debug>(what: &str, wanted: &BTreeSet<T>, found: &BTreeSet<T>) {
    let missing: Vec<&T> = wanted.difference(found).take(20).collect();
    let unwanted: Vec<&T> = found.difference(wanted).take(20).collect();
    assert!(
        missing.is_empty() && unwanted.is_empty(),
        "{what}: missing {missing:#?}, unwanted {unwanted:#?}"
    );
}
