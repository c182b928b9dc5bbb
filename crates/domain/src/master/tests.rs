use super::*;
use crate::time::WorkDay;

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

/// The problems of a table as a clerk reads them.
fn problems(kind: MasterKind, text: &str) -> Vec<String> {
    match MasterSet::check(kind, text) {
        Ok(set) => panic!("no problem found in {} rows of {kind}", set.rows),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// The shipped table of a kind with `old` replaced, which must be there.
fn changed(kind: MasterKind, old: &str, new: &str) -> String {
    let text = MasterTexts::EMBEDDED.of(kind);
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

#[test]
fn the_shipped_tables_have_no_problem() {
    let masters = Masters::embedded().unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    });
    let selectable = masters.trades().iter().filter(|t| t.selectable()).count();
    assert_eq!((masters.trades().len(), selectable), (194, 182));
    assert_eq!(masters.trades().iter().filter(|t| t.provisional()).count(), 65);
    assert_eq!(masters.positions().len(), 22);
    assert_eq!(masters.qualifications().len(), 536);
    assert_eq!(masters.prefectures().len(), 47);
    assert_eq!(masters.choices("permit_trade").count(), 29);
    assert_eq!(masters.choice("order_kind", "private").unwrap().name_ja, "民間工事");
    assert_eq!((masters.hazards().len(), masters.insurance_kinds().len()), (20, 29));
    for kind in MasterKind::ALL {
        let set = MasterSet::check(kind, MasterTexts::EMBEDDED.of(kind)).unwrap();
        assert!(set.rows > 9, "{kind}");
        assert_eq!(kind.word().parse(), Ok(kind));
    }
}

#[test]
fn trades_are_found_by_code() {
    let masters = Masters::embedded().unwrap();
    let code: TradeCode = "01-11".parse().unwrap();
    let trade = masters.trade(code).unwrap();
    assert!(trade.is_small() && trade.selectable() && !trade.provisional());
    assert_eq!(trade.large_name_ja, "特殊作業員");
    assert_eq!(
        masters.trade(code.large()).unwrap().name_en.as_deref(),
        Some("Special workers")
    );
    assert!(masters.trade("99-01".parse().unwrap()).is_none());
    let small: Vec<_> = masters
        .small_trades_of("01".parse().unwrap())
        .filter_map(|t| t.code)
        .collect();
    assert_eq!((small.len(), small.is_sorted()), (19, true));
    let unknown_class = masters.trades().iter().find(|t| t.large.is_none()).unwrap();
    assert!(!unknown_class.selectable() && unknown_class.is_small());
    let guess = masters.trade("01-06".parse().unwrap()).unwrap();
    assert!(guess.evaluation_fields[0].guessed && guess.evaluation_fields[0].id == "well_drilling");
}

#[test]
fn trade_codes_are_read_strictly_and_ordered_large_first() {
    for good in ["01", "01-11", "52-48"] {
        assert_eq!(good.parse::<TradeCode>().unwrap().to_string(), good);
    }
    for bad in [
        "", "1", "1-1", "0111", "01-1", "01-", "00", "01-00", "01-111", "+1", "０１", "01-11-01",
    ] {
        assert_eq!(bad.parse::<TradeCode>(), Err(MasterCodeError::Trade), "{bad}");
    }
    let mut codes: Vec<TradeCode> = ["02", "01-11", "01-02", "01"].map(|c| c.parse().unwrap()).into();
    codes.sort();
    assert_eq!(format!("{codes:?}"), "[01, 01-02, 01-11, 02]");
}

#[test]
fn positions_tell_roles_from_marks() {
    let masters = Masters::embedded().unwrap();
    let find = |id: &str| masters.position(&id.parse().unwrap()).unwrap();
    let cases = [
        ("foreman", true, false, CountsAs::Foreman),
        ("foreman_safety_officer", true, true, CountsAs::Foreman),
        ("squad_leader", true, false, CountsAs::Squad),
        ("none", true, false, CountsAs::None),
        ("under_18", false, true, CountsAs::None),
    ];
    for (id, selectable, provisional, counts_as) in cases {
        let position = find(id);
        assert_eq!(
            (position.selectable(), position.provisional(), position.counts_as),
            (selectable, provisional, counts_as),
            "{id}"
        );
    }
    for bad in ["", "Foreman", "職長", "a b", &"x".repeat(41)] {
        assert_eq!(bad.parse::<PositionId>(), Err(MasterCodeError::Position), "{bad}");
    }
}

#[test]
fn policies_have_a_value_for_every_day() {
    let masters = Masters::embedded().unwrap();
    let cases = [
        (Policy::SiteUseCarryLimitYen, "1900-01-01", 1500),
        (Policy::SiteUseCarryLimitYen, "2023-04-30", 1500),
        (Policy::SiteUseCarryLimitYen, "2023-05-01", 10_000),
        (Policy::SiteUseCarryLimitYen, "2100-01-01", 10_000),
        (Policy::MendingMonths, "2026-11-21", 1),
        (Policy::ClockAheadSeconds, "2026-11-21", 300),
        (Policy::BatchItems, "2026-11-21", 1000),
        (Policy::ExitClosesBeforeHour, "2026-11-21", 12),
        (Policy::SignInMisses, "2026-11-21", 5),
        (Policy::SignInLockMinutes, "2026-11-21", 30),
        (Policy::SessionHours, "2026-11-21", 12),
        (Policy::PasswordMinChars, "2026-11-21", 12),
        (Policy::WorkerHistoryMonths, "2026-11-21", 25),
    ];
    for (policy, on, value) in cases {
        assert_eq!(masters.policies().at(policy, day(on)), value, "{} on {on}", policy.key());
    }
}

#[test]
fn a_replaced_table_takes_effect() {
    let text = changed(MasterKind::Policies, "mending_months,,,1,", "mending_months,,2026-12-31,1,")
        + "mending_months,2027-01-01,,2,months,no,a test,\n";
    let masters = Masters::check_and_build(&MasterTexts::EMBEDDED.with(MasterKind::Policies, &text)).unwrap();
    let at = |on| masters.policies().at(Policy::MendingMonths, day(on));
    assert_eq!((at("2026-12-31"), at("2027-01-01")), (1, 2));
}

#[test]
fn every_problem_of_a_table_is_told_at_once() {
    let header = "large_code,large_name_ja,large_name_en,small_code,small_name_ja,evaluation_fields,row,code_confirmed,source,labour_price_no\n";
    let rows = "\
01,特殊作業員,Special workers,,,,large,yes,a page,01
01,特殊作業員,Special workers,01,特殊作業員,,small,yes,a page,
01,別の名,Special workers,02,別の工,,small,maybe,a page,
01,別の名,Special workers,01,別の工,,small,yes,a page,
02,普通作業員,General workers,01,普通作業員,,small,yes,a page,
01,特殊作業員,Special workers,3,三,,small,yes,a page,
01,特殊作業員,Special workers,04,,,small,yes,,
01,特殊作業員,Special workers,05,五,,small,no_code,a page,
01,特殊作業員,Special workers,,六,,small,yes,a page,
01,特殊作業員,Special workers,07,,,medium,yes,a page,
01,特殊作業員
03,軽作業員,,01,,,large,no_code,a page,
";
    assert_eq!(
        problems(MasterKind::Trades, &format!("\u{feff}{header}{rows}")),
        [
            "trades.csv, line 12: the line has 2 fields, the header has 10",
            "trades.csv, line 4, column code_confirmed, \"maybe\": not known; allowed: yes, order, inferred, pattern, no_code",
            "trades.csv, line 5, column large_name_ja, \"別の名\": line 2 says it differently",
            "trades.csv, line 5, column small_code, \"01\": already on line 3",
            "trades.csv, line 6, column large_code, \"02\": the large class has no row of its own",
            "trades.csv, line 7, column small_code, \"3\": allowed: two digits, 01 to 99",
            "trades.csv, line 8, column source: must not be empty",
            "trades.csv, line 8, column small_name_ja: must not be empty",
            "trades.csv, line 9, column small_code, \"05\": must be empty here: code_confirmed is no_code",
            "trades.csv, line 10, column small_code: must not be empty",
            "trades.csv, line 11, column row, \"medium\": not known; allowed: large, small",
            "trades.csv, line 13, column large_name_en: must not be empty",
            "trades.csv, line 13, column small_code, \"01\": must be empty here: the row is a large class",
            "trades.csv, line 13, column code_confirmed, \"no_code\": allowed: yes, order, inferred or pattern for a large class",
        ]
    );
}

#[test]
fn columns_and_emptiness() {
    let all = "key,valid_from,valid_to,value,unit,confirmed,source,note\n";
    assert_eq!(
        problems(MasterKind::Policies, all)[0],
        "policies.csv, line 1: the table has no rows"
    );
    let slip = problems(
        MasterKind::Policies,
        &changed(MasterKind::Policies, "valid_to", "valid_until"),
    );
    assert_eq!(slip[0], "policies.csv, line 1, column valid_to: the column is missing");
    assert!(
        slip[1].starts_with("policies.csv, line 1, column valid_until: the column is not known"),
        "{slip:?}"
    );
    assert!(
        problems(MasterKind::Trades, "")
            .iter()
            .all(|p| p.contains("the column is missing"))
    );
}

#[test]
fn the_periods_of_a_policy_leave_no_gap_and_no_overlap() {
    let first = "site_use_carry_limit_yen,,2023-04-30,";
    let second = "site_use_carry_limit_yen,2023-05-01,,";
    let cases = [
        (
            second,
            "site_use_carry_limit_yen,2023-06-01,,",
            "line 20, column valid_from, \"2023-06-01\": no value from 2023-05-01 on;",
        ),
        (
            second,
            "site_use_carry_limit_yen,2023-04-30,,",
            "line 20, column valid_from, \"2023-04-30\": overlaps the period on line 19",
        ),
        (
            second,
            "site_use_carry_limit_yen,,,",
            "line 20, column valid_from: overlaps the period on line 19",
        ),
        (
            second,
            "site_use_carry_limit_yen,2023-05-01,2024-12-31,",
            "line 20, column valid_to, \"2024-12-31\": no value after 2024-12-31;",
        ),
        (
            second,
            "site_use_carry_limit_yen,2023-05-01,2019-12-31,",
            "line 20, column valid_to, \"2019-12-31\": allowed: not before valid_from",
        ),
        (
            first,
            "site_use_carry_limit_yen,2018-01-01,2023-04-30,",
            "line 19, column valid_from, \"2018-01-01\": no value before 2018-01-01;",
        ),
        (
            first,
            "site_use_carry_limit_yen,,2020-9-31,",
            "line 19, column valid_to, \"2020-9-31\": allowed: a day written as 2020-10-01, or empty",
        ),
        (
            "session_hours,",
            "session_days,",
            "line 1, column key, \"session_hours\": the key is missing",
        ),
        (
            "session_hours,",
            "session_days,",
            "line 8, column key, \"session_days\": not known; allowed: mending_months, ",
        ),
        (
            "12,characters",
            "7,characters",
            "line 9, column value, \"7\": allowed: 8 to 128",
        ),
        (
            "12,characters",
            "a dozen,characters",
            "line 9, column value, \"a dozen\": allowed: 8 to 128",
        ),
        (
            "300,seconds",
            "5,minutes",
            "line 3, column unit, \"minutes\": not known; allowed: seconds",
        ),
    ];
    for (old, new, expected) in cases {
        let found = problems(MasterKind::Policies, &changed(MasterKind::Policies, old, new));
        assert!(
            found.iter().any(|p| p.starts_with(&format!("policies.csv, {expected}"))),
            "{new}: {found:#?}"
        );
    }
}

#[test]
fn every_choice_of_the_registration_has_its_kind_of_insurance() {
    use InsuranceSystem::{Employment, Health, Pension};
    let masters = Masters::embedded().unwrap();
    let form = &crate::registration::worker::FORM;
    for (system, field) in [
        (Health, "health_insurance"),
        (Pension, "pension_insurance"),
        (Employment, "employment_insurance"),
    ] {
        let group = form.groups.iter().find(|g| g.name == "insurance").unwrap();
        let choices = group.fields.iter().find(|f| f.name == field).unwrap();
        let crate::registration::Kind::Choice(words) = choices.kind else {
            panic!("{field}")
        };
        for word in words {
            let kind = masters
                .insurance_kind(system, word)
                .unwrap_or_else(|| panic!("{field} {word}"));
            assert_eq!(kind.level, InsuranceLevel::Worker);
        }
    }
    assert!(masters.hazard("asbestos").unwrap().choice_seen && masters.hazard("gold").is_none());
}

#[test]
fn faults_of_the_other_tables() {
    use MasterKind::{Hazards, InsuranceKinds, Positions, Prefectures, Qualifications};
    let cases = [
        (
            Positions,
            "squad_leader,",
            "foreman,",
            "line 3, column id, \"foreman\": already on line 2",
        ),
        (
            Positions,
            "squad_leader,",
            "Squad,",
            "line 3, column id, \"Squad\": allowed: 1 to 40 small letters, digits or underscores",
        ),
        (
            Positions,
            ",yes,squad,",
            ",yes,chief,",
            "line 3, column counts_as, \"chief\": not known; allowed: foreman, squad, none",
        ),
        (
            Positions,
            "女,no,none,",
            "女,no,foreman,",
            "line 14, column counts_as, \"foreman\": allowed: none for a mark",
        ),
        (
            Positions,
            "職長,Foreman,",
            "職長,,",
            "line 2, column name_en: must not be empty",
        ),
        (
            Qualifications,
            "00001,",
            "001,",
            "line 2, column ccus_code, \"001\": allowed: five digits",
        ),
        (Qualifications, "00001,", ",", "line 2, column ccus_code: must not be empty"),
        (
            Qualifications,
            ",award,",
            ",prize,",
            "column category, \"prize\": not known; allowed: registered_core_worker, ",
        ),
        (
            Qualifications,
            "登録造園基幹技能者",
            "登録橋梁基幹技能者",
            "line 4, column name_ja, \"登録橋梁基幹技能者\": already on line 3",
        ),
        (
            Prefectures,
            "02,青森県",
            "01,青森県",
            "line 3, column code, \"01\": already on line 2",
        ),
        (
            Prefectures,
            "010006",
            "010005",
            "line 2, column lg_code6, \"010005\": allowed: the code, 000 and the check digit",
        ),
        (
            Prefectures,
            "47,沖縄県",
            "48,沖縄県",
            "line 48, column code, \"48\": allowed: 01 to 47",
        ),
        (
            Hazards,
            "dust,pneumo",
            "asbestos,pneumo",
            "line 3, column id, \"asbestos\": already on line 2",
        ),
        (Hazards, "\nother,", "\nothers,", "column id, \"none\": the key is missing"),
        (
            Hazards,
            "石綿,石綿健康診断",
            ",石綿健康診断",
            "line 2, column hazard_ja: must not be empty",
        ),
        (
            InsuranceKinds,
            "health,worker,kyokai",
            "health,worker,society",
            "line 3, column registered_as, \"society\": already on line 2",
        ),
        (
            InsuranceKinds,
            "health_kyokai,health,",
            "health_kyokai,wealth,",
            "line 3, column system, \"wealth\": not known; allowed: health, pension, employment, accident_special, retirement",
        ),
    ];
    for (kind, old, new, expected) in cases {
        let found = problems(kind, &changed(kind, old, new));
        assert!(found.iter().any(|p| p.contains(expected)), "{kind} {new}: {found:#?}");
    }
}

#[test]
fn wages_of_a_field_come_before_those_of_all() {
    let masters = Masters::embedded().unwrap();
    let on: crate::WorkDay = "2026-02-01".parse().unwrap();
    let cases = [
        ("piping", 4, Some((6_120_000, 7_540_000))),
        ("piping", 3, Some((6_280_000, 6_280_000))),
        ("carpentry", 3, Some((6_340_000, 6_340_000))),
        ("no_such_field", 1, Some((3_740_000, 5_010_000))),
        ("piping", 5, None),
    ];
    for (field, level, yen) in cases {
        let wage = masters.level_wage(field, level, on);
        assert_eq!(wage.map(|wage| (wage.low, wage.high)), yen, "{field} {level}");
        assert!(
            wage.is_none_or(|wage| wage.is_superseded(on)),
            "the edition of 2023 has ended"
        );
    }
    assert!(masters.level_wage("piping", 4, "2023-06-14".parse().unwrap()).is_none());
    for wage in masters.level_wages() {
        let known = wage.field.as_deref().is_none_or(|id| masters.levels().field(id).is_some());
        assert!(known, "{:?}", wage.field);
    }
    let text = "field,level,low_yen,high_yen,valid_from,valid_to,confirmed,source,note\n,5,1,0,2023-06-15,,yes,x,\n,2,3,2,2023-06-15,2023-06-14,yes,x,\n";
    let problems = MasterSet::check(MasterKind::LevelWages, text).unwrap_err();
    let columns: Vec<&str> = problems.iter().map(|problem| problem.column.as_str()).collect();
    assert_eq!(columns, ["level", "high_yen", "valid_to"]);
}
