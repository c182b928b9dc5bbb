//! Criteria that contradict themselves, or name what is not there, are refused with the place.

use super::*;
use crate::levels::JUDGED;
use crate::master::MasterProblem;

fn problems(text: &str) -> Vec<String> {
    let texts = MasterTexts::EMBEDDED.with(MasterKind::Levels, text);
    let found = Masters::check_and_build(&texts)
        .map(|_| Vec::new())
        .unwrap_or_else(|problems| problems);
    found.iter().map(MasterProblem::to_string).collect()
}

/// The shipped text with `old` replaced in the part of one field.
fn changed(field: &str, old: &str, new: &str) -> String {
    let text = MasterTexts::EMBEDDED.levels;
    let (before, after) = text.split_once(&format!("id = \"{field}\"")).unwrap();
    assert!(after.contains(old), "{field} {old}");
    format!("{before}id = \"{field}\"{}", after.replacen(old, new, 1))
}

#[test]
fn all_fields_are_there_with_their_state() {
    let masters = Masters::embedded().unwrap();
    let criteria = masters.levels();
    assert_eq!(criteria.fields.len(), 49);
    let on = day("2026-01-31");
    let editions: Vec<_> = criteria.fields.iter().filter_map(|f| f.edition_on(on)).collect();
    assert_eq!(editions.len(), 49);
    let whole = editions.iter().filter(|e| e.levels.iter().all(|l| l.confirmed)).count();
    let some = editions.iter().filter(|e| e.levels.iter().any(|l| l.confirmed)).count();
    assert_eq!((whole, some), (8, 17));
    for field in &criteria.fields {
        assert!(!field.sources.is_empty() || field.note.is_some(), "{}", field.id);
        assert_eq!(field.editions[0].levels().map(|(n, _)| n).collect::<Vec<_>>(), JUDGED);
    }
}

#[test]
fn what_contradicts_is_told_with_its_place() {
    let cases = [
        (
            "glazing",
            "days = 645\n",
            "dayz = 645\n",
            "field glazing, edition 1, level2, dayz: the column is not known",
        ),
        (
            "glazing",
            "days = 1075\n",
            "days = 600\n",
            "field glazing, edition 1, \"600\": days: the level below asks for 645",
        ),
        (
            "reinforcing_bar",
            "foreman_days = 645",
            "foreman_days = 644",
            "field reinforcing_bar, edition 1, \"644\": days as foreman: the level below asks for 645",
        ),
        (
            "glazing",
            "\"玉掛け技能講習\"",
            "\"玉掛技能講習\"",
            "level2, any_of, \"玉掛技能講習\": no qualification of qualifications.csv has this name",
        ),
        (
            "electrical_work",
            "\"09-01\"",
            "\"09-99\"",
            "trade_codes, \"09-99\": no trade of trades.csv has this code",
        ),
        (
            "electrical_work",
            "\"09-01\"",
            "\"09\"",
            "allowed: a small class, written 01-11",
        ),
        (
            "electrical_work",
            "\"09-01\"",
            "\"09-10\"",
            "trade_codes, \"09-10\": is there twice",
        ),
        ("electrical_work", "[31073]", "[3107]", "codes of five digits"),
        (
            "earthwork",
            "valid_from = 2025-04-01",
            "valid_from = 2025-03-31",
            "overlaps edition 1",
        ),
        (
            "earthwork",
            "valid_from = 2025-04-01",
            "valid_from = 2025-04-02",
            "no value from 2025-04-01",
        ),
        (
            "earthwork",
            "valid_from = 2025-04-01",
            "valid_from = \"April\"",
            "a day written as 2020-10-01",
        ),
        (
            "carpentry",
            "at_least_count = 2",
            "at_least_count = 20",
            "at_least_count, \"20\": the list has 12",
        ),
        ("carpentry", "at_least_count = 2\n", "", "at_least_count: the key is missing"),
        (
            "duct",
            "usual = [\"foreman\"]",
            "usual = [\"qualifications\"]",
            "allowed: days, foreman",
        ),
        (
            "waterproofing",
            "confirmed = true\ndays = 645",
            "confirmed = true\nunseen = [\"days\"]\ndays = 645",
            "unseen: must be empty here: the level is confirmed",
        ),
        (
            "waterproofing",
            "days = 645",
            "days = \"645\"",
            "days: allowed: a whole number",
        ),
        ("waterproofing", "days = 645", "days = 64500", "allowed: 1 to 10000"),
        ("waterproofing", "no = 5", "no = 4", "no, \"4\": is there twice"),
        (
            "waterproofing",
            "core_worker = \"登録防水",
            "core_worker = \"登録防火",
            "core_worker",
        ),
        (
            "stone_work",
            "since = \"2025-10-24\"",
            "since = \"last autumn\"",
            "a day, a month or a year",
        ),
        (
            "stone_work",
            "id = \"slope_disaster_prevention\"",
            "id = \"stone_work\"",
            "is there twice",
        ),
        (
            "bridge",
            "trade_codes_confirmed = false",
            "trade_codes_confirmed = true",
            "trade_codes: must not be empty",
        ),
        ("bridge", "name_ja = \"橋梁\"", "name_ja = 2", "name_ja: allowed: a text"),
    ];
    for (field, old, new, expected) in cases {
        let found = problems(&changed(field, old, new));
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{new}\nwanted {expected}\nfound {found:#?}"
        );
        assert!(
            found.iter().all(|line| line.starts_with("skill-levels.toml, line ")),
            "{found:#?}"
        );
    }
    // The line is that of the fault.
    let text = changed("glazing", "days = 1075\n", "days = -1\n");
    let line = 1 + text.lines().position(|line| line == "days = -1").unwrap();
    assert!(problems(&text)[0].starts_with(&format!("skill-levels.toml, line {line}, ")));
}

#[test]
fn what_is_no_toml_or_lacks_a_part_is_told() {
    let whole = MasterTexts::EMBEDDED.levels;
    for (text, expected) in [
        ("", "the key is missing"),
        ("[rules", "not readable as TOML"),
        (
            &whole.replacen("\n[usual]\n", "\n[unusual]\n", 1),
            "usual: the key is missing",
        ),
        (
            &whole.replacen("id = \"piping\"", "id = \"pipes\"", 1),
            "\"piping\": trades.csv names this field",
        ),
        (
            &whole.replacen("days_per_year = 215", "days_per_year = 0", 1),
            "allowed: 1 to 366",
        ),
        (
            &whole.replacen("covers_until = 2024-03-31", "covers_until = 2024-02-31", 1),
            "not readable as TOML",
        ),
    ] {
        let found = problems(text);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:#?}");
    }
    // By itself, without the other tables, a text passes that only they would refuse.
    let alone = |text: &str| crate::master::MasterSet::check(MasterKind::Levels, text).map(|set| set.rows);
    assert_eq!(alone(&changed("glazing", "\"玉掛け技能講習\"", "\"玉掛技能講習\"")), Ok(49));
    assert!(alone(&changed("glazing", "days = 1075", "days = 600")).is_err());
}
