//! What of a site's data the prime may open to others (公開設定項目).

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Table, Word};

/// Whether something of a site is shown to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Always: whoever has to come there needs it.
    Always,
    /// At first, until the prime closes it.
    Open,
    /// Only when the prime opens it.
    Closed,
    /// Never.
    Never,
}

impl Word for Published {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("always", Self::Always),
        ("open", Self::Open),
        ("closed", Self::Closed),
        ("never", Self::Never),
    ];
}

impl Published {
    /// The prime decides.
    #[must_use]
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Open | Self::Closed)
    }
}

/// One item: fields that are opened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteItem {
    /// Its name inside programs.
    pub item: String,
    /// The fields of the site's form: `name`, in lists `contract.orderer`.
    pub fields: Vec<String>,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// To workers of the site (技能者).
    pub to_workers: Published,
    /// To upper companies (上位下請) of the site.
    pub to_uppers: Published,
}

const COLUMNS: [&str; 8] = [
    "item",
    "fields",
    "name_ja",
    "name_en",
    "to_workers",
    "to_uppers",
    "source",
    "note",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<SiteItem> {
    let table = Table::read(MasterKind::SiteItems, text, &COLUMNS, problems);
    let (mut names, mut seen) = (BTreeMap::new(), BTreeMap::new());
    let mut items = Vec::new();
    for row in &table.rows {
        let item = row.required("item", problems);
        if !item.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            row.report("item", Fault::Form("small letters and underscores"), problems);
        }
        row.unique(&mut names, item.clone(), "item", problems);
        let fields: Vec<String> = row
            .required("fields", problems)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        for field in &fields {
            row.unique(&mut seen, field.clone(), "fields", problems);
        }
        row.required("source", problems);
        let name_ja = row.required("name_ja", problems);
        let name_en = row.required("name_en", problems);
        let to_workers = row.word("to_workers", problems);
        let to_uppers = row.word("to_uppers", problems);
        if let (Some(to_workers), Some(to_uppers)) = (to_workers, to_uppers) {
            items.push(SiteItem {
                item,
                fields,
                name_ja,
                name_en,
                to_workers,
                to_uppers,
            });
        }
    }
    items
}
