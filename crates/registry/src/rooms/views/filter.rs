//! What is asked of the views: months, filters, page, paper. No personal data among it, since it stands in addresses.

use std::collections::BTreeSet;

use domain::organisation::{Node, NodeId, Scope};
use domain::{CompanyId, TradeCode, YearMonth};
use serde::Deserialize;
use store::Page as PageNumber;
use web::{Encoding, T};

use crate::App;
use crate::rooms::site::{OpenSite, percent};

/// Lines of a page, to choose from.
const SIZES: [u32; 4] = [50, 100, 200, 500];
/// The usual one.
const SIZE: u32 = 100;
/// Months side by side, to choose from.
const MONTHS: [usize; 4] = [1, 3, 6, 12];
/// The usual number.
const USUAL_MONTHS: usize = 3;
/// Rows of the kana table, each with its word in addresses.
const KANA: [(&str, char); 10] = [
    ("a", 'ア'),
    ("ka", 'カ'),
    ("sa", 'サ'),
    ("ta", 'タ'),
    ("na", 'ナ'),
    ("ha", 'ハ'),
    ("ma", 'マ'),
    ("ya", 'ヤ'),
    ("ra", 'ラ'),
    ("wa", 'ワ'),
];

/// As it stands in the address. What cannot be read is no filter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// The (last) month, `2026-11`.
    pub(crate) month: String,
    /// How many months, the last one among them.
    pub(crate) months: String,
    /// Employer.
    pub(crate) company: String,
    /// A node of the organisation, with all beneath it.
    pub(crate) node: String,
    /// A trade: a large class with all of its small ones, or a small one.
    pub(crate) trade: String,
    pub(crate) level: String,
    /// `open`: workers with days that do not count; `counting`: with days that do.
    pub(crate) show: String,
    /// A row of the kana table.
    pub(crate) kana: String,
    pub(crate) size: String,
    pub(crate) page: Option<u32>,
    /// On paper: `a3` or `a4`, with all lines.
    pub(crate) paper: String,
    /// CSV only.
    pub(crate) encoding: Encoding,
}

impl Filter {
    /// The month asked for; this month if there is none.
    pub(crate) fn month(&self, app: &App) -> YearMonth {
        self.month.parse().unwrap_or_else(|_| app.clock().today().month())
    }

    /// How many months are asked for.
    pub(crate) fn span(&self) -> usize {
        let asked: Option<usize> = self.months.parse().ok();
        asked.filter(|n| (1..=12).contains(n)).unwrap_or(USUAL_MONTHS)
    }

    /// The months asked for, the oldest first.
    pub(crate) fn months(&self, app: &App) -> Vec<YearMonth> {
        let back = std::iter::successors(Some(self.month(app)), |m| Some(m.previous()));
        let mut months: Vec<YearMonth> = back.take(self.span()).collect();
        months.reverse();
        months
    }

    /// Which page, of how many lines; on paper there is but one, of all.
    pub(crate) fn page(&self) -> PageNumber {
        PageNumber::new(self.page.unwrap_or(1), self.size())
    }

    /// Lines of a page.
    pub(crate) fn size(&self) -> u32 {
        let asked: Option<u32> = self.size.parse().ok();
        asked.filter(|n| SIZES.contains(n)).unwrap_or(SIZE)
    }

    /// Whether it is to be printed.
    pub(crate) fn on_paper(&self) -> bool {
        matches!(self.paper.as_str(), "a3" | "a4")
    }

