//! Levels of everybody: the run, who sees what of it, and its figures.

use std::ops::ControlFlow;

use axum::http::StatusCode;
use domain::Direction::In;
use domain::WorkDay;
use registry::made_up::{insert_workers, worker};
use registry::rooms::levels::{Ended, Progress, Want, judge_workers};
use registry::testing::World;
use store::{Sql, values};
use testkit::on_both;

const STANDINGS: Sql = Sql::new("test.standings", "select count(*) from level_standing");
const DAYS: Sql = Sql::new(
    "test.days",
    "select cast(sum(days) as bigint) from level_standing where worker_id = $1",
);
const MARKS: Sql = Sql::new("test.marks", "select count(*) from level_stale");
const LEFT: Sql = Sql::new("test.left", "select count(*) from level_days");
const AGES: Sql = Sql::new("test.ages", "update level_run set beat_at = 0");
const AGAIN_ON: Sql = Sql::new(
    "test.again_on",
    "select max(again_on) from level_standing where worker_id = $1",
);
const RAN_OUT: Sql = Sql::new("test.ran_out", "update level_standing set again_on = $2 where worker_id = $1");

const SET: Sql = Sql::new(
    "test.set",
    "update level_standing set level = $2, guide = $2, only_days = $3, missing_days = $4, runs_out = $5 where worker_id = $1",
);

async fn count(world: &World, sql: &Sql) -> i64 {
    world
        .test
        .app
        .db()
        .read()
        .await
        .unwrap()
        .value(sql, values![])
        .await
        .unwrap()
        .unwrap()
}

async fn days(world: &World) -> Option<i64> {
    let tx = world.test.app.db().read().await.unwrap();
    tx.value::<Option<i64>>(&DAYS, values![world.ann.id.to_string()])
        .await
        .unwrap()
        .flatten()
}

async fn run(world: &World, everybody: bool) -> Progress {
    let want = Want {
        everybody,
        ..Want::default()
    };
    match judge_workers(&world.test.app, want, |_| ControlFlow::Continue(()))
        .await
        .unwrap()
    {
        Ended::Done(progress) => progress,
        other => unreachable!("{other:?}"),
    }
}

on_both!(everybody_is_judged_once_and_then_who_changed, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-19T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            // He is on no roster: a day that does not count changes no level.
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
        ])
        .await;
    let first = run(&world, false).await;
    assert!(first.everybody, "nobody was ever judged");
    assert_eq!((first.done, first.total), (3, 3));
    assert!(first.changed >= 3, "each has a field by his trade");
    assert_eq!(
        (count(&world, &STANDINGS).await, count(&world, &LEFT).await),
        (first.changed, 0)
    );
    assert_eq!(count(&world, &MARKS).await, 0);
    let per_field = days(&world).await.unwrap();
    assert!(per_field >= 2);
    // Twice: nothing is written.
    let again = run(&world, true).await;
    assert_eq!((again.everybody, again.done, again.changed), (true, 3, 0));
    let none = run(&world, false).await;
    assert_eq!((none.everybody, none.done, none.changed), (false, 0, 0));
    // One more day of one of them; another touch of the same day marks nobody.
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-18T07:30:00", In),
            world.touch(&world.bob, "2026-11-19T07:31:00", In),
        ])
        .await;
    assert_eq!(count(&world, &MARKS).await, 1);
    let one = run(&world, false).await;
    assert_eq!((one.everybody, one.done), (false, 1));
    assert_eq!(days(&world).await.unwrap(), per_field / 2 * 3);
    assert_eq!(count(&world, &MARKS).await, 0);
});

