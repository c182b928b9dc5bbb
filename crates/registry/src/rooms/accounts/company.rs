//! Use cases: a company keeps its own accounts (利用者登録): further administrators, tier managers, site managers, proxy clerks
//! (registry rule book 3.5). An administrator reaches all, a tier manager his tier and those below.
//!
//! Reads tables of the rooms `site` and `organisation`, to offer sites.

use std::collections::BTreeSet;

use domain::access::{Act, Role, keeps};
use domain::tier::{Tier, Tiers};
use domain::{CompanyId, SiteId, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Sql, Tx, values};
use web::{FieldErrors, Language};

use super::issue::{Issue, issue_with, new_sign_in_id, renew};
use super::managers::{Colleague, set_sites};
use crate::App;
use crate::access::tickets::{self, TicketKind};
use crate::access::{UseCase, UseCaseError, Viewer, end_sessions};
use crate::rooms::{audit, mail};
use crate::rows::{id, unreadable};
use crate::typed::line;

pub(super) const SQL: &[&Sql] = &[
    &TIERS,
    &ONE,
    &UPDATE,
    &CLOSE,
    &SITES,
    &GIVEN,
    &OPEN_OF_COMPANY,
    &OPEN_OF_WORKER,
];

const TIERS: Sql = Sql::new(
    "company.tiers",
    "select id, parent_id, level, name from company_tier where company_id = $1 order by level, name, id",
);
const ONE: Sql = Sql::new(
    "company.account",
    "select id, sign_in_id, name, role, email, tier_id, closed_at from account where id = $1 and company_id = $2",
);
const UPDATE: Sql = Sql::new(
    "company.update_account",
    "update account set name = $3, email = $4, tier_id = $5 where id = $1 and company_id = $2 and closed_at is null",
);
const CLOSE: Sql = Sql::new(
    "accounts.close",
    "update account set closed_at = $2 where id = $1 and closed_at is null",
);
const OPEN_OF_COMPANY: Sql = Sql::new(
    "accounts.open_of_company",
    "select id from account where company_id = $1 and closed_at is null order by id",
);
const OPEN_OF_WORKER: Sql = Sql::new(
    "accounts.open_of_worker",
    "select id from account where worker_id = $1 and closed_at is null order by id",
);
/// Sites of a company that have not ended before day `$2`.
const SITES: Sql = Sql::new(
    "company.sites",
    "select s.id, s.name from node n join site s on s.id = n.site_id
     where n.company_id = $1 and n.status in ('invited', 'approved') and s.to_day >= $2 and s.deleted_at is null group by s.id, s.name order by s.name, s.id limit 500",
);
const GIVEN: Sql = Sql::new(
    "accounts.sites_given",
    "select s.id, s.name from account_site a join site s on s.id = a.site_id where a.account_id = $1 order by s.name, s.id",
);

/// Why an account is not made, changed or closed.
#[derive(Debug)]
pub enum AccountRefusal {
    /// The viewer may not keep accounts of this kind.
    Forbidden,
    /// No such account for him.
    NotFound,
    /// The form is wrong.
    Fields(FieldErrors),
    /// One's own account is not closed by oneself.
    Own,
    /// The first administrator goes with the company's registration.
    First,
}

/// What is typed of an account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// Kind, for a new one.
    pub role: String,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Key of the tier.
    pub tier: String,
    /// Sites of a site manager.
    pub sites: Vec<String>,
}

#[derive(Debug, FromQueryResult)]
struct TierRow {
    id: String,
    parent_id: Option<String>,
    level: i32,
    name: String,
}

/// An account of the company.
#[derive(Debug, FromQueryResult)]
pub(super) struct AccountRow {
    pub(super) id: String,
    pub(super) sign_in_id: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) email: String,
    pub(super) tier_id: Option<String>,
    pub(super) closed_at: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct SiteChoice {
    pub(super) id: String,
    pub(super) name: String,
}

/// The company, its tiers, and how far the viewer's hand reaches.
pub(super) struct Keeper {
    pub(super) company: CompanyId,
    pub(super) tiers: Tiers,
    /// None: all of the company.
    pub(super) reach: Option<BTreeSet<String>>,
    pub(super) kinds: &'static [Role],
}

impl Keeper {
    /// Who keeps accounts of his company.
    pub(super) async fn of(tx: &Tx, viewer: &Viewer) -> UseCase<Self, AccountRefusal> {
        let company = viewer.company_id().filter(|_| viewer.may(Act::KeepAccounts));
        let company = company.ok_or(UseCaseError::Refused(AccountRefusal::Forbidden))?;
        let rows: Vec<TierRow> = tx.all(&TIERS, values![company.to_string()]).await?;
        let tiers = Tiers::new(
            rows.into_iter()
                .map(|r| Tier {
                    id: r.id,
                    parent: r.parent_id,
                    level: r.level,
                    name: r.name,
                })
                .collect(),
        );
        let reach = match (viewer.role, &viewer.tier) {
            (Role::Administrator, _) => None,
            (_, Some(tier)) => Some(tiers.reach(tier)),
            (_, None) => Some(BTreeSet::new()),
        };
        Ok(Self {
            company,
            tiers,
            reach,
            kinds: keeps(viewer.role),
        })
    }

