//! Accounts: issued with secrets told once, nothing open before the initial password is changed, codes that cannot be tried for ever.

use axum::http::{Method, StatusCode};
use domain::access::Role;
use jiff::SignedDuration;
use registry::app;
use registry::rooms::accounts::{Issue, issue, renew};
use registry::testing::{Answer, Person, World};
use testkit::on_both;
use web::Language;

const NEW: &str = "朝礼のまえに体操する足場";

/// Made-up secrets of an account, read where its owner reads them.
struct Told {
    account: String,
    id: String,
    password: String,
    code: String,
}

fn after<'a>(text: &'a str, label: &str) -> &'a str {
    text.split(label).nth(1).and_then(|rest| rest.lines().next()).unwrap().trim()
}

async fn told(world: &World, account: &str, email: &str) -> Told {
    let mails = world.test.mails(email).await;
    let last = |subject: &str| {
        mails
            .iter()
            .rev()
            .find(|(s, _)| s.contains(subject))
            .map(|(_, body)| body)
            .unwrap()
    };
    let (id_mail, code_mail) = (last("初期パスワード"), last("セキュリティコード"));
    let told = Told {
        account: account.to_owned(),
        id: after(id_mail, "ログインID：").to_owned(),
        password: after(id_mail, "初期パスワード：").to_owned(),
        code: after(code_mail, "セキュリティコード：").to_owned(),
    };
    assert!(
        !id_mail.contains(&told.code) || told.password.contains(&told.code),
        "the code is in the other mail only"
    );
    assert!(!code_mail.contains(&told.password) && !code_mail.contains(&told.id));
    told
}

