//! A registry that misbehaves on request, and a clock that moves on request.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::{Clock, Direction, SiteId, TouchKey, WorkDay, WorkerId};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reader::config::{Options, Source};
use reader::outbox::Outbox;
use reader::registry::Registry;
use wire::code::{Cost, KeptCode};
use wire::seal::Secret;
use wire::{
    DayAnswer, DeviceReport, NumberEntry, Outcome, Problem, QrEntry, Remark, RosterCopy, RosterCopyRow, TouchAnswer,
    TouchAnswers, TouchBatch,
};

pub const SITE: &str = "12345678901271";
pub const KEY: &str = "reader-key-for-tests";

pub fn site() -> SiteId {
    SITE.parse().unwrap()
}

pub fn worker(n: u64) -> WorkerId {
    WorkerId::from_free_digits(n, 21).unwrap()
}

pub fn random(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// What goes wrong with one request.
pub enum Fault {
    /// A plain status, as from something in between.
    Status(u16),
    /// The registry's own refusal.
    Problem(u16, &'static str, bool),
    /// Stored, but the answer never arrives.
    LoseAnswer,
    /// A log-in page of the site's network.
    Portal,
}

#[derive(Default)]
pub struct Fake {
    /// Touches stored, and under which item ids they came.
    pub touches: Mutex<BTreeMap<TouchKey, HashSet<String>>>,
    /// Workers nobody knows.
    pub unknown: Mutex<HashSet<String>>,
    /// Workers whose touches do not count.
    pub not_on_roster: Mutex<HashSet<String>>,
    pub faults: Mutex<VecDeque<Fault>>,
    /// Random faults on one request in three.
    pub weather: Mutex<Option<StdRng>>,
    pub requests: AtomicUsize,
    pub down: AtomicBool,
    pub delay: Mutex<Duration>,
    /// Most items taken in one request.
    pub most: AtomicUsize,
    /// Its clock is ahead by so many seconds.
    pub ahead: AtomicI64,
    pub roster: Mutex<Vec<RosterCopyRow>>,
    /// What its roster copy says of number entry.
    pub number_entry: Mutex<Option<NumberEntry>>,
    /// And of QRs.
    pub qr: Mutex<Option<QrEntry>>,
    /// Its roster copy was not made by it.
    pub forged: AtomicBool,
    /// Running numbers it says it lacks.
    pub missing: Mutex<Vec<(u64, u64)>>,
    /// What devices told of themselves.
    pub reports: Mutex<Vec<DeviceReport>>,
}

impl Fake {
    pub async fn start() -> (Arc<Self>, String) {
        let fake = Arc::new(Self::default());
        fake.most.store(1_000, Ordering::SeqCst);
        let router = Router::new()
            .route(wire::TOUCHES, post(touches))
            .route(wire::ROSTER, get(roster))
            .with_state(Arc::clone(&fake));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (fake, address)
    }

    pub fn down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub fn keys(&self) -> Vec<TouchKey> {
        self.touches.lock().unwrap().keys().copied().collect()
    }

    fn fault(&self) -> Option<Fault> {
        if let Some(fault) = self.faults.lock().unwrap().pop_front() {
            return Some(fault);
        }
        match self.weather.lock().unwrap().as_mut()?.random_range(0..9) {
            0 => Some(Fault::Status(500)),
            1 => Some(Fault::LoseAnswer),
            2 => Some(Fault::Problem(503, "OCUX0901E", true)),
            _ => None,
        }
    }

    /// Before the real work: absence, faults, key.
    async fn gatekeeper(&self, headers: &HeaderMap) -> Result<bool, Response> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            hang_up();
        }
        let delay = *self.delay.lock().unwrap();
        tokio::time::sleep(delay).await;
        if headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) != Some(&format!("Bearer {KEY}")) {
            return Err(problem(401, "OCUX0905E", false));
        }
        match self.fault() {
            Some(Fault::Status(status)) => Err(StatusCode::from_u16(status).unwrap().into_response()),
            Some(Fault::Problem(status, code, passing)) => Err(problem(status, code, passing)),
            Some(Fault::Portal) => Err(Html("<h1>Welcome! Please log in</h1>").into_response()),
            Some(Fault::LoseAnswer) => Ok(true),
            None => Ok(false),
        }
    }

    fn answer(&self, item: &wire::TouchItem) -> TouchAnswer {
        let (item_id, id) = (item.item_id.clone(), item.worker_id.clone());
        let remark = |code: &str, key: &str| Remark {
            code: code.into(),
            key: key.into(),
            text: format!("because of {key}"),
            field: None,
            mender: Some("the office".into()),
            until: None,
            link: None,
        };
        if self.unknown.lock().unwrap().contains(&id) {
            let remarks = vec![remark("DATK0408E", "touch.worker_unknown")];
            let outcome = Outcome::Refused;
            return TouchAnswer {
                item_id,
                outcome,
                name: None,
                day: None,
                remarks,
            };
        }
        let key = TouchKey::new(id.parse().unwrap(), item.site_id.parse().unwrap(), item.at, item.direction);
        let mut touches = self.touches.lock().unwrap();
        let known = touches.contains_key(&key);
        touches.entry(key).or_default().insert(item_id.clone());
        let counts = !self.not_on_roster.lock().unwrap().contains(&id);
        let reasons = if counts {
            vec![]
        } else {
            vec![remark("OCUK0407W", "history.not_on_roster")]
        };
        TouchAnswer {
            item_id,
            outcome: if known { Outcome::AlreadyStored } else { Outcome::Stored },
            name: Some(format!("worker {}", &id[..12])),
            day: Some(DayAnswer {
                work_day: WorkDay::of(item.at, 0),
                counts,
                reasons,
            }),
            remarks: vec![],
        }
    }
}

