//! Training centres (登録訓練施設) and in-house training as sites: the operator says which site is one, and from when to when. Touches there
//! count as days of training (registry rule book 8.3, way 6). That nobody needs to stand on a roster there, and that a day counts under the
//! worker's main trade for his main employer, is our reading.

use crate::TradeCode;
use crate::ids::CompanyId;
use crate::judge::RosterStanding;
use crate::organisation::{Chain, NodeId};
use crate::time::WorkDay;

/// The days on which a site is a place of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    /// First day.
    pub from: WorkDay,
    /// Last day; none: it goes on.
    pub to: Option<WorkDay>,
}

/// What is wrong with the days somebody enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingFault {
    /// The last day lies before the first one.
    TurnedRound,
    /// The last day is over: days that counted as training would be in doubt.
    Over,
}

impl Training {
    /// Whether a day is one of training.
    #[must_use]
    pub fn holds(&self, day: WorkDay) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Looks at a last day that is set today; a day of training that was, stays one.
    ///
    /// # Errors
    /// [`TrainingFault`].
    pub fn ending(&self, to: WorkDay, today: WorkDay) -> Result<Self, TrainingFault> {
        if to < self.from {
            return Err(TrainingFault::TurnedRound);
        }
        if to < today {
            return Err(TrainingFault::Over);
        }
        Ok(Self { to: Some(to), ..*self })
    }
}

/// What stands in for a row of the roster at a place of training: the worker for his main employer, in his main trade, at the top of
/// the site's organisation. None without an employer, as anywhere.
#[must_use]
pub fn stands_in(top: &NodeId, employers: &[CompanyId], trades: &[TradeCode]) -> Option<RosterStanding> {
    employers.first().map(|employer| RosterStanding {
        node: top.clone(),
        company: *employer,
        chain: Chain::Approved,
        trade: trades.first().copied(),
        position: None,
        work_content: String::new(),
        hazards: None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Attendance;
    use crate::judge::{Note, Standing, Verdict, judge};

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    #[test]
    fn days_of_training_have_ends() {
        let open = Training {
            from: day("2026-10-01"),
            to: None,
        };
        let ended = Training {
            to: Some(day("2026-11-30")),
            ..open
        };
        let cases = [
            (open, "2026-09-30", false),
            (open, "2026-10-01", true),
            (open, "2036-10-01", true),
            (ended, "2026-11-30", true),
            (ended, "2026-12-01", false),
        ];
        for (training, on, holds) in cases {
            assert_eq!(training.holds(day(on)), holds, "{training:?} {on}");
        }
        let today = day("2026-11-20");
        let cases = [
            ("2026-09-30", Err(TrainingFault::TurnedRound)),
            ("2026-11-19", Err(TrainingFault::Over)),
            ("2026-11-20", Ok(Some(today))),
            ("2027-03-31", Ok(Some(day("2027-03-31")))),
        ];
        for (to, expected) in cases {
            assert_eq!(open.ending(day(to), today).map(|t| t.to), expected, "{to}");
        }
    }

    #[test]
    fn nobody_needs_a_roster_there() {
        let top = NodeId("top".into());
        let company = CompanyId::from_free_digits(1, 22).unwrap();
        let trades: Vec<TradeCode> = vec!["10-01".parse().unwrap(), "11-01".parse().unwrap()];
        let entry = Attendance {
            first_in: Some(Timestamp::UNIX_EPOCH),
            last_out: None,
        };
        let at = |employers: &[CompanyId], trades: &[TradeCode], attendance: &Attendance| {
            let standing = Standing {
                employers: employers.to_vec(),
                trades: trades.to_vec(),
                detailed: true,
                roster: stands_in(&top, employers, trades),
                employer_chain: None,
                training: true,
            };
            judge(attendance, &standing)
        };
        let verdict = at(&[company], &trades, &entry);
        let Verdict::Counts { content, notes } = &verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!((content.employer, content.trade), (company, trades[0]));
        assert_eq!(notes, &[Note::Training]);
        let keys = |verdict: Verdict| verdict.reasons().iter().map(crate::judge::Reason::key).collect::<Vec<_>>();
        assert_eq!(keys(at(&[], &trades, &entry)), ["reason-employer-not-linked"]);
        assert_eq!(keys(at(&[company], &[], &entry)), ["reason-trade-missing"]);
        let exit = Attendance {
            first_in: None,
            last_out: Some(Timestamp::UNIX_EPOCH),
        };
        assert_eq!(keys(at(&[company], &trades, &exit)), ["reason-entry-missing"]);
    }
}
