//! The API document, made from the handlers; a snapshot test holds it against the live routes.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Ashiba registry API", description = "Touches in, roster copy out. Our own format: the national system's is not public."),
    paths(super::api::touches, super::api::roster),
    modifiers(&ReaderKeyScheme)
)]
struct Document;

struct ReaderKeyScheme;

impl Modify for ReaderKeyScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document
            .components
            .get_or_insert_with(Default::default)
            .add_security_scheme("reader_key", scheme);
    }
}

/// The document as JSON.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default()
}
