//! Points and stars of the visible construction capability (見える化評価): which figure of an item gives how many points, and which points of
//! an area how many stars (skill evaluation rule book, chapter 9).

use std::collections::{BTreeMap, BTreeSet};

use super::MasterKind;
use super::table::{Fault, MasterProblem, Row, Table, Word};
use crate::capability::{Area, Item};

/// What an item can give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsOfItem {
    /// All trades have it (共通); otherwise chosen (選択).
    pub common: bool,
    /// Least figure and its points, both rising.
    pub bands: Vec<(u64, u32)>,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityPoints {
    /// By item.
    pub items: BTreeMap<Item, PointsOfItem>,
    /// Least points of an area and its stars, both rising; the first is for no points.
    pub stars: BTreeMap<Area, Vec<(u32, u8)>>,
    /// Areas of which every row was read at its source.
    pub confirmed: BTreeSet<Area>,
    rows: usize,
}

impl CapabilityPoints {
    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
}

const COLUMNS: [&str; 7] = ["area", "item", "kind", "least", "gives", "confirmed", "source"];

/// What a row tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Common,
    Chosen,
    Stars,
}

impl Word for Kind {
    const WORDS: &'static [(&'static str, Self)] = &[("common", Self::Common), ("chosen", Self::Chosen), ("stars", Self::Stars)];
}

impl Word for Area {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("basic", Self::Basic),
        ("capability", Self::Capability),
        ("compliance", Self::Compliance),
    ];
}

/// More points than that for one item are a slip.
const MOST_POINTS: i64 = 1_000;

/// Reads the table; `None` if there was a problem.
pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Option<CapabilityPoints> {
    let before = problems.len();
    let table = Table::read(MasterKind::CapabilityPoints, text, &COLUMNS, problems);
    let mut read = CapabilityPoints {
        items: BTreeMap::new(),
        stars: BTreeMap::new(),
        confirmed: Area::ALL.into(),
        rows: table.rows.len(),
    };
    for row in &table.rows {
        row.required("source", problems);
        row.required("least", problems);
        row.required("gives", problems);
        let (area, kind) = (row.word::<Area>("area", problems), row.word::<Kind>("kind", problems));
        let confirmed = row.word::<bool>("confirmed", problems);
        let least = row.whole("least", 0, i64::MAX, problems).and_then(|n| u64::try_from(n).ok());
        let (Some(area), Some(kind), Some(confirmed), Some(least)) = (area, kind, confirmed, least) else {
            continue;
        };
        if !confirmed {
            read.confirmed.remove(&area);
        }
        if kind == Kind::Stars {
            stars(&mut read, row, area, least, problems);
        } else {
            item(&mut read, row, area, kind == Kind::Common, least, problems);
        }
    }
    let mut missing = |column: &str, found: &str| {
        problems.push(MasterProblem {
            kind: MasterKind::CapabilityPoints,
            line: 1,
            column: column.into(),
            found: found.into(),
            fault: Fault::KeyMissing,
        });
    };
    for of in Item::ALL.iter().filter(|of| !read.items.contains_key(of)) {
        missing("item", of.word());
    }
    for area in Area::ALL.iter().filter(|area| !read.stars.contains_key(area)) {
        missing("area", area.word());
    }
    for (area, limits) in &read.stars {
        let of_area = read.items.iter().filter(|(of, _)| of.area() == *area);
        let most: u32 = of_area.filter_map(|(_, of)| of.bands.last()).map(|(_, points)| points).sum();
        if let Some((least, _)) = limits.last().filter(|(least, _)| *least > most) {
            problems.push(MasterProblem {
                kind: MasterKind::CapabilityPoints,
                line: 1,
                column: "least".into(),
                found: format!("{}: {least}", area.word()),
                fault: Fault::Range(0, most.into()),
            });
        }
    }
    (problems.len() == before).then_some(read)
}

fn item(read: &mut CapabilityPoints, row: &Row, area: Area, common: bool, least: u64, problems: &mut Vec<MasterProblem>) {
    let Some(of) = Item::from_word(row.text("item")) else {
        let words: Vec<_> = Item::ALL.iter().map(|of| of.word()).collect();
        return row.report("item", Fault::UnknownWord(words.join(", ")), problems);
    };
    if of.area() != area {
        row.report("area", Fault::Form(of.area().word()), problems);
    }
    let points = row
        .whole("gives", 1, MOST_POINTS, problems)
        .and_then(|n| u32::try_from(n).ok());
    let into = read.items.entry(of).or_insert(PointsOfItem {
        common,
        bands: Vec::new(),
    });
    if into.common != common {
        row.report("kind", Fault::Form("the same in all rows of the item"), problems);
    }
    if least == 0 || least > of.most() {
        row.report(
            "least",
            Fault::Range(1, i64::try_from(of.most()).unwrap_or(i64::MAX)),
            problems,
        );
    }
    let Some(points) = points else { return };
    if into
        .bands
        .last()
        .is_some_and(|(before, gave)| *before >= least || *gave >= points)
    {
        row.report(
            "least",
            Fault::Form("more than on the row before, and for more points"),
            problems,
        );
    }
    into.bands.push((least, points));
}

fn stars(read: &mut CapabilityPoints, row: &Row, area: Area, least: u64, problems: &mut Vec<MasterProblem>) {
    if !row.text("item").is_empty() {
        row.report("item", Fault::NotEmpty("stars are of an area"), problems);
    }
    let stars = row.whole("gives", 1, 4, problems).and_then(|n| u8::try_from(n).ok());
    let (Some(stars), Ok(least)) = (stars, u32::try_from(least)) else {
        return;
    };
    let into = read.stars.entry(area).or_default();
    match into.last() {
        None if least != 0 || stars != 1 => row.report("least", Fault::Form("first 0 for one star"), problems),
        Some((before, gave)) if *before >= least || *gave >= stars => {
            row.report(
                "least",
                Fault::Form("more than on the row before, and for more stars"),
                problems,
            );
        }
        _ => {}
    }
    into.push((least, stars));
}
