//! The page on which the prime keeps the orderers of a site.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use sea_orm::FromQueryResult;
use store::{Tx, values};
use web::{Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::agree::{AgreeForm, OrdererRefusal, agree, end, may};
use super::queries;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{OpenSite, open};
use crate::rows::millisecond;

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    sign_in_id: String,
    agreed_at: i64,
}

struct Line {
    id: String,
    name: String,
    sign_in_id: String,
    since: String,
}

#[derive(Template)]
#[template(path = "orderer/templates/orderers.html")]
struct OrderersPage {
    frame: Frame,
    site: OpenSite,
    lines: Vec<Line>,
    form: FormState<AgreeForm>,
}

async fn shown(tx: &Tx, frame: Frame, site: OpenSite, form: FormState<AgreeForm>) -> Page {
    let rows: Vec<Columns> = tx.all(&queries::OF_SITE, values![site.head.id.to_string()]).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(Line {
            since: frame.t.date_time(millisecond(row.agreed_at, "orderer_site.agreed_at")?),
            id: row.id,
            name: row.name,
            sign_in_id: row.sign_in_id,
        });
    }
    let status = form.status();
    let body = page(&OrderersPage {
        frame: site.crumbs(frame.title("orderers-title")),
        site,
        lines,
        form,
    })?;
    Ok((status, body).into_response())
}

/// Who ordered the works of a site and sees its figures.
///
/// # Permissions
/// Administrators and tier managers of the prime.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !may(&viewer, &site) {
        return Err(PageError::Forbidden);
    }
    let form = FormState::new(&frame.t, AgreeForm::default());
    shown(&tx, frame, site, form).await
}

/// Agrees.
///
/// # Permissions
/// Administrators and tier managers of the prime.
pub(super) async fn add(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<AgreeForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match agree(&app, &tx, &viewer, &site, &form).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{}/orderers", site.head.id), "orderer-added"))
        }
        Err(UseCaseError::Refused(OrdererRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            shown(&tx, frame, site, form).await
        }
        Err(UseCaseError::Refused(OrdererRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes it back.
///
/// # Permissions
/// Administrators and tier managers of the prime.
pub(super) async fn remove(
    State(app): State<App>,
    viewer: Viewer,
    Path((site, account)): Path<(String, String)>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match end(&app, &tx, &viewer, &site, &account).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{}/orderers", site.head.id), "orderer-removed"))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
