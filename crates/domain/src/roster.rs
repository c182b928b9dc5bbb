//! The roster (施工体制技能者・作業員名簿) of a site: what a row still lacks, to which of several places a worker's history accrues,
//! and what runs out soon.
//!
//! Registry rule book chapter 7 (R-ROS) and 2.6; when something is told is a row of `data/policies.csv`.

use serde::{Deserialize, Serialize};

use crate::master::TradeCode;
use crate::organisation::Chain;
use crate::time::WorkDay;

/// How a thing that holds until a day stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// Holds for longer than anybody has to know.
    Fine,
    /// Runs out within the days of the first notice.
    Soon,
    /// Runs out within the days of the last notice.
    VerySoon,
    /// Has run out: today is behind its last day.
    Over,
}

impl Expiry {
    /// Word in keys and in the record of what was told.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Soon => "soon",
            Self::VerySoon => "very_soon",
            Self::Over => "over",
        }
    }
}

/// How something stands whose last day is `until`. `first` and `last` are the days of the two notices.
#[must_use]
pub fn expiry(until: WorkDay, today: WorkDay, first: i64, last: i64) -> Expiry {
    let within = |days: i64| until <= today.plus(i32::try_from(days).unwrap_or(i32::MAX));
    if until < today {
        Expiry::Over
    } else if within(last.min(first)) {
        Expiry::VerySoon
    } else if within(first) {
        Expiry::Soon
    } else {
        Expiry::Fine
    }
}

/// What a row says of hazardous substances (有害物質の取扱い) and special check-ups (特殊健康診断); a history keeps a copy (rule book 8.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hazards {
    /// What is handled: an id of the master data.
    pub hazard: Option<String>,
    /// In words, if it is another one.
    pub hazard_other: String,
    /// The check-ups: ids of the master data.
    pub checkups: Vec<String>,
    /// Others, in words.
    pub checkup_other: String,
}

/// What a row lacks, or what is wrong with it. The first four keep its days from counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The company or one above it has not approved.
    Approval,
    /// The worker does not belong to the row's company (any more).
    Tie,
    /// No trade to the small class.
    Trade,
    /// A trade that he has not registered.
    TradeNotHeld,
    /// Something has run out or does soon: stay, card, qualification.
    Expiry,
    /// Not insured, or not told whether.
    Insurance,
    /// No day of the education on entering the site (新規入場者教育).
    Education,
    /// No day on which he consented to his data being handed to the prime.
    Consent,
}

impl Lack {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Approval,
        Self::Tie,
        Self::Trade,
        Self::TradeNotHeld,
        Self::Expiry,
        Self::Insurance,
        Self::Education,
        Self::Consent,
    ];

    /// Word in addresses and translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Tie => "tie",
            Self::Trade => "trade",
            Self::TradeNotHeld => "trade-not-held",
            Self::Expiry => "expiry",
            Self::Insurance => "insurance",
            Self::Education => "education",
            Self::Consent => "consent",
        }
    }

    /// From the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lack| lack.word() == word)
    }

    /// Whether it keeps days from counting (R-HIS-5); the others are papers that the site needs.
    #[must_use]
    pub fn stops_counting(self) -> bool {
        matches!(self, Self::Approval | Self::Tie | Self::Trade | Self::TradeNotHeld)
    }
}

/// What is known of a row.
#[derive(Debug, Clone, Copy)]
pub struct RowFacts {
    /// Approval up to the prime.
    pub chain: Chain,
    /// The worker belongs to the row's company today.
    pub tied: bool,
    /// Trade of the row.
    pub trade: Option<TradeCode>,
    /// He has registered that trade.
    pub held: bool,
    /// The worst of what he has that runs out.
    pub expiry: Expiry,
    /// Health, pension and employment insurance are told, and none of them says "not insured".
    pub insured: bool,
    /// The education on entering the site has its day.
    pub educated: bool,
    /// So has his consent.
    pub consented: bool,
}

/// What a row lacks, in order; nothing: it is as it should be.
#[must_use]
pub fn lacks(facts: &RowFacts) -> Vec<Lack> {
    let holds = |lack: &Lack| match lack {
        Lack::Approval => facts.chain != Chain::Approved,
        Lack::Tie => !facts.tied,
        Lack::Trade => facts.trade.is_none_or(|trade| !trade.is_small()),
        Lack::TradeNotHeld => facts.trade.is_some_and(TradeCode::is_small) && !facts.held,
        Lack::Expiry => facts.expiry != Expiry::Fine,
        Lack::Insurance => !facts.insured,
        Lack::Education => !facts.educated,
        Lack::Consent => !facts.consented,
    };
    Lack::ALL.into_iter().filter(holds).collect()
}

