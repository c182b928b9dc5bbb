//! What the company right above does in another one's place, by their agreement, and what it does not.

use domain::access::Role;
use domain::agreement::AgreementMove;
use domain::organisation::Change;

use super::*;
use crate::rooms::agreement;

/// `principal` lets `proxy` act in its place; gives the key of the agreement.
async fn agree(world: &World, proxy: &Person, principal: &Person) -> String {
    let app = &world.test.app;
    let tx = app.db().write().await.unwrap();
    let other = company(principal).to_string();
    let key = agreement::ask(app, &tx, &proxy.viewer, &other).await.unwrap();
    agreement::change(app, &tx, &principal.viewer, &key, AgreementMove::Agree)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    key
}

async fn revoke(world: &World, who: &Person, key: &str) {
    let app = &world.test.app;
    let tx = app.db().write().await.unwrap();
    agreement::change(app, &tx, &who.viewer, key, AgreementMove::Revoke)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn set_state(world: &World, who: &Person, state: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    let set = Sql::new("test.company_state", "update company set state = $2 where id = $1");
    tx.run(&set, values![company(who).to_string(), state]).await.unwrap();
    tx.commit().await.unwrap();
}

fn because(reason: &str) -> Answer {
    Answer::Decline { reason: reason.into() }
}

async fn status(world: &World, node: &NodeId) -> NodeStatus {
    open(world, &world.prime).await.tree.get(node).unwrap().status
}

/// The changes of a node, oldest first.
async fn changes(world: &World, node: &NodeId) -> Vec<Change> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        what: String,
    }
    let sql = Sql::new(
        "test.changes",
        "select what from site_event where subject_id = $1 and number is not null order by number",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let rows: Vec<Row> = tx.all(&sql, values![node.0.as_str()]).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.what).unwrap()).collect()
}

on_both!(the_company_right_above_approves_by_the_agreement, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    let path = format!("/approvals/{node}");
    assert_eq!(
        try_answer(&world, &world.first.viewer, &node, &approve()).await,
        Err(AnswerRefusal::NotFound),
        "they have no agreement"
    );
    let key = agree(&world, &world.first, &world.stranger).await;
    // Others may have one too: it does not help where they do not stand right above.
    agree(&world, &world.prime, &world.stranger).await;
    agree(&world, &world.sibling, &world.stranger).await;
    agree(&world, &world.second, &world.stranger).await;
    for who in [&world.prime, &world.sibling, &world.second] {
        let name = &who.viewer.name;
        let answered = try_answer(&world, &who.viewer, &node, &approve()).await;
        assert_eq!(answered, Err(AnswerRefusal::NotFound), "{name}");
        assert_eq!(world.test.get(Some(who), &path).await.status, StatusCode::NOT_FOUND, "{name}");
        assert!(
            !world.page(who, &world.path("/organisation")).await.contains("代わりに答える"),
            "{name}"
        );
    }
    // Who may not approve for his own company may not for another.
    let manager = Viewer {
        role: Role::SiteManager,
        ..world.first.viewer.clone()
    };
    assert_eq!(
        try_answer(&world, &manager, &node, &approve()).await,
        Err(AnswerRefusal::Forbidden)
    );

    // The way there, and what it means.
    let chart = world.page(&world.first, &world.path("/organisation")).await;
    assert!(chart.contains(&format!("href=\"{path}\">代わりに答える")), "{chart}");
    let of_node = world
        .page(&world.first, &world.path(&format!("/organisation/nodes/{node}")))
        .await;
    assert!(of_node.contains("代わりに答える"));
    let page = world.page(&world.first, &path).await;
    assert!(page.contains("stranger建設への招待に、代わりに答える") && page.contains("stranger建設に知らされ"));
    // It is nobody's own list but the invited company's.
    assert!(!world.page(&world.first, "/approvals").await.contains(&node.0));

    let form = [("answer", "approve"), ("work_name", "塗装工事"), ("work_content", "外壁")];
    let done = world.test.post(Some(&world.first), &path, &form).await;
    assert_eq!(done.location, Some(world.path("/organisation")));
    assert!(done.cookies[0].contains("approval-approved-for"), "{:?}", done.cookies);
    let site = open(&world, &world.prime).await;
    assert_eq!(site.tree.chain(&node), Chain::Approved);
    let words = &site.words[&node];
    assert_eq!((words.work_name.as_str(), words.work_content.as_str()), ("塗装工事", "外壁"));

    // The event says that it was by proxy and for whom; who did it is the event's account.
    let by_proxy = Change::ByProxy {
        agreement: key,
        of: company(&world.stranger),
        change: Box::new(Change::Approved {
            work_name: "塗装工事".into(),
            work_content: "外壁".into(),
        }),
    };
    assert_eq!(changes(&world, &node).await.pop(), Some(by_proxy));
    let told = world.page(&world.stranger, "/notices").await;
    assert!(
        told.contains("first建設が、事業者間合意により") && told.contains("代わりに承認しました"),
        "{told}"
    );
    let seen = world.page(&world.stranger, &path).await;
    assert!(seen.contains("first建設（事業者間合意による代理）"), "{seen}");
    for who in [&world.stranger, &world.prime] {
        let page = world.page(who, &world.path(&format!("/organisation/nodes/{node}"))).await;
        assert!(
            page.contains("承認：塗装工事（外壁）（事業者間合意により、stranger建設の代理）"),
            "{page}"
        );
    }
    // A past day shows it as any approval.
    world.test.clock.advance(jiff::SignedDuration::from_hours(24));
    let again = world.again(&company(&world.prime).to_string()).await;
    let past = world.page(&again, &world.path("/organisation?day=2026-11-20")).await;
    assert!(past.contains("stranger建設") && past.contains("塗装工事"));
});

