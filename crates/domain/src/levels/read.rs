//! Reading `skill-levels.toml`: its form, and what contradicts itself or the other tables.

use std::collections::BTreeMap;

use super::criteria::{Choice, Criteria, Edition, Field, Figure, Implied, Item, JUDGED, Level, Qualified, Rules, Way, key};
use super::node::{Node, Source};
use crate::master::{Fault, MasterKind, MasterProblem, Qualification, Trade, TradeCode};
use crate::time::WorkDay;

/// The tables that the criteria refer to.
#[derive(Clone, Copy)]
pub(crate) struct Others<'a> {
    pub(crate) trades: &'a [Trade],
    pub(crate) qualifications: &'a [Qualification],
}

/// The most days a level may ask for: more than a working life is a slip.
const MOST_DAYS: u32 = 10_000;

const ROOT: &[&str] = &["as_of", "rules", "certificate", "usual", "implies", "field"];
const RULES: &[&str] = &[
    "days_per_year",
    "higher_grade_counts",
    "foreman_courses",
    "core_worker_years",
    "training_from",
    "sources",
    "note",
];
const CERTIFICATE: &[&str] = &["covers_until", "accepted_until", "sources", "note"];
const USUAL: &[&str] = &[
    "level2_days",
    "level3_days",
    "level3_foreman_or_squad_days",
    "level4_days",
    "level4_foreman_days",
    "sources",
];
const IMPLIES: &[&str] = &["holds", "counts_as", "confirmed", "source"];
const FIELD: &[&str] = &[
    "id",
    "no",
    "name_ja",
    "name_en",
    "title_ja",
    "bodies",
    "bodies_confirmed",
    "core_worker",
    "since",
    "rated_since",
    "sources",
    "note",
    "edition",
];
const EDITION: &[&str] = &[
    "valid_from",
    "valid_to",
    "trade_codes",
    "conditional_trade_codes",
    "trade_codes_confirmed",
    "level2",
    "level3",
    "level4",
];
const LEVEL: &[&str] = &[
    "confirmed",
    "days",
    "foreman_days",
    "foreman_or_squad_days",
    "squad_leader_needs",
    "includes_lower_qualifications",
    "any_of",
    "all_of",
    "at_least_count",
    "at_least_of",
    "at_least_replaces_any_of",
    "alternative",
    "unseen",
    "usual",
    "note",
];
const ALTERNATIVE: &[&str] = &["days", "any_of", "all_of"];

/// Reads and checks the criteria; `None` if there was a problem. Without the other tables, references are not followed.
pub(crate) fn read(text: &str, others: Option<Others<'_>>, problems: &mut Vec<MasterProblem>) -> Option<Criteria> {
    let source = Source::new(MasterKind::Levels, text);
    let table = source.parse();
    let criteria = table.as_ref().and_then(|table| {
        let known = Known::of(others);
        Reader { known: &known }.criteria(&Node::root(&source, table))
    });
    let found = source.into_problems();
    let good = found.is_empty();
    problems.extend(found);
    criteria.filter(|_| good)
}

/// What may be referred to. Empty if it cannot be told.
struct Known {
    trades: BTreeMap<TradeCode, ()>,
    /// Fields as the table of trades tells them.
    guesses: BTreeMap<String, Vec<TradeCode>>,
    qualifications: Vec<String>,
}

impl Known {
    fn of(others: Option<Others<'_>>) -> Self {
        let trades = others.map_or(&[][..], |o| o.trades);
        let mut guesses: BTreeMap<String, Vec<TradeCode>> = BTreeMap::new();
        for trade in trades {
            for field in &trade.evaluation_fields {
                guesses.entry(field.id.clone()).or_default().extend(trade.code);
            }
        }
        Self {
            trades: trades.iter().filter_map(|t| Some((t.code?, ()))).collect(),
            guesses,
            qualifications: others.map_or_else(Vec::new, |o| o.qualifications.iter().map(|q| key(&q.name_ja)).collect()),
        }
    }
}

struct Reader<'a> {
    known: &'a Known,
}

