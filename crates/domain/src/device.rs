//! Devices (端末): the machine behind a reader's key, as its contacts show it, and what of it somebody must be told.
//!
//! Source: our own rules; the rule book of site systems asks for device time, clock offset and a chain over the touches of every device.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// Most ranges that are kept. Past it the lowest are forgotten: a gap that old mends no more.
const MOST_RANGES: usize = 100;

/// How long numbers may be missing before somebody is told: the device is asked for them first, and sends within minutes.
pub const GAP_PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// Running numbers (通し番号) of a device that came in, as ranges: `1-500,502-900`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers(Vec<(u64, u64)>);

impl Numbers {
    /// Adds all numbers from `first` to `last`, both included.
    pub fn add(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first.min(last), first.max(last));
        // Ranges from..to touch the new one or lie in it.
        let from = self.0.partition_point(|range| range.1.saturating_add(1) < first);
        let to = self.0.partition_point(|range| range.0 <= last.saturating_add(1));
        for (lowest, highest) in self.0.drain(from..to) {
            first = first.min(lowest);
            last = last.max(highest);
        }
        self.0.insert(from, (first, last));
        let over = self.0.len().saturating_sub(MOST_RANGES);
        self.0.drain(..over);
    }

    /// Adds what others hold.
    pub fn add_all(&mut self, others: &Self) {
        for (first, last) in &others.0 {
            self.add(*first, *last);
        }
    }

    /// The ranges, in order.
    #[must_use]
    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// What is missing between the lowest and the highest, as ranges.
    #[must_use]
    pub fn gaps(&self) -> Vec<(u64, u64)> {
        let pairs = self.0.windows(2).filter_map(|pair| match pair {
            [before, after] => Some((before.1 + 1, after.0 - 1)),
            _ => None,
        });
        pairs.collect()
    }

    /// The highest number.
    #[must_use]
    pub fn highest(&self) -> Option<u64> {
        self.0.last().map(|range| range.1)
    }
}

impl FromIterator<u64> for Numbers {
    fn from_iter<T: IntoIterator<Item = u64>>(numbers: T) -> Self {
        let mut all = Self::default();
        for number in numbers {
            all.add(number, number);
        }
        all
    }
}

/// A range as people read it: `7`, `502-900`.
#[must_use]
pub fn range(first: u64, last: u64) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<String> = self.0.iter().map(|(first, last)| range(*first, *last)).collect();
        f.write_str(&ranges.join(","))
    }
}

/// The text holds no ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not ranges of running numbers")]
pub struct NoNumbers;

impl FromStr for Numbers {
    type Err = NoNumbers;
    fn from_str(text: &str) -> Result<Self, NoNumbers> {
        let mut all = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.parse().map_err(|_| NoNumbers);
            all.add(number(first)?, number(last)?);
        }
        Ok(all)
    }
}

/// What a device tells of itself with each batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Touches that wait on it.
    pub backlog: u64,
    /// Highest running number it has given.
    pub highest: u64,
    /// Head of its hash chain there.
    pub chain: Option<String>,
    /// First running number at which its own record does not hold any more.
    pub broken_at: Option<u64>,
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// When, by the registry's clock.
    pub at: Timestamp,
    /// How far the device's clock ran ahead; none if that could not be measured (a file on a stick).
    pub clock_ahead: Option<SignedDuration>,
    /// Program and version.
    pub sender: Option<String>,
    /// What it told.
    pub report: Option<Report>,
    /// Running numbers that came in since the last contact.
    pub numbers: Numbers,
}

/// What is known of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// First contact.
    pub first: Timestamp,
    /// Last one.
    pub last: Timestamp,
    /// How far its clock ran ahead, last time it was measured.
    pub clock_ahead: Option<SignedDuration>,
    /// Program and version.
    pub sender: Option<String>,
    /// What it told last.
    pub report: Option<Report>,
    /// Running numbers that came in.
    pub numbers: Numbers,
    /// Since when numbers are missing.
    pub gap_since: Option<Timestamp>,
    /// When its record was last found to be an older one, or another.
    pub rewound_at: Option<Timestamp>,
}

/// Limits that are rows of a table.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A clock that is further off does harm.
    pub clock: SignedDuration,
    /// How long a device may be without contact and still be in use.
    pub offline: SignedDuration,
}

/// What somebody must be told of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Its record was changed or damaged.
    Broken,
    /// Its record is an older one than it was, or another: a copy was put back, or two machines run from the same one.
    Rewound,
    /// Another device uses the same key.
    Shared,
    /// Running numbers are missing.
    Gap,
    /// Its clock is wrong.
    Clock,
}

