//! Counting days: recorded days, certified time before them, and what is left out and why (skill evaluation rule book 3.1 to 3.3).

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;

use super::criteria::{Criteria, Edition};
use super::facts::{Career, Days, Facts, MonthDays, Place, months};
use crate::master::{CountsAs, TradeCode};
use crate::time::{WorkDay, YearMonth};

/// Days that count, where they come from, and what was left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// How many.
    pub days: u32,
    /// Where they come from.
    pub parts: Vec<Part>,
    /// What does not count.
    pub left: Vec<Left>,
}

/// Some of the days that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where they come from.
    pub origin: Origin,
    /// How many.
    pub days: u32,
    /// First and last month; none for days told.
    pub months: Option<(YearMonth, YearMonth)>,
}

/// Where days come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Histories at sites, under this trade.
    Site(TradeCode),
    /// Training, under this trade.
    Training(TradeCode),
    /// A certificate of earlier career (経歴証明).
    Certificate,
    /// Told without proof.
    Told,
}

/// Something that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Why.
    pub why: LeftOut,
    /// How much: days, or months for a certificate.
    pub amount: u32,
}

/// Why something does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Days under a trade that is not one of the field.
    OutsideField(TradeCode),
    /// Days without a small class (小分類).
    NoSmallClass,
    /// Days under a trade that counts only under a condition which the evaluation body looks at.
    Conditional(TradeCode),
    /// Training before training counted.
    TrainingTooEarly,
    /// Foreman's days up to the month of the foreman's course, or without one.
    BeforeCourse,
    /// Months certified as foreman, up to the month of the foreman's course, or without one.
    CertificateBeforeCourse,
    /// Squad leader's days of somebody without the course they need.
    SquadLeaderWithoutCourse,
    /// Certified months before the earliest qualification.
    CertificateBeforeStart,
    /// Certified months of somebody without any qualification: they have no beginning.
    CertificateWithoutStart,
    /// Certified months after the last that a certificate may cover.
    CertificateAfterLimit,
    /// Certified months after the registration.
    CertificateAfterRegistration,
    /// Certificates are no longer accepted on the day.
    CertificateTooLate,
    /// Certified as foreman or squad leader, not as at work.
    CertificateOutsideWork,
    /// A month with certified and recorded time: the greater counts, this was the smaller (days).
    SameMonth,
}

impl LeftOut {
    /// Stable word, for the key of its sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OutsideField(_) => "outside-field",
            Self::NoSmallClass => "no-small-class",
            Self::Conditional(_) => "conditional",
            Self::TrainingTooEarly => "training-too-early",
            Self::BeforeCourse => "before-course",
            Self::CertificateBeforeCourse => "certificate-before-course",
            Self::SquadLeaderWithoutCourse => "squad-without-course",
            Self::CertificateBeforeStart => "certificate-before-start",
            Self::CertificateWithoutStart => "certificate-without-start",
            Self::CertificateAfterLimit => "certificate-after-limit",
            Self::CertificateAfterRegistration => "certificate-after-registration",
            Self::CertificateTooLate => "certificate-too-late",
            Self::CertificateOutsideWork => "certificate-outside-work",
            Self::SameMonth => "same-month",
        }
    }

    /// The trade it is about.
    #[must_use]
    pub fn trade(self) -> Option<TradeCode> {
        match self {
            Self::OutsideField(trade) | Self::Conditional(trade) => Some(trade),
            _ => None,
        }
    }
}

/// From when on days as foreman count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    Always,
    Month(YearMonth),
    Never,
}

impl Since {
    fn counts(self, month: YearMonth) -> bool {
        match self {
            Self::Always => true,
            Self::Month(from) => from <= month,
            Self::Never => false,
        }
    }
}

/// Which days are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask {
    Work,
    /// As foreman; `squad`: as squad leader too, which `squad_held` allows.
    Foreman {
        since: Since,
        squad: bool,
        squad_held: bool,
    },
}

impl Ask {
    fn careers(self) -> &'static [Career] {
        match self {
            Self::Work => &[Career::Work],
            Self::Foreman {
                squad: true,
                squad_held: true,
                ..
            } => &[Career::Foreman, Career::SquadLeader],
            Self::Foreman { .. } => &[Career::Foreman],
        }
    }

    /// Whether days in this position count, or why not; `None`: they are not what is asked for.
    fn position(self, position: CountsAs, month: YearMonth) -> Option<Result<(), LeftOut>> {
        let Self::Foreman {
            since,
            squad,
            squad_held,
        } = self
        else {
            return Some(Ok(()));
        };
        match position {
            CountsAs::None => None,
            CountsAs::Squad if !squad => None,
            CountsAs::Squad if !squad_held => Some(Err(LeftOut::SquadLeaderWithoutCourse)),
            _ if !since.counts(month) => Some(Err(LeftOut::BeforeCourse)),
            CountsAs::Foreman | CountsAs::Squad => Some(Ok(())),
        }
    }

    fn counts(self, month: YearMonth) -> bool {
        match self {
            Self::Work => true,
            Self::Foreman { since, .. } => since.counts(month),
        }
    }
}