on_both!(a_proxy_declines_with_a_reason_only, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    agree(&world, &world.first, &world.stranger).await;
    let Err(AnswerRefusal::Fields(errors)) = try_answer(&world, &world.first.viewer, &node, &because(" ")).await else {
        panic!()
    };
    assert!(errors.at(&world.test.app.texts().t(Language::Ja), "reason").is_some());
    assert_eq!(status(&world, &node).await, NodeStatus::Invited);
    // The form keeps what was typed.
    let long = "あ".repeat(201);
    let path = format!("/approvals/{node}");
    let wrong = world
        .test
        .post(Some(&world.first), &path, &[("answer", "decline"), ("reason", &long)])
        .await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains(&long));

    // Two at once, the company itself and its proxy: one answer holds.
    let (own, proxy) = (approve(), because("別の会社に頼むため"));
    let (one, two) = tokio::join!(
        try_answer(&world, &world.stranger.viewer, &node, &own),
        try_answer(&world, &world.first.viewer, &node, &proxy)
    );
    assert_eq!([&one, &two].iter().filter(|r| r.is_ok()).count(), 1, "{one:?} {two:?}");

    let other = world.invite(&world.first, company(&world.past)).await;
    agree(&world, &world.first, &world.past).await;
    try_answer(&world, &world.first.viewer, &other, &proxy).await.unwrap();
    assert_eq!(status(&world, &other).await, NodeStatus::Declined);
    let told = world.page(&world.past, "/notices").await;
    assert!(told.contains("代わりに辞退しました（理由：別の会社に頼むため）"), "{told}");
    let seen = world.page(&world.past, &format!("/approvals/{other}")).await;
    assert!(
        seen.contains("別の会社に頼むため") && seen.contains("事業者間合意による代理"),
        "{seen}"
    );

    // A company's own decline needs none; given, the upper one reads it.
    let third = world.invite(&world.first, company(&world.sibling)).await;
    try_answer(&world, &world.sibling.viewer, &third, &because("工期が合わないため"))
        .await
        .unwrap();
    let told = world.page(&world.first, "/notices").await;
    assert!(told.contains("辞退しました（理由：工期が合わないため）"), "{told}");
});