/// Breaks the connection without an answer.
fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("hang up"))
}

fn problem(status: u16, code: &str, passing: bool) -> Response {
    let body = Problem {
        code: code.into(),
        text: format!("problem {code}"),
        field: None,
        reference: "R-1".into(),
        passing,
    };
    let mut response = (StatusCode::from_u16(status).unwrap(), Json(body)).into_response();
    if status == 429 {
        response.headers_mut().insert(header::RETRY_AFTER, 7.into());
    }
    response
}

async fn touches(State(fake): State<Arc<Fake>>, headers: HeaderMap, Json(batch): Json<TouchBatch>) -> Response {
    let lose = match fake.gatekeeper(&headers).await {
        Ok(lose) => lose,
        Err(response) => return response,
    };
    if batch.touches.len() > fake.most.load(Ordering::SeqCst) {
        return problem(413, "OCUX0906E", false);
    }
    let results = batch.touches.iter().map(|item| fake.answer(item)).collect();
    if lose {
        hang_up();
    }
    let ahead = SignedDuration::from_secs(fake.ahead.load(Ordering::SeqCst));
    let received_at = batch.sent_at + ahead;
    let missing = fake.missing.lock().unwrap().clone();
    if let Some(device) = batch.device {
        fake.reports.lock().unwrap().push(device);
    }
    let answers = TouchAnswers {
        received_at,
        results,
        missing,
    };
    Json(answers).into_response()
}

async fn roster(State(fake): State<Arc<Fake>>, headers: HeaderMap) -> Response {
    let mut response = roster_answer(&fake, &headers).await;
    let ahead = fake.ahead.load(Ordering::SeqCst);
    if ahead != 0 {
        let date = domain::SystemClock.now() + SignedDuration::from_secs(ahead);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&date)
            .unwrap();
        response.headers_mut().insert(header::DATE, date.parse().unwrap());
    }
    response
}

