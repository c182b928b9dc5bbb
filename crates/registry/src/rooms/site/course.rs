//! Use cases: a site is suspended, goes on, ends early, is opened again, is deleted. `domain::site::allowed` says which when.

use domain::access::Act;
use domain::form::{Faults, Fields};
use domain::site::{Move, MoveFault, Pause, allowed, check_end, check_pause};
use domain::{CompanyId, WorkDay};
use serde::{Deserialize, Serialize};
use store::{Tx, values};

use super::register::{SiteRefusal, json};
use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history;
use crate::rooms::notices::{self, Whom};

/// What is typed for a move.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// Which move.
    #[serde(rename = "do")]
    pub step: String,
    /// First day of a suspension, first day of work after it, last day before an early end.
    pub day: String,
    /// Last day of a suspension; may be empty.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Version the form was made from.
    pub version: String,
}

/// Longest reason.
const LONGEST_REASON: usize = 200;

/// The right that a move needs.
#[must_use]
pub fn act(step: Move) -> Act {
    match step {
        // Only who may register one may take it away.
        Move::Delete => Act::RegisterSite,
        _ => Act::KeepSite,
    }
}

/// The moves that the viewer can make with a site today, in the order of the buttons.
///
/// # Errors
/// If the database fails.
pub async fn open_moves(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite) -> store::Result<Vec<Move>> {
    if !site.is_prime() {
        return Ok(Vec::new());
    }
    let today = app.clock().today();
    let facts = site.head.course.facts(today, history::any_at(tx, site.head.id).await?);
    let state = site.head.course.state(today);
    let moves = Move::ALL.into_iter();
    Ok(moves
        .filter(|step| viewer.may(act(*step)) && allowed(state, *step, facts))
        .collect())
}

/// Makes a move. Gives how many refused touches were taken in, because they lie in days that are open now.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn make_move(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &MoveForm) -> UseCase<usize, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    let step = Move::from_word(&form.step).filter(|step| *step != Move::Change);
    if !site.keeps || step.is_some_and(|step| !viewer.may(act(step))) {
        return Err(refuse(SiteRefusal::Forbidden));
    }
    let step = step.ok_or(refuse(SiteRefusal::Move(MoveFault::NotAllowed)))?;
    let head = &site.head;
    if form.version.parse() != Ok(head.version) {
        return Err(refuse(SiteRefusal::ChangedMeanwhile));
    }
    if !open_moves(app, tx, viewer, site).await?.contains(&step) {
        return Err(refuse(SiteRefusal::Move(MoveFault::NotAllowed)));
    }
    let typed = Typed::read(form, step).map_err(|faults| refuse(SiteRefusal::Fields(faults)))?;
    let what = match step {
        Move::Suspend => suspend(app, tx, site, &typed).await?,
        Move::Resume => resume(app, tx, site, &typed).await?,
        Move::EndEarly => end_early(app, tx, site, &typed).await?,
        Move::Reopen => reopen(app, tx, site).await?,
        Move::Delete => delete(app, tx, site).await?,
        Move::Change => return Err(refuse(SiteRefusal::Move(MoveFault::NotAllowed))),
    };
    note(app, tx, viewer, head.id, Subject::Site, &head.id.to_string(), &what).await?;
    tell(app, tx, site, step, &typed).await?;
    if matches!(step, Move::Resume | Move::Reopen) {
        let masters = app.masters();
        return Ok(history::take_in_refused(tx, app.clock(), masters.policies(), head.id).await?);
    }
    Ok(0)
}

/// What was typed, checked by form.
struct Typed {
    /// Today stands for it where none is asked for.
    day: Option<WorkDay>,
    until: Option<WorkDay>,
    reason: String,
}

impl Typed {
    fn read(form: &MoveForm, step: Move) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut day = |field: &str, text: &str, needed: bool| {
            let text = text.trim();
            match text.parse::<WorkDay>() {
                Ok(day) => Some(day),
                Err(_) if text.is_empty() && !needed => None,
                Err(_) => {
                    faults.add(field, if text.is_empty() { "field-needed" } else { "field-no-day" });
                    None
                }
            }
        };
        let asks_day = matches!(step, Move::Suspend | Move::Resume | Move::EndEarly);
        let read = Self {
            day: asks_day.then(|| day("day", &form.day, true)).flatten(),
            until: (step == Move::Suspend).then(|| day("until", &form.until, false)).flatten(),
            reason: form.reason.trim().to_owned(),
        };
        if matches!(step, Move::Suspend | Move::EndEarly | Move::Delete) && read.reason.is_empty() {
            faults.add("reason", "field-needed");
        } else if read.reason.chars().count() > LONGEST_REASON {
            faults.add_with("reason", "field-too-long", &[("most", LONGEST_REASON.to_string())]);
        } else if read.reason.chars().any(char::is_control) {
            faults.add("reason", "field-control-characters");
        }
        if faults.is_empty() { Ok(read) } else { Err(faults) }
    }

    fn day(&self) -> UseCase<WorkDay, SiteRefusal> {
        self.day
            .ok_or(UseCaseError::Refused(SiteRefusal::Move(MoveFault::NotAllowed)))
    }
}

fn rule(result: Result<(), MoveFault>) -> UseCase<(), SiteRefusal> {
    result.map_err(|fault| UseCaseError::Refused(SiteRefusal::Move(fault)))
}

/// Raises the version, unless somebody was faster.
async fn raise(tx: &Tx, site: &OpenSite) -> UseCase<(), SiteRefusal> {
    let values = values![site.head.id.to_string(), site.head.version];
    match tx.run(&queries::TOUCH_SITE, values).await? {
        0 => Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile)),
        _ => Ok(()),
    }
}

