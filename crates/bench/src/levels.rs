//! `ashiba bench levels`: loads a made-up nation of workers with a year of histories, judges the levels of all of them, and holds the
//! time against a bare query that adds up the same histories by worker.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use domain::registration::Fields;
use rand::SeedableRng;
use rand::rngs::StdRng;
use registry::rooms::history::ensure_partitions;
use registry::rooms::levels::{Ended, Progress, Want, judge_workers};
use registry::{App, MIGRATIONS, Settings};
use serde::Serialize;
use store::{Backend, Db, Sql};

use crate::clock::BenchClock;
use crate::database::{Bare, backend_of};
use crate::machine::{Machine, database};
use crate::people;
use crate::world::{midnight, working_days, year};

/// Options of the bench of levels.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// `sqlite:path/to/new-file` or `postgres://user@host/empty-database`; may be given twice. One of an earlier run with the same
    /// numbers is used again
    #[arg(long = "database", value_name = "URL", required = true)]
    pub databases: Vec<String>,
    /// Workers of the made-up nation; a third of them work
    #[arg(long, default_value_t = 1_800_000)]
    pub workers: u64,
    /// Histories of a year
    #[arg(long, default_value_t = 60_000_000)]
    pub rows: u64,
    /// Write the figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// The figures on one database.
#[derive(Debug, Serialize)]
struct Figures {
    database: String,
    workers: u64,
    rows: u64,
    /// Seconds to judge everybody.
    everybody: f64,
    /// Seconds of the bare query that adds up the same histories.
    limit: f64,
    /// Rows written.
    standings: i64,
    /// Seconds to judge everybody again when nothing was changed.
    again: f64,
    /// Workers of whom something was changed, and seconds to judge them.
    marked: i64,
    changed: f64,
}

/// The aim for the whole nation, on two cores.
const AIM_SECONDS: f64 = 300.0;
/// From so many histories on the aim means something.
const NATION: u64 = 60_000_000;

const WORKERS: Sql = Sql::new("bench.count_workers", "select count(*) from (select 1 from worker limit 1) w");
const HAS_LOAD: Sql = Sql::either(
    "bench.has_levels",
    "select count(*) from sqlite_schema where name = 'bench_levels'",
    "select count(to_regclass('bench_levels'))",
);
const LOADED: Sql = Sql::new("bench.loaded_levels", "select what from bench_levels");

/// Loads and measures on each database, and prints the figures.
///
/// # Errors
/// If a database is neither empty nor from an earlier run.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    ensure!(options.workers > 0 && options.rows > 0, "a nation has workers, and they work");
    println!("{}", Machine::this().line());
    let mut all = Vec::new();
    for address in &options.databases {
        all.push(on(address, &options).await?);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&all)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn on(address: &str, options: &Options) -> anyhow::Result<Figures> {
    let db = prepare(address, options).await?;
    let (name, warning) = database(address).await?;
    let mut bare = Bare::open(address).await?;
    let rows: u64 = bare.ask("select cast(count(*) as text) from history").await?.parse()?;
    println!("\n{name}, {} workers, {rows} histories", options.workers);
    if let Some(warning) = warning {
        println!("WARNING: {warning}");
    }
    let clock = Arc::new(BenchClock::on(year().1.plus(-1)));
    let app = App::new(db, clock, StdRng::seed_from_u64(36), Settings::default()).await?;
    for table in ["level_standing", "level_stale", "level_run", "level_days"] {
        bare.run(format!("delete from {table}")).await?;
    }
    tidy(&mut bare).await?;

    let limit = limit(&mut bare).await?;
    let first = judge(&app, true).await?;
    let again = judge(&app, true).await?;
    ensure!(again.changed == 0, "judged twice, {} rows were changed", again.changed);
    // One in a hundred.
    bare.run("insert into level_stale (worker_id, number) select w.worker_id, 1 from bench_worker w where w.n % 100 = 0")
        .await?;
    let changed = judge(&app, false).await?;
    bare.close().await?;
    app.shutdown().await;
    app.db().close().await;

    let figures = Figures {
        database: name,
        workers: options.workers,
        rows,
        everybody: first.took.as_secs_f64(),
        limit,
        standings: first.changed,
        again: again.took.as_secs_f64(),
        marked: changed.done,
        changed: changed.took.as_secs_f64(),
    };
    tell(&figures, &first);
    Ok(figures)
}

