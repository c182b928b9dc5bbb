//! Why a day is not taken, moved or approved, in words.

use domain::WorkDay;
use domain::direct::{NoRequest, Obstacle, RequestState};
use domain::judge::Refusal;
use web::{T, Value};

use crate::rooms::history;

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
            Self::Refused(refusal) => history::refusal_words(t, refusal),
            Self::Over(state) => t.with("direct-over", &[("state", t.s(format!("direct-state-{}", state.word())))]),
            Self::NotYours => t.s("direct-not-yours"),
        }
    }
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
