//! Two places, one history (R-ROS-3).

use super::*;

on_both!(a_history_accrues_to_one_row, |backend| async move {
    let world = World::new(backend).await;
    let other = second_place(&world).await;
    let viewer = &world.second.viewer;
    let at = |node: &NodeId, accrues: &str| {
        let mut form = PutForm {
            node: node.0.clone(),
            ..one(&world.bob, "01-01")
        };
        form.workers[0].accrues = accrues.into();
        form
    };
    let accruing = async || {
        let rows = rows_of(&world, world.bob.id).await;
        let nodes: Vec<String> = rows
            .iter()
            .filter(|row| row.accrues == 1)
            .map(|row| row.node_id.clone())
            .collect();
        assert_eq!(nodes.len(), 1, "{rows:?}");
        nodes[0].clone()
    };
    // Two places: with two nodes the form has to name one.
    assert_eq!(
        try_put(&world, viewer, &one(&world.bob, "01-01")).await,
        Err(PutRefusal::Forbidden)
    );
    try_put(&world, viewer, &at(&world.second_node, "")).await.unwrap();
    // By default it stays where it is; said so, it moves.
    try_put(&world, viewer, &at(&other, "")).await.unwrap();
    assert_eq!(accruing().await, world.second_node.0);
    let row = rows_of(&world, world.bob.id)
        .await
        .into_iter()
        .find(|row| row.node_id == other.0)
        .unwrap();
    let here = RowForm {
        trade: "01-01".into(),
        accrues: "here".into(),
        version: "1".into(),
        ..RowForm::default()
    };
    try_edit(&world, viewer, &row.id, &here).await.unwrap();
    assert_eq!(accruing().await, other.0);
    let day = world
        .send_one(&world.bob, "2026-11-20T07:30:00", Direction::In)
        .await
        .day
        .unwrap();
    assert!(day.counts);
    assert!(judgements(&world, world.bob.id).await[0].1.contains(&other.0));

    // At once asked for: `here` moves the accrual, in one transaction.
    let third = world.invite(&world.prime, company(&world.second)).await;
    world.approve(&world.second, &third).await;
    try_put(&world, viewer, &at(&third, "here")).await.unwrap();
    assert_eq!(accruing().await, third.0);
    assert_eq!(rows_of(&world, world.bob.id).await.len(), 3);
});

on_both!(a_dead_place_holds_no_history, |backend| async move {
    let world = World::new(backend).await;
    // Dora moves from `sibling` to `second`: her new company can put her on its roster, and her days go on counting.
    let tx = world.test.app.db().write().await.unwrap();
    move_worker(
        &tx,
        world.dora.id,
        company(&world.sibling),
        company(&world.second),
        "2026-11-19".parse().unwrap(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let before = world
        .send_one(&world.dora, "2026-11-20T07:30:00", Direction::In)
        .await
        .day
        .unwrap();
    assert_eq!(before.reasons[0].key, "history.not_tied_to_roster_company");
    let put = try_put(&world, &world.second.viewer, &one(&world.dora, "01-01"))
        .await
        .unwrap();
    assert_eq!(put.rejudged, Rejudged { days: 1, now_count: 1 });
    let rows = rows_of(&world, world.dora.id).await;
    assert!(
        rows.len() == 2
            && rows
                .iter()
                .all(|row| (row.accrues == 1) == (row.node_id == world.second_node.0)),
        "{rows:?}"
    );
});

on_both!(two_at_once_leave_one_accrual, |backend| async move {
    let world = World::new(backend).await;
    let other = second_place(&world).await;
    let form = |node: &NodeId| {
        let mut form = PutForm {
            node: node.0.clone(),
            ..one(&world.bob, "01-01")
        };
        form.workers[0].accrues = "here".into();
        form
    };
    let (one, two) = (form(&world.second_node), form(&other));
    let viewer = &world.second.viewer;
    let (one, two) = tokio::join!(try_put(&world, viewer, &one), try_put(&world, viewer, &two));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert_eq!(
        rows_of(&world, world.bob.id).await.iter().map(|row| row.accrues).sum::<i32>(),
        1
    );
});