    /// The class of the page that it is printed on.
    pub(crate) fn paper_class(&self) -> &'static str {
        if self.paper == "a3" {
            "print-landscape-a3"
        } else {
            "print-landscape"
        }
    }

    /// As it stands in addresses, without month, page and paper; ends in `&`, or is empty.
    pub(crate) fn address(&self) -> String {
        let parts = [
            ("months", &self.months),
            ("company", &self.company),
            ("node", &self.node),
            ("trade", &self.trade),
            ("level", &self.level),
            ("show", &self.show),
            ("kana", &self.kana),
            ("size", &self.size),
        ];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| format!("{name}={}&", percent(value))).collect()
    }

    /// The same for another row of the kana table.
    pub(crate) fn with_kana(&self, row: &str) -> String {
        let other = Self {
            kana: row.to_owned(),
            ..self.clone()
        };
        other.address()
    }

    /// Whether nothing is left out.
    pub(crate) fn is_whole(&self) -> bool {
        let filters = [&self.company, &self.node, &self.trade, &self.level, &self.show, &self.kana];
        filters.iter().all(|value| value.is_empty())
    }

    /// Whether a worker's line is wanted, by what can only be said of all his days. Without a level none is known.
    pub(crate) fn takes_line(&self, level: Option<i32>, kana: &str, counting: u32, open: u32) -> bool {
        let wanted: Option<i32> = self.level.parse().ok();
        let level_fits = wanted.is_none_or(|wanted| level == Some(wanted));
        let kana_fits = self.kana.is_empty() || kana_row(kana) == Some(self.kana.as_str());
        let shown = match self.show.as_str() {
            "open" => open > 0,
            "counting" => counting > 0,
            _ => true,
        };
        level_fits && kana_fits && shown
    }

    /// Which days are wanted.
    pub(crate) fn wanted(&self, site: Option<&OpenSite>) -> Wanted {
        let branch = site.filter(|_| !self.node.is_empty()).map(|site| {
            let nodes = site.tree.branch(&NodeId(self.node.clone()));
            let companies = nodes.iter().filter_map(|node| node.company).collect();
            (nodes.iter().map(|node| node.id.clone()).collect(), companies)
        });
        Wanted {
            company: self.company.parse().ok(),
            branch,
            trade: self.trade.parse().ok(),
        }
    }
}

/// Which days are wanted, by what stands in their histories.
pub(crate) struct Wanted {
    company: Option<CompanyId>,
    /// Nodes, and their companies for days without a node.
    branch: Option<(BTreeSet<NodeId>, BTreeSet<CompanyId>)>,
    trade: Option<TradeCode>,
}

impl Wanted {
    /// Whether a day is wanted.
    pub(crate) fn takes(&self, employer: Option<CompanyId>, node: Option<&NodeId>, trade: Option<TradeCode>) -> bool {
        let company_fits = self.company.is_none() || self.company == employer;
        let branch_fits = self.branch.as_ref().is_none_or(|(nodes, companies)| match node {
            Some(node) => nodes.contains(node),
            None => employer.is_some_and(|e| companies.contains(&e)),
        });
        let trade_fits = self
            .trade
            .is_none_or(|wanted| trade.is_some_and(|trade| trade == wanted || (!wanted.is_small() && trade.large() == wanted)));
        company_fits && branch_fits && trade_fits
    }
}

/// What a form offers to filter by: value and words.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    pub(crate) companies: Vec<(String, String)>,
    pub(crate) nodes: Vec<(String, String)>,
    pub(crate) trades: Vec<(String, String)>,
    pub(crate) shows: Vec<(String, String)>,
    pub(crate) levels: Vec<(String, String)>,
    pub(crate) sizes: Vec<(String, String)>,
    pub(crate) spans: Vec<(String, String)>,
    pub(crate) kana: Vec<(String, String)>,
}

impl Choices {
    /// What the days hold, and what is the same everywhere.
    pub(crate) fn new(t: &T, site: Option<&OpenSite>, companies: Vec<(String, String)>, trades: Vec<(String, String)>) -> Self {
        let shows = ["counting", "open"];
        Self {
            companies,
            nodes: site.map_or_else(Vec::new, |site| nodes(t, site)),
            trades,
            shows: shows.map(|show| (show.to_owned(), t.s(format!("views-show-{show}")))).into(),
            levels: [1, 2, 3, 4]
                .map(|level: i32| (level.to_string(), t.n("views-level-n", "level", level)))
                .into(),
            sizes: SIZES
                .map(|size| (size.to_string(), t.n("views-size-n", "count", size)))
                .into(),
            spans: MONTHS
                .map(|months| (months.to_string(), t.n("views-months-n", "count", months)))
                .into(),
            kana: KANA.map(|(word, letter)| (word.to_owned(), letter.to_string())).into(),
        }
    }
}

