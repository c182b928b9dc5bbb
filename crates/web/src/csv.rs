//! CSV answers: as Excel in Japan opens them, and never with a letter lost.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use encoding_rs::SHIFT_JIS;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{PageError, Value};

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 with a byte order mark: Excel sees it is UTF-8.
    #[default]
    Utf8Bom,
    /// CP932 (Windows-31J, called Shift_JIS), for older programs.
    Cp932,
}

/// Why a CSV file cannot be written.
#[derive(Debug)]
pub enum CsvError {
    /// CP932 has no such letter. Nothing is written rather than a `?` in somebody's name.
    Character {
        /// The letter.
        character: char,
        /// Its row, the heading being row 1.
        row: usize,
    },
    /// The writer failed.
    Write(anyhow::Error),
}

impl From<CsvError> for PageError {
    fn from(error: CsvError) -> Self {
        match error {
            CsvError::Character { character, row } => Self::Refused {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                key: "error-csv-character".to_owned(),
                args: vec![("character", Value::Text(character.to_string())), ("row", Value::from(row))],
            },
            CsvError::Write(cause) => Self::Broken(cause.context("writing a CSV file")),
        }
    }
}

/// A CSV file to download: RFC 4180 with CRLF; a cell that a spreadsheet would run as a formula is made harmless.
///
/// # Errors
/// [`CsvError::Character`] names the letter and the row that CP932 cannot write.
pub fn csv_response<R>(filename: &str, rows: R, encoding: Encoding) -> Result<Response, CsvError>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    let kind = match encoding {
        Encoding::Utf8Bom => "text/csv; charset=utf-8",
        Encoding::Cp932 => "text/csv; charset=Shift_JIS",
    };
    let bytes = csv_bytes(rows, encoding)?;
    let name = utf8_percent_encode(filename, NON_ALPHANUMERIC);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"download.csv\"; filename*=UTF-8''{name}"))
        .map_err(|e| CsvError::Write(e.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}

/// The bytes of such a file.
///
/// # Errors
/// As [`csv_response`].
pub fn csv_bytes<R>(rows: R, encoding: Encoding) -> Result<Vec<u8>, CsvError>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    match encoding {
        Encoding::Utf8Bom => utf8(rows),
        Encoding::Cp932 => cp932(rows),
    }
}

fn utf8<R>(rows: R) -> Result<Vec<u8>, CsvError>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    let mut writer = writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        // Cell by cell: a month of a big site has two hundred thousand, and none needs a copy.
        for cell in row {
            let written = writer.write_field(harmless(cell.as_ref()).as_bytes());
            written.map_err(|e| CsvError::Write(e.into()))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|e| CsvError::Write(e.into()))?;
    }
    writer.into_inner().map_err(|e| CsvError::Write(anyhow::anyhow!("{e}")))
}

fn cp932<R>(rows: R) -> Result<Vec<u8>, CsvError>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    let mut writer = writer(Vec::new());
    for (number, row) in (1..).zip(rows) {
        let cells: Vec<Vec<u8>> = row
            .into_iter()
            .map(|cell| encode(&harmless(cell.as_ref()), number))
            .collect::<Result<_, _>>()?;
        writer.write_record(cells).map_err(|e| CsvError::Write(e.into()))?;
    }
    writer.into_inner().map_err(|e| CsvError::Write(anyhow::anyhow!("{e}")))
}

/// Rows of different length are the caller's choice (a title line above a table).
fn writer(start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(start)
}

fn encode(text: &str, row: usize) -> Result<Vec<u8>, CsvError> {
    // The same signs under the code points that CP932 knows; Macs and phones type the others.
    let text: String = text
        .chars()
        .map(|c| match c {
            '〜' => '～',
            '‖' => '∥',
            '—' => '―',
            '−' => '－',
            '¥' => '￥',
            other => other,
        })
        .collect();
    let (bytes, _, lost) = SHIFT_JIS.encode(&text);
    if !lost {
        return Ok(bytes.into_owned());
    }
    let cannot = |c: &char| SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4])).2;
    Err(CsvError::Character {
        character: text.chars().find(cannot).unwrap_or('\u{fffd}'),
        row,
    })
}

/// Would a spreadsheet run the cell? It begins like a formula and is no number.
#[must_use]
pub fn is_formula(cell: &str) -> bool {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    });
    formula && !number
}

/// A cell that a spreadsheet would run gets an apostrophe before it.
fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn body(rows: &[&[&str]], encoding: Encoding) -> Result<Vec<u8>, CsvError> {
        let response = csv_response("就業履歴 2026-11.csv", rows.iter().map(|r| r.iter()), encoding)?;
        let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert!(
            disposition.ends_with("filename*=UTF-8''%E5%B0%B1%E6%A5%AD%E5%B1%A5%E6%AD%B4%202026%2D11%2Ecsv"),
            "{disposition}"
        );
        Ok(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn both_encodings() {
        let rows: [&[&str]; 2] = [&["氏名", "日"], &["髙橋 \"一\"", "-3,5"]];
        let text = "氏名,日\r\n\"髙橋 \"\"一\"\"\",\"-3,5\"\r\n";
        assert_eq!(
            body(&rows, Encoding::Utf8Bom).await.unwrap(),
            format!("\u{feff}{text}").into_bytes()
        );
        let bytes = body(&rows, Encoding::Cp932).await.unwrap();
        assert_eq!(SHIFT_JIS.decode(&bytes).0, text);
        let wave = body(&[&["8:00〜17:00 ¥5−3"]], Encoding::Cp932).await.unwrap();
        assert_eq!(SHIFT_JIS.decode(&wave).0, "8:00～17:00 ￥5－3\r\n");
    }

    #[tokio::test]
    async fn refuses_what_cp932_cannot_write() {
        for (name, letter) in [("佐藤😀", '😀'), ("Nguyễn", 'ễ'), ("𠮷田", '𠮷')] {
            match body(&[&["氏名"], &[name]], Encoding::Cp932).await {
                Err(CsvError::Character { character, row: 2 }) => assert_eq!(character, letter),
                other => panic!("{name}: {other:?}"),
            }
            assert!(body(&[&[name]], Encoding::Utf8Bom).await.is_ok());
        }
    }

    #[test]
    fn formulas_are_made_harmless() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+81 3 1234", "'+81 3 1234"),
            ("-cmd", "'-cmd"),
            ("@x", "'@x"),
            ("＝A1", "'＝A1"),
            ("-5", "-5"),
            ("+1,234.5", "+1,234.5"),
            ("-", "'-"),
            ("山田", "山田"),
            ("", ""),
        ];
        for (cell, written) in cases {
            assert_eq!(harmless(cell), written);
        }
    }
}
