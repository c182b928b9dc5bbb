//! What went wrong, as a person sees it: a sentence, the way out, and a reference number that the log knows.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt;

use crate::{Frame, Value};

/// What a page handler returns.
pub type Page = Result<Response, PageError>;

/// Why there is no page. The viewer's language and frame are put in by [`error_pages`].
#[derive(Debug)]
pub enum PageError {
    /// A rule says no; the text of `key` says why.
    Refused {
        /// Status of the answer.
        status: StatusCode,
        /// Key of the sentence.
        key: String,
        /// Its values.
        args: Vec<(&'static str, Value)>,
    },
    /// Nothing here, or nothing that this viewer may know of.
    NotFound,
    /// The viewer may not do this.
    Forbidden,
    /// Nobody is signed in: leads to the sign-in page and back.
    SignInNeeded {
        /// Path and query to come back to.
        return_to: String,
    },
    /// The form did not come from our page, or the page was too old.
    CsrfFailed,
    /// The request is larger than allowed.
    TooLarge,
    /// Our fault: the person sees a number, the log sees the chain of causes.
    Broken(anyhow::Error),
}

impl PageError {
    /// A refusal without values.
    #[must_use]
    pub fn refused(status: StatusCode, key: impl Into<String>) -> Self {
        Self::Refused {
            status,
            key: key.into(),
            args: Vec::new(),
        }
    }

    fn parts(self) -> (StatusCode, String, Vec<(&'static str, Value)>) {
        let (status, key) = match self {
            Self::Refused { status, key, args } => return (status, key, args),
            Self::NotFound => (StatusCode::NOT_FOUND, "error-not-found"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "error-forbidden"),
            Self::CsrfFailed => (StatusCode::FORBIDDEN, "error-csrf"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "error-too-large"),
            Self::SignInNeeded { .. } => (StatusCode::UNAUTHORIZED, "error-sign-in"),
            Self::Broken(_) => (StatusCode::INTERNAL_SERVER_ERROR, "error-broken"),
        };
        (status, key.to_owned(), Vec::new())
    }
}

/// Whatever breaks on the way to a page is our fault: `?` is all a handler writes. A refusal is no `std::error::Error`, so it can
/// never slip through here.
impl<E: Into<anyhow::Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// What [`error_pages`] needs to write the page.
#[derive(Debug, Clone)]
struct Told {
    key: String,
    args: Vec<(&'static str, Value)>,
    reference: String,
}

/// An answer that leads to the sign-in page; a partial update needs it said another way.
#[derive(Debug, Clone)]
struct LedToSignIn(String);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Self::SignInNeeded { return_to } = &self {
            let to = sign_in_path(return_to);
            let mut response = redirect(&to);
            response.extensions_mut().insert(LedToSignIn(to));
            return response;
        }
        let reference = reference();
        match &self {
            Self::Broken(error) => tracing::error!(reference, error = format!("{error:#}"), "a page broke"),
            other => tracing::info!(reference, ?other, "a page was refused"),
        }
        let (status, key, args) = self.parts();
        // Without the middleware this is all there is: the status and the number.
        let mut response = (status, format!("{}\n{reference}\n", status.as_u16())).into_response();
        response.extensions_mut().insert(Told { key, args, reference });
        response
    }
}

/// Eight characters that can be read out over the telephone.
#[expect(
    clippy::disallowed_methods,
    reason = "a label for the log that decides nothing; an error has no App to ask for chance"
)]
pub fn reference() -> String {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut rng = rand::rng();
    let letters: String = (0..8)
        .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    sentence: String,
    advice: Option<String>,
    reference: String,
    back: Option<String>,
}

/// Middleware: writes the page of a [`PageError`] in the viewer's language. [`crate::Web`] puts it outermost; an app puts it once
/// more inside its session layer, so that the page has the viewer's own menu.
pub async fn error_pages(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (frame, headers, method) = (Frame::of(&parts), parts.headers.clone(), parts.method.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(LedToSignIn(to)) = response.extensions_mut().remove()
        && headers.contains_key("hx-request")
        && let Ok(to) = HeaderValue::from_str(&to)
    {
        return ([("hx-redirect", to)], StatusCode::OK).into_response();
    }
    let Some(told) = response.extensions_mut().remove::<Told>() else {
        return response;
    };
    render(response, frame, &told, &headers, &method)
}

fn render(response: Response, mut frame: Frame, told: &Told, headers: &HeaderMap, method: &Method) -> Response {
    let status = response.status();
    let sentence = frame.t.with(&told.key, &told.args);
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    if !accept.contains("text/html") && !accept.contains("*/*") {
        let line = format!("{sentence}\n{}: {}\n", frame.t.s("error-reference"), told.reference);
        return (status, parts.headers, line).into_response();
    }
    frame.title = frame.t.s(title_key(status));
    frame.flash = None;
    let advice = frame.t.get(&format!("{}-advice", told.key));
    // Going back to the same address only helps after a GET, or to the form that was sent.
    let back = if method == Method::GET { None } else { back(headers) };
    if method != Method::GET {
        // The language switch comes back by GET, which this address may not know.
        frame.path = back.clone().unwrap_or_else(|| "/".to_owned());
    }
    let page = ErrorPage {
        frame,
        sentence,
        advice,
        reference: told.reference.clone(),
        back,
    };
    match page.render() {
        Ok(html) => (status, parts.headers, Html(html)).into_response(),
        Err(_) => (status, parts.headers, told.reference.clone()).into_response(),
    }
}

fn title_key(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "error-title-not-found",
        StatusCode::FORBIDDEN => "error-title-forbidden",
        _ if status.is_server_error() => "error-title-broken",
        _ => "error-title-refused",
    }
}

/// Path of the page that sent the form, if it is one of ours.
fn back(headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let rest = referer.split_once("://")?.1.strip_prefix(host)?;
    (rest.starts_with('/') && safe_next(rest) == rest).then(|| rest.to_owned())
}

/// Renders a page.
///
/// # Errors
/// If the template fails.
pub fn page(template: &impl Template) -> Page {
    Ok(Html(template.render()?).into_response())
}

/// 303 to a path of ours.
#[must_use]
pub fn redirect(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The address of the sign-in page that leads back to `return_to`.
#[must_use]
pub fn sign_in_path(return_to: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');
    format!("/sign-in?next={}", utf8_percent_encode(safe_next(return_to), KEPT))
}

/// A way onward that came from outside: itself if it is a path of ours, else `/`.
///
/// Browsers read `\` as `/` and skip tabs and line ends, so `/\evil.example` and `/<tab>/evil.example` would lead away.
#[must_use]
pub fn safe_next(path: &str) -> &str {
    let local = path.starts_with('/') && !path.starts_with("//") && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths() {
        for path in ["/", "/sites/1?month=2026-11", "/a//b", "/%E7%8F%BE%E5%A0%B4"] {
            assert_eq!(safe_next(path), path);
        }
        for path in [
            "",
            "sites",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "/\t/evil",
            "https://evil.example",
            "/a b",
            "/a\r\nb: c",
        ] {
            assert_eq!(safe_next(path), "/", "{path:?}");
        }
        assert_eq!(sign_in_path("/sites?a=b&c=d"), "/sign-in?next=/sites%3Fa%3Db%26c%3Dd");
        assert_eq!(sign_in_path("//evil.example"), "/sign-in?next=/");
    }
}
