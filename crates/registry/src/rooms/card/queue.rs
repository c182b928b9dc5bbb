//! The operator's pages: cards that wait for their fee or for print, and what the printer needs.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::WorkDay;
use domain::access::Act;
use store::{Tx, values};
use web::{Form, Frame, NoFields, Page, PageError, page, redirect_with};

use super::faces::{self, Face, NoFont, Side};
use super::issue::release;
use super::print::{PrintRefusal, mark_printed};
use super::queries;
use super::rows::FaceColumns;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::{audit, papers};
use crate::rows::{day, id, millisecond, opt_day};

/// Most cards on the page and in one PDF.
const MOST: usize = 100;

struct Waiting {
    key: String,
    name: String,
    number: i32,
    reason: String,
    level: i32,
    since: WorkDay,
    valid_until: WorkDay,
    has_photo: bool,
}

#[derive(Template)]
#[template(path = "card/templates/queue.html")]
struct QueuePage {
    frame: Frame,
    ordered: Vec<Waiting>,
    asked: Vec<Waiting>,
}

fn may_print(viewer: &Viewer) -> Result<(), PageError> {
    if viewer.may(Act::PrintCards) {
        Ok(())
    } else {
        Err(PageError::Forbidden)
    }
}

/// Cards that wait.
///
/// # Permissions
/// The operator.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    may_print(&viewer)?;
    let tx = app.db().read().await?;
    let (mut ordered, mut asked) = (Vec::new(), Vec::new());
    let mut workers = Vec::new();
    for row in waiting(&tx).await? {
        workers.push(id(&row.worker_id, "card.worker_id")?);
        let list = if row.state == "asked" { &mut asked } else { &mut ordered };
        list.push(Waiting {
            since: WorkDay::of(millisecond(row.issued_at, "card.issued_at")?, 0),
            valid_until: day(row.valid_until, "card.valid_until")?,
            has_photo: row.photo.is_some(),
            key: row.key,
            name: row.name,
            number: row.number,
            reason: row.reason,
            level: row.level,
        });
    }
    drop(tx);
    audit::seen(&app, &viewer, &workers, "card").await?;
    page(&QueuePage {
        frame: frame.title("card-queue-title"),
        ordered,
        asked,
    })
}

async fn waiting(tx: &Tx) -> store::Result<Vec<FaceColumns>> {
    tx.all(&queries::QUEUE, values![i64::try_from(MOST).unwrap_or(i64::MAX)])
        .await
}

/// What stands on a card that waits for print; for any other there is nothing.
async fn face(app: &App, tx: &Tx, card: &str) -> Result<Face, PageError> {
    let row: Option<FaceColumns> = tx.one(&queries::FACE, values![card]).await?;
    let row = row.ok_or(PageError::NotFound)?;
    let record: serde_json::Value = match &row.record {
        Some(body) => serde_json::from_str(body)?,
        None => serde_json::Value::Null,
    };
    let field = |name: &str| {
        record
            .get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .trim()
    };
    // The worker chose whether the name he goes by (通称・旧姓) stands on the card.
    let alias = field("alias");
    let name = if field("alias_on_card") == "yes" && !alias.is_empty() {
        alias.to_owned()
    } else {
        row.name
    };
    let photo = match &row.photo {
        Some(paper) => papers::read(app, tx, paper).await?.map(|paper| paper.bytes),
        None => None,
    };
    Ok(Face {
        alphabet: if row.name_alphabet == name {
            String::new()
        } else {
            row.name_alphabet
        },
        name,
        worker: id(&row.worker_id, "card.worker_id")?,
        birth: opt_day(row.birth_day, "worker.birth_day")?,
        first_year: WorkDay::of(millisecond(row.registered_at, "worker.registered_at")?, 0)
            .date()
            .year(),
        valid_until: day(row.valid_until, "card.valid_until")?,
        level: u8::try_from(row.level).unwrap_or(1),
        number: row.number,
        code: row.code.unwrap_or_default(),
        photo,
    })
}

