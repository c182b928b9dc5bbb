//! The chart of a site (施工体系図): the organisation as it is drawn on the wall of the site office, today or on any past day.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::WorkDay;
use domain::organisation::{Move, Node, NodeId, NodeStatus, Scope, act, allowed};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Frame, Mood, Page, page};

use super::invite::nodes_to_invite_under;
use super::past::as_of;
use super::queries;
use super::shape::{Principals, Seat, answerable, principals};
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::{OpenSite, open};
use crate::rows::millisecond;

/// Tiers up to which the chart is printed in wide boxes.
const WIDE_TIERS: u8 = 5;

/// A node as the chart draws it.
struct ChartNode {
    id: NodeId,
    tier: u8,
    company: String,
    own: bool,
    registered: bool,
    status: NodeStatus,
    mood: Mood,
    work_name: String,
    work_content: String,
    waiting_since: Option<Timestamp>,
    /// Last day, if one is entered for it or for one above.
    until: Option<WorkDay>,
    /// Workers on its roster; none where the viewer may not see them.
    workers: Option<i64>,
    may_answer: bool,
    /// In the place of its company.
    for_it: bool,
    may_invite: bool,
    may_keep_roster: bool,
    /// Nodes follow beneath it.
    opens: bool,
    /// So many branches end with it.
    closes: usize,
}

/// A node that is no longer on the chart.
struct Left {
    id: NodeId,
    company: String,
    tier: u8,
    until: Option<WorkDay>,
}

#[derive(FromQueryResult)]
struct FactColumns {
    id: String,
    invited_at: i64,
    workers: i64,
}

/// What of the tree is drawn, and what has left it: taken out, ended before `day`, or declined and invited anew.
fn drawn(site: &OpenSite, day: WorkDay) -> (Vec<&Node>, Vec<&Node>) {
    let ended = |n: &Node| site.tree.until(&n.id).is_some_and(|until| until < day);
    let (mut shown, mut left) = (Vec::new(), Vec::new());
    for node in site.visible_nodes() {
        if node.status == NodeStatus::Removed || ended(node) {
            left.push(node);
        } else if !invited_anew(site, node) {
            shown.push(node);
        }
    }
    (shown, left)
}

/// A declined node whose company was invited beneath the same node again: the chart shows the newer one.
fn invited_anew(site: &OpenSite, node: &Node) -> bool {
    let newer = |n: &Node| {
        n.parent == node.parent && n.id != node.id && (n.status.stands() || (n.status == NodeStatus::Declined && n.id > node.id))
    };
    node.status == NodeStatus::Declined && node.company.is_some_and(|c| site.tree.of_company(c).any(newer))
}

/// The chart of what the viewer may see, in drawing order. `past`: nothing can be done on it.
async fn chart_of(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    shown: &[&Node],
    day: WorkDay,
    past: bool,
) -> Result<Vec<ChartNode>, StoreError> {
    let facts: Vec<FactColumns> = if past {
        Vec::new()
    } else {
        tx.all(&queries::NODE_FACTS, values![site.head.id.to_string(), day.to_number()])
            .await?
    };
    let facts: BTreeMap<NodeId, FactColumns> = facts.into_iter().map(|f| (NodeId(f.id.clone()), f)).collect();
    let principals = if past {
        Principals::new()
    } else {
        principals(tx, site).await?
    };
    let inviting: Vec<&NodeId> = nodes_to_invite_under(app, viewer, site, &principals)
        .iter()
        .map(|n| &n.id)
        .collect();
    let depth = |n: &Node| site.tree.upward(&n.id).count() - 1;
    let mut chart = Vec::with_capacity(shown.len());
    for (place, node) in shown.iter().enumerate() {
        let own = node.company == Some(site.own);
        let (here, next) = (depth(node), shown.get(place + 1).map_or(0, |n| depth(n)));
        let facts = facts.get(&node.id);
        let words = site.words.get(&node.id);
        let sees_roster = match &site.scope {
            Scope::All => true,
            Scope::Branch { nodes, .. } => nodes.contains(&node.id),
        };
        let may = |what| !past && own && allowed(node.status, what) && viewer.may(act(what));
        let for_it = node.status == NodeStatus::Invited
            && node.company.is_some_and(|company| principals.contains_key(&company))
            && Seat::of(app, site, &principals, &node.id, false)
                .is_some_and(|seat| answerable(viewer, &seat) && seat.in_place_of(Move::Decline).is_some());
        chart.push(ChartNode {
            id: node.id.clone(),
            tier: node.tier,
            company: site.company_of(&node.id).to_owned(),
            own,
            registered: node.company.is_some(),
            status: node.status,
            mood: mood(node.status),
            work_name: words.map_or_else(String::new, |w| w.work_name.clone()),
            work_content: words.map_or_else(String::new, |w| w.work_content.clone()),
            waiting_since: match (node.status, facts) {
                (NodeStatus::Invited, Some(facts)) => Some(millisecond(facts.invited_at, "node.invited_at")?),
                _ => None,
            },
            until: site.tree.until(&node.id),
            workers: facts
                .filter(|_| sees_roster && node.status == NodeStatus::Approved && node.company.is_some())
                .map(|f| f.workers),
            may_answer: may(Move::Decline) || for_it,
            for_it,
            may_invite: !past && inviting.contains(&&node.id),
            may_keep_roster: may(Move::KeepRoster),
            opens: next > here,
            closes: here.saturating_sub(next),
        });
    }
    Ok(chart)
}

