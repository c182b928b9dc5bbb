//! Files as tables: JSON, CSV, or a zip of CSV files, as [`super::write`] makes them and as people make them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use encoding_rs::SHIFT_JIS;
use serde_json::Value;
use zip::ZipArchive;

use super::format::{Kind, NAME, VERSION};

/// Most bytes of a file of a zip.
const LARGEST: u64 = 2_000_000_000;

/// A row and where it stands: the line of a CSV file, the place in a JSON list (the first is 1).
#[derive(Debug, Clone)]
pub struct Placed {
    /// Line or place.
    pub place: u64,
    /// Its values by column; empty ones are left out.
    pub values: BTreeMap<String, String>,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Rows by table.
    pub tables: BTreeMap<Kind, Vec<Placed>>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// Neither UTF-8 nor CP932.
    #[error("{0}: the letters cannot be read; save it as UTF-8")]
    Letters(String),
    /// It is no CSV file.
    #[error("{file}: line {line}: this is no CSV row as the others are")]
    Csv {
        /// The file.
        file: String,
        /// Its line.
        line: u64,
    },
    /// Its columns are none of ours.
    #[error("{0}: neither the name of the file nor its columns say which table it is")]
    Table(String),
    /// It is no JSON, or not ours.
    #[error("{0}: this is no JSON file of the format ashiba-exchange, version 1")]
    Json(String),
    /// The zip is damaged, or has a password.
    #[error("{0}: the zip cannot be opened")]
    Zip(String),
}

/// Reads a file. `name`: its name, which says what it is where its content does not.
///
/// # Errors
/// [`ReadFault`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Source, ReadFault> {
    let mut source = Source::default();
    if bytes.starts_with(b"PK") {
        read_zip(name, bytes, &mut source)?;
    } else if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        read_json(name, bytes, &mut source)?;
    } else {
        read_csv(name, bytes, &mut source)?;
    }
    Ok(source)
}

fn read_zip(name: &str, bytes: &[u8], source: &mut Source) -> Result<(), ReadFault> {
    let broken = || ReadFault::Zip(name.to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    for number in 0..archive.len() {
        let file = archive.by_index(number).map_err(|_| broken())?;
        let inner = String::from_utf8_lossy(file.name_raw()).into_owned();
        if !inner.to_lowercase().ends_with(".csv") || inner.starts_with("__MACOSX/") {
            continue;
        }
        let mut content = Vec::new();
        file.take(LARGEST).read_to_end(&mut content).map_err(|_| broken())?;
        read_csv(&inner, &content, source)?;
    }
    Ok(())
}

fn read_json(name: &str, bytes: &[u8], source: &mut Source) -> Result<(), ReadFault> {
    let wrong = || ReadFault::Json(name.to_owned());
    let document: Value = serde_json::from_slice(bytes).map_err(|_| wrong())?;
    if document["format"] != NAME || document["version"] != VERSION {
        return Err(wrong());
    }
    let tables = document["tables"].as_object().ok_or_else(wrong)?;
    for (word, rows) in tables {
        let kind = Kind::from_word(word).ok_or_else(|| ReadFault::Table(format!("{name}, {word}")))?;
        let rows = rows.as_array().ok_or_else(wrong)?;
        for (place, row) in (1u64..).zip(rows) {
            let row = row.as_object().ok_or_else(wrong)?;
            let mut values = BTreeMap::new();
            for (column, value) in row {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    Value::Null => String::new(),
                    _ => return Err(wrong()),
                };
                if !text.is_empty() {
                    values.insert(column.clone(), text);
                }
            }
            source.tables.entry(kind).or_default().push(Placed { place, values });
        }
    }
    Ok(())
}

fn read_csv(name: &str, bytes: &[u8], source: &mut Source) -> Result<(), ReadFault> {
    let text = letters(name, bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(columns) => columns.iter().map(|column| column.trim().to_owned()).collect(),
        Err(_) => return Err(ReadFault::Table(name.to_owned())),
    };
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let kind = Kind::from_word(stem).or_else(|| Kind::of_columns(&columns));
    let kind = kind.ok_or_else(|| ReadFault::Table(name.to_owned()))?;
    let rows = source.tables.entry(kind).or_default();
    for record in reader.records() {
        let record = record.map_err(|error| ReadFault::Csv {
            file: name.to_owned(),
            line: error.position().map_or(0, csv::Position::line),
        })?;
        let filled = columns.iter().zip(record.iter()).filter(|(_, value)| !value.is_empty());
        let values: BTreeMap<String, String> = filled
            .map(|(column, value)| (column.clone(), meant(value).to_owned()))
            .collect();
        if !values.is_empty() {
            let place = record.position().map_or(0, csv::Position::line);
            rows.push(Placed { place, values });
        }
    }
    Ok(())
}

/// UTF-8 with or without its mark, or CP932.
fn letters(name: &str, bytes: &[u8]) -> Result<String, ReadFault> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(ReadFault::Letters(name.to_owned())),
    }
}

/// Without the apostrophe that keeps a spreadsheet from running the cell.
fn meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if web::is_formula(rest) => rest,
        _ => cell,
    }
}
