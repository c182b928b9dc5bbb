//! From the first draft to the ID: applications, their review, and what follows from them, through the pages.
#![expect(clippy::unwrap_used, reason = "a test fails where its expectation does")]

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::access::Role;
use domain::master::{MasterKind, MasterTexts};
use domain::registration::moves::State;
use image::{DynamicImage, ImageFormat};
use registry::made_up::Worker;
use registry::rooms::application;
use registry::rooms::masters::load;
use registry::testing::{Answer, Person, World, account};
use store::{Sql, values};
use testkit::{Backend, on_both};

/// A registry with an applicant and two reviewers.
struct Desk {
    world: World,
    applicant: Person,
    reviewer: Person,
    colleague: Person,
}

impl Desk {
    async fn new(backend: Backend) -> Self {
        let world = World::new(backend).await;
        let applicant = account(&world.test, "applicant-1", Role::Applicant, None, None, &[]).await;
        let reviewer = account(&world.test, "reviewer-1", Role::Reviewer, None, None, &[]).await;
        let colleague = account(&world.test, "reviewer-2", Role::Reviewer, None, None, &[]).await;
        Self {
            world,
            applicant,
            reviewer,
            colleague,
        }
    }

    /// Begins an application and gives its key.
    async fn begin(&self, who: &Person, purpose: &str) -> String {
        let answer = self
            .world
            .test
            .post(Some(who), "/applications", &[("purpose", purpose)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.location.unwrap().split('/').nth(2).unwrap().to_owned()
    }

    async fn version(&self, id: &str) -> String {
        self.number("select version from application where id = $1", id)
            .await
            .to_string()
    }

    async fn number(&self, sql: &'static str, id: &str) -> i32 {
        let tx = self.world.test.app.db().read().await.unwrap();
        tx.value(&Sql::new("test.number", sql), values![id]).await.unwrap().unwrap()
    }

    async fn text(&self, sql: &'static str, id: &str) -> String {
        let tx = self.world.test.app.db().read().await.unwrap();
        let text: Option<String> = tx.value(&Sql::new("test.text", sql), values![id]).await.unwrap();
        text.unwrap_or_default()
    }

    async fn state(&self, id: &str) -> State {
        State::from_word(&self.text("select state from application where id = $1", id).await).unwrap()
    }

    /// Saves a step with its fields.
    async fn save(&self, who: &Person, id: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.version(id).await;
        let mut all = vec![("version", version.as_str()), ("do", "next")];
        all.extend(fields);
        self.world
            .test
            .post(Some(who), &format!("/applications/{id}/steps/{step}"), &all)
            .await
    }

    /// Saves a step with papers, as a browser sends it.
    async fn upload(
        &self,
        who: &Person,
        id: &str,
        step: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, Vec<u8>)],
    ) -> Answer {
        let version = self.version(id).await;
        let token = web::csrf::token(&who.viewer.secret);
        let mut body = Vec::new();
        let mut all = vec![("csrf", token.as_str()), ("version", version.as_str()), ("do", "next")];
        all.extend(fields);
        for (name, value) in all {
            body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, file, bytes) in files {
            let head = format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
            body.extend(head.bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--part--\r\n");
        let request = Request::post(format!("/applications/{id}/steps/{step}"))
            .header(header::HOST, "registry.test")
            .header(header::ORIGIN, "http://registry.test")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, who.cookie())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body))
            .unwrap();
        self.world.test.send(request).await
    }

    async fn submit(&self, who: &Person, id: &str, yen: &str) -> Answer {
        let version = self.version(id).await;
        let fields = [("version", version.as_str()), ("yen", yen)];
        self.world
            .test
            .post(Some(who), &format!("/applications/{id}/submit"), &fields)
            .await
    }

    async fn decide(&self, who: &Person, id: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.version(id).await;
        let mut all = vec![("version", version.as_str())];
        all.extend(fields);
        self.world.test.post(Some(who), &format!("/review/{id}/decide"), &all).await
    }

    async fn paid(&self, id: &str) {
        let tx = self.world.test.app.db().write().await.unwrap();
        application::paid(&self.world.test.app, &tx, id).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A whole company, ready to be sent.
    async fn company(&self, who: &Person, change: &[(&str, &str)]) -> String {
        let id = self.begin(who, "company_new").await;
        let with = |fields: &[(&'static str, &'static str)]| -> Vec<(String, String)> {
            fields
                .iter()
                .map(|(name, value)| {
                    let value = change.iter().find(|(of, _)| of == name).map_or(*value, |(_, new)| new);
                    ((*name).to_owned(), value.to_owned())
                })
                .collect()
        };
        for (step, fields) in [
            (
                "kind",
                with(&[
                    ("kind", "corporation"),
                    ("corporate_number", "7-1234-5678-9012"),
                    ("licence_held", "yes"),
                    ("licence_authority", "13"),
                    ("licence_class", "general"),
                    ("licence_number", "１２３４５"),
                    ("licence_until", "2030-03-31"),
                ]),
            ),
            (
                "name",
                with(&[
                    ("name", "株式会社　みほん組"),
                    ("name_kana", "みほんぐみ"),
                    ("representative", "見本 太郎"),
                    ("representative_kana", "ミホン タロウ"),
                    ("postal", "100-0000"),
                    ("prefecture", "13"),
                    ("city", "架空区"),
                    ("street", "見本1-2-3"),
                    ("phone", "03-0000-0000"),
                ]),
            ),
            ("business", with(&[("capital_yen", "10,000,000"), ("business", "01 05")])),
            (
                "insurance",
                with(&[
                    ("health_insurance", "joined"),
                    ("pension_insurance", "joined"),
                    ("employment_insurance", "joined"),
                    ("kentaikyo", "no"),
                ]),
            ),
            (
                "manager",
                with(&[
                    ("manager", "見本 花子"),
                    ("manager_kana", "ミホン ハナコ"),
                    ("manager_phone", "0300000001"),
                    ("email", "office@example.jp"),
                ]),
            ),
        ] {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = self.save(who, &id, step, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.body);
        }
        let papers = [("licence_paper", "許可.pdf", pdf())];
        let answer = self.upload(who, &id, "papers", &[], &papers).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let consent = [("consent_terms", "yes"), ("consent_privacy", "yes")];
        let answer = self.save(who, &id, "consent", &consent).await;
        assert_eq!(answer.location.as_deref(), Some(&*format!("/applications/{id}/check")));
        id
    }

    /// A whole worker, ready to be sent.
    async fn worker(&self, who: &Person, employer: &str) -> String {
        let id = self.begin(who, "worker_new").await;
        for (step, fields) in [
            (
                "kind",
                vec![
                    ("registration", "simplified"),
                    ("japanese", "no"),
                    ("country", "VN"),
                    ("language", "vi"),
                ],
            ),
            (
                "name",
                vec![
                    ("family_name", "グエン"),
                    ("given_name", "ヴァン・ドゥック"),
                    ("family_kana", "ぐえん"),
                    ("given_kana", "ヴァン ドゥック"),
                    ("family_alphabet", "Nguyễn"),
                    ("given_alphabet", "Văn Đức"),
                ],
            ),
            (
                "person",
                vec![
                    ("birth_day", "1995-02-28"),
                    ("sex", "male"),
                    ("postal", "1000000"),
                    ("prefecture", "13"),
                    ("city", "架空区"),
                    ("street", "見本1"),
                    ("mobile", "090-0000-0000"),
                    ("email", "duc@example.jp"),
                    ("residence_status", "特定技能1号"),
                ],
            ),
            (
                "employer",
                vec![("employer.0.company", employer), ("employer.0.from", "2026-04-01")],
            ),
            (
                "insurance",
                vec![
                    ("health_insurance", "kyokai"),
                    ("pension_insurance", "employees"),
                    ("employment_insurance", "joined"),
                    ("employment_number", "1234-567890-1"),
                    ("kentaikyo", "no"),
                    ("chutaikyo", "no"),
                    ("special_accident", "no"),
                ],
            ),
            ("trade", vec![("trade.0.code", "01-01"), ("trade.1.code", "01-03")]),
            ("system", vec![]),
        ] {
            let answer = self.save(who, &id, step, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.body);
        }
        let papers = [
            ("photo", "顔.jpg", picture(600, 800)),
            ("identity_paper", "カード.jpg", picture(800, 500)),
        ];
        let answer = self
            .upload(who, &id, "papers", &[("identity", "residence_card")], &papers)
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let consent = [("consent_terms", "yes"), ("consent_privacy", "yes")];
        self.save(who, &id, "consent", &consent).await;
        id
    }
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n%%EOF\n".to_vec()
}

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::new_rgb8(width, height);
    image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

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