/// The usual figures of a level.
#[derive(Clone, Copy)]
struct Usual {
    days: u32,
    foreman: Option<u32>,
}

impl Reader<'_> {
    fn criteria(&self, root: &Node<'_, '_>) -> Option<Criteria> {
        root.only(ROOT);
        root.needed_text("as_of");
        let usual = usual(root)?;
        let mut fields = Vec::new();
        let (mut ids, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        for node in root.tables("field") {
            let id = node.needed_text("id");
            let node = node.placed(format!("field {id}"));
            let field = self.field(&node, id, &usual);
            if ids.insert(id.to_owned(), ()).is_some() {
                node.report("id", id, Fault::Twice);
            }
            if numbers.insert(field.number, ()).is_some() {
                node.report("no", &field.number.to_string(), Fault::Twice);
            }
            fields.push(field);
        }
        if fields.is_empty() {
            root.report("field", "", Fault::NoRows);
        }
        for id in self.known.guesses.keys().filter(|id| !ids.contains_key(*id)) {
            root.report("field", id, Fault::FieldMissing);
        }
        let core_workers = fields
            .iter()
            .map(|f| Item::new(vec![f.core_worker.clone()], Vec::new()))
            .collect();
        Some(Criteria {
            rules: self.rules(root, core_workers)?,
            fields,
        })
    }

    fn rules(&self, root: &Node<'_, '_>, core_workers: Vec<Item>) -> Option<Rules> {
        let rules = section(root, "rules", RULES)?;
        let certificate = section(root, "certificate", CERTIFICATE)?;
        for node in [&rules, &certificate] {
            needed_sources(node);
        }
        let implies = root.tables("implies").iter().map(|node| self.implied(node)).collect();
        Some(Rules {
            days_per_year: rules.needed_whole("days_per_year", 1, 366),
            higher_grade_counts: rules.flag("higher_grade_counts"),
            foreman_courses: self.items(&rules, "foreman_courses"),
            core_worker_years: i16::try_from(rules.needed_whole("core_worker_years", 1, 100)).ok()?,
            training_from: rules.needed_day("training_from")?,
            certificate_until: certificate.needed_day("covers_until")?.month(),
            certificate_accepted_until: certificate.needed_day("accepted_until")?,
            implies,
            core_workers,
        })
    }

    fn implied(&self, node: &Node<'_, '_>) -> Implied {
        node.only(IMPLIES);
        node.needed_text("source");
        let counts_as = node.needed_text("counts_as");
        self.must_be_known(node, "counts_as", None, counts_as);
        let holds = node.needed_text("holds");
        self.must_be_known(node, "holds", None, holds);
        Implied {
            holds: Item::new(vec![holds.to_owned()], Vec::new()),
            counts_as: key(counts_as),
            confirmed: node.flag("confirmed"),
        }
    }

    fn field(&self, node: &Node<'_, '_>, id: &str, usual: &[Usual; 3]) -> Field {
        node.only(FIELD);
        let core_worker = node.needed_text("core_worker");
        self.must_be_known(node, "core_worker", None, core_worker);
        node.flag("bodies_confirmed");
        let editions: Vec<Edition> = node
            .tables("edition")
            .iter()
            .map(|edition| self.edition(edition, id, usual))
            .collect();
        timeline(node, &editions);
        Field {
            id: id.to_owned(),
            number: node.needed_whole("no", 1, 999),
            name_ja: node.needed_text("name_ja").to_owned(),
            name_en: node.needed_text("name_en").to_owned(),
            title_ja: node.needed_text("title_ja").to_owned(),
            bodies: node.words("bodies").iter().map(|word| word.text.to_owned()).collect(),
            core_worker: core_worker.to_owned(),
            since: since(node),
            rated_since: node.day("rated_since"),
            sources: node.words("sources").iter().map(|word| word.text.to_owned()).collect(),
            note: node.text("note").map(str::to_owned),
            editions,
        }
    }

    fn edition(&self, node: &Node<'_, '_>, field: &str, usual: &[Usual; 3]) -> Edition {
        node.only(EDITION);
        let trades_confirmed = node.flag("trade_codes_confirmed");
        let mut trades = self.trade_codes(node, "trade_codes");
        if trades_confirmed && trades.is_empty() {
            node.report("trade_codes", "", Fault::Empty);
        }
        if !trades_confirmed {
            let guesses = self.known.guesses.get(field).into_iter().flatten();
            trades.extend(guesses);
            trades.sort_unstable();
            trades.dedup();
        }
        let mut levels = Vec::new();
        for (number, usual) in JUDGED.into_iter().zip(usual) {
            let level = node.table(&format!("level{number}"));
            levels.push(level.map_or_else(|| unknown(number, *usual), |level| self.level(&level, number, *usual)));
        }
        for (lower, higher) in levels.iter().zip(levels.iter().skip(1)) {
            asks_no_less(node, lower, higher);
        }
        let number = |n: usize| levels.get(n).cloned();
        let stand_in = || unknown(4, Usual { days: 0, foreman: None });
        Edition {
            from: node.day("valid_from"),
            to: node.day("valid_to"),
            trades,
            conditional: self.trade_codes(node, "conditional_trade_codes"),
            trades_confirmed,
            levels: [0, 1, 2].map(|n| number(n).unwrap_or_else(stand_in)),
        }
    }

    fn trade_codes(&self, node: &Node<'_, '_>, name: &str) -> Vec<TradeCode> {
        let mut codes = Vec::new();
        for word in node.words(name) {
            match word.text.parse::<TradeCode>() {
                Ok(code) if !code.is_small() => {
                    node.report_at(word.at, name, word.text, Fault::Form("a small class, written 01-11"));
                }
                Ok(code) if codes.contains(&code) => node.report_at(word.at, name, word.text, Fault::Twice),
                Ok(code) => {
                    if !self.known.trades.is_empty() && !self.known.trades.contains_key(&code) {
                        node.report_at(word.at, name, word.text, Fault::UnknownTrade);
                    }
                    codes.push(code);
                }
                Err(_) => node.report_at(word.at, name, word.text, Fault::Form("a small class, written 01-11")),
            }
        }
        codes
    }

    fn level(&self, node: &Node<'_, '_>, number: u8, usual: Usual) -> Level {
        node.only(LEVEL);
        let confirmed = node.flag("confirmed");
        let parts = |name: &str| parts(node, name);
        let (unseen, from_usual) = (parts("unseen"), parts("usual"));
        if confirmed {
            for name in ["unseen", "usual"] {
                if node.has(name) {
                    node.report(name, "", Fault::NotEmpty("the level is confirmed"));
                }
            }
        }
        let figure = |part: &str, days: Option<u32>, usual: Option<u32>| match days {
            _ if unseen.contains(&part) => Figure::Unseen,
            Some(days) if from_usual.contains(&part) => Figure::Usual(days),
            Some(days) => Figure::Asked(days),
            None => usual
                .filter(|_| from_usual.contains(&part))
                .map_or(Figure::None, Figure::Usual),
        };
        let days = figure("days", node.whole("days", 1, MOST_DAYS), Some(usual.days));
        if days == Figure::None {
            node.report("days", "", Fault::KeyMissing);
        }
        let alone = node.whole("foreman_days", 1, MOST_DAYS);
        let either = node.whole("foreman_or_squad_days", 1, MOST_DAYS);
        if alone.is_some() && either.is_some() {
            node.report("foreman_days", "", Fault::NotEmpty("foreman_or_squad_days is given"));
        }
        let includes_lower = node.flag("includes_lower_qualifications");
        if number == 2 && includes_lower {
            let fault = Fault::Form("false: nothing is asked for level 1");
            node.report("includes_lower_qualifications", "true", fault);
        }
        let ordinary = Way {
            days,
            conditions: self.conditions(node),
            unseen: unseen.contains(&"qualifications"),
        };
        let others = node.tables("alternative");
        let ways = [ordinary]
            .into_iter()
            .chain(others.iter().map(|node| self.alternative(node)))
            .collect();
        let needs = node.text("squad_leader_needs");
        if let Some(name) = needs {
            self.must_be_known(node, "squad_leader_needs", None, name);
        }
        Level {
            confirmed,
            foreman: figure("foreman", alone.or(either), usual.foreman),
            squad_counts: alone.is_none() && number != 4,
            squad_leader_needs: needs.map(|name| Item::new(vec![name.to_owned()], Vec::new())),
            includes_lower,
            ways,
            note: node.text("note").map(str::to_owned),
        }
    }

    fn alternative(&self, node: &Node<'_, '_>) -> Way {
        node.only(ALTERNATIVE);
        let conditions = self.conditions(node);
        if conditions.is_empty() {
            node.report("all_of", "", Fault::Empty);
        }
        Way {
            days: Figure::Asked(node.needed_whole("days", 1, MOST_DAYS)),
            conditions,
            unseen: false,
        }
    }

    fn conditions(&self, node: &Node<'_, '_>) -> Vec<Qualified> {
        let (any, all, list) = (
            self.items(node, "any_of"),
            self.items(node, "all_of"),
            self.items(node, "at_least_of"),
        );
        let mut conditions = Vec::new();
        let single = |count, items| Qualified {
            either: vec![Choice { count, items }],
        };
        if !all.is_empty() {
            conditions.push(single(all.len(), all));
        }
        let given = node.has("at_least_count") || node.has("at_least_of") || node.has("at_least_replaces_any_of");
        let count = if given {
            node.needed_whole("at_least_count", 1, 100) as usize
        } else {
            0
        };
        if given && (list.is_empty() || count > list.len()) {
            node.report("at_least_count", &count.to_string(), Fault::TooMany(list.len()));
        }
        let replaces = given && node.flag("at_least_replaces_any_of");
        if replaces && any.is_empty() {
            node.report("any_of", "", Fault::Empty);
        }
        match (any.is_empty(), given) {
            (false, true) if replaces => conditions.push(Qualified {
                either: vec![Choice { count: 1, items: any }, Choice { count, items: list }],
            }),
            (no_any, _) => {
                if !no_any {
                    conditions.push(single(1, any));
                }
                if given {
                    conditions.push(single(count, list));
                }
            }
        }
        conditions
    }

    fn items(&self, node: &Node<'_, '_>, name: &str) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for words in node.lists(name) {
            let (mut names, mut codes) = (Vec::new(), Vec::new());
            for word in &words {
                let (qualification, own) = split_codes(word.text);
                for code in own {
                    if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
                        node.report_at(
                            word.at,
                            name,
                            word.text,
                            Fault::Form("codes of five digits in square brackets"),
                        );
                    }
                    codes.push(code.to_owned());
                }
                self.must_be_known(node, name, Some(word.at), qualification);
                names.push(qualification.to_owned());
            }
            let item = Item::new(names, codes);
            if let (Some(first), true) = (words.first(), items.iter().any(|other| other.names == item.names)) {
                node.report_at(first.at, name, first.text, Fault::Twice);
            }
            items.push(item);
        }
        items
    }

    fn must_be_known(&self, node: &Node<'_, '_>, name: &str, at: Option<usize>, qualification: &str) {
        let item = Item::new(vec![qualification.to_owned()], Vec::new());
        let known = &self.known.qualifications;
        if qualification.is_empty() || known.is_empty() || known.iter().any(|key| item.is_met_by(key)) {
            return;
        }
        match at {
            Some(at) => node.report_at(at, name, qualification, Fault::UnknownQualification),
            None => node.report(name, qualification, Fault::UnknownQualification),
        }
    }
}

