//! `ashiba bench search`: loads a made-up national registry of companies and workers and measures how long a search takes, per kind
//! of word, as the pages ask it: in a transaction that reads, through the use case, without web and templates.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use domain::access::Role;
use domain::{CompanyId, SystemClock, WorkerId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use registry::access::{Origin, Viewer, open_session, viewer_of_token};
use registry::made_up::{company_name, person_name};
use registry::rooms::accounts::{NewAccount, create};
use registry::rooms::search::{companies, workers};
use registry::{App, MIGRATIONS, Settings};
use serde::Serialize;
use store::{Backend, Db, Page, Rows, Sql, values};

use crate::database::Bare;
use crate::figures::{Percentiles, Times};
use crate::machine::{Machine, database};

/// Options of the search bench.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// `sqlite:path/to/new-file` or `postgres://user@host/empty-database`; may be given twice. One of an earlier run with the same
    /// numbers is used again
    #[arg(long = "database", value_name = "URL", required = true)]
    pub databases: Vec<String>,
    /// Companies of the made-up registry
    #[arg(long, default_value_t = 300_000)]
    pub companies: u64,
    /// Workers of it
    #[arg(long, default_value_t = 2_000_000)]
    pub workers: u64,
    /// Searches of each kind
    #[arg(long, default_value_t = 200)]
    pub searches: u64,
    /// Write the figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// One kind of search.
#[derive(Debug, Serialize)]
struct Figure {
    database: String,
    what: &'static str,
    answer: Percentiles,
}

const COMPANIES: Sql = Sql::new(
    "bench.companies",
    "insert into company (id, name, name_kana, registered_at, phone, licence, corporate_number, prefecture)
     select r.id, r.name, r.kana, 0, r.phone, r.licence, r.number, r.prefecture
     from {{rows $1: id text, name text, kana text, phone text, licence text, number text, prefecture text}} r",
);
const WORKERS: Sql = Sql::new(
    "bench.workers",
    "insert into worker (id, handle, name, name_kana, language, registration, registered_at, name_alphabet, phone, birth_day)
     select r.id, r.handle, r.name, r.kana, r.language, 'detailed', 0, r.alphabet, r.phone, r.birth_day
     from {{rows $1: id text, handle text, name text, kana text, language text, alphabet text, phone text, birth_day int}} r",
);
const TIES: Sql = Sql::new(
    "bench.ties",
    "insert into employment (worker_id, company_id, from_day, main)
     select r.worker_id, r.company_id, 20240401, 1 from {{rows $1: worker_id text, company_id text}} r",
);
const COUNT: Sql = Sql::new(
    "bench.people",
    "select cast((select count(*) from company) as text) || ' ' || cast((select count(*) from worker) as text)",
);

/// Rows of one statement, statements of one transaction.
const CHUNK: u64 = 2_000;
const PREFECTURES: u64 = 47;

/// Free digits that look like chance and never come twice: a walk through all numbers below 10^12.
fn digits(n: u64, start: u64) -> u64 {
    u64::try_from((u128::from(n) * 618_033_988_749 + u128::from(start)) % 1_000_000_000_000).unwrap_or(n)
}

fn company_id(n: u64) -> anyhow::Result<CompanyId> {
    CompanyId::from_free_digits(digits(n, 7), 22).context("a company ID")
}

fn worker_id(n: u64) -> anyhow::Result<WorkerId> {
    WorkerId::from_free_digits(digits(n, 3), 21).context("a worker ID")
}

/// A name in capitals from syllables; people from abroad have their own.
fn alphabet(random: &mut StdRng) -> String {
    const SYLLABLES: [&str; 24] = [
        "A", "KA", "SA", "TA", "NA", "HA", "MA", "YA", "RA", "KI", "SHI", "MI", "RI", "KU", "MU", "RU", "KE", "TE", "KO", "SO",
        "TO", "NO", "MO", "RO",
    ];
    let mut word = |length: usize| -> String {
        (0..length)
            .map(|_| SYLLABLES[random.random_range(0..SYLLABLES.len())])
            .collect()
    };
    format!("{} {}", word(3), word(2))
}

fn licence(n: u64) -> String {
    format!("{:02}-{:06}", n % (PREFECTURES + 1), n)
}

fn phone(n: u64) -> String {
    format!("0{}", 300_000_000 + digits(n, 11) % 600_000_000)
}

fn number(n: u64) -> String {
    format!("{:013}", 1_000_000_000_000 + digits(n, 5))
}

/// Loads and measures on each database, and prints a table.
///
/// # Errors
/// If a database is neither empty nor from an earlier run, or a search finds nothing.
pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    println!("{}", Machine::this().line());
    let mut all = Vec::new();
    for address in &options.databases {
        all.extend(on(address, &options).await?);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&all)?).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn on(address: &str, options: &Options) -> anyhow::Result<Vec<Figure>> {
    let db = Db::open(
        address,
        store::Options {
            create: true,
            ..store::Options::default()
        },
    )
    .await?;
    db.migrate(MIGRATIONS).await?;
    load(&db, address, options).await?;
    let (name, warning) = database(address).await?;
    println!("\n{name}, {} companies, {} workers", options.companies, options.workers);
    if let Some(warning) = warning {
        println!("WARNING: {warning}");
    }
    let app = App::new(db, Arc::new(SystemClock), StdRng::seed_from_u64(5), Settings::default()).await?;
    let viewer = operator(&app).await?;
    println!("| Search | p50 / p95 / p99 / max in ms |\n|---|--:|");
    let mut figures = Vec::new();
    for kind in KINDS {
        let answer = measure(&app, &viewer, kind, options).await?;
        println!("| {} | {} |", kind.what, answer.line());
        figures.push(Figure {
            database: name.clone(),
            what: kind.what,
            answer,
        });
    }
    app.shutdown().await;
    app.db().close().await;
    Ok(figures)
}

