//! The simple level check (簡易レベル判定): field, time, qualifications in; level and what is missing out. Open to everybody, nothing kept.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::levels::{Facts, Field, Held, JUDGED, Settings, Told, judge};
use domain::{Masters, WorkDay};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use web::{FieldErrors, FormState, Frame, OpenForm, Page, PageError, T};

use super::view::{FieldView, field_name, field_view, item_name};
use crate::App;
use crate::rooms::roster;

/// Longest time that can be told, in years.
const MOST_YEARS: u32 = 70;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
}

/// A field in the list.
struct Listed {
    id: String,
    name: String,
    trades: String,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "level/templates/fields.html")]
struct FieldsPage {
    frame: Frame,
    q: String,
    fields: Vec<Listed>,
}

/// Where to begin: the fields, found by the name of field or trade.
///
/// # Permissions
/// Everybody.
pub(super) async fn fields(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Page {
    let masters = app.masters();
    let today = app.clock().today();
    let q: String = wanted.q.trim().chars().take(60).collect();
    let sought = plain(&q);
    let there = masters
        .levels()
        .fields
        .iter()
        .filter(|field| field.edition_on(today).is_some());
    let fields = there
        .filter(|field| {
            words_of(&masters, field, today)
                .iter()
                .any(|word| plain(word).contains(&sought))
        })
        .map(|field| listed(&masters, &frame.t, field, today))
        .collect();
    web::page(&FieldsPage {
        frame: frame.title("level-check-title"),
        q,
        fields,
    })
}

/// Letters as they are compared: of one width, small, without spaces.
fn plain(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// What a field is found by: its names and those of its trades.
fn words_of(masters: &Masters, field: &Field, on: WorkDay) -> Vec<String> {
    let trades = field
        .edition_on(on)
        .map(|edition| edition.trades.as_slice())
        .unwrap_or_default();
    let trades = trades.iter().filter_map(|code| masters.trade(*code));
    let names = trades.flat_map(|trade| {
        [
            trade.name_ja.clone(),
            trade.large_name_ja.clone(),
            trade.large_name_en.clone(),
        ]
    });
    [field.name_ja.clone(), field.name_en.clone()]
        .into_iter()
        .chain(names)
        .collect()
}

fn listed(masters: &Masters, t: &T, field: &Field, on: WorkDay) -> Listed {
    let edition = field.edition_on(on);
    let trades = edition.map(|edition| edition.trades.as_slice()).unwrap_or_default();
    let names: Vec<String> = trades.iter().map(|code| roster::trade_name(masters, t, *code)).collect();
    Listed {
        id: field.id.clone(),
        name: field_name(t, field),
        trades: names.join(&t.s("level-between")),
        confirmed: edition.is_some_and(|edition| edition.levels.iter().all(|level| level.confirmed)),
    }
}

/// What is asked: times in years and months, and the numbers of the ticked qualifications.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct CheckForm {
    work_years: String,
    work_months: String,
    foreman_years: String,
    foreman_months: String,
    squad_years: String,
    squad_months: String,
    held: Vec<String>,
}

/// A qualification that can be ticked.
struct Tick {
    value: String,
    name: String,
    ticked: bool,
}

/// The qualifications that a level names first.
struct Ticks {
    level: u8,
    list: Vec<Tick>,
}

#[derive(Template)]
#[template(path = "level/templates/check.html")]
struct CheckPage {
    frame: Frame,
    id: String,
    form: FormState<CheckForm>,
    ticks: Vec<Ticks>,
    confirmed: bool,
    answer: Option<FieldView>,
}

impl CheckPage {
    /// What is asked for in years and months, with what was typed.
    fn times(&self) -> [(&'static str, &str, &str); 3] {
        let form = &self.form.values;
        [
            ("work", &form.work_years, &form.work_months),
            ("foreman", &form.foreman_years, &form.foreman_months),
            ("squad", &form.squad_years, &form.squad_months),
        ]
    }
}

/// The form of one field.
///
/// # Permissions
/// Everybody.
pub(super) async fn form(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Page {
    let form = FormState::new(&frame.t, CheckForm::default());
    show(&app, frame, &id, form, None)
}

/// Its answer. Nothing is stored or logged of what was asked.
///
/// # Permissions
/// Everybody.
pub(super) async fn answer(
    State(app): State<App>,
    frame: Frame,
    Path(id): Path<String>,
    OpenForm(form): OpenForm<CheckForm>,
) -> Page {
    let per_year = app.masters().levels().rules.days_per_year;
    match told(&form, per_year) {
        Ok(told) => {
            let form = FormState::new(&frame.t, form);
            show(&app, frame, &id, form, Some(told))
        }
        Err(errors) => {
            let form = FormState::wrong(&frame.t, form, errors);
            show(&app, frame, &id, form, None)
        }
    }
}

/// The days that were told: months by the days of a year, cut to whole days.
fn told(form: &CheckForm, per_year: u32) -> Result<Told, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut months = |years: (&'static str, &str), months: (&'static str, &str)| {
        number(&mut errors, years.0, years.1, MOST_YEARS) * 12 + number(&mut errors, months.0, months.1, 11)
    };
    let work = months(("work_years", &form.work_years), ("work_months", &form.work_months));
    let foreman = months(
        ("foreman_years", &form.foreman_years),
        ("foreman_months", &form.foreman_months),
    );
    let squad = months(("squad_years", &form.squad_years), ("squad_months", &form.squad_months));
    if foreman + squad > work {
        let field = if foreman > 0 { "foreman_years" } else { "squad_years" };
        errors.add(field, "level-check-more-than-work");
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let days = |months: u32| months * per_year / 12;
    Ok(Told {
        work: days(work),
        foreman: days(foreman),
        squad: days(squad),
    })
}

/// A whole number in any width; nothing typed is none.
fn number(errors: &mut FieldErrors, field: &'static str, typed: &str, most: u32) -> u32 {
    let typed: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
    if typed.is_empty() {
        return 0;
    }
    let number = typed.parse::<u32>().ok().filter(|n| *n <= most);
    if number.is_none() {
        errors.add_with(field, "level-check-number", vec![("most", most.into())]);
    }
    number.unwrap_or_default()
}

fn show(app: &App, frame: Frame, id: &str, form: FormState<CheckForm>, told: Option<Told>) -> Page {
    let masters = app.masters();
    let today = app.clock().today();
    let field = masters.levels().field(id).ok_or(PageError::NotFound)?;
    let edition = field.edition_on(today).ok_or(PageError::NotFound)?;
    let items = edition.items();
    let is_ticked = |n: usize| form.values.held.iter().any(|value| *value == n.to_string());
    let held = items
        .iter()
        .enumerate()
        .filter(|(n, _)| is_ticked(*n))
        .filter_map(|(_, item)| {
            Some(Held {
                name: item.names.first()?.clone(),
                code: None,
                since: None,
                until: None,
            })
        });
    let facts = Facts {
        detailed: true,
        registered: today,
        months: Vec::new(),
        certified: Vec::new(),
        qualifications: held.collect(),
        told: told.unwrap_or_default(),
    };
    let settings = Settings::on(masters.policies(), today);
    let judged = judge(masters.levels(), field, &facts, today, settings);
    let answer = told.and(judged).map(|judged| field_view(&masters, &frame.t, &judged));
    let mut ticks: Vec<Ticks> = JUDGED.into_iter().map(|level| Ticks { level, list: Vec::new() }).collect();
    for (n, item) in items.iter().enumerate() {
        let level = edition
            .levels()
            .find(|(_, level)| level.items().any(|other| other == *item))
            .map_or(2, |(number, _)| number);
        if let Some(ticks) = ticks.iter_mut().find(|ticks| ticks.level == level) {
            ticks.list.push(Tick {
                value: n.to_string(),
                name: item_name(&frame.t, item),
                ticked: is_ticked(n),
            });
        }
    }
    ticks.retain(|ticks| !ticks.list.is_empty());
    let status = form.status();
    let back = frame.t.s("level-check-title");
    let title = field_name(&frame.t, field);
    let page = web::page(&CheckPage {
        frame: frame.crumb(back, "/level-check").titled(title),
        id: id.to_owned(),
        form,
        ticks,
        confirmed: edition.levels.iter().all(|level| level.confirmed),
        answer,
    })?;
    Ok((status, page).into_response())
}
