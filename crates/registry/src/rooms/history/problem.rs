//! Answers of the API that are not a success: one form, stable codes, a reference number.

use std::fmt::Display;

use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use store::StoreError;
use wire::Problem;

/// An answer that is not a success, for machines: stable code, sentence, reference number.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problem: Problem,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &str, text: impl Into<String>, field: Option<String>, passing: bool) -> Self {
        let reference = web::reference();
        tracing::info!(reference, code, status = status.as_u16(), "a request was refused");
        Self {
            status,
            problem: Problem {
                code: code.to_owned(),
                text: text.into(),
                field,
                reference,
                passing,
            },
        }
    }

    /// No key, an unknown one or a revoked one: the three are not told apart.
    pub(crate) fn wrong_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "OCUF0004E",
            "The reader key is missing, unknown or revoked. Issue a new one on the site's page of card readers.",
            None,
            false,
        )
    }

    pub(crate) fn schema(text: String, field: Option<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "OCUX0904E", text, field, false)
    }

    pub(crate) fn broken(error: &dyn Display) -> Self {
        let this = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "OCUX0903E",
            "The registry could not do this now. Send it again; tell the support the reference number.",
            None,
            true,
        );
        tracing::error!(reference = this.problem.reference, error = %error, "a request broke");
        this
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::broken(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}

/// Answers on the API that did not come from a handler of it (no such address, method, time-out), put in its own form.
pub(crate) async fn problems(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    let status = response.status();
    if !is_api || json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (code, text, passing) = match status {
        StatusCode::NOT_FOUND => (
            "OCUX0905E",
            "There is nothing at this address. The document is at /api/v1/openapi.json.",
            false,
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "OCUX0905E",
            "This address does not take this method. The document is at /api/v1/openapi.json.",
            false,
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "OCUX0904E",
            "The body is too large. Send at most 1,000 touches at once.",
            false,
        ),
        _ => ("OCUX0903E", "The registry could not do this now. Send it again.", true),
    };
    ApiError::new(status, code, text, None, passing).into_response()
}
