//! A site that loses its network for two weeks: workers are judged from the copy until it expires, and all comes in by a USB stick.

use axum::http::StatusCode;
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use registry::testing::World;
use testkit::{on_both, rng};
use wire::seal::Secret;

use crate::records;
use crate::support::*;

on_both!(two_weeks_come_on_a_stick, |backend| async move {
    let world = World::new(backend).await;
    let clock = &world.test.clock;
    let served = Served::start(world.test.app.router()).await;
    let mut device = Device::start(|folder| options(&served.url(), world.site, &world.reader, folder), clock);
    device.has_roster().await;
    drop(served);

    // The copy is of 08:00 on the first day and holds for fourteen.
    let first: Timestamp = "2026-11-20T08:30:00+09:00".parse().unwrap();
    for day in 0..15 {
        let morning = first + SignedDuration::from_hours(24 * day);
        let expected = if day < 14 { "short1" } else { "short3" };
        for (hours, what) in [(0, "in"), (9, "out")] {
            clock.set(morning + SignedDuration::from_hours(hours));
            assert_eq!(device.hold(world.ann.id).await, expected, "day {day}, {what}");
        }
    }

    let outbox = device.outbox().await;
    let (secret, mut random) = (Secret::of_key(&world.reader), rng(1));
    let file = device.folder.path().join("touches.ashiba");
    let written = reader::stick::export(&outbox, &secret, &file, clock.now(), &mut random)
        .await
        .unwrap();
    assert_eq!(written, 30);
    let bytes = std::fs::read(&file).unwrap();
    let path = world.path("/readers/file");
    // Her session has ended long since.
    let prime = world.again(&world.prime.viewer.company_id().unwrap().to_string()).await;
    for counts in ["新しい記録 30件", "取り込み済み 30件"] {
        let answer = world.test.post_file(&prime, &path, ("file", "touches.ashiba", &bytes)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.body.contains(counts), "{counts}: {}", answer.body);
    }
    assert_eq!(records::days(world.test.app.db()).await.len(), 15);

    // The way back: the device learns what has arrived.
    assert_eq!(outbox.counts().await.unwrap().pending, 30);
    let served = Served::start(world.test.app.router()).await;
    let receipt = format!(
        "{}{}",
        served.url(),
        world.path(&format!("/readers/{}/receipt", world.reader_id))
    );
    let request = reqwest::Client::new().get(receipt).header("cookie", prime.cookie());
    let bytes = request
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let file = device.folder.path().join("receipt.ashiba");
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(reader::stick::receipt(&outbox, &secret, &file).await.unwrap(), 30);
    assert_eq!(outbox.counts().await.unwrap().pending, 0);
});