/// The nodes beneath which the viewer sees days, in the order of the chart.
fn nodes(t: &T, site: &OpenSite) -> Vec<(String, String)> {
    let seen = |node: &Node| match &site.scope {
        Scope::All => node.status.stands(),
        Scope::Branch { nodes, .. } => nodes.contains(&node.id),
    };
    let nodes = site.tree.in_order().into_iter().filter(|node| seen(node));
    nodes
        .map(|node| {
            let words = format!("{} {}", site.company_of(&node.id), site.place_name(t, node));
            (node.id.0.clone(), words)
        })
        .collect()
}

/// The word of the row of the kana table in which a name stands; none for one that is not in kana.
fn kana_row(kana: &str) -> Option<&'static str> {
    // Small and voiced letters stand beside their own; only ヴ stands at the end of the block.
    let first = match kana.chars().next()? {
        'ァ' => 'ア',
        'ャ' => 'ヤ',
        'ヮ' => 'ワ',
        'ヴ' => 'ア',
        other => other,
    };
    if !('ア'..='ン').contains(&first) {
        return None;
    }
    KANA.iter().rev().find(|(_, row)| *row <= first).map(|(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_their_row() {
        let cases = [
            ("アンドウ", Some("a")),
            ("オノ", Some("a")),
            ("ヴァレンティ", Some("a")),
            ("ガトウ", Some("ka")),
            ("ゾノ", Some("sa")),
            ("ドイ", Some("ta")),
            ("ノダ", Some("na")),
            ("パク", Some("ha")),
            ("モリ", Some("ma")),
            ("ヨコタ", Some("ya")),
            ("ロ", Some("ra")),
            ("ワダ", Some("wa")),
            ("ン", Some("wa")),
            ("Nguyen", None),
            ("", None),
        ];
        for (name, row) in cases {
            assert_eq!(kana_row(name), row, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_filter() {
        let filter = Filter {
            months: "13".into(),
            size: "7".into(),
            level: "high".into(),
            show: "all".into(),
            ..Filter::default()
        };
        assert_eq!((filter.span(), filter.size(), filter.on_paper()), (3, 100, false));
        assert!(filter.takes_line(None, "アンドウ", 0, 0));
        assert!(filter.wanted(None).takes(None, None, None));
    }

    #[test]
    fn a_large_class_takes_its_small_ones() {
        let trade = |code: &str| code.parse::<TradeCode>().ok();
        let cases = [
            ("01", "01-02", true),
            ("01", "02-01", false),
            ("01-02", "01-02", true),
            ("01-02", "01-03", false),
            ("01-02", "01", false),
            ("01", "", false),
        ];
        for (wanted, of_day, taken) in cases {
            let filter = Filter {
                trade: wanted.into(),
                ..Filter::default()
            };
            assert_eq!(
                filter.wanted(None).takes(None, None, trade(of_day)),
                taken,
                "{wanted} {of_day}"
            );
        }
    }

    #[test]
    fn a_line_is_taken_by_level_row_and_days() {
        let of = |level: &str, kana: &str, show: &str| Filter {
            level: level.into(),
            kana: kana.into(),
            show: show.into(),
            ..Filter::default()
        };
        let cases = [
            (of("", "", ""), true),
            (of("2", "", ""), true),
            (of("3", "", ""), false),
            (of("", "ka", ""), true),
            (of("", "sa", ""), false),
            (of("", "", "counting"), true),
            (of("", "", "open"), false),
        ];
        for (filter, taken) in cases {
            assert_eq!(filter.takes_line(Some(2), "カトウ", 5, 0), taken, "{filter:?}");
        }
        assert!(
            !of("2", "", "").takes_line(None, "カトウ", 5, 0),
            "a level that is not told fits none"
        );
    }
}
