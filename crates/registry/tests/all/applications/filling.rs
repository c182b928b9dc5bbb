//! What is told while a form is filled in: files, photos, fields as they are left.

use axum::http::StatusCode;
use domain::registration::moves::State;
use testkit::on_both;

use super::desk::{Desk, pdf, photo_of, picture};

on_both!(a_bad_file_is_told_by_field_and_harms_nothing, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let id = desk.company(who, &[]).await;
    let before = desk.text("select body from application where id = $1", &id).await;
    for (file, bytes) in [
        ("許可.jpg", pdf()),
        ("空.pdf", Vec::new()),
        ("表.xlsx", b"PK\x03\x04 macro".to_vec()),
    ] {
        let answer = desk.upload(who, &id, "papers", &[], &[("licence_paper", file, bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}: {}", answer.body);
        assert_eq!(
            desk.text("select body from application where id = $1", &id).await,
            before,
            "{file}"
        );
    }
    let huge = vec![0u8; 33_000_000];
    let answer = desk
        .upload(who, &id, "papers", &[], &[("licence_paper", "大.pdf", huge)])
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // A paper opens for the applicant and, once sent, for reviewers; for nobody else.
    let paper = desk
        .text(
            "select key from paper where account = $1 and removed_at is null",
            &who.viewer.account,
        )
        .await;
    let address = format!("/applications/{id}/papers/{paper}");
    let test = &desk.world.test;
    assert_eq!(test.get(Some(who), &address).await.status, StatusCode::OK);
    assert_eq!(test.get(Some(&desk.reviewer), &address).await.status, StatusCode::NOT_FOUND);
    desk.submit(who, &id, "24000").await;
    assert_eq!(test.get(Some(&desk.reviewer), &address).await.status, StatusCode::OK);
    assert_eq!(
        test.get(Some(&desk.world.prime), &address).await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(a_photo_is_cut_as_the_applicant_likes, |backend| async move {
    let desk = Desk::new(backend).await;
    let (test, who) = (&desk.world.test, &desk.applicant);
    let id = desk
        .worker(who, &desk.world.second.viewer.company_id().unwrap().to_string())
        .await;
    let answer = desk
        .upload(
            who,
            &id,
            "papers",
            &[("identity", "residence_card")],
            &[("photo", "顔.jpg", picture(1200, 1600))],
        )
        .await;
    let page = format!("/applications/{id}/photo");
    assert_eq!(answer.location.as_deref(), Some(page.as_str()), "a new photo is looked at");
    let shown = desk.world.page(who, &page).await;
    assert!(
        shown.contains("name=\"zoom\" type=\"range\" min=\"100\" max=\"400\" value=\"100\""),
        "{shown}"
    );
    let first = photo_of(&desk, &id).await;
    let answer = test
        .post(
            Some(who),
            &page,
            &[("zoom", "250"), ("x", "0"), ("y", "1000"), ("do", "done")],
        )
        .await;
    assert_eq!(answer.location, Some(format!("/applications/{id}/steps/papers")));
    let second = photo_of(&desk, &id).await;
    assert_ne!(first, second);
    assert!(
        desk.world.page(who, &page).await.contains("max=\"400\" value=\"250\""),
        "it stays chosen"
    );
    // What cannot be read, or lies outside, is a cut all the same; the same cut again is none.
    test.post(
        Some(who),
        &page,
        &[("zoom", "many"), ("x", "-5"), ("y", "99999"), ("do", "show")],
    )
    .await;
    let third = photo_of(&desk, &id).await;
    test.post(
        Some(who),
        &page,
        &[("zoom", "100"), ("x", "500"), ("y", "99999"), ("do", "show")],
    )
    .await;
    assert_eq!(photo_of(&desk, &id).await, third);
    let at = |paper: &str| format!("/applications/{id}/papers/{paper}");
    assert_eq!(test.get(Some(who), &at(&third)).await.status, StatusCode::OK);
    assert_eq!(test.get(Some(who), &at(&first)).await.status, StatusCode::NOT_FOUND);
    let whole = format!("/applications/{id}/photo/whole");
    assert_eq!(test.get(Some(who), &whole).await.status, StatusCode::OK);
    // Under review nobody cuts, and the reviewer sees the photo but not the picture around it.
    desk.submit(who, &id, "2500").await;
    assert_eq!(test.get(Some(who), &page).await.status, StatusCode::SEE_OTHER);
    test.post(Some(who), &page, &[("zoom", "300"), ("x", "0"), ("y", "0"), ("do", "done")])
        .await;
    assert_eq!(photo_of(&desk, &id).await, third);
    assert_eq!(test.get(Some(&desk.reviewer), &at(&third)).await.status, StatusCode::OK);
    assert_eq!(test.get(Some(&desk.reviewer), &whole).await.status, StatusCode::NOT_FOUND);
    // Registered, the picture around it is gone.
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::Registered);
    let left = desk
        .number(
            "select cast(count(*) as int) from paper p join paper w on w.key = p.whole where p.key = $1 and w.removed_at is null",
            &third,
        )
        .await;
    assert_eq!(left, 0);
});

on_both!(a_fault_is_told_as_the_field_is_left, |backend| async move {
    let desk = Desk::new(backend).await;
    let (test, who) = (&desk.world.test, &desk.applicant);
    let id = desk.begin(who, "worker_new").await;
    let ask = async |step: &str, fields: &[(&str, &str)]| -> serde_json::Value {
        let answer = test
            .post(Some(who), &format!("/applications/{id}/steps/{step}/faults"), fields)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let told = ask("name", &[("family_kana", "やまだ"), ("given_kana", "太郎")]).await;
    assert_eq!(told["values"]["family_kana"], "ヤマダ", "levelled as it would be kept");
    assert_eq!(told["faults"]["family_kana"], serde_json::Value::Null);
    assert!(told["faults"]["given_kana"].as_str().unwrap().contains('太'), "{told}");
    // The same rules as when it is saved: of the step, between fields, and of what must exist.
    let told = ask("person", &[("birth_day", "2020-01-01"), ("postal", "12")]).await;
    assert!(told["faults"]["birth_day"].as_str().unwrap().contains("2035"), "{told}");
    assert!(told["faults"]["postal"].is_string());
    let told = ask(
        "employer",
        &[("employer.0.company", "00000000000022"), ("employer.0.from", "2026-04-01")],
    )
    .await;
    assert!(
        told["faults"]["employer.0.company"]
            .as_str()
            .unwrap()
            .contains("登録されていません"),
        "{told}"
    );
    // Nothing was saved by asking.
    assert_eq!(desk.version(&id).await, "0");
    let nowhere = test
        .post(Some(who), &format!("/applications/{id}/steps/nowhere/faults"), &[])
        .await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert_eq!(
        test.post(Some(&desk.reviewer), &format!("/applications/{id}/steps/name/faults"), &[])
            .await
            .status,
        StatusCode::NOT_FOUND,
        "a draft is nobody's business but the applicant's"
    );
});
