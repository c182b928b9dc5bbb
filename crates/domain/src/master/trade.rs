//! Trades (職種).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::table::{Fault, MasterProblem, Row, Table, Word};
use super::{MasterCodeError, MasterKind};

/// A trade code (職種コード): `01` a large class (大分類), `01-11` a small class (小分類) of it. Leading zeros count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TradeCode {
    large: u8,
    small: Option<u8>,
}

impl TradeCode {
    /// Its large class.
    #[must_use]
    pub fn large(self) -> Self {
        Self { small: None, ..self }
    }

    /// Whether it names a small class. Only such a trade counts toward a level.
    #[must_use]
    pub fn is_small(self) -> bool {
        self.small.is_some()
    }
}

impl fmt::Display for TradeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.small {
            None => write!(f, "{:02}", self.large),
            Some(small) => write!(f, "{:02}-{small:02}", self.large),
        }
    }
}

impl fmt::Debug for TradeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TradeCode {
    type Err = MasterCodeError;
    fn from_str(text: &str) -> Result<Self, MasterCodeError> {
        let (large, small) = match text.split_once('-') {
            None => (text, None),
            Some((large, small)) => (large, Some(small)),
        };
        let small = small.map(|s| two_digits(s).ok_or(MasterCodeError::Trade)).transpose()?;
        let large = two_digits(large).ok_or(MasterCodeError::Trade)?;
        Ok(Self { large, small })
    }
}

fn two_digits(text: &str) -> Option<u8> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n > 0)
}

impl TryFrom<String> for TradeCode {
    type Error = MasterCodeError;
    fn try_from(text: String) -> Result<Self, MasterCodeError> {
        text.parse()
    }
}

impl From<TradeCode> for String {
    fn from(code: TradeCode) -> Self {
        code.to_string()
    }
}

/// How sure a trade's code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The code was read.
    Yes,
    /// Taken from the place in a list that fits every code known from elsewhere.
    Order,
    /// A large class placed by the order of the labour price table.
    Inferred,
    /// `NN-01` has the name of the large class nearly everywhere.
    Pattern,
    /// The name was read, the code was not.
    NoCode,
}

impl Word for Confirmed {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("yes", Self::Yes),
        ("order", Self::Order),
        ("inferred", Self::Inferred),
        ("pattern", Self::Pattern),
        ("no_code", Self::NoCode),
    ];
}

/// A field of skill evaluation (能力評価) that a trade belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationField {
    /// Its id.
    pub id: String,
    /// Guessed from the name only: nothing may be judged by it.
    pub guessed: bool,
}

/// One trade class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// Its code; `None` if it is not known ([`Confirmed::NoCode`]).
    pub code: Option<TradeCode>,
    /// Its large class (its own code for a large class); `None` if not known.
    pub large: Option<TradeCode>,
    /// Japanese name.
    pub name_ja: String,
    /// English name; small classes have none yet.
    pub name_en: Option<String>,
    /// Japanese name of the large class; empty if not known.
    pub large_name_ja: String,
    /// English name of the large class; empty if not known.
    pub large_name_en: String,
    /// How sure the code is.
    pub confirmed: Confirmed,
    /// Where it was read.
    pub source: String,
    /// The fields of skill evaluation it belongs to.
    pub evaluation_fields: Vec<EvaluationField>,
    size: Size,
}

impl Trade {
    /// Whether it is a small class.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.size == Size::Small
    }

    /// Whether it can be chosen on a screen or named in a file: it has a code.
    #[must_use]
    pub fn selectable(&self) -> bool {
        self.code.is_some()
    }

    /// Whether the code may turn out to be another one.
    #[must_use]
    pub fn provisional(&self) -> bool {
        matches!(self.confirmed, Confirmed::Inferred | Confirmed::Pattern)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Large,
    Small,
}

impl Word for Size {
    const WORDS: &'static [(&'static str, Self)] = &[("large", Self::Large), ("small", Self::Small)];
}

