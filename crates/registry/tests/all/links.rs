//! Forgotten passwords and sign-up: links that work once, and answers that tell nobody who has an account.

use axum::http::StatusCode;
use domain::access::Role;
use jiff::SignedDuration;
use registry::rooms::accounts::{Issue, issue};
use registry::testing::{Answer, TestApp, World};
use sea_orm::{ConnectionTrait, Statement};
use testkit::on_both;
use web::Language;

const NEW: &str = "朝礼のまえに体操する足場";
const EMAIL: &str = "hanako@example.jp";
const ID: &str = "5550001234";

async fn issued(test: &TestApp) -> String {
    let tx = test.app.db().write().await.unwrap();
    let new = Issue {
        sign_in_id: ID,
        role: Role::Operator,
        company: None,
        worker: None,
        name: "発行 花子",
        email: EMAIL,
        language: Language::Ja,
    };
    issue(&test.app, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let mails = test.mails(EMAIL).await;
    let code = mails.iter().find(|(s, _)| s.contains("セキュリティコード")).unwrap();
    code.1
        .split("セキュリティコード：")
        .nth(1)
        .unwrap()
        .get(..4)
        .unwrap()
        .to_owned()
}

async fn ask(test: &TestApp, id: &str, email: &str) -> Answer {
    test.post(None, "/forgotten", &[("id", id), ("email", email)]).await
}

async fn links(test: &TestApp, to: &str, kind: &str) -> Vec<String> {
    let mails = test.mails(to).await;
    let links = mails
        .iter()
        .filter_map(|(_, body)| body.lines().find(|l| l.starts_with(kind)));
    links.map(ToOwned::to_owned).collect()
}

async fn rows(test: &TestApp, table: &str) -> i64 {
    let tx = test.app.db().read().await.unwrap();
    let statement = Statement::from_string(tx.get_database_backend(), format!("select count(*) from {table}"));
    let row = tx.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

on_both!(a_forgotten_password_is_set_by_a_link_and_the_code, |backend| async move {
    let test = TestApp::new(backend).await;
    let code = issued(&test).await;
    assert_eq!(ask(&test, "55500 01234", " Hanako@Example.jp ").await.status, StatusCode::OK);
    let link = links(&test, EMAIL, "/reset/").await.remove(0);
    let page = test.get(None, &link).await;
    assert!(page.status == StatusCode::OK && page.body.contains(ID));
    let send = async |code: &str| test.post(None, &link, &[("new", NEW), ("again", NEW), ("code", code)]).await;
    let wrong = if code == "0000" { "0001" } else { "0000" };
    let missed = send(wrong).await;
    assert!(missed.status == StatusCode::UNPROCESSABLE_ENTITY && missed.body.contains("正しくありません"));
    assert!(!missed.body.contains(NEW));
    let done = send(&code).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in"), "{}", done.body);
    assert_eq!(send(&code).await.status, StatusCode::GONE, "once");
    assert_eq!(test.get(None, &link).await.status, StatusCode::GONE);
    let signed_in = test.post(None, "/sign-in", &[("name", ID), ("password", NEW)]).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    assert_eq!(signed_in.location.as_deref(), Some("/"), "the change is no longer forced");
});

on_both!(a_link_holds_half_an_hour_and_two_at_once_work_once, |backend| async move {
    let test = TestApp::new(backend).await;
    let code = issued(&test).await;
    ask(&test, ID, EMAIL).await;
    let late = links(&test, EMAIL, "/reset/").await.remove(0);
    test.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(test.get(None, &late).await.status, StatusCode::GONE);
    ask(&test, ID, EMAIL).await;
    let link = links(&test, EMAIL, "/reset/").await.into_iter().find(|l| *l != late).unwrap();
    let fields = [("new", NEW), ("again", NEW), ("code", code.as_str())];
    let send = || test.post(None, &link, &fields);
    let (one, two) = tokio::join!(send(), send());
    let mut got = [one.status.as_u16(), two.status.as_u16()];
    got.sort_unstable();
    assert_eq!(got, [303, 410]);
});

on_both!(nobody_learns_who_has_an_account, |backend| async move {
    let test = TestApp::new(backend).await;
    issued(&test).await;
    let mut seen = Vec::new();
    for (id, email) in [(ID, EMAIL), (ID, "other@example.jp"), ("5550009999", EMAIL), ("\0", "\0\r\n")] {
        let before = (
            rows(&test, "mail").await,
            rows(&test, "ticket").await,
            rows(&test, "throttle").await,
        );
        let answer = ask(&test, id, email).await;
        let after = (
            rows(&test, "mail").await,
            rows(&test, "ticket").await,
            rows(&test, "throttle").await,
        );
        let work = (after.0 - before.0, after.1 - before.1, (after.2 - before.2) > 0);
        seen.push((answer.status, answer.body, work));
    }
    for other in &seen[1..] {
        assert_eq!(*other, seen[0], "same status, same page, same rows written");
    }
    assert_eq!(seen[0].2, (1, 1, true));
    assert_eq!(links(&test, EMAIL, "/reset/").await.len(), 1, "and one mail only");
});

on_both!(mails_cannot_be_asked_for_without_end, |backend| async move {
    let test = TestApp::new(backend).await;
    issued(&test).await;
    for n in 0..6 {
        let from = format!("198.51.100.{n}");
        let fields = [("id", ID), ("email", EMAIL)];
        let answer = test.post_from(&from, None, "/forgotten", &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "the person's limit is told to nobody");
    }
    assert_eq!(links(&test, EMAIL, "/reset/").await.len(), 3);
    for n in 0..25 {
        let email = format!("a{n}@example.jp");
        let fields = [("id", "x"), ("email", email.as_str())];
        let answer = test.post_from("203.0.113.9", None, "/forgotten", &fields).await;
        let expected = if n < 20 {
            StatusCode::OK
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        assert_eq!(answer.status, expected, "{n}");
    }
    test.clock.advance(SignedDuration::from_hours(2));
    test.post_from("203.0.113.9", None, "/forgotten", &[("id", ID), ("email", EMAIL)])
        .await;
    assert_eq!(links(&test, EMAIL, "/reset/").await.len(), 4);
});

on_both!(anybody_signs_up_as_an_applicant, |backend| async move {
    let world = World::new(backend).await;
    let test = &world.test;
    for bad in ["", "hanako", "a@example.jp\r\nBcc: b@example.jp", "\0@example.jp"] {
        let answer = test.post(None, "/sign-up", &[("email", bad)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
    test.post(None, "/sign-up", &[("email", EMAIL)]).await;
    let link = links(test, EMAIL, "/sign-up/").await.remove(0);
    assert_eq!(test.get(None, &link).await.status, StatusCode::OK);
    let bad = test
        .post(None, &link, &[("name", ""), ("new", "short"), ("again", "short")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("name", "申請 太郎"), ("new", NEW), ("again", NEW)];
    let made = test.post(None, &link, &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(test.post(None, &link, &fields).await.status, StatusCode::GONE, "once");
    let id = made
        .body
        .split("class=\"key\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(test.mails(EMAIL).await.iter().any(|(_, body)| body.contains(&id)));
    let answer = test.post(None, "/sign-in", &[("name", &id), ("password", NEW)]).await;
    let applicant = world.signed_in(&answer).await;
    assert_eq!(applicant.viewer.role, Role::Applicant);
    assert_eq!(test.get(Some(&applicant), "/account").await.status, StatusCode::OK);
    assert_eq!(test.get(Some(&applicant), "/sites").await.status, StatusCode::FORBIDDEN);
    // The same address may have another account: nothing tells of the first.
    let again = test.post(None, "/sign-up", &[("email", EMAIL)]).await;
    let other = test.post(None, "/sign-up", &[("email", "other@example.jp")]).await;
    assert_eq!(again.body.replace(EMAIL, "X"), other.body.replace("other@example.jp", "X"));
});
