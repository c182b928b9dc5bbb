//! Touches (タッチ) and the attendance they make.
//!
//! A touch is a fact and is never changed. What a set of touches says about a day is computed here from the set alone, so
//! order, batches and repetition cannot matter.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{SiteId, WorkerId};
use crate::time::{WorkDay, japan_time};

/// Way of a touch: into the site or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Entry (入場).
    In,
    /// Exit (退場).
    Out,
}

impl Direction {
    /// `in` or `out`: the stored and the sent form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "in" => Some(Self::In),
            "out" => Some(Self::Out),
            _ => None,
        }
    }
}

/// What makes a touch the same touch, whoever sends it and how often: worker, site, device time to the second, direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TouchKey {
    /// Who.
    pub worker: WorkerId,
    /// Where.
    pub site: SiteId,
    /// When, by the device's clock, whole seconds.
    pub at: Timestamp,
    /// Which way.
    pub direction: Direction,
}

impl TouchKey {
    /// Cuts the device time to the second, as the key asks.
    #[must_use]
    pub fn new(worker: WorkerId, site: SiteId, at: Timestamp, direction: Direction) -> Self {
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self {
            worker,
            site,
            at,
            direction,
        }
    }

    /// The civil day in Japan of the device time. Storage is cut by it; it never depends on a site's settings.
    #[must_use]
    pub fn civil_day(&self) -> WorkDay {
        WorkDay::of(self.at, 0)
    }
}

/// What the touches of one worker at one site say about one day: first in, last out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attendance {
    /// First entry of the day. `None`: only an exit was seen, which alone makes no history that counts.
    pub first_in: Option<Timestamp>,
    /// Last exit that belongs to the day's entry (it may be on the next morning), or of the lone exits.
    pub last_out: Option<Timestamp>,
}

/// The days whose attendance one touch can change: its own, the one before (an exit may close last night's entry) and the one
/// after (an entry may claim the next morning's exit).
#[must_use]
pub fn affected_days(at: Timestamp, boundary: u16) -> [WorkDay; 3] {
    let day = WorkDay::of(at, boundary);
    [day.plus(-1), day, day.plus(1)]
}

/// How touches become days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRule {
    /// The site's day boundary, minutes after midnight; at most noon.
    pub boundary: u16,
    /// An exit before this hour may close the entry of the day before (policy `exit_closes_before_hour`, 12 by our rule).
    pub exit_closes_before_hour: i64,
}

/// Attendance by day from all touches of one worker at one site.
///
/// An entry belongs to its own day. An exit belongs to an entry of its own day that is not later than it; failing that, in the
/// morning, to the entry of the day before; failing that it stands alone (site-systems rule book 3.4).
#[must_use]
pub fn attendance(touches: &[(Timestamp, Direction)], rule: DayRule) -> BTreeMap<WorkDay, Attendance> {
    let DayRule {
        boundary,
        exit_closes_before_hour,
    } = rule;
    let mut days: BTreeMap<WorkDay, Attendance> = BTreeMap::new();
    for &(at, _) in touches.iter().filter(|(_, d)| *d == Direction::In) {
        let first = &mut days.entry(WorkDay::of(at, boundary)).or_default().first_in;
        *first = Some(first.map_or(at, |other| other.min(at)));
    }
    let entries: BTreeMap<WorkDay, Timestamp> = days.iter().filter_map(|(day, a)| a.first_in.map(|at| (*day, at))).collect();
    for &(at, _) in touches.iter().filter(|(_, d)| *d == Direction::Out) {
        let day = WorkDay::of(at, boundary);
        let owner = match entries.get(&day) {
            Some(first) if *first <= at => day,
            own => {
                let local = japan_time(at);
                let morning = WorkDay::from_date(local.date()) == day && i64::from(local.hour()) < exit_closes_before_hour;
                if morning && entries.contains_key(&day.plus(-1)) {
                    day.plus(-1)
                } else if own.is_some() {
                    continue; // An exit before the day's first entry: kept as a fact, says nothing about the day.
                } else {
                    day
                }
            }
        };
        let last = &mut days.entry(owner).or_default().last_out;
        *last = Some(last.map_or(at, |other| other.max(at)));
    }
    days
}

