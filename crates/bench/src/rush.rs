//! `ashiba bench rush`: the morning at the gates of a whole country and the evening after it. In the morning touches come one by one
//! and pages are opened beside them, at rates that do not wait for the registry: an answer's time runs from the instant at which it was
//! to be asked for, so that a slow registry does not slow down what measures it. In the evening readers send what they have kept, in
//! batches. Afterwards what the database holds is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hyper::header;
use rand::rngs::{StdRng, SysRng};
use rand::{RngExt, SeedableRng};
use registry::{App, Settings};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::BenchClock;
use crate::database::Bare;
use crate::figures::{self, Figure, Times};
use crate::http::Client;
use crate::machine::{Machine, database};
use crate::people::LOOKERS;
use crate::touches::{self, Done};
use crate::world::{World, year};
use crate::{load, pages};

/// Options of the rush.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// `sqlite:path/to/new-file` or `postgres://user@host/empty-database`. One of an earlier bench with the same number of rows is used
    /// again
    #[arg(long, value_name = "URL")]
    pub database: String,
    /// History rows that are there already
    #[arg(long, default_value_t = 20_000_000)]
    pub rows: u64,
    /// Touches a second in the morning
    #[arg(long, default_value_t = 1_700.0)]
    pub touches: f64,
    /// Pages a second beside them
    #[arg(long, default_value_t = 200.0)]
    pub pages: f64,
    /// How long the morning is
    #[arg(long, default_value_t = 300.0)]
    pub seconds: f64,
    /// Touches of the evening, at most; 0 for none
    #[arg(long, default_value_t = 3_000_000)]
    pub evening: usize,
    /// Write the figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// All figures of one run.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    rows: u64,
    database: crate::OnDatabase,
}

/// Connections that bring touches, and those that open pages: more than are ever busy as long as the registry keeps up.
const GATES: usize = 256;
const BROWSERS: usize = 64;
/// A touch is to be answered within this time in 99 of 100 cases.
const ANSWER: (Duration, &str) = (Duration::from_millis(300), "99 of 100 within 300 ms");
/// The evening is to be taken in within this time.
const EVENING: (Duration, &str) = (Duration::from_secs(30 * 60), "within 30 minutes");

