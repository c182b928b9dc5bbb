//! Agreements between companies (事業者間合意), the worker's consent to proxy handling (代理手続きの同意確認), and what the proxy
//! (代理手続事業者) may do by them.
//!
//! Registry rule book 4.2: two consents, of the company and of the worker, each revocable; with both, the *direct* upper company
//! handles the lower one's places and people at the sites where it stands right above it. Nothing of it reaches further: not to a
//! company beneath the lower one, not to a site where the two do not stand like that, not beyond the moment of revocation.

use serde::{Deserialize, Serialize};

use crate::ids::CompanyId;
use crate::organisation::{NodeId, NodeStatus, Tree};

/// State of an agreement. One that has ended is never opened again: who wants it back asks anew, and the workers are asked anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementState {
    /// The proxy has asked; the other has not answered.
    Asked,
    /// Both want it: it holds.
    Agreed,
    /// The other said no.
    Refused,
    /// The proxy took its request back.
    Withdrawn,
    /// One of the two ended it.
    Revoked,
}

impl AgreementState {
    const ALL: [Self; 5] = [Self::Asked, Self::Agreed, Self::Refused, Self::Withdrawn, Self::Revoked];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Agreed => "agreed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Revoked => "revoked",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }

    /// Between two companies there is at most one that is not over.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Agreed)
    }
}

/// Which of the two companies somebody acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The one that would handle the other's people.
    Proxy,
    /// The one whose people they are.
    Principal,
}

/// What can be done to an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementMove {
    /// Say yes.
    Agree,
    /// Say no.
    Refuse,
    /// Take the request back.
    Withdraw,
    /// End what holds.
    Revoke,
}

impl AgreementMove {
    /// All moves, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Agree, Self::Refuse, Self::Withdraw, Self::Revoke];

    /// Word in forms and translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::Revoke => "revoke",
        }
    }

    /// From the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.word() == word)
    }
}

/// The table of moves: where one leads, if it is allowed. It draws the buttons and guards the use case.
#[must_use]
pub fn leads_to(state: AgreementState, side: Side, what: AgreementMove) -> Option<AgreementState> {
    use AgreementMove::{Agree, Refuse, Revoke, Withdraw};
    match (state, side, what) {
        (AgreementState::Asked, Side::Principal, Agree) => Some(AgreementState::Agreed),
        (AgreementState::Asked, Side::Principal, Refuse) => Some(AgreementState::Refused),
        (AgreementState::Asked, Side::Proxy, Withdraw) => Some(AgreementState::Withdrawn),
        (AgreementState::Agreed, _, Revoke) => Some(AgreementState::Revoked),
        _ => None,
    }
}

/// What a proxy wants to do at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProxyAct {
    /// Approve an invitation in the lower company's place, or decline it (R-STR-3).
    Approve,
    /// Invite companies beneath the lower company's node.
    Organise,
    /// See the registered data of one of its workers, put him on its roster there, change his row.
    KeepRoster,
}

/// What decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyFacts {
    /// The two companies' agreement holds.
    pub agreed: bool,
    /// The proxy stands right above the node and is approved there: see [`right_above`].
    pub right_above: bool,
    /// The lower company has approved its node.
    pub approved: bool,
    /// The worker belongs to the lower company today.
    pub tied: bool,
    /// The worker consents.
    pub consents: bool,
}

/// Why a proxy may not: the first thing that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoProxy {
    /// The companies have no agreement (any more).
    NotAgreed,
    /// The proxy does not stand right above.
    NotRightAbove,
    /// The lower company has not approved its place.
    NotApproved,
    /// The worker does not belong to the lower company.
    NotTied,
    /// The worker does not consent (any more).
    NoConsent,
}

/// Whether a proxy may do something at a node of another company, with one of its workers.
///
/// # Errors
/// [`NoProxy`]: the first thing that is missing.
pub fn may_as_proxy(what: ProxyAct, facts: &ProxyFacts) -> Result<(), NoProxy> {
    let must = |holds, why| if holds { Ok(()) } else { Err(why) };
    must(facts.agreed, NoProxy::NotAgreed)?;
    must(facts.right_above, NoProxy::NotRightAbove)?;
    if what == ProxyAct::Approve {
        return Ok(());
    }
    must(facts.approved, NoProxy::NotApproved)?;
    if what == ProxyAct::Organise {
        return Ok(());
    }
    must(facts.tied, NoProxy::NotTied)?;
    must(facts.consents, NoProxy::NoConsent)
}

