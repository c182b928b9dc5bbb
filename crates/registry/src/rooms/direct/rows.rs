//! Columns ↔ domain types of this room.

use std::collections::{BTreeMap, BTreeSet};

use domain::direct::{Change, Hours, RequestKind, RequestState};
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Page, Paged, Rows, StoreError, Tx, values};

use super::queries;
use super::request::{Event, Request};
use crate::App;
use crate::access::Viewer;
use crate::rows::{day, id, millisecond, opt_id, unreadable};

#[derive(FromQueryResult)]
pub(super) struct Columns {
    total: i64,
    id: String,
    kind: String,
    change: String,
    worker_id: String,
    worker_name: String,
    handle: String,
    work_day: i32,
    site_id: Option<String>,
    site_name: String,
    prime_id: Option<String>,
    prime_name: String,
    day_boundary: i32,
    place: String,
    in_minute: i32,
    out_minute: Option<i32>,
    note: String,
    asked_as: String,
    account_id: String,
    company_id: Option<String>,
    company_name: String,
    asked_at: i64,
    deadline: i32,
    state: String,
    decided_at: Option<i64>,
    reason: String,
}

fn minute(number: i32) -> Result<u16, StoreError> {
    let minute = u16::try_from(number).ok().filter(|minute| *minute < Hours::DAY);
    minute.ok_or_else(|| unreadable("direct_request.in_minute"))
}

impl TryFrom<Columns> for Request {
    type Error = StoreError;
    fn try_from(row: Columns) -> Result<Self, StoreError> {
        let kind = RequestKind::from_word(&row.kind).ok_or_else(|| unreadable("direct_request.kind"))?;
        let change = match kind {
            RequestKind::Entry => Change::default(),
            RequestKind::Correction => serde_json::from_str(&row.change).map_err(|_| unreadable("direct_request.change"))?,
        };
        Ok(Self {
            kind,
            change,
            said: String::new(),
            worker: id(&row.worker_id, "direct_request.worker_id")?,
            day: day(row.work_day, "direct_request.work_day")?,
            site: opt_id(row.site_id, "direct_request.site_id")?,
            prime: opt_id(row.prime_id, "direct_request.prime_id")?,
            boundary: u16::try_from(row.day_boundary).unwrap_or(0),
            hours: Hours {
                from: minute(row.in_minute)?,
                to: row.out_minute.map(minute).transpose()?,
            },
            by_worker: row.asked_as == "worker",
            company: opt_id(row.company_id, "direct_request.company_id")?,
            asked: millisecond(row.asked_at, "direct_request.asked_at")?,
            deadline: day(row.deadline, "direct_request.deadline")?,
            state: RequestState::from_word(&row.state).ok_or_else(|| unreadable("direct_request.state"))?,
            decided: row
                .decided_at
                .map(|at| millisecond(at, "direct_request.decided_at"))
                .transpose()?,
            id: row.id,
            worker_name: row.worker_name,
            handle: row.handle,
            site_name: row.site_name,
            prime_name: row.prime_name,
            place: row.place,
            note: row.note,
            account: row.account_id,
            company_name: row.company_name,
            reason: row.reason,
        })
    }
}

pub(super) fn requests(rows: Vec<Columns>) -> Result<Vec<Request>, StoreError> {
    rows.into_iter().map(Request::try_from).collect()
}

pub(super) fn paged(rows: Vec<Columns>, page: Page) -> Result<Paged<Request>, StoreError> {
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    Ok(Paged {
        rows: requests(rows)?,
        total,
        page,
    })
}

/// One request, if the viewer stands to it in any way.
pub(super) async fn find(tx: &Tx, viewer: &Viewer, key: &str) -> Result<Option<Request>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::FIND, values![key]).await?;
    let found = row.map(Request::try_from).transpose()?;
    Ok(found.filter(|request| request.party(viewer).is_some()))
}

