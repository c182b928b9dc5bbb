//! Reasons and refusals in words: the sentence, the name of who can mend it, until when, and the screen that mends it.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{Mender, Reason, Refusal, mending_deadline};
use domain::{CompanyId, Masters, SiteId, WorkDay};
use store::{Rows, StoreError, Tx};
use web::{T, Value};
use wire::Remark;

use super::queries;
use super::rows::hazards;
use crate::access::Viewer;
use crate::rooms::roster;
use crate::rows::id;

/// Names of companies.
pub(crate) type Names = BTreeMap<CompanyId, String>;

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
pub(crate) async fn names(tx: &Tx, ids: &BTreeSet<CompanyId>) -> Result<Names, StoreError> {
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
pub(crate) struct About<'a> {
    pub(crate) site: SiteId,
    pub(crate) prime: &'a str,
    pub(crate) names: &'a Names,
    /// Stands for the worker in addresses.
    pub(crate) handle: &'a str,
    pub(crate) day: WorkDay,
    pub(crate) mending_months: i64,
}

impl About<'_> {
    pub(crate) fn mender(&self, t: &T, mender: Mender) -> String {
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
    pub(crate) fn reason(&self, t: &T, reason: &Reason) -> Remark {
        Remark {
            code: reason.code().to_owned(),
            key: dotted(reason.key()),
            text: reason_words(t, self.names, reason),
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
            Reason::EntryMissing => format!("/sites/{site}/days/{}/{}", self.day, self.handle),
            Reason::EmployerNotLinked => "/my/registration".to_owned(),
        }
    }

    /// The screen that mends a refusal, where there is one.
    fn link_of_refusal(&self, refusal: &Refusal) -> Option<String> {
        let site = self.site;
        match refusal {
            Refusal::OutsidePeriod { .. } => Some(format!("/sites/{site}/edit")),
            Refusal::SiteSuspended { .. } => Some(format!("/sites/{site}/state")),
            Refusal::UnknownSite | Refusal::InFuture { .. } | Refusal::Malformed { .. } => Some(format!("/sites/{site}/readers")),
            Refusal::DeadCard => Some("/my/card".to_owned()),
            Refusal::RegistrationEnded { .. } => Some("/my/registration".to_owned()),
            Refusal::UnknownWorker { .. } | Refusal::TooOld { .. } => None,
        }
    }

    /// A refusal in words.
    pub(crate) fn refusal(&self, t: &T, refusal: &Refusal) -> Remark {
        Remark {
            code: refusal.code().to_owned(),
            key: dotted(refusal.key()),
            text: refusal_words(t, refusal),
            field: Some(refusal.field().to_owned()),
            mender: Some(self.mender(t, refusal.mender())),
            until: None,
            link: self.link_of_refusal(refusal),
        }
    }
}

/// The sentence of a reason.
pub(crate) fn reason_words(t: &T, names: &Names, reason: &Reason) -> String {
    let company = reason.company().and_then(|c| names.get(&c)).cloned().unwrap_or_default();
    let trade = match reason {
        Reason::TradeNotHeld { trade, .. } => trade.to_string(),
        _ => String::new(),
    };
    t.with(
        reason.key(),
        &[("company", Value::from(company)), ("trade", Value::from(trade))],
    )
}

/// The sentence of a refusal.
pub(crate) fn refusal_words(t: &T, refusal: &Refusal) -> String {
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
    t.with(refusal.key(), &args)
}

