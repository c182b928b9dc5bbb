//! Touches, one by one and in batches: how many a second, and how many the bare driver does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use domain::{Clock, Direction, WorkDay};
use hyper::header;
use jiff::{SignedDuration, Timestamp};
use store::Backend;
use tokio::task::JoinSet;
use wire::{Method, Outcome, TouchAnswers, TouchBatch, TouchItem};

use crate::bare;
use crate::clock::BenchClock;
use crate::database::{Bare, backend_of};
use crate::figures::{Figure, Times};
use crate::http::Client;
use crate::world::{MEASURED_DAYS, World, midnight, year};

/// Clients that send one by one.
const SINGLE: usize = 32;
/// Clients that send batches.
pub(crate) const SENDERS: usize = 4;

/// A touch that is sent to be measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) person: usize,
    pub(crate) day: WorkDay,
    pub(crate) at: Timestamp,
    pub(crate) direction: Direction,
}

/// Entry and exit of one day.
pub(crate) type Pair = (Measured, Measured);

impl Measured {
    /// The sender's id of it.
    pub(crate) fn item(&self) -> String {
        format!("B{:09}{:08}{:<8}", self.person, self.day.to_number(), self.direction.word())
    }

    fn wire(&self, world: &World) -> TouchItem {
        let person = &world.people[self.person];
        TouchItem {
            item_id: self.item(),
            worker_id: person.worker.id.to_string(),
            site_id: world.sites[person.site].id.to_string(),
            at: self.at,
            direction: self.direction,
            method: Method::Card,
            seq: Some(1),
            card_issue: Some(1),
        }
    }
}

fn measured(day: usize, person: usize, direction: Direction) -> Measured {
    let day = year().1.plus(i32::try_from(day).unwrap_or(0));
    let hour = if direction == Direction::In { 7 } else { 17 };
    let shift = i64::try_from(person % 5_400).unwrap_or(0);
    Measured {
        person,
        day,
        at: midnight(day) + SignedDuration::from_hours(hour) + SignedDuration::from_secs(shift),
        direction,
    }
}

/// The `n`th entry: everybody once a day, neighbours at different sites. None when all days are used up.
pub(crate) fn nth(world: &World, n: usize) -> Option<Measured> {
    let day = n / world.people.len();
    (day < MEASURED_DAYS).then(|| measured(day, n % world.people.len(), Direction::In))
}

/// Batches of every site, as its reader would send them in the evening; neighbours are of different sites if they can be.
pub(crate) fn of_all_sites(world: &World) -> Vec<Vec<Pair>> {
    let mut of_site: Vec<Vec<usize>> = vec![Vec::new(); world.sites.len()];
    for (n, person) in world.people.iter().enumerate() {
        of_site[person.site].push(n);
    }
    let mut all: Vec<(usize, Vec<Pair>)> = Vec::new();
    for people in of_site {
        let days = (0..MEASURED_DAYS).flat_map(|day| {
            people
                .iter()
                .map(move |p| (measured(day, *p, Direction::In), measured(day, *p, Direction::Out)))
        });
        let pairs: Vec<Pair> = days.collect();
        all.extend(pairs.chunks(wire::MAX_ITEMS / 2).map(<[Pair]>::to_vec).enumerate());
    }
    all.sort_by_key(|(nth, _)| *nth);
    all.into_iter().map(|(_, pairs)| pairs).collect()
}

/// Takes away what the measuring before has stored, so that each begins alike.
pub(crate) async fn clear(address: &str) -> anyhow::Result<()> {
    let mut bare = Bare::open(address).await?;
    let from = year().1.to_number();
    match backend_of(address)? {
        Backend::Postgres => {
            let month = year().1.month();
            for table in ["touch", "history", "judgement"] {
                bare.run(format!("truncate {table}_{:04}_{:02}", month.year(), month.number()))
                    .await?;
            }
            // Only a superuser may; without it the figures are a little less steady.
            bare.run("checkpoint").await.ok();
        }
        Backend::Sqlite => {
            for (table, day) in [("touch", "touch_day"), ("history", "work_day"), ("judgement", "work_day")] {
                bare.run(format!(
                    "delete from {table} where worker_id in (select id from worker) and {day} >= {from}"
                ))
                .await?;
            }
            bare.run("pragma wal_checkpoint(truncate)").await?;
        }
    }
    bare.close().await
}

