//! What is asked of an application for a level beside its form, and what the judge says of it: for who sends it and for who decides.

use domain::levels::{Facts, Judged, Settings, Told, fields_for, judge};
use domain::registration::level::{judged_on, with_registration};
use domain::registration::{Faults, Purpose};
use domain::{Masters, Policy, WorkDay};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::T;

use super::facts::{held, known};
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

/// What is asked for, and what is known of the worker in the field, with what this application certifies. Of somebody who registers
/// with it, that is what it says of him.
async fn asked(app: &App, tx: &Tx, masters: &Masters, application: &Application) -> Result<Option<(Asked, Facts)>, StoreError> {
    let Some(asked) = of(application)? else { return Ok(None) };
    let today = app.clock().today();
    let mut facts = match asked.worker {
        Some(worker) => match known(tx, masters, worker, today).await? {
            Some(known) => known.facts_in(&asked.field),
            None => return Ok(None),
        },
        None => Facts {
            detailed: true,
            registered: today,
            months: Vec::new(),
            certified: Vec::new(),
            qualifications: held(&application.fields),
            told: Told::default(),
        },
    };
    facts.certified.extend(asked.certified.iter().copied());
    Ok(Some((asked, facts)))
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
pub(super) async fn said(app: &App, tx: &Tx, application: &Application) -> Result<Option<(u8, WorkDay)>, StoreError> {
    let masters = app.masters();
    let asked = asked(app, tx, &masters, application).await?;
    Ok(asked.and_then(|(asked, facts)| judged(app, &masters, &facts, &asked).first().map(|of| (of.guide, of.on))))
}

/// The judge's explanation; none of an application that is about something else, or names no field yet.
///
/// # Errors
/// If the database fails.
pub(crate) async fn explain(app: &App, tx: &Tx, t: &T, application: &Application) -> Result<Option<Explained>, StoreError> {
    let masters = app.masters();
    let Some((asked, facts)) = asked(app, tx, &masters, application).await? else {
        return Ok(None);
    };
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
    let worker = match (application.purpose, application.subject.as_deref()) {
        (Purpose::LevelEvaluation, Some(subject)) => Some(id(subject, "application.subject_id")?),
        // Judged by what the application says, also when it has become a registration.
        (Purpose::WorkerNew, _) if with_registration(&application.fields) => None,
        _ => return Ok(None),
    };
    Ok(Some(Asked::of(application, worker)))
}

/// What the form of somebody registered cannot know: another application under way, a level held already, no trade of the field, the simplified registration.
///
/// # Errors
/// If the database fails.
pub(crate) async fn check(app: &App, tx: &Tx, application: &Application, faults: &mut Faults) -> Result<(), StoreError> {
    #[derive(FromQueryResult)]
    struct Other {
        body: String,
    }
    let Some(asked) = of(application)? else { return Ok(()) };
    let Some(worker) = asked.worker else { return Ok(()) };
    let (masters, today) = (app.masters(), app.clock().today());
    let Some(known) = known(tx, &masters, worker, today).await? else {
        return Ok(());
    };
    if !known.facts.detailed {
        faults.add("field", "field-level-simplified");
    }
    let fields = fields_for(masters.levels(), known.trades.iter().copied(), today);
    if !fields.iter().any(|field| field.id == asked.field) {
        faults.add("field", "field-level-no-trade");
    }
    if in_force(tx, worker)
        .await?
        .get(&asked.field)
        .is_some_and(|held| *held >= i32::from(asked.level))
    {
        faults.add("level", "field-level-held");
    }
    let others: Vec<Other> = tx
        .all(&queries::UNDER_WAY, values![worker.to_string(), application.id.as_str()])
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
