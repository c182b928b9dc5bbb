//! The worker's card (技能者カード): until when it holds, and its colour.
//!
//! Registry rule book 2.6: the first birthday after so many years from the issue; more years for who was 60 or older at application,
//! fewer where only the employer vouched. The years are dated rows of `data/policies.csv`.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::master::{Policies, Policy};
use crate::time::WorkDay;

/// Highest number of issue: the card has two digits for it.
pub const LAST_NUMBER: u8 = 99;

/// How the worker's identity was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// By papers (本人確認書類).
    Papers,
    /// By the employer's word alone (所属事業者の証明).
    Employer,
}

impl Identity {
    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "papers" => Some(Self::Papers),
            "employer" => Some(Self::Employer),
            _ => None,
        }
    }
}

/// The years in force on the day of issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// As a rule.
    pub years: i64,
    /// For who was old enough at application.
    pub senior_years: i64,
    /// How old that is.
    pub senior_age: i64,
    /// Where only the employer vouched.
    pub vouched_years: i64,
}

impl Terms {
    /// Those in force on a day.
    #[must_use]
    pub fn on(policies: &Policies, day: WorkDay) -> Self {
        Self {
            years: policies.at(Policy::CardYears, day),
            senior_years: policies.at(Policy::CardYearsSenior, day),
            senior_age: policies.at(Policy::CardSeniorAge, day),
            vouched_years: policies.at(Policy::CardYearsVouched, day),
        }
    }
}

/// Last day on which a card holds: the first birthday after the years, counted from the issue. A birthday on the very day on which
/// the years are over is not after them: it is the next one. Without a birth day (taken over from elsewhere) the years themselves.
///
/// Who only had the employer's word gets the shortest term at any age: what is not known is not made up for by age.
#[must_use]
pub fn valid_until(terms: &Terms, issued: WorkDay, applied: WorkDay, birth: Option<WorkDay>, identity: Identity) -> WorkDay {
    let years = match (identity, birth) {
        (Identity::Employer, _) => terms.vouched_years,
        (Identity::Papers, Some(birth)) if i64::from(age(birth, applied)) >= terms.senior_age => terms.senior_years,
        (Identity::Papers, _) => terms.years,
    };
    let over = issued.date().saturating_add(years.years());
    let Some(birth) = birth else {
        return WorkDay::from_date(over);
    };
    let this_year = birthday(birth, over.year());
    WorkDay::from_date(if this_year > over {
        this_year
    } else {
        birthday(birth, over.year().saturating_add(1))
    })
}

/// Full years on a day.
#[must_use]
pub fn age(birth: WorkDay, on: WorkDay) -> i16 {
    let (birth_date, day) = (birth.date(), on.date());
    let had_birthday = birthday(birth, day.year()) <= day;
    day.year() - birth_date.year() - i16::from(!had_birthday)
}

/// The birthday in a year. Who was born on 29 February has it on the 28th where there is no 29th, as with driving licences.
fn birthday(birth: WorkDay, year: i16) -> Date {
    let date = birth.date();
    Date::new(year, date.month(), date.day()).unwrap_or_else(|_| Date::new(year, date.month(), 28).unwrap_or(Date::MAX))
}

/// Colour of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Level 1.
    White,
    /// Level 2.
    Blue,
    /// Level 3.
    Silver,
    /// Level 4.
    Gold,
}

