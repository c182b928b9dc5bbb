//! Histories and their judgements: the one place that writes them.
//!
//! A day that counts keeps what it says about the work (R-ROS-4); only its times follow later touches. A day that does not count
//! is judged anew whenever something about it may have changed, and a new judgement is appended beside the old one. What a correction
//! or the prime has overruled stays overruled.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{Content, RULE_VERSION, Verdict, judge, open_since};
use domain::master::{Policies, Policy};
use domain::{Attendance, Clock, PositionId, SiteId, TradeCode, WorkDay, WorkerId};
use jiff::Timestamp;
use serde::Serialize;
use store::{Rows, StoreError, Tx, Writes};

use super::around::Current;
use super::queries;
use super::rows::WorkerRow;
use super::standing::Standings;
use crate::rooms::levels::CHANGED;

/// One history: worker × site × day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayKey {
    /// Who.
    pub worker: WorkerId,
    /// Where.
    pub site: SiteId,
    /// When.
    pub day: WorkDay,
}

/// What made us judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A touch arrived.
    Touch,
    /// The roster changed.
    Roster,
    /// The organisation changed: a company was invited, approved or declined.
    Approval,
    /// The worker's registration changed: his trades or his employers.
    Registration,
    /// Somebody asked for it.
    Asked,
    /// The worker joined a company.
    Tie,
    /// The prime approved a correction.
    Correction,
    /// The prime voided the day.
    Void,
}

impl Cause {
    /// Stored form and part of the text key.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Touch => "touch",
            Self::Roster => "roster",
            Self::Approval => "approval",
            Self::Registration => "registration",
            Self::Asked => "asked",
            Self::Tie => "tie",
            Self::Correction => "correction",
            Self::Void => "void",
        }
    }
}

/// When and why days are judged.
pub(super) struct Occasion {
    at: Timestamp,
    cause: Cause,
    /// First day that can still be mended; the verdict of an earlier one stays (R-HIS-6).
    pub(super) open_since: WorkDay,
}

impl Occasion {
    /// Now.
    pub(super) fn now(clock: &dyn Clock, policies: &Policies, cause: Cause) -> Self {
        let today = clock.today();
        Self {
            at: clock.now(),
            cause,
            open_since: open_since(today, policies.at(Policy::MendingMonths, today)),
        }
    }
}

/// How somebody has overruled what the touches say about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// A correction has set its times: they follow no touches any more.
    Times,
    /// It is voided: it has no times, and no touch brings it back.
    Void,
}

impl Fixed {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Times => "times",
            Self::Void => "void",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Times, Self::Void].into_iter().find(|fixed| fixed.word() == word)
    }
}

/// Attendance of each worker at each site, by day.
pub(super) type Attendances = BTreeMap<(WorkerId, SiteId), BTreeMap<WorkDay, Attendance>>;

/// Where what is known of the workers comes from.
pub(super) enum Known<'a> {
    /// It was read with what is around the days.
    Read(Standings),
    /// It is read of those who are judged.
    Of(&'a BTreeMap<WorkerId, WorkerRow>),
}

/// Brings the `changed` days in line with their attendance and judges those that do not count; answers the verdict of every day
/// that has a history, and adds what is to be written. `current`: the histories as they stand. Workers must be locked.
pub(super) async fn update(
    tx: &Tx,
    writes: &mut Writes,
    occasion: &Occasion,
    mut current: BTreeMap<DayKey, Current>,
    changed: &BTreeSet<DayKey>,
    attendances: &Attendances,
    known: Known<'_>,
) -> Result<BTreeMap<DayKey, Verdict>, StoreError> {
    let empty = Attendance::default();
    let attendance_of = |key: &DayKey, old: Option<&Current>| match old {
        Some(old) if old.fixed.is_some() => old.attendance,
        _ => attendances
            .get(&(key.worker, key.site))
            .and_then(|days| days.get(&key.day))
            .copied()
            .unwrap_or(empty),
    };

    // A late touch may change the times of the day before, whose deadline has passed; its verdict it does not.
    let settled =
        |key: &DayKey, old: &Current| old.verdict.counts() || old.fixed == Some(Fixed::Void) || key.day < occasion.open_since;
    let to_judge: Vec<DayKey> = changed
        .iter()
        .filter(|key| match current.get(key) {
            None => attendance_of(key, None) != empty,
            Some(old) => !settled(key, old),
        })
        .copied()
        .collect();
    let standings = match known {
        Known::Read(standings) => standings,
        Known::Of(workers) => Standings::load(tx, &to_judge, workers).await?,
    };

    let mut histories = Rows::new();
    let mut judgements = Rows::new();
    let mut levels = BTreeSet::new();
    for key in changed {
        let old = current.remove(key);
        let attendance = attendance_of(key, old.as_ref());
        let counted = old.as_ref().and_then(|o| for_levels(&o.verdict));
        let stays = old.as_ref().filter(|old| settled(key, old));
        let verdict = match stays {
            Some(old) => old.verdict.clone(),
            None if old.is_none() && attendance == empty => continue,
            None => judge(&attendance, &standings.of(key)),
        };
        let same = stays.is_some() || old.as_ref().is_some_and(|o| o.verdict == verdict && o.rule == RULE_VERSION);
        let number = old.as_ref().map_or(0, |o| o.judgement) + i32::from(!same);
        let (employer, node) = match (verdict.content(), stays) {
            (Some(content), _) => (Some(content.employer), Some(content.node.clone())),
            (None, Some(old)) => (old.employer, old.node.clone()),
            (None, None) => standings.employer_and_node(key),
        };
        let unchanged = same
            && old
                .as_ref()
                .is_some_and(|o| o.attendance == attendance && o.employer == employer && o.node == node);
        let now = Current {
            attendance,
            judgement: number,
            verdict,
            rule: RULE_VERSION.into(),
            fixed: old.and_then(|o| o.fixed),
            employer,
            node,
        };
        if for_levels(&now.verdict) != counted {
            levels.insert(key.worker.to_string());
        }
        if !same {
            judgements.push(judgement_row(key, &now, occasion))?;
        }
        if !unchanged {
            histories.push(history_row(key, &now, occasion))?;
        }
        current.insert(*key, now);
    }
    if !judgements.is_empty() {
        writes.add(&queries::INSERT_JUDGEMENTS, [judgements.into_value()]);
    }
    if !histories.is_empty() {
        writes.add(&queries::UPSERT_HISTORIES, [histories.into_value()]);
    }
    if !levels.is_empty() {
        writes.add(&CHANGED, [Rows::of(levels.iter().map(|worker| [worker]))?.into_value()]);
    }
    Ok(current
        .into_iter()
        .filter(|(_, c)| c.attendance != empty)
        .map(|(key, c)| (key, c.verdict))
        .collect())
}

