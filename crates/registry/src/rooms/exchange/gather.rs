//! Rows of the database as rows of the format.

use std::collections::BTreeMap;

use domain::registration::{Fields, Form};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::format::{Kind, Table};
use super::queries;
use crate::rows::{day, millisecond, second, unreadable};

/// Which versions of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Versions {
    /// Every one.
    All,
    /// The one in force.
    Newest,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    id: String,
    name: String,
    name_kana: String,
    registered_at: i64,
    kind: String,
    phone: String,
    licence: String,
    corporate_number: String,
    prefecture: String,
    email: String,
    valid_until: Option<i32>,
    state: String,
}

#[derive(FromQueryResult)]
struct WorkerColumns {
    id: String,
    name: String,
    name_kana: String,
    language: String,
    registration: String,
    registered_at: i64,
    ended_on: Option<i32>,
    level: i32,
    birth_day: Option<i32>,
    name_alphabet: String,
    phone: String,
    email: String,
}

#[derive(FromQueryResult)]
struct VersionColumns {
    subject_id: String,
    number: i32,
    at: i64,
    body: String,
}

#[derive(FromQueryResult)]
struct TradeColumns {
    worker_id: String,
    trade: String,
}

pub(super) fn instant(at: i64, column: &'static str) -> Result<String, StoreError> {
    Ok(millisecond(at, column)?.to_string())
}

fn opt_instant(at: Option<i64>, column: &'static str) -> Result<String, StoreError> {
    at.map_or_else(|| Ok(String::new()), |at| instant(at, column))
}

fn opt_day(number: Option<i32>, column: &'static str) -> Result<String, StoreError> {
    number.map_or_else(|| Ok(String::new()), |number| Ok(day(number, column)?.to_string()))
}

/// One row of a table of registrations: its own columns, and the fields.
struct Registration {
    columns: Vec<String>,
    fields: Fields,
}

/// The columns of the kind, then those of the form that any of them fills.
fn table(kind: Kind, form: &Form, registrations: Vec<Registration>) -> Table {
    let names = form.names_in(registrations.iter().map(|registration| &registration.fields));
    let mut table = Table::new(kind, Vec::new());
    for registration in registrations {
        let mut row = registration.columns;
        row.extend(names.iter().map(|name| registration.fields.get(name).to_owned()));
        table.rows.push(row);
    }
    table.columns.extend(names);
    table
}

async fn versions(tx: &Tx, ids: &[String], which: Versions) -> Result<BTreeMap<String, Vec<VersionColumns>>, StoreError> {
    let query = match which {
        Versions::All => &queries::VERSIONS,
        Versions::Newest => &queries::NEWEST,
    };
    let mut of: BTreeMap<String, Vec<VersionColumns>> = BTreeMap::new();
    for row in tx
        .all::<VersionColumns>(query, values![Rows::of(ids.iter().map(|id| [id]))?])
        .await?
    {
        of.entry(row.subject_id.clone()).or_default().push(row);
    }
    Ok(of)
}

/// The rows of one subject: a row per version, or, for who was registered before there were versions, one of what is known.
fn rows_of(
    versions: Option<Vec<VersionColumns>>,
    known: impl FnOnce() -> Result<Fields, StoreError>,
    columns: impl Fn(String, String) -> Result<Vec<String>, StoreError>,
) -> Result<Vec<Registration>, StoreError> {
    let Some(versions) = versions else {
        return Ok(vec![Registration {
            columns: columns(String::new(), String::new())?,
            fields: known()?,
        }]);
    };
    versions
        .into_iter()
        .map(|version| {
            Ok(Registration {
                columns: columns(version.number.to_string(), instant(version.at, "record.at")?)?,
                fields: serde_json::from_str(&version.body).map_err(|_| unreadable("record.body"))?,
            })
        })
        .collect()
}

