//! The way to the registry when things go wrong.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::fake::*;
use domain::{Clock, TouchKey};
use reader::outbox::{NewTouch, Outbox, State, setting};
use reader::registry::{Cure, Registry, Trouble};
use reader::screen::Language;
use reader::status::Status;
use reader::upload::{Sent, Uploader, keep_roster};
use wire::seal::Secret;
use wire::{DeadCards, Method, Remark, RosterCopy};

/// `count` touches of as many workers, a second apart.
async fn fill(outbox: &Outbox, clock: &dyn Clock, count: u64) -> Vec<TouchKey> {
    let start = clock.now().as_second();
    let touches: Vec<_> = (0..count)
        .map(|n| NewTouch {
            item_id: format!("item-{n}"),
            key: TouchKey::new(
                worker(n),
                site(),
                jiff::Timestamp::from_second(start + i64::try_from(n).unwrap()).unwrap(),
                way(n),
            ),
            method: Method::Card,
            card_issue: None,
        })
        .collect();
    assert!(outbox.push(&touches).await.unwrap().into_iter().all(|new| new));
    assert!(
        outbox.push(&touches).await.unwrap().into_iter().all(|new| !new),
        "a second push changes nothing"
    );
    let mut keys: Vec<_> = touches.into_iter().map(|t| t.key).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn three_bad_of_a_thousand_are_kept_told_and_sent_again_on_a_word() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    fill(&outbox, clock.as_ref(), 1_000).await;
    fake.unknown
        .lock()
        .unwrap()
        .extend([3, 500, 999].map(|n| worker(n).to_string()));
    let mut uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    let sent = uploader.send_all().await.unwrap();
    assert_eq!(
        (sent, fake.requests()),
        (
            Sent {
                stored: 997,
                already: 0,
                refused: 3
            },
            1
        )
    );

    // A refusal is never retried by itself.
    assert_eq!(uploader.send_all().await.unwrap(), Sent::default());
    assert_eq!(fake.requests(), 1);
    let status = Status::read(&outbox).await.unwrap();
    let text = status.show(Language::En, clock.as_ref());
    assert!(status.needs_person() && text.contains("refused: 3"), "{text}");
    assert!(
        text.contains(&worker(500).grouped()) && text.contains("DATK0408E") && text.contains("the office"),
        "{text}"
    );
    assert!(
        Status::read(&outbox)
            .await
            .unwrap()
            .show(Language::Ja, clock.as_ref())
            .contains("再送")
    );

    fake.unknown.lock().unwrap().clear();
    let first = outbox.in_state(State::Refused, 9).await.unwrap()[0].seq;
    assert_eq!(
        outbox.resend(&[first, 1]).await.unwrap(),
        1,
        "only what was refused goes again"
    );
    assert_eq!(uploader.send_all().await.unwrap().stored, 1);
    assert_eq!(outbox.resend(&[]).await.unwrap(), 2);
    assert_eq!(uploader.send_all().await.unwrap().stored, 2);
    assert_eq!(fake.keys().len(), 1_000);
}

#[tokio::test]
async fn a_lost_answer_makes_nothing_twice() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let keys = fill(&outbox, clock.as_ref(), 50).await;
    fake.faults.lock().unwrap().push_back(Fault::LoseAnswer);
    let mut uploader = Uploader::new(registry(&address, clock), outbox.clone());
    assert_eq!(uploader.send_all().await.unwrap_err().cure, Cure::Wait);
    assert_eq!(outbox.counts().await.unwrap().pending, 50);
    assert_eq!(
        uploader.send_all().await.unwrap(),
        Sent {
            stored: 0,
            already: 50,
            refused: 0
        }
    );
    let stored = fake.touches.lock().unwrap();
    assert_eq!(stored.keys().copied().collect::<Vec<_>>(), keys);
    assert!(stored.values().all(|ids| ids.len() == 1));
}

