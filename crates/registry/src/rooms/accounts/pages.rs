//! Sign-in, sign-out, home.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use serde::Deserialize;
use store::{Sql, values};
use web::{Form, Frame, Language, NoFields, OpenForm, Page, PageError, page, redirect, safe_next};

use crate::App;
use crate::access::{self, SignInOutcome, Viewer};

/// Longest password that is hashed: more would only be a way to keep us busy.
const LONGEST_PASSWORD: usize = 200;

/// The language a worker is registered with.
pub(super) const LANGUAGE_OF_WORKER: Sql = Sql::new(
    "accounts.language_of_worker",
    "select w.language from account a join worker w on w.id = a.worker_id where a.id = $1",
);

/// The first page after sign-in, by role.
///
/// # Permissions
/// Anybody signed in; others are led to the sign-in page.
pub(super) async fn home(viewer: Viewer) -> Response {
    redirect(match viewer.role {
        Role::Worker => "/my/calendar",
        Role::Operator | Role::Reviewer | Role::Auditor | Role::ProxyClerk | Role::Applicant => "/masters",
        Role::Administrator | Role::TierManager | Role::SiteManager => "/sites",
    })
}

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
pub(super) async fn sign_in(frame: Frame, Query(Next { next }): Query<Next>) -> Page {
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
    headers: HeaderMap,
    OpenForm(form): OpenForm<SignInForm>,
) -> Page {
    let masters = app.masters();
    let policies = masters.policies();
    let outcome = if form.password.len() > LONGEST_PASSWORD || form.name.len() > 100 {
        SignInOutcome::Wrong
    } else {
        let hash = access::stored_hash(&app.db().read().await?, &form.name).await?;
        // The slow hash runs beside the async threads and outside any transaction, so that sign-ins hold up neither touches nor pages.
        // A few at a time: each takes some memory, and nobody needs a session to ask for one.
        let turn = app.turn_to_hash().await;
        let password = form.password.clone();
        let fits = tokio::task::spawn_blocking(move || access::verify_password(&password, hash.as_deref())).await?;
        drop(turn);
        let tx = app.db().write().await?;
        let outcome = access::sign_in(&tx, app.clock(), policies, &form.name, fits).await?;
        tx.commit().await?;
        outcome
    };
    let SignInOutcome::Welcome(account) = outcome else {
        let minutes = policies.at(domain::Policy::SignInLockMinutes, app.clock().today());
        let body = page(&SignInPage {
            frame: frame.title("sign-in-title"),
            typed: form.name,
            next: form.next,
            wrong: true,
            minutes,
        })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    let mut secret = [0u8; 32];
    app.with_random(|r| rand::Rng::fill_bytes(r, &mut secret));
    let tx = app.db().write().await?;
    let token = access::open_session(&tx, app.clock(), policies, &account, &secret).await?;
    let language: Option<String> = tx.value(&LANGUAGE_OF_WORKER, values![account.as_str()]).await?;
    tx.commit().await?;
    let next = if form.next.is_empty() { "/" } else { safe_next(&form.next) };
    let mut response = ([app.session_cookie().set(&token, None)], redirect(next)).into_response();
    let language = language.and_then(|code| Language::from_code(&code));
    if let Some((name, value)) = language.and_then(|l| l.unless_chosen(&headers)) {
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

/// For a supervisor: 200 if the database answers.
///
/// # Permissions
/// Everybody; tells nothing else.
pub(super) async fn health(State(app): State<App>) -> Result<&'static str, PageError> {
    drop(app.db().read().await?);
    Ok("ok\n")
}
