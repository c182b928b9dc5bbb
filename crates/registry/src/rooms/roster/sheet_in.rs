//! The roster as an Excel file: the template with the company's people, and reading what comes back.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Masters, TradeCode, WorkerId};
use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Workbook, XlsxError};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use unicode_normalization::UnicodeNormalization;
use web::{Frame, Language, Page, PageError, T};

use super::draft::{Body, CellFault, Line, as_typed};
use super::keep::{Kept, kept, open as open_places};
use super::put::{CLEAR, PutWorker};
use super::rows::{qualifications_of, rows_of_node, trades_of};
use super::{checkup_name, hazard_name, position_name, queries, trade_name};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::open;
use crate::rows::id;
use crate::sheet::{self, FileRefusal, MARK, Value, XLSX, column_name};

/// A row whose first column begins with this is for people.
const FOR_PEOPLE: char = '#';
/// Most workers of a file.
const MOST: u32 = 10_000;

/// Columns after the first: name of the field and key of its label.
const COLUMNS: [(&str, &str); 16] = [
    ("worker", "roster-worker-id"),
    ("name", "roster-worker"),
    ("trade", "roster-trade"),
    ("position", "roster-position"),
    ("work_content", "roster-work-content"),
    ("from", "roster-from"),
    ("to", "roster-to"),
    ("hazard", "roster-hazard"),
    ("hazard_other", "roster-hazard-other"),
    ("checkups", "roster-checkups"),
    ("checkup_other", "roster-checkup-other"),
    ("qualifications", "roster-qualifications"),
    ("sent", "roster-sent"),
    ("induction", "roster-induction"),
    ("consent", "roster-consent"),
    ("accrues", "roster-accrues"),
];

fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// Words for what people choose, by column: code or label in any language → value.
struct Words(BTreeMap<&'static str, BTreeMap<String, String>>);

impl Words {
    fn of(app: &App, masters: &Masters) -> Self {
        let mut words: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
        for language in [Language::En, Language::Ja] {
            let t = app.texts().t(language);
            for (field, value, label) in choices(masters, &t) {
                let of = words.entry(field).or_default();
                of.insert(plain(&label), value.clone());
                of.insert(plain(&value), value);
            }
        }
        Self(words)
    }

    /// The value for what is typed; what is none of the choices stays, and the check names it.
    fn value(&self, field: &str, typed: &str) -> String {
        let found = self.0.get(field).and_then(|words| words.get(&plain(typed)));
        found.cloned().unwrap_or_else(|| typed.to_owned())
    }
}

/// Everything that can be chosen: field, value, label.
fn choices(masters: &Masters, t: &T) -> Vec<(&'static str, String, String)> {
    let mut all = Vec::new();
    for trade in masters.trades().iter().filter(|trade| trade.is_small() && trade.selectable()) {
        if let Some(code) = trade.code {
            all.push(("trade", code.to_string(), trade_label(masters, t, code)));
        }
    }
    all.push(("position", "-".to_owned(), t.s("roster-ordinary")));
    for position in masters.positions().iter().filter(|position| position.selectable()) {
        all.push(("position", position.id.to_string(), position_name(masters, t, &position.id)));
    }
    for hazard in masters.hazards() {
        all.push(("hazard", hazard.id.clone(), hazard_name(t, hazard)));
        if hazard.checkup_ja.is_some() {
            all.push(("checkups", hazard.id.clone(), checkup_name(t, hazard)));
        }
    }
    all.push(("accrues", "here".to_owned(), t.s("roster-accrue-here")));
    all.push(("accrues", "stay".to_owned(), t.s("roster-accrue-stay")));
    all
}

fn trade_label(masters: &Masters, t: &T, code: TradeCode) -> String {
    format!("{code} {}", trade_name(masters, t, code))
}

/// Reads a file. What is wrong with single cells stands in the body.
///
/// # Errors
/// [`FileRefusal`].
pub(super) fn read(app: &App, bytes: &Bytes) -> Result<Body, FileRefusal> {
    let cells = sheet::read(bytes, MARK, MOST + 100)?;
    let masters = app.masters();
    let words = Words::of(app, &masters);
    let mut body = Body::default();
    let mut columns: BTreeMap<u32, &'static str> = BTreeMap::new();
    let fault = |row: u32, column: u32, key: &str, value: &str| CellFault {
        row,
        column: column_name(column),
        key: key.to_owned(),
        value: value.chars().filter(|c| !c.is_control()).take(60).collect(),
    };
    for (number, cells) in &cells.rows {
        let first = match cells.get(&0) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        if columns.is_empty() {
            if first == MARK {
                for (column, value) in cells.iter().filter(|(column, _)| **column > 0) {
                    let Value::Text(name) = value else { continue };
                    match COLUMNS.iter().find(|(field, _)| field == name) {
                        Some((field, _)) if columns.values().all(|known| known != field) => {
                            columns.insert(*column, field);
                            body.columns.insert((*field).to_owned(), column_name(*column));
                        }
                        Some(_) => body.faults.push(fault(number + 1, *column, "sheet-column-twice", name)),
                        None => body.faults.push(fault(number + 1, *column, "sheet-unknown-column", name)),
                    }
                }
            }
            continue;
        }
        if first.starts_with(FOR_PEOPLE) {
            continue;
        }
        let mut typed: BTreeMap<&str, String> = BTreeMap::new();
        for (column, value) in cells {
            let Some(field) = columns.get(column) else { continue };
            let text = match value {
                Value::Text(text) | Value::Day(text) => text.clone(),
                Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
                Value::Number(number) => number.to_string(),
                Value::Error => {
                    body.faults.push(fault(number + 1, *column, "sheet-excel-error", ""));
                    continue;
                }
            };
            typed.insert(field, text);
        }
        // A line of the template that nobody has filled in says nothing.
        let filled = typed.keys().any(|field| !matches!(*field, "worker" | "name"));
        if !filled {
            continue;
        }
        body.lines.push(line(number + 1, &typed, &words));
    }
    for (row, column) in cells.formulas {
        body.faults.push(fault(row + 1, column, "sheet-formula", ""));
    }
    if body.lines.len() > MOST as usize {
        body.faults.push(fault(0, 0, "roster-sheet-too-many", &MOST.to_string()));
        body.lines.truncate(MOST as usize);
    }
    if columns.values().all(|field| *field != "worker") {
        body.faults.push(fault(0, 0, "roster-sheet-no-worker-column", ""));
    }
    Ok(body)
}

fn line(row: u32, typed: &BTreeMap<&str, String>, words: &Words) -> Line {
    let of = |field: &str| match typed.get(field).map_or("", String::as_str).trim() {
        sheet::CLEAR => CLEAR.to_owned(),
        text => text.to_owned(),
    };
    let chosen = |field: &str| words.value(field, &of(field));
    let day = |field: &str| {
        if of(field) == CLEAR {
            return CLEAR.to_owned();
        }
        let text: String = of(field).nfkc().collect();
        // 2026/11/21 is as good as 2026-11-21.
        text.replace(['/', '.'], "-")
            .split('-')
            .map(|part| {
                if part.len() == 1 {
                    format!("0{part}")
                } else {
                    part.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("-")
    };
    let list = |field: &'static str| -> Vec<String> {
        of(field)
            .split(['、', ',', '／', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| words.value(field, part))
            .collect()
    };
    let digits: String = of("worker").nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let put = PutWorker {
        worker: if digits.is_empty() { format!("row {row}") } else { digits },
        trade: match chosen("trade") {
            // A code with the name behind it, whatever the name.
            text if text.len() > 5 => text.split_whitespace().next().unwrap_or_default().to_owned(),
            text => text,
        },
        position: chosen("position"),
        work_content: of("work_content"),
        accrues: chosen("accrues"),
        from: day("from"),
        to: day("to"),
        more: super::MoreForm {
            hazard: chosen("hazard"),
            hazard_other: of("hazard_other"),
            checkups: list("checkups"),
            checkup_other: of("checkup_other"),
            qualifications: list("qualifications"),
            sent: day("sent"),
            induction: day("induction"),
            consent: day("consent"),
        },
        version: None,
    };
    Line {
        row,
        name: of("name"),
        put,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SheetQuery {
    node: String,
}

#[derive(FromQueryResult)]
struct CandidateColumns {
    id: String,
    name: String,
}

/// The template of a place: those who stand there with what the roster says of them, then the company's other people.
///
/// # Permissions
/// Who keeps the roster of the place; a proxy gets only those who consent.
pub(super) async fn download(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<SheetQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let kept = kept(&tx, &viewer, &site).await?;
    let open = open_places(&kept);
    let place = open.iter().find(|p| p.node.0 == query.node).or(open.first());
    let place = *place.ok_or(PageError::Forbidden)?;
    let people = people(&app, &tx, place).await?;
    drop(tx);
    let workers: Vec<WorkerId> = people.iter().map(|person| person.worker).collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    let masters = app.masters();
    let bytes = workbook(&masters, &frame.t, &people).map_err(|error| PageError::Broken(error.into()))?;
    let name = format!("attachment; filename=\"roster-{}.xlsx\"", site.head.id);
    Ok((
        [(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, name)],
        bytes,
    )
        .into_response())
}

/// The template of a place, for tests.
#[cfg(test)]
pub(super) async fn template(app: &App, tx: &Tx, t: &T, place: &Kept) -> anyhow::Result<Vec<u8>> {
    let people = people(app, tx, place).await?;
    Ok(workbook(&app.masters(), t, &people)?)
}

/// Somebody the template lists.
struct Person {
    worker: WorkerId,
    name: String,
    /// What is typed for him so far; nothing for those who do not stand there.
    put: PutWorker,
    trades: Vec<TradeCode>,
    qualifications: Vec<String>,
}

async fn people(app: &App, tx: &Tx, place: &Kept) -> Result<Vec<Person>, StoreError> {
    let today = app.clock().today();
    let any = "%";
    let mut found: Vec<(WorkerId, String, PutWorker)> = Vec::new();
    // Of those who stand there a proxy sees what everybody above sees; for a sheet with IDs each must consent.
    if !place.by_proxy() {
        for row in rows_of_node(tx, &place.node, Some(today)).await? {
            let day = |day: Option<domain::WorkDay>| day.map_or_else(String::new, |d| d.to_string());
            let put = PutWorker {
                from: day(row.content.from),
                to: day(row.content.to),
                ..as_typed(&row)
            };
            found.push((row.worker, row.name, put));
        }
    }
    let candidates = values![
        place.company.to_string(),
        place.node.0.as_str(),
        today.to_number(),
        any,
        any,
        "",
        i64::from(MOST),
        0i64,
        place.agreement.as_str()
    ];
    for row in tx.all::<CandidateColumns>(&queries::CANDIDATES, candidates).await? {
        found.push((id(&row.id, "worker.id")?, row.name, PutWorker::default()));
    }
    let mut trades = trades_of(tx, found.iter().map(|(worker, ..)| *worker)).await?;
    let mut held = qualifications_of(tx, found.iter().map(|(worker, ..)| *worker)).await?;
    let person = |(worker, name, put)| Person {
        trades: trades.remove(&worker).unwrap_or_default(),
        qualifications: held.remove(&worker).unwrap_or_default().into_iter().map(|q| q.name).collect(),
        worker,
        name,
        put,
    };
    Ok(found.into_iter().map(person).collect())
}

fn workbook(masters: &Masters, t: &T, people: &[Person]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_EEF7))
        .set_border(FormatBorder::Thin)
        .set_text_wrap();
    let small = Format::new()
        .set_font_color(Color::RGB(0x0066_6666))
        .set_font_size(8)
        .set_text_wrap();
    let text = Format::new().set_num_format("@");
    let all = choices(masters, t);
    let label = |field: &str, value: &str| {
        let found = all.iter().find(|(of, v, _)| *of == field && v == value);
        found.map_or_else(|| value.to_owned(), |(.., label)| label.clone())
    };

    let sheet = book.add_worksheet().set_name(t.s("roster-sheet-data"))?;
    sheet.write_with_format(0, 0, MARK, &small)?;
    sheet.write_with_format(1, 0, "#", &small)?;
    sheet.write_with_format(2, 0, "#", &small)?;
    sheet.set_column_width(0, 7)?;
    let last = u32::try_from(people.len()).unwrap_or(MOST).max(200) + 2;
    for (n, (field, key)) in (1u16..).zip(COLUMNS) {
        sheet.write_with_format(0, n, field, &small)?;
        sheet.write_with_format(1, n, t.s(key), &head)?;
        let note = t.get(&format!("roster-sheet-note-{}", field.replace('_', "-")));
        sheet.write_with_format(2, n, note.unwrap_or_default(), &small)?;
        let wide = matches!(field, "checkups" | "qualifications" | "work_content" | "trade");
        sheet.set_column_width(n, if wide { 28 } else { 18 })?;
        sheet.set_column_format(n, &text)?;
        let count = all.iter().filter(|(of, ..)| *of == field).count();
        // Several check-ups stand in one cell.
        if count > 0 && field != "checkups" {
            let column = column_name(u32::from(n));
            let sheet_name = t.s("roster-sheet-choices").replace('\'', "''");
            let list = format!("='{sheet_name}'!${column}$2:${column}${}", count + 1);
            // What is typed may also be a code.
            let rule = DataValidation::new()
                .allow_list_formula(list.as_str().into())
                .show_error_message(false);
            sheet.add_data_validation(3, n, last, n, &rule)?;
        }
    }
    // For people: what the worker has registered. No field's name stands above, so it is not read back.
    let beside = u16::try_from(COLUMNS.len()).unwrap_or(0) + 1;
    for (n, key) in (beside..).zip(["roster-sheet-held-trades", "roster-sheet-held-qualifications"]) {
        sheet.write_with_format(1, n, t.s(key), &head)?;
        sheet.set_column_width(n, 36)?;
    }
    sheet.set_freeze_panes(3, 3)?;
    for (row, person) in (3u32..).zip(people) {
        let (put, more) = (&person.put, &person.put.more);
        let list = |field: &str, values: &[String]| values.iter().map(|v| label(field, v)).collect::<Vec<_>>().join("、");
        let trades: Vec<String> = person.trades.iter().map(|code| trade_label(masters, t, *code)).collect();
        let values: [String; 18] = [
            person.worker.to_string(),
            person.name.clone(),
            label("trade", &put.trade),
            label("position", &put.position),
            put.work_content.clone(),
            put.from.clone(),
            put.to.clone(),
            label("hazard", &more.hazard),
            more.hazard_other.clone(),
            list("checkups", &more.checkups),
            more.checkup_other.clone(),
            more.qualifications.join("、"),
            more.sent.clone(),
            more.induction.clone(),
            more.consent.clone(),
            String::new(),
            trades.join("、"),
            person.qualifications.join("、"),
        ];
        for (n, value) in (1u16..).zip(values) {
            if !value.is_empty() {
                sheet.write_with_format(row, n, value, &text)?;
            }
        }
    }

    let sheet = book.add_worksheet().set_name(t.s("roster-sheet-choices"))?;
    for (n, (field, key)) in (1u16..).zip(COLUMNS) {
        sheet.write_with_format(0, n, t.s(key), &head)?;
        for (row, (.., label)) in (1u32..).zip(all.iter().filter(|(of, ..)| *of == field)) {
            sheet.write(row, n, label)?;
        }
        sheet.set_column_width(n, 24)?;
    }
    book.save_to_buffer()
}
