//! Notices: who reads them, in which language, and that they are read once.

use axum::http::StatusCode;
use registry::rooms::notices::{Whom, newest, tell, unread};
use registry::testing::{Person, World};
use store::{Page, Sql, values};
use testkit::on_both;

async fn told(world: &World, whom: &Whom, key: &str, args: &[(&str, &str)], link: Option<&str>) {
    let tx = world.test.app.db().write().await.unwrap();
    tell(&world.test.app, &tx, whom, key, args, link).await.unwrap();
    tx.commit().await.unwrap();
}

async fn count(world: &World, who: &Person) -> usize {
    let tx = world.test.app.db().read().await.unwrap();
    unread(&tx, &who.viewer).await.unwrap()
}

on_both!(each_reads_his_own_notices_and_nobody_else_does, |backend| async move {
    let world = World::new(backend).await;
    let prime = world.prime.viewer.company_id().unwrap();
    // What the world's own invitations told.
    for who in [&world.prime, &world.second] {
        world.test.post(Some(who), "/notices", &[]).await;
    }
    told(&world, &Whom::Company(prime), "notices-title", &[], Some("/sites")).await;
    told(&world, &Whom::Worker(world.ann.id), "notices-title", &[], None).await;
    told(
        &world,
        &Whom::Account(world.operator.viewer.account.clone()),
        "notices-title",
        &[],
        None,
    )
    .await;
    for (who, expected) in [
        (&world.prime, 1),
        (&world.ann_self, 1),
        (&world.operator, 1),
        (&world.bob_self, 0),
        (&world.second, 0),
        // A site manager sees his sites, not what the company is told.
        (&world.manager, 0),
    ] {
        assert_eq!(count(&world, who).await, expected, "{}", who.viewer.name);
    }
    // The menu tells how many wait.
    assert!(world.page(&world.prime, "/sites").await.contains("確認待ち 1件"));
    assert!(!world.page(&world.second, "/sites").await.contains("確認待ち"));

    // Of the same moment as those of the beginning: not by its place on the page.
    let waiting = Sql::new("test.unread", "select id from notice where whom = $1 and read_at is null");
    let tx = world.test.app.db().read().await.unwrap();
    let notice: String = tx.value(&waiting, values![prime.to_string()]).await.unwrap().unwrap();
    drop(tx);
    assert!(world.page(&world.prime, "/notices").await.contains(&notice));
    let path = format!("/notices/{notice}");
    assert_eq!(
        world.test.post(Some(&world.second), &path, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(count(&world, &world.prime).await, 1, "another's look marks nothing");
    let opened = world.test.post(Some(&world.prime), &path, &[]).await;
    assert_eq!(opened.location.as_deref(), Some("/sites"));
    assert_eq!(count(&world, &world.prime).await, 0);

    let all = world.test.post(Some(&world.ann_self), "/notices", &[]).await;
    assert_eq!(all.location.as_deref(), Some("/notices"));
    assert_eq!(
        (count(&world, &world.ann_self).await, count(&world, &world.operator).await),
        (0, 1)
    );
});

on_both!(
    the_sentence_is_in_the_readers_language_and_older_ones_are_paged,
    |backend| async move {
        let world = World::new(backend).await;
        for day in 1..=25 {
            let day = format!("2026-11-{day:02}");
            world.test.clock.advance(jiff::SignedDuration::from_secs(1));
            told(&world, &Whom::Worker(world.ann.id), "audit-no-such-key", &[], None).await;
            told(&world, &Whom::Worker(world.ann.id), "own-greeting", &[("name", &day)], None).await;
        }
        let tx = world.test.app.db().read().await.unwrap();
        let texts = world.test.app.texts();
        for (language, day) in [
            (web::Language::Ja, "2026年11月25日(水)"),
            (web::Language::Vi, "T4 25/11/2026"),
        ] {
            let page = newest(&tx, &world.ann_self.viewer, &texts.t(language), Page::new(1, 10))
                .await
                .unwrap();
            assert!(page.rows.iter().any(|n| n.text.contains(day)), "{:?}", page.rows);
            assert!(page.rows.iter().any(|n| n.text == texts.t(language).s("notice-unknown")));
        }
        drop(tx);
        // Fifty are three pages of twenty; the oldest stand on the last.
        let last = world.page(&world.ann_self, "/notices?page=3").await;
        assert!(last.contains("3 / 3") && last.contains("2026年11月1日"), "{last}");
    }
);
