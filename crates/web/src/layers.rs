//! The layers around the whole app: language, security headers, limits, panics, error pages.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::files_form::is_multipart;
use crate::frame::FLASH;
use crate::{Language, PageError, Texts, body_limit, cookies, error_pages};

/// Nothing but our own files; no script and no style inside a page; nobody may put us into a frame.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// How the app meets the web.
#[derive(Debug, Clone)]
pub struct Web {
    /// All texts.
    pub texts: Arc<Texts>,
    /// Do people reach us over https (also when a proxy in front ends it)?
    pub https: bool,
    /// Largest body in bytes; a route may set its own with [`body_limit`].
    pub body_limit: usize,
    /// Longest time for an answer.
    pub timeout: Duration,
    /// Longest time where files are sent: a telephone on a site has a thin line.
    pub upload_timeout: Duration,
}

impl Web {
    /// With a body limit of 1 MB and 30 seconds; 5 minutes for files.
    #[must_use]
    pub fn new(texts: Arc<Texts>, https: bool) -> Self {
        Self {
            texts,
            https,
            body_limit: 1_000_000,
            timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(300),
        }
    }

    /// Puts everything around the app's router (which brings its own session layer). The last call before serving.
    pub fn wrap<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        let limit = self.body_limit;
        let web = Arc::new(self);
        router
            .fallback(|| async { PageError::NotFound })
            .method_not_allowed_fallback(|| async { PageError::refused(StatusCode::METHOD_NOT_ALLOWED, "error-method") })
            .layer(body_limit(limit))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(Arc::clone(&web), in_time))
            .layer(from_fn(error_pages))
            .layer(from_fn_with_state(web, outermost))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that CatchPanicLayer asks for")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied());
    PageError::Broken(anyhow!("panic: {}", text.unwrap_or("of an unknown kind"))).into_response()
}

async fn in_time(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let timeout = if is_multipart(request.headers()) {
        web.upload_timeout
    } else {
        web.timeout
    };
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => PageError::refused(StatusCode::SERVICE_UNAVAILABLE, "error-timeout").into_response(),
    }
}

/// Finds the language, and sets the headers that every answer has.
async fn outermost(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let t = web.texts.t(Language::of(request.headers()));
    request.extensions_mut().insert(t);
    let had_flash = cookies::read(request.headers(), FLASH).is_some();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // The notice has been shown once a page came; redirects in between keep it.
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    if had_flash && is_page {
        let (name, value) = cookies::plain(FLASH, "", Some(0));
        headers.append(name, value);
    }
    security(headers, web.https);
    response
}

fn security(headers: &mut HeaderMap, https: bool) {
    // An answer that is no page (a stored file) brings a stricter policy of its own.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    // Pages hold personal data: no cache keeps them, unless the answer says otherwise (static files do).
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
