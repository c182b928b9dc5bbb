//! The table of a file: which column is which field, and what stands in each row.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use domain::Masters;
use domain::registration::{Field, Fields, Group, Kind, worker};
use web::{Language, Texts};

use super::excel::{self, Value, column_name};
use super::fault::{CellFault, FileRefusal};
use crate::rooms::application::choices;

/// Stands in the first column of the row with the names of the fields.
pub(super) const MARK: &str = "#field";
/// A row whose first column begins with this is for people: labels, notes, the example.
const FOR_PEOPLE: char = '#';

/// A file's table.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Column of each field, as Excel names it.
    pub(super) columns: BTreeMap<String, String>,
    /// Workers in the order of their rows.
    pub(super) lines: Vec<Line>,
    /// What is wrong with cells before anything is checked.
    pub(super) faults: Vec<CellFault>,
}

/// One worker.
#[derive(Debug)]
pub(super) struct Line {
    /// Row as Excel counts it.
    pub(super) row: u32,
    /// As typed, with words in place of labels; papers by the names of their files.
    pub(super) fields: Fields,
}

/// What people choose from, by the column's field: label (in any language) or code → word.
pub(super) struct Labels(BTreeMap<(&'static str, &'static str), BTreeMap<String, String>>);

impl Labels {
    /// Of the worker's form.
    pub(super) fn of(texts: &std::sync::Arc<Texts>, masters: &Masters) -> Self {
        let mut labels: BTreeMap<_, BTreeMap<String, String>> = BTreeMap::new();
        for language in [Language::En, Language::Ja] {
            let t = texts.t(language);
            for (group, field) in fields() {
                for (word, label) in choices(&t, masters, &worker::FORM, group, field) {
                    let of_field = labels.entry((group.name, field.name)).or_default();
                    of_field.insert(plain(&label), word.clone());
                    of_field.insert(plain(&shown_choice(field, &word, &label)), word.clone());
                    of_field.insert(plain(&word), word);
                }
            }
        }
        Self(labels)
    }

    /// The word for what stands in a cell; what is none of the choices stays, and the check names it.
    fn word(&self, group: &Group, field: &Field, typed: &str) -> String {
        let of_field = self.0.get(&(group.name, field.name));
        let one = |text: &str| of_field.and_then(|words| words.get(&plain(text))).cloned();
        match field.kind {
            Kind::Many(_) => {
                let parts = typed.split(['、', ',', ' ', '　']).filter(|part| !part.is_empty());
                let words: Vec<String> = parts.map(|part| one(part).unwrap_or_else(|| part.to_owned())).collect();
                words.join(" ")
            }
            _ => one(typed).unwrap_or_else(|| typed.to_owned()),
        }
    }
}

