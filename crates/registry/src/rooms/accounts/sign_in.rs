//! Sign-in and sign-out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Policy;
use jiff::Timestamp;
use serde::Deserialize;
use store::{Tx, values};
use web::{FieldErrors, Form, Frame, Language, Mood, NoFields, OpenForm, Page, PageError, page, redirect, safe_next};

use super::kept::{kept, pass_proof};
use super::passkeys::{self, Question};
use super::{queries, two_factor};
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::tickets::{self, TicketKind};
use crate::access::{self, Origin, SignInOutcome, Viewer};
use crate::rows::millisecond;

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
    /// Can people sign in with passkeys here?
    passkeys: bool,
}

/// # Permissions
/// Everybody.
pub(super) async fn show(State(app): State<App>, frame: Frame, Query(Next { next }): Query<Next>) -> Page {
    sign_in_page(&app, frame, next)
}

/// The page, empty.
pub(super) fn sign_in_page(app: &App, frame: Frame, next: String) -> Page {
    page(&SignInPage {
        frame: frame.title("sign-in-title"),
        typed: String::new(),
        next,
        wrong: false,
        minutes: 0,
        passkeys: passkeys::relying_party(app).is_some(),
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
    let (tx, outcome) = try_password(&app, &form.name, &form.password, &origin).await?;
    let SignInOutcome::Welcome(account) = outcome else {
        tx.commit().await?;
        let minutes = rest_minutes(&app);
        let body = page(&SignInPage {
            frame: frame.title("sign-in-title"),
            typed: form.name,
            next: form.next,
            wrong: true,
            minutes,
            passkeys: passkeys::relying_party(&app).is_some(),
        })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    proven(&app, tx, frame, (&headers, &origin), &account, form.next, false).await
}

/// Holds a password against the account of an ID, on whatever way it came. Misses are counted in the transaction that comes back: it
/// is to be committed in any case.
pub(super) async fn try_password(app: &App, name: &str, password: &str, origin: &Origin) -> anyhow::Result<(Tx, SignInOutcome)> {
    // The slow hash runs outside any transaction, so that sign-ins hold up neither touches nor pages.
    let hash = access::stored_hash(&app.db().read().await?, name).await?;
    let fits = access::fits(app, password, hash).await?;
    let tx = app.db().write().await?;
    let masters = app.masters();
    let outcome = access::sign_in(&tx, app.clock(), masters.policies(), name, origin, fits).await?;
    Ok((tx, outcome))
}

/// How long an ID rests after too many misses.
pub(super) fn rest_minutes(app: &App) -> i64 {
    app.masters().policies().at(Policy::SignInLockMinutes, app.clock().today())
}

/// Goes on with somebody who has just proven who he is, by his password or (`factor_shown`) by a passkey: asks what is still to be
/// asked, or opens the session.
pub(super) async fn proven(
    app: &App,
    tx: Tx,
    frame: Frame,
    (headers, origin): (&HeaderMap, &Origin),
    account: &str,
    next: String,
    factor_shown: bool,
) -> Page {
    // The same browser signs in anew: its own session does not stand in its way.
    if let Some(token) = app.session_cookie().read(headers)
        && access::viewer_of_token(&tx, app.clock(), &token)
            .await?
            .is_some_and(|v| v.account == account)
    {
        access::close_session(&tx, &token).await?;
    }
    let Some(asks) = asks(app, &tx, account, factor_shown).await? else {
        let response = open(app, &tx, headers, origin, account, &next).await?;
        tx.commit().await?;
        return Ok(response);
    };
    let ticket = tickets::write(app, &tx, TicketKind::SignIn, Some(account), asks.word(), GO_ON_MINUTES).await?;
    tx.commit().await?;
    more_page(frame, ticket, next, asks, String::new())
}

/// A sign-in that asks something else must be done within this time.
const GO_ON_MINUTES: i64 = 5;

/// What is still asked after the right password.
enum Asks {
    /// A passkey, a code of the authentication app, or a recovery code.
    Factor {
        /// The question for a passkey, if the account has any.
        passkey: Option<Question>,
        /// Is an authentication app set up?
        app: bool,
    },
    /// Whether a session elsewhere is to be ended: the account is used at one place at a time.
    TakeOver {
        /// Since when it is open.
        since: Timestamp,
        /// Browser and system there.
        device: String,
        /// Coarse address there.
        address: String,
    },
}

impl Asks {
    /// The question for a passkey, if one is asked.
    fn question(&self) -> Option<&Question> {
        match self {
            Self::Factor { passkey, .. } => passkey.as_ref(),
            Self::TakeOver { .. } => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Factor { .. } => FACTOR,
            Self::TakeOver { .. } => TAKE_OVER,
        }
    }
}

const FACTOR: &str = "factor";
const TAKE_OVER: &str = "take_over";

/// The next thing asked of an account whose password was right; none if the session may open.
async fn asks(app: &App, tx: &Tx, account: &str, factor_shown: bool) -> Result<Option<Asks>, PageError> {
    if !factor_shown {
        let of_app = two_factor::is_on(tx, account).await?;
        let keys = passkeys::of_account(tx, account).await?;
        if of_app || !keys.is_empty() {
            let passkey = match passkeys::relying_party(app) {
                Some(party) => passkeys::ask(app, tx, &party, Some(account)).await?,
                None => None,
            };
            return Ok(Some(Asks::Factor { passkey, app: of_app }));
        }
    }
    let kept = kept(tx, account).await?.ok_or(PageError::NotFound)?;
    if !kept.role.one_at_a_time() {
        return Ok(None);
    }
    let open = access::sessions(tx, app.clock(), account).await?.into_iter().next();
    open.map(|session| {
        Ok(Asks::TakeOver {
            since: millisecond(session.created_at, "session.created_at")?,
            device: session.device,
            address: session.address,
        })
    })
    .transpose()
}

#[derive(Template)]
#[template(path = "accounts/templates/sign_in_more.html")]
struct MorePage {
    frame: Frame,
    ticket: String,
    next: String,
    asks: Asks,
    error: String,
}

fn more_page(frame: Frame, ticket: String, next: String, asks: Asks, error: String) -> Page {
    let frame = frame.title(match asks {
        Asks::Factor { .. } => "factor-title",
        Asks::TakeOver { .. } => "in-use-title",
    });
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let body = page(&MorePage {
        frame,
        ticket,
        next,
        asks,
        error,
    })?;
    Ok((status, body).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MoreForm {
    ticket: String,
    code: String,
    /// Ticket of the question for a passkey, and the browser's answer.
    passkey: String,
    answer: String,
    next: String,
}

/// Goes on with a sign-in whose password was right.
///
/// # Permissions
/// Whoever has just given the right password.
pub(super) async fn go_on(
    State(app): State<App>,
    frame: Frame,
    origin: Origin,
    headers: HeaderMap,
    OpenForm(form): OpenForm<MoreForm>,
) -> Page {
    let tx = app.db().write().await?;
    let ticket = tickets::open(&app, &tx, TicketKind::SignIn, &form.ticket).await?;
    let Some((account, body)) = ticket.and_then(|t| Some((t.account_id?, t.body))) else {
        let frame = frame.notice::<&str>(Mood::Warn, "sign-in-too-late", &[]);
        return sign_in_page(&app, frame, form.next);
    };
    // One sign-in of an account after the other, so that two cannot both find it free.
    tx.run(&queries::HOLD, values![account.as_str()]).await?;
    if body == FACTOR {
        if let Some(error) = factor_fault(&app, &tx, &frame, &account, &form).await? {
            let Some(again) = asks(&app, &tx, &account, false).await? else {
                return sign_in_page(&app, frame, form.next);
            };
            tx.commit().await?;
            return more_page(frame, form.ticket, form.next, again, error);
        }
        if let Some(asks) = asks(&app, &tx, &account, true).await? {
            tickets::change(&tx, &form.ticket, asks.word()).await?;
            tx.commit().await?;
            return more_page(frame, form.ticket, form.next, asks, String::new());
        }
    }
    if !tickets::use_up(&app, &tx, &form.ticket).await? {
        return Err(PageError::refused(StatusCode::GONE, "link-gone"));
    }
    if body == TAKE_OVER {
        access::end_sessions(&tx, &account, None).await?;
    }
    let response = open(&app, &tx, &headers, &origin, &account, &form.next).await?;
    tx.commit().await?;
    Ok(response)
}

/// What is wrong with the second factor that was shown; none if it is right.
async fn factor_fault(app: &App, tx: &Tx, frame: &Frame, account: &str, form: &MoreForm) -> Result<Option<String>, PageError> {
    if !form.answer.is_empty()
        && let Some(party) = passkeys::relying_party(app)
    {
        let answered = passkeys::answered(app, tx, &party, Some(account), (&form.passkey, &form.answer)).await?;
        return Ok(answered.is_none().then(|| frame.t.s("passkey-failed")));
    }
    Ok(code_fault(app, tx, account, &form.code).await?.at(&frame.t, "code"))
}

/// What is wrong with a code of the authentication app, or a recovery code, under `code`; nothing if it is right.
pub(super) async fn code_fault(app: &App, tx: &Tx, account: &str, code: &str) -> anyhow::Result<FieldErrors> {
    let mut errors = FieldErrors::new();
    let counts = Counts::lock(tx, &[(What::Proof, account)]).await?;
    let fits = two_factor::fits(app, tx, account, code).await?;
    pass_proof(app, &counts, fits, "code", "factor-wrong", &mut errors).await?;
    Ok(errors)
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
