//! What is kept of a judgement.

use super::*;
use crate::levels::{Summary, fields_for, look_again, runs_out};

const ON: &str = "2026-02-15";

#[test]
fn a_summary_says_what_is_missing() {
    let masters = masters();
    let bar = Person::new().works("10-01", CountsAs::None, "2023-01-01", 640);
    let summary = Summary::of(&judged(&masters, "reinforcing_bar", &bar, ON));
    assert_eq!(
        (summary.level, summary.guide, summary.days, summary.next),
        (1, 1, 640, Some(2))
    );
    assert_eq!((summary.missing.days, summary.missing.days_needed()), (5, 5));
    assert!(!summary.missing.only_days(), "a course is missing too");
    assert_eq!(summary.missing.courses.len(), 1);
    assert!(
        summary
            .missing
            .courses
            .iter()
            .all(|course| course.count >= 1 && !course.of.is_empty())
    );
    let bar = bar.holds("玉掛け技能講習", "2021-05-20");
    let summary = Summary::of(&judged(&masters, "reinforcing_bar", &bar, ON));
    assert!(summary.missing.only_days());
    let bar = bar.works("10-01", CountsAs::None, "2025-01-01", 5);
    assert_eq!(Summary::of(&judged(&masters, "reinforcing_bar", &bar, ON)).level, 2);
}

#[test]
fn a_summary_is_kept_as_text() {
    let masters = masters();
    let bar = Person::new().works("10-01", CountsAs::Foreman, "2025-06-01", 100);
    let summary = Summary::of(&judged(&masters, "reinforcing_bar", &bar, ON));
    assert!(summary.forecast.is_some_and(|at| at > day(ON)));
    let text = serde_json::to_string(&summary.missing).unwrap();
    assert_eq!(
        serde_json::from_str::<crate::levels::Missing>(&text).unwrap(),
        summary.missing
    );
    // What an older program did not write is nothing.
    assert_eq!(serde_json::from_str::<crate::levels::Missing>("{}").unwrap().days_needed(), 0);
}

#[test]
fn a_judgement_changes_with_time_alone() {
    let masters = masters();
    let criteria = masters.levels();
    // (held since, until, looked at, look again on, runs out on)
    let cases = [
        ("2020-01-01", "", ON, None, None),
        ("2020-01-01", "2026-02-14", ON, None, None),
        ("2020-01-01", "2026-02-15", ON, Some("2026-02-16"), Some("2026-02-15")),
        ("2026-03-01", "2027-01-31", ON, Some("2026-03-01"), Some("2027-01-31")),
    ];
    for (since, until, on, again, ends) in cases {
        let person = Person::new().holds_until("玉掛け技能講習", since, until);
        assert_eq!(look_again(criteria, &person.0, day(on)), again.map(day), "{since} {until}");
        let last = runs_out(criteria, &person.0, day(on)).map(|(last, _)| last);
        assert_eq!(last, ends.map(day), "{since} {until}");
    }
    // A core worker's certificate holds five years, whether or not anybody wrote that down.
    let core = Person::new().holds("登録鳶・土工基幹技能者", "2022-06-01");
    assert_eq!(look_again(criteria, &core.0, day(ON)), Some(day("2027-06-01")));
    let certified = Person::new().certified(Career::Work, "2015-04", "2019-03");
    assert_eq!(look_again(criteria, &certified.0, day(ON)), Some(day("2029-04-01")));
}

#[test]
fn each_field_is_judged_once() {
    let masters = masters();
    let trades = ["06-01", "01-01", "06-01"].map(|code| code.parse().unwrap());
    let fields = fields_for(masters.levels(), trades, day(ON));
    let mut ids: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(ids.contains(&"scaffolding_tobi"));
    assert!(fields_for(masters.levels(), [], day(ON)).is_empty());
}
