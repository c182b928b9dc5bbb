//! What an invoice is for, who pays it, and what stands in it.

use domain::fees::{Charge, FeeItem};
use domain::{CompanyId, WorkDay, WorkerId, YearMonth};
use store::StoreError;

use crate::access::Viewer;
use crate::rows::{day, id, unreadable};

/// What an invoice is for; told back when it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An application, by its key.
    Application(String),
    /// Administrators' IDs of a company for the year that begins on this day (`yyyymmdd`).
    AdministratorIds(CompanyId, i32),
    /// Site use of a company, closed with this month.
    SiteUse(CompanyId, YearMonth),
    /// A new card, by the key of what asked for it.
    Reissue(String),
}

impl About {
    /// Its kind.
    #[must_use]
    pub fn charge(&self) -> Charge {
        match self {
            Self::Application(_) => Charge::Application,
            Self::AdministratorIds(..) => Charge::AdministratorIds,
            Self::SiteUse(..) => Charge::SiteUse,
            Self::Reissue(_) => Charge::Reissue,
        }
    }

    /// As columns: key or ID, and day.
    pub(super) fn columns(&self) -> (String, i32) {
        match self {
            Self::Application(key) | Self::Reissue(key) => (key.clone(), 0),
            Self::AdministratorIds(company, first) => (company.to_string(), *first),
            Self::SiteUse(company, month) => (company.to_string(), month.first().to_number()),
        }
    }

    pub(super) fn read(charge: &str, about: &str, about_day: i32) -> Result<Self, StoreError> {
        let charge = Charge::from_word(charge).ok_or_else(|| unreadable("invoice.charge"))?;
        Ok(match charge {
            Charge::Application => Self::Application(about.to_owned()),
            Charge::Reissue => Self::Reissue(about.to_owned()),
            Charge::AdministratorIds => Self::AdministratorIds(id(about, "invoice.about_id")?, about_day),
            Charge::SiteUse => Self::SiteUse(id(about, "invoice.about_id")?, day(about_day, "invoice.about_day")?.month()),
        })
    }
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayerId {
    /// A company.
    Company(CompanyId),
    /// A worker.
    Worker(WorkerId),
    /// Somebody who has no ID yet, by the key of his account.
    Account(String),
}

impl PayerId {
    pub(super) fn columns(&self) -> (&'static str, String) {
        match self {
            Self::Company(company) => ("company", company.to_string()),
            Self::Worker(worker) => ("worker", worker.to_string()),
            Self::Account(account) => ("account", account.clone()),
        }
    }

    pub(super) fn read(kind: &str, payer: &str) -> Result<Self, StoreError> {
        match kind {
            "company" => Ok(Self::Company(id(payer, "invoice.payer_id")?)),
            "worker" => Ok(Self::Worker(id(payer, "invoice.payer_id")?)),
            "account" => Ok(Self::Account(payer.to_owned())),
            _ => Err(unreadable("invoice.payer_kind")),
        }
    }

    /// Is it this viewer's to see and to pay? Of a company, those who may see its fees.
    #[must_use]
    pub fn is(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Company(company) => viewer.company_id() == Some(*company) && viewer.may(domain::access::Act::SeeFees),
            Self::Worker(worker) => viewer.worker.as_ref().is_some_and(|(own, _)| own == worker),
            Self::Account(account) => viewer.account == *account,
        }
    }
}

/// Who pays, as the invoice is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Who.
    pub id: PayerId,
    /// Name on the invoice.
    pub name: String,
    /// Postal code, may be empty.
    pub postal: String,
    /// Address, may be empty.
    pub address: String,
}

/// A line of an invoice. The tax rate is that of the day, and the price contains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What is charged.
    pub item: FeeItem,
    /// How many.
    pub quantity: i64,
    /// Yen each, tax included.
    pub unit_price_yen: i64,
}

impl Line {
    /// Yen of the line.
    #[must_use]
    pub fn yen(&self) -> i64 {
        self.quantity * self.unit_price_yen
    }
}

/// A line with the time it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DatedLine {
    pub(super) line: Line,
    pub(super) period: Option<WorkDay>,
    pub(super) correction: bool,
}
