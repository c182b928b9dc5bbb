//! Tables as files: JSON, or CSV, one file per table.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use web::{CsvError, Encoding};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::format::{NAME, Table, VERSION};

struct RowOf<'a>(&'a [String], &'a [String]);

impl Serialize for RowOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let filled = self.0.iter().zip(self.1).filter(|(_, value)| !value.is_empty());
        serializer.collect_map(filled)
    }
}

struct RowsOf<'a>(&'a Table);

impl Serialize for RowsOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows.iter().map(|row| RowOf(&self.0.columns, row)))
    }
}

struct TablesOf<'a>(&'a [Table]);

impl Serialize for TablesOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|table| (table.kind.word(), RowsOf(table))))
    }
}

struct Document<'a> {
    tables: &'a [Table],
    at: Timestamp,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("format", NAME)?;
        map.serialize_entry("version", &VERSION)?;
        map.serialize_entry("taken_out_at", &self.at.to_string())?;
        map.serialize_entry("tables", &TablesOf(self.tables))?;
        map.end()
    }
}

/// All tables as one JSON file.
///
/// # Errors
/// If it cannot be written.
pub fn json(tables: &[Table], at: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(&Document { tables, at })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// One table as a CSV file.
///
/// # Errors
/// [`CsvError::Character`] names what CP932 cannot write.
pub fn table_csv(table: &Table, encoding: Encoding) -> Result<Vec<u8>, CsvError> {
    web::csv_bytes(std::iter::once(&table.columns).chain(&table.rows), encoding)
}

/// All tables as CSV files in a zip.
///
/// # Errors
/// As [`table_csv`].
pub fn zip_of_csv(tables: &[Table], encoding: Encoding) -> Result<Vec<u8>, CsvError> {
    let broken = |error: zip::result::ZipError| CsvError::Write(error.into());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for table in tables {
        let bytes = table_csv(table, encoding)?;
        let name = format!("{}.csv", table.kind.word());
        zip.start_file(name, SimpleFileOptions::default()).map_err(broken)?;
        zip.write_all(&bytes).map_err(|error| CsvError::Write(error.into()))?;
    }
    Ok(zip.finish().map_err(broken)?.into_inner())
}