#[tokio::test]
async fn what_passes_and_what_does_not() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    fill(&outbox, clock.as_ref(), 1).await;
    let mut uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    let cases = [
        (Fault::Status(502), Cure::Wait),
        (Fault::Status(404), Cure::Wait), // Not the registry's own word: something in between.
        (Fault::Portal, Cure::Wait),
        (Fault::Problem(503, "OCUX0901E", false), Cure::Wait),
        (Fault::Problem(400, "OCUX0903E", false), Cure::Wait),
        (Fault::Problem(409, "OCUX0999E", true), Cure::Wait),
        (Fault::Problem(429, "OCUX0902E", true), Cure::WaitAsTold(7)),
        (Fault::Problem(400, "OCUX0904E", false), Cure::Person),
        (Fault::Problem(403, "OCUX0999E", false), Cure::Person),
    ];
    for (fault, cure) in cases {
        fake.faults.lock().unwrap().push_back(fault);
        let trouble = uploader.send_all().await.unwrap_err();
        assert_eq!(trouble.cure, cure, "{trouble:?}");
        assert_eq!(
            outbox.setting::<Trouble>(setting::TROUBLE).await.unwrap().unwrap().text,
            trouble.text
        );
        assert_eq!(outbox.counts().await.unwrap().pending, 1);
        assert!(!trouble.text.contains(KEY) && !trouble.text.contains(&address));
    }
    // The same trouble keeps its beginning.
    let began = clock.now();
    for _ in 0..2 {
        fake.faults.lock().unwrap().push_back(Fault::Status(502));
        uploader.send_all().await.unwrap_err();
        clock.forward(60);
    }
    assert_eq!(
        outbox.setting::<Trouble>(setting::TROUBLE).await.unwrap().unwrap().since,
        began
    );
    uploader.send_all().await.unwrap();
    assert_eq!(outbox.setting::<Trouble>(setting::TROUBLE).await.unwrap(), None);
}

#[tokio::test]
async fn a_wrong_key_stops_and_keeps_everything() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    fill(&outbox, clock.as_ref(), 5).await;
    let wrong = Registry::new(&address, "another-key", "en", clock.clone()).unwrap();
    let uploader = Uploader::new(wrong, outbox.clone());
    let mut link = uploader.link();
    let running = tokio::spawn(uploader.run(random(1)));
    link.line.wait_for(|line| !line.up && !line.listening).await.unwrap();
    for _ in 0..5 {
        link.wake.notify_one();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(fake.requests(), 1, "no hammering with a wrong key");
    running.abort();
    let status = Status::read(&outbox).await.unwrap();
    assert!(status.needs_person() && status.show(Language::En, clock.as_ref()).contains("check key"));
    Uploader::new(registry(&address, clock), outbox.clone())
        .send_all()
        .await
        .unwrap();
    assert_eq!(fake.keys().len(), 5);
}

#[tokio::test]
async fn pages_shrink_to_what_the_operator_takes() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let keys = fill(&outbox, clock.as_ref(), 1_001).await;
    fake.most.store(300, Ordering::SeqCst);
    let mut uploader = Uploader::new(registry(&address, clock), outbox);
    assert_eq!(uploader.send_all().await.unwrap().stored, 1_001);
    assert_eq!((fake.keys(), fake.requests()), (keys, 2 + 5));
}

#[tokio::test]
async fn the_clock_is_measured() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock: Arc<HandClock> = HandClock::at("2026-11-20T07:30:00+09:00");
    fill(&outbox, clock.as_ref(), 1).await;
    fake.ahead.store(601, Ordering::SeqCst);
    Uploader::new(registry(&address, clock.clone()), outbox.clone())
        .send_all()
        .await
        .unwrap();
    assert_eq!(outbox.setting::<i64>(setting::CLOCK_OFFSET).await.unwrap(), Some(601_000));
    let status = Status::read(&outbox).await.unwrap();
    assert!(status.needs_person() && status.show(Language::En, clock.as_ref()).contains("set this machine's clock"));
}

#[tokio::test]
async fn of_the_roster_copy_only_news_are_fetched() {
    let (fake, address) = Fake::start().await;
    fake.roster.lock().unwrap().push(row(worker(1), true));
    let registry = registry(&address, HandClock::at("2026-11-20T07:30:00+09:00"));
    let (copy, stamp) = registry.roster(None).await.unwrap().unwrap();
    assert_eq!(copy.workers[0].dead_cards, None);
    assert_eq!(registry.roster(stamp.as_deref()).await.unwrap(), None, "nothing new");
    // A card is reported lost.
    fake.roster.lock().unwrap()[0].dead_cards = Some(DeadCards {
        up_to: 2,
        remark: Remark {
            code: "OCUK0414E".into(),
            key: "history.dead_card".into(),
            text: "the card is dead".into(),
            field: None,
            mender: None,
            until: None,
            link: None,
        },
    });
    let (copy, _) = registry.roster(stamp.as_deref()).await.unwrap().unwrap();
    assert!(copy.workers[0].dead_cards.is_some());
}

