//! Why a day is not taken, moved or approved, in words.

use domain::direct::{Change, NoRequest, Obstacle, PositionChange, RequestState, clock};
use domain::judge::Refusal;
use domain::{Masters, WorkDay};
use web::{T, Value};

use super::request::Request;
use crate::rooms::history::{self, CorrectRefusal};
use crate::rooms::roster;

/// Why one day of one worker does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The worker does not belong to the company that day.
    NotTied,
    /// It lies in the future.
    NotYet,
    /// The deadline has passed.
    TooLate(WorkDay),
    /// His registration had ended by then.
    Ended(WorkDay),
    /// The exit would no longer belong to this day.
    ExitTooLate,
    /// There is an entry of that day at the site.
    Recorded,
    /// The same day at the same site is asked for already.
    AskedAlready,
    /// There is no such history to correct.
    NoHistory,
    /// Trade, position and work content can be corrected once the day counts.
    NotCounting,
    /// The hours would run into the day before or after.
    Overlaps,
    /// He did not belong to that company that day, or it does not stand at the site.
    NotItsWorker,
    /// A touch of that day would be refused.
    Refused(Refusal),
    /// It is decided, or over.
    Over(RequestState),
    /// Not the viewer's to do.
    NotYours,
}

impl From<NoRequest> for Why {
    fn from(why: NoRequest) -> Self {
        match why {
            NoRequest::Future => Self::NotYet,
            NoRequest::TooLate { deadline } => Self::TooLate(deadline),
        }
    }
}

impl From<CorrectRefusal> for Why {
    fn from(why: CorrectRefusal) -> Self {
        match why {
            CorrectRefusal::NoHistory => Self::NoHistory,
            CorrectRefusal::NotCounting => Self::NotCounting,
            CorrectRefusal::Overlaps => Self::Overlaps,
            CorrectRefusal::NotItsWorker => Self::NotItsWorker,
        }
    }
}

impl From<Obstacle> for Why {
    fn from(why: Obstacle) -> Self {
        match why {
            Obstacle::Over(state) => Self::Over(state),
            Obstacle::NotYours => Self::NotYours,
            Obstacle::TooLate { deadline } => Self::TooLate(deadline),
        }
    }
}

impl Why {
    /// The sentence.
    #[must_use]
    pub fn sentence(&self, t: &T) -> String {
        match self {
            Self::NotTied => t.s("direct-not-tied"),
            Self::NotYet => t.s("direct-not-yet"),
            Self::TooLate(deadline) => t.with("direct-too-late", &[("deadline", Value::from(*deadline))]),
            Self::Ended(on) => t.with("direct-ended", &[("on", Value::from(*on))]),
            Self::ExitTooLate => t.s("direct-exit-too-late"),
            Self::Recorded => t.s("direct-recorded"),
            Self::AskedAlready => t.s("direct-asked-already"),
            Self::NoHistory => t.s("correct-no-history"),
            Self::NotCounting => t.s("correct-not-counting"),
            Self::Overlaps => t.s("correct-overlaps"),
            Self::NotItsWorker => t.s("correct-not-its-worker"),
            Self::Refused(refusal) => history::refusal_words(t, refusal),
            Self::Over(state) => t.with("direct-over", &[("state", t.s(format!("direct-state-{}", state.word())))]),
            Self::NotYours => t.s("direct-not-yours"),
        }
    }
}

/// Puts what corrections change into words.
pub(super) fn explain(masters: &Masters, t: &T, requests: &mut [Request]) {
    for request in requests.iter_mut().filter(|request| request.is_correction()) {
        request.said = change_words(masters, t, &request.change);
    }
}

/// What a correction changes.
fn change_words(masters: &Masters, t: &T, change: &Change) -> String {
    let mut parts = Vec::new();
    let mut say = |label: &str, text: String| parts.push(t.with("correct-part", &[("label", t.s(label)), ("text", text)]));
    if let Some(employer) = &change.employer {
        say("csv-company", employer.name.clone());
    }
    if let Some(trade) = change.trade {
        say("csv-trade", roster::trade_name(masters, t, trade));
    }
    match &change.position {
        None => {}
        Some(PositionChange::Ordinary) => say("csv-position", t.s("correct-ordinary")),
        Some(PositionChange::Held(position)) => say("csv-position", roster::position_name(masters, t, position)),
    }
    if let Some(content) = &change.work_content {
        say(
            "csv-work-content",
            if content.is_empty() {
                "–".to_owned()
            } else {
                content.clone()
            },
        );
    }
    if let Some(hours) = change.hours {
        let to = hours.to.map(clock).unwrap_or_default();
        let next = if hours.over_midnight() {
            t.s("direct-next-day")
        } else {
            String::new()
        };
        say("worker-hours", format!("{}–{next}{to}", clock(hours.from)));
    }
    parts.join(" / ")
}

/// A day that does not go on: whose, which, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Name of the worker.
    pub name: String,
    /// The day.
    pub day: WorkDay,
    /// Why.
    pub why: Why,
}

impl Fault {
    /// The sentence, with name and day.
    pub(super) fn sentence(&self, t: &T) -> String {
        let why = self.why.sentence(t);
        let args = [
            ("name", Value::from(self.name.as_str())),
            ("day", Value::from(t.short_day(self.day))),
            ("why", Value::from(why)),
        ];
        t.with("direct-fault", &args)
    }
}