/// What is said about where a worker's history goes who stands at another place of the site too (R-ROS-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accrual {
    /// Nobody was asked: as long as the other place is alive it stays there.
    Unsaid,
    /// It stays where it is.
    Stay,
    /// It shall come here.
    Here,
}

/// Whether a new row takes the worker's history. `elsewhere`: whether the place that has it now is dead (ended, or he has left that
/// company); none: no other place has it.
#[must_use]
pub fn takes_history(elsewhere: Option<bool>, said: Accrual) -> bool {
    match (elsewhere, said) {
        (None, _) | (Some(_), Accrual::Here) => true,
        (Some(dead), Accrual::Unsaid) => dead,
        (Some(_), Accrual::Stay) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CompanyId;

    #[test]
    fn what_runs_out_and_when_it_is_told() {
        let today: WorkDay = "2026-11-20".parse().unwrap();
        let cases = [
            ("2026-11-19", Expiry::Over),
            ("2026-11-20", Expiry::VerySoon), // its last day still holds
            ("2026-11-27", Expiry::VerySoon),
            ("2026-11-28", Expiry::Soon),
            ("2026-12-20", Expiry::Soon),
            ("2026-12-21", Expiry::Fine),
            ("2036-02-29", Expiry::Fine),
        ];
        for (until, expected) in cases {
            assert_eq!(expiry(until.parse().unwrap(), today, 30, 7), expected, "{until}");
        }
        // A table that puts the last notice before the first does not hide anything.
        assert_eq!(expiry("2026-11-25".parse().unwrap(), today, 3, 7), Expiry::Fine);
        assert_eq!(expiry("2026-11-22".parse().unwrap(), today, 3, 7), Expiry::VerySoon);
        assert_eq!(expiry(today, today, 0, 0), Expiry::VerySoon);
        assert!(
            Expiry::Over > Expiry::VerySoon && Expiry::Soon > Expiry::Fine,
            "the worst is the greatest"
        );
    }

    #[test]
    fn what_a_row_lacks() {
        let small: TradeCode = "01-01".parse().unwrap();
        let whole = RowFacts {
            chain: Chain::Approved,
            tied: true,
            trade: Some(small),
            held: true,
            expiry: Expiry::Fine,
            insured: true,
            educated: true,
            consented: true,
        };
        let company = CompanyId::from_free_digits(1, 22).unwrap();
        let cases: [(RowFacts, &[Lack]); 12] = [
            (whole, &[]),
            (
                RowFacts {
                    chain: Chain::UpperOpen(company),
                    ..whole
                },
                &[Lack::Approval],
            ),
            (
                RowFacts {
                    chain: Chain::OwnOpen,
                    ..whole
                },
                &[Lack::Approval],
            ),
            (RowFacts { tied: false, ..whole }, &[Lack::Tie]),
            (
                RowFacts {
                    trade: None,
                    held: false,
                    ..whole
                },
                &[Lack::Trade],
            ),
            (
                RowFacts {
                    trade: Some(small.large()),
                    held: false,
                    ..whole
                },
                &[Lack::Trade],
            ),
            (RowFacts { held: false, ..whole }, &[Lack::TradeNotHeld]),
            (
                RowFacts {
                    expiry: Expiry::Soon,
                    ..whole
                },
                &[Lack::Expiry],
            ),
            (RowFacts { insured: false, ..whole }, &[Lack::Insurance]),
            (
                RowFacts {
                    educated: false,
                    ..whole
                },
                &[Lack::Education],
            ),
            (
                RowFacts {
                    consented: false,
                    ..whole
                },
                &[Lack::Consent],
            ),
            (
                RowFacts {
                    tied: false,
                    trade: None,
                    expiry: Expiry::Over,
                    consented: false,
                    ..whole
                },
                &[Lack::Tie, Lack::Trade, Lack::Expiry, Lack::Consent],
            ),
        ];
        for (facts, expected) in cases {
            assert_eq!(lacks(&facts), expected, "{facts:?}");
        }
        for lack in Lack::ALL {
            assert_eq!(Lack::from_word(lack.word()), Some(lack));
        }
        assert_eq!(Lack::ALL.iter().filter(|lack| lack.stops_counting()).count(), 4);
    }

    #[test]
    fn where_the_history_goes() {
        use Accrual::{Here, Stay, Unsaid};
        // place that has it now (dead?), said → comes here
        let cases = [
            (None, Unsaid, true),
            (None, Stay, true),
            (None, Here, true),
            (Some(false), Unsaid, false),
            (Some(true), Unsaid, true),
            (Some(false), Stay, false),
            (Some(true), Stay, false),
            (Some(false), Here, true),
            (Some(true), Here, true),
        ];
        for (elsewhere, said, expected) in cases {
            assert_eq!(takes_history(elsewhere, said), expected, "{elsewhere:?} {said:?}");
        }
    }
}
