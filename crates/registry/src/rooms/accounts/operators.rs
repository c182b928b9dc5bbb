//! Use cases and pages: the operator makes accounts for its own people (reviewers, auditors, further administrators) and for orderers, and closes,
//! unlocks or renews anybody's.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Role, keeps};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Sql, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, page, redirect, redirect_with};

use super::company::{AccountForm, close_account};
use super::issue::{Issue, issue_with, new_sign_in_id, unlock};
use crate::App;
use crate::access::{Viewer, key_hash, sessions};
use crate::rooms::{audit, mail};
use crate::typed::{Search, line};

pub(super) const SQL: &[&Sql] = &[&OWN_PEOPLE, &SEARCH, &ONE, &LOCKED];

const OWN_PEOPLE: Sql = Sql::new(
    "operators.own_people",
    "select a.id, a.sign_in_id, a.name, a.role, '' as company, a.closed_at from account a
     where a.role in ('operator', 'reviewer', 'auditor', 'orderer')
     order by case when a.closed_at is null then 0 else 1 end, a.role, a.name, a.id limit 200",
);
const SEARCH: Sql = Sql::new(
    "operators.search",
    "select a.id, a.sign_in_id, a.name, a.role, coalesce(c.name, '') as company, a.closed_at
     from account a left join company c on c.id = a.company_id
     where a.sign_in_id like $2 escape '\\' or lower(replace(a.name, ' ', '')) like $1 escape '\\'
        or lower(replace(c.name, ' ', '')) like $1 escape '\\'
     order by case when a.closed_at is null then 0 else 1 end, a.sign_in_id, a.id limit 51",
);
const ONE: Sql = Sql::new(
    "operators.account",
    "select a.id, a.sign_in_id, a.name, a.role, coalesce(c.name, '') as company, a.closed_at, a.email, a.must_change,
            coalesce(a.company_id, a.worker_id, a.sign_in_id) as subject
     from account a left join company c on c.id = a.company_id where a.id = $1",
);
/// Locks of an account: of its ID (`$1` its hash) from elsewhere or from its known address, and of its code (`$2` its key).
const LOCKED: Sql = Sql::new(
    "operators.locked",
    "select what from throttle where locked_until > $3
       and ((what in ('id', 'pair') and about = $1) or (what in ('code', 'proof') and about = $2)) order by what",
);

/// Most that a search shows.
const MOST: usize = 50;

