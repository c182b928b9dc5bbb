//! Consent to what a company files for a worker: on paper or on the screen, for exactly what was shown; and the sole master's one
//! application.

use axum::http::StatusCode;
use domain::access::Role;
use registry::rooms::application::{self, newest_record};
use registry::rooms::notices;
use registry::testing::{Filing, Person, World, account};
use store::{Sql, values};
use testkit::on_both;

const WORKER: &[(&str, &str)] = &[
    ("registration", "simplified"),
    ("japanese", "yes"),
    ("language", "ja"),
    ("family_name", "安"),
    ("given_name", "ann"),
    ("family_kana", "アン"),
    ("given_kana", "アン"),
    ("birth_day", "1990-02-28"),
    ("sex", "female"),
    ("postal", "1000000"),
    ("prefecture", "13"),
    ("city", "架空区"),
    ("street", "見本1"),
    ("mobile", "09000000000"),
    ("email", "ann@example.jp"),
    ("employer.0.from", "2026-11-01"),
    ("health_insurance", "kyokai"),
    ("pension_insurance", "employees"),
    ("employment_insurance", "joined"),
    ("kentaikyo", "no"),
    ("chutaikyo", "no"),
    ("special_accident", "no"),
    ("trade.0.code", "01-01"),
    ("photo", "01JD0000000000000000000000"),
    ("identity", "driving_licence"),
    ("identity_paper", "01JD0000000000000000000001"),
    ("consent_terms", "yes"),
    ("consent_privacy", "yes"),
];

async fn told(world: &World, who: &Person) -> String {
    let tx = world.test.app.db().read().await.unwrap();
    let t = world.test.app.texts().t(web::Language::Ja);
    let all = notices::newest(&tx, &who.viewer, &t, store::Page::default()).await.unwrap();
    let texts: Vec<String> = all.rows.into_iter().map(|notice| notice.text).collect();
    texts.join("\n")
}

