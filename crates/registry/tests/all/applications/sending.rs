//! From the draft to the ID: filled in, sent, paid, reviewed, registered.

use axum::http::StatusCode;
use domain::access::Role;
use domain::registration::moves::State;
use registry::testing::account;
use testkit::on_both;

use super::desk::{Desk, pdf};

on_both!(a_company_comes_from_draft_to_id, |backend| async move {
    let desk = Desk::new(backend).await;
    let (test, who) = (&desk.world.test, &desk.applicant);
    // A double click begins one draft, not two.
    let id = desk.begin(who, "company_new").await;
    assert_eq!(desk.begin(who, "company_new").await, id);

    // What is wrong is told by field, and kept.
    let wrong = [
        ("kind", "corporation"),
        ("corporate_number", "1234567890123"),
        ("licence_held", "no"),
    ];
    let answer = desk.save(who, &id, "kind", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("法人番号の数字が合いません") && answer.body.contains("1234567890123"));
    // A stale tab changes nothing, and what it typed is shown again.
    let stale = [("version", "0"), ("kind", "sole_trader"), ("licence_held", "no")];
    let answer = test.post(Some(who), &format!("/applications/{id}/steps/kind"), &stale).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("先に変更しました"));
    // Not sent yet: nobody but the applicant sees it.
    for other in [&desk.reviewer, &desk.world.prime, &desk.world.operator] {
        assert_eq!(
            test.get(Some(other), &format!("/applications/{id}")).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let answer = desk.submit(who, &id, "0").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "it is not filled in yet");

    let id = desk.company(who, &[]).await;
    let check = desk.world.page(who, &format!("/applications/{id}/check")).await;
    assert!(check.contains("24,000円"), "the fee of the day is shown");
    assert!(
        check.contains("ミホングミ") && check.contains("株式会社 みほん組"),
        "harmless differences are levelled"
    );
    // Sent at another price than the one shown: told, not charged.
    let answer = desk.submit(who, &id, "12000").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("料金が変わりました"));
    let answer = desk.submit(who, &id, "24000").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(desk.state(&id).await, State::Waiting);
    // Sent twice, it is sent once.
    desk.submit(who, &id, "24000").await;
    assert_eq!(
        desk.number(
            "select cast(count(*) as int) from application_event where application_id = $1 and what = 'submit'",
            &id
        )
        .await,
        1
    );

    // The reviewer takes it up; what the applicant types now is not lost, it is told that it is under review.
    assert!(desk.world.page(&desk.reviewer, "/review").await.contains("株式会社 みほん組"));
    assert_eq!(
        desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        desk.decide(&desk.reviewer, &id, &[("do", "take")]).await.status,
        StatusCode::SEE_OTHER
    );
    let answer = desk.save(who, &id, "name", &[("name", "別名")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("もう送られている") && answer.body.contains("value=\"別名\""));
    assert!(
        desk.text("select body from application where id = $1", &id)
            .await
            .contains("株式会社 みほん組")
    );
    // A colleague does not decide beside him.
    assert_eq!(
        desk.decide(&desk.colleague, &id, &[("do", "approve")]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        desk.decide(&desk.reviewer, &id, &[("do", "return")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let marks = [
        ("do", "return"),
        ("mark.representative", "differs_from_paper"),
        ("note.representative", "許可証では「見本 一郎」です。"),
    ];
    assert_eq!(desk.decide(&desk.reviewer, &id, &marks).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::Returned);
    let page = desk.world.page(who, &format!("/applications/{id}")).await;
    assert!(page.contains("書類の内容と違います") && page.contains("見本 一郎"));
    assert!(page.contains("前の状況は 0分"), "how long it stood so before");
    assert!(
        page.contains("審査担当") && !page.contains("reviewer-1"),
        "the reviewer's name is not told"
    );
    let step = desk.world.page(who, &format!("/applications/{id}/steps/name")).await;
    assert!(step.contains("書類の内容と違います"), "the mark stands beside the field");

    let name = [
        ("name", "株式会社　みほん組"),
        ("name_kana", "みほんぐみ"),
        ("representative", "見本 一郎"),
        ("representative_kana", "ミホン イチロウ"),
        ("postal", "100-0000"),
        ("prefecture", "13"),
        ("city", "架空区"),
        ("street", "見本1-2-3"),
        ("phone", "03-0000-0000"),
    ];
    assert_eq!(desk.save(who, &id, "name", &name).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.submit(who, &id, "24000").await.status, StatusCode::SEE_OTHER);
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    // A correction keeps what the applicant wrote.
    let version = desk.version(&id).await;
    let correct = [
        ("version", version.as_str()),
        ("field", "street"),
        ("value", "見本1丁目2-3"),
        ("why", "許可証の表記"),
    ];
    let answer = test
        .post(Some(&desk.reviewer), &format!("/review/{id}/correct"), &correct)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = desk.world.page(&desk.reviewer, &format!("/review/{id}")).await;
    assert!(page.contains("見本1丁目2-3") && page.contains("申請時：見本1-2-3"));
    assert_eq!(
        desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        desk.state(&id).await,
        State::AwaitingPayment,
        "a company pays after the review"
    );
    assert!(
        desk.text("select coalesce(subject_id, '') from application where id = $1", &id)
            .await
            .is_empty()
    );
    desk.paid(&id).await;
    desk.paid(&id).await;
    assert_eq!(desk.state(&id).await, State::Registered);

    let company = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &id)
        .await;
    assert_eq!(company.len(), 14);
    assert!(company.ends_with("22"));
    assert_eq!(
        desk.text("select name from company where id = $1", &company).await,
        "株式会社 みほん組"
    );
    assert_eq!(
        desk.text("select licence from company where id = $1", &company).await,
        "13-012345"
    );
    assert_eq!(
        desk.number("select valid_until from company where id = $1", &company).await,
        20_311_130
    );
    assert!(
        desk.text("select body from record where subject_id = $1", &company)
            .await
            .contains("見本1丁目2-3")
    );
    assert_eq!(
        desk.text("select role from account where sign_in_id = $1", &company).await,
        "administrator"
    );
});

on_both!(a_worker_pays_first_and_gets_trades_ties_and_card, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let employer = desk.world.second.viewer.company_id().unwrap().to_string();
    let id = desk.worker(who, &employer).await;
    let body = desk.text("select body from application where id = $1", &id).await;
    assert!(body.contains("NGUYEN") && body.contains("VAN DUC"));
    assert!(
        body.contains("\"8901\"") && !body.contains("5678901"),
        "only the last four digits are kept"
    );
    let answer = desk.submit(who, &id, "2500").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(desk.state(&id).await, State::AwaitingPayment);
    assert!(
        !desk.world.page(&desk.reviewer, "/review").await.contains("グエン"),
        "not before it is paid"
    );
    desk.paid(&id).await;
    assert_eq!(desk.state(&id).await, State::Waiting);
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let answer = desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(desk.state(&id).await, State::Registered);
    let worker = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &id)
        .await;
    assert!(worker.ends_with("21"));
    assert_eq!(desk.text("select language from worker where id = $1", &worker).await, "vi");
    assert_eq!(
        desk.text("select name_kana from worker where id = $1", &worker).await,
        "グエン ヴァン ドゥック"
    );
    assert_eq!(
        desk.number("select cast(count(*) as int) from worker_trade where worker_id = $1", &worker)
            .await,
        2
    );
    assert_eq!(
        desk.text("select company_id from employment where worker_id = $1 and main = 1", &worker)
            .await,
        employer
    );
    assert_eq!(
        desk.text("select role from account where sign_in_id = $1", &worker).await,
        "worker"
    );

    // The same person again, spelled otherwise: the reviewer sees it before he approves.
    let again = desk.worker(who, &employer).await;
    assert_ne!(again, id);
    desk.submit(who, &again, "2500").await;
    desk.paid(&again).await;
    let page = desk.world.page(&desk.reviewer, &format!("/review/{again}")).await;
    assert!(page.contains("同じ人・同じ会社かもしれない") && page.contains(&worker));
    let answer = desk
        .decide(&desk.reviewer, &again, &[("do", "reject"), ("note", "登録済みです。")])
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "only who has taken it up decides");
    desk.decide(&desk.reviewer, &again, &[("do", "take")]).await;
    assert_eq!(
        desk.decide(&desk.reviewer, &again, &[("do", "reject")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a refusal needs its reason"
    );
    desk.decide(&desk.reviewer, &again, &[("do", "reject"), ("note", "登録済みです。")])
        .await;
    assert_eq!(desk.state(&again).await, State::Rejected);
    assert!(
        desk.world
            .page(who, &format!("/applications/{again}"))
            .await
            .contains("登録済みです。")
    );
});

on_both!(an_employer_files_for_a_worker_with_his_consent, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.world.second;
    let employer = who.viewer.company_id().unwrap().to_string();
    let id = desk.worker(who, &employer).await;
    let answer = desk.submit(who, &id, "2500").await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the worker's consent is missing"
    );
    assert!(answer.body.contains("本人の同意書"));
    let answer = desk
        .upload(who, &id, "proxy", &[], &[("worker_consent_paper", "同意.pdf", pdf())])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(desk.submit(who, &id, "2500").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::AwaitingPayment);
    // Another company's clerk sees nothing of it; a colleague of the same company goes on with it.
    assert_eq!(
        desk.world
            .test
            .get(Some(&desk.world.first), &format!("/applications/{id}"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let clerk = account(
        &desk.world.test,
        "clerk-1",
        Role::ProxyClerk,
        who.viewer.company_id(),
        None,
        &[],
    )
    .await;
    assert_eq!(
        desk.world.test.get(Some(&clerk), &format!("/applications/{id}")).await.status,
        StatusCode::OK
    );
});
