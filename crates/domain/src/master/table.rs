//! Reading one table: its columns, its fields, and what is wrong with them. Nothing stops at the first problem.

use std::collections::BTreeMap;
use std::fmt;

use super::MasterKind;
use crate::time::WorkDay;

/// One thing wrong with a table, in words a clerk can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterProblem {
    /// Which table.
    pub kind: MasterKind,
    /// Line of the file, the header being 1.
    pub line: u64,
    /// Which column; empty if the line as a whole is meant.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for MasterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.kind.file(), self.line)?;
        match self.kind {
            _ if self.column.is_empty() => {}
            MasterKind::Levels => write!(f, ", {}", self.column)?,
            _ => write!(f, ", column {}", self.column)?,
        }
        if !self.found.is_empty() {
            write!(f, ", \"{}\"", self.found)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for MasterProblem {}

/// What can be wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is no CSV.
    #[error("not readable as CSV: {0}")]
    NotCsv(String),
    /// A column is not there.
    #[error("the column is missing")]
    ColumnMissing,
    /// A column nobody reads: a slip in its name would otherwise lose it silently.
    #[error("the column is not known; there may be {0}")]
    ColumnUnknown(String),
    /// A line is too short or too long.
    #[error("the line has {found} fields, the header has {wanted}")]
    FieldCount {
        /// Fields of the line.
        found: usize,
        /// Fields of the header.
        wanted: usize,
    },
    /// No rows at all.
    #[error("the table has no rows")]
    NoRows,
    /// A field that must be filled is empty.
    #[error("must not be empty")]
    Empty,
    /// A field that must be empty is filled.
    #[error("must be empty here: {0}")]
    NotEmpty(&'static str),
    /// Not one of the known words.
    #[error("not known; allowed: {0}")]
    UnknownWord(String),
    /// The field has another form.
    #[error("allowed: {0}")]
    Form(&'static str),
    /// The key stands there twice.
    #[error("already on line {0}")]
    Duplicate(u64),
    /// A small class whose large class is not in the table.
    #[error("the large class has no row of its own")]
    NoLargeClass,
    /// A name is told differently on another line.
    #[error("line {0} says it differently")]
    Differs(u64),
    /// Days without a value.
    #[error("no value {0}; the periods of a key follow each other without a gap, the first has no start and the last no end")]
    Gap(String),
    /// Days with two values.
    #[error("overlaps the period on line {0}")]
    Overlap(u64),
    /// A number outside what makes sense.
    #[error("allowed: {0} to {1}")]
    Range(i64, i64),
    /// A key that must be there is not.
    #[error("the key is missing")]
    KeyMissing,
    /// The text is no TOML.
    #[error("not readable as TOML: {0}")]
    NotToml(String),
    /// The same stands there twice.
    #[error("is there twice")]
    Twice,
    /// No row of `qualifications.csv` has this name.
    #[error("no qualification of qualifications.csv has this name")]
    UnknownQualification,
    /// No row of `trades.csv` has this code.
    #[error("no trade of trades.csv has this code")]
    UnknownTrade,
    /// `trades.csv` names a field that has no criteria.
    #[error("trades.csv names this field, and it is not here")]
    FieldMissing,
    /// More are asked for than a list has.
    #[error("the list has {0}")]
    TooMany(usize),
    /// An edition begins before the one before it ends.
    #[error("overlaps edition {0}, or stands before it")]
    OverlapsEdition(usize),
    /// A higher level asks for less than a lower one.
    #[error("{what}: the level below asks for {lower}")]
    AsksLess {
        /// Of what.
        what: &'static str,
        /// What the lower level asks for.
        lower: u32,
    },
}

/// An enum whose values are words of a table.
pub(super) trait Word: Copy + 'static {
    /// The values there are and their words.
    const WORDS: &'static [(&'static str, Self)];
}

/// `yes` or `no`.
impl Word for bool {
    const WORDS: &'static [(&'static str, Self)] = &[("yes", true), ("no", false)];
}

/// The rows of a table and the list that its problems go to.
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
}

/// One line. Every reader pushes what is wrong to the list and goes on with a stand-in, so that all problems come at once; a
/// table with problems is never used.
pub(super) struct Row {
    pub(super) line: u64,
    kind: MasterKind,
    fields: BTreeMap<&'static str, String>,
}

