//! How registrations end: a company and a worker withdraw, a worker has died; and that birth date and photo never change.

use axum::http::StatusCode;
use domain::Direction::In;
use jiff::SignedDuration;
use registry::rooms::card::{CardReason, issue, mark_printed};
use registry::rooms::notices;
use registry::testing::{Filing, Person, World, account};
use store::{Sql, values};
use testkit::on_both;

const ENDED: Sql = Sql::new(
    "test.ended",
    "select cast(ended_on as text) || ' ' || end_reason from worker where id = $1",
);
const STATE: Sql = Sql::new("test.company_state", "select state from company where id = $1");
const OPEN_TIES: Sql = Sql::new(
    "test.open_ties",
    "select cast(count(*) as int) from employment where to_day is null and (worker_id = $1 or company_id = $1)",
);
const LIVE_CARDS: Sql = Sql::new(
    "test.live_cards",
    "select cast(count(*) as int) from card where worker_id = $1 and state <> 'dead'",
);
const NODES: Sql = Sql::new(
    "test.nodes",
    "select cast(count(*) as int) from node where company_id = $1 and status = 'approved'",
);
const HISTORIES: Sql = Sql::new(
    "test.histories",
    "select cast(count(*) as int) from history where worker_id = $1",
);
const AGREEMENT: Sql = Sql::new(
    "test.agreement",
    "select state || ' ' || ended_by from agreement where id = $1",
);
const REVOKED: Sql = Sql::new(
    "test.revoked",
    "select cast(count(*) as int) from change_event where subject_id = $1 and what = 'agreement_revoked'",
);
const INVITED: Sql = Sql::new("test.invited", "select status from node where id = $1");

async fn number(world: &World, sql: &'static Sql, id: &str) -> i32 {
    let tx = world.test.app.db().read().await.unwrap();
    tx.value::<i32>(sql, values![id]).await.unwrap().unwrap()
}

async fn text(world: &World, sql: &'static Sql, id: &str) -> String {
    let tx = world.test.app.db().read().await.unwrap();
    tx.value::<String>(sql, values![id]).await.unwrap().unwrap()
}

async fn told(world: &World, who: &Person) -> String {
    let tx = world.test.app.db().read().await.unwrap();
    let t = world.test.app.texts().t(web::Language::Ja);
    let all = notices::newest(&tx, &who.viewer, &t, store::Page::default()).await.unwrap();
    let texts: Vec<String> = all.rows.into_iter().map(|notice| notice.text).collect();
    texts.join("\n")
}

/// Asks a company for an agreement; gives the address of it.
async fn ask_for(world: &World, who: &Person, other: &Person) -> String {
    let other = other.viewer.company_id().unwrap().to_string();
    let answer = world.test.post(Some(who), "/agreements", &[("company", &other)]).await;
    answer.location.unwrap()
}

const LEAVES: &[(&str, &str)] = &[("reason", "closed"), ("consent_seen", "yes"), ("consent_final", "yes")];

