//! For machines: touches in, roster copy out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::judge::{Refusal, Verdict};
use domain::{Policy, SiteId};
use sea_orm::FromQueryResult;
use store::{GroupError, Rows, StoreError, values};
use web::{Language, T};
use wire::{DayAnswer, MAX_ITEMS, Outcome, Problem, TouchAnswer, TouchAnswers, TouchBatch, TouchItem};

use super::intake::{Batch, Contact};
use super::receive::{Incoming, Received};
use super::words::{About, Names, companies_in};
use super::{openapi, queries, roster_copy};
use crate::App;
use crate::access::ReaderKey;
use crate::rows::id;

/// An answer that is not a success, for machines: stable code, sentence, reference number.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problem: Problem,
}

impl ApiError {
    fn new(status: StatusCode, code: &str, text: impl Into<String>, field: Option<String>, passing: bool) -> Self {
        let reference = web::reference();
        tracing::info!(reference, code, status = status.as_u16(), "a request was refused");
        Self {
            status,
            problem: Problem {
                code: code.to_owned(),
                text: text.into(),
                field,
                reference,
                passing,
            },
        }
    }

    /// No key, an unknown one or a revoked one: the three are not told apart.
    pub(crate) fn wrong_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "OCUF0004E",
            "The reader key is missing, unknown or revoked. Issue a new one on the site's page of card readers.",
            None,
            false,
        )
    }

    fn schema(text: String, field: Option<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "OCUX0904E", text, field, false)
    }

    fn broken(error: &StoreError) -> Self {
        let this = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "OCUX0903E",
            "The registry could not do this now. Send it again; tell the support the reference number.",
            None,
            true,
        );
        tracing::error!(reference = this.problem.reference, error = %error, "a request broke");
        this
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::broken(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}

/// Takes in a batch of touches. Safe to repeat: a touch that is there already is answered as such and changes nothing.
///
/// # Permissions
/// A reader's key; touches of its own site only.
#[utoipa::path(
    post, path = "/api/v1/touches", tag = "touches",
    request_body = TouchBatch,
    responses(
        (status = 200, description = "One result per item, in the order sent; refused items do not spoil the others", body = TouchAnswers),
        (status = 400, description = "The body does not fit the schema", body = Problem),
        (status = 401, description = "No valid reader key", body = Problem),
        (status = 413, description = "Body too large", body = Problem),
        (status = 503, description = "Try again later", body = Problem)
    ),
    security(("reader_key" = []))
)]
pub(super) async fn touches(
    State(app): State<App>,
    reader: ReaderKey,
    t: T,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiError> {
    let body = body.map_err(|_| {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "OCUX0904E",
            "The body is too large. Send at most 1,000 touches at once.",
            None,
            false,
        )
    })?;
    let batch: Envelope<'_> =
        serde_json::from_slice(&body).map_err(|e| ApiError::schema(format!("The body is not a batch of touches: {e}."), None))?;
    let now = app.clock().now();
    let most = usize::try_from(app.masters().policies().at(Policy::BatchItems, app.clock().today()))
        .unwrap_or(MAX_ITEMS)
        .min(MAX_ITEMS);
    if batch.touches.is_empty() || batch.touches.len() > most {
        let text = format!("A batch holds 1 to {most} touches; this one holds {}.", batch.touches.len());
        return Err(ApiError::schema(text, Some("/touches".into())));
    }
    let offset = batch.sent_at.as_millisecond() - now.as_millisecond();
    // Item by item, so that one that does not fit the schema is answered and does not spoil the others.
    let parsed: Vec<(String, Result<TouchItem, String>)> = batch
        .touches
        .iter()
        .enumerate()
        .map(|(n, item)| parse_item(n, item))
        .collect();
    let items: Vec<String> = parsed.iter().map(|(id, _)| id.clone()).collect();
    let incoming: Vec<Incoming> = parsed
        .iter()
        .filter_map(|(_, item)| item.as_ref().ok())
        .map(|item| incoming(&reader, item))
        .collect();
    let contact = app.time_to_note(&reader.reader).then(|| Contact {
        reader: reader.reader.clone(),
        at: now,
        offset_ms: offset,
        sender: batch.sender.map(|s| s.chars().filter(|c| !c.is_control()).take(60).collect()),
    });
    let mut taken = app
        .take_in(Batch {
            touches: incoming,
            contact,
        })
        .await
        .map_err(|error| match error {
            GroupError::Busy => ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "OCUX0902E",
                "Too many are sending at once. Send it again in a moment.",
                None,
                true,
            ),
            GroupError::BrokenOff => ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "OCUX0903E",
                "Broken off before the answer was known. Send it again.",
                None,
                true,
            ),
            GroupError::Failed(error) => ApiError::broken(&error),
        })?
        .into_iter();
    let malformed = |field: &String| Received::Refused {
        refusal: Refusal::Malformed { field: field.clone() },
    };
    let received: Vec<Received> = parsed
        .iter()
        .filter_map(|(_, item)| item.as_ref().map_or_else(|field| Some(malformed(field)), |_| taken.next()))
        .collect();
    let results = answers(&app, &reader, &t, items, received).await?;
    Ok(answer(Json(TouchAnswers {
        received_at: now,
        results,
    })))
}

