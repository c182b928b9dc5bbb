//! The frame from outside, as an app uses it: a page of a room, its form, its errors, the headers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly, and one handler panics on purpose"
)]

use askama::Template;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use domain::WorkerId;
use serde::Deserialize;
use tower::ServiceExt;
use web::csrf::SessionSecret;

#[derive(Deserialize, Default)]
#[serde(default)]
struct HelloForm {
    worker: String,
    note: String,
}

#[derive(Template)]
#[template(path = "hello/templates/hello.html", config = "tests/fixture/askama.toml")]
struct HelloPage {
    frame: web::Frame,
    form: web::FormState<HelloForm>,
}

async fn show(frame: web::Frame) -> web::Page {
    let form = web::FormState::new(&frame.t, HelloForm::default());
    web::page(&HelloPage {
        frame: frame.titled("受付"),
        form,
    })
}

async fn save(frame: web::Frame, web::Form(form): web::Form<HelloForm>) -> web::Page {
    let mut errors = web::FieldErrors::new();
    if errors
        .take("worker", form.worker.parse::<WorkerId>(), |_| "hello-worker-wrong".to_owned())
        .is_none()
    {
        let form = web::FormState::wrong(&frame.t, form, errors);
        return Ok((
            form.status(),
            web::page(&HelloPage {
                frame: frame.titled("受付"),
                form,
            })?,
        )
            .into_response());
    }
    Ok(web::redirect_with("/hello", "hello-saved"))
}

async fn broken() -> web::Page {
    Err(anyhow::anyhow!("password=hunter2 of table workers").context("reading").into())
}

async fn panics() -> web::Page {
    panic!("secret internals")
}

async fn slow() -> web::Page {
    std::future::pending().await
}

async fn private() -> web::Page {
    Err(web::PageError::SignInNeeded {
        return_to: "/hello?a=b".to_owned(),
    })
}

async fn session(mut request: Request, next: Next) -> Response {
    request
        .extensions_mut()
        .insert(SessionSecret(b"the secret of this session".to_vec()));
    let t = request.extensions().get::<web::T>().cloned().unwrap();
    let mut frame = web::Frame::new(t, request.uri().path());
    frame.viewer = Some(web::Viewer {
        name: "見本 花子".to_owned(),
        company: Some("見本工務店".to_owned()),
    });
    frame.menu = vec![web::MenuEntry::new("受付", "/hello", &frame.path).waiting(3)];
    request.extensions_mut().insert(frame);
    next.run(request).await
}

const JA: &str = "hello-worker-wrong = 技能者IDは14桁です。\nhello-saved = 登録しました。";
const EN: &str = "hello-worker-wrong = A worker ID has 14 digits.\nhello-saved = Saved.";

fn app(https: bool) -> Router {
    let texts = web::Texts::new([(web::Language::Ja, JA), (web::Language::En, EN)]);
    assert_eq!(texts.check(), []);
    let routes = web::routes()
        .get("/hello", show)
        .post("/hello", save)
        .get("/broken", broken)
        .get("/panics", panics)
        .get("/slow", slow)
        .get("/private", private);
    assert_eq!(routes.list().len(), 8);
    assert_eq!(routes.list()[2].1, "/hello");
    let mut web = web::Web::new(texts, https);
    web.timeout = std::time::Duration::from_millis(100);
    web.body_limit = 2_000;
    web.wrap(routes.into_router().layer(from_fn(web::error_pages)).layer(from_fn(session)))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(request: axum::http::request::Builder, body: &str) -> Answer {
    ask_app(app(false), request, body).await
}

async fn ask_app(app: Router, request: axum::http::request::Builder, body: &str) -> Answer {
    let response = app.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer {
        status,
        headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path)
}

fn post(path: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header("host", "a.example")
        .header("content-type", "application/x-www-form-urlencoded")
}

fn token() -> String {
    web::csrf::token(b"the secret of this session")
}

#[tokio::test]
async fn a_room_extends_the_frame() {
    let page = ask(get("/hello"), "").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<html lang=\"ja\">",
        "<title>受付 | 足場 Ashiba</title>",
        "<h1>受付</h1>",
        "見本 花子",
        "aria-current=\"page\">受付 <span class=\"badge\" aria-label=\"確認待ち 3件\">3</span>",
        &format!("name=\"csrf\" value=\"{}\"", token()),
        "本文へ移動",
        "id=\"f-worker\"",
    ] {
        assert!(page.text.contains(part), "{part} not in {}", page.text);
    }
    assert!(
        !page.text.contains(" style=") && !page.text.contains("aria-invalid"),
        "{}",
        page.text
    );
    let english = ask(get("/hello").header("accept-language", "en"), "").await;
    assert!(english.text.contains("<html lang=\"en\">") && english.text.contains("Sign out"));
}