async fn roster_answer(fake: &Fake, headers: &HeaderMap) -> Response {
    match fake.gatekeeper(headers).await {
        Err(response) => response,
        Ok(_) => {
            let rows = fake.roster.lock().unwrap().clone();
            let dead: usize = rows
                .iter()
                .filter_map(|row| row.dead_cards.as_ref())
                .map(|d| usize::from(d.up_to))
                .sum();
            let stamp = format!("\"{}-{dead}\"", rows.len());
            if headers
                .get("if-none-match")
                .is_some_and(|known| known.as_bytes() == stamp.as_bytes())
            {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            let mut copy = copy(rows);
            copy.number_entry = fake.number_entry.lock().unwrap().clone();
            copy.qr = fake.qr.lock().unwrap().clone();
            if copy.number_entry.is_some() || copy.qr.is_some() {
                // Good for both whenever this test runs.
                copy.as_of = Timestamp::UNIX_EPOCH;
            }
            let body = serde_json::to_vec(&copy).unwrap();
            let signer = if fake.forged.load(Ordering::SeqCst) { "another" } else { KEY };
            let code = Secret::of_key(signer).code(&body);
            ([("etag", stamp), (wire::ROSTER_CODE, code)], body).into_response()
        }
    }
}

pub fn copy(workers: Vec<RosterCopyRow>) -> RosterCopy {
    RosterCopy {
        site_id: SITE.into(),
        site_name: "a site".into(),
        as_of: "2026-11-20T06:00:00+09:00".parse().unwrap(),
        expires_at: None,
        number_entry: None,
        qr: None,
        workers,
    }
}

pub fn row(worker: WorkerId, counts: bool) -> RosterCopyRow {
    RosterCopyRow {
        dead_cards: None,
        code: None,
        worker_id: worker.to_string(),
        name: "in the copy".into(),
        language: "vi".into(),
        counts,
        reasons: vec![],
    }
}

/// The row of a worker who has set this code.
pub fn row_with_code(worker: WorkerId, code: &str) -> RosterCopyRow {
    let quick = Cost {
        memory_kib: 64,
        passes: 1,
    };
    let kept = KeptCode::of(code, [7; 16], quick).unwrap();
    RosterCopyRow {
        code: Some(kept.at(SITE, &worker.to_string())),
        ..row(worker, true)
    }
}

/// A clock that moves on request.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn at(text: &str) -> Arc<Self> {
        let at: Timestamp = text.parse().unwrap();
        Arc::new(Self(AtomicI64::new(at.as_second())))
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// An outbox in a folder of its own.
pub async fn outbox() -> (tempfile::TempDir, Outbox) {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    (dir, outbox)
}

pub fn registry(address: &str, clock: Arc<dyn Clock>) -> Registry {
    Registry::new(address, KEY, "en", clock).unwrap()
}

/// The way in and out of a day, for filling an outbox.
pub fn way(n: u64) -> Direction {
    if n.is_multiple_of(2) { Direction::In } else { Direction::Out }
}

/// Settings for the real program, with its folder, key file and beep log in `dir`.
pub fn options(address: &str, dir: &Path) -> Options {
    let key = dir.join("key");
    std::fs::write(&key, KEY).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    Options {
        registry: Some(address.into()),
        site: Some(site()),
        key_file: Some(key),
        data_dir: Some(dir.into()),
        source: Some(Source::Lines),
        beep_log: Some(dir.join("beeps")),
        ..Options::default()
    }
}

/// The same as flags.
pub fn flags(address: &str, dir: &Path) -> Vec<String> {
    let options = options(address, dir);
    let path = |p: Option<std::path::PathBuf>| p.unwrap().display().to_string();
    [
        ("--registry", address.to_owned()),
        ("--site", SITE.to_owned()),
        ("--key-file", path(options.key_file)),
        ("--data-dir", path(options.data_dir)),
        ("--language", "en".to_owned()),
    ]
    .into_iter()
    .flat_map(|(flag, value)| [flag.to_owned(), value])
    .collect()
}
