//! Cases beside the rule book's: odd facts, and what a level that is not confirmed does.

use super::*;
use crate::levels::{Blocked, LeftOut, NotHeld, Standing, What};

const PLAIN: CountsAs = CountsAs::None;
const ON: &str = "2026-02-01";

fn bars() -> Person {
    Person::new()
        .works("10-01", PLAIN, "2022-01-01", 700)
        .holds("玉掛け技能講習", "2021-05-20")
}

fn left(judged: &Judged<'_>) -> Vec<(LeftOut, u32)> {
    judged.days.left.iter().map(|l| (l.why, l.amount)).collect()
}

#[test]
fn odd_facts_are_answered_with_their_reason() {
    let masters = masters();
    // No small class, and days after the day of the application.
    let person = bars()
        .works("10", PLAIN, "2025-01-01", 3)
        .works("10-01", PLAIN, "2026-02-01", 9);
    let answer = judged(&masters, "reinforcing_bar", &person, ON);
    assert_eq!((answer.level, answer.days.days), (2, 701));
    assert_eq!(left(&answer), [(LeftOut::NoSmallClass, 3)]);
    // A qualification of the future, and one that ran out the day before.
    let person = bars().holds("1級鉄筋施工技能士（鉄筋組立て作業）", "2026-02-02").holds_until(
        "アーク溶接等特別教育",
        "2020-01-01",
        "2026-01-31",
    );
    let answer = judged(&masters, "reinforcing_bar", &person, ON);
    let lapsed: Vec<NotHeld> = answer.lapsed.iter().map(|(_, why)| *why).collect();
    assert_eq!(lapsed.len(), 2);
    assert!(lapsed.contains(&NotHeld::NotYet(day("2026-02-02"))) && lapsed.contains(&NotHeld::RanOut(day("2026-01-31"))));
    // A trade that counts only under a condition.
    let painter = Person::new().works("35-03", PLAIN, "2022-01-01", 700);
    let answer = judged(&masters, "construction_painting", &painter, ON);
    assert_eq!(left(&answer), [(LeftOut::Conditional("35-03".parse().unwrap()), 700)]);
    // Simplified registration: the guide tells, the level stays.
    let mut simplified = bars();
    simplified.0.detailed = false;
    let answer = judged(&masters, "reinforcing_bar", &simplified, ON);
    assert_eq!(
        (answer.level, answer.guide, answer.blocked),
        (1, 2, Some(Blocked::Simplified))
    );
    // Nothing known at all.
    assert_eq!(level(&masters, "reinforcing_bar", &Person::new(), ON), 1);
}

#[test]
fn names_are_compared_without_width_and_spaces_and_with_any_subject() {
    let masters = masters();
    let names = [
        ("玉掛け 技能講習", 2),
        ("玉掛け技能講習", 2),
        ("玉掛け技能講習（1t以上）", 2),
        ("玉掛け技能講習修了", 1),
        ("玉掛け特別教育", 1),
        ("", 1),
    ];
    for (name, expected) in names {
        let person = Person::new()
            .works("10-01", PLAIN, "2022-01-01", 645)
            .holds(name, "2021-05-20");
        assert_eq!(level(&masters, "reinforcing_bar", &person, ON), expected, "{name}");
    }
    let mut coded = Person::new()
        .works("06-01", PLAIN, "2022-01-01", 645)
        .holds("玉掛", "2021-05-20");
    coded.0.qualifications[0].code = Some("40040".into());
    let coded = coded
        .holds("職長・安全衛生責任者教育", "2021-05-20")
        .holds("高所作業車運転技能講習", "2021-05-20");
    assert_eq!(level(&masters, "scaffolding_tobi", &coded, ON), 2);
}

