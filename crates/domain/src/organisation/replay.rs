//! What happened to the organisation of a site, change by change. Played again up to any day, it gives the tree as it stood then.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Node, NodeId, NodeStatus, Tree};
use crate::ids::CompanyId;
use crate::time::WorkDay;

/// One change of one node, as it is kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A company was invited beneath another.
    Invited {
        /// The company.
        company: CompanyId,
        /// The node above.
        under: NodeId,
        /// Work name, as far as the upper company gave one.
        work_name: String,
    },
    /// A company that is not registered was put in by name.
    Named {
        /// Its name.
        name: String,
        /// The node above.
        under: NodeId,
        /// Work name.
        work_name: String,
    },
    /// The company approved.
    Approved {
        /// Work name.
        work_name: String,
        /// Work content.
        work_content: String,
    },
    /// The company declined.
    Declined,
    /// The company declined, and said why.
    DeclinedFor {
        /// Why, as typed.
        reason: String,
    },
    /// Work name and content were changed.
    Described {
        /// Work name.
        work_name: String,
        /// Work content.
        work_content: String,
    },
    /// A registered company took the place of one known by name.
    Replaced {
        /// The company.
        company: CompanyId,
    },
    /// It was put under another node, with all beneath it.
    Moved {
        /// The node above from now on.
        under: NodeId,
        /// The company is asked anew, since others stand above it now.
        asked: bool,
    },
    /// A last day was entered, or taken back.
    Ended {
        /// The last day; none: taken back.
        last_day: Option<WorkDay>,
    },
    /// It was taken out.
    Removed,
    /// Somebody else made the change in the company's place, by their agreement (R-STR-3).
    ByProxy {
        /// The agreement.
        agreement: String,
        /// The company in whose place it was done.
        of: CompanyId,
        /// What was done.
        change: Box<Change>,
    },
}

/// A node with what people read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The node.
    pub node: Node,
    /// Name of a company without an ID; else empty.
    pub name: String,
    /// Work name (工事名称).
    pub work_name: String,
    /// Work content (工事内容).
    pub work_content: String,
}

/// Plays changes again, oldest first, beginning with the prime's node. A change of a node that was never put in changes nothing.
#[must_use]
pub fn replay<'a>(prime: Entry, changes: impl IntoIterator<Item = (&'a NodeId, &'a Change)>) -> BTreeMap<NodeId, Entry> {
    let mut entries = BTreeMap::from([(prime.node.id.clone(), prime)]);
    for (id, change) in changes {
        apply(&mut entries, id, change);
    }
    entries
}

fn apply(entries: &mut BTreeMap<NodeId, Entry>, id: &NodeId, change: &Change) {
    let put = |entries: &mut BTreeMap<NodeId, Entry>, under: &NodeId, company, status, name: &str, work_name: &str| {
        let Some(tier) = entries.get(under).map(|upper| upper.node.tier.saturating_add(1)) else {
            return;
        };
        let node = Node {
            id: id.clone(),
            parent: Some(under.clone()),
            company,
            tier,
            status,
            until: None,
        };
        let entry = Entry {
            node,
            name: name.to_owned(),
            work_name: work_name.to_owned(),
            work_content: String::new(),
        };
        entries.insert(id.clone(), entry);
    };
    match change {
        Change::Invited {
            company,
            under,
            work_name,
        } => put(entries, under, Some(*company), NodeStatus::Invited, "", work_name),
        Change::Named { name, under, work_name } => put(entries, under, None, NodeStatus::Approved, name, work_name),
        Change::Moved { under, asked } => {
            let Some(tier) = entries.get(under).map(|upper| upper.node.tier.saturating_add(1)) else {
                return;
            };
            let branch: Vec<NodeId> = {
                let tree = Tree::new(entries.values().map(|e| e.node.clone()));
                tree.branch(id).into_iter().map(|n| n.id.clone()).collect()
            };
            let Some(old) = entries.get(id).map(|e| e.node.tier) else {
                return;
            };
            for id in &branch {
                if let Some(entry) = entries.get_mut(id) {
                    entry.node.tier = entry.node.tier.saturating_add(tier).saturating_sub(old);
                }
            }
            if let Some(entry) = entries.get_mut(id) {
                entry.node.parent = Some(under.clone());
                if *asked {
                    entry.node.status = NodeStatus::Invited;
                }
            }
        }
        Change::ByProxy { change, .. } => apply(entries, id, change),
        other => {
            let Some(entry) = entries.get_mut(id) else {
                return;
            };
            match other {
                Change::Approved { work_name, work_content } => {
                    entry.node.status = NodeStatus::Approved;
                    entry.work_name.clone_from(work_name);
                    entry.work_content.clone_from(work_content);
                }
                Change::Described { work_name, work_content } => {
                    entry.work_name.clone_from(work_name);
                    entry.work_content.clone_from(work_content);
                }
                Change::Declined | Change::DeclinedFor { .. } => entry.node.status = NodeStatus::Declined,
                Change::Replaced { company } => entry.node.company = Some(*company),
                Change::Ended { last_day } => entry.node.until = *last_day,
                Change::Removed => entry.node.status = NodeStatus::Removed,
                Change::Invited { .. } | Change::Named { .. } | Change::Moved { .. } | Change::ByProxy { .. } => {}
            }
        }
    }
}
