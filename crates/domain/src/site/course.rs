//! How a site stands on a day, and the table of what may be done with it then: it draws the buttons and guards the use cases.

use serde::{Deserialize, Serialize};

use crate::time::WorkDay;

/// How a site stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Its history period has not begun (準備中).
    Planned,
    /// Touches become histories (稼働中).
    Open,
    /// Suspended for a while (中断中).
    Suspended,
    /// Its history period is over, or was ended early (終了).
    Ended,
    /// Deleted before anybody worked there (削除).
    Deleted,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Planned, Self::Open, Self::Suspended, Self::Ended, Self::Deleted];

    /// Part of translation keys and of the list's filter.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
            Self::Deleted => "deleted",
        }
    }

    /// From the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What can be done with a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// Change its data.
    Change,
    /// Suspend it (中断).
    Suspend,
    /// Go on (再開), or call off a suspension that lies ahead.
    Resume,
    /// End it before the last day of its period (早期終了).
    EndEarly,
    /// Take back an early end.
    Reopen,
    /// Delete it (削除).
    Delete,
}

impl Move {
    /// All moves.
    pub const ALL: [Self; 6] = [
        Self::Change,
        Self::Suspend,
        Self::Resume,
        Self::EndEarly,
        Self::Reopen,
        Self::Delete,
    ];

    /// Part of translation keys and of forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::EndEarly => "end",
            Self::Reopen => "reopen",
            Self::Delete => "delete",
        }
    }

    /// From the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }
}

/// What decides beside the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Somebody's touches were taken in there, ever.
    pub has_history: bool,
    /// It was ended early.
    pub ended_early: bool,
    /// A suspension lies ahead or runs.
    pub pause_open: bool,
}

/// The table of allowed moves. A site with histories is never deleted (registry rule book R-SITE-3); one suspension at a time.
#[must_use]
pub fn allowed(state: State, step: Move, facts: Facts) -> bool {
    match (state, step) {
        (State::Deleted, _) => false,
        (_, Move::Change) => true,
        (State::Planned | State::Open, Move::Suspend) => !facts.pause_open,
        (State::Planned | State::Open | State::Suspended, Move::Resume) => facts.pause_open,
        (State::Open | State::Suspended, Move::EndEarly) => !facts.ended_early,
        (_, Move::Reopen) => facts.ended_early,
        (_, Move::Delete) => !facts.has_history,
        _ => false,
    }
}

/// A suspension (中断): whole days on which touches are not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// First day.
    pub from: WorkDay,
    /// Last day; none: until somebody says that work goes on.
    pub to: Option<WorkDay>,
}

impl Pause {
    /// Whether a day lies in it.
    #[must_use]
    pub fn holds(&self, day: WorkDay) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it runs on a day or lies ahead of it.
    #[must_use]
    pub fn is_open(&self, today: WorkDay) -> bool {
        self.to.is_none_or(|to| today <= to)
    }
}

/// What is known of a site's course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// First and last day on which touches become histories.
    pub period: (WorkDay, WorkDay),
    /// The last day that was meant, if it was ended early.
    pub planned_end: Option<WorkDay>,
    /// Suspensions, oldest first.
    pub pauses: Vec<Pause>,
    /// It was deleted.
    pub deleted: bool,
}

impl Course {
    /// How the site stands on a day.
    #[must_use]
    pub fn state(&self, day: WorkDay) -> State {
        if self.deleted {
            State::Deleted
        } else if day > self.period.1 {
            State::Ended
        } else if day < self.period.0 {
            State::Planned
        } else if self.pauses.iter().any(|pause| pause.holds(day)) {
            State::Suspended
        } else {
            State::Open
        }
    }

    /// The suspension that runs on a day or lies ahead of it.
    #[must_use]
    pub fn open_pause(&self, today: WorkDay) -> Option<Pause> {
        self.pauses.iter().copied().find(|pause| pause.is_open(today))
    }

    /// What decides about moves today.
    #[must_use]
    pub fn facts(&self, today: WorkDay, has_history: bool) -> Facts {
        Facts {
            has_history,
            ended_early: self.planned_end.is_some(),
            pause_open: self.open_pause(today).is_some(),
        }
    }
}

