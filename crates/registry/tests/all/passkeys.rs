//! Passkeys: registered, used beside and in place of the password, refused when anything about them is not right. The device is made of
//! software here; the story in the browser has a virtual one.

use axum::http::StatusCode;
use jiff::SignedDuration;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use registry::Settings;
use registry::testing::{Answer, Person, World};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Backend, on_both};

const PASSWORD: &str = "足場のうえで7時半";
const ORIGIN: &str = "https://registry.test";

fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sign = |bits: u32| char::from(SIGNS[(bits & 63) as usize]);
    bytes
        .chunks(3)
        .flat_map(|three| {
            let at = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            let signs = [sign(bits >> 18), sign(bits >> 12), sign(bits >> 6), sign(bits)];
            signs.into_iter().take(three.len() + 1)
        })
        .collect()
}

/// A device that keeps one passkey.
struct Device {
    key: SigningKey,
    id: [u8; 16],
    counter: u32,
    /// Told when the passkey was made.
    user: String,
    /// Did the device ask for finger, face or PIN?
    verified: bool,
    origin: &'static str,
}

impl Device {
    fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: [seed; 16],
            counter: 0,
            user: String::new(),
            verified: true,
            origin: ORIGIN,
        }
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": asked["publicKey"]["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// Head of what a device signs: whose passkey it is, that somebody was there, and how often it was used.
    fn head(&self, more: u8) -> Vec<u8> {
        let flags = 1 | if self.verified { 4 } else { 0 } | more;
        let mut head = Sha256::digest("registry.test").to_vec();
        head.push(flags);
        head.extend(self.counter.to_be_bytes());
        head
    }

    fn make(&mut self, asked: &Value) -> String {
        asked["publicKey"]["user"]["id"].as_str().unwrap().clone_into(&mut self.user);
        let mut data = self.head(0x40);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // The public key in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        data.extend([0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(x);
        data.extend([0x22, 0x58, 32]);
        data.extend(y);
        let mut attestation = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(data);
        self.said(&json!({
            "clientDataJSON": base64url(&self.client_data("webauthn.create", asked)),
            "attestationObject": base64url(&attestation),
        }))
    }

    fn use_it(&mut self, asked: &Value) -> String {
        self.counter += 1;
        let (data, client) = (self.head(0), self.client_data("webauthn.get", asked));
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.said(&json!({
            "clientDataJSON": base64url(&client),
            "authenticatorData": base64url(&data),
            "signature": base64url(signature.to_der().as_bytes()),
            "userHandle": self.user,
        }))
    }

    fn said(&self, response: &Value) -> String {
        let id = base64url(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} }).to_string()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split(before).nth(1).unwrap();
    rest.split(after).next().unwrap()
}

/// What a page asks the browser, and under which ticket the answer is taken.
fn question(page: &Answer, kind: &str, ticket: &str) -> (Value, String) {
    let options = between(&page.body, &format!("data-{kind}=\""), "\"")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"");
    let ticket = between(&page.body, &format!("name=\"{ticket}\" value=\""), "\"");
    (serde_json::from_str(&options).unwrap(), ticket.to_owned())
}

async fn world(backend: Backend) -> World {
    let settings = Settings {
        address: ORIGIN.into(),
        ..Settings::default()
    };
    World::with(backend, settings).await
}

async fn register(world: &World, who: &Person, device: &mut Device, name: &str) -> Answer {
    let page = world.test.post(Some(who), "/account/passkeys/begin", &[("name", name)]).await;
    let (asked, ticket) = question(&page, "create", "ticket");
    let answer = device.make(&asked);
    let fields = [("name", name), ("ticket", &*ticket), ("answer", &*answer)];
    world.test.post(Some(who), "/account/passkeys", &fields).await
}

/// Signs in with nothing but the device.
async fn sign_in(world: &World, device: &mut Device) -> Answer {
    let page = world.test.post(None, "/sign-in/passkey", &[("next", "/sites")]).await;
    let (asked, ticket) = question(&page, "get", "ticket");
    assert_eq!(
        asked["publicKey"]["allowCredentials"],
        json!([]),
        "nobody learns which there are"
    );
    let answer = device.use_it(&asked);
    let fields = [("ticket", &*ticket), ("answer", &*answer), ("next", "/sites")];
    world.test.post(None, "/sign-in/passkey/answer", &fields).await
}

fn is_let_in(answer: &Answer) -> bool {
    answer.cookies.iter().any(|cookie| cookie.starts_with("session="))
}

