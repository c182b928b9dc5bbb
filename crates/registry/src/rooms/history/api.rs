//! For machines: touches in, roster copy out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::device;
use domain::device::Numbers;
use domain::judge::{Refusal, Verdict};
use domain::{Policy, SiteId};
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use store::{GroupError, Rows, StoreError, values};
use web::{Language, T};
use wire::{DayAnswer, DeviceReport, MAX_ITEMS, Outcome, Problem, TouchAnswer, TouchAnswers, TouchBatch, TouchItem};

use super::intake::Batch;
use super::problem::ApiError;
use super::receive::{Incoming, Received};
use super::words::{About, Names, companies_in};
use super::{openapi, queries, roster_copy};
use crate::App;
use crate::access::ReaderKey;
use crate::rooms::device::{Contact, id_of, report_of, tell};
use crate::rows::id;

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
    let device_id = batch.device.as_ref().map(|told| id_of(&told.id)).unwrap_or_default();
    // Numbers say something only beside the device that gave them.
    let numbers: Numbers = parsed
        .iter()
        .filter_map(|(_, item)| item.as_ref().ok()?.seq.filter(|_| !device_id.is_empty()))
        .collect();
    let contact = app.contacts().due(&reader.reader, &device_id, now).map(|mut kept| {
        kept.add_all(&numbers);
        Contact {
            reader: reader.reader.clone(),
            device: device_id.clone(),
            heard: device::Contact {
                at: now,
                clock_ahead: Some(SignedDuration::from_millis(offset)),
                sender: batch.sender.map(|s| s.chars().filter(|c| !c.is_control()).take(60).collect()),
                report: batch.device.as_ref().map(report_of),
                numbers: kept,
            },
        }
    });
    let is_noted = contact.is_some();
    let taken = app
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
        })?;
    if !is_noted {
        app.contacts().keep(&reader.reader, &device_id, &numbers);
    }
    let noted = taken.noted.unwrap_or_default();
    if noted.to_tell
        && let Err(error) = tell(&app, &reader.reader).await
    {
        tracing::error!(error = %error, "the prime could not be told of a reader; it is tried again at its next contact");
    }
    let mut taken = taken.received.into_iter();
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
        missing: noted.missing,
    })))
}

/// A success, with the version of the protocol.
pub(crate) fn answer(body: impl IntoResponse) -> Response {
    ([("ashiba-protocol", wire::PROTOCOL)], body).into_response()
}

/// A [`wire::TouchBatch`] whose items are still to be read.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    sent_at: jiff::Timestamp,
    #[serde(default)]
    sender: Option<String>,
    #[serde(default)]
    device: Option<DeviceReport>,
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

/// A touch as the intake takes it.
pub(crate) fn incoming(reader: &ReaderKey, item: &TouchItem) -> Incoming {
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
    let reasons = verdict.reasons().iter().map(|r| about.reason(t, r)).collect();
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

/// The roster copy of the reader's site, for answering at the gate without a network: signed in the header `ashiba-code`, and with an end.
///
/// With the `ETag` of the last one in `If-None-Match`, only what is new.
///
/// # Permissions
/// A reader's key; its own site only.
#[utoipa::path(
    get, path = "/api/v1/roster", tag = "touches",
    responses(
        (status = 200, description = "Everybody who may be expected at the gate, and whether a touch today would count", body = wire::RosterCopy),
        (status = 304, description = "Cards, codes, roster and organisation are as they were"),
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
    let body = serde_json::to_vec(&roster_copy::copy(&app, &tx, &reader).await?);
    let body = body.map_err(|error| StoreError::Inconsistent("roster_copy", error.to_string()))?;
    // So that the copy can be held against it after it has lain on a disc.
    let head = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (HeaderName::from_static(wire::ROSTER_CODE), reader.secret.code(&body)),
    ];
    Ok(answer((tag, head, body)))
}

/// The description of this API.
///
/// # Permissions
/// Everybody.
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document()).into_response()
}