/// Companies as a table.
pub(super) async fn companies(tx: &Tx, ids: &[String], which: Versions) -> Result<Table, StoreError> {
    let rows: Vec<CompanyColumns> = tx
        .all(&queries::COMPANIES, values![Rows::of(ids.iter().map(|id| [id]))?])
        .await?;
    let mut of = versions(tx, ids, which).await?;
    let mut registrations = Vec::new();
    for row in rows {
        let known = || {
            let licence = row.licence.split_once('-');
            let authority = licence.map_or("", |(authority, _)| if authority == "00" { "minister" } else { authority });
            Ok([
                ("kind", row.kind.as_str()),
                ("name", &row.name),
                ("name_kana", &row.name_kana),
                ("phone", &row.phone),
                ("corporate_number", &row.corporate_number),
                ("prefecture", &row.prefecture),
                ("email", &row.email),
                ("licence_authority", authority),
                ("licence_number", licence.map_or("", |(_, number)| number)),
            ]
            .into_iter()
            .collect())
        };
        let columns = |version: String, at: String| {
            Ok(vec![
                row.id.clone(),
                version,
                at,
                instant(row.registered_at, "company.registered_at")?,
                opt_day(row.valid_until, "company.valid_until")?,
                row.state.clone(),
            ])
        };
        registrations.extend(rows_of(of.remove(&row.id), known, columns)?);
    }
    Ok(table(Kind::Companies, &domain::registration::company::FORM, registrations))
}

/// Workers as a table. `seen` takes out what is not to be seen of a registration.
pub(super) async fn workers(
    tx: &Tx,
    ids: &[String],
    which: Versions,
    seen: impl Fn(&str, Fields) -> Fields,
) -> Result<Table, StoreError> {
    let key = || Rows::of(ids.iter().map(|id| [id]));
    let rows: Vec<WorkerColumns> = tx.all(&queries::WORKERS, values![key()?]).await?;
    let mut trades: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in tx.all::<TradeColumns>(&queries::TRADES, values![key()?]).await? {
        trades.entry(row.worker_id).or_default().push(row.trade);
    }
    let mut of = versions(tx, ids, which).await?;
    let mut registrations = Vec::new();
    for row in rows {
        let known = || {
            // What was one name is put together again as it was.
            let (family, given) = row.name.split_once(' ').unwrap_or((&row.name, ""));
            let (family_kana, given_kana) = row.name_kana.split_once(' ').unwrap_or((&row.name_kana, ""));
            let (family_alphabet, given_alphabet) = row.name_alphabet.split_once(' ').unwrap_or((&row.name_alphabet, ""));
            let born = opt_day(row.birth_day, "worker.birth_day")?;
            let mut fields: Fields = [
                ("registration", row.registration.as_str()),
                ("language", &row.language),
                ("family_name", family),
                ("given_name", given),
                ("family_kana", family_kana),
                ("given_kana", given_kana),
                ("family_alphabet", family_alphabet),
                ("given_alphabet", given_alphabet),
                ("birth_day", &born),
                ("mobile", &row.phone),
                ("email", &row.email),
            ]
            .into_iter()
            .collect();
            for (number, trade) in trades.get(&row.id).into_iter().flatten().enumerate() {
                fields.set(format!("trade.{number}.code"), trade.as_str());
            }
            Ok(fields)
        };
        let columns = |version: String, at: String| {
            Ok(vec![
                row.id.clone(),
                version,
                at,
                instant(row.registered_at, "worker.registered_at")?,
                opt_day(row.ended_on, "worker.ended_on")?,
                row.level.to_string(),
            ])
        };
        for mut registration in rows_of(of.remove(&row.id), known, columns)? {
            registration.fields = seen(&row.id, registration.fields);
            registrations.push(registration);
        }
    }
    Ok(table(Kind::Workers, &domain::registration::worker::FORM, registrations))
}

#[derive(FromQueryResult)]
pub(super) struct TieColumns {
    pub(super) worker_id: String,
    pub(super) company_id: String,
    company_name: String,
    from_day: i32,
    to_day: Option<i32>,
    main: i32,
    confirmed_at: Option<i64>,
}

/// Ties as a table.
pub(super) fn ties(rows: Vec<TieColumns>) -> Result<Table, StoreError> {
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                row.worker_id,
                row.company_id,
                row.company_name,
                day(row.from_day, "employment.from_day")?.to_string(),
                opt_day(row.to_day, "employment.to_day")?,
                yes_no(row.main),
                opt_instant(row.confirmed_at, "employment.confirmed_at")?,
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Ties, rows))
}

fn yes_no(flag: i32) -> String {
    if flag == 1 { "yes" } else { "no" }.to_owned()
}

