//! Table of cases of admission and judgement.

use super::*;

fn company(n: u64) -> CompanyId {
    CompanyId::from_free_digits(n, 22).unwrap()
}

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

fn trade(text: &str) -> TradeCode {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn present() -> Attendance {
    Attendance {
        first_in: Some(at("2026-11-20T07:30:00+09:00")),
        last_out: None,
    }
}

/// A day on which all is well; each case spoils something.
fn good() -> Standing {
    Standing {
        employers: vec![company(2)],
        trades: vec![trade("01-11")],
        detailed: true,
        roster: Some(RosterStanding {
            node: NodeId("a".into()),
            company: company(2),
            chain: Chain::Approved,
            trade: Some(trade("01-11")),
            position: None,
            work_content: "鉄筋の組立".into(),
            hazards: None,
        }),
        employer_chain: Some(Chain::Approved),
        training: false,
    }
}

fn spoilt(spoil: impl FnOnce(&mut Standing)) -> Standing {
    let mut standing = good();
    spoil(&mut standing);
    standing
}

fn keys(verdict: &Verdict) -> Vec<&'static str> {
    verdict.reasons().iter().map(Reason::key).collect()
}

#[test]
fn every_reason_alone_and_together() {
    let row = |f: fn(&mut RosterStanding)| spoilt(|s| f(s.roster.as_mut().unwrap()));
    let off_roster = |chain| spoilt(|s| (s.roster, s.employer_chain) = (None, chain));
    let cases: Vec<(&str, Standing, &[&str])> = vec![
        ("all well", good(), &[]),
        (
            "tied to no company",
            spoilt(|s| s.employers.clear()),
            &["reason-employer-not-linked"],
        ),
        (
            "company not in the organisation",
            off_roster(None),
            &["reason-company-not-in-organisation", "reason-not-on-roster"],
        ),
        (
            "company invited, nobody listed",
            off_roster(Some(Chain::OwnOpen)),
            &["reason-company-not-approved", "reason-not-on-roster"],
        ),
        (
            "upper open, nobody listed",
            off_roster(Some(Chain::UpperOpen(company(1)))),
            &["reason-upper-not-approved", "reason-not-on-roster"],
        ),
        (
            "not on the roster",
            off_roster(Some(Chain::Approved)),
            &["reason-not-on-roster"],
        ),
        (
            "own node open",
            row(|r| r.chain = Chain::OwnOpen),
            &["reason-company-not-approved"],
        ),
        (
            "upper node open",
            row(|r| r.chain = Chain::UpperOpen(company(1))),
            &["reason-upper-not-approved"],
        ),
        (
            "listed by a company he does not belong to",
            spoilt(|s| s.employers = vec![company(9)]),
            &["reason-not-tied-to-roster-company"],
        ),
        (
            "a second employer lists him",
            spoilt(|s| s.employers = vec![company(9), company(2)]),
            &[],
        ),
        ("no trade", row(|r| r.trade = None), &["reason-trade-missing"]),
        (
            "trade only to the large class",
            row(|r| r.trade = Some(trade("01"))),
            &["reason-trade-missing"],
        ),
        (
            "trade not held",
            row(|r| r.trade = Some(trade("02-01"))),
            &["reason-trade-not-held"],
        ),
        ("blank position is an ordinary day", row(|r| r.position = None), &[]),
        ("foreman", row(|r| r.position = Some("foreman".parse().unwrap())), &[]),
    ];
    for (name, standing, expected) in cases {
        assert_eq!(keys(&judge(&present(), &standing)), expected, "{name}");
    }
    let lone_exit = Attendance {
        first_in: None,
        last_out: present().first_in,
    };
    assert_eq!(keys(&judge(&lone_exit, &good())), ["reason-entry-missing"]);
    assert_eq!(keys(&judge(&lone_exit, &off_roster(None))).len(), 3);
}

#[test]
fn simplified_registration_counts_with_a_note() {
    let Verdict::Counts { notes, content } = judge(&present(), &spoilt(|s| s.detailed = false)) else {
        panic!("counts")
    };
    assert_eq!(notes, [Note::SimplifiedRegistration]);
    assert_eq!((content.employer, content.trade), (company(2), trade("01-11")));
}