/// Why a move is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveFault {
    /// The table does not allow it as the site stands.
    NotAllowed,
    /// The day lies outside the site's period.
    OutsidePeriod {
        /// First day of the period.
        from: WorkDay,
        /// Last day of the period.
        to: WorkDay,
    },
    /// The last day lies before the first.
    Backward,
    /// Somebody worked on this day: his history would lie in days that are said to have none.
    Worked {
        /// The day.
        day: WorkDay,
    },
    /// These days were suspended already.
    Twice,
}

/// Whether a site may be suspended. `worked`: a day on which somebody's touches were taken in, the first from the first day of the
/// suspension on, if there is one.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_pause(course: &Course, pause: Pause, worked: Option<WorkDay>) -> Result<(), MoveFault> {
    let (from, to) = course.period;
    if pause.to.is_some_and(|last| last < pause.from) {
        return Err(MoveFault::Backward);
    }
    if pause.from < from || pause.from > to || pause.to.is_some_and(|last| last > to) {
        return Err(MoveFault::OutsidePeriod { from, to });
    }
    let overlaps = |known: &Pause| {
        let before = known.to.is_some_and(|last| last < pause.from);
        let behind = pause.to.is_some_and(|last| last < known.from);
        !(before || behind)
    };
    if course.pauses.iter().any(overlaps) {
        return Err(MoveFault::Twice);
    }
    match worked.filter(|day| pause.holds(*day)) {
        Some(day) => Err(MoveFault::Worked { day }),
        None => Ok(()),
    }
}

/// Whether a site may end early with this last day. `last_worked`: the last day on which somebody's touches were taken in.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_end(course: &Course, last: WorkDay, last_worked: Option<WorkDay>) -> Result<(), MoveFault> {
    let (from, to) = course.period;
    if last < from || last >= to {
        return Err(MoveFault::OutsidePeriod { from, to: to.plus(-1) });
    }
    match last_worked.filter(|day| *day > last) {
        Some(day) => Err(MoveFault::Worked { day }),
        None => Ok(()),
    }
}

