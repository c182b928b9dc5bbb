//! The set-up in a browser, as a browser meets it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use reader::config::Options;
use reqwest::{Client, header, redirect};
use serde_json::{Value, json};
use wire::setup::{CODE, READERS, SIGN_IN, SITES, UNDO};

use crate::fake::{SITE, copy, row, worker};

const OTHER: &str = "22345678901271";

/// The registry's side of a set-up.
#[derive(Default)]
struct Desk {
    /// Requests for keys, and to take them back, as they came.
    heard: Mutex<Vec<(&'static str, Value)>>,
    /// The next request for keys is carried out, but its answer never arrives.
    lose: AtomicBool,
    /// Asks for a second factor.
    asks: AtomicBool,
}

impl Desk {
    async fn start() -> (Arc<Self>, String) {
        let desk = Arc::new(Self::default());
        let router = Router::new()
            .route(SIGN_IN, post(sign_in))
            .route(CODE, post(code))
            .route(SITES, get(sites))
            .route(READERS, post(readers))
            .route(UNDO, post(undo))
            .route(wire::ROSTER, get(roster))
            .with_state(Arc::clone(&desk));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (desk, address)
    }

    fn heard(&self, kind: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter(|(k, _)| *k == kind)
            .map(|(_, body)| body.clone())
            .collect()
    }
}

fn problem(status: StatusCode, code: &str, text: &str) -> Response {
    let body = json!({ "code": code, "text": text, "reference": "R", "passing": false });
    (status, Json(body)).into_response()
}

fn signed_in(asks: &str) -> Response {
    Json(json!({ "token": "token", "name": "Kana", "company": "A & B", "asks": asks })).into_response()
}

async fn sign_in(State(desk): State<Arc<Desk>>, Json(body): Json<Value>) -> Response {
    if body["name"] == "12345678901221" {
        return problem(StatusCode::FORBIDDEN, "OCUF0006E", "not for workers");
    }
    if body["password"] != "right" {
        return problem(StatusCode::UNAUTHORIZED, "OCUF0005E", "not right, and rests <30> minutes");
    }
    signed_in(if desk.asks.load(Ordering::SeqCst) { "code" } else { "nothing" })
}

async fn code(Json(body): Json<Value>) -> Response {
    if body["code"] == "123456" {
        signed_in("nothing")
    } else {
        problem(StatusCode::UNAUTHORIZED, "OCUF0009E", "the code is wrong")
    }
}

async fn sites() -> Response {
    let site = |id: &str, name: &str| json!({ "site_id": id, "name": name, "address": "x", "from_day": "2026-10-01", "to_day": "2027-03-31" });
    Json(json!({ "sites": [site(SITE, "Bridge"), site(OTHER, "Tunnel")], "more": false })).into_response()
}

async fn readers(State(desk): State<Arc<Desk>>, Json(body): Json<Value>) -> Response {
    desk.heard.lock().unwrap().push(("make", body.clone()));
    if desk.lose.swap(false, Ordering::SeqCst) {
        std::panic::resume_unwind(Box::new("hang up"));
    }
    let draft = body["draft"].as_str().unwrap();
    let key = |site: &Value| json!({ "site_id": site, "key": format!("ashiba_{draft}_{}", site.as_str().unwrap()) });
    let keys: Vec<Value> = body["sites"].as_array().unwrap().iter().map(key).collect();
    Json(json!({ "readers": keys })).into_response()
}

async fn undo(State(desk): State<Arc<Desk>>, Json(body): Json<Value>) -> Response {
    desk.heard.lock().unwrap().push(("undo", body));
    Json(json!({ "revoked": 1 })).into_response()
}

async fn roster(headers: HeaderMap) -> Response {
    let key = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !key.starts_with("Bearer ashiba_") {
        return problem(StatusCode::UNAUTHORIZED, "OCUF0004E", "no key");
    }
    Json(copy(vec![row(worker(1), true)])).into_response()
}

/// A running set-up, and a browser that was let in.
struct Running {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    base: String,
    client: Client,
    cookie: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts it; the browser has not been let in yet. Gives the address that was printed, too.
fn start(registry: &str, dir: &Path, more: &[&str]) -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(["setup", "--language", "en", "--registry", registry, "--config"])
        .arg(dir.join("reader.toml"))
        .arg("--data-dir")
        .arg(dir.join("data"))
        .args(more)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let page = line[line.find("http://").unwrap()..].trim().to_owned();
    let base = page.split('/').take(3).collect::<Vec<_>>().join("/");
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let running = Running {
        child,
        output,
        base,
        client,
        cookie: String::new(),
    };
    (running, page)
}

/// The same with the browser let in.
async fn opened(registry: &str, dir: &Path) -> Running {
    let (mut running, page) = start(registry, dir, &[]);
    let answer = running.client.get(&page).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    running.cookie = cookie.split(';').next().unwrap().to_owned();
    // Good once: what has seen the address since does not get in.
    let again = running.client.get(&page).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
    running
}

impl Running {
    async fn get(&self, path: &str) -> String {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .header(header::COOKIE, &self.cookie);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Sends a form: the status, and what is shown then.
    async fn post(&self, path: &str, body: &str) -> (StatusCode, String) {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.base);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = request.body(body.to_owned()).send().await.unwrap();
        let status = answer.status();
        if let Some(onward) = answer.headers().get(header::LOCATION) {
            let onward = onward.to_str().unwrap().to_owned();
            return (status, self.get(&onward).await);
        }
        (status, answer.text().await.unwrap())
    }

