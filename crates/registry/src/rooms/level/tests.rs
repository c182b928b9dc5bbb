//! A level is applied for, judged beside the papers, given, and cancelled.

use std::ops::ControlFlow;

use domain::master::{MasterKind, MasterTexts};
use store::sea_orm::Value;
use store::{Sql, values};
use testkit::on_both;

use super::{CancelRefusal, cancel};
use crate::access::UseCaseError;
use crate::rooms::application;
use crate::rooms::levels::{Want, judge_workers};
use crate::rooms::masters::load;
use crate::testing::{Filing, Person, World};

const FEE: &str = "4000";

/// A field in which ann and bob have their trade.
fn field_of(world: &World) -> String {
    let (masters, today) = (world.test.app.masters(), world.test.app.clock().today());
    masters
        .levels()
        .fields_of(world.ann.trades[0], today)
        .next()
        .unwrap()
        .id
        .clone()
}

async fn run(world: &World, sql: &'static str, values: Vec<Value>) {
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&Sql::new("test.set", sql), values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn number(world: &World, sql: &'static str, values: Vec<Value>) -> i64 {
    let tx = world.test.app.db().read().await.unwrap();
    tx.value(&Sql::new("test.number", sql), values).await.unwrap().unwrap()
}

async fn detailed(world: &World) {
    run(world, "update worker set registration = 'detailed'", values![]).await;
}

async fn filled(filing: &Filing<'_>, who: &Person, worker: &str, field: &str, level: &str) -> String {
    let id = filing.begin(who, "level_evaluation", worker).await;
    let fields = [
        ("field", field),
        ("level", level),
        ("worker_consent_paper", "x"),
        ("consent_true", "yes"),
    ];
    filing.write(&id, &fields).await;
    id
}

async fn pay(world: &World, id: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    application::paid(&world.test.app, &tx, id).await.unwrap();
    tx.commit().await.unwrap();
}

async fn level_of(world: &World) -> i64 {
    let level = "select cast(level as bigint) from worker where id = $1";
    number(world, level, values![world.ann.id.to_string()]).await
}

on_both!(a_level_is_given_kept_in_the_register_and_cancelled, |backend| async move {
    let world = World::new(backend).await;
    detailed(&world).await;
    let (filing, field) = (Filing::new(&world).await, field_of(&world));
    let id = filled(&filing, &world.second, &world.ann.handle, &field, "3").await;
    let career = [
        ("career.0.what", "work"),
        ("career.0.from", "2015-04"),
        ("career.0.to", "2020-03"),
        ("career.0.certifier", "employer"),
        ("career.0.certifier_name", "架空工務店"),
        ("career.0.paper", "x"),
    ];
    filing.write(&id, &career).await;
    let check = world.page(&world.second, &format!("/applications/{id}/check")).await;
    for part in ["記録から計算した判定", "レベル3に届いていません", "4,000円"] {
        assert!(check.contains(part), "{part}: {check}");
    }
    assert_eq!(filing.send(&world.second, &id, FEE).await.status, 303);
    assert_eq!(filing.state(&id).await, "awaiting_payment");
    pay(&world, &id).await;
    let case = world.page(&filing.reviewer, &format!("/review/{id}")).await;
    assert!(case.contains("記録から計算した判定") && case.contains("架空工務店"));
    assert_eq!(level_of(&world).await, 1, "nothing is given yet");
    assert_eq!(filing.approve(&id).await.status, 303);
    assert_eq!(level_of(&world).await, 3);
    let cards = "select cast(max(level) as bigint) from card where worker_id = $1 and state = 'ordered' and reason = 'level_up'";
    let ann = || values![world.ann.id.to_string()];
    assert_eq!(number(&world, cards, ann()).await, 3, "a card in its colour");
    assert_eq!(
        number(&world, "select count(*) from career_certificate where worker_id = $1", ann()).await,
        1
    );
    assert!(
        world
            .page(&world.ann_self, "/notices")
            .await
            .contains("レベル3と判定されました")
    );
    let list = world.page(&filing.reviewer, "/level-register").await;
    assert!(
        list.contains(&world.ann.name) && list.contains(&format!("/review/{id}")),
        "{list}"
    );
    let csv = world.test.get(Some(&filing.reviewer), "/level-register.csv").await.body;
    assert!(csv.contains(&world.ann.id.to_string()));

    let path = format!("/level-register/{}/{field}/cancel", world.ann.handle);
    let post = async |reason: &str| world.test.post(Some(&filing.reviewer), &path, &[("reason", reason)]).await;
    assert_eq!(post(" ").await.status, 422);
    assert_eq!(post("経歴証明が事実と違った").await.status, 303);
    assert_eq!(level_of(&world).await, 1);
    let dead = "select count(*) from card where worker_id = $1 and state <> 'dead' and level > 1";
    assert_eq!(number(&world, dead, ann()).await, 0, "no card shows the cancelled level");
    assert_eq!(
        number(&world, "select count(*) from career_certificate where worker_id = $1", ann()).await,
        0
    );
    assert_eq!(
        number(&world, "select count(*) from level_grant where worker_id = $1", ann()).await,
        2,
        "both stay"
    );
    assert_eq!(post("もう一度").await.status, 409);
    assert!(
        world
            .page(&filing.reviewer, "/level-register")
            .await
            .contains("経歴証明が事実と違った")
    );
});

on_both!(what_cannot_be_applied_for_is_told_at_the_field, |backend| async move {
    let world = World::new(backend).await;
    let (filing, field) = (Filing::new(&world).await, field_of(&world));
    run(&world, "update worker set registration = 'simplified'", values![]).await;
    let id = filled(&filing, &world.second, &world.ann.handle, &field, "2").await;
    let told = async |id: &str| filing.send(&world.second, id, FEE).await;
    let simplified = told(&id).await;
    assert_eq!(simplified.status, 422);
    assert!(simplified.body.contains("詳細型の登録が必要です"));
    detailed(&world).await;
    filing.write(&id, &[("field", "glazing")]).await;
    assert!(told(&id).await.body.contains("この分野の職種が"));
    filing.write(&id, &[("field", field.as_str())]).await;
    // Ann has a draft of her own; whoever sends first is reviewed.
    let own = filled(&filing, &world.ann_self, "", &field, "2").await;
    assert_ne!(own, id);
    assert_eq!(told(&id).await.status, 303);
    let second = filing.send(&world.ann_self, &own, FEE).await;
    assert_eq!(second.status, 422);
    assert!(second.body.contains("すでに審査中です"));
    pay(&world, &id).await;
    filing.approve(&id).await;
    assert_eq!(level_of(&world).await, 2);
    let held = filing.send(&world.ann_self, &own, FEE).await;
    assert!(held.body.contains("すでに持っています"), "{}", held.body);
    filing.write(&own, &[("level", "3")]).await;
    assert_eq!(filing.send(&world.ann_self, &own, FEE).await.status, 303);
    // Taken back before it is decided: nothing is given.
    let path = format!("/applications/{own}/withdraw");
    assert_eq!(world.test.post(Some(&world.ann_self), &path, &[]).await.status, 303);
    pay(&world, &own).await;
    filing.approve(&own).await;
    assert_eq!(level_of(&world).await, 2);
});

on_both!(whether_a_worker_applies_himself_is_a_setting, |backend| async move {
    let world = World::new(backend).await;
    detailed(&world).await;
    let filing = Filing::new(&world).await;
    assert!(world.page(&world.ann_self, "/my/level").await.contains("レベルを申請する"));
    let text = MasterTexts::EMBEDDED
        .policies
        .replace("level_worker_applies,,,1,", "level_worker_applies,,,0,");
    let tx = world.test.app.db().write().await.unwrap();
    load(&tx, world.test.app.clock(), MasterKind::Policies, &text, "a test")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.test.app.reload_masters().await.unwrap();
    assert_eq!(filing.try_begin(&world.ann_self, "level_evaluation", "").await.status, 403);
    assert!(!world.page(&world.ann_self, "/my/level").await.contains("レベルを申請する"));
    assert_eq!(
        filing
            .try_begin(&world.second, "level_evaluation", &world.ann.handle)
            .await
            .status,
        303
    );
    assert_eq!(
        filing
            .try_begin(&world.stranger, "level_evaluation", &world.ann.handle)
            .await
            .status,
        404,
        "only for one's own people"
    );
});

on_both!(one_button_drafts_for_all_who_can_apply, |backend| async move {
    let world = World::new(backend).await;
    detailed(&world).await;
    judge_workers(&world.test.app, Want::default(), |_| ControlFlow::Continue(()))
        .await
        .unwrap();
    let reach = "update level_standing set level = 2, guide = 2 where worker_id = $1";
    run(&world, reach, values![world.ann.id.to_string()]).await;
    let page = world.page(&world.second, "/levels").await;
    assert!(page.contains("/levels/apply"), "{page}");
    let drafts = "select count(*) from application where purpose = 'level_evaluation' and state = 'draft'";
    for _ in 0..2 {
        assert_eq!(world.test.post(Some(&world.second), "/levels/apply", &[]).await.status, 303);
        assert_eq!(number(&world, drafts, values![]).await, 1, "once for each");
    }
    let body = "select count(*) from application where purpose = 'level_evaluation' and body like '%\"level\":\"2\"%'";
    assert_eq!(number(&world, body, values![]).await, 1, "with the level that is reached");
});

on_both!(only_reviewers_cancel, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let worker = world.ann.id.to_string();
    for (who, why) in [
        (&world.prime, CancelRefusal::Forbidden),
        (&world.ann_self, CancelRefusal::Forbidden),
        (&world.operator, CancelRefusal::NothingInForce),
    ] {
        let tx = app.db().write().await.unwrap();
        let Err(UseCaseError::Refused(refusal)) = cancel(app, &tx, &who.viewer, &worker, "glazing", "理由").await else {
            panic!("not refused")
        };
        assert_eq!(refusal, why);
    }
});
