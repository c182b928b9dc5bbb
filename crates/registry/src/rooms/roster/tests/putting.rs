//! Putting workers on the roster.

use super::*;

on_both!(a_late_row_makes_touches_count, |backend| async move {
    let world = World::new(backend).await;
    let touched = world.send_one(&world.bob, "2026-11-19T07:30:00", Direction::In).await;
    assert!(!touched.day.unwrap().counts);
    world.send_one(&world.bob, "2026-11-20T07:30:00", Direction::In).await;
    let form = PutForm {
        position: "foreman".into(),
        work_content: "型枠の建込み".into(),
        ..one(&world.bob, "01-01")
    };
    let put = try_put(&world, &world.second.viewer, &form).await.unwrap();
    assert_eq!(
        put,
        Put {
            added: 1,
            already: 0,
            changed: 0,
            rejudged: Rejudged { days: 2, now_count: 2 }
        }
    );
    // The old judgements stay beside the new ones.
    let seen = judgements(&world, world.bob.id).await;
    assert_eq!(
        seen.iter().map(|(counts, _)| *counts).collect::<Vec<_>>(),
        [false, true, false, true]
    );
    assert!(seen[0].1.contains("not_on_roster") && seen[1].1.contains("foreman") && seen[1].1.contains("型枠の建込み"));

    // A second click changes nothing and says so.
    let again = try_put(&world, &world.second.viewer, &form).await.unwrap();
    assert_eq!(
        again,
        Put {
            added: 0,
            already: 1,
            changed: 0,
            rejudged: Rejudged::default()
        }
    );
    assert_eq!(
        (
            rows_of(&world, world.bob.id).await.len(),
            judgements(&world, world.bob.id).await.len()
        ),
        (1, 4)
    );
});

on_both!(a_day_keeps_hazards_and_checkups, |backend| async move {
    let world = World::new(backend).await;
    let form = PutForm {
        more: MoreForm {
            hazard: "asbestos".into(),
            checkups: vec!["dust".into(), "asbestos".into()],
            checkup_other: "騒音健診".into(),
            ..MoreForm::default()
        },
        ..one(&world.bob, "01-01")
    };
    try_put(&world, &world.second.viewer, &form).await.unwrap();
    for worker in [&world.bob, &world.ann] {
        let touched = world.send_one(worker, "2026-11-18T07:30:00", Direction::In).await;
        assert!(touched.day.unwrap().counts, "{}", worker.name);
    }
    // Later changes leave the day alone, though a later touch writes its times anew (R-ROS-4).
    let row = rows_of(&world, world.bob.id).await.remove(0).id;
    let without = RowForm {
        trade: "01-01".into(),
        version: "1".into(),
        ..RowForm::default()
    };
    try_edit(&world, &world.second.viewer, &row, &without).await.unwrap();
    world.send_one(&world.bob, "2026-11-18T17:00:00", Direction::Out).await;
    // The next day says what the roster says now.
    world.send_one(&world.bob, "2026-11-19T07:00:00", Direction::In).await;

    let kept = Sql::new(
        "test.hazards",
        "select hazards from history where worker_id = $1 order by work_day",
    );
    let kept = async |worker: WorkerId| -> Vec<Option<String>> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            hazards: Option<String>,
        }
        let tx = world.test.app.db().read().await.unwrap();
        let rows: Vec<Row> = tx.all(&kept, values![worker.to_string()]).await.unwrap();
        rows.into_iter().map(|row| row.hazards).collect()
    };
    let bob = kept(world.bob.id).await;
    assert!(bob.len() == 2 && bob[0].is_some() && bob[1].is_none(), "{bob:?}");
    assert_eq!(kept(world.ann.id).await, [None]);

    let day = |day: &str, worker: &Worker| world.path(&format!("/days/{day}/{}", worker.handle));
    let (hazard, checkups) = (said(&world, "csv-hazard"), "石綿健康診断、じん肺健康診断、騒音健診");
    for who in [&world.second, &world.prime, &world.bob_self] {
        let page = world.page(who, &day("2026-11-18", &world.bob)).await;
        assert!(
            page.contains(&format!("<dt>{hazard}</dt><dd>石綿</dd>")) && page.contains(checkups) && page.contains("17:00"),
            "{page}"
        );
    }
    for (when, worker) in [("2026-11-19", &world.bob), ("2026-11-18", &world.ann)] {
        assert!(!world.page(&world.second, &day(when, worker)).await.contains(&hazard));
    }
    let of_worker = format!("/workers/{}/calendar.csv?month=2026-11", world.bob.handle);
    for path in [world.path("/calendar.csv?month=2026-11"), of_worker] {
        let file = world.page(&world.second, &path).await;
        let told: Vec<&str> = file.lines().filter(|line| line.contains("石綿,")).collect();
        assert!(
            told.len() == 1 && told[0].contains("2026-11-18") && told[0].contains(checkups),
            "{file}"
        );
    }
});

