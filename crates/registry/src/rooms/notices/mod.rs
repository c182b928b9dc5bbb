//! Notices (お知らせ): a line on somebody's home page, written in the transaction of whatever it tells about.
//!
//! The sentence is a key of the translation files with its values, so everybody reads it in his own language. A notice to a company
//! is one line for the whole company: whoever marks it read, has read it for all.

mod pages;
mod queries;

use std::collections::BTreeMap;

use domain::access::Role;
use domain::{CompanyId, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Page, Paged, Rows, Sql, StoreError, Tx, values};
use web::{Language, Routes, T, Value};

use crate::App;
use crate::access::Viewer;
use crate::rows::{millisecond, unreadable};

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/notices", pages::list)
        .post("/notices", pages::read_all)
        .post("/notices/{notice}", pages::open)
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A company: its administrators and tier managers.
    Company(CompanyId),
    /// A worker.
    Worker(WorkerId),
    /// One account, by its key.
    Account(String),
}

/// As it is stored: IDs of companies and workers and keys of accounts cannot be mistaken for each other.
fn stored(whom: &Whom) -> String {
    match whom {
        Whom::Company(company) => company.to_string(),
        Whom::Worker(worker) => worker.to_string(),
        Whom::Account(account) => account.clone(),
    }
}

/// Tells somebody something. `key` is a key of the translation files (`notice-…`), `args` its values: texts, and days as
/// `2026-11-21`, which each language writes its way. `link` is a path of ours where more stands or something is to be done; no IDs of
/// workers in it, since addresses are logged.
///
/// # Errors
/// If the database fails.
pub async fn tell(
    app: &App,
    tx: &Tx,
    whom: &Whom,
    key: &str,
    args: &[(&str, &str)],
    link: Option<&str>,
) -> Result<(), StoreError> {
    let args: BTreeMap<&str, &str> = args.iter().copied().collect();
    let args = serde_json::to_string(&args).map_err(|_| unreadable("notice.args"))?;
    let values = values![
        app.new_key(),
        stored(whom),
        key,
        args,
        link.map(str::to_owned),
        app.clock().now().as_millisecond()
    ];
    tx.run(&queries::INSERT, values).await.map(|_| ())
}

/// The same to many: one statement, however many.
///
/// # Errors
/// If the database fails.
pub async fn tell_many(
    app: &App,
    tx: &Tx,
    whom: &[Whom],
    key: &str,
    args: &[(&str, &str)],
    link: Option<&str>,
) -> Result<(), StoreError> {
    let args: BTreeMap<&str, &str> = args.iter().copied().collect();
    let args = serde_json::to_string(&args).map_err(|_| unreadable("notice.args"))?;
    let rows = Rows::of(whom.iter().map(|whom| (app.new_key(), stored(whom))))?;
    let values = values![rows, key, args, link.map(str::to_owned), app.clock().now().as_millisecond()];
    tx.run(&queries::INSERT_MANY, values).await.map(|_| ())
}

/// One of many notices that are told at once.
pub struct Line {
    /// Who is told.
    pub whom: Whom,
    /// Key of the sentence.
    pub key: &'static str,
    /// Its values.
    pub args: BTreeMap<&'static str, String>,
    /// Where more stands.
    pub link: Option<String>,
}

/// Lines of one statement.
const AT_ONCE: usize = 5_000;

/// The same to many, to each his own.
///
/// # Errors
/// If the database fails.
pub async fn tell_each(app: &App, tx: &Tx, lines: &[Line]) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    for part in lines.chunks(AT_ONCE) {
        let mut rows = Rows::new();
        for line in part {
            let args = serde_json::to_string(&line.args).map_err(|_| unreadable("notice.args"))?;
            rows.push((app.new_key(), stored(&line.whom), line.key, args, &line.link))?;
        }
        tx.run(&queries::INSERT_EACH, values![rows, now]).await?;
    }
    Ok(())
}

/// A notice as its reader sees it.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Key of its row.
    pub id: String,
    /// The sentence in the reader's language.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Somebody of its readers has marked it read.
    pub read: bool,
    /// It leads somewhere.
    pub leads_on: bool,
}

/// Those in whose name a viewer reads notices.
fn readable(viewer: &Viewer) -> Result<Rows, StoreError> {
    let company = viewer
        .company_id()
        .filter(|_| matches!(viewer.role, Role::Administrator | Role::TierManager))
        .map(Whom::Company);
    let worker = viewer.worker.as_ref().map(|(id, _)| Whom::Worker(*id));
    let own = Whom::Account(viewer.account.clone());
    Rows::of([company, worker, Some(own)].iter().flatten().map(|whom| [stored(whom)]))
}

/// How many notices the viewer has not read.
///
/// # Errors
/// If the database fails.
pub async fn unread(tx: &Tx, viewer: &Viewer) -> Result<usize, StoreError> {
    let count = tx.value::<i64>(&queries::UNREAD, values![readable(viewer)?]).await?;
    Ok(count.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    text_key: String,
    args: String,
    link: Option<String>,
    at: i64,
    read_at: Option<i64>,
    total: i64,
}

/// The viewer's notices, the newest first.
///
/// # Errors
/// If the database fails.
pub async fn newest(tx: &Tx, viewer: &Viewer, t: &T, page: Page) -> Result<Paged<Notice>, StoreError> {
    let values = values![readable(viewer)?, page.limit(), page.offset()];
    let found: Vec<Columns> = tx.all(&queries::NEWEST, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(Notice {
            text: sentence(t, &row.text_key, &row.args)?,
            at: millisecond(row.at, "notice.at")?,
            read: row.read_at.is_some(),
            leads_on: row.link.is_some(),
            id: row.id,
        });
    }
    Ok(Paged { rows, total, page })
}

/// A key that no language has (a notice of a newer program) is told as such.
pub(crate) fn sentence(t: &T, key: &str, args: &str) -> Result<String, StoreError> {
    if t.get(key).is_none() {
        return Ok(t.s("notice-unknown"));
    }
    let args: BTreeMap<String, String> = serde_json::from_str(args).map_err(|_| unreadable("notice.args"))?;
    let args: Vec<(&str, Value)> = args
        .iter()
        .map(|(name, text)| {
            // Just this form: eight digits are a number of something.
            let day = (text.len() == 10).then(|| text.parse::<WorkDay>().ok()).flatten();
            (name.as_str(), day.map_or_else(|| Value::from(text), Value::from))
        })
        .collect();
    Ok(t.with(key, &args))
}
