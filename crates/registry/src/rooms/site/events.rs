//! What happened to a site: every change is an event, and here they are told.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::CompanyId;
use domain::form::{Fields, Kind};
use domain::site::FORM;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::Value as Json;
use store::{Page as PageNumber, Paged, values};
use web::{Frame, Page, PageError, T, page};

use super::{OpenSite, open, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::{NOTHING_OFFERED, Sight, label_of, shown_value};
use crate::rows::{millisecond, opt_id};

const ROWS: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct EventsQuery {
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    subject: String,
    at: i64,
    what: String,
    name: Option<String>,
    company_id: Option<String>,
    total: i64,
}

struct Event {
    at: Timestamp,
    /// Who did it: a colleague by name, others by their company.
    who: String,
    what: String,
    /// What it was and what it is, field by field.
    changes: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "site/templates/events.html")]
struct EventsPage {
    frame: Frame,
    site: OpenSite,
    base: String,
    events: Paged<Event>,
}

/// What happened, newest first. Names of workers are not in it: who stands where on the roster is the roster's page.
///
/// # Permissions
/// The prime.
pub(super) async fn list(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<EventsQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.is_prime() {
        return Err(PageError::Forbidden);
    }
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let values = values![site.head.id.to_string(), number.limit(), number.offset()];
    let rows: Vec<Columns> = tx.all(&queries::EVENTS, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let t = frame.t.clone();
    let mut events = Vec::new();
    for row in rows {
        let company: Option<CompanyId> = opt_id(row.company_id, "account.company_id")?;
        let who = match company {
            Some(company) if company != site.own => site.name_of(company).to_owned(),
            _ => row.name.unwrap_or_default(),
        };
        let json: Json = serde_json::from_str(&row.what).unwrap_or(Json::Null);
        let (what, changes) = told(&t, &app, &row.subject, &json);
        events.push(Event {
            at: millisecond(row.at, "site_event.at")?,
            who,
            what,
            changes,
        });
    }
    page(&EventsPage {
        frame: site.crumbs(frame.title("site-events-title")),
        base: format!("/sites/{}/events?", site.head.id),
        site,
        events: Paged {
            rows: events,
            total,
            page: number,
        },
    })
}

/// An event in words: `{"suspended": {…}}` is the text `site-event-site-suspended` with its values. What has no text of its own is told
/// by its subject alone.
fn told(t: &T, app: &App, subject: &str, json: &Json) -> (String, Vec<(String, String, String)>) {
    let (verb, details) = match json {
        Json::String(verb) => (verb.as_str(), &Json::Null),
        Json::Object(map) => map
            .iter()
            .next()
            .map_or(("", &Json::Null), |(verb, details)| (verb.as_str(), details)),
        _ => ("", &Json::Null),
    };
    let key = format!("site-event-{subject}-{}", verb.replace('_', "-"));
    let known = t.get(&key).is_some();
    let value = |name: &str| match details {
        // `{"added": "Gate 1"}`
        Json::String(text) => text.clone(),
        details => plain(t, details.get(name).unwrap_or(&Json::Null)),
    };
    let args: Vec<(&str, String)> = [
        "name", "from", "to", "on", "last", "planned", "reason", "day", "place", "count",
    ]
    .into_iter()
    .map(|name| (name, value(name)))
    .collect();
    let what = if known {
        t.with(key, &args)
    } else {
        t.get(&format!("site-event-{subject}"))
            .unwrap_or_else(|| t.s("site-event-other"))
    };
    let changes = match (subject, verb, details) {
        ("site", "changed", Json::Object(fields)) => fields
            .iter()
            .map(|(name, pair)| {
                let side = |n: usize| shown(t, app, name, pair.get(n).and_then(Json::as_str).unwrap_or_default());
                (label_of(t, &FORM, name), side(0), side(1))
            })
            .collect(),
        ("site", "published", Json::Object(items)) => {
            let masters = app.masters();
            items
                .iter()
                .map(|(item, pair)| {
                    let known = masters.site_items().iter().find(|known| known.item == *item);
                    let name = known.map_or(item.as_str(), |known| match t.language() {
                        web::Language::Ja => known.name_ja.as_str(),
                        _ => known.name_en.as_str(),
                    });
                    (name.to_owned(), audiences(t, pair.get(0)), audiences(t, pair.get(1)))
                })
                .collect()
        }
        _ => Vec::new(),
    };
    (what, changes)
}

fn audiences(t: &T, pair: Option<&Json>) -> String {
    let open = |n: usize| pair.and_then(|p| p.get(n)).and_then(Json::as_bool).unwrap_or(false);
    let key = match (open(0), open(1)) {
        (true, true) => "publication-to-both",
        (true, false) => "publication-to-workers",
        (false, true) => "publication-to-uppers",
        (false, false) => "publication-to-nobody",
    };
    t.s(key)
}

/// A value of an event: days as people read them.
fn plain(t: &T, value: &Json) -> String {
    match value {
        Json::String(text) => text.parse().map_or_else(|_| text.clone(), |day: domain::WorkDay| t.day(day)),
        Json::Number(number) => number.to_string(),
        _ => "–".to_owned(),
    }
}

/// A value of a field as the form shows it; keys of accounts and tiers are not shown, since they say nothing to people.
pub(super) fn shown(t: &T, app: &App, name: &str, value: &str) -> String {
    let Some((group, field)) = FORM.find(name) else {
        return value.to_owned();
    };
    if matches!(field.kind, Kind::Offered) {
        return String::new();
    }
    let (masters, companies, fields) = (app.masters(), BTreeMap::new(), Fields::new());
    let sight = Sight {
        form: &FORM,
        recorded: &Fields::new(),
        fields: &fields,
        marks: &[],
        corrections: &[],
        t,
        masters: &masters,
        companies: &companies,
        offered: &NOTHING_OFFERED,
        registered: None,
        faults: None,
    };
    shown_value(sight, &FORM, group, field, value)
}
