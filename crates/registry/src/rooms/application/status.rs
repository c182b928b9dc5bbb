//! The page of one application: where it stands, what to do now, what happened.

use askama::Template;
use axum::extract::{Path, State as AppState};
use domain::registration::Faults;
use domain::registration::consent::Party;
use domain::registration::moves::{Move, State, open_moves};
use domain::{CompanyId, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::{Frame, Mood, Page, T, page as render};

use super::consent_pages;
use super::consents::{self, ConsentState};
use super::faults::all_faults;
use super::form_view::{group_key, label_of, mark_words};
use super::open::{Opened, four_eyes, open};
use super::queries;
use super::stored::{Application, state_word};
use crate::App;
use crate::access::Viewer;
use crate::rows::millisecond;

#[derive(FromQueryResult)]
struct EventColumns {
    at: i64,
    what: String,
    from_state: String,
    to_state: String,
    details: String,
    who: String,
    role: String,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) at: Timestamp,
    /// The sentence.
    pub(crate) what: String,
    /// Who did it: by name for reviewers among themselves, by kind for the applicant.
    pub(crate) who: String,
    /// What it says more: marks, reasons.
    pub(crate) more: Vec<String>,
    /// How long it stood so before, in words; empty for the first.
    pub(crate) lasted: String,
}

/// What happened to an application, oldest first. `names`: may names of the operator's people be told?
pub(crate) async fn story(tx: &Tx, t: &T, application: &Application, names: bool) -> Result<Vec<Step>, StoreError> {
    let rows: Vec<EventColumns> = tx.all(&queries::EVENTS, values![application.id.as_str()]).await?;
    let mut steps: Vec<Step> = Vec::new();
    let mut since: Option<Timestamp> = None;
    for row in rows {
        let at = millisecond(row.at, "application_event.at")?;
        let moved = row.from_state != row.to_state;
        let lasted = since
            .filter(|_| moved)
            .map(|since| duration(t, since, at))
            .unwrap_or_default();
        if moved || since.is_none() {
            since = Some(at);
        }
        let is_operator = matches!(row.role.as_str(), "operator" | "reviewer" | "auditor");
        let who = match (is_operator, names) {
            (true, false) => t.s("application-by-reviewer"),
            _ if row.who.is_empty() => t.s("application-by-registry"),
            _ => row.who,
        };
        steps.push(Step {
            at,
            what: t.s(format!("application-event-{}", row.what.replace('_', "-"))),
            who,
            more: more(t, application, &row.details),
            lasted,
        });
    }
    Ok(steps)
}

/// What the details of an event say to people.
fn more(t: &T, application: &Application, details: &str) -> Vec<String> {
    let details: serde_json::Value = serde_json::from_str(details).unwrap_or_default();
    let form = application.purpose.form();
    let mut lines = Vec::new();
    if let Ok(marks) = serde_json::from_value::<Vec<super::Mark>>(details["marks"].clone()) {
        lines.extend(
            marks
                .iter()
                .map(|mark| format!("{}：{}", label_of(t, form, &mark.field), mark_words(t, mark))),
        );
    }
    if let Ok(correction) = serde_json::from_value::<super::Correction>(details["correction"].clone()) {
        let args = [
            ("field", label_of(t, form, &correction.field)),
            ("original", correction.original),
            ("corrected", correction.corrected),
        ];
        lines.push(t.with("application-corrected", &args));
    }
    if let Some(party) = details["party"].as_str().and_then(Party::from_word) {
        lines.push(t.s(format!("consent-of-{}", party.word())));
    }
    if let Some(note) = details["note"].as_str().filter(|note| !note.is_empty()) {
        lines.push(note.to_owned());
    }
    lines
}

/// A length of time, in the largest unit that fits.
pub(crate) fn duration(t: &T, from: Timestamp, to: Timestamp) -> String {
    let minutes = to.duration_since(from).as_mins().max(0);
    match minutes {
        0..60 => t.n("duration-minutes", "count", minutes),
        60..2880 => t.n("duration-hours", "count", minutes / 60),
        _ => t.n("duration-days", "count", minutes / 1440),
    }
}

/// Mood of a state's chip.
pub(crate) fn mood(state: State) -> Mood {
    match state {
        State::Registered => Mood::Good,
        State::Returned | State::AwaitingPayment => Mood::Warn,
        State::Rejected => Mood::Bad,
        State::Draft | State::Withdrawn => Mood::Info,
        State::Waiting | State::UnderReview | State::SecondLook => Mood::Pending,
    }
}

struct StepLine {
    name: &'static str,
    title: String,
    /// Faults of the step.
    faults: usize,
    begun: bool,
}

