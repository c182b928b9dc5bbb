//! The queue of the reviewers.

use askama::Template;
use axum::extract::{Query, State as AppState};
use domain::access::Act;
use domain::registration::Purpose;
use domain::registration::moves::State;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, values};
use web::{Form, Frame, Mood, Page, PageError, page as render};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::{duration, mood, state_word};
use crate::rows::{millisecond, unreadable};
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 50;

/// What the queue shows.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct QueueQuery {
    /// Tab: `waiting`, `mine`, `second`, `returned`, `unpaid`, `done`.
    show: String,
    /// A purpose, or nothing for all.
    purpose: String,
    page: Option<u32>,
}

/// The search: by POST, since names and numbers of people belong in no address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SearchForm {
    q: String,
    purpose: String,
}

/// Tabs and the states they show.
const TABS: [(&str, &[State]); 6] = [
    ("waiting", &[State::Waiting]),
    ("mine", &[State::UnderReview]),
    ("second", &[State::SecondLook]),
    ("returned", &[State::Returned]),
    ("unpaid", &[State::AwaitingPayment]),
    ("done", &[State::Registered, State::Rejected, State::Withdrawn]),
];

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    number: String,
    purpose: String,
    state: String,
    state_since: i64,
    submitted_at: Option<i64>,
    name: String,
    reviewer: String,
    proxy_company_id: Option<String>,
    total: i64,
}

#[derive(FromQueryResult)]
struct FigureColumns {
    state: String,
    number: i64,
    oldest: i64,
}

struct Row {
    id: String,
    number: String,
    purpose: Purpose,
    state: (Mood, String),
    lasted: String,
    since_sent: String,
    name: String,
    reviewer: String,
    by_proxy: bool,
}

struct Tab {
    name: &'static str,
    number: i64,
    oldest: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "review/templates/queue.html")]
struct QueuePage {
    frame: Frame,
    tabs: Vec<Tab>,
    q: String,
    rows: Paged<Row>,
    base: String,
    searched: bool,
}

impl QueuePage {
    fn found(&self) -> i64 {
        i64::try_from(self.rows.total).unwrap_or(i64::MAX)
    }
}

/// # Permissions
/// Reviewers and the operator's administrator.
pub(super) async fn page(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Query(query): Query<QueueQuery>) -> Page {
    show(&app, &viewer, frame, &query, None).await
}

/// The same, with words to search by.
///
/// # Permissions
/// Reviewers and the operator's administrator.
pub(super) async fn search(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Form(form): Form<SearchForm>) -> Page {
    let query = QueueQuery {
        purpose: form.purpose,
        ..QueueQuery::default()
    };
    show(&app, &viewer, frame, &query, Some(&form.q)).await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, query: &QueueQuery, words: Option<&str>) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let t = frame.t.clone();
    let (current, states) = TABS.iter().find(|(name, _)| *name == query.show).unwrap_or(&TABS[0]);
    let search = Search::new(words.unwrap_or_default());
    // A search goes through all that was ever sent.
    let states: Vec<&str> = match words {
        Some(_) => State::ALL.iter().map(|state| state.word()).collect(),
        None => states.iter().map(|state| state.word()).collect(),
    };
    let purpose = Purpose::from_word(&query.purpose);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let only_mine = words.is_none() && *current == "mine";
    let tx = app.db().read().await?;
    let values = values![
        Rows::of(states.iter().map(|state| [state]))?,
        i32::from(purpose.is_none()),
        purpose.map_or("", Purpose::word),
        i32::from(!only_mine),
        viewer.account.as_str(),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        number.limit(),
        number.offset()
    ];
    let rows: Vec<Columns> = tx.all(&queries::QUEUE, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let now = app.clock().now();
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = State::from_word(&row.state).ok_or_else(|| unreadable("application.state"))?;
            let since = millisecond(row.state_since, "application.state_since")?;
            let sent = millisecond(row.submitted_at.unwrap_or(row.state_since), "application.submitted_at")?;
            let purpose = Purpose::from_word(&row.purpose).ok_or_else(|| unreadable("application.purpose"))?;
            Ok(Row {
                purpose,
                state: (mood(state), t.s(format!("application-state-{}", state_word(purpose, state)))),
                lasted: duration(&t, since, now),
                since_sent: duration(&t, sent, now),
                id: row.id,
                number: row.number,
                name: row.name,
                reviewer: row.reviewer,
                by_proxy: row.proxy_company_id.is_some(),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let figures: Vec<FigureColumns> = tx.all(&queries::FIGURES, []).await?;
    let tabs = TABS
        .iter()
        .map(|(name, states)| {
            let of_tab = figures
                .iter()
                .filter(|figure| states.iter().any(|state| state.word() == figure.state));
            let (count, oldest) = of_tab.fold((0, i64::MAX), |(count, oldest), figure| {
                (count + figure.number, oldest.min(figure.oldest))
            });
            Ok(Tab {
                name,
                number: count,
                oldest: if count == 0 {
                    String::new()
                } else {
                    duration(&t, millisecond(oldest, "application.state_since")?, now)
                },
                current: words.is_none() && name == current,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    render(&QueuePage {
        frame: frame.title("review-title"),
        tabs,
        base: format!("/review?show={current}&purpose={}&", purpose.map_or("", Purpose::word)),
        q: search.typed,
        rows: Paged {
            rows,
            total,
            page: number,
        },
        searched: words.is_some(),
    })
}

/// Key of what an application asks for.
fn purpose_key(purpose: &Purpose) -> String {
    format!("application-purpose-{}", purpose.word().replace('_', "-"))
}
