//! Days added up: of a month, of several, of a whole career (views 2-1 and 2-2). Each day once, however many sites, trades or positions
//! it has; a day counts if one of its histories does.

use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::AddAssign;

use crate::levels::Days;
use crate::master::CountsAs;
use crate::{TradeCode, WorkDay, YearMonth};

/// Days of one month in one trade and position, all of which count or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The month.
    pub month: YearMonth,
    /// The trade, where the history has one.
    pub trade: Option<TradeCode>,
    /// What the position counts as.
    pub counts_as: CountsAs,
    /// Whether the days count.
    pub counts: bool,
    /// The days.
    pub days: Days,
}

/// The days of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    recorded: Days,
    counting: Days,
    foreman: Days,
    squad: Days,
}

/// How many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// With a history at all.
    pub recorded: u32,
    /// That count.
    pub counting: u32,
    /// That do not, at none of their sites.
    pub open: u32,
    /// That count, as foreman (職長).
    pub foreman: u32,
    /// That count, as squad leader (班長).
    pub squad: u32,
}

impl Tally {
    /// Takes days in. Those that do not count are no days as foreman either.
    pub fn add(&mut self, entry: &Entry) {
        self.recorded = self.recorded.union(entry.days);
        if !entry.counts {
            return;
        }
        self.counting = self.counting.union(entry.days);
        match entry.counts_as {
            CountsAs::Foreman => self.foreman = self.foreman.union(entry.days),
            CountsAs::Squad => self.squad = self.squad.union(entry.days),
            CountsAs::None => {}
        }
    }

    /// Whether a day of its month is among them.
    #[must_use]
    pub fn has(&self, day: WorkDay) -> bool {
        self.recorded.union(Days::of(day)) == self.recorded
    }

    /// How many there are.
    #[must_use]
    pub fn sums(&self) -> Sums {
        Sums {
            recorded: self.recorded.count(),
            counting: self.counting.count(),
            open: self.recorded.without(self.counting).count(),
            foreman: self.foreman.count(),
            squad: self.squad.count(),
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.recorded += other.recorded;
        self.counting += other.counting;
        self.open += other.open;
        self.foreman += other.foreman;
        self.squad += other.squad;
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut sum = Self::default();
        for one in all {
            sum += one;
        }
        sum
    }
}

/// Everything a worker has recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whole {
    /// By month; those without a day are left out.
    pub months: BTreeMap<YearMonth, Tally>,
    /// Days that count by trade, most first. A day in two trades is a day of each.
    pub trades: Vec<(TradeCode, u32)>,
}

impl Whole {
    /// Adds it all up.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut months: BTreeMap<YearMonth, Tally> = BTreeMap::new();
        let mut by_trade: BTreeMap<(TradeCode, YearMonth), Days> = BTreeMap::new();
        for entry in entries {
            months.entry(entry.month).or_default().add(entry);
            if let Some(trade) = entry.trade.filter(|_| entry.counts) {
                let days = by_trade.entry((trade, entry.month)).or_default();
                *days = days.union(entry.days);
            }
        }
        let mut sums: BTreeMap<TradeCode, u32> = BTreeMap::new();
        for ((trade, _), days) in by_trade {
            *sums.entry(trade).or_default() += days.count();
        }
        let mut trades: Vec<(TradeCode, u32)> = sums.into_iter().collect();
        trades.sort_by_key(|(trade, days)| (std::cmp::Reverse(*days), *trade));
        Self { months, trades }
    }

    /// How many days in all.
    #[must_use]
    pub fn sums(&self) -> Sums {
        self.months.values().map(Tally::sums).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(month: &str, days: &[u32], trade: &str, counts_as: CountsAs, counts: bool) -> Entry {
        Entry {
            month: month.parse().unwrap(),
            trade: trade.parse().ok(),
            counts_as,
            counts,
            days: Days::from_bits(days.iter().map(|day| 1u32 << *day).sum()),
        }
    }

    fn sums(recorded: u32, counting: u32, open: u32, foreman: u32, squad: u32) -> Sums {
        Sums {
            recorded,
            counting,
            open,
            foreman,
            squad,
        }
    }

    #[test]
    fn a_day_is_one_day() {
        use CountsAs::{Foreman, None, Squad};
        let month = "2026-11";
        let cases = [
            ("nothing", vec![], sums(0, 0, 0, 0, 0)),
            (
                "days that count and days that do not",
                vec![
                    entry(month, &[2, 3, 31], "01-01", None, true),
                    entry(month, &[4], "", None, false),
                ],
                sums(4, 3, 1, 0, 0),
            ),
            (
                "two sites on one day, both count",
                vec![
                    entry(month, &[2, 3], "01-01", None, true),
                    entry(month, &[3, 4], "01-02", None, true),
                ],
                sums(3, 3, 0, 0, 0),
            ),
            (
                "two sites on one day, one of which counts",
                vec![entry(month, &[2], "01-01", None, true), entry(month, &[2], "", None, false)],
                sums(1, 1, 0, 0, 0),
            ),
            (
                "foreman at one site, squad leader at another",
                vec![
                    entry(month, &[2, 3], "01-01", Foreman, true),
                    entry(month, &[3], "01-01", Squad, true),
                ],
                sums(2, 2, 0, 2, 1),
            ),
            (
                "a foreman's day that does not count",
                vec![entry(month, &[2], "01-01", Foreman, false)],
                sums(1, 0, 1, 0, 0),
            ),
            (
                "the same day of two months",
                vec![
                    entry(month, &[2], "01-01", None, true),
                    entry("2026-12", &[2], "01-01", None, true),
                ],
                sums(2, 2, 0, 0, 0),
            ),
        ];
        for (what, entries, expected) in cases {
            assert_eq!(Whole::of(&entries).sums(), expected, "{what}");
        }
    }

    #[test]
    fn it_knows_its_days() {
        let mut tally = Tally::default();
        tally.add(&entry("2026-11", &[2, 30], "", CountsAs::None, false));
        for (day, has) in [("2026-11-02", true), ("2026-11-03", false), ("2026-11-30", true)] {
            assert_eq!(tally.has(day.parse().unwrap()), has, "{day}");
        }
    }

    #[test]
    fn trades_have_the_days_that_count() {
        let none = CountsAs::None;
        let whole = Whole::of(&[
            entry("2026-10", &[1], "01-01", none, true),
            entry("2026-11", &[1, 2], "01-02", none, true),
            entry("2026-11", &[2, 3], "01-02", CountsAs::Foreman, true),
            entry("2026-11", &[4, 5, 6, 7], "01-01", none, false),
            entry("2026-11", &[8], "", none, true),
        ]);
        let trades: Vec<(String, u32)> = whole.trades.iter().map(|(trade, days)| (trade.to_string(), *days)).collect();
        assert_eq!(trades, [("01-02".to_owned(), 3), ("01-01".to_owned(), 1)]);
        assert_eq!(whole.months.len(), 2);
    }
}