/// `第二種電気工事士（免状取得者）[31019]`: name and codes.
fn split_codes(text: &str) -> (&str, Vec<&str>) {
    match text.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((name, codes)) => (name, codes.split(',').map(str::trim).collect()),
        None => (text, Vec::new()),
    }
}

fn section<'a, 't>(root: &Node<'a, 't>, name: &str, known: &[&str]) -> Option<Node<'a, 't>> {
    let node = root.table(name);
    match &node {
        Some(node) => node.only(known),
        None if !root.has(name) => root.report(name, "", Fault::KeyMissing),
        None => {}
    }
    node
}

fn needed_sources(node: &Node<'_, '_>) {
    if node.words("sources").is_empty() {
        node.report("sources", "", Fault::Empty);
    }
}

fn usual(root: &Node<'_, '_>) -> Option<[Usual; 3]> {
    let node = section(root, "usual", USUAL)?;
    needed_sources(&node);
    let days = |name: &str| node.needed_whole(name, 1, MOST_DAYS);
    Some([
        Usual {
            days: days("level2_days"),
            foreman: None,
        },
        Usual {
            days: days("level3_days"),
            foreman: Some(days("level3_foreman_or_squad_days")),
        },
        Usual {
            days: days("level4_days"),
            foreman: Some(days("level4_foreman_days")),
        },
    ])
}

