//! A recorded day is corrected with the prime's approval, or voided by the prime; neither is undone by what comes later, and nothing is
//! deleted.

use axum::http::StatusCode;

use super::*;
use crate::rooms::history;

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
pub(super) struct Row {
    pub(super) first_in: Option<i64>,
    pub(super) last_out: Option<i64>,
    pub(super) counts: i32,
    pub(super) trade: Option<String>,
    pub(super) position: Option<String>,
    pub(super) work_content: Option<String>,
    pub(super) judgement: i32,
}

pub(super) async fn row(world: &World, worker: &Worker, day: &str) -> Row {
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
pub(super) fn at(text: &str) -> Option<i64> {
    let at: jiff::Timestamp = format!("{text}+09:00").parse().unwrap();
    Some(at.as_second())
}

pub(super) async fn causes(world: &World, worker: &Worker) -> Vec<String> {
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
        employer: String::new(),
        trade: "01-01".into(),
        position: String::new(),
        work_content: "鉄筋の組立".into(),
        from: "07:30".into(),
        to: "17:10".into(),
        note: String::new(),
    }
}

pub(super) async fn ann_worked(world: &World, day: &str) {
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

on_both!(a_day_goes_to_another_company_he_belonged_to, |backend| async move {
    let world = World::new(backend).await;
    ann_worked(&world, "2026-11-19").await;
    let employer = Sql::new(
        "test.employer",
        "select employer_id from history where worker_id = $1 and work_day = 20261119",
    );
    let of = async || {
        let tx = world.test.app.db().read().await.unwrap();
        tx.value::<String>(&employer, values![world.ann.id.to_string()])
            .await
            .unwrap()
    };
    let node = Sql::new(
        "test.node",
        "select id from node where company_id = $1 and status = 'approved'",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let node: String = tx.value(&node, values![company(&world.sibling)]).await.unwrap().unwrap();
    drop(tx);
    let form = CorrectForm {
        employer: node.clone(),
        ..as_recorded()
    };

    // She does not belong to it: not offered, not taken.
    let page = world
        .path(&format!("/days/2026-11-19/{}", world.ann.handle))
        .replace("/sites/", "/direct/correct/")
        .replace("/days", "");
    assert!(!world.page(&world.ann_self, &page).await.contains("name=\"employer\""));
    let refusal = try_correct(&world, &world.ann_self, &world.ann, "2026-11-19", &form).await;
    assert!(matches!(refusal, Err(CorrectionRefusal::Fields(_))), "{refusal:?}");

    // She belonged to both that day.
    let tie = Sql::new(
        "test.tie",
        "insert into employment (worker_id, company_id, from_day, main) values ($1, $2, 20261101, 0)",
    );
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&tie, values![world.ann.id.to_string(), company(&world.sibling)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(world.page(&world.ann_self, &page).await.contains("name=\"employer\""));
    assert_eq!(of().await, Some(company(&world.second)));
    try_correct(&world, &world.ann_self, &world.ann, "2026-11-19", &form)
        .await
        .unwrap();
    try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
        .await
        .unwrap();
    assert_eq!(of().await, Some(company(&world.sibling)));
    assert!(
        told(&world, &company(&world.sibling))
            .await
            .contains(&"notice-direct-fix-employer".to_owned())
    );
    let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
    assert_eq!(world.test.get(Some(&world.sibling), &day).await.status, StatusCode::OK);
});
