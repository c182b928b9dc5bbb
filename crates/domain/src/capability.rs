//! Visible construction capability (専門工事企業の施工能力等の見える化評価): what a specialised contractor can do, as points and stars in
//! three areas.
//!
//! Rules: skill evaluation rule book, chapter 9. The areas and their items were read; how many points an item gives and how many points
//! make a star was not. Those stand in `data/capability-points.csv`, row by row with their confirmed mark. Here is no database.

use std::collections::BTreeMap;

use jiff::ToSpan;

use crate::master::{CapabilityPoints, PointsOfItem};
use crate::time::WorkDay;

/// The three areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// 基礎情報.
    Basic,
    /// 施工能力.
    Capability,
    /// コンプライアンス.
    Compliance,
}

impl Area {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Capability, Self::Compliance];

    /// Stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Capability => "capability",
            Self::Compliance => "compliance",
        }
    }
}

/// Where the figure of an item comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Counted by the registry.
    Registry,
    /// What the company registered, as it was examined then.
    Registration,
    /// Stated by the company.
    Stated,
}

/// What the figure of an item counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 1 or 0.
    YesNo,
    /// Whole years.
    Years,
    /// Yen.
    Yen,
    /// People.
    People,
    /// Of a hundred.
    Percent,
    /// Pieces.
    Count,
}

macro_rules! items {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $area:ident, $origin:ident, $unit:ident;)*) => {
        /// The items. Each belongs to one area and comes from one place.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Item { $($(#[$doc])* $name,)* }

        impl Item {
            /// All of them, area by area.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Its area.
            #[must_use]
            pub fn area(self) -> Area {
                match self { $(Self::$name => Area::$area,)* }
            }

            /// Where its figure comes from.
            #[must_use]
            pub fn origin(self) -> Origin {
                match self { $(Self::$name => Origin::$origin,)* }
            }

            /// What its figure counts.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit,)* }
            }
        }
    };
}

items! {
    /// Holds a construction permit (建設業許可).
    Licence, "licence", Basic, Registration, YesNo;
    /// Years since the first permit.
    LicenceYears, "licence_years", Basic, Stated, Years;
    /// Capital (資本金).
    Capital, "capital", Basic, Registration, Yen;
    /// Works completed in a year (完成工事高).
    Completed, "completed", Basic, Registration, Yen;
    /// Companies it worked for in a year (取引先).
    Clients, "clients", Basic, Stated, Count;
    /// People employed, in the office too.
    Staff, "staff", Basic, Stated, People;
    /// Member of an association (団体).
    Association, "association", Basic, Registration, YesNo;
    /// How long its workers have been with it, on average.
    Tenure, "tenure", Basic, Registry, Years;
    /// Workers with a card.
    Cards, "cards", Capability, Registry, People;
    /// Workers at level 3 or 4.
    SkilledShare, "skilled_share", Capability, Registry, Percent;
    /// Sites at which it stood in the approved organisation in the last twelve months.
    Works, "works", Capability, Registry, Count;
    /// Machines it owns.
    Machines, "machines", Capability, Stated, Count;
    /// Registered core workers (登録基幹技能者).
    CoreWorkers, "core_workers", Capability, Registry, People;
    /// Workers of its direct lower companies on the rosters of these sites.
    SecondTier, "second_tier", Capability, Registry, People;
    /// Awards of the last five years.
    Awards, "awards", Capability, Stated, Count;
    /// Workers of at most 29 years.
    YoungShare, "young_share", Capability, Registry, Percent;
    /// No penalty of the permit authority in the last two years (監督処分).
    NoPenalty, "no_penalty", Compliance, Stated, YesNo;
    /// Of health, pension and employment insurance: joined, or exempt.
    Insurance, "insurance", Compliance, Registration, Count;
    /// Has an agreement on help after disasters, or took part in it.
    Prevention, "prevention", Compliance, Stated, YesNo;
    /// Trains its workers by a plan.
    Training, "training", Compliance, Stated, YesNo;
}

impl Item {
    /// The item of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|item| item.word() == word)
    }

    /// Those whose figure the company states.
    pub fn stated() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|item| item.origin() == Origin::Stated)
    }

    /// The greatest figure that makes sense.
    #[must_use]
    pub fn most(self) -> u64 {
        match self.unit() {
            Unit::YesNo => 1,
            Unit::Percent => 100,
            Unit::Years => 200,
            Unit::Yen => 999_999_999_999_999,
            Unit::People | Unit::Count => 999_999,
        }
    }
}

/// The figures of a company; an item that is not told is not there, and gives no points.
pub type Figures = BTreeMap<Item, u64>;

/// What an item gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatedItem {
    /// Which.
    pub item: Item,
    /// All trades have it (共通); otherwise chosen (選択).
    pub common: bool,
    /// The figure, if it is told.
    pub figure: Option<u64>,
    /// Points for it.
    pub points: u32,
    /// The most points there are.
    pub most: u32,
    /// The figure that gives more points next, and how many then.
    pub next: Option<(u64, u32)>,
}

/// What an area gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedArea {
    /// Which.
    pub area: Area,
    /// Points of its items.
    pub points: u32,
    /// The most points there are.
    pub most: u32,
    /// 1 to 4.
    pub stars: u8,
    /// Points that the next star takes.
    pub next_star: Option<u32>,
    /// Every row that this rests on was read at its source.
    pub confirmed: bool,
    /// Item by item.
    pub items: Vec<RatedItem>,
}

