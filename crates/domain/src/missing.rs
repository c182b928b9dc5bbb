//! What is missing (足りないもの): everything that stops days from counting, now or soon, put together into what one act mends, the
//! most worker-days at stake first; and who can do it.
//!
//! The reasons are those of [`crate::judge`]; what only threatens (a period, a registration, a card that ends) is our addition.

use std::collections::BTreeMap;

use crate::access::Act;
use crate::ids::{CompanyId, WorkerId};
use crate::judge::{Mender, Reason, Refusal};
use crate::time::WorkDay;

/// What stops days from counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Days were judged so; the reason to mend first.
    Reason(Reason),
    /// Touches were refused; one refusal stands for all of its kind.
    Refused(Refusal),
    /// The site's history period ends: what is touched later is refused.
    PeriodEnds {
        /// Its last day.
        last: WorkDay,
    },
    /// The registration of a company of the organisation ends.
    CompanyEnds {
        /// The company.
        company: CompanyId,
        /// Its last day.
        last: WorkDay,
    },
    /// Cards of workers on the roster end.
    CardEnds {
        /// Company of the roster.
        company: CompanyId,
    },
}

/// Who is to act, as a company sees it that looks at the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The company that looks.
    Us,
    /// Another company.
    Company(CompanyId),
    /// The workers themselves.
    Workers,
    /// The employer, whichever that is.
    Employer,
    /// Nobody any more.
    Nobody,
}

impl Cause {
    /// Stable word: the kind, and whom it is about. It tells one group from another, in addresses too, and names no worker.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Reason(Reason::TradeNotHeld { company, trade }) => format!("{}.{company}.{trade}", self.kind()),
            Self::Reason(reason) => match reason.company() {
                Some(company) => format!("{}.{company}", self.kind()),
                None => self.kind().to_owned(),
            },
            Self::CompanyEnds { company, .. } | Self::CardEnds { company } => format!("{}.{company}", self.kind()),
            Self::Refused(_) | Self::PeriodEnds { .. } => self.kind().to_owned(),
        }
    }

    /// The kind alone.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reason(reason) => bare(reason.key()),
            Self::Refused(refusal) => refusal.key(),
            Self::PeriodEnds { .. } => "period-ends",
            Self::CompanyEnds { .. } => "company-ends",
            Self::CardEnds { .. } => "card-ends",
        }
    }

    /// Who can mend it.
    #[must_use]
    pub fn mender(&self) -> Mender {
        match self {
            Self::Reason(reason) => reason.mender(),
            Self::Refused(refusal) => refusal.mender(),
            Self::PeriodEnds { .. } => Mender::Prime,
            Self::CompanyEnds { company, .. } => Mender::Company(*company),
            Self::CardEnds { .. } => Mender::Worker,
        }
    }

    /// The same, as `own` sees it at a site of `prime`. The prime keeps the readers of its site.
    #[must_use]
    pub fn who(&self, own: CompanyId, prime: CompanyId) -> Who {
        let company = match self.mender() {
            Mender::Prime | Mender::DeviceKeeper => prime,
            Mender::Company(company) => company,
            Mender::Worker => return Who::Workers,
            Mender::Employer => return Who::Employer,
            Mender::Nobody => return Who::Nobody,
        };
        if company == own { Who::Us } else { Who::Company(company) }
    }

    /// The right that mending it takes; none if no account of a company can.
    #[must_use]
    pub fn act(&self) -> Option<Act> {
        match self {
            Self::Reason(reason) => reason.act(),
            Self::Refused(refusal) => match refusal {
                Refusal::OutsidePeriod { .. }
                | Refusal::SiteSuspended { .. }
                | Refusal::UnknownSite
                | Refusal::InFuture { .. }
                | Refusal::Malformed { .. } => Some(Act::KeepSite),
                Refusal::UnknownWorker { .. }
                | Refusal::TooOld { .. }
                | Refusal::RegistrationEnded { .. }
                | Refusal::DeadCard => None,
            },
            Self::PeriodEnds { .. } => Some(Act::KeepSite),
            Self::CompanyEnds { .. } => Some(Act::ChangeCompany),
            Self::CardEnds { .. } => None,
        }
    }
}

