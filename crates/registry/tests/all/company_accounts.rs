//! Who makes, changes and closes accounts for whom; closed ones end at once; the second factor.

use axum::http::StatusCode;
use jiff::SignedDuration;
use registry::testing::{Answer, Person, World};
use testkit::on_both;
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "足場のうえで7時半";
const NEW: &str = "朝礼のまえに体操する足場";

async fn make(world: &World, who: &Person, role: &str, email: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("role", role), ("name", "新人 次郎"), ("email", email)];
    fields.extend(more);
    world.test.post(Some(who), "/account/company", &fields).await
}

fn made(answer: &Answer) -> String {
    let location = answer.location.as_deref().unwrap_or_else(|| panic!("{}", answer.body));
    location.rsplit('/').next().unwrap().to_owned()
}

/// Signs in with the mailed secrets, changes the password, signs in again.
async fn first_day(world: &World, email: &str) -> Person {
    let mails = world.test.mails(email).await;
    let read = |subject: &str, label: &str| {
        let body = &mails.iter().rev().find(|(s, _)| s.contains(subject)).unwrap().1;
        body.split(label).nth(1).unwrap().lines().next().unwrap().trim().to_owned()
    };
    let id = read("初期パスワード", "ログインID：");
    let password = read("初期パスワード", "初期パスワード：");
    let code = read("セキュリティコード", "セキュリティコード：");
    let sign_in = async |password: &str| {
        let fields = [("name", id.as_str()), ("password", password)];
        world.signed_in(&world.test.post(None, "/sign-in", &fields).await).await
    };
    let first = sign_in(&password).await;
    let fields = [("old", password.as_str()), ("new", NEW), ("again", NEW), ("code", &code)];
    let done = world.test.post(Some(&first), "/account/password", &fields).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in"), "{}", done.body);
    sign_in(NEW).await
}

async fn tier(world: &World, who: &Person, parent: &str, name: &str) -> Answer {
    let fields = [("parent", parent), ("name", name)];
    world.test.post(Some(who), "/account/company/tiers", &fields).await
}

async fn tier_of(world: &World, name: &str) -> String {
    let page = world.page(&world.prime, "/account/company/tiers").await;
    let before = page.split(&format!("value=\"{name}\"")).next().unwrap();
    before.rsplit("/tiers/").next().unwrap().get(..26).unwrap().to_owned()
}