/// Whether a period may become this. `worked`: first and last day on which somebody's touches were taken in.
///
/// # Errors
/// The day that would fall out of it.
pub fn check_period(new: (WorkDay, WorkDay), worked: Option<(WorkDay, WorkDay)>) -> Result<(), MoveFault> {
    let Some((first, last)) = worked else { return Ok(()) };
    if first < new.0 {
        Err(MoveFault::Worked { day: first })
    } else if last > new.1 {
        Err(MoveFault::Worked { day: last })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    fn pause(from: &str, to: Option<&str>) -> Pause {
        Pause {
            from: day(from),
            to: to.map(day),
        }
    }

    fn course(pauses: &[Pause]) -> Course {
        Course {
            period: (day("2026-10-01"), day("2027-03-31")),
            planned_end: None,
            pauses: pauses.to_vec(),
            deleted: false,
        }
    }

    #[test]
    fn the_table_of_moves() {
        use {Move as M, State as S};
        let (none, worked, early, paused) = (
            Facts::default(),
            Facts {
                has_history: true,
                ..Facts::default()
            },
            Facts {
                ended_early: true,
                ..Facts::default()
            },
            Facts {
                pause_open: true,
                ..Facts::default()
            },
        );
        // Change, Suspend, Resume, EndEarly, Reopen, Delete
        let cases = [
            (S::Planned, none, "++---+"),
            (S::Planned, paused, "+-+--+"),
            (S::Open, none, "++-+-+"),
            (S::Open, worked, "++-+--"),
            (S::Open, early, "++--++"),  // ended early with a last day that lies ahead
            (S::Open, paused, "+-++-+"), // a suspension lies ahead
            (S::Suspended, paused, "+-++-+"),
            (S::Ended, none, "+----+"),
            (S::Ended, worked, "+-----"),
            (S::Ended, early, "+---++"),
            (S::Deleted, none, "------"),
            (S::Deleted, early, "------"),
        ];
        for (state, facts, expected) in cases {
            let row: String = M::ALL
                .iter()
                .map(|m| if allowed(state, *m, facts) { '+' } else { '-' })
                .collect();
            assert_eq!(row, expected, "{state:?} {facts:?}");
        }
        for state in S::ALL {
            assert_eq!(S::from_word(state.word()), Some(state));
        }
        for step in M::ALL {
            assert_eq!(M::from_word(step.word()), Some(step));
        }
    }

    #[test]
    fn how_a_site_stands() {
        let with = course(&[
            pause("2026-11-10", Some("2026-11-12")),
            pause("2026-12-28", Some("2027-01-05")),
        ]);
        let cases = [
            ("2026-09-30", State::Planned),
            ("2026-10-01", State::Open),
            ("2026-11-09", State::Open),
            ("2026-11-10", State::Suspended),
            ("2026-11-12", State::Suspended),
            ("2026-11-13", State::Open),
            ("2027-03-31", State::Open),
            ("2027-04-01", State::Ended),
        ];
        for (on, state) in cases {
            assert_eq!(with.state(day(on)), state, "{on}");
        }
        assert_eq!(with.open_pause(day("2026-11-12")), Some(with.pauses[0]));
        assert_eq!(with.open_pause(day("2026-11-13")), Some(with.pauses[1]));
        assert_eq!(with.open_pause(day("2027-01-06")), None);
        let endless = course(&[pause("2026-11-10", None)]);
        assert_eq!(endless.state(day("2027-03-31")), State::Suspended);
        assert_eq!(endless.state(day("2027-04-01")), State::Ended);
        let deleted = Course {
            deleted: true,
            ..course(&[])
        };
        assert_eq!(deleted.state(day("2026-11-10")), State::Deleted);
    }

    #[test]
    fn when_a_site_may_be_suspended() {
        let period = MoveFault::OutsidePeriod {
            from: day("2026-10-01"),
            to: day("2027-03-31"),
        };
        let before = [pause("2026-11-01", Some("2026-11-05"))];
        let cases = [
            (pause("2026-11-10", None), None, Ok(())),
            (pause("2026-11-10", Some("2026-11-10")), None, Ok(())),
            (pause("2026-11-10", Some("2026-11-09")), None, Err(MoveFault::Backward)),
            (pause("2026-09-30", None), None, Err(period)),
            (pause("2027-03-31", Some("2027-04-01")), None, Err(period)),
            (pause("2026-11-05", None), None, Err(MoveFault::Twice)),
            (pause("2026-10-20", None), None, Err(MoveFault::Twice)),
            (pause("2026-10-20", Some("2026-10-31")), None, Ok(())),
            (pause("2026-11-06", None), None, Ok(())),
            (
                pause("2026-11-10", None),
                Some("2026-11-20"),
                Err(MoveFault::Worked { day: day("2026-11-20") }),
            ),
            (pause("2026-11-10", Some("2026-11-19")), Some("2026-11-20"), Ok(())),
        ];
        for (new, worked, expected) in cases {
            assert_eq!(check_pause(&course(&before), new, worked.map(day)), expected, "{new:?}");
        }
    }

    #[test]
    fn when_a_site_may_end_early_and_its_period_change() {
        let period = MoveFault::OutsidePeriod {
            from: day("2026-10-01"),
            to: day("2027-03-30"),
        };
        let worked = |on| Err(MoveFault::Worked { day: day(on) });
        let ends = [
            ("2026-12-31", None, Ok(())),
            ("2027-03-31", None, Err(period)), // that is no early end
            ("2026-09-30", None, Err(period)),
            ("2026-12-31", Some("2026-12-31"), Ok(())),
            ("2026-12-31", Some("2027-01-08"), worked("2027-01-08")),
        ];
        for (last, seen, expected) in ends {
            assert_eq!(check_end(&course(&[]), day(last), seen.map(day)), expected, "{last}");
        }
        let days = Some((day("2026-10-05"), day("2026-11-20")));
        let periods = [
            ("2026-10-05", "2026-11-20", days, Ok(())),
            ("2026-10-06", "2026-12-31", days, worked("2026-10-05")),
            ("2026-10-01", "2026-11-19", days, worked("2026-11-20")),
            ("2026-12-01", "2026-12-31", None, Ok(())),
        ];
        for (from, to, seen, expected) in periods {
            assert_eq!(check_period((day(from), day(to)), seen), expected, "{from} {to}");
        }
    }
}
