//! Kinds of insurance (社会保険の加入区分) as rosters and ledgers write them.

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{MasterProblem, Table, Word};

/// Which insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InsuranceSystem {
    /// 健康保険.
    Health,
    /// 年金保険.
    Pension,
    /// 雇用保険.
    Employment,
    /// 労災保険特別加入.
    AccidentSpecial,
    /// 退職金共済.
    Retirement,
}

impl Word for InsuranceSystem {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("health", Self::Health),
        ("pension", Self::Pension),
        ("employment", Self::Employment),
        ("accident_special", Self::AccidentSpecial),
        ("retirement", Self::Retirement),
    ];
}

/// Of whom a kind speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsuranceLevel {
    /// Of a worker: the roster.
    Worker,
    /// Of a company: the ledger.
    Company,
}

impl Word for InsuranceLevel {
    const WORDS: &'static [(&'static str, Self)] = &[("worker", Self::Worker), ("company", Self::Company)];
}

/// A kind of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuranceKind {
    /// Our word for it.
    pub id: String,
    /// Which insurance.
    pub system: InsuranceSystem,
    /// Of whom.
    pub level: InsuranceLevel,
    /// The word of the registration's choice that means this kind.
    pub registered_as: Option<String>,
    /// What forms write; none: they leave the field empty.
    pub label_ja: Option<String>,
    /// Name in English.
    pub name_en: String,
    /// The row was read on the page in `source`.
    pub confirmed: bool,
    /// Where it was read.
    pub source: String,
}

const COLUMNS: [&str; 11] = [
    "id",
    "system",
    "level",
    "registered_as",
    "label_ja",
    "name_en",
    "second_box_ja",
    "usual_for_en",
    "confirmed",
    "source",
    "note",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<InsuranceKind> {
    let table = Table::read(MasterKind::InsuranceKinds, text, &COLUMNS, problems);
    let (mut ids, mut words) = (BTreeMap::new(), BTreeMap::new());
    let mut kinds = Vec::new();
    for row in &table.rows {
        let id = row.required("id", problems);
        row.unique(&mut ids, id.clone(), "id", problems);
        let registered_as = row.optional("registered_as");
        let confirmed = row.word("confirmed", problems);
        let name_en = row.required("name_en", problems);
        let source = row.required("source", problems);
        if let (Some(system), Some(level)) = (row.word("system", problems), row.word("level", problems)) {
            if let Some(word) = &registered_as {
                row.unique(&mut words, (system, word.clone()), "registered_as", problems);
            }
            kinds.push(InsuranceKind {
                id,
                system,
                level,
                registered_as,
                label_ja: row.optional("label_ja"),
                name_en,
                confirmed: confirmed.unwrap_or_default(),
                source,
            });
        }
    }
    kinds
}
