//! Use case: tell who can mend it what is missing, as a notice in the portal.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::missing::may_tell_again;
use domain::{Policy, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Form, Page, PageError, redirect_with_numbers};

use super::find::{Window, find};
use super::proxy::Proxies;
use super::words::{Recipients, recipients};
use super::{queries, site as site_page};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::notices::{self, Whom};
use crate::rooms::site::{self, OpenSite};
use crate::rows::day;

/// Why nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TellRefusal {
    /// It is mended, or was never there.
    Gone,
    /// Nobody who can mend it has a portal that we know of.
    NobodyToTell,
    /// They were told a moment ago.
    ToldAlready,
}

#[derive(FromQueryResult)]
struct ToldRow {
    about: String,
    day: i32,
}

/// When what was last told at a site, as far back as matters.
pub(super) async fn told(app: &App, tx: &Tx, site: &OpenSite) -> Result<BTreeMap<String, WorkDay>, StoreError> {
    let since = app.clock().today().plus(-92).to_number();
    let rows: Vec<ToldRow> = tx.all(&queries::TOLD, values![site.head.id.to_string(), since]).await?;
    rows.into_iter()
        .map(|row| Ok((row.about, day(row.day, "missing_told.day")?)))
        .collect()
}

/// Tells whoever can mend the group with this key. Gives how many were told.
///
/// # Errors
/// [`TellRefusal`].
pub async fn tell(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, key: &str) -> UseCase<usize, TellRefusal> {
    let refuse = UseCaseError::Refused;
    let found = find(app, tx, site, Window::of(app, None)).await?;
    let group = found.groups.iter().find(|g| g.cause.key() == key);
    let group = group.ok_or(refuse(TellRefusal::Gone))?;
    let whom: Vec<Whom> = match recipients(group, site.own, site.head.prime.0) {
        Recipients::Company(company) => vec![Whom::Company(company)],
        Recipients::Workers(workers) => workers.into_iter().map(Whom::Worker).collect(),
        Recipients::Nobody => Vec::new(),
    };
    let names = site_page::names(tx, site, found.groups.iter()).await?;
    let (text, args, link) = site_page::place(app, site, &names, &Proxies::default()).told(group);
    if whom.is_empty() || app.texts().t(web::Language::Ja).get(&text).is_none() {
        return Err(refuse(TellRefusal::NobodyToTell));
    }
    let today = app.clock().today();
    let again_after = app.masters().policies().at(Policy::MissingTellDays, today);
    if !may_tell_again(told(app, tx, site).await?.get(key).copied(), today, again_after) {
        return Err(refuse(TellRefusal::ToldAlready));
    }
    let values = values![
        site.head.id.to_string(),
        key,
        today.to_number(),
        app.clock().now().as_millisecond(),
        viewer.account.as_str(),
        i32::try_from(whom.len()).unwrap_or(i32::MAX)
    ];
    // Of two clicks at once, one finds the row there.
    if tx.run(&queries::INSERT_TOLD, values).await? == 0 {
        return Err(refuse(TellRefusal::ToldAlready));
    }
    let args: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
    for whom in &whom {
        notices::tell(app, tx, whom, &text, &args, Some(&link)).await?;
    }
    Ok(whom.len())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct TellForm {
    group: String,
}

/// Sends the notice.
///
/// # Permissions
/// Companies in the organisation, about what they may see.
pub(super) async fn send(State(app): State<App>, viewer: Viewer, Path(site): Path<String>, Form(form): Form<TellForm>) -> Page {
    let tx = app.db().write().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let back = format!("/sites/{}/mend", site.head.id);
    match tell(&app, &tx, &viewer, &site, &form.group).await {
        Ok(told) => {
            tx.commit().await?;
            Ok(redirect_with_numbers(&back, "missing-told", &[("told", told)]))
        }
        Err(UseCaseError::Refused(TellRefusal::Gone)) => Ok(redirect_with_numbers(&back, "missing-gone", &[])),
        Err(UseCaseError::Refused(TellRefusal::ToldAlready)) => Ok(redirect_with_numbers(&back, "missing-told-already", &[])),
        Err(UseCaseError::Refused(TellRefusal::NobodyToTell)) => {
            Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "missing-nobody-to-tell"))
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
