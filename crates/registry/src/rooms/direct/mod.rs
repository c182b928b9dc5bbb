//! Direct input (直接入力, menu 520 and 320 > 10): a worker or his employer enters days that no gate has seen, also before the site is
//! registered, and corrections (事後補正) of recorded ones; the prime approves or refuses them, until the end of the following month. What
//! nobody answers is told again, lapses at the deadline, and is told then too.
//!
//! Rules: registry rule book 8.3 (R-HIS-6 to 8) and 8.4, `domain::direct`. Approved days become touches by `history::receive`, with a
//! method of their own, and are judged as any others are; approved corrections overrule a day (`history::correct`).

mod ask;
mod change;
mod company;
mod correct;
mod correct_page;
mod decide;
mod keep;
mod queries;
mod request;
mod rows;
mod show;
mod tell;
#[cfg(test)]
mod tests;
mod waiting;
mod words;
mod worker;

pub use ask::{AskErrors, AskForm, AskRefusal, Asked, ask};
pub use change::{ChangeRefusal, Put, put_site, withdraw};
pub use correct::{CorrectForm, CorrectionRefusal, ask_correction};
pub use decide::{DecideRefusal, Decided, approve, refuse};
use domain::access::Act;
use domain::{SiteId, WorkDay, WorkerId};
pub use keep::{Kept, keep};
pub(crate) use request::Event;
pub use request::Request;
use store::{Sql, StoreError, Tx, values};
use web::{Language, Routes, T};
pub use words::{Fault, Why};

use crate::App;
use crate::access::Viewer;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/direct", company::list)
        .post("/direct", company::send)
        .get("/direct/new", company::form)
        .get("/direct/waiting", waiting::list)
        .post("/direct/waiting", waiting::answer)
        .get("/direct/correct/{site}/{day}/{worker}", correct_page::form)
        .post("/direct/correct/{site}/{day}/{worker}", correct_page::send)
        .get("/direct/{request}", show::page_of)
        .post("/direct/{request}", show::answer)
        .get("/my/direct", worker::list)
        .post("/my/direct", worker::send)
        .get("/my/direct/new", worker::form)
}

/// How many days wait for the viewer's approval.
///
/// # Errors
/// If the database fails.
pub async fn waiting_count(tx: &Tx, viewer: &Viewer) -> Result<usize, StoreError> {
    let Some(company) = viewer.company_id().filter(|_| viewer.may(Act::ApproveHistory)) else {
        return Ok(0);
    };
    let only_given = i32::from(viewer.sites.is_some());
    let values = values![company.to_string(), only_given, viewer.account.as_str()];
    let count = tx.value::<i64>(&queries::WAITING_COUNT, values).await?;
    Ok(count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0))
}

/// What was entered directly for a worker's day at a site, the oldest first, each with its story. Whether the viewer sees the day is
/// asked elsewhere.
///
/// # Errors
/// If the database fails.
pub(crate) async fn story_of_day(
    app: &App,
    tx: &Tx,
    t: &T,
    worker: WorkerId,
    day: WorkDay,
    site: SiteId,
) -> Result<Vec<(Request, Vec<Event>)>, StoreError> {
    let values = values![worker.to_string(), day.to_number(), site.to_string()];
    let mut found = rows::requests(tx.all(&queries::OF_DAY, values).await?)?;
    words::explain(&app.masters(), t, &mut found);
    let mut events = rows::events(tx, found.iter().map(|r| r.id.as_str())).await?;
    Ok(found
        .into_iter()
        .map(|request| {
            let story = events.remove(&request.id).unwrap_or_default();
            (request, story)
        })
        .collect())
}