/// What many clients did in a while.
pub(crate) struct Done {
    pub(crate) touches: usize,
    pub(crate) elapsed: Duration,
    pub(crate) times: Times,
}

impl Done {
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub(crate) fn rate(&self) -> f64 {
        self.touches as f64 / self.elapsed.as_secs_f64().max(0.001)
    }

    /// Waits for all clients; each gives the touches it did and how long each answer took.
    pub(crate) async fn of(started: Instant, mut clients: JoinSet<anyhow::Result<(usize, Times)>>) -> anyhow::Result<Self> {
        let mut done = Self {
            touches: 0,
            elapsed: Duration::ZERO,
            times: Times::default(),
        };
        while let Some(client) = clients.join_next().await {
            let (touches, times) = client??;
            done.touches += touches;
            done.times.extend(times);
        }
        done.elapsed = started.elapsed();
        Ok(done)
    }
}

/// 32 clients, each with one touch at a time.
pub(crate) async fn one_by_one(address: &str, http: SocketAddr, world: &Arc<World>, seconds: Duration) -> anyhow::Result<Figure> {
    clear(address).await?;
    let connections = if backend_of(address)? == Backend::Sqlite { 1 } else { SINGLE };
    let limit = {
        let (next, started, mut clients) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
        for _ in 0..connections {
            let (mut bare, next, world) = (Bare::open(address).await?, Arc::clone(&next), Arc::clone(world));
            clients.spawn(async move {
                let mut times = Times::default();
                while started.elapsed() < seconds
                    && let Some(touch) = nth(&world, next.fetch_add(1, Ordering::Relaxed))
                {
                    let begun = Instant::now();
                    bare::one(&mut bare, &world, &touch).await?;
                    times.push(begun.elapsed());
                }
                bare.close().await?;
                Ok((times.len(), times))
            });
        }
        Done::of(started, clients).await?
    };
    clear(address).await?;
    let (next, started, mut clients) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
    let clock = Arc::new(BenchClock::start());
    for _ in 0..SINGLE {
        let (next, world, clock) = (Arc::clone(&next), Arc::clone(world), Arc::clone(&clock));
        let mut client = Client::open(http, (header::AUTHORIZATION, String::new())).await?;
        clients.spawn(async move {
            let mut times = Times::default();
            while started.elapsed() < seconds
                && let Some(touch) = nth(&world, next.fetch_add(1, Ordering::Relaxed))
            {
                let begun = Instant::now();
                send(&mut client, &world, &clock, &[touch]).await?;
                times.push(begun.elapsed());
            }
            Ok((times.len(), times))
        });
    }
    let done = Done::of(started, clients).await?;
    let aim =
        (backend_of(address)? == Backend::Postgres).then_some(("at least 70 % of the limit", done.rate() >= 0.7 * limit.rate()));
    Ok(Figure::rate(
        "touches one by one",
        SINGLE,
        (done.rate(), &done.times),
        (limit.rate(), &limit.times),
        aim,
    ))
}

