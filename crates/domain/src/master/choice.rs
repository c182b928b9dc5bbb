//! Lists to choose from: the kinds of licensed business (建設業許可業種), and what the data of a site are chosen from.

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Table};

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The list it belongs to.
    pub list: String,
    /// As it is stored.
    pub code: String,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
}

const COLUMNS: [&str; 7] = ["list", "code", "name_ja", "name_en", "confirmed", "source", "note"];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Choice> {
    let table = Table::read(MasterKind::SiteChoices, text, &COLUMNS, problems);
    let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
    let mut choices = Vec::new();
    for row in &table.rows {
        let list = row.required("list", problems);
        let code = row.required("code", problems);
        if !code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            row.report("code", Fault::Form("small letters, digits and underscores"), problems);
        }
        row.unique(&mut codes, (list.clone(), code.clone()), "code", problems);
        let name_ja = row.required("name_ja", problems);
        row.unique(&mut names, (list.clone(), name_ja.clone()), "name_ja", problems);
        row.word::<bool>("confirmed", problems);
        row.required("source", problems);
        choices.push(Choice {
            list,
            code,
            name_ja,
            name_en: row.required("name_en", problems),
        });
    }
    choices
}

const PERMIT_COLUMNS: [&str; 12] = [
    "code",
    "code3",
    "works_name_ja",
    "business_name_ja",
    "mark_ja",
    "name_en",
    "kind",
    "designated",
    "other_spelling_ja",
    "code3_confirmed",
    "source",
    "note",
];

/// The kinds of licence as the list `permit_trade`. Rows without a code divide a kind for the business evaluation only; they are no
/// licence.
pub(super) fn read_permits(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Choice> {
    let table = Table::read(MasterKind::PermitTrades, text, &PERMIT_COLUMNS, problems);
    let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
    let mut choices = Vec::new();
    for row in &table.rows {
        let name_ja = row.required("works_name_ja", problems);
        let name_en = row.required("name_en", problems);
        row.unique(&mut names, name_ja.clone(), "works_name_ja", problems);
        row.required("source", problems);
        if let Some(code) = row.optional("code") {
            if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_digit()) {
                row.report("code", Fault::Form("two digits"), problems);
            }
            row.unique(&mut codes, code.clone(), "code", problems);
            choices.push(Choice {
                list: "permit_trade".into(),
                code,
                name_ja,
                name_en,
            });
        }
    }
    choices
}
