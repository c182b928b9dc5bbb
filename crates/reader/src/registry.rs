//! The registry as this reader sees it: two requests, and what to make of a refusal.

mod setup;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wire::seal::Secret;
use wire::{DeviceReport, Problem, RosterCopy, TouchAnswers, TouchBatch, TouchItem};

use crate::outbox::Touch;
use crate::upload::clock_offset;

/// Name and version told to the registry.
pub(crate) const SENDER: &str = concat!("ashiba-reader/", env!("CARGO_PKG_VERSION"));
/// Codes that pass by themselves: maintenance, too many requests, internal fault.
const PASSING: [&str; 3] = ["OCUX0901E", "OCUX0902E", "OCUX0903E"];
const NOT_THE_REGISTRY: &str = "something other than the registry answered; does the network ask for a log-in?";

/// Why sending does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What helps.
    pub cure: Cure,
    /// The registry's code, if it was the registry that said so.
    pub code: Option<String>,
    /// A sentence for people.
    pub text: String,
    /// Number to tell the support.
    pub reference: Option<String>,
    /// Since when, by our clock.
    pub since: Timestamp,
}

/// What helps against a [`Trouble`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// Waiting.
    Wait,
    /// Waiting this many seconds, as the registry asked.
    WaitAsTold(u64),
    /// Smaller pages.
    SmallerPages,
    /// A person.
    Person,
}

/// What one look at the registry showed.
#[derive(Debug)]
pub(crate) struct Look {
    /// The roster copy, or why it was not given.
    pub(crate) roster: Result<RosterCopy, Trouble>,
    /// By how much the clock of whoever answered is ahead of ours (header `Date`, to the second).
    pub(crate) clock_offset: Option<SignedDuration>,
    /// If nobody answered: the innermost reason, as the network told it.
    pub(crate) network: Option<String>,
}

/// The registry as this reader sees it. No `Debug`: it holds the key.
#[derive(Clone)]
pub struct Registry {
    client: reqwest::Client,
    base: String,
    key: String,
    language: &'static str,
    clock: Arc<dyn Clock>,
}

