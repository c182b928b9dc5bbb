//! What is missing: found, ordered, told to who can mend it, judged again; each company sees its own part.

use axum::http::StatusCode;
use domain::CompanyId;
use domain::Direction::{In, Out};
use domain::agreement::AgreementMove;
use registry::rooms::agreement;
use registry::testing::{Person, World};
use store::{Sql, values};
use testkit::on_both;

fn company(person: &Person) -> CompanyId {
    person.viewer.company_id().unwrap()
}

/// Does something to the database that no screen does, so that nothing is judged again by itself.
async fn behind_the_back(world: &World, sql: &Sql, values: Vec<sea_orm::Value>) {
    let tx = world.test.app.db().write().await.unwrap();
    assert!(tx.run(sql, values).await.unwrap() > 0);
    tx.commit().await.unwrap();
}

async fn notices(world: &World, person: &Person) -> usize {
    let page = world.page(person, "/notices").await;
    let notices = page.split("class=\"notice-text\"").skip(1);
    notices
        .filter(|rest| {
            rest.split("</p>")
                .next()
                .is_some_and(|text| text.contains("名簿に載っていない人"))
        })
        .count()
}

const LOSE_TRADES: Sql = Sql::new("test.lose_trades", "delete from worker_trade where worker_id = $1");
const REGAIN_TRADE: Sql = Sql::new(
    "test.regain_trade",
    "insert into worker_trade (worker_id, ordinal, trade) values ($1, 0, $2)",
);
const END_SITE: Sql = Sql::new("test.end_site", "update site set to_day = $2 where id = $1");
const END_COMPANY: Sql = Sql::new("test.end_company", "update company set valid_until = $2 where id = $1");

on_both!(each_company_sees_its_part_with_button_or_message, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.bob, "2026-11-18T07:31:00", In),
            world.touch(&world.bob, "2026-11-19T07:31:00", In),
            world.touch(&world.ann, "2026-11-19T17:00:00", Out),
            world.touch(&world.dora, "2026-11-19T07:32:00", In),
        ])
        .await;
    let button = format!("/roster/add?worker={}", world.bob.handle);
    let (mail, tell) = ("mailto:?subject=", "/mend/tell");
    // (who, sees bob, has the button, may tell the company of bob, sees ann's lone exit)
    for (who, person, bob, can, tells, ann) in [
        ("prime", &world.prime, true, false, true, true),
        ("manager", &world.manager, true, false, true, true),
        ("upper", &world.first, true, false, true, true),
        ("employer", &world.second, true, true, false, true),
        ("lower", &world.third, false, false, false, false),
        ("sibling", &world.sibling, false, false, false, false),
    ] {
        let page = world.page(person, &world.path("/mend")).await;
        assert_eq!(page.contains(&world.bob.name), bob, "{who}");
        assert_eq!(page.contains(&button), can, "{who}");
        let group = format!("g-not-on-roster.{}", company(&world.second));
        let part = page.split("<section").find(|s| s.contains(&group)).unwrap_or_default();
        assert_eq!(part.contains(mail) && part.contains(tell), tells, "{who}");
        assert_eq!(page.contains(&world.ann.name), ann, "{who}");
        assert!(!page.contains(&world.dora.name), "{who}: her day counts");
    }
    // Two days come before one.
    let page = world.page(&world.prime, &world.path("/mend")).await;
    assert!(page.find("g-not-on-roster").unwrap() < page.find("g-entry-missing").unwrap());
    // One group alone, and one that is not there.
    let alone = format!("/mend?group=not-on-roster.{}", company(&world.second));
    let page = world.page(&world.prime, &world.path(&alone)).await;
    assert!(page.contains(&world.bob.name) && !page.contains("g-entry-missing"));
    let page = world.page(&world.prime, &world.path("/mend?group=nothing&page=9")).await;
    assert!(page.contains("すでに解消しています"));
    // An old month is shown as it stands: too late for anybody.
    let page = world.page(&world.second, &world.path("/mend?month=2026-08")).await;
    assert!(!page.contains(&world.bob.name) && page.contains("2026年8月"));
});

