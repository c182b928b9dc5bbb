//! The roster as a list: every company reads its own rows and those beneath it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::organisation::{Chain, Node, NodeId, NodeStatus, Scope};
use domain::{PositionId, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Frame, Mood, Page, T, page as render};

use super::put::nodes_to_keep;
use super::{position_name, queries, trade_name};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{OpenSite, open, percent};
use crate::rows::{id, opt_day, opt_id};
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    node: String,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct ListColumns {
    id: String,
    node_id: String,
    worker_id: String,
    name: String,
    name_kana: String,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from_day: Option<i32>,
    to_day: Option<i32>,
    accrues: i32,
    tied: i32,
    held: i32,
    total: i64,
}

#[derive(FromQueryResult)]
struct CountColumns {
    node_id: String,
    workers: i64,
}

/// A row as the list shows it.
struct ListRow {
    worker: WorkerId,
    id: String,
    name: String,
    kana: String,
    /// Grouped worker ID; the own company's workers only.
    worker_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from: Option<WorkDay>,
    to: Option<WorkDay>,
    marks: Vec<(Mood, String)>,
}

/// The rows of one node.
struct Group {
    node: NodeId,
    company: String,
    /// Tier and work.
    place: String,
    workers: i64,
    own: bool,
    may_keep: bool,
    rows: Vec<ListRow>,
}

#[derive(Template)]
#[template(path = "roster/templates/list.html")]
struct ListPage {
    frame: Frame,
    site: OpenSite,
    q: String,
    node: String,
    base: String,
    groups: Paged<Group>,
    /// Companies that have put nobody there yet, on the first page.
    empty: Vec<String>,
    /// The own company has a node to add workers to.
    may_add: bool,
    /// It has more than one.
    several: bool,
}

/// What decides whether days of a row can count.
struct Facts {
    chain: Chain,
    tied: bool,
    held: bool,
    trade: Option<TradeCode>,
    ended: bool,
    accrues: bool,
}

/// What is to be told about a row: what keeps its days from counting, or that nothing does.
fn marks(t: &T, site: &OpenSite, facts: &Facts) -> Vec<(Mood, String)> {
    if facts.ended {
        return vec![(Mood::Info, t.s("roster-mark-ended"))];
    }
    let mut marks = Vec::new();
    if let Chain::UpperOpen(company) = facts.chain {
        marks.push((
            Mood::Pending,
            t.with("roster-mark-upper-open", &[("company", site.name_of(company))]),
        ));
    }
    if !facts.tied {
        marks.push((Mood::Warn, t.s("roster-mark-not-tied")));
    }
    match facts.trade {
        Some(trade) if !trade.is_small() => marks.push((Mood::Warn, t.s("roster-mark-no-trade"))),
        None => marks.push((Mood::Warn, t.s("roster-mark-no-trade"))),
        Some(_) if !facts.held => marks.push((Mood::Warn, t.s("roster-mark-trade-not-held"))),
        Some(_) => {}
    }
    if !facts.accrues {
        marks.push((Mood::Info, t.s("roster-mark-accrues-elsewhere")));
    }
    if marks.is_empty() {
        marks.push((Mood::Good, t.s("roster-mark-good")));
    }
    marks
}

