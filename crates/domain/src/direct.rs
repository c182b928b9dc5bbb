//! Direct input (直接入力): a worker or his employer enters a day that no gate has seen, or corrects a recorded one (事後補正), and the
//! prime of the site approves it.
//!
//! Registry rule book 8.3 and 8.4, R-HIS-6 (input and approval both until the end of the following month) and R-HIS-7 (also before the
//! site is registered; the site is put on later). Who may take back or move a request, and that nothing lapses unsaid, is our rule.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::CompanyId;
use crate::judge::{Content, mending_deadline};
use crate::master::{PositionId, TradeCode};
use crate::organisation::NodeId;
use crate::time::{WorkDay, japan};
use crate::touch::{Attendance, DayRule, Direction, attendance};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestKind {
    /// A day that has no entry yet.
    Entry,
    /// Another trade, position, work content or other hours of a recorded day.
    Correction,
}

impl RequestKind {
    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Correction => "correction",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Entry, Self::Correction].into_iter().find(|kind| kind.word() == word)
    }
}

/// Another position of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PositionChange {
    /// He was an ordinary worker.
    Ordinary,
    /// He held this one.
    Held(PositionId),
}

/// Another employer of a day (所属事業者), by its place in the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerChange {
    /// The company.
    pub company: CompanyId,
    /// Where it stands at the site.
    pub node: NodeId,
    /// What people call it: its name, with the tier if it stands at several places.
    pub name: String,
}

/// What a correction changes; what it leaves out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Another employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employer: Option<EmployerChange>,
    /// Another trade, small class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade: Option<TradeCode>,
    /// Another position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionChange>,
    /// Another work content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_content: Option<String>,
    /// Other hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

impl Change {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is about what the day says of the work, which only a day that counts does.
    #[must_use]
    pub fn is_of_content(&self) -> bool {
        self.employer.is_some() || self.trade.is_some() || self.position.is_some() || self.work_content.is_some()
    }

    /// What the day says of the work afterwards.
    #[must_use]
    pub fn apply(&self, content: &Content) -> Content {
        let (employer, node) = match &self.employer {
            None => (content.employer, content.node.clone()),
            Some(other) => (other.company, other.node.clone()),
        };
        Content {
            employer,
            node,
            trade: self.trade.unwrap_or(content.trade),
            position: match &self.position {
                None => content.position.clone(),
                Some(PositionChange::Ordinary) => None,
                Some(PositionChange::Held(position)) => Some(position.clone()),
            },
            work_content: self.work_content.clone().unwrap_or_else(|| content.work_content.clone()),
            ..content.clone()
        }
    }
}

/// State of a request (申請). One that is over is never opened again: who still wants it asks anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Waits for the prime, or for its site.
    Requested,
    /// The prime said yes: the day is recorded.
    Approved,
    /// The prime said no.
    Refused,
    /// Taken back.
    Withdrawn,
    /// Nobody answered until the deadline.
    Expired,
}

impl RequestState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Requested, Self::Approved, Self::Refused, Self::Withdrawn, Self::Expired];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// As whom somebody stands to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The worker whose day it is, whoever asked.
    Worker,
    /// The company that asked for its worker.
    Asker,
    /// The worker's employer that day, where he asked himself.
    Employer,
    /// The prime of the site.
    Prime,
}

/// What can be done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestMove {
    /// Say yes: the day is recorded.
    Approve,
    /// Say no, with a reason.
    Refuse,
    /// Put the site on (就業履歴への現場ID付与), or put another one on.
    PutSite,
    /// Take it back.
    Withdraw,
}

impl RequestMove {
    /// All moves, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Refuse, Self::PutSite, Self::Withdraw];

    /// Word in forms and translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::PutSite => "put-site",
            Self::Withdraw => "withdraw",
        }
    }

    /// From the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.word() == word)
    }
}

/// Why a move is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is decided already, or over.
    Over(RequestState),
    /// Not this party's to do.
    NotYours,
    /// The deadline has passed.
    TooLate {
        /// The day it was.
        deadline: WorkDay,
    },
}

