//! Touches as they come in: good ones, bad ones, twice, too early, too late, out of order.
#![expect(clippy::expect_used, reason = "a test fails where its expectation does")]

use axum::http::StatusCode;
use domain::Direction::{In, Out};
use jiff::SignedDuration;
use registry::rooms::card::{CardReason, issue};
use registry::testing::World;
use testkit::on_both;
use wire::{Outcome, TouchAnswer, TouchItem};

fn refusal(answer: &TouchAnswer) -> (&str, &str) {
    assert_eq!(answer.outcome, Outcome::Refused, "{answer:?}");
    (answer.remarks[0].code.as_str(), answer.remarks[0].key.as_str())
}

/// Code and key of the reasons, in order.
fn reasons(answer: &TouchAnswer) -> Vec<(&str, &str)> {
    answer
        .day
        .as_ref()
        .expect("a day")
        .reasons
        .iter()
        .map(|r| (r.code.as_str(), r.key.as_str()))
        .collect()
}

on_both!(a_touch_is_answered_with_name_and_counts, |backend| async move {
    let world = World::new(backend).await;
    let answer = world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    assert_eq!(
        (answer.outcome, answer.name.as_deref()),
        (Outcome::Stored, Some(world.ann.name.as_str()))
    );
    let day = answer.day.expect("a day");
    assert!(day.counts && day.reasons.is_empty());
    assert_eq!(day.work_day.to_string(), "2026-11-20");
});

on_both!(
    one_that_does_not_count_says_why_who_until_when_and_where,
    |backend| async move {
        let world = World::new(backend).await;
        let answer = world.send_one(&world.bob, "2026-11-20T07:30:00", In).await;
        assert_eq!(answer.outcome, Outcome::Stored, "accepted is not the same as counting");
        assert_eq!(reasons(&answer), [("OCUK0407W", "history.not_on_roster")]);
        let reason = &answer.day.as_ref().unwrap().reasons[0];
        assert_eq!(reason.mender.as_deref(), Some("second建設"));
        assert_eq!(reason.until.map(|d| d.to_string()).as_deref(), Some("2026-12-31"));
        let link = reason.link.clone().unwrap();
        assert!(link.starts_with(&world.path("/roster/add")) && link.contains(&world.bob.handle));
        assert!(reason.text.contains("second建設"));
        // The link leads its mender to a screen that knows whom it is about.
        assert!(world.page(&world.second, &link).await.contains(&world.bob.name));

        // He is put on the roster: the day counts now, and the old judgement can still be read.
        world.list(&world.second, &world.bob, "鉄筋の加工").await;
        let story = world
            .page(&world.second, &world.path(&format!("/days/2026-11-20/{}", world.bob.handle)))
            .await;
        assert!(story.contains("鉄筋の加工"));
        let judgements = story.split("class=\"judgements\"").nth(1).expect("a list of judgements");
        assert_eq!(judgements.matches("<li>").count(), 2, "{judgements}");
        assert!(judgements.contains("OCUK0407W"));
        let csv = world.page(&world.prime, &world.path("/calendar.csv?month=2026-11")).await;
        let row = csv.lines().find(|l| l.contains(&world.bob.id.to_string())).expect("a row");
        assert!(row.contains("鉄筋の加工") && row.contains("07:30"), "{row}");
    }
);

on_both!(twice_is_once, |backend| async move {
    let world = World::new(backend).await;
    let touch = world.touch(&world.ann, "2026-11-20T07:30:00", In);
    assert_eq!(world.send(vec![touch.clone()]).await[0].outcome, Outcome::Stored);
    let mut again = touch.clone();
    again.item_id = "another id of the same touch".into();
    again.at = "2026-11-20T07:30:00.900+09:00".parse().unwrap();
    let answers = world.send(vec![touch, again]).await;
    assert!(
        answers
            .iter()
            .all(|a| a.outcome == Outcome::AlreadyStored && a.day.as_ref().is_some_and(|d| d.counts))
    );
    // Twice in one batch, too.
    let fresh = world.touch(&world.ann, "2026-11-20T07:50:00", Out);
    let outcomes: Vec<_> = world
        .send(vec![fresh.clone(), fresh])
        .await
        .into_iter()
        .map(|a| a.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::Stored, Outcome::AlreadyStored]);
});