/// The roster.
///
/// # Permissions
/// Companies in the organisation: the prime all rows, others their own and those beneath them. Worker IDs: own workers only.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<ListQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let in_scope = |n: &&Node| match &site.scope {
        Scope::All => n.status == NodeStatus::Approved,
        Scope::Branch { nodes, .. } => nodes.contains(&n.id),
    };
    let nodes: Vec<Node> = site.tree.in_order().into_iter().filter(in_scope).cloned().collect();
    let search = Search::new(&query.q);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let shown: Vec<&Node> = nodes
        .iter()
        .filter(|n| query.node.is_empty() || n.id.0 == query.node)
        .collect();
    let counts = counts(&app, &tx, &site).await?;
    let groups = groups(&app, &tx, &viewer, &frame.t, &site, &shown, &search, number, &counts).await?;
    drop(tx);
    let rows = groups.rows.iter().flat_map(|group| &group.rows);
    let workers: Vec<WorkerId> = rows.map(|row| row.worker).collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    let all = query.node.is_empty() && search.typed.is_empty() && number.number() == 1;
    // A prime often has no workers of its own on the site.
    let nobody = |n: &&Node| all && n.tier > 0 && n.company.is_some() && !counts.contains_key(&n.id);
    let empty = nodes
        .iter()
        .filter(nobody)
        .map(|n| site.company_of(&n.id).to_owned())
        .collect();
    let base = format!(
        "/sites/{}/roster?q={}&node={}&",
        site.head.id,
        percent(&search.typed),
        percent(&query.node)
    );
    let frame = site.crumbs(frame).title("roster-title");
    let own = nodes_to_keep(&viewer, &site).len();
    let (may_add, several) = (own > 0, own > 1);
    render(&ListPage {
        frame,
        site,
        q: search.typed,
        node: query.node,
        base,
        groups,
        empty,
        may_add,
        several,
    })
}

async fn counts(app: &App, tx: &Tx, site: &OpenSite) -> Result<BTreeMap<NodeId, i64>, StoreError> {
    let values = values![site.head.id.to_string(), app.clock().today().to_number()];
    let rows: Vec<CountColumns> = tx.all(&queries::COUNTS, values).await?;
    Ok(rows.into_iter().map(|row| (NodeId(row.node_id), row.workers)).collect())
}

#[expect(
    clippy::too_many_arguments,
    reason = "the whole page in one query; a struct would only rename them"
)]
async fn groups(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    t: &T,
    site: &OpenSite,
    shown: &[&Node],
    search: &Search,
    number: PageNumber,
    counts: &BTreeMap<NodeId, i64>,
) -> Result<Paged<Group>, StoreError> {
    let masters = app.masters();
    let today = app.clock().today();
    let places = Rows::of(shown.iter().enumerate().map(|(place, node)| (node.id.0.as_str(), place)))?;
    let values = values![
        site.head.id.to_string(),
        places,
        today.to_number(),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        site.own.to_string(),
        number.limit(),
        number.offset()
    ];
    let rows: Vec<ListColumns> = tx.all(&queries::ROSTER, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let keeps = nodes_to_keep(viewer, site);
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let Some(node) = shown.iter().find(|n| n.id.0 == row.node_id) else {
            continue;
        };
        if groups.last().is_none_or(|group| group.node != node.id) {
            groups.push(Group {
                node: node.id.clone(),
                company: site.company_of(&node.id).to_owned(),
                place: site.place_name(t, node),
                workers: counts.get(&node.id).copied().unwrap_or(0),
                own: node.company == Some(site.own),
                may_keep: keeps.iter().any(|n| n.id == node.id),
                rows: Vec::new(),
            });
        }
        let trade: Option<TradeCode> = opt_id(row.trade, "roster_row.trade")?;
        let position: Option<PositionId> = opt_id(row.position, "roster_row.position")?;
        let worker: WorkerId = id(&row.worker_id, "roster_row.worker_id")?;
        let to = opt_day(row.to_day, "roster_row.to_day")?;
        let facts = Facts {
            chain: site.tree.chain(&node.id),
            tied: row.tied == 1,
            held: row.held == 1,
            trade,
            ended: to.is_some_and(|to| to < today),
            accrues: row.accrues == 1,
        };
        let listed = ListRow {
            worker,
            id: row.id,
            name: row.name,
            kana: row.name_kana,
            worker_id: (node.company == Some(site.own)).then(|| worker.grouped()),
            trade: trade.map(|code| trade_name(&masters, t, code)),
            position: position.map(|id| position_name(&masters, t, &id)),
            work_content: row.work_content,
            from: opt_day(row.from_day, "roster_row.from_day")?,
            to,
            marks: marks(t, site, &facts),
        };
        if let Some(group) = groups.last_mut() {
            group.rows.push(listed);
        }
    }
    Ok(Paged {
        rows: groups,
        total,
        page: number,
    })
}
