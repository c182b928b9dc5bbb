//! The template (様式): the worker's form as an Excel file.

use axum::extract::State;
use domain::access::Act;
use domain::registration::worker;
use web::{Frame, Page, PageError, T};

use super::stored::most_workers;
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::NOTHING_OFFERED;
use crate::sheet::{Layout, Template, attached};

/// The columns. A sole master applies for himself, not in a file of others; a level is asked for one by one, with the judge beside it.
pub(super) static LAYOUT: Layout = Layout {
    form: &worker::FORM,
    without: &["firm", "level", "career"],
    optional: &[],
    beside: &[],
};

/// Texts of the example row, where a field is typed.
const EXAMPLE: &[(&str, &str)] = &[
    ("family_name", "架空"),
    ("given_name", "太郎"),
    ("family_kana", "カクウ"),
    ("given_kana", "タロウ"),
    ("birth_day", "1990-04-01"),
    ("postal", "100-0000"),
    ("city", "架空区"),
    ("street", "見本1-2-3"),
    ("mobile", "090-0000-0000"),
    ("email", "taro@example.jp"),
    ("employer.0.from", "2020-04-01"),
    ("photo", "taro-photo.jpg"),
    ("identity_paper", "taro-licence.jpg"),
    ("worker_consent_paper", "taro-consent.pdf"),
];

/// The template in the viewer's language.
pub(super) fn template(app: &App, t: &T) -> anyhow::Result<Vec<u8>> {
    let template = Template {
        layout: &LAYOUT,
        title: t.s("bulk-title"),
        sheet: t.s("bulk-sheet-workers"),
        entries: 3,
        example: EXAMPLE,
        most: u32::try_from(most_workers(app)).unwrap_or(500),
        offered: &NOTHING_OFFERED,
        lines: &[],
        clears: false,
        notes: Vec::new(),
    };
    template.make(t, &app.masters(), app.clock().now())
}

/// The template.
///
/// # Permissions
/// Administrators and proxy clerks.
pub(super) async fn download(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    if !viewer.may(Act::ApplyByProxy) {
        return Err(PageError::Forbidden);
    }
    Ok(attached(&frame.t.s("bulk-template-name"), template(&app, &frame.t)?)?)
}
