//! The page on which the prime chooses what of a site's data others may see (公開設定項目).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::master::Published;
use domain::site::Publication;
use web::{Form, Frame, Language, Mood, Page, PageError, page, redirect_with};

use super::pages::TypedForm;
use super::{OpenSite, SiteRefusal, open};
use crate::App;
use crate::access::{UseCaseError, Viewer};

/// How an item stands for one audience.
struct Cell {
    /// Name of the box.
    name: String,
    open: bool,
    /// The prime decides.
    choice: bool,
}

struct Row {
    name: String,
    workers: Cell,
    uppers: Cell,
}

#[derive(Template)]
#[template(path = "site/templates/publication.html")]
struct PublicationPage {
    frame: Frame,
    site: OpenSite,
    rows: Vec<Row>,
}

fn publication_page(app: &App, frame: Frame, site: OpenSite, shown: &Publication) -> Page {
    let masters = app.masters();
    let cell = |audience: &str, item: &str, published: Published, open: bool| Cell {
        name: format!("{audience}.{item}"),
        open,
        choice: published.is_choice(),
    };
    let rows = masters
        .site_items()
        .iter()
        .map(|item| {
            let (workers, uppers) = shown.of(item);
            Row {
                name: match frame.t.language() {
                    Language::Ja => item.name_ja.clone(),
                    _ => item.name_en.clone(),
                },
                workers: cell("workers", &item.item, item.to_workers, workers),
                uppers: cell("uppers", &item.item, item.to_uppers, uppers),
            }
        })
        .collect();
    let frame = site.crumbs(frame.title("publication-title"));
    page(&PublicationPage { frame, site, rows })
}

/// What others may see.
///
/// # Permissions
/// The prime.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let shown = site.head.publication.clone();
    publication_page(&app, frame, site, &shown)
}

/// Saves what others may see.
///
/// # Permissions
/// The prime.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(pairs): TypedForm,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let ticked = |name: String| pairs.iter().any(|(known, _)| *known == name);
    let masters = app.masters();
    let chosen = masters.site_items().iter();
    let chosen: BTreeMap<String, (bool, bool)> = chosen
        .map(|item| {
            let (workers, uppers) = (format!("workers.{}", item.item), format!("uppers.{}", item.item));
            (item.item.clone(), (ticked(workers), ticked(uppers)))
        })
        .collect();
    let new = Publication(chosen);
    let version = pairs.iter().find(|(name, _)| name == "version").map_or("", |(_, v)| v);
    match super::publish(&app, &tx, &viewer, &site, &new, version).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(
                &format!("/sites/{}/publication", site.head.id),
                "publication-saved",
            ))
        }
        // What was ticked stays, on the present version.
        Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "changed-meanwhile", &[]);
            Ok((StatusCode::CONFLICT, publication_page(&app, frame, site, &new)?).into_response())
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