async fn load(db: &Db, address: &str, options: &Options) -> anyhow::Result<()> {
    let there: Option<String> = db.read().await?.value(&COUNT, []).await?;
    let there = there.unwrap_or_default();
    if there == format!("{} {}", options.companies, options.workers) {
        println!("{there} companies and workers are loaded already");
        return Ok(());
    }
    ensure!(
        there == "0 0",
        "the database is not empty, or its loading broke off: name a new one"
    );
    let begun = Instant::now();
    for first in (0..options.companies).step_by(usize::try_from(CHUNK)?) {
        let mut rows = Rows::new();
        for n in first..(first + CHUNK).min(options.companies) {
            let (name, kana) = company_name(usize::try_from(n)?);
            let prefecture = format!("{:02}", n % PREFECTURES + 1);
            rows.push((
                company_id(n)?.to_string(),
                name,
                kana,
                phone(n),
                licence(n),
                number(n),
                prefecture,
            ))?;
        }
        let tx = db.write().await?;
        tx.run(&COMPANIES, values![rows]).await?;
        tx.commit().await?;
    }
    println!(
        "made {} companies in {:.0} s",
        options.companies,
        begun.elapsed().as_secs_f64()
    );
    let mut random = StdRng::seed_from_u64(9);
    for first in (0..options.workers).step_by(usize::try_from(CHUNK)?) {
        let (mut rows, mut ties) = (Rows::new(), Rows::new());
        for n in first..(first + CHUNK).min(options.workers) {
            let (name, kana, language) = person_name(&mut random);
            let capitals = if language == "ja" {
                alphabet(&mut random)
            } else {
                name.clone()
            };
            let id = worker_id(n)?.to_string();
            let birth = 19_500_101 + i32::try_from(n % 55)? * 10_000;
            let handle = format!("{:024x}", u128::from(digits(n, 13)) << 32);
            rows.push((
                &id,
                handle,
                name,
                kana,
                language,
                capitals,
                phone(n + options.companies),
                birth,
            ))?;
            ties.push((&id, company_id(n % options.companies.max(1))?.to_string()))?;
        }
        let tx = db.write().await?;
        tx.run(&WORKERS, values![rows]).await?;
        tx.run(&TIES, values![ties]).await?;
        tx.commit().await?;
        if first % (CHUNK * 100) == 0 {
            println!(
                "  {first} of {} workers, {:.0} s",
                options.workers,
                begun.elapsed().as_secs_f64()
            );
        }
    }
    let analyse = match db.backend() {
        Backend::Sqlite => "pragma wal_checkpoint(truncate)",
        Backend::Postgres => "vacuum analyze",
    };
    let mut bare = Bare::open(address).await?;
    bare.run(analyse).await?;
    bare.close().await?;
    println!(
        "made {} workers in {:.0} s in all",
        options.workers,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Somebody of the operator, signed in.
async fn operator(app: &App) -> anyhow::Result<Viewer> {
    let mut chance = [0u8; 32];
    app.with_random(|r| rand::Rng::fill_bytes(r, &mut chance));
    let sign_in_id = format!("bench-{}", app.new_key());
    let new = NewAccount {
        sign_in_id: &sign_in_id,
        role: Role::Operator,
        company: None,
        worker: None,
        name: "bench",
        password: &sign_in_id,
        sites: &[],
        made_up: true,
    };
    let masters = app.masters();
    let tx = app.db().write().await?;
    let account = create(app, &tx, &new).await?;
    let token = open_session(&tx, app.clock(), masters.policies(), &account, &Origin::default(), &chance).await?;
    let viewer = viewer_of_token(&tx, app.clock(), &token).await?.context("the operator")?;
    tx.commit().await?;
    Ok(viewer)
}

/// A kind of word, made for the `n`th of something that is there.
struct Kind {
    what: &'static str,
    of_companies: bool,
    /// In one prefecture only.
    narrowed: bool,
    word: fn(u64, &mut StdRng) -> anyhow::Result<String>,
}

const KINDS: &[Kind] = &[
    Kind {
        what: "company by ID",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(company_id(n)?.to_string()),
    },
    Kind {
        what: "company by licence",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(licence(n)),
    },
    Kind {
        what: "company by corporate number",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(number(n)),
    },
    Kind {
        what: "company by telephone",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(phone(n)),
    },
    Kind {
        what: "company by its whole name",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(company_name(usize::try_from(n)?).0),
    },
    Kind {
        what: "company by two letters from the middle of its name",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(company_name(usize::try_from(n)?).0.chars().skip(4).take(2).collect()),
    },
    Kind {
        what: "the same in one prefecture",
        of_companies: true,
        narrowed: true,
        word: |n, _| Ok(company_name(usize::try_from(n)?).0.chars().skip(4).take(2).collect()),
    },
    Kind {
        what: "company by one letter",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(company_name(usize::try_from(n)?).0.chars().take(1).collect()),
    },
    Kind {
        what: "company by the beginning of its kana",
        of_companies: true,
        narrowed: false,
        word: |n, _| Ok(company_name(usize::try_from(n)?).1.chars().take(6).collect()),
    },
    Kind {
        what: "worker by ID",
        of_companies: false,
        narrowed: false,
        word: |n, _| Ok(worker_id(n)?.to_string()),
    },
    Kind {
        what: "worker by the first six digits of the ID",
        of_companies: false,
        narrowed: false,
        word: |n, _| Ok(worker_id(n)?.to_string().chars().take(6).collect()),
    },
    Kind {
        what: "worker by whole name",
        of_companies: false,
        narrowed: false,
        word: |_, random| Ok(person_name(random).0),
    },
    Kind {
        what: "worker by family name, one of forty",
        of_companies: false,
        narrowed: false,
        word: |_, random| Ok(person_name(random).0.split(' ').next().unwrap_or_default().to_owned()),
    },
    Kind {
        what: "worker by given name, one of thirty",
        of_companies: false,
        narrowed: false,
        word: |_, random| Ok(person_name(random).0.rsplit(' ').next().unwrap_or_default().to_owned()),
    },
    Kind {
        what: "worker by whole kana",
        of_companies: false,
        narrowed: false,
        word: |_, random| Ok(person_name(random).1),
    },
    Kind {
        what: "worker by name in capitals",
        of_companies: false,
        narrowed: false,
        word: |_, random| Ok(alphabet(random).chars().take(5).collect()),
    },
];

async fn measure(app: &App, viewer: &Viewer, kind: &Kind, options: &Options) -> anyhow::Result<Percentiles> {
    let mut random = StdRng::seed_from_u64(21);
    let today = app.clock().today();
    let (mut times, mut found_any) = (Times::default(), false);
    // A tenth more, only to warm up.
    let warm = options.searches / 10;
    for round in 0..options.searches + warm {
        let among = if kind.of_companies {
            options.companies
        } else {
            options.workers
        };
        let n = random.random_range(0..among.max(1));
        let word = (kind.word)(n, &mut random)?;
        let prefecture = if kind.narrowed {
            format!("{:02}", n % PREFECTURES + 1)
        } else {
            String::new()
        };
        let begun = Instant::now();
        let tx = app.db().read().await?;
        let total = if kind.of_companies {
            companies(&tx, viewer, &word, &prefecture, Page::default()).await?.total
        } else {
            workers(&tx, viewer, today, &word, Page::default()).await?.total
        };
        drop(tx);
        if round >= warm {
            times.push(begun.elapsed());
        }
        found_any |= total > 0;
    }
    ensure!(found_any, "{} finds nothing", kind.what);
    Ok(Percentiles::from(&times))
}
