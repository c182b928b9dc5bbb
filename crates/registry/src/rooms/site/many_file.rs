//! The Excel file of many sites: its template, with the company's own sites if asked for, and reading what comes back.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Query, State};
use domain::form::Fields;
use domain::site::FORM;
use domain::{CompanyId, Policy};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::values;
use web::{Frame, Page, PageError, T};

use super::queries;
use super::register::{Staff, may_register};
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::Offered;
use crate::rows::unreadable;
use crate::sheet::{FileRefusal, Labels, Layout, Sheet, Template, attached, read_rows};

/// Column of the site ID: empty for a new site.
pub(super) const ID: &str = "site_id";
/// Column of the version of the site that the row was made from.
pub(super) const VERSION: &str = "version";

/// The columns.
pub(super) static LAYOUT: Layout = Layout {
    form: &FORM,
    without: &[],
    optional: &["contract", "works", "kentaikyo"],
    beside: &[
        (ID, "site-id", "site-many-note-id"),
        (VERSION, "site-many-version", "site-many-note-version"),
    ],
};

/// Texts of the example row, where a field is typed.
const EXAMPLE: &[(&str, &str)] = &[
    ("name", "見本台集合住宅改修工事"),
    ("from", "2026-12-01"),
    ("to", "2027-03-31"),
    ("postal", "100-0000"),
    ("city", "架空市"),
    ("street", "見本台1-2-3"),
    ("place", "35.681236, 139.767125"),
    ("radius", "200"),
    ("contract.0.name", "見本台集合住宅改修工事"),
    ("contract.0.orderer", "見本台管理組合"),
    ("contract.0.amount_yen", "12000000"),
];

/// Paragraphs of the sheet of notes.
const NOTES: [&str; 7] = ["rows", "new", "change", "clear", "contracts", "screen", "all"];

/// Most sites in one file.
pub(super) fn most(app: &App) -> usize {
    let most = app.masters().policies().at(Policy::SiteSheetRows, app.clock().today());
    usize::try_from(most).unwrap_or(1)
}

/// What is chosen from what the company has. Of two with the same name each is told apart by the end of his key.
fn offered(staff: Staff) -> Offered {
    let mut offered = staff.offered();
    for choices in offered.values_mut() {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for (_, label) in choices.iter() {
            *count.entry(label.clone()).or_default() += 1;
        }
        for (key, label) in choices.iter_mut() {
            if count.get(label).is_some_and(|count| *count > 1) {
                let end = key.get(key.len().saturating_sub(6)..).unwrap_or_default();
                *label = format!("{label}（{end}）");
            }
        }
    }
    offered
}

/// Reads a file as it was sent.
pub(super) async fn read(app: &App, staff: Staff, bytes: Bytes) -> anyhow::Result<Result<Sheet, FileRefusal>> {
    let labels = Labels::of(app.texts(), &app.masters(), &LAYOUT, &offered(staff));
    let most = most(app);
    Ok(tokio::task::spawn_blocking(move || read_rows(&bytes, &LAYOUT, &labels, most)).await?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct TemplateQuery {
    with: String,
}

#[derive(FromQueryResult)]
struct OwnColumns {
    id: String,
    version: i32,
    body: String,
}

/// The template: empty, or with the company's sites that have not ended (`?with=own`).
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn download(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<TemplateQuery>) -> Page {
    let company = may_register(&viewer).ok_or(PageError::Forbidden)?;
    let own = query.with == "own";
    let name = frame.t.s(if own {
        "site-many-own-name"
    } else {
        "site-many-template-name"
    });
    Ok(attached(&name, template(&app, frame.t, company, own).await?)?)
}

/// The template of a company.
pub(super) async fn template(app: &App, t: T, company: CompanyId, own: bool) -> anyhow::Result<Vec<u8>> {
    let tx = app.db().read().await?;
    let offered = offered(Staff::of(&tx, company).await?);
    let (most, mut lines) = (most(app), Vec::new());
    if own {
        let values = values![
            company.to_string(),
            app.clock().today().to_number(),
            i64::try_from(most).unwrap_or(i64::MAX)
        ];
        for row in tx.all::<OwnColumns>(&queries::OWN_RUNNING, values).await? {
            let mut fields: Fields = serde_json::from_str(&row.body).map_err(|_| unreadable("site.body"))?;
            fields.set(ID, row.id);
            fields.set(VERSION, row.version.to_string());
            lines.push(fields);
        }
    }
    drop(tx);
    let (masters, now) = (app.masters(), app.clock().now());
    let made = tokio::task::spawn_blocking(move || {
        let template = Template {
            layout: &LAYOUT,
            title: t.s("site-many-title"),
            sheet: t.s("site-many-sheet"),
            entries: 1,
            example: EXAMPLE,
            most: u32::try_from(most).unwrap_or(10_000),
            offered: &offered,
            lines: &lines,
            clears: true,
            notes: NOTES.iter().map(|note| t.s(format!("site-many-notes-{note}"))).collect(),
        };
        template.make(&t, &masters, now)
    });
    made.await?
}
