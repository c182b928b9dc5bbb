//! The worker's QRs on both databases: his page, what the roster copy lets readers check, what the prime allows, what is stored.

use axum::http::StatusCode;
use domain::Direction::In;
use domain::{Clock, WorkerId};
use jiff::SignedDuration;
use store::{Sql, values};
use testkit::on_both;
use wire::qr::{Qr, QrFault};
use wire::{Method, QrEntry, RosterCopy, TouchItem};

use super::qr;
use crate::qr::squares;
use crate::testing::World;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn entry(world: &World) -> Option<QrEntry> {
    let answer = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
    serde_json::from_str::<RosterCopy>(&answer.body).unwrap().qr
}

/// The picture that the page must show now.
fn picture(world: &World, worker: WorkerId) -> String {
    let text = world.test.app.qr_key().sign(worker, world.test.clock.now());
    squares(&text, qrcode::EcLevel::L).unwrap().0
}

on_both!(a_worker_shows_a_qr_of_his_own_that_readers_can_check, |backend| async move {
    let world = World::new(backend).await;
    let now = world.test.clock.now();
    let page = world.page(&world.ann_self, "/my/qr").await;
    assert!(
        page.contains(&picture(&world, world.ann.id)),
        "the picture is of her and of now"
    );
    assert!(page.contains("60秒間使えます") && page.contains("every 30s"), "{page}");
    assert!(!page.contains(&picture(&world, world.bob.id)));
    world.test.clock.advance(SignedDuration::from_secs(30));
    let part = world.page(&world.ann_self, "/my/qr?part=1").await;
    assert!(
        part.contains(&picture(&world, world.ann.id)) && !part.contains("<h1"),
        "{part}"
    );
    let bobs = world.page(&world.bob_self, "/my/qr").await;
    assert!(bobs.contains(&picture(&world, world.bob.id)) && !bobs.contains(&picture(&world, world.ann.id)));

    let entry = entry(&world).await.unwrap();
    assert!(!entry.plain);
    assert_eq!((entry.seconds, entry.misses, entry.rest_minutes), (60, 5, 5));
    let text = world.test.app.qr_key().sign(world.ann.id, now);
    let Qr::Signed(signed) = text.parse().unwrap() else {
        panic!("not signed");
    };
    assert_eq!(signed.worker, world.ann.id);
    assert_eq!(signed.check(&entry.key, now, MINUTE), Ok(()));
    assert_eq!(signed.check(&entry.key, now + MINUTE * 2, MINUTE), Err(QrFault::Stale));
});

on_both!(the_key_is_made_once_and_no_copy_holds_it, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let mut random = testkit::rng(99);
    let again = qr::key(app.db(), app.clock(), &mut random).await.unwrap();
    assert_eq!(again.public(), app.qr_key().public());
    let kept = Sql::new("test.qr_key", "select secret from qr_key");
    let tx = app.db().read().await.unwrap();
    let secrets: Vec<String> = tx.value(&kept, values![]).await.unwrap().into_iter().collect();
    let copy = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
    assert!(secrets.len() == 1 && !copy.body.contains(&secrets[0]));
});

on_both!(an_ended_registration_has_no_qr, |backend| async move {
    let world = World::new(backend).await;
    let end = Sql::new("test.end", "update worker set ended_on = $2 where id = $1");
    for (day, shown) in [(20_261_120, true), (20_261_119, false)] {
        let tx = world.test.app.db().write().await.unwrap();
        tx.run(&end, values![world.ann.id.to_string(), day]).await.unwrap();
        tx.commit().await.unwrap();
        for path in ["/my/qr", "/my/qr?part=1"] {
            let page = world.page(&world.ann_self, path).await;
            assert_eq!(page.contains("class=\"qr-code\""), shown, "{day} {path}");
            assert_eq!(page.contains("終わっているため"), !shown, "{day} {path}");
        }
    }
});

on_both!(a_printed_qr_holds_the_id_alone, |backend| async move {
    let world = World::new(backend).await;
    let page = world.page(&world.ann_self, "/my/qr/print").await;
    let (path, _) = squares(&world.ann.id.to_string(), qrcode::EcLevel::H).unwrap();
    assert!(page.contains(&path) && page.contains(&world.ann.id.grouped()));
    assert_eq!(world.ann.id.to_string().parse(), Ok(Qr::Plain(world.ann.id)));
    // Nobody else sees hers.
    let bobs = world.page(&world.bob_self, "/my/qr/print").await;
    assert!(!bobs.contains(&world.ann.id.grouped()));
});

on_both!(the_prime_says_which_qrs_a_reader_takes, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path(&format!("/readers/{}/qr", world.reader_id));
    let cases = [
        ("plain", Some(true), "QR：印刷したQRも", "印刷したQRも認めた"),
        ("none", None, "QR：使わない", "QRを使わないことにした"),
        ("signed", Some(false), "QR：画面のQRだけ", "画面のQRだけを認めた"),
        ("unheard of", None, "QR：使わない", "QRを使わないことにした"),
    ];
    assert_eq!(entry(&world).await.map(|entry| entry.plain), Some(false));
    for (word, plain, shown, event) in cases {
        world.test.clock.advance(MINUTE);
        let answer = world.test.post(Some(&world.prime), &path, &[("qr", word)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{word}");
        assert_eq!(entry(&world).await.map(|entry| entry.plain), plain, "{word}");
        let page = world.page(&world.prime, &world.path("/readers")).await;
        assert!(page.contains(&format!("<br>{shown}</span>")), "{word}: {page}");
        let events = world.page(&world.prime, &world.path("/events")).await;
        assert!(events.contains(event), "{word}");
    }
});

on_both!(the_story_of_the_day_tells_signed_from_printed, |backend| async move {
    let world = World::new(backend).await;
    for (time, method, shown) in [
        ("2026-11-19T07:30:00", Method::Qr, "署名付きQR"),
        ("2026-11-20T07:30:00", Method::QrPlain, "番号だけのQR"),
    ] {
        let touch = TouchItem {
            method,
            ..world.touch(&world.ann, time, In)
        };
        assert!(world.send(vec![touch]).await[0].day.is_some());
        let day = world.path(&format!("/days/{}/{}", &time[..10], world.ann.handle));
        assert!(world.page(&world.prime, &day).await.contains(shown), "{shown}");
        let facts = world.page(&world.prime, &world.path("/facts.csv?month=2026-11")).await;
        assert!(facts.contains(&format!("{shown},1,1,あり")), "{facts}");
    }
});