/// The table of moves: where one leads. It draws the buttons and guards the use cases.
///
/// # Errors
/// [`Obstacle`].
pub fn leads_to(
    state: RequestState,
    party: Party,
    what: RequestMove,
    today: WorkDay,
    deadline: WorkDay,
) -> Result<RequestState, Obstacle> {
    use RequestMove::{Approve, PutSite, Refuse, Withdraw};
    if state != RequestState::Requested {
        return Err(Obstacle::Over(state));
    }
    let next = match (party, what) {
        (Party::Prime, Approve) => RequestState::Approved,
        (Party::Prime, Refuse) => RequestState::Refused,
        // The record is the worker's own, so he may take back what his company asked for, too.
        (Party::Worker | Party::Asker, Withdraw) => RequestState::Withdrawn,
        // The employer knows the site's ID where the worker does not.
        (Party::Worker | Party::Asker | Party::Employer, PutSite) => RequestState::Requested,
        _ => return Err(Obstacle::NotYours),
    };
    if today > deadline {
        return Err(Obstacle::TooLate { deadline });
    }
    Ok(next)
}

/// Why a day cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRequest {
    /// It has not come yet.
    Future,
    /// The deadline has passed.
    TooLate {
        /// The day it was.
        deadline: WorkDay,
    },
}

/// Whether a day can be asked for today; gives the last day on which it can be asked for, mended and approved. `months`: policy
/// `mending_months`.
///
/// # Errors
/// [`NoRequest`].
pub fn may_request(day: WorkDay, today: WorkDay, months: i64) -> Result<WorkDay, NoRequest> {
    let deadline = mending_deadline(day, months);
    if day > today {
        Err(NoRequest::Future)
    } else if today > deadline {
        Err(NoRequest::TooLate { deadline })
    } else {
        Ok(deadline)
    }
}

/// Days left until a deadline: 0 on its day, negative after it.
#[must_use]
pub fn days_left(today: WorkDay, deadline: WorkDay) -> i64 {
    today
        .date()
        .until(deadline.date())
        .map_or(0, |span| i64::from(span.get_days()))
}

/// How many of the reminders are due with so many days left. `first` and `last`: days before the deadline on which they are told.
#[must_use]
pub fn reminders_due(left: i64, first: i64, last: i64) -> i32 {
    i32::from(left <= first) + i32::from(left <= last.min(first))
}

/// Hours of a day as somebody enters them: minutes after midnight, in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hours {
    /// Entry.
    pub from: u16,
    /// Exit; one that is not later than the entry is on the next day.
    pub to: Option<u16>,
}

impl Hours {
    /// Minutes of a day.
    pub const DAY: u16 = 24 * 60;

    /// Whether the exit is on the next day.
    #[must_use]
    pub fn over_midnight(self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }

    /// The instants of entry and exit. `boundary`: the site's day boundary; an entry before it is on the civil day after the work day.
    #[must_use]
    pub fn on(self, day: WorkDay, boundary: u16) -> Attendance {
        let civil = day.plus(i32::from(self.from < boundary));
        let next = civil.plus(i32::from(self.over_midnight()));
        Attendance {
            first_in: Some(instant(civil, self.from)),
            last_out: self.to.map(|to| instant(next, to)),
        }
    }

    /// Whether entry and exit become this one day and nothing else: a night shift that ends too late the next day does not.
    #[must_use]
    pub fn fit(self, day: WorkDay, rule: DayRule) -> bool {
        let wanted = self.on(day, rule.boundary);
        let touches: Vec<_> = [(wanted.first_in, Direction::In), (wanted.last_out, Direction::Out)]
            .into_iter()
            .filter_map(|(at, direction)| Some((at?, direction)))
            .collect();
        let days = attendance(&touches, rule);
        days.len() == 1 && days.get(&day) == Some(&wanted)
    }
}

