//! Does a day count (能力評価に有効)? And if not: why, who can mend it, until when.
//!
//! Accepted and counting are two things: a touch that passes [`admit`] becomes a history; [`judge`] says whether the history
//! counts. Rules: registry rule book R-HIS-3, 5, 6 and site-systems rule book 3.2 and 3.4.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{CompanyId, IdKind};
use crate::master::{PositionId, TradeCode};
use crate::organisation::{Chain, NodeId};
use crate::roster::Hazards;
use crate::site::Pause;
use crate::time::WorkDay;
use crate::touch::Attendance;

/// Version of the rules below; stands in every judgement. Raise it with any change of [`judge`].
pub const RULE_VERSION: &str = "2026-11-2";

/// Last day on which a day's record can be mended, approved or sent: the end of the month `months` after the month of work
/// (R-HIS-6: 1, the end of the following month).
#[must_use]
pub fn mending_deadline(day: WorkDay, months: i64) -> WorkDay {
    (0..months).fold(day.month(), |month, _| month.next()).last()
}

/// First day that can still be mended today.
#[must_use]
pub fn open_since(today: WorkDay, months: i64) -> WorkDay {
    (0..months).fold(today.month(), |month, _| month.previous()).first()
}

/// Why a touch is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// No worker has this ID; `looks_like` names the kind if it is an ID of something else.
    UnknownWorker {
        /// Kind told by the last two digits, if it is not a worker's.
        looks_like: Option<IdKind>,
    },
    /// No such site, or not the sender's.
    UnknownSite,
    /// Outside the site's history period (就業履歴蓄積期間).
    OutsidePeriod {
        /// First day.
        from: WorkDay,
        /// Last day.
        to: WorkDay,
    },
    /// The site was suspended (中断) that day.
    SiteSuspended {
        /// First day of the suspension.
        from: WorkDay,
        /// Last day; none: nobody has said yet that work goes on.
        to: Option<WorkDay>,
    },
    /// After the deadline.
    TooOld {
        /// The day that has passed.
        deadline: WorkDay,
    },
    /// The device's clock runs ahead.
    InFuture {
        /// By how many seconds.
        ahead_seconds: i64,
    },
    /// The worker's registration had ended by that day.
    RegistrationEnded {
        /// On this day.
        on: WorkDay,
    },
    /// The card was lost, replaced or withdrawn before it was held to the reader.
    DeadCard,
    /// The item does not fit the schema.
    Malformed {
        /// Field at fault.
        field: String,
    },
}

impl Refusal {
    /// Stable code (catalogue of the site-systems rule book 3.2; the one known from outside is used for exactly its situation).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownWorker { .. } => "DATK0408E",
            Self::UnknownSite => "OCUK0401E",
            Self::OutsidePeriod { .. } => "OCUK0404E",
            Self::TooOld { .. } | Self::InFuture { .. } => "OCUK0405E",
            Self::RegistrationEnded { .. } => "OCUK0410E",
            Self::DeadCard => "OCUK0414E",
            Self::SiteSuspended { .. } => "OCUK0415E",
            Self::Malformed { .. } => "OCUX0904E",
        }
    }

    /// Finer stable word; also the key of the sentence.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownWorker { looks_like: None } => "touch-unknown-worker",
            Self::UnknownWorker { looks_like: Some(_) } => "touch-wrong-kind",
            Self::UnknownSite => "touch-unknown-site",
            Self::OutsidePeriod { .. } => "touch-outside-period",
            Self::SiteSuspended { .. } => "touch-site-suspended",
            Self::TooOld { .. } => "touch-too-old",
            Self::InFuture { .. } => "touch-in-future",
            Self::RegistrationEnded { .. } => "touch-registration-ended",
            Self::DeadCard => "touch-dead-card",
            Self::Malformed { .. } => "touch-malformed",
        }
    }

    /// Who can mend it.
    #[must_use]
    pub fn mender(&self) -> Mender {
        match self {
            Self::UnknownWorker { .. } => Mender::Employer,
            Self::UnknownSite | Self::OutsidePeriod { .. } | Self::SiteSuspended { .. } => Mender::Prime,
            Self::TooOld { .. } => Mender::Nobody,
            Self::InFuture { .. } | Self::Malformed { .. } => Mender::DeviceKeeper,
            Self::RegistrationEnded { .. } | Self::DeadCard => Mender::Worker,
        }
    }

    /// The field of the item that is at fault.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::UnknownWorker { .. } | Self::RegistrationEnded { .. } => "worker_id",
            Self::UnknownSite => "site_id",
            Self::DeadCard => "card_issue",
            Self::OutsidePeriod { .. } | Self::SiteSuspended { .. } | Self::TooOld { .. } | Self::InFuture { .. } => "at",
            Self::Malformed { field } => field,
        }
    }
}