#[test]
fn menders_are_named() {
    let cases = [
        (Reason::EntryMissing, Mender::Prime),
        (Reason::EmployerNotLinked, Mender::Worker),
        (Reason::CompanyNotInOrganisation { company: company(2) }, Mender::Prime),
        (
            Reason::CompanyNotApproved { company: company(2) },
            Mender::Company(company(2)),
        ),
        (Reason::UpperNotApproved { company: company(1) }, Mender::Company(company(1))),
        (Reason::NotOnRoster { company: company(2) }, Mender::Company(company(2))),
    ];
    for (reason, mender) in cases {
        assert_eq!(reason.mender(), mender, "{reason:?}");
    }
}

#[test]
fn deadline_is_the_end_of_the_following_month() {
    let cases = [
        ("2026-01-10", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-12-01", "2027-01-31"),
        ("2026-11-30", "2026-12-31"),
    ];
    for (work, deadline) in cases {
        assert_eq!(mending_deadline(day(work), 1), day(deadline));
    }
    assert_eq!(open_since(day("2026-03-01"), 1), day("2026-02-01"));
    assert_eq!(open_since(day("2026-01-31"), 1), day("2025-12-01"));
}

#[test]
fn admission_table() {
    let admission = Admission {
        period: (day("2026-10-01"), day("2026-12-31")),
        paused: None,
        registration_ended: None,
        card_died: None,
        now: at("2026-11-20T08:00:00+09:00"),
        today: day("2026-11-20"),
        clock_ahead_seconds: 300,
        mending_months: 1,
    };
    let ended = Admission {
        registration_ended: Some(day("2026-11-18")),
        ..admission
    };
    let dead = Admission {
        card_died: Some(at("2026-11-19T12:00:00+09:00")),
        ..admission
    };
    let suspended = |to: Option<&str>| Admission {
        paused: Some(Pause {
            from: day("2026-11-17"),
            to: to.map(day),
        }),
        ..admission
    };
    let short = Admission {
        period: (day("2026-11-10"), day("2026-11-19")),
        ..admission
    };
    let cases = [
        ("now", "2026-11-20T07:59:00+09:00", admission, None),
        (
            "five minutes ahead is still a clock",
            "2026-11-20T08:05:00+09:00",
            admission,
            None,
        ),
        ("more is not", "2026-11-20T08:05:01+09:00", admission, Some("touch-in-future")),
        ("last month is open", "2026-10-01T07:00:00+09:00", admission, None),
        (
            "the month before is not",
            "2026-09-30T07:00:00+09:00",
            admission,
            Some("touch-too-old"),
        ),
        (
            "on the last day of the registration",
            "2026-11-18T07:00:00+09:00",
            ended,
            None,
        ),
        (
            "after it",
            "2026-11-19T07:00:00+09:00",
            ended,
            Some("touch-registration-ended"),
        ),
        ("while the card lived", "2026-11-19T11:59:59+09:00", dead, None),
        (
            "when the card was dead",
            "2026-11-19T12:00:00+09:00",
            dead,
            Some("touch-dead-card"),
        ),
        (
            "before the period",
            "2026-11-09T07:00:00+09:00",
            short,
            Some("touch-outside-period"),
        ),
        (
            "after the period",
            "2026-11-20T07:00:00+09:00",
            short,
            Some("touch-outside-period"),
        ),
        ("last day of the period", "2026-11-19T23:59:59+09:00", short, None),
        (
            "the day before a suspension",
            "2026-11-16T23:59:59+09:00",
            suspended(None),
            None,
        ),
        (
            "its first day",
            "2026-11-17T00:00:00+09:00",
            suspended(None),
            Some("touch-site-suspended"),
        ),
        (
            "as long as nobody says that work goes on",
            "2026-11-20T07:00:00+09:00",
            suspended(None),
            Some("touch-site-suspended"),
        ),
        (
            "its last day",
            "2026-11-18T07:00:00+09:00",
            suspended(Some("2026-11-18")),
            Some("touch-site-suspended"),
        ),
        (
            "the day after, however late that is told",
            "2026-11-19T07:00:00+09:00",
            suspended(Some("2026-11-18")),
            None,
        ),
    ];
    for (name, touch, admission, refusal) in cases {
        let result = admit(at(touch), WorkDay::of(at(touch), 0), &admission);
        assert_eq!(result.as_ref().err().map(Refusal::key), refusal, "{name}");
    }
}

/// The clock of a device that tells local time as if it were UTC runs nine hours ahead, and is found out at once.
#[test]
fn local_time_sent_as_utc_is_told_as_a_wrong_clock() {
    let admission = Admission {
        period: (day("2026-10-01"), day("2026-12-31")),
        paused: None,
        registration_ended: None,
        card_died: None,
        now: at("2026-11-20T08:00:00+09:00"),
        today: day("2026-11-20"),
        clock_ahead_seconds: 300,
        mending_months: 1,
    };
    let sent = at("2026-11-20T08:00:00Z");
    let refusal = admit(sent, WorkDay::of(sent, 0), &admission);
    assert_eq!(refusal, Err(Refusal::InFuture { ahead_seconds: 32_400 }));
    assert_eq!(refusal.map_err(|r| r.mender()), Err(Mender::DeviceKeeper));
}

/// With a day boundary of 05:00 the first and the last day of the period begin and end with it.
#[test]
fn the_period_follows_the_day_boundary() {
    let admission = Admission {
        period: (day("2026-11-10"), day("2026-11-19")),
        paused: None,
        registration_ended: None,
        card_died: None,
        now: at("2026-11-25T08:00:00+09:00"),
        today: day("2026-11-25"),
        clock_ahead_seconds: 300,
        mending_months: 1,
    };
    let cases = [
        ("2026-11-10T04:59:59+09:00", false),
        ("2026-11-10T05:00:00+09:00", true),
        ("2026-11-20T04:59:59+09:00", true),
        ("2026-11-20T05:00:00+09:00", false),
    ];
    for (touch, taken) in cases {
        let result = admit(at(touch), WorkDay::of(at(touch), 300), &admission);
        assert_eq!(result.is_ok(), taken, "{touch}");
        assert!(taken || matches!(result, Err(Refusal::OutsidePeriod { .. })), "{touch}");
    }
}

#[test]
fn the_row_that_speaks_for_a_day() {
    let row = |n, from: Option<&str>, to: Option<&str>, accrues| RosterRow {
        standing: RosterStanding {
            company: company(n),
            ..good().roster.unwrap()
        },
        from: from.map(day),
        to: to.map(day),
        accrues,
    };
    let moved = [row(2, None, None, false), row(3, None, None, true)];
    let dated = [
        row(2, None, Some("2026-11-10"), true),
        row(2, Some("2026-11-11"), None, false),
    ];
    type Case<'a> = (&'a str, &'a [RosterRow], &'a [u64], &'a str, Option<u64>);
    let cases: [Case<'_>; 6] = [
        ("before a move between companies", &moved, &[2], "2026-11-10", Some(2)),
        ("after it", &moved, &[3], "2026-11-20", Some(3)),
        ("tied to both: where it accrues", &moved, &[2, 3], "2026-11-20", Some(3)),
        ("tied to neither: where it accrues", &moved, &[9], "2026-11-20", Some(3)),
        ("a row that has ended does not speak", &dated[..1], &[2], "2026-11-11", None),
        ("the next row does", &dated, &[2], "2026-11-11", Some(2)),
    ];
    for (name, rows, employers, on, expected) in cases {
        let employers: Vec<CompanyId> = employers.iter().map(|n| company(*n)).collect();
        let found = row_of_day(rows, &employers, day(on)).map(|r| r.company);
        assert_eq!(found, expected.map(company), "{name}");
    }
}

#[test]
fn a_history_keeps_what_the_roster_says_of_hazards() {
    let told = Hazards {
        hazard: Some("asbestos".into()),
        checkups: vec!["asbestos".into(), "dust".into()],
        ..Hazards::default()
    };
    for hazards in [None, Some(Box::new(told))] {
        let standing = spoilt(|s| s.roster.as_mut().unwrap().hazards = hazards.clone());
        let verdict = judge(&present(), &standing);
        let text = serde_json::to_string(&verdict).unwrap();
        assert_eq!(
            serde_json::from_str::<Verdict>(&text).unwrap(),
            verdict,
            "read again it is the same"
        );
        let Verdict::Counts { content, .. } = verdict else {
            panic!("{text}")
        };
        assert_eq!(content.hazards, hazards);
    }
    // As it was written before.
    let old = r#"{"verdict":"counts","content":{"employer":"00000000000222","node":"a","trade":"01-11","position":null,"work_content":""},"notes":[]}"#;
    let Ok(Verdict::Counts { content, .. }) = serde_json::from_str(old) else {
        panic!("an older judgement is not read")
    };
    assert_eq!(content.hazards, None);
}
