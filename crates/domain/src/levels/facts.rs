//! What is known of a worker, summed up so far that many millions can be judged: one small row per month, trade and position.

use crate::master::{CountsAs, TradeCode};
use crate::time::{WorkDay, YearMonth};

/// Days of one month as bits: bit n is the n-th. So a day counts once, wherever it comes from, and in whatever order.
///
/// A database makes it by `sum(distinct 1 << day)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Days(u32);

impl Days {
    /// From bits 1 to 31; others are dropped.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & 0xFFFF_FFFE)
    }

    /// One day of a month.
    #[must_use]
    pub fn of(day: WorkDay) -> Self {
        Self(1 << day.date().day().unsigned_abs())
    }

    /// How many.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The first of them, in their month.
    #[must_use]
    pub fn first(self, month: YearMonth) -> Option<WorkDay> {
        let day = i32::try_from(self.0.trailing_zeros()).ok().filter(|day| *day < 32)?;
        Some(month.first().plus(day - 1))
    }

    /// In either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In this, not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Up to the n-th.
    #[must_use]
    pub fn up_to(self, day: u32) -> Self {
        Self(self.0 & (u32::MAX >> 31u32.saturating_sub(day)))
    }

    /// From the n-th on.
    #[must_use]
    pub fn from_day(self, day: u32) -> Self {
        Self(self.0 & (u32::MAX << day.min(31)))
    }
}

/// Where days come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Histories at sites that count.
    Site,
    /// Days of training.
    Training,
}

/// Days of a worker in one month under one trade and in one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDays {
    /// The month.
    pub month: YearMonth,
    /// The trade on those days; none if none was told.
    pub trade: Option<TradeCode>,
    /// What the position counts as.
    pub position: CountsAs,
    /// Where.
    pub place: Place,
    /// The days.
    pub days: Days,
}

/// What a certificate of earlier career (経歴証明) certifies. The three are told apart, as on its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Career {
    /// Time at work in the field.
    Work,
    /// Of it, as foreman.
    Foreman,
    /// Of it, as squad leader.
    SquadLeader,
}

impl Career {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Work, Self::Foreman, Self::SquadLeader];

    /// Stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Foreman => "foreman",
            Self::SquadLeader => "squad_leader",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|career| career.word() == word)
    }
}

/// A certified time: months, the first and the last counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// What was done.
    pub career: Career,
    /// First month.
    pub from: YearMonth,
    /// Last month; a period that ends before it begins certifies nothing.
    pub to: YearMonth,
}

/// A qualification as the worker registered it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Its code, where registered with one.
    pub code: Option<String>,
    /// Day it was gained; none where only its having was told (the simple check).
    pub since: Option<WorkDay>,
    /// Last day it holds, if it has one.
    pub until: Option<WorkDay>,
}

/// Days told without proof: what the simple check (簡易レベル判定) is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Days at work.
    pub work: u32,
    /// Of them as foreman.
    pub foreman: u32,
    /// Of them as squad leader.
    pub squad: u32,
}

/// What is known of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Detailed registration (詳細型): only then is a level given.
    pub detailed: bool,
    /// Day of registration: certified time ends there.
    pub registered: WorkDay,
    /// Days held by the registry. Rows may repeat and come in any order.
    pub months: Vec<MonthDays>,
    /// Certified time before.
    pub certified: Vec<Period>,
    /// Registered qualifications.
    pub qualifications: Vec<Held>,
    /// Days told without proof.
    pub told: Told,
}

impl Facts {
    /// The earliest day on which a qualification was gained: certified time begins there (起算点).
    #[must_use]
    pub fn start(&self) -> Option<WorkDay> {
        self.qualifications.iter().filter_map(|held| held.since).min()
    }
}

/// The months from one to another, both counted. A span no life is as long as gives the first hundred years.
pub(super) fn months(from: YearMonth, to: YearMonth) -> impl Iterator<Item = YearMonth> {
    let mut next = from;
    std::iter::from_fn(move || {
        let month = next;
        next = next.next();
        (month <= to).then_some(month)
    })
    .take(1_200)
}