    async fn sign_in(&self, registry: &str, name: &str, password: &str) -> (StatusCode, String) {
        let address = registry.replace(':', "%3A").replace('/', "%2F");
        self.post("/sign-in", &format!("address={address}&name={name}&password={password}"))
            .await
    }

    /// As far as the page of the device.
    async fn to_device(&self, registry: &str, sites: &str) -> String {
        let (_, page) = self.sign_in(registry, "company", "right").await;
        assert!(page.contains("Bridge") && page.contains("A &amp; B"), "{page}");
        let (status, page) = self.post("/sites", sites).await;
        assert!(
            status == StatusCode::SEE_OTHER && page.contains("Name of the device"),
            "{page}"
        );
        page
    }

    /// Ends it on the page; what it printed since.
    async fn end(mut self) -> String {
        let (_, page) = self.post("/end", "").await;
        assert!(page.contains("ended"), "{page}");
        tokio::task::spawn_blocking(move || {
            assert!(self.child.wait().unwrap().success());
            let mut rest = String::new();
            std::io::Read::read_to_string(&mut self.output, &mut rest).unwrap();
            rest
        })
        .await
        .unwrap()
    }
}

const DEVICE: &str = "name=Gate+1&reader=lines&mode=out&language=vi&bell=on";

#[tokio::test(flavor = "multi_thread")]
async fn a_site_manager_makes_a_reader_and_two_clicks_make_one() {
    let (desk, registry) = Desk::start().await;
    let dir = tempfile::tempdir().unwrap();
    let setup = opened(&registry, dir.path()).await;
    let page = setup.get("/").await;
    assert!(
        page.contains("Sign in") && page.contains(&format!("value=\"{registry}\"")),
        "{page}"
    );
    for (path, kind) in [
        ("/setup.css", "text/css"),
        ("/tokens.css", "text/css"),
        ("/icon.svg", "image/svg"),
    ] {
        let answer = setup.client.get(format!("{}{path}", setup.base)).send().await.unwrap();
        assert!(
            answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind),
            "{path}"
        );
    }