/// Counts days of one worker in one field on one day.
pub(super) struct Counter<'a> {
    criteria: &'a Criteria,
    facts: &'a Facts,
    on: WorkDay,
    /// Rows that count, cut at the day.
    rows: Vec<MonthDays>,
    /// Rows that do not.
    left: Vec<(LeftOut, YearMonth, Days)>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(criteria: &'a Criteria, edition: &Edition, facts: &'a Facts, on: WorkDay) -> Self {
        let mut counter = Self {
            criteria,
            facts,
            on,
            rows: Vec::new(),
            left: Vec::new(),
        };
        let today = u32::from(on.date().day().unsigned_abs());
        for row in facts.months.iter().filter(|row| row.month <= on.month()) {
            let mut row = *row;
            if row.month == on.month() {
                row.days = row.days.up_to(today);
            }
            let kept = match row.trade {
                Some(trade) if edition.trades.contains(&trade) => Ok(()),
                Some(trade) if edition.conditional.contains(&trade) => Err(LeftOut::Conditional(trade)),
                Some(trade) if trade.is_small() => Err(LeftOut::OutsideField(trade)),
                _ => Err(LeftOut::NoSmallClass),
            };
            match kept {
                Ok(()) if row.place == Place::Training => counter.training(row),
                Ok(()) => counter.rows.push(row),
                Err(why) => counter.left.push((why, row.month, row.days)),
            }
        }
        counter.rows.sort_unstable();
        counter
    }

    fn training(&mut self, row: MonthDays) {
        let from = self.criteria.rules.training_from;
        let first = match row.month.cmp(&from.month()) {
            std::cmp::Ordering::Less => 32,
            std::cmp::Ordering::Equal => u32::from(from.date().day().unsigned_abs()),
            std::cmp::Ordering::Greater => 1,
        };
        let counting = if first > 31 {
            Days::default()
        } else {
            row.days.from_day(first)
        };
        self.left
            .push((LeftOut::TrainingTooEarly, row.month, row.days.without(counting)));
        self.rows.push(MonthDays { days: counting, ..row });
    }

    /// The days that count, told apart by origin.
    pub(super) fn count(&self, ask: Ask) -> Counted {
        let mut left = Leftovers::default();
        let mut by_month: BTreeMap<YearMonth, Days> = BTreeMap::new();
        let mut by_origin: BTreeMap<Origin, BTreeMap<YearMonth, Days>> = BTreeMap::new();
        let mut refused = Vec::new();
        for row in &self.rows {
            match (ask.position(row.position, row.month), row.trade) {
                (Some(Ok(())), Some(trade)) => {
                    let all = by_month.entry(row.month).or_default();
                    let origin = match row.place {
                        Place::Site => Origin::Site(trade),
                        Place::Training => Origin::Training(trade),
                    };
                    let own = by_origin.entry(origin).or_default().entry(row.month).or_default();
                    *own = own.union(row.days.without(*all));
                    *all = all.union(row.days);
                }
                (Some(Err(why)), _) => refused.push((why, row.month, row.days)),
                _ => {}
            }
        }
        let outside: &[_] = if matches!(ask, Ask::Work) { &self.left } else { &[] };
        for (why, month, days) in refused.iter().chain(outside) {
            let counted = by_month.get(month).copied().unwrap_or_default();
            left.days(*why, *month, days.without(counted));
        }
        let certified = self.certified(ask, &mut left);
        // A month that is certified and recorded: the greater counts.
        let per_year = self.criteria.rules.days_per_year;
        let is_recorded = |month: &YearMonth| by_month.get(month).is_some_and(|days| days.count() * 12 >= per_year);
        let certified_months: BTreeSet<YearMonth> = certified.iter().copied().filter(|m| !is_recorded(m)).collect();
        left.add(LeftOut::SameMonth, {
            let smaller = certified_months.iter().filter_map(|month| by_month.get(month));
            smaller.map(|days| days.count()).sum()
        });
        let mut parts = Vec::new();
        for (origin, own) in &by_origin {
            let kept: Vec<(&YearMonth, &Days)> = own
                .iter()
                .filter(|(month, days)| !certified_months.contains(month) && days.count() > 0)
                .collect();
            let days = kept.iter().map(|(_, days)| days.count()).sum();
            if let (Some((first, _)), Some((last, _))) = (kept.first(), kept.last()) {
                parts.push(Part {
                    origin: *origin,
                    days,
                    months: Some((**first, **last)),
                });
            }
        }
        if let (Some(first), Some(last)) = (certified_months.first(), certified_months.last()) {
            let count = u32::try_from(certified_months.len()).unwrap_or(u32::MAX);
            parts.push(Part {
                origin: Origin::Certificate,
                days: count.saturating_mul(per_year) / 12,
                months: Some((*first, *last)),
            });
        }
        let told = self.told(ask);
        if told > 0 {
            parts.push(Part {
                origin: Origin::Told,
                days: told,
                months: None,
            });
        }
        Counted {
            days: parts.iter().map(|part| part.days).sum(),
            parts,
            left: left.into_list(),
        }
    }

    fn told(&self, ask: Ask) -> u32 {
        let told = self.facts.told;
        match ask {
            Ask::Work => told.work,
            Ask::Foreman {
                squad: true,
                squad_held: true,
                ..
            } => told.foreman.saturating_add(told.squad),
            Ask::Foreman { .. } => told.foreman,
        }
    }

    /// Certified months that count.
    fn certified(&self, ask: Ask, left: &mut Leftovers) -> BTreeSet<YearMonth> {
        let mut kept = BTreeSet::new();
        for career in ask.careers() {
            kept.extend(self.certified_as(*career, left));
        }
        if !matches!(ask, Ask::Work) {
            let work = self.certified_as(Career::Work, &mut Leftovers::default());
            kept = left.keep(kept, LeftOut::CertificateOutsideWork, |month| work.contains(month));
            kept = left.keep(kept, LeftOut::CertificateBeforeCourse, |month| ask.counts(*month));
        }
        kept
    }

    fn certified_as(&self, career: Career, left: &mut Leftovers) -> BTreeSet<YearMonth> {
        let rules = &self.criteria.rules;
        let periods = self.facts.certified.iter().filter(|period| period.career == career);
        let all: BTreeSet<YearMonth> = periods.flat_map(|period| months(period.from, period.to)).collect();
        if self.on > rules.certificate_accepted_until {
            return left.keep(all, LeftOut::CertificateTooLate, |_| false);
        }
        let Some(start) = self.facts.start() else {
            return left.keep(all, LeftOut::CertificateWithoutStart, |_| false);
        };
        let all = left.keep(all, LeftOut::CertificateBeforeStart, |month| *month >= start.month());
        let all = left.keep(all, LeftOut::CertificateAfterLimit, |month| *month <= rules.certificate_until);
        let registered = self.facts.registered.month();
        left.keep(all, LeftOut::CertificateAfterRegistration, |month| *month <= registered)
    }

    /// When so many more days will be there at the pace of the last months, if there is one.
    pub(super) fn forecast(&self, ask: Ask, missing: u32, pace_months: u32) -> Option<WorkDay> {
        let back = self.on.date().checked_sub(i64::from(pace_months).months()).ok()?;
        let counting = self
            .rows
            .iter()
            .filter(|row| matches!(ask.position(row.position, row.month), Some(Ok(()))));
        let mut by_month: BTreeMap<YearMonth, Days> = BTreeMap::new();
        for row in counting {
            let all = by_month.entry(row.month).or_default();
            *all = all.union(row.days);
        }
        // A day of the window's first month that lies before it is left out.
        let window = WorkDay::from_date(back).plus(1);
        let first = by_month.iter().find_map(|(month, days)| days.first(*month))?;
        let from = window.max(first);
        let recent: u32 = by_month
            .iter()
            .filter(|(month, _)| **month >= from.month())
            .map(|(month, days)| {
                if *month == from.month() {
                    days.from_day(u32::from(from.date().day().unsigned_abs())).count()
                } else {
                    days.count()
                }
            })
            .sum();
        let span = u32::try_from(from.date().until(self.on.date()).ok()?.get_days()).ok()? + 1;
        // Too little to tell a pace from.
        if recent == 0 || span < LEAST_SPAN {
            return None;
        }
        let wait = u64::from(missing) * u64::from(span);
        let wait = i32::try_from(wait.div_ceil(u64::from(recent))).ok()?;
        (wait <= LONGEST_WAIT).then(|| self.on.plus(wait))
    }
}

