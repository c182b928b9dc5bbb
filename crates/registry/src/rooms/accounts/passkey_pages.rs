//! Pages: one's own passkeys, and signing in with one in place of the password.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, OpenForm, Page, PageError, page, redirect_with};
use webauthn_rs::prelude::Webauthn;

use super::kept::{Kept, kept, pass_proof};
use super::passkeys::{self, Question};
use super::{sign_in, two_factor};
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::{Origin, Viewer, fits};
use crate::rooms::mail::{self, Mail};
use crate::rows::millisecond;
use crate::typed;

/// Most characters of a passkey's name.
const LONGEST_NAME: usize = 40;

struct Shown {
    id: String,
    name: String,
    since: Timestamp,
    last_used: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "accounts/templates/passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    passkeys: Vec<Shown>,
    /// Can this server be reached in a way for which browsers know passkeys?
    possible: bool,
    may_add: bool,
    typed: String,
    errors: FormState<()>,
    codes: Vec<String>,
}

async fn list_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    (typed, errors): (String, FieldErrors),
    codes: Vec<String>,
) -> Page {
    let mut shown = Vec::new();
    for row in passkeys::of_account(tx, &viewer.account).await? {
        shown.push(Shown {
            since: millisecond(row.created_at, "passkey.created_at")?,
            last_used: row
                .last_used_at
                .map(|at| millisecond(at, "passkey.last_used_at"))
                .transpose()?,
            id: row.id,
            name: row.name,
        });
    }
    let frame = frame.title("passkeys-title");
    let account = frame.t.s("account-title");
    let errors = FormState::wrong(&frame.t, (), errors);
    let status = if codes.is_empty() {
        errors.status()
    } else {
        StatusCode::CREATED
    };
    let body = page(&PasskeysPage {
        frame: frame.crumb(account, "/account"),
        possible: passkeys::relying_party(app).is_some(),
        may_add: shown.len() < passkeys::MOST,
        passkeys: shown,
        typed,
        errors,
        codes,
    })?;
    Ok((status, body).into_response())
}

/// Who may have passkeys: those who may have a second factor.
fn allowed(viewer: &Viewer) -> Result<(), PageError> {
    viewer.role.one_at_a_time().then_some(()).ok_or(PageError::Forbidden)
}

fn party(app: &App) -> Result<Webauthn, PageError> {
    passkeys::relying_party(app).ok_or(PageError::refused(StatusCode::CONFLICT, "passkey-impossible"))
}

