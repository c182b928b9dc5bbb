//! `ashiba bench`: loads a made-up year of history, then measures how fast touches are taken in and calendars shown, each beside
//! the limit measured in the same run: the bare driver, the queries alone. docs/performance.md has figures.

mod bare;
mod clock;
mod database;
mod figures;
mod http;
pub mod levels;
mod load;
mod machine;
mod pages;
mod people;
pub mod rush;
pub mod search;
pub mod sites;
mod touches;
mod world;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
pub use figures::{Figure, Percentiles};
pub use machine::Machine;
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use registry::{App, Settings};
use serde::Serialize;
use tokio::net::TcpListener;

use crate::clock::BenchClock;
use crate::world::World;

/// Options of the bench.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// `sqlite:path/to/new-file` or `postgres://user@host/empty-database`; may be given twice. One of an earlier bench with the
    /// same number of rows is used again
    #[arg(long = "database", value_name = "URL", required = true)]
    pub databases: Vec<String>,
    /// History rows to load, each with its entry, its exit and its judgement: 100 thousand to 50 million for figures that mean
    /// something
    #[arg(long)]
    pub rows: u64,
    /// How long touches are sent; of pages, twenty times as many are asked for
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// Measure only this, for instance while looking for where the time goes
    #[arg(long, value_enum)]
    pub only: Option<Only>,
    /// Write the figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    /// Calendar pages and files
    Pages,
    /// Touches one by one
    Single,
    /// Touches in batches
    Batches,
}

/// What is measured: history, or (as a subcommand) search, a large site, a rush or levels.
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Command {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    history: Option<Options>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Other {
    /// Load a made-up national registry of companies and workers and measure how fast they are found
    Search(search::Options),
    /// Load one made-up site of hundreds of companies and thousands of workers and measure how fast its pages open and its month is
    /// judged again
    Sites(sites::Options),
    /// Send touches and open pages at given rates, as on a morning at all gates of a country, then the batches of its evening
    Rush(rush::Options),
    /// Load a made-up nation of workers and their histories of a year, and measure how fast the levels of all of them are judged
    Levels(levels::Options),
}

/// Runs what was asked for.
///
/// # Errors
/// As [`run`], [`search::run`], [`sites::run`], [`rush::run`] and [`levels::run`].
pub async fn command(command: Command) -> anyhow::Result<ExitCode> {
    match (command.other, command.history) {
        (Some(Other::Search(options)), _) => search::run(options).await,
        (Some(Other::Sites(options)), _) => sites::run(options).await,
        (Some(Other::Rush(options)), _) => rush::run(options).await,
        (Some(Other::Levels(options)), _) => levels::run(options).await,
        (None, Some(options)) => run(options).await,
        (None, None) => anyhow::bail!("name a database and how many rows to load; --help tells more"),
    }
}

/// All figures of one run.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: Machine,
    rows: u64,
    databases: Vec<OnDatabase>,
}

/// The figures on one database.
#[derive(Debug, Serialize)]
pub struct OnDatabase {
    /// Name and version.
    pub database: String,
    /// What was measured.
    pub figures: Vec<Figure>,
}

/// Loads, measures, prints.
///
/// # Errors
/// If a database is neither empty nor from an earlier bench, or the registry does not answer as it should.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let machine = Machine::this();
    println!("{}", machine.line());
    let mut report = Report {
        machine,
        rows: options.rows,
        databases: Vec::new(),
    };
    let world = Arc::new(World::of(options.rows)?);
    for address in &options.databases {
        report.databases.push(on(address, &world, &options).await?);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn on(address: &str, world: &Arc<World>, options: &Options) -> anyhow::Result<OnDatabase> {
    let db = load::prepare(address, options.rows, world).await?;
    let (database, warning) = machine::database(address).await?;
    println!("\n{database}, {} history rows", options.rows);
    if let Some(warning) = warning {
        println!("WARNING: {warning}");
    }
    touches::clear(address).await?;
    let app = App::new(
        db,
        Arc::new(BenchClock::start()),
        StdRng::try_from_rng(&mut SysRng)?,
        Settings::default(),
    )
    .await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let http = listener.local_addr()?;
    let router = app.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let seconds = Duration::from_secs_f64(options.seconds);
    println!("{}", figures::HEAD);
    // 200 for the usual ten seconds; a short bench is short in all.
    let requests = usize::try_from(seconds.as_millis() / 50)?.max(16);
    let wanted = |part| options.only.is_none_or(|only| only == part);
    let mut all = Vec::new();
    if wanted(Only::Pages) {
        all = pages::measure(&app, http, world, requests).await?;
        print(&all);
    }
    if wanted(Only::Single) {
        all.push(touches::one_by_one(address, http, world, seconds).await?);
        print(&all[all.len() - 1..]);
    }
    if wanted(Only::Batches) {
        all.push(touches::in_batches(address, http, world, seconds).await?);
        print(&all[all.len() - 1..]);
    }
    server.abort();
    app.shutdown().await;
    app.db().close().await;
    Ok(OnDatabase { database, figures: all })
}

fn print(figures: &[Figure]) {
    for figure in figures {
        println!("{}", figures::line(figure));
    }
}
