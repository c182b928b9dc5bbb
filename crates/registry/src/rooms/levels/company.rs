//! The levels of a company's own people, as the last run found them: who can apply, who is close, what runs out. Names that are searched
//! for travel in the form, never in an address.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::{CompanyId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Encoding, Form, Frame, Page, PageError, T, csv_response};

use super::lines::{Columns, Limits, Line, lines};
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::level::field_name;
use crate::rooms::{audit, site};
use crate::rows::{opt_day, unreadable};
use crate::typed::Search;

/// Lines of a page.
const ROWS: u32 = 100;
/// Lines of a file, and on paper: more than any company has people.
const ALL: i64 = 100_000;
/// What can be asked for alone.
const SHOWS: [&str; 3] = ["apply", "near", "ends"];

/// Which part of the list.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// A name, kana or ID; only in the form.
    q: String,
    field: String,
    level: String,
    /// `apply`, `near` or `ends`.
    show: String,
    page: Option<u32>,
    /// On paper, with all lines.
    paper: Option<String>,
    /// CSV only.
    encoding: Encoding,
}

impl Asked {
    /// Of one kind alone.
    pub(super) fn only(show: &str) -> Self {
        Self {
            show: show.to_owned(),
            ..Self::default()
        }
    }

    /// From an address: what a person is called is not taken from there.
    fn of_address(self) -> Self {
        Self {
            q: String::new(),
            ..self
        }
    }

    fn is_whole(&self) -> bool {
        [&self.q, &self.field, &self.level, &self.show]
            .iter()
            .all(|part| part.is_empty())
    }

    /// The filters as they stand in addresses; ends in `&`, or is empty.
    fn address(&self) -> String {
        let parts = [("field", &self.field), ("level", &self.level), ("show", &self.show)];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        given
            .map(|(name, value)| format!("{name}={}&", site::percent(value)))
            .collect()
    }
}

/// How many workers there are of each kind.
#[derive(FromQueryResult)]
pub(super) struct Counts {
    pub(super) people: i64,
    pub(super) apply: i64,
    pub(super) near: i64,
    pub(super) ends: i64,
}

#[derive(FromQueryResult)]
struct FieldRow {
    field: String,
}

#[derive(Template)]
#[template(path = "levels/templates/company.html")]
struct CompanyPage {
    frame: Frame,
    asked: Asked,
    counts: Counts,
    may_apply: bool,
    near_days: i64,
    ends_days: i64,
    /// When everybody was judged.
    as_of: String,
    lines: Paged<Line>,
    fields: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    shows: Vec<(String, String)>,
    company: String,
}

impl CompanyPage {
    fn on_paper(&self) -> bool {
        self.asked.paper.is_some()
    }
}

/// The company whose people the viewer keeps.
pub(super) fn company_of(viewer: &Viewer) -> Result<(CompanyId, &str), PageError> {
    let own = viewer.company.as_ref().filter(|_| viewer.may(Act::KeepTies));
    own.map(|(id, name)| (*id, name.as_str())).ok_or(PageError::Forbidden)
}

/// All of them, or those of a field, a level or a kind.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    show(&app, &viewer, frame, asked.of_address()).await
}

