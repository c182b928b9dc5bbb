//! Site managers (現場管理者) from the site's side: who has it, giving it and taking it away. They are made before the site (registry
//! rule book 3.5), have several sites, and a site has several of them. Also who of a company may be put in charge of a site.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, State};
use domain::access::Role;
use domain::{CompanyId, SiteId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Rows, Sql, StoreError, Tx, values};
use web::{Form, Frame, Page, PageError, page, redirect_with};

use super::company::{self, Keeper};
use super::company_pages::refused;
use super::queries::GIVE_SITE;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{self, OpenSite, Subject};
use crate::rooms::{audit, site::open};
use crate::rows::id;

pub(super) const SQL: &[&Sql] = &[&TAKE_SITE, &COLLEAGUES, &TIER_NAMES, &MANAGERS, &MANAGERS_OF_SITES];

const TAKE_SITE: Sql = Sql::new(
    "accounts.take_site",
    "delete from account_site where account_id = $1 and site_id = $2",
);
const COLLEAGUES: Sql = Sql::new(
    "accounts.colleagues",
    "select id, name, role from account where company_id = $1 and closed_at is null
       and role in ('administrator', 'tier_manager', 'site_manager') order by role, name, id limit 500",
);
const TIER_NAMES: Sql = Sql::new(
    "accounts.tier_names",
    "select id, name from company_tier where company_id = $1 order by level, name, id",
);
/// Site managers of a company, those who have site `$2` first.
const MANAGERS: Sql = Sql::new(
    "accounts.managers_of_site",
    "select a.id, a.name, a.sign_in_id, a.tier_id,
            (select count(*) from account_site g where g.account_id = a.id and g.site_id = $2) as given,
            (select count(*) from account_site o where o.account_id = a.id and o.site_id <> $2) as others
     from account a where a.company_id = $1 and a.role = 'site_manager' and a.closed_at is null
     order by given desc, a.name, a.id limit 500",
);

/// Which site managers of a company have which of these sites.
const MANAGERS_OF_SITES: Sql = Sql::new(
    "accounts.managers_of_sites",
    "select g.site_id, g.account_id from account a join account_site g on g.account_id = a.id
     where a.company_id = $1 and a.role = 'site_manager' and g.site_id in (select r.id from {{rows $2: id text}} r)",
);

/// Somebody of a company who may be put in charge of a site (現場担当者).
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Key of the account.
    pub id: String,
    /// Name.
    pub name: String,
    /// A site manager: reaches only the sites he was given.
    pub needs_sites: bool,
}

#[derive(FromQueryResult)]
struct ColleagueRow {
    id: String,
    name: String,
    role: String,
}

/// Who of a company may be put in charge of a site: administrators, tier managers, site managers (registry rule book 3.5).
///
/// # Errors
/// If the database fails.
pub async fn colleagues(tx: &Tx, company: CompanyId) -> Result<Vec<Colleague>, StoreError> {
    let rows: Vec<ColleagueRow> = tx.all(&COLLEAGUES, values![company.to_string()]).await?;
    let colleague = |row: ColleagueRow| Colleague {
        needs_sites: row.role == Role::SiteManager.word(),
        id: row.id,
        name: row.name,
    };
    Ok(rows.into_iter().map(colleague).collect())
}

#[derive(FromQueryResult)]
struct TierName {
    id: String,
    name: String,
}

