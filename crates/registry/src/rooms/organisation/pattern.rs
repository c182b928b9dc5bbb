//! Use cases: a part of a tree is stored (施工体制パターン, 620 > 11), and put on a site in one go (R-STR-3).
//!
//! Every registered company in it is invited and answers for itself; so those in between may still be waiting. All of it is put in,
//! or nothing.

use domain::access::Act;
use domain::organisation::{Change, Misplaced, Move, Node, NodeId, NodeStatus, Tree};
use domain::{CompanyId, WorkDay};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::invite::{NewNode, left};
use super::queries;
use super::shape::{MoveRefusal, Principals, Seat, hindrance, hold, judge_again, write_down};
use super::tell::{self, Told};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::site::OpenSite;
use crate::rows::{id, millisecond, unreadable};
use crate::typed::{key, line};

/// Most companies of a pattern.
const MOST_LINES: usize = 300;

/// One company of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    /// The line above; none: right beneath the own node.
    under: Option<usize>,
    company: Option<CompanyId>,
    name: String,
    work_name: String,
}

/// A stored pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Key of its row.
    pub id: String,
    /// What its company calls it.
    pub name: String,
    /// When it was stored.
    pub stored: Timestamp,
    lines: Vec<Line>,
}

impl Pattern {
    /// How many companies are in it.
    #[must_use]
    pub fn companies(&self) -> usize {
        self.lines.len()
    }

    fn depth(&self, line: &Line) -> usize {
        // A line only ever stands under an earlier one, so this ends.
        line.under
            .and_then(|n| self.lines.get(n))
            .map_or(0, |above| self.depth(above) + 1)
    }
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    body: String,
    created_at: i64,
}

fn read(row: Columns) -> Result<Pattern, StoreError> {
    let lines: Vec<Line> = serde_json::from_str(&row.body).map_err(|_| unreadable("tree_pattern.body"))?;
    if lines
        .iter()
        .enumerate()
        .any(|(n, line)| line.under.is_some_and(|under| under >= n))
    {
        return Err(unreadable("tree_pattern.body"));
    }
    Ok(Pattern {
        id: row.id,
        name: row.name,
        stored: millisecond(row.created_at, "tree_pattern.created_at")?,
        lines,
    })
}

/// The patterns of the viewer's company.
pub(super) async fn patterns(tx: &Tx, viewer: &Viewer) -> Result<Vec<Pattern>, StoreError> {
    let Some(own) = viewer.company_id().filter(|_| viewer.may(Act::Invite)) else {
        return Ok(Vec::new());
    };
    let rows: Vec<Columns> = tx.all(&queries::PATTERNS, values![own.to_string()]).await?;
    rows.into_iter().map(read).collect()
}

/// One of them.
pub(super) async fn pattern(tx: &Tx, viewer: &Viewer, id: &str) -> Result<Option<Pattern>, StoreError> {
    let (Some(own), Some(id)) = (viewer.company_id().filter(|_| viewer.may(Act::Invite)), key(id)) else {
        return Ok(None);
    };
    let row: Option<Columns> = tx.one(&queries::PATTERN, values![id, own.to_string()]).await?;
    row.map(read).transpose()
}

/// Stores what stands beneath a node of one's own.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn store_pattern(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    name: &str,
) -> UseCase<String, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::Invite) && viewer.acts_for(&site.tree, node))
        .ok_or(refuse(MoveRefusal::Forbidden))?;
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", name, 60, true);
    let lines = lines_beneath(site, node, app.clock().today());
    if lines.is_empty() {
        errors.add("name", "pattern-nothing-beneath");
    } else if lines.len() > MOST_LINES {
        errors.add_with("name", "pattern-too-large", vec![("most", MOST_LINES.into())]);
    }
    let patterns = patterns(tx, viewer).await?;
    if patterns.iter().any(|p| p.name == name) {
        errors.add("name", "pattern-name-taken");
    }
    if !errors.is_empty() {
        return Err(refuse(MoveRefusal::Fields(errors)));
    }
    let id = app.new_key();
    let body = serde_json::to_string(&lines).map_err(|_| unreadable("tree_pattern.body"))?;
    let values = values![
        id.as_str(),
        own.to_string(),
        name,
        body,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::INSERT_PATTERN, values).await?;
    Ok(id)
}

/// What stands beneath a node now, those above before those beneath.
fn lines_beneath(site: &OpenSite, node: &NodeId, today: WorkDay) -> Vec<Line> {
    let mut placed: Vec<(NodeId, Line)> = Vec::new();
    for below in site.tree.branch(node).into_iter().skip(1) {
        if !below.status.stands() || below.ended(today) {
            continue;
        }
        let under = below
            .parent
            .as_ref()
            .and_then(|parent| placed.iter().position(|(id, _)| id == parent));
        // Beneath one that has left.
        if under.is_none() && below.parent.as_ref() != Some(node) {
            continue;
        }
        let words = site.words.get(&below.id);
        let line = Line {
            under,
            company: below.company,
            name: words.map_or_else(String::new, |w| w.company.clone()),
            work_name: words.map_or_else(String::new, |w| w.work_name.clone()),
        };
        placed.push((below.id.clone(), line));
    }
    placed.into_iter().map(|(_, line)| line).collect()
}

/// Takes a pattern off the list.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn drop_pattern(app: &App, tx: &Tx, viewer: &Viewer, pattern: &str) -> UseCase<(), MoveRefusal> {
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::Invite))
        .ok_or(UseCaseError::Refused(MoveRefusal::Forbidden))?;
    let values = values![pattern, own.to_string(), app.clock().now().as_millisecond()];
    if tx.run(&queries::END_PATTERN, values).await? == 0 {
        return Err(UseCaseError::Refused(MoveRefusal::NotFound));
    }
    Ok(())
}

