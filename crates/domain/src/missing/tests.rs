use proptest::prelude::*;

use super::*;

fn company(n: u64) -> CompanyId {
    CompanyId::from_free_digits(n, 22).unwrap()
}

fn worker(n: u64) -> WorkerId {
    WorkerId::from_free_digits(n, 21).unwrap()
}

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

/// Every kind of cause.
fn all() -> Vec<Cause> {
    let (company, trade) = (company(2), "01-01".parse().unwrap());
    let last = day("2026-11-30");
    [
        Reason::EntryMissing,
        Reason::EmployerNotLinked,
        Reason::CompanyNotInOrganisation { company },
        Reason::CompanyNotApproved { company },
        Reason::UpperNotApproved { company },
        Reason::NotOnRoster { company },
        Reason::NotTiedToRosterCompany { company },
        Reason::TradeMissing { company },
        Reason::TradeNotHeld { company, trade },
    ]
    .map(Cause::Reason)
    .into_iter()
    .chain(
        [
            Refusal::UnknownWorker { looks_like: None },
            Refusal::UnknownSite,
            Refusal::OutsidePeriod { from: last, to: last },
            Refusal::TooOld { deadline: last },
            Refusal::InFuture { ahead_seconds: 400 },
            Refusal::RegistrationEnded { on: last },
            Refusal::DeadCard,
            Refusal::Malformed { field: "at".into() },
        ]
        .map(Cause::Refused),
    )
    .chain([
        Cause::PeriodEnds { last },
        Cause::CompanyEnds { company, last },
        Cause::CardEnds { company },
    ])
    .collect()
}

#[test]
fn table_of_who_can_mend_and_by_what_right() {
    use Act::{Approve, ChangeCompany, Invite, KeepRoster, KeepSite};
    // As the prime (1), the company concerned (2) and a bystander (3) see it.
    let (prime, own) = (Who::Company(company(1)), Who::Company(company(2)));
    let prime_does = [Who::Us, prime, prime];
    let company_does = [own, Who::Us, own];
    let expected = [
        ("entry-missing", prime_does, Some(KeepSite)),
        ("employer-not-linked", [Who::Workers; 3], None),
        ("company-not-in-organisation.2", prime_does, Some(Invite)),
        ("company-not-approved.2", company_does, Some(Approve)),
        ("upper-not-approved.2", company_does, Some(Approve)),
        ("not-on-roster.2", company_does, Some(KeepRoster)),
        ("not-tied-to-roster-company.2", company_does, Some(KeepRoster)),
        ("trade-missing.2", company_does, Some(KeepRoster)),
        ("trade-not-held.2.01-01", company_does, Some(KeepRoster)),
        ("touch-unknown-worker", [Who::Employer; 3], None),
        ("touch-unknown-site", prime_does, Some(KeepSite)),
        ("touch-outside-period", prime_does, Some(KeepSite)),
        ("touch-too-old", [Who::Nobody; 3], None),
        ("touch-in-future", prime_does, Some(KeepSite)),
        ("touch-registration-ended", [Who::Workers; 3], None),
        ("touch-dead-card", [Who::Workers; 3], None),
        ("touch-malformed", prime_does, Some(KeepSite)),
        ("period-ends", prime_does, Some(KeepSite)),
        ("company-ends.2", company_does, Some(ChangeCompany)),
        ("card-ends.2", [Who::Workers; 3], None),
    ];
    let all = all();
    assert_eq!(all.len(), expected.len());
    for (cause, (key, who, act)) in all.iter().zip(expected) {
        assert_eq!(cause.key(), key.replace(".2", &format!(".{}", company(2))), "{cause:?}");
        let seen = [1, 2, 3].map(|n| cause.who(company(n), company(1)));
        assert_eq!(seen, who, "{cause:?}");
        assert_eq!(cause.act(), act, "{cause:?}");
    }
}

fn found(cause: &Cause, who: Option<u64>, days: u32, coming: u32, until: Option<&str>) -> Finding {
    Finding {
        cause: cause.clone(),
        worker: who.map(worker),
        days,
        coming,
        until: until.map(day),
    }
}

#[test]
fn table_of_orders() {
    let roster = Cause::Reason(Reason::NotOnRoster { company: company(2) });
    let approval = Cause::Reason(Reason::CompanyNotApproved { company: company(3) });
    let period = Cause::PeriodEnds { last: day("2026-12-05") };
    let card = Cause::CardEnds { company: company(2) };
    let grouped = groups([
        found(&card, Some(9), 0, 0, Some("2026-12-01")),
        found(&roster, Some(1), 3, 0, Some("2026-11-30")),
        found(&roster, Some(2), 4, 0, Some("2026-12-31")),
        found(&roster, Some(1), 2, 0, Some("2026-12-31")),
        // On the roster's list of faults, not yet at the gate.
        found(&roster, Some(5), 0, 0, None),
        found(&approval, None, 9, 0, Some("2026-12-31")),
        found(&period, None, 0, 40, Some("2026-12-05")),
    ]);
    let shown: Vec<_> = grouped.iter().map(|g| (g.cause.kind(), g.at_stake())).collect();
    // Nine days each: the one with the nearer deadline comes first.
    let expected = [
        ("period-ends", 40),
        ("not-on-roster", 9),
        ("company-not-approved", 9),
        ("card-ends", 0),
    ];
    assert_eq!(shown, expected);
    let roster = &grouped[1];
    assert_eq!(roster.people, [(worker(1), 5), (worker(2), 4), (worker(5), 0)]);
    assert_eq!((roster.until, roster.days_until), (Some(day("2026-11-30")), 3));
}

#[test]
fn table_of_soon_and_again() {
    let today = day("2026-11-20");
    for (last, told) in [
        ("2026-11-20", true),
        ("2026-12-20", true),
        ("2026-12-21", false),
        ("2026-11-19", true),
        ("2026-10-20", false),
    ] {
        assert_eq!(ends_soon(day(last), today, 30), told, "{last}");
    }
    for (last, again) in [
        (None, true),
        (Some("2026-11-20"), false),
        (Some("2026-11-18"), false),
        (Some("2026-11-17"), true),
    ] {
        assert_eq!(may_tell_again(last.map(day), today, 3), again, "{last:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_the_order_of_findings_does_not_matter(
        findings in proptest::collection::vec((0usize..20, proptest::option::of(0u64..6), 0u32..50, 0u32..5, 0i32..60), 0..60),
        turn in 0usize..60,
    ) {
        let causes = all();
        let findings: Vec<Finding> = findings
            .into_iter()
            .map(|(cause, who, days, coming, after)| Finding {
                cause: causes[cause].clone(),
                worker: who.map(worker),
                days,
                coming,
                until: (after > 0).then(|| day("2026-11-01").plus(after)),
            })
            .collect();
        let grouped = groups(findings.clone());
        let sum = |f: fn(&Finding) -> u32| findings.iter().map(f).sum::<u32>();
        prop_assert_eq!(grouped.iter().map(|g| g.days).sum::<u32>(), sum(|f| f.days));
        prop_assert_eq!(grouped.iter().map(|g| g.coming).sum::<u32>(), sum(|f| f.coming));
        prop_assert!(grouped.windows(2).all(|pair| pair[0].at_stake() >= pair[1].at_stake()));
        for group in &grouped {
            prop_assert!(group.days_until <= group.days);
            prop_assert!(group.people.iter().map(|(_, days)| days).sum::<u32>() <= group.days);
        }
        let mut turned = findings;
        let by = turn % turned.len().max(1);
        turned.rotate_left(by);
        prop_assert_eq!(groups(turned), grouped);
    }
}