/// Every look at what stands on a card is written down.
async fn note_looks(app: &App, viewer: &Viewer, faces: &[Face]) -> store::Result<()> {
    let workers: Vec<_> = faces.iter().map(|face| face.worker).collect();
    audit::seen(app, viewer, &workers, "card").await
}

/// Draws beside the async threads: fonts are read and letters are set.
async fn drawn(
    faces: Vec<Face>,
    draw: impl FnOnce(&[Face]) -> anyhow::Result<Vec<u8>> + Send + 'static,
    kind: &'static str,
) -> Page {
    match tokio::task::spawn_blocking(move || draw(&faces)).await? {
        Ok(bytes) => Ok(file(bytes, kind)),
        Err(error) if error.is::<NoFont>() => Err(PageError::refused(StatusCode::SERVICE_UNAVAILABLE, "card-no-font")),
        Err(error) => Err(PageError::Broken(error)),
    }
}

fn file(bytes: Vec<u8>, kind: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        // The drawing's colours are styles inside it; nothing else is let in.
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (headers, bytes).into_response()
}

/// The front of a card.
///
/// # Permissions
/// The operator, until the card is marked as printed.
pub(super) async fn front(State(app): State<App>, viewer: Viewer, Path(card): Path<String>) -> Page {
    side(&app, &viewer, &card, Side::Front).await
}

/// The back of a card, with its 4-digit code.
///
/// # Permissions
/// The operator, until the card is marked as printed.
pub(super) async fn back(State(app): State<App>, viewer: Viewer, Path(card): Path<String>) -> Page {
    side(&app, &viewer, &card, Side::Back).await
}

async fn side(app: &App, viewer: &Viewer, card: &str, side: Side) -> Page {
    may_print(viewer)?;
    let faces = vec![face(app, &app.db().read().await?, card).await?];
    note_looks(app, viewer, &faces).await?;
    let draw = move |faces: &[Face]| {
        let drawings: anyhow::Result<Vec<String>> = faces.iter().map(|face| faces::svg(face, side)).collect();
        Ok(drawings?.concat().into_bytes())
    };
    drawn(faces, draw, "image/svg+xml").await
}

/// Front and back of one card as PDF.
///
/// # Permissions
/// The operator, until the card is marked as printed.
pub(super) async fn as_pdf(State(app): State<App>, viewer: Viewer, Path(card): Path<String>) -> Page {
    may_print(&viewer)?;
    let faces = vec![face(&app, &app.db().read().await?, &card).await?];
    note_looks(&app, &viewer, &faces).await?;
    drawn(faces, faces::pdf, "application/pdf").await
}

/// All cards that wait for print in one PDF: front, back, front, back.
///
/// # Permissions
/// The operator.
pub(super) async fn all_as_pdf(State(app): State<App>, viewer: Viewer) -> Page {
    may_print(&viewer)?;
    let tx = app.db().read().await?;
    let mut all = Vec::new();
    for row in waiting(&tx).await?.iter().filter(|row| row.state == "ordered") {
        all.push(face(&app, &tx, &row.key).await?);
    }
    if all.is_empty() {
        return Ok(redirect_with("/cards", "card-queue-empty"));
    }
    drop(tx);
    note_looks(&app, &viewer, &all).await?;
    drawn(all, faces::pdf, "application/pdf").await
}

/// The fee of a reissue was settled in another way: the card goes to print.
///
/// # Permissions
/// The operator.
pub(super) async fn release_card(
    State(app): State<App>,
    viewer: Viewer,
    Path(card): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    may_print(&viewer)?;
    let tx = app.db().write().await?;
    release(&app, &tx, &card).await?;
    tx.commit().await?;
    Ok(redirect_with("/cards", "card-released"))
}

/// A card was printed.
///
/// # Permissions
/// The operator.
pub(super) async fn printed(
    State(app): State<App>,
    viewer: Viewer,
    Path(card): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    match mark_printed(&app, &tx, &viewer, &card).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/cards", "card-marked-printed"))
        }
        Err(UseCaseError::Refused(PrintRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(PrintRefusal::NotWaiting)) => Err(PageError::NotFound),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
