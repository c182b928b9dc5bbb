//! The prime approves and refuses.

use super::*;

on_both!(approved_it_is_a_touch_and_judged_as_any_other, |backend| async move {
    let world = World::new(backend).await;
    try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-11-19"]))
        .await
        .unwrap();
    // bob is not on the roster; his company asks.
    try_ask(&world, &world.second, &at_site(&world, &[&world.bob], &["2026-11-19"]))
        .await
        .unwrap();
    let mut both = keys(&world, world.ann.id).await;
    both.extend(keys(&world, world.bob.id).await);
    let decided = try_approve(&world, &world.manager, &both).await.unwrap();
    assert_eq!((decided.done, decided.counting, decided.left.len()), (2, 1, 0));

    let ann = touched(&world, world.ann.id).await;
    let ways: Vec<(&str, &str)> = ann.iter().map(|t| (t.direction.as_str(), t.method.as_str())).collect();
    assert_eq!(ways, [("in", "direct_worker"), ("out", "direct_worker")]);
    assert!(
        ann.iter().all(|t| t.source == world.ann_self.viewer.account),
        "who entered it"
    );
    assert!(
        touched(&world, world.bob.id)
            .await
            .iter()
            .all(|t| t.method == "direct_company")
    );
    assert_eq!(told(&world, &world.ann.id.to_string()).await, ["notice-direct-approved"]);
    assert_eq!(
        told(&world, &company(&world.second)).await,
        ["notice-direct-approved-of-many"]
    );

    // The whole story stands on the day's page, and why bob's day does not count.
    let day = |worker: &Worker| world.path(&format!("/days/2026-11-19/{}", worker.handle));
    let page = world.page(&world.prime, &day(&world.ann)).await;
    for key in [
        "method-direct-worker",
        "direct-event-asked",
        "direct-event-approved",
        "day-counts",
    ] {
        assert!(page.contains(&text(&world, key)), "{key}: {page}");
    }
    assert!(page.contains(&world.manager.viewer.name));
    assert!(world.page(&world.prime, &day(&world.bob)).await.contains("作業員名簿"));

    // Once is enough.
    let again = try_approve(&world, &world.prime, &both).await.unwrap();
    assert_eq!((again.done, again.already), (0, 2));
    assert_eq!(touched(&world, world.ann.id).await.len(), 2);
    assert_eq!(told(&world, &world.ann.id.to_string()).await.len(), 1);
    // And it is over for everybody.
    let key = keys(&world, world.ann.id).await.first().unwrap().clone();
    let back = try_withdraw(&world, &world.ann_self, &key).await;
    assert!(
        matches!(back, Err(ChangeRefusal::Why(Why::Over(RequestState::Approved)))),
        "{back:?}"
    );
});

on_both!(a_night_shift_is_one_day, |backend| async move {
    let world = World::new(backend).await;
    let form = AskForm {
        from: "21:00".into(),
        to: "05:30".into(),
        ..at_site(&world, &[], &["2026-11-17", "2026-11-18"])
    };
    try_ask(&world, &world.ann_self, &form).await.unwrap();
    let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
        .await
        .unwrap();
    assert_eq!((decided.done, decided.counting), (2, 2));
    let tx = world.test.app.db().read().await.unwrap();
    let days = Sql::new(
        "test.days",
        "select count(*) from history where worker_id = $1 and first_in is not null and last_out is not null",
    );
    let count = tx.value::<i64>(&days, values![world.ann.id.to_string()]).await.unwrap();
    assert_eq!(count, Some(2));
    let all = Sql::new(
        "test.all_days",
        "select count(*) from history where worker_id = $1 and (first_in is not null or last_out is not null)",
    );
    assert_eq!(
        tx.value::<i64>(&all, values![world.ann.id.to_string()]).await.unwrap(),
        Some(2),
        "and no day beside them"
    );
});

