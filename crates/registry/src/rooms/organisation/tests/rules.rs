//! The rules on both databases.

use super::*;

on_both!(invited_then_approved, |backend| async move {
    let world = World::new(backend).await;
    let node = try_invite(
        &world,
        &world.sibling.viewer,
        &InviteForm {
            work_name: " 塗装 ".into(),
            ..of(company(&world.stranger))
        },
    )
    .await
    .unwrap();

    let seen = open(&world, &world.prime).await;
    let new = seen.tree.get(&node).unwrap();
    assert_eq!(
        (new.tier, new.status, seen.words[&node].work_name.as_str()),
        (2, NodeStatus::Invited, "塗装")
    );
    assert_eq!(seen.tree.chain(&node), Chain::OwnOpen);
    let tx = world.test.app.db().read().await.unwrap();
    assert_eq!(open_approvals(&tx, company(&world.stranger)).await.unwrap(), 1);
    assert_eq!(open_approvals(&tx, company(&world.sibling)).await.unwrap(), 0);
    drop(tx);

    // Before it has approved it can invite nobody.
    let below = try_invite(
        &world,
        &world.stranger.viewer,
        &InviteForm {
            node: node.0.clone(),
            ..of(company(&world.past))
        },
    )
    .await;
    assert_eq!(
        fault(&world, &below.unwrap_err(), "node"),
        said(&world, "organisation-not-approved-yet")
    );

    let answered = try_answer(&world, &world.stranger.viewer, &node, &approve()).await.unwrap();
    assert_eq!(answered.site, world.site);
    let seen = open(&world, &world.stranger).await;
    assert_eq!(seen.tree.chain(&node), Chain::Approved);
    assert_eq!(
        (seen.words[&node].work_name.as_str(), seen.words[&node].work_content.as_str()),
        ("塗装工事", "外壁")
    );
    let tx = world.test.app.db().read().await.unwrap();
    assert_eq!(open_approvals(&tx, company(&world.stranger)).await.unwrap(), 0);
    drop(tx);

    // Now it can.
    let lower = try_invite(&world, &world.stranger.viewer, &of(company(&world.past)))
        .await
        .unwrap();
    assert_eq!(open(&world, &world.prime).await.tree.get(&lower).unwrap().tier, 3);
});

on_both!(the_second_answer_changes_nothing, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    let viewer = &world.stranger.viewer;
    // Two clicks at once: one answers, the other is told.
    let (approval, refusal) = (approve(), decline());
    let (one, two) = tokio::join!(
        try_answer(&world, viewer, &node, &approval),
        try_answer(&world, viewer, &node, &approval)
    );
    assert_eq!([&one, &two].iter().filter(|r| r.is_ok()).count(), 1, "{one:?} {two:?}");
    let told = AnswerRefusal::AlreadyAnswered {
        site: world.site,
        status: NodeStatus::Approved,
    };
    assert!([one, two].contains(&Err(told.clone())));
    assert_eq!(try_answer(&world, viewer, &node, &refusal).await, Err(told));
    assert_eq!(
        open(&world, &world.prime).await.tree.get(&node).unwrap().status,
        NodeStatus::Approved
    );

    // Declined, and invited anew: a node of its own.
    let other = world.invite(&world.prime, company(&world.past)).await;
    try_answer(&world, &world.past.viewer, &other, &refusal).await.unwrap();
    let told = AnswerRefusal::AlreadyAnswered {
        site: world.site,
        status: NodeStatus::Declined,
    };
    assert_eq!(try_answer(&world, &world.past.viewer, &other, &approve()).await, Err(told));
    let anew = world.invite(&world.prime, company(&world.past)).await;
    assert_ne!(anew, other);
    try_answer(&world, &world.past.viewer, &anew, &approve()).await.unwrap();
});

on_both!(only_the_company_itself_answers, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    for who in [&world.prime, &world.first, &world.sibling] {
        assert_eq!(
            try_answer(&world, &who.viewer, &node, &approve()).await,
            Err(AnswerRefusal::NotFound)
        );
    }
    // Roles that may not approve, of the company itself.
    for role in [
        domain::access::Role::SiteManager,
        domain::access::Role::Worker,
        domain::access::Role::Operator,
    ] {
        let viewer = Viewer {
            role,
            ..world.stranger.viewer.clone()
        };
        assert_eq!(
            try_answer(&world, &viewer, &node, &approve()).await,
            Err(AnswerRefusal::Forbidden),
            "{role:?}"
        );
    }
    let nameless = Answer::Approve {
        work_name: "  ".into(),
        work_content: String::new(),
    };
    let Err(AnswerRefusal::Fields(errors)) = try_answer(&world, &world.stranger.viewer, &node, &nameless).await else {
        panic!()
    };
    assert!(errors.at(&world.test.app.texts().t(Language::Ja), "work_name").is_some());
    let manager = Viewer {
        role: domain::access::Role::TierManager,
        ..world.stranger.viewer.clone()
    };
    assert!(try_answer(&world, &manager, &node, &approve()).await.is_ok());
});