impl Registry {
    /// `base`: address of the registry without a path. `key`: the reader's key.
    ///
    /// # Errors
    /// If the TLS library cannot start.
    pub fn new(base: &str, key: &str, language: &'static str, clock: Arc<dyn Clock>) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .user_agent(SENDER)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(60))
            // A redirect is a captive portal's doing; following it would carry touches to a stranger.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
            language,
            clock,
        })
    }

    /// Sends one page of touches, with what the device tells of itself.
    pub(crate) async fn send(&self, page: &[Touch], device: Option<DeviceReport>) -> Result<TouchAnswers, Trouble> {
        let batch = TouchBatch {
            sent_at: self.clock.now(),
            sender: Some(SENDER.into()),
            device,
            touches: page.iter().map(item).collect(),
        };
        self.call(self.client.post(format!("{}{}", self.base, wire::TOUCHES)).json(&batch))
            .await
    }

    /// Fetches the roster copy of the reader's site, with its stamp. `None`: nothing that matters has changed since the copy with the
    /// stamp `known`.
    ///
    /// # Errors
    /// [`Trouble`] if the registry does not give it.
    pub async fn roster(&self, known: Option<&str>) -> Result<Option<(RosterCopy, Option<String>)>, Trouble> {
        self.roster_and_clock(known).await.map(|(roster, _)| roster)
    }

    /// The same, with by how much the registry's clock is ahead of ours (header `Date`, to the second).
    pub(crate) async fn roster_and_clock(
        &self,
        known: Option<&str>,
    ) -> Result<(Option<(RosterCopy, Option<String>)>, Option<SignedDuration>), Trouble> {
        let before = self.clock.now();
        let mut request = self.client.get(format!("{}{}", self.base, wire::ROSTER));
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let response = self.ask(request).await?;
        let offset = offset_by_date(&response, before, self.clock.now());
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok((None, offset));
        }
        let text = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(ToOwned::to_owned)
        };
        let (stamp, code) = (text("etag"), text(wire::ROSTER_CODE));
        if response.status() != StatusCode::OK {
            return Err(self.refused(response).await);
        }
        newer_protocol(&response);
        let body = response.bytes().await.map_err(|e| self.unreachable(&e))?;
        // An older registry gives no code.
        if code.is_some_and(|code| !self.secret().proves(&body, &code)) {
            return Err(self.trouble(Cure::Person, "the roster copy does not carry the code of this reader's key"));
        }
        let copy = serde_json::from_slice(&body).map_err(|_| self.trouble(Cure::Wait, NOT_THE_REGISTRY))?;
        Ok((Some((copy, stamp)), offset))
    }

    /// Asks for the roster copy as [`Self::roster`] does, and notes what else the answer, or its absence, tells.
    pub(crate) async fn look(&self) -> Look {
        let before = self.clock.now();
        let request = self.client.get(format!("{}{}", self.base, wire::ROSTER));
        let request = request.bearer_auth(&self.key).header(header::ACCEPT_LANGUAGE, self.language);
        match request.send().await {
            Ok(response) => Look {
                clock_offset: offset_by_date(&response, before, self.clock.now()),
                roster: self.read(response).await,
                network: None,
            },
            Err(error) => Look {
                roster: Err(self.unreachable(&error)),
                clock_offset: None,
                network: Some(innermost(&error)),
            },
        }
    }

    /// What we and the registry know: made from the key.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::of_key(&self.key)
    }

    /// Our clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let response = self.ask(request).await?;
        self.read(response).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let request = request.bearer_auth(&self.key).header(header::ACCEPT_LANGUAGE, self.language);
        request.send().await.map_err(|e| self.unreachable(&e))
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T, Trouble> {
        if response.status() != StatusCode::OK {
            return Err(self.refused(response).await);
        }
        newer_protocol(&response);
        // A page that is not our answer comes from something between us and the registry (a portal's log-in page).
        response.json().await.map_err(|e| self.unreachable(&e))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Trouble {
        let text = match error {
            e if e.is_timeout() => "the registry did not answer in time",
            e if e.is_connect() => "the registry cannot be reached",
            e if e.is_decode() => NOT_THE_REGISTRY,
            _ => "the connection to the registry broke",
        };
        self.trouble(Cure::Wait, text)
    }

    async fn refused(&self, response: Response) -> Trouble {
        let status = response.status();
        let told = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|v| v.to_str().ok()?.parse().ok());
        let problem: Option<Problem> = response.json().await.ok();
        let known = problem.as_ref().map(|p| p.passing || PASSING.contains(&p.code.as_str()));
        let cure = match (status, known) {
            (StatusCode::PAYLOAD_TOO_LARGE, _) => Cure::SmallerPages,
            (StatusCode::UNAUTHORIZED, _) => Cure::Person,
            (s, Some(false)) if s.is_client_error() && s != StatusCode::TOO_MANY_REQUESTS => Cure::Person,
            _ => told.map_or(Cure::Wait, |seconds: u64| Cure::WaitAsTold(seconds.min(3_600))),
        };
        let mut trouble = self.trouble(cure, &format!("the registry answered with status {}", status.as_u16()));
        if let Some(problem) = problem {
            trouble.code = Some(problem.code);
            trouble.text = problem.text;
            trouble.reference = Some(problem.reference);
        }
        trouble
    }

    pub(crate) fn trouble(&self, cure: Cure, text: &str) -> Trouble {
        Trouble {
            cure,
            code: None,
            text: text.into(),
            reference: None,
            since: self.clock.now(),
        }
    }
}

/// By how much the clock of whoever answered is ahead of ours.
fn offset_by_date(response: &Response, before: Timestamp, after: Timestamp) -> Option<SignedDuration> {
    let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok())?;
    let date = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(clock_offset(before, date, after))
}

/// The last word of a chain of errors: name not found, refused, certificate out of date.
fn innermost(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// A touch as it travels.
pub(crate) fn item(touch: &Touch) -> TouchItem {
    TouchItem {
        item_id: touch.item_id.clone(),
        worker_id: touch.key.worker.to_string(),
        site_id: touch.key.site.to_string(),
        at: touch.key.at,
        direction: touch.key.direction,
        method: touch.method,
        seq: u64::try_from(touch.seq).ok(),
        card_issue: touch.card_issue,
    }
}

fn newer_protocol(response: &Response) {
    let major = |version: &str| version.split('.').next().and_then(|n| n.parse::<u32>().ok());
    let theirs = response
        .headers()
        .get("ashiba-protocol")
        .and_then(|v| major(v.to_str().ok()?));
    if theirs > major(wire::PROTOCOL) {
        tracing::warn!("the registry speaks a newer protocol: update this program");
    }
}