const COLUMNS: [&str; 10] = [
    "large_code",
    "large_name_ja",
    "large_name_en",
    "small_code",
    "small_name_ja",
    "evaluation_fields",
    "row",
    "code_confirmed",
    "source",
    "labour_price_no",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Trade> {
    let table = Table::read(MasterKind::Trades, text, &COLUMNS, problems);
    let large_lines: BTreeMap<&str, &Row> = table
        .rows
        .iter()
        .filter(|row| row.text("row") == "large")
        .map(|row| (row.text("large_code"), row))
        .collect();
    let mut codes = BTreeMap::new();
    let mut nameless = BTreeMap::new();
    let mut trades = Vec::new();
    for row in &table.rows {
        let confirmed = row.word("code_confirmed", problems);
        let source = row.required("source", problems);
        let (Some(size), Some(confirmed)) = (row.word("row", problems), confirmed) else {
            continue;
        };
        let large = part(row, "large_code", problems);
        let small = part(row, "small_code", problems);
        let name_column = match size {
            Size::Large => "large_name_ja",
            Size::Small => "small_name_ja",
        };
        let name_ja = row.required(name_column, problems);
        check_codes(row, size, confirmed, problems);
        if size == Size::Small && large.is_some() {
            match large_lines.get(row.text("large_code")) {
                None => row.report("large_code", Fault::NoLargeClass, problems),
                Some(of) if of.text("large_name_ja") != row.text("large_name_ja") => {
                    row.report("large_name_ja", Fault::Differs(of.line), problems);
                }
                Some(_) => {}
            }
        }
        let large = large.map(|large| TradeCode { large, small: None });
        let code = match size {
            Size::Large => large,
            Size::Small => large.and_then(|code| {
                small.map(|small| TradeCode {
                    small: Some(small),
                    ..code
                })
            }),
        };
        match code {
            Some(code) => row.unique(
                &mut codes,
                code,
                if code.is_small() { "small_code" } else { "large_code" },
                problems,
            ),
            None => row.unique(&mut nameless, (large, name_ja.clone()), name_column, problems),
        }
        trades.push(Trade {
            code,
            large,
            name_ja,
            name_en: row.optional("large_name_en").filter(|_| size == Size::Large),
            large_name_ja: row.text("large_name_ja").to_owned(),
            large_name_en: row.text("large_name_en").to_owned(),
            confirmed,
            source,
            evaluation_fields: evaluation_fields(row.text("evaluation_fields")),
            size,
        });
    }
    trades
}

fn part(row: &Row, column: &'static str, problems: &mut Vec<MasterProblem>) -> Option<u8> {
    let text = row.text(column);
    let part = two_digits(text);
    if part.is_none() && !text.is_empty() {
        row.report(column, Fault::Form("two digits, 01 to 99"), problems);
    }
    part
}

/// Which codes must be there and which must not.
fn check_codes(row: &Row, size: Size, confirmed: Confirmed, problems: &mut Vec<MasterProblem>) {
    match (size, confirmed) {
        (Size::Large, _) => {
            row.required("large_code", problems);
            row.required("large_name_en", problems);
            for column in ["small_code", "small_name_ja"] {
                if !row.text(column).is_empty() {
                    row.report(column, Fault::NotEmpty("the row is a large class"), problems);
                }
            }
            if confirmed == Confirmed::NoCode {
                row.report(
                    "code_confirmed",
                    Fault::Form("yes, order, inferred or pattern for a large class"),
                    problems,
                );
            }
        }
        (Size::Small, Confirmed::NoCode) => {
            if !row.text("small_code").is_empty() {
                row.report("small_code", Fault::NotEmpty("code_confirmed is no_code"), problems);
            }
        }
        (Size::Small, _) => {
            row.required("large_code", problems);
            row.required("small_code", problems);
        }
    }
}

fn evaluation_fields(text: &str) -> Vec<EvaluationField> {
    text.split(';')
        .map(str::trim)
        .filter(|field| !field.is_empty())
        .map(|field| EvaluationField {
            id: field.trim_end_matches('?').to_owned(),
            guessed: field.ends_with('?'),
        })
        .collect()
}
