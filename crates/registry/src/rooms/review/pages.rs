//! One application before the reviewer's eyes.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State as AppState};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::WorkerId;
use domain::access::Act;
use domain::registration::RETURN_REASONS;
use domain::registration::moves::{Move, Mover, State, open_moves};
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Form, Frame, Mood, Page, PageError, T, page, redirect_with};

use super::decide::{Correct, DecideRefusal, Decision, correct as correct_it, decide as decide_it};
use super::doubles::{Double, doubles};
use super::queries;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::application::{
    Application, FieldView, GroupView, Mark, Opened, Sight, Stakes, Step, companies_named, company_names, consent_mood, consents,
    duration, four_eyes, group_view, is_stale, label_of, mood, open, stakes, state_word, story, whose,
};
use crate::rooms::level::{self, Explained};
use crate::rooms::{audit, papers};

struct PaperView {
    label: String,
    address: String,
    is_photo: bool,
    /// A PDF opens by its link; a browser shows it in no picture.
    is_picture: bool,
}

#[derive(Template)]
#[template(path = "review/templates/case.html")]
struct CasePage {
    frame: Frame,
    application: Application,
    state: (Mood, String),
    lasted: String,
    groups: Vec<GroupView>,
    papers: Vec<PaperView>,
    doubles: Vec<Double>,
    story: Vec<Step>,
    reviewer: String,
    mine: bool,
    moves: Vec<Move>,
    reasons: Vec<(&'static str, String)>,
    /// Fields that can be marked and corrected.
    fields: Vec<(String, String)>,
    changed: usize,
    /// Who it is about, with the ID.
    whose: String,
    /// What the end of a registration touches.
    stakes: Option<Stakes>,
    /// Consents given or refused on the screen.
    consents: Vec<(Mood, String)>,
    /// What the judge says, of an application for a level.
    level: Option<Explained>,
}

/// Consents as the reviewer reads them: whose, what was said, when.
async fn consent_lines(tx: &Tx, t: &T, application: &Application) -> Result<Vec<(Mood, String)>, StoreError> {
    let mut lines = Vec::new();
    for consent in consents(tx, application).await? {
        let whose = t.s(format!("consent-of-{}", consent.party.word()));
        let said = if is_stale(application, &consent)? {
            t.s("consent-stale")
        } else {
            t.s(format!("consent-state-{}", consent.state.word()))
        };
        let at = t.date_time(consent.answered.unwrap_or(consent.asked));
        lines.push((consent_mood(consent.state), format!("{whose}：{said} {at}")));
    }
    Ok(lines)
}

impl CasePage {
    fn can(&self, step: &str) -> bool {
        self.moves.iter().any(|open| open.word() == step)
    }
}

/// # Permissions
/// Reviewers and the operator's administrator; drafts are not there for them.
pub(super) async fn case(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    show(&app, &viewer, frame, &id).await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, id: &str) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let Opened { application, mover } = open(app, &tx, viewer, id).await?;
    if mover == Mover::Applicant {
        return Err(PageError::NotFound);
    }
    let (t, form, masters) = (frame.t.clone(), application.purpose.form(), app.masters());
    let companies = company_names(&tx, companies_named(&application.fields).into_iter()).await?;
    let sight = Sight {
        registered: application.before(),
        ..Sight::of(&application, &t, &masters, &companies)
    };
    let groups: Vec<GroupView> = form
        .steps(&application.fields)
        .map(|group| group_view(sight, group))
        .collect();
    let views = || {
        groups
            .iter()
            .flat_map(|group| group.entries.iter())
            .flat_map(|entry| entry.fields.iter())
    };
    let mut papers = Vec::new();
    for field in views().filter(|field| field.is_paper() && !field.value.is_empty()) {
        let head = papers::head(&tx, &field.value).await?;
        papers.push(paper(
            field,
            &application.id,
            head.is_some_and(|head| head.media_type.starts_with("image/")),
        ));
    }
    let mine = application.reviewer.as_deref() == Some(viewer.account.as_str());
    let holds = mine || application.state == State::SecondLook;
    let mut moves = open_moves(application.state, mover, application.course(four_eyes(app)));
    // Who has not taken it up can only free it.
    moves.retain(|step| holds || matches!(step, Move::Take | Move::PutBack));
    let reviewer: Option<String> = match application.reviewer.as_deref() {
        Some(account) => tx.value(&queries::NAME_OF_ACCOUNT, values![account]).await?,
        None => None,
    };
    let word = state_word(application.purpose, application.state);
    let title = t.s(format!(
        "application-purpose-{}",
        application.purpose.word().replace('_', "-")
    ));
    let doubles = match application.purpose.is_new() || application.purpose.begins_with_record() {
        true => doubles(&tx, &application).await?,
        false => Vec::new(),
    };
    let stakes = stakes(app, &tx, &application).await?;
    let consents = consent_lines(&tx, &t, &application).await?;
    let level = level::explain(app, &tx, &t, &application).await?;
    let story = story(&tx, &t, &application, true).await?;
    drop(tx);
    application.seen(app, viewer, "registration").await?;
    let alike: Vec<WorkerId> = doubles
        .iter()
        .filter_map(|double| double.id.as_deref()?.parse().ok())
        .collect();
    audit::seen(app, viewer, &alike, "search").await?;
    page(&CasePage {
        state: (mood(application.state), t.s(format!("application-state-{word}"))),
        lasted: duration(&t, application.state_since, app.clock().now()),
        papers,
        doubles,
        stakes,
        consents,
        level,
        whose: whose(&application),
        story,
        reviewer: reviewer.unwrap_or_default(),
        mine,
        moves,
        reasons: RETURN_REASONS
            .iter()
            .map(|code| (*code, t.s(format!("return-{}", code.replace('_', "-")))))
            .collect(),
        fields: views()
            .map(|field| (field.name.clone(), label_of(&t, form, &field.name)))
            .collect(),
        changed: views().filter(|field| field.before.is_some()).count(),
        frame: frame.titled(title).crumb(t.s("review-title"), "/review"),
        groups,
        application,
    })
}

