//! A registry with an applicant and two reviewers: begins, fills in, sends and reviews applications through the pages.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::access::Role;
use domain::registration::moves::State;
use image::{DynamicImage, ImageFormat};
use registry::rooms::application;
use registry::testing::{Answer, Person, World, account};
use store::{Sql, values};
use testkit::Backend;

/// A registry with an applicant and two reviewers.
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) applicant: Person,
    pub(super) reviewer: Person,
    pub(super) colleague: Person,
}

impl Desk {
    pub(super) async fn new(backend: Backend) -> Self {
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
    pub(super) async fn begin(&self, who: &Person, purpose: &str) -> String {
        let answer = self
            .world
            .test
            .post(Some(who), "/applications", &[("purpose", purpose)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.location.unwrap().split('/').nth(2).unwrap().to_owned()
    }

    pub(super) async fn version(&self, id: &str) -> String {
        self.number("select version from application where id = $1", id)
            .await
            .to_string()
    }

    pub(super) async fn number(&self, sql: &'static str, id: &str) -> i32 {
        let tx = self.world.test.app.db().read().await.unwrap();
        tx.value(&Sql::new("test.number", sql), values![id]).await.unwrap().unwrap()
    }

    pub(super) async fn text(&self, sql: &'static str, id: &str) -> String {
        let tx = self.world.test.app.db().read().await.unwrap();
        let text: Option<String> = tx.value(&Sql::new("test.text", sql), values![id]).await.unwrap();
        text.unwrap_or_default()
    }

    pub(super) async fn state(&self, id: &str) -> State {
        State::from_word(&self.text("select state from application where id = $1", id).await).unwrap()
    }

    /// Saves a step with its fields.
    pub(super) async fn save(&self, who: &Person, id: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.version(id).await;
        let mut all = vec![("version", version.as_str()), ("do", "next")];
        all.extend(fields);
        self.world
            .test
            .post(Some(who), &format!("/applications/{id}/steps/{step}"), &all)
            .await
    }

    /// Saves a step with papers, as a browser sends it.
    pub(super) async fn upload(
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

    pub(super) async fn submit(&self, who: &Person, id: &str, yen: &str) -> Answer {
        let version = self.version(id).await;
        let fields = [("version", version.as_str()), ("yen", yen)];
        self.world
            .test
            .post(Some(who), &format!("/applications/{id}/submit"), &fields)
            .await
    }

    pub(super) async fn decide(&self, who: &Person, id: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.version(id).await;
        let mut all = vec![("version", version.as_str())];
        all.extend(fields);
        self.world.test.post(Some(who), &format!("/review/{id}/decide"), &all).await
    }

    pub(super) async fn paid(&self, id: &str) {
        let tx = self.world.test.app.db().write().await.unwrap();
        application::paid(&self.world.test.app, &tx, id).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A whole company, ready to be sent.
    pub(super) async fn company(&self, who: &Person, change: &[(&str, &str)]) -> String {
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
    pub(super) async fn worker(&self, who: &Person, employer: &str) -> String {
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

pub(super) fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n%%EOF\n".to_vec()
}

pub(super) fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::new_rgb8(width, height);
    image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The photo that stands in an application.
pub(super) async fn photo_of(desk: &Desk, id: &str) -> String {
    let body = desk.text("select body from application where id = $1", id).await;
    let fields: serde_json::Value = serde_json::from_str(&body).unwrap();
    fields["photo"].as_str().unwrap().to_owned()
}
