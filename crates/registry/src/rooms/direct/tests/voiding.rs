//! What the prime voids counts for nothing, stays on record, and can be entered again.

use axum::http::StatusCode;

use super::correcting::{ann_worked, at, causes, row};
use super::*;
use crate::rooms::fees;

on_both!(
    a_voided_day_counts_for_nothing_and_can_be_entered_again,
    |backend| async move {
        let world = World::new(backend).await;
        ann_worked(&world, "2026-11-19").await;
        let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
        let void = format!("{day}/void");
        let page = world.page(&world.prime, &day).await;
        assert!(page.contains(&void));
        assert!(!world.page(&world.second, &day).await.contains(&void));
        let employer = world.test.post(Some(&world.second), &void, &[("reason", "x")]).await;
        assert_eq!(employer.status, StatusCode::FORBIDDEN);
        let silent = world.test.post(Some(&world.prime), &void, &[("reason", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(row(&world, &world.ann, "2026-11-19").await.counts, 1);

        let reason = [("reason", "別の人のカードでした")];
        for _ in 0..2 {
            let done = world.test.post(Some(&world.prime), &void, &reason).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        let voided = row(&world, &world.ann, "2026-11-19").await;
        assert_eq!((voided.first_in, voided.last_out, voided.counts), (None, None, 0));
        assert_eq!(
            causes(&world, &world.ann).await,
            ["touch", "void"],
            "once, and nothing is deleted"
        );
        assert_eq!(touched(&world, world.ann.id).await.len(), 2);
        // Its page tells why; the calendar has it no more; a late touch and judging again leave it so.
        for who in [&world.prime, &world.second, &world.ann_self] {
            let page = world.page(who, &day).await;
            assert!(
                page.contains("別の人のカードでした") && page.contains(&text(&world, "day-void")),
                "{page}"
            );
            assert!(!page.contains(&text(&world, "correct-title")));
        }
        world.send_one(&world.ann, "2026-11-19T18:00:00", Direction::Out).await;
        assert_eq!(row(&world, &world.ann, "2026-11-19").await, voided);
        let calendar = world.page(&world.ann_self, "/my/calendar?month=2026-11").await;
        assert!(calendar.contains(&text(&world, "worker-empty")), "{calendar}");

        // Entered again and approved, it is a day again.
        try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-11-19"]))
            .await
            .unwrap();
        let decided = try_approve(&world, &world.prime, &keys(&world, world.ann.id).await)
            .await
            .unwrap();
        assert_eq!((decided.done, decided.counting), (1, 1));
        let again = row(&world, &world.ann, "2026-11-19").await;
        assert_eq!(
            (again.first_in, again.last_out, again.counts),
            (at("2026-11-19T08:00:00"), at("2026-11-19T17:00:00"), 1)
        );
    }
);

on_both!(the_fee_follows_a_voided_day, |backend| async move {
    let world = World::new(backend).await;
    ann_worked(&world, "2026-11-18").await;
    ann_worked(&world, "2026-11-19").await;
    let app = &world.test.app;
    let november = "2026-11".parse().unwrap();
    let charged = async || {
        let tx = app.db().read().await.unwrap();
        fees::dry_run(app, &tx, november).await.map_err(|_| ()).unwrap().histories
    };
    // 1 December: the month can be closed.
    world.test.clock.advance(SignedDuration::from_hours(24 * 11));
    assert_eq!(charged().await, 2);
    let prime = world.again(&company(&world.prime)).await;
    let void = world.path(&format!("/days/2026-11-19/{}/void", world.ann.handle));
    let done = world.test.post(Some(&prime), &void, &[("reason", "重複")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(charged().await, 1, "not charged");
    // After the deadline it stays.
    world.test.clock.advance(SignedDuration::from_hours(24 * 31));
    let prime = world.again(&company(&world.prime)).await;
    let late = world.path(&format!("/days/2026-11-18/{}/void", world.ann.handle));
    let late = world.test.post(Some(&prime), &late, &[("reason", "重複")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
});
