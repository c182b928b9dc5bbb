//! Positions (立場).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::table::{Fault, MasterProblem, Table, Word};
use super::{MasterCodeError, MasterKind};

/// The name of a position inside programs, such as `foreman`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PositionId(String);

impl PositionId {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PositionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PositionId {
    type Err = MasterCodeError;
    fn from_str(text: &str) -> Result<Self, MasterCodeError> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for PositionId {
    type Error = MasterCodeError;
    fn try_from(text: String) -> Result<Self, MasterCodeError> {
        let letters = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if letters && (1..=40).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(MasterCodeError::Position)
        }
    }
}

impl From<PositionId> for String {
    fn from(id: PositionId) -> Self {
        id.0
    }
}

/// What a day in a position counts as when a level is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountsAs {
    /// A day as foreman (職長).
    Foreman,
    /// A day as squad leader (班長).
    Squad,
    /// A plain day.
    None,
}

impl Word for CountsAs {
    const WORDS: &'static [(&'static str, Self)] = &[("foreman", Self::Foreman), ("squad", Self::Squad), ("none", Self::None)];
}

/// Whether a row is a position at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionKind {
    /// A role that a worker can be given on a site.
    Role,
    /// Only a sign in the ※ column of the worker roster (作業員名簿).
    Mark,
}

impl Word for PositionKind {
    const WORDS: &'static [(&'static str, Self)] = &[("role", Self::Role), ("mark", Self::Mark)];
}

/// One position, or a mark of the roster form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its name inside programs.
    pub id: PositionId,
    /// Its code in the real registry, where known.
    pub code: Option<String>,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// Role or mere mark.
    pub kind: PositionKind,
    /// The sign on the worker roster.
    pub roster_mark: Option<String>,
    /// Known to be a value of the real registry.
    pub confirmed: bool,
    /// What a day in it counts as.
    pub counts_as: CountsAs,
    /// Where it was read.
    pub source: String,
    /// What else is known.
    pub note: Option<String>,
}

impl Position {
    /// Whether it can be chosen for a worker on a roster.
    #[must_use]
    pub fn selectable(&self) -> bool {
        self.kind == PositionKind::Role
    }

    /// A role that the real registry may not know as its own.
    #[must_use]
    pub fn provisional(&self) -> bool {
        !self.confirmed
    }
}

const COLUMNS: [&str; 10] = [
    "id",
    "ccus_code",
    "name_ja",
    "name_en",
    "kind",
    "roster_mark",
    "ccus_value_confirmed",
    "counts_as",
    "source",
    "note",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Position> {
    let table = Table::read(MasterKind::Positions, text, &COLUMNS, problems);
    let (mut ids, mut codes) = (BTreeMap::new(), BTreeMap::new());
    let mut positions = Vec::new();
    for row in &table.rows {
        let id = PositionId::from_str(row.text("id")).ok();
        match &id {
            Some(id) => row.unique(&mut ids, id.clone(), "id", problems),
            None => row.report("id", Fault::Form("1 to 40 small letters, digits or underscores"), problems),
        }
        let code = row.optional("ccus_code");
        if let Some(code) = &code {
            row.unique(&mut codes, code.clone(), "ccus_code", problems);
        }
        let name_ja = row.required("name_ja", problems);
        let name_en = row.required("name_en", problems);
        let source = row.required("source", problems);
        let kind = row.word("kind", problems);
        let confirmed = row.word("ccus_value_confirmed", problems);
        let counts_as = row.word("counts_as", problems);
        if let (Some(PositionKind::Mark), Some(CountsAs::Foreman | CountsAs::Squad)) = (kind, counts_as) {
            row.report("counts_as", Fault::Form("none for a mark"), problems);
        }
        if let (Some(id), Some(kind), Some(confirmed), Some(counts_as)) = (id, kind, confirmed, counts_as) {
            positions.push(Position {
                id,
                code,
                name_ja,
                name_en,
                kind,
                roster_mark: row.optional("roster_mark"),
                confirmed,
                counts_as,
                source,
                note: row.optional("note"),
            });
        }
    }
    positions
}
