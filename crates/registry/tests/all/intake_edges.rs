//! The edges of intake: what repeats after the deadline, what no database can hold, days that are closed, entries that are not
//! missing, people whose company has not answered yet.

use axum::http::StatusCode;
use domain::Direction::{In, Out};
use registry::made_up::move_worker;
use registry::testing::World;
use testkit::on_both;
use wire::Outcome;

on_both!(what_was_taken_in_is_answered_so_after_the_deadline, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    world.test.clock.set("2027-02-01T08:00:00+09:00".parse().expect("an instant"));
    let again = world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    assert_eq!(again.outcome, Outcome::AlreadyStored, "{again:?}");
    assert!(again.day.is_some_and(|d| d.counts));
    let new = world.send_one(&world.ann, "2026-11-20T07:31:00", In).await;
    assert_eq!(new.outcome, Outcome::Refused, "one that was never sent is too old");
});

on_both!(texts_and_numbers_no_database_holds_spoil_nothing, |backend| async move {
    let world = World::new(backend).await;
    let mut odd = world.touch(&world.ann, "2026-11-20T07:30:00", In);
    odd.item_id = format!("nul\0{}", "x".repeat(5_000));
    odd.seq = Some(u64::MAX);
    let mut nobody = world.touch(&world.ann, "2026-11-20T07:31:00", In);
    nobody.worker_id = "nul\0".into();
    nobody.seq = Some(u64::MAX);
    let sent = odd.item_id.clone();
    let answers = world
        .send(vec![odd, nobody, world.touch(&world.bob, "2026-11-20T07:32:00", In)])
        .await;
    let outcomes: Vec<_> = answers.iter().map(|a| a.outcome).collect();
    assert_eq!(outcomes, [Outcome::Stored, Outcome::Refused, Outcome::Stored]);
    assert_eq!(answers[0].item_id, sent, "the answer repeats the id as it came");
});

on_both!(a_late_touch_does_not_open_a_closed_day_again, |backend| async move {
    let world = World::new(backend).await;
    world.test.clock.set("2026-11-01T07:00:00+09:00".parse().expect("an instant"));
    world.send_one(&world.bob, "2026-10-31T20:00:00", In).await;
    // His company puts him on the roster when October is closed …
    world.test.clock.set("2026-12-01T08:00:00+09:00".parse().expect("an instant"));
    world.list(&world.second, &world.bob, "鉄筋の加工").await;
    // … and only then comes the exit of the night over the end of the month.
    let exit = world.send_one(&world.bob, "2026-11-01T05:00:00", Out).await;
    let day = exit.day.expect("a day");
    assert_eq!((day.work_day.to_string().as_str(), day.counts), ("2026-10-31", false));
    // Sessions end by themselves: the page is read on the day it was opened.
    world.test.clock.set("2026-11-20T08:00:00+09:00".parse().expect("an instant"));
    let story = world
        .page(&world.prime, &world.path(&format!("/days/2026-10-31/{}", world.bob.handle)))
        .await;
    assert!(story.contains("05:00"), "the time is known all the same");
});

on_both!(an_entry_is_entered_only_where_it_is_missing, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-19T07:30:00", In).await;
    let day = world.path(&format!("/days/2026-11-19/{}", world.ann.handle));
    let earlier = world.test.post(Some(&world.prime), &day, &[("time", "05:00")]).await;
    assert_eq!(earlier.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!world.page(&world.prime, &day).await.contains("05:00"));

    world.send_one(&world.ann, "2026-11-18T17:00:00", Out).await;
    let missing = world.path(&format!("/days/2026-11-18/{}", world.ann.handle));
    for (time, status) in [
        ("07:30", StatusCode::SEE_OTHER),
        ("07:30", StatusCode::SEE_OTHER),
        ("06:00", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = world.test.post(Some(&world.prime), &missing, &[("time", time)]).await;
        assert_eq!(answer.status, status, "{time}");
    }
});

on_both!(an_entry_after_midnight_belongs_to_the_sites_day, |backend| async move {
    let world = World::new(backend).await;
    let form = world.site_form(&[("boundary", "3")]);
    let changed = world.test.post(Some(&world.prime), &world.path("/edit"), &form).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    world.send_one(&world.ann, "2026-11-19T02:30:00", Out).await; // work day: the 18th
    let day = world.path(&format!("/days/2026-11-18/{}", world.ann.handle));
    let entered = world.test.post(Some(&world.prime), &day, &[("time", "01:00")]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let csv = world.page(&world.prime, &world.path("/calendar.csv?month=2026-11")).await;
    assert_eq!(
        csv.lines().filter(|l| l.contains(&world.ann.id.to_string())).count(),
        1,
        "{csv}"
    );
    assert!(csv.contains("2026-11-18") && csv.contains("01:00"), "{csv}");
});

on_both!(an_invitation_alone_gives_a_reader_nobodys_people, |backend| async move {
    let world = World::new(backend).await;
    let stranger = world.stranger.viewer.company_id().expect("a company");
    let second = world.second.viewer.company_id().expect("a company");
    let tx = world.test.app.db().write().await.expect("a transaction");
    let last = "2026-11-10".parse().expect("a day");
    move_worker(&tx, world.bob.id, second, stranger, last).await.expect("a move");
    tx.commit().await.expect("a commit");
    let node = world.invite(&world.prime, stranger).await;
    let told = async || {
        let answer = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
        answer.body.contains(&world.bob.id.to_string())
    };
    assert!(!told().await, "invited, not approved");
    world.approve(&world.stranger, &node).await;
    assert!(told().await, "approved");
});
