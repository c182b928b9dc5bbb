//! Use cases and page: the tiers of a company's own organisation (registry rule book 3.5; `domain::tier`).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use domain::tier::TierFault;
use serde::Deserialize;
use store::{Sql, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, Page, page, redirect_with};

use super::company::{AccountRefusal, Keeper};
use super::company_pages::{crumbs, refused};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::typed::line;

pub(super) const SQL: &[&Sql] = &[&INSERT_TIER, &RENAME_TIER];

const INSERT_TIER: Sql = Sql::new(
    "company.insert_tier",
    "insert into company_tier (id, company_id, parent_id, level, name, created_at) values ($1, $2, $3, $4, $5, $6)",
);
const RENAME_TIER: Sql = Sql::new(
    "company.rename_tier",
    "update company_tier set name = $3 where id = $1 and company_id = $2",
);

/// Adds a tier of the company's own organisation.
async fn add(app: &App, tx: &Tx, viewer: &Viewer, parent: &str, name: &str) -> UseCase<(), AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", name, 60, true);
    let parent = Some(parent).filter(|p| !p.is_empty());
    let level = match keeper.tiers.may_add(parent, &name) {
        // A tier manager builds below himself, never beside.
        Ok(_) if !keeper.reaches(parent) => {
            errors.add("parent", "tier-unknown");
            0
        }
        Ok(level) => level,
        Err(TierFault::NoParent) => {
            errors.add("parent", "tier-unknown");
            0
        }
        Err(TierFault::TooDeep) => {
            errors.add("parent", "tier-too-deep");
            0
        }
        Err(TierFault::NameTaken) => {
            errors.add("name", "tier-name-taken");
            0
        }
    };
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(AccountRefusal::Fields(errors)));
    }
    let at = app.clock().now().as_millisecond();
    let values = values![app.new_key(), keeper.company.to_string(), parent, level, name, at];
    tx.run(&INSERT_TIER, values).await?;
    Ok(())
}

/// Renames a tier.
async fn rename(tx: &Tx, viewer: &Viewer, tier: &str, name: &str) -> UseCase<(), AccountRefusal> {
    let keeper = Keeper::of(tx, viewer).await?;
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", name, 60, true);
    let Some(old) = keeper.tiers.get(tier).filter(|t| keeper.reaches(Some(&t.id))) else {
        return Err(UseCaseError::Refused(AccountRefusal::NotFound));
    };
    if name != old.name && keeper.tiers.may_add(old.parent.as_deref(), &name) == Err(TierFault::NameTaken) {
        errors.add("name", "tier-name-taken");
    }
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(AccountRefusal::Fields(errors)));
    }
    tx.run(&RENAME_TIER, values![old.id.as_str(), keeper.company.to_string(), name])
        .await?;
    Ok(())
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct TierForm {
    name: String,
    parent: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/tiers.html")]
struct TiersPage {
    frame: Frame,
    form: FormState<TierForm>,
    tiers: Vec<(String, String, i32)>,
    parents: Vec<(String, String)>,
    top: bool,
}

async fn tiers_page(tx: &Tx, viewer: &Viewer, frame: Frame, form: FormState<TierForm>) -> Page {
    let keeper = Keeper::of(tx, viewer).await.map_err(refused)?;
    let frame = crumbs(frame.title("tiers-title"));
    let within = keeper.tiers.in_order().into_iter().filter(|t| keeper.reaches(Some(&t.id)));
    let tiers: Vec<_> = within.map(|t| (t.id.clone(), t.name.clone(), t.level)).collect();
    let parents = tiers.iter().filter(|(.., level)| *level < domain::tier::LEVELS);
    let parents = parents.map(|(id, ..)| (id.clone(), keeper.tiers.path(id))).collect();
    let status = form.status();
    let body = page(&TiersPage {
        frame,
        form,
        tiers,
        parents,
        top: keeper.reach.is_none(),
    })?;
    Ok((status, body).into_response())
}

/// The company's tiers.
///
/// # Permissions
/// Administrators: all; tier managers: their tier and below.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let form = FormState::new(&frame.t, TierForm::default());
    tiers_page(&app.db().read().await?, &viewer, frame, form).await
}

/// Adds one.
///
/// # Permissions
/// As [`list`].
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<TierForm>) -> Page {
    let tx = app.db().write().await?;
    match add(&app, &tx, &viewer, &form.parent, &form.name).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/account/company/tiers", "tier-added"))
        }
        Err(UseCaseError::Refused(AccountRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            tiers_page(&tx, &viewer, frame, form).await
        }
        Err(other) => Err(refused(other)),
    }
}

/// Renames one.
///
/// # Permissions
/// As [`list`].
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(tier): Path<String>,
    Form(form): Form<TierForm>,
) -> Page {
    let tx = app.db().write().await?;
    match rename(&tx, &viewer, &tier, &form.name).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/account/company/tiers", "tier-renamed"))
        }
        Err(UseCaseError::Refused(AccountRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            tiers_page(&tx, &viewer, frame, form).await
        }
        Err(other) => Err(refused(other)),
    }
}
