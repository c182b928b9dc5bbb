//! Terms that run out: the registration of a company, the card of a worker; when their end is told, and from when it can be renewed.
//!
//! Registry rule book 2.6 and 3.4. Lengths and notices are dated rows of `data/policies.csv`.

use jiff::ToSpan;

use crate::fees::{Validity, valid_until, validity};
use crate::master::{Policies, Policy};
use crate::time::WorkDay;

/// Whose term it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A company's registration: it ends with a month, and its notices stand from the first day of a month.
    Company,
    /// A worker's card: it ends on a day, and its notices stand from the same day of a month before.
    Card,
}

impl Term {
    /// How many months before the end a notice stands, the earliest first.
    #[must_use]
    pub fn notices(self, policies: &Policies, today: WorkDay) -> Vec<i64> {
        let rules = match self {
            Self::Company => [
                Policy::CompanyRenewalNoticeMonths,
                Policy::CompanyRenewalSecondNoticeMonths,
                Policy::CompanyRenewalLastNoticeMonths,
            ],
            Self::Card => [
                Policy::CardRenewalNoticeMonths,
                Policy::CardRenewalSecondNoticeMonths,
                Policy::CardRenewalLastNoticeMonths,
            ],
        };
        let mut months: Vec<i64> = rules.map(|rule| policies.at(rule, today)).to_vec();
        months.sort_unstable_by(|one, other| other.cmp(one));
        months.dedup();
        months
    }

    /// The first day of the notice that stands so many months before an end.
    #[must_use]
    pub fn notice_from(self, last: WorkDay, months: i64) -> WorkDay {
        let before = |day: WorkDay| WorkDay::from_date(day.date().saturating_sub(i32::try_from(months).unwrap_or(0).months()));
        match self {
            Self::Company => before(last.month().first()),
            Self::Card => before(last),
        }
    }

    /// The latest end whose notice of so many months stands today: [`Self::notice_from`] the other way round, so that the ends
    /// concerned can be asked for by one span.
    #[must_use]
    pub fn reaches(self, today: WorkDay, months: i64) -> WorkDay {
        let after = |day: WorkDay| WorkDay::from_date(day.date().saturating_add(i32::try_from(months).unwrap_or(0).months()));
        match self {
            Self::Company => after(today.month().first()).month().last(),
            // A month that ends earlier stands for its longer sister's last days.
            Self::Card if today == today.month().last() => after(today.month().first()).month().last(),
            Self::Card => after(today),
        }
    }
}

/// Where a company's registration stands.
#[must_use]
pub fn of_company(policies: &Policies, last: WorkDay, today: WorkDay) -> Validity {
    let at = |policy| policies.at(policy, today);
    validity(
        last,
        today,
        at(Policy::CompanyRenewalNoticeMonths),
        at(Policy::CompanyGraceMonths),
    )
}

/// The new last day of a company registration that is renewed today. In time, and in the months of grace, it goes on from the old one,
/// so that nobody loses by being early or wins by being late; after them it begins anew.
#[must_use]
pub fn renewed_until(policies: &Policies, last: WorkDay, today: WorkDay) -> WorkDay {
    let years = policies.at(Policy::CompanyValidityYears, today);
    match of_company(policies, last, today) {
        Validity::Expired => valid_until(today, years),
        Validity::Valid | Validity::RenewalNotice | Validity::Grace => valid_until(last, years),
    }
}

/// May a card be renewed: does its end come within the months of the first notice, or has it passed?
#[must_use]
pub fn card_may_be_renewed(policies: &Policies, last: WorkDay, today: WorkDay) -> bool {
    let months = policies.at(Policy::CardRenewalNoticeMonths, today);
    today >= Term::Card.notice_from(last, months)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Masters;

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    #[test]
    fn notices_as_people_count_them() {
        let cases = [
            (Term::Company, "2030-04-30", 6, "2029-10-01"),
            (Term::Company, "2030-04-30", 3, "2030-01-01"),
            (Term::Company, "2030-04-30", 1, "2030-03-01"),
            (Term::Card, "2036-02-10", 6, "2035-08-10"),
            (Term::Card, "2036-08-31", 6, "2036-02-29"),
            (Term::Card, "2036-03-31", 1, "2036-02-29"),
        ];
        for (term, last, months, from) in cases {
            assert_eq!(term.notice_from(day(last), months), day(from), "{term:?} {last} {months}");
        }
        let masters = Masters::embedded().unwrap();
        for term in [Term::Company, Term::Card] {
            assert_eq!(term.notices(masters.policies(), day("2026-11-21")), [6, 3, 1]);
        }
    }

    #[test]
    fn a_renewal_goes_on_from_the_old_term_until_the_grace_is_over() {
        let masters = Masters::embedded().unwrap();
        let renewed = |today: &str| renewed_until(masters.policies(), day("2030-04-30"), day(today));
        for (today, until) in [
            ("2029-10-01", "2035-04-30"),
            ("2030-04-30", "2035-04-30"),
            ("2030-05-01", "2035-04-30"),
            ("2030-07-31", "2035-04-30"),
            ("2030-08-01", "2035-08-31"),
            ("2033-02-10", "2038-02-28"),
        ] {
            assert_eq!(renewed(today), day(until), "{today}");
        }
    }

    proptest! {
        #[test]
        fn the_span_holds_just_the_ends_whose_notice_stands(today in 0..20_000_i32, ahead in 0..800_i32, months in 0..25_i64) {
            let today = day("2019-04-01").plus(today);
            let last = today.plus(ahead);
            for term in [Term::Company, Term::Card] {
                // Companies end with a month.
                let last = if term == Term::Company { last.month().last() } else { last };
                prop_assert_eq!(term.notice_from(last, months) <= today, last <= term.reaches(today, months), "{:?} {} {}", term, last, today);
            }
        }

        #[test]
        fn a_renewal_never_shortens_and_ends_with_a_month(begun in 0..15_000_i32, late in -400..4_000_i32) {
            let masters = Masters::embedded().unwrap();
            let last = valid_until(day("2019-04-01").plus(begun), 5);
            let today = last.plus(late);
            let until = renewed_until(masters.policies(), last, today);
            prop_assert!(until > last);
            prop_assert!(until > today, "it is valid when it is paid");
            prop_assert_eq!(until, until.month().last());
            prop_assert!(until <= valid_until(today.max(last), 5), "and never for more than its years");
        }
    }
}
