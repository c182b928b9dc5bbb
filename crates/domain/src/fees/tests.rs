use proptest::prelude::*;

use super::*;
use crate::Masters;

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

fn month(text: &str) -> YearMonth {
    text.parse().unwrap()
}

const OLD: CarryRule = CarryRule {
    limit_yen: 1500,
    most_months: Some(6),
};
const ENDLESS: CarryRule = CarryRule {
    limit_yen: 10_000,
    most_months: None,
};

/// Months and yen that wait, the month closed, the rule, what comes of it.
type Case = (&'static [(&'static str, i64)], &'static str, CarryRule, Closing);

#[test]
fn what_is_carried_over() {
    let cases: [Case; 12] = [
        (&[], "2023-01", OLD, Closing::Nothing),
        (&[("2023-01", 0)], "2023-01", OLD, Closing::Nothing),
        (&[("2023-01", 1499)], "2023-01", OLD, Closing::Carry(1499)),
        (&[("2023-01", 1500)], "2023-01", OLD, Closing::Invoice(1500)),
        (&[("2023-01", 700), ("2023-02", 800)], "2023-02", OLD, Closing::Invoice(1500)),
        (&[("2022-11", 10)], "2023-03", OLD, Closing::Carry(10)),
        (&[("2022-11", 10)], "2023-04", OLD, Closing::Invoice(10)),
        (&[("2022-11", 0), ("2023-04", 10)], "2023-04", OLD, Closing::Carry(10)),
        (&[("2020-01", 10)], "2023-04", ENDLESS, Closing::Carry(10)),
        (
            &[("2020-01", 9_999), ("2023-04", 1)],
            "2023-04",
            ENDLESS,
            Closing::Invoice(10_000),
        ),
        // A correction gave back more than was charged: nobody is sent an invoice over nothing or less.
        (&[("2022-01", -30), ("2023-04", 10)], "2023-04", OLD, Closing::Carry(-20)),
        (&[("2022-01", -30), ("2023-04", 30)], "2023-04", OLD, Closing::Carry(0)),
    ];
    for (waiting, closed, rule, expected) in cases {
        let waiting: Vec<_> = waiting
            .iter()
            .map(|(m, yen)| MonthTotal {
                month: month(m),
                yen: *yen,
            })
            .collect();
        assert_eq!(close(&waiting, month(closed), rule), expected, "{waiting:?} {closed}");
    }
}

#[test]
fn the_limit_of_the_day_of_the_invoice_holds() {
    let masters = Masters::embedded().unwrap();
    let limit = |closed| CarryRule::of(masters.policies(), month(closed)).limit_yen;
    assert_eq!((limit("2023-03"), limit("2023-04"), limit("2026-10")), (1500, 10_000, 10_000));
    assert_eq!(CarryRule::of(masters.policies(), month("2023-03")).most_months, Some(6));
}

proptest! {
    /// Closed month by month, what is invoiced and what still waits is exactly what was charged.
    #[test]
    fn no_yen_is_lost_or_doubled(months in prop::collection::vec(-2_000i64..20_000, 1..40), limit in 0i64..12_000, most in 0u32..8) {
        let rule = CarryRule { limit_yen: limit, most_months: Some(most).filter(|m| *m > 0) };
        let (mut waiting, mut invoiced, mut now) = (Vec::new(), 0, month("2020-01"));
        for yen in &months {
            waiting.push(MonthTotal { month: now, yen: *yen });
            match close(&waiting, now, rule) {
                Closing::Invoice(yen) => {
                    prop_assert!(yen > 0);
                    invoiced += yen;
                    waiting.clear();
                }
                Closing::Carry(yen) => {
                    prop_assert!(yen < limit || yen <= 0, "{yen}");
                    let oldest = waiting.iter().find(|t| t.yen != 0).unwrap();
                    prop_assert!(yen <= 0 || most == 0 || months_between(oldest.month, now) + 1 < i32::try_from(most).unwrap());
                }
                Closing::Nothing => prop_assert!(waiting.iter().all(|t| t.yen == 0)),
            }
            now = now.next();
        }
        prop_assert_eq!(invoiced + waiting.iter().map(|t| t.yen).sum::<i64>(), months.iter().sum::<i64>());
    }

    #[test]
    fn a_year_of_an_id_holds_its_day_and_follows_the_last(made in 0i32..3000, passed in 0i32..6000) {
        let made = day("2018-01-01").plus(made);
        let today = made.plus(passed);
        let (first, last) = id_year(made, today).unwrap();
        prop_assert!(first <= today && today <= last);
        prop_assert_eq!(id_year(made, last.plus(1)).unwrap().0, last.plus(1));
        prop_assert!(id_year(made, made.plus(-1)).is_none());
    }
}