async fn issued(world: &World, email: &str) -> Told {
    let tx = world.test.app.db().write().await.unwrap();
    let new = Issue {
        sign_in_id: "5550001234",
        role: Role::Administrator,
        company: world.prime.viewer.company_id(),
        worker: None,
        name: "発行 花子",
        email,
        language: Language::Ja,
    };
    let account = issue(&world.test.app, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    told(world, &account, email).await
}

async fn try_in(world: &World, id: &str, password: &str) -> Answer {
    world
        .test
        .post(None, "/sign-in", &[("name", id), ("password", password)])
        .await
}

async fn change(world: &World, who: &Person, old: &str, new: &str, code: &str) -> Answer {
    let fields = [("old", old), ("new", new), ("again", new), ("code", code)];
    world.test.post(Some(who), "/account/password", &fields).await
}

on_both!(nothing_is_open_before_the_initial_password_is_changed, |backend| async move {
    let world = World::new(backend).await;
    let told = issued(&world, "hanako@example.jp").await;
    let person = world.signed_in(&try_in(&world, &told.id, &told.password).await).await;
    // Every route there is.
    for (method, path) in app::routes().list() {
        let concrete = path
            .replace("{site}", &world.site.to_string())
            .replace("{worker}", &world.ann.handle)
            .replace("{account}", &told.account)
            .replace("{token}", "nobody")
            .replace(['{', '}'], "");
        if concrete.starts_with("/static/") || concrete.starts_with("/api/") {
            continue;
        }
        let answer = match *method {
            Method::GET => world.test.get(Some(&person), &concrete).await,
            _ if concrete == "/sign-out" => continue,
            _ => world.test.post(Some(&person), &concrete, &[("lang", "ja")]).await,
        };
        let open = ["/account/password", "/language", "/healthz"].contains(&concrete.as_str());
        let led = (answer.status, answer.location.as_deref()) == (StatusCode::SEE_OTHER, Some("/account/password"));
        assert!(open != led, "{method} {concrete}: {} {:?}", answer.status, answer.location);
    }
    let page = world.page(&person, "/account/password").await;
    assert!(
        page.contains("初期パスワードの変更") && !page.contains("/sites"),
        "no menu either"
    );
    // Changed with the code: all sessions end; the new password opens everything, the old one nothing.
    let done = change(&world, &person, &told.password, NEW, &told.code).await;
    assert_eq!(
        (done.status, done.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/sign-in")),
        "{}",
        done.body
    );
    let after = world.test.get(Some(&person), "/sites").await;
    assert_eq!(after.location.as_deref(), Some("/sign-in?next=/sites"));
    assert_eq!(
        try_in(&world, &told.id, &told.password).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let person = world.signed_in(&try_in(&world, &told.id, NEW).await).await;
    assert_eq!(world.test.get(Some(&person), "/sites").await.status, StatusCode::OK);
    let mails = world.test.mails("hanako@example.jp").await;
    let notice = mails.iter().find(|(subject, _)| subject.contains("変更されました")).unwrap();
    assert!(!notice.1.contains(NEW));
});

on_both!(a_new_password_is_checked_and_nothing_typed_comes_back, |backend| async move {
    let world = World::new(backend).await;
    let told = issued(&world, "hanako@example.jp").await;
    let person = world.signed_in(&try_in(&world, &told.id, &told.password).await).await;
    for (new, sentence) in [
        ("short", "12文字以上"),
        ("password2026!!", "推測されやすい"),
        ("5550001234xy", "ログインID"),
        (told.password.as_str(), "現在と同じ"),
        ("", "12文字以上"),
    ] {
        let answer = change(&world, &person, &told.password, new, &told.code).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert!(answer.body.contains(sentence), "{new}: {}", answer.body);
        assert!(!answer.body.contains(&told.password), "{new}");
    }
    let fields = [
        ("old", told.password.as_str()),
        ("new", NEW),
        ("again", "ちがう"),
        ("code", &told.code),
    ];
    let differs = world.test.post(Some(&person), "/account/password", &fields).await;
    assert!(differs.body.contains("一致しません") && !differs.body.contains(NEW));
    let nul = change(&world, &person, "a\0b", NEW, "\0").await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(codes_rest_after_five_misses_and_are_blocked_after_ten, |backend| async move {
    let world = World::new(backend).await;
    let told = issued(&world, "hanako@example.jp").await;
    let person = world.signed_in(&try_in(&world, &told.id, &told.password).await).await;
    let wrong = if told.code == "0000" { "0001" } else { "0000" };
    let miss = async || change(&world, &person, &told.password, NEW, wrong).await.body;
    for n in 1..=4 {
        assert!(miss().await.contains("セキュリティコードが正しくありません"), "{n}");
    }
    assert!(miss().await.contains("受け付けません"), "the fifth");
    let right = change(&world, &person, &told.password, NEW, &told.code).await;
    assert_eq!(
        right.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "resting: the right one does not help"
    );
    world.test.clock.advance(SignedDuration::from_mins(30));
    for n in 6..=9 {
        assert!(miss().await.contains("セキュリティコードが正しくありません"), "{n}");
    }
    assert!(miss().await.contains("停止しました"), "the tenth");
    world.test.clock.advance(SignedDuration::from_hours(11));
    assert!(
        change(&world, &person, &told.password, NEW, &told.code)
            .await
            .body
            .contains("停止しました")
    );
    // The operator makes new secrets: the old ones are worth nothing, the lock is open.
    let tx = world.test.app.db().write().await.unwrap();
    renew(&world.test.app, &tx, &told.account).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        world.test.get(Some(&person), "/account/password").await.location.as_deref(),
        Some("/sign-in?next=/account/password")
    );
    let told = self::told(&world, &told.account, "hanako@example.jp").await;
    let person = world.signed_in(&try_in(&world, &told.id, &told.password).await).await;
    let done = change(&world, &person, &told.password, NEW, &told.code).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in"), "{}", done.body);
});

on_both!(a_letter_is_shown_once_to_whoever_may_print_it, |backend| async move {
    let world = World::new(backend).await;
    let told = issued(&world, "hanako@example.jp").await;
    let path = format!("/account/letters/{}", told.account);
    assert!(
        !world.page(&world.operator, &path).await.contains(&told.password),
        "not by looking"
    );
    let letter = world.test.post(Some(&world.operator), &path, &[]).await;
    assert_eq!(letter.status, StatusCode::CREATED);
    for secret in [&told.id, &told.password, &told.code] {
        assert!(letter.body.contains(secret.as_str()));
    }
    let again = world.test.post(Some(&world.operator), &path, &[]).await;
    assert!(again.status == StatusCode::OK && !again.body.contains(&told.password));
    // New ones, and nobody fetches them for a quarter of an hour.
    let renewed = world.test.post(Some(&world.operator), &format!("{path}/renew"), &[]).await;
    assert_eq!(renewed.location.as_deref(), Some(path.as_str()));
    world.test.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(
        world.test.post(Some(&world.operator), &path, &[]).await.status,
        StatusCode::OK
    );
    for strange in [
        "/account/letters/x",
        "/account/letters/%00",
        "/account/letters/01J0000000ABCDEFGHJKMNPQRS",
    ] {
        assert_eq!(
            world.test.get(Some(&world.operator), strange).await.status,
            StatusCode::NOT_FOUND,
            "{strange}"
        );
    }
});
