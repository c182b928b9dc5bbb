//! What is done to nodes: replaced, moved, ended, taken out; and the tree of any past day.

use std::collections::BTreeMap;

use domain::organisation::{Node, Obstacle, Tree};
use domain::{SiteId, WorkDay};
use jiff::SignedDuration;
use rand::RngExt;

use super::*;
use crate::rooms::jobs;

async fn name_below(world: &World, who: &Person, node: &NodeId, name: &str) -> Result<NodeId, InviteRefusal> {
    let form = InviteForm {
        node: node.0.clone(),
        name: name.into(),
        ..InviteForm::default()
    };
    try_invite(world, &who.viewer, &form).await
}

on_both!(
    a_company_without_an_id_stands_by_name_until_it_is_replaced,
    |backend| async move {
        let world = World::new(backend).await;
        let first = node_of(&world, &world.first).await;
        let nameless = name_below(&world, &world.first, &first, "なごみ左官").await.unwrap();
        let seen = open(&world, &world.prime).await;
        let node = seen.tree.get(&nameless).unwrap();
        assert_eq!((node.company, node.tier, node.status), (None, 2, NodeStatus::Approved));
        assert_eq!(seen.company_of(&nameless), "なごみ左官");
        // The same name there again, or a name beneath somebody else's company.
        let twice = name_below(&world, &world.first, &first, "なごみ左官").await.unwrap_err();
        assert_eq!(fault(&world, &twice, "name"), said(&world, "organisation-already-there"));
        assert_eq!(
            name_below(&world, &world.prime, &nameless, "x").await,
            Err(InviteRefusal::Forbidden),
            "the direct upper company does"
        );
        // The company above it invites beneath it.
        let form = InviteForm {
            node: nameless.0.clone(),
            ..of(company(&world.stranger))
        };
        let lower = try_invite(&world, &world.first.viewer, &form).await.unwrap();
        assert_eq!(open(&world, &world.prime).await.tree.get(&lower).unwrap().tier, 3);

        let form = async |who: &Person| MoveForm {
            company: company(&world.past).to_string(),
            ..fresh_form(&world, who).await
        };
        // Not by the prime, not while somebody beneath has not answered.
        let by_prime = on_node!(ask_to_replace, &world, &world.prime, &nameless, form(&world.prime).await);
        assert_eq!(by_prime.unwrap_err(), MoveRefusal::Forbidden);
        let too_early = on_node!(ask_to_replace, &world, &world.first, &nameless, form(&world.first).await);
        assert_eq!(too_early.unwrap_err(), MoveRefusal::Obstacle(Obstacle::OpenBeneath));
        world.approve(&world.stranger, &lower).await;
        assert_eq!(open(&world, &world.stranger).await.tree.chain(&lower), Chain::Approved);
        for (typed, key) in [
            (company(&world.stranger).to_string(), "organisation-is-lower"),
            (company(&world.prime).to_string(), "organisation-is-upper"),
            (company(&world.second).to_string(), "organisation-already-there"),
            ("12345678901222".to_owned(), "organisation-no-such-company"),
            ("abc".to_owned(), "company-id-shape"),
        ] {
            let form = MoveForm {
                company: typed,
                ..fresh_form(&world, &world.first).await
            };
            let refused = on_node!(ask_to_replace, &world, &world.first, &nameless, form).unwrap_err();
            assert_eq!(move_fault(&world, &refused, "company"), said(&world, key));
        }

        // A worker of the company has touched already: now it is the prime's business, then his company's.
        let carl = crate::made_up::worker(
            &mut testkit::rng(5),
            Some((company(&world.past), "2026-10-01".parse().unwrap())),
            &world.ann.trades,
        );
        let tx = world.test.app.db().write().await.unwrap();
        crate::made_up::insert_workers(&tx, world.test.app.clock().now(), std::slice::from_ref(&carl))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let touch = world.send_one(&carl, "2026-11-20T07:30:00", Direction::In).await;
        assert_eq!(touch.day.unwrap().reasons[0].key, "history.company_not_in_organisation");

        let job = on_node!(ask_to_replace, &world, &world.first, &nameless, form(&world.first).await).unwrap();
        assert_eq!(
            open(&world, &world.prime).await.tree.get(&nameless).unwrap().company,
            None,
            "not yet"
        );
        let page = world.page(&world.first, &format!("/jobs/{job}")).await;
        assert!(page.contains("処理しています"), "{page}");
        for stranger in [&world.prime, &world.stranger] {
            let answer = world.test.get(Some(stranger), &format!("/jobs/{job}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(jobs::work_off(&world.test.app).await.unwrap(), 1);
        assert_eq!(jobs::work_off(&world.test.app).await.unwrap(), 0, "once");
        assert!(
            world
                .page(&world.first, &format!("/jobs/{job}"))
                .await
                .contains("置換が終わりました")
        );
        let seen = open(&world, &world.prime).await;
        assert_eq!(seen.tree.get(&nameless).unwrap().company, Some(company(&world.past)));
        assert_eq!(seen.tree.get(&lower).unwrap().parent.as_ref(), Some(&nameless));
        let told = world.page(&world.past, "/notices").await;
        assert!(told.contains("なごみ左官"), "{told}");
        let touch = world.send_one(&carl, "2026-11-20T07:40:00", Direction::In).await;
        assert_eq!(touch.day.unwrap().reasons[0].key, "history.not_on_roster");
        // Not twice.
        let again = on_node!(ask_to_replace, &world, &world.first, &nameless, form(&world.first).await);
        assert_eq!(again.unwrap_err(), MoveRefusal::Obstacle(Obstacle::Registered));
    }
);

on_both!(
    a_replacement_that_no_longer_fits_is_refused_by_the_job,
    |backend| async move {
        let world = World::new(backend).await;
        let first = node_of(&world, &world.first).await;
        let nameless = name_below(&world, &world.first, &first, "なごみ左官").await.unwrap();
        let form = MoveForm {
            company: company(&world.past).to_string(),
            ..fresh_form(&world, &world.first).await
        };
        let job = on_node!(ask_to_replace, &world, &world.first, &nameless, form).unwrap();
        // Somebody is invited beneath it before the job gets its turn.
        let form = InviteForm {
            node: nameless.0.clone(),
            ..of(company(&world.stranger))
        };
        try_invite(&world, &world.first.viewer, &form).await.unwrap();
        jobs::work_off(&world.test.app).await.unwrap();
        assert_eq!(open(&world, &world.prime).await.tree.get(&nameless).unwrap().company, None);
        let page = world.page(&world.first, &format!("/jobs/{job}")).await;
        assert!(page.contains("承認待ちの会社があるため"), "{page}");
    }
);

on_both!(taking_out_and_ending, |backend| async move {
    let world = World::new(backend).await;
    let (second, third) = (node_of(&world, &world.second).await, node_of(&world, &world.third).await);
    // With companies beneath, or workers on the roster: not. By a lower company: not.
    let take = async |who: &Person, node: &NodeId| {
        let form = fresh_form(&world, who).await;
        on_node!(remove, &world, who, node, form)
    };
    assert_eq!(
        take(&world.first, &second).await.unwrap_err(),
        MoveRefusal::Obstacle(Obstacle::HasLower)
    );
    let sibling = node_of(&world, &world.sibling).await;
    assert_eq!(
        take(&world.prime, &sibling).await.unwrap_err(),
        MoveRefusal::Obstacle(Obstacle::Used)
    );
    assert_eq!(take(&world.third, &second).await.unwrap_err(), MoveRefusal::Forbidden);
    assert_eq!(take(&world.sibling, &third).await.unwrap_err(), MoveRefusal::NotFound);
    // A leaf with nothing: by the prime, though it stands three tiers up. Then it may be invited again.
    take(&world.prime, &third).await.unwrap();
    assert_eq!(
        open(&world, &world.prime).await.tree.get(&third).unwrap().status,
        NodeStatus::Removed
    );
    assert!(world.page(&world.third, "/notices").await.contains("取り消されました"));
    assert_eq!(
        world.test.get(Some(&world.third), &world.path("/organisation")).await.status,
        StatusCode::NOT_FOUND
    );
    // An invitation taken back before the answer: whoever answers is told.
    let invited = world.invite(&world.second, company(&world.third)).await;
    take(&world.second, &invited).await.unwrap();
    let answered = try_answer(&world, &world.third.viewer, &invited, &approve()).await;
    let told = AnswerRefusal::AlreadyAnswered {
        site: world.site,
        status: NodeStatus::Removed,
    };
    assert_eq!(answered, Err(told));
    let page = world
        .test
        .post(
            Some(&world.third),
            &format!("/approvals/{invited}"),
            &[("answer", "approve"), ("work_name", "塗装")],
        )
        .await;
    assert!(page.status == StatusCode::CONFLICT && page.body.contains("お答えの前に取り消されました"));

    // Ended: days until then count on, days behind it do not.
    let before = world.send_one(&world.ann, "2026-11-19T07:30:00", Direction::In).await;
    assert!(before.day.unwrap().counts);
    let until = |day: &str, form: MoveForm| MoveForm {
        last_day: day.into(),
        ..form
    };
    let form = fresh_form(&world, &world.prime).await;
    let first = node_of(&world, &world.first).await;
    for (day, key) in [
        ("", "field-no-day"),
        ("2026-09-30", "organisation-last-day-outside"),
        ("2026-11-18", "organisation-last-day-before-days"),
    ] {
        let refused = on_node!(end, &world, &world.prime, &first, until(day, form.clone())).unwrap_err();
        let said = said(&world, key);
        let start: String = said.chars().take_while(|c| *c != '{').take(4).collect();
        assert!(!move_fault(&world, &refused, "last_day").is_empty(), "{day} {start}");
    }
    on_node!(end, &world, &world.prime, &first, until("2026-11-19", form)).unwrap();
    let after = world.send_one(&world.ann, "2026-11-20T07:30:00", Direction::In).await;
    let after = after.day.unwrap();
    assert_eq!(
        (after.counts, after.reasons[0].key.as_str()),
        (false, "history.company_not_in_organisation")
    );
    let chart = world.page(&world.prime, &world.path("/organisation")).await;
    assert!(chart.contains("この現場を離れた会社"), "{chart}");
    let below = try_invite(&world, &world.second.viewer, &of(company(&world.stranger))).await;
    assert!(below.is_err(), "nothing new beneath it");
    // Taken back: the day counts after all.
    let form = fresh_form(&world, &world.prime).await;
    let judged = on_node!(reopen, &world, &world.prime, &first, form).unwrap();
    assert_eq!((judged.days, judged.now_count), (1, 1));
});

on_both!(a_branch_moves_with_all_beneath_it, |backend| async move {
    let world = World::new(backend).await;
    let (prime, first, second, third, sibling) = (
        node_of(&world, &world.prime).await,
        node_of(&world, &world.first).await,
        node_of(&world, &world.second).await,
        node_of(&world, &world.third).await,
        node_of(&world, &world.sibling).await,
    );
    let to = async |who: &Person, node: &NodeId, under: &NodeId| {
        let form = MoveForm {
            under: under.0.clone(),
            ..fresh_form(&world, who).await
        };
        on_node!(move_under, &world, who, node, form)
    };
    // A loop, the same place, somewhere out of reach.
    let refused = to(&world.prime, &first, &third).await.unwrap_err();
    assert_eq!(move_fault(&world, &refused, "under"), said(&world, "organisation-is-loop"));
    let refused = to(&world.prime, &second, &first).await.unwrap_err();
    assert_eq!(move_fault(&world, &refused, "under"), said(&world, "organisation-same-place"));
    let refused = to(&world.first, &second, &sibling).await.unwrap_err();
    assert_eq!(
        move_fault(&world, &refused, "under"),
        said(&world, "organisation-choose-place")
    );
    assert_eq!(to(&world.second, &second, &prime).await.unwrap_err(), MoveRefusal::Forbidden);

    // Up: nobody new stands above, so nobody is asked anew. What stands beneath goes along.
    to(&world.prime, &second, &prime).await.unwrap();
    let tree = open(&world, &world.prime).await.tree;
    let (moved, below) = (tree.get(&second).unwrap(), tree.get(&third).unwrap());
    assert_eq!((moved.tier, below.tier, moved.status), (1, 2, NodeStatus::Approved));
    // Beneath another company: it is asked, and answers as ever; its days that count stay.
    let counts = world.send_one(&world.ann, "2026-11-19T07:30:00", Direction::In).await;
    assert!(counts.day.unwrap().counts);
    to(&world.prime, &second, &sibling).await.unwrap();
    let tree = open(&world, &world.prime).await.tree;
    assert_eq!(tree.get(&second).unwrap().status, NodeStatus::Invited);
    let waits = world.send_one(&world.ann, "2026-11-20T07:30:00", Direction::In).await;
    assert_eq!(waits.day.unwrap().reasons[0].key, "history.company_not_approved");
    let refused = try_answer(&world, &world.second.viewer, &second, &decline()).await;
    assert_eq!(refused, Err(AnswerRefusal::Obstacle(Obstacle::HasLower)));
    let answered = try_answer(&world, &world.second.viewer, &second, &approve()).await.unwrap();
    assert_eq!(answered.rejudged.now_count, 1);
    // Where it stood is told on its page.
    let page = world
        .page(&world.prime, &world.path(&format!("/organisation/nodes/{second}")))
        .await;
    assert!(
        page.contains("位置を変更（新しい上位：sibling建設）") && page.contains("招待（上位：first建設）"),
        "{page}"
    );
});

on_both!(two_people_at_work_on_the_same_tree, |backend| async move {
    let world = World::new(backend).await;
    let (first, sibling) = (node_of(&world, &world.first).await, node_of(&world, &world.sibling).await);
    let described = |form: MoveForm, name: &str| MoveForm {
        work_name: name.into(),
        ..form
    };
    let (mine, yours) = (fresh_form(&world, &world.prime).await, fresh_form(&world, &world.first).await);
    on_node!(describe, &world, &world.prime, &first, described(mine.clone(), "躯体一式")).unwrap();
    // Elsewhere in the tree the older page still holds.
    on_node!(describe, &world, &world.prime, &sibling, described(mine, "電気一式")).unwrap();
    let refused = on_node!(describe, &world, &world.first, &first, described(yours.clone(), "型枠"));
    let Err(MoveRefusal::ChangedMeanwhile(Some(who))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(who.company, "prime建設");
    assert_eq!(
        open(&world, &world.prime).await.words[&first].work_name,
        "躯体一式",
        "nothing was overwritten"
    );
    // The page says who was faster, keeps what was typed, and a second press goes through.
    let path = world.path(&format!("/organisation/nodes/{first}/describe"));
    let send = async |version: &str| {
        let form = [("version", version), ("work_name", "型枠工事"), ("work_content", "地下")];
        world.test.post(Some(&world.first), &path, &form).await
    };
    let page = send(&yours.version).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("prime建設がこの位置か") && page.body.contains("型枠工事") && page.body.contains("地下"));
    let version = page
        .body
        .split("name=\"version\" value=\"")
        .nth(1)
        .and_then(|s| s.split('"').next())
        .unwrap();
    assert_eq!(send(version).await.status, StatusCode::SEE_OTHER);
    assert_eq!(open(&world, &world.prime).await.words[&first].work_name, "型枠工事");
    // A form of no page of ours changes nothing.
    assert_eq!(send("").await.status, StatusCode::CONFLICT);
});

type Drawn = BTreeMap<
    NodeId,
    (
        Option<NodeId>,
        Option<CompanyId>,
        u8,
        NodeStatus,
        Option<WorkDay>,
        String,
        String,
    ),
>;

/// The tree with everything that is read of it.
fn drawn(site: &OpenSite) -> Drawn {
    let entry = |n: &Node| {
        let words = &site.words[&n.id];
        (
            n.parent.clone(),
            n.company,
            n.tier,
            n.status,
            n.until,
            words.company.clone(),
            words.work_name.clone(),
        )
    };
    site.tree.nodes().map(|n| (n.id.clone(), entry(n))).collect()
}

async fn open_by(world: &World, who: &Person, site: SiteId) -> Option<OpenSite> {
    let tx = world.test.app.db().read().await.unwrap();
    site::open(&tx, &who.viewer, &site.to_string()).await.ok()
}

on_both!(the_tree_of_any_past_day_is_that_of_the_day, |backend| async move {
    let world = World::new(backend).await;
    let people = [
        &world.prime,
        &world.first,
        &world.second,
        &world.third,
        &world.sibling,
        &world.stranger,
        &world.past,
    ];
    let mut chance = testkit::rng(77);
    let mut days: Vec<(WorkDay, Drawn)> = Vec::new();
    let mut done = BTreeMap::new();
    for step in 0..240 {
        let today = world.test.app.clock().today();
        let who = people[chance.random_range(0..people.len() * 2).saturating_sub(people.len())];
        if let Some(site) = open_by(&world, who, world.site).await {
            let nodes: Vec<NodeId> = site.tree.nodes().map(|n| n.id.clone()).collect();
            let what = chance.random_range(0..10);
            let own = |n: &&Node| n.company == Some(company(who));
            let fitting: Vec<&Node> = match what {
                0 | 1 => site.tree.nodes().filter(own).collect(),
                2 | 3 => site
                    .tree
                    .nodes()
                    .filter(|n| n.status == NodeStatus::Invited && own(n))
                    .collect(),
                9 => site.tree.nodes().filter(|n| n.company.is_none()).collect(),
                _ => site.tree.nodes().filter(|n| n.status.stands()).collect(),
            };
            let node = match fitting.as_slice() {
                [] => nodes[chance.random_range(0..nodes.len())].clone(),
                some => some[chance.random_range(0..some.len())].id.clone(),
            };
            let other = nodes[chance.random_range(0..nodes.len())].clone();
            let lower = company(people[chance.random_range(0..people.len())]);
            let form = MoveForm {
                version: site.head.tree_version.to_string(),
                work_name: format!("工事{step}"),
                last_day: today.to_string(),
                under: other.0.clone(),
                company: lower.to_string(),
                ..MoveForm::default()
            };
            let made = match what {
                0 => try_invite(
                    &world,
                    &who.viewer,
                    &InviteForm {
                        node: node.0.clone(),
                        ..of(lower)
                    },
                )
                .await
                .is_ok(),
                1 => name_below(&world, who, &node, &format!("名だけ{step}")).await.is_ok(),
                2 => try_answer(&world, &who.viewer, &node, &approve()).await.is_ok(),
                3 => try_answer(&world, &who.viewer, &node, &decline()).await.is_ok(),
                4 => on_node!(describe, &world, who, &node, form).is_ok(),
                5 => on_node!(move_under, &world, who, &node, form).is_ok(),
                6 if step % 4 == 0 => on_node!(end, &world, who, &node, form).is_ok(),
                7 => on_node!(reopen, &world, who, &node, form).is_ok(),
                8 if step % 4 == 0 => on_node!(remove, &world, who, &node, form).is_ok(),
                6 | 8 => false,
                _ => match on_node!(ask_to_replace, &world, who, &node, form) {
                    Ok(_) => jobs::work_off(&world.test.app).await.unwrap() == 1,
                    Err(_) => false,
                },
            };
            if made {
                *done.entry(what).or_insert(0) += 1;
            }
        }
        // The prime's own view is the whole tree.
        let now = drawn(&open(&world, &world.prime).await);
        match days.last_mut() {
            Some((day, tree)) if *day == today => *tree = now,
            _ => days.push((today, now)),
        }
        world.test.clock.advance(SignedDuration::from_hours(1));
    }
    assert!(done.len() >= 7 && days.len() > 8, "{done:?}, {} days", days.len());
    for (day, tree) in &days {
        let tx = world.test.app.db().read().await.unwrap();
        let site = site::open(&tx, &world.prime.viewer, &world.site.to_string()).await.unwrap();
        let then = past::as_of(&tx, site, *day).await.unwrap();
        assert_eq!(&drawn(&then), tree, "{day}");
    }
    // Before anything happened there is the prime alone.
    let tx = world.test.app.db().read().await.unwrap();
    let site = site::open(&tx, &world.prime.viewer, &world.site.to_string()).await.unwrap();
    let tree: Tree = past::as_of(&tx, site, "2026-11-19".parse().unwrap()).await.unwrap().tree;
    assert_eq!(tree.nodes().count(), 1);
});

#[tokio::test]
async fn a_past_day_by_hand() {
    let world = World::new(Backend::Sqlite).await;
    world.test.clock.advance(SignedDuration::from_hours(3));
    let path = world.path("/organisation");
    let before = world.page(&world.prime, &format!("{path}?day=2026-11-19")).await;
    assert!(before.contains("時点の施工体制です") && !before.contains("first建設") && !before.contains("/organisation/nodes/"));
    let wrong = world.page(&world.prime, &format!("{path}?day=2999-01-01")).await;
    assert!(wrong.contains("今日までの日付") && wrong.contains("first建設"));
    let stranger = world.page(&world.first, &format!("{path}?day=2026-11-19")).await;
    assert!(stranger.contains("施工体制に入っていません"), "{stranger}");
}
