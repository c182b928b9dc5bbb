//! What is heard of the devices behind a site's keys: the page, and who is told of what.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::Direction::In;
use jiff::SignedDuration;
use registry::testing::{Person, World};
use testkit::on_both;
use tower::ServiceExt;
use wire::seal::{Kind, Secret};
use wire::{DeviceReport, OutboxFile, Outcome, Receipt, RosterCopy, TouchAnswers, TouchBatch, TouchItem};

fn report(id: &str, highest: u64) -> DeviceReport {
    DeviceReport {
        id: id.into(),
        backlog: 1,
        highest,
        chain: Some(format!("{highest:064x}")),
        broken_at: None,
    }
}

/// Sends touches as a device does whose clock is so many seconds ahead.
async fn send(world: &World, device: Option<DeviceReport>, ahead: i64, touches: Vec<TouchItem>) -> TouchAnswers {
    let batch = TouchBatch {
        sent_at: world.test.app.clock().now() + SignedDuration::from_secs(ahead),
        sender: Some("test/2".into()),
        device,
        touches,
    };
    let body = serde_json::to_string(&batch).unwrap();
    let answer = world.test.api("POST", wire::TOUCHES, Some(&world.reader), body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// An entry of ann with this running number, each at another second.
fn touch(world: &World, seq: u64) -> TouchItem {
    TouchItem {
        seq: Some(seq),
        ..world.touch(&world.ann, &format!("2026-11-20T07:{:02}:{:02}", seq / 60, seq % 60), In)
    }
}

/// The page of the readers, and the notices of the prime.
async fn told(world: &World) -> (String, String) {
    let page = world.page(&world.prime, &world.path("/readers")).await;
    (page, world.page(&world.prime, "/notices").await)
}

/// How often a sentence was told. On the page each notice stands twice: as its text, and as the name of its button.
fn times(notices: &str, sentence: &str) -> usize {
    notices.matches(sentence).count() / 2
}

fn later(world: &World, minutes: i64) {
    world.test.clock.advance(SignedDuration::from_mins(minutes));
}

on_both!(a_device_is_shown_with_what_it_tells, |backend| async move {
    let world = World::new(backend).await;
    let never = world.page(&world.prime, &world.path("/readers")).await;
    assert!(never.contains("まだ通信がありません"));
    // A program that tells nothing of itself is heard of as well.
    send(&world, None, 3, vec![touch(&world, 900)]).await;
    assert!(told(&world).await.0.contains("test/2"));
    later(&world, 1);
    let mut device = report("boxA", 12);
    device.backlog = 37;
    let answers = send(&world, Some(device), -61, vec![touch(&world, 11), touch(&world, 12)]).await;
    assert_eq!((answers.results.len(), answers.missing), (2, vec![]));
    let (page, notices) = told(&world).await;
    for shown in ["37件", "12まで欠番なし", "-61秒"] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert!(!page.contains("callout warn") && !notices.contains("リーダー「正門」"));
});

on_both!(numbers_that_are_missing_are_asked_for_and_then_told, |backend| async move {
    let world = World::new(backend).await;
    let send = |highest, seqs: Vec<u64>| {
        let touches = seqs.into_iter().map(|seq| touch(&world, seq)).collect();
        send(&world, Some(report("boxA", highest)), 0, touches)
    };
    send(2, vec![1, 2]).await;
    later(&world, 1);
    // 3 to 5 never came; what came between two notes is not forgotten.
    assert_eq!(send(6, vec![6]).await.missing, [(3, 5)]);
    assert_eq!(send(8, vec![8]).await.missing, [], "not asked with each touch");
    later(&world, 1);
    assert_eq!(send(9, vec![9]).await.missing, [(3, 5), (7, 7)]);
    let (page, notices) = told(&world).await;
    assert!(page.contains("3-5, 7"), "{page}");
    assert!(!notices.contains("届いていない記録"), "it may still come");
    later(&world, 70);
    send(10, vec![10, 7]).await;
    let (page, notices) = told(&world).await;
    assert!(
        page.contains("送られてきません") && notices.contains("届いていない記録があります"),
        "{page}"
    );
    later(&world, 1);
    // It comes after all: nothing is left to be told.
    assert_eq!(send(10, vec![3, 4, 5]).await.missing, []);
    let (page, _) = told(&world).await;
    assert!(page.contains("10まで欠番なし") && !page.contains("callout warn"));
    // Told once for as long as it holds, and again when it comes again.
    later(&world, 1);
    send(12, vec![12]).await;
    later(&world, 70);
    send(13, vec![13]).await;
    later(&world, 1);
    send(14, vec![14]).await;
    let (_, notices) = told(&world).await;
    assert_eq!(times(&notices, "届いていない記録があります"), 2, "{notices}");
});

on_both!(two_devices_with_one_key_are_told_once, |backend| async move {
    let world = World::new(backend).await;
    send(&world, Some(report("boxA", 1)), 0, vec![touch(&world, 1)]).await;
    later(&world, 5);
    // A box that replaces another is nothing to be told.
    send(&world, Some(report("boxB", 1)), 0, vec![touch(&world, 61)]).await;
    let (page, notices) = told(&world).await;
    assert!(page.contains("同じ鍵を使った別の端末") && !page.contains("callout warn"));
    assert!(!notices.contains("2台以上"));
    later(&world, 5);
    send(&world, Some(report("boxA", 2)), 0, vec![touch(&world, 2)]).await;
    send(&world, Some(report("boxB", 2)), 0, vec![touch(&world, 62)]).await;
    let (page, notices) = told(&world).await;
    assert!(page.contains("新しい鍵を発行してください"), "{page}");
    assert_eq!(times(&notices, "2台以上の端末が使っています"), 1, "{notices}");
});

on_both!(a_clock_a_year_off_loses_nothing_and_is_told, |backend| async move {
    let world = World::new(backend).await;
    let year = 365 * 86_400;
    for (device, ahead, at, key) in [
        ("ahead", year, "2027-11-20T07:30:00", "history.in_future"),
        ("behind", -year, "2025-11-20T07:30:00", "history.too_old"),
    ] {
        let mut item = touch(&world, 1);
        item.at = format!("{at}+09:00").parse().unwrap();
        let answers = send(&world, Some(report(device, 1)), ahead, vec![item]).await;
        assert_eq!(answers.results[0].outcome, Outcome::Refused);
        assert_eq!(answers.results[0].remarks[0].key, key);
    }
    let (page, notices) = told(&world).await;
    assert!(page.contains("31536000秒") || page.contains("31,536,000秒"), "{page}");
    assert!(page.contains("時計を合わせてください"));
    assert!(notices.contains("時計がずれています"));
    // The notes of both are kept for the prime.
    let refused = world.page(&world.prime, &world.path("/mend")).await;
    assert!(refused.contains("2027") && refused.contains("2025"), "{refused}");
});

on_both!(a_record_that_was_changed_or_went_back_is_told, |backend| async move {
    let world = World::new(backend).await;
    send(&world, Some(report("boxA", 5)), 0, vec![touch(&world, 5)]).await;
    later(&world, 1);
    let mut broken = report("boxA", 7);
    broken.broken_at = Some(6);
    let answers = send(&world, Some(broken), 0, vec![touch(&world, 7)]).await;
    assert_eq!(answers.results[0].outcome, Outcome::Stored, "what is whole is taken in");
    let (page, notices) = told(&world).await;
    assert!(page.contains("書き換えられています") && notices.contains("書き換えられています"));
    later(&world, 1);
    send(&world, Some(report("boxA", 6)), 0, vec![touch(&world, 6)]).await;
    let (page, notices) = told(&world).await;
    assert!(page.contains("以前の状態に戻っています") && notices.contains("以前の状態に戻っています"));
});

on_both!(what_a_device_tells_cannot_spoil_the_registry, |backend| async move {
    let world = World::new(backend).await;
    let mut device = report(&format!("x\0'{}", "9".repeat(500)), u64::MAX);
    device.chain = Some("\u{0}<script>".repeat(50));
    device.backlog = u64::MAX;
    device.broken_at = Some(u64::MAX);
    let answers = send(
        &world,
        Some(device.clone()),
        0,
        vec![
            touch(&world, 1),
            TouchItem {
                seq: Some(u64::MAX),
                ..touch(&world, 2)
            },
        ],
    )
    .await;
    assert_eq!(answers.missing, [(2, u64::MAX - 1)]);
    assert!(answers.results.iter().all(|answer| answer.outcome == Outcome::Stored));
    let (page, _) = told(&world).await;
    assert!(!page.contains("<script>"));
    later(&world, 1);
    let again = send(&world, Some(device), 0, vec![touch(&world, 1)]).await;
    assert_eq!(again.results[0].outcome, Outcome::AlreadyStored);
});

/// A file that is offered for download, as it is.
async fn raw(world: &World, who: &Person, path: &str) -> Vec<u8> {
    let request = Request::get(path)
        .header(header::COOKIE, who.cookie())
        .header(header::HOST, "registry.test");
    let response = world
        .test
        .app
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

/// A file as a device writes it.
fn file(key: &str, touches: Vec<TouchItem>) -> Vec<u8> {
    let content = OutboxFile {
        written_at: "2026-11-20T08:00:00+09:00".parse().unwrap(),
        sender: "test/2".into(),
        device: "boxA".into(),
        touches,
    };
    let plain = serde_json::to_vec(&content).unwrap();
    Secret::of_key(key).seal(Kind::Outbox, [3; 12], &plain).unwrap()
}

on_both!(a_file_on_a_stick_is_taken_in_once, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/readers/file");
    let unknown = TouchItem {
        worker_id: "99999999999921".into(),
        ..touch(&world, 3)
    };
    let bytes = file(
        &world.reader,
        vec![touch(&world, 1), touch(&world, 2), unknown, touch(&world, 5)],
    );
    for counts in [
        "新しい記録 3件、取り込み済み 0件、受け付けられなかったもの 1件",
        "新しい記録 0件、取り込み済み 3件",
    ] {
        let answer = world
            .test
            .post_file(&world.prime, &path, ("file", "touches.ashiba", &bytes))
            .await;
        assert!(
            answer.status == StatusCode::OK && answer.body.contains(counts),
            "{counts}: {}",
            answer.body
        );
    }
    // The page of the devices knows of it, and what has arrived can be told to the device.
    let (page, _) = told(&world).await;
    assert!(page.contains("test/2") && page.contains("欠番"), "{page}");
    assert!(
        world
            .page(&world.prime, &world.path("/events"))
            .await
            .contains("USBメモリーで取り込み")
    );
    let answer = raw(
        &world,
        &world.prime,
        &world.path(&format!("/readers/{}/receipt", world.reader_id)),
    )
    .await;
    let plain = Secret::of_key(&world.reader).open(Kind::Receipt, &answer).unwrap();
    let receipt: Receipt = serde_json::from_slice(&plain).unwrap();
    assert_eq!(receipt.devices, [("boxA".to_owned(), vec![(1, 3), (5, 5)])]);
    // What came by stick and comes again by the network changes nothing.
    later(&world, 1);
    let again = send(&world, Some(report("boxA", 5)), 0, vec![touch(&world, 1)]).await;
    assert_eq!(
        (again.results[0].outcome, again.missing),
        (Outcome::AlreadyStored, vec![(4, 4)])
    );
});

on_both!(
    a_file_that_cannot_be_taken_says_why_and_changes_nothing,
    |backend| async move {
        let world = World::new(backend).await;
        let path = world.path("/readers/file");
        let good = file(&world.reader, vec![touch(&world, 1)]);
        let mut changed = good.clone();
        changed[50] ^= 1;
        let cases = [
            ("a photo", b"\x89PNG".to_vec(), "書き出したファイルではありません"),
            ("half written", good[..good.len() / 2].to_vec(), "途中で切れています"),
            ("changed", changed, "内容が変わっているか"),
            (
                "of another key",
                file("ashiba_other", vec![touch(&world, 1)]),
                "ほかの現場のリーダー",
            ),
            (
                "no touches in it",
                Secret::of_key(&world.reader).seal(Kind::Outbox, [4; 12], b"{}").unwrap(),
                "書き出したファイルではありません",
            ),
        ];
        for (name, bytes, why) in cases {
            let answer = world
                .test
                .post_file(&world.prime, &path, ("file", "touches.ashiba", &bytes))
                .await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.body.contains(why), "{name}: {}", answer.body);
        }
        let revoke = world.path(&format!("/readers/{}/revoke", world.reader_id));
        world.test.post(Some(&world.prime), &revoke, &[]).await;
        let answer = world
            .test
            .post_file(&world.prime, &path, ("file", "touches.ashiba", &good))
            .await;
        assert!(answer.body.contains("このリーダーは停止されている"), "{}", answer.body);
        assert!(told(&world).await.0.contains("まだ通信がありません"));
        // Others do not even see the page.
        let answer = world
            .test
            .post_file(&world.first, &path, ("file", "touches.ashiba", &good))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
);

on_both!(a_roster_copy_is_signed_and_has_an_end, |backend| async move {
    let world = World::new(backend).await;
    let request = Request::get(wire::ROSTER).header("authorization", format!("Bearer {}", world.reader));
    let response = world
        .test
        .app
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let code = response.headers()[wire::ROSTER_CODE].to_str().unwrap().to_owned();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(Secret::of_key(&world.reader).proves(&body, &code));
    assert!(!Secret::of_key("another").proves(&body, &code));
    let copy: RosterCopy = serde_json::from_slice(&body).unwrap();
    let holds = copy.expires_at.unwrap().duration_since(copy.as_of);
    assert_eq!((holds, copy.workers.is_empty()), (SignedDuration::from_hours(14 * 24), false));
});
