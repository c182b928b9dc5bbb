//! Bad input.
//!
//! A batch of a thousand with three bad items: 997 are taken in, three are told by item, and sending it all again changes nothing. A
//! body that is too large, too long, or no batch at all, and a wrong key, each have their stable code. A touch outside the site's
//! period is kept by the registry; when the prime extends the period on its page, the touch is taken in by itself.

use domain::{Direction, WorkerId};
use jiff::SignedDuration;
use registry::testing::World;
use reqwest::StatusCode;
use testkit::{on_both, rng};
use wire::{Outcome, Problem, TouchItem};

use crate::records;
use crate::support::*;

/// A thousand touches of twenty days, good ones.
async fn thousand(world: &World) -> Vec<TouchItem> {
    let workers = hire(world, 25, &mut rng(5)).await;
    let of_day = |day: i32| {
        let day = world.test.app.clock().today().plus(day - 20);
        workers.iter().flat_map(move |worker| {
            let touch = |time, way| world.touch(worker, &format!("{day}T{time}:00"), way);
            [touch("07:30", Direction::In), touch("17:00", Direction::Out)]
        })
    };
    (0..20).flat_map(of_day).collect()
}

on_both!(three_bad_of_a_thousand, |backend| async move {
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let client = reqwest::Client::new();
    let mut touches = thousand(&world).await;
    let nobody = WorkerId::from_free_digits(424_242, 21).unwrap().to_string();
    let company = world.second.viewer.company_id().unwrap().to_string();
    touches[10].worker_id.clone_from(&nobody);
    touches[500].worker_id.clone_from(&company);
    touches[999].at = world.test.app.clock().now() + SignedDuration::from_hours(1);
    let late = touches[999].worker_id.clone();

    for good in [Outcome::Stored, Outcome::AlreadyStored] {
        let answers = post(&client, &served.url(), &world.reader, &batch(&world, touches.clone()))
            .await
            .unwrap()
            .results;
        assert_eq!(answers.len(), 1_000);
        assert!(
            answers
                .iter()
                .zip(&touches)
                .all(|(answer, touch)| answer.item_id == touch.item_id),
            "in the order sent"
        );
        assert_eq!(answers.iter().filter(|a| a.outcome == good).count(), 997);
        for (item, code, key, field, said) in [
            (10, "DATK0408E", "history.unknown_worker", "worker_id", "技能者ID"),
            (500, "DATK0408E", "history.wrong_kind", "worker_id", "事業者ID"),
            (999, "OCUK0405E", "history.in_future", "at", "3600"),
        ] {
            let answer = &answers[item];
            let [remark] = &*answer.remarks else { panic!("{answer:?}") };
            assert_eq!((answer.outcome, &*remark.code, &*remark.key), (Outcome::Refused, code, key));
            assert_eq!(remark.field.as_deref(), Some(field));
            assert!(remark.text.replace(',', "").contains(said), "{remark:?}");
        }
        let db = world.test.app.db();
        assert_eq!(records::touches(db).await.len(), 997);
        let kept = [
            (nobody.clone(), "DATK0408E"),
            (company.clone(), "DATK0408E"),
            (late.clone(), "OCUK0405E"),
        ];
        assert_eq!(
            records::refused(db).await,
            kept.map(|(worker, code)| (worker, code.to_owned(), false)).into()
        );
    }
});

on_both!(bodies_and_keys_that_are_refused_whole, |backend| async move {
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let touch = world.touch(&world.ann, "2026-11-20T07:30:00", Direction::In);
    let json = |touches: Vec<TouchItem>| serde_json::to_string(&batch(&world, touches)).unwrap();
    let too_large = json(vec![TouchItem {
        item_id: "9".repeat(2_000_000),
        ..touch.clone()
    }]);
    for (body, key, status, code, field) in [
        (too_large, &world.reader, StatusCode::PAYLOAD_TOO_LARGE, "OCUX0904E", None),
        (
            json(vec![touch.clone(); 1_001]),
            &world.reader,
            StatusCode::BAD_REQUEST,
            "OCUX0904E",
            Some("/touches"),
        ),
        (
            json(vec![]),
            &world.reader,
            StatusCode::BAD_REQUEST,
            "OCUX0904E",
            Some("/touches"),
        ),
        ("no JSON".into(), &world.reader, StatusCode::BAD_REQUEST, "OCUX0904E", None),
        (
            json(vec![touch.clone()]),
            &"ashiba_wrong".into(),
            StatusCode::UNAUTHORIZED,
            "OCUF0004E",
            None,
        ),
    ] {
        let request = reqwest::Client::new()
            .post(format!("{}{}", served.url(), wire::TOUCHES))
            .bearer_auth(key);
        let response = request
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status);
        let problem: Problem = response.json().await.unwrap();
        assert_eq!(
            (&*problem.code, problem.field.as_deref(), problem.passing),
            (code, field, false),
            "{problem:?}"
        );
        assert!(!problem.text.is_empty() && !problem.reference.is_empty());
    }
    assert!(records::touches(world.test.app.db()).await.is_empty());
});

on_both!(a_touch_outside_the_period_waits_for_the_prime, |backend| async move {
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let client = reqwest::Client::new();
    let (db, from, today) = (
        world.test.app.db(),
        "2026-10-01".parse().unwrap(),
        world.test.app.clock().today(),
    );
    set_period(&world, from, today.plus(-1)).await;
    let touch = world.touch(&world.ann, "2026-11-20T07:30:00", Direction::In);
    let send = async || {
        post(&client, &served.url(), &world.reader, &batch(&world, vec![touch.clone()]))
            .await
            .unwrap()
            .results
            .remove(0)
    };

    let answer = send().await;
    let [remark] = &*answer.remarks else { panic!("{answer:?}") };
    assert_eq!(
        (answer.outcome, &*remark.code, &*remark.key),
        (Outcome::Refused, "OCUK0404E", "history.outside_period")
    );
    assert_eq!(
        (remark.mender.as_deref(), remark.link.as_deref()),
        (Some("prime建設"), Some(&*world.path("/edit")))
    );
    let kept = |settled| [(world.ann.id.to_string(), "OCUK0404E".to_owned(), settled)].into();
    assert_eq!(records::refused(db).await, kept(false));
    assert!(world.page(&world.prime, &world.path("/mend")).await.contains(&world.ann.name));

    set_period(&world, from, today.plus(30)).await;
    assert_eq!(records::refused(db).await, kept(true));
    assert!(records::days(db).await[&(world.ann.id, today)].counts);
    assert!(!world.page(&world.prime, &world.path("/mend")).await.contains(&world.ann.name));
    assert_eq!(
        send().await.outcome,
        Outcome::AlreadyStored,
        "the reader, told to send it again, is told that it is there"
    );
});
