//! Ways on both databases, and the pages.

use domain::Direction::{In, Out};
use testkit::on_both;

use super::*;
use crate::made_up::Worker;
use crate::rooms::site;
use crate::testing::{Person, World};

/// Makes touches of a worker's day come in by another way: of one direction, or of both if it is empty.
async fn typed(world: &World, worker: &Worker, day: i32, direction: &str, way: Way) {
    let change = Sql::new(
        "test.typed",
        "update touch set method = $4 where worker_id = $1 and touch_day = $2 and ($3 = '' or direction = $3)",
    );
    let tx = world.test.app.db().write().await.unwrap();
    let changed = tx
        .run(&change, values![worker.id.to_string(), day, direction, way.word()])
        .await
        .unwrap();
    assert!(changed > 0, "{day} {direction}");
    tx.commit().await.unwrap();
}

/// A plain day and a night of ann's, a day of bob's (not on the roster) and one of dora's (of the other branch).
async fn days_of_all_kinds(world: &World) {
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-17T07:30:00", In),
            world.touch(&world.ann, "2026-11-17T17:00:00", Out),
            world.touch(&world.ann, "2026-11-18T21:00:00", In),
            world.touch(&world.ann, "2026-11-19T05:00:00", Out),
            world.touch(&world.bob, "2026-11-18T07:31:00", In),
            world.touch(&world.dora, "2026-11-18T07:32:00", In),
        ])
        .await;
    // The stronger way wins, whichever touch it is of: of the night it is the exit, on the next day.
    typed(world, &world.ann, 20_261_117, "out", Way::DirectWorker).await;
    typed(world, &world.ann, 20_261_118, "in", Way::DirectCompany).await;
    typed(world, &world.bob, 20_261_118, "", Way::Number).await;
    typed(world, &world.dora, 20_261_118, "", Way::DirectCompany).await;
}

/// What somebody sees: days of every way, and how many count in all.
async fn seen(world: &World, who: &Person, month: &str) -> (Vec<i64>, i64) {
    let tx = world.test.app.db().read().await.unwrap();
    let site = site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap();
    let facts = of(&tx, site.head.id, &site.scope, month.parse().unwrap()).await.unwrap();
    let days = Way::ALL.into_iter().map(|way| facts.of(way).days).collect();
    (days, facts.total().counting)
}

on_both!(a_day_counts_once_under_its_strongest_way, |backend| async move {
    let world = World::new(backend).await;
    days_of_all_kinds(&world).await;
    assert_eq!(
        seen(&world, &world.prime, "2026-11").await,
        (vec![2, 0, 0, 0, 0, 1, 0, 1, 0], 3)
    );
    assert_eq!(
        seen(&world, &world.manager, "2026-11").await,
        (vec![2, 0, 0, 0, 0, 1, 0, 1, 0], 3)
    );
    // The others what is theirs and beneath them.
    assert_eq!(
        seen(&world, &world.first, "2026-11").await,
        (vec![2, 0, 0, 0, 0, 1, 0, 0, 0], 2)
    );
    assert_eq!(
        seen(&world, &world.second, "2026-11").await,
        (vec![2, 0, 0, 0, 0, 1, 0, 0, 0], 2)
    );
    assert_eq!(
        seen(&world, &world.sibling, "2026-11").await,
        (vec![0, 0, 0, 0, 0, 0, 0, 1, 0], 1)
    );
    assert_eq!(seen(&world, &world.third, "2026-11").await, (vec![0; 9], 0));
    assert_eq!(seen(&world, &world.prime, "2026-12").await, (vec![0; 9], 0));
});

on_both!(a_site_says_whether_anything_but_typing_was_used, |backend| async move {
    let world = World::new(backend).await;
    days_of_all_kinds(&world).await;
    let path = world.path("/facts.csv?month=2026-11");
    let all = world.page(&world.prime, &path).await;
    assert!(all.contains("カード,2,2,あり"), "{all}");
    // dora's only day was typed.
    let part = world.page(&world.sibling, &path).await;
    assert!(part.contains("カード,0,0,なし"), "{part}");
    let page = world.page(&world.sibling, &world.path("/facts?month=2026-11")).await;
    assert!(page.contains("自社と下位の会社の分だけ") && page.contains("なし"));
    let empty = world.page(&world.prime, &world.path("/facts?month=2026-12")).await;
    assert!(empty.contains("この月の就業履歴はありません"));
});

on_both!(a_prime_has_all_its_sites_on_one_page, |backend| async move {
    let world = World::new(backend).await;
    days_of_all_kinds(&world).await;
    let path = "/sites/facts?from=2026-10&to=2026-11";
    for (who, shown) in [
        (&world.prime, true),
        (&world.manager, true),
        (&world.other_manager, false),
        (&world.second, false),
        (&world.stranger, false),
    ] {
        let page = world.page(who, path).await;
        assert_eq!(page.contains("架空の現場"), shown, "{}", who.viewer.name);
    }
    let file = world.page(&world.prime, "/sites/facts.csv?from=2026-10&to=2026-11").await;
    assert!(file.contains("カード,2,2,あり"), "{file}");
    let page = world.page(&world.prime, "/sites/facts?from=2026-11&to=2026-10").await;
    assert!(page.contains("最初の月以後の月を選んでください"));
    // Neither worked at nor open then.
    let before = world.page(&world.prime, "/sites/facts?from=2025-10&to=2025-11").await;
    assert!(before.contains("元請としての現場はありません"));
});
