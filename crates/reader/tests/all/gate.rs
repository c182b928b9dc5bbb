//! What a worker hears and sees within a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::fake::*;
use domain::Direction;
use reader::gate::{Gate, Mode, Verdict};
use reader::outbox::Outbox;
use reader::screen::{Language, View};
use reader::signal::Beep;
use reader::upload::{Link, Uploader};
use tokio::sync::watch;
use wire::{DeadCards, Method, Outcome, Remark, RosterCopy, RosterCopyRow, TouchAnswer};

fn gate<'a>(outbox: &'a Outbox, clock: &'a Arc<HandClock>, link: Option<Link>, copy: Option<RosterCopy>) -> Gate<'a> {
    Gate {
        site: site(),
        mode: Mode::Auto,
        outbox,
        link,
        roster: watch::channel(copy).1,
        clock: clock.as_ref(),
        random: random(7),
    }
}

#[tokio::test]
async fn on_line_the_registry_answers() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    let mut gate = gate(
        &outbox,
        &clock,
        Some(uploader.link()),
        Some(copy(vec![row(worker(1), false)])),
    );
    tokio::spawn(uploader.run(random(1)));
    fake.not_on_roster.lock().unwrap().insert(worker(2).to_string());
    fake.unknown.lock().unwrap().insert(worker(3).to_string());

    let good = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert_eq!(
        (&good.verdict, good.verdict.beep(), good.copy_of),
        (&Verdict::Counts, Beep::Short1, None)
    );
    let text = View::of(&good, Language::Ja).text();
    assert!(
        text.starts_with("VÀO  worker 000000000001  07:30"),
        "the worker's language: {text}"
    );

    let not_yet = gate.touch(worker(2), None, Method::Card).await.unwrap();
    assert_eq!(not_yet.verdict.beep(), Beep::Short2);
    let text = View::of(&not_yet, Language::En).text();
    assert!(
        text.contains("does not count yet") && text.contains("history.not_on_roster → the office"),
        "{text}"
    );

    let refused = gate.touch(worker(3), None, Method::Card).await.unwrap();
    assert_eq!(refused.verdict.beep(), Beep::Long);
    assert_eq!(outbox.counts().await.unwrap().refused, 1);
}

#[tokio::test]
async fn off_line_the_roster_copy_answers_within_a_second() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    let copy = copy(vec![row(worker(1), true), row(worker(2), false)]);
    let mut gate = gate(&outbox, &clock, Some(uploader.link()), Some(copy.clone()));
    tokio::spawn(uploader.run(random(1)));
    for slow in [false, true] {
        fake.down(!slow);
        *fake.delay.lock().unwrap() = Duration::from_secs(if slow { 5 } else { 0 });
        for (n, beep) in [(1, Beep::Short1), (2, Beep::Short2), (9, Beep::Short3)] {
            let start = Instant::now();
            let answer = gate.touch(worker(n), None, Method::Card).await.unwrap();
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
            assert_eq!(
                (answer.verdict.beep(), answer.copy_of),
                (beep, Some(copy.as_of)),
                "slow: {slow}"
            );
            let text = View::of(&answer, Language::En).text();
            assert!(text.contains("11-20 06:00"), "{text}");
        }
        clock.forward(120);
    }
    assert_eq!(outbox.counts().await.unwrap().pending, 6, "all of it waits");
}

