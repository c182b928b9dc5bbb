//! The page on which files of readers without a network come in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use web::{FieldErrors, FilesForm, FormState, Frame, Page, PageError, Value, page};

use super::stick::{self, Done, StickRefusal};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{OpenSite, open};

/// Largest file, in bytes: some 100,000 touches. It is held in memory while it travels.
pub(super) const LARGEST: usize = 40_000_000;

#[derive(Template)]
#[template(path = "device/templates/stick.html")]
struct StickPage {
    frame: Frame,
    site: OpenSite,
    form: FormState<()>,
    done: Option<Done>,
}

fn stick_page(frame: Frame, site: OpenSite, form: FormState<()>, done: Option<Done>) -> Page {
    let readers = (frame.t.s("readers-title"), format!("/sites/{}/readers", site.head.id));
    let status = form.status();
    let frame = site.crumbs(frame.title("device-stick-title")).crumb(readers.0, &readers.1);
    let body = page(&StickPage { frame, site, form, done })?;
    Ok((status, body).into_response())
}

/// Where a file is sent in.
///
/// # Permissions
/// The prime.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let site = open(&app.db().read().await?, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let form = FormState::new(&frame.t, ());
    stick_page(frame, site, form, None)
}

/// Takes a file in. The answer is a page that says what it brought; sending it again brings nothing new.
///
/// # Permissions
/// The prime.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    form: FilesForm,
) -> Page {
    let site = open(&app.db().read().await?, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let mut errors = FieldErrors::new();
    let mut done = None;
    if let Some((_, bytes)) = form.needed_file("file", &mut errors) {
        match stick::take_in(&app, &viewer, &site, bytes).await {
            Ok(taken) => done = Some(taken),
            Err(UseCaseError::Refused(StickRefusal::Forbidden)) => return Err(PageError::Forbidden),
            Err(UseCaseError::Refused(refusal)) => told(&refusal, &mut errors),
            Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
        }
    }
    let form = if errors.is_empty() {
        FormState::new(&frame.t, ())
    } else {
        FormState::wrong(&frame.t, (), errors)
    };
    stick_page(frame, site, form, done)
}

fn told(refusal: &StickRefusal, errors: &mut FieldErrors) {
    let key = match refusal {
        StickRefusal::NotWhole { bytes, of } => {
            let number = |n: u64| Value::Number(i64::try_from(n).unwrap_or(i64::MAX));
            errors.add_with(
                "file",
                "device-stick-not-whole",
                vec![("bytes", number(*bytes)), ("of", number(*of))],
            );
            return;
        }
        StickRefusal::OtherKind | StickRefusal::Forbidden => "device-stick-other-kind",
        StickRefusal::NotOurs => "device-stick-not-ours",
        StickRefusal::Revoked => "device-stick-revoked",
        StickRefusal::Busy => "device-stick-busy",
    };
    errors.add("file", key);
}

/// What has arrived of a reader's devices, as a file for its stick.
///
/// # Permissions
/// The prime.
pub(super) async fn receipt(State(app): State<App>, viewer: Viewer, Path((site, reader)): Path<(String, String)>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let file = stick::receipt(&app, &tx, &site, &reader).await?.ok_or(PageError::NotFound)?;
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"receipt.ashiba\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, file).into_response())
}
