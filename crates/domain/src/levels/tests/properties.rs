//! What holds for any facts.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::levels::JUDGED;

const FIELDS: [&str; 6] = [
    "reinforcing_bar",
    "electrical_work",
    "scaffolding_tobi",
    "piping",
    "carpentry",
    "urethane_insulation",
];
const TRADES: [&str; 8] = ["10-01", "09-01", "06-01", "06-04", "36-01", "34-01", "47-02", "10"];
const ON: &str = "2026-02-15";

fn names(masters: &Masters) -> Vec<String> {
    let fields = FIELDS.iter().filter_map(|id| masters.levels().field(id));
    let items = fields.flat_map(|field| field.editions.iter().flat_map(|edition| edition.items()));
    items.flat_map(|item| item.names.clone()).collect()
}

fn any_month() -> impl Strategy<Value = crate::YearMonth> {
    (2010i16..2027, 1i8..=12).prop_map(|(year, month)| crate::YearMonth::new(year, month).unwrap())
}

fn any_day() -> impl Strategy<Value = WorkDay> {
    (2005i32..2027, 1i32..=12, 1i32..=28).prop_map(|(y, m, d)| WorkDay::from_number(y * 10_000 + m * 100 + d).unwrap())
}

fn any_row() -> impl Strategy<Value = MonthDays> {
    let position = select(vec![CountsAs::None, CountsAs::Foreman, CountsAs::Squad]);
    let place = select(vec![Place::Site, Place::Site, Place::Training]);
    (any_month(), select(&TRADES[..]), position, place, any::<u32>()).prop_map(|(month, trade, position, place, bits)| {
        MonthDays {
            month,
            trade: trade.parse().ok(),
            position,
            place,
            days: Days::from_bits(bits),
        }
    })
}

fn any_period() -> impl Strategy<Value = Period> {
    let career = select(vec![Career::Work, Career::Foreman, Career::SquadLeader]);
    (career, any_month(), any_month()).prop_map(|(career, from, to)| Period { career, from, to })
}

fn any_held() -> impl Strategy<Value = Held> {
    (select(names(&masters())), any_day()).prop_map(|(name, since)| Held {
        name,
        code: None,
        since: Some(since),
        until: None,
    })
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let rows = prop::collection::vec(any_row(), 0..120);
    let held = prop::collection::vec(any_held(), 0..12);
    let periods = prop::collection::vec(any_period(), 0..5);
    (rows, held, periods, any_day()).prop_map(|(months, qualifications, certified, registered)| Facts {
        detailed: true,
        registered,
        months,
        certified,
        qualifications,
        told: Told::default(),
    })
}

/// Level, guide, days, and the foreman days of each level, in every field.
fn outcome(masters: &Masters, facts: &Facts) -> Vec<(u8, u8, u32, Vec<u32>)> {
    let criteria = masters.levels();
    let fields = FIELDS.iter().filter_map(|id| criteria.field(id));
    fields
        .map(|field| {
            let judged = judge(criteria, field, facts, day(ON), RULES).unwrap();
            let short = JUDGED
                .iter()
                .map(|l| judged.at(*l).unwrap().conditions.iter().map(|c| c.what.short()).sum());
            (judged.level, judged.guide, judged.days.days, short.collect())
        })
        .collect()
}

fn no_worse(before: &[(u8, u8, u32, Vec<u32>)], after: &[(u8, u8, u32, Vec<u32>)]) -> bool {
    let pairs = before.iter().zip(after);
    pairs.clone().all(|(b, a)| a.0 >= b.0 && a.1 >= b.1 && a.2 >= b.2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn more_facts_never_lower_a_level(facts in any_facts(), row in any_row(), period in any_period(), held in any_held()) {
        let masters = masters();
        let before = outcome(&masters, &facts);
        let mut more = facts.clone();
        more.months.push(row);
        prop_assert!(no_worse(&before, &outcome(&masters, &more)), "a row");
        let mut more = facts.clone();
        more.certified.push(period);
        prop_assert!(no_worse(&before, &outcome(&masters, &more)), "a period");
        let mut more = facts.clone();
        more.qualifications.push(held);
        prop_assert!(no_worse(&before, &outcome(&masters, &more)), "a qualification");
    }

    #[test]
    fn order_and_repetition_do_not_matter(facts in any_facts(), turn in 0usize..50) {
        let masters = masters();
        let mut other = facts.clone();
        other.months.reverse();
        other.months.extend(facts.months.iter().take(turn).copied());
        other.qualifications.reverse();
        other.qualifications.extend(facts.qualifications.iter().take(turn).cloned());
        other.certified.reverse();
        other.certified.extend(facts.certified.iter().take(turn).copied());
        prop_assert_eq!(outcome(&masters, &facts), outcome(&masters, &other));
    }

    #[test]
    fn days_are_never_more_than_the_calendar_has(facts in any_facts()) {
        let masters = masters();
        let criteria = masters.levels();
        for id in FIELDS {
            let judged = judge(criteria, criteria.field(id).unwrap(), &facts, day(ON), RULES).unwrap();
            // From 2005 to the day, and nothing certified after March 2024.
            prop_assert!(judged.days.days <= 21 * 366 + 60);
            prop_assert_eq!(judged.days.days, judged.days.parts.iter().map(|p| p.days).sum::<u32>());
            for part in judged.days.parts.iter().filter(|p| p.origin == crate::levels::Origin::Certificate) {
                prop_assert!(part.months.unwrap().1 <= criteria.rules.certificate_until);
            }
            prop_assert!(judged.level <= judged.guide);
        }
    }
}
