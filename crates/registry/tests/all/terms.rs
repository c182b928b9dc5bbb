//! Terms that run out, over years: notices once each, the end, the renewal; of companies and of cards.

use axum::http::StatusCode;
use domain::{Clock, WorkDay};
use jiff::SignedDuration;
use registry::rooms::card::{CardReason, issue, mark_printed};
use registry::rooms::terms::{Told, keep};
use registry::rooms::{application, notices};
use registry::testing::{Filing, Person, World};
use store::{Sql, values};
use testkit::on_both;

const SET_TERM: Sql = Sql::new(
    "test.set_term",
    "update company set valid_until = $2, email = $3 where id = $1",
);
const TERM: Sql = Sql::new("test.term", "select valid_until from company where id = $1");
const STATE: Sql = Sql::new("test.company_state", "select state from company where id = $1");
const RUN_OUT: Sql = Sql::new("test.run_out", "update company set state = 'expired' where id = $1");
const BORN: Sql = Sql::new(
    "test.born",
    "update worker set birth_day = $2, email = $3, language = 'vi' where id = $1",
);
const CARDS: Sql = Sql::new(
    "test.cards",
    "select number, state, valid_until, reason from card where worker_id = $1 order by number",
);

#[derive(sea_orm::FromQueryResult)]
struct Card {
    number: i32,
    state: String,
    valid_until: i32,
    reason: String,
}

/// Moves the clock to the morning of a day.
fn go_to(world: &World, day: &str) {
    let at = format!("{day}T08:00:00+09:00").parse::<jiff::Timestamp>().unwrap();
    let now = world.test.clock.now();
    world.test.clock.advance(at.duration_since(now));
}

async fn text(world: &World, sql: &'static Sql, id: &str) -> String {
    let tx = world.test.app.db().read().await.unwrap();
    tx.value::<String>(sql, values![id]).await.unwrap().unwrap()
}

async fn company_with_term(world: &World, last: i32) -> String {
    let id = world.prime.viewer.company_id().unwrap().to_string();
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&SET_TERM, values![id.as_str(), last, "prime@example.jp"])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Signs in anew: a session lasts hours, not years.
async fn again(world: &World, who: &Person) -> Person {
    const SIGN_IN: Sql = Sql::new("test.sign_in", "select sign_in_id from account where id = $1");
    let id = text(world, &SIGN_IN, &who.viewer.account).await;
    let fields = [("name", id.as_str()), ("password", "足場のうえで7時半")];
    let answer = world.test.post(None, "/sign-in", &fields).await;
    world.signed_in(&answer).await
}

