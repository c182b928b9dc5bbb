//! Changing a row.

use super::*;

on_both!(a_row_is_changed_by_its_company, |backend| async move {
    let world = World::new(backend).await;
    let viewer = &world.second.viewer;
    try_put(
        &world,
        viewer,
        &PutForm {
            work_content: "片付け".into(),
            ..one(&world.bob, "")
        },
    )
    .await
    .unwrap();
    world.send_one(&world.bob, "2026-11-19T07:30:00", Direction::In).await;
    let row = rows_of(&world, world.bob.id).await.remove(0);
    let form = RowForm {
        trade: "01-01".into(),
        position: "squad_leader".into(),
        work_content: "鉄筋".into(),
        version: row.version.to_string(),
        ..RowForm::default()
    };

    // Beneath it, beside it: no such row. Above it: to be read only.
    for who in [&world.third, &world.sibling] {
        assert_eq!(
            try_edit(&world, &who.viewer, &row.id, &form).await,
            Err(RowRefusal::NotFound),
            "{}",
            who.viewer.name
        );
    }
    for who in [&world.first, &world.prime, &world.manager] {
        assert_eq!(
            try_edit(&world, &who.viewer, &row.id, &form).await,
            Err(RowRefusal::Forbidden),
            "{}",
            who.viewer.name
        );
    }
    let Err(RowRefusal::Fields(errors)) = try_edit(
        &world,
        viewer,
        &row.id,
        &RowForm {
            trade: "10-01".into(),
            to: "2027-04-01".into(),
            ..form.clone()
        },
    )
    .await
    else {
        panic!()
    };
    let t = world.test.app.texts().t(Language::Ja);
    assert_eq!(errors.at(&t, "trade"), Some(t.s("roster-trade-not-held")));
    assert!(errors.at(&t, "to").unwrap().contains("2027年3月31日"));

    // Changed: the open day counts now. The same form once more does nothing; another one from the old page is told.
    assert_eq!(
        try_edit(&world, viewer, &row.id, &form).await,
        Ok(Rejudged { days: 1, now_count: 1 })
    );
    assert_eq!(try_edit(&world, viewer, &row.id, &form).await, Ok(Rejudged::default()));
    let stale = RowForm {
        work_content: "型枠".into(),
        ..form.clone()
    };
    assert_eq!(
        try_edit(&world, viewer, &row.id, &stale).await,
        Err(RowRefusal::ChangedMeanwhile)
    );
    let now = rows_of(&world, world.bob.id).await.remove(0);
    assert_eq!(
        (
            now.trade.as_deref(),
            now.position.as_deref(),
            now.work_content.as_str(),
            now.version
        ),
        (Some("01-01"), Some("squad_leader"), "鉄筋", 2)
    );

    // Taken off from the 20th on: the day that counts keeps what it says, the next does not count.
    let ended = RowForm {
        to: "2026-11-19".into(),
        position: String::new(),
        version: "2".into(),
        ..form
    };
    assert_eq!(try_edit(&world, viewer, &row.id, &ended).await, Ok(Rejudged::default()));
    let next = world
        .send_one(&world.bob, "2026-11-20T07:30:00", Direction::In)
        .await
        .day
        .unwrap();
    assert_eq!(next.reasons[0].key, "history.not_on_roster");
    let seen = judgements(&world, world.bob.id).await;
    assert_eq!(
        seen.iter().map(|(counts, _)| *counts).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert!(seen[1].1.contains("squad_leader"));
    // Every change is in the story of the site.
    let events = Sql::new(
        "test.events",
        "select count(*) from site_event where subject = 'roster' and subject_id = $1",
    );
    let tx = world.test.app.db().read().await.unwrap();
    assert_eq!(tx.value::<i64>(&events, values![row.id.as_str()]).await.unwrap(), Some(3));
});
