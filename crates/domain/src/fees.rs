//! Rules of money: what is carried over, what an invoice holds, when it is overdue, how long a company's registration lasts.
//!
//! Registry rule book 3.2 to 3.4. Prices are in the table of fees ([`crate::master::Fees`]), limits in the policies.

use jiff::ToSpan;

use crate::master::{Policies, Policy};
use crate::time::{WorkDay, YearMonth};

pub use crate::master::{Channel, CompanyKind, Fee, FeeItem, Fees, Registration};

/// What an invoice is for, as far as rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charge {
    /// An application (registration, renewal, upgrade).
    Application,
    /// Administrators' IDs for a year.
    AdministratorIds,
    /// Site use.
    SiteUse,
    /// A new card.
    Reissue,
}

impl Charge {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Application, Self::AdministratorIds, Self::SiteUse, Self::Reissue];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::AdministratorIds => "administrator_ids",
            Self::SiteUse => "site_use",
            Self::Reissue => "reissue",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|charge| charge.word() == word)
    }

    /// Is use suspended while it stays unpaid? (3.3.) What an application or a card costs only holds up that application or card.
    #[must_use]
    pub fn suspends(self) -> bool {
        matches!(self, Self::AdministratorIds | Self::SiteUse)
    }
}

/// The limit below which site use fees are carried over, as it is on the day of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarryRule {
    /// Yen from which an invoice is made.
    pub limit_yen: i64,
    /// For how many months at most, the first and the last counted; `None`: no end.
    pub most_months: Option<u32>,
}

impl CarryRule {
    /// The rule for the closing of a month: its invoice is dated the month after (3.3: the limit was raised "from the May invoice").
    #[must_use]
    pub fn of(policies: &Policies, closed: YearMonth) -> Self {
        let day = closed.next().first();
        Self {
            limit_yen: policies.at(Policy::SiteUseCarryLimitYen, day),
            most_months: u32::try_from(policies.at(Policy::SiteUseCarryMonths, day))
                .ok()
                .filter(|months| *months > 0),
        }
    }
}

/// What one month adds to what a company owes; below zero if a correction gave something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthTotal {
    /// Month in which it was closed.
    pub month: YearMonth,
    /// Yen.
    pub yen: i64,
}

/// What comes of a closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Nothing is owed and nothing waits.
    Nothing,
    /// All of it waits for a later closing.
    Carry(i64),
    /// All of it goes into one invoice, above zero.
    Invoice(i64),
}

/// Closes a month for one company. `waiting`: everything not invoiced yet, the month closed included, in any order.
#[must_use]
pub fn close(waiting: &[MonthTotal], closed: YearMonth, rule: CarryRule) -> Closing {
    let yen: i64 = waiting.iter().map(|total| total.yen).sum();
    let oldest = waiting.iter().filter(|total| total.yen != 0).map(|total| total.month).min();
    let Some(oldest) = oldest else {
        return Closing::Nothing;
    };
    let waited = u32::try_from(months_between(oldest, closed) + 1).unwrap_or(0);
    let too_long = rule.most_months.is_some_and(|most| waited >= most);
    if yen > 0 && (yen >= rule.limit_yen || too_long) {
        Closing::Invoice(yen)
    } else {
        Closing::Carry(yen)
    }
}

/// Months from one to the other.
#[must_use]
pub fn months_between(from: YearMonth, to: YearMonth) -> i32 {
    let number = |month: YearMonth| i32::from(month.year()) * 12 + i32::from(month.number());
    number(to) - number(from)
}

/// A sum of one tax rate, as a qualified invoice (適格請求書) tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxSum {
    /// Percent.
    pub percent: i64,
    /// Yen, tax included.
    pub gross: i64,
    /// Yen of tax in it. Rounded once per rate and invoice, as the law of qualified invoices wants it; a fraction is dropped.
    pub tax: i64,
}

/// Sums by tax rate, the highest first. `lines`: percent and amount, tax included.
#[must_use]
pub fn tax_sums(lines: impl IntoIterator<Item = (i64, i64)>) -> Vec<TaxSum> {
    let mut sums = std::collections::BTreeMap::new();
    for (percent, gross) in lines {
        *sums.entry(percent).or_insert(0) += gross;
    }
    let sum = |(percent, gross): (i64, i64)| TaxSum {
        percent,
        gross,
        tax: gross * percent / (100 + percent),
    };
    sums.into_iter().rev().map(sum).collect()
}

/// Where an unpaid invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Until the day it is due.
    InTime,
    /// After it.
    Overdue,
    /// So long after it that use is suspended, if the charge is of that kind.
    Suspends,
}

/// Where an unpaid invoice stands on a day. Use is suspended from the day after `suspend_after` days have passed since it was due.
#[must_use]
pub fn due(due_on: WorkDay, today: WorkDay, suspend_after: i64) -> Due {
    let days = i32::try_from(suspend_after).unwrap_or(i32::MAX);
    if today <= due_on {
        Due::InTime
    } else if today <= due_on.plus(days) {
        Due::Overdue
    } else {
        Due::Suspends
    }
}

/// Last day of a company registration: the end of the month of registration, so many years later (3.4).
#[must_use]
pub fn valid_until(registered: WorkDay, years: i64) -> WorkDay {
    let years = i16::try_from(years).unwrap_or(i16::MAX);
    WorkDay::from_date(registered.month().first().date().saturating_add(years.years()))
        .month()
        .last()
}

/// Where a company registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Valid.
    Valid,
    /// Valid, and a notice asks for the renewal.
    RenewalNotice,
    /// Over; it can still be renewed.
    Grace,
    /// Over.
    Expired,
}

/// Where a registration stands on a day. The notice stands from the first day of the month `notice_months` before the last one;
/// grace lasts to the end of the month `grace_months` after it.
#[must_use]
pub fn validity(valid_until: WorkDay, today: WorkDay, notice_months: i64, grace_months: i64) -> Validity {
    let last = valid_until.month().first().date();
    let month = |months: i64| {
        let months = i32::try_from(months).unwrap_or(0);
        WorkDay::from_date(last.saturating_add(months.months())).month()
    };
    if today > month(grace_months).last().max(valid_until) {
        Validity::Expired
    } else if today > valid_until {
        Validity::Grace
    } else if today >= month(-notice_months).first() {
        Validity::RenewalNotice
    } else {
        Validity::Valid
    }
}

/// The year of an administrator's ID in which `today` lies: it runs from the day the ID was made, and from each return of that day
/// (3.3). First and last day; `None` before the ID was made. The 29th of February returns on the 28th in other years.
#[must_use]
pub fn id_year(made: WorkDay, today: WorkDay) -> Option<(WorkDay, WorkDay)> {
    let begin = |years: i16| WorkDay::from_date(made.date().saturating_add(years.years()));
    let mut years = today.date().year() - made.date().year();
    if begin(years) > today {
        years -= 1;
    }
    (years >= 0).then(|| (begin(years), begin(years + 1).plus(-1)))
}

/// The year by which the operator numbers its invoices: the civil year in which it began.
#[must_use]
pub fn operator_year(day: WorkDay, first_month: i64) -> i32 {
    let date = day.date();
    i32::from(date.year()) - i32::from(i64::from(date.month()) < first_month)
}

/// A number under which a company issues qualified invoices (適格請求書発行事業者の登録番号): T and 13 digits.
#[must_use]
pub fn is_issuer_number(text: &str) -> bool {
    text.strip_prefix('T')
        .is_some_and(|digits| digits.len() == 13 && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