on_both!(a_proxy_has_the_button_where_it_may_act, |backend| async move {
    let world = World::new(backend).await;
    let (app, first, second) = (&world.test.app, &world.first, company(&world.second));
    let waiting = world.invite(first, company(&world.stranger)).await;
    world
        .send(vec![
            world.touch(&world.bob, "2026-11-18T07:31:00", In),
            world.touch(&world.ann, "2026-11-19T07:00:00", In),
        ])
        .await;
    let change = async |who: &Person, key: &str, what| {
        let tx = app.db().write().await.unwrap();
        agreement::change(app, &tx, &who.viewer, key, what).await.unwrap();
        tx.commit().await.unwrap();
    };
    let agree = async |principal: &Person| {
        let tx = app.db().write().await.unwrap();
        let key = agreement::ask(app, &tx, &first.viewer, &company(principal).to_string())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        change(principal, &key, AgreementMove::Agree).await;
        key
    };
    let add = format!("/roster/add?node={}", world.second_node);
    let of_bob = format!("{add}&worker={}", world.bob.handle);
    let answer = format!("/approvals/{waiting}");
    // What the page offers: the answer to the invitation, bob's row, and the message all the same.
    let offers = async |who: &Person| {
        let page = world.page(who, &world.path("/mend")).await.replace("&#38;", "&");
        let group = format!("g-not-on-roster.{second}");
        let part = page.split("<section").find(|s| s.contains(&group)).unwrap_or_default();
        let tells = part.contains("/mend/tell");
        (
            page.contains(&answer),
            page.contains(&of_bob),
            page.matches("代理で直せます").count(),
            tells,
        )
    };
    assert_eq!(offers(first).await, (false, false, 0, true), "without an agreement");
    let with_stranger = agree(&world.stranger).await;
    assert_eq!(offers(first).await, (true, false, 1, true));
    let with_second = agree(&world.second).await;
    assert_eq!(offers(first).await, (true, false, 1, true), "bob has not consented");
    let consent = async |yes| {
        let tx = app.db().write().await.unwrap();
        agreement::consent(app, &tx, &world.bob_self.viewer, &with_second, yes)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    consent(true).await;
    assert_eq!(offers(first).await, (true, true, 2, true));
    // The way leads there, with him ticked.
    let form = world
        .page(first, &world.path(&format!("{add}&worker={}", world.bob.handle)))
        .await;
    assert!(form.contains(&format!("value=\"{}\" checked", world.bob.handle)), "{form}");
    // Nobody else has it: not the prime two steps up, and the company itself has its own button.
    assert_eq!(offers(&world.prime).await, (false, false, 0, true));
    assert_eq!(offers(&world.second).await, (false, false, 0, false));
    // Each of the two consents ends it at once.
    consent(false).await;
    assert_eq!(offers(first).await, (true, false, 1, true));
    consent(true).await;
    change(first, &with_second, AgreementMove::Revoke).await;
    change(first, &with_stranger, AgreementMove::Revoke).await;
    assert_eq!(offers(first).await, (false, false, 0, true), "ended at once");
});

on_both!(what_only_threatens_is_told_too, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-19T07:30:00", In).await;
    let page = world.page(&world.prime, &world.path("/mend")).await;
    assert!(
        page.contains("まだ有効でない日はありません") && !page.contains("<section"),
        "{page}"
    );

    let stranger = company(&world.stranger);
    world.invite(&world.prime, stranger).await;
    let site = world.site.to_string();
    behind_the_back(&world, &LOSE_TRADES, values![world.dora.id.to_string()]).await;
    behind_the_back(&world, &END_SITE, values![site.as_str(), 20_261_210]).await;
    let first = company(&world.first).to_string();
    behind_the_back(&world, &END_COMPANY, values![first.as_str(), 20_261_130]).await;
    let page = world.page(&world.prime, &world.path("/mend")).await;
    let keys = [
        "g-period-ends".to_owned(),
        format!("g-company-ends.{first}"),
        format!("g-company-not-approved.{stranger}"),
        format!("g-trade-not-held.{}.01-01", company(&world.sibling)),
    ];
    // One worker-day of the past month is at stake with the period, none with the others.
    let places: Vec<_> = keys.iter().map(|key| page.find(key.as_str()).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains(&world.dora.name) && page.contains("まだタッチなし"));
    // Whoever is not under it sees nothing of it; the company itself does.
    let page = world.page(&world.third, &world.path("/mend")).await;
    assert!(!page.contains("company-ends") && !page.contains(&world.dora.name) && !page.contains("company-not-approved"));
    let page = world.page(&world.first, &world.path("/mend")).await;
    assert!(page.contains(&keys[1]) && page.contains("登録を更新する"));
    let page = world.page(&world.stranger, &world.path("/mend")).await;
    assert!(page.contains(&keys[2]) && page.contains("/approvals"));
});

on_both!(refused_touches_stand_among_the_rest_for_the_prime, |backend| async move {
    let world = World::new(backend).await;
    let mut nobody = world.touch(&world.ann, "2026-11-20T07:00:00", In);
    nobody.worker_id = "00000000424221".into();
    let mut ahead = world.touch(&world.ann, "2026-11-20T09:00:00", In);
    ahead.item_id = "ahead".into();
    world.send(vec![nobody, ahead]).await;
    let page = world.page(&world.prime, &world.path("/mend")).await;
    assert!(
        page.contains("g-touch-unknown-worker") && page.contains("g-touch-in-future"),
        "{page}"
    );
    assert!(page.contains("リーダーを確かめる"));
    let page = world.page(&world.second, &world.path("/mend")).await;
    assert!(!page.contains("g-touch-"));
});

