//! The calendar of a site with 500 workers, its CSV file, and one worker's month: how long an answer takes, and the same queries
//! without the web.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hyper::header;
use registry::App;
use registry::access::{Origin, SignInOutcome, open_session, sign_in};
use store::sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use store::{Db, Rows, Sql, Tx, values};
use tokio::task::JoinSet;

use crate::figures::{Figure, Times};
use crate::http::Client;
use crate::world::{World, year};

/// Lines on one page of the calendar.
const LINES: usize = 100;
/// An answer is to come within this time in 95 of 100 cases.
const AIM: Duration = Duration::from_millis(50);

/// Signs the prime of a site in; gives the value of the cookie header.
pub(crate) async fn session(app: &App, world: &World, site: usize) -> anyhow::Result<String> {
    let company = world.companies[world.sites[site].prime].id.to_string();
    let mut chance = [0u8; 32];
    app.with_random(|r| rand::Rng::fill_bytes(r, &mut chance));
    let masters = app.masters();
    let tx = app.db().write().await?;
    let origin = Origin::default();
    let SignInOutcome::Welcome(account) = sign_in(&tx, app.clock(), masters.policies(), &company, &origin, true).await? else {
        anyhow::bail!("the prime has no account");
    };
    let token = open_session(&tx, app.clock(), masters.policies(), &account, &origin, &chance).await?;
    tx.commit().await?;
    Ok(format!("session={token}; lang=ja"))
}

/// All three, with one client and with eight.
pub(crate) async fn measure(app: &App, http: SocketAddr, world: &World, requests: usize) -> anyhow::Result<Vec<Figure>> {
    let cookie = session(app, world, 0).await?;
    let site = world.sites[0].id.to_string();
    let month = year().1.month().previous();
    let days = (month.first().to_number(), month.last().to_number());
    let person = world
        .people
        .iter()
        .find(|p| p.site == 0)
        .context("nobody at the calendar site")?;
    let kinds = [
        (
            "calendar page, 500 workers",
            format!("/sites/{site}/calendar?month={month}"),
            Queries::Calendar,
        ),
        (
            "calendar CSV, 500 workers",
            format!("/sites/{site}/calendar.csv?month={month}"),
            Queries::Csv,
        ),
        (
            "a worker's month",
            format!("/workers/{}/calendar?month={month}", person.worker.handle),
            Queries::Worker(person.worker.id.to_string()),
        ),
    ];
    let mut figures = Vec::new();
    for (what, path, queries) in kinds {
        let mut limit = Times::default();
        for n in 0..requests {
            let begun = Instant::now();
            queries.run(app.db(), &site, days).await?;
            // The first readings only warm up.
            if n >= requests / 10 {
                limit.push(begun.elapsed());
            }
        }
        for clients in [1, 8] {
            let times = ask(http, &cookie, &path, clients, requests).await?;
            let aim = (clients == 1).then_some(("95 of 100 within 50 ms", times.at(0.95) <= AIM));
            figures.push(Figure::answer(what, clients, &times, &limit, aim));
        }
    }
    Ok(figures)
}

pub(crate) async fn ask(http: SocketAddr, cookie: &str, path: &str, clients: usize, requests: usize) -> anyhow::Result<Times> {
    let path: Arc<str> = path.into();
    let mut all = JoinSet::new();
    for _ in 0..clients {
        let mut client = Client::open(http, (header::COOKIE, cookie.to_owned())).await?;
        let path = Arc::clone(&path);
        all.spawn(async move {
            let mut times = Times::default();
            let warm = 3;
            for n in 0..(requests / clients + warm) {
                let begun = Instant::now();
                let body = client.get(&path).await?;
                ensure!(body.len() > 1_000, "a page without content");
                if n >= warm {
                    times.push(begun.elapsed());
                }
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Times::default();
    while let Some(client) = all.join_next().await {
        times.extend(client??);
    }
    Ok(times)
}

/// The queries behind a page that read history; the same texts.
enum Queries {
    Calendar,
    Csv,
    Worker(String),
}

impl Queries {
    async fn run(&self, db: &Db, site: &str, (first, last): (i32, i32)) -> anyhow::Result<()> {
        let tx = db.read().await?;
        let of_site = || values![site, first, last, 1, Rows::new(), Rows::new()];
        match self {
            Self::Calendar => {
                let lines = rows(&tx, "views.days_alone", of_site()).await?;
                let workers: BTreeSet<String> = lines
                    .iter()
                    .map(|row| row.try_get_by("worker_id"))
                    .collect::<Result<_, _>>()?;
                let everybody = Rows::of(workers.iter().map(|id| [id]))?;
                let today = last;
                rows(&tx, "views.people", values![everybody, "", today, site, 1, Rows::new()]).await?;
                let ids: Vec<&String> = workers.iter().take(LINES).collect();
                rows(
                    &tx,
                    "history.days_of_workers",
                    values![Rows::of(ids.iter().map(|id| [id]))?, site, first, last],
                )
                .await?;
            }
            Self::Csv => {
                rows(&tx, "history.month_of_site", of_site()).await?;
            }
            Self::Worker(worker) => drop(rows(&tx, "history.month_of_worker", values![worker.as_str(), first, last]).await?),
        }
        Ok(())
    }
}

pub(crate) async fn rows(tx: &Tx, name: &str, values: Vec<Value>) -> anyhow::Result<Vec<QueryResult>> {
    let sql: &Sql = registry::sql_texts()
        .find(|sql| sql.name() == name)
        .with_context(|| format!("no query {name} any more"))?;
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql.text(tx.backend())?, values);
    let rows = tx.query_all_raw(statement).await?;
    ensure!(!rows.is_empty(), "{name} found nothing");
    Ok(rows)
}
