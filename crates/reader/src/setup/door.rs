//! Who may drive the set-up: on this machine whoever opens the address that the terminal shows, once; on others whoever types the
//! number that it shows.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use rand::RngExt;
use rand::rngs::StdRng;
use serde::Deserialize;

use super::Setup;
use super::words::Word;
use crate::pin;
use crate::screen::Language;
use crate::words::Say;

const COOKIE: &str = "ashiba_setup";

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
    Pin(String, pin::Tries),
}

impl Door {
    pub(super) fn new(other_machines: bool, random: &mut StdRng) -> Self {
        let kind = if other_machines {
            Kind::Pin(pin::new(random), pin::Tries::default())
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
        let given = pin::cookie(headers, COOKIE);
        given.is_some_and(|given| pin::same(given, &self.token))
    }

    /// Whether this code opens it; it does so once.
    fn spend(&self, given: &str) -> bool {
        let Kind::Code(code) = &self.kind else { return false };
        let mut code = code.lock().unwrap_or_else(PoisonError::into_inner);
        let right = code.as_ref().is_some_and(|code| pin::same(given, code));
        if right {
            *code = None;
        }
        right
    }

    /// Whether this number opens it; none does for a while after too many wrong ones.
    fn try_pin(&self, given: &str) -> Result<(), (StatusCode, Say)> {
        let Kind::Pin(pin, tries) = &self.kind else {
            return Err((StatusCode::UNAUTHORIZED, Say::PinWrong));
        };
        if !tries.may_try() {
            return Err((StatusCode::TOO_MANY_REQUESTS, Say::PinWait));
        }
        if !pin::same(&pin::digits(given), pin) {
            return Err((StatusCode::UNAUTHORIZED, Say::PinWrong));
        }
        tries.right();
        Ok(())
    }

    fn let_in(&self) -> Response {
        let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", self.token);
        ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
    }

    fn shut(&self, language: Language, status: StatusCode, wrong: &str) -> Response {
        if self.pin().is_none() {
            return (status, Word::Spent.to(language)).into_response();
        }
        let (title, help) = (Word::Title.to(language), Word::PinHelp.to(language));
        pin::page(language, status, title, help, wrong)
    }
}

fn secret(random: &mut StdRng) -> String {
    format!("{:032x}", random.random::<u128>())
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
