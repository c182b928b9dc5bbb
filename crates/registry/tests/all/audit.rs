//! Who looked at whose data: each screen writes it down, the worker reads it, the auditor searches it.

use axum::http::StatusCode;
use domain::Direction::In;
use jiff::SignedDuration;
use registry::rooms::audit;
use registry::testing::{Person, World};
use store::{Sql, values};
use testkit::on_both;

/// Everything recorded, one line each.
const ALL: Sql = Sql::new(
    "test.looks",
    "select l.what || ' ' || w.name || ' ' || coalesce(c.name, '-') || ' ' || cast(l.times as text) as line
     from look l join worker w on w.id = l.worker_id left join company c on c.id = l.company_id order by 1",
);

#[derive(sea_orm::FromQueryResult)]
struct Line {
    line: String,
}

async fn looks(world: &World) -> Vec<String> {
    let tx = world.test.app.db().read().await.unwrap();
    let lines: Vec<Line> = tx.all(&ALL, values![]).await.unwrap();
    lines.into_iter().map(|l| l.line).collect()
}

async fn with_touches(backend: testkit::Backend) -> World {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.dora, "2026-11-20T07:32:00", In),
        ])
        .await;
    world
}

on_both!(every_screen_with_workers_writes_its_looks_down, |backend| async move {
    let world = with_touches(backend).await;
    let own_month = format!("/workers/{}/calendar", world.ann.handle);
    let csv = format!("/workers/{}/calendar.csv", world.ann.handle);
    let roster = world.page(&world.second, &world.path("/roster")).await;
    let row = roster
        .split("/roster/")
        .filter_map(|s| s.get(..26))
        .find(|s| s.chars().all(|c| c.is_ascii_alphanumeric()))
        .unwrap();
    assert_eq!(looks(&world).await, ["roster 安 ann second建設 1"]);
    world.test.clock.advance(SignedDuration::from_mins(2));
    let cases = [
        (world.path(&format!("/roster/{row}")), "roster"),
        (world.path("/calendar"), "calendar"),
        (world.path("/calendar.csv"), "calendar_csv"),
        (world.path("/gate"), "gate"),
        (world.path(&format!("/days/2026-11-20/{}", world.ann.handle)), "day"),
        (own_month.clone(), "month"),
        (csv, "month_csv"),
    ];
    for (path, what) in &cases {
        let before = looks(&world).await;
        world.page(&world.second, path).await;
        let after = looks(&world).await;
        let new: Vec<&String> = after.iter().filter(|l| !before.contains(l)).collect();
        let times = if *what == "roster" { 2 } else { 1 };
        assert_eq!(new, [&format!("{what} 安 ann second建設 {times}")], "{path}");
    }
    // Whom the company could put on the roster it sees too.
    world.page(&world.second, &world.path("/roster/add")).await;
    assert!(looks(&world).await.contains(&"roster 坊 bob second建設 1".to_owned()));
    // The prime sees both branches, with one look each; nobody is written down whom a viewer does not see.
    world.page(&world.prime, &world.path("/calendar")).await;
    let all = looks(&world).await;
    for line in ["calendar 安 ann prime建設 1", "calendar 寅 dora prime建設 1"] {
        assert!(all.contains(&line.to_owned()), "{line} in {all:?}");
    }
    assert!(!all.iter().any(|l| l.contains("dora second")), "{all:?}");
    // What mends a day shows people as well.
    world.send(vec![world.touch(&world.bob, "2026-11-20T07:40:00", In)]).await;
    world.page(&world.prime, &world.path("/mend")).await;
    assert!(looks(&world).await.contains(&"mend 坊 bob prime建設 1".to_owned()));
    // A worker's look at himself is none.
    world.page(&world.ann_self, "/my/calendar").await;
    assert!(!looks(&world).await.iter().any(|l| l.ends_with("- 1")));
});

on_both!(a_look_again_within_a_minute_is_the_same_look, |backend| async move {
    let world = with_touches(backend).await;
    let gate = world.path("/gate");
    for _ in 0..3 {
        world.page(&world.second, &gate).await;
    }
    assert_eq!(looks(&world).await, ["gate 安 ann second建設 1"]);
    world.test.clock.advance(SignedDuration::from_secs(61));
    world.page(&world.second, &gate).await;
    assert_eq!(looks(&world).await, ["gate 安 ann second建設 2"]);
    // The next day is a row of its own. (His session would be over by then.)
    for _ in 0..2 {
        world.test.clock.advance(SignedDuration::from_hours(24));
        audit::seen(&world.test.app, &world.second.viewer, &[world.ann.id], "calendar")
            .await
            .unwrap();
    }
    let all = looks(&world).await;
    assert_eq!(all.iter().filter(|l| l.starts_with("calendar 安")).count(), 2, "{all:?}");
});