/// What levels are judged by: the trade and the position of a day that counts.
fn for_levels(verdict: &Verdict) -> Option<(TradeCode, Option<PositionId>)> {
    verdict.content().map(|content| (content.trade, content.position.clone()))
}

/// The columns of [`queries::INSERT_JUDGEMENTS`].
fn judgement_row(key: &DayKey, now: &Current, occasion: &Occasion) -> impl Serialize + use<> {
    (
        key.worker.to_string(),
        key.day.to_number(),
        key.site.to_string(),
        now.judgement,
        occasion.at.as_millisecond(),
        RULE_VERSION,
        i32::from(now.verdict.counts()),
        serde_json::to_string(&now.verdict).unwrap_or_default(),
        occasion.cause.word(),
    )
}

/// The columns of [`queries::UPSERT_HISTORIES`].
fn history_row(key: &DayKey, now: &Current, occasion: &Occasion) -> impl Serialize + use<> {
    let content = now.verdict.content();
    (
        key.worker.to_string(),
        key.day.to_number(),
        key.site.to_string(),
        now.attendance.first_in.map(Timestamp::as_second),
        now.attendance.last_out.map(Timestamp::as_second),
        i32::from(now.verdict.counts()),
        now.employer.map(|e| e.to_string()),
        now.node.as_ref().map(|n| n.0.clone()),
        content.map(|c| c.trade.to_string()),
        content.and_then(|c| c.position.as_ref().map(ToString::to_string)),
        content.map(|c| c.work_content.clone()),
        content
            .and_then(|c| c.hazards.as_ref())
            .and_then(|hazards| serde_json::to_string(hazards).ok()),
        now.judgement,
        occasion.at.as_millisecond(),
        now.fixed.map(Fixed::word),
        i32::from(now.attendance != Attendance::default()),
    )
}

/// What somebody decides about a day, beside its touches and the roster.
pub(super) enum Overrule {
    /// What a day that counts says about the work, and its times; what is none stays.
    Correct {
        /// The work.
        content: Option<Content>,
        /// The times.
        times: Option<Attendance>,
    },
    /// It is a history no more.
    Void {
        /// Why.
        reason: String,
    },
}

/// Overrules a day as it stands: a judgement with this cause is appended, and later touches and judging leave it as it is. The worker
/// must be locked. Gives the verdict.
pub(super) async fn overrule(
    tx: &Tx,
    occasion: &Occasion,
    key: DayKey,
    old: Current,
    what: Overrule,
    workers: &BTreeMap<WorkerId, WorkerRow>,
) -> Result<Verdict, StoreError> {
    let (attendance, fixed, verdict) = match what {
        Overrule::Void { reason } => (Attendance::default(), Some(Fixed::Void), Verdict::Void { reason }),
        Overrule::Correct { content, times } => {
            let attendance = times.unwrap_or(old.attendance);
            let verdict = match (old.verdict, content) {
                (Verdict::Counts { notes, .. }, Some(content)) => Verdict::Counts { content, notes },
                (counts @ Verdict::Counts { .. }, None) => counts,
                _ => judge(&attendance, &Standings::load(tx, &[key], workers).await?.of(&key)),
            };
            (attendance, times.map(|_| Fixed::Times).or(old.fixed), verdict)
        }
    };
    let (employer, node) = match verdict.content() {
        Some(content) => (Some(content.employer), Some(content.node.clone())),
        None => (old.employer, old.node),
    };
    let now = Current {
        attendance,
        judgement: old.judgement + 1,
        verdict,
        rule: RULE_VERSION.into(),
        fixed,
        employer,
        node,
    };
    let mut writes = Writes::new();
    writes.add(
        &queries::INSERT_JUDGEMENTS,
        [Rows::of([judgement_row(&key, &now, occasion)])?.into_value()],
    );
    writes.add(
        &queries::UPSERT_HISTORIES,
        [Rows::of([history_row(&key, &now, occasion)])?.into_value()],
    );
    writes.add(&CHANGED, [Rows::of([[key.worker.to_string()]])?.into_value()]);
    tx.run_all(writes).await?;
    Ok(now.verdict)
}