/// A level of which nothing was seen.
fn unknown(number: u8, usual: Usual) -> Level {
    Level {
        confirmed: false,
        foreman: usual.foreman.map_or(Figure::None, Figure::Usual),
        squad_counts: number == 3,
        squad_leader_needs: None,
        includes_lower: number > 2,
        ways: vec![Way {
            days: Figure::Usual(usual.days),
            conditions: Vec::new(),
            unseen: true,
        }],
        note: None,
    }
}

fn parts<'a>(node: &Node<'a, '_>, name: &str) -> Vec<&'a str> {
    let words = node.words(name);
    for word in &words {
        let known = match word.text {
            "days" | "foreman" => true,
            "qualifications" => name == "unseen",
            _ => false,
        };
        if !known {
            let allowed = if name == "unseen" {
                "days, foreman, qualifications"
            } else {
                "days, foreman"
            };
            node.report_at(word.at, name, word.text, Fault::UnknownWord(allowed.into()));
        }
    }
    words.into_iter().map(|word| word.text).collect()
}

/// `2025-08-01`, `2025-12` or `2023`: the first day of what is told.
fn since(node: &Node<'_, '_>) -> Option<WorkDay> {
    let text = node.text("since")?;
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let day = whole.parse().ok();
    if day.is_none() {
        let form = Fault::Form("a day, a month or a year: 2025-08-01, 2025-12 or 2023");
        node.report("since", text, form);
    }
    day
}

