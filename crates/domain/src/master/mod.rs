//! Master data (マスタ): tables that the registry is told and does not know. Trades, positions, qualifications, prefectures and
//! dated policies.
//!
//! Here a table's text becomes typed rows, or a list of everything that is wrong with it. The tables of `data/` ship in the
//! binary; who stores replacements and their versions is not this module's business.

mod capability;
mod choice;
mod fee;
mod hazard;
mod insurance;
mod policy;
mod position;
mod prefecture;
mod qualification;
mod site_item;
mod table;
mod trade;
mod wage;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use capability::{CapabilityPoints, PointsOfItem};
pub use choice::Choice;
pub use fee::{Channel, CompanyKind, Fee, FeeItem, Fees, Registration};
pub use hazard::Hazard;
pub use insurance::{InsuranceKind, InsuranceLevel, InsuranceSystem};
pub use policy::{Policies, Policy};
pub use position::{CountsAs, Position, PositionId, PositionKind};
pub use prefecture::Prefecture;
pub use qualification::{Qualification, QualificationCategory};
pub use site_item::{Published, SiteItem};
pub use table::{Fault, MasterProblem};
pub use trade::{Confirmed, EvaluationField, Trade, TradeCode};
pub use wage::LevelWage;

use crate::levels::{self, Criteria};
use crate::time::WorkDay;

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
    /// Kinds of licensed construction business (建設業許可業種).
    PermitTrades,
    /// Lists to choose from in the data of a site (発注区分 …).
    SiteChoices,
    /// What of a site's data the prime may open to others (公開設定項目), and how it begins.
    SiteItems,
    /// Hazardous substances and special check-ups (有害物質・特殊健康診断).
    Hazards,
    /// Kinds of insurance (社会保険の加入区分).
    InsuranceKinds,
    /// Criteria of skill evaluation (能力評価基準).
    Levels,
    /// Wages by level (CCUSレベル別年収), as orientation.
    LevelWages,
    /// Points of the visible construction capability (見える化評価).
    CapabilityPoints,
}