fn paper(field: &FieldView, application: &str, is_picture: bool) -> PaperView {
    PaperView {
        label: field.label.clone(),
        address: format!("/applications/{application}/papers/{}", field.value),
        is_photo: field.is_photo(),
        is_picture,
    }
}

/// Marks come as `mark.<field>` (the reason) and `note.<field>`.
#[derive(Deserialize)]
pub(super) struct DecideForm(BTreeMap<String, Vec<String>>);

impl DecideForm {
    fn text(&self, name: &str) -> String {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .cloned()
            .unwrap_or_default()
    }

    fn marks(&self) -> Vec<Mark> {
        let marks = self.0.keys().filter_map(|name| name.strip_prefix("mark."));
        marks
            .map(|field| Mark {
                field: field.to_owned(),
                code: self.text(&format!("mark.{field}")),
                note: self.text(&format!("note.{field}")),
            })
            .filter(|mark| !mark.code.is_empty())
            .collect()
    }

    fn decision(&self) -> Option<Decision> {
        Some(match self.text("do").as_str() {
            "take" => Decision::Take,
            "put_back" => Decision::PutBack,
            "approve" => Decision::Approve,
            "return" => Decision::Return(self.marks(), self.text("note")),
            "reject" => Decision::Reject(self.text("note")),
            _ => return None,
        })
    }
}

/// # Permissions
/// Reviewers and the operator's administrator.
pub(super) async fn decide(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<DecideForm>,
) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let decision = form
        .decision()
        .ok_or(PageError::refused(StatusCode::BAD_REQUEST, "error-form"))?;
    let taken = decision == Decision::Take;
    match decide_it(
        &app,
        &tx,
        &viewer,
        &opened,
        form.text("version").parse().unwrap_or(-1),
        decision,
    )
    .await
    {
        Ok(state) => {
            tx.commit().await?;
            let to = if taken {
                format!("/review/{id}")
            } else {
                "/review".to_owned()
            };
            let word = state_word(opened.application.purpose, state);
            Ok(redirect_with(&to, &format!("review-done-{word}")))
        }
        Err(UseCaseError::Refused(refusal)) => {
            drop(tx);
            refused(&app, &viewer, frame, &id, refusal).await
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

async fn refused(app: &App, viewer: &Viewer, frame: Frame, id: &str, refusal: DecideRefusal) -> Page {
    let (status, key) = match refusal {
        DecideRefusal::Forbidden => return Err(PageError::Forbidden),
        DecideRefusal::SomebodyElses => (StatusCode::CONFLICT, "review-somebody-elses".to_owned()),
        DecideRefusal::NotAllowed => (StatusCode::CONFLICT, "review-not-allowed".to_owned()),
        DecideRefusal::ChangedMeanwhile => (StatusCode::CONFLICT, "review-changed-meanwhile".to_owned()),
        DecideRefusal::ReasonNeeded => (StatusCode::UNPROCESSABLE_ENTITY, "review-reason-needed".to_owned()),
        DecideRefusal::Field(key) => (StatusCode::UNPROCESSABLE_ENTITY, key),
    };
    let sentence = said(&frame.t, &key);
    let frame = frame.notice(Mood::Warn, "review-refused", &[("sentence", sentence)]);
    let body = show(app, viewer, frame, id).await?;
    Ok((status, body).into_response())
}

/// The sentence of a refusal; those of fields whose values are not known here say it in general.
fn said(t: &T, key: &str) -> String {
    let sentence = t.s(key);
    if sentence.contains('{') {
        t.s("review-field-wrong")
    } else {
        sentence
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CorrectForm {
    field: String,
    value: String,
    why: String,
    version: String,
}

/// # Permissions
/// The reviewer who has it.
pub(super) async fn correct(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<CorrectForm>,
) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let new = Correct {
        field: form.field,
        value: form.value,
        note: form.why,
    };
    match correct_it(&app, &tx, &viewer, &opened, form.version.parse().unwrap_or(-1), &new).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/review/{id}"), "review-corrected"))
        }
        Err(UseCaseError::Refused(refusal)) => {
            drop(tx);
            refused(&app, &viewer, frame, &id, refusal).await
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
