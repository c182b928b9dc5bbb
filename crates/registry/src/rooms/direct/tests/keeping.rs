//! The deadline: told before it, the same for everybody on its day, and nothing lapses unsaid.

use super::*;

/// So many days later.
fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

on_both!(reminders_come_twice_and_the_deadline_is_told, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    // A day of October: until 30 November, ten days from now.
    let form = at_site(&world, &[], &["2026-10-31", "2026-10-30"]);
    try_ask(&world, &world.ann_self, &form).await.unwrap();
    let unknown = unregistered(&world, &[&world.ann], &["2026-10-29"], "名前だけの現場");
    try_ask(&world, &world.past, &unknown).await.unwrap();
    let kept = async || keep(app).await.unwrap();
    assert_eq!(kept().await, Kept::default(), "ten days left");
    world.test.clock.advance(days(3));
    assert_eq!(kept().await.reminded, 3, "seven days left");
    assert_eq!(kept().await, Kept::default(), "once");
    let (ann, prime, past) = (world.ann.id.to_string(), company(&world.prime), company(&world.past));
    let mine = ["notice-direct-entered", "notice-direct-remind-many"];
    assert_eq!(told(&world, &ann).await, mine);
    assert_eq!(
        told(&world, &prime).await,
        ["notice-direct-asked", "notice-direct-remind-prime"]
    );
    assert_eq!(
        told(&world, &past).await,
        ["notice-direct-remind-of"],
        "it can still put the site on"
    );
    world.test.clock.advance(days(6));
    assert_eq!(kept().await.reminded, 3, "one day left");
    world.test.clock.advance(days(1));
    assert_eq!(kept().await, Kept::default(), "the last day is still a day");
    world.test.clock.advance(days(1));
    assert_eq!(kept().await.expired, 3);
    assert_eq!(kept().await, Kept::default());
    assert!(stored(&world, world.ann.id).await.iter().all(|r| r.state == "expired"));
    for (whom, key) in [
        (&ann, "notice-direct-expired-many"),
        (&past, "notice-direct-expired-of-many"),
        (&prime, "notice-direct-expired-prime"),
    ] {
        assert!(told(&world, whom).await.contains(&key.to_owned()), "{whom} {key}");
    }
    assert!(touched(&world, world.ann.id).await.is_empty());
});

on_both!(approved_until_the_last_day_and_not_after, |backend| async move {
    let world = World::new(backend).await;
    let form = at_site(&world, &[], &["2026-10-30", "2026-10-31"]);
    try_ask(&world, &world.ann_self, &form).await.unwrap();
    let all: Vec<String> = keys(&world, world.ann.id).await.into_iter().collect();
    world.test.clock.advance(days(10));
    let first = BTreeSet::from([all[0].clone()]);
    assert_eq!(
        try_approve(&world, &world.prime, &first).await.unwrap().done,
        1,
        "on 30 November"
    );
    world.test.clock.advance(days(1));
    // The loop of the house has not come by yet: it is too late all the same.
    let second = BTreeSet::from([all[1].clone()]);
    let late = try_approve(&world, &world.prime, &second).await.unwrap();
    assert_eq!(late.left[0].why, Why::TooLate("2026-11-30".parse().unwrap()));
    assert_eq!(late.done, 0);
    let refused = try_ask(&world, &world.ann_self, &form).await.unwrap_err();
    assert_eq!(faults(refused).len(), 2, "nor can it be asked for");
    assert_eq!(touched(&world, world.ann.id).await.len(), 2);
});

on_both!(who_asks_late_is_not_reminded_of_what_he_just_did, |backend| async move {
    let world = World::new(backend).await;
    world.test.clock.advance(days(8));
    try_ask(&world, &world.ann_self, &at_site(&world, &[], &["2026-10-31"]))
        .await
        .unwrap();
    assert_eq!(
        keep(&world.test.app).await.unwrap(),
        Kept::default(),
        "two days left: the first reminder is past"
    );
    world.test.clock.advance(days(1));
    assert_eq!(keep(&world.test.app).await.unwrap().reminded, 1);
});