on_both!(bad_input_has_a_stable_code, |backend| async move {
    let world = World::new(backend).await;
    let good = world.touch(&world.ann, "2026-11-20T07:30:00", In);
    let with = |change: &dyn Fn(&mut TouchItem)| {
        let mut item = good.clone();
        change(&mut item);
        item
    };
    let company = world.second.viewer.company_id().unwrap().to_string();
    let cases = [
        (
            "unknown card",
            with(&|t| t.worker_id = "99999999999921".into()),
            ("DATK0408E", "history.unknown_worker"),
        ),
        (
            "a company ID where a worker ID belongs",
            with(&|t| t.worker_id = company.clone()),
            ("DATK0408E", "history.wrong_kind"),
        ),
        (
            "an ID of no kind",
            with(&|t| t.worker_id = "99999999999934".into()),
            ("DATK0408E", "history.unknown_worker"),
        ),
        (
            "no ID at all",
            with(&|t| t.worker_id = "😀".into()),
            ("OCUX0904E", "history.malformed"),
        ),
        (
            "unknown site",
            with(&|t| t.site_id = "99999999999971".into()),
            ("OCUK0401E", "history.unknown_site"),
        ),
        (
            "from the future",
            with(&|t| t.at = "2026-11-20T08:05:01+09:00".parse().unwrap()),
            ("OCUK0405E", "history.in_future"),
        ),
        (
            "older than the deadline",
            with(&|t| t.at = "2026-09-30T07:00:00+09:00".parse().unwrap()),
            ("OCUK0405E", "history.too_old"),
        ),
    ];
    let answers = world.send(cases.iter().map(|(_, item, _)| item.clone()).collect()).await;
    for ((name, _, expected), answer) in cases.iter().zip(&answers) {
        assert_eq!(refusal(answer), *expected, "{name}");
        assert!(!answer.remarks[0].text.is_empty(), "{name}");
    }
    assert!(
        answers[1].remarks[0].text.contains("事業者ID"),
        "the wrong kind is named: {}",
        answers[1].remarks[0].text
    );
    assert_eq!(answers[1].remarks[0].field.as_deref(), Some("worker_id"));
    // Refused, but not lost: the prime sees them with their reasons.
    let page = world.page(&world.prime, &world.path("/mend?month=2026-11")).await;
    for code in ["DATK0408E", "OCUK0405E", "OCUX0904E"] {
        assert!(page.contains(code), "{code}");
    }
    assert!(
        !world
            .page(&world.second, &world.path("/mend?month=2026-11"))
            .await
            .contains("DATK0408E"),
        "only the prime sees them"
    );
});