/// Who can mend a thing, as far as the rules know; the registry puts the name to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mender {
    /// The prime of the site.
    Prime,
    /// This company.
    Company(CompanyId),
    /// The worker's employer, whichever that is.
    Employer,
    /// The worker.
    Worker,
    /// Who looks after the device.
    DeviceKeeper,
    /// Nobody any more.
    Nobody,
}

/// What admission looks at.
#[derive(Debug, Clone, Copy)]
pub struct Admission {
    /// History period of the site.
    pub period: (WorkDay, WorkDay),
    /// The suspension of the site that holds on the day, if there is one.
    pub paused: Option<Pause>,
    /// Day on which the worker's registration ended, if it has.
    pub registration_ended: Option<WorkDay>,
    /// When the card that was held to the reader died, if it has.
    pub card_died: Option<Timestamp>,
    /// Present.
    pub now: Timestamp,
    /// Today in Japan.
    pub today: WorkDay,
    /// Seconds a device clock may run ahead.
    pub clock_ahead_seconds: i64,
    /// Months after the work month in which a day can still be sent.
    pub mending_months: i64,
}

/// Whether a touch at `at`, belonging to `day`, is taken in. Unknown worker and site are found by look-up before this.
///
/// # Errors
/// The first rule it breaks, clock first: a wrong clock makes every other answer meaningless.
pub fn admit(at: Timestamp, day: WorkDay, a: &Admission) -> Result<(), Refusal> {
    let ahead_seconds = at.as_second().saturating_sub(a.now.as_second());
    if ahead_seconds > a.clock_ahead_seconds {
        return Err(Refusal::InFuture { ahead_seconds });
    }
    let deadline = mending_deadline(day, a.mending_months);
    if a.today > deadline {
        return Err(Refusal::TooOld { deadline });
    }
    if let Some(on) = a.registration_ended.filter(|on| *on < day) {
        return Err(Refusal::RegistrationEnded { on });
    }
    // What was touched while the card lived counts, however late it is sent.
    if a.card_died.is_some_and(|died| died <= at) {
        return Err(Refusal::DeadCard);
    }
    let (from, to) = a.period;
    if day < from || day > to {
        return Err(Refusal::OutsidePeriod { from, to });
    }
    if let Some(Pause { from, to }) = a.paused.filter(|pause| pause.holds(day)) {
        return Err(Refusal::SiteSuspended { from, to });
    }
    Ok(())
}

/// What the registry knows about one worker at one site on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Companies the worker belonged to on the day, main one first.
    pub employers: Vec<CompanyId>,
    /// Trades the worker has registered.
    pub trades: Vec<TradeCode>,
    /// Detailed registration (詳細型); the simplified one collects days too, but cannot be evaluated yet.
    pub detailed: bool,
    /// Where the worker stands on the roster, if he does.
    pub roster: Option<RosterStanding>,
    /// The site is a place of training on the day.
    pub training: bool,
    /// If not on the roster: how the main employer stands in the organisation; `None` if it is not in it.
    pub employer_chain: Option<Chain>,
}

impl Standing {
    /// Whether the site may know of the worker before he touches there: he is on its roster, or his company has approved its place
    /// in the organisation. An invitation alone opens nobody's people to the site (R-STR-2).
    #[must_use]
    pub fn is_expected(&self) -> bool {
        self.roster.is_some() || matches!(self.employer_chain, Some(Chain::Approved | Chain::UpperOpen(_)))
    }
}

/// A worker's row of the roster (作業員名簿) as the judge sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterStanding {
    /// Node to which the worker's history accrues.
    pub node: NodeId,
    /// Company of the node.
    pub company: CompanyId,
    /// Approval up to the prime.
    pub chain: Chain,
    /// Trade (職種), to the small class if it is to count.
    pub trade: Option<TradeCode>,
    /// Position (立場); none is an ordinary worker.
    pub position: Option<PositionId>,
    /// Work content (作業内容).
    pub work_content: String,
    /// Hazardous substance and special check-ups, if it says anything of them: boxed, since hardly any row does.
    pub hazards: Option<Box<Hazards>>,
}