/// Days that must have passed before a pace is told.
const LEAST_SPAN: u32 = 28;
/// Longer than a working life: no date is told.
const LONGEST_WAIT: i32 = 50 * 366;

/// What is left out, by reason.
#[derive(Default)]
struct Leftovers {
    days: BTreeMap<(LeftOut, YearMonth), Days>,
    amounts: BTreeMap<LeftOut, u32>,
}

impl Leftovers {
    fn days(&mut self, why: LeftOut, month: YearMonth, days: Days) {
        let all = self.days.entry((why, month)).or_default();
        *all = all.union(days);
    }

    fn add(&mut self, why: LeftOut, amount: u32) {
        *self.amounts.entry(why).or_default() += amount;
    }

    /// Keeps the months that pass, and notes how many do not.
    fn keep(&mut self, months: BTreeSet<YearMonth>, why: LeftOut, passes: impl Fn(&YearMonth) -> bool) -> BTreeSet<YearMonth> {
        let before = months.len();
        let kept: BTreeSet<YearMonth> = months.into_iter().filter(passes).collect();
        self.add(why, u32::try_from(before - kept.len()).unwrap_or(u32::MAX));
        kept
    }

    fn into_list(mut self) -> Vec<Left> {
        for ((why, _), days) in std::mem::take(&mut self.days) {
            self.add(why, days.count());
        }
        let some = self.amounts.into_iter().filter(|(_, amount)| *amount > 0);
        some.map(|(why, amount)| Left { why, amount }).collect()
    }
}
