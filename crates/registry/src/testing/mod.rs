//! For tests, here and in other crates: a registry on either database with a small world in it, and people and machines who ask it
//! things. Everything is made through the doors: use cases and HTTP.

mod filing;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use domain::Clock;
pub use filing::Filing;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::FromQueryResult;
use store::{Sql, values};
use testkit::{Backend, FixedClock, TestDb};
use tower::ServiceExt;
pub use world::{Person, World, account};

use crate::{App, MIGRATIONS, Settings};

/// A registry under test.
pub struct TestApp {
    /// The registry.
    pub app: App,
    /// Its clock: Friday 2026-11-20, 08:00 in Japan, until it is moved.
    pub clock: FixedClock,
    router: Router,
    db: TestDb,
}

#[derive(FromQueryResult)]
struct MailRow {
    subject: String,
    body: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Where it leads, if it leads on.
    pub location: Option<String>,
    /// `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Body.
    pub body: String,
}

impl TestApp {
    /// A fresh, migrated, empty registry.
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, Settings::default()).await
    }

    /// The same with other settings.
    pub async fn with(backend: Backend, settings: Settings) -> Self {
        let db = TestDb::new(backend, MIGRATIONS).await;
        let clock = FixedClock::at("2026-11-20T08:00:00+09:00");
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let app = App::new((*db).clone(), shared, StdRng::seed_from_u64(7), settings)
            .await
            .expect("an app");
        let router = app.router();
        Self { app, clock, router, db }
    }

    /// Where its database is, for programs that open it themselves.
    #[must_use]
    pub fn address(&self) -> &str {
        self.db.address()
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let text = |v: &header::HeaderValue| v.to_str().unwrap_or_default().to_owned();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            location: parts.headers.get(header::LOCATION).map(text),
            cookies: parts.headers.get_all(header::SET_COOKIE).iter().map(text).collect(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn request(method: &str, path: &str, cookie: Option<&str>) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "registry.test")
            .header(header::ACCEPT, "text/html");
        match cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// A page, asked for by somebody or by nobody.
    pub async fn get(&self, who: Option<&Person>, path: &str) -> Answer {
        let request = Self::request("GET", path, who.map(Person::cookie).as_deref()).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// A form, sent as a browser sends it: from our own page, with the session's token.
    pub async fn post(&self, who: Option<&Person>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, String)> = fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        if let Some(person) = who {
            fields.push(("csrf", web::csrf::token(&person.viewer.secret)));
        }
        self.post_raw(who, path, &fields).await
    }

    /// A form with one file: its field, its name, its bytes.
    ///
    /// # Panics
    /// If there is no such request.
    pub async fn post_file(&self, who: &Person, path: &str, file: (&str, &str, &[u8])) -> Answer {
        self.post_files(who, path, &[file]).await
    }

    /// The same with several.
    ///
    /// # Panics
    /// If there is no such request.
    pub async fn post_files(&self, who: &Person, path: &str, files: &[(&str, &str, &[u8])]) -> Answer {
        let token = web::csrf::token(&who.viewer.secret);
        let mut body = format!("--part\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").into_bytes();
        for (field, name, bytes) in files {
            let head = format!("--part\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--part--\r\n");
        let request = Self::request("POST", path, Some(&who.cookie()))
            .header(header::ORIGIN, "http://registry.test")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A form with just these fields: to forget or forge the token.
    pub async fn post_raw(&self, who: Option<&Person>, path: &str, fields: &[(&str, String)]) -> Answer {
        self.send(Self::form(who, path, fields)).await
    }

    fn form(who: Option<&Person>, path: &str, fields: &[(&str, String)]) -> Request<Body> {
        let encode = crate::rooms::site::percent;
        let body = fields
            .iter()
            .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
            .collect::<Vec<_>>()
            .join("&");
        let request = Self::request("POST", path, who.map(Person::cookie).as_deref())
            .header(header::ORIGIN, "http://registry.test")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(body)).expect("a request")
    }

    /// A form sent from another address than the rest of the test's.
    ///
    /// # Panics
    /// If the address is none.
    pub async fn post_from(&self, address: &str, who: Option<&Person>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, String)> = fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        if let Some(person) = who {
            fields.push(("csrf", web::csrf::token(&person.viewer.secret)));
        }
        let mut request = Self::form(who, path, &fields);
        let from = SocketAddr::new(address.parse().expect("an address"), 40_000);
        request.extensions_mut().insert(ConnectInfo(from));
        self.send(request).await
    }

    /// Mails written to somebody so far, oldest first: subject and text.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn mails(&self, to: &str) -> Vec<(String, String)> {
        const MAILS: Sql = Sql::new(
            "testing.mails",
            "select subject, body from mail where recipient = $1 order by created_at, id",
        );
        let tx = self.app.db().read().await.expect("a transaction");
        let rows: Vec<MailRow> = tx.all(&MAILS, values![to]).await.expect("mails");
        rows.into_iter().map(|m| (m.subject, m.body)).collect()
    }

    /// What a reader sends.
    pub async fn api(&self, method: &str, path: &str, key: Option<&str>, body: impl Into<Body>) -> Answer {
        let mut request = Self::request(method, path, None).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    /// A batch of touches and its answers.
    ///
    /// # Panics
    /// If the registry does not take the batch.
    pub async fn touches(&self, key: &str, touches: Vec<wire::TouchItem>) -> Vec<wire::TouchAnswer> {
        let batch = wire::TouchBatch {
            sent_at: self.clock.now(),
            sender: None,
            device: None,
            touches,
        };
        let answer = self
            .api("POST", wire::TOUCHES, Some(key), serde_json::to_string(&batch).expect("json"))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        serde_json::from_str::<wire::TouchAnswers>(&answer.body)
            .expect("answers")
            .results
    }
}
