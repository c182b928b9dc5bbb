//! The photo of the card: the applicant chooses which part of his picture it shows (registry rule book 2.3: 294 × 378 pixels), and sees
//! it before it goes to the review. Three sliders do it; a script lets him drag and pinch the picture itself.

use askama::Template;
use axum::extract::{Path, State as AppState};
use axum::http::StatusCode;
use serde::Deserialize;
use store::Tx;
use web::{Form, Frame, Page, PageError, page, redirect, redirect_with};

use super::fill::{FillRefusal, set};
use super::open::{Opened, open};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::papers::{self, Crop, PhotoCut};

/// Name of the field.
const PHOTO: &str = "photo";

#[derive(Template)]
#[template(path = "application/templates/photo.html")]
struct PhotoPage {
    frame: Frame,
    id: String,
    photo: String,
    cut: PhotoCut,
}

/// The application, open for writing, with its photo and what the photo was cut from.
async fn opened_photo(app: &App, tx: &Tx, viewer: &Viewer, id: &str) -> Result<(Opened, Option<PhotoCut>), PageError> {
    let opened = open(app, tx, viewer, id).await?;
    let cut = if opened.writes() {
        papers::cut_of(tx, opened.application.fields.get(PHOTO)).await?
    } else {
        None
    };
    Ok((opened, cut))
}

/// The photo as it is cut now, and how to cut it otherwise.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn show(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let (opened, cut) = opened_photo(&app, &tx, &viewer, &id).await?;
    let Some(cut) = cut else {
        return Ok(redirect(&format!("/applications/{id}")));
    };
    let frame = frame.title("photo-title");
    let applications = frame.t.s("applications-title");
    let papers = frame.t.s("worker-g-papers");
    page(&PhotoPage {
        frame: frame
            .crumb(applications, "/applications")
            .crumb(opened.application.number.clone(), format!("/applications/{id}"))
            .crumb(papers, format!("/applications/{id}/steps/papers")),
        photo: opened.application.fields.get(PHOTO).to_owned(),
        id,
        cut,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CutForm {
    zoom: String,
    x: String,
    y: String,
    #[serde(rename = "do")]
    todo: String,
}

impl CutForm {
    /// What cannot be read is as it would be by itself.
    fn crop(&self) -> Crop {
        let own = Crop::default();
        Crop {
            zoom: self.zoom.parse().unwrap_or(own.zoom),
            x: self.x.parse().unwrap_or(own.x),
            y: self.y.parse().unwrap_or(own.y),
        }
    }
}

/// Cuts the photo anew.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn cut(AppState(app): AppState<App>, viewer: Viewer, Path(id): Path<String>, Form(form): Form<CutForm>) -> Page {
    let back = format!("/applications/{id}");
    let (opened, cut) = opened_photo(&app, &app.db().read().await?, &viewer, &id).await?;
    let done = if form.todo == "show" {
        redirect(&format!("{back}/photo"))
    } else {
        redirect_with(&format!("{back}/steps/papers"), "photo-cut")
    };
    let crop = form.crop();
    let Some(cut) = cut else {
        return Ok(redirect_with(&back, "application-not-open"));
    };
    if cut.crop == crop {
        return Ok(done);
    }
    let before = opened.application.fields.get(PHOTO);
    let photo = match papers::cut_anew(&app, before, crop).await {
        Ok(Some(photo)) => photo,
        Ok(None) => return Err(PageError::NotFound),
        Err(UseCaseError::Refused(refusal)) => {
            return Err(PageError::Refused {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                key: refusal.key().to_owned(),
                args: refusal.args(),
            });
        }
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    if opened.application.fields.get(PHOTO) != before {
        // Another picture was sent in meanwhile.
        return Ok(redirect(&format!("{back}/photo")));
    }
    let key = papers::put(&app, &tx, &viewer.account, &photo).await?;
    papers::remove(&app, &tx, before).await?;
    match set(&tx, &opened, PHOTO, &key).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(UseCaseError::Refused(FillRefusal::NoSuchStep)) => Err(PageError::NotFound),
        Err(UseCaseError::Refused(_)) => Ok(redirect_with(&back, "application-not-open")),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// The whole picture, for the script.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn whole(AppState(app): AppState<App>, viewer: Viewer, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let (_, cut) = opened_photo(&app, &tx, &viewer, &id).await?;
    let cut = cut.ok_or(PageError::NotFound)?;
    let paper = papers::read(&app, &tx, &cut.whole).await?.ok_or(PageError::NotFound)?;
    Ok(papers::shown(paper))
}