on_both!(what_cannot_be_approved_stays_and_is_told, |backend| async move {
    let world = World::new(backend).await;
    let days = ["2026-11-16", "2026-11-17", "2026-11-18"];
    try_ask(&world, &world.ann_self, &at_site(&world, &[], &days)).await.unwrap();
    // The reader sends late what it had seen; and the prime moves the beginning of its site.
    world.send_one(&world.ann, "2026-11-17T07:30:00", Direction::In).await;
    let tx = world.test.app.db().write().await.unwrap();
    let later = Sql::new("test.later", "update site set from_day = 20261117 where id = $1");
    tx.run(&later, values![world.site.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
    let all = keys(&world, world.ann.id).await;
    let decided = try_approve(&world, &world.prime, &all).await.unwrap();
    assert_eq!((decided.done, decided.already), (1, 0));
    let why: Vec<(String, &Why)> = decided.left.iter().map(|f| (f.day.to_string(), &f.why)).collect();
    assert!(
        matches!(&why[..], [(recorded, Why::Recorded), (outside, Why::Refused(_))] if recorded == "2026-11-17" && outside == "2026-11-16"),
        "{why:?}"
    );
    let states: Vec<String> = stored(&world, world.ann.id).await.into_iter().map(|r| r.state).collect();
    assert_eq!(states, ["requested", "requested", "approved"]);
    assert_eq!(
        touched(&world, world.ann.id).await.len(),
        3,
        "the reader's, and the two of the 18th"
    );
});

on_both!(only_the_prime_and_its_managers_decide, |backend| async move {
    let world = World::new(backend).await;
    try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-11-19"]))
        .await
        .unwrap();
    let key = keys(&world, world.ann.id).await;
    for who in [&world.other_manager, &world.first, &world.sibling, &world.stranger] {
        let refusal = try_approve(&world, who, &key).await;
        assert!(matches!(refusal, Err(DecideRefusal::NotFound)), "{refusal:?}");
    }
    for who in [&world.ann_self, &world.spare, &world.operator] {
        let refusal = try_approve(&world, who, &key).await;
        assert!(matches!(refusal, Err(DecideRefusal::Forbidden)), "{refusal:?}");
    }
    // His employer sees it, and has no say.
    let employer = try_approve(&world, &world.second, &key).await.unwrap();
    assert_eq!(employer.left[0].why, Why::NotYours);
    assert!(touched(&world, world.ann.id).await.is_empty());
});

on_both!(refused_with_a_reason_and_asked_anew, |backend| async move {
    let world = World::new(backend).await;
    let form = at_site(&world, &[&world.ann], &["2026-11-18", "2026-11-19"]);
    try_ask(&world, &world.second, &form).await.unwrap();
    let all = keys(&world, world.ann.id).await;
    let silent = try_refuse(&world, &world.prime, &all, " ").await;
    assert!(matches!(silent, Err(DecideRefusal::Fields(_))), "{silent:?}");
    let decided = try_refuse(&world, &world.prime, &all, "当日は休工でした").await.unwrap();
    assert_eq!(decided.done, 2);
    let again = try_refuse(&world, &world.prime, &all, "").await.unwrap();
    assert_eq!((again.done, again.already), (0, 2), "a second click needs no reason");
    assert_eq!(
        told(&world, &world.ann.id.to_string()).await,
        ["notice-direct-entered-many", "notice-direct-refused-many"]
    );
    assert_eq!(told(&world, &company(&world.second)).await, ["notice-direct-refused-of-many"]);
    let page = world.page(&world.second, &format!("/direct/{}", all.first().unwrap())).await;
    assert!(page.contains("当日は休工でした"));
    assert!(touched(&world, world.ann.id).await.is_empty());
    // Approving what was refused tells so; it can be asked for anew.
    let late = try_approve(&world, &world.prime, &all).await.unwrap();
    assert_eq!(late.left[0].why, Why::Over(RequestState::Refused));
    assert_eq!(try_ask(&world, &world.second, &form).await.unwrap().asked, 2);
});

on_both!(two_approvals_at_once_make_one_day, |backend| async move {
    let world = World::new(backend).await;
    try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-11-19"]))
        .await
        .unwrap();
    let key = keys(&world, world.ann.id).await;
    let (one, two) = tokio::join!(
        try_approve(&world, &world.prime, &key),
        try_approve(&world, &world.manager, &key)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.done + two.done, one.already + two.already), (1, 1));
    assert_eq!(touched(&world, world.ann.id).await.len(), 2);
    assert_eq!(told(&world, &world.ann.id.to_string()).await, ["notice-direct-approved"]);
});
