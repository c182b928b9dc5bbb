//! Use cases: a level is given, and cancelled; the card follows. The register keeps both.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::levels::Period;
use domain::registration::level::{certified, wanted};
use domain::{WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use serde_json::json;
use store::{Rows, StoreError, Tx, values};

use super::explain::said;
use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::application::Application;
use crate::rooms::card::{self, CardReason};
use crate::rooms::notices::{self, Whom};
use crate::rooms::{audit, levels};
use crate::rows::id;

/// What an application asks for.
pub(super) struct Asked {
    /// None: registered with this very application.
    pub(super) worker: Option<WorkerId>,
    pub(super) field: String,
    /// 2 to 4; 0: not chosen.
    pub(super) level: u8,
    pub(super) certified: Vec<Period>,
    /// The day on which it was sent; none: not yet.
    pub(super) sent: Option<WorkDay>,
}

impl Asked {
    /// From an application about a worker.
    pub(super) fn of(application: &Application, worker: Option<WorkerId>) -> Self {
        Self {
            worker,
            field: application.fields.get("field").to_owned(),
            level: wanted(&application.fields).unwrap_or(0),
            certified: certified(&application.fields),
            sent: application.submitted_at.map(|at| WorkDay::of(at, 0)),
        }
    }
}

/// A row of the register, as far as the level in force follows from it.
#[derive(FromQueryResult)]
pub(super) struct GrantRow {
    pub(super) what: String,
    pub(super) field: String,
    pub(super) level: i32,
}

/// The levels in force by field: what was last given there, if it was not cancelled.
pub(super) async fn in_force(tx: &Tx, worker: WorkerId) -> Result<BTreeMap<String, i32>, StoreError> {
    let rows: Vec<GrantRow> = tx.all(&queries::GRANTS_OF, values![worker.to_string()]).await?;
    let mut levels = BTreeMap::new();
    for row in rows {
        if row.what == "granted" {
            levels.insert(row.field, row.level);
        } else {
            levels.remove(&row.field);
        }
    }
    Ok(levels)
}

/// The card shows the highest level in force (how the real card chooses between fields was not read). Why another one is due, if that
/// is a new colour.
async fn follow(tx: &Tx, worker: WorkerId, before: i32) -> Result<Option<CardReason>, StoreError> {
    let now = in_force(tx, worker).await?.into_values().max().unwrap_or(1);
    if now == before {
        return Ok(None);
    }
    tx.run(&queries::SET_LEVEL, values![worker.to_string(), now]).await?;
    Ok(Some(if now > before {
        CardReason::LevelUp
    } else {
        CardReason::LevelDown
    }))
}

/// Gives what was asked for, with what the judge says of it today. The caller orders the card that is due then.
///
/// # Errors
/// If something breaks; nothing is given then.
pub(crate) async fn grant(
    app: &App,
    tx: &Tx,
    actor: &Viewer,
    application: &Application,
    person: WorkerId,
) -> anyhow::Result<Option<CardReason>> {
    let asked = Asked::of(application, Some(person));
    let (worker, today) = (person.to_string(), app.clock().today());
    let before: Option<i32> = tx.value(&queries::HOLD_WORKER, values![worker.as_str()]).await?;
    let judge = said(app, tx, application).await?;
    let lines = asked.certified.iter().enumerate().map(|(ordinal, period)| {
        let number = |month: YearMonth| month.first().to_number() / 100;
        (ordinal, period.career.word(), number(period.from), number(period.to))
    });
    let lines = Rows::of(lines)?;
    if !lines.is_empty() {
        let values = values![worker.as_str(), asked.field.as_str(), application.id.as_str(), lines];
        tx.run(&queries::CERTIFY, values).await?;
    }
    let row = values![
        worker.as_str(),
        "granted",
        asked.field.as_str(),
        i32::from(asked.level),
        today.to_number(),
        app.clock().now().as_millisecond(),
        actor.account.as_str(),
        Some(application.id.as_str()),
        judge.map(|(level, _)| i32::from(level)),
        judge.map(|(_, on)| on.to_number()),
        ""
    ];
    tx.run(&queries::GRANT, row).await?;
    let card = follow(tx, person, before.unwrap_or(1)).await?;
    tx.run(&levels::CHANGED, values![Rows::of([[worker.as_str()]])?]).await?;
    let what = json!({ "field": asked.field, "level": asked.level, "application": application.id });
    audit::changed(app, tx, actor, &worker, "level-granted", &what).await?;
    let level = asked.level.to_string();
    let args = [("level", level.as_str())];
    notices::tell(app, tx, &Whom::Worker(person), "level-told-granted", &args, Some("/my/level")).await?;
    if let Some(company) = application.proxy {
        notices::tell(
            app,
            tx,
            &Whom::Company(company),
            "level-told-granted-company",
            &args,
            Some("/levels"),
        )
        .await?;
    }
    Ok(card)
}

/// Why a level is not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelRefusal {
    /// The operator's people only.
    Forbidden,
    /// No such worker, or nothing in force in the field.
    NothingInForce,
    /// No reason, or one too long.
    Reason,
}

/// Longest reason.
const REASON: usize = 300;

/// Cancels a level that was got by false statements: it stays in the register, with its end.
///
/// # Errors
/// [`CancelRefusal`].
pub async fn cancel(app: &App, tx: &Tx, viewer: &Viewer, worker: &str, field: &str, reason: &str) -> UseCase<(), CancelRefusal> {
    let refuse = |why| Err(UseCaseError::Refused(why));
    if !viewer.may(Act::Review) {
        return refuse(CancelRefusal::Forbidden);
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return refuse(CancelRefusal::Reason);
    }
    let before: Option<i32> = tx.value(&queries::HOLD_WORKER, values![worker]).await?;
    let Some(before) = before else {
        return refuse(CancelRefusal::NothingInForce);
    };
    let person: WorkerId = id(worker, "worker.id")?;
    let Some(level) = in_force(tx, person).await?.remove(field) else {
        return refuse(CancelRefusal::NothingInForce);
    };
    let row = values![
        worker,
        "cancelled",
        field,
        level,
        app.clock().today().to_number(),
        app.clock().now().as_millisecond(),
        viewer.account.as_str(),
        None::<String>,
        None::<i32>,
        None::<i32>,
        reason
    ];
    tx.run(&queries::GRANT, row).await?;
    tx.run(&queries::DROP_CERTIFIED, values![worker, field]).await?;
    if let Some(reason) = follow(tx, person, before).await? {
        let issued = card::issue(app, tx, person, None, reason).await;
        issued.map_err(UseCaseError::Broken)?;
    }
    tx.run(&levels::CHANGED, values![Rows::of([[worker]])?]).await?;
    audit::changed(
        app,
        tx,
        viewer,
        worker,
        "level-cancelled",
        &json!({ "field": field, "level": level }),
    )
    .await?;
    let level = level.to_string();
    let args = [("level", level.as_str())];
    notices::tell(
        app,
        tx,
        &Whom::Worker(person),
        "level-told-cancelled",
        &args,
        Some("/my/level"),
    )
    .await?;
    Ok(())
}