on_both!(an_application_taken_back_is_not_decided, |backend| async move {
    let desk = Desk::new(backend).await;
    let (test, who) = (&desk.world.test, &desk.applicant);
    let id = desk.company(who, &[]).await;
    desk.submit(who, &id, "24000").await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let seen = desk.version(&id).await;
    // The applicant takes it back while the reviewer reads; the decision on what he read is refused.
    test.post(Some(who), &format!("/applications/{id}/reopen"), &[]).await;
    assert_eq!(desk.state(&id).await, State::Returned);
    let late = [("version", seen.as_str()), ("do", "approve")];
    let answer = test.post(Some(&desk.reviewer), &format!("/review/{id}/decide"), &late).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(desk.state(&id).await, State::Returned);
    test.post(Some(who), &format!("/applications/{id}/withdraw"), &[]).await;
    assert_eq!(desk.state(&id).await, State::Withdrawn);
    assert_eq!(desk.submit(who, &id, "24000").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::Withdrawn, "what is given up stays given up");
});

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

on_both!(a_change_is_compared_with_what_is_registered, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let first = desk.company(who, &[("licence_number", "54321")]).await;
    desk.submit(who, &first, "24000").await;
    desk.decide(&desk.reviewer, &first, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &first, &[("do", "approve")]).await;
    desk.paid(&first).await;
    let company = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &first)
        .await;
    let admin = account(
        &desk.world.test,
        "admin-2",
        Role::Administrator,
        Some(company.parse().unwrap()),
        None,
        &[],
    )
    .await;
    let id = desk.begin(&admin, "company_change").await;
    assert_eq!(desk.begin(&admin, "company_change").await, id, "one change at a time");
    let answer = desk.submit(&admin, &id, "0").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("登録されている内容と同じです"));
    let manager = [
        ("manager", "見本 次子"),
        ("manager_kana", "ミホン ツギコ"),
        ("manager_phone", "0300000001"),
        ("email", "office@example.jp"),
    ];
    assert_eq!(
        desk.save(&admin, &id, "manager", &manager).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        desk.submit(&admin, &id, "0").await.status,
        StatusCode::SEE_OTHER,
        "a change costs nothing"
    );
    let page = desk.world.page(&desk.reviewer, &format!("/review/{id}")).await;
    assert!(page.contains("変更前：見本 花子"));
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::Registered);
    assert_eq!(
        desk.number("select cast(count(*) as int) from record where subject_id = $1", &company)
            .await,
        2,
        "the past is kept"
    );
});

