//! Who may enter which days, and what is left out or refused.

use super::*;

on_both!(a_worker_enters_a_day_of_his_own, |backend| async move {
    let world = World::new(backend).await;
    let day = at_site(&world, &[], &["2026-11-19"]);
    let asked = try_ask(&world, &world.ann_self, &day).await.unwrap();
    assert_eq!((asked.asked, asked.recorded, asked.already), (1, 0, 0));
    assert!(
        touched(&world, world.ann.id).await.is_empty(),
        "nothing is recorded before it is approved"
    );
    assert_eq!(told(&world, &company(&world.prime)).await, ["notice-direct-asked"]);
    assert!(
        told(&world, &world.ann.id.to_string()).await.is_empty(),
        "he knows it himself"
    );

    // A second click, and another day: the prime was told once.
    let again = try_ask(&world, &world.ann_self, &day).await.unwrap();
    assert_eq!((again.asked, again.already), (0, 1));
    let more = at_site(&world, &[], &["2026-11-18", "2026-11-19"]);
    let more = try_ask(&world, &world.ann_self, &more).await.unwrap();
    assert_eq!((more.asked, more.already), (1, 1));
    assert_eq!(told(&world, &company(&world.prime)).await.len(), 1);
    assert_eq!(stored(&world, world.ann.id).await.len(), 2);

    // Somebody else's handle is not read from a worker.
    let other = at_site(&world, &[&world.bob], &["2026-11-17"]);
    try_ask(&world, &world.ann_self, &other).await.unwrap();
    assert!(stored(&world, world.bob.id).await.is_empty());
});

on_both!(a_company_enters_many_days_of_many_people, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-18T07:30:00", Direction::In).await;
    let people = [&world.ann, &world.bob];
    let form = at_site(&world, &people, &["2026-11-17", "2026-11-18", "2026-11-19", ""]);
    let asked = try_ask(&world, &world.second, &form).await.unwrap();
    assert_eq!(
        (asked.asked, asked.recorded, asked.already),
        (5, 1, 0),
        "ann's 18th is recorded"
    );
    let (ann, bob) = (world.ann.id.to_string(), world.bob.id.to_string());
    assert_eq!(
        told(&world, &ann).await,
        ["notice-direct-entered-many"],
        "one line, however many days"
    );
    assert_eq!(told(&world, &bob).await, ["notice-direct-entered-many"]);

    // All of them there already: told, and nothing written.
    let recorded = at_site(&world, &[&world.ann], &["2026-11-18"]);
    let refusal = try_ask(&world, &world.second, &recorded).await.unwrap_err();
    assert_eq!(said(&world, refusal, "day"), text(&world, "direct-all-recorded"));
});

on_both!(a_lone_exit_can_be_mended_by_direct_input, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-19T17:10:00", Direction::Out).await;
    let form = AskForm {
        to: String::new(),
        ..at_site(&world, &[], &["2026-11-19"])
    };
    assert_eq!(try_ask(&world, &world.ann_self, &form).await.unwrap().asked, 1);
    let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
        .await
        .unwrap();
    assert_eq!((decided.done, decided.counting), (1, 1));
    let calendar = world.page(&world.ann_self, "/my/calendar?month=2026-11").await;
    assert!(calendar.contains("8:00") && calendar.contains("17:10"), "{calendar}");
});

