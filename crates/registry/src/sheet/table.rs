//! A sheet whose rows are entries of a form: which column is which field, and what stands in each row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use domain::Masters;
use domain::form::{Fault, Faults, Field, Fields, Form, Group, Kind};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use web::{Language, T, Texts};

use super::file::{self, FileRefusal, Value, column_name};
use crate::rooms::application::{Offered, choices, label_of, sentence};

/// Stands in the first column of the row with the names of the fields.
pub(crate) const MARK: &str = "#field";
/// A row whose first column begins with this is for people: labels, notes, the example.
const FOR_PEOPLE: char = '#';
/// Typed into a cell, it takes out what stands there now, where an empty cell leaves it.
pub(crate) const CLEAR: &str = "[削除]";

/// Which columns a sheet has.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The form whose fields they are.
    pub(crate) form: &'static Form,
    /// Its steps that have none.
    pub(crate) without: &'static [&'static str],
    /// Its steps that may stay empty as a whole.
    pub(crate) optional: &'static [&'static str],
    /// Columns before those of the form: name, key of the label, key of the note.
    pub(crate) beside: &'static [(&'static str, &'static str, &'static str)],
}

impl Layout {
    /// The fields that have columns.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static Group, &'static Field)> {
        let groups = self.form.groups.iter().filter(|group| !self.without.contains(&group.name));
        groups
            .flat_map(|group| group.fields.iter().map(move |field| (group, field)))
            .filter(|(_, field)| !matches!(field.kind, Kind::Given))
    }

    /// Group and field of a column.
    fn find(&self, name: &str) -> Option<(&'static Group, &'static Field)> {
        let found = self.form.find(name)?;
        (!matches!(found.1.kind, Kind::Given)).then_some(found)
    }

    fn is_beside(&self, name: &str) -> bool {
        self.beside.iter().any(|(of, ..)| *of == name)
    }

    /// What a column is called; empty if there is none of that name.
    pub(crate) fn label(&self, t: &T, name: &str) -> String {
        match self.beside.iter().find(|(of, ..)| *of == name) {
            Some((_, key, _)) => t.s(*key),
            None if self.form.find(name).is_some() => label_of(t, self.form, name),
            None => String::new(),
        }
    }
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CellFault {
    /// Row as Excel counts it; 0: the file as a whole.
    pub(crate) row: u32,
    /// Column as Excel names it; empty: there is none for the field.
    pub(crate) column: String,
    /// Field and sentence.
    pub(crate) fault: Fault,
}

impl CellFault {
    /// A fault whose sentence has values.
    pub(crate) fn new(row: u32, column: &str, field: &str, key: &str, args: &[(&str, String)]) -> Self {
        Self {
            row,
            column: column.to_owned(),
            fault: Fault {
                field: field.to_owned(),
                key: key.to_owned(),
                args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            },
        }
    }

    /// What is wrong, in words.
    pub(crate) fn sentence(&self, t: &T) -> String {
        sentence(t, &self.fault)
    }
}

/// A file's table.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// Column of each field, as Excel names it.
    pub(crate) columns: BTreeMap<String, String>,
    /// The rows that say something.
    pub(crate) lines: Vec<Line>,
    /// What is wrong with cells before anything is checked.
    pub(crate) faults: Vec<CellFault>,
}

impl Sheet {
    /// Faults of a row with their columns.
    pub(crate) fn at(&self, row: u32, faults: &Faults) -> Vec<CellFault> {
        let cell = |fault: &Fault| CellFault {
            row,
            column: self.columns.get(&fault.field).cloned().unwrap_or_default(),
            fault: fault.clone(),
        };
        faults.all().iter().map(cell).collect()
    }
}

/// One row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    /// As Excel counts it.
    pub(crate) row: u32,
    /// As typed, with words in place of labels.
    pub(crate) fields: Fields,
}

/// What people choose from, by the column's field: label (in any language) or code → word. A label that two words share says neither.
pub(crate) struct Labels(BTreeMap<(&'static str, &'static str), BTreeMap<String, Option<String>>>);

impl Labels {
    /// Of a sheet's fields. `offered`: what is chosen from what somebody's company has.
    pub(crate) fn of(texts: &Arc<Texts>, masters: &Masters, layout: &Layout, offered: &Offered) -> Self {
        let mut labels: BTreeMap<_, BTreeMap<String, Option<String>>> = BTreeMap::new();
        for language in [Language::En, Language::Ja] {
            let t = texts.t(language);
            for (group, field) in layout.fields() {
                for (word, label) in choices(&t, masters, layout.form, group, field, offered) {
                    let of_field = labels.entry((group.name, field.name)).or_default();
                    for written in [&label, &shown_choice(field, &word, &label), &word] {
                        let known = of_field.entry(plain(written)).or_insert_with(|| Some(word.clone()));
                        if known.as_ref() != Some(&word) {
                            *known = None;
                        }
                    }
                }
            }
        }
        Self(labels)
    }

