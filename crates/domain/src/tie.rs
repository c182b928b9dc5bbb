//! Ties (所属) of worker and company: when an employer may end one, and when he may take that back.
//!
//! Registry rule book 2.7: the employer can cut the tie itself; while it lasts the worker stands in its lists and rosters. Which
//! days may be given was not read anywhere: our rule.

use crate::judge::open_since;
use crate::time::WorkDay;

/// Why a tie cannot end on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoEnd {
    /// The tie had not begun.
    BeforeItBegan,
    /// The day lies in a month that can no longer be mended: its days stay as they were judged.
    TooLongAgo {
        /// The first day that can be given.
        since: WorkDay,
    },
    /// It is still to come.
    ToCome,
}

/// Whether a tie that began on `from` can end with `last` as its last day. `mending_months`: how long days can be mended.
///
/// # Errors
/// [`NoEnd`].
pub fn may_end(from: WorkDay, last: WorkDay, today: WorkDay, mending_months: i64) -> Result<(), NoEnd> {
    let since = open_since(today, mending_months);
    if last < from {
        Err(NoEnd::BeforeItBegan)
    } else if last > today {
        Err(NoEnd::ToCome)
    } else if last < since {
        Err(NoEnd::TooLongAgo { since })
    } else {
        Ok(())
    }
}

/// Why a worker cannot move on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMove {
    /// The tie he leaves would have no day.
    BeforeItBegan {
        /// The first day that can be given.
        first: WorkDay,
    },
    /// It lies in a month that can no longer be mended.
    TooLongAgo {
        /// The first day that can be given.
        since: WorkDay,
    },
    /// It lies too far ahead.
    TooFarAhead {
        /// The last day that can be given.
        until: WorkDay,
    },
}

/// Whether a worker can tell that he belongs to a company from `first` on. `began`: first day of the tie he leaves, if he leaves one;
/// its last day is the day before.
///
/// # Errors
/// [`NoMove`].
pub fn may_move(
    began: Option<WorkDay>,
    first: WorkDay,
    today: WorkDay,
    mending_months: i64,
    ahead_days: i64,
) -> Result<(), NoMove> {
    let since = open_since(today, mending_months);
    let until = today.plus(i32::try_from(ahead_days).unwrap_or(i32::MAX));
    match began {
        _ if first > until => Err(NoMove::TooFarAhead { until }),
        _ if first < since => Err(NoMove::TooLongAgo { since }),
        Some(began) if first <= began => Err(NoMove::BeforeItBegan { first: began.plus(1) }),
        _ => Ok(()),
    }
}

/// Whether an end that was entered on a day can be taken back: on that day only. Later the worker may have relied on it.
#[must_use]
pub fn may_take_back(entered_on: WorkDay, today: WorkDay) -> bool {
    entered_on == today
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    #[test]
    fn table_of_days() {
        let today = day("2026-11-20");
        let since = day("2026-10-01");
        let cases = [
            ("2020-04-01", "2026-11-20", Ok(())),
            ("2020-04-01", "2026-11-19", Ok(())),
            ("2020-04-01", "2026-10-01", Ok(())),
            ("2020-04-01", "2026-09-30", Err(NoEnd::TooLongAgo { since })),
            ("2020-04-01", "2026-11-21", Err(NoEnd::ToCome)),
            ("2026-11-20", "2026-11-20", Ok(())),
            ("2026-11-20", "2026-11-19", Err(NoEnd::BeforeItBegan)),
            ("2026-12-01", "2026-11-30", Err(NoEnd::BeforeItBegan)),
        ];
        for (from, last, expected) in cases {
            assert_eq!(may_end(day(from), day(last), today, 1), expected, "{from} to {last}");
        }
    }

    #[test]
    fn table_of_moves() {
        let today = day("2026-11-20");
        let (since, until) = (day("2026-10-01"), day("2027-01-21"));
        let cases = [
            (Some("2020-04-01"), "2026-11-20", Ok(())),
            (Some("2020-04-01"), "2026-10-01", Ok(())),
            (Some("2020-04-01"), "2026-09-30", Err(NoMove::TooLongAgo { since })),
            (Some("2020-04-01"), "2027-01-21", Ok(())),
            (Some("2020-04-01"), "2027-01-22", Err(NoMove::TooFarAhead { until })),
            (
                Some("2026-11-10"),
                "2026-11-10",
                Err(NoMove::BeforeItBegan {
                    first: day("2026-11-11"),
                }),
            ),
            (Some("2026-11-10"), "2026-11-11", Ok(())),
            (None, "2026-10-01", Ok(())),
            (None, "2026-09-30", Err(NoMove::TooLongAgo { since })),
        ];
        for (began, first, expected) in cases {
            assert_eq!(
                may_move(began.map(day), day(first), today, 1, 62),
                expected,
                "{began:?} to {first}"
            );
        }
    }

    #[test]
    fn taken_back_on_the_same_day_only() {
        let entered = day("2026-11-20");
        assert!(may_take_back(entered, entered));
        assert!(!may_take_back(entered, day("2026-11-21")));
        assert!(!may_take_back(entered, day("2026-11-19")));
    }
}