on_both!(only_days_of_ones_own_people_and_only_open_ones, |backend| async move {
    let world = World::new(backend).await;
    // ann belongs to second since 1 November, before that to past.
    let form = at_site(&world, &[&world.ann], &["2026-10-31", "2026-11-02"]);
    let refusal = try_ask(&world, &world.second, &form).await.unwrap_err();
    assert_eq!(faults(refusal), [("2026-10-31".to_owned(), Why::NotTied)]);
    assert!(stored(&world, world.ann.id).await.is_empty(), "all or nothing");
    let past = at_site(&world, &[&world.ann], &["2026-10-31"]);
    assert_eq!(try_ask(&world, &world.past, &past).await.unwrap().asked, 1);

    // Somebody else's worker is nobody.
    let other = at_site(&world, &[&world.dora], &["2026-11-19"]);
    let refusal = try_ask(&world, &world.second, &other).await.unwrap_err();
    assert_eq!(said(&world, refusal, "worker"), text(&world, "direct-no-such-worker"));

    // Tomorrow, this afternoon, and a day whose deadline has passed.
    let days = at_site(&world, &[], &["2026-11-21", "2026-11-20", "2026-09-30"]);
    let refusal = try_ask(&world, &world.ann_self, &days).await.unwrap_err();
    let expected = [
        ("2026-09-30".to_owned(), Why::TooLate("2026-10-31".parse().unwrap())),
        ("2026-11-20".to_owned(), Why::NotYet),
        ("2026-11-21".to_owned(), Why::NotYet),
    ];
    assert_eq!(faults(refusal), expected);

    // A site manager approves, he does not enter; the operator neither.
    for who in [&world.manager, &world.operator, &world.spare] {
        let refusal = try_ask(&world, who, &at_site(&world, &[&world.ann], &["2026-11-19"])).await;
        assert!(matches!(refusal, Err(AskRefusal::Forbidden)), "{refusal:?}");
    }
});

