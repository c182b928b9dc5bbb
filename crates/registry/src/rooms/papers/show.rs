//! A stored paper as its own sender sees it. Reviewers see papers in the application in which they stand.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use web::{Page, PageError};

use super::take::{StoredPaper, head, read};
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::percent;

/// Nothing in a picture runs or loads anything.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox";
/// Browsers show no PDF in a sandbox; their own viewer brings styles and the document as an object.
const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// One paper, to look at.
///
/// # Permissions
/// Who sent it. For everybody else it does not exist.
pub(super) async fn paper(State(app): State<App>, viewer: Viewer, Path(key): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let head = head(&tx, &key).await?.ok_or(PageError::NotFound)?;
    if head.account != viewer.account {
        return Err(PageError::NotFound);
    }
    let paper = read(&app, &tx, &key).await?.ok_or(PageError::NotFound)?;
    Ok(shown(paper))
}

/// A paper as an answer: whoever calls this has asked whether the viewer may see it.
pub(crate) fn shown(StoredPaper { head, bytes }: StoredPaper) -> Response {
    let text = |value: String| HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let policy = if head.media_type == "application/pdf" {
        PDF_POLICY
    } else {
        PICTURE_POLICY
    };
    let headers = [
        (header::CONTENT_TYPE, text(head.media_type)),
        (
            header::CONTENT_DISPOSITION,
            text(format!("inline; filename*=UTF-8''{}", percent(&head.file_name))),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (headers, bytes).into_response()
}
