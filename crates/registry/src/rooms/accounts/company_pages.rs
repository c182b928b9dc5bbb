//! Pages: a company's accounts and tiers.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, Sql, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::company::{self, AccountForm, AccountRefusal, Keeper, SiteChoice};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::percent;
use crate::typed::Search;

pub(super) const SQL: &[&Sql] = &[&ACCOUNTS];

/// `$2` = 1 shows closed ones too; `$5` = 1 keeps to the tiers of `$6`.
const ACCOUNTS: Sql = Sql::new(
    "company.accounts",
    "select a.id, a.sign_in_id, a.name, a.role, a.tier_id, a.must_change, a.closed_at, count(*) over () as total from account a
     where a.company_id = $1 and ($2 = 1 or a.closed_at is null)
       and (lower(replace(a.name, ' ', '')) like $3 escape '\\' or a.sign_in_id like $4 escape '\\')
       and ($5 = 0 or a.tier_id in (select r.id from {{rows $6: id text}} r))
     order by case when a.closed_at is null then 0 else 1 end, a.role, a.name, a.id limit $7 offset $8",
);

const ROWS: u32 = 50;

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    sign_in_id: String,
    name: String,
    role: String,
    tier_id: Option<String>,
    must_change: i32,
    closed_at: Option<i64>,
    total: i64,
}

struct Shown {
    id: String,
    sign_in_id: String,
    name: String,
    role: String,
    tier: String,
    new: bool,
    closed: bool,
    kept: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    closed: Option<String>,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "accounts/templates/company_accounts.html")]
struct ListPage {
    frame: Frame,
    q: String,
    closed: bool,
    base: String,
    accounts: Paged<Shown>,
}

pub(super) fn refused(error: UseCaseError<AccountRefusal>) -> PageError {
    match error {
        UseCaseError::Refused(AccountRefusal::NotFound) => PageError::NotFound,
        UseCaseError::Refused(AccountRefusal::Own) => PageError::refused(axum::http::StatusCode::CONFLICT, "account-own"),
        UseCaseError::Refused(AccountRefusal::First) => PageError::refused(axum::http::StatusCode::CONFLICT, "account-first"),
        UseCaseError::Refused(AccountRefusal::Forbidden | AccountRefusal::Fields(_)) => PageError::Forbidden,
        UseCaseError::Broken(error) => PageError::Broken(error),
    }
}

pub(super) fn crumbs(frame: Frame) -> Frame {
    let (account, accounts) = (frame.t.s("account-title"), frame.t.s("company-accounts-title"));
    frame.crumb(account, "/account").crumb(accounts, "/account/company")
}

/// The company's accounts.
///
/// # Permissions
/// Administrators: all of the company; tier managers: of their tier and below.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let tx = app.db().read().await?;
    let keeper = Keeper::of(&tx, &viewer).await.map_err(refused)?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let search = Search::new(&query.q);
    let closed = query.closed.is_some();
    let reach = Rows::of(keeper.reach.iter().flatten().map(|tier| (tier,)))?;
    let values = values![
        keeper.company.to_string(),
        i32::from(closed),
        search.name,
        search.kana_or_id,
        i32::from(keeper.reach.is_some()),
        reach,
        number.limit(),
        number.offset()
    ];
    let rows: Vec<Columns> = tx.all(&ACCOUNTS, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let shown = |row: Columns| Shown {
        tier: row.tier_id.map(|t| keeper.tiers.path(&t)).unwrap_or_default(),
        kept: Role::from_word(&row.role).is_some_and(|r| keeper.kinds.contains(&r)),
        id: row.id,
        sign_in_id: row.sign_in_id,
        name: row.name,
        role: row.role,
        new: row.must_change == 1,
        closed: row.closed_at.is_some(),
    };
    let mut base = format!("/account/company?q={}&", percent(&search.typed));
    if closed {
        base.push_str("closed=on&");
    }
    let frame = frame.title("company-accounts-title");
    let account = frame.t.s("account-title");
    page(&ListPage {
        frame: frame.crumb(account, "/account"),
        q: search.typed,
        closed,
        base,
        accounts: Paged {
            rows: rows.into_iter().map(shown).collect(),
            total,
            page: number,
        },
    })
}

#[derive(Template)]
#[template(path = "accounts/templates/company_account.html")]
struct AccountPage {
    frame: Frame,
    form: FormState<AccountForm>,
    action: String,
    /// Sign-in ID of an account that stands.
    standing: Option<String>,
    role: String,
    closed: bool,
    closable: bool,
    renewable: bool,
    kinds: Vec<(String, String)>,
    tiers: Vec<(String, String)>,
    /// Key, name, and whether it is given.
    sites: Vec<(String, String, bool)>,
    shows_tier: bool,
    shows_sites: bool,
}

/// Key and label of the tiers within reach, deeper ones indented.
fn tier_options(keeper: &Keeper) -> Vec<(String, String)> {
    let within = keeper.tiers.in_order().into_iter().filter(|t| keeper.reaches(Some(&t.id)));
    within.map(|t| (t.id.clone(), keeper.tiers.path(&t.id))).collect()
}

fn choices(sites: Vec<SiteChoice>, form: &AccountForm) -> Vec<(String, String, bool)> {
    let choice = |site: SiteChoice| {
        let given = form.sites.contains(&site.id);
        (site.id, site.name, given)
    };
    sites.into_iter().map(choice).collect()
}

