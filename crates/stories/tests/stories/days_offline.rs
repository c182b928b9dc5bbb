//! Five days without the registry.
//!
//! A gate loses the registry on Friday evening: first nothing listens, then connections are cut, then they are swallowed without an
//! answer, and one night the power goes too. Workers come and go all the same, are told from the reader's copy of the roster whether
//! their day counts, and hear their beep in good time. When the registry is back, the first card brings everything, once and in
//! order, and the days are the same as at a gate that never lost it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use domain::{WorkDay, WorkerId};
use reader::outbox::State;
use registry::testing::World;
use testkit::{Backend, on_both, rng};
use wire::{Outcome, TouchBatch};

use crate::proxy::{Proxy, Weather};
use crate::records::{self, Day};
use crate::support::*;

/// What one week brought.
struct Week {
    days: BTreeMap<(WorkerId, WorkDay), Day>,
    judgements: i64,
    /// Running numbers in the order in which the registry got them.
    arrived: Vec<u64>,
}

/// Seven days at a gate, with the weather of each.
async fn week(backend: Backend, weather: [Weather; 7]) -> Week {
    let world = World::new(backend).await;
    let stranger = hire(&world, 1, &mut rng(3)).await.remove(0);
    let arrived: Arc<Mutex<Vec<u64>>> = Arc::default();
    let log = Arc::clone(&arrived);
    let listen = from_fn(move |request: Request, next: Next| {
        let log = Arc::clone(&log);
        async move {
            let (head, body) = request.into_parts();
            let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            if let Ok(batch) = serde_json::from_slice::<TouchBatch>(&body) {
                log.lock().unwrap().extend(batch.touches.iter().filter_map(|t| t.seq));
            }
            next.run(Request::from_parts(head, Body::from(body))).await
        }
    });
    let served = Served::start(world.test.app.router().layer(listen)).await;
    let proxy = Proxy::before(served.address, rng(0)).await;
    let clock = &world.test.clock;
    let mut device = Device::start(|folder| options(&proxy.address, world.site, &world.reader, folder), clock);
    let outbox = device.outbox().await;
    device.has_roster().await;

    for (day, weather) in weather.into_iter().enumerate() {
        proxy.weather(weather);
        if weather == Weather::Cut {
            device.restart();
        }
        // Both by day; the third works at night.
        let (ann, bob, night) = (world.ann.id, world.bob.id, stranger.id);
        for (time, worker, beep) in [
            ("05:10", night, "short2"),
            ("07:30", ann, "short1"),
            ("07:31", bob, "short2"),
            ("12:00", ann, "short1"),
            ("12:50", ann, "short1"),
            ("17:00", bob, "short2"),
            ("17:05", ann, "short1"),
            ("20:00", night, "short2"),
        ] {
            if (day, time) == (0, "05:10") {
                continue; // His first night is still to come.
            }
            clock.set(format!("2026-11-{}T{time}:00+09:00", 20 + day).parse().unwrap());
            let start = Instant::now();
            assert_eq!(device.hold(worker).await, beep, "{day} {time}");
            assert!(
                start.elapsed() < Duration::from_secs(2),
                "{day} {time}: {:?}",
                start.elapsed()
            );
        }
        let waiting = async || outbox.counts().await.unwrap().pending;
        if weather == Weather::Fair {
            until("all is sent", async || waiting().await == 0).await;
        } else {
            assert!(waiting().await > 0, "{day}");
        }
    }

    // Everything is in the registry, and was stored by the first request that brought it.
    let sent = outbox.in_state(State::Stored, usize::MAX).await.unwrap();
    assert!(
        sent.iter()
            .all(|t| t.answer.as_ref().is_some_and(|a| a.outcome == Outcome::Stored))
    );
    let sent: BTreeMap<_, _> = sent.into_iter().map(|t| (t.key, t.item_id)).collect();
    assert_eq!(sent.len(), 7 * 8 - 1);
    let db = world.test.app.db();
    assert_eq!(records::touches(db).await, sent);
    let arrived = arrived.lock().unwrap().clone();
    Week {
        days: records::days(db).await,
        judgements: records::count_judgements(db).await,
        arrived,
    }
}

on_both!(five_days_without_the_registry, |backend| async move {
    use Weather::{BlackHole, Cut, Fair, Nobody};
    let online = week(backend, [Fair; 7]).await;
    let offline = week(backend, [Fair, Nobody, Nobody, Cut, BlackHole, Nobody, Fair]).await;
    assert_eq!(online.arrived, (1..=55).collect::<Vec<u64>>());
    assert_eq!(offline.arrived, online.arrived, "each once, in order");
    assert_eq!(offline.days, online.days);
    assert_eq!(offline.days.len(), 3 * 7);
    assert!(offline.judgements <= online.judgements);
});