on_both!(a_passkey_stands_in_for_the_password, |backend| async move {
    let world = world(backend).await;
    let (mut device, mut second) = (Device::new(1), Device::new(2));
    let made = register(&world, &world.prime, &mut device, "事務所のパソコン").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(
        made.body.matches("<li><code>").count(),
        10,
        "recovery codes with the first one"
    );
    let again = register(&world, &world.prime, &mut second, "スマートフォン").await;
    assert_eq!(again.location.as_deref(), Some("/account/passkeys"));
    let page = world.page(&world.prime, "/account/passkeys").await;
    assert!(page.contains("事務所のパソコン") && page.contains("スマートフォン"));
    // The ID is in use elsewhere: that is asked as after a password.
    let asked = sign_in(&world, &mut device).await;
    assert!(
        asked.status == StatusCode::OK && asked.body.contains("使用中"),
        "{}",
        asked.body
    );
    assert!(!is_let_in(&asked));
    world.test.post(Some(&world.prime), "/sign-out", &[]).await;
    let answer = sign_in(&world, &mut second).await;
    assert_eq!(
        (answer.status, answer.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/sites"))
    );
    let person = world.signed_in(&answer).await;
    assert_eq!(person.viewer.account, world.prime.viewer.account);

    // A passkey is one person's, whoever else shows it.
    let taken = register(&world, &world.stranger, &mut Device::new(1), "他人の").await;
    assert_eq!(taken.location.as_deref(), Some("/account/passkeys"));
    assert!(!world.page(&world.stranger, "/account/passkeys").await.contains("他人の"));
    let id = between(
        &world.page(&person, "/account/passkeys").await,
        "action=\"/account/passkeys/",
        "/remove",
    )
    .to_owned();
    let id = id.split('"').next().unwrap();
    let not_his = format!("/account/passkeys/{id}");
    assert_eq!(
        world
            .test
            .post(Some(&world.stranger), &not_his, &[("name", "x")])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    // Another name; taken away only with the password.
    world.test.post(Some(&person), &not_his, &[("name", "古い<パソコン>")]).await;
    assert!(
        world
            .page(&person, "/account/passkeys")
            .await
            .contains("古い&#60;パソコン&#62;")
    );
    let away = format!("{not_his}/remove");
    let wrong = world.test.post(Some(&person), &away, &[("password", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = world.test.post(Some(&person), &away, &[("password", PASSWORD)]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.body);
    world.test.post(Some(&person), "/sign-out", &[]).await;
    let gone = [sign_in(&world, &mut device).await, sign_in(&world, &mut second).await];
    assert_eq!(
        gone.iter().filter(|answer| is_let_in(answer)).count(),
        1,
        "one of the two is left"
    );
});

on_both!(a_passkey_is_the_second_factor, |backend| async move {
    let world = world(backend).await;
    let id = world.prime.viewer.company_id().unwrap().to_string();
    let mut device = Device::new(3);
    let made = register(&world, &world.prime, &mut device, "鍵").await;
    let recovery = between(&made.body, "<li><code>", "<").to_owned();
    world.test.post(Some(&world.prime), "/sign-out", &[]).await;
    let start = async || {
        let fields = [("name", id.as_str()), ("password", PASSWORD)];
        let page = world.test.post(None, "/sign-in", &fields).await;
        assert!(!is_let_in(&page), "the password alone is not enough");
        page
    };
    let go_on = async |fields: &[(&str, &str)]| world.test.post(None, "/sign-in/go-on", fields).await;
    let page = start().await;
    let (asked, key_ticket) = question(&page, "get", "passkey");
    assert_eq!(asked["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1);
    let ticket = between(&page.body, "name=\"ticket\" value=\"", "\"").to_owned();
    // Somebody else's device, no answer at all, a wrong code.
    let foreign = Device::new(4).use_it(&asked);
    let wrong = go_on(&[("ticket", &ticket), ("passkey", &key_ticket), ("answer", &foreign)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_let_in(&go_on(&[("ticket", &ticket), ("code", "000000")]).await));
    // The question was used up by the wrong answer.
    let late = device.use_it(&asked);
    assert!(!is_let_in(
        &go_on(&[("ticket", &ticket), ("passkey", &key_ticket), ("answer", &late)]).await
    ));
    let page = start().await;
    let (asked, key_ticket) = question(&page, "get", "passkey");
    let ticket = between(&page.body, "name=\"ticket\" value=\"", "\"").to_owned();
    let answer = device.use_it(&asked);
    let answer = go_on(&[("ticket", &ticket), ("passkey", &key_ticket), ("answer", &answer)]).await;
    assert!(is_let_in(&answer), "{}", answer.body);
    let person = world.signed_in(&answer).await;
    world.test.post(Some(&person), "/sign-out", &[]).await;
    // Without the device, a recovery code.
    let ticket = between(&start().await.body, "name=\"ticket\" value=\"", "\"").to_owned();
    assert!(is_let_in(&go_on(&[("ticket", &ticket), ("code", &recovery)]).await));
});

on_both!(a_passkey_that_is_not_right_opens_nothing, |backend| async move {
    let world = world(backend).await;
    world
        .test
        .post(Some(&world.prime), "/account/passkeys/begin", &[("name", "")])
        .await;
    // Made for another address, or by a device that asked for nothing.
    let elsewhere = Device {
        origin: "https://evil.test",
        ..Device::new(5)
    };
    let unverified = Device {
        verified: false,
        ..Device::new(6)
    };
    for mut device in [elsewhere, unverified] {
        let refused = register(&world, &world.prime, &mut device, "鍵").await;
        assert_eq!(refused.location.as_deref(), Some("/account/passkeys"));
        assert!(
            !world.page(&world.prime, "/account/passkeys").await.contains("鍵<"),
            "not kept"
        );
    }
    let mut device = Device::new(7);
    register(&world, &world.prime, &mut device, "鍵").await;
    world.test.post(Some(&world.prime), "/sign-out", &[]).await;
    device.origin = "https://evil.test";
    assert!(!is_let_in(&sign_in(&world, &mut device).await));
    device.origin = ORIGIN;
    device.verified = false;
    assert!(!is_let_in(&sign_in(&world, &mut device).await));
    device.verified = true;
    let user = std::mem::replace(&mut device.user, base64url(&[0; 16]));
    assert!(!is_let_in(&sign_in(&world, &mut device).await), "another's handle");
    device.user.clone_from(&user);
    let page = world.test.post(None, "/sign-in/passkey", &[]).await;
    let (_, ticket) = question(&page, "get", "ticket");
    for answer in ["", "{}", "null", "\u{0}"] {
        let said = world
            .test
            .post(None, "/sign-in/passkey/answer", &[("ticket", &ticket), ("answer", answer)])
            .await;
        assert!(
            said.status == StatusCode::UNPROCESSABLE_ENTITY && !is_let_in(&said),
            "{answer}"
        );
    }
    // Too late.
    let page = world.test.post(None, "/sign-in/passkey", &[]).await;
    let (asked, ticket) = question(&page, "get", "ticket");
    world.test.clock.advance(SignedDuration::from_mins(6));
    let answer = device.use_it(&asked);
    let late = world
        .test
        .post(None, "/sign-in/passkey/answer", &[("ticket", &ticket), ("answer", &answer)])
        .await;
    assert!(!is_let_in(&late));
    // A copy of the device lags behind in its count.
    assert!(is_let_in(&sign_in(&world, &mut device).await));
    let copy = &mut Device { counter: 0, ..device };
    assert!(!is_let_in(&sign_in(&world, copy).await));
});

on_both!(an_account_issued_anew_has_no_passkey, |backend| async move {
    let world = world(backend).await;
    let mut device = Device::new(8);
    register(&world, &world.prime, &mut device, "鍵").await;
    let account = &world.prime.viewer.account;
    let tx = world.test.app.db().write().await.unwrap();
    registry::rooms::accounts::renew(&world.test.app, &tx, account)
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!is_let_in(&sign_in(&world, &mut device).await));
});

#[tokio::test]
async fn a_bare_address_has_no_passkeys() {
    for (address, possible) in [
        ("https://192.0.2.7", false),
        ("", false),
        ("http://127.0.0.1:8080", true),
        ("https://ashiba.example/", true),
    ] {
        let settings = Settings {
            address: address.into(),
            ..Settings::default()
        };
        let world = World::with(Backend::Sqlite, settings).await;
        let page = world.test.get(None, "/sign-in").await;
        assert_eq!(page.body.contains("/sign-in/passkey"), possible, "{address}");
        let page = world.page(&world.prime, "/account/passkeys").await;
        assert_eq!(page.contains("/account/passkeys/begin"), possible, "{address}");
        let asked = world.test.post(None, "/sign-in/passkey", &[]).await;
        assert_eq!(asked.status == StatusCode::OK, possible, "{address}");
    }
}
