//! `ashiba bench sites`: loads one large site with a month of touches and measures how fast its pages open, and how long it takes to
//! judge its month again.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use registry::rooms::history::RejudgeSteps;
use registry::{App, Settings};
use serde::Serialize;
use store::sea_orm::Value;
use store::{Db, Rows, values};
use tokio::net::TcpListener;

use crate::clock::BenchClock;
use crate::database::Bare;
use crate::figures::{self, Figure, Times};
use crate::machine::{Machine, database};
use crate::world::{World, year};
use crate::{load, pages};

/// Options of the bench of a large site.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// `sqlite:path/to/new-file` or `postgres://user@host/empty-database`; may be given twice. One of an earlier run with the same
    /// numbers is used again
    #[arg(long = "database", value_name = "URL", required = true)]
    pub databases: Vec<String>,
    /// Companies of the site
    #[arg(long, default_value_t = 300)]
    pub companies: usize,
    /// Workers of it
    #[arg(long, default_value_t = 5_000)]
    pub workers: usize,
    /// How often each page is asked for
    #[arg(long, default_value_t = 200)]
    pub requests: usize,
    /// Write the figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// All figures of one run.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    companies: usize,
    workers: usize,
    databases: Vec<crate::OnDatabase>,
}

/// A page is to open within this time in 95 of 100 cases.
const PAGE: (Duration, &str) = (Duration::from_millis(200), "95 of 100 within 200 ms");
/// A month is to be judged again within this time.
const MONTH: (Duration, &str) = (Duration::from_secs(5), "within 5 s");

/// Loads and measures on each database, and prints a table.
///
/// # Errors
/// If a database is neither empty nor from an earlier run, or the registry does not answer as it should.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    ensure!(
        options.companies > 0 && options.workers >= options.companies,
        "a site has at least one company, and each company at least one worker"
    );
    let machine = Machine::this();
    println!("{}", machine.line());
    let (world, rows) = World::of_site(options.companies, options.workers)?;
    let mut report = Report {
        machine,
        companies: options.companies,
        workers: options.workers,
        databases: Vec::new(),
    };
    for address in &options.databases {
        report.databases.push(on(address, &world, rows, &options).await?);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn on(address: &str, world: &World, rows: u64, options: &Options) -> anyhow::Result<crate::OnDatabase> {
    let db = load::prepare(address, rows, world).await?;
    let (name, warning) = database(address).await?;
    println!(
        "\n{name}, {} companies, {} workers, {rows} histories of a month",
        options.companies, options.workers
    );
    if let Some(warning) = warning {
        println!("WARNING: {warning}");
    }
    as_loaded(address).await?;
    // The last loaded day, so that the month that is shown without asking for one is full.
    let clock = Arc::new(BenchClock::on(year().1.plus(-1)));
    let app = App::new(db, clock, StdRng::try_from_rng(&mut SysRng)?, Settings::default()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let http = listener.local_addr()?;
    let router = app.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let bench = Bench {
        app: &app,
        http,
        cookie: pages::session(&app, world, 0).await?,
        site: world.sites[0].id.to_string(),
        requests: options.requests,
    };
    println!("{}", figures::HEAD);
    let mut all = Vec::new();
    let mut told = |figure: Figure| {
        println!("{}", figures::line(&figure));
        all.push(figure);
    };
    told(
        bench
            .page("what is missing, nobody listed", "/mend", Queries::Missing)
            .await?,
    );
    told(bench.again(address, world, rows).await?);
    vacuum(address).await?;
    told(bench.page("overview", "", Queries::Overview).await?);
    told(bench.page("organisation", "/organisation", Queries::Organisation).await?);
    told(bench.page("roster", "/roster", Queries::Roster).await?);
    told(bench.page("what is missing", "/mend", Queries::Missing).await?);
    let month = year().1.month().previous();
    let calendar = format!("/calendar?month={month}");
    told(bench.page("calendar", &calendar, Queries::Calendar).await?);
    server.abort();
    app.shutdown().await;
    app.db().close().await;
    Ok(crate::OnDatabase {
        database: name,
        figures: all,
    })
}

/// What an earlier run has judged again is taken back.
async fn as_loaded(address: &str) -> anyhow::Result<()> {
    let mut bare = Bare::open(address).await?;
    bare.run(
        "delete from judgement where number > 1; delete from judged_again;
         update history set counts = 0, judgement = 1, trade = null, position = null, work_content = null, node_id = null where judgement > 1",
    )
    .await?;
    bare.close().await?;
    vacuum(address).await
}

/// Brings both databases to rest, as they are in use after a while.
async fn vacuum(address: &str) -> anyhow::Result<()> {
    let mut bare = Bare::open(address).await?;
    bare.run(match &bare {
        Bare::Sqlite(_) => "pragma wal_checkpoint(truncate)",
        Bare::Postgres(_) => "vacuum analyze",
    })
    .await?;
    bare.close().await
}

struct Bench<'a> {
    app: &'a App,
    http: SocketAddr,
    cookie: String,
    site: String,
    requests: usize,
}

/// The queries behind the pages; the same texts.
#[derive(Clone, Copy)]
enum Queries {
    Organisation,
    Roster,
    Missing,
    Calendar,
    Overview,
}

impl Bench<'_> {
    async fn page(&self, what: &'static str, path: &str, queries: Queries) -> anyhow::Result<Figure> {
        let mut limit = Times::default();
        for n in 0..self.requests {
            let begun = Instant::now();
            queries.run(self.app.db(), &self.site).await?;
            // The first readings only warm up.
            if n >= self.requests / 10 {
                limit.push(begun.elapsed());
            }
        }
        let path = format!("/sites/{}{path}", self.site);
        let times = pages::ask(self.http, &self.cookie, &path, 1, self.requests).await?;
        let met = times.at(0.95) <= PAGE.0;
        Ok(Figure::answer(what, 1, &times, &limit, Some((PAGE.1, met))))
    }

    /// Judges the month again, once. The limit: the same rows written by the bare driver, without judging.
    async fn again(&self, address: &str, world: &World, rows: u64) -> anyhow::Result<Figure> {
        let mut limit = Times::default();
        limit.push(bare_rows(address).await?);
        let begun = Instant::now();
        let mut steps = RejudgeSteps::of(self.app, world.sites[0].id, None).await?;
        while !steps.ended() {
            let tx = self.app.db().write().await?;
            steps.step(self.app, &tx).await?;
            tx.commit().await?;
            println!("  judged again: {} of {} days", steps.done.days, steps.days);
        }
        let mut times = Times::default();
        times.push(begun.elapsed());
        let done = steps.done;
        ensure!(
            u64::try_from(done.days)? == rows && done.now_count * 2 > done.days,
            "{done:?}"
        );
        let met = times.at(1.0) <= MONTH.0;
        Ok(Figure::answer(
            "judging the month again",
            1,
            &times,
            &limit,
            Some((MONTH.1, met)),
        ))
    }
}