/// A worker's row on the roster of a site, with what decides whether it speaks for a day. He may stand at several nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// What it says.
    pub standing: RosterStanding,
    /// First day it holds; none: the site's first.
    pub from: Option<WorkDay>,
    /// Last day it holds; none: the site's last.
    pub to: Option<WorkDay>,
    /// His history accrues here, as things stand today (R-ROS-3).
    pub accrues: bool,
}

/// The row that speaks for a day: of those that hold on it, one of a company he belonged to that day before others, and of these
/// the one his history accrues to. So a late touch of a day before a move between companies still finds the old company's row.
#[must_use]
pub fn row_of_day<'a>(rows: &'a [RosterRow], employers: &[CompanyId], day: WorkDay) -> Option<&'a RosterStanding> {
    rows.iter()
        .filter(|row| row.from.is_none_or(|from| from <= day) && row.to.is_none_or(|to| day <= to))
        .min_by_key(|row| (!employers.contains(&row.standing.company), !row.accrues))
        .map(|row| &row.standing)
}

/// Why a history does not count yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Only an exit was seen.
    EntryMissing,
    /// The worker is tied to no company in the registry.
    EmployerNotLinked,
    /// The worker's company is not in the organisation.
    CompanyNotInOrganisation {
        /// The company.
        company: CompanyId,
    },
    /// The company is invited but has not approved.
    CompanyNotApproved {
        /// The company.
        company: CompanyId,
    },
    /// A company above has not approved.
    UpperNotApproved {
        /// The open company.
        company: CompanyId,
    },
    /// The worker is not on the roster.
    NotOnRoster {
        /// The employer, who can put him on it.
        company: CompanyId,
    },
    /// On the roster of a company he does not belong to.
    NotTiedToRosterCompany {
        /// The roster's company.
        company: CompanyId,
    },
    /// The roster row has no trade down to the small class.
    TradeMissing {
        /// The roster's company.
        company: CompanyId,
    },
    /// The roster's trade is not one the worker has registered.
    TradeNotHeld {
        /// The roster's company.
        company: CompanyId,
        /// The trade.
        trade: TradeCode,
    },
}

impl Reason {
    /// Stable code. A warning (W): the history is accepted.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EntryMissing => "OCUK0413W",
            Self::EmployerNotLinked | Self::NotTiedToRosterCompany { .. } => "OCUK0403W",
            Self::CompanyNotInOrganisation { .. } | Self::CompanyNotApproved { .. } | Self::UpperNotApproved { .. } => {
                "OCUK0406W"
            }
            Self::NotOnRoster { .. } | Self::TradeMissing { .. } => "OCUK0407W",
            Self::TradeNotHeld { .. } => "OCUK0411W",
        }
    }

    /// Finer stable word; also the key of the sentence.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::EntryMissing => "reason-entry-missing",
            Self::EmployerNotLinked => "reason-employer-not-linked",
            Self::CompanyNotInOrganisation { .. } => "reason-company-not-in-organisation",
            Self::CompanyNotApproved { .. } => "reason-company-not-approved",
            Self::UpperNotApproved { .. } => "reason-upper-not-approved",
            Self::NotOnRoster { .. } => "reason-not-on-roster",
            Self::NotTiedToRosterCompany { .. } => "reason-not-tied-to-roster-company",
            Self::TradeMissing { .. } => "reason-trade-missing",
            Self::TradeNotHeld { .. } => "reason-trade-not-held",
        }
    }

    /// Who can mend it.
    #[must_use]
    pub fn mender(&self) -> Mender {
        match self {
            Self::EntryMissing | Self::CompanyNotInOrganisation { .. } => Mender::Prime,
            Self::EmployerNotLinked => Mender::Worker,
            Self::CompanyNotApproved { company }
            | Self::UpperNotApproved { company }
            | Self::NotOnRoster { company }
            | Self::NotTiedToRosterCompany { company }
            | Self::TradeMissing { company }
            | Self::TradeNotHeld { company, .. } => Mender::Company(*company),
        }
    }

    /// The company named in the sentence, if one is.
    #[must_use]
    pub fn company(&self) -> Option<CompanyId> {
        match self.mender() {
            Mender::Company(company) => Some(company),
            _ => match self {
                Self::CompanyNotInOrganisation { company } => Some(*company),
                _ => None,
            },
        }
    }
}