/// The day a touch speaks for, of the [`attendance`] of its worker at its site: an entry for its own; an exit for the day whose entry it
/// closes, else its own. `None`: an exit that says nothing about any day.
#[must_use]
pub fn day_of(at: Timestamp, direction: Direction, boundary: u16, days: &BTreeMap<WorkDay, Attendance>) -> Option<WorkDay> {
    let own = WorkDay::of(at, boundary);
    let closes = |day: &WorkDay| days.get(day).is_some_and(|a| a.first_in.is_some_and(|first| first <= at));
    if direction == Direction::In || closes(&own) {
        return Some(own);
    }
    let before = own.plus(-1);
    if closes(&before) && days.get(&before).and_then(|a| a.last_out).is_some_and(|last| last >= at) {
        return Some(before);
    }
    days.contains_key(&own).then_some(own)
}

/// Whether a touch belongs to the story of a day: it was made on it, or later within a shift that began on it.
#[must_use]
pub fn is_told_with(at: Timestamp, day: WorkDay, boundary: u16, attendance: &Attendance) -> bool {
    let in_the_shift =
        || attendance.first_in.is_some_and(|first| first <= at) && attendance.last_out.is_some_and(|last| at <= last);
    WorkDay::of(at, boundary) == day || in_the_shift()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `11-20T07:30` of 2026, or with its own year.
    fn at(text: &str) -> Timestamp {
        let year = if text.len() == 11 { "2026-" } else { "" };
        format!("{year}{text}:00+09:00").parse().unwrap()
    }

    fn noon(boundary: u16) -> DayRule {
        DayRule {
            boundary,
            exit_closes_before_hour: 12,
        }
    }

    fn show(touches: &[(&str, Direction)], boundary: u16) -> Vec<String> {
        let touches: Vec<_> = touches.iter().map(|(t, d)| (at(t), *d)).collect();
        let time = |t: Option<Timestamp>| t.map_or("-".into(), |t| japan_time(t).strftime("%d %H:%M").to_string());
        attendance(&touches, noon(boundary))
            .iter()
            .map(|(d, a)| format!("{d} {} .. {}", time(a.first_in), time(a.last_out)))
            .collect()
    }

    #[test]
    fn table_of_cases() {
        use Direction::{In, Out};
        type Case = (
            &'static str,
            &'static [(&'static str, Direction)],
            u16,
            &'static [&'static str],
        );
        let cases: [Case; 20] = [
            (
                "a plain day",
                &[("11-20T07:30", In), ("11-20T17:10", Out)],
                0,
                &["2026-11-20 20 07:30 .. 20 17:10"],
            ),
            (
                "entry alone makes a history",
                &[("11-20T07:30", In)],
                0,
                &["2026-11-20 20 07:30 .. -"],
            ),
            (
                "first in, last out",
                &[
                    ("11-20T12:50", In),
                    ("11-20T17:00", Out),
                    ("11-20T07:30", In),
                    ("11-20T12:00", Out),
                ],
                0,
                &["2026-11-20 20 07:30 .. 20 17:00"],
            ),
            (
                "night shift",
                &[("11-20T20:00", In), ("11-21T05:00", Out)],
                0,
                &["2026-11-20 20 20:00 .. 21 05:00"],
            ),
            (
                "two nights running",
                &[
                    ("11-20T20:00", In),
                    ("11-21T05:00", Out),
                    ("11-21T20:00", In),
                    ("11-22T05:00", Out),
                ],
                0,
                &["2026-11-20 20 20:00 .. 21 05:00", "2026-11-21 21 20:00 .. 22 05:00"],
            ),
            (
                "an exit at noon or later does not close last night",
                &[("11-20T20:00", In), ("11-21T12:00", Out)],
                0,
                &["2026-11-20 20 20:00 .. -", "2026-11-21 - .. 21 12:00"],
            ),
            ("a lone exit", &[("11-20T17:00", Out)], 0, &["2026-11-20 - .. 20 17:00"]),
            (
                "an exit before the first entry says nothing",
                &[("11-20T06:00", Out), ("11-20T07:30", In)],
                0,
                &["2026-11-20 20 07:30 .. -"],
            ),
            (
                "in and out in the same minute",
                &[("11-20T07:30", In), ("11-20T07:30", Out)],
                0,
                &["2026-11-20 20 07:30 .. 20 07:30"],
            ),
            (
                "boundary at 03:00",
                &[("11-21T01:00", In), ("11-21T02:30", Out)],
                180,
                &["2026-11-20 21 01:00 .. 21 02:30"],
            ),
            (
                "over the end of the month",
                &[("10-31T21:00", In), ("11-01T06:00", Out)],
                0,
                &["2026-10-31 31 21:00 .. 01 06:00"],
            ),
            (
                "over the end of the year",
                &[("12-31T21:00", In), ("2027-01-01T06:00", Out)],
                0,
                &["2026-12-31 31 21:00 .. 01 06:00"],
            ),
            (
                "over 29 February",
                &[
                    ("2028-02-28T22:00", In),
                    ("2028-02-29T05:00", Out),
                    ("2028-02-29T22:00", In),
                    ("2028-03-01T05:00", Out),
                ],
                0,
                &["2028-02-28 28 22:00 .. 29 05:00", "2028-02-29 29 22:00 .. 01 05:00"],
            ),
            (
                "an exit after the boundary still closes the night",
                &[("11-20T20:00", In), ("11-21T05:30", Out)],
                300,
                &["2026-11-20 20 20:00 .. 21 05:30"],
            ),
            (
                "after the boundary a new entry is a new day, and the exit its own",
                &[("11-20T20:00", In), ("11-21T05:30", In), ("11-21T06:00", Out)],
                300,
                &["2026-11-20 20 20:00 .. -", "2026-11-21 21 05:30 .. 21 06:00"],
            ),
            (
                "in and out before the boundary, over midnight",
                &[("11-20T23:50", In), ("11-21T00:10", Out), ("11-21T04:59", In)],
                300,
                &["2026-11-20 20 23:50 .. 21 00:10"],
            ),
            (
                "a day and a night that begin on one date are one day",
                &[
                    ("11-20T08:00", In),
                    ("11-20T17:00", Out),
                    ("11-20T21:00", In),
                    ("11-21T05:00", Out),
                ],
                0,
                &["2026-11-20 20 08:00 .. 21 05:00"],
            ),
            (
                "from a night straight into a day: the morning's exit closes the night, its entry begins the day",
                &[
                    ("11-20T20:00", In),
                    ("11-21T06:00", Out),
                    ("11-21T07:30", In),
                    ("11-21T17:00", Out),
                ],
                0,
                &["2026-11-20 20 20:00 .. 21 06:00", "2026-11-21 21 07:30 .. 21 17:00"],
            ),
            (
                "a forgotten exit does not swallow the next day",
                &[("11-20T07:30", In), ("11-21T07:30", In), ("11-21T17:00", Out)],
                0,
                &["2026-11-20 20 07:30 .. -", "2026-11-21 21 07:30 .. 21 17:00"],
            ),
            (
                "an exit two days later closes nothing",
                &[("11-20T20:00", In), ("11-22T05:00", Out)],
                0,
                &["2026-11-20 20 20:00 .. -", "2026-11-22 - .. 22 05:00"],
            ),
        ];
        for (name, touches, boundary, expected) in cases {
            assert_eq!(show(touches, boundary), expected, "{name}");
        }
    }

    #[test]
    fn the_day_a_touch_speaks_for() {
        use Direction::{In, Out};
        let night = [("12-31T20:00", In), ("2027-01-01T05:30", Out)];
        let morning = [("11-20T06:00", Out), ("11-20T07:30", In)];
        type Case<'a> = (
            &'a str,
            &'a [(&'a str, Direction)],
            (&'a str, Direction),
            u16,
            Option<&'a str>,
        );
        let cases: [Case<'_>; 7] = [
            ("an entry for its own", &night, ("12-31T20:00", In), 0, Some("2026-12-31")),
            (
                "the exit of a night",
                &night,
                ("2027-01-01T05:30", Out),
                0,
                Some("2026-12-31"),
            ),
            (
                "after the boundary, too",
                &night,
                ("2027-01-01T05:30", Out),
                300,
                Some("2026-12-31"),
            ),
            (
                "an earlier exit of that night",
                &night,
                ("2027-01-01T02:00", Out),
                0,
                Some("2026-12-31"),
            ),
            ("an exit later than the last one", &night, ("2027-01-01T13:00", Out), 0, None),
            (
                "a lone exit",
                &[("11-20T17:00", Out)],
                ("11-20T17:00", Out),
                0,
                Some("2026-11-20"),
            ),
            (
                "an exit before the entry",
                &morning,
                ("11-20T06:00", Out),
                0,
                Some("2026-11-20"),
            ),
        ];
        for (name, touches, (time, direction), boundary, expected) in cases {
            let touches: Vec<_> = touches.iter().map(|(t, d)| (at(t), *d)).collect();
            let days = attendance(&touches, noon(boundary));
            let found = day_of(at(time), direction, boundary, &days).map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_touches_of_a_days_story() {
        let day: WorkDay = "2026-11-20".parse().unwrap();
        let night = Attendance {
            first_in: Some(at("11-20T20:00")),
            last_out: Some(at("11-21T05:30")),
        };
        let cases = [
            ("the entry", "11-20T20:00", 0, night, true),
            ("after midnight, in the shift", "11-21T02:00", 0, night, true),
            ("its exit", "11-21T05:30", 0, night, true),
            ("the next shift", "11-21T20:00", 0, night, false),
            ("the end of the shift before, on the same date", "11-20T05:00", 0, night, true),
            (
                "the same with a boundary: of the day before",
                "11-20T04:59",
                300,
                night,
                false,
            ),
            (
                "before the boundary of the next date",
                "11-21T04:59",
                300,
                Attendance::default(),
                true,
            ),
            ("after it, without an entry", "11-21T05:00", 300, Attendance::default(), false),
        ];
        for (name, time, boundary, attendance, expected) in cases {
            assert_eq!(is_told_with(at(time), day, boundary, &attendance), expected, "{name}");
        }
    }

    #[test]
    fn a_leap_second_is_the_second_before_it() {
        let (worker, site) = ("01234567890121".parse().unwrap(), "12345678901271".parse().unwrap());
        let key = |text: &str| TouchKey::new(worker, site, text.parse().unwrap(), Direction::In);
        assert_eq!(key("2027-01-01T08:59:60+09:00"), key("2027-01-01T08:59:59+09:00"));
        assert_eq!(key("2026-12-31T23:59:60.5Z"), key("2026-12-31T23:59:59Z"));
        assert_ne!(key("2026-12-31T23:59:60Z"), key("2027-01-01T00:00:00Z"));
    }

    proptest! {
        /// A touch changes no day but those it is said to affect, and order does not matter: so any batch cut gives the same days.
        #[test]
        fn a_touch_changes_only_the_days_it_affects(
            seconds in prop::collection::vec((0i64..6 * 86_400, any::<bool>()), 0..24),
            extra in 0i64..6 * 86_400, way in any::<bool>(), boundary in 0u16..=720,
        ) {
            let dir = |b: bool| if b { Direction::In } else { Direction::Out };
            let start = at("11-10T00:00").as_second();
            let stamp = |s: i64| Timestamp::from_second(start + s).unwrap();
            let mut touches: Vec<_> = seconds.iter().map(|(s, d)| (stamp(*s), dir(*d))).collect();
            let before = attendance(&touches, noon(boundary));
            touches.insert(touches.len() / 2, (stamp(extra), dir(way)));
            let after = attendance(&touches, noon(boundary));
            let affected = affected_days(stamp(extra), boundary);
            for day in before.keys().chain(after.keys()).filter(|d| !affected.contains(d)) {
                prop_assert_eq!(before.get(day), after.get(day));
            }
            touches.reverse();
            prop_assert_eq!(attendance(&touches, noon(boundary)), after);
        }
    }
}
