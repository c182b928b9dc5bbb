//! The list of a company's sites (view 4-2): search, state, order, pages.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::site;
use domain::{SiteId, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Frame, Mood, Page, PageError, page};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rows::{day, id, unreadable};

/// Rows of a list page.
const ROWS: u32 = 20;

/// Orders of the list; the first is the usual one.
const ORDERS: [&str; 3] = ["begin", "end", "name"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    state: String,
    order: String,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    address: String,
    prime_name: String,
    from_day: i32,
    to_day: i32,
    tier: i32,
    open_approval: i32,
    state: String,
    total: i64,
}

struct Row {
    id: SiteId,
    name: String,
    address: String,
    prime_name: String,
    from: WorkDay,
    to: WorkDay,
    tier: i32,
    open_approval: bool,
    state: site::State,
    mood: Mood,
}

/// How a state looks.
pub(super) fn mood(state: site::State) -> Mood {
    match state {
        site::State::Open => Mood::Good,
        site::State::Planned => Mood::Pending,
        site::State::Suspended => Mood::Warn,
        site::State::Ended | site::State::Deleted => Mood::Info,
    }
}

#[derive(Template)]
#[template(path = "site/templates/list.html")]
struct ListPage {
    frame: Frame,
    q: String,
    state: String,
    order: String,
    states: Vec<(String, String)>,
    orders: Vec<(String, String)>,
    base: String,
    sites: Paged<Row>,
    /// All that were found.
    count: usize,
    may_register: bool,
}

/// Sites where the viewer's company stands in the organisation.
///
/// # Permissions
/// Companies.
pub(super) async fn page_of(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::SeeSites))
        .ok_or(PageError::Forbidden)?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let q: String = query.q.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let pattern = pattern(&q);
    // The four that a site in the list can have.
    let known = &site::State::ALL[..4];
    let state = match query.state.as_str() {
        all @ "all" => all,
        word => known.iter().map(|s| s.word()).find(|known| *known == word).unwrap_or(""),
    };
    let order = ORDERS.into_iter().find(|order| *order == query.order).unwrap_or(ORDERS[0]);
    let values = values![
        company.to_string(),
        pattern,
        app.clock().today().to_number(),
        state,
        order,
        number.limit(),
        number.offset(),
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str()
    ];
    let tx = app.db().read().await?;
    let rows: Vec<Columns> = tx.all(&queries::SITES_OF_COMPANY, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let mut sites = Vec::new();
    for row in rows {
        let state_of = site::State::from_word(&row.state).ok_or_else(|| unreadable("site.state"))?;
        sites.push(Row {
            id: id(&row.id, "site.id")?,
            name: row.name,
            address: row.address,
            prime_name: row.prime_name,
            from: day(row.from_day, "site.from_day")?,
            to: day(row.to_day, "site.to_day")?,
            tier: row.tier,
            open_approval: row.open_approval == 1,
            mood: mood(state_of),
            state: state_of,
        });
    }
    let t = frame.t.clone();
    let states = known
        .iter()
        .map(|s| (s.word().to_owned(), t.s(format!("site-state-{}", s.word()))));
    let all = ("all".to_owned(), t.s("sites-state-all"));
    page(&ListPage {
        frame: frame.title("sites-title"),
        base: format!("/sites?q={}&state={state}&order={order}&", percent(&q)),
        q,
        state: state.to_owned(),
        order: order.to_owned(),
        states: states.chain([all]).collect(),
        orders: ORDERS
            .into_iter()
            .map(|order| (order.to_owned(), t.s(format!("sites-order-{order}"))))
            .collect(),
        count: usize::try_from(total).unwrap_or(usize::MAX),
        sites: Paged {
            rows: sites,
            total,
            page: number,
        },
        may_register: viewer.may(Act::RegisterSite),
    })
}

/// What `like` is asked for to find a text anywhere.
pub(super) fn pattern(q: &str) -> String {
    let q = q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{q}%")
}

/// For a value in a query of ours.
pub(crate) fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