#[derive(FromQueryResult)]
struct Found {
    id: String,
    sign_in_id: String,
    name: String,
    role: String,
    company: String,
    closed_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct One {
    id: String,
    sign_in_id: String,
    name: String,
    role: String,
    company: String,
    closed_at: Option<i64>,
    email: String,
    must_change: i32,
    /// Company or worker it acts for, else itself.
    subject: String,
}

#[derive(FromQueryResult)]
struct Lock {
    what: String,
}

fn allowed(viewer: &Viewer) -> Result<(), PageError> {
    viewer.may(Act::KeepAllAccounts).then_some(()).ok_or(PageError::Forbidden)
}

fn crumb(frame: Frame) -> Frame {
    let account = frame.t.s("account-title");
    frame.crumb(account, "/account")
}

fn crumbs(frame: Frame) -> Frame {
    let accounts = frame.t.s("all-accounts-title");
    crumb(frame).crumb(accounts, "/account/all")
}

#[derive(Template)]
#[template(path = "accounts/templates/all_accounts.html")]
struct ListPage {
    frame: Frame,
    q: String,
    searched: bool,
    more: bool,
    accounts: Vec<Found>,
}

/// The operator's own people, orderers, and the search.
///
/// # Permissions
/// Operator.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    allowed(&viewer)?;
    let tx = app.db().read().await?;
    page(&ListPage {
        frame: crumb(frame.title("all-accounts-title")),
        q: String::new(),
        searched: false,
        more: false,
        accounts: tx.all(&OWN_PEOPLE, values![]).await?,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SearchForm {
    q: String,
}

/// Accounts found by ID or name. A form by POST: what is searched for may be a worker's ID, which no address may hold.
///
/// # Permissions
/// Operator.
pub(super) async fn search(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<SearchForm>) -> Page {
    allowed(&viewer)?;
    let search = Search::new(&form.q);
    if search.typed.is_empty() {
        return Ok(redirect("/account/all"));
    }
    let tx = app.db().read().await?;
    let mut accounts: Vec<Found> = tx.all(&SEARCH, values![search.name, search.kana_or_id]).await?;
    let more = accounts.len() > MOST;
    accounts.truncate(MOST);
    page(&ListPage {
        frame: crumb(frame.title("all-accounts-title")),
        q: search.typed,
        searched: true,
        more,
        accounts,
    })
}

#[derive(Template)]
#[template(path = "accounts/templates/all_new.html")]
struct NewPage {
    frame: Frame,
    form: FormState<AccountForm>,
    kinds: Vec<(String, String)>,
}

fn new_page(frame: Frame, viewer: &Viewer, form: FormState<AccountForm>) -> Page {
    let frame = crumbs(frame.title("all-account-new"));
    let kinds = keeps(viewer.role).iter();
    let kinds = kinds
        .map(|r| (r.word().to_owned(), frame.t.s(format!("role-{}", r.word()))))
        .collect();
    let status = form.status();
    let body = page(&NewPage { frame, form, kinds })?;
    Ok((status, body).into_response())
}

/// The empty form.
///
/// # Permissions
/// Operator.
pub(super) async fn new(viewer: Viewer, frame: Frame) -> Page {
    allowed(&viewer)?;
    let form = FormState::new(&frame.t, AccountForm::default());
    new_page(frame, &viewer, form)
}

/// Makes an account for one of the operator's people or an orderer; leads to its letter.
///
/// # Permissions
/// Operator.
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<AccountForm>) -> Page {
    allowed(&viewer)?;
    let mut errors = FieldErrors::new();
    let role = Role::from_word(&form.role).filter(|r| keeps(viewer.role).contains(r));
    if role.is_none() {
        errors.add("role", "field-needed");
    }
    let name = line(&mut errors, "name", &form.name, 100, true);
    let email = form.email.trim().to_owned();
    if !mail::is_address(&email) {
        errors.add("email", "email-wrong");
    }
    let (Some(role), true) = (role, errors.is_empty()) else {
        let form = FormState::wrong(&frame.t, form, errors);
        return new_page(frame, &viewer, form);
    };
    let tx = app.db().write().await?;
    let sign_in_id = new_sign_in_id(&app, &tx).await?;
    let new = Issue {
        sign_in_id: &sign_in_id,
        role,
        company: None,
        worker: None,
        name: &name,
        email: &email,
        language: frame.t.language(),
    };
    let account = issue_with(&app, &tx, &new, None, &[]).await?;
    let made = one(&tx, &account).await?;
    note(&app, &tx, &viewer, "account_made", &made).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/account/letters/{account}")))
}

/// Records that somebody's secrets were made anew.
pub(super) async fn note_renewed(app: &App, tx: &Tx, viewer: &Viewer, account: &str) -> Result<(), PageError> {
    let one = one(tx, account).await?;
    note(app, tx, viewer, "account_renewed", &one).await?;
    Ok(())
}

#[derive(Template)]
#[template(path = "accounts/templates/all_account.html")]
struct AccountPage {
    frame: Frame,
    id: String,
    about: Vec<(String, String)>,
    locks: Vec<String>,
    closed: bool,
    closable: bool,
}

/// Records what the operator did with an account.
async fn note(app: &App, tx: &Tx, viewer: &Viewer, what: &str, one: &One) -> store::Result<()> {
    let details = serde_json::json!({ "account": one.id, "role": one.role });
    audit::changed(app, tx, viewer, &one.subject, what, &details).await
}

async fn one(tx: &Tx, account: &str) -> Result<One, PageError> {
    let key = crate::typed::key(account).ok_or(PageError::NotFound)?;
    tx.one(&ONE, values![key]).await?.ok_or(PageError::NotFound)
}

/// One account, and what may be done to it.
///
/// # Permissions
/// Operator.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(account): Path<String>) -> Page {
    allowed(&viewer)?;
    let tx = app.db().read().await?;
    let one = one(&tx, &account).await?;
    let now = app.clock().now().as_millisecond();
    let locks: Vec<Lock> = tx
        .all(&LOCKED, values![key_hash(&one.sign_in_id), one.id.as_str(), now])
        .await?;
    let open = sessions(&tx, app.clock(), &one.id).await?.len();
    let closed = one.closed_at.is_some();
    let frame = crumbs(frame.titled(one.name.clone()));
    let t = &frame.t;
    let state = if closed {
        "account-closed"
    } else if one.must_change == 1 {
        "account-new"
    } else {
        "account-open"
    };
    let mut about = vec![
        (t.s("account-sign-in-id"), one.sign_in_id),
        (t.s("account-role"), t.s(format!("role-{}", one.role))),
    ];
    if !one.company.is_empty() {
        about.push((t.s("account-company"), one.company));
    }
    let email = if one.email.is_empty() {
        t.s("account-no-email")
    } else {
        one.email
    };
    about.push((t.s("account-email"), email));
    about.push((t.s("account-state"), t.s(state)));
    about.push((t.s("sessions-title"), t.n("account-sessions", "count", open)));
    let locks = locks.iter().map(|l| t.s(format!("lock-{}", l.what))).collect();
    page(&AccountPage {
        closable: !closed && one.id != viewer.account,
        id: one.id,
        frame,
        about,
        locks,
        closed,
    })
}

/// Opens all locks of an account.
///
/// # Permissions
/// Operator.
pub(super) async fn open_locks(
    State(app): State<App>,
    viewer: Viewer,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    allowed(&viewer)?;
    let tx = app.db().write().await?;
    let one = one(&tx, &account).await?;
    unlock(&tx, &one.id, &one.sign_in_id).await?;
    note(&app, &tx, &viewer, "account_unlocked", &one).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/account/all/{account}"), "account-unlocked"))
}

/// Closes an account: its sessions end at once.
///
/// # Permissions
/// Operator; not his own.
pub(super) async fn close(
    State(app): State<App>,
    viewer: Viewer,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    allowed(&viewer)?;
    let tx = app.db().write().await?;
    let one = one(&tx, &account).await?;
    if one.id == viewer.account {
        return Err(PageError::refused(StatusCode::CONFLICT, "account-own"));
    }
    close_account(&app, &tx, &one.id).await?;
    note(&app, &tx, &viewer, "account_closed", &one).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/account/all/{account}"), "company-account-closed"))
}