#[derive(FromQueryResult)]
struct CardColumns {
    worker_id: String,
    number: i32,
    reason: String,
    state: String,
    issued_at: i64,
    valid_until: i32,
    level: i32,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

/// A worker's cards as a table, without what is secret.
pub(super) async fn cards(tx: &Tx, worker: &str) -> Result<Table, StoreError> {
    let rows: Vec<CardColumns> = tx.all(&queries::CARDS, values![worker]).await?;
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                row.worker_id,
                row.number.to_string(),
                row.reason,
                row.state,
                instant(row.issued_at, "card.issued_at")?,
                day(row.valid_until, "card.valid_until")?.to_string(),
                row.level.to_string(),
                opt_instant(row.ended_at, "card.ended_at")?,
                row.end_reason.unwrap_or_default(),
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Cards, rows))
}

#[derive(FromQueryResult)]
pub(super) struct SiteColumns {
    pub(super) id: String,
    name: String,
    address: String,
    orderer: String,
    from_day: i32,
    to_day: i32,
    day_boundary: i32,
    prime_id: String,
    prime_name: String,
}

/// Sites as a table.
pub(super) fn sites(rows: Vec<SiteColumns>) -> Result<Table, StoreError> {
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                row.id,
                row.name,
                row.address,
                row.orderer,
                day(row.from_day, "site.from_day")?.to_string(),
                day(row.to_day, "site.to_day")?.to_string(),
                row.day_boundary.to_string(),
                row.prime_id,
                row.prime_name,
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Sites, rows))
}

#[derive(FromQueryResult)]
pub(super) struct HistoryColumns {
    pub(super) worker_id: String,
    worker_name: String,
    pub(super) work_day: i32,
    pub(super) site_id: String,
    site_name: String,
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
    pub(super) employer_id: Option<String>,
    employer_name: Option<String>,
    pub(super) node_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
}

/// Histories as a table.
pub(super) fn histories(rows: impl IntoIterator<Item = HistoryColumns>) -> Result<Table, StoreError> {
    let time = |at: Option<i64>, column| {
        at.map_or_else(
            || Ok(String::new()),
            |at| Ok::<_, StoreError>(second(at, column)?.to_string()),
        )
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                row.worker_id,
                row.worker_name,
                day(row.work_day, "history.work_day")?.to_string(),
                row.site_id,
                row.site_name,
                time(row.first_in, "history.first_in")?,
                time(row.last_out, "history.last_out")?,
                yes_no(row.counts),
                row.employer_id.unwrap_or_default(),
                row.employer_name.unwrap_or_default(),
                row.trade.unwrap_or_default(),
                row.position.unwrap_or_default(),
                row.work_content.unwrap_or_default(),
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Histories, rows))
}

#[derive(FromQueryResult)]
struct NoticeColumns {
    text_key: String,
    args: String,
    at: i64,
    read_at: Option<i64>,
}

/// A worker's notices as a table, in his language.
pub(super) async fn notices(tx: &Tx, t: &web::T, whom: &str) -> Result<Table, StoreError> {
    let rows: Vec<NoticeColumns> = tx.all(&queries::NOTICES, values![whom]).await?;
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                instant(row.at, "notice.at")?,
                crate::rooms::notices::sentence(t, &row.text_key, &row.args)?,
                opt_instant(row.read_at, "notice.read_at")?,
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Notices, rows))
}

#[derive(FromQueryResult)]
struct LookColumns {
    look_day: i32,
    what: String,
    company_name: Option<String>,
    first_at: i64,
    last_at: i64,
    times: i64,
}

/// Who looked at a worker's data, as a table.
pub(super) async fn looks(tx: &Tx, worker: &str) -> Result<Table, StoreError> {
    let rows: Vec<LookColumns> = tx.all(&queries::LOOKS, values![worker]).await?;
    let rows = rows
        .into_iter()
        .map(|row| {
            Ok(vec![
                day(row.look_day, "look.look_day")?.to_string(),
                row.company_name.unwrap_or_default(),
                row.what,
                instant(row.first_at, "look.first_at")?,
                instant(row.last_at, "look.last_at")?,
                row.times.to_string(),
            ])
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Table::new(Kind::Looks, rows))
}