/// One company of a pattern, as it would come to stand on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedNode {
    /// Tiers beneath the own node.
    pub(super) depth: usize,
    /// The company's name as it is today.
    pub(super) name: String,
    /// It has no ID.
    pub(super) unregistered: bool,
    /// Work name.
    pub(super) work_name: String,
    /// Key of the sentence why it cannot stand there.
    pub(super) fault: Option<String>,
}

#[derive(FromQueryResult)]
struct StateColumns {
    id: String,
    name: String,
    state: String,
}

/// What putting a pattern beneath a node would come to, company by company.
pub(super) async fn plan(tx: &Tx, site: &OpenSite, node: &NodeId, pattern: &Pattern) -> Result<Vec<PlannedNode>, StoreError> {
    let companies: std::collections::BTreeSet<CompanyId> = pattern.lines.iter().filter_map(|l| l.company).collect();
    let rows = Rows::of(companies.iter().map(|c| [c.to_string()]))?;
    let mut states = std::collections::BTreeMap::new();
    for row in tx.all::<StateColumns>(&queries::STATES, values![rows]).await? {
        states.insert(id::<CompanyId>(&row.id, "company.id")?, (row.name, row.state));
    }
    // The tree as it would grow, line by line.
    let mut nodes: Vec<Node> = site.tree.nodes().cloned().collect();
    let own = site.tree.get(node).map_or(0, |n| n.tier);
    let place = |n: usize| NodeId(format!("line {n}"));
    let mut plan = Vec::with_capacity(pattern.lines.len());
    for (number, line) in pattern.lines.iter().enumerate() {
        let tree = Tree::new(nodes.iter().cloned());
        let under = line.under.map_or_else(|| node.clone(), place);
        let state = line.company.map(|c| states.get(&c));
        let gone = state.flatten().and_then(|(_, state)| left(state));
        let same_name = |n: &&Node| n.status.stands() && n.company.is_none() && site.company_of(&n.id) == line.name;
        let fault = match state {
            Some(None) => Some("organisation-no-such-company".to_owned()),
            Some(Some(_)) if gone.is_some() => gone.map(str::to_owned),
            None if site.tree.beneath(&under).any(|n| same_name(&n)) => Some(super::invite::sentence(Misplaced::AlreadyThere)),
            _ => tree.misplaced_in_pattern(line.company, &under).map(super::invite::sentence),
        };
        let depth = pattern.depth(line);
        nodes.push(Node {
            id: place(number),
            parent: Some(under),
            company: line.company,
            tier: own.saturating_add(u8::try_from(depth + 1).unwrap_or(u8::MAX)),
            status: if line.company.is_some() {
                NodeStatus::Invited
            } else {
                NodeStatus::Approved
            },
            until: None,
        });
        plan.push(PlannedNode {
            depth,
            name: state.flatten().map_or_else(|| line.name.clone(), |(name, _)| name.clone()),
            unregistered: line.company.is_none(),
            work_name: line.work_name.clone(),
            fault,
        });
    }
    Ok(plan)
}

/// Puts a pattern beneath a node of one's own: everything or nothing. Gives how many companies came in.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn apply_pattern(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    stored: &str,
) -> UseCase<usize, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    if !viewer.may(Act::Invite) {
        return Err(refuse(MoveRefusal::Forbidden));
    }
    let site = hold(tx, viewer, site.head.id).await?;
    // Beneath its own only: a pattern is put together for one's own people.
    let seat = Seat::of(app, &site, &Principals::new(), node, false).ok_or(refuse(MoveRefusal::NotFound))?;
    if !viewer.acts_for(&site.tree, node) {
        return Err(refuse(MoveRefusal::Forbidden));
    }
    if let Some(why) = hindrance(viewer, &seat, Move::InviteBelow) {
        return Err(refuse(MoveRefusal::Obstacle(why)));
    }
    let pattern = pattern(tx, viewer, stored).await?.ok_or(refuse(MoveRefusal::NotFound))?;
    let planned = plan(tx, &site, node, &pattern).await?;
    let faulty = planned.iter().filter(|line| line.fault.is_some()).count();
    if faulty > 0 {
        let mut errors = FieldErrors::new();
        errors.add_with("pattern", "pattern-faulty", vec![("count", faulty.into())]);
        return Err(refuse(MoveRefusal::Fields(errors)));
    }
    let ids: Vec<NodeId> = pattern.lines.iter().map(|_| NodeId(app.new_key())).collect();
    let own = site.tree.get(node).map_or(0, |n| n.tier);
    let mut new = Vec::with_capacity(ids.len());
    for (id, line) in ids.iter().zip(&pattern.lines) {
        let depth = u8::try_from(pattern.depth(line) + 1).unwrap_or(u8::MAX);
        new.push(NewNode {
            id: id.clone(),
            under: line.under.and_then(|n| ids.get(n)).unwrap_or(node),
            tier: own.saturating_add(depth),
            who: line.company.ok_or_else(|| line.name.clone()),
            work_name: line.work_name.clone(),
        });
    }
    let changes: Vec<(NodeId, Change)> = new.iter().map(NewNode::change).collect();
    let version = write_down(app, tx, viewer, site.head.id, &changes).await?;
    for (line, stored) in new.iter().zip(&pattern.lines) {
        line.insert(app, tx, site.head.id, version).await?;
        if let Ok(company) = line.who {
            let above = stored.under.and_then(|n| planned.get(n)).map(|p| p.name.as_str());
            let told = Told {
                node: &line.id,
                site: &site.head.name,
                upper: above.unwrap_or_else(|| site.name_of(site.own)),
            };
            tell::invited(app, tx, company, "invited", told).await?;
        }
    }
    judge_again(app, tx, site.head.id).await?;
    Ok(new.len())
}