/// Whether a company stands right above a node of another one, approved.
#[must_use]
pub fn right_above(tree: &Tree, node: &NodeId, company: CompanyId) -> bool {
    let Some(node) = tree.get(node) else { return false };
    let upper = node.parent.as_ref().and_then(|parent| tree.get(parent));
    upper.is_some_and(|upper| upper.company == Some(company) && upper.status == NodeStatus::Approved)
        && node.company != Some(company)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::Node;

    #[test]
    fn moves_of_an_agreement() {
        use AgreementMove::{Agree, Refuse, Revoke, Withdraw};
        use AgreementState::{Agreed, Asked, Refused, Revoked, Withdrawn};
        use Side::{Principal, Proxy};
        let allowed = [
            (Asked, Principal, Agree, Agreed),
            (Asked, Principal, Refuse, Refused),
            (Asked, Proxy, Withdraw, Withdrawn),
            (Agreed, Proxy, Revoke, Revoked),
            (Agreed, Principal, Revoke, Revoked),
        ];
        for state in AgreementState::ALL {
            for side in [Proxy, Principal] {
                for what in AgreementMove::ALL {
                    let expected = allowed
                        .iter()
                        .find(|(from, who, how, _)| (*from, *who, *how) == (state, side, what));
                    assert_eq!(
                        leads_to(state, side, what),
                        expected.map(|(.., to)| *to),
                        "{state:?} {side:?} {what:?}"
                    );
                }
            }
            assert_eq!(AgreementState::from_word(state.word()), Some(state));
            assert_eq!(state.is_open(), matches!(state, Asked | Agreed));
        }
        assert_eq!(AgreementMove::from_word("agree"), Some(Agree));
        assert_eq!(AgreementMove::from_word("approve"), None);
    }

    #[test]
    fn what_a_proxy_may() {
        use NoProxy::{NoConsent, NotAgreed, NotApproved, NotRightAbove, NotTied};
        use ProxyAct::{Approve, KeepRoster, Organise};
        // agreed, right above, approved, tied, consents → approve, organise, keep the roster
        type Row = ([u8; 5], [Option<NoProxy>; 3]);
        let cases: [Row; 8] = [
            ([1, 1, 1, 1, 1], [None, None, None]),
            ([1, 1, 1, 1, 0], [None, None, Some(NoConsent)]),
            ([1, 1, 1, 0, 1], [None, None, Some(NotTied)]),
            ([1, 1, 0, 1, 1], [None, Some(NotApproved), Some(NotApproved)]),
            ([1, 0, 1, 1, 1], [Some(NotRightAbove); 3]),
            ([0, 1, 1, 1, 1], [Some(NotAgreed); 3]),
            ([0, 0, 0, 0, 0], [Some(NotAgreed); 3]),
            ([0, 1, 1, 0, 1], [Some(NotAgreed); 3]),
        ];
        for ([agreed, above, approved, tied, consents], expected) in cases {
            let facts = ProxyFacts {
                agreed: agreed == 1,
                right_above: above == 1,
                approved: approved == 1,
                tied: tied == 1,
                consents: consents == 1,
            };
            let seen = [Approve, Organise, KeepRoster].map(|what| may_as_proxy(what, &facts).err());
            assert_eq!(seen, expected, "{facts:?}");
        }
    }

    #[test]
    fn only_the_direct_upper_company_stands_right_above() {
        let company = |n| CompanyId::from_free_digits(n, 22).unwrap();
        let node = |name: &str, parent: Option<&str>, c, tier, status| Node {
            id: NodeId(name.into()),
            parent: parent.map(|p| NodeId(p.into())),
            company: Some(company(c)),
            tier,
            status,
            until: None,
        };
        let tree = Tree::new([
            node("p", None, 1, 0, NodeStatus::Approved),
            node("a", Some("p"), 2, 1, NodeStatus::Approved),
            node("b", Some("a"), 3, 2, NodeStatus::Invited),
            node("c", Some("b"), 4, 3, NodeStatus::Approved),
            node("own", Some("a"), 2, 2, NodeStatus::Approved),
        ]);
        // (node, company, stands right above)
        let cases = [
            ("a", 1, true),
            ("b", 2, true),
            ("b", 1, false),   // two steps up
            ("c", 3, false),   // not approved itself
            ("c", 2, false),   // two steps up
            ("a", 3, false),   // beneath
            ("p", 1, false),   // nobody is above the prime
            ("own", 2, false), // its own place needs no proxy
            ("gone", 1, false),
        ];
        for (node, c, expected) in cases {
            assert_eq!(right_above(&tree, &NodeId(node.into()), company(c)), expected, "{node} {c}");
        }
    }
}
