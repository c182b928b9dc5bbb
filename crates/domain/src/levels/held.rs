//! Which qualifications somebody holds on a day, and what they count as (skill evaluation rule book 3.4).

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::criteria::{Criteria, Item, key};
use super::facts::{Facts, Held};
use crate::time::WorkDay;

/// A qualification that meets an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding<'a> {
    /// What is held.
    pub held: &'a Held,
    /// It meets the item by a rule that was read, not by a reading of ours.
    pub sure: bool,
}

/// Why a registered qualification does not count on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotHeld {
    /// It ran out on this day.
    RanOut(WorkDay),
    /// It is dated later.
    NotYet(WorkDay),
}

/// Names under which a worker's qualifications count, level for comparing.
pub(super) struct Pool<'a> {
    by_key: BTreeMap<String, Vec<Holding<'a>>>,
    pub(super) lapsed: Vec<(&'a Held, NotHeld)>,
}

impl<'a> Pool<'a> {
    pub(super) fn new(criteria: &Criteria, facts: &'a Facts, on: WorkDay) -> Self {
        let mut pool = Self {
            by_key: BTreeMap::new(),
            lapsed: Vec::new(),
        };
        let mut all: Vec<&Held> = facts.qualifications.iter().collect();
        all.sort_unstable();
        all.dedup();
        for held in all {
            let name = key(&held.name);
            if let Some(since) = held.since.filter(|since| *since > on) {
                pool.lapsed.push((held, NotHeld::NotYet(since)));
            } else if let Some(last) = last_day(criteria, held, &name).filter(|last| *last < on) {
                pool.lapsed.push((held, NotHeld::RanOut(last)));
            } else {
                pool.add(criteria, held, name);
            }
        }
        pool
    }

    /// Adds it under its own name and under all that it counts as.
    fn add(&mut self, criteria: &Criteria, held: &'a Held, name: String) {
        let mut reached: BTreeMap<String, bool> = BTreeMap::new();
        let mut waiting = vec![(name, true)];
        while let Some((name, sure)) = waiting.pop() {
            if reached.get(&name).is_some_and(|known| *known || !sure) {
                continue;
            }
            if criteria.rules.higher_grade_counts {
                for (grade, lower) in [("1級", "2級"), ("2級", "3級")] {
                    if let Some(rest) = name.strip_prefix(grade) {
                        waiting.push((format!("{lower}{rest}"), sure));
                    }
                }
            }
            for implied in criteria.rules.implies.iter().filter(|implied| implied.holds.is_met_by(&name)) {
                waiting.push((implied.counts_as.clone(), sure && implied.confirmed));
            }
            reached.insert(name, sure);
        }
        for (name, sure) in reached {
            self.by_key.entry(name).or_default().push(Holding { held, sure });
        }
    }

    /// What meets an item.
    pub(super) fn meeting(&self, item: &Item) -> Vec<Holding<'a>> {
        let mut found: Vec<Holding<'a>> = Vec::new();
        let all = self
            .by_key
            .iter()
            .flat_map(|(key, holdings)| holdings.iter().map(move |h| (key, h)));
        for (key, holding) in all {
            let by_code = holding.held.code.as_ref().is_some_and(|code| item.codes.contains(code));
            if by_code || item.is_met_by(key) {
                let sure = holding.sure || by_code;
                match found.iter_mut().find(|known| known.held == holding.held) {
                    Some(known) => known.sure |= sure,
                    None => found.push(Holding { sure, ..*holding }),
                }
            }
        }
        found
    }

    /// The earliest day of any of these.
    pub(super) fn earliest(&self, items: &[Item]) -> Option<Holding<'a>> {
        let all = items.iter().flat_map(|item| self.meeting(item));
        all.min_by_key(|holding| holding.held.since)
    }
}

/// The last day on which it holds: the one registered with it; for core workers' certificates without one, so many years.
pub(super) fn last_day(criteria: &Criteria, held: &Held, name: &str) -> Option<WorkDay> {
    let years = i64::from(criteria.rules.core_worker_years);
    let is_core = criteria.rules.core_workers.iter().any(|item| item.is_met_by(name));
    held.until.or_else(|| {
        let end = held.since.filter(|_| is_core)?.date().checked_add(years.years()).ok()?;
        Some(WorkDay::from_date(end).plus(-1))
    })
}
