//! Where a company or a whole branch may stand, so that the tree stays one.

use std::collections::BTreeSet;

use super::{NodeId, NodeStatus, Tree};
use crate::ids::CompanyId;

/// Deepest tier. Real chains end at five or six; the bound keeps a tree, and every walk up it, small. Our rule.
pub const MOST_TIERS: u8 = 10;

/// Why nothing may be put under a node. The first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Misplaced {
    /// The node above has not approved yet, has declined or is taken out.
    UpperOpen,
    /// It would stand beneath itself.
    Loop,
    /// It stands there already.
    SamePlace,
    /// It is the company of the node above itself.
    Itself,
    /// The company stands above that place.
    Above,
    /// The company stands beneath that place.
    Beneath,
    /// The company stands right under the same node already.
    AlreadyThere,
    /// Tiers end at [`MOST_TIERS`].
    TooDeep,
}

impl Misplaced {
    /// Part of the key of its sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::UpperOpen => "not-approved-yet",
            Self::Loop => "is-loop",
            Self::SamePlace => "same-place",
            Self::Itself => "is-own",
            Self::Above => "is-upper",
            Self::Beneath => "is-lower",
            Self::AlreadyThere => "already-there",
            Self::TooDeep => "too-deep",
        }
    }
}

impl Tree {
    /// Why a company (none: one without an ID) may not be put right under `upper`; none if it may.
    #[must_use]
    pub fn misplaced(&self, company: Option<CompanyId>, upper: &NodeId) -> Option<Misplaced> {
        match self.get(upper) {
            Some(above) if above.status == NodeStatus::Invited => Some(Misplaced::UpperOpen),
            _ => self.misplaced_in_pattern(company, upper),
        }
    }

    /// The same where a whole pattern is put in: those in between may not have answered yet.
    #[must_use]
    pub fn misplaced_in_pattern(&self, company: Option<CompanyId>, upper: &NodeId) -> Option<Misplaced> {
        let above = self.get(upper).filter(|n| n.status.stands());
        let Some(above) = above else {
            return Some(Misplaced::UpperOpen);
        };
        if let Some(company) = company {
            if above.company == Some(company) {
                return Some(Misplaced::Itself);
            }
            // A company above would become its own lower one.
            if self.upward(upper).any(|n| n.company == Some(company)) {
                return Some(Misplaced::Above);
            }
            if self.beneath(upper).any(|n| n.company == Some(company) && n.status.stands()) {
                return Some(Misplaced::AlreadyThere);
            }
        }
        (above.tier >= MOST_TIERS).then_some(Misplaced::TooDeep)
    }

    /// Why a company may not take the place of the node; none if it may.
    #[must_use]
    pub fn misplaced_at(&self, company: CompanyId, node: &NodeId) -> Option<Misplaced> {
        let upper = self.get(node).and_then(|n| n.parent.as_ref());
        let Some(upper) = upper else {
            return Some(Misplaced::SamePlace);
        };
        let beneath = self
            .branch(node)
            .iter()
            .any(|n| n.company == Some(company) && n.status.stands());
        self.misplaced(Some(company), upper).or(beneath.then_some(Misplaced::Beneath))
    }

    /// Why a node, with all beneath it, may not be put under `upper`; none if it may.
    #[must_use]
    pub fn misplaced_branch(&self, node: &NodeId, upper: &NodeId) -> Option<Misplaced> {
        let branch = self.branch(node);
        if branch.iter().any(|n| n.id == *upper) {
            return Some(Misplaced::Loop);
        }
        let top = branch.first()?;
        if top.parent.as_ref() == Some(upper) {
            return Some(Misplaced::SamePlace);
        }
        if let Some(why) = self.misplaced(top.company, upper) {
            return Some(why);
        }
        let inside: BTreeSet<CompanyId> = branch
            .iter()
            .filter(|n| n.status.stands())
            .filter_map(|n| n.company)
            .collect();
        if self.upward(upper).filter_map(|n| n.company).any(|c| inside.contains(&c)) {
            return Some(Misplaced::Above);
        }
        let height = branch
            .iter()
            .filter(|n| n.status.stands())
            .map(|n| n.tier.saturating_sub(top.tier))
            .max()
            .unwrap_or(0);
        let deepest = self.get(upper)?.tier.saturating_add(1).saturating_add(height);
        (deepest > MOST_TIERS).then_some(Misplaced::TooDeep)
    }
}