/// Whether a viewer can mend it: it is for his company to do and he may do what it takes, or it is his own registration.
pub(super) fn can_mend(viewer: &Viewer, is_prime: bool, reason: &Reason) -> bool {
    let is_his = match reason.mender() {
        Mender::Prime => is_prime,
        Mender::Company(company) => viewer.company_id() == Some(company),
        Mender::Worker => return viewer.worker.is_some(),
        Mender::Employer | Mender::DeviceKeeper | Mender::Nobody => false,
    };
    is_his && reason.act().is_some_and(|act| viewer.may(act))
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

/// What a history keeps of hazards, in words: the substance, and the special check-ups. Both empty if it keeps nothing.
pub(super) fn hazard_words(masters: &Masters, t: &T, stored: Option<&str>) -> Result<[String; 2], StoreError> {
    let Some(kept) = hazards(stored, "history.hazards")? else {
        return Ok([String::new(), String::new()]);
    };
    Ok([
        roster::hazard_words(masters, t, kept.hazard.as_deref(), &kept.hazard_other),
        roster::checkup_words(masters, t, &kept.checkups, &kept.checkup_other).join("、"),
    ])
}

#[cfg(test)]
mod tests {
    use domain::IdKind;
    use web::{Language, Texts};

    use super::*;
    use crate::app;

    /// Every reason; a new one does not compile until it stands here.
    fn reasons() -> Vec<Reason> {
        let (company, trade) = (CompanyId::from_free_digits(2, 22).unwrap(), "01-01".parse().unwrap());
        let all = [
            Reason::EntryMissing,
            Reason::EmployerNotLinked,
            Reason::CompanyNotInOrganisation { company },
            Reason::CompanyNotApproved { company },
            Reason::UpperNotApproved { company },
            Reason::NotOnRoster { company },
            Reason::NotTiedToRosterCompany { company },
            Reason::TradeMissing { company },
            Reason::TradeNotHeld { company, trade },
        ];
        let place = |reason: &Reason| match reason {
            Reason::EntryMissing => 0,
            Reason::EmployerNotLinked => 1,
            Reason::CompanyNotInOrganisation { .. } => 2,
            Reason::CompanyNotApproved { .. } => 3,
            Reason::UpperNotApproved { .. } => 4,
            Reason::NotOnRoster { .. } => 5,
            Reason::NotTiedToRosterCompany { .. } => 6,
            Reason::TradeMissing { .. } => 7,
            Reason::TradeNotHeld { .. } => 8,
        };
        assert!(all.iter().enumerate().all(|(n, reason)| place(reason) == n));
        all.to_vec()
    }

    fn refusals() -> Vec<Refusal> {
        let day: WorkDay = "2026-11-20".parse().unwrap();
        let all = [
            Refusal::UnknownWorker { looks_like: None },
            Refusal::UnknownSite,
            Refusal::OutsidePeriod { from: day, to: day },
            Refusal::TooOld { deadline: day },
            Refusal::InFuture { ahead_seconds: 400 },
            Refusal::RegistrationEnded { on: day },
            Refusal::DeadCard,
            Refusal::Malformed { field: "at".into() },
            Refusal::SiteSuspended { from: day, to: None },
        ];
        let place = |refusal: &Refusal| match refusal {
            Refusal::UnknownWorker { .. } => 0,
            Refusal::UnknownSite => 1,
            Refusal::OutsidePeriod { .. } => 2,
            Refusal::TooOld { .. } => 3,
            Refusal::InFuture { .. } => 4,
            Refusal::RegistrationEnded { .. } => 5,
            Refusal::DeadCard => 6,
            Refusal::Malformed { .. } => 7,
            Refusal::SiteSuspended { .. } => 8,
        };
        assert!(all.iter().enumerate().all(|(n, refusal)| place(refusal) == n));
        let kinds = [IdKind::Company, IdKind::Site].map(|kind| Refusal::UnknownWorker { looks_like: Some(kind) });
        all.into_iter().chain(kinds).collect()
    }

    /// Whether a page of ours answers at an address.
    fn is_a_page(link: &str) -> bool {
        let parts: Vec<&str> = link.split('?').next().unwrap_or_default().split('/').collect();
        app::routes().list().iter().any(|(method, route)| {
            let pattern: Vec<&str> = route.split('/').collect();
            method.as_str() == "GET"
                && pattern.len() == parts.len()
                && pattern.iter().zip(&parts).all(|(p, part)| p.starts_with('{') || p == part)
        })
    }

    #[test]
    fn every_reason_and_refusal_says_what_who_until_when_and_where() {
        let texts = Texts::new(app::texts());
        let company = CompanyId::from_free_digits(2, 22).unwrap();
        let names = Names::from([(company, "つばめ電設".to_owned())]);
        let about = About {
            site: SiteId::from_free_digits(3, 71).unwrap(),
            prime: "みやこ建設",
            names: &names,
            handle: "abc",
            day: "2026-11-20".parse().unwrap(),
            mending_months: 1,
        };
        for language in Language::ALL {
            let t = texts.t(language);
            let both = matches!(language, Language::Ja | Language::En);
            let whole = |remark: &Remark| {
                assert!(
                    !remark.text.is_empty() && !remark.text.contains(&remark.key),
                    "{language:?} {remark:?}"
                );
                assert!(
                    remark.mender.as_ref().is_some_and(|m| !m.is_empty()),
                    "{language:?} {remark:?}"
                );
                if let Some(link) = &remark.link {
                    assert!(is_a_page(link), "{link}");
                    let button = remark.key.replace("history.", "mend-").replace('_', "-");
                    assert!(!both || t.get(&button).is_some(), "{language:?} {button}");
                }
            };
            for reason in reasons() {
                let remark = about.reason(&t, &reason);
                whole(&remark);
                assert_eq!(remark.until, "2026-12-31".parse().ok());
                assert!(remark.link.is_some(), "{reason:?}");
            }
            for refusal in refusals() {
                whole(&about.refusal(&t, &refusal));
            }
        }
    }
}
