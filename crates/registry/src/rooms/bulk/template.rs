//! The template (様式): an Excel file made from the same table of fields as the form, with drop-down lists and a row of notes.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use domain::access::Act;
use domain::registration::{Field, Group, Kind, Need, worker};
use jiff::Timestamp;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula,
    Workbook, Worksheet, XlsxError,
};
use web::{Frame, Page, PageError, T};

use super::sheet::{MARK, fields, shown_choice};
use super::stored::most_workers;
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::{choices, label_key, label_of};
use crate::rooms::site::percent;

/// What Excel calls its files.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Entries of a list that have columns; whoever needs more adds columns with the next number.
const ENTRIES: usize = 3;
/// Rows for people above the first worker: names, labels, notes, the example.
const HEAD: u32 = 4;
/// Where the choices are.
const CHOICES: &str = "choices";

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

/// A column of the template.
struct Column {
    name: String,
    group: &'static Group,
    field: &'static Field,
    /// What can be chosen, as the list shows it.
    choices: Vec<String>,
}

fn columns(app: &App, t: &T) -> Vec<Column> {
    let masters = app.masters();
    let mut columns = Vec::new();
    for group in worker::FORM.groups {
        let entries = group.list.map_or(1, |(_, most)| most.min(ENTRIES));
        for number in 0..entries {
            for (_, field) in fields().filter(|(of, _)| of.name == group.name) {
                let choices = choices(t, &masters, &worker::FORM, group, field).into_iter();
                columns.push(Column {
                    name: group.full_name(field, number),
                    group,
                    field,
                    choices: choices.map(|(word, label)| shown_choice(field, &word, &label)).collect(),
                });
            }
        }
    }
    columns
}

/// What is to be known of a field, for the row of notes.
fn note(t: &T, column: &Column) -> String {
    let field = column.field;
    let need = match (field.need, column.group.list) {
        // Entries of a list are needed only if there is such an entry.
        (Need::Always, None | Some((1.., _))) if column.name.split('.').nth(1).is_none_or(|n| n == "0") => "bulk-note-must",
        (Need::Always | Need::When(_), _) => "bulk-note-when",
        (Need::Optional | Need::OptionalWhen(_), _) => "bulk-note-optional",
    };
    let form = match field.kind {
        _ if !column.choices.is_empty() => "bulk-note-choose",
        Kind::BirthDay | Kind::PastDay | Kind::Day => "bulk-note-day",
        Kind::Paper(_) => "bulk-note-paper",
        Kind::Kana => "bulk-note-kana",
        Kind::Alphabet => "bulk-note-alphabet",
        _ => "",
    };
    let hint = t.get(&label_key(&worker::FORM, column.group, field).replacen("-f-", "-h-", 1));
    let most = match field.kind {
        Kind::Text | Kind::Long | Kind::PersonName | Kind::CompanyName => {
            Some(t.n("bulk-note-most", "most", i64::try_from(field.most).unwrap_or(0)))
        }
        _ => None,
    };
    let mut lines = vec![t.s(need)];
    if !form.is_empty() {
        lines.push(t.s(form));
    }
    lines.extend(hint);
    lines.extend(most);
    lines.join("\n")
}

fn make(t: &T, columns: &[Column], most: u32, now: Timestamp) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(now.as_second())?;
    book.set_properties(&DocProperties::new().set_title(t.s("bulk-title")).set_creation_datetime(&made));
    let text = Format::new().set_num_format("@");
    let grey = Format::new()
        .set_font_color(Color::RGB(0x0062_6264))
        .set_font_size(8)
        .set_num_format("@");
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin);
    let must = head.clone().set_background_color(Color::RGB(0x00FF_E7D6));
    let may = head.clone().set_background_color(Color::RGB(0x00E8_F1FE));
    let notes = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_size(9);
    let example = Format::new().set_font_color(Color::RGB(0x0062_6264)).set_num_format("@");

    let sheet = book.add_worksheet().set_name(t.s("bulk-sheet-workers"))?;
    sheet.set_freeze_panes(HEAD, 1)?;
    sheet.set_row_height(2, 105)?;
    sheet.set_column_width(0, 8)?;
    for (row, mark) in [
        (0, MARK.to_owned()),
        (1, t.s("bulk-row-labels")),
        (2, t.s("bulk-row-notes")),
        (3, t.s("bulk-row-example")),
    ] {
        sheet.write_string_with_format(row, 0, mark, if row == 0 { &grey } else { &notes })?;
    }
    for (place, column) in (1u16..).zip(columns) {
        let needed = matches!(column.field.need, Need::Always) && column.group.list.is_none_or(|(least, _)| least > 0);
        sheet.set_column_width(place, 20)?;
        sheet.set_column_format(place, &text)?;
        sheet.write_string_with_format(0, place, column.name.as_str(), &grey)?;
        let label = label_of(t, &worker::FORM, &column.name);
        sheet.write_string_with_format(1, place, label, if needed { &must } else { &may })?;
        sheet.write_string_with_format(2, place, note(t, column), &notes)?;
        let shown = EXAMPLE
            .iter()
            .find(|(name, _)| *name == column.name)
            .map(|(_, text)| (*text).to_owned());
        let shown = shown.or_else(|| column.choices.first().cloned().filter(|_| needed));
        sheet.write_string_with_format(3, place, shown.unwrap_or_default(), &example)?;
        if !column.choices.is_empty() {
            let last = column.choices.len() + 1;
            let letters = super::excel::column_name(u32::from(place));
            let list = DataValidation::new()
                .allow_list_formula(Formula::new(format!("={CHOICES}!${letters}$2:${letters}${last}")))
                .set_error_style(DataValidationErrorStyle::Stop)
                .set_error_message(t.s("bulk-choose-from-list"))?;
            sheet.add_data_validation(HEAD, place, HEAD + most - 1, place, &list)?;
        }
    }

    // The same columns, so that a list is found under its field.
    let lists: &mut Worksheet = book.add_worksheet().set_name(CHOICES)?;
    for (place, column) in (1u16..).zip(columns).filter(|(_, column)| !column.choices.is_empty()) {
        lists.set_column_width(place, 24)?;
        lists.write_string_with_format(0, place, label_of(t, &worker::FORM, &column.name), &head)?;
        for (row, choice) in (1u32..).zip(&column.choices) {
            lists.write_string(row, place, choice.as_str())?;
        }
    }
    book.save_to_buffer()
}

/// The template in the viewer's language.
pub(super) fn template(app: &App, t: &T) -> anyhow::Result<Vec<u8>> {
    let most = u32::try_from(most_workers(app)).unwrap_or(500);
    Ok(make(t, &columns(app, t), most, app.clock().now())?)
}

/// The template.
///
/// # Permissions
/// Administrators and proxy clerks.
pub(super) async fn download(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    if !viewer.may(Act::ApplyByProxy) {
        return Err(PageError::Forbidden);
    }
    let name = percent(&format!("{}.xlsx", frame.t.s("bulk-template-name")));
    let disposition = format!("attachment; filename=\"template.xlsx\"; filename*=UTF-8''{name}");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition)?),
    ];
    Ok((headers, template(&app, &frame.t)?).into_response())
}