on_both!(a_company_makes_and_closes_its_accounts, |backend| async move {
    let world = World::new(backend).await;
    let site = world.site.to_string();
    let account = made(&make(&world, &world.prime, "site_manager", "jiro@example.jp", &[("sites", &site)]).await);
    let jiro = first_day(&world, "jiro@example.jp").await;
    assert_eq!(
        world.test.get(Some(&jiro), &world.path("")).await.status,
        StatusCode::OK,
        "his site"
    );
    assert_eq!(
        world.test.get(Some(&jiro), "/account/company").await.status,
        StatusCode::FORBIDDEN
    );
    // The site is taken away, and he no longer sees it.
    let path = format!("/account/company/{account}");
    let page = world.page(&world.prime, &path).await;
    assert!(
        page.contains("checked") && page.contains("架空の現場"),
        "the site by its name: {page}"
    );
    let fields = [("name", "新人 次郎"), ("email", "jiro@example.jp")];
    assert_eq!(
        world.test.post(Some(&world.prime), &path, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        world.test.get(Some(&jiro), &world.path("")).await.status,
        StatusCode::NOT_FOUND
    );
    // Another company knows nothing of him.
    for strange in [path.clone(), format!("{path}/close"), format!("{path}/renew")] {
        assert_eq!(
            world.test.post(Some(&world.first), &strange, &fields).await.status,
            StatusCode::NOT_FOUND,
            "{strange}"
        );
    }
    assert_eq!(world.test.get(Some(&jiro), "/account").await.status, StatusCode::OK);
    let closed = world.test.post(Some(&world.prime), &format!("{path}/close"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.test.get(Some(&jiro), "/account").await.location.as_deref(),
        Some("/sign-in?next=/account"),
        "at once"
    );
    let page = world.page(&world.prime, "/account/company?closed=on").await;
    assert!(page.contains("新人 次郎") && !world.page(&world.prime, "/account/company").await.contains("新人 次郎"));
    let again = [("name", jiro.viewer.account.as_str()), ("password", NEW)];
    assert_eq!(
        world.test.post(None, "/sign-in", &again).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
});

on_both!(the_first_administrator_and_oneself_are_not_closed, |backend| async move {
    let world = World::new(backend).await;
    make(&world, &world.prime, "administrator", "second@example.jp", &[]).await;
    let second = first_day(&world, "second@example.jp").await;
    for (who, whom) in [(&second, &world.prime), (&second, &second), (&world.prime, &world.prime)] {
        for act in ["close", "renew"] {
            let path = format!("/account/company/{}/{act}", whom.viewer.account);
            assert_eq!(world.test.post(Some(who), &path, &[]).await.status, StatusCode::CONFLICT);
        }
    }
    let own = format!("/account/all/{}/close", world.operator.viewer.account);
    assert_eq!(
        world.test.post(Some(&world.operator), &own, &[]).await.status,
        StatusCode::CONFLICT
    );
    // The first closes the second; the secrets were for nobody else's eyes.
    let letter = format!("/account/letters/{}", second.viewer.account);
    assert_eq!(
        world.test.post(Some(&world.operator), &letter, &[]).await.status,
        StatusCode::OK,
        "no letter waits"
    );
    let path = format!("/account/company/{}/close", second.viewer.account);
    assert_eq!(
        world.test.post(Some(&world.prime), &path, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.test.get(Some(&second), "/sites").await.status, StatusCode::SEE_OTHER);
});

on_both!(a_tier_manager_reaches_down_and_never_up_or_aside, |backend| async move {
    let world = World::new(backend).await;
    for (parent, name) in [("", "東日本"), ("", "西日本")] {
        assert_eq!(tier(&world, &world.prime, parent, name).await.status, StatusCode::SEE_OTHER);
    }
    let (east, west) = (tier_of(&world, "東日本").await, tier_of(&world, "西日本").await);
    tier(&world, &world.prime, &east, "東北支店").await;
    let north = tier_of(&world, "東北支店").await;
    tier(&world, &world.prime, &north, "工事部").await;
    let works = tier_of(&world, "工事部").await;
    assert!(
        tier(&world, &world.prime, &works, "深すぎ")
            .await
            .body
            .contains("第3階層まで")
    );
    assert!(tier(&world, &world.prime, "", "東日本").await.body.contains("すでにあります"));
    assert!(tier(&world, &world.first, &east, "他社").await.body.contains("選べない"));

    let missing = make(&world, &world.prime, "tier_manager", "north@example.jp", &[]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY, "a tier manager has a tier");
    made(&make(&world, &world.prime, "tier_manager", "north@example.jp", &[("tier", &north)]).await);
    let upper = made(&make(&world, &world.prime, "tier_manager", "east@example.jp", &[("tier", &east)]).await);
    let aside = made(&make(&world, &world.prime, "site_manager", "west@example.jp", &[("tier", &west)]).await);
    let manager = first_day(&world, "north@example.jp").await;
    // (kind, tier, what comes of it)
    for (role, tier, status) in [
        ("tier_manager", works.as_str(), StatusCode::SEE_OTHER),
        ("site_manager", &north, StatusCode::SEE_OTHER),
        ("site_manager", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("site_manager", &east, StatusCode::UNPROCESSABLE_ENTITY),
        ("tier_manager", &west, StatusCode::UNPROCESSABLE_ENTITY),
        ("administrator", &north, StatusCode::UNPROCESSABLE_ENTITY),
        ("proxy_clerk", &north, StatusCode::UNPROCESSABLE_ENTITY),
        ("operator", &north, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = make(&world, &manager, role, "x@example.jp", &[("tier", tier)]).await;
        assert_eq!(answer.status, status, "{role} {tier}");
    }
    for account in [&upper, &aside, &world.manager.viewer.account] {
        let path = format!("/account/company/{account}");
        assert_eq!(world.test.get(Some(&manager), &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            world.test.post(Some(&manager), &format!("{path}/close"), &[]).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let list = world.page(&manager, "/account/company").await;
    assert!(list.contains("工事部") && !list.contains("西日本"));
    assert_eq!(
        tier(&world, &manager, "", "上の階層").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let renamed = world
        .test
        .post(Some(&manager), &format!("/account/company/tiers/{west}"), &[("name", "x")])
        .await;
    assert_eq!(renamed.status, StatusCode::NOT_FOUND);
});

on_both!(what_is_typed_of_an_account_is_checked, |backend| async move {
    let world = World::new(backend).await;
    let strange = [
        ("site_manager", "no address", "", ""),
        ("site_manager", "a@example.jp\nBcc: b@example.jp", "", ""),
        ("worker", "a@example.jp", "", ""),
        ("", "a@example.jp", "", ""),
        ("tier_manager", "a@example.jp", "\0", ""),
        ("site_manager", "a@example.jp", "", "12345678901271"),
        ("site_manager", "a@example.jp", "", "\0"),
    ];
    for (role, email, tier, site) in strange {
        let mut more = vec![("tier", tier)];
        if !site.is_empty() {
            more.push(("sites", site));
        }
        let answer = make(&world, &world.prime, role, email, &more).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{role:?} {email:?} {tier:?} {site:?}"
        );
    }
    for path in [
        "/account/company?q=%00",
        "/account/company?q=%25_",
        "/account/company?page=0",
        "/sites?q=%00",
    ] {
        assert_eq!(
            world.test.get(Some(&world.prime), path).await.status,
            StatusCode::OK,
            "{path}"
        );
    }
    let search = async |q: &str| {
        world
            .test
            .post(Some(&world.operator), "/account/all/search", &[("q", q)])
            .await
    };
    assert_eq!(search("\0").await.status, StatusCode::SEE_OTHER);
    let worker = world.ann.id.grouped();
    assert!(
        search(&worker).await.body.contains(&world.ann.name),
        "as it is printed, and not in the address"
    );
    assert!(!search("存在しない").await.body.contains(&world.ann.name));
});

on_both!(the_operator_unlocks_and_closes, |backend| async move {
    let world = World::new(backend).await;
    let id = world.bob.id.to_string();
    for _ in 0..5 {
        world
            .test
            .post(None, "/sign-in", &[("name", &id), ("password", "guess")])
            .await;
    }
    let sign_in = async || {
        world
            .test
            .post(None, "/sign-in", &[("name", id.as_str()), ("password", PASSWORD)])
            .await
            .status
    };
    assert_eq!(sign_in().await, StatusCode::UNPROCESSABLE_ENTITY);
    let path = format!("/account/all/{}", world.bob_self.viewer.account);
    assert!(world.page(&world.operator, &path).await.contains("ロックされています"));
    world.test.post(Some(&world.operator), &format!("{path}/unlock"), &[]).await;
    assert!(!world.page(&world.operator, &path).await.contains("ロックされています"));
    assert_eq!(sign_in().await, StatusCode::SEE_OTHER);
    world.test.post(Some(&world.operator), &format!("{path}/close"), &[]).await;
    assert_eq!(sign_in().await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        world.test.get(Some(&world.bob_self), "/account").await.status,
        StatusCode::SEE_OTHER
    );
    // A reviewer is made, and gets no further than his kind.
    let fields = [("role", "reviewer"), ("name", "審査 三郎"), ("email", "saburo@example.jp")];
    let letter = world
        .test
        .post(Some(&world.operator), "/account/all", &fields)
        .await
        .location
        .unwrap();
    assert_eq!(
        world.test.post(Some(&world.operator), &letter, &[]).await.status,
        StatusCode::CREATED
    );
    let reviewer = first_day(&world, "saburo@example.jp").await;
    assert_eq!(
        world.test.get(Some(&reviewer), "/account/all").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        world.test.get(Some(&reviewer), &letter).await.status,
        StatusCode::NOT_FOUND,
        "no letters of the operator's people"
    );
    let fields = [("role", "administrator"), ("name", "x"), ("email", "x@example.jp")];
    let refused = world.test.post(Some(&world.operator), "/account/all", &fields).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "companies' accounts are the companies'"
    );
});

fn code(secret: &str, world: &World) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = u64::try_from(world.test.app.clock().now().as_second()).unwrap();
    totp.generate(now).to_string()
}

on_both!(a_second_factor_is_asked_for_and_each_code_works_once, |backend| async move {
    let world = World::new(backend).await;
    let person = &world.prime;
    let id = person.viewer.company_id().unwrap().to_string();
    let begun = world.test.post(Some(person), "/account/two-factor/begin", &[]).await;
    assert!(begun.body.contains("<svg"), "{}", begun.body);
    let secret = begun
        .body
        .split("class=\"key\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        !world.page(person, "/account/two-factor").await.contains(&secret),
        "not shown again"
    );
    let confirm = async |code: &str| {
        world
            .test
            .post(Some(person), "/account/two-factor/confirm", &[("code", code)])
            .await
    };
    for wrong in ["", "000000", "\0", "あ"] {
        assert_eq!(confirm(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    let on = confirm(&code(&secret, &world)).await;
    assert_eq!(on.status, StatusCode::CREATED, "{}", on.body);
    let recovery: Vec<&str> = on
        .body
        .split("<li><code>")
        .skip(1)
        .map(|s| s.split('<').next().unwrap())
        .collect();
    assert_eq!(recovery.len(), 10);

    let start = async || {
        let asked = world
            .test
            .post(None, "/sign-in", &[("name", id.as_str()), ("password", PASSWORD)])
            .await;
        assert!(
            asked.status == StatusCode::OK && asked.body.contains("認証コード"),
            "{}",
            asked.body
        );
        assert!(!asked.body.contains("使用中"), "what is in use is told after the factor");
        asked
            .body
            .split("name=\"ticket\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let go_on = async |ticket: &str, code: &str| {
        world
            .test
            .post(None, "/sign-in/go-on", &[("ticket", ticket), ("code", code)])
            .await
    };
    let ticket = start().await;
    let used = go_on(&ticket, &code(&secret, &world)).await;
    assert_eq!(
        used.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code of this half minute was used"
    );
    world.test.clock.advance(SignedDuration::from_secs(60));
    let asked = go_on(&ticket, &code(&secret, &world)).await;
    assert!(asked.status == StatusCode::OK && asked.body.contains("使用中"));
    let answer = go_on(&ticket, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let person = world.signed_in(&answer).await;
    world.test.post(Some(&person), "/sign-out", &[]).await;
    // A recovery code, once.
    let ticket = start().await;
    let answer = go_on(&ticket, recovery[0]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let person = world.signed_in(&answer).await;
    let off = async |code: &str| {
        world
            .test
            .post(Some(&person), "/account/two-factor/off", &[("code", code)])
            .await
            .status
    };
    assert_eq!(off(recovery[0]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(off(recovery[1]).await, StatusCode::SEE_OTHER);
    world.test.post(Some(&person), "/sign-out", &[]).await;
    let plain = world
        .test
        .post(None, "/sign-in", &[("name", id.as_str()), ("password", PASSWORD)])
        .await;
    assert_eq!(plain.status, StatusCode::SEE_OTHER, "off");
});

on_both!(a_second_factor_cannot_be_guessed, |backend| async move {
    let world = World::new(backend).await;
    let begun = world.test.post(Some(&world.prime), "/account/two-factor/begin", &[]).await;
    let secret = begun
        .body
        .split("class=\"key\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    for _ in 0..5 {
        world
            .test
            .post(Some(&world.prime), "/account/two-factor/confirm", &[("code", "000000")])
            .await;
    }
    let now = code(&secret, &world);
    let right = [("code", now.as_str())];
    let resting = world
        .test
        .post(Some(&world.prime), "/account/two-factor/confirm", &right)
        .await;
    assert_eq!(resting.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.test.clock.advance(SignedDuration::from_mins(31));
    let now = code(&secret, &world);
    let right = [("code", now.as_str())];
    let later = world
        .test
        .post(Some(&world.prime), "/account/two-factor/confirm", &right)
        .await;
    assert_eq!(later.status, StatusCode::CREATED);
});
