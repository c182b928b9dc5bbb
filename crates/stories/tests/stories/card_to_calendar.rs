//! The main job, from the card to the calendar.
//!
//! A worker on the roster holds his card to the reader: the card is virtual, `pcscd` and its driver are real, and so is everything
//! after it. He hears that the day counts. His month shows it to himself, his employer, the upper company and the prime, as page
//! and as file, and not to the company of the other branch.
//!
//! A second worker, whom his company forgot to put on the roster, hears two beeps: recorded, does not count yet. The answer says why,
//! who can mend it and until when. His company puts him on the roster, and the day counts; what was said in the morning can still be
//! read on the day's page.

use domain::{Direction, TouchKey};
use reader::config::Source;
use reader::testing::Pcscd;
use reader::virtual_card::{VPCD, VirtualCard};
use registry::made_up::Worker;
use registry::testing::{Person, World};
use reqwest::StatusCode;
use testkit::on_both;
use wire::{Outcome, TouchAnswer};

use crate::support::*;

/// Holds a worker's card to the reader until it has beeped.
async fn hold_card(device: &Device, worker: &Worker, before: usize) -> String {
    let card = VirtualCard::career(worker.id, 1).present(VPCD).unwrap();
    let beep = device.beep(before).await;
    assert!(card.was_read());
    beep
}

/// The registry's answer to a worker's touch of this morning, as the reader keeps it.
async fn answer(world: &World, device: &Device, worker: &Worker) -> TouchAnswer {
    let at = world.test.app.clock().now();
    let key = TouchKey::new(worker.id, world.site, at, Direction::In);
    let outbox = device.outbox().await;
    let answer = async || outbox.find(&key).await.unwrap().unwrap().answer;
    until("the answer", async || answer().await.is_some()).await;
    answer().await.unwrap()
}

async fn csv(world: &World, who: &Person, path: &str) -> Vec<String> {
    world.page(who, path).await.lines().map(str::to_owned).collect()
}

on_both!(from_the_card_to_the_calendar, |backend| async move {
    let Some(_pcscd) = Pcscd::start_or_skip() else { return };
    let world = World::new(backend).await;
    let served = Served::start(world.test.app.router()).await;
    let with_cards = |mut options: reader::config::Options| {
        options.source = Some(Source::Card);
        options.card_reader = Some("Virtual PCD".into());
        options
    };
    let device = Device::start(
        |folder| with_cards(options(&served.url(), world.site, &world.reader, folder)),
        &world.test.clock,
    );
    device.has_roster().await;

    // A card, one short beep: recorded, and it counts.
    assert_eq!(hold_card(&device, &world.ann, 0).await, "short1");
    let told = answer(&world, &device, &world.ann).await;
    // A stolen device gives away no names: what it keeps of the answer has none.
    assert_eq!((told.outcome, told.name.as_deref()), (Outcome::Stored, None));
    assert!(told.day.unwrap().counts);

    // His day, by everybody who may see it: page and file.
    let (page, file) = (
        world.path("/calendar?month=2026-11"),
        world.path("/calendar.csv?month=2026-11"),
    );
    for who in [&world.second, &world.first, &world.prime] {
        assert!(world.page(who, &page).await.contains(&world.ann.name));
        let lines = csv(&world, who, &file).await;
        assert_eq!(lines.len(), 2, "{lines:?}");
        for part in [&*world.ann.id.to_string(), "2026-11-20", "08:00", "鉄筋の組立", "有効"] {
            assert!(lines[1].contains(part), "{part}: {lines:?}");
        }
    }
    let own = world.page(&world.ann_self, "/my/calendar?month=2026-11").await;
    assert!(own.contains("08:00") && own.contains("mark counts"));
    let own_file = format!("/workers/{}/calendar.csv?month=2026-11", world.ann.handle);
    let lines = csv(&world, &world.ann_self, &own_file).await;
    assert!(
        lines.len() == 2 && lines[1].contains("08:00") && lines[1].contains("有効"),
        "{lines:?}"
    );
    assert!(!world.page(&world.sibling, &page).await.contains(&world.ann.name));
    assert_eq!(csv(&world, &world.sibling, &file).await.len(), 1, "only the heading");
    assert_eq!(
        world.test.get(Some(&world.sibling), &own_file).await.status,
        StatusCode::NOT_FOUND
    );

    // A worker who is not on the roster: two beeps, and what to do.
    // The reader first has to see that the other card is gone.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(hold_card(&device, &world.bob, 1).await, "short2");
    let day = answer(&world, &device, &world.bob).await.day.unwrap();
    assert!(!day.counts);
    let [reason] = &*day.reasons else {
        panic!("{:?}", day.reasons)
    };
    assert_eq!((&*reason.code, &*reason.key), ("OCUK0407W", "history.not_on_roster"));
    assert_eq!(reason.mender.as_deref(), Some("second建設"));
    assert_eq!(reason.until.unwrap().to_string(), "2026-12-31");
    let link = reason.link.as_deref().unwrap();
    assert_eq!(link, world.path(&format!("/roster/add?worker={}", world.bob.handle)));
    world.page(&world.second, link).await;
    let lines = csv(&world, &world.second, &file).await;
    let of_bob = |lines: &[String]| lines.iter().find(|l| l.contains(&world.bob.id.to_string())).cloned().unwrap();
    assert!(of_bob(&lines).contains(&reason.text), "{lines:?}");

    // His company puts him on the roster: the day counts, and the morning's judgement is still there.
    world.list(&world.second, &world.bob, "型枠の解体").await;
    let now = of_bob(&csv(&world, &world.second, &file).await);
    assert!(
        now.contains("有効") && now.contains("型枠の解体") && !now.contains(&reason.text),
        "{now}"
    );
    let story = world.path(&format!("/days/2026-11-20/{}", world.bob.handle));
    for who in [&world.second, &world.first, &world.prime, &world.bob_self] {
        let story = world.page(who, &story).await;
        for part in [&*reason.text, "OCUK0407W", "タッチを受けて判定", "名簿の変更を受けて再判定"] {
            assert!(story.contains(part), "{part}");
        }
    }
});