/// Answers on the API that did not come from a handler of it (no such address, method, time-out), put in its own form.
pub(crate) async fn problems(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    let status = response.status();
    if !is_api || json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (code, text, passing) = match status {
        StatusCode::NOT_FOUND => (
            "OCUX0905E",
            "There is nothing at this address. The document is at /api/v1/openapi.json.",
            false,
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "OCUX0905E",
            "This address does not take this method. The document is at /api/v1/openapi.json.",
            false,
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "OCUX0904E",
            "The body is too large. Send at most 1,000 touches at once.",
            false,
        ),
        _ => ("OCUX0903E", "The registry could not do this now. Send it again.", true),
    };
    ApiError::new(status, code, text, None, passing).into_response()
}

/// A success, with the version of the protocol.
fn answer(body: impl IntoResponse) -> Response {
    ([("ashiba-protocol", wire::PROTOCOL)], body).into_response()
}

/// A [`wire::TouchBatch`] whose items are still to be read.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    sent_at: jiff::Timestamp,
    #[serde(default)]
    sender: Option<String>,
    #[serde(borrow)]
    touches: Vec<&'a serde_json::value::RawValue>,
}

/// The item, or the JSON pointer of what is wrong with it; with its id as far as it has one.
fn parse_item(n: usize, item: &serde_json::value::RawValue) -> (String, Result<TouchItem, String>) {
    #[derive(serde::Deserialize)]
    struct Id {
        item_id: String,
    }
    match serde_json::from_str::<TouchItem>(item.get()) {
        Ok(item) => (item.item_id.clone(), Ok(item)),
        Err(_) => (
            serde_json::from_str::<Id>(item.get()).map(|i| i.item_id).unwrap_or_default(),
            Err(format!("/touches/{n}")),
        ),
    }
}

fn incoming(reader: &ReaderKey, item: &TouchItem) -> Incoming {
    Incoming {
        source: reader.reader.clone(),
        site: reader.site,
        item_id: item.item_id.clone(),
        worker_id: item.worker_id.clone(),
        site_id: item.site_id.clone(),
        at: item.at,
        direction: item.direction,
        method: item.method.word().to_owned(),
        seq: item.seq,
        card_issue: item.card_issue,
    }
}

