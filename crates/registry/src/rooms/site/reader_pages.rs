//! The page of a site's readers.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::device::Concern;
use domain::qr::QrUse;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::values;
use web::{Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::{OpenSite, ReaderRefusal, open, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::device::{self, DeviceLine};
use crate::rows::{millisecond, unreadable};

#[derive(FromQueryResult)]
struct ReaderColumns {
    id: String,
    name: String,
    revoked_at: Option<i64>,
    number_entry: i32,
    qr: String,
}

struct ReaderRow {
    id: String,
    name: String,
    revoked: Option<Timestamp>,
    /// Workers may type number and code at it.
    number_entry: bool,
    /// QRs of workers that it takes.
    qr: QrUse,
    /// Those that used its key, the one heard of last first.
    devices: Vec<DeviceLine>,
}

impl ReaderRow {
    /// What somebody has to mend at one of its devices, each once.
    fn concerns(&self) -> BTreeSet<Concern> {
        self.devices
            .iter()
            .flat_map(|device| device.concerns.iter().copied())
            .collect()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ReaderForm {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NumberForm {
    allowed: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct QrForm {
    qr: String,
}

#[derive(Template)]
#[template(path = "site/templates/readers.html")]
struct ReadersPage {
    frame: Frame,
    site: OpenSite,
    readers: Vec<ReaderRow>,
    form: FormState<String>,
    new_key: Option<String>,
}

async fn readers_page(
    app: &App,
    tx: &store::Tx,
    frame: Frame,
    site: OpenSite,
    form: FormState<String>,
    new_key: Option<String>,
) -> Page {
    let mut devices = device::of_site(app, tx, site.head.id).await?;
    let mut readers = Vec::new();
    for row in tx
        .all::<ReaderColumns>(&queries::READERS, values![site.head.id.to_string()])
        .await?
    {
        readers.push(ReaderRow {
            devices: devices.remove(&row.id).unwrap_or_default(),
            id: row.id,
            name: row.name,
            revoked: row.revoked_at.map(|ms| millisecond(ms, "reader.revoked_at")).transpose()?,
            number_entry: row.number_entry == 1,
            qr: QrUse::of(&row.qr).ok_or_else(|| unreadable("reader.qr"))?,
        });
    }
    let frame = site.crumbs(frame.title("readers-title"));
    let status = if new_key.is_some() {
        StatusCode::CREATED
    } else {
        form.status()
    };
    Ok((
        status,
        page(&ReadersPage {
            frame,
            site,
            readers,
            form,
            new_key,
        })?,
    )
        .into_response())
}

/// The readers of a site.
///
/// # Permissions
/// The prime.
pub(super) async fn readers(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let form = FormState::new(&frame.t, String::new());
    readers_page(&app, &tx, frame, site, form, None).await
}

/// Adds a reader and shows its key, this once: so the answer is a page, not a redirect.
///
/// # Permissions
/// The prime.
pub(super) async fn add_reader(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(ReaderForm { name }): Form<ReaderForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::add_reader(&app, &tx, &viewer, &site, &name).await {
        Ok(reader) => {
            tx.commit().await?;
            let tx = app.db().read().await?;
            let form = FormState::new(&frame.t, String::new());
            readers_page(&app, &tx, frame, site, form, Some(reader.key)).await
        }
        Err(UseCaseError::Refused(ReaderRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, name, errors);
            readers_page(&app, &tx, frame, site, form, None).await
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes a key away.
///
/// # Permissions
/// The prime.
pub(super) async fn revoke_reader(
    State(app): State<App>,
    viewer: Viewer,
    Path((site, reader)): Path<(String, String)>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::revoke_reader(&app, &tx, &viewer, &site, &reader).await {
        Ok(()) => {
            tx.commit().await?;
            app.known_readers().forget();
            Ok(redirect_with(&format!("/sites/{}/readers", site.head.id), "reader-revoked"))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Allows or forbids number entry at a reader.
///
/// # Permissions
/// The prime.
pub(super) async fn set_number_entry(
    State(app): State<App>,
    viewer: Viewer,
    Path((site, reader)): Path<(String, String)>,
    Form(NumberForm { allowed }): Form<NumberForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let is_allowed = allowed == "yes";
    match super::set_number_entry(&app, &tx, &viewer, &site, &reader, is_allowed).await {
        Ok(()) => {
            tx.commit().await?;
            let key = if is_allowed {
                "reader-number-is-on"
            } else {
                "reader-number-is-off"
            };
            Ok(redirect_with(&format!("/sites/{}/readers", site.head.id), key))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Says which QRs of workers a reader takes; none if the form says nothing that is known.
///
/// # Permissions
/// The prime.
pub(super) async fn set_qr(
    State(app): State<App>,
    viewer: Viewer,
    Path((site, reader)): Path<(String, String)>,
    Form(QrForm { qr }): Form<QrForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let qr = QrUse::of(&qr).unwrap_or(QrUse::No);
    match super::set_qr(&app, &tx, &viewer, &site, &reader, qr).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{}/readers", site.head.id), "reader-qr-is-set"))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
