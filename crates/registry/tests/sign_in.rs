//! Sign-in, sessions, and forms that did not come from our own pages.

use axum::http::StatusCode;
use jiff::SignedDuration;
use registry::testing::{Answer, World};
use testkit::on_both;

const PASSWORD: &str = "足場のうえで7時半";

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
        assert_eq!(try_in(&world, &id, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
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