on_both!(what_the_site_would_refuse_is_told_at_once, |backend| async move {
    let world = World::new(backend).await;
    let tx = world.test.app.db().write().await.unwrap();
    let later = Sql::new("test.later", "update site set from_day = 20261115 where id = $1");
    tx.run(&later, values![world.site.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
    let form = at_site(&world, &[], &["2026-11-14", "2026-11-16"]);
    let refusal = try_ask(&world, &world.ann_self, &form).await.unwrap_err();
    let found = faults(refusal);
    assert!(
        matches!(&found[..], [(day, Why::Refused(domain::judge::Refusal::OutsidePeriod { .. }))] if day == "2026-11-14"),
        "{found:?}"
    );
    // It leaves no note that would be taken in later.
    let tx = world.test.app.db().read().await.unwrap();
    let notes = Sql::new("test.notes", "select count(*) from refused_touch");
    assert_eq!(tx.value::<i64>(&notes, values![]).await.unwrap(), Some(0));
});

on_both!(what_is_typed_wrong_is_told_by_field, |backend| async move {
    let world = World::new(backend).await;
    let good = at_site(&world, &[&world.ann], &["2026-11-19"]);
    let cases: [(&str, AskForm, &str); 9] = [
        (
            "worker",
            AskForm {
                worker: vec![],
                ..good.clone()
            },
            "direct-workers-needed",
        ),
        (
            "day",
            AskForm {
                day: vec![String::new()],
                ..good.clone()
            },
            "direct-days-needed",
        ),
        (
            "day",
            AskForm {
                day: vec!["11/19".into()],
                ..good.clone()
            },
            "field-no-day",
        ),
        (
            "from",
            AskForm {
                from: "8".into(),
                ..good.clone()
            },
            "direct-no-time",
        ),
        (
            "to",
            AskForm {
                to: "25:00".into(),
                ..good.clone()
            },
            "direct-no-time",
        ),
        (
            "to",
            AskForm {
                from: "20:00".into(),
                to: "13:00".into(),
                ..good.clone()
            },
            "direct-exit-too-late",
        ),
        (
            "site",
            AskForm {
                site: String::new(),
                ..good.clone()
            },
            "direct-place-needed",
        ),
        (
            "site",
            AskForm {
                site_name: "橋".into(),
                ..good.clone()
            },
            "direct-place-one",
        ),
        (
            "site_id",
            AskForm {
                site: String::new(),
                site_id: "12345678901271".into(),
                ..good.clone()
            },
            "direct-no-such-site",
        ),
    ];
    for (field, form, key) in cases {
        let refusal = try_ask(&world, &world.second, &form).await.unwrap_err();
        assert_eq!(said(&world, refusal, field), text(&world, key), "{field} {key}");
    }
    assert!(stored(&world, world.ann.id).await.is_empty());
});

on_both!(the_site_is_put_on_later, |backend| async move {
    let world = World::new(backend).await;
    let days = ["2026-11-17", "2026-11-18", "2026-11-19"];
    let people = [&world.ann, &world.bob];
    let form = unregistered(&world, &people, &days, "仮称 河川工事");
    assert_eq!(try_ask(&world, &world.second, &form).await.unwrap().asked, 6);
    // The same unregistered site is the same request; another one is not.
    assert_eq!(try_ask(&world, &world.second, &form).await.unwrap().already, 6);
    let other = unregistered(&world, &people, &days[..1], "別の工事");
    assert_eq!(try_ask(&world, &world.second, &other).await.unwrap().asked, 2);
    assert!(told(&world, &company(&world.prime)).await.is_empty(), "no prime is known yet");
    let rows = stored(&world, world.ann.id).await;
    let first = rows.iter().find(|r| r.place == "仮称 河川工事").unwrap().id.clone();
    let none = try_approve(&world, &world.prime, &BTreeSet::from([first.clone()])).await;
    assert!(matches!(none, Err(DecideRefusal::NotFound)), "{none:?}");

    // A wrong ID is told. One of the days got its history meanwhile: that one stays.
    world.send_one(&world.ann, "2026-11-18T07:30:00", Direction::In).await;
    let wrong = try_put(&world, &world.second, &first, "12345678901271", true).await;
    assert!(matches!(wrong, Err(ChangeRefusal::Fields(_))), "{wrong:?}");
    let stranger = try_put(&world, &world.stranger, &first, &world.site.to_string(), true).await;
    assert!(matches!(stranger, Err(ChangeRefusal::NotFound)), "{stranger:?}");
    let put = try_put(&world, &world.second, &first, &world.site.to_string(), true)
        .await
        .unwrap();
    assert_eq!(put.done, 5);
    assert_eq!(put.left.len(), 1);
    assert_eq!(put.left[0].why, Why::Recorded);
    assert_eq!(told(&world, &company(&world.prime)).await, ["notice-direct-asked"]);
    let waiting = world.page(&world.prime, "/direct/waiting").await;
    assert!(waiting.contains(&world.ann.name) && waiting.contains(&world.bob.name));

    // The other one would make two requests of one day at one site.
    let rows = stored(&world, world.ann.id).await;
    let second = rows.iter().find(|r| r.site_id.is_none() && r.work_day == 20_261_117).unwrap();
    let twice = try_put(&world, &world.second, &second.id, &world.site.to_string(), false).await;
    assert!(matches!(twice, Err(ChangeRefusal::Why(Why::AskedAlready))), "{twice:?}");
});

on_both!(the_employer_helps_a_worker_with_the_site, |backend| async move {
    let world = World::new(backend).await;
    let form = unregistered(&world, &[], &["2026-11-19"], "駅前の現場");
    try_ask(&world, &world.ann_self, &form).await.unwrap();
    let key = keys(&world, world.ann.id).await.first().unwrap().clone();
    // The company of another branch, and the one he left, do not see it.
    for who in [&world.sibling, &world.past, &world.first] {
        let put = try_put(&world, who, &key, &world.site.to_string(), false).await;
        assert!(matches!(put, Err(ChangeRefusal::NotFound)), "{put:?}");
    }
    try_put(&world, &world.second, &key, &world.site.to_string(), false)
        .await
        .unwrap();
    // But it is his to take back.
    let back = try_withdraw(&world, &world.second, &key).await;
    assert!(matches!(back, Err(ChangeRefusal::Why(Why::NotYours))), "{back:?}");
    try_withdraw(&world, &world.ann_self, &key).await.unwrap();
    try_withdraw(&world, &world.ann_self, &key).await.unwrap();
    assert_eq!(told(&world, &company(&world.second)).await, ["notice-direct-withdrawn-of"]);
    // Taken back, it can be asked for anew.
    let again = at_site(&world, &[], &["2026-11-19"]);
    assert_eq!(try_ask(&world, &world.ann_self, &again).await.unwrap().asked, 1);
});

on_both!(two_at_once_ask_once, |backend| async move {
    let world = World::new(backend).await;
    let form = at_site(&world, &[&world.ann], &["2026-11-19"]);
    let (one, two) = tokio::join!(try_ask(&world, &world.second, &form), try_ask(&world, &world.ann_self, &form));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.asked + two.asked, 1, "{one:?} {two:?}");
    assert_eq!(stored(&world, world.ann.id).await.len(), 1);
});
