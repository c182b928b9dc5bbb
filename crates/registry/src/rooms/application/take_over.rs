//! Use case: a registration that was made elsewhere is taken over (取り込み), version by version, with the ID it has. Whether it may be is
//! asked before.

use domain::access::Role;
use domain::registration::{Fields, Purpose, worker};
use domain::{CompanyId, WorkDay, WorkerId};
use jiff::Timestamp;
use rand::Rng;
use store::{Rows, Sql, StoreError, Tx, values};
use web::Language;

use super::fill::{Copies, json};
use super::register::{DELETE_TRADES, INSERT_TRADES, UPDATE_COMPANY, UPDATE_WORKER};
use crate::App;
use crate::rooms::accounts::{self, Issue};
use crate::rooms::{levels, roster};

pub(super) const ALL: &[&Sql] = &[&INSERT_COMPANY, &INSERT_WORKER, &INSERT_RECORD, &INSERT_TIES];

const INSERT_COMPANY: Sql = Sql::new(
    "application.take_company",
    "insert into company (id, name, name_kana, registered_at, kind, phone, licence, corporate_number, prefecture, email, valid_until, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
const INSERT_WORKER: Sql = Sql::new(
    "application.take_worker",
    "insert into worker (id, handle, name, name_kana, language, registration, registered_at, birth_day, name_alphabet, phone, email, identity,
        ended_on, level)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
);
const INSERT_RECORD: Sql = Sql::new(
    "application.take_record",
    "insert into record (subject_id, number, at, application_id, account_id, body)
     select r.subject_id, r.number, r.at, null, $2, r.body from {{rows $1: subject_id text, number int, at bigint, body text}} r",
);
const INSERT_TIES: Sql = Sql::new(
    "application.take_ties",
    "insert into employment (worker_id, company_id, from_day, to_day, main, confirmed_at)
     select r.worker_id, r.company_id, r.from_day, r.to_day, r.main, r.confirmed_at
     from {{rows $1: worker_id text, company_id text, from_day int, to_day int, main int, confirmed_at bigint}} r",
);

/// What a company or a worker was registered with from some instant on.
#[derive(Debug, Clone)]
pub struct Version {
    /// 1 is the first.
    pub number: i32,
    /// Since when.
    pub at: Timestamp,
    /// The fields by name.
    pub fields: Fields,
}

/// A company that is not known yet, beside its versions.
#[derive(Debug, Clone)]
pub struct NewCompany {
    /// When it was registered first.
    pub registered_at: Timestamp,
    /// Last day of its registration.
    pub valid_until: Option<WorkDay>,
    /// `registered`, `suspended`, `expired` or `withdrawn`.
    pub state: String,
}

/// A worker who is not known yet, beside his versions.
#[derive(Debug, Clone)]
pub struct NewWorker {
    /// When he was registered first.
    pub registered_at: Timestamp,
    /// Last day of his registration.
    pub ended_on: Option<WorkDay>,
    /// 1 to 4.
    pub level: i32,
}

/// A tie of a worker and a company.
#[derive(Debug, Clone)]
pub struct Tie {
    /// The worker.
    pub worker: WorkerId,
    /// The company.
    pub company: CompanyId,
    /// First day.
    pub from: WorkDay,
    /// Last day.
    pub to: Option<WorkDay>,
    /// His main employer.
    pub main: bool,
    /// When the company last confirmed it.
    pub confirmed_at: Option<Timestamp>,
}

/// Takes over versions of a company, the newest last; `new` if it is not known yet.
///
/// # Errors
/// If the database fails, or holds one of them already.
pub async fn company(tx: &Tx, by: &str, id: CompanyId, new: Option<&NewCompany>, versions: &[Version]) -> Result<(), StoreError> {
    let Some(newest) = versions.last() else { return Ok(()) };
    let (fields, copies) = (&newest.fields, Copies::of_fields(Purpose::CompanyNew, &newest.fields));
    let id = id.to_string();
    match new {
        Some(new) => {
            let values = values![
                id.as_str(),
                copies.name,
                copies.kana,
                new.registered_at.as_millisecond(),
                fields.get("kind"),
                copies.phone,
                copies.licence,
                copies.corporate_number,
                fields.get("prefecture"),
                fields.get("email"),
                new.valid_until.map(WorkDay::to_number),
                new.state.as_str()
            ];
            tx.run(&INSERT_COMPANY, values).await?;
        }
        None => {
            let values = values![
                id.as_str(),
                copies.name,
                copies.kana,
                fields.get("kind"),
                copies.phone,
                copies.licence,
                copies.corporate_number,
                fields.get("prefecture"),
                fields.get("email")
            ];
            tx.run(&UPDATE_COMPANY, values).await?;
        }
    }
    records(tx, by, &id, versions).await
}