/// Some requests, held until the end of the transaction; those that do not exist for the viewer are left out.
pub(super) async fn hold(tx: &Tx, viewer: &Viewer, keys: &BTreeSet<String>) -> Result<Vec<Request>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Rows::of(keys.iter().map(|key| [key]))?;
    let mut found = requests(tx.all(&queries::HOLD, [rows.into_value()]).await?)?;
    found.retain(|request| request.party(viewer).is_some());
    Ok(found)
}

#[derive(FromQueryResult)]
struct SiteColumns {
    id: String,
    name: String,
    prime_id: String,
    day_boundary: i32,
}

/// What entering a day must know of a site.
pub(super) struct Site {
    pub(super) id: SiteId,
    pub(super) name: String,
    pub(super) prime: CompanyId,
    pub(super) boundary: u16,
}

/// A site, whoever asks: who was given its random ID can enter days for it, and reads no more of it than its name.
pub(super) async fn site(tx: &Tx, site: SiteId) -> Result<Option<Site>, StoreError> {
    let row: Option<SiteColumns> = tx.one(&queries::SITE, values![site.to_string()]).await?;
    row.map(|row| {
        Ok(Site {
            id: id(&row.id, "site.id")?,
            name: row.name,
            prime: id(&row.prime_id, "site.prime_id")?,
            boundary: u16::try_from(row.day_boundary).unwrap_or(0),
        })
    })
    .transpose()
}

#[derive(FromQueryResult)]
struct RecordedColumns {
    worker_id: String,
    work_day: i32,
}

/// Which of these days of workers have an entry at a site already.
pub(super) async fn recorded(
    tx: &Tx,
    site: SiteId,
    days: &BTreeSet<(WorkerId, WorkDay)>,
) -> Result<BTreeSet<(WorkerId, WorkDay)>, StoreError> {
    let span = days.iter().map(|(_, day)| day.to_number());
    let (Some(first), Some(last)) = (span.clone().min(), span.max()) else {
        return Ok(BTreeSet::new());
    };
    let rows = Rows::of(days.iter().map(|(worker, day)| (worker.to_string(), day.to_number())))?;
    let found: Vec<RecordedColumns> = tx
        .all(&queries::RECORDED, values![rows, site.to_string(), first, last])
        .await?;
    found
        .into_iter()
        .map(|row| {
            Ok((
                id(&row.worker_id, "history.worker_id")?,
                day(row.work_day, "history.work_day")?,
            ))
        })
        .collect()
}

/// What happened to some requests, as one statement; nobody did what has no account.
pub(super) async fn note<'a>(
    app: &App,
    tx: &Tx,
    account: Option<&str>,
    requests: impl IntoIterator<Item = &'a str>,
    what: &str,
    details: &str,
) -> Result<(), StoreError> {
    let rows = Rows::of(requests.into_iter().map(|request| (app.new_key(), request)))?;
    if rows.is_empty() {
        return Ok(());
    }
    let at = app.clock().now().as_millisecond();
    let values = values![rows, at, account.map(str::to_owned), what, details];
    tx.run(&queries::INSERT_EVENTS, values).await.map(|_| ())
}

#[derive(FromQueryResult)]
struct EventColumns {
    request_id: String,
    at: i64,
    what: String,
    details: String,
    account_name: String,
    company_name: String,
}

/// The story of some requests by their keys, each the oldest first.
pub(super) async fn events<'a>(
    tx: &Tx,
    requests: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, Vec<Event>>, StoreError> {
    let rows = Rows::of(requests.into_iter().map(|request| [request]))?;
    let mut stories: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    if rows.is_empty() {
        return Ok(stories);
    }
    for row in tx.all::<EventColumns>(&queries::EVENTS, [rows.into_value()]).await? {
        let who = [row.company_name, row.account_name]
            .into_iter()
            .filter(|name| !name.is_empty());
        stories.entry(row.request_id).or_default().push(Event {
            at: millisecond(row.at, "direct_event.at")?,
            what: row.what,
            details: row.details,
            who: who.collect::<Vec<_>>().join("　"),
        });
    }
    Ok(stories)
}