impl Concern {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Broken, Self::Rewound, Self::Shared, Self::Gap, Self::Clock];

    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Rewound => "rewound",
            Self::Shared => "shared",
            Self::Gap => "gap",
            Self::Clock => "clock",
        }
    }
}

impl Device {
    /// One that was never heard of, at its first contact.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            first: at,
            last: at,
            clock_ahead: None,
            sender: None,
            report: None,
            numbers: Numbers::default(),
            gap_since: None,
            rewound_at: None,
        }
    }

    /// Takes a contact in.
    pub fn hear(&mut self, contact: Contact) {
        self.last = self.last.max(contact.at);
        self.clock_ahead = contact.clock_ahead.or(self.clock_ahead);
        self.sender = contact.sender.or_else(|| self.sender.take());
        if let Some(report) = contact.report {
            if self.report.as_ref().is_some_and(|before| is_before(&report, before)) {
                self.rewound_at = Some(contact.at);
            }
            self.report = Some(report);
        }
        self.numbers.add_all(&contact.numbers);
        let whole = self.numbers.ranges().len() < 2;
        self.gap_since = if whole { None } else { self.gap_since.or(Some(contact.at)) };
    }

    /// What somebody must be told. `others`: first and last contact of the other devices with the same key.
    #[must_use]
    pub fn concerns(&self, others: &[(Timestamp, Timestamp)], now: Timestamp, limits: &Limits) -> BTreeSet<Concern> {
        // One machine that replaces another is not heard of before the other fell silent.
        let shared = others
            .iter()
            .any(|(first, last)| *first <= self.last && self.first <= *last && now.duration_since(*last) <= limits.offline);
        let of = |concern| match concern {
            Concern::Broken => self.report.as_ref().is_some_and(|report| report.broken_at.is_some()),
            Concern::Rewound => self.rewound_at.is_some_and(|at| now.duration_since(at) <= limits.offline),
            Concern::Shared => shared,
            Concern::Gap => self.gap_since.is_some_and(|since| now.duration_since(since) >= GAP_PATIENCE),
            Concern::Clock => self.clock_ahead.is_some_and(|ahead| ahead.abs() > limits.clock),
        };
        Concern::ALL.into_iter().filter(|concern| of(*concern)).collect()
    }
}

