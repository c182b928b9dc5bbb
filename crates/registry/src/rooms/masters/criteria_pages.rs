//! The pages of the criteria's drafts.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::access::Act;
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, redirect_with};

use super::criteria::{self, CriteriaForm, CriteriaRefusal, Draft};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::level::field_name;
use crate::rooms::levels::Moves;
use crate::rows::millisecond;
use crate::typed::key;

/// Which draft to go on from; the criteria in force, if none.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    draft: String,
}

struct Listed {
    id: String,
    source: String,
    at: Timestamp,
    reckoned: bool,
    in_force: bool,
}

#[derive(Template)]
#[template(path = "masters/templates/criteria.html")]
struct EditPage {
    frame: Frame,
    form: FormState<CriteriaForm>,
    /// Everything that is wrong with the text.
    problems: Vec<String>,
    drafts: Vec<Listed>,
}

fn listed(draft: Draft) -> Result<Listed, PageError> {
    Ok(Listed {
        at: millisecond(draft.created_at, "criteria_draft.created_at")?,
        reckoned: draft.moves()?.is_some(),
        in_force: draft.loaded_at.is_some(),
        id: draft.id,
        source: draft.source,
    })
}

async fn show(tx: &Tx, frame: Frame, form: FormState<CriteriaForm>, problems: Vec<String>) -> Page {
    let drafts = criteria::newest(tx)
        .await?
        .into_iter()
        .map(listed)
        .collect::<Result<_, _>>()?;
    let status = form.status();
    let list = frame.t.s("masters-title");
    let body = web::page(&EditPage {
        form,
        problems,
        drafts,
        frame: frame.crumb(list, "/masters").title("criteria-title"),
    })?;
    Ok((status, body).into_response())
}

/// The criteria in force, or a draft, to be changed.
///
/// # Permissions
/// The operator.
pub(super) async fn edit(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    if !viewer.may(Act::KeepCriteria) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let form = match asked.draft.as_str() {
        "" => CriteriaForm {
            text: criteria::text(&tx).await?,
            source: String::new(),
        },
        id => {
            let draft = match key(id) {
                Some(id) => criteria::one(&tx, id).await?,
                None => None,
            };
            let draft = draft.ok_or(PageError::NotFound)?;
            CriteriaForm {
                text: draft.body,
                source: draft.source,
            }
        }
    };
    show(&tx, frame.clone(), FormState::new(&frame.t, form), Vec::new()).await
}

/// Keeps a draft.
///
/// # Permissions
/// The operator.
pub(super) async fn keep(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<CriteriaForm>) -> Page {
    let tx = app.db().write().await?;
    let why = match criteria::draft(&app, &tx, &viewer, &form).await {
        Ok(job) => {
            tx.commit().await?;
            return Ok(redirect_with(&format!("/jobs/{job}"), "criteria-kept"));
        }
        Err(UseCaseError::Refused(CriteriaRefusal::Forbidden)) => return Err(PageError::Forbidden),
        Err(UseCaseError::Refused(why)) => why,
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    drop(tx);
    let mut errors = FieldErrors::new();
    let mut problems = Vec::new();
    match why {
        CriteriaRefusal::Source => errors.add("source", "criteria-source-needed"),
        CriteriaRefusal::Same => errors.add("text", "criteria-same"),
        CriteriaRefusal::Faulty(found) => {
            errors.add_with("text", "criteria-faulty", vec![("count", found.len().into())]);
            problems = found.iter().map(ToString::to_string).collect();
        }
        _ => return Err(PageError::NotFound),
    }
    let form = FormState::wrong(&frame.t, form, errors);
    show(&app.db().read().await?, frame, form, problems).await
}

struct Line {
    name: String,
    moves: Moves,
}

#[derive(Template)]
#[template(path = "masters/templates/criteria_draft.html")]
struct DraftPage {
    frame: Frame,
    draft: Listed,
    /// By field; empty: nobody is moved.
    lines: Vec<Line>,
    /// Why it cannot be put into force, if that was tried.
    refused: String,
}

/// Whom a draft would move.
///
/// # Permissions
/// The operator.
pub(super) async fn draft(State(app): State<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    one(&app, &viewer, frame, &id, String::new()).await
}

async fn one(app: &App, viewer: &Viewer, frame: Frame, id: &str, refused: String) -> Page {
    if !viewer.may(Act::KeepCriteria) {
        return Err(PageError::Forbidden);
    }
    let id = key(id).ok_or(PageError::NotFound)?;
    let draft = criteria::one(&app.db().read().await?, id).await?.ok_or(PageError::NotFound)?;
    let masters = app.masters();
    let line = |(field, moves): (String, Moves)| Line {
        name: masters
            .levels()
            .field(&field)
            .map_or_else(|| field.clone(), |field| field_name(&frame.t, field)),
        moves,
    };
    let lines = draft.moves()?.unwrap_or_default().into_iter().map(line).collect();
    let status = if refused.is_empty() {
        axum::http::StatusCode::OK
    } else {
        axum::http::StatusCode::CONFLICT
    };
    let (list, edit) = (frame.t.s("masters-title"), frame.t.s("criteria-title"));
    let body = web::page(&DraftPage {
        draft: listed(draft)?,
        lines,
        refused,
        frame: frame
            .crumb(list, "/masters")
            .crumb(edit, "/masters/skill-levels")
            .title("criteria-draft-title"),
    })?;
    Ok((status, body).into_response())
}

/// Puts a draft into force.
///
/// # Permissions
/// The operator.
pub(super) async fn put_into_force(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    if !viewer.may(Act::KeepCriteria) {
        return Err(PageError::Forbidden);
    }
    let draft = key(&id).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    let why = match criteria::put_into_force(&app, &tx, &viewer, draft).await {
        Ok(()) => {
            tx.commit().await?;
            app.reload_masters().await.map_err(PageError::Broken)?;
            return Ok(redirect_with(&format!("/masters/skill-levels/{draft}"), "criteria-in-force"));
        }
        Err(UseCaseError::Refused(why)) => why,
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    drop(tx);
    let sentence = match why {
        CriteriaRefusal::Forbidden => return Err(PageError::Forbidden),
        CriteriaRefusal::Already => "criteria-already",
        CriteriaRefusal::NotReckoned => "criteria-not-reckoned",
        CriteriaRefusal::Outdated => "criteria-outdated",
        CriteriaRefusal::Faulty(_) => "criteria-faulty-now",
        _ => return Err(PageError::NotFound),
    };
    let sentence = frame.t.s(sentence);
    one(&app, &viewer, frame, &id, sentence).await
}
