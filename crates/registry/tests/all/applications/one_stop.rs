//! A registration that asks for a level at the same time (ワンストップ申請).

use axum::http::StatusCode;
use domain::registration::moves::State;
use registry::testing::Person;
use testkit::{Backend, on_both};

use super::desk::{Desk, pdf, photo_of};

/// The level as it is asked for, by the criteria of scaffolders.
const LEVEL: [(&str, &str); 3] = [("with_level", "yes"), ("field", "scaffolding_tobi"), ("level", "2")];
/// Registration and judging.
const BOTH: &str = "7900";

/// A company files for a newcomer with three certified years and a course.
async fn filed(backend: Backend) -> (Desk, String) {
    let desk = Desk::new(backend).await;
    let who = &desk.world.second;
    let id = desk.worker(who, &who.viewer.company_id().unwrap().to_string()).await;
    let kind = [
        ("registration", "detailed"),
        ("japanese", "no"),
        ("country", "VN"),
        ("language", "vi"),
    ];
    let steps = [
        ("kind", kind.to_vec()),
        ("trade", vec![("trade.0.code", "06-01")]),
        ("level", LEVEL.to_vec()),
        ("health", Vec::new()),
    ];
    for (step, fields) in steps {
        saved(&desk, who, &id, step, &fields).await;
    }
    let names = [
        "足場の組立て等作業主任者技能講習",
        "玉掛け技能講習",
        "職長・安全衛生責任者教育",
    ];
    let mut courses: Vec<(String, &str)> = Vec::new();
    for (number, name) in names.into_iter().enumerate() {
        for (part, value) in [("class", "skill_training_course"), ("name", name), ("day", "2015-04-01")] {
            courses.push((format!("qualification.{number}.{part}"), value));
        }
    }
    let courses: Vec<(&str, &str)> = courses.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let papers = [0, 1, 2].map(|number| format!("qualification.{number}.paper"));
    let papers = papers.each_ref().map(|paper| (paper.as_str(), "修了証.pdf", pdf()));
    let answer = desk.upload(who, &id, "qualification", &courses, &papers).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let career = [
        ("career.0.what", "work"),
        ("career.0.from", "2015-04"),
        ("career.0.to", "2018-03"),
        ("career.0.certifier", "employer"),
        ("career.0.certifier_name", "架空工務店"),
    ];
    for (step, fields, paper) in [
        ("career", &career[..], "career.0.paper"),
        ("proxy", &[][..], "worker_consent_paper"),
    ] {
        let answer = desk.upload(who, &id, step, fields, &[(paper, "紙.pdf", pdf())]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.body);
    }
    (desk, id)
}

async fn saved(desk: &Desk, who: &Person, id: &str, step: &str, fields: &[(&str, &str)]) {
    let answer = desk.save(who, id, step, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.body);
}

on_both!(a_newcomers_first_card_has_the_colour_of_his_level, |backend| async move {
    let (desk, id) = filed(backend).await;
    let who = &desk.world.second;
    let check = desk.world.page(who, &format!("/applications/{id}/check")).await;
    for part in ["確認済みの基準で、レベル2に届いています", "7,900円", "経歴証明"] {
        assert!(check.contains(part), "{part}: {check}");
    }
    assert_eq!(desk.submit(who, &id, BOTH).await.status, StatusCode::SEE_OTHER);
    let items = "select string_agg(item || ':' || amount_yen, ' ' order by ordinal) from invoice_line l
                 join invoice i on i.id = l.invoice_id where i.about_id = $1";
    assert_eq!(
        desk.text(items, &id).await,
        "worker_detailed:4900 level_with_registration:3000"
    );
    desk.paid(&id).await;
    let case = desk.world.page(&desk.reviewer, &format!("/review/{id}")).await;
    assert!(
        case.contains("確認済みの基準で、レベル2に届いています"),
        "the judge beside the papers: {case}"
    );
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::Registered);
    let number = async |sql| desk.number(sql, &id).await;
    for (what, sql, count) in [
        (
            "one card, the first, in its colour",
            "select cast(count(*) as int) from card where reason = 'first' and level = 2
               and worker_id = (select subject_id from application where id = $1)",
            1,
        ),
        (
            "no other card",
            "select cast(count(*) as int) from card where worker_id = (select subject_id from application where id = $1)",
            1,
        ),
        (
            "it stands in the register, as the judge says",
            "select cast(count(*) as int) from level_grant where application_id = $1 and level = 2 and judged = 2",
            1,
        ),
        (
            "the certificate stays",
            "select cast(count(*) as int) from career_certificate where application_id = $1",
            1,
        ),
        (
            "what was asked for is no part of the record",
            "select cast(count(*) as int) from record where application_id = $1 and (body like '%career.0%' or body like '%with_level%')",
            0,
        ),
    ] {
        assert_eq!(number(sql).await, count, "{what}");
    }
    let later = desk.world.page(&desk.reviewer, &format!("/review/{id}")).await;
    assert!(
        later.contains("確認済みの基準で、レベル2に届いています"),
        "readable afterwards"
    );
});

on_both!(a_level_beside_a_registration_is_asked_for_rightly, |backend| async move {
    let (desk, id) = filed(backend).await;
    let who = &desk.world.second;
    // A field of a trade that he has not.
    let other = [("with_level", "yes"), ("field", "plastering"), ("level", "2")];
    let answer = desk.save(who, &id, "level", &other).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("「職種」にありません"), "{}", answer.body);
    let answer = desk
        .save(
            who,
            &id,
            "career",
            &[("career.0.from", "2019-01"), ("career.0.to", "2018-03")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "months turned round");
    // Whoever asks for none pays for none; with the simplified registration nothing is asked.
    let price = async |yen: &str| {
        let check = desk.world.page(who, &format!("/applications/{id}/check")).await;
        assert!(check.contains(yen), "{yen}: {check}");
    };
    saved(&desk, who, &id, "level", &[("with_level", "no")]).await;
    price("4,900円").await;
    saved(&desk, who, &id, "level", &LEVEL).await;
    price("7,900円").await;
    let kind = [
        ("registration", "simplified"),
        ("japanese", "no"),
        ("country", "VN"),
        ("language", "vi"),
    ];
    saved(&desk, who, &id, "kind", &kind).await;
    price("2,500円").await;
    // A worker who registers himself is not asked.
    let own = desk
        .worker(&desk.applicant, &who.viewer.company_id().unwrap().to_string())
        .await;
    let step = desk
        .world
        .test
        .get(Some(&desk.applicant), &format!("/applications/{own}/steps/kind"))
        .await;
    assert_eq!(step.status, StatusCode::OK);
    assert!(!step.body.contains("能力評価（同時申込）"), "{}", step.body);
});

on_both!(a_level_paid_for_stays_asked_for, |backend| async move {
    let (desk, id) = filed(backend).await;
    let who = &desk.world.second;
    saved(&desk, who, &id, "level", &[("with_level", "no")]).await;
    assert_eq!(desk.submit(who, &id, "4900").await.status, StatusCode::SEE_OTHER);
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let back = [("do", "return"), ("mark.photo", "photo_unfit")];
    desk.decide(&desk.reviewer, &id, &back).await;
    assert_eq!(desk.state(&id).await, State::Returned);
    saved(&desk, who, &id, "level", &LEVEL).await;
    assert!(!photo_of(&desk, &id).await.is_empty());
    let body = desk.text("select body from application where id = $1", &id).await;
    assert!(body.contains("\"with_level\":\"no\""), "no judging without its fee: {body}");
});
