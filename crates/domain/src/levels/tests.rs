//! The judge and its criteria: the rule book's worked examples, a table of cases, properties, and faulty criteria.

mod cases;
mod format;
mod properties;
mod rule_book;
mod summary;

use super::{Career, Days, Facts, Held, Judged, MonthDays, Period, Place, Settings, Told, judge};
use crate::Masters;
use crate::master::{CountsAs, MasterKind, MasterTexts};
use crate::time::WorkDay;

const RULES: Settings = Settings {
    use_unconfirmed: false,
    foreman_after_course: true,
    pace_months: 12,
};

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

/// The shipped criteria; the trades of two fields, which were never seen, are made up so that days can count in them.
fn masters() -> Masters {
    let mut text = MasterTexts::EMBEDDED.levels.to_owned();
    for (field, code) in [("glazing", "15-01"), ("waterproofing", "16-01")] {
        let (before, after) = text.split_once(&format!("id = \"{field}\"")).unwrap();
        let after = after
            .replacen("trade_codes = []", &format!("trade_codes = [\"{code}\"]"), 1)
            .replacen("trade_codes_confirmed = false", "trade_codes_confirmed = true", 1);
        text = format!("{before}id = \"{field}\"{after}");
    }
    Masters::check_and_build(&MasterTexts::EMBEDDED.with(MasterKind::Levels, &text)).unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    })
}

/// A made-up worker.
#[derive(Clone)]
struct Person(Facts);

impl Person {
    fn new() -> Self {
        Self(Facts {
            detailed: true,
            registered: day("2019-04-01"),
            months: Vec::new(),
            certified: Vec::new(),
            qualifications: Vec::new(),
            told: Told::default(),
        })
    }

    fn registered(mut self, on: &str) -> Self {
        self.0.registered = day(on);
        self
    }

    /// So many days without a break from a day on.
    fn works(mut self, trade: &str, position: CountsAs, from: &str, count: i32) -> Self {
        let first = day(from);
        self.0.months.extend((0..count).map(|n| first.plus(n)).map(|d| MonthDays {
            month: d.month(),
            trade: trade.parse().ok(),
            position,
            place: Place::Site,
            days: Days::of(d),
        }));
        self
    }

    fn certified(mut self, career: Career, from: &str, to: &str) -> Self {
        self.0.certified.push(Period {
            career,
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        });
        self
    }

    fn holds(self, name: &str, since: &str) -> Self {
        self.holds_until(name, since, "")
    }

    fn holds_until(mut self, name: &str, since: &str, until: &str) -> Self {
        self.0.qualifications.push(Held {
            name: name.to_owned(),
            code: None,
            since: Some(day(since)),
            until: until.parse().ok(),
        });
        self
    }
}

fn judged<'a>(masters: &'a Masters, field: &str, person: &'a Person, on: &str) -> Judged<'a> {
    let criteria = masters.levels();
    judge(criteria, criteria.field(field).unwrap(), &person.0, day(on), RULES).unwrap()
}

fn level(masters: &Masters, field: &str, person: &Person, on: &str) -> u8 {
    judged(masters, field, person, on).level
}
