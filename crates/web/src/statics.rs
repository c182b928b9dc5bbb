//! Static files: part of the program, under an address that changes with their content, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::PageError;

/// The route of all static files.
pub const PATH: &str = "/static/{hash}/{file}";

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    hash: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let css = "text/css; charset=utf-8";
    let js = "text/javascript; charset=utf-8";
    let files: [(&str, &str, &[u8]); 11] = [
        ("tokens.css", css, include_bytes!("../static/tokens.css")),
        ("app.css", css, include_bytes!("../static/app.css")),
        ("calendar.css", css, include_bytes!("../static/calendar.css")),
        ("htmx.min.js", js, include_bytes!("../static/htmx.min.js")),
        ("form.js", js, include_bytes!("../static/form.js")),
        ("photo.js", js, include_bytes!("../static/photo.js")),
        ("passkey.js", js, include_bytes!("../static/passkey.js")),
        ("place.js", js, include_bytes!("../static/place.js")),
        ("copy.js", js, include_bytes!("../static/copy.js")),
        ("icon.svg", "image/svg+xml", include_bytes!("../static/icon.svg")),
        (
            "licences.txt",
            "text/plain; charset=utf-8",
            include_bytes!("../static/licences.txt"),
        ),
    ];
    let asset = |(name, kind, bytes)| Asset {
        name,
        kind,
        bytes,
        hash: hex::encode(&Sha256::digest(bytes)[..6]),
    };
    files.into_iter().map(asset).collect()
});

/// The address of a static file: `/static/<hash of its content>/<name>`.
#[must_use]
pub fn asset(name: &str) -> String {
    let hash = ASSETS.iter().find(|a| a.name == name).map_or("none", |a| &a.hash);
    format!("/static/{hash}/{name}")
}

/// The files as a router, for servers without [`crate::routes`].
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(PATH, get(serve))
}

pub(crate) async fn serve(Path((hash, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let asset = ASSETS.iter().find(|a| a.name == file).ok_or(PageError::NotFound)?;
    // While a new version is rolled out, a page of the old one may ask for the old hash: it gets the file, but must not keep it.
    let keep = if asset.hash == hash {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok((
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, keep)],
        asset.bytes,
    )
        .into_response())
}
