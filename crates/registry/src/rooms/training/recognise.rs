//! Use cases: the operator recognises a site as a place of training, and ends that.

use domain::access::Act;
use domain::training::{Training, TrainingFault};
use domain::{SiteId, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::json;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Cause};
use crate::rooms::levels::CHANGED_AT_SITE;
use crate::rooms::site::{Subject, note};
use crate::rows::{day, opt_day};

#[derive(FromQueryResult)]
pub(super) struct TrainingColumns {
    from_day: i32,
    to_day: Option<i32>,
}

impl TrainingColumns {
    pub(super) fn read(self) -> Result<Training, StoreError> {
        Ok(Training {
            from: day(self.from_day, "training_site.from_day")?,
            to: opt_day(self.to_day, "training_site.to_day")?,
        })
    }
}

/// What is typed to recognise a site.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RecogniseForm {
    /// 現場ID.
    pub site: String,
    /// First day.
    pub from: String,
    /// Number of the recognition, or what it rests on.
    pub note: String,
}

/// What is typed to end it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    /// Last day.
    pub to: String,
}

/// Why it is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingRefusal {
    /// Only the operator does it.
    Forbidden,
    /// No such site.
    NoSite,
    /// No such day, or one before the site begins or after it has ended.
    Day,
    /// What it rests on is missing, or too long.
    Note,
    /// It is one already.
    Already,
    /// It is none, or was ended meanwhile.
    NotOpen,
    /// The last day.
    Fault(TrainingFault),
}

impl TrainingRefusal {
    /// The field at fault.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Forbidden | Self::NoSite | Self::Already | Self::NotOpen => "site",
            Self::Day => "from",
            Self::Note => "note",
            Self::Fault(_) => "to",
        }
    }

    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Forbidden => "error-forbidden",
            Self::NoSite => "training-no-site",
            Self::Day => "training-day",
            Self::Note => "training-note-needed",
            Self::Already => "training-already",
            Self::NotOpen => "training-not-open",
            Self::Fault(TrainingFault::TurnedRound) => "training-turned-round",
            Self::Fault(TrainingFault::Over) => "training-over",
        }
    }
}

/// Longest note.
const NOTE: usize = 200;

fn refuse<T>(why: TrainingRefusal) -> UseCase<T, TrainingRefusal> {
    Err(UseCaseError::Refused(why))
}

/// Recognises a site; its days that do not count yet are judged again. One that was ended can be recognised anew: it then goes on from
/// its first day.
///
/// # Errors
/// [`TrainingRefusal`].
pub async fn recognise(app: &App, tx: &Tx, viewer: &Viewer, form: &RecogniseForm) -> UseCase<SiteId, TrainingRefusal> {
    if !viewer.may(Act::KeepTraining) {
        return refuse(TrainingRefusal::Forbidden);
    }
    let Ok(site) = form.site.trim().parse::<SiteId>() else {
        return refuse(TrainingRefusal::NoSite);
    };
    let Some(period) = tx.one::<TrainingColumns>(&queries::SITE, values![site.to_string()]).await? else {
        return refuse(TrainingRefusal::NoSite);
    };
    let period = period.read()?;
    let Some(from) = form.from.parse::<WorkDay>().ok().filter(|from| period.holds(*from)) else {
        return refuse(TrainingRefusal::Day);
    };
    let rests_on = form.note.trim();
    if rests_on.is_empty() || rests_on.chars().count() > NOTE {
        return refuse(TrainingRefusal::Note);
    }
    let now = app.clock().now();
    let row = values![
        site.to_string(),
        from.to_number(),
        rests_on,
        now.as_millisecond(),
        viewer.account.as_str()
    ];
    if tx.run(&queries::RECOGNISE, row).await? == 0 {
        return refuse(TrainingRefusal::Already);
    }
    let what = json!({ "training": { "from": from.to_string(), "note": rests_on } });
    note(app, tx, viewer, site, Subject::Site, &site.to_string(), &what).await?;
    // Days that counted as work count as training now, which levels treat in their own way.
    let since = values![site.to_string(), from.to_number()];
    tx.run(&CHANGED_AT_SITE, since).await?;
    let masters = app.masters();
    history::rejudge(tx, app.clock(), masters.policies(), site, None, Cause::Asked).await?;
    Ok(site)
}

/// Says the last day. What counted as training stays so.
///
/// # Errors
/// [`TrainingRefusal`].
pub async fn end(app: &App, tx: &Tx, viewer: &Viewer, site: &str, form: &EndForm) -> UseCase<SiteId, TrainingRefusal> {
    if !viewer.may(Act::KeepTraining) {
        return refuse(TrainingRefusal::Forbidden);
    }
    let Ok(site) = site.parse::<SiteId>() else {
        return refuse(TrainingRefusal::NoSite);
    };
    let Some(now) = super::of_site(tx, site).await?.filter(|training| training.to.is_none()) else {
        return refuse(TrainingRefusal::NotOpen);
    };
    let Ok(to) = form.to.parse::<WorkDay>() else {
        return refuse(TrainingRefusal::Fault(TrainingFault::TurnedRound));
    };
    if let Err(fault) = now.ending(to, app.clock().today()) {
        return refuse(TrainingRefusal::Fault(fault));
    }
    if tx.run(&queries::END, values![site.to_string(), to.to_number()]).await? == 0 {
        return refuse(TrainingRefusal::NotOpen);
    }
    let what = json!({ "training": { "to": to.to_string() } });
    note(app, tx, viewer, site, Subject::Site, &site.to_string(), &what).await?;
    Ok(site)
}