    let (status, page) = setup.sign_in(&registry, "12345678901221", "right").await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("not for workers"),
        "{page}"
    );
    let (_, page) = setup.sign_in(&registry, "company", "wrong").await;
    assert!(
        page.contains("rests &lt;30&gt; minutes") && page.contains("value=\"company\""),
        "{page}"
    );
    let (_, page) = setup.sign_in("http://registry.example", "company", "right").await;
    assert!(page.contains("begins with https"), "{page}");
    assert!(!page.contains("right\""), "no password comes back: {page}");

    setup.to_device(&registry, &format!("site={SITE}&do=next")).await;
    let (_, page) = setup.post("/sites", "do=next").await;
    assert!(page.contains("Choose at least one"), "{page}");
    let (status, page) = setup.post("/sites", &format!("q=Tun&site={SITE}&do=search")).await;
    assert!(
        status == StatusCode::SEE_OTHER && page.contains("checked"),
        "what was ticked stays: {page}"
    );
    let (_, page) = setup.post("/device", "name=+&reader=").await;
    assert!(page.contains("at most 60"), "{page}");

    let (one, two) = tokio::join!(setup.post("/device", DEVICE), setup.post("/device", DEVICE));
    for (status, page) in [&one, &two] {
        assert!(*status == StatusCode::SEE_OTHER && page.contains("It is set up"), "{page}");
        assert!(page.contains("on the roster: 1"), "{page}");
    }
    // Back, and once more.
    let (_, page) = setup.post("/device", DEVICE).await;
    assert!(page.contains("It is set up"), "{page}");
    let made = desk.heard("make");
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!((&made[0]["name"], &made[0]["sites"]), (&json!("Gate 1"), &json!([SITE])));
    assert_eq!(setup.end().await, "");
    assert!(desk.heard("undo").is_empty());

    let config = dir.path().join("reader.toml");
    for file in [&config, &dir.path().join("reader.key")] {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    let key = std::fs::read_to_string(dir.path().join("reader.key")).unwrap();
    assert_eq!(key.trim(), format!("ashiba_{}_{SITE}", made[0]["draft"].as_str().unwrap()));
    let settings = std::fs::read_to_string(&config).unwrap();
    assert!(!settings.contains("right") && !settings.contains("token"), "{settings}");
    let options = Options {
        config: Some(config),
        ..Options::default()
    };
    let options = options.load().unwrap();
    assert_eq!(options.site().unwrap().to_string(), SITE);
    assert_eq!(
        (options.registry.as_deref(), options.bell),
        (Some(registry.as_str()), Some(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_drives_it() {
    let (_desk, registry) = Desk::start().await;
    let dir = tempfile::tempdir().unwrap();
    let setup = opened(&registry, dir.path()).await;
    for request in [
        setup.client.get(format!("{}/", setup.base)),
        setup.client.get(format!("{}/open?code=guess", setup.base)),
        setup
            .client
            .post(format!("{}/device", setup.base))
            .header(header::ORIGIN, &setup.base),
    ] {
        assert_eq!(request.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
    let foreign = setup
        .client
        .post(format!("{}/end", setup.base))
        .header(header::COOKIE, &setup.cookie);
    let foreign = foreign.header(header::ORIGIN, "http://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);

    // For other machines: a number, and not for ever.
    let (open, line) = start(&registry, dir.path(), &["--listen", "0.0.0.0:0"]);
    let base = open.base.replace("0.0.0.0", "127.0.0.1");
    let number = line.rsplit(' ').next().unwrap().to_owned();
    assert_eq!(number.len(), 8, "{line}");
    let client = &open.client;
    let send = |pin: &str| {
        let request = client.post(format!("{base}/pin")).header(header::ORIGIN, &base);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(format!("pin={pin}")).send()
    };
    assert_eq!(client.get(&base).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(send("12").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(send(&number).await.unwrap().status(), StatusCode::SEE_OTHER);
    for _ in 0..5 {
        assert_eq!(send("no").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(send(&number).await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_came_makes_no_second_key() {
    let (desk, registry) = Desk::start().await;
    let dir = tempfile::tempdir().unwrap();
    desk.asks.store(true, Ordering::SeqCst);
    let setup = opened(&registry, dir.path()).await;
    let (_, page) = setup.sign_in("http://127.0.0.1:9", "company", "right").await;
    assert!(page.contains("cannot be reached"), "{page}");
    let (_, page) = setup.sign_in(&registry, "company", "right").await;
    assert!(page.contains("authentication app"), "{page}");
    let (_, page) = setup.post("/code", "code=1").await;
    assert!(page.contains("the code is wrong"), "{page}");
    let (_, page) = setup.post("/code", "code=123456").await;
    assert!(page.contains("Tunnel"), "{page}");
    let (_, page) = setup.post("/sites", &format!("site={SITE}&site={OTHER}&do=next")).await;
    assert!(page.contains("Bridge · Tunnel"), "{page}");

    desk.lose.store(true, Ordering::SeqCst);
    let (status, page) = setup.post("/device", DEVICE).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("cannot be reached"),
        "{page}"
    );
    assert!(page.contains("value=\"Gate 1\""), "what was typed stays: {page}");
    assert!(!dir.path().join("reader.toml").exists());
    let (_, page) = setup.post("/device", DEVICE).await;
    assert!(page.contains("It is set up"), "{page}");
    let made = desk.heard("make");
    assert!(made.len() == 2 && made[0] == made[1], "{made:?}");
    let other = std::fs::read_to_string(dir.path().join(format!("reader-{OTHER}.toml"))).unwrap();
    assert!(
        other.contains(OTHER) && other.contains(&format!("reader-{OTHER}.key")),
        "{other}"
    );
    setup.end().await;
    assert!(desk.heard("undo").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_that_is_given_up_leaves_no_key() {
    let (desk, registry) = Desk::start().await;
    let dir = tempfile::tempdir().unwrap();
    let setup = opened(&registry, dir.path()).await;
    setup.to_device(&registry, &format!("site={SITE}&do=next")).await;
    desk.lose.store(true, Ordering::SeqCst);
    setup.post("/device", DEVICE).await;
    // Other sites now: what was asked for the first is taken back.
    setup.post("/sites", &format!("site={OTHER}&do=next")).await;
    desk.lose.store(true, Ordering::SeqCst);
    setup.post("/device", DEVICE).await;
    setup.end().await;
    let (made, undone) = (desk.heard("make"), desk.heard("undo"));
    assert_eq!((made.len(), undone.len()), (2, 2));
    for (made, undone) in made.iter().zip(&undone) {
        assert_eq!((&made["draft"], &made["sites"]), (&undone["draft"], &undone["sites"]));
    }
    assert_ne!(made[0]["draft"], made[1]["draft"]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "no files");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_there_are_replaced_only_when_somebody_says_so() {
    let (desk, registry) = Desk::start().await;
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("reader.toml");
    std::fs::write(&config, "site = '12345678901271'\n").unwrap();
    let setup = opened(&registry, dir.path()).await;
    setup.to_device(&registry, &format!("site={SITE}&do=next")).await;
    let (status, page) = setup.post("/device", DEVICE).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("has settings already"),
        "{page}"
    );
    assert!(page.contains("name=\"replace\"") && desk.heard("make").is_empty(), "{page}");
    let (_, page) = setup.post("/device", &format!("{DEVICE}&replace=on")).await;
    assert!(
        page.contains("It is set up") && page.contains("key from before still holds"),
        "{page}"
    );
    let before = std::fs::read_to_string(dir.path().join("reader.toml.before")).unwrap();
    assert_eq!(before, "site = '12345678901271'\n");
    assert!(std::fs::read_to_string(&config).unwrap().contains(&registry));

    // A folder where the key should lie: nothing is left, here or there.
    let full = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(full.path().join("reader.key.part").join("x")).unwrap();
    let setup = opened(&registry, full.path()).await;
    setup.to_device(&registry, &format!("site={SITE}&do=next")).await;
    let (_, page) = setup.post("/device", DEVICE).await;
    assert!(page.contains("cannot be written") && page.contains("taken back"), "{page}");
    assert_eq!(desk.heard("undo").len(), 1);
    assert!(!full.path().join("reader.toml").exists());
}

/// Without a command, without settings, and without anybody to see a page.
#[test]
fn without_a_word_it_says_what_there_is_to_do() {
    if Path::new("/etc/ashiba/reader.toml").exists() {
        return; // It would begin to read cards.
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .env("HOME", home.path())
        .env_remove("ASHIBA_READER_CONFIG")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("`setup`"), "{told}");
}
