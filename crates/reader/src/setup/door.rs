//! Who may drive the set-up: on this machine whoever opens the address that the terminal shows, once; on others whoever types the
//! number that it shows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use rand::RngExt;
use rand::rngs::StdRng;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use super::Setup;
use super::words::Word;
use crate::screen::Language;
use crate::words::Say;

const COOKIE: &str = "ashiba_setup";
/// Wrong numbers in a row before a pause, and how long it is: as on the kiosk page.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(60);

/// What opens the page.
pub(super) struct Door {
    /// What a browser keeps once it was let in.
    token: String,
    kind: Kind,
}

enum Kind {
    /// This machine: a code in the address, good once.
    Code(Mutex<Option<String>>),
    /// Other machines: a number, and the misses.
    Pin(String, Mutex<(u32, Option<Instant>)>),
}

impl Door {
    pub(super) fn new(other_machines: bool, random: &mut StdRng) -> Self {
        let kind = if other_machines {
            Kind::Pin(format!("{:08}", random.random_range(0..100_000_000)), Mutex::default())
        } else {
            Kind::Code(Mutex::new(Some(secret(random))))
        };
        Self {
            token: secret(random),
            kind,
        }
    }

    /// The code for the address, or the number, whichever it is.
    pub(super) fn code(&self) -> Option<String> {
        match &self.kind {
            Kind::Code(code) => code.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Kind::Pin(..) => None,
        }
    }

    /// The number, if one is asked for.
    pub(super) fn pin(&self) -> Option<&str> {
        match &self.kind {
            Kind::Code(_) => None,
            Kind::Pin(pin, _) => Some(pin),
        }
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let given = cookies
            .flat_map(|value| value.split("; "))
            .find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('='));
        given.is_some_and(|given| same(given, &self.token))
    }

    /// Whether this code opens it; it does so once.
    fn spend(&self, given: &str) -> bool {
        let Kind::Code(code) = &self.kind else { return false };
        let mut code = code.lock().unwrap_or_else(PoisonError::into_inner);
        let right = code.as_ref().is_some_and(|code| same(given, code));
        if right {
            *code = None;
        }
        right
    }

    /// Whether this number opens it; none does for a while after too many wrong ones.
    fn try_pin(&self, given: &str) -> Result<(), (StatusCode, Say)> {
        let Kind::Pin(pin, misses) = &self.kind else {
            return Err((StatusCode::UNAUTHORIZED, Say::PinWrong));
        };
        let mut misses = misses.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if misses.1.is_some_and(|until| now < until) {
            return Err((StatusCode::TOO_MANY_REQUESTS, Say::PinWait));
        }
        let digits: String = given.chars().filter(char::is_ascii_digit).collect();
        if same(&digits, pin) {
            *misses = (0, None);
            return Ok(());
        }
        misses.0 += 1;
        misses.1 = (misses.0 >= TRIES).then(|| now + PAUSE);
        Err((StatusCode::UNAUTHORIZED, Say::PinWrong))
    }

    fn let_in(&self) -> Response {
        let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", self.token);
        ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
    }

    fn shut(&self, language: Language, status: StatusCode, wrong: &str) -> Response {
        if self.pin().is_none() {
            return (status, Word::Spent.to(language)).into_response();
        }
        let page = include_str!("../../kiosk/pin.html")
            .replace("{lang}", language.tag())
            .replace("{title}", Word::Title.to(language))
            .replace("{help}", Word::PinHelp.to(language))
            .replace("{wrong}", wrong)
            .replace("{open}", Say::PinOpen.to(language));
        (status, Html(page)).into_response()
    }
}

fn secret(random: &mut StdRng) -> String {
    format!("{:032x}", random.random::<u128>())
}

fn same(given: &str, right: &str) -> bool {
    given.as_bytes().ct_eq(right.as_bytes()).into()
}

/// Lets in who was let in before.
pub(super) async fn ask(State(setup): State<Arc<Setup>>, request: Request, next: Next) -> Response {
    if setup.door.knows(request.headers()) {
        return next.run(request).await;
    }
    let language = setup.draft.lock().await.language;
    setup.door.shut(language, StatusCode::UNAUTHORIZED, "")
}

#[derive(Deserialize)]
pub(super) struct Opening {
    code: String,
}

/// The address that the terminal shows.
pub(super) async fn open(State(setup): State<Arc<Setup>>, Query(Opening { code }): Query<Opening>) -> Response {
    if setup.door.spend(&code) {
        return setup.door.let_in();
    }
    let language = setup.draft.lock().await.language;
    setup.door.shut(language, StatusCode::UNAUTHORIZED, "")
}

#[derive(Deserialize)]
pub(super) struct Given {
    pin: String,
}

/// The number that the terminal shows.
pub(super) async fn pin(State(setup): State<Arc<Setup>>, Form(Given { pin }): Form<Given>) -> Response {
    match setup.door.try_pin(&pin) {
        Ok(()) => setup.door.let_in(),
        Err((status, wrong)) => {
            let language = setup.draft.lock().await.language;
            setup.door.shut(language, status, wrong.to(language))
        }
    }
}