    /// Whether an account with this tier is within reach.
    pub(super) fn reaches(&self, tier: Option<&str>) -> bool {
        match &self.reach {
            None => true,
            Some(reach) => tier.is_some_and(|t| reach.contains(t)),
        }
    }

    /// The account, if the viewer keeps it.
    pub(super) async fn account(&self, tx: &Tx, account: &str) -> UseCase<(AccountRow, Role), AccountRefusal> {
        let not_found = || UseCaseError::Refused(AccountRefusal::NotFound);
        let key = crate::typed::key(account).ok_or_else(not_found)?;
        let row: Option<AccountRow> = tx.one(&ONE, values![key, self.company.to_string()]).await?;
        let row = row.filter(|r| self.reaches(r.tier_id.as_deref())).ok_or_else(not_found)?;
        let role = Role::from_word(&row.role).ok_or_else(|| unreadable("account.role"))?;
        if !self.kinds.contains(&role) {
            return Err(not_found());
        }
        Ok((row, role))
    }

    /// Sites that a site manager may be given.
    pub(super) async fn sites(&self, app: &App, tx: &Tx) -> store::Result<Vec<SiteChoice>> {
        let today = app.clock().today().to_number();
        tx.all(&SITES, values![self.company.to_string(), today]).await
    }

    /// The first administrator's ID is the company's: it goes with the registration.
    fn is_first(&self, row: &AccountRow) -> bool {
        row.sign_in_id == self.company.to_string()
    }
}

/// Sites that an account was given.
pub(super) async fn given(tx: &Tx, account: &str) -> store::Result<Vec<SiteChoice>> {
    tx.all(&GIVEN, values![account]).await
}

struct Checked {
    name: String,
    email: String,
    tier: Option<String>,
    sites: Vec<SiteId>,
}

async fn check(
    app: &App,
    tx: &Tx,
    keeper: &Keeper,
    role: Role,
    form: &AccountForm,
    already: &[SiteChoice],
) -> UseCase<Checked, AccountRefusal> {
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", &form.name, 100, true);
    let email = form.email.trim().to_owned();
    if !mail::is_address(&email) {
        errors.add("email", "email-wrong");
    }
    let has_tier = matches!(role, Role::TierManager | Role::SiteManager);
    let tier = Some(form.tier.as_str()).filter(|t| has_tier && !t.is_empty());
    let tier_known = tier.is_none_or(|t| keeper.tiers.get(t).is_some() && keeper.reaches(Some(t)));
    let tier_needed = role == Role::TierManager || (has_tier && keeper.reach.is_some());
    if !tier_known {
        errors.add("tier", "tier-unknown");
    } else if tier_needed && tier.is_none() {
        errors.add("tier", "field-needed");
    }
    let mut sites = Vec::new();
    if role == Role::SiteManager && !form.sites.is_empty() {
        let offered = keeper.sites(app, tx).await?;
        let known: BTreeSet<&str> = offered.iter().chain(already).map(|s| s.id.as_str()).collect();
        let chosen: BTreeSet<&str> = form.sites.iter().map(String::as_str).collect();
        if chosen.is_subset(&known) {
            for site in chosen {
                sites.push(id(site, "site.id")?);
            }
        } else {
            errors.add("sites", "site-unknown");
        }
    }
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(AccountRefusal::Fields(errors)));
    }
    Ok(Checked {
        name,
        email,
        tier: tier.map(ToOwned::to_owned),
        sites,
    })
}

/// Makes an account; its owner gets two mails.
///
/// # Errors
/// [`AccountRefusal`].
pub async fn make(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    form: &AccountForm,
    language: Language,
) -> UseCase<String, AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let Some(role) = Role::from_word(&form.role).filter(|r| keeper.kinds.contains(r)) else {
        let mut errors = FieldErrors::new();
        errors.add("role", "field-needed");
        return Err(UseCaseError::Refused(AccountRefusal::Fields(errors)));
    };
    let checked = check(app, tx, &keeper, role, form, &[]).await?;
    let sign_in_id = new_sign_in_id(app, tx).await?;
    let new = Issue {
        sign_in_id: &sign_in_id,
        role,
        company: Some(keeper.company),
        worker: None,
        name: &checked.name,
        email: &checked.email,
        language,
    };
    let account = issue_with(app, tx, &new, checked.tier.as_deref(), &checked.sites)
        .await
        .map_err(UseCaseError::Broken)?;
    note(app, tx, viewer, &keeper, "account_made", &account, role).await?;
    Ok(account)
}

