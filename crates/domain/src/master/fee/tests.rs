use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::master::{MasterSet, MasterTexts, Masters};

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

fn fees() -> &'static Fees {
    static FEES: LazyLock<Fees> = LazyLock::new(|| Masters::embedded().unwrap().fees().clone());
    &FEES
}

const M: i64 = 1_000_000;
const G: i64 = 1_000 * M;

#[test]
fn a_company_pays_by_kind_and_capital() {
    use CompanyKind::{Corporation, SoleMaster, SoleTrader};
    let cases = [
        (SoleMaster, 0, 0, 0),
        (SoleTrader, 0, 3_000, 6_000),
        (SoleTrader, 80 * M, 3_000, 6_000),
        (Corporation, 0, 3_000, 6_000),
        (Corporation, 5 * M - 1, 3_000, 6_000),
        (Corporation, 5 * M, 6_000, 12_000),
        (Corporation, 10 * M - 1, 6_000, 12_000),
        (Corporation, 10 * M, 12_000, 24_000),
        (Corporation, 20 * M, 24_000, 48_000),
        (Corporation, 50 * M, 30_000, 60_000),
        (Corporation, 100 * M, 60_000, 120_000),
        (Corporation, 300 * M - 1, 60_000, 120_000),
        (Corporation, 300 * M, 120_000, 240_000),
        (Corporation, G, 240_000, 480_000),
        (Corporation, 5 * G, 300_000, 600_000),
        (Corporation, 10 * G, 600_000, 1_200_000),
        (Corporation, 50 * G - 1, 600_000, 1_200_000),
        (Corporation, 50 * G, 1_200_000, 2_400_000),
        (Corporation, i64::MAX, 1_200_000, 2_400_000),
        (Corporation, -1, 3_000, 6_000),
    ];
    let fees = fees();
    for (kind, capital, before, now) in cases {
        let yen = |on| fees.company_registration(kind, capital, day(on)).unwrap().yen;
        assert_eq!((yen("2020-09-30"), yen("2020-10-01")), (before, now), "{kind:?} {capital}");
        assert_eq!(CompanyKind::from_word(kind.word()), Some(kind));
    }
}

#[test]
fn a_worker_pays_by_kind_way_and_age() {
    use Channel::{CertifiedDesk, Desk, Internet};
    use Registration::{Detailed, Simplified};
    let cases = [
        (Detailed, Internet, None, "2019-04-01", Some(2_500)),
        (Detailed, Desk, None, "2020-09-30", Some(3_500)),
        (Detailed, Desk, None, "2020-10-01", None),
        (Detailed, Internet, Some("1960-04-02"), "2020-04-01", Some(2_500)),
        (Detailed, Internet, Some("1960-04-02"), "2020-04-02", Some(2_000)),
        (Detailed, Internet, Some("1950-01-01"), "2021-04-01", Some(4_900)),
        (Detailed, Desk, Some("1950-01-01"), "2020-09-30", Some(3_500)),
        (Detailed, CertifiedDesk, None, "2026-11-21", Some(4_900)),
        (Detailed, Internet, None, "2026-11-21", Some(4_900)),
        (Simplified, Internet, None, "2021-03-31", None),
        (Simplified, Internet, None, "2021-04-01", Some(2_500)),
        (Simplified, Internet, Some("1950-01-01"), "2023-03-31", Some(2_000)),
        (Simplified, Internet, Some("1950-01-01"), "2023-04-01", Some(2_500)),
        (Simplified, Internet, Some("1990-01-01"), "2023-03-31", Some(2_500)),
        (Simplified, CertifiedDesk, None, "2026-11-21", None),
        (Simplified, Desk, None, "2026-11-21", None),
    ];
    let fees = fees();
    for (registration, channel, birth, on, yen) in cases {
        let fee = fees.worker(registration, channel, birth.map(day), day(on));
        assert_eq!(fee.map(|f| f.yen), yen, "{registration:?} {channel:?} {birth:?} {on}");
    }
}

#[test]
fn the_other_prices() {
    let fees = fees();
    let cases: [(Option<Fee>, Option<i64>); 13] = [
        (fees.upgrade(day("2021-03-31")), None),
        (fees.upgrade(day("2026-11-21")), Some(2_400)),
        (fees.reissue(day("2019-04-01")), Some(1_000)),
        (fees.reissue(day("2026-11-21")), Some(1_000)),
        (
            fees.administrator_id(CompanyKind::Corporation, true, day("2020-03-31")),
            Some(0),
        ),
        (
            fees.administrator_id(CompanyKind::Corporation, false, day("2020-03-31")),
            Some(2_400),
        ),
        (
            fees.administrator_id(CompanyKind::Corporation, true, day("2020-04-01")),
            Some(2_400),
        ),
        (
            fees.administrator_id(CompanyKind::SoleTrader, true, day("2020-10-01")),
            Some(11_400),
        ),
        (
            fees.administrator_id(CompanyKind::SoleTrader, false, day("2026-11-21")),
            Some(11_400),
        ),
        (
            fees.administrator_id(CompanyKind::SoleMaster, true, day("2019-11-21")),
            Some(2_400),
        ),
        (
            fees.administrator_id(CompanyKind::SoleMaster, true, day("2026-11-21")),
            Some(2_400),
        ),
        (fees.site_use(day("2020-09-30")), Some(3)),
        (fees.site_use(day("2020-10-01")), Some(10)),
    ];
    for (number, (fee, yen)) in cases.into_iter().enumerate() {
        assert_eq!(fee.map(|f| f.yen), yen, "case {number}");
    }
    for item in FeeItem::ALL {
        assert_eq!(FeeItem::from_word(item.word()), Some(item));
    }
}