impl Table {
    pub(super) fn read(kind: MasterKind, text: &str, columns: &[&'static str], problems: &mut Vec<MasterProblem>) -> Self {
        let mut report = |line, column: &str, found: &str, fault| {
            problems.push(MasterProblem {
                kind,
                line,
                column: column.into(),
                found: found.into(),
                fault,
            });
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                report(1, "", "", Fault::NotCsv(error.to_string()));
                return Self { rows: Vec::new() };
            }
        };
        let place_of = |column: &str| header.iter().position(|name| name == column);
        for column in columns.iter().filter(|c| place_of(c).is_none()) {
            report(1, column, "", Fault::ColumnMissing);
        }
        for name in header.iter().filter(|name| !columns.contains(name)) {
            report(1, name, "", Fault::ColumnUnknown(columns.join(", ")));
        }
        if columns.iter().any(|c| place_of(c).is_none()) {
            return Self { rows: Vec::new() };
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if record.len() == header.len() {
                        let field = |column: &str| place_of(column).and_then(|n| record.get(n)).unwrap_or_default();
                        let fields = columns.iter().map(|c| (*c, field(c).to_owned())).collect();
                        rows.push(Row { line, kind, fields });
                    } else {
                        let (found, wanted) = (record.len(), header.len());
                        report(line, "", "", Fault::FieldCount { found, wanted });
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    report(line, "", "", Fault::NotCsv(error.to_string()));
                }
            }
        }
        if rows.is_empty() {
            report(1, "", "", Fault::NoRows);
        }
        Self { rows }
    }
}

impl Row {
    /// The field; empty if it is.
    pub(super) fn text(&self, column: &'static str) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }

    /// The field, `None` if it is empty.
    pub(super) fn optional(&self, column: &'static str) -> Option<String> {
        Some(self.text(column)).filter(|t| !t.is_empty()).map(str::to_owned)
    }

    /// The field, which must be filled.
    pub(super) fn required(&self, column: &'static str, problems: &mut Vec<MasterProblem>) -> String {
        if self.text(column).is_empty() {
            self.report(column, Fault::Empty, problems);
        }
        self.text(column).to_owned()
    }

    /// The field as one of the known words.
    pub(super) fn word<W: Word>(&self, column: &'static str, problems: &mut Vec<MasterProblem>) -> Option<W> {
        let found = W::WORDS.iter().find(|(word, _)| *word == self.text(column));
        if found.is_none() {
            let allowed: Vec<_> = W::WORDS.iter().map(|(word, _)| *word).collect();
            self.report(column, Fault::UnknownWord(allowed.join(", ")), problems);
        }
        found.map(|(_, value)| *value)
    }

    /// The field as a day, `None` if it is empty.
    pub(super) fn day(&self, column: &'static str, problems: &mut Vec<MasterProblem>) -> Option<WorkDay> {
        let text = self.text(column);
        let day = text.parse().ok();
        if day.is_none() && !text.is_empty() {
            self.report(column, Fault::Form("a day written as 2020-10-01, or empty"), problems);
        }
        day
    }

    /// The field as a whole number from `least` to `most`, `None` if it is empty.
    pub(super) fn whole(&self, column: &'static str, least: i64, most: i64, problems: &mut Vec<MasterProblem>) -> Option<i64> {
        let text = self.text(column);
        let number = text.parse().ok().filter(|n| (least..=most).contains(n));
        if number.is_none() && !text.is_empty() {
            self.report(column, Fault::Range(least, most), problems);
        }
        number
    }

    /// Says what is wrong with a field.
    pub(super) fn report(&self, column: &'static str, fault: Fault, problems: &mut Vec<MasterProblem>) {
        problems.push(MasterProblem {
            kind: self.kind,
            line: self.line,
            column: column.into(),
            found: self.text(column).to_owned(),
            fault,
        });
    }

    /// Remembers a key and says so if an earlier line had it.
    pub(super) fn unique<K: Ord>(
        &self,
        seen: &mut BTreeMap<K, u64>,
        key: K,
        column: &'static str,
        problems: &mut Vec<MasterProblem>,
    ) {
        if let Some(first) = seen.get(&key) {
            self.report(column, Fault::Duplicate(*first), problems);
        } else {
            seen.insert(key, self.line);
        }
    }
}