impl Colour {
    /// The colour of a level; of what is no level, that of the first.
    #[must_use]
    pub fn of_level(level: u8) -> Self {
        match level {
            2 => Self::Blue,
            3 => Self::Silver,
            4 => Self::Gold,
            _ => Self::White,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Masters;

    fn day(text: &str) -> WorkDay {
        text.parse().unwrap()
    }

    fn terms() -> Terms {
        Terms::on(Masters::embedded().unwrap().policies(), day("2026-11-21"))
    }

    #[test]
    fn until_the_first_birthday_after_the_years() {
        use Identity::{Employer, Papers};
        assert_eq!(
            terms(),
            Terms {
                years: 9,
                senior_years: 14,
                senior_age: 60,
                vouched_years: 2
            }
        );
        // Name, applied, issued, born, identity, last day.
        let cases = [
            (
                "birthday later in the year",
                "2026-04-01",
                "2026-05-01",
                "1990-08-10",
                Papers,
                "2035-08-10",
            ),
            (
                "birthday earlier in the year",
                "2026-04-01",
                "2026-05-01",
                "1990-02-10",
                Papers,
                "2036-02-10",
            ),
            (
                "the day before the birthday",
                "2026-04-01",
                "2026-08-09",
                "1990-08-10",
                Papers,
                "2035-08-10",
            ),
            (
                "on the birthday: full ten years",
                "2026-04-01",
                "2026-08-10",
                "1990-08-10",
                Papers,
                "2036-08-10",
            ),
            (
                "the day after the birthday",
                "2026-04-01",
                "2026-08-11",
                "1990-08-10",
                Papers,
                "2036-08-10",
            ),
            (
                "60 on the day of application",
                "2026-04-01",
                "2026-05-01",
                "1966-04-01",
                Papers,
                "2041-04-01",
            ),
            (
                "60 only on the day after",
                "2026-04-01",
                "2026-05-01",
                "1966-04-02",
                Papers,
                "2036-04-02",
            ),
            (
                "60 by the day of issue only",
                "2026-04-01",
                "2026-05-01",
                "1966-04-20",
                Papers,
                "2036-04-20",
            ),
            (
                "only vouched for",
                "2026-04-01",
                "2026-05-01",
                "1990-08-10",
                Employer,
                "2028-08-10",
            ),
            (
                "old and only vouched for",
                "2026-04-01",
                "2026-05-01",
                "1950-08-10",
                Employer,
                "2028-08-10",
            ),
            (
                "born on 29 February, the year has none",
                "2026-12-01",
                "2027-03-01",
                "2000-02-29",
                Papers,
                "2037-02-28",
            ),
            (
                "born on 29 February, the year has one",
                "2026-04-01",
                "2026-05-01",
                "2000-02-29",
                Papers,
                "2036-02-29",
            ),
            (
                "born on 29 February, over on the 28th",
                "2026-02-01",
                "2026-02-28",
                "2000-02-29",
                Papers,
                "2036-02-29",
            ),
            (
                "issued on 29 February",
                "2028-01-01",
                "2028-02-29",
                "1990-03-01",
                Papers,
                "2037-03-01",
            ),
            (
                "issued and born on 29 February",
                "2028-01-01",
                "2028-02-29",
                "1992-02-29",
                Papers,
                "2038-02-28",
            ),
            (
                "born on New Year's Eve",
                "2026-01-01",
                "2026-12-31",
                "1990-12-31",
                Papers,
                "2036-12-31",
            ),
        ];
        for (name, applied, issued, born, identity, last) in cases {
            let until = valid_until(&terms(), day(issued), day(applied), Some(day(born)), identity);
            assert_eq!(until, day(last), "{name}");
        }
        let unknown = valid_until(&terms(), day("2028-02-29"), day("2028-01-01"), None, Papers);
        assert_eq!(unknown, day("2037-02-28"), "without a birth day");
    }

    #[test]
    fn ages() {
        for (born, on, years) in [
            ("1966-04-02", "2026-04-01", 59),
            ("1966-04-02", "2026-04-02", 60),
            ("2000-02-29", "2026-02-27", 25),
            ("2000-02-29", "2026-02-28", 26),
            ("2000-02-29", "2028-02-28", 27),
            ("2000-02-29", "2028-02-29", 28),
        ] {
            assert_eq!(age(day(born), day(on)), years, "{born} {on}");
        }
    }

    #[test]
    fn colours() {
        use Colour::{Blue, Gold, Silver, White};
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(Colour::of_level),
            [White, White, Blue, Silver, Gold, White]
        );
        assert!(Identity::from_word("papers") == Some(Identity::Papers) && Identity::from_word("x").is_none());
    }

    proptest! {
        #[test]
        fn it_is_a_birthday_after_the_years_and_within_one_more(born in 0..25_000_i32, issued in 0..20_000_i32, later in 0..400_i32) {
            let born = day("1930-01-01").plus(born);
            let issued = day("2019-04-01").plus(issued);
            let until = |issued| valid_until(&terms(), issued, issued, Some(born), Identity::Papers);
            let last = until(issued);
            let years = if age(born, issued) >= 60 { 14 } else { 9 };
            prop_assert!(last.date() > issued.date().saturating_add(years.years()));
            prop_assert!(last.date() <= issued.date().saturating_add((years + 1).years()).saturating_add(1.days()));
            prop_assert_eq!(last.date(), birthday(born, last.date().year()));
            prop_assert!(until(issued.plus(later)) >= last, "a later card never ends earlier");
        }
    }
}