on_both!(who_can_mend_is_told_once, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.bob, "2026-11-19T07:31:00", In).await;
    let group = format!("not-on-roster.{}", company(&world.second));
    let tell = async |who: &Person, group: &str| {
        let answer = world
            .test
            .post(Some(who), &world.path("/mend/tell"), &[("group", group)])
            .await;
        answer.status
    };
    assert_eq!(tell(&world.stranger, &group).await, StatusCode::NOT_FOUND);
    assert_eq!(
        tell(&world.sibling, &group).await,
        StatusCode::SEE_OTHER,
        "for it the group is not there"
    );
    assert_eq!(
        tell(&world.second, &group).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody tells himself"
    );
    assert_eq!(notices(&world, &world.second).await, 0);
    for _ in 0..2 {
        assert_eq!(tell(&world.prime, &group).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(tell(&world.first, &group).await, StatusCode::SEE_OTHER);
    assert_eq!(notices(&world, &world.second).await, 1);
    let page = world.page(&world.second, "/notices").await;
    assert!(
        page.contains("second建設の作業員名簿に載っていない人") && !page.contains(&world.bob.name),
        "{page}"
    );
    let page = world.page(&world.prime, &world.path("/mend")).await;
    assert!(page.contains("お知らせ済み") && !page.contains("お知らせを送る"));
    world.test.clock.set("2026-11-23T06:00:00+09:00".parse().unwrap());
    let again = world.again(&company(&world.prime).to_string()).await;
    assert_eq!(tell(&again, &group).await, StatusCode::SEE_OTHER);
});

on_both!(
    a_company_that_has_not_answered_learns_how_much_waits_and_no_name,
    |backend| async move {
        let world = World::new(backend).await;
        let stranger = company(&world.stranger);
        let node = world.invite(&world.prime, stranger).await;
        world.send_one(&world.bob, "2026-11-19T07:31:00", In).await;
        let page = world.page(&world.stranger, &world.path("/mend")).await;
        assert!(
            page.contains("company-not-approved") && !page.contains(&world.bob.name),
            "{page}"
        );
        world.approve(&world.stranger, &node).await;
        let page = world.page(&world.stranger, &world.path("/mend")).await;
        assert!(!page.contains("company-not-approved"));
    }
);

on_both!(
    days_are_judged_again_on_request_and_the_page_says_how_many_count,
    |backend| async move {
        let world = World::new(backend).await;
        behind_the_back(&world, &LOSE_TRADES, values![world.ann.id.to_string()]).await;
        world
            .send(vec![
                world.touch(&world.ann, "2026-11-18T07:30:00", In),
                world.touch(&world.ann, "2026-11-19T07:30:00", In),
                world.touch(&world.bob, "2026-11-19T07:31:00", In),
            ])
            .await;
        let again = async |who: &Person| {
            let answer = world.test.post(Some(who), &world.path("/mend/again"), &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            world.page(who, &world.path("/mend")).await
        };
        let page = again(&world.prime).await;
        assert!(page.contains("判定し直した3日のうち、0日が有効になりました"), "{page}");
        behind_the_back(&world, &REGAIN_TRADE, values![world.ann.id.to_string(), "01-01"]).await;
        // A company has only its own part judged again.
        let page = again(&world.sibling).await;
        assert!(page.contains("判定し直す日はありませんでした"), "{page}");
        let page = again(&world.second).await;
        assert!(page.contains("判定し直した3日のうち、2日が有効になりました"), "{page}");
        assert!(!page.contains("trade-not-held") && page.contains(&world.bob.name));
        let part = world.page(&world.second, &world.path("/mend/again")).await;
        assert!(part.contains("2日が有効") && !part.contains("hx-get"), "{part}");
    }
);

on_both!(a_company_finds_all_its_sites_on_one_page, |backend| async move {
    let world = World::new(backend).await;
    let touches = ["18", "19"].map(|day| world.touch(&world.bob, &format!("2026-11-{day}T07:31:00"), In));
    world.send(touches.into()).await;
    let here = format!("/sites/{}/mend?group=not-on-roster.{}", world.site, company(&world.second));
    let page = world.page(&world.second, "/mend").await;
    assert!(page.contains("架空の現場") && page.contains(&here), "{page}");
    assert!(!page.contains(&world.bob.name), "figures only");
    let page = world.page(&world.prime, "/mend").await;
    assert!(page.contains("架空の現場") && !page.contains(&here), "not the prime's to do");
    // An upper company finds its branch on the page of the site; here stand its own people only.
    for person in [&world.first, &world.stranger, &world.other_manager] {
        let page = world.page(person, "/mend").await;
        assert!(page.contains("どの現場にも、足りないものはありません"), "{page}");
    }
    world.invite(&world.prime, company(&world.stranger)).await;
    let page = world.page(&world.stranger, "/mend").await;
    assert!(page.contains("/approvals") && page.contains("承認する"), "{page}");
});
