//! Master data (マスタ): tables that the registry is told and does not know. Trades, positions, qualifications, prefectures and
//! dated policies.
//!
//! Here a table's text becomes typed rows, or a list of everything that is wrong with it. The tables of `data/` ship in the
//! binary; who stores replacements and their versions is not this module's business.

mod fee;
mod policy;
mod position;
mod prefecture;
mod qualification;
mod table;
mod trade;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use fee::{Channel, CompanyKind, Fee, FeeItem, Fees, Registration};
pub use policy::{Policies, Policy};
pub use position::{CountsAs, Position, PositionId, PositionKind};
pub use prefecture::Prefecture;
pub use qualification::{Qualification, QualificationCategory};
pub use table::{Fault, MasterProblem};
pub use trade::{Confirmed, EvaluationField, Trade, TradeCode};

use crate::levels::{self, Criteria};

/// A text is no trade code or position id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MasterCodeError {
    /// Not a trade code.
    #[error("a trade code is written 01 (large class) or 01-11 (large and small class)")]
    Trade,
    /// Not a position id.
    #[error("a position is named by 1 to 40 small letters, digits or underscores")]
    Position,
}

/// The tables there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MasterKind {
    /// Trade classes (職種).
    Trades,
    /// Positions (立場).
    Positions,
    /// Qualifications (保有資格).
    Qualifications,
    /// Dated rules.
    Policies,
    /// Prefectures (都道府県).
    Prefectures,
    /// Fees (料金).
    Fees,
    /// Criteria of skill evaluation (能力評価基準).
    Levels,
}

impl MasterKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Trades,
        Self::Positions,
        Self::Qualifications,
        Self::Policies,
        Self::Prefectures,
        Self::Fees,
        Self::Levels,
    ];

    /// Stable word: the file's name without its ending, and the stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Positions => "positions",
            Self::Qualifications => "qualifications",
            Self::Policies => "policies",
            Self::Prefectures => "prefectures",
            Self::Fees => "fees",
            Self::Levels => "skill-levels",
        }
    }

    /// The file's name.
    #[must_use]
    pub fn file(self) -> String {
        let ending = if self == Self::Levels { "toml" } else { "csv" };
        format!("{}.{ending}", self.word())
    }
}

impl fmt::Display for MasterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for MasterKind {
    type Err = NoSuchTable;
    fn from_str(text: &str) -> Result<Self, NoSuchTable> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or(NoSuchTable)
    }
}

/// A word names no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such table: trades, positions, qualifications, policies, prefectures, fees or skill-levels")]
pub struct NoSuchTable;

/// The text of every table, before it is checked.
#[derive(Debug, Clone, Copy)]
pub struct MasterTexts<'a> {
    /// `trades.csv`.
    pub trades: &'a str,
    /// `positions.csv`.
    pub positions: &'a str,
    /// `qualifications.csv`.
    pub qualifications: &'a str,
    /// `policies.csv`.
    pub policies: &'a str,
    /// `prefectures.csv`.
    pub prefectures: &'a str,
    /// `fees.csv`.
    pub fees: &'a str,
    /// `skill-levels.toml`.
    pub levels: &'a str,
}

impl MasterTexts<'static> {
    /// The tables of `data/`, as they were when the program was built.
    pub const EMBEDDED: Self = Self {
        trades: include_str!("../../../../data/trades.csv"),
        positions: include_str!("../../../../data/positions.csv"),
        qualifications: include_str!("../../../../data/qualifications.csv"),
        policies: include_str!("../../../../data/policies.csv"),
        prefectures: include_str!("../../../../data/prefectures.csv"),
        fees: include_str!("../../../../data/fees.csv"),
        levels: include_str!("../../../../data/skill-levels.toml"),
    };
}

impl<'a> MasterTexts<'a> {
    /// The text of one table.
    #[must_use]
    pub fn of(&self, kind: MasterKind) -> &'a str {
        match kind {
            MasterKind::Trades => self.trades,
            MasterKind::Positions => self.positions,
            MasterKind::Qualifications => self.qualifications,
            MasterKind::Policies => self.policies,
            MasterKind::Prefectures => self.prefectures,
            MasterKind::Fees => self.fees,
            MasterKind::Levels => self.levels,
        }
    }

    /// The same with one table replaced.
    #[must_use]
    pub fn with(mut self, kind: MasterKind, text: &'a str) -> Self {
        *match kind {
            MasterKind::Trades => &mut self.trades,
            MasterKind::Positions => &mut self.positions,
            MasterKind::Qualifications => &mut self.qualifications,
            MasterKind::Policies => &mut self.policies,
            MasterKind::Prefectures => &mut self.prefectures,
            MasterKind::Fees => &mut self.fees,
            MasterKind::Levels => &mut self.levels,
        } = text;
        self
    }
}