/// Batches of 1,000, four at a time.
pub(crate) async fn in_batches(address: &str, http: SocketAddr, world: &Arc<World>, seconds: Duration) -> anyhow::Result<Figure> {
    let mut batches = of_all_sites(world);
    batches.retain(|pairs| pairs.len() * 2 == wire::MAX_ITEMS);
    let batches = Arc::new(batches);
    ensure!(!batches.is_empty(), "too few people for a batch");
    clear(address).await?;
    let connections = if backend_of(address)? == Backend::Sqlite { 1 } else { SENDERS };
    let limit = {
        let (next, started, mut clients) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
        for _ in 0..connections {
            let (mut bare, next, world, batches) = (
                Bare::open(address).await?,
                Arc::clone(&next),
                Arc::clone(world),
                Arc::clone(&batches),
            );
            clients.spawn(async move {
                let mut times = Times::default();
                while started.elapsed() < seconds
                    && let Some(pairs) = batches.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let begun = Instant::now();
                    bare::many(&mut bare, &world, pairs).await?;
                    times.push(begun.elapsed());
                }
                bare.close().await?;
                Ok((times.len() * wire::MAX_ITEMS, times))
            });
        }
        Done::of(started, clients).await?
    };
    clear(address).await?;
    let done = send_batches(http, world, &batches, Some(seconds)).await?;
    let aim = Some(("at least 5,000 touches/s", done.rate() >= 5_000.0));
    let figure = Figure::rate(
        "touches in batches of 1,000",
        SENDERS,
        (done.rate(), &done.times),
        (limit.rate(), &limit.times),
        aim,
    );
    clear(address).await?;
    Ok(figure)
}

/// Sends them, four at a time, until the end of the list or of the time.
pub(crate) async fn send_batches(
    http: SocketAddr,
    world: &Arc<World>,
    batches: &Arc<Vec<Vec<Pair>>>,
    within: Option<Duration>,
) -> anyhow::Result<Done> {
    let (next, started, mut clients) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
    let clock = Arc::new(BenchClock::start());
    for _ in 0..SENDERS {
        let (next, world, clock, batches) = (Arc::clone(&next), Arc::clone(world), Arc::clone(&clock), Arc::clone(batches));
        let mut client = Client::open(http, (header::AUTHORIZATION, String::new())).await?;
        clients.spawn(async move {
            let (mut times, mut sent) = (Times::default(), 0);
            while within.is_none_or(|seconds| started.elapsed() < seconds)
                && let Some(pairs) = batches.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let touches: Vec<Measured> = pairs.iter().flat_map(|(entry, exit)| [*entry, *exit]).collect();
                let begun = Instant::now();
                send(&mut client, &world, &clock, &touches).await?;
                times.push(begun.elapsed());
                sent += touches.len();
            }
            Ok((sent, times))
        });
    }
    Done::of(started, clients).await
}

/// Sends touches of one site, and looks whether each was taken in as it should be.
pub(crate) async fn send(client: &mut Client, world: &World, clock: &BenchClock, touches: &[Measured]) -> anyhow::Result<()> {
    let site = touches.first().map_or(0, |touch| world.people[touch.person].site);
    client.authorize(&world.sites[site].reader_key);
    let body = TouchBatch {
        sent_at: clock.now(),
        sender: None,
        device: None,
        touches: touches.iter().map(|touch| touch.wire(world)).collect(),
    };
    let answer = client.post(wire::TOUCHES, serde_json::to_vec(&body)?).await?;
    let counts: Vec<bool> = touches.iter().map(|touch| world.people[touch.person].listed).collect();
    check(&answer, &counts)
}

/// Every touch is new, and counts if and only if its worker is on the roster.
fn check(answer: &[u8], counts: &[bool]) -> anyhow::Result<()> {
    let answers: TouchAnswers = serde_json::from_slice(answer)?;
    ensure!(answers.results.len() == counts.len(), "a wrong number of answers");
    for (answer, counts) in answers.results.iter().zip(counts) {
        ensure!(
            answer.outcome == Outcome::Stored,
            "a touch was {:?}: {:?}",
            answer.outcome,
            answer.remarks
        );
        ensure!(
            answer.day.as_ref().is_some_and(|d| d.counts == *counts),
            "a touch was judged otherwise than it should be"
        );
    }
    Ok(())
}