/// The tiers of a company: key and name.
///
/// # Errors
/// If the database fails.
pub async fn tier_names(tx: &Tx, company: CompanyId) -> Result<Vec<(String, String)>, StoreError> {
    let rows: Vec<TierName> = tx.all(&TIER_NAMES, values![company.to_string()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

#[derive(FromQueryResult)]
struct GivenRow {
    site_id: String,
    account_id: String,
}

/// The site managers of a company who have these sites, by the keys of their accounts; sites that nobody has are left out.
///
/// # Errors
/// If the database fails.
pub async fn managers_of(
    tx: &Tx,
    company: CompanyId,
    sites: &[SiteId],
) -> Result<BTreeMap<SiteId, BTreeSet<String>>, StoreError> {
    let mut managers: BTreeMap<SiteId, BTreeSet<String>> = BTreeMap::new();
    if sites.is_empty() {
        return Ok(managers);
    }
    let rows = Rows::of(sites.iter().map(|site| [site.to_string()]))?;
    for row in tx
        .all::<GivenRow>(&MANAGERS_OF_SITES, values![company.to_string(), rows])
        .await?
    {
        let site = id(&row.site_id, "account_site.site_id")?;
        managers.entry(site).or_default().insert(row.account_id);
    }
    Ok(managers)
}

/// The sites that a site manager was given.
async fn sites_of(tx: &Tx, account: &str) -> Result<BTreeSet<SiteId>, StoreError> {
    let given = company::given(tx, account).await?;
    given.iter().map(|site| id(&site.id, "account_site.site_id")).collect()
}

/// Gives a site to a site manager. Giving it twice is giving it once.
///
/// # Errors
/// If the database fails.
pub async fn give(app: &App, tx: &Tx, viewer: &Viewer, to: &Colleague, site: SiteId) -> Result<(), StoreError> {
    if tx.run(&GIVE_SITE, values![to.id.as_str(), site.to_string()]).await? > 0 {
        told(app, tx, viewer, site, to, "given").await?;
    }
    Ok(())
}

/// Takes a site away from a site manager: from his next step on it does not exist for him.
async fn take_away(app: &App, tx: &Tx, viewer: &Viewer, from: &Colleague, site: SiteId) -> Result<(), StoreError> {
    if tx.run(&TAKE_SITE, values![from.id.as_str(), site.to_string()]).await? > 0 {
        told(app, tx, viewer, site, from, "taken").await?;
    }
    Ok(())
}

async fn told(app: &App, tx: &Tx, viewer: &Viewer, site: SiteId, who: &Colleague, what: &str) -> Result<(), StoreError> {
    let name = serde_json::json!({ what: { "name": who.name } });
    site::note(app, tx, viewer, site, Subject::Manager, &who.id, &name).await
}

/// The sites of a site manager become these; what changes is told at each site.
pub(super) async fn set_sites(app: &App, tx: &Tx, viewer: &Viewer, who: &Colleague, sites: &[SiteId]) -> Result<(), StoreError> {
    let before = sites_of(tx, &who.id).await?;
    let after: BTreeSet<SiteId> = sites.iter().copied().collect();
    for site in before.difference(&after) {
        take_away(app, tx, viewer, who, *site).await?;
    }
    for site in after.difference(&before) {
        give(app, tx, viewer, who, *site).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct ManagerRow {
    id: String,
    name: String,
    sign_in_id: String,
    tier_id: Option<String>,
    given: i64,
    others: i64,
}

#[derive(Template)]
#[template(path = "accounts/templates/managers.html")]
struct ManagersPage {
    frame: Frame,
    site: OpenSite,
    managers: Vec<ManagerRow>,
}

/// The site managers of a company, and which of them have this site.
///
/// # Permissions
/// Administrators and tier managers of companies in the organisation; tier managers: those of their tier and below.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let keeper = Keeper::of(&tx, &viewer).await.map_err(refused)?;
    let values = values![keeper.company.to_string(), site.head.id.to_string()];
    let mut managers: Vec<ManagerRow> = tx.all(&MANAGERS, values).await?;
    managers.retain(|m| keeper.reaches(m.tier_id.as_deref()));
    let frame = site.crumbs(frame.title("managers-title"));
    page(&ManagersPage { frame, site, managers })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct GiveForm {
    account: String,
    /// `give` or `take`.
    #[serde(rename = "do")]
    what: String,
}

/// Gives the site to one of them, or takes it away.
///
/// # Permissions
/// As [`list`].
pub(super) async fn save(State(app): State<App>, viewer: Viewer, Path(site): Path<String>, Form(form): Form<GiveForm>) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let here = format!("/sites/{}/managers", site.head.id);
    let keeper = Keeper::of(&tx, &viewer).await.map_err(refused)?;
    let (row, role) = match keeper.account(&tx, &form.account).await {
        Ok(found) => found,
        // Closed or moved to another tier meanwhile: the list shows who is there now.
        Err(UseCaseError::Refused(_)) => return Ok(redirect_with(&here, "manager-gone")),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    if role != Role::SiteManager || row.closed_at.is_some() {
        return Ok(redirect_with(&here, "manager-gone"));
    }
    let who = Colleague {
        id: row.id,
        name: row.name,
        needs_sites: true,
    };
    let (key, what) = match form.what.as_str() {
        "give" => {
            give(&app, &tx, &viewer, &who, site.head.id).await?;
            ("manager-given", "site_given")
        }
        "take" => {
            take_away(&app, &tx, &viewer, &who, site.head.id).await?;
            ("manager-taken", "site_taken")
        }
        _ => return Err(PageError::NotFound),
    };
    let details = serde_json::json!({ "account": who.id, "site": site.head.id });
    audit::changed(&app, &tx, &viewer, &keeper.company.to_string(), what, &details).await?;
    tx.commit().await?;
    Ok(redirect_with(&here, key))
}