async fn answers(
    app: &App,
    reader: &ReaderKey,
    own: &T,
    items: Vec<String>,
    received: Vec<Received>,
) -> Result<Vec<TouchAnswer>, ApiError> {
    // Names are needed only for days that do not count; most answers need none.
    let open = received
        .iter()
        .any(|r| !matches!(r, Received::Stored { day: Some((_, verdict)), .. } if verdict.counts()));
    let (names, prime) = if open {
        names_for(app, reader.site, &received).await?
    } else {
        (Names::new(), String::new())
    };
    let masters = app.masters();
    let months = masters.policies().at(Policy::MendingMonths, app.clock().today());
    let mut results = Vec::with_capacity(received.len());
    for (item_id, received) in items.into_iter().zip(received) {
        results.push(match received {
            Received::Refused { refusal } => {
                let about = About {
                    site: reader.site,
                    prime: &prime,
                    names: &names,
                    handle: "",
                    day: app.clock().today(),
                    mending_months: months,
                };
                let remark = about.refusal(own, &refusal);
                TouchAnswer {
                    item_id,
                    outcome: Outcome::Refused,
                    name: None,
                    day: None,
                    remarks: vec![remark],
                }
            }
            Received::Stored {
                already,
                name,
                language,
                handle,
                day,
                ..
            } => {
                let t = worker_language(app, &language);
                let day = day.map(|(work_day, verdict)| {
                    let about = About {
                        site: reader.site,
                        prime: &prime,
                        names: &names,
                        handle: &handle,
                        day: work_day,
                        mending_months: months,
                    };
                    day_answer(&t, &about, &verdict)
                });
                let outcome = if already { Outcome::AlreadyStored } else { Outcome::Stored };
                TouchAnswer {
                    item_id,
                    outcome,
                    name: Some(name),
                    day,
                    remarks: Vec::new(),
                }
            }
        });
    }
    Ok(results)
}

pub(super) fn day_answer(t: &T, about: &About<'_>, verdict: &Verdict) -> DayAnswer {
    let reasons = match verdict {
        Verdict::Counts { .. } => Vec::new(),
        Verdict::DoesNotCount { reasons } => reasons.iter().map(|r| about.reason(t, r)).collect(),
    };
    DayAnswer {
        work_day: about.day,
        counts: verdict.counts(),
        reasons,
    }
}

/// The gate speaks to the worker in his own language.
pub(super) fn worker_language(app: &App, language: &str) -> T {
    app.texts().t(Language::from_code(language).unwrap_or(Language::Ja))
}

#[derive(FromQueryResult)]
struct NameRow {
    id: String,
    name: String,
    prime: i32,
}

async fn names_for(app: &App, site: SiteId, received: &[Received]) -> Result<(Names, String), StoreError> {
    let reasons = received.iter().filter_map(|r| match r {
        Received::Stored {
            day: Some((_, Verdict::DoesNotCount { reasons })),
            ..
        } => Some(reasons),
        _ => None,
    });
    let companies = companies_in(reasons.flatten());
    let rows = Rows::of(companies.iter().map(|c| [c.to_string()]))?;
    let found: Vec<NameRow> = app
        .db()
        .all(&queries::NAMES_FOR_SITE, values![rows, site.to_string()])
        .await?;
    let (mut names, mut prime) = (Names::new(), String::new());
    for row in found {
        if row.prime == 1 {
            prime = row.name;
        } else {
            names.insert(id(&row.id, "company.id")?, row.name);
        }
    }
    Ok((names, prime))
}

/// The roster copy of the reader's site, for answering at the gate without a network.
///
/// With the `ETag` of the last one in `If-None-Match`, only what is new.
///
/// # Permissions
/// A reader's key; its own site only.
#[utoipa::path(
    get, path = "/api/v1/roster", tag = "touches",
    responses(
        (status = 200, description = "Everybody who may be expected at the gate, and whether a touch today would count", body = wire::RosterCopy),
        (status = 304, description = "Cards, roster and organisation are as they were"),
        (status = 401, description = "No valid reader key", body = Problem)
    ),
    security(("reader_key" = []))
)]
pub(super) async fn roster(State(app): State<App>, reader: ReaderKey, headers: HeaderMap) -> Result<Response, ApiError> {
    let tx = app.db().read().await?;
    let stamp = roster_copy::stamp(&app, &tx, reader.site).await?;
    let tag = [(header::ETAG, stamp.clone())];
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == stamp.as_bytes())
    {
        return Ok(answer((StatusCode::NOT_MODIFIED, tag)));
    }
    Ok(answer((tag, Json(roster_copy::copy(&app, &tx, reader.site).await?))))
}

/// The description of this API.
///
/// # Permissions
/// Everybody.
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document()).into_response()
}