on_both!(a_company_withdraws_and_its_traces_stay, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    // A prime whose site runs cannot go.
    let id = filing.begin(&world.prime, "company_withdrawal", "").await;
    filing.write(&id, LEAVES).await;
    let answer = filing.send(&world.prime, &id, "0").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("稼働中の現場が1件"), "{}", answer.body);

    // `second` can: it shows what goes with it, and gets an application number.
    let company = world.second.viewer.company_id().unwrap().to_string();
    world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
    let waiting = world.invite(&world.first, world.stranger.viewer.company_id().unwrap()).await;
    // It lets `first` act in its place, waits for the answer of `third`, and owes one to `sibling`.
    let held = ask_for(&world, &world.first, &world.second).await;
    let owed = ask_for(&world, &world.sibling, &world.second).await;
    let asked = ask_for(&world, &world.second, &world.third).await;
    let agree = [("move", "agree")];
    world.test.post(Some(&world.second), &held, &agree).await;
    let proxies = held.replace("/agreements/", "/my/proxies/");
    world.test.post(Some(&world.ann_self), &proxies, &[("consents", "yes")]).await;
    let id = filing.begin(&world.second, "company_withdrawal", "").await;
    assert_eq!(
        filing.begin(&world.second, "company_withdrawal", "").await,
        id,
        "a second click begins no second one"
    );
    filing.write(&id, LEAVES).await;
    let check = world.page(&world.second, &format!("/applications/{id}/check")).await;
    assert!(
        check.contains("所属技能者2人") && check.contains("ログイン1件") && check.contains("無料"),
        "{check}"
    );
    assert_eq!(filing.send(&world.second, &id, "0").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        text(&world, &STATE, &company).await,
        "registered",
        "nothing before it is approved"
    );
    let done = filing.approve(&id).await;
    assert_eq!(done.location.as_deref(), Some("/review"), "{}", done.body);
    assert_eq!(filing.state(&id).await, "registered");
    assert_eq!(text(&world, &STATE, &company).await, "withdrawn");
    assert_eq!(number(&world, &OPEN_TIES, &company).await, 0);
    assert!(told(&world, &world.ann_self).await.contains("退会したため"));
    // Log-ins are closed: the open session and a new one.
    assert_eq!(
        world.test.get(Some(&world.second), "/sites").await.location.as_deref(),
        Some("/sign-in?next=/sites")
    );
    let fields = [("name", company.as_str()), ("password", "足場のうえで7時半")];
    assert_ne!(world.test.post(None, "/sign-in", &fields).await.status, StatusCode::SEE_OTHER);
    // Its agreements ended as if it had ended each, on that day; the others are told why.
    for (path, state, other) in [
        (&held, "revoked", &world.first),
        (&owed, "refused", &world.sibling),
        (&asked, "withdrawn", &world.third),
    ] {
        let key = path.trim_start_matches("/agreements/");
        assert_eq!(text(&world, &AGREEMENT, key).await, format!("{state} {company}"));
        assert!(told(&world, other).await.contains("second建設が退会したため"), "{state}");
        let page = world.page(other, path).await;
        assert!(
            !page.contains("value=\"agree\"") && !page.contains("value=\"revoke\""),
            "{page}"
        );
    }
    assert_eq!(number(&world, &REVOKED, &company).await, 1, "the same event as a revocation");
    assert!(told(&world, &world.ann_self).await.contains("合意が取り消されました"));
    // Its place in the organisation and its people's days stay.
    assert_eq!(number(&world, &NODES, &company).await, 1);
    assert_eq!(number(&world, &HISTORIES, &world.ann.id.to_string()).await, 1);
    let chart = world.page(&world.prime, &world.path("/organisation")).await;
    assert!(chart.contains("second建設"));
    // Nobody can invite it any more.
    let answer = world
        .test
        .post(
            Some(&world.prime),
            &world.path("/organisation"),
            &[("company", company.as_str())],
        )
        .await;
    assert!(answer.body.contains("退会しているため、招待できません"), "{}", answer.body);

    // One that was invited and has not answered: whoever invited it goes on.
    let id = filing.begin(&world.stranger, "company_withdrawal", "").await;
    filing.write(&id, LEAVES).await;
    filing.send(&world.stranger, &id, "0").await;
    filing.approve(&id).await;
    assert_eq!(text(&world, &INVITED, &waiting.0).await, "declined");
});