fn tell(figures: &Figures, first: &Progress) {
    let ratio = figures.limit / figures.everybody.max(0.001) * 100.0;
    println!("| What | Measured | Limit | Of the limit | Aim |\n|---|--:|--:|--:|---|");
    let aim = match (figures.rows >= NATION, figures.everybody <= AIM_SECONDS) {
        (false, _) => "",
        (true, true) => "within 300 s: met",
        (true, false) => "within 300 s: missed",
    };
    println!(
        "| everybody, {} rows written, {:.0} workers/s | {:.1} s | {:.1} s | {ratio:.0} % | {aim} |",
        figures.standings,
        first.rate(),
        figures.everybody,
        figures.limit
    );
    println!("| everybody again, nothing changed | {:.1} s | | | |", figures.again);
    println!(
        "| {} workers of whom something changed | {:.1} s | | | |",
        figures.marked, figures.changed
    );
}

async fn judge(app: &App, everybody: bool) -> anyhow::Result<Progress> {
    let want = Want {
        everybody,
        at_once: true,
        ..Want::default()
    };
    let mut tenths = 0;
    let ended = judge_workers(app, want, |progress| {
        let now = progress.done * 10 / progress.total.max(1);
        if now > tenths {
            tenths = now;
            println!(
                "  {} of {} workers, {:.0} workers/s, {:.0} s left",
                progress.done,
                progress.total,
                progress.rate(),
                progress.seconds_left()
            );
        }
        ControlFlow::Continue(())
    })
    .await?;
    match ended {
        Ended::Done(progress) => Ok(progress),
        Ended::Stopped(_) | Ended::UnderWay => anyhow::bail!("the run was not finished"),
    }
}

/// Seconds in which the driver alone adds up the same histories, with as much memory.
async fn limit(bare: &mut Bare) -> anyhow::Result<f64> {
    let bits = match bare {
        Bare::Sqlite(_) => "sum(distinct cast(1 as bigint) << (h.work_day % 100))",
        Bare::Postgres(_) => "bit_or(cast(1 as bigint) << (h.work_day % 100))",
    };
    if let Bare::Postgres(_) = bare {
        bare.run("set work_mem = '256MB'; set jit = off").await?;
    }
    let sql = format!(
        "select cast(count(*) as text) || ' ' || cast(coalesce(sum(x.days % 7), 0) as text) from (
             select {bits} as days from history h where h.counts = 1
             group by h.worker_id, h.work_day / 100, h.trade, h.position) x"
    );
    let begun = Instant::now();
    bare.ask(sql).await?;
    Ok(begun.elapsed().as_secs_f64())
}

async fn tidy(bare: &mut Bare) -> anyhow::Result<()> {
    let text = match bare {
        Bare::Sqlite(_) => "pragma wal_checkpoint(truncate)",
        Bare::Postgres(_) => "vacuum analyze",
    };
    bare.run(text).await
}

/// Opens the database; loads only if that was not done before.
async fn prepare(address: &str, options: &Options) -> anyhow::Result<Db> {
    let db = Db::open(
        address,
        store::Options {
            create: true,
            ..store::Options::default()
        },
    )
    .await?;
    db.migrate(MIGRATIONS).await?;
    let wanted = format!("{} {}", options.workers, options.rows);
    let tx = db.read().await?;
    if tx.value::<i64>(&HAS_LOAD, []).await? == Some(1) {
        let loaded: Option<String> = tx.value(&LOADED, []).await?;
        ensure!(
            loaded.as_ref() == Some(&wanted),
            "the database holds another load ({}): name a new one",
            loaded.unwrap_or_default()
        );
        drop(tx);
        println!("{} workers are loaded already", options.workers);
        return Ok(db);
    }
    ensure!(
        tx.value::<i64>(&WORKERS, []).await? == Some(0),
        "the database is not empty, or its loading broke off: name a new one"
    );
    drop(tx);
    for month in people::months() {
        ensure_partitions(&db, month).await?;
    }
    // Loading wants a SQLite file for itself.
    db.close().await;
    load(address, options, &wanted).await?;
    Ok(Db::open(address, store::Options::default()).await?)
}