/// Whether a device that told `before` has lost part of its record: numbers only grow, and the same number has one chain.
fn is_before(report: &Report, before: &Report) -> bool {
    let chains = report.chain.as_ref().zip(before.chain.as_ref());
    report.highest < before.highest || (report.highest == before.highest && chains.is_some_and(|(now, then)| now != then))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(text: &str) -> Numbers {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_are_merged() {
        let cases = [
            ("the first", "", (1, 1), "1"),
            ("the next", "1-5", (6, 6), "1-6"),
            ("one is missing", "1-5", (7, 7), "1-5,7"),
            ("it comes after all", "1-5,7", (6, 6), "1-7"),
            ("what was there", "1-5", (2, 4), "1-5"),
            ("before all", "10-20", (1, 3), "1-3,10-20"),
            ("right before", "10-20", (1, 9), "1-20"),
            ("over several", "1-3,5-6,9,20-30", (4, 19), "1-30"),
            ("into a hole", "1-3,9", (5, 6), "1-3,5-6,9"),
            ("turned round", "", (9, 7), "7-9"),
            ("the largest", "1", (u64::MAX, u64::MAX), "1,18446744073709551615"),
        ];
        for (name, before, (first, last), after) in cases {
            let mut all = numbers(before);
            all.add(first, last);
            assert_eq!(all.to_string(), after, "{name}");
        }
    }

    #[test]
    fn gaps_lie_between_the_lowest_and_the_highest() {
        let cases: [(&str, &[(u64, u64)]); 4] = [
            ("", &[]),
            ("7-9", &[]),
            ("7-9,11", &[(10, 10)]),
            ("2,5-6,20", &[(3, 4), (7, 19)]),
        ];
        for (text, gaps) in cases {
            assert_eq!(numbers(text).gaps(), gaps, "{text}");
        }
        for bad in ["a", "1-", "-3", "1,,x", "1-2-3"] {
            assert_eq!(bad.parse::<Numbers>(), Err(NoNumbers), "{bad}");
        }
    }

    #[test]
    fn the_oldest_holes_are_forgotten_first() {
        let all: Numbers = (0..=200).map(|n| n * 2).collect();
        assert_eq!(
            (all.ranges().len(), all.ranges()[0], all.highest()),
            (100, (202, 202), Some(400))
        );
    }

    proptest! {
        #[test]
        fn ranges_hold_exactly_what_was_added(added in proptest::collection::vec((0u64..150, 0u64..12), 0..60)) {
            let mut all = Numbers::default();
            let mut model = BTreeSet::new();
            for (first, more) in added {
                all.add(first, first + more);
                model.extend(first..=first + more);
            }
            let held: Vec<u64> = all.ranges().iter().flat_map(|(first, last)| *first..=*last).collect();
            prop_assert_eq!(&held, &model.iter().copied().collect::<Vec<_>>());
            let missing: BTreeSet<u64> = all.gaps().into_iter().flat_map(|(first, last)| first..=last).collect();
            let span = model.first().zip(model.last());
            let outside: BTreeSet<u64> = span.into_iter().flat_map(|(a, b)| *a..=*b).filter(|n| !model.contains(n)).collect();
            prop_assert_eq!(missing, outside);
            prop_assert_eq!(all.to_string().parse::<Numbers>(), Ok(all));
        }
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3_600).unwrap()
    }

    fn report(highest: u64, chain: &str, broken_at: Option<u64>) -> Report {
        Report {
            backlog: 0,
            highest,
            chain: Some(chain.into()),
            broken_at,
        }
    }

    /// A device after these contacts: hour, clock ahead in seconds, report, numbers.
    fn device(contacts: &[(i64, i64, Option<Report>, &str)]) -> Device {
        let mut device = Device::new(at(contacts[0].0));
        for (hour, ahead, report, came) in contacts {
            device.hear(Contact {
                at: at(*hour),
                clock_ahead: Some(SignedDuration::from_secs(*ahead)),
                sender: None,
                report: report.clone(),
                numbers: numbers(came),
            });
        }
        device
    }

    #[test]
    fn somebody_is_told_what_he_can_mend() {
        use Concern::{Broken, Clock, Gap, Rewound, Shared};
        let limits = Limits {
            clock: SignedDuration::from_secs(300),
            offline: SignedDuration::from_hours(14 * 24),
        };
        let well = (0, 0, Some(report(5, "a", None)), "1-5");
        let year = 365 * 86_400;
        type Case = (
            &'static str,
            Vec<(i64, i64, Option<Report>, &'static str)>,
            Vec<(i64, i64)>,
            i64,
            Vec<Concern>,
        );
        let cases: Vec<Case> = vec![
            ("all is well", vec![well.clone()], vec![], 2, vec![]),
            ("a clock a year ahead", vec![(0, year, None, "")], vec![], 0, vec![Clock]),
            ("a clock a year behind", vec![(0, -year, None, "")], vec![], 0, vec![Clock]),
            (
                "a clock that was set right",
                vec![(0, year, None, ""), (1, 2, None, "")],
                vec![],
                1,
                vec![],
            ),
            (
                "numbers that are missing for minutes",
                vec![(0, 0, None, "1-5,7")],
                vec![],
                0,
                vec![],
            ),
            (
                "for hours",
                vec![(0, 0, None, "1-5,7"), (2, 0, None, "8")],
                vec![],
                2,
                vec![Gap],
            ),
            (
                "that came after all",
                vec![(0, 0, None, "1-5,7"), (2, 0, None, "6")],
                vec![],
                4,
                vec![],
            ),
            (
                "a record that does not hold",
                vec![(0, 0, Some(report(9, "a", Some(4))), "")],
                vec![],
                0,
                vec![Broken],
            ),
            (
                "an older record",
                vec![well.clone(), (1, 0, Some(report(4, "b", None)), "")],
                vec![],
                1,
                vec![Rewound],
            ),
            (
                "another one",
                vec![well.clone(), (1, 0, Some(report(5, "b", None)), "")],
                vec![],
                1,
                vec![Rewound],
            ),
            (
                "the same as before",
                vec![well.clone(), (1, 0, Some(report(5, "a", None)), "")],
                vec![],
                1,
                vec![],
            ),
            (
                "an older record long ago",
                vec![well.clone(), (1, 0, Some(report(4, "b", None)), "")],
                vec![],
                400,
                vec![],
            ),
            (
                "a machine that replaced another",
                vec![well.clone()],
                vec![(-9, -1)],
                1,
                vec![],
            ),
            (
                "and the other is used again",
                vec![well.clone()],
                vec![(-9, 3)],
                3,
                vec![Shared],
            ),
            ("but not any more", vec![well.clone()], vec![(-9, 3)], 400, vec![]),
            ("a machine that is replaced by another", vec![well], vec![(1, 9)], 9, vec![]),
        ];
        for (name, contacts, others, now, expected) in cases {
            let others: Vec<_> = others.into_iter().map(|(first, last)| (at(first), at(last))).collect();
            let told: Vec<_> = device(&contacts).concerns(&others, at(now), &limits).into_iter().collect();
            assert_eq!(told, expected, "{name}");
        }
    }
}