on_both!(who_may_invite_whom, |backend| async move {
    let world = World::new(backend).await;
    let node_of = |site: &OpenSite, who: &Person| site.tree.of_company(company(who)).next().unwrap().id.0.clone();
    let site = open(&world, &world.prime).await;
    let (prime_node, first_node, third_node) = (
        node_of(&site, &world.prime),
        node_of(&site, &world.first),
        node_of(&site, &world.third),
    );

    // Beneath somebody else's node: above, beside, below.
    for (who, node) in [
        (&world.second, &first_node),
        (&world.sibling, &first_node),
        (&world.first, &third_node),
        (&world.prime, &first_node),
    ] {
        let form = InviteForm {
            node: node.clone(),
            ..of(company(&world.stranger))
        };
        assert_eq!(try_invite(&world, &who.viewer, &form).await, Err(InviteRefusal::Forbidden));
    }
    let ghost = InviteForm {
        node: "01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        ..of(company(&world.stranger))
    };
    assert_eq!(
        try_invite(&world, &world.prime.viewer, &ghost).await,
        Err(InviteRefusal::Forbidden)
    );

    // What is typed as the company.
    let id = |last: &str| format!("123456789012{last}");
    let cases = [
        (String::new(), "company-id-shape"),
        ("株式会社".into(), "company-id-shape"),
        (id("21"), "company-id-is-worker"),
        (id("71"), "company-id-is-site"),
        (id("72"), "company-id-is-site"),
        (id("99"), "company-id-is-nothing"),
        (id("22"), "organisation-no-such-company"),
        (company(&world.second).to_string(), "organisation-is-own"),
        (company(&world.first).to_string(), "organisation-is-upper"),
        (company(&world.prime).to_string(), "organisation-is-upper"),
        (company(&world.third).to_string(), "organisation-already-there"),
    ];
    for (typed, key) in cases {
        let form = InviteForm {
            company: typed.clone(),
            ..InviteForm::default()
        };
        let refusal = try_invite(&world, &world.second.viewer, &form).await.unwrap_err();
        assert_eq!(fault(&world, &refusal, "company"), said(&world, key), "{typed}");
    }
    // A company of another branch may come here too (R-STR-8); twice beneath the same node it may not, not even at once.
    let form = InviteForm {
        company: company(&world.sibling).grouped(),
        ..InviteForm::default()
    };
    let (one, two) = tokio::join!(
        try_invite(&world, &world.second.viewer, &form),
        try_invite(&world, &world.second.viewer, &form)
    );
    assert_eq!([&one, &two].iter().filter(|r| r.is_ok()).count(), 1, "{one:?} {two:?}");

    // A site manager invites for his company; without a node named it is the only one.
    let by_manager = try_invite(&world, &world.manager.viewer, &of(company(&world.stranger)))
        .await
        .unwrap();
    assert_eq!(
        open(&world, &world.prime).await.tree.get(&by_manager).unwrap().parent,
        Some(NodeId(prime_node))
    );
});

on_both!(tiers_end_somewhere, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.third, company(&world.past)).await;
    world.approve(&world.past, &node).await;
    assert_eq!(open(&world, &world.prime).await.tree.get(&node).unwrap().tier, 4);
    // At the bound the form says so.
    let tx = world.test.app.db().write().await.unwrap();
    let deep = Sql::new(
        "test.deep",
        "update node set tier = $2 where site_id = $1 and company_id = $3",
    );
    let values = values![
        world.site.to_string(),
        i32::from(domain::organisation::MOST_TIERS),
        company(&world.past).to_string()
    ];
    tx.run(&deep, values).await.unwrap();
    tx.commit().await.unwrap();
    let refusal = try_invite(
        &world,
        &world.past.viewer,
        &InviteForm {
            node: node.0,
            ..of(company(&world.sibling))
        },
    )
    .await
    .unwrap_err();
    assert!(fault(&world, &refusal, "node").contains("10"));
});

on_both!(open_days_follow_the_organisation, |backend| async move {
    let world = World::new(backend).await;
    // A worker of a company that is not in the organisation touches.
    let carl = crate::made_up::worker(
        &mut testkit::rng(5),
        Some((company(&world.stranger), "2026-10-01".parse().unwrap())),
        &world.ann.trades,
    );
    let tx = world.test.app.db().write().await.unwrap();
    crate::made_up::insert_workers(&tx, world.test.app.clock().now(), std::slice::from_ref(&carl))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let touch = world.send_one(&carl, "2026-11-20T07:30:00", Direction::In).await;
    let day = touch.day.unwrap();
    assert_eq!(day.reasons[0].key, "history.company_not_in_organisation");

    let judgements = async || {
        let tx = world.test.app.db().read().await.unwrap();
        let all = Sql::new(
            "test.judgements",
            "select verdict as id from judgement where worker_id = $1 order by number",
        );
        tx.all::<Text>(&all, values![carl.id.to_string()])
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.id)
            .collect::<Vec<_>>()
    };
    // Invited: now it is that company's turn, and every judgement stays readable.
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    let seen = judgements().await;
    assert!(
        seen.len() == 2 && seen[0].contains("company_not_in_organisation") && seen[1].contains("company_not_approved"),
        "{seen:?}"
    );
    // Declined: back to the prime.
    try_answer(&world, &world.stranger.viewer, &node, &decline()).await.unwrap();
    assert!(judgements().await[2].contains("company_not_in_organisation"));
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    let answered = try_answer(&world, &world.stranger.viewer, &node, &approve()).await.unwrap();
    assert_eq!((answered.rejudged.days, answered.rejudged.now_count), (1, 0));
    let seen = judgements().await;
    assert!(
        !seen[4].contains("company_not") && seen[4].contains("not_on_roster"),
        "{seen:?}"
    );
});