/// A time of day as it is typed: `7:30` or `07:30`.
#[must_use]
pub fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if hour.len() > 2 || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// A minute of a day as it is typed and shown: `07:30`.
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn instant(day: WorkDay, minute: u16) -> Timestamp {
    let midnight = day.date().at(0, 0, 0, 0).to_zoned(japan());
    let at = midnight.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
    at.checked_add(i64::from(minute).minutes()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::japan_time;

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    #[test]
    fn the_table_of_moves() {
        let (today, deadline) = (day("2026-11-20"), day("2026-12-31"));
        let expected = [
            // approve, refuse, put-site, withdraw
            (Party::Worker, "--+w"),
            (Party::Asker, "--+w"),
            (Party::Employer, "--+-"),
            (Party::Prime, "ar--"),
        ];
        for (party, row) in expected {
            let seen: String = RequestMove::ALL
                .into_iter()
                .map(|what| match leads_to(RequestState::Requested, party, what, today, deadline) {
                    Ok(RequestState::Approved) => 'a',
                    Ok(RequestState::Refused) => 'r',
                    Ok(RequestState::Withdrawn) => 'w',
                    Ok(RequestState::Requested) => '+',
                    Err(Obstacle::NotYours) => '-',
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(seen, row, "{party:?}");
        }
        for state in RequestState::ALL {
            assert_eq!(RequestState::from_word(state.word()), Some(state));
            if state != RequestState::Requested {
                for what in RequestMove::ALL {
                    let led = leads_to(state, Party::Prime, what, today, deadline);
                    assert_eq!(led, Err(Obstacle::Over(state)), "what is over stays so: {what:?}");
                }
            }
        }
        for what in RequestMove::ALL {
            assert_eq!(RequestMove::from_word(what.word()), Some(what));
        }
        let late = leads_to(
            RequestState::Requested,
            Party::Prime,
            RequestMove::Approve,
            deadline.plus(1),
            deadline,
        );
        assert_eq!(late, Err(Obstacle::TooLate { deadline }));
        let last = leads_to(
            RequestState::Requested,
            Party::Prime,
            RequestMove::Approve,
            deadline,
            deadline,
        );
        assert_eq!(last, Ok(RequestState::Approved), "on the last day itself");
    }

    #[test]
    fn until_the_end_of_the_following_month() {
        let open = |until| Ok(day(until));
        let late = |deadline| Err(NoRequest::TooLate { deadline: day(deadline) });
        let cases = [
            // The example of the rule book: work on 10 January, until the end of February.
            ("2026-01-10", "2026-01-10", open("2026-02-28")),
            ("2026-01-10", "2026-02-28", open("2026-02-28")),
            ("2026-01-10", "2026-03-01", late("2026-02-28")),
            ("2024-01-31", "2024-02-29", open("2024-02-29")),
            ("2026-12-01", "2027-01-31", open("2027-01-31")),
            ("2026-11-21", "2026-11-20", Err(NoRequest::Future)),
        ];
        for (worked, today, expected) in cases {
            assert_eq!(may_request(day(worked), day(today), 1), expected, "{worked} on {today}");
        }
    }

    #[test]
    fn reminders_by_days_left() {
        let cases = [(40, 0), (8, 0), (7, 1), (2, 1), (1, 2), (0, 2)];
        for (left, due) in cases {
            assert_eq!(reminders_due(left, 7, 1), due, "{left}");
        }
        assert_eq!(reminders_due(5, 3, 10), 0, "the last one is never before the first");
        assert_eq!(days_left(day("2026-11-20"), day("2026-12-31")), 41);
        assert_eq!(days_left(day("2026-12-31"), day("2026-12-31")), 0);
        assert_eq!(days_left(day("2027-01-01"), day("2026-12-31")), -1);
    }

    #[test]
    fn hours_as_they_are_typed() {
        let cases = [
            ("07:30", Some(450)),
            ("7:30", Some(450)),
            (" 0:00 ", Some(0)),
            ("23:59", Some(1439)),
            ("24:00", None),
            ("7:5", None),
            ("7:60", None),
            ("730", None),
            ("", None),
            ("-1:00", None),
            ("+7:30", None),
        ];
        for (text, minute) in cases {
            assert_eq!(minute_of(text), minute, "{text:?}");
        }
        assert_eq!(clock(450), "07:30");
    }

    #[test]
    fn hours_become_instants() {
        let minute = |text| minute_of(text).unwrap();
        // Entry, exit, day boundary; the instants; do they make one day?
        let cases = [
            ("08:00", Some("17:00"), 0, "20 08:00", "20 17:00", true),
            ("08:00", None, 0, "20 08:00", "-", true),
            ("21:00", Some("05:00"), 0, "20 21:00", "21 05:00", true),
            ("21:00", Some("13:00"), 0, "20 21:00", "21 13:00", false),
            // Before the boundary of 03:00 it is still the day before.
            ("01:00", Some("02:30"), 180, "21 01:00", "21 02:30", true),
            ("22:00", Some("02:30"), 180, "20 22:00", "21 02:30", true),
            ("08:00", Some("08:00"), 0, "20 08:00", "21 08:00", true),
        ];
        for (from, to, boundary, first, last, fits) in cases {
            let hours = Hours {
                from: minute(from),
                to: to.map(minute),
            };
            let on = hours.on(day("2026-11-20"), boundary);
            let shown = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| japan_time(at).strftime("%d %H:%M").to_string());
            assert_eq!(
                (shown(on.first_in).as_str(), shown(on.last_out).as_str()),
                (first, last),
                "{hours:?}"
            );
            let rule = DayRule {
                boundary,
                exit_closes_before_hour: 12,
            };
            assert_eq!(hours.fit(day("2026-11-20"), rule), fits, "{hours:?} {boundary}");
        }
    }

    #[test]
    fn a_correction_changes_what_it_names() {
        let content = Content {
            employer: CompanyId::from_free_digits(1, 22).unwrap(),
            node: NodeId("n".into()),
            trade: "10-01".parse().unwrap(),
            position: Some("foreman".parse().unwrap()),
            work_content: "組立".into(),
            hazards: Some(Box::new(crate::roster::Hazards {
                hazard: Some("lead".into()),
                ..Default::default()
            })),
        };
        let nothing = Change::default();
        assert!(nothing.is_empty() && !nothing.is_of_content());
        assert_eq!(nothing.apply(&content), content);
        let hours = Change {
            hours: Some(Hours { from: 450, to: None }),
            ..Change::default()
        };
        assert!(!hours.is_empty() && !hours.is_of_content());
        let all = Change {
            trade: Some("01-01".parse().unwrap()),
            position: Some(PositionChange::Ordinary),
            work_content: Some(String::new()),
            employer: Some(EmployerChange {
                company: CompanyId::from_free_digits(2, 22).unwrap(),
                node: NodeId("m".into()),
                name: "別の会社".into(),
            }),
            hours: None,
        };
        let after = all.apply(&content);
        assert_eq!(
            (after.employer, after.node.0.as_str()),
            (CompanyId::from_free_digits(2, 22).unwrap(), "m")
        );
        assert_eq!(
            (
                after.trade.to_string().as_str(),
                after.position.as_ref(),
                after.work_content.as_str()
            ),
            ("01-01", None, "")
        );
        assert_eq!(after.hazards, content.hazards);
        let held = Change {
            position: Some(PositionChange::Held("squad_leader".parse().unwrap())),
            ..Change::default()
        };
        for change in [nothing, hours, all, held] {
            let kept = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&kept).unwrap(), change, "{kept}");
        }
    }

    proptest! {
        #[test]
        fn what_may_be_asked_for_may_be_approved_until_the_same_day(ago in 0..200_i32, later in 0..100_i32, months in 0..4_i64) {
            let today = day("2026-11-20");
            let worked = today.plus(-ago);
            if let Ok(deadline) = may_request(worked, today, months) {
                let then = today.plus(later);
                let approved = leads_to(RequestState::Requested, Party::Prime, RequestMove::Approve, then, deadline);
                prop_assert_eq!(approved.is_ok(), may_request(worked, then, months).is_ok());
                prop_assert_eq!(approved.is_ok(), days_left(then, deadline) >= 0);
                prop_assert_eq!(deadline, deadline.month().last());
            }
        }

        #[test]
        fn an_entry_is_on_its_own_day(from in 0..Hours::DAY, to in proptest::option::of(0..Hours::DAY), boundary in 0..720_u16) {
            let worked = day("2026-11-20");
            let on = Hours { from, to }.on(worked, boundary);
            prop_assert_eq!(on.first_in.map(|at| WorkDay::of(at, boundary)), Some(worked));
            prop_assert!(on.last_out.is_none_or(|out| Some(out) > on.first_in));
        }
    }
}