#[tokio::test]
async fn the_headers_of_every_answer() {
    let plain = ask(get("/hello"), "").await.headers;
    assert!(
        plain["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(plain["x-content-type-options"], "nosniff");
    assert_eq!(plain["referrer-policy"], "same-origin");
    assert_eq!(plain["cache-control"], "no-store");
    assert!(!plain.contains_key("strict-transport-security"));
    let missing = ask_app(app(true), get("/nowhere"), "").await;
    assert!(missing.headers.contains_key("strict-transport-security"));
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_to_mend_keeps_what_was_typed() {
    let body = format!("csrf={}&worker=12%2034&note=%3Cb%3E%E8%B6%B3%E5%A0%B4", token());
    let page = ask(post("/hello").header("sec-fetch-site", "same-origin"), &body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "value=\"12 34\"",
        "value=\"&#60;b&#62;足場\"",
        "<a href=\"#f-worker\">技能者IDは14桁です。</a>",
        "aria-invalid=\"true\" aria-describedby=\"h-worker e-worker\"",
        "入力内容を確認してください（1件）",
    ] {
        assert!(page.text.contains(part), "{part} not in {}", page.text);
    }
}

#[tokio::test]
async fn a_good_form_leads_on_and_says_so_once() {
    let body = format!("csrf={}&worker=0123%204567%208901%2021", token());
    let answer = ask(post("/hello").header("origin", "http://a.example"), &body).await;
    assert_eq!(
        (answer.status, answer.headers["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/hello")
    );
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("flash=hello-saved; HttpOnly"), "{cookie}");
    let next = ask(get("/hello").header("cookie", "flash=hello-saved"), "").await;
    assert!(next.text.contains("role=\"status\"") && next.text.contains("登録しました。"));
    assert!(next.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let forged = ask(get("/hello").header("cookie", "flash=no-such-key"), "").await;
    assert!(!forged.text.contains("role=\"status\"") && !forged.text.contains("no-such-key"));
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let good = format!("csrf={}&worker=01234567890121", token());
    let cases = [
        (post("/hello"), "worker=01234567890121".to_owned()),
        (
            post("/hello"),
            format!("csrf={}&worker=01234567890121", web::csrf::token(b"another session")),
        ),
        (post("/hello").header("sec-fetch-site", "cross-site"), good.clone()),
        (post("/hello").header("sec-fetch-site", "same-site"), good.clone()),
        (post("/hello").header("origin", "http://evil.example"), good.clone()),
        (post("/hello").header("origin", "null"), good.clone()),
    ];
    for (request, body) in cases {
        let answer = ask(request.header("referer", "http://a.example/hello?x=1"), &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
        assert!(
            answer.text.contains("何も変更されていません") && answer.text.contains("href=\"/hello?x=1\""),
            "{}",
            answer.text
        );
    }
    // Without any word of a browser the token alone decides.
    assert_eq!(ask(post("/hello"), &good).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn errors_tell_a_number_and_nothing_else() {
    for path in ["/broken", "/panics"] {
        let page = ask(get(path), "").await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        for inside in ["hunter2", "workers", "secret internals", "reading", "anyhow"] {
            assert!(!page.text.contains(inside), "{inside} in {}", page.text);
        }
        let number = page.text.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        assert!(number.len() == 9 && number.as_bytes()[4] == b'-', "{number}");
        assert!(page.text.contains("受付番号") && page.text.contains("トップページへ"));
    }
    assert!(
        ask(get("/broken"), "").await.text.contains("見本 花子"),
        "the viewer's own frame"
    );
    let english = ask(get("/broken").header("accept-language", "en"), "").await;
    assert!(english.text.contains("Reference number"));
    let machine = ask(get("/broken").header("accept", "application/json"), "").await;
    assert!(
        machine.text.contains("受付番号: ") && !machine.text.contains('<'),
        "{}",
        machine.text
    );
}

#[tokio::test]
async fn the_other_refusals() {
    assert_eq!(ask(get("/slow"), "").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let missing = ask(get("/nowhere"), "").await;
    assert!(missing.status == StatusCode::NOT_FOUND && missing.text.contains("ページが見つかりません"));
    assert_eq!(ask(post("/slow"), "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let large = ask(post("/hello"), &format!("csrf={}&note={}", token(), "x".repeat(3_000))).await;
    assert!(large.status == StatusCode::PAYLOAD_TOO_LARGE && large.text.contains("大きすぎます"));
    let bytes = ask(Request::post("/hello").header("content-type", "text/plain"), "x").await;
    assert_eq!(bytes.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_there_and_back() {
    let answer = ask(get("/private"), "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], "/sign-in?next=/hello%3Fa%3Db");
    let partial = ask(get("/private").header("hx-request", "true"), "").await;
    assert_eq!(partial.headers["hx-redirect"], "/sign-in?next=/hello%3Fa%3Db");
}

#[tokio::test]
async fn the_language_switch_comes_back() {
    let answer = ask(
        post("/language").header("origin", "http://a.example"),
        "lang=vi&back=%2Fhello%3Fa%3Db",
    )
    .await;
    assert_eq!(answer.headers["location"], "/hello?a=b");
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("lang=vi; "));
    let away = ask(post("/language"), "lang=en&back=%2F%5Cevil.example").await;
    assert_eq!(away.headers["location"], "/");
    assert_eq!(
        ask(post("/language").header("sec-fetch-site", "cross-site"), "lang=en")
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn static_files_may_be_kept_for_ever() {
    for (name, kind) in [
        ("app.css", "text/css; charset=utf-8"),
        ("calendar.css", "text/css; charset=utf-8"),
        ("tokens.css", "text/css; charset=utf-8"),
        ("htmx.min.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("licences.txt", "text/plain; charset=utf-8"),
    ] {
        let url = web::asset(name);
        assert!(
            url.starts_with("/static/") && url.ends_with(name) && !url.contains("none"),
            "{url}"
        );
        let file = ask(get(&url), "").await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.headers["content-type"], kind);
        assert_eq!(file.headers["cache-control"], "public, max-age=31536000, immutable");
        let old = ask(get(&format!("/static/000000000000/{name}")), "").await;
        assert_eq!(
            (old.status, old.headers["cache-control"].to_str().unwrap()),
            (StatusCode::OK, "no-cache")
        );
    }
    assert_eq!(ask(get("/static/x/..%2FCargo.toml"), "").await.status, StatusCode::NOT_FOUND);
}