async fn suspend(app: &App, tx: &Tx, site: &OpenSite, typed: &Typed) -> UseCase<serde_json::Value, SiteRefusal> {
    let head = &site.head;
    let pause = Pause {
        from: typed.day()?,
        to: typed.until,
    };
    let worked = history::first_day_from(tx, head.id, pause.from).await?;
    rule(check_pause(&head.course, pause, worked))?;
    raise(tx, site).await?;
    let values = values![
        app.new_key(),
        head.id.to_string(),
        pause.from.to_number(),
        pause.to.map(WorkDay::to_number),
        typed.reason.as_str(),
        app.clock().now().as_millisecond()
    ];
    tx.run(&queries::INSERT_PAUSE, values).await?;
    Ok(serde_json::json!({ "suspended": { "from": pause.from, "to": pause.to, "reason": typed.reason } }))
}

async fn resume(app: &App, tx: &Tx, site: &OpenSite, typed: &Typed) -> UseCase<serde_json::Value, SiteRefusal> {
    let head = &site.head;
    let pause = head.course.open_pause(app.clock().today());
    let pause = pause.ok_or(UseCaseError::Refused(SiteRefusal::Move(MoveFault::NotAllowed)))?;
    // The day on which work goes on: from its first day (called off) to the one after its last.
    let on = typed.day()?;
    let latest = pause.to.unwrap_or(head.course.period.1).plus(1);
    if on < pause.from || on > latest {
        return rule(Err(MoveFault::OutsidePeriod {
            from: pause.from,
            to: latest,
        }))
        .map(|()| serde_json::Value::Null);
    }
    raise(tx, site).await?;
    let values = values![head.id.to_string(), pause.from.to_number(), on.plus(-1).to_number()];
    tx.run(&queries::END_PAUSE, values).await?;
    Ok(serde_json::json!({ "resumed": { "on": on } }))
}

/// Writes another last day of the period.
async fn set_last(app: &App, tx: &Tx, site: &OpenSite, last: WorkDay, planned: Option<WorkDay>) -> UseCase<(), SiteRefusal> {
    let head = &site.head;
    let mut fields: Fields = head.fields.clone();
    fields.set("to", last.to_string());
    let copies = super::register::Copies::of(app, &fields)?;
    let values = values![
        head.id.to_string(),
        head.version,
        copies.name,
        // As it stands: a site from before the fields came may have one line only.
        head.address.as_str(),
        copies.orderer,
        copies.from,
        copies.to,
        i32::from(head.boundary),
        json(&fields)?,
        planned.map(WorkDay::to_number)
    ];
    match tx.run(&queries::UPDATE_SITE, values).await? {
        0 => Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile)),
        _ => Ok(()),
    }
}

async fn end_early(app: &App, tx: &Tx, site: &OpenSite, typed: &Typed) -> UseCase<serde_json::Value, SiteRefusal> {
    let (head, last) = (&site.head, typed.day()?);
    let worked = history::days_at(tx, head.id).await?.map(|(_, last)| last);
    rule(check_end(&head.course, last, worked))?;
    set_last(app, tx, site, last, Some(head.course.period.1)).await?;
    Ok(serde_json::json!({ "ended": { "last": last, "planned": head.course.period.1, "reason": typed.reason } }))
}

async fn reopen(app: &App, tx: &Tx, site: &OpenSite) -> UseCase<serde_json::Value, SiteRefusal> {
    let planned = site.head.course.planned_end;
    let planned = planned.ok_or(UseCaseError::Refused(SiteRefusal::Move(MoveFault::NotAllowed)))?;
    set_last(app, tx, site, planned, None).await?;
    Ok(serde_json::json!({ "reopened": { "last": planned } }))
}

async fn delete(app: &App, tx: &Tx, site: &OpenSite) -> UseCase<serde_json::Value, SiteRefusal> {
    let now = app.clock().now().as_millisecond();
    let id = site.head.id.to_string();
    if tx
        .run(&queries::DELETE_SITE, values![id.as_str(), site.head.version, now])
        .await?
        == 0
    {
        return Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile));
    }
    tx.run(&queries::REVOKE_READERS, values![id, now]).await?;
    Ok(serde_json::json!("deleted"))
}

/// The companies of the site are told: their people come or stay at home by it.
async fn tell(app: &App, tx: &Tx, site: &OpenSite, step: Move, typed: &Typed) -> store::Result<()> {
    let head = &site.head;
    let key = match (step, typed.until) {
        (Move::Suspend, Some(_)) => "notice-site-suspended-until",
        (Move::Suspend, None) => "notice-site-suspended",
        (Move::Resume, _) => "notice-site-resumed",
        (Move::EndEarly, _) => "notice-site-ended",
        (Move::Reopen, _) => "notice-site-reopened",
        (Move::Delete, _) => "notice-site-deleted",
        (Move::Change, _) => return Ok(()),
    };
    let text = |day: Option<WorkDay>| day.map(|d| d.to_string()).unwrap_or_default();
    let (day, until) = (text(typed.day.or(head.course.planned_end)), text(typed.until));
    let args = [
        ("site", head.name.as_str()),
        ("prime", head.prime.1.as_str()),
        ("day", day.as_str()),
        ("until", until.as_str()),
        ("reason", typed.reason.as_str()),
    ];
    let link = format!("/sites/{}", head.id);
    let link = (step != Move::Delete).then_some(link.as_str());
    let others: std::collections::BTreeSet<CompanyId> = site
        .tree
        .nodes()
        .filter(|n| n.status.stands())
        .filter_map(|n| n.company)
        .filter(|company| *company != site.own)
        .collect();
    for company in others {
        notices::tell(app, tx, &Whom::Company(company), key, &args, link).await?;
    }
    Ok(())
}
