//! The operator recognises a site: days there count without a roster, as training, and cost nothing.

use domain::Direction::In;
use jiff::SignedDuration;
use store::{Sql, values};
use testkit::on_both;

use super::{EndForm, RecogniseForm, TrainingRefusal, end, recognise};
use crate::access::UseCaseError;
use crate::testing::{Person, World};

fn form(world: &World, from: &str) -> RecogniseForm {
    RecogniseForm {
        site: world.site.to_string(),
        from: from.into(),
        note: "認定第12号".into(),
    }
}

async fn try_recognise(world: &World, who: &Person, form: &RecogniseForm) -> Result<(), TrainingRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match recognise(&world.test.app, &tx, &who.viewer, form).await {
        Ok(_) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(UseCaseError::Refused(why)) => Err(why),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_end(world: &World, to: &str) -> Result<(), TrainingRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let form = EndForm { to: to.into() };
    match end(&world.test.app, &tx, &world.operator.viewer, &world.site.to_string(), &form).await {
        Ok(_) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(UseCaseError::Refused(why)) => Err(why),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

on_both!(days_count_without_a_roster, |backend| async move {
    let world = World::new(backend).await;
    let before = world.send_one(&world.bob, "2026-11-19T07:30:00", In).await;
    assert!(!before.day.unwrap().counts, "bob is on no roster");
    try_recognise(&world, &world.operator, &form(&world, "2026-11-19"))
        .await
        .unwrap();
    // What was open is judged again; what comes counts at once. The day before it began is a day of work like any other.
    let day = |day: &str| world.path(&format!("/days/{day}/{}", world.bob.handle));
    assert!(
        world
            .page(&world.prime, &day("2026-11-19"))
            .await
            .contains("訓練の日として数えます")
    );
    assert!(
        world
            .send_one(&world.bob, "2026-11-20T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    assert!(
        !world
            .send_one(&world.bob, "2026-11-18T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    let marked = Sql::new("test.marked", "select count(*) from level_stale where worker_id = $1");
    let tx = world.test.app.db().read().await.unwrap();
    let count: Option<i64> = tx.value(&marked, values![world.bob.id.to_string()]).await.unwrap();
    assert_eq!(count, Some(1), "his level is looked at again");
    drop(tx);
    // One on the roster keeps what it says.
    assert!(
        world
            .send_one(&world.ann, "2026-11-20T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    let content = Sql::new(
        "test.trade_of_day",
        "select trade from history where worker_id = $1 and work_day = $2",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let trade: Option<String> = tx
        .value(&content, values![world.bob.id.to_string(), 20_261_120])
        .await
        .unwrap();
    assert_eq!(trade, Some(world.bob.trades[0].to_string()), "his main trade");
    drop(tx);
    assert!(world.page(&world.prime, &world.path("")).await.contains("訓練の場所です"));
    // The employer sees his day among his own workers', though it has no place in the organisation for it.
    let own = world.page(&world.second, "/month-list?month=2026-11").await;
    assert!(own.contains(&world.bob.name));
});

on_both!(a_place_of_training_ends_and_what_counted_stays, |backend| async move {
    let world = World::new(backend).await;
    try_recognise(&world, &world.operator, &form(&world, "2026-11-01"))
        .await
        .unwrap();
    assert!(
        world
            .send_one(&world.bob, "2026-11-20T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    assert_eq!(
        try_end(&world, "2026-11-19").await,
        Err(TrainingRefusal::Fault(domain::training::TrainingFault::Over))
    );
    try_end(&world, "2026-11-20").await.unwrap();
    assert_eq!(try_end(&world, "2026-11-20").await, Err(TrainingRefusal::NotOpen));
    world.test.clock.advance(SignedDuration::from_hours(24));
    assert!(
        !world
            .send_one(&world.bob, "2026-11-21T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    let again = world.send_one(&world.bob, "2026-11-20T07:30:00", In).await;
    assert!(again.day.unwrap().counts, "it stays");
    // Recognised anew it goes on from its first day.
    try_recognise(&world, &world.operator, &form(&world, "2026-11-21"))
        .await
        .unwrap();
    assert!(
        world
            .send_one(&world.bob, "2026-11-21T07:45:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
});

on_both!(what_is_wrong_is_said, |backend| async move {
    let world = World::new(backend).await;
    let good = form(&world, "2026-11-01");
    let cases = [
        (
            RecogniseForm {
                site: "123".into(),
                ..good.clone()
            },
            TrainingRefusal::NoSite,
        ),
        (
            RecogniseForm {
                site: world.ann.id.to_string(),
                ..good.clone()
            },
            TrainingRefusal::NoSite,
        ),
        (
            RecogniseForm {
                from: "2026-09-30".into(),
                ..good.clone()
            },
            TrainingRefusal::Day,
        ),
        (
            RecogniseForm {
                from: "tomorrow".into(),
                ..good.clone()
            },
            TrainingRefusal::Day,
        ),
        (
            RecogniseForm {
                note: " ".into(),
                ..good.clone()
            },
            TrainingRefusal::Note,
        ),
        (
            RecogniseForm {
                note: "長".repeat(201),
                ..good.clone()
            },
            TrainingRefusal::Note,
        ),
    ];
    for (form, why) in cases {
        assert_eq!(try_recognise(&world, &world.operator, &form).await, Err(why), "{form:?}");
    }
    assert_eq!(
        try_recognise(&world, &world.prime, &good).await,
        Err(TrainingRefusal::Forbidden)
    );
    assert_eq!(try_end(&world, "2026-12-01").await, Err(TrainingRefusal::NotOpen));
    try_recognise(&world, &world.operator, &good).await.unwrap();
    assert_eq!(
        try_recognise(&world, &world.operator, &good).await,
        Err(TrainingRefusal::Already)
    );
    // The form keeps what was typed.
    let (site, day) = (world.site.to_string(), "2026-09-01");
    let fields = [("site", site.as_str()), ("from", day), ("note", "控え")];
    let answer = world.test.post(Some(&world.operator), "/training", &fields).await;
    assert!(
        answer.body.contains("控え") && answer.body.contains("現場の期間の中の日"),
        "{}",
        answer.body
    );
});

on_both!(training_costs_no_site_use_fee, |backend| async move {
    let world = World::new(backend).await;
    let charged = async || {
        let sql = crate::rooms::fees::SQL
            .iter()
            .find(|sql| sql.name() == "fees.differences")
            .unwrap();
        let tx = world.test.app.db().read().await.unwrap();
        let values = values![20_261_101, 20_261_130, 202_611, 1];
        let rows: Vec<Charged> = tx.all(sql, values).await.unwrap();
        rows.iter().map(|row| row.histories).sum::<i64>()
    };
    assert!(
        world
            .send_one(&world.ann, "2026-11-19T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    assert_eq!(charged().await, 1);
    try_recognise(&world, &world.operator, &form(&world, "2026-11-20"))
        .await
        .unwrap();
    assert!(
        world
            .send_one(&world.ann, "2026-11-20T07:30:00", In)
            .await
            .day
            .unwrap()
            .counts
    );
    assert_eq!(
        charged().await,
        1,
        "the day before it began still costs, the day of training does not"
    );
});

#[derive(sea_orm::FromQueryResult)]
struct Charged {
    histories: i64,
}
