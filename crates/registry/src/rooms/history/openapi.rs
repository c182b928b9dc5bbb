//! The API document, made from the handlers; a snapshot test holds it against the live routes.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::rooms::device::setup_api;

#[derive(OpenApi)]
#[openapi(
    info(title = "Ashiba registry API", description = "Touches in, roster copy out, devices set up. Our own format: the national system's is not public."),
    paths(
        super::api::touches,
        super::api::roster,
        setup_api::sign_in,
        setup_api::code,
        setup_api::sites,
        setup_api::readers,
        setup_api::undo
    ),
    modifiers(&BearerSchemes)
)]
struct Document;

struct BearerSchemes;

impl Modify for BearerSchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        for name in ["reader_key", "setup_token"] {
            let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The document as JSON.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default()
}
