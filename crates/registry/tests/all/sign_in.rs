//! Sign-in, lock-outs, sessions, and forms that did not come from our own pages.

use axum::http::StatusCode;
use jiff::SignedDuration;
use registry::testing::{Answer, World};
use testkit::on_both;

const PASSWORD: &str = "足場のうえで7時半";

/// Ends the sessions that the world opened, so that the account is free.
async fn free(world: &World, id: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    for person in [&world.prime, &world.ann_self] {
        let own = [
            person.viewer.company_id().map(|c| c.to_string()),
            person.viewer.worker.as_ref().map(|w| w.0.to_string()),
        ];
        if own.contains(&Some(id.to_owned())) {
            registry::access::end_sessions(&tx, &person.viewer.account, None)
                .await
                .unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn try_in(world: &World, name: &str, password: &str) -> Answer {
    world
        .test
        .post(
            None,
            "/sign-in",
            &[("name", name), ("password", password), ("next", "/sites?q=a")],
        )
        .await
}

on_both!(a_right_password_opens_a_session_and_leads_on, |backend| async move {
    let world = World::new(backend).await;
    let id = world.prime.viewer.company_id().unwrap();
    // As it is read from the card or typed with spaces.
    for name in [id.to_string(), id.grouped()] {
        free(&world, &id.to_string()).await;
        let answer = try_in(&world, &name, PASSWORD).await;
        assert_eq!(
            (answer.status, answer.location.as_deref()),
            (StatusCode::SEE_OTHER, Some("/sites?q=a"))
        );
        let cookie = answer
            .cookies
            .iter()
            .find(|c| c.starts_with("session="))
            .expect("a session cookie");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
    // Nobody is led away from here.
    free(&world, &id.to_string()).await;
    let away = world
        .test
        .post(
            None,
            "/sign-in",
            &[("name", &id.to_string()), ("password", PASSWORD), ("next", "//evil.example")],
        )
        .await;
    assert_eq!(away.location.as_deref(), Some("/"));
});

on_both!(wrong_name_and_wrong_password_are_one_answer, |backend| async move {
    let world = World::new(backend).await;
    let id = world.prime.viewer.company_id().unwrap().to_string();
    let (wrong, unknown) = (try_in(&world, &id, "x").await, try_in(&world, "99999999999922", "x").await);
    assert_eq!(
        (wrong.status, unknown.status),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    assert_eq!(wrong.body.replace(&id, "ID"), unknown.body.replace("99999999999922", "ID"));
    assert!(
        wrong.body.contains(&format!("value=\"{id}\"")),
        "the ID that was typed is kept"
    );
    assert!(wrong.cookies.iter().all(|c| !c.starts_with("session=")));
    let long = try_in(&world, &"9".repeat(5_000), &"x".repeat(50_000)).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(too_many_misses_rest_the_account_for_a_while, |backend| async move {
    let world = World::new(backend).await;
    let id = world.prime.viewer.company_id().unwrap().to_string();
    for _ in 0..5 {
        assert_eq!(try_in(&world, &id, "guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(
        try_in(&world, &id, PASSWORD).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "resting: the right one does not help either"
    );
    free(&world, &id).await;
    world.test.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(
        try_in(&world, &id, "guess").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "one more miss does not rest it again at once"
    );
    assert_eq!(try_in(&world, &id, PASSWORD).await.status, StatusCode::SEE_OTHER);
    // Four misses and a right one: the count begins anew.
    for _ in 0..2 {
        for _ in 0..4 {
            try_in(&world, &id, "guess").await;
        }
        free(&world, &id).await;
        assert_eq!(try_in(&world, &id, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
});

async fn from(world: &World, address: &str, name: &str, password: &str) -> StatusCode {
    let fields = [("name", name), ("password", password)];
    world.test.post_from(address, None, "/sign-in", &fields).await.status
}

on_both!(a_stranger_cannot_keep_the_owner_out, |backend| async move {
    const HOME: &str = "192.0.2.10";
    const STRANGER: &str = "198.51.100.66";
    let world = World::new(backend).await;
    let id = world.ann.id.to_string();
    let (wrong, let_in) = (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SEE_OTHER);
    assert_eq!(from(&world, HOME, &id, PASSWORD).await, let_in);
    for n in 0..12 {
        assert_eq!(from(&world, STRANGER, &id, "guess").await, wrong, "{n}");
    }
    assert_eq!(from(&world, STRANGER, &id, PASSWORD).await, wrong, "resting for strangers");
    assert_eq!(
        from(&world, "203.0.113.5", &id, PASSWORD).await,
        wrong,
        "for all other addresses"
    );
    assert_eq!(from(&world, HOME, &id, PASSWORD).await, let_in, "not for the one known");
    // The owner's own misses rest his own door, and none but his.
    for _ in 0..5 {
        from(&world, HOME, &id, "guess").await;
    }
    assert_eq!(from(&world, HOME, &id, PASSWORD).await, wrong);
    world.test.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(from(&world, HOME, &id, PASSWORD).await, let_in);
    // A new address becomes the known one by the right password.
    assert_eq!(from(&world, "203.0.113.5", &id, PASSWORD).await, let_in);
});

on_both!(an_address_that_tries_many_ids_rests, |backend| async move {
    let world = World::new(backend).await;
    let id = world.bob.id.to_string();
    for n in 0..30 {
        let name = format!("{:014}", 90_000_000_000_021_u64 + n);
        from(&world, "198.51.100.66", &name, "guess").await;
    }
    assert_eq!(
        from(&world, "198.51.100.66", &id, PASSWORD).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(from(&world, "198.51.100.67", &id, PASSWORD).await, StatusCode::SEE_OTHER);
    world.test.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(from(&world, "198.51.100.66", &id, PASSWORD).await, StatusCode::SEE_OTHER);
    // What holds nobody back any more is thrown out.
    world.test.clock.advance(SignedDuration::from_hours(30));
    assert!(world.test.app.tidy().await.unwrap() >= 30);
    assert_eq!(world.test.app.tidy().await.unwrap(), 0);
});

on_both!(an_administrators_id_is_in_use_once, |backend| async move {
    let world = World::new(backend).await;
    let id = world.prime.viewer.company_id().unwrap().to_string();
    assert_eq!(world.test.get(Some(&world.prime), "/sites").await.status, StatusCode::OK);
    let asked = try_in(&world, &id, PASSWORD).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(
        asked.body.contains("使用中") && asked.body.contains("2026年11月20日"),
        "{}",
        asked.body
    );
    assert!(
        asked.cookies.iter().all(|c| !c.starts_with("session=")),
        "no session before the answer"
    );
    let ticket = asked
        .body
        .split("name=\"ticket\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        world.test.get(Some(&world.prime), "/sites").await.status,
        StatusCode::OK,
        "nothing is ended yet"
    );
    let go_on = async || {
        world
            .test
            .post(None, "/sign-in/go-on", &[("ticket", &ticket), ("next", "/sites")])
            .await
    };
    let answer = go_on().await;
    assert_eq!(answer.location.as_deref(), Some("/sites"));
    let newer = world.signed_in(&answer).await;
    assert_eq!(world.test.get(Some(&newer), "/sites").await.status, StatusCode::OK);
    assert_eq!(
        world.test.get(Some(&world.prime), "/sites").await.status,
        StatusCode::SEE_OTHER,
        "the older is ended"
    );
    // The ticket works once, and only for a while.
    let again = go_on().await;
    assert!(again.status == StatusCode::OK && again.body.contains("もう一度ログイン"));
    assert_eq!(world.test.get(Some(&newer), "/sites").await.status, StatusCode::OK);
    let late = try_in(&world, &id, PASSWORD).await;
    let ticket = late
        .body
        .split("name=\"ticket\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    world.test.clock.advance(SignedDuration::from_mins(5));
    let late = world.test.post(None, "/sign-in/go-on", &[("ticket", &ticket)]).await;
    assert!(late.cookies.iter().all(|c| !c.starts_with("session=")));
    // In the same browser it is not asked; a worker may have several.
    let same = world
        .test
        .post(Some(&newer), "/sign-in", &[("name", &id), ("password", PASSWORD)])
        .await;
    assert_eq!(same.status, StatusCode::SEE_OTHER);
    let worker = world.ann.id.to_string();
    for _ in 0..2 {
        assert_eq!(try_in(&world, &worker, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(
        world.test.get(Some(&world.ann_self), "/my/calendar").await.status,
        StatusCode::OK
    );
});

on_both!(sessions_are_listed_and_ended, |backend| async move {
    let world = World::new(backend).await;
    let worker = world.ann.id.to_string();
    let second = world.signed_in(&try_in(&world, &worker, PASSWORD).await).await;
    let page = world.page(&second, "/account/sessions").await;
    assert_eq!(page.matches("/end\"").count(), 3, "two of them, and the others: {page}");
    assert!(!page.contains(&second.token));
    let path = format!("/account/sessions/{}/end", world.ann_self.viewer.session);
    // Nobody else can end it.
    assert_eq!(
        world.test.post(Some(&world.bob_self), &path, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(world.test.get(Some(&world.ann_self), "/account").await.status, StatusCode::OK);
    assert_eq!(world.test.post(Some(&second), &path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.test.get(Some(&world.ann_self), "/account").await.status,
        StatusCode::SEE_OTHER
    );
    let third = world.signed_in(&try_in(&world, &worker, PASSWORD).await).await;
    assert_eq!(
        world.test.post(Some(&third), "/account/sessions/end", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.test.get(Some(&second), "/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.test.get(Some(&third), "/account").await.status, StatusCode::OK);
    // Its use is noted, to five minutes.
    world.test.clock.advance(SignedDuration::from_mins(10));
    assert!(
        world.page(&third, "/account/sessions").await.contains("8時10分")
            || world.page(&third, "/account/sessions").await.contains("8:10")
    );
});

on_both!(a_session_ends_by_itself_and_by_signing_out, |backend| async move {
    let world = World::new(backend).await;
    assert_eq!(world.test.get(Some(&world.first), "/sites").await.status, StatusCode::OK);
    let out = world.test.post(Some(&world.first), "/sign-out", &[]).await;
    assert_eq!(
        (out.status, out.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/sign-in"))
    );
    let after = world.test.get(Some(&world.first), "/sites").await;
    assert_eq!(after.location.as_deref(), Some("/sign-in?next=/sites"));
    world.test.clock.advance(SignedDuration::from_hours(12));
    assert_eq!(
        world.test.get(Some(&world.prime), "/sites").await.status,
        StatusCode::SEE_OTHER,
        "after twelve hours"
    );
});

on_both!(a_form_from_elsewhere_changes_nothing, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/readers");
    let name = ("name", "裏門".to_owned());
    let other = web::csrf::token(&world.second.viewer.secret);
    for (why, fields) in [
        ("no token", vec![name.clone()]),
        ("a made-up token", vec![name.clone(), ("csrf", "x".repeat(64))]),
        ("somebody else's token", vec![name.clone(), ("csrf", other)]),
    ] {
        let answer = world.test.post_raw(Some(&world.prime), &path, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
    }
    let token = web::csrf::token(&world.prime.viewer.secret);
    let request = axum::http::Request::post(&path)
        .header("host", "registry.test")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("cookie", world.prime.cookie())
        .header("content-type", "application/x-www-form-urlencoded");
    let foreign = world
        .test
        .send(request.body(format!("name=x&csrf={token}").into()).unwrap())
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "the right token from a wrong page");
    assert!(!world.page(&world.prime, &path).await.contains("裏門"));
    // From our own page it works, with an emoji in the name; the key is shown once and never again.
    let added = world.test.post(Some(&world.prime), &path, &[("name", "裏門🚧")]).await;
    assert_eq!(added.status, StatusCode::CREATED);
    let key = added
        .body
        .split("ashiba_")
        .nth(1)
        .and_then(|s| s.get(..64))
        .expect("a key")
        .to_owned();
    let page = world.page(&world.prime, &path).await;
    assert!(page.contains("裏門🚧") && !page.contains(&key));
});
