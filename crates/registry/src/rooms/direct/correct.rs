//! Use case: a worker or his employer asks for a correction (事後補正) of a recorded day: another employer, trade, position or work
//! content, other hours. It takes the same way as a day that is entered, with the same deadline.

use std::collections::BTreeSet;

use domain::access::Act;
use domain::direct::{
    Change, EmployerChange, Hours, PositionChange, RequestKind, clock, days_left, may_request, minute_of, reminders_due,
};
use domain::touch::DayRule;
use domain::{CompanyId, Policy, PositionId, SiteId, TradeCode, WorkDay, WorkerId, time};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::ask::touches;
use super::rows::note;
use super::words::Why;
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::DayKey;
use crate::rooms::{history, roster};
use crate::rows::{id, opt_id, second};
use crate::typed::line;

/// What is typed: the day as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CorrectForm {
    /// Employer, by its place in the organisation.
    pub employer: String,
    /// Trade by its code.
    pub trade: String,
    /// Position by its id; empty for an ordinary worker.
    pub position: String,
    /// Work content.
    pub work_content: String,
    /// Time of entry.
    pub from: String,
    /// Time of exit; may be empty.
    pub to: String,
    /// A word to the prime.
    pub note: String,
}

/// Why no correction is asked for.
#[derive(Debug)]
pub enum CorrectionRefusal {
    /// There is no such day for the viewer.
    NotFound,
    /// What was typed.
    Fields(FieldErrors),
    /// The day does not take it.
    Why(Why),
}

#[derive(FromQueryResult)]
struct DayColumns {
    worker_id: String,
    worker_name: String,
    site_name: String,
    prime_id: String,
    day_boundary: i32,
    employer_id: Option<String>,
    first_in: i64,
    last_out: Option<i64>,
    counts: i32,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    node_id: Option<String>,
}

#[derive(FromQueryResult)]
struct TradeColumns {
    trade: String,
}

/// A recorded day, as its correction begins.
pub(super) struct Day {
    pub(super) worker: WorkerId,
    pub(super) name: String,
    pub(super) site: SiteId,
    pub(super) site_name: String,
    prime: CompanyId,
    boundary: u16,
    pub(super) day: WorkDay,
    employer: Option<CompanyId>,
    hours: Hours,
    /// What it says of the work can be corrected.
    pub(super) counts: bool,
    trade: Option<TradeCode>,
    position: Option<PositionId>,
    work_content: String,
    node: String,
    /// For whom he can have worked that day, with the place of each.
    pub(super) employers: Vec<EmployerChange>,
    /// Trades that the worker has registered.
    pub(super) held: Vec<TradeCode>,
}

/// The minute of a civil day in Japan.
fn minute(at: Timestamp) -> u16 {
    let local = time::japan_time(at);
    u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
}

/// A day whose correction the viewer may ask for: his own, or one that his company was the employer of.
pub(super) async fn day(tx: &Tx, viewer: &Viewer, site: &str, day: &str, handle: &str) -> Result<Option<Day>, StoreError> {
    let (Ok(site), Ok(day)) = (site.parse::<SiteId>(), day.parse::<WorkDay>()) else {
        return Ok(None);
    };
    let values = values![handle, day.to_number(), site.to_string()];
    let Some(row) = tx.one::<DayColumns>(&queries::DAY, values).await? else {
        return Ok(None);
    };
    let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
    let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
    let his = match &viewer.worker {
        Some((own, _)) => *own == worker,
        None => employer.is_some() && employer == viewer.company_id(),
    };
    if !his || !viewer.may(Act::EnterHistory) {
        return Ok(None);
    }
    let trades: Vec<TradeColumns> = tx.all(&queries::TRADES, values![worker.to_string()]).await?;
    let key = DayKey { worker, site, day };
    let employers = match row.counts {
        1 => history::employers(tx, key).await?,
        _ => Vec::new(),
    };
    let exit = row.last_out.map(|at| second(at, "history.last_out")).transpose()?;
    Ok(Some(Day {
        worker,
        name: row.worker_name,
        site,
        site_name: row.site_name,
        prime: id(&row.prime_id, "site.prime_id")?,
        boundary: u16::try_from(row.day_boundary).unwrap_or(0),
        day,
        employer,
        hours: Hours {
            from: minute(second(row.first_in, "history.first_in")?),
            to: exit.map(minute),
        },
        counts: row.counts == 1,
        trade: opt_id(row.trade, "history.trade")?,
        position: opt_id(row.position, "history.position")?,
        work_content: row.work_content.unwrap_or_default(),
        node: row.node_id.unwrap_or_default(),
        employers,
        held: trades
            .iter()
            .map(|row| id(&row.trade, "worker_trade.trade"))
            .collect::<Result<_, _>>()?,
    }))
}

impl Day {
    /// The form as the day is.
    pub(super) fn form(&self) -> CorrectForm {
        CorrectForm {
            employer: self.node.clone(),
            trade: self.trade.map(|code| code.to_string()).unwrap_or_default(),
            position: self.position.as_ref().map(ToString::to_string).unwrap_or_default(),
            work_content: self.work_content.clone(),
            from: clock(self.hours.from),
            to: self.hours.to.map(clock).unwrap_or_default(),
            note: String::new(),
        }
    }