/// One table that was read without a problem: ready to be stored as a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MasterSet<'a> {
    /// Which table.
    pub kind: MasterKind,
    /// How many rows it has.
    pub rows: usize,
    /// Its text, unchanged.
    pub text: &'a str,
}

impl<'a> MasterSet<'a> {
    /// Checks one table by itself.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(kind: MasterKind, text: &'a str) -> Result<Self, Vec<MasterProblem>> {
        let mut problems = Vec::new();
        let rows = match kind {
            MasterKind::Trades => trade::read(text, &mut problems).len(),
            MasterKind::Positions => position::read(text, &mut problems).len(),
            MasterKind::Qualifications => qualification::read(text, &mut problems).len(),
            MasterKind::Prefectures => prefecture::read(text, &mut problems).len(),
            MasterKind::Policies => {
                let read = policy::read(text, &mut problems);
                read.map_or(0, |policies| policies.rows())
            }
            MasterKind::Fees => fee::read(text, &mut problems).map_or(0, |fees| fees.rows()),
            MasterKind::Levels => levels::read(text, None, &mut problems).map_or(0, |criteria| criteria.fields.len()),
        };
        if problems.is_empty() {
            Ok(Self { kind, rows, text })
        } else {
            Err(problems)
        }
    }
}

/// All master data, checked, in memory.
#[derive(Debug, Clone)]
pub struct Masters {
    trades: Vec<Trade>,
    by_code: BTreeMap<TradeCode, usize>,
    positions: Vec<Position>,
    qualifications: Vec<Qualification>,
    prefectures: Vec<Prefecture>,
    policies: Policies,
    fees: Fees,
    levels: Criteria,
}

impl Masters {
    /// Reads and checks all tables.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn check_and_build(texts: &MasterTexts<'_>) -> Result<Self, Vec<MasterProblem>> {
        let mut problems = Vec::new();
        let trades = trade::read(texts.trades, &mut problems);
        let positions = position::read(texts.positions, &mut problems);
        let qualifications = qualification::read(texts.qualifications, &mut problems);
        let prefectures = prefecture::read(texts.prefectures, &mut problems);
        let policies = policy::read(texts.policies, &mut problems);
        let fees = fee::read(texts.fees, &mut problems);
        let others = levels::Others {
            trades: &trades,
            qualifications: &qualifications,
        };
        let levels = levels::read(texts.levels, Some(others), &mut problems);
        match policies.zip(fees).zip(levels) {
            Some(((policies, fees), levels)) if problems.is_empty() => Ok(Self {
                by_code: trades.iter().enumerate().filter_map(|(n, t)| Some((t.code?, n))).collect(),
                trades,
                positions,
                qualifications,
                prefectures,
                policies,
                fees,
                levels,
            }),
            _ => Err(problems),
        }
    }

    /// From the tables that ship in the binary.
    ///
    /// # Errors
    /// Never for a binary whose tests passed.
    pub fn embedded() -> Result<Self, Vec<MasterProblem>> {
        Self::check_and_build(&MasterTexts::EMBEDDED)
    }

    /// All trades in the order of the table.
    #[must_use]
    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    /// One trade.
    #[must_use]
    pub fn trade(&self, code: TradeCode) -> Option<&Trade> {
        self.by_code.get(&code).and_then(|n| self.trades.get(*n))
    }

    /// The small classes of a large one that can be chosen, by code.
    pub fn small_trades_of(&self, large: TradeCode) -> impl Iterator<Item = &Trade> {
        let all = self.by_code.values().filter_map(|n| self.trades.get(*n));
        all.filter(move |t| t.is_small() && t.large == Some(large.large()))
    }

    /// All positions and roster marks in the order of the table.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// One position.
    #[must_use]
    pub fn position(&self, id: &PositionId) -> Option<&Position> {
        self.positions.iter().find(|p| p.id == *id)
    }

    /// All qualifications in the order of the table.
    #[must_use]
    pub fn qualifications(&self) -> &[Qualification] {
        &self.qualifications
    }

    /// The prefectures in the order of the table.
    #[must_use]
    pub fn prefectures(&self) -> &[Prefecture] {
        &self.prefectures
    }

    /// The dated rules.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The prices.
    #[must_use]
    pub fn fees(&self) -> &Fees {
        &self.fees
    }

    /// The criteria of the levels.
    #[must_use]
    pub fn levels(&self) -> &Criteria {
        &self.levels
    }
}

#[cfg(test)]
mod tests;