on_both!(who_may_be_put_there, |backend| async move {
    let world = World::new(backend).await;
    let viewer = &world.second.viewer;
    let carl = &crew(&world, company(&world.second), &["10-01"], 1).await[0];
    // Of another company, nobody at all, left, ended.
    let ghost = Worker {
        handle: "no-such-handle".into(),
        ..carl.clone()
    };
    let tx = world.test.app.db().write().await.unwrap();
    let gone = Worker {
        handle: "gone".into(),
        ended_on: Some("2026-11-19".parse().unwrap()),
        ..worker(
            &mut rng(3),
            Some((company(&world.second), "2026-10-01".parse().unwrap())),
            &carl.trades,
        )
    };
    insert_workers(&tx, world.test.app.clock().now(), std::slice::from_ref(&gone))
        .await
        .unwrap();
    move_worker(
        &tx,
        world.bob.id,
        company(&world.second),
        company(&world.stranger),
        "2026-11-18".parse().unwrap(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for who in [&world.dora, &ghost, &world.bob, &gone] {
        let refusal = try_put(&world, viewer, &one(who, "")).await.unwrap_err();
        assert_eq!(
            fault(&world, refusal, Some(who), "worker"),
            said(&world, "roster-not-tied"),
            "{}",
            who.name
        );
    }
    // Trades: his own small classes only; none is allowed, and does not count.
    for (trade, key) in [
        ("01-01", "roster-trade-not-held"),
        ("10", "roster-trade-unknown"),
        ("77-77", "roster-trade-unknown"),
    ] {
        let refusal = try_put(&world, viewer, &one(carl, trade)).await.unwrap_err();
        assert_eq!(fault(&world, refusal, Some(carl), "trade"), said(&world, key), "{trade}");
    }
    // What holds for all.
    let wrong = PutForm {
        position: "emperor".into(),
        from: "2026-09-30".into(),
        to: "?".into(),
        work_content: "あ".repeat(101),
        ..one(carl, "10-01")
    };
    let refusal = try_put(&world, viewer, &wrong).await.unwrap_err();
    for (field, part) in [
        ("position", "立場は選べません"),
        ("from", "2026年10月1日"),
        ("to", "2026-11-21"),
        ("work_content", "100文字"),
    ] {
        assert!(fault(&world, refusal.clone(), None, field).contains(part), "{field}");
    }
    let nobody = try_put(&world, viewer, &PutForm::default()).await.unwrap_err();
    assert_eq!(fault(&world, nobody, None, "worker"), said(&world, "roster-nobody-chosen"));
    // One fault, and nobody is put there.
    let mut both = one(carl, "10-01");
    both.workers.extend(one(&world.dora, "").workers);
    assert!(try_put(&world, viewer, &both).await.is_err());
    assert!(rows_of(&world, carl.id).await.is_empty());
    assert!(try_put(&world, viewer, &one(carl, "")).await.is_ok());
    assert!(
        !world
            .send_one(carl, "2026-11-20T07:30:00", Direction::In)
            .await
            .day
            .unwrap()
            .counts
    );
});

on_both!(only_onto_ones_own_approved_nodes, |backend| async move {
    let world = World::new(backend).await;
    let second = world.second_node.0.clone();
    for who in [&world.prime, &world.first, &world.third, &world.sibling, &world.manager] {
        let form = PutForm {
            node: second.clone(),
            ..one(&world.bob, "01-01")
        };
        assert_eq!(
            try_put(&world, &who.viewer, &form).await,
            Err(PutRefusal::Forbidden),
            "{}",
            who.viewer.name
        );
    }
    let worker = Viewer {
        role: domain::access::Role::Operator,
        ..world.second.viewer.clone()
    };
    let tx = world.test.app.db().write().await.unwrap();
    let site = open(&world, &world.second).await;
    let refused = put(&world.test.app, &tx, &worker, &site, &one(&world.bob, "01-01")).await;
    assert!(matches!(refused, Err(UseCaseError::Refused(PutRefusal::Forbidden))));
    drop(tx);
    // Invited is not approved.
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    let carl = &crew(&world, company(&world.stranger), &["01-01"], 1).await[0];
    let early = try_put(
        &world,
        &world.stranger.viewer,
        &PutForm {
            node: node.0.clone(),
            ..one(carl, "01-01")
        },
    )
    .await
    .unwrap_err();
    assert_eq!(fault(&world, early, None, "node"), said(&world, "roster-node-not-approved"));
    world.approve(&world.stranger, &node).await;
    assert!(try_put(&world, &world.stranger.viewer, &one(carl, "01-01")).await.is_ok());
    // A site manager keeps the roster of his company.
    let erna = &crew(&world, company(&world.prime), &["01-01"], 2).await[1];
    assert!(try_put(&world, &world.manager.viewer, &one(erna, "01-01")).await.is_ok());
});

on_both!(all_texts_prepare, |backend| async move {
    let db = testkit::TestDb::new(backend, crate::MIGRATIONS).await;
    assert_eq!(store::testing::prepare_all(&db, SQL).await, Vec::<String>::new());
    assert_eq!(
        store::testing::prepare_all(&db, crate::rooms::organisation::SQL).await,
        Vec::<String>::new()
    );
});