on_both!(an_agreement_that_was_ended_is_no_agreement, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    let key = agree(&world, &world.first, &world.stranger).await;
    let path = format!("/approvals/{node}");
    assert_eq!(world.test.get(Some(&world.first), &path).await.status, StatusCode::OK);
    revoke(&world, &world.stranger, &key).await;
    // The page that was open meanwhile does nothing.
    let form = [("answer", "approve"), ("work_name", "塗装")];
    assert_eq!(
        world.test.post(Some(&world.first), &path, &form).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(world.test.get(Some(&world.first), &path).await.status, StatusCode::NOT_FOUND);
    assert!(
        !world
            .page(&world.first, &world.path("/organisation"))
            .await
            .contains("代わりに答える")
    );
    assert_eq!(status(&world, &node).await, NodeStatus::Invited);
});

on_both!(a_proxy_can_do_no_more_than_the_company_itself, |backend| async move {
    let world = World::new(backend).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    agree(&world, &world.first, &world.stranger).await;
    agree(&world, &world.first, &world.second).await;
    for state in ["suspended", "expired"] {
        set_state(&world, &world.stranger, state).await;
        assert_eq!(
            try_answer(&world, &world.first.viewer, &node, &approve()).await,
            Err(AnswerRefusal::Forbidden),
            "{state}"
        );
        let page = world.page(&world.first, &format!("/approvals/{node}")).await;
        assert!(
            page.contains("いまは代わりに承認できません") && !page.contains("value=\"approve\""),
            "{page}"
        );
        // The company itself declines still, and so does its proxy.
        let own = world.page(&world.stranger, &format!("/approvals/{node}")).await;
        assert!(
            own.contains("いまは承認できません") && own.contains("value=\"decline\""),
            "{own}"
        );
        let form = [("answer", "approve"), ("work_name", "塗装")];
        let refused = world
            .test
            .post(Some(&world.stranger), &format!("/approvals/{node}"), &form)
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{state}");
    }
    try_answer(&world, &world.first.viewer, &node, &because("登録の期限が切れたため"))
        .await
        .unwrap();
    set_state(&world, &world.second, "expired").await;
    let beneath = InviteForm {
        node: world.second_node.0.clone(),
        ..of(company(&world.past))
    };
    assert_eq!(
        try_invite(&world, &world.first.viewer, &beneath).await,
        Err(InviteRefusal::Forbidden)
    );
    // One whose registration ran out declines by itself.
    let own = world.invite(&world.first, company(&world.past)).await;
    set_state(&world, &world.past, "expired").await;
    let form = [("answer", "decline"), ("reason", "")];
    let done = world.test.post(Some(&world.past), &format!("/approvals/{own}"), &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&world, &own).await, NodeStatus::Declined);
});