/// The last day on which figures of a day are shown.
#[must_use]
pub fn shown_until(on: WorkDay, months: u16) -> WorkDay {
    WorkDay::from_date(on.date().saturating_add(i32::from(months).months())).plus(-1)
}

/// Rates a company.
#[must_use]
pub fn rate(table: &CapabilityPoints, figures: &Figures) -> [RatedArea; 3] {
    Area::ALL.map(|area| {
        let items: Vec<RatedItem> = table
            .items
            .iter()
            .filter(|(item, _)| item.area() == area)
            .map(|(item, of)| rate_item(*item, of, figures.get(item).copied()))
            .collect();
        let points = items.iter().map(|item| item.points).sum();
        let limits = table.stars.get(&area).map(Vec::as_slice).unwrap_or_default();
        RatedArea {
            area,
            points,
            most: items.iter().map(|item| item.most).sum(),
            stars: limits
                .iter()
                .rev()
                .find(|(least, _)| *least <= points)
                .map_or(1, |(_, stars)| *stars),
            next_star: limits.iter().map(|(least, _)| *least).find(|least| *least > points),
            confirmed: table.confirmed.contains(&area),
            items,
        }
    })
}

fn rate_item(item: Item, of: &PointsOfItem, figure: Option<u64>) -> RatedItem {
    let reached = |least: u64| figure.is_some_and(|figure| figure >= least);
    RatedItem {
        item,
        common: of.common,
        figure,
        points: of
            .bands
            .iter()
            .rev()
            .find(|(least, _)| reached(*least))
            .map_or(0, |(_, points)| *points),
        most: of.bands.last().map_or(0, |(_, points)| *points),
        next: of.bands.iter().copied().find(|(least, _)| !reached(*least)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;

    fn rated(figures: &[(Item, u64)]) -> [RatedArea; 3] {
        let masters = Masters::embedded().unwrap();
        rate(masters.capability_points(), &figures.iter().copied().collect())
    }

    fn item(areas: &[RatedArea; 3], item: Item) -> RatedItem {
        *areas.iter().flat_map(|area| &area.items).find(|of| of.item == item).unwrap()
    }

    #[test]
    fn an_item_gives_the_points_of_the_highest_band_it_reaches() {
        let cases = [
            (None, 0, Some((5, 5))),
            (Some(0), 0, Some((5, 5))),
            (Some(4), 0, Some((5, 5))),
            (Some(5), 5, Some((20, 10))),
            (Some(19), 5, Some((20, 10))),
            (Some(20), 10, None),
            (Some(u64::MAX), 10, None),
        ];
        for (figure, points, next) in cases {
            let figures: Vec<_> = figure.map(|figure| (Item::Cards, figure)).into_iter().collect();
            let cards = item(&rated(&figures), Item::Cards);
            assert_eq!((cards.points, cards.most, cards.next), (points, 10, next), "{figure:?}");
        }
    }

    #[test]
    fn nothing_told_is_one_star_and_everything_four() {
        assert_eq!(rated(&[]).map(|area| (area.points, area.stars)), [(0, 1), (0, 1), (0, 1)]);
        let most: Vec<_> = Item::ALL.iter().map(|item| (*item, item.most())).collect();
        for area in rated(&most) {
            assert_eq!(
                (area.points, area.stars, area.next_star),
                (area.most, 4, None),
                "{:?}",
                area.area
            );
        }
    }

    #[test]
    fn stars_follow_the_points_of_the_area() {
        let cases = [
            (vec![], 1, Some(20)),
            (vec![(Item::NoPenalty, 1)], 2, Some(40)),
            (vec![(Item::NoPenalty, 1), (Item::Insurance, 2)], 2, Some(40)),
            (vec![(Item::NoPenalty, 1), (Item::Insurance, 3)], 3, Some(60)),
            (
                vec![
                    (Item::NoPenalty, 1),
                    (Item::Insurance, 3),
                    (Item::Prevention, 1),
                    (Item::Training, 1),
                ],
                4,
                None,
            ),
        ];
        for (figures, stars, next) in cases {
            let [_, _, compliance] = rated(&figures);
            assert_eq!((compliance.stars, compliance.next_star), (stars, next), "{figures:?}");
        }
    }

    #[test]
    fn a_year_is_shown_to_the_day_before_its_return() {
        let cases = [
            ("2026-11-26", 12, "2027-11-25"),
            ("2024-02-29", 12, "2025-02-27"),
            ("2026-01-31", 1, "2026-02-27"),
        ];
        for (on, months, until) in cases {
            assert_eq!(shown_until(on.parse().unwrap(), months), until.parse().unwrap(), "{on}");
        }
    }

    #[test]
    fn every_item_has_its_own_word_and_stands_in_the_table() {
        let areas = rated(&[]);
        for of in Item::ALL {
            assert_eq!(Item::from_word(of.word()), Some(*of));
            assert_eq!(item(&areas, *of).figure, None);
        }
    }

    #[test]
    fn nothing_of_the_shipped_points_is_given_out_as_confirmed() {
        assert!(rated(&[]).iter().all(|area| !area.confirmed));
    }
}
