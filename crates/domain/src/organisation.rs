//! The construction organisation (施工体制) of one site: a tree of nodes from the prime (元請, tier 0) down.
//!
//! Rules from the registry rule book, chapter 6 (R-STR): an upper company invites a *direct* lower one, the lower one approves;
//! until then the node is open and protects the lower company's people. A company may stand at several nodes.

use std::collections::{BTreeMap, BTreeSet};

mod moves;
mod places;
mod replay;

pub use moves::{Move, Obstacle, Place, Stands, act, allowed, obstacle};
pub use places::{MOST_TIERS, Misplaced};
pub use replay::{Change, Entry, replay};
use serde::{Deserialize, Serialize};

use crate::agreement::right_above;
use crate::ids::CompanyId;
use crate::time::WorkDay;

/// Key of a node, for machines only (a ULID as text).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub String);

impl std::fmt::Display for NodeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// State of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeStatus {
    /// Invited (招待・要請), not yet approved (未承認).
    Invited,
    /// Approved (承認) by the company itself: registered (登録).
    Approved,
    /// The company declined the invitation.
    Declined,
    /// Taken out again (削除): an invitation taken back, or a node that nothing hangs on.
    Removed,
}

impl NodeStatus {
    /// Stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Removed => "removed",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Invited, Self::Approved, Self::Declined, Self::Removed]
            .into_iter()
            .find(|s| s.word() == word)
    }

    /// Whether a node in this state stands in the tree: invited or approved.
    #[must_use]
    pub fn stands(self) -> bool {
        matches!(self, Self::Invited | Self::Approved)
    }
}

/// One company's place in the organisation of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Key.
    pub id: NodeId,
    /// Node above; `None` for the prime.
    pub parent: Option<NodeId>,
    /// The company; none: one that is not registered (CCUS未登録) and stands here by name only (R-STR-4).
    pub company: Option<CompanyId>,
    /// Tier (次数): 0 prime, 1 first, and so on.
    pub tier: u8,
    /// State.
    pub status: NodeStatus,
    /// Last day in the organisation; none: as long as the site.
    pub until: Option<WorkDay>,
}

impl Node {
    /// Whether its last day has passed on `day`.
    #[must_use]
    pub fn ended(&self, day: WorkDay) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// How far the way from a node up to the prime is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// The node and all above it are approved.
    Approved,
    /// The node's own company has not approved yet.
    OwnOpen,
    /// A company above has not approved yet: the lowest such one.
    UpperOpen(CompanyId),
}

/// How a company stands to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is the prime.
    Prime,
    /// It stands at one or more nodes below.
    Member,
    /// It has nothing to do with the site.
    Stranger,
}

/// Whose history rows of a site a company may see (role matrix, views 2-1 to 2-4: prime and upper companies see what is below
/// them, the employer its own workers' days with it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every row of the site.
    All,
    /// The rows of a branch.
    Branch {
        /// The viewer.
        own: CompanyId,
        /// Approved nodes at or below the viewer's.
        nodes: BTreeSet<NodeId>,
        /// Companies all of whose nodes are in `nodes`: rows without a node are shown for these employers.
        companies: BTreeSet<CompanyId>,
    },
}

impl Scope {
    /// Whether a row with this employer and node may be seen.
    #[must_use]
    pub fn sees(&self, employer: Option<CompanyId>, node: Option<&NodeId>) -> bool {
        match self {
            Self::All => true,
            Self::Branch { own, nodes, companies } => {
                employer == Some(*own)
                    || match node {
                        Some(node) => nodes.contains(node),
                        None => employer.is_some_and(|e| companies.contains(&e)),
                    }
            }
        }
    }
}

/// The organisation of one site.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: BTreeMap<NodeId, Node>,
}