/// A choice as the drop-down list shows it: codes that people know stand before their names.
pub(super) fn shown_choice(field: &Field, word: &str, label: &str) -> String {
    match field.kind {
        Kind::Trade | Kind::Prefecture => format!("{word} {label}"),
        _ => label.to_owned(),
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// The fields that have columns. A sole master applies for himself, not in a file of others.
pub(super) fn fields() -> impl Iterator<Item = (&'static Group, &'static Field)> {
    worker::FORM
        .groups
        .iter()
        .filter(|group| group.name != "firm")
        .flat_map(|group| group.fields.iter().map(move |field| (group, field)))
        .filter(|(_, field)| !matches!(field.kind, Kind::Given))
}

/// Reads a file. Slow, so not on an async thread.
///
/// # Errors
/// [`FileRefusal`]. What is wrong with single cells stands in the sheet.
pub(super) fn read(bytes: &Bytes, labels: &Labels, most: usize) -> Result<Sheet, FileRefusal> {
    // Some rows for people, and one to see that there are too many.
    let most_rows = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(100);
    let cells = excel::read(bytes, MARK, most_rows)?;
    let mut sheet = Sheet::default();
    let mut columns: BTreeMap<u32, String> = BTreeMap::new();
    for (row, cells) in &cells.rows {
        let first = match cells.get(&0) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        if columns.is_empty() {
            if first == MARK {
                columns = heading(*row, cells, &mut sheet);
            }
            continue;
        }
        if first.starts_with(FOR_PEOPLE) {
            continue;
        }
        let fields = line(*row, cells, &columns, labels, &mut sheet.faults);
        // The first column is the sender's own number of the row: alone it is nobody.
        if fields.iter().next().is_some() {
            sheet.lines.push(Line { row: row + 1, fields });
        }
    }
    for (row, column) in cells.formulas {
        sheet.faults.push(CellFault::new(
            row + 1,
            &column_name(column),
            columns.get(&column).map_or("", String::as_str),
            "bulk-formula",
            &[],
        ));
    }
    if sheet.lines.is_empty() {
        sheet.faults.push(CellFault::new(0, "", "", "bulk-nobody", &[]));
    }
    if sheet.lines.len() > most {
        let args = [("most", most.to_string())];
        sheet.faults.push(CellFault::new(0, "", "", "bulk-too-many", &args));
        sheet.lines.truncate(most);
    }
    Ok(sheet)
}

/// Which column is which field.
fn heading(row: u32, cells: &BTreeMap<u32, Value>, sheet: &mut Sheet) -> BTreeMap<u32, String> {
    let mut columns = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (column, value) in cells.iter().filter(|(column, _)| **column > 0) {
        let Value::Text(name) = value else { continue };
        let letters = column_name(*column);
        let known = worker::FORM
            .find(name)
            .filter(|(_, field)| !matches!(field.kind, Kind::Given));
        if known.is_none() {
            let args = [("name", name.chars().take(40).collect())];
            sheet
                .faults
                .push(CellFault::new(row + 1, &letters, "", "bulk-unknown-column", &args));
        } else if !seen.insert(name.clone()) {
            sheet
                .faults
                .push(CellFault::new(row + 1, &letters, name, "bulk-column-twice", &[]));
        } else {
            sheet.columns.insert(name.clone(), letters);
            columns.insert(*column, name.clone());
        }
    }
    columns
}

fn line(
    row: u32,
    cells: &BTreeMap<u32, Value>,
    columns: &BTreeMap<u32, String>,
    labels: &Labels,
    faults: &mut Vec<CellFault>,
) -> Fields {
    let mut fields = Fields::new();
    for (column, value) in cells {
        let Some(name) = columns.get(column) else { continue };
        let Some((group, field)) = worker::FORM.find(name) else {
            continue;
        };
        let text = match value {
            Value::Text(text) | Value::Day(text) => text.clone(),
            Value::Number(number) => number_text(field.kind, *number),
            Value::Error => {
                let letters = column_name(*column);
                faults.push(CellFault::new(row + 1, &letters, name, "bulk-excel-error", &[]));
                continue;
            }
        };
        fields.set(name.clone(), labels.word(group, field, &text));
    }
    fields
}

/// A number as it was meant. Excel takes the zero off the front of what looks like a number; where the field has a fixed length it is
/// put back.
fn number_text(kind: Kind, number: f64) -> String {
    let plain = if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    };
    let digits = plain.bytes().all(|b| b.is_ascii_digit());
    match kind {
        Kind::Postal if digits => format!("{plain:0>7}"),
        Kind::Company if digits => format!("{plain:0>14}"),
        Kind::LastFour if digits => format!("{plain:0>4}"),
        Kind::Prefecture if digits => format!("{plain:0>2}"),
        Kind::Phone if digits && !plain.starts_with('0') && (9..=10).contains(&plain.len()) => format!("0{plain}"),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_excel_swallowed_is_put_back() {
        let cases = [
            (Kind::Postal, 600_000.0, "0600000"),
            (Kind::Phone, 9_012_345_678.0, "09012345678"),
            (Kind::Phone, 312_345_678.0, "0312345678"),
            (Kind::Company, 1_234_567_890_122.0, "01234567890122"),
            (Kind::Prefecture, 1.0, "01"),
            (Kind::LastFour, 7.0, "0007"),
            (Kind::Text, 12.0, "12"),
            (Kind::Text, 1.5, "1.5"),
            (Kind::Number, -3.0, "-3"),
        ];
        for (kind, number, expected) in cases {
            assert_eq!(number_text(kind, number), expected, "{kind:?}");
        }
    }

    #[test]
    fn columns_have_the_names_that_excel_gives_them() {
        let names = [0, 1, 25, 26, 51, 52, 701, 702].map(column_name);
        assert_eq!(names, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
