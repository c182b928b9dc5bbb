//! Twenty thousand touches over a bad network, counted one by one.
//!
//! Eight readers of one site send what they gathered in forty days, all at once; one touch in ten lies at two readers. Connections
//! are cut in the middle of requests and of answers, and the readers send again until all is answered. At the end the registry
//! holds exactly the touches of the eight outboxes: none missing, none more, none twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Direction, TouchKey};
use jiff::SignedDuration;
use rand::SeedableRng;
use rand::rngs::StdRng;
use reader::outbox::{NewTouch, Outbox, State};
use reader::registry::Registry;
use reader::upload::Uploader;
use registry::testing::World;
use testkit::{on_both, rng};
use tokio::task::JoinSet;
use wire::Method;

use crate::proxy::{Proxy, Weather};
use crate::records;
use crate::support::*;

const READERS: usize = 8;
const WORKERS: usize = 250;
const DAYS: i32 = 40;

on_both!(exactly_the_touches_of_the_outboxes, |backend| async move {
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let proxy = Proxy::before(served.address, StdRng::seed_from_u64(31)).await;
    let workers = hire(&world, WORKERS, &mut rng(30)).await;
    let today = world.test.app.clock().today();
    let mut gathered: [Vec<NewTouch>; READERS] = Default::default();
    let mut all = BTreeSet::new();
    for (worker, person) in workers.iter().enumerate() {
        for day in 1..=DAYS {
            let morning =
                today.plus(-day).date().to_zoned(domain::time::japan()).unwrap().timestamp() + SignedDuration::from_hours(7);
            for (direction, hours) in [(Direction::In, 0), (Direction::Out, 10)] {
                let n = all.len();
                let at = morning + SignedDuration::from_hours(hours) + SignedDuration::from_secs(i64::try_from(worker).unwrap());
                let key = TouchKey::new(person.id, world.site, at, direction);
                all.insert(key);
                let seen_by = [Some(n % READERS), n.is_multiple_of(10).then_some((n + 1) % READERS)];
                for reader in seen_by.into_iter().flatten() {
                    gathered[reader].push(NewTouch {
                        item_id: format!("{reader}-{n}"),
                        key,
                        method: Method::Card,
                        card_issue: Some(1),
                    });
                }
            }
        }
    }

    proxy.weather(Weather::Rough(500_000));
    let mut sending = JoinSet::new();
    for (number, touches) in gathered.into_iter().enumerate() {
        let key = another_reader(&world, &format!("読取機{number}")).await;
        let registry = Registry::new(&proxy.address, &key, "ja", Arc::new(world.test.clock.clone())).unwrap();
        sending.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let outbox = Outbox::open(&folder.path().join("outbox.sqlite")).await.unwrap();
            outbox.push(&touches).await.unwrap();
            let mut uploader = Uploader::new(registry, outbox.clone());
            let mut troubles = 0;
            while uploader.send_all().await.is_err() {
                troubles += 1;
            }
            assert_eq!(outbox.in_state(State::Stored, usize::MAX).await.unwrap().len(), touches.len());
            troubles
        });
    }
    let troubles: usize = sending.join_all().await.into_iter().sum();
    println!("{} touches, {troubles} times in trouble", all.len());
    assert!(troubles > READERS, "the story did not happen");
    let db = world.test.app.db();
    let stored: BTreeSet<TouchKey> = records::touches(db).await.into_keys().collect();
    assert_eq!((all.len(), stored.len()), (20_000, 20_000));
    assert!(stored == all);
    let days = records::days(db).await;
    assert_eq!(days.len(), WORKERS * usize::try_from(DAYS).unwrap());
    assert!(
        days.values().all(|day| day.first_in.is_some() && day.last_out.is_some()),
        "no day was computed from half of its touches"
    );
});