on_both!(a_company_is_told_three_times_and_then_reads_only, |backend| async move {
    let world = World::new(backend).await;
    let id = company_with_term(&world, 20_280_430).await;
    let app = &world.test.app;
    // From day to day over the years, the house looks every morning, and now and then twice.
    let mut told = Vec::new();
    go_to(&world, "2027-09-28");
    let last: WorkDay = "2028-05-03".parse().unwrap();
    while app.clock().today() <= last {
        let once = keep(app).await.unwrap();
        assert_eq!(keep(app).await.unwrap(), Told::default(), "told once");
        if once != Told::default() {
            told.push((app.clock().today().to_string(), once.companies, once.expired));
        }
        world.test.clock.advance(SignedDuration::from_hours(24));
    }
    let day = |text: &str, companies, expired| (text.to_owned(), companies, expired);
    assert_eq!(
        told,
        [
            day("2027-10-01", 1, 0),
            day("2028-01-01", 1, 0),
            day("2028-03-01", 1, 0),
            day("2028-05-01", 0, 1),
        ]
    );
    let mails = world.test.mails("prime@example.jp").await;
    assert_eq!(mails.len(), 4);
    assert!(mails[0].0.contains("2028年4月30日") && mails[3].1.contains("閲覧"));
    assert_eq!(text(&world, &STATE, &id).await, "expired");

    // It reads everything and begins nothing.
    let prime = again(&world, &world.prime).await;
    for (path, status) in [
        ("/sites", StatusCode::OK),
        ("/registration", StatusCode::OK),
        ("/ties", StatusCode::OK),
        ("/invoices", StatusCode::OK),
        ("/applications", StatusCode::OK),
        ("/sites/new", StatusCode::FORBIDDEN),
        // It can still let go of what it has.
        ("/approvals", StatusCode::OK),
        ("/agreements", StatusCode::OK),
        ("/agreements/new", StatusCode::FORBIDDEN),
        ("/account/company", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(world.test.get(Some(&prime), path).await.status, status, "{path}");
    }
    let home = world.page(&prime, "/").await;
    assert!(home.contains("更新するまで") && home.contains("更新を申請する"));
    // Nobody invites one that has run out, and no worker joins it. (The prime itself stands above everybody here: another one.)
    let sibling = world.sibling.viewer.company_id().unwrap().to_string();
    let tx = app.db().write().await.unwrap();
    tx.run(&RUN_OUT, values![sibling.as_str()]).await.unwrap();
    tx.commit().await.unwrap();
    let second = again(&world, &world.second).await;
    let fields = [("company", sibling.as_str())];
    let answer = world.test.post(Some(&second), &world.path("/organisation"), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(
        answer.body.contains("有効期限が切れているため、招待できません"),
        "{}",
        answer.body
    );
});

on_both!(a_server_that_slept_tells_the_latest_notice_only, |backend| async move {
    let world = World::new(backend).await;
    company_with_term(&world, 20_280_430).await;
    go_to(&world, "2028-02-10");
    assert_eq!(keep(&world.test.app).await.unwrap().companies, 1);
    assert_eq!(
        keep(&world.test.app).await.unwrap().companies,
        0,
        "not the first one after it"
    );
    go_to(&world, "2028-03-01");
    assert_eq!(keep(&world.test.app).await.unwrap().companies, 1);
});

const COMPANY: &[(&str, &str)] = &[
    ("kind", "corporation"),
    ("corporate_number", "7123456789012"),
    ("licence_held", "yes"),
    ("licence_authority", "13"),
    ("licence_class", "general"),
    ("licence_number", "12345"),
    ("licence_until", "2040-03-31"),
    ("name", "prime建設"),
    ("name_kana", "プライムケンセツ"),
    ("representative", "見本 太郎"),
    ("representative_kana", "ミホン タロウ"),
    ("postal", "1000000"),
    ("prefecture", "13"),
    ("city", "架空区"),
    ("street", "見本1-2-3"),
    ("phone", "0300000000"),
    ("capital_yen", "10000000"),
    ("business", "01 05"),
    ("health_insurance", "joined"),
    ("pension_insurance", "joined"),
    ("employment_insurance", "joined"),
    ("kentaikyo", "no"),
    ("manager", "見本 花子"),
    ("manager_kana", "ミホン ハナコ"),
    ("manager_phone", "0300000001"),
    ("email", "prime@example.jp"),
    ("licence_paper", "01JD0000000000000000000000"),
    ("consent_terms", "yes"),
    ("consent_privacy", "yes"),
];

on_both!(a_company_renews_pays_and_works_on, |backend| async move {
    let world = World::new(backend).await;
    let id = company_with_term(&world, 20_280_430).await;
    let filing = Filing::new(&world).await;
    filing.record(&id, COMPANY).await;
    // Too early: told from when on, and no button.
    let early = filing.try_begin(&world.prime, "company_renewal", "").await;
    assert_eq!(early.location.as_deref(), Some("/applications"));
    assert!(
        early
            .cookies
            .iter()
            .any(|c| c.contains("application-too-early") && c.contains("month=10"))
    );
    assert!(
        !world
            .page(&world.prime, "/applications")
            .await
            .contains("事業者登録の更新を申請する")
    );
    // After the end, in the months of grace.
    go_to(&world, "2028-06-15");
    keep(&world.test.app).await.unwrap();
    let prime = again(&world, &world.prime).await;
    assert!(
        world
            .page(&prime, "/applications")
            .await
            .contains("事業者登録の更新を申請する")
    );
    let renewal = filing.begin(&prime, "company_renewal", "").await;
    assert!(
        world
            .page(&prime, &format!("/applications/{renewal}/check"))
            .await
            .contains("24,000円")
    );
    // Nothing needs to differ.
    let sent = filing.send(&prime, &renewal, "24000").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let anew = again(&world, &filing.reviewer).await;
    let reviewer = filing.with(anew);
    reviewer.approve(&renewal).await;
    assert_eq!(reviewer.state(&renewal).await, "awaiting_payment");
    assert_eq!(text(&world, &STATE, &id).await, "expired", "not before it is paid");
    let tx = world.test.app.db().write().await.unwrap();
    application::paid(&world.test.app, &tx, &renewal).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reviewer.state(&renewal).await, "registered");
    assert_eq!(text(&world, &STATE, &id).await, "registered");
    let tx = world.test.app.db().read().await.unwrap();
    let until: Option<i32> = tx.value(&TERM, values![id.as_str()]).await.unwrap();
    drop(tx);
    assert_eq!(until, Some(20_330_430), "on from the old end, not from the renewal");
    assert_eq!(world.test.get(Some(&prime), "/sites/new").await.status, StatusCode::OK);
    assert_eq!(
        keep(&world.test.app).await.unwrap(),
        Told::default(),
        "the new term is far away"
    );
});

on_both!(a_card_is_told_of_and_renewed_with_a_new_photo, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let own = world.ann.id.to_string();
    let tx = app.db().write().await.unwrap();
    tx.run(&BORN, values![own.as_str(), 19_900_228, "ann@example.jp"])
        .await
        .unwrap();
    let card = issue(app, &tx, world.ann.id, None, CardReason::First).await.unwrap();
    mark_printed(app, &tx, &world.operator.viewer, &card).await.unwrap();
    tx.commit().await.unwrap();
    let filing = Filing::new(&world).await;
    assert_eq!(
        filing
            .try_begin(&world.ann_self, "worker_renewal", "")
            .await
            .location
            .as_deref(),
        Some("/applications"),
        "nine years too early"
    );
    // Good until her first birthday after nine years: 28 February 2036.
    let mut told = Vec::new();
    for day in [
        "2035-08-27",
        "2035-08-28",
        "2035-11-28",
        "2036-01-28",
        "2036-02-28",
        "2036-02-29",
        "2036-04-10",
    ] {
        go_to(&world, day);
        if keep(app).await.unwrap().workers > 0 {
            told.push(day);
        }
        assert_eq!(keep(app).await.unwrap().workers, 0, "once");
    }
    assert_eq!(told, ["2035-08-28", "2035-11-28", "2036-01-28", "2036-02-29"]);
    let mails = world.test.mails("ann@example.jp").await;
    assert!(mails.len() == 4 && mails[0].0.contains("hết hạn"), "in her language");
    let ann = again(&world, &world.ann_self).await;
    let tx = app.db().read().await.unwrap();
    let t = app.texts().t(web::Language::Vi);
    let notices = notices::newest(&tx, &ann.viewer, &t, store::Page::default()).await.unwrap();
    assert!(notices.rows[0].text.contains("28/02/2036"), "{:?}", notices.rows);
    drop(tx);

    let renewal = filing.begin(&ann, "worker_renewal", "").await;
    assert_eq!(filing.fields(&renewal).await.get("name"), world.ann.name);
    let fields = [
        ("photo", "01JD0000000000000000000000"),
        ("identity", "driving_licence"),
        ("identity_paper", "01JD0000000000000000000001"),
        ("consent_unchanged", "yes"),
    ];
    filing.write(&renewal, &fields).await;
    let missing = filing.send(&ann, &renewal, "0").await;
    assert_eq!(
        missing.status,
        StatusCode::CONFLICT,
        "another price than the one that was shown"
    );
    assert_eq!(filing.send(&ann, &renewal, "1000").await.status, StatusCode::SEE_OTHER);
    let tx = app.db().write().await.unwrap();
    const PHOTO: Sql = Sql::new(
        "test.photo",
        "insert into paper (key, kind, media_type, bytes, sha256, file_name, account, at)
         values ('01JD0000000000000000000000', 'photo', 'image/jpeg', 1, 'x', 'x', $1, 0)",
    );
    tx.run(&PHOTO, values![ann.viewer.account.as_str()]).await.unwrap();
    application::paid(app, &tx, &renewal).await.unwrap();
    tx.commit().await.unwrap();
    let anew = again(&world, &filing.reviewer).await;
    let filing = filing.with(anew);
    let done = filing.approve(&renewal).await;
    assert_eq!(filing.state(&renewal).await, "registered", "{}", done.body);
    let tx = app.db().read().await.unwrap();
    let cards: Vec<Card> = tx.all(&CARDS, values![own.as_str()]).await.unwrap();
    let cards: Vec<(i32, &str, i32, &str)> = cards
        .iter()
        .map(|c| (c.number, c.state.as_str(), c.valid_until, c.reason.as_str()))
        .collect();
    assert_eq!(
        cards,
        [(1, "printed", 20_360_228, "first"), (2, "ordered", 20_460_228, "renewal")],
        "the old one lives until the new one is printed"
    );
});
