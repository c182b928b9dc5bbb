//! The template (様式): an Excel file made from the same table of fields as a form, with drop-down lists, a row of notes, and what is
//! there already.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::Masters;
use domain::form::{Field, Fields, Group, Kind, Need};
use jiff::Timestamp;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula,
    Workbook, Worksheet, XlsxError,
};
use web::T;

use super::file::{XLSX, column_name};
use super::table::{CLEAR, Layout, MARK, shown_choice};
use crate::rooms::application::{Offered, choices, label_key};
use crate::rooms::site::percent;

/// Rows for people above the first line: names, labels, notes, the example.
const HEAD: u32 = 4;
/// Where the choices are.
const CHOICES: &str = "choices";

/// A template to be made.
pub(crate) struct Template<'a> {
    /// Its columns.
    pub(crate) layout: &'static Layout,
    /// Title of the file.
    pub(crate) title: String,
    /// Name of the sheet that is filled in.
    pub(crate) sheet: String,
    /// Entries of a list that have columns; whoever needs more adds columns with the next number.
    pub(crate) entries: usize,
    /// Texts of the example row, where a field is typed.
    pub(crate) example: &'static [(&'static str, &'static str)],
    /// Lines that the lists reach to.
    pub(crate) most: u32,
    /// What is chosen from what the company has.
    pub(crate) offered: &'a Offered,
    /// Lines that are there already; they can be changed, and cleared by [`CLEAR`].
    pub(crate) lines: &'a [Fields],
    /// Whether there may be such lines, so that [`CLEAR`] is a choice.
    pub(crate) clears: bool,
    /// Sentences of a sheet of their own, before the one that is filled in.
    pub(crate) notes: Vec<String>,
}

/// A column.
struct Column {
    name: String,
    label: String,
    note: String,
    needed: bool,
    /// The field, if it is one of the form.
    field: Option<&'static Field>,
    /// What can be chosen: word, and how the list shows it.
    choices: Vec<(String, String)>,
}

impl Column {
    /// A value as it is written into a cell.
    fn shown(&self, value: &str) -> String {
        let one = |word: &str| {
            let found = self.choices.iter().find(|(known, _)| known == word);
            found.map_or_else(|| word.to_owned(), |(_, shown)| shown.clone())
        };
        match self.field.map(|field| field.kind) {
            Some(Kind::Many(_) | Kind::ListedMany(_)) => value.split(' ').map(one).collect::<Vec<_>>().join("、"),
            _ => one(value),
        }
    }

    /// One of the list stands in the cell, not several.
    fn is_one_of(&self) -> bool {
        let several = self
            .field
            .is_some_and(|field| matches!(field.kind, Kind::Many(_) | Kind::ListedMany(_)));
        !self.choices.is_empty() && !several
    }
}

fn columns(t: &T, masters: &Masters, template: &Template<'_>) -> Vec<Column> {
    let layout = template.layout;
    let beside = layout.beside.iter().map(|(name, label, note)| Column {
        name: (*name).to_owned(),
        label: t.s(*label),
        note: t.s(*note),
        needed: false,
        field: None,
        choices: Vec::new(),
    });
    let mut columns: Vec<Column> = beside.collect();
    for group in layout.form.groups {
        let entries = group.list.map_or(1, |(_, most)| most.min(template.entries));
        for number in 0..entries {
            for (_, field) in layout.fields().filter(|(of, _)| of.name == group.name) {
                let choices = choices(t, masters, layout.form, group, field, template.offered);
                let choices: Vec<(String, String)> = choices
                    .into_iter()
                    .map(|(word, label)| (word.clone(), shown_choice(field, &word, &label)))
                    .collect();
                let name = group.full_name(field, number);
                columns.push(Column {
                    label: layout.label(t, &name),
                    note: note(t, layout, group, field, number, !choices.is_empty()),
                    needed: is_needed(layout, group, field),
                    field: Some(field),
                    choices,
                    name,
                });
            }
        }
    }
    columns
}

/// Whether a line without this field is never right. Entries of a list are needed only if there is such an entry.
fn is_needed(layout: &Layout, group: &Group, field: &Field) -> bool {
    let step = !layout.optional.contains(&group.name) && group.list.is_none_or(|(least, _)| least > 0);
    step && matches!(field.need, Need::Always)
}

/// What is to be known of a field, for the row of notes.
fn note(t: &T, layout: &Layout, group: &Group, field: &Field, number: usize, chosen: bool) -> String {
    let must = match field.need {
        Need::Always if number == 0 && is_needed(layout, group, field) => "sheet-note-must",
        Need::Always | Need::When(_) => "sheet-note-when",
        Need::Optional | Need::OptionalWhen(_) => "sheet-note-optional",
    };
    let form = match field.kind {
        Kind::Many(_) | Kind::ListedMany(_) => "sheet-note-choose-some",
        _ if chosen => "sheet-note-choose",
        Kind::BirthDay | Kind::PastDay | Kind::Day => "sheet-note-day",
        Kind::Month => "sheet-note-month",
        Kind::Paper(_) => "sheet-note-paper",
        Kind::Kana => "sheet-note-kana",
        Kind::Alphabet => "sheet-note-alphabet",
        _ => "",
    };
    let hint = t.get(&label_key(layout.form, group, field).replacen("-f-", "-h-", 1));
    let most = match field.kind {
        Kind::Text | Kind::Long | Kind::PersonName | Kind::CompanyName => {
            Some(t.n("sheet-note-most", "most", i64::try_from(field.most).unwrap_or(0)))
        }
        _ => None,
    };
    let mut lines = vec![t.s(must)];
    if !form.is_empty() {
        lines.push(t.s(form));
    }
    lines.extend(hint);
    lines.extend(most);
    lines.join("\n")
}