#[tokio::test]
async fn a_dead_card_is_refused_without_the_registry_too() {
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let remark = Remark {
        code: "OCUK0414E".into(),
        key: "history.dead_card".into(),
        text: "use the new card".into(),
        field: None,
        mender: None,
        until: None,
        link: None,
    };
    let dead_cards = Some(DeadCards {
        up_to: 1,
        remark: remark.clone(),
    });
    let known = RosterCopyRow {
        dead_cards,
        ..row(worker(1), true)
    };
    let mut gate = gate(&outbox, &clock, None, Some(copy(vec![known])));
    let old = gate.touch(worker(1), Some(1), Method::Card).await.unwrap();
    assert_eq!(old.verdict, Verdict::Refused(vec![remark]));
    assert_eq!(
        outbox.find(&old.key).await.unwrap().unwrap().card_issue,
        Some(1),
        "kept, and told to the registry"
    );
    // The registry refuses it; the new card a moment later is another touch, and an entry again.
    let answer = TouchAnswer {
        item_id: old.item_id,
        outcome: Outcome::Refused,
        name: None,
        day: None,
        remarks: vec![],
    };
    outbox.mark(&[answer]).await.unwrap();
    clock.forward(5);
    let new = gate.touch(worker(1), Some(2), Method::Card).await.unwrap();
    assert_eq!(
        (new.verdict, new.again, new.key.direction),
        (Verdict::Counts, false, Direction::In)
    );
}

#[tokio::test]
async fn the_same_card_within_a_minute_is_one_touch() {
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let mut gate = gate(&outbox, &clock, None, None);
    let first = gate.touch(worker(1), None, Method::Card).await.unwrap();
    clock.forward(59);
    let again = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert!(again.again && again.item_id == first.item_id && again.key == first.key);
    clock.forward(1);
    let out = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert_eq!((out.again, out.key.direction), (false, Direction::Out));
    // At a reader for entries the exit of a minute ago is another thing.
    gate.mode = Mode::In;
    clock.forward(5);
    assert!(!gate.touch(worker(1), None, Method::Card).await.unwrap().again);
    assert_eq!(outbox.counts().await.unwrap().pending, 3);
}

#[tokio::test]
async fn days_without_the_registry() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-16T07:00:00+09:00");
    fake.down(true);
    let mut alone = gate(&outbox, &clock, None, None);
    let mut expected = Vec::new();
    for _day in 0..5 {
        for hours in [0, 10] {
            clock.forward(hours * 3_600);
            for n in 0..20 {
                expected.push(alone.touch(worker(n), None, Method::Card).await.unwrap().key);
                clock.forward(3);
            }
        }
        clock.forward(14 * 3_600 - 120);
    }
    expected.sort_unstable();
    assert!(expected.iter().filter(|k| k.direction == Direction::In).count() == 100);

    // The registry comes back; nobody has to do anything but touch.
    let uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    let mut link = uploader.link();
    tokio::spawn(uploader.run(random(1)));
    link.line.wait_for(|line| !line.up).await.unwrap();
    fake.down(false);
    let mut gate = gate(&outbox, &clock, Some(link), None);
    let fresh = gate.touch(worker(99), None, Method::Card).await.unwrap();
    assert_eq!(fresh.verdict, Verdict::Counts, "the touch woke the line and was answered");
    expected.push(fresh.key);
    expected.sort_unstable();
    assert_eq!(fake.keys(), expected, "all of it, with the device's times");
    assert_eq!(outbox.counts().await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_copy_that_has_expired_judges_nobody_and_the_touch_is_kept() {
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let copy = RosterCopy {
        expires_at: Some("2026-12-04T06:00:00+09:00".parse().unwrap()),
        ..copy(vec![row(worker(1), true)])
    };
    let mut gate = gate(&outbox, &clock, None, Some(copy));
    let good = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert_eq!((&good.verdict, good.expired), (&Verdict::Counts, false));
    clock.forward(14 * 86_400);
    let late = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert_eq!((&late.verdict, late.expired), (&Verdict::Recorded, true));
    assert_eq!(late.name.as_deref(), Some("in the copy"));
    assert!(
        View::of(&late, Language::En).text().contains("quá cũ"),
        "in the worker's language"
    );
    // A clock a year behind does not make an old copy new.
    clock.forward(-400 * 86_400);
    let behind = gate.touch(worker(1), None, Method::Card).await.unwrap();
    assert_eq!((&behind.verdict, behind.expired), (&Verdict::Recorded, true));
    assert_eq!(outbox.counts().await.unwrap().pending, 3, "nothing is lost");
}
