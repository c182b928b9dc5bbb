//! Sign-in and sign-out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Policy;
use serde::Deserialize;
use store::{Tx, values};
use web::{Form, Frame, Language, NoFields, OpenForm, Page, PageError, page, redirect, safe_next};

use super::queries;
use crate::App;
use crate::access::{self, Origin, SignInOutcome, Viewer};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Next {
    next: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/sign_in.html")]
struct SignInPage {
    frame: Frame,
    typed: String,
    next: String,
    wrong: bool,
    minutes: i64,
}

/// # Permissions
/// Everybody.
pub(super) async fn show(frame: Frame, Query(Next { next }): Query<Next>) -> Page {
    page(&SignInPage {
        frame: frame.title("sign-in-title"),
        typed: String::new(),
        next,
        wrong: false,
        minutes: 0,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignInForm {
    name: String,
    password: String,
    next: String,
}

/// # Permissions
/// Everybody.
pub(super) async fn let_in(
    State(app): State<App>,
    frame: Frame,
    origin: Origin,
    headers: HeaderMap,
    OpenForm(form): OpenForm<SignInForm>,
) -> Page {
    let masters = app.masters();
    let policies = masters.policies();
    // The slow hash runs outside any transaction, so that sign-ins hold up neither touches nor pages.
    let hash = access::stored_hash(&app.db().read().await?, &form.name).await?;
    let fits = access::fits(&app, &form.password, hash).await?;
    let tx = app.db().write().await?;
    let outcome = access::sign_in(&tx, app.clock(), policies, &form.name, &origin, fits).await?;
    let SignInOutcome::Welcome(account) = outcome else {
        tx.commit().await?;
        let minutes = policies.at(Policy::SignInLockMinutes, app.clock().today());
        let body = page(&SignInPage {
            frame: frame.title("sign-in-title"),
            typed: form.name,
            next: form.next,
            wrong: true,
            minutes,
        })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    let response = open(&app, &tx, &headers, &origin, &account, &form.next).await?;
    tx.commit().await?;
    Ok(response)
}

/// Opens the session and leads on.
async fn open(
    app: &App,
    tx: &Tx,
    headers: &HeaderMap,
    origin: &Origin,
    account: &str,
    next: &str,
) -> Result<Response, PageError> {
    let mut secret = [0u8; 32];
    app.with_random(|r| rand::Rng::fill_bytes(r, &mut secret));
    let masters = app.masters();
    let token = access::open_session(tx, app.clock(), masters.policies(), account, origin, &secret).await?;
    let language: Option<String> = tx.value(&queries::LANGUAGE_OF_WORKER, values![account]).await?;
    let next = if next.is_empty() { "/" } else { safe_next(next) };
    let mut response = ([app.session_cookie().set(&token, None)], redirect(next)).into_response();
    let language = language.and_then(|code| Language::from_code(&code));
    if let Some((name, value)) = language.and_then(|l| l.unless_chosen(headers)) {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// # Permissions
/// Anybody signed in.
pub(super) async fn sign_out(State(app): State<App>, _: Viewer, headers: HeaderMap, Form(NoFields {}): Form<NoFields>) -> Page {
    if let Some(token) = app.session_cookie().read(&headers) {
        let tx = app.db().write().await?;
        access::close_session(&tx, &token).await?;
        tx.commit().await?;
    }
    Ok(([app.session_cookie().remove()], redirect("/sign-in")).into_response())
}
