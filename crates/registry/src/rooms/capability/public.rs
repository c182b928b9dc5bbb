//! What companies have published, for everybody.

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::{CompanyId, Masters, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Frame, Page, PageError, T};

use super::view::{Stars, told};
use super::{figures, queries};
use crate::App;
use crate::rooms::level::field_name;
use crate::rooms::portal::prefecture;
use crate::rooms::site::percent;
use crate::rows::day;
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 50;

/// What is sought. Companies' names are no personal data, so they may stand in addresses.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    field: String,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    company_id: String,
    name: String,
    prefecture: String,
    field: String,
    basic: i32,
    capability: i32,
    compliance: i32,
    on_day: i32,
    total: i64,
}

struct Line {
    company: String,
    name: String,
    prefecture: String,
    field: String,
    field_name: String,
    basic: Stars,
    capability: Stars,
    compliance: Stars,
    on: WorkDay,
}

#[derive(Template)]
#[template(path = "capability/templates/list.html")]
struct ListPage {
    frame: Frame,
    asked: Asked,
    fields: Vec<(String, String)>,
    lines: Paged<Line>,
}

impl ListPage {
    fn address(&self) -> String {
        format!(
            "/published?q={}&field={}&",
            percent(&self.asked.q),
            percent(&self.asked.field)
        )
    }
}

fn name_of(masters: &Masters, t: &T, field: &str) -> String {
    masters
        .levels()
        .field(field)
        .map_or_else(|| field.to_owned(), |field| field_name(t, field))
}

/// All of them, the most stars first.
///
/// # Permissions
/// Everybody.
pub(super) async fn list(State(app): State<App>, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let (masters, today) = (app.masters(), app.clock().today());
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let search = Search::new(&asked.q);
    let values = values![
        today.to_number(),
        asked.field.replace('\0', ""),
        search.name,
        search.kana_or_id,
        number.limit(),
        number.offset()
    ];
    let found: Vec<Columns> = app.db().read().await?.all(&queries::LIST, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::new();
    for row in found {
        rows.push(Line {
            field_name: name_of(&masters, &frame.t, &row.field),
            prefecture: prefecture(&masters, &frame.t, &row.prefecture),
            on: day(row.on_day, "capability_publication.on_day")?,
            company: row.company_id,
            name: row.name,
            field: row.field,
            basic: Stars::new(&frame.t, row.basic),
            capability: Stars::new(&frame.t, row.capability),
            compliance: Stars::new(&frame.t, row.compliance),
        });
    }
    let fields = super::publish::rated(&masters, today).map(|field| (field.id.clone(), field_name(&frame.t, field)));
    web::page(&ListPage {
        fields: fields.collect(),
        asked: Asked {
            q: search.typed,
            ..asked
        },
        lines: Paged {
            rows,
            total,
            page: number,
        },
        frame: frame.title("capability-public-title"),
    })
}

#[derive(FromQueryResult)]
struct One {
    name: String,
    prefecture: String,
    on_day: i32,
    until_day: i32,
    confirmed: i32,
    figures: String,
    basic: i32,
    capability: i32,
    compliance: i32,
}

#[derive(Template)]
#[template(path = "capability/templates/company.html")]
struct CompanyPage {
    frame: Frame,
    company: CompanyId,
    prefecture: String,
    field: String,
    on: WorkDay,
    until: WorkDay,
    confirmed: bool,
    /// Name and stars of the areas.
    areas: Vec<(String, Stars)>,
    told: Vec<(String, String, String)>,
}

/// What one company has published in one field.
///
/// # Permissions
/// Everybody.
pub(super) async fn page(State(app): State<App>, frame: Frame, Path((company, field)): Path<(String, String)>) -> Page {
    let company: CompanyId = company.parse().map_err(|_| PageError::NotFound)?;
    let (masters, today) = (app.masters(), app.clock().today());
    let known = masters.levels().field(&field).ok_or(PageError::NotFound)?;
    let values = values![company.to_string(), field, today.to_number()];
    let one: Option<One> = app.db().read().await?.one(&queries::ONE, values).await?;
    let one = one.ok_or(PageError::NotFound)?;
    let t = frame.t.clone();
    let list = t.s("capability-public-title");
    let areas = [
        ("basic", one.basic),
        ("capability", one.capability),
        ("compliance", one.compliance),
    ];
    web::page(&CompanyPage {
        company,
        prefecture: prefecture(&masters, &t, &one.prefecture),
        field: field_name(&t, known),
        on: day(one.on_day, "capability_publication.on_day")?,
        until: day(one.until_day, "capability_publication.until_day")?,
        confirmed: one.confirmed == 1,
        areas: areas
            .map(|(word, stars)| (t.s(format!("capability-area-{word}")), Stars::new(&t, stars)))
            .into(),
        told: told(&t, &figures::read(&one.figures)?),
        frame: frame.crumb(list, "/published").titled(one.name),
    })
}
