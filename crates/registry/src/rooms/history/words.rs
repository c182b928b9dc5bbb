//! Reasons and refusals in words: the sentence, the name of who can mend it, until when, and the screen that mends it.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::judge::{Mender, Reason, Refusal, mending_deadline};
use domain::{CompanyId, Masters, SiteId, WorkDay};
use store::{Rows, StoreError, Tx};
use web::{T, Value};
use wire::Remark;

use super::queries;
use crate::access::Viewer;
use crate::rooms::roster;
use crate::rows::id;

/// Names of companies.
pub(super) type Names = BTreeMap<CompanyId, String>;

#[derive(sea_orm::FromQueryResult)]
struct NameRow {
    id: String,
    name: String,
}

/// The companies that some reasons name.
pub(super) fn companies_in<'a>(reasons: impl IntoIterator<Item = &'a Reason>) -> BTreeSet<CompanyId> {
    reasons.into_iter().filter_map(Reason::company).collect()
}

/// Looks up names of companies.
pub(super) async fn names(tx: &Tx, ids: &BTreeSet<CompanyId>) -> Result<Names, StoreError> {
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let rows = Rows::of(ids.iter().map(|c| [c.to_string()]))?;
    let found: Vec<NameRow> = tx.all(&queries::COMPANY_NAMES, [rows.into_value()]).await?;
    found
        .into_iter()
        .map(|row| Ok((id(&row.id, "company.id")?, row.name)))
        .collect()
}

/// What a sentence about a day needs to know.
pub(super) struct About<'a> {
    pub(super) site: SiteId,
    pub(super) prime: &'a str,
    pub(super) names: &'a Names,
    /// Stands for the worker in addresses.
    pub(super) handle: &'a str,
    pub(super) day: WorkDay,
    pub(super) mending_months: i64,
}

impl About<'_> {
    fn mender(&self, t: &T, mender: Mender) -> String {
        match mender {
            Mender::Prime => self.prime.to_owned(),
            Mender::Company(company) => self.names.get(&company).cloned().unwrap_or_default(),
            Mender::Employer => t.s("mender-employer"),
            Mender::Worker => t.s("mender-worker"),
            Mender::DeviceKeeper => t.s("mender-device-keeper"),
            Mender::Nobody => t.s("mender-nobody"),
        }
    }

    /// Last day on which mending helps.
    pub(super) fn until(&self) -> WorkDay {
        mending_deadline(self.day, self.mending_months)
    }

    /// A reason in words.
    pub(super) fn reason(&self, t: &T, reason: &Reason) -> Remark {
        let company = reason.company().and_then(|c| self.names.get(&c)).cloned().unwrap_or_default();
        let trade = match reason {
            Reason::TradeNotHeld { trade, .. } => trade.to_string(),
            _ => String::new(),
        };
        Remark {
            code: reason.code().to_owned(),
            key: dotted(reason.key()),
            text: t.with(
                reason.key(),
                &[("company", Value::from(company)), ("trade", Value::from(trade))],
            ),
            field: None,
            mender: Some(self.mender(t, reason.mender())),
            until: Some(self.until()),
            link: Some(self.link(reason)),
        }
    }

    /// The screen that mends it.
    fn link(&self, reason: &Reason) -> String {
        let site = self.site;
        match reason {
            // For a worker who is on the roster already, this address opens his row.
            Reason::NotOnRoster { .. }
            | Reason::TradeMissing { .. }
            | Reason::TradeNotHeld { .. }
            | Reason::NotTiedToRosterCompany { .. } => {
                format!("/sites/{site}/roster/add?worker={}", self.handle)
            }
            Reason::CompanyNotInOrganisation { .. } => format!("/sites/{site}/organisation"),
            Reason::CompanyNotApproved { .. } | Reason::UpperNotApproved { .. } => "/approvals".to_owned(),
            Reason::EntryMissing | Reason::EmployerNotLinked => format!("/sites/{site}/days/{}/{}", self.day, self.handle),
        }
    }

    /// A refusal in words.
    pub(super) fn refusal(&self, t: &T, refusal: &Refusal) -> Remark {
        let args: Vec<(&'static str, Value)> = match refusal {
            Refusal::UnknownWorker { looks_like: Some(kind) } => vec![("kind", t.s(format!("id-kind-{}", kind.word())).into())],
            Refusal::OutsidePeriod { from, to } => vec![("from", t.day(*from).into()), ("to", t.day(*to).into())],
            Refusal::SiteSuspended { from, to } => {
                let to = to.map_or_else(|| t.s("suspended-open"), |to| t.day(to));
                vec![("from", t.day(*from).into()), ("to", to.into())]
            }
            Refusal::TooOld { deadline } => vec![("deadline", t.day(*deadline).into())],
            Refusal::InFuture { ahead_seconds } => vec![("seconds", (*ahead_seconds).into())],
            Refusal::RegistrationEnded { on } => vec![("on", t.day(*on).into())],
            Refusal::Malformed { field } => vec![("field", field.clone().into())],
            Refusal::UnknownWorker { looks_like: None } | Refusal::UnknownSite | Refusal::DeadCard => Vec::new(),
        };
        Remark {
            code: refusal.code().to_owned(),
            key: dotted(refusal.key()),
            text: t.with(refusal.key(), &args),
            field: Some(refusal.field().to_owned()),
            mender: Some(self.mender(t, refusal.mender())),
            until: None,
            link: match refusal {
                Refusal::OutsidePeriod { .. } => Some(format!("/sites/{}/edit", self.site)),
                Refusal::SiteSuspended { .. } => Some(format!("/sites/{}/state", self.site)),
                _ => None,
            },
        }
    }
}

/// Whether a viewer can mend it: it is for his company to do, and he may do what it takes.
pub(super) fn can_mend(viewer: &Viewer, is_prime: bool, reason: &Reason) -> bool {
    let is_his = match reason.mender() {
        Mender::Prime => is_prime,
        Mender::Company(company) => viewer.company_id() == Some(company),
        Mender::Employer | Mender::Worker | Mender::DeviceKeeper | Mender::Nobody => false,
    };
    let act = match reason {
        Reason::NotOnRoster { .. }
        | Reason::TradeMissing { .. }
        | Reason::TradeNotHeld { .. }
        | Reason::NotTiedToRosterCompany { .. } => Act::KeepRoster,
        Reason::CompanyNotApproved { .. } | Reason::UpperNotApproved { .. } => Act::Approve,
        Reason::CompanyNotInOrganisation { .. } => Act::Invite,
        Reason::EntryMissing | Reason::EmployerNotLinked => Act::KeepSite,
    };
    is_his && viewer.may(act)
}

/// The key as machines know it: `history.not_on_roster`.
fn dotted(key: &str) -> String {
    let bare = key
        .strip_prefix("reason-")
        .or_else(|| key.strip_prefix("touch-"))
        .unwrap_or(key);
    format!("history.{}", bare.replace('-', "_"))
}

/// The stored trade as people read it; empty if there is none.
pub(super) fn trade_words(masters: &Masters, t: &T, code: Option<&str>) -> String {
    let code = code.and_then(|code| code.parse().ok());
    code.map(|code| roster::trade_name(masters, t, code)).unwrap_or_default()
}

/// The stored position as people read it; empty for an ordinary worker.
pub(super) fn position_words(masters: &Masters, t: &T, id: Option<&str>) -> String {
    let id = id.and_then(|id| id.parse().ok());
    id.map(|id| roster::position_name(masters, t, &id)).unwrap_or_default()
}