/// Editions follow each other without gap or overlap; the first has no beginning, the last no end.
fn timeline(node: &Node<'_, '_>, editions: &[Edition]) {
    let Some((first, last)) = editions.first().zip(editions.last()) else {
        node.report("edition", "", Fault::Empty);
        return;
    };
    if let Some(from) = first.from {
        node.report("edition", "", Fault::Gap(format!("before {from}")));
    }
    if let Some(to) = last.to {
        node.report("edition", "", Fault::Gap(format!("after {to}")));
    }
    for (n, pair) in editions.windows(2).enumerate() {
        let [earlier, later] = pair else { continue };
        let wanted = earlier.to.map(|to| to.plus(1));
        match (wanted, later.from) {
            (Some(wanted), Some(from)) if wanted == from => {}
            (Some(wanted), Some(from)) if wanted < from => {
                node.report("edition", "", Fault::Gap(format!("from {wanted} to the day before {from}")));
            }
            _ => node.report("edition", &(n + 2).to_string(), Fault::OverlapsEdition(n + 1)),
        }
    }
    for (n, edition) in editions.iter().enumerate() {
        if let (Some(from), Some(to)) = (edition.from, edition.to)
            && to < from
        {
            node.report("edition", &(n + 1).to_string(), Fault::Form("not before valid_from"));
        }
    }
}

/// A higher level never asks for fewer days than the lower one.
fn asks_no_less(node: &Node<'_, '_>, lower: &Level, higher: &Level) {
    let days = |level: &Level| level.ways.first().and_then(|way| way.days.days());
    let pairs = [
        ("days", days(lower), days(higher)),
        ("days as foreman", lower.foreman.days(), higher.foreman.days()),
    ];
    for (what, lower, higher) in pairs {
        if let (Some(lower), Some(higher)) = (lower, higher)
            && higher < lower
        {
            node.report("", &higher.to_string(), Fault::AsksLess { what, lower });
        }
    }
}