impl Reason {
    /// The right that mending it takes; none if no account of a company can.
    #[must_use]
    pub fn act(&self) -> Option<Act> {
        match self {
            Self::NotOnRoster { .. }
            | Self::TradeMissing { .. }
            | Self::TradeNotHeld { .. }
            | Self::NotTiedToRosterCompany { .. } => Some(Act::KeepRoster),
            Self::CompanyNotApproved { .. } | Self::UpperNotApproved { .. } => Some(Act::Approve),
            Self::CompanyNotInOrganisation { .. } => Some(Act::Invite),
            Self::EntryMissing => Some(Act::KeepSite),
            Self::EmployerNotLinked => None,
        }
    }
}

fn bare(key: &'static str) -> &'static str {
    key.strip_prefix("reason-").unwrap_or(key)
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub cause: Cause,
    /// Whom it concerns, if that may be told and is one person.
    pub worker: Option<WorkerId>,
    /// Worker-days that do not count now because of it.
    pub days: u32,
    /// Worker-days of the coming month that will not, going by the past one.
    pub coming: u32,
    /// Last day on which mending helps, or on which nothing has happened yet.
    pub until: Option<WorkDay>,
}

/// What one act mends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is.
    pub cause: Cause,
    /// Worker-days that do not count now.
    pub days: u32,
    /// Worker-days expected to be lost in the coming month.
    pub coming: u32,
    /// Workers concerned, with their days; the most days first.
    pub people: Vec<(WorkerId, u32)>,
    /// The nearest deadline.
    pub until: Option<WorkDay>,
    /// Of `days`, those that are lost after it.
    pub days_until: u32,
}

impl Group {
    /// Worker-days at stake: lost so far, and about to be.
    #[must_use]
    pub fn at_stake(&self) -> u32 {
        self.days.saturating_add(self.coming)
    }
}

/// Puts findings together by what mends them, the most worker-days at stake first; of equals the one with the nearest deadline. The
/// order of the findings does not matter.
#[must_use]
pub fn groups(findings: impl IntoIterator<Item = Finding>) -> Vec<Group> {
    struct Open {
        cause: Cause,
        coming: u32,
        people: BTreeMap<WorkerId, u32>,
        until: BTreeMap<Option<WorkDay>, u32>,
    }
    let mut open: BTreeMap<String, Open> = BTreeMap::new();
    for finding in findings {
        let group = open.entry(finding.cause.key()).or_insert_with(|| Open {
            cause: finding.cause.clone(),
            coming: 0,
            people: BTreeMap::new(),
            until: BTreeMap::new(),
        });
        group.coming = group.coming.saturating_add(finding.coming);
        if let Some(worker) = finding.worker {
            *group.people.entry(worker).or_default() += finding.days;
        }
        *group.until.entry(finding.until).or_default() += finding.days;
    }
    let mut groups: Vec<(String, Group)> = open
        .into_iter()
        .map(|(key, open)| {
            let mut people: Vec<(WorkerId, u32)> = open.people.into_iter().collect();
            people.sort_by_key(|(worker, days)| (std::cmp::Reverse(*days), *worker));
            // Days come first in choosing the deadline: one that nothing depends on is told only if there is no other.
            let nearest = |with_days: bool| {
                let dated = open.until.iter().filter(|(_, days)| !with_days || **days > 0);
                dated.filter_map(|(day, days)| day.map(|day| (day, *days))).next()
            };
            let until = nearest(true).or_else(|| nearest(false));
            let group = Group {
                cause: open.cause,
                days: open.until.values().sum(),
                coming: open.coming,
                people,
                until: until.map(|(day, _)| day),
                days_until: until.map_or(0, |(_, days)| days),
            };
            (key, group)
        })
        .collect();
    groups.sort_by(|(a_key, a), (b_key, b)| {
        (std::cmp::Reverse(a.at_stake()), a.until.is_none(), a.until, a_key).cmp(&(
            std::cmp::Reverse(b.at_stake()),
            b.until.is_none(),
            b.until,
            b_key,
        ))
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether something that ends on `last` is to be told today: within `days`, and not before it has ended long ago.
#[must_use]
pub fn ends_soon(last: WorkDay, today: WorkDay, days: i64) -> bool {
    let within = i32::try_from(days).unwrap_or(i32::MAX);
    last <= today.plus(within) && last >= today.plus(within.saturating_neg())
}

/// Whether somebody who was told on `last` may be told again today.
#[must_use]
pub fn may_tell_again(last: Option<WorkDay>, today: WorkDay, days: i64) -> bool {
    last.is_none_or(|last| last.plus(i32::try_from(days).unwrap_or(i32::MAX)) <= today)
}

#[cfg(test)]
mod tests;
