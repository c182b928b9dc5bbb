//! Loads the year. The days are made inside the database from the plan (one `insert … select` per table and day), which is the
//! fastest way on both: no row crosses the wire, and one text serves both. They come in the order of time and, within a day, in an
//! order of chance, as they would have come through the gates, so that the rows of one site lie scattered as in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{bail, ensure};
use domain::judge::RULE_VERSION;
use rand::SeedableRng;
use rand::rngs::StdRng;
use registry::rooms::history::ensure_partitions;
use registry::{App, MIGRATIONS, Settings};
use store::{Backend, Db, Sql};

use crate::clock::BenchClock;
use crate::database::{Bare, backend_of};
use crate::people;
use crate::world::{Day, World, midnight};

const WORKERS: Sql = Sql::new("bench.count_workers", "select count(*) from (select 1 from worker limit 1) w");
const LOADED: Sql = Sql::new("bench.loaded", "select row_count from bench_load");
const HAS_LOAD: Sql = Sql::either(
    "bench.has_load",
    "select count(*) from sqlite_schema where name = 'bench_load'",
    "select count(to_regclass('bench_load'))",
);

/// Opens the database and brings it to the state from which we measure; loads only if that was not done before.
pub(crate) async fn prepare(address: &str, rows: u64, world: &World) -> anyhow::Result<Db> {
    let db = Db::open(
        address,
        store::Options {
            create: true,
            ..store::Options::default()
        },
    )
    .await?;
    db.migrate(MIGRATIONS).await?;
    let tx = db.read().await?;
    if tx.value::<i64>(&HAS_LOAD, []).await? == Some(1) {
        let loaded = tx.value::<i64>(&LOADED, []).await?;
        ensure!(
            loaded == i64::try_from(rows).ok(),
            "the database holds another load ({} rows): name a new one",
            loaded.unwrap_or(0)
        );
        drop(tx);
        println!("{rows} rows are loaded already");
        return Ok(db);
    }
    if tx.value::<i64>(&WORKERS, []).await? != Some(0) {
        bail!("the database is not empty, or its loading broke off: name a new one");
    }
    drop(tx);
    let started = Instant::now();
    for month in people::months() {
        ensure_partitions(&db, month).await?;
    }
    people::write(&db, world).await?;
    let app = App::new(
        db.clone(),
        Arc::new(BenchClock::start()),
        StdRng::seed_from_u64(1),
        Settings::default(),
    )
    .await?;
    people::prime_accounts(&app, world).await?;
    app.shutdown().await;
    drop(app);
    println!(
        "made {} people, {} companies, {} sites in {:.0} s",
        world.people.len(),
        world.companies.len(),
        world.sites.len(),
        started.elapsed().as_secs_f64()
    );
    db.close().await;
    days(address, rows, &world.days).await?;
    println!("loaded {rows} rows in {:.0} s", started.elapsed().as_secs_f64());
    Ok(Db::open(address, store::Options::default()).await?)
}

async fn days(address: &str, rows: u64, days: &[Day]) -> anyhow::Result<()> {
    let progress = Arc::new(Progress {
        rows,
        done: AtomicU64::new(0),
        started: Instant::now(),
    });
    let mut last = Bare::open(address).await?;
    match backend_of(address)? {
        // One long transaction without a journal: each page is written once. If it breaks off, the file is lost, which is told above.
        Backend::Sqlite => {
            last.run("pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -6000000; begin").await?;
            last = load(last, days.to_vec(), Arc::clone(&progress)).await?;
            last.run("commit").await?;
        }
        // Two at once, month by month in turn.
        Backend::Postgres => {
            let (even, odd): (Vec<Day>, Vec<Day>) = days.iter().partition(|d| d.day.month().number() % 2 == 0);
            let one = tokio::spawn(load(Bare::open(address).await?, even, Arc::clone(&progress)));
            let other = tokio::spawn(load(Bare::open(address).await?, odd, Arc::clone(&progress)));
            one.await??.close().await?;
            other.await??.close().await?;
            last.run("analyze").await?;
        }
    }
    last.run(format!(
        "create table bench_load (row_count bigint); insert into bench_load values ({rows})"
    ))
    .await?;
    last.close().await
}

async fn load(mut to: Bare, days: Vec<Day>, progress: Arc<Progress>) -> anyhow::Result<Bare> {
    if let Bare::Postgres(_) = to {
        // The load may be lost with the machine; it would be made again.
        to.run("set synchronous_commit = off").await?;
    }
    for day in days {
        for sql in texts(&day) {
            to.run(sql).await?;
        }
        progress.tell(day.rows);
    }
    Ok(to)
}

/// The statements of one day. Only our own numbers stand in them.
fn texts(day: &Day) -> [String; 4] {
    let (number, rows, start) = (day.number, day.rows, midnight(day.day).as_second());
    let (work_day, received) = (day.day.to_number(), (start + 19 * 3_600) * 1_000);
    let first_in = format!("{start} + 25200 + (p.phase * 131 + {number} * 97) % 5400");
    let last_out = format!("{start} + 61200 + (p.phase * 71 + {number} * 53) % 7200");
    let there = format!("from (select * from bench_plan x where (x.phase + {number} * 37) % 100 < x.presence limit {rows}) p");
    let touch = |at: &str, direction: &str| {
        format!(
            "insert into touch (worker_id, touch_day, site_id, at, direction, source, method, item_id, seq, received_at)
             select p.worker_id, {work_day}, p.site_id, {at}, '{direction}', p.source, 'card', p.item || '{work_day}{}', {number}, {received} {there}",
            direction.get(..1).unwrap_or_default()
        )
    };
    [
        touch(&first_in, "in"),
        touch(&last_out, "out"),
        format!(
            "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, employer_id, node_id, trade, position, work_content, judgement, updated_at)
             select p.worker_id, {work_day}, p.site_id, {first_in}, {last_out}, p.counts, p.employer_id, p.node_id, p.trade, p.position, p.work_content, 1, {received} {there}"
        ),
        format!(
            "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause)
             select p.worker_id, {work_day}, p.site_id, 1, {received}, '{RULE_VERSION}', p.counts, p.verdict, 'touch' {there}"
        ),
    ]
}

struct Progress {
    rows: u64,
    done: AtomicU64,
    started: Instant,
}

impl Progress {
    /// At most twenty lines.
    fn tell(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        let steps = |rows: u64| rows * 20 / self.rows.max(1);
        if steps(done) == steps(done - more) {
            return;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "for people to read")]
        let (share, rate) = (done as f64 / self.rows.max(1) as f64, done as f64 / seconds);
        println!(
            "  {done} of {} rows, {rate:.0} rows/s, {:.0} s left",
            self.rows,
            seconds / share - seconds
        );
    }
}