/// All of it is made inside the database: no row crosses the wire.
async fn load(address: &str, options: &Options, wanted: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    let backend = backend_of(address)?;
    let mut bare = Bare::open(address).await?;
    match backend {
        Backend::Sqlite => {
            bare.run(
                "pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -2000000; begin",
            )
            .await?;
        }
        Backend::Postgres => bare.run("set synchronous_commit = off").await?,
    }
    for sql in people_texts(backend, options.workers)? {
        bare.run(sql).await?;
    }
    println!("made {} workers in {:.0} s", options.workers, begun.elapsed().as_secs_f64());
    let days = working_days();
    let count = u64::try_from(days.len())?;
    // A third of them work, so many of a hundred days.
    let presence = (options.rows * 100)
        .div_ceil((options.workers.div_ceil(3) * count).max(1))
        .clamp(1, 100);
    let per_day = options.rows.div_ceil(count.max(1));
    for (number, day) in days.iter().enumerate() {
        let (work_day, start) = (day.to_number(), midnight(*day).as_second());
        bare.run(format!(
            "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, trade, position, judgement, updated_at)
             select p.worker_id, {work_day}, p.site_id, {start} + 27000, {start} + 61200, 1, p.trade, p.position, 1, {start}000
             from (select * from bench_worker w where w.n % 3 = 0 and (w.n * 7 + {number} * 37) % 100 < {presence} limit {per_day}) p"
        ))
        .await?;
        if number % 30 == 29 {
            println!("  {} of {count} days, {:.0} s", number + 1, begun.elapsed().as_secs_f64());
        }
    }
    bare.run(format!(
        "create table bench_levels (what text); insert into bench_levels values ('{wanted}')"
    ))
    .await?;
    if backend == Backend::Sqlite {
        bare.run("commit").await?;
    }
    tidy(&mut bare).await?;
    println!("loaded in {:.0} s", begun.elapsed().as_secs_f64());
    bare.close().await
}

/// Workers, their trades and what they are registered with. Their numbers walk through all IDs, so that neighbours by ID are strangers.
fn people_texts(backend: Backend, workers: u64) -> anyhow::Result<[String; 4]> {
    let digits = |value: &str| match backend {
        Backend::Sqlite => format!("printf('%012d', {value})"),
        Backend::Postgres => format!("lpad(cast({value} as text), 12, '0')"),
    };
    let (id, site) = (digits("(s.i * 618033988749 + 3) % 1000000000000"), digits("s.i % 997"));
    let bodies = [
        record(&[("玉掛け技能講習", "2015-04-20", "")])?,
        record(&[
            ("玉掛け技能講習", "2012-06-11", ""),
            ("職長・安全衛生責任者教育", "2018-09-08", ""),
            ("1級とび技能士", "2019-03-15", ""),
        ])?,
        record(&[
            ("第二種電気工事士免状", "2010-08-20", ""),
            ("第一種電気工事士免状", "2016-08-20", ""),
            ("登録電気工事基幹技能者", "2023-02-01", "2028-01-31"),
        ])?,
        record(&[
            ("2級配管技能士", "2017-09-27", ""),
            ("職長・安全衛生責任者教育", "2020-05-16", ""),
        ])?,
    ];
    let [bar, tobi, electrical, piping] = bodies;
    Ok([
        format!(
            "create table bench_worker (n bigint not null, worker_id text not null, site_id text not null, trade text not null, position text);
             insert into bench_worker (n, worker_id, site_id, trade, position)
             with recursive s (i) as (select cast(0 as bigint) union all select s.i + 1 from s where s.i + 1 < {workers})
             select s.i, {id} || '21', {site} || '71',
                    case s.i % 4 when 0 then '10-01' when 1 then '06-01' when 2 then '09-01' else '36-01' end,
                    case s.i % 10 when 0 then 'foreman' when 3 then 'squad_leader' end
             from s"
        ),
        "insert into worker (id, handle, name, name_kana, language, registration, registered_at)
         select w.worker_id, w.worker_id, '架空', 'カクウ', 'ja', 'detailed', 0 from bench_worker w"
            .to_owned(),
        "insert into worker_trade (worker_id, ordinal, trade) select w.worker_id, 0, w.trade from bench_worker w".to_owned(),
        format!(
            "insert into record (subject_id, number, at, account_id, body)
             select w.worker_id, 1, 0, 'bench',
                    case w.trade when '10-01' then '{bar}' when '06-01' then '{tobi}' when '09-01' then '{electrical}' else '{piping}' end
             from bench_worker w"
        ),
    ])
}

/// A record with nothing but qualifications: name, day, last day. No apostrophe stands in it.
fn record(qualifications: &[(&str, &str, &str)]) -> anyhow::Result<String> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (number, (name, day, until)) in (1..).zip(qualifications) {
        for (part, value) in [("name", name), ("day", day), ("until", until)] {
            all.push((format!("qualification.{number}.{part}"), (*value).to_owned()));
        }
    }
    let fields: Fields = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(serde_json::to_string(&fields)?)
}
