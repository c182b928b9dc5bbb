//! The list, the form of many and the form of one as people use them.

use super::*;

#[tokio::test]
async fn the_list_shows_each_company_its_branch() {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path("/roster");
    // Who sees ann (of second) and dora (of sibling).
    let sees = [
        (&world.prime, true, true),
        (&world.manager, true, true),
        (&world.first, true, false),
        (&world.second, true, false),
        (&world.third, false, false),
        (&world.sibling, false, true),
    ];
    for (who, ann, dora) in sees {
        let page = world.page(who, &path).await;
        assert_eq!(
            (page.contains("安 ann"), page.contains("寅 dora")),
            (ann, dora),
            "{}",
            who.viewer.name
        );
        // IDs are for the own company; in no address is there one.
        let own = who.viewer.company_id() == world.second.viewer.company_id();
        assert_eq!(page.contains(&world.ann.id.grouped()), own, "{}", who.viewer.name);
        assert!(!page.contains(&world.ann.id.to_string()));
        // Searching by ID finds only one's own people.
        let found = world
            .page(who, &format!("{path}?q={}", &world.ann.id.to_string()[..12]))
            .await;
        assert_eq!(found.contains("安 ann"), own, "{}", who.viewer.name);
    }
    assert!(world.page(&world.prime, &format!("{path}?q=DORA")).await.contains("寅 dora"));
    assert!(
        world
            .page(&world.prime, &path)
            .await
            .contains("まだ技能者を登録していない会社")
    );
    assert_eq!(
        world.test.get(Some(&world.stranger), &path).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.test.get(Some(&world.other_manager), &path).await.status,
        StatusCode::NOT_FOUND
    );

    // One row: a form for its company, a page for those above, nothing for the others.
    let row = rows_of(&world, world.ann.id).await.remove(0).id;
    let row = format!("{path}/{row}");
    let form = world.page(&world.second, &row).await;
    assert!(form.contains("<form class=\"stack\"") && form.contains(&world.ann.id.grouped()));
    for who in [&world.prime, &world.first] {
        let page = world.page(who, &row).await;
        assert!(
            !page.contains("<form class=\"stack\"") && !page.contains(&world.ann.id.grouped()) && page.contains("鉄筋の組立")
        );
    }
    for who in [&world.third, &world.sibling, &world.stranger] {
        assert_eq!(world.test.get(Some(who), &row).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn marks_tell_what_keeps_days_from_counting() {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path("/roster");
    assert!(world.page(&world.prime, &path).await.contains("有効</span>"));
    let crew = crew(&world, company(&world.second), &["01-01"], 3).await;
    try_put(&world, &world.second.viewer, &one(&crew[0], "")).await.unwrap();
    let ended = PutForm {
        to: "2026-11-19".into(),
        ..one(&crew[1], "01-01")
    };
    try_put(&world, &world.second.viewer, &ended).await.unwrap();
    let tx = world.test.app.db().write().await.unwrap();
    move_worker(
        &tx,
        world.dora.id,
        company(&world.sibling),
        company(&world.stranger),
        WorkDay::from_number(20_261_119).unwrap(),
    )
    .await
    .unwrap();
    let lose = Sql::new("test.lose_trade", "delete from worker_trade where worker_id = $1");
    tx.run(&lose, values![world.ann.id.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
    let page = world.page(&world.prime, &path).await;
    for key in [
        "roster-mark-no-trade",
        "roster-mark-ended",
        "roster-mark-not-tied",
        "roster-mark-trade-not-held",
    ] {
        assert!(page.contains(&said(&world, key)), "{key}");
    }
}

#[tokio::test]
async fn two_hundred_workers_are_four_forms() {
    let world = World::new(Backend::Sqlite).await;
    let crew = crew(&world, company(&world.second), &["01-01", "01-02"], 199).await;
    let (list, add) = (world.path("/roster"), world.path("/roster/add"));
    let first = world.page(&world.second, &add).await;
    assert!(
        first.contains("まだ登録していない自社の技能者：200人")
            && first.contains("1 / 4")
            && first.matches("name=\"listed\"").count() == 50
    );
    assert!(
        first.contains("<option value=\"01-01\" selected>"),
        "the main trade is chosen"
    );

    for sent in 1..=4 {
        let page = world.page(&world.second, &add).await;
        let handles: Vec<&str> = page
            .split("name=\"listed\" value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let names: Vec<String> = handles.iter().map(|handle| format!("trade.{handle}")).collect();
        let mut fields = vec![
            ("everybody", "on"),
            ("node", world.second_node.0.as_str()),
            ("work_content", "鉄筋の組立"),
        ];
        fields.extend(handles.iter().map(|handle| ("listed", *handle)));
        fields.extend(names.iter().map(|name| (name.as_str(), "01-01")));
        let done = world.test.post(Some(&world.second), &list, &fields).await;
        assert_eq!(
            (done.status, done.location.as_deref()),
            (StatusCode::SEE_OTHER, Some(list.as_str())),
            "{sent}: {}",
            done.body
        );
        assert!(done.cookies[0].contains("workers=50"), "{:?}", done.cookies);
    }
    assert!(
        world
            .page(&world.second, &add)
            .await
            .contains("全員この名簿に登録されています")
    );
    assert_eq!(rows_of(&world, crew[198].id).await[0].work_content, "鉄筋の組立");
    let page = world.page(&world.second, &list).await;
    assert!(page.contains("技能者 201人") && page.contains("1 / 3"));
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_and_links_open_the_right_worker() {
    let world = World::new(Backend::Sqlite).await;
    let carl = &crew(&world, company(&world.second), &["01-01"], 1).await[0];
    let (list, add) = (world.path("/roster"), world.path("/roster/add"));
    // The link of a day that does not count: he stands first and is ticked; on the roster already, his row opens.
    for worker in [&world.bob, carl] {
        let page = world.page(&world.second, &format!("{add}?worker={}", worker.handle)).await;
        let rows = page.split("name=\"listed\"").nth(1).unwrap();
        assert!(rows.contains(&format!("value=\"{}\" checked", worker.handle)), "{rows}");
    }
    let there = world
        .test
        .get(Some(&world.second), &format!("{add}?worker={}", world.ann.handle))
        .await;
    let row = rows_of(&world, world.ann.id).await.remove(0).id;
    assert_eq!(there.location, Some(format!("{list}/{row}")));
    let stranger = world
        .page(&world.second, &format!("{add}?worker={}", world.dora.handle))
        .await;
    assert!(stranger.contains("いま自社に所属していない") && !stranger.contains("寅 dora"));

    let (trade, content) = (format!("trade.{}", world.bob.handle), format!("work_content.{}", carl.handle));
    let fields = [
        ("node", world.second_node.0.as_str()),
        ("worker", world.bob.handle.as_str()),
        ("listed", world.bob.handle.as_str()),
        ("listed", carl.handle.as_str()),
        (trade.as_str(), "10-01"),
        (content.as_str(), "足場の解体"),
        ("from", "2026-09-01"),
    ];
    let wrong = world.test.post(Some(&world.second), &list, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "坊 bobさん：技能者本人が登録していない職種です",
        "value=\"足場の解体\"",
        "value=\"2026-09-01\"",
        &format!("value=\"{}\" checked", world.bob.handle),
    ] {
        assert!(wrong.body.contains(part), "{part}");
    }
    // Nobody puts people on another's roster, and nobody without a place has a form.
    assert_eq!(
        world.test.post(Some(&world.first), &list, &fields).await.status,
        StatusCode::FORBIDDEN
    );
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    assert_eq!(
        world
            .test
            .get(Some(&world.stranger), &format!("{add}?node={node}"))
            .await
            .status,
        StatusCode::FORBIDDEN
    );

    // Saved from an old page, with what was typed kept.
    let path = format!("{list}/{row}");
    let save = |content: &'static str| [("trade", "01-01"), ("work_content", content), ("version", "1")];
    let saved = world.test.post(Some(&world.second), &path, &save("配筋検査")).await;
    assert_eq!(
        (saved.status, saved.location.as_deref()),
        (StatusCode::SEE_OTHER, Some(list.as_str()))
    );
    let stale = world.test.post(Some(&world.second), &path, &save("片付け")).await;
    assert!(
        stale.status == StatusCode::CONFLICT
            && stale.body.contains("value=\"片付け\"")
            && stale.body.contains("name=\"version\" value=\"2\"")
    );
}