on_both!(three_bad_items_of_a_thousand, |backend| async move {
    let world = World::new(backend).await;
    let mut items: Vec<serde_json::Value> = (0..1000)
        .map(|n| {
            let minute = n % 60;
            let (hour, way) = (n / 60 % 8, if n % 2 == 0 { In } else { Out });
            let day = 10 + n / 480;
            serde_json::to_value(world.touch(&world.ann, &format!("2026-11-{day}T{hour:02}:{minute:02}:00"), way)).unwrap()
        })
        .collect();
    items[10]["worker_id"] = "99999999999921".into();
    items[500]["at"] = "yesterday".into();
    items[999]["direction"] = "sideways".into();
    let batch = serde_json::json!({ "sent_at": "2026-11-20T08:00:00+09:00", "touches": items });
    let answer = world
        .test
        .api("POST", wire::TOUCHES, Some(&world.reader), batch.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answers: wire::TouchAnswers = serde_json::from_str(&answer.body).unwrap();
    let bad: Vec<(usize, &str, Option<&str>)> = answers
        .results
        .iter()
        .enumerate()
        .filter(|(_, a)| a.outcome == Outcome::Refused)
        .map(|(n, a)| (n, a.remarks[0].code.as_str(), a.remarks[0].field.as_deref()))
        .collect();
    assert_eq!(
        bad,
        [
            (10, "DATK0408E", Some("worker_id")),
            (500, "OCUX0904E", Some("/touches/500")),
            (999, "OCUX0904E", Some("/touches/999"))
        ]
    );
    assert_eq!(answers.results.iter().filter(|a| a.outcome == Outcome::Stored).count(), 997);
    assert_eq!(answers.results[500].item_id, items[500]["item_id"].as_str().unwrap());
});

on_both!(whole_requests_that_cannot_be_taken, |backend| async move {
    let world = World::new(backend).await;
    let code = |answer: &registry::testing::Answer| {
        let problem: wire::Problem = serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body));
        assert!(!problem.text.is_empty() && !problem.reference.is_empty());
        (answer.status.as_u16(), problem.code, problem.passing)
    };
    let key = Some(world.reader.as_str());
    let send = |key, body: String| world.test.api("POST", wire::TOUCHES, key, body);
    assert_eq!(
        code(&send(Some("ashiba_wrong"), "{}".into()).await),
        (401, "OCUF0004E".into(), false)
    );
    assert_eq!(code(&send(None, "{}".into()).await), (401, "OCUF0004E".into(), false));
    assert_eq!(code(&send(key, "{".into()).await), (400, "OCUX0904E".into(), false));
    assert_eq!(
        code(&send(key, r#"{"sent_at":"2026-11-20T08:00:00Z","touches":[]}"#.into()).await),
        (400, "OCUX0904E".into(), false)
    );
    let many = format!(
        r#"{{"sent_at":"2026-11-20T08:00:00Z","touches":[{}]}}"#,
        vec!["{}"; 1001].join(",")
    );
    assert_eq!(code(&send(key, many).await), (400, "OCUX0904E".into(), false));
    assert_eq!(
        code(&send(key, "x".repeat(2_000_000)).await),
        (413, "OCUX0904E".into(), false)
    );
    assert_eq!(
        code(&world.test.api("GET", "/api/v1/nothing", key, "").await),
        (404, "OCUX0905E".into(), false)
    );
    assert_eq!(
        code(&world.test.api("DELETE", wire::TOUCHES, key, "").await),
        (405, "OCUX0905E".into(), false)
    );
    // A revoked key is refused at once.
    let revoke = world.path(&format!("/readers/{}/revoke", world.reader_id));
    assert_eq!(
        world.test.post(Some(&world.prime), &revoke, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(code(&send(key, "{}".into()).await), (401, "OCUF0004E".into(), false));
});

on_both!(a_dead_card_is_refused_and_the_living_one_is_not, |backend| async move {
    use Outcome::{AlreadyStored, Refused, Stored};
    let world = World::new(backend).await;
    let app = &world.test.app;
    let touch = |time: &str, issue: Option<u16>| TouchItem {
        card_issue: issue,
        ..world.touch(&world.ann, &format!("2026-11-{time}:00"), In)
    };
    let ordered = |reason| async move {
        let tx = app.db().write().await.unwrap();
        let key = issue(app, &tx, world.ann.id, None, reason).await.unwrap();
        tx.commit().await.unwrap();
        key
    };
    ordered(CardReason::First).await;
    let stored = world.send(vec![touch("19T07:30", Some(1))]).await;
    assert_eq!(stored[0].outcome, Stored);
    // Lost at 08:00 on the 20th.
    ordered(CardReason::Lost).await;
    world.test.clock.advance(SignedDuration::from_hours(2));
    let answers = world
        .send(vec![
            touch("20T07:59", Some(1)), // before, sent late
            touch("20T08:00", Some(1)),
            touch("20T09:00", Some(2)),
            touch("20T09:01", None),    // a reader that tells no number
            touch("20T09:02", Some(3)), // not made here
            touch("19T07:30", Some(1)), // again what was taken in
        ])
        .await;
    let outcomes: Vec<Outcome> = answers.iter().map(|a| a.outcome).collect();
    assert_eq!(outcomes, [Stored, Refused, Stored, Stored, Stored, AlreadyStored]);
    assert_eq!(refusal(&answers[1]), ("OCUK0414E", "history.dead_card"));
    // When the prime changes the site, what was refused is asked again; a dead card stays dead.
    let path = world.path("/edit");
    let form = world.site_form(&[("to", "2027-04-30")]);
    let saved = world.test.post(Some(&world.prime), &path, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let mend = world.page(&world.prime, &world.path("/mend?month=2026-11")).await;
    assert!(mend.contains("このカードはもう使えません"));
    // The reader's copy tells it, for the time without a network.
    let copy = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
    let copy: wire::RosterCopy = serde_json::from_str(&copy.body).unwrap();
    let dead = copy
        .workers
        .iter()
        .filter_map(|w| w.dead_cards.as_ref().map(|d| (w.name.as_str(), d.up_to)));
    assert_eq!(dead.collect::<Vec<_>>(), [(world.ann.name.as_str(), 1)]);
});

on_both!(ended_registration, |backend| async move {
    let world = World::new(backend).await;
    let mut gone = registry::made_up::worker(
        &mut testkit::rng(3),
        Some((world.second.viewer.company_id().unwrap(), "2026-01-01".parse().unwrap())),
        &["01-01".parse().unwrap()],
    );
    gone.ended_on = Some("2026-11-18".parse().unwrap());
    let tx = world.test.app.db().write().await.unwrap();
    registry::made_up::insert_workers(&tx, world.test.app.clock().now(), std::slice::from_ref(&gone))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        world.send_one(&gone, "2026-11-18T07:30:00", In).await.outcome,
        Outcome::Stored
    );
    assert_eq!(
        refusal(&world.send_one(&gone, "2026-11-19T07:30:00", In).await),
        ("OCUK0410E", "history.registration_ended")
    );
});

on_both!(
    an_exit_without_an_entry_stands_alone_until_the_entry_comes,
    |backend| async move {
        let world = World::new(backend).await;
        let answer = world.send_one(&world.ann, "2026-11-19T17:00:00", Out).await;
        assert_eq!(answer.outcome, Outcome::Stored);
        assert_eq!(reasons(&answer), [("OCUK0413W", "history.entry_missing")]);
        // The prime can enter it; the employer cannot.
        let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
        assert!(world.page(&world.prime, &day).await.contains("name=\"time\""));
        assert!(!world.page(&world.second, &day).await.contains("name=\"time\""));
        let late = world.test.post(Some(&world.prime), &day, &[("time", "17:30")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "an entry after the exit");
        assert!(late.body.contains("17:30"), "what was typed is kept");
        assert_eq!(
            world.test.post(Some(&world.prime), &day, &[("time", "07:45")]).await.status,
            StatusCode::SEE_OTHER
        );
        let story = world.page(&world.prime, &day).await;
        assert!(story.contains("07:45") && story.contains("元請による入力"));
        assert_eq!(story.split("class=\"judgements\"").nth(1).unwrap().matches("<li>").count(), 2);
    }
);

on_both!(a_late_entry_takes_the_morning_exit_with_it, |backend| async move {
    let world = World::new(backend).await;
    // The exit of a night shift arrives before its entry: first a lone exit of its own day …
    world.send_one(&world.ann, "2026-11-19T05:00:00", Out).await;
    let lone = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
    assert!(world.page(&world.prime, &lone).await.contains("OCUK0413W"));
    // … then, with the entry, the end of the day before; the lone day is gone from the calendar.
    let answer = world.send_one(&world.ann, "2026-11-18T21:00:00", In).await;
    assert_eq!(answer.day.unwrap().work_day.to_string(), "2026-11-18");
    assert_eq!(world.test.get(Some(&world.prime), &lone).await.status, StatusCode::NOT_FOUND);
    let night = world
        .page(&world.prime, &world.path(&format!("/days/2026-11-18/{}", world.ann.handle)))
        .await;
    assert!(night.contains("21:00") && night.contains("05:00"));
    // The exit sent once more speaks for the night's day.
    let again = world.send_one(&world.ann, "2026-11-19T05:00:00", Out).await;
    assert_eq!(
        (again.outcome, again.day.unwrap().work_day.to_string()),
        (Outcome::AlreadyStored, "2026-11-18".to_owned())
    );
});

on_both!(two_readers_with_different_clocks_make_one_day, |backend| async move {
    let world = World::new(backend).await;
    let sent = |seconds: i64| {
        let mut batch = wire::TouchBatch {
            sent_at: world.test.app.clock().now(),
            sender: Some("test 1".into()),
            device: None,
            touches: vec![],
        };
        batch.sent_at = batch.sent_at.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        batch
    };
    let mut fast = sent(400);
    fast.touches = vec![world.touch(&world.ann, "2026-11-20T07:36:40", In)];
    let mut right = sent(0);
    right.touches = vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)];
    for batch in [fast, right] {
        let answer = world
            .test
            .api(
                "POST",
                wire::TOUCHES,
                Some(&world.reader),
                serde_json::to_string(&batch).unwrap(),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        world.test.clock.advance(SignedDuration::from_secs(60));
    }
    let day = world
        .page(&world.prime, &world.path(&format!("/days/2026-11-20/{}", world.ann.handle)))
        .await;
    assert!(day.contains("07:30") && day.contains("07:36"), "both facts are kept");
    let csv = world.page(&world.prime, &world.path("/calendar.csv?month=2026-11")).await;
    assert_eq!(
        csv.lines().filter(|l| l.contains(&world.ann.id.to_string())).count(),
        1,
        "one history"
    );
    assert!(world.page(&world.prime, &world.path("/readers")).await.contains("test 1"));
});

on_both!(a_period_made_longer_takes_in_what_was_refused, |backend| async move {
    let world = World::new(backend).await;
    let form = |from, version| world.site_form(&[("from", from), ("version", version)]);
    let edit = world.path("/edit");
    assert_eq!(
        world
            .test
            .post(Some(&world.prime), &edit, &form("2026-11-15", "1"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        refusal(&world.send_one(&world.ann, "2026-11-13T07:30:00", In).await),
        ("OCUK0404E", "history.outside_period")
    );
    // Somebody with an old page may not overwrite the change.
    let stale = world.test.post(Some(&world.prime), &edit, &form("2026-10-01", "1")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("ほかの人が先に"));
    assert_eq!(
        world
            .test
            .post(Some(&world.prime), &edit, &form("2026-10-01", "2"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert!(
        world
            .page(&world.prime, &world.path("/calendar.csv?month=2026-11"))
            .await
            .contains("2026-11-13")
    );
    assert!(
        !world
            .page(&world.prime, &world.path("/mend?month=2026-11"))
            .await
            .contains("OCUK0404E")
    );
});

on_both!(the_gate_speaks_the_workers_language, |backend| async move {
    let world = World::new(backend).await;
    let mut hung = registry::made_up::worker(
        &mut testkit::rng(5),
        Some((world.second.viewer.company_id().unwrap(), "2026-01-01".parse().unwrap())),
        &["01-01".parse().unwrap()],
    );
    hung.language = "vi";
    let tx = world.test.app.db().write().await.unwrap();
    registry::made_up::insert_workers(&tx, world.test.app.clock().now(), std::slice::from_ref(&hung))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let answer = world.send_one(&hung, "2026-11-20T07:30:00", In).await;
    assert!(answer.day.unwrap().reasons[0].text.starts_with("Bạn chưa có trong danh sách"));
    // The copy for offline days says the same.
    let copy = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
    let copy: wire::RosterCopy = serde_json::from_str(&copy.body).unwrap();
    let row = |id: String| copy.workers.iter().find(|w| w.worker_id == id).expect("a row");
    assert!(row(world.ann.id.to_string()).counts);
    assert_eq!(row(hung.id.to_string()).reasons[0].key, "history.not_on_roster");
    assert!(row(hung.id.to_string()).reasons[0].text.starts_with("Bạn chưa"));
});

on_both!(the_time_as_devices_tell_it, |backend| async move {
    let world = World::new(backend).await;
    let (stored, already) = (Outcome::Stored, Outcome::AlreadyStored);
    // What is sent, what becomes of it, and its day or its code.
    let cases = [
        ("2026-11-19T07:59:59+09:00", stored, "2026-11-19"),
        // A leap second is kept as the second before it: never lost, never the next day.
        ("2026-11-19T07:59:60+09:00", already, "2026-11-19"),
        ("2026-11-17T14:59:60Z", stored, "2026-11-17"),
        // Another offset, the same instant.
        ("2026-11-18T22:59:59Z", already, "2026-11-19"),
        // Without an offset it could be any instant; local time told as UTC is ahead. Both are answered, and the reader keeps them.
        ("2026-11-20T07:30:00", Outcome::Refused, "OCUX0904E"),
        ("2026-11-20T08:00:00Z", Outcome::Refused, "OCUK0405E"),
        ("2026-02-29T07:30:00+09:00", Outcome::Refused, "OCUX0904E"),
    ];
    let touches: Vec<serde_json::Value> = cases
        .iter()
        .map(|(at, ..)| {
            let mut item = serde_json::to_value(world.touch(&world.ann, "2026-11-19T07:30:00", In)).unwrap();
            item["at"] = (*at).into();
            item
        })
        .collect();
    let batch = serde_json::json!({ "sent_at": "2026-11-20T08:00:00+09:00", "touches": touches });
    let answer = world
        .test
        .api("POST", wire::TOUCHES, Some(&world.reader), batch.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answers: wire::TouchAnswers = serde_json::from_str(&answer.body).unwrap();
    for ((at, outcome, told), answer) in cases.iter().zip(&answers.results) {
        assert_eq!(answer.outcome, *outcome, "{at}");
        match &answer.day {
            Some(day) => assert_eq!(day.work_day.to_string(), *told, "{at}"),
            None => assert_eq!(answer.remarks[0].code, *told, "{at}"),
        }
    }
});

on_both!(a_story_follows_the_day_boundary, |backend| async move {
    let world = World::new(backend).await;
    let form = world.site_form(&[("boundary", "5")]);
    let changed = world.test.post(Some(&world.prime), &world.path("/edit"), &form).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    for (time, direction) in [
        ("2026-11-18T22:00:00", In),
        ("2026-11-19T04:40:00", Out),
        ("2026-11-19T08:10:00", In),
        ("2026-11-19T17:20:00", Out),
    ] {
        world.send_one(&world.ann, time, direction).await;
    }
    let story = async |day: &str| {
        world
            .page(&world.prime, &world.path(&format!("/days/{day}/{}", world.ann.handle)))
            .await
    };
    let (night, next) = (story("2026-11-18").await, story("2026-11-19").await);
    assert!(
        night.contains("22:00") && night.contains("04:40") && !night.contains("08:10"),
        "{night}"
    );
    assert!(
        next.contains("08:10") && next.contains("17:20") && !next.contains("04:40"),
        "{next}"
    );
});
