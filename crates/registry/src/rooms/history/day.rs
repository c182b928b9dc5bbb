//! One day of one worker at one site: its touches, its judgements from the first to the one in force, and what mends it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::judge::{Note, Reason, Verdict};
use domain::organisation::NodeId;
use domain::touch::is_told_with;
use domain::{Attendance, CompanyId, Direction, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Form, FormState, Frame, Page, PageError, redirect_with};
use wire::Remark;

use super::enter::{EnterRefusal, enter_entry};
use super::queries;
use super::words::{About, can_mend, companies_in, hazard_words, names, position_words, trade_words};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{self, Closed};
use crate::rooms::{audit, direct};
use crate::rows::{id, millisecond, opt_id, second, unreadable};

#[derive(FromQueryResult)]
struct WorkerRow {
    id: String,
    handle: String,
    name: String,
}

#[derive(FromQueryResult)]
struct HistoryRow {
    site_name: String,
    prime_name: String,
    first_in: Option<i64>,
    last_out: Option<i64>,
    employer_id: Option<String>,
    employer_name: Option<String>,
    node_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    hazards: Option<String>,
    fixed: Option<String>,
    day_boundary: i32,
}

#[derive(FromQueryResult)]
struct TouchRow {
    at: i64,
    direction: String,
    method: String,
    received_at: i64,
    source_name: Option<String>,
}

#[derive(FromQueryResult)]
struct JudgementRow {
    at: i64,
    rule: String,
    verdict: String,
    cause: String,
}

/// A day that a viewer may see, with what decides about mending it.
pub(super) struct VisibleDay {
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    name: String,
    pub(super) site: SiteId,
    pub(super) day: WorkDay,
    pub(super) is_prime: bool,
    /// The viewer stands in the site's organisation: its pages open for him.
    member: bool,
    row: HistoryRow,
}

impl VisibleDay {
    /// Last exit of the day.
    pub(super) fn last_out(&self) -> Option<Timestamp> {
        self.row.last_out.and_then(|at| Timestamp::from_second(at).ok())
    }

    /// The site's day boundary.
    fn boundary(&self) -> u16 {
        u16::try_from(self.row.day_boundary).unwrap_or(0)
    }

    /// Name of the site.
    pub(super) fn site_name(&self) -> &str {
        &self.row.site_name
    }

    /// Employer of the day.
    pub(super) fn employer(&self) -> Result<Option<CompanyId>, StoreError> {
        opt_id(self.row.employer_id.clone(), "history.employer_id")
    }

    /// The prime has voided it.
    pub(super) fn is_void(&self) -> bool {
        self.row.fixed.as_deref() == Some("void")
    }
}

/// Finds a day for a viewer: the worker himself; a company as far as its scope at the site goes; an employer whose company is not
/// in the organisation its own people's days. Everything else does not exist.
pub(super) async fn visible(tx: &Tx, viewer: &Viewer, site: &str, day: &str, handle: &str) -> Result<VisibleDay, Closed> {
    let site_id: SiteId = site.parse().map_err(|_| Closed::NotFound)?;
    let day: WorkDay = day.parse().map_err(|_| Closed::NotFound)?;
    let worker: WorkerRow = tx
        .one(&queries::WORKER_BY_HANDLE, values![handle])
        .await?
        .ok_or(Closed::NotFound)?;
    let worker_id: WorkerId = id(&worker.id, "worker.id")?;
    let row: Option<HistoryRow> = tx
        .one(
            &queries::DAY_HISTORY,
            values![worker_id.to_string(), day.to_number(), site_id.to_string()],
        )
        .await?;
    let row = row.ok_or(Closed::NotFound)?;
    let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
    let (mut is_prime, mut member) = (false, false);
    let sees = match (&viewer.worker, viewer.company_id()) {
        (Some((own, _)), _) => *own == worker_id,
        (None, Some(own)) => match site::open(tx, viewer, site).await {
            Ok(open) => {
                (is_prime, member) = (open.is_prime(), true);
                open.scope.sees(employer, row.node_id.clone().map(NodeId).as_ref())
            }
            Err(Closed::NotFound) => viewer.may(Act::SeeSites) && viewer.sites.is_none() && employer == Some(own),
            Err(broken) => return Err(broken),
        },
        (None, None) => false,
    };
    if !sees {
        return Err(Closed::NotFound);
    }
    Ok(VisibleDay {
        worker: worker_id,
        handle: worker.handle,
        name: worker.name,
        site: site_id,
        day,
        is_prime,
        member,
        row,
    })
}