on_both!(a_proxy_invites_beneath_and_no_further, |backend| async move {
    let world = World::new(backend).await;
    let beneath = |node: &NodeId, who: &Person| InviteForm {
        node: node.0.clone(),
        ..of(company(who))
    };
    let of_second = beneath(&world.second_node, &world.stranger);
    assert_eq!(
        try_invite(&world, &world.first.viewer, &of_second).await,
        Err(InviteRefusal::Forbidden)
    );
    let key = agree(&world, &world.first, &world.second).await;
    // Without a node it is one's own place, as ever.
    let own = try_invite(&world, &world.first.viewer, &of(company(&world.past)))
        .await
        .unwrap();
    assert_eq!(open(&world, &world.prime).await.tree.get(&own).unwrap().tier, 2);
    let form = world.page(&world.first, &world.path("/organisation/invite")).await;
    assert!(form.contains("second建設（代理で招待）"), "{form}");

    let node = try_invite(&world, &world.first.viewer, &of_second).await.unwrap();
    let site = open(&world, &world.prime).await;
    let new = site.tree.get(&node).unwrap();
    assert_eq!((new.parent.as_ref(), new.tier), (Some(&world.second_node), 3));
    let change = changes(&world, &node).await.remove(0);
    assert!(
        matches!(&change, Change::ByProxy { agreement, of, .. } if *agreement == key && *of == company(&world.second)),
        "{change:?}"
    );
    let told = world.page(&world.second, "/notices").await;
    assert!(told.contains("自社の下にstranger建設を代わりに入れました"), "{told}");
    // The invited one is asked by the company it stands beneath.
    assert!(world.page(&world.stranger, "/notices").await.contains("second建設から、現場"));
    // Two tiers down nothing is the proxy's: neither the answer, nor what stands beneath, whatever agreements there are.
    agree(&world, &world.first, &world.stranger).await;
    agree(&world, &world.first, &world.third).await;
    assert_eq!(
        try_answer(&world, &world.first.viewer, &node, &approve()).await,
        Err(AnswerRefusal::NotFound)
    );
    let third = node_of(&world, &world.third).await;
    assert_eq!(
        try_invite(&world, &world.first.viewer, &beneath(&third, &world.sibling)).await,
        Err(InviteRefusal::Forbidden)
    );
    // A company by name only, in its place; what it does to others' nodes besides, the agreement does not cover.
    let nameless = InviteForm {
        node: world.second_node.0.clone(),
        name: "まだ無登録の店".into(),
        ..InviteForm::default()
    };
    let named = try_invite(&world, &world.first.viewer, &nameless).await.unwrap();
    let form = fresh_form(&world, &world.first).await;
    assert_eq!(
        on_node!(remove, &world, &world.first, &named, form),
        Err(MoveRefusal::Forbidden)
    );
    revoke(&world, &world.first, &key).await;
    assert_eq!(
        try_invite(&world, &world.first.viewer, &beneath(&world.second_node, &world.sibling)).await,
        Err(InviteRefusal::Forbidden)
    );
});

on_both!(companies_that_agreed_are_a_list_of_their_own, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/organisation/companies?list=agreed");
    let empty = world.page(&world.first, &path).await;
    assert!(
        empty.contains("まだありません") && empty.contains("href=\"/agreements\""),
        "{empty}"
    );
    agree(&world, &world.first, &world.stranger).await;
    agree(&world, &world.first, &world.second).await;
    let key = agree(&world, &world.first, &world.past).await;
    revoke(&world, &world.first, &key).await;
    // It has a direction.
    agree(&world, &world.sibling, &world.first).await;
    let page = world.page(&world.first, &path).await;
    let id = company(&world.stranger).to_string();
    assert!(
        page.contains("2社見つかりました") && page.contains(&format!("company={id}\"")),
        "{page}"
    );
    assert!(page.contains("すでに招待されているか"), "second stands there already");
    assert!(!page.contains("past建設") && !page.contains("sibling建設"));
    for (typed, found) in [("stranger", true), (id.as_str(), true), ("second", false), ("%25", false)] {
        let page = world.page(&world.first, &format!("{path}&q={typed}")).await;
        assert_eq!(page.contains(&format!("company={id}\"")), found, "{typed}");
        assert_eq!(page.contains("あてはまる会社はありません"), typed == "%25", "{typed}");
    }
    // Put on one's own list from here, it leads back here.
    let back = format!("node={}&for=&list=agreed&q=&page=1", node_of(&world, &world.first).await);
    let form = [("company", id.as_str()), ("keep", "1"), ("back", &back)];
    let kept = world
        .test
        .post(Some(&world.first), &world.path("/organisation/favourites"), &form)
        .await;
    assert!(kept.location.unwrap().contains("list=agreed"));
    assert!(world.page(&world.first, &path).await.contains("リストから外す"));
    // Nobody else reads it.
    assert!(!world.page(&world.sibling, &path).await.contains("stranger建設"));
});