#[derive(Template)]
#[template(path = "application/templates/status.html")]
struct StatusPage {
    frame: Frame,
    application: Application,
    state: (Mood, String),
    advice: String,
    steps: Vec<StepLine>,
    writes: bool,
    may_reopen: bool,
    may_withdraw: bool,
    marks: Vec<(String, String, String)>,
    story: Vec<Step>,
    lasted: String,
    invoice: Option<String>,
    consents: Vec<ConsentLine>,
    whose: String,
}

/// A consent that a proxy application needs, and how it stands.
struct ConsentLine {
    party: Party,
    title: String,
    /// Chip of where it stands; none while nothing was done.
    state: Option<(Mood, String)>,
    note: String,
    /// It can be asked for on the screen.
    can_ask: bool,
}

/// The consents that the application needs: on paper, on the screen, or missing.
async fn consent_lines(tx: &Tx, t: &T, application: &Application) -> Result<Vec<ConsentLine>, StoreError> {
    let mut lines = Vec::new();
    if application.proxy.is_none() {
        return Ok(lines);
    }
    let all = consents::consents(tx, application).await?;
    for party in Party::ALL.into_iter().filter(|party| party.is_needed(&application.fields)) {
        let given = all.iter().find(|consent| consent.party == party);
        let stale = match given {
            Some(given) => consents::is_stale(application, given)?,
            None => false,
        };
        let state = match given {
            _ if application.fields.has(party.paper()) => Some((Mood::Good, t.s("consent-on-paper"))),
            Some(given) if stale && matches!(given.state, ConsentState::Asked | ConsentState::Agreed) => {
                Some((Mood::Warn, t.s("consent-stale")))
            }
            Some(given) => Some((
                consent_pages::mood(given.state),
                t.s(format!("consent-state-{}", given.state.word())),
            )),
            None => None,
        };
        lines.push(ConsentLine {
            party,
            title: t.s(format!("consent-of-{}", party.word())),
            state,
            note: given.map(|given| given.reason.clone()).unwrap_or_default(),
            can_ask: application.state.is_open() && consents::whom(application, party).is_some(),
        });
    }
    Ok(lines)
}

/// Who it is about, where he or it is registered: name and ID.
pub(crate) fn whose(application: &Application) -> String {
    let name = super::Copies::of(application).name;
    let subject = application.subject.as_deref().unwrap_or_default();
    let grouped = match (subject.parse::<CompanyId>(), subject.parse::<WorkerId>()) {
        (Ok(company), _) => company.grouped(),
        (_, Ok(worker)) => worker.grouped(),
        _ => return name,
    };
    format!("{name}（{grouped}）")
}

/// # Permissions
/// Who applies, his company as proxy, and reviewers.
pub(super) async fn page(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let Opened { application, mover } = open(&app, &tx, &viewer, &id).await?;
    let t = frame.t.clone();
    let form = application.purpose.form();
    let all: Faults = all_faults(&app, &tx, &application).await?;
    let steps = form
        .steps(&application.fields)
        .map(|group| {
            let of_group = |name: &str| form.find(name).is_some_and(|(of, _)| of.name == group.name);
            StepLine {
                name: group.name,
                title: t.s(group_key(form, group, "g")),
                faults: all.all().iter().filter(|fault| of_group(&fault.field)).count(),
                begun: application.fields.iter().any(|(name, _)| of_group(name)),
            }
        })
        .collect();
    let moves = open_moves(application.state, mover, application.course(four_eyes(&app)));
    let marks = application
        .marks
        .iter()
        .map(|mark| {
            let step = form.find(&mark.field).map_or("", |(group, _)| group.name);
            (step.to_owned(), label_of(&t, form, &mark.field), mark_words(&t, mark))
        })
        .collect();
    let title = t.s(format!(
        "application-purpose-{}",
        application.purpose.word().replace('_', "-")
    ));
    let frame = frame.titled(title).crumb(t.s("applications-title"), "/applications");
    let invoice = match application.state {
        State::AwaitingPayment => super::fee::invoice(&tx, &application).await?,
        _ => None,
    };
    let state = application.state;
    let word = state_word(application.purpose, state);
    let consents = consent_lines(&tx, &t, &application).await?;
    let whose = whose(&application);
    let story = story(&tx, &t, &application, false).await?;
    drop(tx);
    application.seen(&app, &viewer, "registration").await?;
    render(&StatusPage {
        state: (mood(state), t.s(format!("application-state-{word}"))),
        advice: t.s(format!("application-advice-{word}")),
        steps,
        writes: state.is_open() && mover == domain::registration::moves::Mover::Applicant,
        may_reopen: moves.contains(&Move::Reopen),
        may_withdraw: moves.contains(&Move::Withdraw),
        marks,
        story,
        lasted: duration(&t, application.state_since, app.clock().now()),
        invoice,
        consents,
        whose,
        frame,
        application,
    })
}
