//! Changes of what is registered, and what follows from them.

use axum::http::StatusCode;
use domain::access::Role;
use domain::registration::moves::State;
use registry::made_up::Worker;
use registry::testing::account;
use store::{Sql, values};
use testkit::on_both;

use super::desk::{Desk, photo_of, picture};

on_both!(a_change_is_compared_with_what_is_registered, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let first = desk.company(who, &[("licence_number", "54321")]).await;
    desk.submit(who, &first, "24000").await;
    desk.decide(&desk.reviewer, &first, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &first, &[("do", "approve")]).await;
    desk.paid(&first).await;
    let company = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &first)
        .await;
    let admin = account(
        &desk.world.test,
        "admin-2",
        Role::Administrator,
        Some(company.parse().unwrap()),
        None,
        &[],
    )
    .await;
    let id = desk.begin(&admin, "company_change").await;
    assert_eq!(desk.begin(&admin, "company_change").await, id, "one change at a time");
    let answer = desk.submit(&admin, &id, "0").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("登録されている内容と同じです"));
    let manager = [
        ("manager", "見本 次子"),
        ("manager_kana", "ミホン ツギコ"),
        ("manager_phone", "0300000001"),
        ("email", "office@example.jp"),
    ];
    assert_eq!(
        desk.save(&admin, &id, "manager", &manager).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        desk.submit(&admin, &id, "0").await.status,
        StatusCode::SEE_OTHER,
        "a change costs nothing"
    );
    let page = desk.world.page(&desk.reviewer, &format!("/review/{id}")).await;
    assert!(page.contains("変更前：見本 花子"));
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::Registered);
    assert_eq!(
        desk.number("select cast(count(*) as int) from record where subject_id = $1", &company)
            .await,
        2,
        "the past is kept"
    );
});

on_both!(days_follow_when_a_workers_registration_changes, |backend| async move {
    let desk = Desk::new(backend).await;
    let (world, who) = (&desk.world, &desk.applicant);
    let employer = world.second.viewer.company_id().unwrap().to_string();
    let new = desk.worker(who, &employer).await;
    desk.submit(who, &new, "2500").await;
    desk.paid(&new).await;
    desk.decide(&desk.reviewer, &new, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &new, &[("do", "approve")]).await;
    let id = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &new)
        .await;
    let worker = Worker {
        id: id.parse().unwrap(),
        handle: desk.text("select handle from worker where id = $1", &id).await,
        ..world.bob.clone()
    };
    world.list(&world.second, &worker, "鉄筋の組立").await;
    let tx = world.test.app.db().write().await.unwrap();
    let lost = Sql::new(
        "test.lose_trade",
        "delete from worker_trade where worker_id = $1 and trade = $2",
    );
    let trade = worker.trades[0].to_string();
    assert_eq!(tx.run(&lost, values![id.as_str(), trade.as_str()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let day = world
        .send_one(&worker, "2026-11-19T07:30:00", domain::Direction::In)
        .await
        .day;
    assert_eq!(day.unwrap().reasons[0].key, "history.trade_not_held");

    let own = account(&world.test, "duc", Role::Worker, None, Some(&worker), &[]).await;
    let change = desk.begin(&own, "worker_change").await;
    let trades = [
        ("trade.0.code", "01-01"),
        ("trade.1.code", "01-03"),
        ("trade.2.code", "10-01"),
    ];
    assert_eq!(desk.save(&own, &change, "trade", &trades).await.status, StatusCode::SEE_OTHER);
    let answer = desk.submit(&own, &change, "0").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    desk.decide(&desk.reviewer, &change, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &change, &[("do", "approve")]).await;
    assert_eq!(desk.state(&change).await, State::Registered);
    let story = world
        .page(&world.prime, &world.path(&format!("/days/2026-11-19/{}", worker.handle)))
        .await;
    assert!(
        story.contains("この日は有効です") && story.contains("登録内容の変更を受けて再判定"),
        "{story}"
    );
});

on_both!(who_looks_at_a_workers_change_is_recorded, |backend| async move {
    let desk = Desk::new(backend).await;
    let test = &desk.world.test;
    let employer = desk.world.second.viewer.company_id().unwrap().to_string();
    let first = desk.worker(&desk.applicant, &employer).await;
    desk.submit(&desk.applicant, &first, "2500").await;
    desk.paid(&first).await;
    desk.decide(&desk.reviewer, &first, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &first, &[("do", "approve")]).await;
    let id = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &first)
        .await;
    let worker = Worker {
        id: id.parse().unwrap(),
        ..desk.world.ann.clone()
    };
    let worker = account(test, "worker-9", Role::Worker, None, Some(&worker), &[]).await;
    let change = desk.begin(&worker, "worker_change").await;
    // A photo is never changed, whatever is sent.
    let photo = photo_of(&desk, &change).await;
    desk.upload(
        &worker,
        &change,
        "papers",
        &[("identity", "residence_card")],
        &[("photo", "別人.jpg", picture(600, 800))],
    )
    .await;
    assert_eq!(photo_of(&desk, &change).await, photo);
    let answer = desk
        .save(
            &worker,
            &change,
            "person",
            &[
                ("birth_day", "1990-01-01"),
                ("sex", "male"),
                ("postal", "1000000"),
                ("prefecture", "13"),
                ("city", "架空区"),
                ("street", "見本1"),
                ("mobile", "080-0000-0000"),
                ("email", "duc@example.jp"),
                ("residence_status", "特定技能1号"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let looks = async || {
        desk.number("select cast(count(*) as int) from look where worker_id = $1", &id)
            .await
    };
    let before = looks().await;
    test.get(Some(&worker), &format!("/applications/{change}")).await;
    assert_eq!(looks().await, before, "his own look is none");
    let body = desk.text("select body from application where id = $1", &change).await;
    assert!(body.contains("1995-02-28"), "nor the birth date");
    let answer = desk.submit(&worker, &change, "0").await;
    assert_ne!(desk.state(&change).await, State::Draft, "{}", answer.body);
    let page = desk.world.page(&desk.reviewer, &format!("/review/{change}")).await;
    assert!(page.contains("変更前："));
    test.get(Some(&desk.reviewer), &format!("/applications/{change}/papers/{photo}"))
        .await;
    let seen = desk
        .text(
            "select max(l.what) || ' ' || min(l.what) from look l join account a on a.id = l.account_id
             where a.sign_in_id = 'reviewer-1' and l.worker_id = $1",
            &id,
        )
        .await;
    assert_eq!(seen, "registration papers", "what was looked at");
    assert_eq!(looks().await, before + 2);
});