struct Touch {
    at: Timestamp,
    direction: Direction,
    method: String,
    received: Timestamp,
    source: String,
}

struct Judgement {
    at: Timestamp,
    rule: String,
    cause: String,
    counts: bool,
    simplified: bool,
    training: bool,
    reasons: Vec<Remark>,
    /// Why it is voided, if it is.
    void: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct EnterForm {
    time: String,
}

#[derive(Template)]
#[template(path = "history/templates/day.html")]
pub(super) struct DayPage {
    frame: Frame,
    visible: VisibleDay,
    employer: String,
    trade: String,
    position: String,
    hazard: String,
    checkups: String,
    first_in: Option<Timestamp>,
    last_out: Option<Timestamp>,
    touches: Vec<Touch>,
    judgements: Vec<Judgement>,
    elsewhere: i64,
    /// Where work was done that day at a bundled site.
    places: Vec<String>,
    /// What was entered directly for the day, each with its story.
    entered: Vec<(direct::Request, Vec<direct::Event>)>,
    /// The prime may enter the forgotten entry.
    form: Option<FormState<String>>,
    /// The prime may void the day.
    voiding: Option<FormState<String>>,
    /// The viewer may ask for a correction.
    may_correct: bool,
}

impl DayPage {
    pub(super) fn worker(&self) -> WorkerId {
        self.visible.worker
    }
}

pub(super) async fn build(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    visible: VisibleDay,
    form: Option<FormState<String>>,
    voiding: Option<FormState<String>>,
) -> Result<DayPage, StoreError> {
    let key = || values![visible.worker.to_string(), visible.day.to_number(), visible.site.to_string()];
    let mut judgements = Vec::new();
    for row in tx.all::<JudgementRow>(&queries::DAY_JUDGEMENTS, key()).await? {
        let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
        judgements.push((row, verdict));
    }
    let names = names(tx, &companies_in(judgements.iter().flat_map(|(_, v)| v.reasons()))).await?;
    let masters = app.masters();
    let mending_months = masters.policies().at(domain::Policy::MendingMonths, visible.day);
    let about = About {
        site: visible.site,
        prime: &visible.row.prime_name,
        names: &names,
        handle: &visible.handle,
        day: visible.day,
        mending_months,
    };
    let in_time = app.clock().today() <= about.until();
    let entry_missing = judgements
        .first()
        .is_some_and(|(_, v)| v.reasons().contains(&Reason::EntryMissing));
    let may_enter = visible.is_prime && viewer.may(Act::KeepSite) && entry_missing && in_time;
    let told = |reason: &Reason| {
        let mut remark = about.reason(&frame.t, reason);
        // The entry is mended on this very page.
        if !in_time || !can_mend(viewer, visible.is_prime, reason) || matches!(reason, Reason::EntryMissing) {
            remark.link = None;
        }
        remark
    };
    let judgements = judgements
        .iter()
        .map(|(row, verdict)| {
            let has = |note| matches!(verdict, Verdict::Counts { notes, .. } if notes.contains(&note));
            Ok(Judgement {
                at: millisecond(row.at, "judgement.at")?,
                rule: row.rule.clone(),
                cause: row.cause.clone(),
                counts: verdict.counts(),
                simplified: has(Note::SimplifiedRegistration),
                training: has(Note::Training),
                reasons: verdict.reasons().iter().map(told).collect(),
                void: match verdict {
                    Verdict::Void { reason } => Some(reason.clone()),
                    Verdict::Counts { .. } | Verdict::DoesNotCount { .. } => None,
                },
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let span = values![
        visible.worker.to_string(),
        visible.site.to_string(),
        visible.day.to_number(),
        visible.day.plus(1).to_number()
    ];
    let first_in = visible.row.first_in.map(|t| second(t, "history.first_in")).transpose()?;
    let last_out = visible.row.last_out.map(|t| second(t, "history.last_out")).transpose()?;
    let attendance = Attendance { first_in, last_out };
    let mut touches = Vec::new();
    for row in tx.all::<TouchRow>(&queries::DAY_TOUCHES, span).await? {
        let at = second(row.at, "touch.at")?;
        if !is_told_with(at, visible.day, visible.boundary(), &attendance) {
            continue;
        }
        touches.push(Touch {
            at,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("touch.direction"))?,
            method: row.method,
            received: millisecond(row.received_at, "touch.received_at")?,
            source: row.source_name.unwrap_or_default(),
        });
    }
    let places = site::places(tx, visible.site, visible.day, visible.day).await?;
    let entered = direct::story_of_day(app, tx, &frame.t, visible.worker, visible.day, visible.site).await?;
    let elsewhere = match (visible.row.first_in, visible.row.last_out) {
        (Some(first), last) => {
            let mut values = key();
            let own = viewer.company_id().map(|c| c.to_string()).unwrap_or_default();
            values.extend(values![
                first,
                last.unwrap_or(first + 1),
                i32::from(viewer.worker.is_some()),
                own
            ]);
            tx.value::<i64>(&queries::OTHER_SITES_ON_DAY, values).await?.unwrap_or(0)
        }
        _ => 0,
    };
    let form = form
        .or_else(|| may_enter.then(|| FormState::new(&frame.t, String::new())))
        .filter(|_| may_enter);
    let may_void = visible.is_prime && viewer.may(Act::ApproveHistory) && in_time && !visible.is_void();
    let voiding = voiding
        .or_else(|| may_void.then(|| FormState::new(&frame.t, String::new())))
        .filter(|_| may_void);
    let is_his = match &viewer.worker {
        Some((own, _)) => *own == visible.worker,
        None => viewer.company_id().is_some() && visible.employer()? == viewer.company_id(),
    };
    let may_correct = is_his && viewer.may(Act::EnterHistory) && in_time && !visible.is_void() && visible.row.first_in.is_some();
    let trade = trade_words(&masters, &frame.t, visible.row.trade.as_deref());
    let position = position_words(&masters, &frame.t, visible.row.position.as_deref());
    let [hazard, checkups] = hazard_words(&masters, &frame.t, visible.row.hazards.as_deref())?;
    let title = format!("{}　{}", visible.name, frame.t.short_day(visible.day));
    let mut frame = frame.titled(title);
    if visible.member {
        let sites = frame.t.s("sites-title");
        frame = frame
            .crumb(sites, "/sites")
            .crumb(visible.row.site_name.clone(), format!("/sites/{}", visible.site));
        let label = frame.t.s("calendar-title");
        frame = frame.crumb(
            label,
            format!("/sites/{}/calendar?month={}", visible.site, visible.day.month()),
        );
    } else {
        let label = frame.t.s(if viewer.worker.is_some() {
            "own-calendar-title"
        } else {
            "worker-calendar-title"
        });
        frame = frame.crumb(
            label,
            format!("/workers/{}/calendar?month={}", visible.handle, visible.day.month()),
        );
    }
    let employer = visible.row.employer_name.clone().unwrap_or_default();
    Ok(DayPage {
        frame,
        visible,
        employer,
        trade,
        position,
        hazard,
        checkups,
        first_in,
        last_out,
        touches,
        judgements,
        elsewhere,
        entered,
        places: places.into_iter().map(|place| place.place).collect(),
        form,
        voiding,
        may_correct,
    })
}

/// The whole story of a day.
///
/// # Permissions
/// The worker; companies as far as their scope goes; the employer of the day.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, day, worker)): Path<(String, String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    let visible = visible(&tx, &viewer, &site, &day, &worker).await?;
    let page = build(&app, &tx, &viewer, frame, visible, None, None).await?;
    drop(tx);
    audit::seen(&app, &viewer, &[page.visible.worker], "day").await?;
    web::page(&page)
}

/// The prime enters a forgotten entry.
///
/// # Permissions
/// The prime.
pub(super) async fn enter(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, day, worker)): Path<(String, String, String)>,
    Form(EnterForm { time }): Form<EnterForm>,
) -> Page {
    let tx = app.db().write().await?;
    let visible = visible(&tx, &viewer, &site, &day, &worker).await?;
    match enter_entry(&app, &tx, &viewer, &visible, &time).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(
                &format!("/sites/{site}/days/{day}/{worker}"),
                "day-entry-entered",
            ))
        }
        Err(UseCaseError::Refused(EnterRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(EnterRefusal::Field(errors))) => {
            let form = FormState::wrong(&frame.t, time, errors);
            let page = build(&app, &tx, &viewer, frame, visible, Some(form), None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, web::page(&page)?).into_response())
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