#[test]
fn certified_time_and_recorded_time_are_never_added_twice() {
    let masters = masters();
    let certified = || {
        Person::new()
            .registered("2021-06-10")
            .holds("玉掛け技能講習", "2010-01-10")
            .certified(Career::Work, "2020-07", "2021-06")
    };
    // (recorded days in June 2021, days in all, days left out)
    let cases = [
        (0, 215, 0),
        (10, 215, 10),
        (17, 215, 17),
        (18, 197 + 18, 0),
        (20, 197 + 20, 0),
    ];
    for (recorded, expected, lost) in cases {
        let person = certified().works("10-01", PLAIN, "2021-06-11", recorded);
        let answer = judged(&masters, "reinforcing_bar", &person, ON);
        assert_eq!(answer.days.days, expected, "{recorded}");
        let smaller: u32 = answer
            .days
            .left
            .iter()
            .filter(|l| l.why == LeftOut::SameMonth)
            .map(|l| l.amount)
            .sum();
        assert_eq!(smaller, lost, "{recorded}");
    }
    // Twice the same period, and two that overlap, are the time once.
    let twice = certified()
        .certified(Career::Work, "2020-07", "2021-06")
        .certified(Career::Work, "2020-01", "2020-09");
    assert_eq!(judged(&masters, "reinforcing_bar", &twice, ON).days.days, 18 * 215 / 12);
    // After the registration, backward, after the last day for certificates, and without any qualification.
    let later = certified().certified(Career::Work, "2021-07", "2021-09");
    assert_eq!(
        left(&judged(&masters, "reinforcing_bar", &later, ON)),
        [(LeftOut::CertificateAfterRegistration, 3)]
    );
    let backward = certified().certified(Career::Work, "2021-05", "2010-01");
    assert_eq!(judged(&masters, "reinforcing_bar", &backward, ON).days.days, 215);
    assert_eq!(
        left(&judged(&masters, "reinforcing_bar", &certified(), "2029-04-01")),
        [(LeftOut::CertificateTooLate, 12)]
    );
    let mut bare = certified();
    bare.0.qualifications.clear();
    assert_eq!(
        left(&judged(&masters, "reinforcing_bar", &bare, ON)),
        [(LeftOut::CertificateWithoutStart, 12)]
    );
}

#[test]
fn training_counts_from_its_day_on() {
    let masters = masters();
    let mut person = Person::new();
    person = person.works("10-01", PLAIN, "2025-06-21", 20);
    for row in &mut person.0.months {
        row.place = Place::Training;
    }
    let answer = judged(&masters, "reinforcing_bar", &person, ON);
    assert_eq!((answer.days.days, left(&answer)), (10, vec![(LeftOut::TrainingTooEarly, 10)]));
}

#[test]
fn squad_leaders_need_their_course_where_the_field_says_so() {
    let masters = masters();
    let person = Person::new()
        .works("06-01", CountsAs::Squad, "2020-01-01", 500)
        .works("06-01", PLAIN, "2021-06-01", 1300)
        .holds("玉掛け技能講習", "2015-01-10")
        .holds("高所作業車運転技能講習", "2015-01-10")
        .holds("1級とび技能士（とび作業）", "2016-03-11");
    let answer = judged(&masters, "scaffolding_tobi", &person, ON);
    let squad = answer.at(3).unwrap().conditions.iter().find_map(|c| match &c.what {
        What::Foreman { counted, .. } => Some((counted.days, counted.left[0].why)),
        _ => None,
    });
    assert_eq!(squad, Some((0, LeftOut::SquadLeaderWithoutCourse)));
    let trained = person.holds("職長・安全衛生責任者教育", "2018-01-10");
    assert_eq!(judged(&masters, "scaffolding_tobi", &trained, ON).guide, 3);
}

