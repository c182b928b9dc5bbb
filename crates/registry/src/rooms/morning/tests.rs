//! Who is told what in the morning: once, however late a touch comes, and nothing that counts.

use std::collections::BTreeMap;

use domain::Direction::In;
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use store::{Sql, values};
use testkit::on_both;

use super::{Told, keep};
use crate::testing::{Person, World};

#[derive(FromQueryResult)]
struct Row {
    text_key: String,
    args: String,
    link: Option<String>,
}

/// Notices of the morning that somebody has: key, days, what is told of reasons, link.
async fn told(world: &World, whom: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let all = Sql::new(
        "test.morning",
        "select text_key, args, link from notice where whom = $1 and text_key like 'notice-morning-%' order by id",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let rows: Vec<Row> = tx.all(&all, values![whom]).await.unwrap();
    let told = rows.into_iter().map(|row| {
        let args: BTreeMap<String, String> = serde_json::from_str(&row.args).unwrap();
        let said = args.into_iter().filter(|(_, value)| value != "none").collect();
        (row.text_key, said, row.link.unwrap_or_default())
    });
    told.collect()
}

fn company(person: &Person) -> String {
    person.viewer.company_id().unwrap().to_string()
}

fn said(parts: &[(&str, &str)]) -> BTreeMap<String, String> {
    parts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Goes to this hour of Japan on a day.
fn go_to(world: &World, time: &str) {
    let then: jiff::Timestamp = format!("{time}+09:00").parse().unwrap();
    world.test.clock.advance(then.duration_since(world.test.app.clock().now()));
}

on_both!(prime_and_employer_are_told_once_by_reason, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
            world.touch(&world.bob, "2026-11-19T07:31:00", In),
        ])
        .await;
    go_to(&world, "2026-11-21T06:05:00");
    assert_eq!(keep(app).await.unwrap(), Told::default(), "not before all of it is stored");
    go_to(&world, "2026-11-21T06:15:00");
    let first = keep(app).await.unwrap();
    assert_eq!(
        first,
        Told {
            companies: 2,
            workers: 0
        }
    );
    assert_eq!(keep(app).await.unwrap(), Told::default(), "once");
    let link = format!("/sites/{}/mend", world.site);
    let parts = said(&[("days", "2"), ("sites", "1"), ("not-on-roster", "2")]);
    assert_eq!(
        told(&world, &company(&world.prime)).await,
        [("notice-morning-prime".to_owned(), parts.clone(), link.clone())]
    );
    assert_eq!(
        told(&world, &company(&world.second)).await,
        [("notice-morning-employer".to_owned(), parts, link)]
    );
    assert!(told(&world, &company(&world.first)).await.is_empty());
    assert!(
        told(&world, &world.bob.id.to_string()).await.is_empty(),
        "he has not wished it"
    );
    let prime = world.again(&company(&world.prime)).await;
    let page = world.page(&prime, "/notices").await;
    assert!(
        page.contains("2人日") && page.contains("作業員名簿に載っていない：2〔所属事業者が直せます〕"),
        "{page}"
    );
    assert!(!page.contains("none"), "{page}");

    // A touch of the 18th arrives after that, and is told the next morning; what was told is not told again.
    world.send(vec![world.touch(&world.bob, "2026-11-18T07:30:00", In)]).await;
    go_to(&world, "2026-11-22T08:00:00");
    assert_eq!(keep(app).await.unwrap().companies, 2);
    assert_eq!(told(&world, &company(&world.prime)).await[1].1["days"], "1");
    go_to(&world, "2026-11-23T08:00:00");
    assert_eq!(keep(app).await.unwrap(), Told::default(), "nothing new");
});

on_both!(what_counts_or_was_mended_before_is_not_told, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
        ])
        .await;
    world.list(&world.second, &world.bob, "鉄筋の組立").await;
    go_to(&world, "2026-11-21T07:00:00");
    assert_eq!(keep(app).await.unwrap(), Told::default());
});

on_both!(a_worker_hears_of_his_own_days_if_he_wishes, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let wish = async |who: &Person, wished: &str| {
        let answer = world.test.post(Some(who), "/my/morning", &[("wished", wished)]).await;
        assert!(answer.status.is_redirection(), "{}", answer.status);
    };
    wish(&world.bob_self, "yes").await;
    wish(&world.bob_self, "yes").await;
    assert!(world.page(&world.bob_self, "/my/morning").await.contains("value=\"no\""));
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
        ])
        .await;
    go_to(&world, "2026-11-21T07:00:00");
    assert_eq!(keep(app).await.unwrap().workers, 1);
    let bob = told(&world, &world.bob.id.to_string()).await;
    assert_eq!(bob[0].1, said(&[("days", "1"), ("sites", "0"), ("not-on-roster", "1")]));
    assert!(told(&world, &world.ann.id.to_string()).await.is_empty());
    let bob_self = world.again(&world.bob.id.to_string()).await;
    let page = world.page(&bob_self, "/notices").await;
    assert!(page.contains("1日がまだ有効ではありません"), "{page}");
    wish(&bob_self, "no").await;
    world.send(vec![world.touch(&world.bob, "2026-11-21T06:31:00", In)]).await;
    world.test.clock.advance(SignedDuration::from_hours(24));
    let told = keep(app).await.unwrap();
    assert_eq!((told.workers, told.companies), (0, 2));
});

on_both!(two_programs_tell_a_morning_once, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    world.send(vec![world.touch(&world.bob, "2026-11-20T07:31:00", In)]).await;
    go_to(&world, "2026-11-21T07:00:00");
    let (one, other) = tokio::join!(keep(app), keep(app));
    let companies = one.unwrap().companies + other.unwrap().companies;
    assert_eq!(companies, 2);
    assert_eq!(told(&world, &company(&world.prime)).await.len(), 1);
});

on_both!(a_refused_touch_is_told_to_the_prime, |backend| async move {
    let world = World::new(backend).await;
    let mut unknown = world.touch(&world.bob, "2026-11-20T07:31:00", In);
    unknown.worker_id = "99999999999921".into();
    world.send(vec![unknown]).await;
    go_to(&world, "2026-11-21T07:00:00");
    assert_eq!(keep(&world.test.app).await.unwrap().companies, 1);
    let prime = told(&world, &company(&world.prime)).await;
    assert_eq!(prime[0].0, "notice-morning-refused");
    assert_eq!(prime[0].1["refused"], "1");
});
