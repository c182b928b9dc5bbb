//! A mapping file: tells how the lines of a reader of another make are to be read, as TOML.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use domain::time::japan;
use domain::{Direction, WorkerId};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};
use jiff::Timestamp;
use jiff::fmt::strtime;
use serde::Deserialize;

use super::Entry;

/// How a file is to be read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Kind of file.
    pub(super) format: Format,
    #[serde(default)]
    encoding: Letters,
    /// CSV: what stands between two columns.
    #[serde(default = "comma")]
    separator: char,
    /// CSV: the first line holds the names of the columns.
    #[serde(default = "yes")]
    pub(super) headings: bool,
    /// `rfc3339`, `unix`, or a pattern such as `%Y/%m/%d %H:%M:%S`: Japan's time if it has no offset.
    #[serde(default = "rfc3339")]
    time: String,
    /// Way of all lines, if they do not tell one.
    direction: Option<Direction>,
    columns: Columns,
    #[serde(default)]
    directions: Words,
}

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    /// A line, a touch, its values between separators.
    Csv,
    /// A line, a touch, as a JSON object.
    JsonLines,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum Letters {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "shift_jis")]
    ShiftJis,
}

/// Where the values stand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    worker_id: Column,
    at: OneOrMore,
    direction: Option<Column>,
    seq: Option<Column>,
}

/// A column: its name, or its place from 1 in a CSV file without names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Column {
    /// By its name.
    Name(String),
    /// By its place.
    Place(usize),
}

/// Day and time may stand in two columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Column),
    More(Vec<Column>),
}

/// What stands for in and out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(rename = "in")]
    into: Vec<String>,
    out: Vec<String>,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            into: vec!["in".into()],
            out: vec!["out".into()],
        }
    }
}

fn comma() -> char {
    ','
}

fn yes() -> bool {
    true
}

fn rfc3339() -> String {
    "rfc3339".into()
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// If it cannot be read, or says something that fits no file.
    pub fn load(path: &Path) -> Result<Self> {
        let about = || format!("mapping file {}", path.display());
        let text = fs::read_to_string(path).with_context(about)?;
        Self::read(&text).with_context(about)
    }

    pub(super) fn read(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text)?;
        ensure!(
            mapping.direction.is_some() != mapping.columns.direction.is_some(),
            "direction: name its column under [columns], or write `direction = \"in\"` or `\"out\"` for all lines; one of the two"
        );
        ensure!(
            mapping.separator.is_ascii(),
            "separator: one ASCII character, such as \",\" or \"\\t\""
        );
        let by_name = mapping.format == Format::JsonLines || mapping.headings;
        for column in mapping.all() {
            match column {
                Column::Name(name) => ensure!(
                    by_name,
                    "column \"{name}\": the file has no headings; give the column's place, from 1"
                ),
                Column::Place(place) => ensure!(
                    !by_name && *place > 0,
                    "column {place}: give the column's name, or write `headings = false` and count from 1"
                ),
            }
        }
        Ok(mapping)
    }

    /// All columns that are named.
    pub(super) fn all(&self) -> impl Iterator<Item = &Column> {
        let at = match &self.columns.at {
            OneOrMore::One(column) => std::slice::from_ref(column),
            OneOrMore::More(columns) => columns.as_slice(),
        };
        let others = [self.columns.direction.as_ref(), self.columns.seq.as_ref()];
        std::iter::once(&self.columns.worker_id)
            .chain(at)
            .chain(others.into_iter().flatten())
    }

    /// The separator of a CSV file.
    pub(super) fn separator(&self) -> u8 {
        u8::try_from(self.separator).unwrap_or(b',')
    }

    /// The file as text. A letter that cannot be read is kept as such where lines are looked at one by one anyway.
    ///
    /// # Errors
    /// If the file is not in the encoding that was told.
    pub(super) fn decode(&self, bytes: &[u8]) -> Result<String> {
        let encoding: &'static Encoding = match self.encoding {
            Letters::Utf8 => UTF_8,
            Letters::ShiftJis => SHIFT_JIS,
        };
        let (text, _, faulty) = encoding.decode(bytes);
        ensure!(
            !faulty || encoding == UTF_8,
            "the letters are not {}: mend `encoding` in the mapping file",
            encoding.name()
        );
        Ok(text.into_owned())
    }

    /// A line's touch. `value` gives what stands in a column.
    pub(super) fn entry(&self, value: impl Fn(&Column) -> Result<String, String>) -> Result<Entry, String> {
        let worker = value(&self.columns.worker_id)?.replace([' ', '-'], "");
        let worker: WorkerId = worker.parse().map_err(|e| format!("worker_id: {e}"))?;
        let at = match &self.columns.at {
            OneOrMore::One(column) => value(column)?,
            OneOrMore::More(columns) => columns.iter().map(&value).collect::<Result<Vec<_>, _>>()?.join(" "),
        };
        let at = self
            .instant(at.trim())
            .map_err(|why| format!("at: \"{}\": {why}", at.trim()))?;
        let direction = match (&self.columns.direction, self.direction) {
            (Some(column), _) => self.way(value(column)?.trim())?,
            (None, all) => all.ok_or("direction: not told")?,
        };
        let seq = match &self.columns.seq {
            Some(column) => {
                let text = value(column)?;
                let number = text
                    .trim()
                    .parse()
                    .map_err(|_| format!("seq: \"{}\" is no running number", text.trim()))?;
                Some(number)
            }
            None => None,
        };
        Ok(Entry {
            seq,
            worker,
            at,
            direction,
        })
    }

    fn way(&self, text: &str) -> Result<Direction, String> {
        let is_one = |words: &[String]| words.iter().any(|word| word == text);
        match (is_one(&self.directions.into), is_one(&self.directions.out)) {
            (true, false) => Ok(Direction::In),
            (false, true) => Ok(Direction::Out),
            _ => Err(format!(
                "direction: \"{text}\" is neither in nor out; [directions] of the mapping file says which words are"
            )),
        }
    }

    fn instant(&self, text: &str) -> Result<Timestamp, String> {
        match self.time.as_str() {
            "rfc3339" => text.parse().map_err(|e: jiff::Error| e.to_string()),
            "unix" => {
                let seconds = text.parse().map_err(|_| "not seconds since 1970".to_owned())?;
                Timestamp::from_second(seconds).map_err(|e| e.to_string())
            }
            pattern => {
                let parts = strtime::parse(pattern, text).map_err(|e| e.to_string())?;
                if parts.offset().is_some() {
                    return parts.to_timestamp().map_err(|e| e.to_string());
                }
                let civil = parts.to_datetime().map_err(|e| e.to_string())?;
                let zoned = civil.to_zoned(japan()).map_err(|e| e.to_string())?;
                Ok(zoned.timestamp())
            }
        }
    }
}
