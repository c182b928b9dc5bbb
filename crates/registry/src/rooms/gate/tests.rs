//! A worker's own code on both databases: the page, the roster copy that lets readers check it, the method that is stored.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::Direction::In;
use jiff::SignedDuration;
use testkit::on_both;
use tower::ServiceExt;
use wire::{Method, NumberEntry, RosterCopy, TouchItem};

use crate::testing::World;

async fn copy(world: &World) -> RosterCopy {
    let answer = world.test.api("GET", wire::ROSTER, Some(&world.reader), "").await;
    serde_json::from_str(&answer.body).unwrap()
}

/// Whether the reader's copy has a code of ann, and whether this is it.
async fn fits(world: &World, code: &str) -> Option<bool> {
    let copy = copy(world).await;
    let id = world.ann.id.to_string();
    let row = copy.workers.iter().find(|row| row.worker_id == id).unwrap();
    row.code.as_ref().map(|check| check.fits(&copy.site_id, &id, code))
}

/// What tells readers whether their copy is still right.
async fn stamp(world: &World) -> String {
    let request = Request::get(wire::ROSTER).header("authorization", format!("Bearer {}", world.reader));
    let request = request.body(Body::empty()).unwrap();
    let response = world.test.app.router().oneshot(request).await.unwrap();
    response.headers()["etag"].to_str().unwrap().to_owned()
}

on_both!(a_worker_sets_his_code_and_readers_can_check_it, |backend| async move {
    let world = World::new(backend).await;
    let ann = Some(&world.ann_self);
    assert!(world.page(&world.ann_self, "/my/code").await.contains("未設定"));
    assert_eq!(fits(&world, "4071").await, None);
    let before = stamp(&world).await;
    for (typed, told) in [
        ("", "数字4桁で"),
        ("407", "数字4桁で"),
        ("abcd", "数字4桁で"),
        ("1111", "推測されやすい"),
        ("8765", "推測されやすい"),
    ] {
        let answer = world.test.post(ann, "/my/code", &[("code", typed)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(answer.body.contains(told), "{typed}: {}", answer.body);
    }
    let answer = world.test.post(ann, "/my/code", &[("code", "４０７ 1")]).await;
    assert_eq!(
        (answer.status, answer.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/my/code"))
    );
    let page = world.page(&world.ann_self, "/my/code").await;
    assert!(page.contains("設定済み") && !page.contains("value=\"4071\""), "{page}");
    assert_eq!(
        (fits(&world, "4071").await, fits(&world, "4072").await),
        (Some(true), Some(false))
    );
    let set = stamp(&world).await;
    assert_ne!(before, set, "readers ask for a new copy");

    world.test.clock.advance(SignedDuration::from_mins(1));
    world.test.post(ann, "/my/code", &[("code", "9052")]).await;
    assert_eq!(
        (fits(&world, "4071").await, fits(&world, "9052").await),
        (Some(false), Some(true))
    );
    assert_ne!(set, stamp(&world).await);
    let removed = world.test.post(ann, "/my/code/remove", &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert!(world.page(&world.ann_self, "/my/code").await.contains("未設定"));
    assert_eq!(fits(&world, "9052").await, None);
});

on_both!(the_prime_says_whether_a_reader_takes_number_entry, |backend| async move {
    let world = World::new(backend).await;
    world.test.post(Some(&world.ann_self), "/my/code", &[("code", "4071")]).await;
    let allowed = NumberEntry {
        misses: 5,
        rest_minutes: 5,
    };
    assert_eq!(copy(&world).await.number_entry, Some(allowed.clone()));
    let before = stamp(&world).await;
    let path = world.path(&format!("/readers/{}/number", world.reader_id));
    let prime = Some(&world.prime);
    world.test.clock.advance(SignedDuration::from_mins(1));
    let answer = world.test.post(prime, &path, &[("allowed", "no")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        world
            .page(&world.prime, &world.path("/readers"))
            .await
            .contains("番号入力：できない")
    );
    assert!(
        world
            .page(&world.prime, &world.path("/events"))
            .await
            .contains("番号入力を止めた")
    );
    assert_eq!(copy(&world).await.number_entry, None);
    assert_eq!(fits(&world, "4071").await, None, "no code lies at a reader that takes none");
    assert_ne!(before, stamp(&world).await);
    world.test.clock.advance(SignedDuration::from_mins(1));
    world.test.post(prime, &path, &[("allowed", "yes")]).await;
    assert_eq!(copy(&world).await.number_entry, Some(allowed));
    assert_eq!(fits(&world, "4071").await, Some(true));
});

on_both!(how_the_worker_was_known_is_in_the_story_of_the_day, |backend| async move {
    let world = World::new(backend).await;
    let touch = TouchItem {
        method: Method::NumberCode,
        ..world.touch(&world.ann, "2026-11-20T07:30:00", In)
    };
    assert!(world.send(vec![touch]).await[0].day.is_some());
    let day = world.path(&format!("/days/2026-11-20/{}", world.ann.handle));
    assert!(world.page(&world.prime, &day).await.contains("番号と暗証番号"));
});