/// Loads, sends, counts, prints.
///
/// # Errors
/// If the database is neither empty nor from an earlier bench, the registry does not answer as it should, or a touch is lost.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let machine = Machine::this();
    println!("{}", machine.line());
    let world = Arc::new(World::of(options.rows)?);
    let db = load::prepare(&options.database, options.rows, &world).await?;
    let (name, warning) = database(&options.database).await?;
    println!("\n{name}, {} history rows", options.rows);
    if let Some(warning) = warning {
        println!("WARNING: {warning}");
    }
    let clock = Arc::new(BenchClock::start());
    let app = App::new(db, clock, StdRng::try_from_rng(&mut SysRng)?, Settings::default()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let http = listener.local_addr()?;
    let router = app.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let rush = Rush {
        address: options.database.clone(),
        http,
        world,
    };
    touches::clear(&rush.address).await?;
    println!("The limit of the morning is the rate asked for, that of the evening the one that fits into its time.");
    println!("{}", figures::HEAD);
    let mut all = rush.morning(&app, &options).await?;
    if options.evening > 0 {
        touches::clear(&rush.address).await?;
        all.push(rush.evening(options.evening).await?);
        touches::clear(&rush.address).await?;
    }
    server.abort();
    app.shutdown().await;
    app.db().close().await;
    if let Some(file) = &options.json {
        let report = Report {
            machine,
            rows: options.rows,
            database: crate::OnDatabase {
                database: name,
                figures: all,
            },
        };
        std::fs::write(file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// When each of many requests is due.
#[derive(Clone)]
struct Schedule {
    started: Instant,
    /// From here on answers are measured.
    warm: Instant,
    rate: f64,
    count: usize,
    next: Arc<AtomicUsize>,
}

impl Schedule {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of requests")]
    fn new(started: Instant, rate: f64, seconds: f64) -> Self {
        // The first answers only warm up connections and plans: a tenth of the time, at most ten seconds.
        let warm = Duration::from_secs_f64((seconds / 10.0).min(10.0));
        Self {
            started,
            warm: started + warm,
            rate,
            count: (rate * seconds) as usize,
            next: Arc::default(),
        }
    }

    /// Waits until the next one is due, and tells its number and when it was; one that is late is due at once.
    #[expect(clippy::cast_precision_loss, reason = "a time")]
    async fn next(&self) -> Option<(usize, Instant)> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        if n >= self.count {
            return None;
        }
        let due = self.started + Duration::from_secs_f64(n as f64 / self.rate);
        tokio::time::sleep_until(due.into()).await;
        Some((n, due))
    }
}

struct Rush {
    address: String,
    http: SocketAddr,
    world: Arc<World>,
}

impl Rush {
    async fn morning(&self, app: &App, options: &Options) -> anyhow::Result<Vec<Figure>> {
        let mut cookies = Vec::new();
        for site in 0..LOOKERS.min(self.world.sites.len()) {
            cookies.push(pages::session(app, &self.world, site).await?);
        }
        let cookies = Arc::new(cookies);
        let started = Instant::now();
        let touches = Schedule::new(started, options.touches, options.seconds);
        let looks = Schedule::new(started, options.pages, options.seconds);
        ensure!(
            touches.count == 0 || touches::nth(&self.world, touches.count - 1).is_some(),
            "too few people for so many touches"
        );
        let (mut gates, mut browsers) = (JoinSet::new(), JoinSet::new());
        for _ in 0..GATES {
            gates.spawn(self.gate(touches.clone()).await?);
        }
        for _ in 0..BROWSERS {
            browsers.spawn(self.browser(looks.clone(), Arc::clone(&cookies)).await?);
        }
        let browsers = tokio::spawn(Done::of(started, browsers));
        let touched = Done::of(started, gates).await?;
        let looked = browsers.await??;
        ensure!(
            touched.touches == touches.count && looked.touches == looks.count,
            "not all was asked for"
        );
        self.count(touched.touches, touched.touches).await?;
        let met = touched.times.at(0.99) <= ANSWER.0;
        let none = Times::default();
        let figures = [
            (
                "touches of the morning",
                GATES,
                &touched,
                options.touches,
                Some((ANSWER.1, met)),
            ),
            ("pages beside them", BROWSERS, &looked, options.pages, None),
        ];
        let figures = figures.map(|(what, clients, done, asked, aim)| {
            Figure::rate(what, clients, (done.rate(), &done.times), (asked, &none), aim)
        });
        for figure in &figures {
            println!("{}", figures::line(figure));
        }
        Ok(figures.into())
    }

    /// A connection that brings touches. Each gate of a country is its own; their keys take turns on ours.
    async fn gate(&self, schedule: Schedule) -> anyhow::Result<impl Future<Output = anyhow::Result<(usize, Times)>> + use<>> {
        let mut client = Client::open(self.http, (header::AUTHORIZATION, String::new())).await?;
        let world = Arc::clone(&self.world);
        let clock = BenchClock::start();
        Ok(async move {
            let (mut times, mut sent) = (Times::default(), 0);
            while let Some((n, due)) = schedule.next().await {
                let touch = touches::nth(&world, n).context("too few people")?;
                touches::send(&mut client, &world, &clock, &[touch]).await?;
                sent += 1;
                if due >= schedule.warm {
                    times.push(due.elapsed());
                }
            }
            Ok((sent, times))
        })
    }

    /// A connection that opens pages.
    async fn browser(
        &self,
        schedule: Schedule,
        cookies: Arc<Vec<String>>,
    ) -> anyhow::Result<impl Future<Output = anyhow::Result<(usize, Times)>> + use<>> {
        let mut client = Client::open(self.http, (header::COOKIE, String::new())).await?;
        let world = Arc::clone(&self.world);
        let mut people: Vec<Vec<usize>> = vec![Vec::new(); cookies.len()];
        for (n, person) in world.people.iter().enumerate() {
            if let Some(of_site) = people.get_mut(person.site)
                && world.has_days(person)
            {
                of_site.push(n);
            }
        }
        Ok(async move {
            let (mut times, mut seen) = (Times::default(), 0);
            while let Some((n, due)) = schedule.next().await {
                let mut random = StdRng::seed_from_u64(u64::try_from(n)?);
                let site = random.random_range(0..cookies.len());
                let person = people[site].get(random.random_range(0..people[site].len().max(1))).copied();
                client.cookie(&cookies[site]);
                let path = page(&world, site, person, random.random_range(0..10));
                let body = client.get(&path).await.with_context(|| path.clone())?;
                ensure!(body.len() > 1_000, "a page without content");
                seen += 1;
                if due >= schedule.warm {
                    times.push(due.elapsed());
                }
            }
            Ok((seen, times))
        })
    }

    async fn evening(&self, most: usize) -> anyhow::Result<Figure> {
        let mut batches = touches::of_all_sites(&self.world);
        let mut total = 0;
        batches.retain(|pairs| {
            let taken = total < most;
            total += if taken { pairs.len() * 2 } else { 0 };
            taken
        });
        let batches = Arc::new(batches);
        let days: usize = batches.iter().map(Vec::len).sum();
        let done = touches::send_batches(self.http, &self.world, &batches, None).await?;
        ensure!(done.touches == total, "not all was sent");
        self.count(total, days).await?;
        println!("  {total} touches of the evening in {:.0} s", done.elapsed.as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let asked = total as f64 / EVENING.0.as_secs_f64();
        let none = Times::default();
        let figure = Figure::rate(
            "touches of the evening, in batches",
            touches::SENDERS,
            (done.rate(), &done.times),
            (asked, &none),
            Some((EVENING.1, done.elapsed <= EVENING.0)),
        );
        println!("{}", figures::line(&figure));
        Ok(figure)
    }

    /// Everything answered is there, and nothing else.
    async fn count(&self, touches: usize, days: usize) -> anyhow::Result<()> {
        let mut bare = Bare::open(&self.address).await?;
        let from = year().1.to_number();
        for (table, day, wanted) in [("touch", "touch_day", touches), ("history", "work_day", days)] {
            let sql = format!("select cast(count(*) as text) from {table} where {day} >= {from}");
            let found: usize = bare.ask(sql).await?.parse()?;
            ensure!(found == wanted, "{table} holds {found} rows of {wanted}");
        }
        bare.close().await?;
        println!("  counted: {touches} touches, {days} days; none lost, none twice");
        Ok(())
    }
}

/// What is opened: of ten pages six are a worker's month, two the gate as it is now, one the site, one its calendar.
fn page(world: &World, site: usize, person: Option<usize>, kind: u32) -> String {
    let month = year().1.month().previous();
    let id = world.sites[site].id;
    match (kind, person) {
        (0..=5, Some(person)) => format!("/workers/{}/calendar?month={month}", world.people[person].worker.handle),
        (0..=7, _) => format!("/sites/{id}/gate"),
        (8, _) => format!("/sites/{id}"),
        _ => format!("/sites/{id}/calendar?month={month}"),
    }
}
