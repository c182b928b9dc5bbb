//! Setting up a device over the API: who gets in, for which sites, and that keys are made once.

use axum::http::StatusCode;
use jiff::SignedDuration;
use registry::testing::{Answer, Person, World};
use serde_json::{Value, json};
use store::{Sql, values};
use testkit::on_both;
use totp_rs::{Builder, Secret};
use wire::setup::{CODE, READERS, SIGN_IN, SITES, UNDO};

const PASSWORD: &str = "足場のうえで7時半";
const DRAFT: &str = "0123456789abcdef0123456789abcdef";

async fn sign_in(world: &World, name: &str, password: &str) -> Answer {
    let body = json!({ "name": name, "password": password }).to_string();
    world.test.api("POST", SIGN_IN, None, body).await
}

/// Signs in and gives the token.
async fn token(world: &World, name: &str) -> String {
    let answer = sign_in(world, name, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let signed_in = said(&answer);
    assert_eq!(signed_in["asks"], "nothing");
    signed_in["token"].as_str().unwrap().to_owned()
}

fn said(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn code(answer: &Answer) -> (u16, String) {
    let code = said(answer)["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

async fn ask(world: &World, token: &str, path: &str, draft: &str) -> Answer {
    let mut body = json!({ "draft": draft, "sites": [world.site.to_string()] });
    if path == READERS {
        body["name"] = "北門".into();
    }
    world.test.api("POST", path, Some(token), body.to_string()).await
}

async fn sites(world: &World, token: &str, query: &str) -> Vec<String> {
    let answer = world.test.api("GET", &format!("{SITES}{query}"), Some(token), "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let said = said(&answer);
    let sites = said["sites"].as_array().unwrap().iter();
    sites.map(|site| site["site_id"].as_str().unwrap().to_owned()).collect()
}

on_both!(who_gets_in_and_whose_sites_he_sees, |backend| async move {
    let world = World::new(backend).await;
    let company = |person: &Person| person.viewer.company_id().unwrap().to_string();
    let site = world.site.to_string();
    // Who gets in: the sites that are shown, and what comes of asking for a key of the site.
    let (one, none) = (vec![site.clone()], Vec::<String>::new());
    for (name, shown, asked) in [
        (company(&world.prime), &one, 200),
        ("manager".to_owned(), &one, 200),
        ("other-manager".to_owned(), &none, 422),
        (company(&world.first), &none, 422),
        (company(&world.second), &none, 422),
        (company(&world.stranger), &none, 422),
    ] {
        let token = token(&world, &name).await;
        assert_eq!(sites(&world, &token, "").await, *shown, "{name}");
        let answer = ask(&world, &token, READERS, DRAFT).await;
        assert_eq!(answer.status.as_u16(), asked, "{name}: {}", answer.body);
        if asked == 422 {
            assert_eq!(said(&answer)["code"], "OCUK0401E", "{name}");
        }
    }
    // Who does not.
    for (name, password, refused) in [
        (world.ann.id.to_string(), PASSWORD, (403, "OCUF0006E")),
        (world.ann.id.grouped(), "whatever", (403, "OCUF0006E")),
        ("spare".to_owned(), PASSWORD, (403, "OCUF0007E")),
        ("operator".to_owned(), PASSWORD, (403, "OCUF0007E")),
        (company(&world.prime), "wrong", (401, "OCUF0005E")),
        ("nobody".to_owned(), PASSWORD, (401, "OCUF0005E")),
    ] {
        let answer = sign_in(&world, &name, password).await;
        assert_eq!(code(&answer), (refused.0, refused.1.to_owned()), "{name}");
        assert!(!answer.body.contains("token"), "{}", answer.body);
    }
    assert!(
        sign_in(&world, &world.ann.id.to_string(), "x")
            .await
            .body
            .contains("技能者ID")
    );
    for (method, path) in [("GET", SITES), ("POST", READERS), ("POST", UNDO), ("POST", CODE)] {
        let answer = world.test.api(method, path, None, "{}").await;
        assert_eq!(code(&answer), (401, "OCUF0010E".to_owned()), "{path}");
    }
    // A reader's key and a token of a set-up are two things.
    let token = token(&world, "manager").await;
    assert_eq!(code(&world.test.api("GET", SITES, Some(&world.reader), "").await).0, 401);
    assert_eq!(
        world.test.api("GET", wire::ROSTER, Some(&token), "").await.status,
        StatusCode::UNAUTHORIZED
    );
    // The session in the browser goes on.
    assert!(world.page(&world.prime, "/sites").await.contains(&site));
});

on_both!(a_key_is_made_once_and_taken_back, |backend| async move {
    let world = World::new(backend).await;
    let token = token(&world, "manager").await;
    let first = ask(&world, &token, READERS, DRAFT).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let again = ask(&world, &token, READERS, DRAFT).await;
    assert_eq!(first.body, again.body, "the same request gets the same key");
    let page = world.page(&world.prime, &world.path("/readers")).await;
    assert_eq!(page.matches("北門").count(), 1, "one reader: {page}");
    let key = said(&first)["readers"][0]["key"].as_str().unwrap().to_owned();
    let roster = async |key: &str| world.test.api("GET", wire::ROSTER, Some(key), "").await.status;
    assert_eq!(roster(&key).await, StatusCode::OK);
    // Another draft, or another sign-in, gets another.
    let other = ask(&world, &token, READERS, &DRAFT.replace('0', "9")).await;
    assert_ne!(said(&other)["readers"][0]["key"], key.as_str());

    let undone = ask(&world, &token, UNDO, DRAFT).await;
    assert_eq!(said(&undone)["revoked"], 1, "{}", undone.body);
    assert_eq!(said(&ask(&world, &token, UNDO, DRAFT).await)["revoked"], 0);
    assert_eq!(roster(&key).await, StatusCode::UNAUTHORIZED);
    let late = ask(&world, &token, READERS, DRAFT).await;
    assert_eq!(code(&late), (409, "OCUF0011E".to_owned()));

    for (body, field) in [
        (
            json!({ "draft": "short", "name": "x", "sites": [world.site.to_string()] }),
            "/draft",
        ),
        (json!({ "draft": DRAFT, "name": "x", "sites": [] }), "/sites"),
        (
            json!({ "draft": &DRAFT[2..], "name": " ", "sites": [world.site.to_string()] }),
            "/name",
        ),
    ] {
        let answer = world.test.api("POST", READERS, Some(&token), body.to_string()).await;
        assert_eq!(code(&answer), (400, "OCUX0904E".to_owned()), "{field}");
        assert_eq!(said(&answer)["field"], field);
    }
    // All or none.
    let body = json!({ "draft": &DRAFT[1..], "name": "南門", "sites": [world.site.to_string(), "99999999999971"] });
    let answer = world.test.api("POST", READERS, Some(&token), body.to_string()).await;
    assert_eq!(code(&answer), (422, "OCUK0401E".to_owned()));
    assert!(!world.page(&world.prime, &world.path("/readers")).await.contains("南門"));
});

on_both!(
    a_site_whose_period_is_over_is_neither_listed_nor_taken,
    |backend| async move {
        let world = World::new(backend).await;
        let token_now = token(&world, "manager").await;
        assert_eq!(
            sites(&world, &token_now, "?q=%E6%9E%B6%E7%A9%BA").await.len(),
            1,
            "by its name"
        );
        assert_eq!(sites(&world, &token_now, "?q=%25").await.len(), 0, "% is no wildcard");
        world.test.clock.advance(SignedDuration::from_mins(31));
        let late = world.test.api("GET", SITES, Some(&token_now), "").await;
        assert_eq!(code(&late), (401, "OCUF0010E".to_owned()), "half an hour");
        // 2027-04-01: a day past the period.
        world.test.clock.advance(SignedDuration::from_hours(24 * 132));
        let token = token(&world, "manager").await;
        assert!(sites(&world, &token, "").await.is_empty());
        assert_eq!(
            code(&ask(&world, &token, READERS, DRAFT).await),
            (422, "OCUK0404E".to_owned())
        );
    }
);

on_both!(misses_count_together_with_those_on_the_page, |backend| async move {
    let world = World::new(backend).await;
    for _ in 0..5 {
        let answer = sign_in(&world, "manager", "guess").await;
        assert_eq!(code(&answer), (401, "OCUF0005E".to_owned()));
        assert!(answer.body.contains("30分"), "{}", answer.body);
    }
    assert_eq!(
        sign_in(&world, "manager", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "it rests"
    );
    let page = [("name", "manager"), ("password", PASSWORD)];
    let page = world.test.post(None, "/sign-in", &page).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "on the page, too");
    world.test.clock.advance(SignedDuration::from_mins(30));
    token(&world, "manager").await;

    const INITIAL: Sql = Sql::new("test.initial", "update account set must_change = 1 where id = $1");
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&INITIAL, values![world.manager.viewer.account.as_str()])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        code(&sign_in(&world, "manager", PASSWORD).await),
        (403, "OCUF0008E".to_owned())
    );
});

fn totp(secret: &str, world: &World) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = u64::try_from(world.test.app.clock().now().as_second()).unwrap();
    totp.generate(now).to_string()
}

on_both!(a_second_factor_is_asked_for_as_on_the_page, |backend| async move {
    let world = World::new(backend).await;
    let begun = world.test.post(Some(&world.manager), "/account/two-factor/begin", &[]).await;
    let secret = begun
        .body
        .split("class=\"key\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let secret = secret.unwrap().to_owned();
    let typed = totp(&secret, &world);
    let confirmed = world
        .test
        .post(Some(&world.manager), "/account/two-factor/confirm", &[("code", &typed)])
        .await;
    assert_eq!(confirmed.status, StatusCode::CREATED, "{}", confirmed.body);
    world.test.clock.advance(SignedDuration::from_mins(1));

    let answer = sign_in(&world, "manager", PASSWORD).await;
    assert_eq!(said(&answer)["asks"], "code", "{}", answer.body);
    let token = said(&answer)["token"].as_str().unwrap().to_owned();
    for path in [READERS, UNDO] {
        assert_eq!(
            code(&ask(&world, &token, path, DRAFT).await),
            (401, "OCUF0010E".to_owned()),
            "not yet"
        );
    }
    let prove = async |typed: &str| {
        let body = json!({ "code": typed }).to_string();
        world.test.api("POST", CODE, Some(&token), body).await
    };
    assert_eq!(code(&prove("000000").await), (401, "OCUF0009E".to_owned()));
    let taken = prove(&totp(&secret, &world)).await;
    assert_eq!(
        (taken.status, &said(&taken)["asks"]),
        (StatusCode::OK, &json!("nothing")),
        "{}",
        taken.body
    );
    assert_eq!(sites(&world, &token, "").await.len(), 1);
    assert_eq!(ask(&world, &token, READERS, DRAFT).await.status, StatusCode::OK);
});
