//! Patterns and the list of companies that are often invited.

use super::*;

async fn store_of(world: &World, who: &Person, node: &NodeId, name: &str) -> Result<String, MoveRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap();
    match store_pattern(&world.test.app, &tx, &who.viewer, &open, node, name).await {
        Ok(id) => {
            tx.commit().await.unwrap();
            Ok(id)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

/// Another site of the prime, empty.
async fn other_site(world: &World) -> domain::SiteId {
    let tx = world.test.app.db().write().await.unwrap();
    let fields = crate::made_up::site_fields(
        "別の現場",
        ("架空市", "2-2"),
        "2026-10-01".parse().unwrap(),
        "2027-03-31".parse().unwrap(),
    );
    let Ok(site) = site::register(
        &world.test.app,
        &tx,
        &world.prime.viewer,
        &fields,
        &domain::site::Publication::default(),
    )
    .await
    else {
        panic!("a site")
    };
    tx.commit().await.unwrap();
    site
}

on_both!(a_pattern_is_put_on_another_site_in_one_go, |backend| async move {
    let world = World::new(backend).await;
    let prime = node_of(&world, &world.prime).await;
    let nameless = InviteForm {
        name: "なごみ左官".into(),
        ..InviteForm::default()
    };
    try_invite(&world, &world.prime.viewer, &nameless).await.unwrap();
    let third = node_of(&world, &world.third).await;
    let empty = store_of(&world, &world.third, &third, "空").await.unwrap_err();
    assert_eq!(move_fault(&world, &empty, "name"), said(&world, "pattern-nothing-beneath"));
    assert_eq!(
        store_of(&world, &world.first, &prime, "他社").await,
        Err(MoveRefusal::Forbidden)
    );
    let pattern = store_of(&world, &world.prime, &prime, "いつもの").await.unwrap();
    let twice = store_of(&world, &world.prime, &prime, "いつもの").await.unwrap_err();
    assert_eq!(move_fault(&world, &twice, "name"), said(&world, "pattern-name-taken"));

    let site = other_site(&world).await;
    let page = format!("/sites/{site}/organisation/patterns");
    let plan = world.page(&world.prime, &format!("{page}?pattern={pattern}")).await;
    assert!(
        plan.contains("次の5社") && plan.contains("なごみ左官") && plan.contains("third建設"),
        "{plan}"
    );
    let open_other = async |who: &Person| {
        let tx = world.test.app.db().read().await.unwrap();
        site::open(&tx, &who.viewer, &site.to_string()).await
    };
    let node = open_other(&world.prime)
        .await
        .unwrap()
        .tree
        .nodes()
        .next()
        .unwrap()
        .id
        .clone();
    let apply = async || {
        let form = [("what", "apply"), ("pattern", pattern.as_str()), ("node", node.0.as_str())];
        world.test.post(Some(&world.prime), &page, &form).await
    };
    let applied = apply().await;
    assert_eq!(applied.status, StatusCode::SEE_OTHER, "{}", applied.body);
    let seen = open_other(&world.prime).await.unwrap();
    let shape: Vec<(u8, &str, NodeStatus)> = seen
        .tree
        .in_order()
        .into_iter()
        .map(|n| (n.tier, seen.company_of(&n.id), n.status))
        .collect();
    for expected in [
        (1, "first建設", NodeStatus::Invited),
        (2, "second建設", NodeStatus::Invited),
        (3, "third建設", NodeStatus::Invited),
        (1, "なごみ左官", NodeStatus::Approved),
    ] {
        assert!(shape.contains(&expected), "{shape:?}");
    }
    // Each answers for itself, those beneath before those above if they like.
    let of_third = seen.tree.of_company(company(&world.third)).next().unwrap().id.clone();
    try_answer(&world, &world.third.viewer, &of_third, &approve()).await.unwrap();
    let seen = open_other(&world.prime).await.unwrap();
    assert_eq!(seen.tree.chain(&of_third), Chain::UpperOpen(company(&world.second)));
    // Once more: every line says what is in its way, and nothing is put in.
    let before = seen.tree.nodes().count();
    let again = apply().await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.body.contains("すでに招待されているか") && again.body.contains("まだ何も登録していません"),
        "{}",
        again.body
    );
    assert_eq!(open_other(&world.prime).await.unwrap().tree.nodes().count(), before);
    // Declining takes what still waits beneath along; what has approved keeps it from declining.
    let of_first = seen.tree.of_company(company(&world.first)).next().unwrap().id.clone();
    let refused = try_answer(&world, &world.first.viewer, &of_first, &decline()).await;
    assert!(matches!(refused, Err(AnswerRefusal::Obstacle(_))), "{refused:?}");
});

on_both!(
    a_pattern_with_a_company_that_has_left_is_not_half_done,
    |backend| async move {
        let world = World::new(backend).await;
        let prime = node_of(&world, &world.prime).await;
        let pattern = store_of(&world, &world.prime, &prime, "いつもの").await.unwrap();
        let tx = world.test.app.db().write().await.unwrap();
        let leave = Sql::new("test.leave", "update company set state = 'withdrawn' where id = $1");
        tx.run(&leave, values![company(&world.sibling).to_string()]).await.unwrap();
        tx.commit().await.unwrap();
        let site = other_site(&world).await;
        let page = format!("/sites/{site}/organisation/patterns");
        let plan = world.page(&world.prime, &format!("{page}?pattern={pattern}")).await;
        assert!(
            plan.contains("退会しているため") && !plan.contains("value=\"apply\""),
            "{plan}"
        );
        let form = [("what", "apply"), ("pattern", pattern.as_str())];
        assert_ne!(
            world.test.post(Some(&world.prime), &page, &form).await.status,
            StatusCode::SEE_OTHER
        );
        // Nor is it invited alone.
        let refused = try_invite(&world, &world.second.viewer, &of(company(&world.sibling)))
            .await
            .unwrap_err();
        assert_eq!(
            fault(&world, &refused, "company"),
            said(&world, "organisation-company-withdrawn")
        );
        // Off the list; twice is told.
        let form = [("what", "drop"), ("pattern", pattern.as_str())];
        assert_eq!(
            world.test.post(Some(&world.first), &page, &form).await.status,
            StatusCode::NOT_FOUND,
            "not in that site"
        );
        assert_eq!(
            world.test.post(Some(&world.prime), &page, &form).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            world.test.post(Some(&world.prime), &page, &form).await.status,
            StatusCode::CONFLICT
        );
    }
);

on_both!(the_list_of_companies_often_invited, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/organisation");
    let lower = company(&world.stranger).to_string();
    let send = async |keep: &str, company: &str| {
        let form = [("company", company), ("keep", keep), ("back", "list=favourites&page=1")];
        world
            .test
            .post(Some(&world.prime), &format!("{path}/favourites"), &form)
            .await
    };
    let list = async || world.page(&world.prime, &format!("{path}/companies?list=favourites")).await;
    assert!(list().await.contains("まだありません"));
    for _ in 0..2 {
        let kept = send("1", &lower).await;
        assert_eq!(
            kept.location.as_deref(),
            Some(format!("{path}/companies?list=favourites&page=1").as_str())
        );
    }
    let shown = list().await;
    assert!(
        shown.contains("stranger建設") && shown.contains(&format!("company={lower}\"")),
        "{shown}"
    );
    assert!(
        !world
            .page(&world.first, &format!("{path}/companies?list=favourites"))
            .await
            .contains("stranger建設"),
        "each company has its own"
    );
    send("0", &lower).await;
    assert!(list().await.contains("まだありません"));
    assert_eq!(send("1", "12345678901222").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        send("1", &company(&world.prime).to_string()).await.status,
        StatusCode::FORBIDDEN
    );
});