/// Takes over versions of a worker, the newest last; `new` if he is not known yet. His ties are taken over apart ([`ties`]).
///
/// # Errors
/// If the database fails, or holds one of them already.
pub async fn worker(
    app: &App,
    tx: &Tx,
    by: &str,
    id: WorkerId,
    new: Option<&NewWorker>,
    versions: &[Version],
) -> Result<(), StoreError> {
    let Some(newest) = versions.last() else { return Ok(()) };
    let (fields, copies) = (&newest.fields, Copies::of_fields(Purpose::WorkerNew, &newest.fields));
    let id = id.to_string();
    match new {
        Some(new) => {
            let handle = app.with_random(|random| {
                let mut handle = [0u8; 12];
                random.fill_bytes(&mut handle);
                hex::encode(handle)
            });
            let identity = if worker::only_employer_vouched(fields) {
                "employer"
            } else {
                "papers"
            };
            let values = values![
                id.as_str(),
                handle,
                copies.name,
                copies.kana,
                fields.get("language"),
                fields.get("registration"),
                new.registered_at.as_millisecond(),
                copies.birth_day,
                copies.alphabet,
                copies.phone,
                fields.get("email"),
                identity,
                new.ended_on.map(WorkDay::to_number),
                new.level
            ];
            tx.run(&INSERT_WORKER, values).await?;
        }
        None => {
            let values = values![
                id.as_str(),
                copies.name,
                copies.kana,
                fields.get("language"),
                fields.get("registration"),
                copies.alphabet,
                copies.phone,
                fields.get("email")
            ];
            tx.run(&UPDATE_WORKER, values).await?;
            tx.run(&DELETE_TRADES, values![id.as_str()]).await?;
        }
    }
    let trades = fields
        .entries("trade")
        .into_iter()
        .map(|number| fields.get(&format!("trade.{number}.code")))
        .filter(|code| !code.is_empty())
        .enumerate();
    tx.run(&INSERT_TRADES, values![id.as_str(), Rows::of(trades)?]).await?;
    roster::take_facts(tx, &id, fields).await?;
    tx.run(&levels::CHANGED, values![Rows::of([[id.as_str()]])?]).await?;
    records(tx, by, &id, versions).await
}

async fn records(tx: &Tx, by: &str, subject: &str, versions: &[Version]) -> Result<(), StoreError> {
    let mut rows = Rows::new();
    for version in versions {
        let body = json(&version.fields)?;
        rows.push((subject, version.number, version.at.as_millisecond(), body))?;
    }
    tx.run(&INSERT_RECORD, values![rows, by]).await.map(|_| ())
}

/// Takes over ties of people and companies that are known by now.
///
/// # Errors
/// If the database fails, or holds one of them already.
pub async fn ties(tx: &Tx, ties: &[Tie]) -> Result<(), StoreError> {
    let rows = Rows::of(ties.iter().map(|tie| {
        (
            tie.worker.to_string(),
            tie.company.to_string(),
            tie.from.to_number(),
            tie.to.map(WorkDay::to_number),
            i32::from(tie.main),
            tie.confirmed_at.map(Timestamp::as_millisecond),
        )
    }))?;
    tx.run(&INSERT_TIES, values![rows]).await.map(|_| ())
}

/// Issues the log-in of a company or a worker just taken over: two mails, as after an application.
///
/// # Errors
/// If there is one already, or the database fails.
pub async fn log_in(
    app: &App,
    tx: &Tx,
    company: Option<CompanyId>,
    person: Option<WorkerId>,
    fields: &Fields,
) -> anyhow::Result<()> {
    let id = company.map(|id| id.to_string()).or_else(|| person.map(|id| id.to_string()));
    let name = match company {
        Some(_) => fields.get("manager").to_owned(),
        None => worker::name(fields),
    };
    let account = Issue {
        sign_in_id: &id.unwrap_or_default(),
        role: if company.is_some() {
            Role::Administrator
        } else {
            Role::Worker
        },
        company,
        worker: person,
        name: &name,
        email: fields.get("email"),
        language: Language::from_code(fields.get("language")).unwrap_or(Language::Ja),
    };
    accounts::issue(app, tx, &account).await.map(|_| ())
}