/// What a search found.
///
/// # Permissions
/// As the list.
pub(super) async fn search(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    show(&app, &viewer, frame, asked).await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, asked: Asked) -> Page {
    let (company, name) = company_of(viewer)?;
    let (masters, today) = (app.masters(), app.clock().today());
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let (limit, offset) = match asked.paper {
        Some(_) => (ALL, 0),
        None => (number.limit(), number.offset()),
    };
    let limits = Limits::on(&masters, today);
    let tx = app.db().read().await?;
    let rows = rows(&tx, company, today, limits, &asked, (limit, offset)).await?;
    let values = values![
        company.to_string(),
        today.to_number(),
        limits.near_number(),
        limits.ends(today).to_number()
    ];
    let counts: Option<Counts> = tx.one(&queries::COUNTS_OF_COMPANY, values).await?;
    let fields: Vec<FieldRow> = tx
        .all(&queries::FIELDS_OF_COMPANY, values![company.to_string(), today.to_number()])
        .await?;
    let as_of = as_of(&tx, &frame.t).await?;
    drop(tx);
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let lines = lines(&masters, &frame.t, today, limits, rows)?;
    let people: Vec<WorkerId> = lines.iter().map(|line| line.worker).collect();
    audit::seen(app, viewer, &people, "level").await?;
    let t = &frame.t;
    let named = |row: FieldRow| {
        let field = masters.levels().field(&row.field)?;
        Some((row.field, field_name(t, field)))
    };
    web::page(&CompanyPage {
        fields: fields.into_iter().filter_map(named).collect(),
        levels: [1, 2, 3, 4]
            .map(|level: i32| (level.to_string(), t.n("level-name", "level", level)))
            .into(),
        shows: SHOWS.map(|show| (show.to_owned(), t.s(format!("levels-show-{show}")))).into(),
        may_apply: viewer.may(Act::ApplyByProxy),
        counts: counts.ok_or_else(|| unreadable("level_standing"))?,
        near_days: limits.near,
        ends_days: limits.ends,
        as_of,
        lines: Paged {
            rows: lines,
            total,
            page: number,
        },
        asked,
        company: name.to_owned(),
        frame: frame.title("levels-title"),
    })
}

/// The same as a file, with all lines.
///
/// # Permissions
/// As the list.
pub(super) async fn csv(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let asked = asked.of_address();
    let (company, _) = company_of(&viewer)?;
    let (masters, today, t) = (app.masters(), app.clock().today(), &frame.t);
    let limits = Limits::on(&masters, today);
    let tx = app.db().read().await?;
    let rows = rows(&tx, company, today, limits, &asked, (ALL, 0)).await?;
    drop(tx);
    let lines = lines(&masters, t, today, limits, rows)?;
    let people: Vec<WorkerId> = lines.iter().map(|line| line.worker).collect();
    audit::seen(&app, &viewer, &people, "level").await?;
    let head = [
        "csv-worker-id",
        "csv-name",
        "csv-kana",
        "levels-card",
        "levels-field",
        "levels-level",
        "levels-sure",
        "levels-days",
        "levels-next",
        "levels-missing-days",
        "levels-missing",
        "levels-forecast",
        "levels-ends",
        "levels-wage",
    ];
    let mut file = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    for line in lines {
        let judged = !line.field.is_empty();
        let figure = |number: i32| if judged { number.to_string() } else { String::new() };
        file.push(vec![
            line.worker.to_string(),
            line.name,
            line.kana,
            line.card.to_string(),
            line.field,
            figure(line.level),
            if judged {
                t.s(if line.sure { "levels-confirmed" } else { "levels-guide" })
            } else {
                String::new()
            },
            figure(line.days),
            line.next,
            figure(line.missing_days),
            line.missing.join(&t.s("level-between")),
            line.forecast,
            line.ends,
            line.wage,
        ]);
    }
    Ok(csv_response(&format!("{company}_levels.csv"), file, asked.encoding)?)
}

pub(super) async fn rows(
    tx: &Tx,
    company: CompanyId,
    today: WorkDay,
    limits: Limits,
    asked: &Asked,
    (limit, offset): (i64, i64),
) -> Result<Vec<Columns>, StoreError> {
    let search = Search::new(&asked.q);
    let level: i32 = asked.level.parse().unwrap_or(0);
    let show = if SHOWS.contains(&asked.show.as_str()) {
        asked.show.as_str()
    } else {
        ""
    };
    let values = values![
        company.to_string(),
        today.to_number(),
        search.name,
        search.kana_or_id,
        asked.field.replace('\0', ""),
        level,
        show,
        limits.near_number(),
        limits.ends(today).to_number(),
        limit,
        offset
    ];
    tx.all(&queries::OF_COMPANY, values).await
}

/// As of when everything here is, in a sentence.
pub(super) async fn as_of(tx: &Tx, t: &T) -> Result<String, StoreError> {
    let last: Option<i32> = tx.value(&queries::LAST_DAY, values![]).await?;
    Ok(match opt_day(last, "level_run.on_day")? {
        Some(day) => t.with("levels-as-of", &[("day", day)]),
        None => t.s("levels-never"),
    })
}
