//! Made-up people, companies and sites: for the demo, for tests and for the bench. Nobody here exists.
//!
//! These functions write the rows without applications; what the demo's people are registered with is in `demo/records.rs`.

mod demo;
mod names;

pub use demo::{DEMO_PASSWORD, Demo, SignIn, seed as seed_demo};
use domain::form::Fields;
use domain::{CompanyId, TradeCode, WorkDay, WorkerId};
use jiff::Timestamp;
pub use names::{company_name, person_name};
use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use store::{Rows, Sql, StoreError, Tx, values};

/// SQL of this module.
pub(crate) const SQL: &[&Sql] = &[
    &COMPANIES,
    &WORKERS,
    &TRADES,
    &EMPLOYMENTS,
    &END_EMPLOYMENT,
    &demo::BIRTH,
    &demo::LEVEL,
    &demo::TERM,
];

const COMPANIES: Sql = Sql::new(
    "made_up.companies",
    "insert into company (id, name, name_kana, registered_at)
     select r.id, r.name, r.name_kana, r.registered_at from {{rows $1: id text, name text, name_kana text, registered_at bigint}} r",
);
const WORKERS: Sql = Sql::new(
    "made_up.workers",
    "insert into worker (id, handle, name, name_kana, language, registration, ended_on, registered_at)
     select r.id, r.handle, r.name, r.name_kana, r.language, r.registration, r.ended_on, r.registered_at
     from {{rows $1: id text, handle text, name text, name_kana text, language text, registration text, ended_on int, registered_at bigint}} r",
);
const TRADES: Sql = Sql::new(
    "made_up.trades",
    "insert into worker_trade (worker_id, ordinal, trade) select r.worker_id, r.ordinal, r.trade from {{rows $1: worker_id text, ordinal int, trade text}} r",
);
const EMPLOYMENTS: Sql = Sql::new(
    "made_up.employments",
    "insert into employment (worker_id, company_id, from_day, to_day, main)
     select r.worker_id, r.company_id, r.from_day, r.to_day, r.main from {{rows $1: worker_id text, company_id text, from_day int, to_day int, main int}} r",
);
const END_EMPLOYMENT: Sql = Sql::new(
    "made_up.end_employment",
    "update employment set to_day = $3 where worker_id = $1 and company_id = $2 and to_day is null",
);

/// A made-up company.
#[derive(Debug, Clone)]
pub struct Company {
    /// 事業者ID.
    pub id: CompanyId,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
}

/// A made-up worker, tied to one company.
#[derive(Debug, Clone)]
pub struct Worker {
    /// 技能者ID.
    pub id: WorkerId,
    /// Stands for him in addresses.
    pub handle: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Language he asked for.
    pub language: &'static str,
    /// Detailed registration.
    pub detailed: bool,
    /// Day his registration ended.
    pub ended_on: Option<WorkDay>,
    /// His trades, main first.
    pub trades: Vec<TradeCode>,
    /// His employer and since when.
    pub employer: Option<(CompanyId, WorkDay)>,
}

/// A free company ID.
pub fn company_id(random: &mut StdRng) -> CompanyId {
    loop {
        if let Some(id) = CompanyId::from_free_digits(random.next_u64(), 22) {
            return id;
        }
    }
}

/// A worker with a name of the list: now and then one from abroad, with his language.
pub fn worker(random: &mut StdRng, employer: Option<(CompanyId, WorkDay)>, trades: &[TradeCode]) -> Worker {
    let (name, kana, language) = person_name(random);
    let id = loop {
        if let Some(id) = WorkerId::from_free_digits(random.next_u64(), 21) {
            break id;
        }
    };
    let handle = hex::encode(random.random::<[u8; 12]>());
    Worker {
        id,
        handle,
        name,
        kana,
        language,
        detailed: true,
        ended_on: None,
        trades: trades.to_vec(),
        employer,
    }
}

/// Writes companies.
///
/// # Errors
/// If the database fails or an ID is taken.
pub async fn insert_companies(tx: &Tx, at: Timestamp, companies: &[Company]) -> Result<(), StoreError> {
    let rows = Rows::of(
        companies
            .iter()
            .map(|c| (c.id.to_string(), &c.name, &c.kana, at.as_millisecond())),
    )?;
    tx.run(&COMPANIES, values![rows]).await.map(|_| ())
}

/// Writes workers with their trades and employers.
///
/// # Errors
/// If the database fails or an ID is taken.
pub async fn insert_workers(tx: &Tx, at: Timestamp, workers: &[Worker]) -> Result<(), StoreError> {
    let people = Rows::of(workers.iter().map(|w| {
        let registration = if w.detailed { "detailed" } else { "simplified" };
        (
            w.id.to_string(),
            &w.handle,
            &w.name,
            &w.kana,
            w.language,
            registration,
            w.ended_on.map(WorkDay::to_number),
            at.as_millisecond(),
        )
    }))?;
    tx.run(&WORKERS, values![people]).await?;
    let trades = Rows::of(
        workers
            .iter()
            .flat_map(|w| w.trades.iter().enumerate().map(|(n, t)| (w.id.to_string(), n, t.to_string()))),
    )?;
    if !trades.is_empty() {
        tx.run(&TRADES, values![trades]).await?;
    }
    for worker in workers
        .iter()
        .filter_map(|w| w.employer.map(|e| (w.id, e)))
        .collect::<Vec<_>>()
        .chunks(5_000)
    {
        let ties = Rows::of(
            worker
                .iter()
                .map(|(w, (company, from))| (w.to_string(), company.to_string(), from.to_number(), None::<i32>, 1)),
        )?;
        tx.run(&EMPLOYMENTS, values![ties]).await?;
    }
    Ok(())
}

/// Moves a worker to another company: the old tie ends, the new one begins the day after.
///
/// # Errors
/// If the database fails.
pub async fn move_worker(tx: &Tx, worker: WorkerId, from: CompanyId, to: CompanyId, last_day: WorkDay) -> Result<(), StoreError> {
    tx.run(
        &END_EMPLOYMENT,
        values![worker.to_string(), from.to_string(), last_day.to_number()],
    )
    .await?;
    let tie = Rows::of([(
        worker.to_string(),
        to.to_string(),
        last_day.plus(1).to_number(),
        None::<i32>,
        1,
    )])?;
    tx.run(&EMPLOYMENTS, values![tie]).await.map(|_| ())
}

/// A made-up site in the prefecture of Tokyo: what must be registered of it, no more. `at`: city and street.
#[must_use]
pub fn site_fields(name: &str, at: (&str, &str), from: WorkDay, to: WorkDay) -> Fields {
    [
        ("name", name),
        ("order_kind", "private"),
        ("from", &from.to_string()),
        ("to", &to.to_string()),
        ("boundary", "0"),
        ("prefecture", "13"),
        ("city", at.0),
        ("street", at.1),
        ("hazardous", "no"),
    ]
    .into_iter()
    .collect()
}