on_both!(days_follow_when_a_workers_registration_changes, |backend| async move {
    let desk = Desk::new(backend).await;
    let (world, who) = (&desk.world, &desk.applicant);
    let employer = world.second.viewer.company_id().unwrap().to_string();
    let new = desk.worker(who, &employer).await;
    desk.submit(who, &new, "2500").await;
    desk.paid(&new).await;
    desk.decide(&desk.reviewer, &new, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &new, &[("do", "approve")]).await;
    let id = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &new)
        .await;
    let worker = Worker {
        id: id.parse().unwrap(),
        handle: desk.text("select handle from worker where id = $1", &id).await,
        ..world.bob.clone()
    };
    world.list(&world.second, &worker, "鉄筋の組立").await;
    let tx = world.test.app.db().write().await.unwrap();
    let lost = Sql::new(
        "test.lose_trade",
        "delete from worker_trade where worker_id = $1 and trade = $2",
    );
    let trade = worker.trades[0].to_string();
    assert_eq!(tx.run(&lost, values![id.as_str(), trade.as_str()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let day = world
        .send_one(&worker, "2026-11-19T07:30:00", domain::Direction::In)
        .await
        .day;
    assert_eq!(day.unwrap().reasons[0].key, "history.trade_not_held");

    let own = account(&world.test, "duc", Role::Worker, None, Some(&worker), &[]).await;
    let change = desk.begin(&own, "worker_change").await;
    let trades = [
        ("trade.0.code", "01-01"),
        ("trade.1.code", "01-03"),
        ("trade.2.code", "10-01"),
    ];
    assert_eq!(desk.save(&own, &change, "trade", &trades).await.status, StatusCode::SEE_OTHER);
    let answer = desk.submit(&own, &change, "0").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    desk.decide(&desk.reviewer, &change, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &change, &[("do", "approve")]).await;
    assert_eq!(desk.state(&change).await, State::Registered);
    let story = world
        .page(&world.prime, &world.path(&format!("/days/2026-11-19/{}", worker.handle)))
        .await;
    assert!(
        story.contains("この日は有効です") && story.contains("登録内容の変更を受けて再判定"),
        "{story}"
    );
});

/// The photo that stands in an application.
async fn photo_of(desk: &Desk, id: &str) -> String {
    let body = desk.text("select body from application where id = $1", id).await;
    let fields: serde_json::Value = serde_json::from_str(&body).unwrap();
    fields["photo"].as_str().unwrap().to_owned()
}

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

on_both!(who_looks_at_a_workers_change_is_recorded, |backend| async move {
    let desk = Desk::new(backend).await;
    let test = &desk.world.test;
    let employer = desk.world.second.viewer.company_id().unwrap().to_string();
    let first = desk.worker(&desk.applicant, &employer).await;
    desk.submit(&desk.applicant, &first, "2500").await;
    desk.paid(&first).await;
    desk.decide(&desk.reviewer, &first, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &first, &[("do", "approve")]).await;
    let id = desk
        .text("select coalesce(subject_id, '') from application where id = $1", &first)
        .await;
    let worker = Worker {
        id: id.parse().unwrap(),
        ..desk.world.ann.clone()
    };
    let worker = account(test, "worker-9", Role::Worker, None, Some(&worker), &[]).await;
    let change = desk.begin(&worker, "worker_change").await;
    // A photo is never changed, whatever is sent.
    let photo = photo_of(&desk, &change).await;
    desk.upload(
        &worker,
        &change,
        "papers",
        &[("identity", "residence_card")],
        &[("photo", "別人.jpg", picture(600, 800))],
    )
    .await;
    assert_eq!(photo_of(&desk, &change).await, photo);
    let answer = desk
        .save(
            &worker,
            &change,
            "person",
            &[
                ("birth_day", "1990-01-01"),
                ("sex", "male"),
                ("postal", "1000000"),
                ("prefecture", "13"),
                ("city", "架空区"),
                ("street", "見本1"),
                ("mobile", "080-0000-0000"),
                ("email", "duc@example.jp"),
                ("residence_status", "特定技能1号"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let looks = async || {
        desk.number("select cast(count(*) as int) from look where worker_id = $1", &id)
            .await
    };
    let before = looks().await;
    test.get(Some(&worker), &format!("/applications/{change}")).await;
    assert_eq!(looks().await, before, "his own look is none");
    let body = desk.text("select body from application where id = $1", &change).await;
    assert!(body.contains("1995-02-28"), "nor the birth date");
    let answer = desk.submit(&worker, &change, "0").await;
    assert_ne!(desk.state(&change).await, State::Draft, "{}", answer.body);
    let page = desk.world.page(&desk.reviewer, &format!("/review/{change}")).await;
    assert!(page.contains("変更前："));
    test.get(Some(&desk.reviewer), &format!("/applications/{change}/papers/{photo}"))
        .await;
    let seen = desk
        .text(
            "select max(l.what) || ' ' || min(l.what) from look l join account a on a.id = l.account_id
             where a.sign_in_id = 'reviewer-1' and l.worker_id = $1",
            &id,
        )
        .await;
    assert_eq!(seen, "registration papers", "what was looked at");
    assert_eq!(looks().await, before + 2);
});

on_both!(two_reviewers_agree_where_the_operator_wants_it, |backend| async move {
    let desk = Desk::new(backend).await;
    let (app, who) = (&desk.world.test.app, &desk.applicant);
    let text = MasterTexts::EMBEDDED
        .policies
        .replacen("review_four_eyes,,,0,", "review_four_eyes,,,1,", 1);
    let tx = app.db().write().await.unwrap();
    load(&tx, app.clock(), MasterKind::Policies, &text, "a test").await.unwrap();
    tx.commit().await.unwrap();
    app.reload_masters().await.unwrap();
    let id = desk
        .worker(who, &desk.world.second.viewer.company_id().unwrap().to_string())
        .await;
    desk.submit(who, &id, "2500").await;
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let mut answers = Vec::new();
    // The same reviewer twice is one reviewer.
    for reviewer in [&desk.reviewer, &desk.reviewer, &desk.colleague] {
        let answer = desk.decide(reviewer, &id, &[("do", "approve")]).await;
        answers.push((answer.status, desk.state(&id).await));
    }
    assert_eq!(
        answers,
        [
            (StatusCode::SEE_OTHER, State::SecondLook),
            (StatusCode::CONFLICT, State::SecondLook),
            (StatusCode::SEE_OTHER, State::Registered)
        ]
    );
    // The second one may send it back as well; then both look again.
    let id = desk
        .worker(who, &desk.world.second.viewer.company_id().unwrap().to_string())
        .await;
    desk.submit(who, &id, "2500").await;
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    let back = [("do", "return"), ("mark.photo", "photo_unfit")];
    assert_eq!(desk.decide(&desk.colleague, &id, &back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::Returned);
    desk.submit(who, &id, "2500").await;
    assert_eq!(desk.state(&id).await, State::Waiting, "paid already");
    desk.decide(&desk.colleague, &id, &[("do", "take")]).await;
    desk.decide(&desk.colleague, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::SecondLook);
});

on_both!(of_two_who_decide_at_once_one_is_first, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let id = desk.company(who, &[]).await;
    desk.submit(who, &id, "24000").await;
    let (one, two) = tokio::join!(
        desk.decide(&desk.reviewer, &id, &[("do", "take")]),
        desk.decide(&desk.colleague, &id, &[("do", "take")])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    // A double click on "approve" approves once.
    let holder = if one.status == StatusCode::SEE_OTHER {
        &desk.reviewer
    } else {
        &desk.colleague
    };
    let (one, two) = tokio::join!(
        desk.decide(holder, &id, &[("do", "approve")]),
        desk.decide(holder, &id, &[("do", "approve")])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let approvals = desk
        .number(
            "select cast(count(*) as int) from application_event where application_id = $1 and what = 'approve'",
            &id,
        )
        .await;
    assert_eq!(approvals, 1);
});
