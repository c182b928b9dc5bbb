//! Hazardous substances and work (有害物質の取扱い) and the special check-ups that go with them (特殊健康診断).

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Table};

/// A hazard of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// Our word for it: small letters, digits, underscores.
    pub id: String,
    /// Which rule it comes from, as a word.
    pub group: String,
    /// What is handled.
    pub hazard_ja: String,
    /// The check-up; none: the hazard has none of its own.
    pub checkup_ja: Option<String>,
    /// Name in English.
    pub name_en: String,
    /// Months between two check-ups, where the rule fixes them.
    pub interval_months: Option<i64>,
    /// The row was read on the page in `source`.
    pub confirmed: bool,
    /// The choice was seen on the real registry's screen.
    pub choice_seen: bool,
    /// Where it was read.
    pub source: String,
}

impl Hazard {
    /// The row that stands for "something else", told in words.
    pub const OTHER: &'static str = "other";
}

const COLUMNS: [&str; 15] = [
    "id",
    "group",
    "hazard_ja",
    "checkup_ja",
    "name_en",
    "legal_basis",
    "order22_item",
    "interval_months",
    "interval_confirmed",
    "record_years",
    "examples_in_construction_en",
    "ccus_choice_seen",
    "confirmed",
    "source",
    "note",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Hazard> {
    let table = Table::read(MasterKind::Hazards, text, &COLUMNS, problems);
    let mut ids = BTreeMap::new();
    let mut hazards = Vec::new();
    for row in &table.rows {
        let id = row.text("id").to_owned();
        let letters = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if letters && (1..=40).contains(&id.len()) {
            row.unique(&mut ids, id.clone(), "id", problems);
        } else {
            row.report("id", Fault::Form("1 to 40 small letters, digits or underscores"), problems);
        }
        let interval_months = row.whole("interval_months", 1, 120, problems);
        row.whole("record_years", 1, 100, problems);
        let confirmed = row.word("confirmed", problems);
        let choice_seen = row.word("ccus_choice_seen", problems);
        let hazard = Hazard {
            id,
            group: row.required("group", problems),
            hazard_ja: row.required("hazard_ja", problems),
            checkup_ja: row.optional("checkup_ja"),
            name_en: row.required("name_en", problems),
            interval_months,
            confirmed: confirmed.unwrap_or_default(),
            choice_seen: choice_seen.unwrap_or_default(),
            source: row.required("source", problems),
        };
        hazards.push(hazard);
    }
    if table.rows.iter().all(|row| row.text("id") != Hazard::OTHER)
        && let Some(row) = table.rows.last()
    {
        row.report("id", Fault::KeyMissing, problems);
    }
    hazards
}