async fn card(world: &World) {
    let tx = world.test.app.db().write().await.unwrap();
    let card = issue(&world.test.app, &tx, world.ann.id, None, CardReason::First)
        .await
        .unwrap();
    mark_printed(&world.test.app, &tx, &world.operator.viewer, &card)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both!(a_worker_withdraws_and_his_days_stay, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    card(&world).await;
    let own = world.ann.id.to_string();
    world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
    let id = filing.begin(&world.ann_self, "worker_withdrawal", "").await;
    let wrong = filing.send(&world.ann_self, &id, "0").await;
    assert_eq!(
        wrong.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a reason and two ticks are needed"
    );
    let fields = [("reason", "retired"), ("consent_seen", "yes"), ("consent_final", "yes")];
    filing.write(&id, &fields).await;
    assert_eq!(filing.send(&world.ann_self, &id, "0").await.status, StatusCode::SEE_OTHER);
    // Until it is decided she can take it back.
    let back = format!("/applications/{id}/reopen");
    assert_eq!(
        world.test.post(Some(&world.ann_self), &back, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    filing.send(&world.ann_self, &id, "0").await;
    filing.approve(&id).await;
    assert_eq!(text(&world, &ENDED, &own).await, "20261120 withdrawn");
    assert_eq!(
        (
            number(&world, &OPEN_TIES, &own).await,
            number(&world, &LIVE_CARDS, &own).await
        ),
        (0, 0)
    );
    assert_eq!(number(&world, &HISTORIES, &own).await, 1);
    assert_eq!(
        world.test.get(Some(&world.ann_self), "/my/calendar").await.status,
        StatusCode::SEE_OTHER,
        "led to the sign-in page"
    );
    assert!(told(&world, &world.second).await.contains("登録が終了しました"));
    // At the gate she is known, and refused from the next day on.
    world.test.clock.advance(SignedDuration::from_hours(24));
    let answer = world.send_one(&world.ann, "2026-11-21T07:30:00", In).await;
    assert!(
        answer.remarks.iter().any(|r| r.key == "history.registration_ended"),
        "{answer:?}"
    );
});

const DEATH: &[(&str, &str)] = &[
    ("died_on", "2026-11-18"),
    ("teller", "employer"),
    ("teller_name", "見本 花子"),
    ("teller_phone", "0300000000"),
    ("paper", "01JD0000000000000000000000"),
    ("consent_seen", "yes"),
];

on_both!(a_death_is_told_by_the_employer_or_the_operator, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    card(&world).await;
    let own = world.ann.id.to_string();
    // Nobody but her employer and the operator's people.
    for other in [&world.past, &world.first, &world.prime] {
        let answer = filing.try_begin(other, "worker_death", &world.ann.handle).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    for (other, purpose) in [
        (&world.manager, "worker_death"),
        (&world.second, "worker_withdrawal"),
        (&world.second, "worker_renewal"),
    ] {
        let answer = filing.try_begin(other, purpose, &world.ann.handle).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{purpose}");
    }
    let page = world
        .page(&world.second, &format!("/applications/for/{}", world.ann.handle))
        .await;
    assert!(page.contains("死亡の届出") && page.contains(&world.ann.name));
    let id = filing.begin(&world.second, "worker_death", &world.ann.handle).await;
    filing.write(&id, &[("died_on", "2026-11-21")]).await;
    let tomorrow = filing.send(&world.second, &id, "0").await;
    assert_eq!(tomorrow.status, StatusCode::UNPROCESSABLE_ENTITY);
    filing.write(&id, DEATH).await;
    let sent = filing.send(&world.second, &id, "0").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    // The operator files his own at the same time; whoever is approved second has nothing left to do.
    let own_one = filing.begin(&world.operator, "worker_death", &world.ann.handle).await;
    assert_ne!(own_one, id);
    filing.write(&own_one, DEATH).await;
    assert_eq!(
        filing.send(&world.operator, &own_one, "0").await.status,
        StatusCode::SEE_OTHER
    );
    filing.approve(&id).await;
    assert_eq!(text(&world, &ENDED, &own).await, "20261118 deceased");
    assert_eq!(
        (
            number(&world, &OPEN_TIES, &own).await,
            number(&world, &LIVE_CARDS, &own).await
        ),
        (0, 0)
    );
    let again = filing.approve(&own_one).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    // Days after it are refused, however late they come; nobody files for her any more.
    let late = world.send_one(&world.ann, "2026-11-19T07:30:00", In).await;
    assert_eq!(late.outcome, wire::Outcome::Refused, "{late:?}");
    let answer = filing.try_begin(&world.operator, "worker_death", &world.ann.handle).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
});

on_both!(the_one_who_files_a_death_does_not_decide_on_it, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let id = filing.begin(&filing.reviewer, "worker_death", &world.ann.handle).await;
    filing.write(&id, DEATH).await;
    filing.send(&filing.reviewer, &id, "0").await;
    assert_eq!(
        world.test.get(Some(&filing.reviewer), &format!("/review/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    let colleague = account(&world.test, "colleague", domain::access::Role::Reviewer, None, None, &[]).await;
    assert_eq!(
        world.test.get(Some(&colleague), &format!("/review/{id}")).await.status,
        StatusCode::OK
    );
});

on_both!(
    birth_date_and_photo_never_change_not_even_by_a_form_made_by_hand,
    |backend| async move {
        let world = World::new(backend).await;
        let filing = Filing::new(&world).await;
        let own = world.ann.id.to_string();
        let record = [
            ("birth_day", "1990-02-28"),
            ("photo", "01JD0000000000000000000000"),
            ("street", "見本1"),
            ("sex", "female"),
        ];
        filing.record(&own, &record).await;
        let id = filing.begin(&world.ann_self, "worker_change", "").await;
        let version = filing.version(&id).await;
        let fields = [
            ("version", version.as_str()),
            ("do", "draft"),
            ("birth_day", "1980-01-01"),
            ("street", "見本2"),
            ("photo", "01JD0000000000000000000009"),
        ];
        let path = format!("/applications/{id}/steps/person");
        let saved = world.test.post(Some(&world.ann_self), &path, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        // A photo sent as a file, by a form of one's own.
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(600, 800)
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .unwrap();
        let version = filing.version(&id).await;
        let token = web::csrf::token(&world.ann_self.viewer.secret);
        let mut body = Vec::new();
        for (name, value) in [("csrf", token.as_str()), ("version", version.as_str()), ("do", "draft")] {
            body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(b"--part\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n");
        body.extend(bytes.into_inner());
        body.extend(b"\r\n--part--\r\n");
        let request = axum::http::Request::post(format!("/applications/{id}/steps/papers"))
            .header("host", "registry.test")
            .header("origin", "http://registry.test")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", world.ann_self.cookie())
            .header("content-type", "multipart/form-data; boundary=part")
            .body(axum::body::Body::from(body))
            .unwrap();
        let answer = world.test.send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let fields = filing.fields(&id).await;
        assert_eq!(fields.get("birth_day"), "1990-02-28");
        assert_eq!(fields.get("photo"), "01JD0000000000000000000000");
        assert_eq!(fields.get("street"), "見本2", "what may change did");
    }
);
