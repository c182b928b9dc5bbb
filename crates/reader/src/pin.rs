//! A number of 8 digits that opens a page of this program from another machine, and what a browser keeps once it was given: the kiosk
//! page and the set-up have both.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rand::RngExt;
use rand::rngs::StdRng;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::screen::Language;
use crate::words::Say;

/// Wrong numbers in a row before a pause, and how long it is: 8 digits then outlast any guessing.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(60);

/// A new number.
pub(crate) fn new(random: &mut StdRng) -> String {
    format!("{:08}", random.random_range(0..100_000_000))
}

/// Whether a secret was given, without telling by the time it takes how much of it was right.
pub(crate) fn same(given: &str, right: &str) -> bool {
    given.as_bytes().ct_eq(right.as_bytes()).into()
}

/// The digits of what was typed.
pub(crate) fn digits(given: &str) -> String {
    given.chars().filter(char::is_ascii_digit).collect()
}

/// How often in a row it was wrong, and until when none is taken.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<(u32, Option<Instant>)>);

impl Tries {
    /// Whether numbers are taken now, after counting one more that is wrong until proven right.
    pub(crate) fn may_try(&self) -> bool {
        let mut misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if misses.1.is_some_and(|until| now < until) {
            return false;
        }
        misses.0 += 1;
        misses.1 = (misses.0 >= TRIES).then(|| now + PAUSE);
        true
    }

    /// It was right.
    pub(crate) fn right(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, None);
    }
}

/// What the browser keeps under this name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split("; "))
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// The page that asks for the number.
pub(crate) fn page(language: Language, status: StatusCode, title: &str, help: &str, wrong: &str) -> Response {
    let page = include_str!("../kiosk/pin.html")
        .replace("{lang}", language.tag())
        .replace("{title}", title)
        .replace("{help}", help)
        .replace("{wrong}", wrong)
        .replace("{open}", Say::PinOpen.to(language));
    (status, Html(page)).into_response()
}
