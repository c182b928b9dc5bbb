//! The kiosk page, as a browser meets it.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{Clock, Direction, SystemClock};
use jiff::{SignedDuration, Timestamp};
use reader::outbox::{Outbox, State};
use reqwest::{Client, Response, StatusCode, header, redirect};
use wire::qr::QrKey;
use wire::{Method, NumberEntry, QrEntry};

use crate::fake::*;

/// A running reader with its page.
struct Running {
    child: Child,
    input: ChildStdin,
    base: String,
    client: Client,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn start(flags: &[String], ip: Ipv4Addr) -> Running {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(["run", "--source", "lines", "--screen", "false", "--bell", "false", "--kiosk"])
        .arg(SocketAddr::new(IpAddr::V4(ip), port).to_string())
        .args(flags)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let running = Running {
        child,
        input,
        base: format!("http://127.0.0.1:{port}"),
        client: Client::builder().redirect(redirect::Policy::none()).build().unwrap(),
    };
    let mut tries = 0;
    while running.client.get(&running.base).send().await.is_err() {
        tries += 1;
        assert!(tries < 200, "the page is not served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    running
}

impl Running {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: &str) -> Response {
        let request = self.client.post(self.url(path)).header(header::ORIGIN, &self.base);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().await.unwrap()
    }
}

/// Reads pushed events until one says all of `parts`; gives everything read.
async fn pushed(events: &mut Response, parts: &[&str]) -> String {
    let mut text = String::new();
    let read = async {
        while !text.split("\n\n").any(|event| parts.iter().all(|part| event.contains(part))) {
            text += &String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap());
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(20), read).await;
    assert!(done.is_ok(), "waited for {parts:?}, got {text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn touches_are_pushed_with_names_and_the_mode_is_switched() {
    let (fake, address) = Fake::start().await;
    fake.roster.lock().unwrap().push(row(worker(1), true));
    fake.not_on_roster.lock().unwrap().insert(worker(2).to_string());
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    let mut reader = start(&flags, Ipv4Addr::LOCALHOST).await;
    let page = reader.get("/").await;
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'"));
    let html = page.text().await.unwrap();
    assert!(
        html.contains("lang=\"en\"") && html.contains("Hold your card to the reader"),
        "{html}"
    );
    for place in [
        "{lang}",
        "{words}",
        "{ready}",
        "{today}",
        "{on_site}",
        "{sound}",
        "{mode",
        "{by_number}",
        "{by_qr}",
        "{scanner}",
        "{worker_id}",
        "{own_code}",
        "{send}",
        "{delete}",
        "{cancel}",
    ] {
        assert!(!html.contains(place), "{place} is left unfilled");
    }
    for path in [
        "/kiosk.js",
        "/jsQR.js",
        "/licences.txt",
        "/kiosk.css",
        "/tokens.css",
        "/icon.svg",
    ] {
        assert_eq!(reader.get(path).await.status(), StatusCode::OK, "{path}");
    }

    let mut events = reader.get("/events").await;
    pushed(&mut events, &["event: picture", r#""mode":"auto""#, r#""site":"a site""#]).await;
    writeln!(reader.input, "{}", worker(1)).unwrap();
    let mut all = pushed(&mut events, &["event: touch", r#""beep":"short1""#, r#""direction":"in""#]).await;
    all += &pushed(&mut events, &[r#""today":1"#, r#""on_site":[{"name":"#]).await;
    writeln!(reader.input, "{}", worker(2)).unwrap();
    all += &pushed(&mut events, &[r#""beep":"short2""#, "history.not_on_roster → the office"]).await;
    writeln!(reader.input, "12345678901222").unwrap();
    all += &pushed(&mut events, &[r#""beep":"long""#, "This is not a worker ID"]).await;
    for n in [1, 2] {
        assert!(!all.contains(&worker(n).to_string()), "no IDs on the page: {all}");
    }

    // What another site's page in the same browser could send.
    let foreign = reader.client.post(reader.url("/mode/out"));
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let foreign = reader
        .client
        .post(reader.url("/mode/out"))
        .header(header::ORIGIN, "http://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let renamed = reader.client.get(reader.url("/events")).header(header::HOST, "evil.example");
    assert_eq!(renamed.send().await.unwrap().status(), StatusCode::FORBIDDEN);

    assert_eq!(reader.post("/mode/sideways", "").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(reader.post("/mode/out", "").await.status(), StatusCode::NO_CONTENT);
    pushed(&mut events, &[r#""mode":"out""#]).await;
    writeln!(reader.input, "{}", worker(3)).unwrap();
    pushed(&mut events, &["event: touch", r#""direction":"out""#]).await;
    assert!(
        fake.keys()
            .iter()
            .any(|k| (k.worker, k.direction) == (worker(3), Direction::Out))
    );

    // The registry goes away: touches go on, the page says so.
    fake.down(true);
    writeln!(reader.input, "{}", worker(4)).unwrap();
    pushed(&mut events, &[r#""beep":"short3""#]).await;
    pushed(&mut events, &[r#""online":false"#, r#""pending":1"#]).await;
    drop(reader);

    // What was chosen holds over a restart, until the settings say something else.
    let reader = start(&flags, Ipv4Addr::LOCALHOST).await;
    pushed(&mut reader.get("/events").await, &[r#""mode":"out""#]).await;
    drop(reader);
    let other = [flags.as_slice(), &["--mode".into(), "in".into()]].concat();
    let reader = start(&other, Ipv4Addr::LOCALHOST).await;
    pushed(&mut reader.get("/events").await, &[r#""mode":"in""#]).await;
}

fn pin(dir: &Path, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(["pin", "--data-dir"])
        .arg(dir)
        .args(more)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_machines_need_the_number() {
    let (_fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::UNSPECIFIED).await;
    let asked = reader.get("/").await;
    assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);
    assert!(asked.text().await.unwrap().contains("ashiba reader pin"));
    assert_eq!(reader.get("/events").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(reader.post("/mode/out", "").await.status(), StatusCode::UNAUTHORIZED);

    let number = pin(dir.path(), &[]);
    assert!(number.len() == 8 && number == pin(dir.path(), &[]), "{number}");
    let wrong = reader.post("/pin", "pin=no").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.text().await.unwrap().contains("That is not the number"));
    let right = reader.post("/pin", &format!("pin={}+{}", &number[..4], &number[4..])).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    let cookie = right.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains(&number));
    let cookie = cookie.split(';').next().unwrap();
    let with = |path: &str| reader.client.get(reader.url(path)).header(header::COOKIE, cookie).send();
    assert_eq!(with("/").await.unwrap().status(), StatusCode::OK);
    assert_eq!(with("/events").await.unwrap().status(), StatusCode::OK);

    // A new number shuts out whoever came in by the old one.
    let new = pin(dir.path(), &["--new"]);
    assert_ne!(new, number);
    assert_eq!(with("/").await.unwrap().status(), StatusCode::UNAUTHORIZED);

    // Guessing ends after a few tries, for the right number too.
    for _ in 0..5 {
        let tried = reader.post("/pin", &format!("pin={number}")).await;
        assert_eq!(tried.status(), StatusCode::UNAUTHORIZED);
    }
    let late = reader.post("/pin", &format!("pin={new}")).await;
    assert_eq!(late.status(), StatusCode::TOO_MANY_REQUESTS);
}

/// Types a number and a code as the page does.
async fn enter(reader: &Running, n: u64, code: &str) -> StatusCode {
    let body = format!("worker={}&code={code}", worker(n));
    reader.post("/number", &body).await.status()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_card_with_him_types_number_and_code() {
    let (fake, address) = Fake::start().await;
    *fake.number_entry.lock().unwrap() = Some(NumberEntry {
        misses: 3,
        rest_minutes: 5,
    });
    fake.roster.lock().unwrap().extend([
        row_with_code(worker(1), "4071"),
        row_with_code(worker(2), "9052"),
        row(worker(3), true),
    ]);
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::LOCALHOST).await;
    let mut events = reader.get("/events").await;
    pushed(&mut events, &["event: picture", r#""number":true"#]).await;

    assert_eq!(enter(&reader, 1, "4071").await, StatusCode::NO_CONTENT);
    pushed(&mut events, &["event: touch", r#""beep":"short1""#, r#""direction":"in""#]).await;
    // The ID wrong or the code wrong: the same is told.
    for (n, code) in [(1, "4072"), (9, "4071"), (2, "4071"), (1, "")] {
        assert_eq!(enter(&reader, n, code).await, StatusCode::NO_CONTENT);
        pushed(&mut events, &[r#""beep":"long""#, "ID or code is wrong"]).await;
    }
    assert_eq!(enter(&reader, 3, "4071").await, StatusCode::NO_CONTENT);
    pushed(&mut events, &[r#""beep":"long""#, "first set a code"]).await;
    let company = reader.post("/number", "worker=12345678901222&code=4071").await;
    assert_eq!(company.status(), StatusCode::NO_CONTENT);
    pushed(&mut events, &["This is not a worker ID"]).await;
    let foreign = reader
        .client
        .post(reader.url("/number"))
        .header(header::ORIGIN, "http://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);

    // The third wrong one in a row: his right one is not taken any more. Another worker's is, without the registry too.
    assert_eq!(enter(&reader, 1, "0000").await, StatusCode::NO_CONTENT);
    pushed(&mut events, &["ID or code is wrong"]).await;
    assert_eq!(enter(&reader, 1, "4071").await, StatusCode::NO_CONTENT);
    pushed(&mut events, &["ID or code is wrong"]).await;
    assert_eq!(fake.keys().len(), 1);
    fake.down(true);
    assert_eq!(enter(&reader, 2, "9052").await, StatusCode::NO_CONTENT);
    pushed(
        &mut events,
        &["event: touch", r#""name":"in the copy""#, r#""beep":"short1""#],
    )
    .await;
    drop(reader);
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let waiting = outbox.in_state(State::Pending, 9).await.unwrap();
    let known: Vec<_> = waiting.iter().map(|touch| (touch.key.worker, touch.method)).collect();
    assert_eq!(known, [(worker(2), Method::NumberCode)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_prime_does_not_allow_it_no_number_is_taken() {
    let (fake, address) = Fake::start().await;
    fake.roster.lock().unwrap().push(row_with_code(worker(1), "4071"));
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::LOCALHOST).await;
    let mut events = reader.get("/events").await;
    pushed(&mut events, &[r#""site":"a site""#, r#""number":false"#, r#""qr":false"#]).await;
    assert_eq!(enter(&reader, 1, "4071").await, StatusCode::NOT_FOUND);
    assert_eq!(show(&reader, &worker(1).to_string()).await, StatusCode::NOT_FOUND);
    assert!(fake.keys().is_empty());
}

/// Sends what the camera has read as the page does.
async fn show(reader: &Running, text: &str) -> StatusCode {
    reader.post("/qr", &format!("text={text}")).await.status()
}

fn qr_key(seed: u8) -> QrKey {
    QrKey::of(&[seed; 32]).unwrap()
}

fn qr_entry(plain: bool) -> QrEntry {
    QrEntry {
        key: qr_key(7).public(),
        seconds: 60,
        plain,
        misses: 3,
        rest_minutes: 5,
    }
}

/// So many seconds from now.
fn soon(seconds: i64) -> Timestamp {
    SystemClock.now() + SignedDuration::from_secs(seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_qr_is_taken_once_whoever_shows_it_first() {
    let (fake, address) = Fake::start().await;
    *fake.qr.lock().unwrap() = Some(qr_entry(false));
    fake.roster
        .lock()
        .unwrap()
        .extend([row(worker(1), true), row(worker(2), true)]);
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::LOCALHOST).await;
    let mut events = reader.get("/events").await;
    pushed(&mut events, &["event: picture", r#""qr":true"#]).await;

    let first = qr_key(7).sign(worker(1), soon(0));
    assert_eq!(show(&reader, &first).await, StatusCode::NO_CONTENT);
    let told = pushed(&mut events, &["event: touch", r#""beep":"short1""#, r#""direction":"in""#]).await;
    assert!(!told.contains(&worker(1).to_string()), "no IDs on the page: {told}");
    let wrong = [
        (first.clone(), "was used already"),
        (qr_key(7).sign(worker(1), soon(-30)), "was used already"),
        (qr_key(7).sign(worker(2), soon(-200)), "no longer valid"),
        (qr_key(7).sign(worker(2), soon(200)), "clock of this device is wrong"),
        (qr_key(8).sign(worker(2), soon(0)), "cannot be verified"),
        (worker(2).to_string(), "Printed QRs are not taken here"),
        ("https%3A%2F%2Fexample.com".to_owned(), "This is not a worker ID"),
    ];
    for (text, sentence) in wrong {
        assert_eq!(show(&reader, &text).await, StatusCode::NO_CONTENT);
        pushed(&mut events, &[r#""beep":"long""#, sentence]).await;
    }
    let foreign = reader
        .client
        .post(reader.url("/qr"))
        .header(header::ORIGIN, "http://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);

    // The third wrong one of the second worker: his rest, the right ones too. Those of others do not.
    assert_eq!(
        show(&reader, &qr_key(8).sign(worker(2), soon(0))).await,
        StatusCode::NO_CONTENT
    );
    pushed(&mut events, &["cannot be verified"]).await;
    assert_eq!(
        show(&reader, &qr_key(7).sign(worker(2), soon(0))).await,
        StatusCode::NO_CONTENT
    );
    pushed(&mut events, &["none is taken for a while"]).await;
    assert_eq!(fake.keys().len(), 1);

    // Who is not on the copy is taken as with a card; without the registry too.
    fake.down(true);
    assert_eq!(
        show(&reader, &qr_key(7).sign(worker(3), soon(0))).await,
        StatusCode::NO_CONTENT
    );
    pushed(&mut events, &["event: touch", r#""beep":"short3""#]).await;
    drop(reader);
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let waiting = outbox.in_state(State::Pending, 9).await.unwrap();
    let known: Vec<_> = waiting.iter().map(|touch| (touch.key.worker, touch.method)).collect();
    assert_eq!(known, [(worker(3), Method::Qr)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_qr_is_taken_where_the_prime_allows_it() {
    let (fake, address) = Fake::start().await;
    *fake.qr.lock().unwrap() = Some(qr_entry(true));
    fake.roster.lock().unwrap().push(row(worker(1), true));
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::LOCALHOST).await;
    let mut events = reader.get("/events").await;
    pushed(&mut events, &["event: picture", r#""qr":true"#]).await;
    assert_eq!(show(&reader, &worker(2).to_string()).await, StatusCode::NO_CONTENT);
    pushed(&mut events, &[r#""beep":"long""#, "not on the list of this site"]).await;
    fake.down(true);
    assert_eq!(show(&reader, &worker(1).to_string()).await, StatusCode::NO_CONTENT);
    pushed(&mut events, &["event: touch", r#""name":"in the copy""#]).await;
    drop(reader);
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let waiting = outbox.in_state(State::Pending, 9).await.unwrap();
    let known: Vec<_> = waiting.iter().map(|touch| (touch.key.worker, touch.method)).collect();
    assert_eq!(known, [(worker(1), Method::QrPlain)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registrys_clock_says_whether_a_qr_is_fresh() {
    let (fake, address) = Fake::start().await;
    fake.ahead.store(600, Ordering::SeqCst);
    *fake.qr.lock().unwrap() = Some(qr_entry(false));
    fake.roster.lock().unwrap().push(row(worker(1), true));
    let dir = tempfile::tempdir().unwrap();
    let reader = start(&flags(&address, dir.path()), Ipv4Addr::LOCALHOST).await;
    let mut events = reader.get("/events").await;
    pushed(&mut events, &["event: picture", r#""qr":true"#]).await;
    assert_eq!(
        show(&reader, &qr_key(7).sign(worker(1), soon(0))).await,
        StatusCode::NO_CONTENT
    );
    pushed(&mut events, &["no longer valid"]).await;
    assert_eq!(
        show(&reader, &qr_key(7).sign(worker(1), soon(600))).await,
        StatusCode::NO_CONTENT
    );
    pushed(&mut events, &["event: touch", r#""direction":"in""#]).await;
}
