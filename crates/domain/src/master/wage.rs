//! Wages by level (CCUSレベル別年収): what the ministry published as orientation, by edition (skill evaluation rule book, chapter 7).

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Table};
use crate::time::WorkDay;

/// Yearly pay at a level, as orientation. It binds nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelWage {
    /// Field of skill evaluation; none: all fields together.
    pub field: Option<String>,
    /// 1 to 4.
    pub level: u8,
    /// Lowest figure named, in yen a year.
    pub low: i64,
    /// Highest figure named.
    pub high: i64,
    /// First day of the edition.
    pub from: WorkDay,
    /// Last day of the edition; none for the present one.
    pub to: Option<WorkDay>,
    /// Read in `source`.
    pub confirmed: bool,
    /// Where it was read.
    pub source: String,
}

impl LevelWage {
    /// A newer edition is in force on this day, whose figures are not known here.
    #[must_use]
    pub fn is_superseded(&self, on: WorkDay) -> bool {
        self.to.is_some_and(|last| last < on)
    }
}

const COLUMNS: [&str; 9] = [
    "field",
    "level",
    "low_yen",
    "high_yen",
    "valid_from",
    "valid_to",
    "confirmed",
    "source",
    "note",
];

/// More than anybody is told.
const MOST: i64 = 100_000_000;

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<LevelWage> {
    let table = Table::read(MasterKind::LevelWages, text, &COLUMNS, problems);
    let mut keys = BTreeMap::new();
    let mut wages = Vec::new();
    for row in &table.rows {
        let field = row.optional("field");
        row.required("level", problems);
        row.required("low_yen", problems);
        row.required("high_yen", problems);
        row.required("valid_from", problems);
        let level = row.whole("level", 1, 4, problems).and_then(|level| u8::try_from(level).ok());
        let (low, high) = (
            row.whole("low_yen", 0, MOST, problems),
            row.whole("high_yen", 0, MOST, problems),
        );
        let (from, to) = (row.day("valid_from", problems), row.day("valid_to", problems));
        let confirmed = row.word("confirmed", problems);
        let source = row.required("source", problems);
        if let (Some(level), Some(low), Some(high), Some(from)) = (level, low, high, from) {
            row.unique(&mut keys, (field.clone(), level, from), "level", problems);
            if high < low {
                row.report("high_yen", Fault::Form("not less than low_yen"), problems);
            }
            if to.is_some_and(|to| to < from) {
                row.report("valid_to", Fault::Form("not before valid_from"), problems);
            }
            wages.push(LevelWage {
                field,
                level,
                low,
                high,
                from,
                to,
                confirmed: confirmed.unwrap_or_default(),
                source,
            });
        }
    }
    wages
}