impl MasterKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Trades,
        Self::Positions,
        Self::Qualifications,
        Self::Policies,
        Self::Prefectures,
        Self::Fees,
        Self::PermitTrades,
        Self::SiteChoices,
        Self::SiteItems,
        Self::Hazards,
        Self::InsuranceKinds,
        Self::Levels,
        Self::LevelWages,
        Self::CapabilityPoints,
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
            Self::PermitTrades => "permit-trades",
            Self::SiteChoices => "site-choices",
            Self::SiteItems => "site-items",
            Self::Hazards => "hazards",
            Self::InsuranceKinds => "insurance_kinds",
            Self::Levels => "skill-levels",
            Self::LevelWages => "level-wages",
            Self::CapabilityPoints => "capability-points",
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
#[error(
    "no such table: trades, positions, qualifications, policies, prefectures, fees, permit-trades, site-choices, site-items, hazards, insurance_kinds, skill-levels, level-wages or capability-points"
)]
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
    /// `permit-trades.csv`.
    pub permit_trades: &'a str,
    /// `site-choices.csv`.
    pub site_choices: &'a str,
    /// `site-items.csv`.
    pub site_items: &'a str,
    /// 有害物質・特殊健康診断.
    pub hazards: &'a str,
    /// 社会保険の加入区分.
    pub insurance_kinds: &'a str,
    /// `skill-levels.toml`.
    pub levels: &'a str,
    /// `level-wages.csv`.
    pub level_wages: &'a str,
    /// `capability-points.csv`.
    pub capability_points: &'a str,
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
        permit_trades: include_str!("../../../../data/permit-trades.csv"),
        site_choices: include_str!("../../../../data/site-choices.csv"),
        site_items: include_str!("../../../../data/site-items.csv"),
        hazards: include_str!("../../../../data/hazards.csv"),
        insurance_kinds: include_str!("../../../../data/insurance_kinds.csv"),
        levels: include_str!("../../../../data/skill-levels.toml"),
        level_wages: include_str!("../../../../data/level-wages.csv"),
        capability_points: include_str!("../../../../data/capability-points.csv"),
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
            MasterKind::PermitTrades => self.permit_trades,
            MasterKind::SiteChoices => self.site_choices,
            MasterKind::SiteItems => self.site_items,
            MasterKind::Hazards => self.hazards,
            MasterKind::InsuranceKinds => self.insurance_kinds,
            MasterKind::Levels => self.levels,
            MasterKind::LevelWages => self.level_wages,
            MasterKind::CapabilityPoints => self.capability_points,
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
            MasterKind::PermitTrades => &mut self.permit_trades,
            MasterKind::SiteChoices => &mut self.site_choices,
            MasterKind::SiteItems => &mut self.site_items,
            MasterKind::Hazards => &mut self.hazards,
            MasterKind::InsuranceKinds => &mut self.insurance_kinds,
            MasterKind::Levels => &mut self.levels,
            MasterKind::LevelWages => &mut self.level_wages,
            MasterKind::CapabilityPoints => &mut self.capability_points,
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
            MasterKind::PermitTrades => choice::read_permits(text, &mut problems).len(),
            MasterKind::SiteChoices => choice::read(text, &mut problems).len(),
            MasterKind::SiteItems => site_item::read(text, &mut problems).len(),
            MasterKind::Hazards => hazard::read(text, &mut problems).len(),
            MasterKind::InsuranceKinds => insurance::read(text, &mut problems).len(),
            MasterKind::Levels => levels::read(text, None, &mut problems).map_or(0, |criteria| criteria.fields.len()),
            MasterKind::LevelWages => wage::read(text, &mut problems).len(),
            MasterKind::CapabilityPoints => capability::read(text, &mut problems).map_or(0, |points| points.rows()),
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
    choices: Vec<Choice>,
    site_items: Vec<SiteItem>,
    hazards: Vec<Hazard>,
    insurance_kinds: Vec<InsuranceKind>,
    levels: Criteria,
    level_wages: Vec<LevelWage>,
    capability_points: CapabilityPoints,
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
        let mut choices = choice::read_permits(texts.permit_trades, &mut problems);
        choices.extend(choice::read(texts.site_choices, &mut problems));
        let site_items = site_item::read(texts.site_items, &mut problems);
        let hazards = hazard::read(texts.hazards, &mut problems);
        let insurance_kinds = insurance::read(texts.insurance_kinds, &mut problems);
        let level_wages = wage::read(texts.level_wages, &mut problems);
        let capability_points = capability::read(texts.capability_points, &mut problems);
        let others = levels::Others {
            trades: &trades,
            qualifications: &qualifications,
        };
        let levels = levels::read(texts.levels, Some(others), &mut problems);
        match policies.zip(fees).zip(levels).zip(capability_points) {
            Some((((policies, fees), levels), capability_points)) if problems.is_empty() => Ok(Self {
                by_code: trades.iter().enumerate().filter_map(|(n, t)| Some((t.code?, n))).collect(),
                trades,
                positions,
                qualifications,
                prefectures,
                policies,
                fees,
                choices,
                site_items,
                hazards,
                insurance_kinds,
                levels,
                level_wages,
                capability_points,
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

    /// The choices of a list, in the order of the table: `order_kind`, `permit_trade` and so on.
    pub fn choices(&self, list: &str) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(move |choice| choice.list == list)
    }

    /// One choice of a list.
    #[must_use]
    pub fn choice(&self, list: &str, code: &str) -> Option<&Choice> {
        self.choices(list).find(|choice| choice.code == code)
    }

    /// How many choices there are for the data of sites.
    #[must_use]
    pub fn site_choices(&self) -> usize {
        self.choices.len() - self.choices("permit_trade").count()
    }

    /// What of a site's data can be opened to others, in the order of the table.
    #[must_use]
    pub fn site_items(&self) -> &[SiteItem] {
        &self.site_items
    }

    /// Hazards and their check-ups, in the order of the table.
    #[must_use]
    pub fn hazards(&self) -> &[Hazard] {
        &self.hazards
    }

    /// A hazard.
    #[must_use]
    pub fn hazard(&self, id: &str) -> Option<&Hazard> {
        self.hazards.iter().find(|h| h.id == id)
    }

    /// Kinds of insurance, in the order of the table.
    #[must_use]
    pub fn insurance_kinds(&self) -> &[InsuranceKind] {
        &self.insurance_kinds
    }

    /// The kind that a choice of a worker's registration means.
    #[must_use]
    pub fn insurance_kind(&self, system: InsuranceSystem, registered_as: &str) -> Option<&InsuranceKind> {
        self.insurance_kinds
            .iter()
            .find(|kind| kind.system == system && kind.registered_as.as_deref() == Some(registered_as))
    }

    /// The criteria of the levels.
    #[must_use]
    pub fn levels(&self) -> &Criteria {
        &self.levels
    }

    /// Points of the visible construction capability.
    #[must_use]
    pub fn capability_points(&self) -> &CapabilityPoints {
        &self.capability_points
    }

    /// Wages by level, all editions.
    #[must_use]
    pub fn level_wages(&self) -> &[LevelWage] {
        &self.level_wages
    }

    /// The newest wage that is known on a day for a level: of the field if it has one, of all fields together otherwise. It may be
    /// superseded.
    #[must_use]
    pub fn level_wage(&self, field: &str, level: u8, on: WorkDay) -> Option<&LevelWage> {
        let known = self.level_wages.iter().filter(|wage| wage.level == level && wage.from <= on);
        known
            .filter(|wage| wage.field.as_deref().is_none_or(|of| of == field))
            .max_by_key(|wage| (wage.field.is_some(), wage.from))
    }
}

#[cfg(test)]
mod tests;
