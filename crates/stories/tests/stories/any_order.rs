//! The same touches, in any order, any batch cut, any repetition: the same days.
//!
//! Workers of every kind (on the roster with detailed and with simplified registration, not on it, registration ended meanwhile) come
//! and go at two readers whose clocks are four minutes apart: by day, by night, at any odd moment, with forgotten entries and exits.
//! Each worker has a twin. The touches of the first are sent as one sorted batch; those of his twin shuffled, cut, repeated, and by
//! four senders at once. Afterwards the twins' days, contents and judgements are equal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Direction, TouchKey, WorkDay};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rand::RngExt;
use rand::seq::SliceRandom;
use registry::made_up::{Worker, insert_workers, worker};
use registry::testing::World;
use store::{Sql, values};
use testkit::{on_both, rng};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use wire::{Method, Outcome, TouchAnswer, TouchItem};

use crate::records::{self, Day};
use crate::support::*;

/// Registration of a listed worker ends.
const END: Sql = Sql::new("stories.end_registration", "update worker set ended_on = $2 where id = $1");

const CASES: u32 = 24;
const KINDS: usize = 4;
/// By how much the second reader's clock is behind.
const BEHIND: i64 = 4 * 60;

/// Somebody passes a reader: kind of worker, seconds since the first day began, way, at the second reader too?
#[derive(Debug, Clone)]
struct Pass {
    kind: usize,
    second: i64,
    out: bool,
    both: bool,
}

fn passes() -> impl Strategy<Value = Vec<Pass>> {
    let pass = |kind, second, out, both| Pass { kind, second, out, both };
    let anyone = || (0..KINDS, any::<bool>());
    let odd = (anyone(), 0..4 * 86_400i64, any::<bool>())
        .prop_map(move |((kind, both), second, out)| vec![pass(kind, second, out, both)]);
    let shift = (anyone(), 0..4i64, any::<bool>(), 0..7_200i64).prop_map(move |((kind, both), day, night, late)| {
        let (from, hours) = if night { (20, 9) } else { (7, 10) };
        let start = day * 86_400 + from * 3_600 + late;
        vec![pass(kind, start, false, both), pass(kind, start + hours * 3_600, true, both)]
    });
    prop::collection::vec(prop_oneof![odd, shift], 1..16).prop_map(|parts| parts.concat())
}

/// One of each kind.
async fn people(world: &World, seed: u64) -> Vec<Worker> {
    let mut random = rng(seed);
    let employer = (world.second.viewer.company_id().unwrap(), "2026-01-01".parse().unwrap());
    let mut workers: Vec<Worker> = (0..KINDS)
        .map(|_| worker(&mut random, Some(employer), &["01-01".parse().unwrap()]))
        .collect();
    workers[1].detailed = false;
    let tx = world.test.app.db().write().await.unwrap();
    insert_workers(&tx, world.test.app.clock().now(), &workers).await.unwrap();
    tx.commit().await.unwrap();
    for listed in [0, 1, 3] {
        world.list(&world.second, &workers[listed], "配筋").await;
    }
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&END, values![workers[3].id.to_string(), 20_261_117]).await.unwrap();
    tx.commit().await.unwrap();
    workers
}

fn touches(world: &World, workers: &[Worker], passes: &[Pass]) -> Vec<TouchItem> {
    let start: WorkDay = "2026-11-16".parse().unwrap();
    let start = start.date().to_zoned(domain::time::japan()).unwrap().timestamp();
    let mut touches: Vec<TouchItem> = passes
        .iter()
        .flat_map(|pass| {
            let seconds = [Some(pass.second), pass.both.then_some(pass.second - BEHIND)];
            seconds.into_iter().flatten().map(|second| TouchItem {
                item_id: format!("{second}-{}-{}", pass.kind, pass.out),
                worker_id: workers[pass.kind].id.to_string(),
                site_id: world.site.to_string(),
                at: start + SignedDuration::from_secs(second),
                direction: if pass.out { Direction::Out } else { Direction::In },
                method: Method::Card,
                seq: None,
                card_issue: None,
            })
        })
        .collect();
    touches.sort_by_key(|t| t.at);
    touches
}

/// The days of these workers by kind.
async fn days_of(world: &World, workers: &[Worker]) -> BTreeMap<(usize, WorkDay), Day> {
    let days = records::days(world.test.app.db()).await;
    let kind = |id| workers.iter().position(|w| w.id == id);
    days.into_iter()
        .filter_map(|((worker, day), row)| Some(((kind(worker)?, day), row)))
        .collect()
}

struct Gates {
    world: World,
    served: Served,
    keys: [String; 2],
    client: reqwest::Client,
}

impl Gates {
    async fn send(&self, gate: usize, touches: Vec<TouchItem>) -> Vec<TouchAnswer> {
        post(
            &self.client,
            &self.served.url(),
            &self.keys[gate],
            &batch(&self.world, touches),
        )
        .await
        .unwrap()
        .results
    }
}

/// One case. `seed`: how the twin's touches are sent.
async fn twins(gates: Arc<Gates>, passes: Vec<Pass>, seed: u64) -> Result<(), TestCaseError> {
    let world = &gates.world;
    let (first, twin) = (people(world, seed).await, people(world, !seed).await);
    let sorted = gates.send(0, touches(world, &first, &passes)).await;
    let stored = |answers: &[TouchAnswer]| answers.iter().filter(|a| a.outcome == Outcome::Stored).count();

    let mut random = rng(seed);
    let wanted = touches(world, &twin, &passes);
    let keys: BTreeSet<TouchKey> = wanted
        .iter()
        .map(|t| TouchKey::new(t.worker_id.parse().unwrap(), world.site, t.at, t.direction))
        .collect();
    let mut heap: Vec<TouchItem> = wanted
        .iter()
        .flat_map(|t| vec![t.clone(); random.random_range(1..=3)])
        .collect();
    heap.shuffle(&mut random);
    let mut senders: [Vec<Vec<TouchItem>>; 4] = Default::default();
    while !heap.is_empty() {
        let cut = random.random_range(0..heap.len().min(8));
        senders[random.random_range(0..4)].push(heap.split_off(heap.len() - 1 - cut));
    }
    let mut sending = JoinSet::new();
    for (number, batches) in senders.into_iter().enumerate() {
        let gates = Arc::clone(&gates);
        sending.spawn(async move {
            let mut answers = Vec::new();
            for batch in batches {
                answers.extend(gates.send(number % 2, batch).await);
            }
            answers
        });
    }
    let answers = sending.join_all().await.concat();
    prop_assert_eq!(stored(&answers), stored(&sorted), "each stored once");
    prop_assert!(stored(&sorted) <= keys.len());
    prop_assert_eq!(days_of(world, &twin).await, days_of(world, &first).await);
    Ok(())
}

on_both!(any_order_any_cut_any_repetition_makes_the_same_days, |backend| async move {
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let keys = [world.reader.clone(), another_reader(&world, "裏門").await];
    let gates = Arc::new(Gates {
        world,
        served,
        keys,
        client: reqwest::Client::new(),
    });
    let runtime = Handle::current();
    let done = tokio::task::spawn_blocking(move || {
        let config = Config {
            cases: CASES,
            failure_persistence: None,
            max_shrink_iters: 100,
            ..Config::default()
        };
        let story = |(passes, seed)| runtime.block_on(twins(Arc::clone(&gates), passes, seed));
        TestRunner::new(config).run(&(passes(), any::<u64>().no_shrink()), story)
    });
    done.await.unwrap().unwrap();
});
