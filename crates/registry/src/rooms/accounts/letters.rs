//! Pages: the letter (圧着はがき) with the secrets of an account just issued, shown once and printed; and new secrets.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::{Act, Role};
use web::{Form, Frame, NoFields, Page, PageError, page, redirect};

use super::issue::{Letter, renew};
use super::kept::kept;
use super::operators::note_renewed;
use crate::App;
use crate::access::Viewer;

#[derive(Template)]
#[template(path = "accounts/templates/letter.html")]
struct LetterPage {
    frame: Frame,
    account: String,
    name: String,
    sign_in_id: String,
    waits: bool,
    may_renew: bool,
    letter: Option<Letter>,
    address: String,
}

/// Reviewers print what an approval has just issued; the operator's administrator prints all.
fn may_print(viewer: &Viewer, role: Role) -> bool {
    viewer.may(Act::KeepAllAccounts) || (viewer.may(Act::Review) && !role.is_operators())
}

async fn letter_page(app: &App, viewer: &Viewer, frame: Frame, account: &str, letter: Option<Letter>) -> Page {
    let key = crate::typed::key(account).ok_or(PageError::NotFound)?;
    let kept = kept(&app.db().read().await?, key).await?.ok_or(PageError::NotFound)?;
    let status = if letter.is_some() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let body = page(&LetterPage {
        frame: frame.title("letter-title"),
        account: account.to_owned(),
        waits: app.letters().waits(app, account).is_some(),
        may_renew: viewer.may(Act::KeepAllAccounts),
        letter,
        address: app.settings().address.clone(),
        name: kept.name,
        sign_in_id: kept.sign_in_id,
    })?;
    Ok((status, body).into_response())
}

async fn allowed(app: &App, viewer: &Viewer, account: &str) -> Result<(), PageError> {
    if !viewer.may(Act::Review) && !viewer.may(Act::KeepAllAccounts) {
        return Err(PageError::Forbidden);
    }
    let key = crate::typed::key(account).ok_or(PageError::NotFound)?;
    let kept = kept(&app.db().read().await?, key).await?.ok_or(PageError::NotFound)?;
    may_print(viewer, kept.role).then_some(()).ok_or(PageError::NotFound)
}

/// Whether a letter waits, and the button that shows it.
///
/// # Permissions
/// Operator; reviewers for accounts of companies and workers.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(account): Path<String>) -> Page {
    allowed(&app, &viewer, &account).await?;
    letter_page(&app, &viewer, frame, &account, None).await
}

/// Shows the letter, once.
///
/// # Permissions
/// As [`show`].
pub(super) async fn open(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    allowed(&app, &viewer, &account).await?;
    let letter = app.letters().take(&app, &account);
    letter_page(&app, &viewer, frame, &account, letter).await
}

/// Makes new secrets; leads to their letter.
///
/// # Permissions
/// Operator.
pub(super) async fn make_new(
    State(app): State<App>,
    viewer: Viewer,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    if !viewer.may(Act::KeepAllAccounts) {
        return Err(PageError::Forbidden);
    }
    let key = crate::typed::key(&account).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    renew(&app, &tx, key).await?.ok_or(PageError::NotFound)?;
    note_renewed(&app, &tx, &viewer, key).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/account/letters/{account}")))
}