on_both!(a_run_that_was_killed_goes_on, |backend| async move {
    let world = World::new(backend).await;
    world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
    let small = Want {
        page: 1,
        ..Want::default()
    };
    let app = &world.test.app;
    let stopped = judge_workers(app, small, |_| ControlFlow::Break(())).await.unwrap();
    let Ended::Stopped(progress) = stopped else {
        unreachable!("{stopped:?}")
    };
    assert_eq!((progress.done, progress.total), (1, 3));
    // Another server keeps off while it may still be at it.
    let other = judge_workers(app, small, |_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(other, Ended::UnderWay);
    let tx = app.db().write().await.unwrap();
    tx.run(&AGES, values![]).await.unwrap();
    tx.commit().await.unwrap();
    let mut steps = Vec::new();
    let done = judge_workers(app, small, |progress| {
        steps.push(progress.done);
        ControlFlow::Continue(())
    })
    .await
    .unwrap();
    let Ended::Done(progress) = done else {
        unreachable!("{done:?}")
    };
    assert_eq!(steps, [2, 3]);
    assert_eq!((progress.done, progress.here), (3, 2));
    assert_eq!(count(&world, &STANDINGS).await, progress.changed);
    assert!(days(&world).await.unwrap() >= 1);
    assert_eq!(count(&world, &LEFT).await, 0);
});

on_both!(time_alone_marks_who_is_to_be_judged_again, |backend| async move {
    let world = World::new(backend).await;
    run(&world, true).await;
    let ann = world.ann.id.to_string();
    let tx = world.test.app.db().write().await.unwrap();
    let none: Option<i32> = tx
        .value::<Option<i32>>(&AGAIN_ON, values![ann.as_str()])
        .await
        .unwrap()
        .flatten();
    assert_eq!(none, None, "nothing of hers runs out");
    let today = world.test.app.clock().today().to_number();
    tx.run(&RAN_OUT, values![ann.as_str(), today]).await.unwrap();
    tx.commit().await.unwrap();
    let one = run(&world, false).await;
    assert_eq!((one.everybody, one.done), (false, 1));
});

on_both!(a_company_sees_its_own_people_alone, |backend| async move {
    let world = World::new(backend).await;
    world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
    let before = world.page(&world.second, "/levels").await;
    assert!(before.contains("まだ計算していません"), "{before}");
    assert!(before.contains(&world.ann.name), "people are there before anybody was judged");
    run(&world, true).await;
    // (viewer, ann, bob, dora)
    let cases = [
        ("employer", &world.second, [true, true, false]),
        ("sibling", &world.sibling, [false, false, true]),
        ("prime", &world.prime, [false, false, false]),
        ("past", &world.past, [false, false, false]),
    ];
    for page in ["/levels", "/levels?paper=a4", "/levels.csv"] {
        for (name, viewer, [ann, bob, dora]) in &cases {
            let body = world.page(viewer, page).await;
            assert_eq!(body.contains(&world.ann.name), *ann, "{page} {name} ann");
            assert_eq!(body.contains(&world.bob.name), *bob, "{page} {name} bob");
            assert_eq!(body.contains(&world.dora.name), *dora, "{page} {name} dora");
        }
    }
    let detail = format!("/levels/{}", world.ann.handle);
    assert!(world.page(&world.second, &detail).await.contains(&world.ann.name));
    for stranger in [&world.sibling, &world.prime, &world.past] {
        let answer = world.test.get(Some(stranger), &detail).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    // The worker sees who looked.
    assert!(world.page(&world.ann_self, "/my/looks").await.contains("レベルの一覧"));
});

on_both!(who_can_apply_and_who_is_close_are_found, |backend| async move {
    let world = World::new(backend).await;
    world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
    run(&world, true).await;
    let today = world.test.app.clock().today();
    let tx = world.test.app.db().write().await.unwrap();
    for (worker, level, only_days, missing, ends) in [
        (&world.ann, 3, 0, 0, Some(today.plus(89).to_number())),
        (&world.bob, 1, 1, 60, Some(today.plus(91).to_number())),
    ] {
        let values = values![worker.id.to_string(), level, only_days, missing, ends];
        tx.run(&SET, values).await.unwrap();
    }
    tx.commit().await.unwrap();
    // (filter, ann, bob)
    let cases = [
        ("show=apply", true, false),
        ("show=near", false, true),
        ("show=ends", true, false),
        ("show=nothing", true, true),
        ("level=3", true, false),
        ("level=4", false, false),
        ("field=no_such_field", false, false),
    ];
    for (filter, ann, bob) in cases {
        let body = world.page(&world.second, &format!("/levels?{filter}")).await;
        assert_eq!(body.contains(&world.ann.name), ann, "{filter} ann");
        assert_eq!(body.contains(&world.bob.name), bob, "{filter} bob");
    }
    let found = world
        .test
        .post(Some(&world.second), "/levels", &[("q", &world.bob.id.to_string())])
        .await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.body.contains(&world.bob.name) && !found.body.contains(&world.ann.name));
    // A name in an address is not searched for.
    let address = world.page(&world.second, "/levels?q=nobody").await;
    assert!(address.contains(&world.ann.name));
});

on_both!(figures_tell_nothing_of_few_people, |backend| async move {
    let world = World::new(backend).await;
    run(&world, true).await;
    let nothing = "表示できる人数のグループがありません";
    for by in ["field", "trade", "site", "company", "prefecture", "age"] {
        let page = format!("/figures/levels?by={by}");
        for who in [&world.operator, &world.prime] {
            let body = world.page(who, &page).await;
            assert!(body.contains(nothing), "{by}: {body}");
        }
        let file = world.page(&world.operator, &format!("/figures/levels.csv?by={by}")).await;
        assert_eq!(file.lines().count(), 1, "{by}: the head alone: {file}");
    }
    // Twelve more of one company: it is shown. Those of the others are too few, and the next smallest group is not there to hide with.
    let company = world.stranger.viewer.company_id().unwrap();
    let since: WorkDay = "2026-11-01".parse().unwrap();
    let mut random = testkit::rng(36);
    let many: Vec<_> = (0..12)
        .map(|_| worker(&mut random, Some((company, since)), &["10-01".parse().unwrap()]))
        .collect();
    let tx = world.test.app.db().write().await.unwrap();
    insert_workers(&tx, world.test.app.clock().now(), &many).await.unwrap();
    tx.commit().await.unwrap();
    run(&world, true).await;
    let by_trade = world.page(&world.operator, "/figures/levels?by=trade").await;
    // Three of another trade stand alone: with them the twelve are hidden too, and only the sum is left.
    assert!(by_trade.contains(nothing), "{by_trade}");
    let by_field = world.page(&world.operator, "/figures/levels.csv").await;
    assert!(by_field.lines().skip(1).all(|line| !line.contains(",3,")), "{by_field}");
    // A prime sees nothing of people who are not at its sites.
    let own = world.page(&world.prime, "/figures/levels").await;
    assert!(own.contains(nothing), "{own}");
    for who in [&world.manager, &world.ann_self] {
        let answer = world.test.get(Some(who), "/figures/levels").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
});