on_both!(the_worker_sees_which_company_looked_and_no_person, |backend| async move {
    let world = with_touches(backend).await;
    world.page(&world.prime, &world.path("/calendar")).await;
    world.page(&world.manager, &world.path("/calendar")).await;
    world.test.clock.advance(SignedDuration::from_mins(5));
    world
        .page(&world.second, &world.path(&format!("/days/2026-11-20/{}", world.ann.handle)))
        .await;
    let page = world.page(&world.ann_self, "/my/looks").await;
    let (day, month) = (page.find("second建設").unwrap(), page.find("prime建設").unwrap());
    assert!(day < month, "the newest first");
    assert!(page.contains("一日の記録") && page.contains("現場の就業履歴（月）"), "{page}");
    // Two people of the prime are two looks of one company.
    assert_eq!(page.matches("prime建設").count(), 1);
    assert!(!page.contains("manager"));
    // Another month, another worker: nothing.
    for (who, path) in [(&world.ann_self, "/my/looks?month=2026-10"), (&world.bob_self, "/my/looks")] {
        assert!(!world.page(who, path).await.contains("prime建設"), "{path}");
    }
});

async fn search(world: &World, who: &Person, path: &str, fields: &[(&str, &str)]) -> registry::testing::Answer {
    let mut all = vec![("from", "2026-11-01"), ("to", "2026-11-30")];
    all.extend_from_slice(fields);
    world.test.post(Some(who), path, &all).await
}

on_both!(the_auditor_searches_and_is_recorded_himself, |backend| async move {
    let world = with_touches(backend).await;
    world.page(&world.prime, &world.path("/calendar")).await;
    world.page(&world.second, &world.path("/roster")).await;
    let (ann, prime) = (world.ann.id.to_string(), world.prime.viewer.company_id().unwrap());
    let by_worker = search(&world, &world.operator, "/audit", &[("worker", &ann), ("kind", "looks")]).await;
    assert_eq!(by_worker.status, StatusCode::OK, "{}", by_worker.body);
    assert!(by_worker.body.contains("prime建設") && by_worker.body.contains("second建設"));
    assert!(!by_worker.body.contains(&world.dora.name));
    let company = prime.to_string();
    let by_company = search(&world, &world.operator, "/audit", &[("company", &company), ("kind", "looks")]).await;
    assert!(by_company.body.contains(&world.ann.name) && by_company.body.contains(&world.dora.name));
    assert!(!by_company.body.contains("second建設"));
    let by_account = search(&world, &world.operator, "/audit", &[("account", &company), ("kind", "looks")]).await;
    assert!(by_account.body.contains(&world.dora.name));
    // Nobody looked in October.
    let early = [
        ("from", "2026-10-01"),
        ("to", "2026-10-31"),
        ("worker", ann.as_str()),
        ("kind", "looks"),
    ];
    let october = world.test.post(Some(&world.operator), "/audit", &early).await;
    assert!(!october.body.contains("prime建設"));
    // The worker learns that the operator looked, and the operator's searches are found by another search.
    assert!(world.page(&world.ann_self, "/my/looks").await.contains("登録簿の運営者"));
    let own = search(
        &world,
        &world.operator,
        "/audit",
        &[("account", "operator"), ("kind", "changes")],
    )
    .await;
    assert!(own.body.matches("監査の検索").count() >= 4, "{}", own.body);
    // The file has the same.
    let csv = search(
        &world,
        &world.operator,
        "/audit/csv",
        &[("worker", &ann), ("kind", "looks"), ("encoding", "cp932")],
    )
    .await;
    assert_eq!(csv.status, StatusCode::OK);
    let csv = search(
        &world,
        &world.operator,
        "/audit/csv",
        &[("worker", &ann), ("kind", "looks"), ("encoding", "utf8_bom")],
    )
    .await;
    assert!(csv.body.contains("prime建設") && csv.body.contains(&ann), "{}", csv.body);
    // Nothing asked, wrong IDs, days the wrong way round: told at their fields.
    for (fields, told) in [
        (vec![], "どれかを入力"),
        (vec![("worker", "123")], "技能者ID（14桁"),
        (vec![("worker", company.as_str())], "技能者ID（14桁"),
        (vec![("company", ann.as_str())], "事業者ID（14桁"),
        (vec![("account", "nobody")], "このログインIDはありません"),
    ] {
        let answer = search(&world, &world.operator, "/audit", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
});

on_both!(
    a_change_is_found_by_whom_it_is_about_and_by_who_made_it,
    |backend| async move {
        let world = World::new(backend).await;
        let app = &world.test.app;
        let ann = world.ann.id.to_string();
        let tx = app.db().write().await.unwrap();
        let details = serde_json::json!({ "phone": "old" });
        audit::changed(app, &tx, &world.second.viewer, &ann, "test_change", &details)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let company = world.second.viewer.company_id().unwrap().to_string();
        for (field, value) in [("worker", &ann), ("company", &company), ("account", &company)] {
            let answer = search(&world, &world.operator, "/audit", &[(field, value), ("kind", "changes")]).await;
            assert!(
                answer.body.contains("test_change") && answer.body.contains("phone"),
                "{field}: {}",
                answer.body
            );
        }
        let other = world.first.viewer.company_id().unwrap().to_string();
        let answer = search(&world, &world.operator, "/audit", &[("company", &other), ("kind", "changes")]).await;
        assert!(!answer.body.contains("test_change"));
    }
);

#[test]
fn every_kind_of_look_has_its_words() {
    let texts = web::Texts::new(registry::app::texts());
    for language in web::Language::ALL {
        for what in audit::WHATS {
            let key = format!("look-{}", what.replace('_', "-"));
            assert!(texts.t(language).get(&key).is_some(), "{language:?} {key}");
        }
    }
}