async fn new_page(app: &App, tx: &Tx, keeper: &Keeper, frame: Frame, form: FormState<AccountForm>) -> Page {
    let frame = crumbs(frame.title("company-account-new"));
    let kinds = keeper
        .kinds
        .iter()
        .map(|r| (r.word().to_owned(), frame.t.s(format!("role-{}", r.word()))));
    let kinds = kinds.collect();
    let sites = choices(keeper.sites(app, tx).await?, &form.values);
    let status = form.status();
    let body = page(&AccountPage {
        frame,
        form,
        action: "/account/company".into(),
        standing: None,
        role: String::new(),
        closed: false,
        closable: false,
        renewable: false,
        kinds,
        tiers: tier_options(keeper),
        sites,
        shows_tier: true,
        shows_sites: true,
    })?;
    Ok((status, body).into_response())
}

/// The empty form.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn new(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let tx = app.db().read().await?;
    let keeper = Keeper::of(&tx, &viewer).await.map_err(refused)?;
    let form = FormState::new(&frame.t, AccountForm::default());
    new_page(&app, &tx, &keeper, frame, form).await
}

/// Makes the account.
///
/// # Permissions
/// Administrators: all kinds; tier managers: tier and site managers of their tier and below.
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<AccountForm>) -> Page {
    let tx = app.db().write().await?;
    let made = company::make(&app, &tx, &viewer, &form, frame.t.language()).await;
    match made {
        Ok(account) => {
            tx.commit().await?;
            // The owner has the mails; the letter is for the operator's eyes.
            app.letters().forget(&account);
            Ok(redirect_with(&format!("/account/company/{account}"), "company-account-made"))
        }
        Err(UseCaseError::Refused(AccountRefusal::Fields(errors))) => {
            let keeper = Keeper::of(&tx, &viewer).await.map_err(refused)?;
            let form = FormState::wrong(&frame.t, form, errors);
            new_page(&app, &tx, &keeper, frame, form).await
        }
        Err(other) => Err(refused(other)),
    }
}

async fn standing_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    account: &str,
    wrong: Option<(AccountForm, FieldErrors)>,
) -> Page {
    let keeper = Keeper::of(tx, viewer).await.map_err(refused)?;
    let (row, role) = keeper.account(tx, account).await.map_err(refused)?;
    let given = company::given(tx, &row.id).await?;
    let first = row.sign_in_id == keeper.company.to_string();
    let own = row.id == viewer.account;
    let frame = crumbs(frame.titled(row.name.clone()));
    let form = match wrong {
        Some((form, errors)) => FormState::wrong(&frame.t, form, errors),
        None => FormState::new(
            &frame.t,
            AccountForm {
                role: row.role.clone(),
                name: row.name,
                email: row.email.clone(),
                tier: row.tier_id.unwrap_or_default(),
                sites: given.iter().map(|s| s.id.clone()).collect(),
            },
        ),
    };
    let mut sites = keeper.sites(app, tx).await?;
    // Sites that have ended stay ticked.
    sites.extend(given);
    sites.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    sites.dedup_by(|a, b| a.id == b.id);
    let choices = choices(sites, &form.values);
    let status = form.status();
    let closed = row.closed_at.is_some();
    let body = page(&AccountPage {
        frame,
        form,
        action: format!("/account/company/{}", row.id),
        standing: Some(row.sign_in_id),
        role: row.role,
        closed,
        closable: !closed && !own && !first,
        renewable: !closed && !own && !first && !row.email.is_empty(),
        kinds: Vec::new(),
        tiers: tier_options(&keeper),
        sites: choices,
        shows_tier: matches!(role, Role::TierManager | Role::SiteManager),
        shows_sites: role == Role::SiteManager,
    })?;
    Ok((status, body).into_response())
}

/// One account.
///
/// # Permissions
/// As [`list`].
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(account): Path<String>) -> Page {
    let tx = app.db().read().await?;
    standing_page(&app, &tx, &viewer, frame, &account, None).await
}

/// Changes it.
///
/// # Permissions
/// As [`create`].
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(account): Path<String>,
    Form(form): Form<AccountForm>,
) -> Page {
    let tx = app.db().write().await?;
    match company::change(&app, &tx, &viewer, &account, &form).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(
                &format!("/account/company/{account}"),
                "company-account-changed",
            ))
        }
        Err(UseCaseError::Refused(AccountRefusal::Fields(errors))) => {
            standing_page(&app, &tx, &viewer, frame, &account, Some((form, errors))).await
        }
        Err(other) => Err(refused(other)),
    }
}

/// Closes it.
///
/// # Permissions
/// As [`create`]; not one's own, not the first administrator's.
pub(super) async fn close(
    State(app): State<App>,
    viewer: Viewer,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    let tx = app.db().write().await?;
    company::close(&app, &tx, &viewer, &account).await.map_err(refused)?;
    tx.commit().await?;
    Ok(redirect_with("/account/company", "company-account-closed"))
}

/// Makes new secrets, told to its owner by mail.
///
/// # Permissions
/// As [`close`].
pub(super) async fn renew(
    State(app): State<App>,
    viewer: Viewer,
    Path(account): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    let tx = app.db().write().await?;
    company::renew_of_company(&app, &tx, &viewer, &account)
        .await
        .map_err(refused)?;
    tx.commit().await?;
    Ok(redirect_with(
        &format!("/account/company/{account}"),
        "company-account-renewed",
    ))
}