/// Records what was done with an account of the company.
async fn note(app: &App, tx: &Tx, viewer: &Viewer, keeper: &Keeper, what: &str, account: &str, role: Role) -> store::Result<()> {
    let details = serde_json::json!({ "account": account, "role": role.word() });
    audit::changed(app, tx, viewer, &keeper.company.to_string(), what, &details).await
}

/// Changes name, address, tier and sites of an account.
///
/// # Errors
/// [`AccountRefusal`].
pub async fn change(app: &App, tx: &Tx, viewer: &Viewer, account: &str, form: &AccountForm) -> UseCase<(), AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let (row, role) = keeper.account(tx, account).await?;
    let already = given(tx, &row.id).await?;
    let checked = check(app, tx, &keeper, role, form, &already).await?;
    let company = keeper.company.to_string();
    let values = values![row.id.as_str(), company, checked.name.as_str(), checked.email, checked.tier];
    if tx.run(&UPDATE, values).await? == 0 {
        return Err(UseCaseError::Refused(AccountRefusal::NotFound));
    }
    note(app, tx, viewer, &keeper, "account_changed", &row.id, role).await?;
    if role == Role::SiteManager {
        let who = Colleague {
            id: row.id,
            name: checked.name,
            needs_sites: true,
        };
        set_sites(app, tx, viewer, &who, &checked.sites).await?;
    }
    Ok(())
}

/// Closes an account of the company: its sessions end at once.
///
/// # Errors
/// [`AccountRefusal`].
pub async fn close(app: &App, tx: &Tx, viewer: &Viewer, account: &str) -> UseCase<(), AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let (row, role) = keeper.account(tx, account).await?;
    if keeper.is_first(&row) {
        return Err(UseCaseError::Refused(AccountRefusal::First));
    }
    if row.id == viewer.account {
        return Err(UseCaseError::Refused(AccountRefusal::Own));
    }
    close_account(app, tx, &row.id).await?;
    note(app, tx, viewer, &keeper, "account_closed", &row.id, role).await?;
    Ok(())
}

/// Makes new secrets for an account of the company; its owner gets two mails, nobody else sees them.
///
/// # Errors
/// [`AccountRefusal`].
pub async fn renew_of_company(app: &App, tx: &Tx, viewer: &Viewer, account: &str) -> UseCase<(), AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let (row, role) = keeper.account(tx, account).await?;
    if row.id == viewer.account {
        return Err(UseCaseError::Refused(AccountRefusal::Own));
    }
    // The first administrator's secrets are the operator's to renew; without an address nobody would learn them.
    if keeper.is_first(&row) || row.email.is_empty() {
        return Err(UseCaseError::Refused(AccountRefusal::First));
    }
    let renewed = renew(app, tx, &row.id).await.map_err(UseCaseError::Broken)?;
    note(app, tx, viewer, &keeper, "account_renewed", &row.id, role).await?;
    // Its letter is for the operator's eyes; the owner has the mails.
    app.letters().forget(&row.id);
    renewed.ok_or(UseCaseError::Refused(AccountRefusal::NotFound))
}

/// Closes every account of a company that has withdrawn.
///
/// # Errors
/// If the database fails.
pub async fn close_of_company(app: &App, tx: &Tx, company: CompanyId) -> store::Result<()> {
    close_all(app, tx, tx.all(&OPEN_OF_COMPANY, values![company.to_string()]).await?).await
}

/// Closes every account of a worker whose registration has ended.
///
/// # Errors
/// If the database fails.
pub async fn close_of_worker(app: &App, tx: &Tx, worker: WorkerId) -> store::Result<()> {
    close_all(app, tx, tx.all(&OPEN_OF_WORKER, values![worker.to_string()]).await?).await
}

async fn close_all(app: &App, tx: &Tx, accounts: Vec<OpenAccount>) -> store::Result<()> {
    for account in accounts {
        close_account(app, tx, &account.id).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct OpenAccount {
    id: String,
}

/// Closes any account: no sign-in, no session, no link of it works from now on. Says whether it was open.
pub(super) async fn close_account(app: &App, tx: &Tx, account: &str) -> store::Result<bool> {
    let closed = tx.run(&CLOSE, values![account, app.clock().now().as_millisecond()]).await?;
    end_sessions(tx, account, None).await?;
    for kind in [TicketKind::Reset, TicketKind::SignIn] {
        tickets::drop_of_account(tx, account, kind).await?;
    }
    Ok(closed == 1)
}