#[test]
fn tax_is_added_only_where_it_is_not_included() {
    let fee = |yen, tax_included| Fee {
        item: FeeItem::SiteUse,
        yen,
        tax_included,
    };
    let cases = [
        (fee(11_400, true), 11_400),
        (fee(11_400, false), 12_540),
        (fee(19, false), 20),
        (fee(0, false), 0),
    ];
    for (fee, yen) in cases {
        assert_eq!(fee.with_tax(10), yen, "{fee:?}");
    }
}

proptest! {
    /// Every capital has a price on every day, and more capital never costs less.
    #[test]
    fn price_never_falls_with_capital(capital in 0i64..200 * G, more in 0i64..60 * G, days in 0i32..8_000) {
        let fees = fees();
        let on = day("2010-01-01").plus(days);
        let yen = |capital| fees.company_registration(CompanyKind::Corporation, capital, on).unwrap().yen;
        prop_assert!(yen(capital) <= yen(capital + more));
        let found = fees.by_key[&(FeeItem::CompanyRegistration, Some(CompanyKind::Corporation), None, None)]
            .iter()
            .filter(|p| p.holds_on(Some(on)) && p.above <= capital && p.below.is_none_or(|below| capital < below));
        prop_assert_eq!(found.count(), 1);
    }
}

#[test]
fn a_table_with_a_hole_or_a_double_price_is_not_taken() {
    let ten = "company_registration,corporation,,,10000000,20000000,2020-10-01,,24000";
    let site = "site_use,,,,,,2020-10-01,,10,";
    let cases = [
        (
            ten,
            "company_registration,corporation,,,10000000,19000000,2020-10-01,,24000",
            "line 9, column capital_from, \"20000000\": no value on 2020-10-01 from a capital of 19000000;",
        ),
        (
            ten,
            "company_registration,corporation,,,9000000,20000000,2020-10-01,,24000",
            "line 7, column valid_from, \"2020-10-01\": overlaps the period on line 5",
        ),
        (
            ten,
            "company_registration,corporation,,,10000000,20000000,2020-11-01,,24000",
            "line 9, column capital_from, \"20000000\": no value on 2020-10-01 from a capital of 10000000;",
        ),
        (
            ten,
            "company_registration,corporation,,,10000000,5,2020-10-01,,24000",
            "line 7, column capital_below, \"5\": allowed: above capital_from",
        ),
        (
            ten,
            "company_registration,,,,10000000,20000000,2020-10-01,,24000",
            "line 7, column kind: allowed: kind goes with company_registration",
        ),
        (
            ten,
            "company_registration,cooperative,,,10000000,20000000,2020-10-01,,24000",
            "line 7, column kind, \"cooperative\": not known; allowed: , corporation, sole_trader, sole_master",
        ),
        (
            "corporation,,,0,5000000,2020-10-01",
            "corporation,,,1,5000000,2020-10-01",
            "line 3, column capital_from, \"1\": no value on 2020-10-01 below this capital;",
        ),
        (
            "corporation,,,50000000000,,2020-10-01",
            "corporation,,,50000000000,90000000000,2020-10-01",
            "line 23, column capital_below, \"90000000000\": no value on 2020-10-01 from a capital of 90000000000;",
        ),
        (
            site,
            "site_use,,,,,,2020-10-01,2030-12-31,10,",
            "line 62, column valid_from: no value on 2031-01-01;",
        ),
        (
            site,
            "site_use,,,,,,2020-09-30,,10,",
            "line 63, column valid_from, \"2020-09-30\": overlaps the period on line 62",
        ),
        (
            site,
            "site_use,,,,,,2020-10-01,2019-01-01,10,",
            "line 63, column valid_to, \"2019-01-01\": allowed: not before valid_from",
        ),
        (
            site,
            "site_use,,,,,,2020-10-01,,ten,",
            "line 63, column yen, \"ten\": allowed: 0 to 10000000",
        ),
        (
            "site_use,,,,,,,2020-09-30",
            "site_use,,,,,,2018-01-01,2020-09-30",
            "line 62, column valid_from, \"2018-01-01\": no value before the first day;",
        ),
        (
            "card_reissue,,,,,,,2020-09-30,1000,",
            "worker_upgrade,,internet,,,,,2020-09-30,1000,",
            "column kind: allowed: kind goes with",
        ),
    ];
    for (old, new, expected) in cases {
        let text = MasterTexts::EMBEDDED.fees;
        assert!(text.contains(old), "{old}");
        let text = text.replacen(old, new, 1);
        let Err(problems) = MasterSet::check(MasterKind::Fees, &text) else {
            panic!("{new} was taken")
        };
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.iter().any(|p| p.contains(expected)), "{new}: {problems:#?}");
    }
    let without: String = MasterTexts::EMBEDDED
        .fees
        .lines()
        .filter(|line| !line.starts_with("card_reissue"))
        .map(|line| format!("{line}\n"))
        .collect();
    let problems = MasterSet::check(MasterKind::Fees, &without).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "fees.csv, line 1, column item, \"card_reissue\": the key is missing"
    );
}