#[tokio::test]
async fn the_roster_copy_is_kept_for_its_own_site_only() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    fake.roster.lock().unwrap().push(row(worker(1), true));
    let (send, mut copy) = tokio::sync::watch::channel(None);
    let registry = registry(&address, clock);
    let keeping = tokio::spawn(keep_roster(registry.clone(), outbox.clone(), site(), send, random(5)));
    let fresh: RosterCopy = copy.wait_for(Option::is_some).await.unwrap().clone().unwrap();
    assert_eq!(fresh.workers.len(), 1);
    let secret = Secret::of_key(KEY);
    assert_eq!(reader::copy::kept(&outbox, &secret).await.unwrap(), Some(fresh));
    keeping.abort();

    let other = "98765432109871".parse().unwrap();
    let (send, copy) = tokio::sync::watch::channel(None);
    let keeping = tokio::spawn(keep_roster(registry, outbox, other, send, random(6)));
    while fake.requests() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(copy.borrow().is_none(), "a copy of another site answers nobody here");
    keeping.abort();
}

#[tokio::test]
async fn what_the_registry_lacks_is_sent_once_more_and_the_device_tells_of_itself() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let keys = fill(&outbox, clock.as_ref(), 4).await;
    let mut uploader = Uploader::new(registry(&address, clock.clone()), outbox.clone());
    assert_eq!(uploader.send_all().await.unwrap().stored, 4);
    // The registry was put back from a backup: it says so with the next touch.
    fake.touches.lock().unwrap().clear();
    *fake.missing.lock().unwrap() = vec![(2, 3), (90, 99)];
    let last = NewTouch {
        item_id: "last".into(),
        key: TouchKey::new(worker(9), site(), clock.now(), way(0)),
        method: Method::Card,
        card_issue: None,
    };
    outbox.push(&[last]).await.unwrap();
    assert_eq!(uploader.send_all().await.unwrap().stored, 3);
    let mut expected: Vec<_> = keys
        .into_iter()
        .filter(|key| [worker(1), worker(2)].contains(&key.worker))
        .collect();
    expected.push(TouchKey::new(worker(9), site(), clock.now(), way(0)));
    expected.sort_unstable();
    assert_eq!(fake.keys(), expected);
    assert_eq!(fake.requests(), 3, "what it goes on lacking is not sent for ever");
    let reports = fake.reports.lock().unwrap().clone();
    assert_eq!(
        reports.iter().map(|r| (r.backlog, r.highest)).collect::<Vec<_>>(),
        [(0, 4), (0, 5), (0, 5)]
    );
    assert!(reports[0].chain != reports[1].chain && reports[0].id == reports[2].id);
}

#[tokio::test]
async fn a_copy_without_the_right_code_is_not_taken() {
    let (fake, address) = Fake::start().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let registry = registry(&address, clock);
    fake.roster.lock().unwrap().push(row(worker(1), true));
    assert!(registry.roster(None).await.unwrap().is_some());
    fake.forged.store(true, Ordering::SeqCst);
    let trouble = registry.roster(None).await.unwrap_err();
    assert!(
        trouble.cure == Cure::Person && trouble.text.contains("code of this reader's key"),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn a_reader_whose_key_was_revoked_forgets_the_names() {
    let (fake, address) = Fake::start().await;
    let (_dir, outbox) = outbox().await;
    let clock = HandClock::at("2026-11-20T07:30:00+09:00");
    let registry = registry(&address, clock.clone());
    let (secret, names) = (registry.secret(), copy(vec![row(worker(1), true)]));
    fill(&outbox, clock.as_ref(), 1).await;
    // Maintenance is no revocation, and a refusal by something in between neither.
    for (fault, kept) in [
        (Fault::Problem(503, "OCUX0901E", true), true),
        (Fault::Status(401), true),
        (Fault::Problem(401, "OCUF0004E", false), false),
    ] {
        reader::copy::keep(&outbox, &secret, &names, &mut random(1)).await.unwrap();
        let before = fake.requests();
        fake.faults.lock().unwrap().push_back(fault);
        let (send, there) = tokio::sync::watch::channel(Some(names.clone()));
        let keeping = tokio::spawn(keep_roster(registry.clone(), outbox.clone(), site(), send, random(2)));
        while fake.requests() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(there.borrow().is_some(), kept);
        assert_eq!(reader::copy::kept(&outbox, &secret).await.unwrap().is_some(), kept);
        keeping.abort();
    }
    assert_eq!(outbox.counts().await.unwrap().pending, 1, "touches are kept");
}