/// Appends a judgement to each day and changes its history, in one transaction that is then taken back.
async fn bare_rows(address: &str) -> anyhow::Result<Duration> {
    let mut bare = Bare::open(address).await?;
    bare.run("begin").await?;
    let begun = Instant::now();
    bare.run(
        "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause)
         select worker_id, work_day, site_id, 2, at, rule, 1, verdict, cause from judgement;
         update history set counts = 1, judgement = 2, trade = '10-01', work_content = 'x'",
    )
    .await?;
    let took = begun.elapsed();
    bare.run("rollback").await?;
    bare.close().await?;
    Ok(took)
}

impl Queries {
    async fn run(self, db: &Db, site: &str) -> anyhow::Result<()> {
        let tx = db.read().await?;
        let month = year().1.month().previous();
        let (first, last) = (month.first().to_number(), month.last().to_number());
        let today = year().1.plus(-1).to_number();
        let nodes = pages::rows(&tx, "site.nodes", values![site]).await?;
        let whole = || values![site, first, last, 1, Rows::new(), Rows::new()];
        let texts: Vec<(&str, Vec<Value>)> = match self {
            Self::Organisation => vec![("organisation.node_facts", values![site, today])],
            Self::Roster => {
                let ids: Vec<String> = nodes.iter().map(|row| row.try_get_by("id")).collect::<Result<_, _>>()?;
                let places = Rows::of(ids.iter().enumerate().map(|(place, id)| (id, place, 0)))?;
                vec![
                    ("roster.counts", values![site, today]),
                    (
                        "roster.roster",
                        values![site, places, today, "%", "%", "", "", today, 100i64, 0i64],
                    ),
                ]
            }
            Self::Missing => {
                let mut open = whole();
                open.push("-".into());
                vec![("missing.open_days", open)]
            }
            Self::Calendar => vec![("views.days_alone", whole())],
            Self::Overview => vec![("history.figures_of_site", values![site, first, last, today])],
        };
        for (name, values) in texts {
            pages::rows(&tx, name, values).await?;
        }
        Ok(())
    }
}
