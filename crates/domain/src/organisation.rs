//! The construction organisation (施工体制) of one site: a tree of nodes from the prime (元請, tier 0) down.
//!
//! Rules from the registry rule book, chapter 6 (R-STR): an upper company invites a *direct* lower one, the lower one approves;
//! until then the node is open and protects the lower company's people. A company may stand at several nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::CompanyId;

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
}

impl NodeStatus {
    /// Stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Invited, Self::Approved, Self::Declined]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// What can be done to a node. One table draws the buttons and guards the use cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    /// The company itself approves.
    Approve,
    /// The company itself declines.
    Decline,
    /// Put a lower company beneath.
    InviteBelow,
    /// Put workers of the company on the roster.
    KeepRoster,
}

/// The table of allowed moves: which state allows what.
#[must_use]
pub fn allowed(status: NodeStatus, what: Move) -> bool {
    use Move::{Approve, Decline, InviteBelow, KeepRoster};
    matches!(
        (status, what),
        (NodeStatus::Invited, Approve | Decline) | (NodeStatus::Approved, InviteBelow | KeepRoster)
    )
}

/// One company's place in the organisation of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Key.
    pub id: NodeId,
    /// Node above; `None` for the prime.
    pub parent: Option<NodeId>,
    /// The company.
    pub company: CompanyId,
    /// Tier (次数): 0 prime, 1 first, and so on.
    pub tier: u8,
    /// State.
    pub status: NodeStatus,
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
        self.nodes.values().filter(move |n| n.company == company)
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
            Some(open) => Chain::UpperOpen(open.company),
        }
    }

    /// How a company stands to the site. A company that declined everything is a stranger.
    #[must_use]
    pub fn relation(&self, company: CompanyId) -> Relation {
        let mut relation = Relation::Stranger;
        for node in self.of_company(company) {
            if node.parent.is_none() {
                return Relation::Prime;
            }
            if node.status != NodeStatus::Declined {
                relation = Relation::Member;
            }
        }
        relation
    }

    /// Whether `node` stands at or below one of the company's approved nodes.
    #[must_use]
    pub fn is_under(&self, node: &NodeId, company: CompanyId) -> bool {
        self.upward(node)
            .any(|n| n.company == company && n.status == NodeStatus::Approved)
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
        let inside: BTreeSet<CompanyId> = nodes.iter().filter_map(|id| self.get(id)).map(|n| n.company).collect();
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
        let mut children: BTreeMap<Option<&NodeId>, Vec<&Node>> = BTreeMap::new();
        for node in self.nodes.values() {
            children.entry(node.parent.as_ref()).or_default().push(node);
        }
        let mut stack: Vec<&Node> = children.remove(&None).unwrap_or_default();
        stack.reverse();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(node) = stack.pop() {
            order.push(node);
            stack.extend(children.remove(&Some(&node.id)).unwrap_or_default().into_iter().rev());
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(n: u64) -> CompanyId {
        CompanyId::from_free_digits(n, 22).unwrap()
    }

    fn id(name: &str) -> NodeId {
        NodeId(name.into())
    }

    /// prime 1 ─ a: 2 ─ b: 3 (invited) ─ c: 4
    ///         └ d: 5 ─ e: 3
    fn tree() -> Tree {
        let node = |name: &str, parent: Option<&str>, c, tier, status| Node {
            id: id(name),
            parent: parent.map(id),
            company: company(c),
            tier,
            status,
        };
        Tree::new([
            node("p", None, 1, 0, NodeStatus::Approved),
            node("a", Some("p"), 2, 1, NodeStatus::Approved),
            node("b", Some("a"), 3, 2, NodeStatus::Invited),
            node("c", Some("b"), 4, 3, NodeStatus::Approved),
            node("d", Some("p"), 5, 1, NodeStatus::Approved),
            node("e", Some("d"), 3, 2, NodeStatus::Approved),
            node("f", Some("p"), 6, 1, NodeStatus::Declined),
        ])
    }

    #[test]
    fn chain_names_who_is_open() {
        let t = tree();
        assert_eq!(t.chain(&id("a")), Chain::Approved);
        assert_eq!(t.chain(&id("b")), Chain::OwnOpen);
        assert_eq!(t.chain(&id("c")), Chain::UpperOpen(company(3)));
        assert_eq!(t.chain(&id("e")), Chain::Approved);
    }

    #[test]
    fn who_sees_what() {
        let t = tree();
        // (viewer, employer of the row, node of the row, seen)
        let cases = [
            (1, 9, None, true),       // the prime sees everybody who touched at its site
            (2, 2, Some("a"), true),  // own
            (2, 3, Some("b"), false), // below, but not approved: protected
            (2, 4, Some("c"), true),  // below
            (2, 3, Some("e"), false), // the same company in another branch
            (5, 3, Some("e"), true),  // its upper there
            (5, 3, None, true),       // all approved nodes of 3 are under 5
            (2, 3, None, false),      // none of them is under 2
            (3, 2, Some("a"), false), // a lower company sees nothing above
            (5, 2, Some("a"), false), // sibling
            (9, 2, Some("a"), false), // unrelated
            (9, 9, None, true),       // own worker who touched where the company is not registered
        ];
        for (viewer, employer, node, seen) in cases {
            let node = node.map(id);
            assert_eq!(
                t.scope(company(viewer)).sees(Some(company(employer)), node.as_ref()),
                seen,
                "{viewer} {employer} {node:?}"
            );
        }
        assert_eq!(t.relation(company(6)), Relation::Stranger);
        assert_eq!(t.relation(company(3)), Relation::Member);
        assert!(!t.scope(company(9)).sees(None, None));
    }

    #[test]
    fn moves_follow_the_table() {
        use Move::{Approve, Decline, InviteBelow, KeepRoster};
        for what in [Approve, Decline] {
            assert!(
                allowed(NodeStatus::Invited, what)
                    && !allowed(NodeStatus::Approved, what)
                    && !allowed(NodeStatus::Declined, what)
            );
        }
        for what in [InviteBelow, KeepRoster] {
            assert!(
                !allowed(NodeStatus::Invited, what)
                    && allowed(NodeStatus::Approved, what)
                    && !allowed(NodeStatus::Declined, what)
            );
        }
    }

    #[test]
    fn chart_order_and_a_ring_do_not_hang() {
        let names: Vec<_> = tree().in_order().iter().map(|n| n.id.0.clone()).collect();
        assert_eq!(names, ["p", "a", "b", "c", "d", "e", "f"]);
        let ring = Tree::new([
            Node {
                id: id("x"),
                parent: Some(id("y")),
                company: company(1),
                tier: 1,
                status: NodeStatus::Approved,
            },
            Node {
                id: id("y"),
                parent: Some(id("x")),
                company: company(2),
                tier: 1,
                status: NodeStatus::Approved,
            },
        ]);
        assert_eq!(ring.upward(&id("x")).count(), 2);
        assert!(ring.in_order().is_empty());
    }
}