#[test]
fn tax_is_told_by_rate_and_rounded_once() {
    let sum = |percent, gross, tax| TaxSum { percent, gross, tax };
    assert_eq!(tax_sums([]), []);
    assert_eq!(tax_sums([(10, 11_400)]), [sum(10, 11_400, 1_036)]);
    // Line by line it would be 0 + 0.
    assert_eq!(tax_sums([(10, 10), (10, 10)]), [sum(10, 20, 1)]);
    assert_eq!(
        tax_sums([(8, 108), (10, 110), (0, 5)]),
        [sum(10, 110, 10), sum(8, 108, 8), sum(0, 5, 0)]
    );
    assert_eq!(tax_sums([(10, -30), (10, 1000)]), [sum(10, 970, 88)]);
}

#[test]
fn an_unpaid_invoice_is_overdue_and_then_suspends() {
    let cases = [
        ("2026-11-30", Due::InTime),
        ("2026-12-01", Due::Overdue),
        ("2026-12-30", Due::Overdue),
        ("2026-12-31", Due::Suspends),
    ];
    for (today, expected) in cases {
        assert_eq!(due(day("2026-11-30"), day(today), 30), expected, "{today}");
    }
    assert_eq!(Charge::ALL.map(Charge::suspends), [false, true, true, false]);
    for charge in Charge::ALL {
        assert_eq!(Charge::from_word(charge.word()), Some(charge));
    }
}

#[test]
fn a_registration_ends_with_its_month_years_later() {
    let cases = [
        ("2025-04-15", 5, "2030-04-30"),
        ("2025-04-01", 5, "2030-04-30"),
        ("2025-04-30", 5, "2030-04-30"),
        ("2024-02-29", 5, "2029-02-28"),
        ("2023-02-01", 5, "2028-02-29"),
        ("2025-12-31", 5, "2030-12-31"),
        ("2025-01-31", 1, "2026-01-31"),
    ];
    for (registered, years, last) in cases {
        assert_eq!(valid_until(day(registered), years), day(last), "{registered}");
    }
}

#[test]
fn notice_grace_and_end() {
    let cases = [
        ("2029-09-30", Validity::Valid),
        ("2029-10-01", Validity::RenewalNotice),
        ("2030-04-30", Validity::RenewalNotice),
        ("2030-05-01", Validity::Grace),
        ("2030-07-31", Validity::Grace),
        ("2030-08-01", Validity::Expired),
    ];
    for (today, expected) in cases {
        assert_eq!(validity(day("2030-04-30"), day(today), 6, 3), expected, "{today}");
    }
    assert_eq!(validity(day("2030-04-30"), day("2030-05-01"), 6, 0), Validity::Expired);
}

#[test]
fn years_of_ids_and_of_the_operator() {
    let cases = [
        ("2024-02-29", "2024-02-29", Some(("2024-02-29", "2025-02-27"))),
        ("2024-02-29", "2025-02-27", Some(("2024-02-29", "2025-02-27"))),
        ("2024-02-29", "2025-02-28", Some(("2025-02-28", "2026-02-27"))),
        ("2024-02-29", "2028-02-28", Some(("2027-02-28", "2028-02-28"))),
        ("2024-11-21", "2026-11-20", Some(("2025-11-21", "2026-11-20"))),
        ("2024-11-21", "2026-11-21", Some(("2026-11-21", "2027-11-20"))),
        ("2024-11-21", "2024-11-20", None),
    ];
    for (made, today, expected) in cases {
        let expected = expected.map(|(first, last)| (day(first), day(last)));
        assert_eq!(id_year(day(made), day(today)), expected, "{made} {today}");
    }
    let cases = [
        ("2026-03-31", 4, 2025),
        ("2026-04-01", 4, 2026),
        ("2026-12-31", 4, 2026),
        ("2026-01-01", 1, 2026),
    ];
    for (on, first_month, year) in cases {
        assert_eq!(operator_year(day(on), first_month), year, "{on}");
    }
}

#[test]
fn numbers_of_issuers() {
    assert!(is_issuer_number("T1234567890123"));
    for bad in [
        "",
        "T",
        "1234567890123",
        "T123456789012",
        "T12345678901234",
        "t1234567890123",
        "T123456789012３",
    ] {
        assert!(!is_issuer_number(bad), "{bad}");
    }
}