impl Tree {
    /// From its nodes, in any order.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = Node>) -> Self {
        Self {
            nodes: nodes.into_iter().map(|n| (n.id.clone(), n)).collect(),
        }
    }

    /// A node.
    #[must_use]
    pub fn get(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// All nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// The nodes of a company.
    pub fn of_company(&self, company: CompanyId) -> impl Iterator<Item = &Node> {
        self.nodes.values().filter(move |n| n.company == Some(company))
    }

    /// The node and those above it, nearest first. Stops at a gap or after as many steps as there are nodes, so a ring cannot hang it.
    pub fn upward(&self, id: &NodeId) -> impl Iterator<Item = &Node> {
        std::iter::successors(self.nodes.get(id), |n| n.parent.as_ref().and_then(|p| self.nodes.get(p))).take(self.nodes.len())
    }

    /// How far the way up is approved (R-STR-2; site-systems rule book 3.4: all upper companies too).
    #[must_use]
    pub fn chain(&self, id: &NodeId) -> Chain {
        match self.upward(id).find(|n| n.status != NodeStatus::Approved) {
            None => Chain::Approved,
            Some(open) if open.id == *id => Chain::OwnOpen,
            // One that is not registered cannot approve, and need not.
            Some(open) => open.company.map_or(Chain::Approved, Chain::UpperOpen),
        }
    }

    /// Last day on which the node and all above it are in the organisation; none: as long as the site.
    #[must_use]
    pub fn until(&self, id: &NodeId) -> Option<WorkDay> {
        self.upward(id).filter_map(|n| n.until).min()
    }

    /// The nodes right beneath one, whatever their state.
    pub fn beneath<'a>(&'a self, id: &'a NodeId) -> impl Iterator<Item = &'a Node> {
        self.nodes.values().filter(move |n| n.parent.as_ref() == Some(id))
    }

    /// The node and all beneath it, in the order of the chart.
    #[must_use]
    pub fn branch(&self, id: &NodeId) -> Vec<&Node> {
        self.in_order_from(self.nodes.get(id).into_iter().collect())
    }

    /// Those beneath a node that have not answered yet: they go with it when it declines.
    #[must_use]
    pub fn waiting_beneath(&self, id: &NodeId) -> Vec<NodeId> {
        let waiting = self
            .branch(id)
            .into_iter()
            .skip(1)
            .filter(|n| n.status == NodeStatus::Invited);
        waiting.map(|n| n.id.clone()).collect()
    }

    /// What of a node decides which moves are possible on `today`; `used`: workers stand on its roster. None without such a node.
    #[must_use]
    pub fn place(&self, id: &NodeId, used: bool, today: WorkDay) -> Option<Place> {
        let node = self.get(id)?;
        let beneath = self.branch(id);
        let any = |status| beneath.iter().skip(1).any(|n| n.status == status);
        Some(Place {
            status: node.status,
            prime: node.parent.is_none(),
            registered: node.company.is_some(),
            ended: node.until.is_some(),
            closed: self.until(id).is_some_and(|until| until < today),
            leaf: !beneath.iter().skip(1).any(|n| n.status.stands()),
            open_beneath: any(NodeStatus::Invited),
            approved_beneath: any(NodeStatus::Approved),
            used,
        })
    }

    /// How a company stands to a node. Whether they have an agreement, the tree does not know.
    #[must_use]
    pub fn stands(&self, company: CompanyId, id: &NodeId) -> Stands {
        Stands {
            own: self.get(id).is_some_and(|n| n.company == Some(company)),
            upper: self.registered_above(id) == Some(company),
            prime: self.relation(company) == Relation::Prime,
            right_above: right_above(self, id, company),
            principal: None,
        }
    }

    /// The nearest registered company above a node: who acts for those beneath an unregistered one.
    #[must_use]
    pub fn registered_above(&self, id: &NodeId) -> Option<CompanyId> {
        self.upward(id).skip(1).find_map(|n| n.company)
    }

    /// How a company stands to the site. A company that declined everything is a stranger.
    #[must_use]
    pub fn relation(&self, company: CompanyId) -> Relation {
        let mut relation = Relation::Stranger;
        for node in self.of_company(company) {
            if node.parent.is_none() {
                return Relation::Prime;
            }
            if node.status.stands() {
                relation = Relation::Member;
            }
        }
        relation
    }

    /// Whether `node` stands at or below one of the company's approved nodes.
    #[must_use]
    pub fn is_under(&self, node: &NodeId, company: CompanyId) -> bool {
        self.upward(node)
            .any(|n| n.company == Some(company) && n.status == NodeStatus::Approved)
    }

    /// What the company may see of the site's history.
    #[must_use]
    pub fn scope(&self, company: CompanyId) -> Scope {
        if self.relation(company) == Relation::Prime {
            return Scope::All;
        }
        let nodes: BTreeSet<NodeId> = self
            .nodes
            .values()
            .filter(|n| n.status == NodeStatus::Approved && self.is_under(&n.id, company))
            .map(|n| n.id.clone())
            .collect();
        let inside: BTreeSet<CompanyId> = nodes.iter().filter_map(|id| self.get(id)?.company).collect();
        let companies = inside
            .into_iter()
            .filter(|c| {
                self.of_company(*c)
                    .filter(|n| n.status == NodeStatus::Approved)
                    .all(|n| nodes.contains(&n.id))
            })
            .collect();
        Scope::Branch {
            own: company,
            nodes,
            companies,
        }
    }

    /// Nodes in the order of the wall chart: each followed by those beneath it.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Node> {
        self.in_order_from(self.nodes.values().filter(|n| n.parent.is_none()).collect())
    }

    fn in_order_from<'a>(&'a self, tops: Vec<&'a Node>) -> Vec<&'a Node> {
        let mut children: BTreeMap<&NodeId, Vec<&Node>> = BTreeMap::new();
        for node in self.nodes.values() {
            if let Some(parent) = &node.parent {
                children.entry(parent).or_default().push(node);
            }
        }
        let mut stack = tops;
        stack.reverse();
        let mut order = Vec::new();
        while let Some(node) = stack.pop() {
            order.push(node);
            stack.extend(children.remove(&node.id).unwrap_or_default().into_iter().rev());
        }
        order
    }
}

#[cfg(test)]
mod tests;