/// Colour of a state.
pub(super) fn mood(status: NodeStatus) -> Mood {
    match status {
        NodeStatus::Invited => Mood::Pending,
        NodeStatus::Approved => Mood::Good,
        NodeStatus::Declined => Mood::Bad,
        NodeStatus::Removed => Mood::Info,
    }
}

/// The day for which the chart is asked.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ChartQuery {
    day: String,
}

#[derive(Template)]
#[template(path = "organisation/templates/chart.html")]
struct ChartPage {
    frame: Frame,
    site: OpenSite,
    chart: Vec<ChartNode>,
    left: Vec<Left>,
    /// The day that is shown, if it is not today.
    past: Option<WorkDay>,
    /// As typed.
    day: String,
    /// What was typed is no day, or none that has passed.
    no_day: bool,
    today: WorkDay,
    companies: usize,
    waiting: usize,
    unregistered: usize,
    deep: bool,
    may_invite: bool,
}

/// The chart; `?day=2026-11-01` as it stood at the end of that day.
///
/// # Permissions
/// Companies in the organisation: the prime all of it, others their way up and what is beneath them.
pub(super) async fn chart(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<ChartQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let mut site = open(&tx, &viewer, &site).await?;
    let today = app.clock().today();
    let typed = query.day.trim().to_owned();
    let asked: Option<WorkDay> = typed.parse().ok();
    let past = asked.filter(|day| *day < today);
    let no_day = !typed.is_empty() && asked.is_none_or(|day| day > today);
    if let Some(day) = past {
        site = as_of(&tx, site, day).await?;
    }
    let may_invite = past.is_none() && !nodes_to_invite_under(&app, &viewer, &site, &Principals::new()).is_empty();
    let (shown, left) = drawn(&site, past.unwrap_or(today));
    let chart = chart_of(&app, &tx, &viewer, &site, &shown, past.unwrap_or(today), past.is_some()).await?;
    let left = left
        .into_iter()
        .map(|n| Left {
            id: n.id.clone(),
            company: site.company_of(&n.id).to_owned(),
            tier: n.tier,
            until: site.tree.until(&n.id).filter(|_| n.status != NodeStatus::Removed),
        })
        .collect();
    let frame = site.crumbs(frame).title("organisation-title");
    page(&ChartPage {
        companies: chart.iter().filter(|n| n.status.stands()).count(),
        waiting: chart.iter().filter(|n| n.status == NodeStatus::Invited).count(),
        unregistered: chart.iter().filter(|n| !n.registered).count(),
        deep: chart.iter().any(|n| n.tier > WIDE_TIERS),
        frame,
        site,
        chart,
        left,
        past,
        day: typed,
        no_day,
        today,
        may_invite,
    })
}
