//! The worked examples of the skill evaluation rule book, chapter 12, in their order.

use super::*;
use crate::levels::{LeftOut, Origin, What};

const FOREMAN: CountsAs = CountsAs::Foreman;
const SQUAD: CountsAs = CountsAs::Squad;
const PLAIN: CountsAs = CountsAs::None;

/// Days as foreman that count at a level, and those asked for.
fn foreman(judged: &Judged<'_>, level: u8) -> (u32, u32) {
    let found = judged.at(level).unwrap().conditions.iter().find_map(|c| match &c.what {
        What::Foreman { counted, need, .. } => Some((counted.days, need.unwrap())),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn two_sites_on_one_day() {
    let masters = masters();
    let person = Person::new()
        .works("10-01", PLAIN, "2023-01-01", 640)
        .works("10-01", PLAIN, "2023-05-01", 20)
        .holds("玉掛け技能講習", "2021-05-20");
    let judged = judged(&masters, "reinforcing_bar", &person, "2026-02-01");
    assert_eq!((judged.level, judged.days.days), (1, 640));
    let short: u32 = judged.next().unwrap().missing().map(|c| c.what.short()).sum();
    assert_eq!((short, judged.next().unwrap().missing().count()), (5, 1));
    let five_more = person.works("10-01", PLAIN, "2025-01-01", 5);
    assert_eq!(level(&masters, "reinforcing_bar", &five_more, "2026-02-01"), 2);
}

fn piping() -> Person {
    Person::new()
        .registered("2021-06-10")
        .works("36-01", FOREMAN, "2023-06-01", 250)
        .works("36-01", PLAIN, "2024-02-06", 650)
        .holds("高所作業車運転（10m未満）特別教育", "2014-04-12")
        .holds("職長・安全衛生責任者教育", "2018-09-08")
        .holds("2級管工事施工管理技士", "2019-03-01")
        .holds("1級管工事施工管理技士", "2023-03-03")
}

#[test]
fn time_before_by_certificate() {
    let masters = masters();
    let person = piping()
        .certified(Career::Work, "2012-04", "2021-05")
        .certified(Career::Foreman, "2018-10", "2021-05");
    let judged = judged(&masters, "piping", &person, "2026-02-01");
    assert_eq!((judged.level, judged.days.days), (4, 2440));
    assert_eq!(foreman(&judged, 4), (823, 645));
    let certified = judged.days.parts.iter().find(|p| p.origin == Origin::Certificate).unwrap();
    assert_eq!(certified.days, 1540);
    let left: Vec<_> = judged.days.left.iter().map(|l| (l.why, l.amount)).collect();
    assert_eq!(left, [(LeftOut::CertificateBeforeStart, 24)]);
    assert_eq!(level(&masters, "piping", &piping(), "2026-02-01"), 2);
}

#[test]
fn a_qualification_that_has_run_out() {
    let masters = masters();
    let person = Person::new()
        .works("06-01", FOREMAN, "2015-01-01", 1600)
        .works("06-01", PLAIN, "2019-05-20", 1100)
        .holds("玉掛け技能講習", "2008-01-10")
        .holds("職長・安全衛生責任者教育", "2008-02-10")
        .holds("足場の組立て等作業主任者技能講習", "2008-03-10")
        .holds("1級とび技能士（とび作業）", "2016-03-11")
        .holds("登録鳶・土工基幹技能者", "2020-06-01");
    let at = |on| level(&masters, "scaffolding_tobi", &person, on);
    assert_eq!([at("2025-05-31"), at("2025-06-01"), at("2026-01-15")], [4, 3, 3]);
    let judged = judged(&masters, "scaffolding_tobi", &person, "2026-01-15");
    assert_eq!((judged.days.days, judged.lapsed.len()), (2700, 1));
    // A last day of its own goes before the five years.
    let renewed = person.holds_until("登録鳶・土工基幹技能者", "2025-06-01", "2030-05-31");
    assert_eq!(level(&masters, "scaffolding_tobi", &renewed, "2026-01-15"), 4);
}

#[test]
fn one_required_item_missing() {
    let masters = masters();
    let person = Person::new()
        .works("47-02", PLAIN, "2020-03-01", 1370)
        .works("47-02", FOREMAN, "2024-01-01", 230)
        .holds("職長教育", "2020-02-14")
        .holds("1級熱絶縁施工技能士（吹付け硬質ウレタンフォーム断熱工事作業）", "2022-09-30")
        .holds("有機溶剤作業主任者技能講習", "2018-06-01");
    assert_eq!(level(&masters, "urethane_insulation", &person, "2026-03-01"), 2);
    let whole = person.holds("日本ウレタン断熱協会品質管理責任者", "2025-01-10");
    assert_eq!(level(&masters, "urethane_insulation", &whole, "2026-03-01"), 3);
}

#[test]
fn foreman_days_before_the_course() {
    let masters = masters();
    let person = Person::new()
        .works("36-02", FOREMAN, "2022-06-01", 190)
        .works("36-02", FOREMAN, "2023-06-01", 120)
        .works("36-02", PLAIN, "2018-06-01", 1290)
        .holds("2級配管技能士（建築配管作業）", "2019-09-27")
        .holds("1級配管技能士（建築配管作業）", "2023-09-29")
        .holds("職長・安全衛生責任者教育", "2023-05-16");
    let judged_on = judged(&masters, "piping", &person, "2026-01-20");
    assert_eq!((judged_on.level, judged_on.days.days), (2, 1600));
    assert_eq!(foreman(&judged_on, 3), (120, 215));
    let criteria = masters.levels();
    let off = Settings {
        foreman_after_course: false,
        ..RULES
    };
    let piping = criteria.field("piping").unwrap();
    assert_eq!(judge(criteria, piping, &person.0, day("2026-01-20"), off).unwrap().level, 3);
}

#[test]
fn a_trade_outside_the_field() {
    let masters = masters();
    let person = Person::new()
        .works("06-01", PLAIN, "2022-01-01", 600)
        .works("06-04", PLAIN, "2024-01-01", 300)
        .holds("玉掛け技能講習", "2021-01-10")
        .holds("職長・安全衛生責任者教育", "2021-02-10")
        .holds("高所作業車運転技能講習", "2021-03-10");
    let judged = judged(&masters, "scaffolding_tobi", &person, "2025-12-10");
    assert_eq!((judged.level, judged.days.days), (1, 600));
    let left: Vec<_> = judged.days.left.iter().map(|l| (l.why, l.amount)).collect();
    assert_eq!(left, [(LeftOut::OutsideField("06-04".parse().unwrap()), 300)]);
}

#[test]
fn grade_1_implies_grade_2() {
    let masters = masters();
    let person = Person::new()
        .works("15-01", FOREMAN, "2021-05-01", 700)
        .works("15-01", PLAIN, "2023-05-01", 400)
        .holds("1級ガラス施工技能士（ガラス工事作業）", "2020-10-02")
        .holds("職長・安全衛生責任者教育", "2021-04-09");
    let judged = judged(&masters, "glazing", &person, "2026-02-20");
    assert_eq!((judged.level, judged.days.days), (3, 1100));
}

#[test]
fn another_qualification_with_a_longer_time() {
    let masters = masters();
    let person = |plain| {
        Person::new()
            .works("09-01", FOREMAN, "2014-03-01", 300)
            .works("09-01", PLAIN, "2015-03-01", plain)
            .holds("第二種電気工事士（免状取得者）", "2012-08-20")
            .holds("認定電気工事従事者", "2014-02-05")
    };
    let at = |plain| level(&masters, "electrical_work", &person(plain), "2026-03-02");
    assert_eq!([at(1700), at(1849), at(1850)], [2, 2, 3]);
    let two_thousand = person(1700);
    let judged = judged(&masters, "electrical_work", &two_thousand, "2026-03-02");
    let next = judged.next().unwrap();
    assert!(next.only_days_missing());
    assert_eq!(next.missing().map(|c| c.what.short()).sum::<u32>(), 150);
    assert_eq!(next.other_ways.len(), 3);
}

#[test]
fn some_of_a_list() {
    let masters = masters();
    let person = Person::new()
        .works("34-01", PLAIN, "2020-01-01", 1480)
        .works("34-01", SQUAD, "2025-01-01", 120)
        .holds("丸のこ等取扱作業者安全衛生教育", "2015-01-10")
        .holds("足場の組立て等作業従事者特別教育", "2016-01-10")
        .holds("2級建築大工技能士（大工工事作業）", "2018-01-10")
        .holds("1級建築大工技能士（大工工事作業）", "2023-01-10");
    assert_eq!(level(&masters, "carpentry", &person, "2026-01-30"), 2);
    let more = person.holds("木造建築物の組立て等作業主任者技能講習", "2024-01-10");
    assert_eq!(level(&masters, "carpentry", &more, "2026-01-30"), 3);
}

#[test]
fn a_lower_qualification_is_missing() {
    let masters = masters();
    let person = Person::new()
        .works("10-01", FOREMAN, "2020-01-01", 700)
        .works("10-01", PLAIN, "2022-01-01", 900)
        .holds("1級鉄筋施工技能士（鉄筋組立て作業）", "2021-03-12")
        .holds("職長・安全衛生責任者教育", "2019-07-03");
    assert_eq!(level(&masters, "reinforcing_bar", &person, "2026-02-10"), 1);
    let one_course = person.holds("玉掛け技能講習", "2026-02-01");
    assert_eq!(level(&masters, "reinforcing_bar", &one_course, "2026-02-10"), 3);
}

#[test]
fn squad_leader_days_do_not_count_for_level_4() {
    let masters = masters();
    let person = Person::new()
        .works("09-01", FOREMAN, "2018-01-01", 400)
        .works("09-01", SQUAD, "2019-06-01", 400)
        .works("09-01", PLAIN, "2020-12-01", 1400)
        .holds("第二種電気工事士（免状取得者）", "2009-01-10")
        .holds("第一種電気工事士（免状取得者）", "2014-01-10")
        .holds_until("登録電気工事基幹技能者", "2024-02-01", "2029-01-31");
    let judged = judged(&masters, "electrical_work", &person, "2026-02-27");
    assert_eq!((judged.level, judged.days.days), (3, 2200));
    assert_eq!([foreman(&judged, 3), foreman(&judged, 4)], [(800, 215), (400, 645)]);
}

#[test]
fn the_hole_after_march_2024() {
    let masters = masters();
    let person = Person::new()
        .registered("2025-02-01")
        .works("16-01", PLAIN, "2025-02-01", 190)
        .certified(Career::Work, "2018-04", "2025-01")
        .certified(Career::SquadLeader, "2022-04", "2025-01")
        .holds("玉掛け技能講習", "2018-04-06")
        .holds("1級防水施工技能士（シーリング防水工事作業）", "2023-09-29");
    let judged = judged(&masters, "waterproofing", &person, "2026-01-10");
    assert_eq!((judged.level, judged.days.days), (2, 1480));
    assert_eq!(foreman(&judged, 3), (430, 215));
    let left: Vec<_> = judged.days.left.iter().map(|l| (l.why, l.amount)).collect();
    assert_eq!(left, [(LeftOut::CertificateAfterLimit, 10)]);
}