#[test]
fn what_is_not_confirmed_guides_and_judges_nobody() {
    let masters = masters();
    let criteria = masters.levels();
    let on = day(ON);
    let generous = Settings {
        use_unconfirmed: true,
        ..RULES
    };
    // Ducts, level 4: the days as foreman were not seen for the field.
    let duct = criteria.field("duct").unwrap();
    let mut person = Person::new()
        .holds("2級建築板金技能士（ダクト板金作業）", "2010-01-10")
        .holds("職長・安全衛生責任者教育", "2010-01-10")
        .holds("1級管工事施工管理技士", "2012-01-10")
        .holds("1級建築板金技能士（ダクト板金作業）", "2012-01-10");
    person.0.told = Told {
        work: 2150,
        foreman: 645,
        squad: 0,
    };
    let strict = judge(criteria, duct, &person.0, on, RULES).unwrap();
    assert_eq!((strict.level, strict.guide, strict.at(4).unwrap().confirmed), (1, 4, false));
    assert_eq!(judge(criteria, duct, &person.0, on, generous).unwrap().level, 4);
    // A list that was cut off is never met, and never refused for what it may still hold.
    let alc = criteria.field("alc_panel").unwrap();
    let answer = judge(criteria, alc, &person.0, on, generous).unwrap();
    assert_eq!((answer.level, answer.guide), (1, 1));
    assert_eq!(answer.at(2).unwrap().standing, Standing::Unknown);
    // A field with nothing of its own: the usual figures, unsure throughout.
    let bridge = criteria.field("bridge").unwrap();
    let answer = judge(criteria, bridge, &person.0, on, generous).unwrap();
    assert!(
        answer
            .levels
            .iter()
            .all(|l| l.standing != Standing::Met && !l.confirmed && l.conditions.iter().any(|c| !c.sure))
    );
    // What rests on a reading of ours carries only the guide: an award under its present name.
    let reading = Person::new()
        .works("09-01", CountsAs::Foreman, "2018-01-01", 1600)
        .holds("第二種電気工事士（免状取得者）", "2009-01-10")
        .holds(
            "青年優秀施工者不動産・建設経済局長顕彰（建設ジュニアマスター・現名称）",
            "2020-01-10",
        );
    let answer = judged(&masters, "electrical_work", &reading, ON);
    assert_eq!((answer.level, answer.guide), (2, 3));
}

#[test]
fn fields_have_their_days() {
    let masters = masters();
    let criteria = masters.levels();
    let stone = criteria.field("stone_work").unwrap();
    assert!(stone.edition_on(day("2025-10-23")).is_none() && stone.edition_on(day("2025-10-24")).is_some());
    let earth = criteria.field("earthwork").unwrap();
    let lists = |on| earth.edition_on(day(on)).unwrap().items().len();
    assert_eq!((earth.editions.len(), lists("2025-03-31"), lists("2025-04-01")), (2, 1, 3));
    // Two fields at once.
    let both: Vec<_> = criteria
        .fields_of("06-01".parse().unwrap(), day(ON))
        .map(|f| f.id.as_str())
        .collect();
    assert_eq!(both, ["scaffolding_tobi", "press_in_piling"]);
    assert_eq!(criteria.fields_of("06-04".parse().unwrap(), day(ON)).count(), 0);
}

#[test]
fn the_forecast_keeps_the_pace() {
    let masters = masters();
    // 100 days in the last 100; 45 are missing.
    let person = Person::new()
        .works("10-01", PLAIN, "2022-01-01", 500)
        .works("10-01", PLAIN, "2025-10-25", 100)
        .holds("玉掛け技能講習", "2021-05-20");
    let forecast = |person: &Person, on: &str| {
        judged(&masters, "reinforcing_bar", person, on)
            .next()
            .and_then(|n| n.days_reached_on)
    };
    let slow = forecast(&person, "2026-02-01").unwrap();
    // 100 days in 365: 45 take 165.
    assert_eq!(slow, day("2026-02-01").plus(165));
    // New, without a year behind: the pace of the time there is.
    let fresh = Person::new().works("10-01", PLAIN, "2026-01-01", 32);
    assert_eq!(forecast(&fresh, "2026-02-01").unwrap(), day("2026-02-01").plus(613));
    let too_fresh = Person::new().works("10-01", PLAIN, "2026-01-20", 5);
    assert_eq!(forecast(&too_fresh, "2026-02-01"), None);
    let stopped = Person::new().works("10-01", PLAIN, "2020-01-01", 300);
    assert_eq!(forecast(&stopped, "2026-02-01"), None);
}