    /// What is typed otherwise than the day is.
    fn change(&self, app: &App, form: &CorrectForm, rule: DayRule, errors: &mut FieldErrors) -> Change {
        let masters = app.masters();
        let now = self.form();
        let mut change = Change::default();
        if self.counts {
            let wanted = form.employer.trim();
            // A form without the choice leaves it.
            if !wanted.is_empty() && wanted != now.employer {
                match self.employers.iter().find(|employer| employer.node.0 == wanted) {
                    Some(employer) => change.employer = Some(employer.clone()),
                    None => errors.add("employer", "correct-not-its-worker"),
                }
            }
            if form.trade.trim() != now.trade {
                match roster::trade_of(&form.trade, &self.held, &masters) {
                    Ok(Some(trade)) => change.trade = Some(trade),
                    Ok(None) => errors.add("trade", "correct-trade-needed"),
                    Err(key) => errors.add("trade", key),
                }
            }
            if form.position.trim() != now.position {
                match roster::position_of(&form.position, &masters) {
                    Ok(Some(position)) => change.position = Some(PositionChange::Held(position)),
                    Ok(None) => change.position = Some(PositionChange::Ordinary),
                    Err(key) => errors.add("position", key),
                }
            }
            let content = line(errors, "work_content", &form.work_content, 200, false);
            change.work_content = (content != now.work_content).then_some(content);
        }
        if (form.from.trim(), form.to.trim()) != (now.from.as_str(), now.to.as_str()) {
            let from = errors.take("from", minute_of(&form.from).ok_or(()), |()| "direct-no-time".to_owned());
            let to = match form.to.trim() {
                "" => Some(None),
                typed => errors
                    .take("to", minute_of(typed).ok_or(()), |()| "direct-no-time".to_owned())
                    .map(Some),
            };
            if let (Some(from), Some(to)) = (from, to) {
                let hours = Hours { from, to };
                if hours.fit(self.day, rule) {
                    change.hours = Some(hours);
                } else {
                    errors.add("to", "direct-exit-too-late");
                }
            }
        }
        if errors.is_empty() && change.is_empty() {
            errors.add("from", "correct-nothing");
        }
        change
    }
}

/// Asks for a correction. The same day is asked for once at a time: a second click, or a second wish, is told that one waits.
///
/// # Errors
/// [`CorrectionRefusal`].
pub async fn ask_correction(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    (site, on, handle): (&str, &str, &str),
    form: &CorrectForm,
) -> UseCase<(), CorrectionRefusal> {
    let refuse = UseCaseError::Refused;
    let found = day(tx, viewer, site, on, handle)
        .await?
        .ok_or(refuse(CorrectionRefusal::NotFound))?;
    let masters = app.masters();
    let today = app.clock().today();
    let policy = |policy| masters.policies().at(policy, today);
    let deadline = may_request(found.day, today, masters.policies().at(Policy::MendingMonths, found.day))
        .map_err(|why| refuse(CorrectionRefusal::Why(why.into())))?;
    let mut errors = FieldErrors::new();
    let rule = DayRule {
        boundary: found.boundary,
        exit_closes_before_hour: policy(Policy::ExitClosesBeforeHour),
    };
    let change = found.change(app, form, rule, &mut errors);
    let note_text = line(&mut errors, "note", &form.note, 200, false);
    if !errors.is_empty() {
        return Err(refuse(CorrectionRefusal::Fields(errors)));
    }
    if let Some(hours) = change.hours {
        // Times that lie ahead, or that a pause of the site holds, are no more possible than at its gate.
        let items = touches(
            "",
            true,
            found.site,
            found.boundary,
            hours,
            [(found.worker, found.day, String::new())],
        );
        let refusals = history::examine(tx, app.clock(), masters.policies(), &items).await?;
        if let Some(refusal) = refusals.into_iter().flatten().next() {
            return Err(refuse(CorrectionRefusal::Why(Why::Refused(refusal))));
        }
    }
    let by_worker = viewer.worker.is_some();
    let hours = change.hours.unwrap_or(found.hours);
    let waited = tell::waiting_at(tx, found.prime, found.site).await?;
    let key = app.new_key();
    let due = reminders_due(
        days_left(today, deadline),
        policy(Policy::DirectRemindDays),
        policy(Policy::DirectRemindAgainDays),
    );
    let rows = Rows::of([(
        &key,
        found.worker.to_string(),
        found.day.to_number(),
        found.employer.map(|company| company.to_string()),
        deadline.to_number(),
        due,
    )])?;
    let values = values![
        rows,
        found.site.to_string(),
        found.prime.to_string(),
        found.site.to_string(),
        "",
        "",
        i32::from(hours.from),
        hours.to.map(i32::from),
        note_text.as_str(),
        if by_worker { "worker" } else { "company" },
        viewer.account.as_str(),
        app.clock().now().as_millisecond(),
        RequestKind::Correction.word(),
        serde_json::to_string(&change).map_err(UseCaseError::broken)?
    ];
    let fresh: Vec<super::ask::KeyColumns> = tx.all(&queries::INSERT, values).await?;
    if fresh.is_empty() {
        return Err(refuse(CorrectionRefusal::Why(Why::AskedAlready)));
    }
    let fresh: BTreeSet<&str> = fresh.iter().map(|row| row.id.as_str()).collect();
    note(app, tx, Some(&viewer.account), fresh, "asked", "").await?;
    if waited == 0 {
        tell::prime_asked(app, tx, found.prime, &found.site_name).await?;
    }
    Ok(())
}