    /// The word for what stands in a cell; what is none of the choices stays, and the check names it.
    fn word(&self, group: &Group, field: &Field, typed: &str) -> String {
        let of_field = self.0.get(&(group.name, field.name));
        let one = |text: &str| of_field.and_then(|words| words.get(&plain(text)).cloned().flatten());
        match field.kind {
            Kind::Many(_) | Kind::ListedMany(_) => several(typed, &["、\n", ",，", " 　"], &one),
            _ => one(typed).unwrap_or_else(|| typed.to_owned()),
        }
    }
}

/// The words of a cell with several, with spaces between them. A label may hold what others put between labels, so a part is cut further
/// only if it is none.
fn several(typed: &str, between: &[&str], one: &impl Fn(&str) -> Option<String>) -> String {
    let Some((first, rest)) = between.split_first() else {
        return typed.to_owned();
    };
    let parts = typed
        .split(|c| first.contains(c))
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let words = parts.map(|part| one(part).unwrap_or_else(|| several(part, rest, one)));
    words.collect::<Vec<_>>().join(" ")
}

/// A choice as the drop-down list shows it: codes that people know stand before their names.
pub(super) fn shown_choice(field: &Field, word: &str, label: &str) -> String {
    match field.kind {
        Kind::Trade | Kind::Prefecture => format!("{word} {label}"),
        _ => label.to_owned(),
    }
}

fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// Reads a file. Slow, so not on an async thread.
///
/// # Errors
/// [`FileRefusal`]. What is wrong with single cells stands in the sheet.
pub(crate) fn read_rows(bytes: &Bytes, layout: &Layout, labels: &Labels, most: usize) -> Result<Sheet, FileRefusal> {
    // Some rows for people, and one to see that there are too many.
    let most_rows = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(100);
    let cells = file::read(bytes, MARK, most_rows)?;
    let mut sheet = Sheet::default();
    let mut columns: BTreeMap<u32, String> = BTreeMap::new();
    for (row, cells) in &cells.rows {
        let first = match cells.get(&0) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        if columns.is_empty() {
            if first == MARK {
                columns = heading(*row, cells, layout, &mut sheet);
            }
            continue;
        }
        if first.starts_with(FOR_PEOPLE) {
            continue;
        }
        let fields = line(*row, cells, &columns, layout, labels, &mut sheet.faults);
        // The first column is the sender's own number of the row: alone it is nothing.
        if fields.iter().next().is_some() {
            sheet.lines.push(Line { row: row + 1, fields });
        }
    }
    for (row, column) in cells.formulas {
        sheet.faults.push(CellFault::new(
            row + 1,
            &column_name(column),
            columns.get(&column).map_or("", String::as_str),
            "sheet-formula",
            &[],
        ));
    }
    if sheet.lines.is_empty() {
        sheet.faults.push(CellFault::new(0, "", "", "sheet-no-rows", &[]));
    }
    if sheet.lines.len() > most {
        let args = [("most", most.to_string())];
        sheet.faults.push(CellFault::new(0, "", "", "sheet-too-many", &args));
        sheet.lines.truncate(most);
    }
    Ok(sheet)
}

/// Which column is which field.
fn heading(row: u32, cells: &BTreeMap<u32, Value>, layout: &Layout, sheet: &mut Sheet) -> BTreeMap<u32, String> {
    let mut columns = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (column, value) in cells.iter().filter(|(column, _)| **column > 0) {
        let Value::Text(name) = value else { continue };
        let letters = column_name(*column);
        let args = [("name", name.chars().filter(|c| !c.is_control()).take(40).collect())];
        if !layout.is_beside(name) && layout.find(name).is_none() {
            let fault = CellFault::new(row + 1, &letters, "", "sheet-unknown-column", &args);
            sheet.faults.push(fault);
        } else if !seen.insert(name.clone()) {
            let fault = CellFault::new(row + 1, &letters, name, "sheet-column-twice", &args);
            sheet.faults.push(fault);
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
    layout: &Layout,
    labels: &Labels,
    faults: &mut Vec<CellFault>,
) -> Fields {
    let mut fields = Fields::new();
    for (column, value) in cells {
        let Some(name) = columns.get(column) else { continue };
        let found = layout.find(name);
        let kind = found.map_or(Kind::Text, |(_, field)| field.kind);
        let text = match value {
            // Excel makes a day of what looks like a month.
            Value::Day(day) if matches!(kind, Kind::Month) => day.chars().take(7).collect(),
            Value::Text(text) | Value::Day(text) => text.clone(),
            Value::Number(number) => number_text(kind, *number),
            Value::Error => {
                let letters = column_name(*column);
                faults.push(CellFault::new(row + 1, &letters, name, "sheet-excel-error", &[]));
                continue;
            }
        };
        let word = match found {
            _ if plain(&text) == CLEAR => CLEAR.to_owned(),
            Some((group, field)) => labels.word(group, field, &text),
            None => text,
        };
        fields.set(name.clone(), word);
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
}
