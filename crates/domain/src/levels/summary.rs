//! What is kept of a judgement when everybody is judged: a few figures per worker and field, and the day on which to look again.

use serde::{Deserialize, Serialize};

use super::criteria::{Criteria, Field, key};
use super::facts::{Facts, Held};
use super::held::last_day;
use super::judge::{ChoiceState, Judged, Judgement, What};
use crate::master::TradeCode;
use crate::time::WorkDay;

/// Names kept of a list of qualifications; the whole list stands on the worker's own page.
const NAMES: usize = 4;

/// The fields in which somebody with these trades is judged, each once.
pub fn fields_for(criteria: &Criteria, trades: impl IntoIterator<Item = TradeCode>, on: WorkDay) -> Vec<&Field> {
    let mut fields: Vec<&Field> = Vec::new();
    for trade in trades {
        for field in criteria.fields_of(trade, on) {
            if !fields.iter().any(|known| known.id == field.id) {
                fields.push(field);
            }
        }
    }
    fields
}

/// A judgement in a few figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// By confirmed criteria, 1 to 4.
    pub level: u8,
    /// As a guide, by all criteria.
    pub guide: u8,
    /// Work days that count.
    pub days: u32,
    /// The next level above the guide; none at the top.
    pub next: Option<u8>,
    /// What it lacks.
    pub missing: Missing,
    /// When the days for it will be there at the present pace; none if they are, or no pace can be told.
    pub forecast: Option<WorkDay>,
}

impl Summary {
    /// Of a judgement.
    #[must_use]
    pub fn of(judged: &Judged<'_>) -> Self {
        let next = judged.next();
        Self {
            level: judged.level,
            guide: judged.guide,
            days: judged.days.days,
            next: next.map(|judgement| judgement.level),
            missing: next.map(Missing::of).unwrap_or_default(),
            forecast: next
                .and_then(|judgement| judgement.days_reached_on)
                .filter(|day| *day > judged.on),
        }
    }
}

/// What a level lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Missing {
    /// Work days.
    pub days: u32,
    /// Days as foreman.
    pub foreman: u32,
    /// Days as foreman or squad leader.
    pub squad: u32,
    /// Qualifications.
    pub courses: Vec<Course>,
    /// Something is asked for that was not seen.
    pub unknown: bool,
}

/// So many of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// How many are still to be gained.
    pub count: usize,
    /// From these, a few of them if there are many.
    pub of: Vec<String>,
    /// There are more.
    pub more: bool,
}

impl Missing {
    fn of(judgement: &Judgement<'_>) -> Self {
        let mut missing = Self::default();
        for condition in judgement.missing() {
            let short = condition.what.short();
            match &condition.what {
                What::Unseen { .. } | What::Days { need: None, .. } | What::Foreman { need: None, .. } => missing.unknown = true,
                What::Days { .. } => missing.days = short,
                What::Foreman { squad_too: true, .. } => missing.squad = short,
                What::Foreman { .. } => missing.foreman = short,
                What::Qualifications { either, .. } => {
                    let nearest = either.iter().min_by_key(|choice| choice.short());
                    missing.courses.extend(nearest.map(Course::of));
                }
            }
        }
        missing
    }

    /// Days that must still be worked: days as foreman are work days too, so the most of them.
    #[must_use]
    pub fn days_needed(&self) -> u32 {
        self.days.max(self.foreman).max(self.squad)
    }

    /// Nothing but days is missing.
    #[must_use]
    pub fn only_days(&self) -> bool {
        self.days_needed() > 0 && self.courses.is_empty() && !self.unknown
    }
}

impl Course {
    fn of(choice: &ChoiceState<'_>) -> Self {
        let open = choice.items.iter().filter(|item| item.held.is_empty());
        let mut names: Vec<String> = open.filter_map(|item| item.item.names.first().cloned()).collect();
        let more = names.len() > NAMES;
        names.truncate(NAMES);
        Self {
            count: choice.short(),
            of: names,
            more,
        }
    }
}

/// The first day after `on` on which a judgement may be another one though nothing was registered or worked: a qualification begins to
/// count or has run out, or certificates of earlier career are accepted no more.
#[must_use]
pub fn look_again(criteria: &Criteria, facts: &Facts, on: WorkDay) -> Option<WorkDay> {
    let begins = facts.qualifications.iter().filter_map(|held| held.since);
    let ends = facts.qualifications.iter().filter_map(|held| end_of(criteria, held));
    let certificates = (!facts.certified.is_empty()).then_some(criteria.rules.certificate_accepted_until);
    let days = begins.chain(ends.chain(certificates).map(|last| last.plus(1)));
    days.filter(|day| *day > on).min()
}

/// The qualification that runs out next, on `on` or later, with its last day.
#[must_use]
pub fn runs_out<'a>(criteria: &Criteria, facts: &'a Facts, on: WorkDay) -> Option<(WorkDay, &'a Held)> {
    let ends = facts
        .qualifications
        .iter()
        .filter_map(|held| Some((end_of(criteria, held)?, held)));
    ends.filter(|(last, _)| *last >= on).min()
}

fn end_of(criteria: &Criteria, held: &Held) -> Option<WorkDay> {
    last_day(criteria, held, &key(&held.name))
}
