//! A recorded day is corrected with the prime's approval, or voided by the prime; neither is undone by what comes later, and nothing is
//! deleted.

use axum::http::StatusCode;

use super::*;
use crate::rooms::{fees, history};

/// A second trade, which the worker has registered.
const OTHER: &str = "10-01";

async fn run(world: &World, sql: &Sql, worker: &Worker) {
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(sql, values![worker.id.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn with_other_trade(world: &World) {
    let insert = Sql::new(
        "test.trade",
        "insert into worker_trade (worker_id, ordinal, trade) values ($1, 1, '10-01')",
    );
    run(world, &insert, &world.ann).await;
}

#[derive(Debug, PartialEq, Eq, FromQueryResult)]
struct Row {
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    judgement: i32,
}

async fn row(world: &World, worker: &Worker, day: &str) -> Row {
    let one = Sql::new(
        "test.history",
        "select first_in, last_out, counts, trade, position, work_content, judgement from history where worker_id = $1 and work_day = $2",
    );
    let day: WorkDay = day.parse().unwrap();
    let tx = world.test.app.db().read().await.unwrap();
    tx.one(&one, values![worker.id.to_string(), day.to_number()])
        .await
        .unwrap()
        .unwrap()
}

/// Seconds of an instant, `2026-11-19T07:30:00` in Japan.
fn at(text: &str) -> Option<i64> {
    let at: jiff::Timestamp = format!("{text}+09:00").parse().unwrap();
    Some(at.as_second())
}

async fn causes(world: &World, worker: &Worker) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Cause {
        cause: String,
    }
    let all = Sql::new(
        "test.causes",
        "select cause from judgement where worker_id = $1 order by work_day, number",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let rows: Vec<Cause> = tx.all(&all, values![worker.id.to_string()]).await.unwrap();
    rows.into_iter().map(|row| row.cause).collect()
}

async fn try_correct(
    world: &World,
    who: &Person,
    worker: &Worker,
    day: &str,
    form: &CorrectForm,
) -> Result<(), CorrectionRefusal> {
    let site = world.site.to_string();
    let tx = world.test.app.db().write().await.unwrap();
    match ask_correction(&world.test.app, &tx, &who.viewer, (&site, day, &worker.handle), form).await {
        Ok(()) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

/// ann's day as it is recorded: 07:30 to 17:10.
fn as_recorded() -> CorrectForm {
    CorrectForm {
        trade: "01-01".into(),
        position: String::new(),
        work_content: "鉄筋の組立".into(),
        from: "07:30".into(),
        to: "17:10".into(),
        note: String::new(),
    }
}

async fn ann_worked(world: &World, day: &str) {
    world.send_one(&world.ann, &format!("{day}T07:30:00"), Direction::In).await;
    world.send_one(&world.ann, &format!("{day}T17:10:00"), Direction::Out).await;
}

on_both!(a_correction_holds_against_what_comes_later, |backend| async move {
    let world = World::new(backend).await;
    with_other_trade(&world).await;
    ann_worked(&world, "2026-11-19").await;
    let before = row(&world, &world.ann, "2026-11-19").await;
    let form = CorrectForm {
        trade: OTHER.into(),
        position: "foreman".into(),
        work_content: "鉄筋の検査".into(),
        from: "07:00".into(),
        ..as_recorded()
    };
    try_correct(&world, &world.ann_self, &world.ann, "2026-11-19", &form)
        .await
        .unwrap();
    assert_eq!(row(&world, &world.ann, "2026-11-19").await, before, "asked is not done");
    let waits = try_correct(&world, &world.second, &world.ann, "2026-11-19", &form).await;
    assert!(matches!(waits, Err(CorrectionRefusal::Why(Why::AskedAlready))), "{waits:?}");
    let waiting = world.page(&world.prime, "/direct/waiting").await;
    assert!(
        waiting.contains("鉄筋の検査") && waiting.contains(&text(&world, "correct-chip")),
        "{waiting}"
    );

    let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
        .await
        .unwrap();
    assert_eq!((decided.done, decided.counting, decided.left.len()), (1, 1, 0));
    let corrected = Row {
        first_in: at("2026-11-19T07:00:00"),
        last_out: at("2026-11-19T17:10:00"),
        counts: 1,
        trade: Some(OTHER.into()),
        position: Some("foreman".into()),
        work_content: Some("鉄筋の検査".into()),
        judgement: before.judgement + 1,
    };
    assert_eq!(row(&world, &world.ann, "2026-11-19").await, corrected);
    assert_eq!(
        causes(&world, &world.ann).await,
        ["touch", "correction"],
        "the older judgement stays"
    );
    assert_eq!(touched(&world, world.ann.id).await.len(), 2, "and so do the facts");
    assert_eq!(told(&world, &world.ann.id.to_string()).await, ["notice-direct-fix-approved"]);

    // A touch that was sent late, and a roster that says otherwise.
    world.send_one(&world.ann, "2026-11-19T06:10:00", Direction::In).await;
    world.send_one(&world.ann, "2026-11-19T19:00:00", Direction::Out).await;
    let tx = world.test.app.db().write().await.unwrap();
    let policies = world.test.app.masters();
    let clock = world.test.app.clock();
    history::rejudge(&tx, clock, policies.policies(), world.site, None, history::Cause::Roster)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(row(&world, &world.ann, "2026-11-19").await, corrected);
    let page = world
        .page(
            &world.ann_self,
            &world.path(&format!("/days/2026-11-19/{}", world.ann.handle)),
        )
        .await;
    assert!(
        page.contains(&text(&world, "cause-correction")) && page.contains(&text(&world, "direct-event-approved")),
        "{page}"
    );
});

on_both!(
    hours_of_a_day_that_does_not_count_yet_are_corrected_too,
    |backend| async move {
        let world = World::new(backend).await;
        world.send_one(&world.bob, "2026-11-19T09:00:00", Direction::In).await;
        // What it says of the work comes from the roster: nothing of it is read.
        let form = CorrectForm {
            from: "07:45".into(),
            to: "17:00".into(),
            trade: OTHER.into(),
            ..as_recorded()
        };
        try_correct(&world, &world.second, &world.bob, "2026-11-19", &form)
            .await
            .unwrap();
        try_approve(&world, &world.prime, &keys(&world, world.bob.id).await)
            .await
            .unwrap();
        let day = row(&world, &world.bob, "2026-11-19").await;
        assert_eq!(
            (day.first_in, day.last_out, day.counts),
            (at("2026-11-19T07:45:00"), at("2026-11-19T17:00:00"), 0)
        );
        world.list(&world.second, &world.bob, "結束").await;
        let day = row(&world, &world.bob, "2026-11-19").await;
        assert_eq!(
            (day.first_in, day.counts, day.trade.as_deref()),
            (at("2026-11-19T07:45:00"), 1, Some("01-01"))
        );
    }
);

on_both!(one_history_is_not_made_of_two, |backend| async move {
    let world = World::new(backend).await;
    for (time, direction) in [
        ("2026-11-17T21:00:00", Direction::In),
        ("2026-11-18T05:30:00", Direction::Out),
        ("2026-11-18T07:00:00", Direction::In),
        ("2026-11-18T17:00:00", Direction::Out),
    ] {
        world.send_one(&world.ann, time, direction).await;
    }
    let form = CorrectForm {
        from: "21:00".into(),
        to: "08:00".into(),
        ..as_recorded()
    };
    try_correct(&world, &world.ann_self, &world.ann, "2026-11-17", &form)
        .await
        .unwrap();
    let all = keys(&world, world.ann.id).await;
    let decided = try_approve(&world, &world.prime, &all).await.unwrap();
    assert_eq!((decided.done, &decided.left[0].why), (0, &Why::Overlaps));
    let form = CorrectForm {
        from: "05:00".into(),
        to: "17:00".into(),
        ..as_recorded()
    };
    try_correct(&world, &world.ann_self, &world.ann, "2026-11-18", &form)
        .await
        .unwrap();
    let second: BTreeSet<String> = keys(&world, world.ann.id).await.difference(&all).cloned().collect();
    let decided = try_approve(&world, &world.prime, &second).await.unwrap();
    assert_eq!((decided.done, &decided.left[0].why), (0, &Why::Overlaps), "nor backwards");
});

on_both!(who_may_ask_for_a_correction_and_of_what, |backend| async move {
    let world = World::new(backend).await;
    ann_worked(&world, "2026-11-19").await;
    let form = CorrectForm {
        work_content: "片付け".into(),
        ..as_recorded()
    };
    for who in [
        &world.past,
        &world.first,
        &world.prime,
        &world.sibling,
        &world.bob_self,
        &world.manager,
    ] {
        let refusal = try_correct(&world, who, &world.ann, "2026-11-19", &form).await;
        assert!(matches!(refusal, Err(CorrectionRefusal::NotFound)), "{refusal:?}");
    }
    let none = try_correct(&world, &world.ann_self, &world.ann, "2026-11-18", &form).await;
    assert!(matches!(none, Err(CorrectionRefusal::NotFound)), "no such day: {none:?}");
    // Nothing changed; a trade he has not registered; a time that is none.
    let cases = [
        ("from", as_recorded(), "correct-nothing"),
        (
            "trade",
            CorrectForm {
                trade: OTHER.into(),
                ..as_recorded()
            },
            "roster-trade-not-held",
        ),
        (
            "trade",
            CorrectForm {
                trade: String::new(),
                ..as_recorded()
            },
            "correct-trade-needed",
        ),
        (
            "position",
            CorrectForm {
                position: "king".into(),
                ..as_recorded()
            },
            "roster-position-unknown",
        ),
        (
            "to",
            CorrectForm {
                to: "99:00".into(),
                ..as_recorded()
            },
            "direct-no-time",
        ),
    ];
    let t = world.test.app.texts().t(Language::Ja);
    for (field, form, key) in cases {
        let refusal = try_correct(&world, &world.ann_self, &world.ann, "2026-11-19", &form).await;
        let Err(CorrectionRefusal::Fields(errors)) = refusal else {
            panic!("{key}: {refusal:?}")
        };
        assert_eq!(errors.at(&t, field).unwrap_or_default(), text(&world, key));
    }
    // After the deadline, neither asked for nor approved.
    try_correct(&world, &world.second, &world.ann, "2026-11-19", &form)
        .await
        .unwrap();
    world.test.clock.advance(SignedDuration::from_hours(24 * 42));
    let late = try_correct(&world, &world.second, &world.ann, "2026-11-19", &form).await;
    assert!(matches!(late, Err(CorrectionRefusal::Why(Why::TooLate(_)))), "{late:?}");
    let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
        .await
        .unwrap();
    assert!(matches!(decided.left[0].why, Why::TooLate(_)));
    assert_eq!(keep(&world.test.app).await.unwrap().expired, 1);
    assert!(
        told(&world, &company(&world.second))
            .await
            .contains(&"notice-direct-fix-expired-of".to_owned())
    );
});

on_both!(
    a_voided_day_counts_for_nothing_and_can_be_entered_again,
    |backend| async move {
        let world = World::new(backend).await;
        ann_worked(&world, "2026-11-19").await;
        let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
        let void = format!("{day}/void");
        let page = world.page(&world.prime, &day).await;
        assert!(page.contains(&void));
        assert!(!world.page(&world.second, &day).await.contains(&void));
        let employer = world.test.post(Some(&world.second), &void, &[("reason", "x")]).await;
        assert_eq!(employer.status, StatusCode::FORBIDDEN);
        let silent = world.test.post(Some(&world.prime), &void, &[("reason", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(row(&world, &world.ann, "2026-11-19").await.counts, 1);

        let reason = [("reason", "別の人のカードでした")];
        for _ in 0..2 {
            let done = world.test.post(Some(&world.prime), &void, &reason).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        let voided = row(&world, &world.ann, "2026-11-19").await;
        assert_eq!((voided.first_in, voided.last_out, voided.counts), (None, None, 0));
        assert_eq!(
            causes(&world, &world.ann).await,
            ["touch", "void"],
            "once, and nothing is deleted"
        );
        assert_eq!(touched(&world, world.ann.id).await.len(), 2);
        // Its page tells why; the calendar has it no more; a late touch and judging again leave it so.
        for who in [&world.prime, &world.second, &world.ann_self] {
            let page = world.page(who, &day).await;
            assert!(
                page.contains("別の人のカードでした") && page.contains(&text(&world, "day-void")),
                "{page}"
            );
            assert!(!page.contains(&text(&world, "correct-title")));
        }
        world.send_one(&world.ann, "2026-11-19T18:00:00", Direction::Out).await;
        assert_eq!(row(&world, &world.ann, "2026-11-19").await, voided);
        let calendar = world.page(&world.ann_self, "/my/calendar?month=2026-11").await;
        assert!(calendar.contains(&text(&world, "worker-empty")), "{calendar}");

        // Entered again and approved, it is a day again.
        try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-11-19"]))
            .await
            .unwrap();
        let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
            .await
            .unwrap();
        assert_eq!((decided.done, decided.counting), (1, 1));
        let again = row(&world, &world.ann, "2026-11-19").await;
        assert_eq!(
            (again.first_in, again.last_out, again.counts),
            (at("2026-11-19T08:00:00"), at("2026-11-19T17:00:00"), 1)
        );
    }
);

on_both!(the_fee_follows_a_voided_day, |backend| async move {
    let world = World::new(backend).await;
    ann_worked(&world, "2026-11-18").await;
    ann_worked(&world, "2026-11-19").await;
    let app = &world.test.app;
    let november = "2026-11".parse().unwrap();
    let charged = async || {
        let tx = app.db().read().await.unwrap();
        fees::dry_run(app, &tx, november).await.map_err(|_| ()).unwrap().histories
    };
    // 1 December: the month can be closed.
    world.test.clock.advance(SignedDuration::from_hours(24 * 11));
    assert_eq!(charged().await, 2);
    let prime = world.again(&company(&world.prime)).await;
    let void = world.path(&format!("/days/2026-11-19/{}/void", world.ann.handle));
    let done = world.test.post(Some(&prime), &void, &[("reason", "重複")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(charged().await, 1, "not charged");
    // After the deadline it stays.
    world.test.clock.advance(SignedDuration::from_hours(24 * 31));
    let prime = world.again(&company(&world.prime)).await;
    let late = world.path(&format!("/days/2026-11-18/{}/void", world.ann.handle));
    let late = world.test.post(Some(&prime), &late, &[("reason", "重複")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
});

on_both!(the_form_of_a_correction_begins_with_the_day, |backend| async move {
    let world = World::new(backend).await;
    ann_worked(&world, "2026-11-19").await;
    let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
    let here = format!("/direct/correct/{}/2026-11-19/{}", world.site, world.ann.handle);
    assert!(world.page(&world.ann_self, &day).await.contains(&here));
    assert!(
        !world.page(&world.prime, &day).await.contains(&here),
        "his employer asks, or he"
    );
    let form = world.page(&world.second, &here).await;
    for now in ["value=\"07:30\"", "value=\"17:10\"", "鉄筋の組立", "value=\"01-01\" selected"] {
        assert!(form.contains(now), "{now}: {form}");
    }
    let fields = [
        ("trade", "01-01"),
        ("work_content", "片付け"),
        ("from", "07:30"),
        ("to", "17:10"),
    ];
    let sent = world.test.post(Some(&world.second), &here, &fields).await;
    assert_eq!(
        (sent.status, sent.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/direct")),
        "{}",
        sent.body
    );
    let again = world.test.post(Some(&world.second), &here, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains(&text(&world, "direct-asked-already")) && again.body.contains("片付け"));
});