/// One's own passkeys.
///
/// # Permissions
/// Administrators and managers of companies, the operator's people: for themselves.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    allowed(&viewer)?;
    let tx = app.db().read().await?;
    list_page(&app, &tx, &viewer, frame, Default::default(), Vec::new()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NameForm {
    name: String,
    ticket: String,
    answer: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/passkey_new.html")]
struct NewPage {
    frame: Frame,
    question: Question,
    name: String,
}

/// Asks the browser to make a passkey.
///
/// # Permissions
/// As [`list`].
pub(super) async fn begin(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<NameForm>) -> Page {
    allowed(&viewer)?;
    let mut errors = FieldErrors::new();
    let name = typed::line(&mut errors, "name", &form.name, LONGEST_NAME, true);
    let tx = app.db().write().await?;
    if passkeys::of_account(&tx, &viewer.account).await?.len() >= passkeys::MOST {
        errors.add_with("name", "field-too-many", vec![("most", passkeys::MOST.into())]);
    }
    if !errors.is_empty() {
        return list_page(&app, &tx, &viewer, frame, (form.name, errors), Vec::new()).await;
    }
    let party = party(&app)?;
    let kept = kept(&tx, &viewer.account).await?.ok_or(PageError::NotFound)?;
    let question = passkeys::ask_new(&app, &tx, &party, &kept).await?;
    tx.commit().await?;
    let frame = frame.title("passkey-new-title");
    let (account, all) = (frame.t.s("account-title"), frame.t.s("passkeys-title"));
    page(&NewPage {
        frame: frame.crumb(account, "/account").crumb(all, "/account/passkeys"),
        question,
        name,
    })
}

/// Takes the passkey that the browser made. With the first one come recovery codes, shown once.
///
/// # Permissions
/// As [`list`].
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<NameForm>) -> Page {
    allowed(&viewer)?;
    let mut errors = FieldErrors::new();
    let name = typed::line(&mut errors, "name", &form.name, LONGEST_NAME, true);
    let tx = app.db().write().await?;
    if !errors.is_empty() {
        return list_page(&app, &tx, &viewer, frame, (form.name, errors), Vec::new()).await;
    }
    let party = party(&app)?;
    let made = passkeys::take_new(&app, &tx, &party, &viewer.account, &form.ticket, (&form.answer, &name)).await?;
    if !made {
        tx.commit().await?;
        return Ok(redirect_with("/account/passkeys", "passkey-failed"));
    }
    let codes = two_factor::codes_if_none(&app, &tx, &viewer.account).await?;
    tell(&app, &tx, &viewer, "passkey-added", &name).await?;
    if codes.is_empty() {
        tx.commit().await?;
        return Ok(redirect_with("/account/passkeys", "passkey-made"));
    }
    let page = list_page(&app, &tx, &viewer, frame, Default::default(), codes).await?;
    tx.commit().await?;
    Ok(page)
}

/// The owner is told by mail of each passkey that comes or goes.
async fn tell(app: &App, tx: &Tx, viewer: &Viewer, what: &str, passkey: &str) -> Result<(), PageError> {
    let Some(Kept {
        email, language, name, ..
    }) = kept(tx, &viewer.account).await?
    else {
        return Err(PageError::NotFound);
    };
    if email.is_empty() {
        return Ok(());
    }
    let t = app.texts().t(language);
    let mail = Mail {
        to: &email,
        subject: t.s(format!("mail-{what}-subject")),
        body: t.with(format!("mail-{what}"), &[("name", name.as_str()), ("passkey", passkey)]),
    };
    Ok(mail::send(app, tx, mail).await?)
}

/// Gives one another name.
///
/// # Permissions
/// As [`list`], one's own.
pub(super) async fn rename(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<NameForm>,
) -> Page {
    allowed(&viewer)?;
    let id = typed::key(&id).ok_or(PageError::NotFound)?;
    let mut errors = FieldErrors::new();
    let name = typed::line(&mut errors, "name", &form.name, LONGEST_NAME, true);
    let tx = app.db().write().await?;
    if !errors.is_empty() {
        return list_page(&app, &tx, &viewer, frame, (String::new(), errors), Vec::new()).await;
    }
    if !passkeys::rename(&tx, &viewer.account, id, &name).await? {
        return Err(PageError::NotFound);
    }
    tx.commit().await?;
    Ok(redirect_with("/account/passkeys", "passkey-renamed"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct RemoveForm {
    password: String,
}

/// Takes one away, with the password: who finds a browser open must not be able to lower the guard.
///
/// # Permissions
/// As [`list`], one's own.
pub(super) async fn remove(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<RemoveForm>,
) -> Page {
    allowed(&viewer)?;
    let id = typed::key(&id).ok_or(PageError::NotFound)?;
    let hash = {
        let tx = app.db().read().await?;
        let own = passkeys::of_account(&tx, &viewer.account).await?;
        let kept = kept(&tx, &viewer.account)
            .await?
            .filter(|_| own.iter().any(|row| row.id == id));
        kept.ok_or(PageError::NotFound)?.password_hash
    };
    let right = fits(&app, &form.password, Some(hash)).await?;
    let tx = app.db().write().await?;
    let mut errors = FieldErrors::new();
    let counts = Counts::lock(&tx, &[(What::Proof, &viewer.account)]).await?;
    pass_proof(&app, &counts, right, "password", "password-old-wrong", &mut errors).await?;
    if !errors.is_empty() {
        let page = list_page(&app, &tx, &viewer, frame, (String::new(), errors), Vec::new()).await?;
        tx.commit().await?;
        return Ok(page);
    }
    let own = passkeys::of_account(&tx, &viewer.account).await?;
    let name = own.iter().find(|row| row.id == id).map(|row| row.name.clone());
    let name = name.ok_or(PageError::NotFound)?;
    passkeys::remove(&tx, &viewer.account, id).await?;
    if own.len() == 1 && !two_factor::is_on(&tx, &viewer.account).await? {
        two_factor::drop_of(&tx, &viewer.account).await?;
    }
    tell(&app, &tx, &viewer, "passkey-removed", &name).await?;
    tx.commit().await?;
    Ok(redirect_with("/account/passkeys", "passkey-removed"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignInForm {
    ticket: String,
    answer: String,
    next: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/sign_in_passkey.html")]
struct SignInPage {
    frame: Frame,
    question: Question,
    next: String,
}

/// Asks the browser for a passkey. No ID is typed, so nobody learns which there are.
///
/// # Permissions
/// Everybody.
pub(super) async fn ask(State(app): State<App>, frame: Frame, OpenForm(form): OpenForm<SignInForm>) -> Page {
    let party = party(&app)?;
    let tx = app.db().write().await?;
    let question = passkeys::ask(&app, &tx, &party, None).await?.ok_or(PageError::NotFound)?;
    tx.commit().await?;
    page(&SignInPage {
        frame: frame.title("passkey-sign-in-title"),
        question,
        next: form.next,
    })
}

/// Lets in whose passkey answered.
///
/// # Permissions
/// Everybody.
pub(super) async fn answer(
    State(app): State<App>,
    frame: Frame,
    origin: Origin,
    headers: HeaderMap,
    OpenForm(form): OpenForm<SignInForm>,
) -> Page {
    let party = party(&app)?;
    let tx = app.db().write().await?;
    let account = passkeys::answered(&app, &tx, &party, None, (&form.ticket, &form.answer)).await?;
    let Some(account) = account else {
        tx.commit().await?;
        let frame = frame.notice::<&str>(Mood::Warn, "passkey-failed", &[]);
        let body = sign_in::sign_in_page(&app, frame, form.next)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    sign_in::proven(&app, tx, frame, (&headers, &origin), &account, form.next, true).await
}