impl Template<'_> {
    /// The file, in the viewer's language.
    ///
    /// # Errors
    /// If Excel knows no such file.
    pub(crate) fn make(&self, t: &T, masters: &Masters, now: Timestamp) -> anyhow::Result<Vec<u8>> {
        Ok(self.workbook(t, &columns(t, masters, self), now)?)
    }

    fn workbook(&self, t: &T, columns: &[Column], now: Timestamp) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_timestamp(now.as_second())?;
        book.set_properties(
            &DocProperties::new()
                .set_title(self.title.as_str())
                .set_creation_datetime(&made),
        );
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

        if !self.notes.is_empty() {
            let sheet = book.add_worksheet().set_name(t.s("sheet-notes"))?;
            let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
            sheet.set_column_width(0, 100)?;
            sheet.write_string_with_format(0, 0, self.title.as_str(), &Format::new().set_bold().set_font_size(14))?;
            for (row, note) in (2u32..).zip(&self.notes) {
                sheet.write_string_with_format(row, 0, note.as_str(), &wrapped)?;
            }
        }

        let sheet = book.add_worksheet().set_name(self.sheet.as_str())?;
        sheet.set_active(true);
        let beside = u16::try_from(self.layout.beside.len()).unwrap_or(0);
        // What a line is about stays in sight.
        sheet.set_freeze_panes(HEAD, if beside > 0 { beside + 2 } else { 1 })?;
        sheet.set_row_height(2, 105)?;
        sheet.set_column_width(0, 8)?;
        for (row, mark) in [
            (0, MARK.to_owned()),
            (1, t.s("sheet-row-labels")),
            (2, t.s("sheet-row-notes")),
            (3, t.s("sheet-row-example")),
        ] {
            sheet.write_string_with_format(row, 0, mark, if row == 0 { &grey } else { &notes })?;
        }
        let last = HEAD + self.most.max(u32::try_from(self.lines.len()).unwrap_or(0)) - 1;
        for (place, column) in (1u16..).zip(columns) {
            sheet.set_column_width(place, 20)?;
            sheet.set_column_format(place, &text)?;
            sheet.write_string_with_format(0, place, column.name.as_str(), &grey)?;
            sheet.write_string_with_format(1, place, column.label.as_str(), if column.needed { &must } else { &may })?;
            sheet.write_string_with_format(2, place, column.note.as_str(), &notes)?;
            let shown = self.example.iter().find(|(name, _)| *name == column.name);
            let shown = shown.map(|(_, text)| (*text).to_owned());
            let shown = shown.or_else(|| {
                column
                    .choices
                    .first()
                    .map(|(_, shown)| shown.clone())
                    .filter(|_| column.needed)
            });
            sheet.write_string_with_format(3, place, shown.unwrap_or_default(), &example)?;
            if column.is_one_of() {
                let letters = column_name(u32::from(place));
                let end = column.choices.len() + 1 + usize::from(self.clears && !column.needed);
                let list = DataValidation::new()
                    .allow_list_formula(Formula::new(format!("={CHOICES}!${letters}$2:${letters}${end}")))
                    .set_error_style(DataValidationErrorStyle::Stop)
                    .set_error_message(t.s("sheet-choose-from-list"))?;
                sheet.add_data_validation(HEAD, place, last, place, &list)?;
            }
            for (row, line) in (HEAD..).zip(self.lines).filter(|(_, line)| line.has(&column.name)) {
                sheet.write_string_with_format(row, place, column.shown(line.get(&column.name)), &text)?;
            }
        }

        // The same columns, so that a list is found under its field.
        let lists: &mut Worksheet = book.add_worksheet().set_name(CHOICES)?;
        for (place, column) in (1u16..).zip(columns).filter(|(_, column)| !column.choices.is_empty()) {
            lists.set_column_width(place, 24)?;
            lists.write_string_with_format(0, place, column.label.as_str(), &head)?;
            let clear = (self.clears && !column.needed).then_some(CLEAR);
            let shown = column.choices.iter().map(|(_, shown)| shown.as_str()).chain(clear);
            for (row, choice) in (1u32..).zip(shown) {
                lists.write_string(row, place, choice)?;
            }
        }
        book.save_to_buffer()
    }
}

/// An Excel file as an answer, to be kept under this name.
///
/// # Errors
/// If the name cannot be sent.
pub(crate) fn attached(name: &str, bytes: Vec<u8>) -> anyhow::Result<Response> {
    let name = percent(&format!("{name}.xlsx"));
    let disposition = format!("attachment; filename=\"template.xlsx\"; filename*=UTF-8''{name}");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition)?),
    ];
    Ok((headers, bytes).into_response())
}
