//! What is asked of an application for a level beside its form, and what the judge says of it: for who sends it and for who decides.

use domain::levels::{Facts, Judged, Settings, fields_for, judge};
use domain::registration::Faults;
use domain::registration::level::judged_on;
use domain::{Masters, Policy, WorkDay};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::T;

use super::facts::{Known, known};
use super::grant::{Asked, in_force};
use super::queries;
use super::view::{FieldView, field_view};
use crate::App;
use crate::rooms::application::Application;
use crate::rows::{id, unreadable};

/// What the judge says.
pub(crate) struct Explained {
    pub(crate) wanted: u8,
    /// The wanted level is reached, as a guide.
    pub(crate) reached: bool,
    /// By criteria that are confirmed.
    pub(crate) sure: bool,
    /// By the criteria of each day; the one that counts comes first.
    pub(crate) views: Vec<(WorkDay, FieldView)>,
}

/// What is known of the worker in the field, with what this application certifies.
fn facts_of(known: &Known, asked: &Asked) -> Facts {
    let mut facts = known.facts_in(&asked.field);
    facts.certified.extend(asked.certified.iter().copied());
    facts
}

/// By the criteria of each day that matters, the better for the applicant first.
fn judged<'a>(app: &App, masters: &'a Masters, facts: &'a Facts, asked: &Asked) -> Vec<Judged<'a>> {
    let today = app.clock().today();
    let better = masters.policies().at(Policy::LevelBetterEdition, today) == 1;
    let criteria = masters.levels();
    let settings = Settings::on(masters.policies(), today);
    let mut all: Vec<Judged<'_>> = judged_on(asked.sent, today, better)
        .into_iter()
        .filter_map(|on| judge(criteria, criteria.field(&asked.field)?, facts, on, settings))
        .collect();
    // Of an edition in force on both days once is enough: by today's facts.
    all.dedup_by(|later, first| later.edition.from == first.edition.from);
    all.sort_by_key(|of| std::cmp::Reverse((of.level, of.guide)));
    all
}

/// Level and day of the criteria that the judge gives it by, as a guide.
pub(super) async fn said(app: &App, tx: &Tx, asked: &Asked) -> Result<Option<(u8, WorkDay)>, StoreError> {
    let masters = app.masters();
    let Some(known) = known(tx, &masters, asked.worker, app.clock().today()).await? else {
        return Ok(None);
    };
    let facts = facts_of(&known, asked);
    Ok(judged(app, &masters, &facts, asked).first().map(|of| (of.guide, of.on)))
}

/// The judge's explanation; none of an application that is about something else, or names no field yet.
///
/// # Errors
/// If the database fails.
pub(crate) async fn explain(app: &App, tx: &Tx, t: &T, application: &Application) -> Result<Option<Explained>, StoreError> {
    let Some(asked) = of(application)? else { return Ok(None) };
    let masters = app.masters();
    let Some(known) = known(tx, &masters, asked.worker, app.clock().today()).await? else {
        return Ok(None);
    };
    let facts = facts_of(&known, &asked);
    let judged = judged(app, &masters, &facts, &asked);
    let Some(best) = judged.first() else { return Ok(None) };
    Ok(Some(Explained {
        wanted: asked.level,
        reached: best.guide >= asked.level,
        sure: best.level >= asked.level,
        views: judged.iter().map(|of| (of.on, field_view(&masters, t, of))).collect(),
    }))
}

fn of(application: &Application) -> Result<Option<Asked>, StoreError> {
    use domain::registration::Purpose::LevelEvaluation;
    let Some(subject) = application
        .subject
        .as_deref()
        .filter(|_| application.purpose == LevelEvaluation)
    else {
        return Ok(None);
    };
    Ok(Some(Asked::of(application, id(subject, "application.subject_id")?)))
}

/// What the form cannot know: another application under way, a level held already, no trade of the field, the simplified registration.
///
/// # Errors
/// If the database fails.
pub(crate) async fn check(app: &App, tx: &Tx, application: &Application, faults: &mut Faults) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Other {
        body: String,
    }
    let Some(asked) = of(application)? else { return Ok(()) };
    let (masters, today) = (app.masters(), app.clock().today());
    let Some(known) = known(tx, &masters, asked.worker, today).await? else {
        return Ok(());
    };
    if !known.facts.detailed {
        faults.add("field", "field-level-simplified");
    }
    let fields = fields_for(masters.levels(), known.trades.iter().copied(), today);
    if !fields.iter().any(|field| field.id == asked.field) {
        faults.add("field", "field-level-no-trade");
    }
    if in_force(tx, asked.worker)
        .await?
        .get(&asked.field)
        .is_some_and(|held| *held >= i32::from(asked.level))
    {
        faults.add("level", "field-level-held");
    }
    let others: Vec<Other> = tx
        .all(
            &queries::UNDER_WAY,
            values![asked.worker.to_string(), application.id.as_str()],
        )
        .await?;
    for other in others {
        let fields: domain::registration::Fields =
            serde_json::from_str(&other.body).map_err(|_| unreadable("application.body"))?;
        if fields.get("field") == asked.field {
            faults.add("field", "field-level-under-way");
            break;
        }
    }
    Ok(())
}
