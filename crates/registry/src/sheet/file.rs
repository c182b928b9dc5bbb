//! Excel files: one as it comes from a stranger is looked at before it is read, and read cell by cell, so that neither a bomb nor a
//! cell far out can fill the memory; places in it are named as Excel names them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use axum::body::Bytes;
use calamine::{DataRef, Reader, Xlsx, open_workbook_from_rs};
use zip::ZipArchive;

/// Most bytes a file may have when it is unpacked.
const MOST_UNPACKED: u64 = 100_000_000;
/// Most parts: an Excel file of ours has a dozen.
const MOST_PARTS: usize = 2_000;
/// Cells further out are told and not kept.
const MOST_COLUMNS: u32 = 2_000;
/// What old Excel files and files with a password begin with.
const OLD: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Media type of an Excel file.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Why a file is not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileRefusal {
    /// It has no content.
    Empty,
    /// Not an Excel file at all (`.csv`, a picture …).
    NotExcel,
    /// Excel's form of before 2007 (`.xls`).
    OldExcel,
    /// It opens with a password only.
    Locked,
    /// It holds macros (`.xlsm`).
    Macros,
    /// Unpacked, it would be far too large.
    Bomb,
    /// Cut off or broken.
    Damaged,
    /// Excel, but without our row of field names.
    NotTheTemplate,
    /// Not a zip, where one goes with the sheet.
    NotZip,
}

impl FileRefusal {
    /// Key of the sentence.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Empty => "sheet-file-empty",
            Self::NotExcel => "sheet-file-not-excel",
            Self::OldExcel => "sheet-file-old-excel",
            Self::Locked => "sheet-file-locked",
            Self::Macros => "sheet-file-macros",
            Self::Bomb => "sheet-file-bomb",
            Self::Damaged => "sheet-file-damaged",
            Self::NotTheTemplate => "sheet-file-not-template",
            Self::NotZip => "sheet-file-not-zip",
        }
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A text, trimmed.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, `2026-11-21`.
    Day(String),
    /// An error of Excel's (`#N/A`).
    Error,
}

/// The cells of a sheet that are not empty, by row and column, both counted from 0.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) rows: BTreeMap<u32, BTreeMap<u32, Value>>,
    /// Cells with a formula.
    pub(crate) formulas: Vec<(u32, u32)>,
}

/// Looks at a file without reading it: is it Excel, without password, macros and bombs?
///
/// # Errors
/// [`FileRefusal`].
pub(crate) fn probe(bytes: &Bytes) -> Result<(), FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if bytes.starts_with(OLD) {
        // A file with a password is kept in the old wrapping; the name of its part tells.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(name.len()).any(|window| window == name);
        return Err(if locked { FileRefusal::Locked } else { FileRefusal::OldExcel });
    }
    if !bytes.starts_with(b"PK") {
        return Err(FileRefusal::NotExcel);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileRefusal::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(FileRefusal::Bomb);
    }
    let mut unpacked = 0;
    let (mut is_excel, mut macros) = (false, false);
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|_| FileRefusal::Damaged)?;
        let name = String::from_utf8_lossy(part.name_raw()).to_lowercase();
        is_excel |= name == "xl/workbook.xml";
        macros |= name.contains("vbaproject") || name.starts_with("xl/macrosheets/");
        // What a part says of its size may be a lie: it is unpacked and counted, and thrown away.
        let most = MOST_UNPACKED - unpacked;
        unpacked += std::io::copy(&mut part.take(most + 1), &mut std::io::sink()).map_err(|_| FileRefusal::Damaged)?;
        if unpacked > MOST_UNPACKED {
            return Err(FileRefusal::Bomb);
        }
    }
    match (is_excel, macros) {
        (false, _) => Err(FileRefusal::NotExcel),
        (true, true) => Err(FileRefusal::Macros),
        (true, false) => Ok(()),
    }
}

/// Reads the first sheet in whose first column `mark` stands. Rows beyond `most_rows` are not kept, but for the last one that was seen.
///
/// # Errors
/// [`FileRefusal`].
pub(crate) fn read(bytes: &Bytes, mark: &str, most_rows: u32) -> Result<Cells, FileRefusal> {
    probe(bytes)?;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| FileRefusal::Damaged)?;
    for name in book.sheet_names() {
        let mut cells = read_sheet(&mut book, &name, most_rows).map_err(|_| FileRefusal::Damaged)?;
        let marked = |row: &BTreeMap<u32, Value>| row.get(&0) == Some(&Value::Text(mark.to_owned()));
        if cells.rows.values().any(marked) {
            cells.formulas = read_formulas(&mut book, &name).map_err(|_| FileRefusal::Damaged)?;
            return Ok(cells);
        }
    }
    Err(FileRefusal::NotTheTemplate)
}

type Book<'a> = Xlsx<Cursor<&'a Bytes>>;

fn read_sheet(book: &mut Book<'_>, name: &str, most_rows: u32) -> Result<Cells, calamine::XlsxError> {
    let mut cells = Cells::default();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        if column > MOST_COLUMNS || (row > most_rows && cells.rows.len() > most_rows as usize) {
            continue;
        }
        let value = match cell.get_value() {
            DataRef::String(text) => text_of(text),
            DataRef::SharedString(text) => text_of(text),
            DataRef::Int(number) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "Excel itself keeps numbers so")]
                Some(Value::Number(*number as f64))
            }
            DataRef::Float(number) => Some(Value::Number(*number)),
            DataRef::Bool(yes) => Some(Value::Text(if *yes { "yes" } else { "no" }.to_owned())),
            DataRef::DateTime(at) => {
                let (year, month, day, ..) = at.to_ymd_hms_milli();
                Some(Value::Day(format!("{year:04}-{month:02}-{day:02}")))
            }
            DataRef::DateTimeIso(text) => Some(Value::Day(text.chars().take(10).collect())),
            DataRef::DurationIso(text) => text_of(text),
            DataRef::Error(_) => Some(Value::Error),
            DataRef::Empty => None,
        };
        if let Some(value) = value {
            cells.rows.entry(row).or_default().insert(column, value);
        }
    }
    Ok(cells)
}

fn text_of(text: &str) -> Option<Value> {
    let text = text.trim();
    (!text.is_empty()).then(|| Value::Text(text.to_owned()))
}

fn read_formulas(book: &mut Book<'_>, name: &str) -> Result<Vec<(u32, u32)>, calamine::XlsxError> {
    let mut formulas = Vec::new();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_formula()? {
        if !cell.get_value().is_empty() {
            formulas.push(cell.get_position());
        }
    }
    Ok(formulas)
}

/// The name of a column counted from 0: A, B … Z, AA.
pub(crate) fn column_name(column: u32) -> String {
    let letter = |n: u32| char::from_u32(u32::from(b'A') + n % 26).unwrap_or('?');
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        name.insert(0, letter(rest - 1));
        rest = (rest - 1) / 26;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_that_excel_gives_them() {
        let names = [0, 1, 25, 26, 51, 52, 701, 702].map(column_name);
        assert_eq!(names, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn what_is_no_excel_file_is_told_apart() {
        let old = [OLD, b"rest"].concat();
        let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases = [
            (Vec::new(), FileRefusal::Empty),
            (b"a,b\n1,2\n".to_vec(), FileRefusal::NotExcel),
            (old.clone(), FileRefusal::OldExcel),
            ([old, locked].concat(), FileRefusal::Locked),
            (b"PK\x03\x04 cut off".to_vec(), FileRefusal::Damaged),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(&Bytes::from(bytes), "#field", 10).unwrap_err(), expected);
        }
    }
}
