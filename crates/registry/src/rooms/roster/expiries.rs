//! What runs out (在留期限, 技能者カード, 保有資格): a company's list of its own people, and notices to the worker and his company, each told
//! once. The end of a card is told to the company only: the worker hears of it from the room `terms`, and not twice.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::roster::Expiry;
use domain::{CompanyId, Policy, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, values};
use web::{Frame, Mood, Page, PageError, page as render};

use super::facts::{Notice, chip};
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::notices::{Whom, tell};
use crate::rows::{day, id};

/// Rows of a page.
const ROWS: u32 = 100;
/// Things told in one transaction.
const AT_ONCE: i64 = 500;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PageQuery {
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    worker_id: String,
    name: String,
    name_kana: String,
    kind: String,
    item: String,
    until_day: i32,
    total: i64,
}

struct Thing {
    worker: WorkerId,
    name: String,
    kana: String,
    what: String,
    chip: Option<(Mood, String)>,
}

#[derive(Template)]
#[template(path = "roster/templates/expiries.html")]
struct ExpiriesPage {
    frame: Frame,
    things: Paged<Thing>,
    days: i64,
}

/// What of the company's own people runs out soon or has.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<PageQuery>) -> Page {
    let company: Option<CompanyId> = viewer.company_id().filter(|_| viewer.may(Act::KeepTies));
    let company = company.ok_or(PageError::Forbidden)?;
    let today = app.clock().today();
    let notice = Notice::now(&app);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let values = values![
        company.to_string(),
        today.to_number(),
        notice.horizon().to_number(),
        number.limit(),
        number.offset(),
        today.plus(-365).to_number()
    ];
    let tx = app.db().read().await?;
    let rows: Vec<Columns> = tx.all(&queries::EXPIRIES, values).await?;
    drop(tx);
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut things = Vec::with_capacity(rows.len());
    for row in rows {
        let until = day(row.until_day, "until_day")?;
        let what = match row.kind.as_str() {
            "residence" => frame.t.s("roster-residence"),
            "card" => frame.t.s("roster-card"),
            _ => row.item,
        };
        things.push(Thing {
            worker: id(&row.worker_id, "worker.id")?,
            name: row.name,
            kana: row.name_kana,
            chip: chip(&frame.t, notice.stands(Some(until)), &what, Some(until)),
            what,
        });
    }
    let workers: Vec<WorkerId> = things.iter().map(|thing| thing.worker).collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    let masters = app.masters();
    render(&ExpiriesPage {
        frame: frame.title("expiries-title"),
        things: Paged {
            rows: things,
            total,
            page: number,
        },
        days: masters.policies().at(Policy::ExpiryNoticeDays, today),
    })
}

#[derive(FromQueryResult)]
struct DueColumns {
    worker_id: String,
    kind: String,
    item: String,
    until_day: i32,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    company_id: String,
    things: i64,
}

/// Tells what runs out, to the worker each thing but his card and to his company how many, cards too: once when the first notice is due,
/// once when the last is.
/// A thing that is already within the days of the last notice is told with that one only. Gives how many things were told.
///
/// # Errors
/// If the database fails; what was told by then is not told again.
pub async fn tell_due(app: &App) -> anyhow::Result<usize> {
    let today = app.clock().today();
    let masters = app.masters();
    let days = |policy| i32::try_from(masters.policies().at(policy, today)).unwrap_or(0);
    let (first, last) = (days(Policy::ExpiryNoticeDays), days(Policy::ExpiryLastNoticeDays));
    let last = last.min(first);
    let mut told = 0;
    for (stage, from, to) in [
        (Expiry::VerySoon, today, today.plus(last)),
        (Expiry::Soon, today.plus(last + 1), today.plus(first)),
    ] {
        loop {
            let count = tell_stage(app, stage, from, to, today).await?;
            told += count;
            if count < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(told)
}

async fn tell_stage(app: &App, stage: Expiry, from: WorkDay, to: WorkDay, today: WorkDay) -> anyhow::Result<usize> {
    let tx = app.db().write().await?;
    let values = values![from.to_number(), to.to_number(), stage.word(), AT_ONCE];
    let due: Vec<DueColumns> = tx.all(&queries::DUE, values).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let rows = Rows::of(due.iter().map(|d| (&d.worker_id, &d.kind, &d.item, d.until_day)))?;
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::INSERT_TOLD, values![rows, stage.word(), now]).await?;
    // That his own card ends the room `terms` tells a worker, months before and at the end.
    for thing in due.iter().filter(|thing| thing.kind != "card") {
        let worker: WorkerId = id(&thing.worker_id, "worker.id")?;
        let until = day(thing.until_day, "until_day")?.to_string();
        let key = format!("notice-expiry-{}", thing.kind);
        let args = [("day", until.as_str()), ("item", thing.item.as_str())];
        tell(app, &tx, &Whom::Worker(worker), &key, &args, None).await?;
    }
    let workers = Rows::of(due.iter().map(|d| [&d.worker_id]))?;
    let values = values![workers, today.to_number()];
    for row in tx.all::<CompanyColumns>(&queries::COMPANIES_TO_TELL, values).await? {
        let company: CompanyId = id(&row.company_id, "employment.company_id")?;
        let (count, days) = (row.things.to_string(), to.to_string());
        let args = [("count", count.as_str()), ("day", days.as_str())];
        tell(app, &tx, &Whom::Company(company), "notice-expiries", &args, Some("/expiries")).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}