/// What else there is to know about a day that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Counts, but a level can be judged only after the switch to the detailed registration.
    SimplifiedRegistration,
    /// A day of training: the site is a place of training.
    Training,
}

/// What a history says about the work, copied from the roster when it first counts (R-ROS-4: later changes leave it alone).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Employer on the day.
    pub employer: CompanyId,
    /// Node.
    pub node: NodeId,
    /// Trade, small class.
    pub trade: TradeCode,
    /// Position.
    pub position: Option<PositionId>,
    /// Work content.
    pub work_content: String,
    /// Hazardous substance and special check-ups. Judgements made before they were kept say nothing of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hazards: Option<Box<Hazards>>,
}

/// A judgement of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The day counts.
    Counts {
        /// What is kept of the roster.
        content: Content,
        /// What else to know.
        notes: Vec<Note>,
    },
    /// It does not yet.
    DoesNotCount {
        /// All reasons, the one to mend first first; never empty.
        reasons: Vec<Reason>,
    },
    /// The prime has voided the day (取消): it is a history no more, and its touches stay.
    Void {
        /// Why, in the prime's words.
        reason: String,
    },
}

impl Verdict {
    /// Whether the day counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self, Self::Counts { .. })
    }

    /// What it says about the work, if it counts.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Counts { content, .. } => Some(content),
            Self::DoesNotCount { .. } | Self::Void { .. } => None,
        }
    }

    /// Why it does not count, the reason to mend first first; none if it does.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Counts { .. } | Self::Void { .. } => &[],
            Self::DoesNotCount { reasons } => reasons,
        }
    }
}

/// Judges one day. Pure; the same facts give the same verdict at any time.
///
/// All open points are listed at once, in the order in which they have to be mended: a company must stand in the organisation
/// before it can put anybody on the roster.
#[must_use]
pub fn judge(attendance: &Attendance, standing: &Standing) -> Verdict {
    let mut reasons = Vec::new();
    match (standing.employers.first(), &standing.roster) {
        (None, _) => reasons.push(Reason::EmployerNotLinked),
        (Some(&company), None) => {
            match standing.employer_chain {
                None => reasons.push(Reason::CompanyNotInOrganisation { company }),
                Some(chain) => reasons.extend(open_link(chain, company)),
            }
            reasons.push(Reason::NotOnRoster { company });
        }
        (Some(_), Some(row)) => {
            reasons.extend(open_link(row.chain, row.company));
            if !standing.employers.contains(&row.company) {
                reasons.push(Reason::NotTiedToRosterCompany { company: row.company });
            }
            match &row.trade {
                Some(trade) if !trade.is_small() => reasons.push(Reason::TradeMissing { company: row.company }),
                None => reasons.push(Reason::TradeMissing { company: row.company }),
                Some(trade) if !standing.trades.contains(trade) => {
                    reasons.push(Reason::TradeNotHeld {
                        company: row.company,
                        trade: *trade,
                    });
                }
                Some(_) => {}
            }
        }
    }
    if attendance.first_in.is_none() {
        reasons.push(Reason::EntryMissing);
    }
    match &standing.roster {
        Some(RosterStanding {
            node,
            company,
            trade: Some(trade),
            position,
            work_content,
            hazards,
            ..
        }) if reasons.is_empty() => {
            let notes = [
                (!standing.detailed).then_some(Note::SimplifiedRegistration),
                standing.training.then_some(Note::Training),
            ];
            let content = Content {
                employer: *company,
                node: node.clone(),
                trade: *trade,
                position: position.clone(),
                work_content: work_content.clone(),
                hazards: hazards.clone(),
            };
            Verdict::Counts {
                content,
                notes: notes.into_iter().flatten().collect(),
            }
        }
        _ => Verdict::DoesNotCount { reasons },
    }
}

/// The reason an open link of the approval chain makes.
fn open_link(chain: Chain, company: CompanyId) -> Option<Reason> {
    match chain {
        Chain::Approved => None,
        Chain::OwnOpen => Some(Reason::CompanyNotApproved { company }),
        Chain::UpperOpen(company) => Some(Reason::UpperNotApproved { company }),
    }
}

#[cfg(test)]
mod tests;
