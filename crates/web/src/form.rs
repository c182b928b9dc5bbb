//! Forms: reading them safely, and showing them again with what was typed and what is wrong.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::csrf::{self, SessionSecret};
use crate::{PageError, T, Value};

/// A form of a signed-in person: takes it only from our own pages and with the session's token in the field `csrf`.
#[derive(Debug)]
pub struct Form<V>(pub V);

/// A form for people without a session (sign-in, language): takes it only from our own pages.
#[derive(Debug)]
pub struct OpenForm<V>(pub V);

/// A form that is only a button: `Form(NoFields {}): Form<NoFields>`.
#[derive(Debug, serde::Deserialize)]
pub struct NoFields {}

#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<S: Send + Sync, V: DeserializeOwned> FromRequest<S> for Form<V> {
    type Rejection = PageError;
    async fn from_request(request: Request, _: &S) -> Result<Self, PageError> {
        let secret = request
            .extensions()
            .get::<SessionSecret>()
            .cloned()
            .ok_or(PageError::CsrfFailed)?;
        let bytes = body(request).await?;
        let Token { csrf } = parse(&bytes)?;
        if !csrf::verify(&secret.0, &csrf) {
            return Err(PageError::CsrfFailed);
        }
        parse(&bytes).map(Self)
    }
}

impl<S: Send + Sync, V: DeserializeOwned> FromRequest<S> for OpenForm<V> {
    type Rejection = PageError;
    async fn from_request(request: Request, _: &S) -> Result<Self, PageError> {
        Self::read(request).await
    }
}

impl<V: DeserializeOwned> OpenForm<V> {
    pub(crate) async fn read(request: Request) -> Result<Self, PageError> {
        parse(&body(request).await?).map(Self)
    }
}

/// The body of a form that one of our own pages sent.
async fn body(request: Request<Body>) -> Result<Bytes, PageError> {
    if !csrf::same_origin(request.headers(), request.uri()) {
        return Err(PageError::CsrfFailed);
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(PageError::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-form"));
    }
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
            status => PageError::refused(status, "error-form"),
        })
}

fn parse<V: DeserializeOwned>(bytes: &[u8]) -> Result<V, PageError> {
    // Pages never send this: fields are texts and have defaults. So no word about which field.
    serde_html_form::from_bytes(bytes).map_err(|_| PageError::refused(StatusCode::BAD_REQUEST, "error-form"))
}

/// What is wrong with a form: field, key of the sentence and its values, in the order noted (check in the order of the form).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, String, Args)>);

/// The values of a sentence.
type Args = Vec<(&'static str, Value)>;

impl FieldErrors {
    /// Nothing wrong so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault; the first of a field stays.
    pub fn add(&mut self, field: &'static str, key: impl Into<String>) {
        self.add_with(field, key, Vec::new());
    }

    /// Notes a fault whose sentence has values.
    pub fn add_with(&mut self, field: &'static str, key: impl Into<String>, args: Args) {
        if self.0.iter().all(|(noted, ..)| *noted != field) {
            self.0.push((field, key.into(), args));
        }
    }

    /// Takes the value, or notes the fault under `field`: `let name = errors.take("name", Name::parse(&form.name), |e| e.key());`
    pub fn take<V, E>(&mut self, field: &'static str, result: Result<V, E>, key: impl FnOnce(&E) -> String) -> Option<V> {
        result.map_err(|e| self.add(field, key(&e))).ok()
    }

    /// Is nothing wrong?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence of a field in the viewer's language.
    #[must_use]
    pub fn at(&self, t: &T, field: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(noted, ..)| *noted == field)
            .map(|(_, key, args)| t.with(key, args))
    }

    /// Fields and sentences, for the summary.
    #[must_use]
    pub fn all(&self, t: &T) -> Vec<(&'static str, String)> {
        self.0.iter().map(|(field, key, args)| (*field, t.with(key, args))).collect()
    }
}

/// A form as a template shows it: what was typed, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct FormState<V> {
    /// What was typed (or the present values).
    pub values: V,
    errors: FieldErrors,
    t: T,
}

impl<V> FormState<V> {
    /// A form with nothing wrong.
    #[must_use]
    pub fn new(t: &T, values: V) -> Self {
        Self {
            values,
            errors: FieldErrors::new(),
            t: t.clone(),
        }
    }

    /// A form to be mended.
    #[must_use]
    pub fn wrong(t: &T, values: V, errors: FieldErrors) -> Self {
        Self {
            values,
            errors,
            t: t.clone(),
        }
    }

    /// The sentence of a field; empty if nothing is wrong. For the macros of `parts.html`.
    #[must_use]
    pub fn error(&self, field: &str) -> String {
        self.errors.at(&self.t, field).unwrap_or_default()
    }

    /// All faults, for the summary on top.
    #[must_use]
    pub fn errors(&self) -> Vec<(&'static str, String)> {
        self.errors.all(&self.t)
    }

    /// 422 if something is wrong, else 200.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}
