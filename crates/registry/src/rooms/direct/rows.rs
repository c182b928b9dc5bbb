//! Columns ↔ domain types of this room.

use std::collections::{BTreeMap, BTreeSet};

use domain::direct::{Hours, Obstacle, Party, RequestMove, RequestState, clock, leads_to};
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Page, Paged, Rows, StoreError, Tx, values};
use web::Mood;

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rows::{day, id, millisecond, opt_id, unreadable};

#[derive(FromQueryResult)]
pub(super) struct Columns {
    total: i64,
    id: String,
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

/// A day that was entered directly, and where it stands.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its key.
    pub id: String,
    /// Whose day.
    pub worker: WorkerId,
    /// His name.
    pub worker_name: String,
    /// Stands for him in addresses.
    pub handle: String,
    /// The day.
    pub day: WorkDay,
    /// The site; none: it is not put on yet.
    pub site: Option<SiteId>,
    /// Its name; as typed, while there is none.
    pub site_name: String,
    /// The prime of the site.
    pub prime: Option<CompanyId>,
    /// Its name, or as typed; may be empty.
    pub prime_name: String,
    pub(super) boundary: u16,
    pub(super) place: String,
    /// Entry and exit.
    pub hours: Hours,
    /// What was written to the prime.
    pub note: String,
    /// He asked himself; else his company did.
    pub by_worker: bool,
    /// Account that asked.
    pub account: String,
    /// The company that asked, or his employer that day.
    pub company: Option<CompanyId>,
    /// Its name.
    pub company_name: String,
    /// When it was asked.
    pub asked: Timestamp,
    /// Last day for its approval.
    pub deadline: WorkDay,
    /// Where it stands.
    pub state: RequestState,
    /// When that was decided.
    pub decided: Option<Timestamp>,
    /// Why it was refused.
    pub reason: String,
}

fn minute(number: i32) -> Result<u16, StoreError> {
    let minute = u16::try_from(number).ok().filter(|minute| *minute < Hours::DAY);
    minute.ok_or_else(|| unreadable("direct_request.in_minute"))
}

impl TryFrom<Columns> for Request {
    type Error = StoreError;
    fn try_from(row: Columns) -> Result<Self, StoreError> {
        Ok(Self {
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

impl Request {
    /// As whom the viewer stands to it; none: it does not exist for him. Others than the prime see it only in the name of the worker or
    /// of the company that stands in it.
    pub(super) fn party(&self, viewer: &Viewer) -> Option<Party> {
        use domain::access::Act::{ApproveHistory, EnterHistory};
        if let Some((own, _)) = &viewer.worker {
            return (*own == self.worker && viewer.may(EnterHistory)).then_some(Party::Worker);
        }
        let own = viewer.company_id()?;
        if let (Some(site), Some(prime)) = (self.site, self.prime)
            && prime == own
            && viewer.may(ApproveHistory)
            && viewer.reaches(site)
        {
            return Some(Party::Prime);
        }
        let employer = self.company == Some(own) && viewer.may(EnterHistory);
        employer.then_some(if self.by_worker { Party::Employer } else { Party::Asker })
    }

    /// Every way the viewer stands to it: a prime that asked for its own worker is both.
    pub(super) fn parties(&self, viewer: &Viewer) -> Vec<Party> {
        let mut parties: Vec<Party> = self.party(viewer).into_iter().collect();
        let own = viewer.company_id();
        if parties.first() == Some(&Party::Prime)
            && own.is_some()
            && self.company == own
            && viewer.may(domain::access::Act::EnterHistory)
        {
            parties.push(if self.by_worker { Party::Employer } else { Party::Asker });
        }
        parties
    }

    /// Where a move of the viewer's leads.
    ///
    /// # Errors
    /// [`Obstacle`].
    pub(super) fn leads_to(&self, viewer: &Viewer, what: RequestMove, today: WorkDay) -> Result<RequestState, Obstacle> {
        let mut why = Obstacle::NotYours;
        for party in self.parties(viewer) {
            match leads_to(self.state, party, what, today, self.deadline) {
                Ok(next) => return Ok(next),
                Err(obstacle) if why == Obstacle::NotYours => why = obstacle,
                Err(_) => {}
            }
        }
        Err(why)
    }

    /// How its state looks.
    pub(crate) fn mood(&self) -> Mood {
        match self.state {
            RequestState::Requested => Mood::Pending,
            RequestState::Approved => Mood::Good,
            RequestState::Refused => Mood::Bad,
            RequestState::Withdrawn => Mood::Info,
            RequestState::Expired => Mood::Warn,
        }
    }

    /// Days left for its approval.
    pub(super) fn left(&self, today: &WorkDay) -> i64 {
        domain::direct::days_left(*today, self.deadline)
    }

    /// The entry as people read it.
    pub(crate) fn entry(&self) -> String {
        clock(self.hours.from)
    }

    /// The exit as people read it.
    pub(crate) fn exit(&self) -> Option<String> {
        self.hours.to.map(clock)
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

/// One thing that happened to a request.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    /// The site that was put on, the reason; empty for the others.
    pub(crate) details: String,
    /// Company and name of who did it; empty if nobody did.
    pub(crate) who: String,
}

impl Event {
    /// Key of its sentence.
    pub(crate) fn key(&self) -> String {
        format!("direct-event-{}", self.what)
    }
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
