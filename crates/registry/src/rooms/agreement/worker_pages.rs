//! The worker's page (340 > 10): which companies may handle him in his company's place, and what he says to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::WorkDay;
use domain::access::Act;
use serde::Deserialize;
use web::{Form, Frame, Page, PageError, page, redirect_with};

use super::consent::{Asked, ConsentRefusal, asked, consent};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::typed::key;

#[derive(Template)]
#[template(path = "agreement/templates/mine.html")]
struct MinePage {
    frame: Frame,
    asked: Vec<Asked>,
}

/// What there is to answer.
///
/// # Permissions
/// Workers, each for himself.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    if !viewer.may(Act::ConsentToProxies) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let asked = asked(&app, &tx, &viewer, "").await?;
    page(&MinePage {
        frame: frame.title("proxies-title"),
        asked,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct AnswerForm {
    consents: String,
}

/// Takes an answer.
///
/// # Permissions
/// As the list; only agreements of a company he belongs to.
pub(super) async fn answer(
    State(app): State<App>,
    viewer: Viewer,
    Path(agreement): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Page {
    if !viewer.may(Act::ConsentToProxies) {
        return Err(PageError::Forbidden);
    }
    let agreement = key(&agreement).ok_or(PageError::NotFound)?;
    let yes = match form.consents.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "proxy-choose")),
    };
    let tx = app.db().write().await?;
    match consent(&app, &tx, &viewer, agreement, yes).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(
                "/my/proxies",
                if yes { "proxy-yes-saved" } else { "proxy-no-saved" },
            ))
        }
        Err(UseCaseError::Refused(ConsentRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(ConsentRefusal::NotFound)) => Err(PageError::NotFound),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

fn says(answer: &Option<(bool, jiff::Timestamp)>, yes: bool) -> bool {
    answer.is_some_and(|(said, _)| said == yes)
}