async fn ask(world: &World, who: &Person, id: &str, party: &str) {
    // Of two questions the later one holds.
    world.test.clock.advance(jiff::SignedDuration::from_secs(1));
    let path = format!("/applications/{id}/consents");
    let answer = world.test.post(Some(who), &path, &[("party", party)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// The address of the consent that somebody is asked for.
async fn asked(world: &World, who: &Person) -> String {
    let page = world.page(who, "/applications").await;
    let key = page.split("/consents/").nth(1).unwrap().get(..26).unwrap();
    format!("/consents/{key}")
}

async fn answer(world: &World, who: &Person, path: &str, said: &str) -> StatusCode {
    let fields = [("answer", said), ("reason", "番地が違います")];
    world.test.post(Some(who), path, &fields).await.status
}

on_both!(a_worker_agrees_on_the_screen_to_just_what_is_filed, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let own = world.ann.id.to_string();
    let employer = world.second.viewer.company_id().unwrap().to_string();
    let mut record = WORKER.to_vec();
    record.push(("employer.0.company", employer.as_str()));
    filing.record(&own, &record).await;
    // Only her employers may begin it.
    for (other, status) in [
        (&world.past, StatusCode::NOT_FOUND),
        (&world.prime, StatusCode::NOT_FOUND),
        (&world.operator, StatusCode::FORBIDDEN),
    ] {
        let answer = filing.try_begin(other, "worker_change", &world.ann.handle).await;
        assert_eq!(answer.status, status);
    }
    let id = filing.begin(&world.second, "worker_change", &world.ann.handle).await;
    filing.write(&id, &[("street", "見本2-3")]).await;
    let sent = filing.send(&world.second, &id, "0").await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.body.contains("同意がまだありません"), "{}", sent.body);

    ask(&world, &world.second, &id, "worker").await;
    assert!(told(&world, &world.ann_self).await.contains("second建設"));
    let path = asked(&world, &world.ann_self).await;
    assert_eq!(
        world.test.get(Some(&world.bob_self), &path).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(world.test.get(Some(&world.second), &path).await.status, StatusCode::NOT_FOUND);
    let page = world.page(&world.ann_self, &path).await;
    assert!(
        page.contains("見本2-3") && page.contains("変更前：見本1") && page.contains("1か所が変わります"),
        "{page}"
    );

    // She declines, with a word; it is mended and asked again.
    assert_eq!(answer(&world, &world.ann_self, &path, "decline").await, StatusCode::SEE_OTHER);
    assert!(told(&world, &world.second).await.contains("番地が違います"));
    assert_eq!(
        filing.send(&world.second, &id, "0").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    filing.write(&id, &[("street", "見本2-4")]).await;
    ask(&world, &world.second, &id, "worker").await;
    let path = asked(&world, &world.ann_self).await;
    assert_eq!(answer(&world, &world.ann_self, &path, "agree").await, StatusCode::SEE_OTHER);

    // What is changed after the yes is not what she agreed to; she cannot be made to agree to it unseen.
    filing.write(&id, &[("street", "見本9-9")]).await;
    assert_eq!(
        filing.send(&world.second, &id, "0").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(
        world
            .page(&world.second, &format!("/applications/{id}"))
            .await
            .contains("同意のあとで内容が変わりました")
    );
    filing.write(&id, &[("street", "見本2-4")]).await;

    // Revoked before it is sent, it does not hold.
    assert_eq!(answer(&world, &world.ann_self, &path, "revoke").await, StatusCode::SEE_OTHER);
    assert_eq!(
        filing.send(&world.second, &id, "0").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    ask(&world, &world.second, &id, "worker").await;
    let path = asked(&world, &world.ann_self).await;
    answer(&world, &world.ann_self, &path, "agree").await;
    let sent = filing.send(&world.second, &id, "0").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    // Sent, it is too late to take it back.
    answer(&world, &world.ann_self, &path, "revoke").await;
    assert!(world.page(&world.ann_self, &path).await.contains("同意しました"));
    let case = world.page(&filing.reviewer, &format!("/review/{id}")).await;
    assert!(case.contains("技能者本人の同意：同意しました"), "{case}");
    filing.approve(&id).await;
    assert_eq!(filing.state(&id).await, "registered");
    let tx = world.test.app.db().read().await.unwrap();
    let now = newest_record(&tx, &own).await.unwrap();
    assert_eq!(now.get("street"), "見本2-4");
    assert!(!now.has("proxy"), "who filed it is not part of what is registered");
    // The look of the employer at her registration is recorded.
    let looks = world.page(&world.ann_self, "/my/looks").await;
    assert!(looks.contains("second建設"));
});

on_both!(another_company_than_the_employer_needs_both_consents, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let employer = world.second.viewer.company_id().unwrap().to_string();
    let id = filing.begin(&world.prime, "worker_new", "").await;
    filing.write(&id, WORKER).await;
    filing
        .write(&id, &[("employer.0.company", employer.as_str()), ("proxy", "other")])
        .await;
    // The form to sign has all three in it.
    let form = world.page(&world.prime, &format!("/applications/{id}/consent-form")).await;
    for name in ["安 ann", "second建設", "prime建設", "署名"] {
        assert!(form.contains(name), "{name}: {form}");
    }
    let sent = filing.send(&world.prime, &id, "2500").await;
    assert_eq!(
        sent.body.matches("field-error\">同意がまだありません").count(),
        2,
        "{}",
        sent.body
    );
    // The worker has no log-in yet: his is on paper. The employer's is asked on the screen.
    let path = format!("/applications/{id}/consents");
    let answer_to = world.test.post(Some(&world.prime), &path, &[("party", "worker")]).await;
    assert!(answer_to.cookies.iter().any(|c| c.contains("consent-nobody-to-ask")));
    filing
        .write(&id, &[("worker_consent_paper", "01JD0000000000000000000005")])
        .await;
    ask(&world, &world.prime, &id, "employer").await;
    let path = asked(&world, &world.second).await;
    assert_eq!(world.test.get(Some(&world.prime), &path).await.status, StatusCode::NOT_FOUND);
    assert!(world.page(&world.second, &path).await.contains("安 ann"));
    assert_eq!(answer(&world, &world.second, &path, "agree").await, StatusCode::SEE_OTHER);
    let sent = filing.send(&world.prime, &id, "2500").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(filing.state(&id).await, "awaiting_payment");
});

on_both!(nobody_is_asked_about_what_is_not_finished, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let id = filing.begin(&world.second, "worker_change", &world.ann.handle).await;
    let path = format!("/applications/{id}/consents");
    let answer = world.test.post(Some(&world.second), &path, &[("party", "worker")]).await;
    assert!(answer.cookies.iter().any(|c| c.contains("consent-unfinished")));
    let applications = world.page(&world.ann_self, "/applications").await;
    assert!(!applications.contains("/consents/"));
});

on_both!(
    a_change_of_the_main_employer_asks_for_the_insurance_again,
    |backend| async move {
        let world = World::new(backend).await;
        let filing = Filing::new(&world).await;
        let own = world.ann.id.to_string();
        let (employer, third) = (
            world.second.viewer.company_id().unwrap().to_string(),
            world.third.viewer.company_id().unwrap().to_string(),
        );
        let mut record = WORKER.to_vec();
        record.push(("employer.0.company", employer.as_str()));
        filing.record(&own, &record).await;
        let id = filing.begin(&world.ann_self, "worker_change", "").await;
        let version = filing.version(&id).await;
        let fields = [
            ("version", version.as_str()),
            ("do", "draft"),
            ("employer.0.company", third.as_str()),
            ("employer.0.from", "2026-11-20"),
        ];
        let path = format!("/applications/{id}/steps/employer");
        world.test.post(Some(&world.ann_self), &path, &fields).await;
        let sent = filing.send(&world.ann_self, &id, "0").await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!filing.fields(&id).await.has("health_insurance"));
        let insurance = [
            ("health_insurance", "construction"),
            ("pension_insurance", "national"),
            ("employment_insurance", "exempt"),
            ("chutaikyo", "no"),
        ];
        filing.write(&id, &insurance).await;
        let sent = filing.send(&world.ann_self, &id, "0").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        filing.approve(&id).await;
        assert_eq!(filing.state(&id).await, "registered");
        // The old tie has ended, the new company is asked; confirmed, what was filled in for it stays.
        let moves = world.page(&world.third, "/moves").await;
        let key = moves.split("/moves/").nth(1).unwrap().get(..26).unwrap();
        assert!(!world.page(&world.third, "/ties").await.contains(&world.ann.name));
        assert!(told(&world, &world.second).await.contains("離れる"));
        let path = format!("/moves/{key}");
        world.test.post(Some(&world.third), &path, &[("answer", "confirm")]).await;
        assert!(world.page(&world.third, "/ties").await.contains(&world.ann.name));
        let tx = world.test.app.db().read().await.unwrap();
        let now = newest_record(&tx, &own).await.unwrap();
        assert_eq!(
            (now.get("employer.0.company"), now.get("health_insurance")),
            (third.as_str(), "construction")
        );
    }
);

const FIRM: &[(&str, &str)] = &[
    ("firm_name", "安工務店"),
    ("firm_kana", "アンコウムテン"),
    ("firm_business", "01"),
    ("firm_licence_held", "no"),
    ("firm_tax_paper", "01JD0000000000000000000003"),
    ("employer.0.from", ""),
];

#[derive(Debug, sea_orm::FromQueryResult)]
struct Issued {
    worker_id: Option<String>,
    company_id: Option<String>,
    role: String,
}

on_both!(a_sole_master_types_once_and_is_registered_twice, |backend| async move {
    const ISSUED: Sql = Sql::new(
        "test.issued",
        "select worker_id, company_id, role from account where email = 'ann@example.jp' order by role",
    );
    const TIE: Sql = Sql::new(
        "test.tie",
        "select 1 from employment where worker_id = $1 and company_id = $2 and main = 1 and to_day is null and confirmed_at is not null",
    );
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let applicant = account(&world.test, "applicant-1", Role::Applicant, None, None, &[]).await;
    assert_eq!(
        filing.try_begin(&world.prime, "sole_master_new", "").await.status,
        StatusCode::FORBIDDEN
    );
    let id = filing.begin(&applicant, "sole_master_new", "").await;
    filing.write(&id, WORKER).await;
    filing.write(&id, FIRM).await;
    assert!(
        world
            .page(&applicant, &format!("/applications/{id}/steps/firm"))
            .await
            .contains("安工務店")
    );
    let check = world.page(&applicant, &format!("/applications/{id}/check")).await;
    assert!(check.contains("2,500円"), "the worker's fee; the firm is free");
    let sent = filing.send(&applicant, &id, "2500").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let tx = world.test.app.db().write().await.unwrap();
    application::paid(&world.test.app, &tx, &id).await.unwrap();
    // The photo as a paper, for the card.
    const PHOTO: Sql = Sql::new(
        "test.photo",
        "insert into paper (key, kind, media_type, bytes, sha256, file_name, account, at)
         values ('01JD0000000000000000000000', 'photo', 'image/jpeg', 1, 'x', 'x', $1, 0)",
    );
    tx.run(&PHOTO, values![applicant.viewer.account.as_str()]).await.unwrap();
    tx.commit().await.unwrap();
    let done = filing.approve(&id).await;
    assert_eq!(filing.state(&id).await, "registered", "{}", done.body);
    let tx = world.test.app.db().read().await.unwrap();
    let issued: Vec<Issued> = tx.all(&ISSUED, values![]).await.unwrap();
    let [administrator, worker] = issued.as_slice() else {
        panic!("two log-ins: {issued:?}");
    };
    assert_eq!(
        (administrator.role.as_str(), worker.role.as_str()),
        ("administrator", "worker")
    );
    let (company, own) = (administrator.company_id.clone().unwrap(), worker.worker_id.clone().unwrap());
    assert!(company.ends_with("22") && own.ends_with("21"));
    assert_eq!(
        tx.value::<i32>(&TIE, values![own.as_str(), company.as_str()]).await.unwrap(),
        Some(1)
    );
    let firm = newest_record(&tx, &company).await.unwrap();
    let himself = newest_record(&tx, &own).await.unwrap();
    assert_eq!(
        (firm.get("name"), firm.get("kind"), firm.get("street")),
        ("安工務店", "sole_master", "見本1")
    );
    assert_eq!(
        (himself.get("employer.0.company"), himself.get("firm_name")),
        (company.as_str(), "")
    );
});
