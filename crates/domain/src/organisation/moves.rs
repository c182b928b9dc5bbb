//! What may be done to a node, by whom, and why not: one table that draws the buttons and guards the use cases.
//!
//! Registry rule book chapter 6: R-STR-1, 2, 4 to 7. Where it marks a proposal (deletion) or is silent (moving, ending), it is our
//! rule, and says so.

use super::NodeStatus;
use crate::access::{Act, CompanyState};
use crate::agreement::{ProxyAct, ProxyFacts, may_as_proxy};

/// What can be done to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// The company itself approves, or the one right above by their agreement.
    Approve,
    /// The company itself declines, or the one right above by their agreement.
    Decline,
    /// Put a lower company beneath.
    InviteBelow,
    /// Put workers of the company on the roster.
    KeepRoster,
    /// Change work name and content (工事内容編集).
    Describe,
    /// Put a registered company in the place of one that is known by name only (置換).
    Replace,
    /// Put it, with all beneath it, under another node.
    MoveUnder,
    /// Enter the last day of it and of all beneath it.
    End,
    /// Take the last day back.
    Reopen,
    /// Take it out (削除).
    Remove,
}

impl Move {
    /// All moves.
    pub const ALL: [Self; 10] = [
        Self::Approve,
        Self::Decline,
        Self::InviteBelow,
        Self::KeepRoster,
        Self::Describe,
        Self::Replace,
        Self::MoveUnder,
        Self::End,
        Self::Reopen,
        Self::Remove,
    ];
}

/// What a node allows by its state alone.
#[must_use]
pub fn allowed(status: NodeStatus, what: Move) -> bool {
    match status {
        NodeStatus::Invited => !matches!(what, Move::InviteBelow | Move::KeepRoster | Move::Replace),
        NodeStatus::Approved => !matches!(what, Move::Approve | Move::Decline),
        NodeStatus::Declined | NodeStatus::Removed => false,
    }
}

/// The right a role needs for a move (R-STR-7).
#[must_use]
pub fn act(what: Move) -> Act {
    match what {
        Move::Approve => Act::Approve,
        Move::Decline => Act::Decline,
        Move::InviteBelow => Act::Invite,
        Move::KeepRoster => Act::KeepRoster,
        Move::Describe | Move::Replace | Move::MoveUnder | Move::End | Move::Reopen | Move::Remove => Act::KeepOrganisation,
    }
}

/// What about a node decides whether a move is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its state.
    pub status: NodeStatus,
    /// It is the prime's own node.
    pub prime: bool,
    /// Its company has an ID.
    pub registered: bool,
    /// A last day is entered for it.
    pub ended: bool,
    /// Its last day, or that of one above, has passed.
    pub closed: bool,
    /// Nothing stands beneath it.
    pub leaf: bool,
    /// Somebody beneath it has not answered yet.
    pub open_beneath: bool,
    /// Somebody beneath it has approved.
    pub approved_beneath: bool,
    /// Workers stand on its roster, or days were collected for it.
    pub used: bool,
}

/// How the company that wants to move stands to the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stands {
    /// The node is its own.
    pub own: bool,
    /// It is the direct upper company; beneath unregistered ones the nearest registered one.
    pub upper: bool,
    /// It is the prime of the site.
    pub prime: bool,
    /// It stands right above, approved: [`crate::agreement::right_above`].
    pub right_above: bool,
    /// State of the node's company, if that one has agreed to be handled by it.
    pub principal: Option<CompanyState>,
}

impl Stands {
    /// Whether it may make a move in the place of the node's company (R-STR-3; registry rule book 4.2): what the agreement covers, as far
    /// as that company itself could. An agreement does not lift what an expired or suspended company may not do.
    #[must_use]
    pub fn by_proxy(self, what: Move, status: NodeStatus) -> bool {
        let proxy_act = match what {
            Move::Approve | Move::Decline => ProxyAct::Approve,
            Move::InviteBelow => ProxyAct::Organise,
            // The worker decides too: the roster asks.
            Move::KeepRoster | Move::Describe | Move::Replace | Move::MoveUnder | Move::End | Move::Reopen | Move::Remove => {
                return false;
            }
        };
        let facts = ProxyFacts {
            agreed: self.principal.is_some_and(|state| state.lets(act(what))),
            right_above: self.right_above,
            approved: status == NodeStatus::Approved,
            tied: false,
            consents: false,
        };
        !self.own && may_as_proxy(proxy_act, &facts).is_ok()
    }
}

/// Why a move is not possible. The first that applies, in the order of what a person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// Others make this move.
    NotYours,
    /// The node's state is past it: answered, declined or taken out.
    State,
    /// The prime's own node stays as it is.
    Prime,
    /// Its last day has passed: take that back first.
    Ended,
    /// No last day is entered.
    NotEnded,
    /// Only companies without an ID are replaced.
    Registered,
    /// A company without an ID has no roster (R-STR-4).
    Unregistered,
    /// Somebody beneath it has not answered yet (R-STR-5).
    OpenBeneath,
    /// Companies stand beneath it: end it instead (R-STR-6).
    HasLower,
    /// It has workers or days: end it instead (R-STR-6).
    Used,
}

impl Obstacle {
    /// Part of the key of its sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotYours => "not-yours",
            Self::State => "state",
            Self::Prime => "prime",
            Self::Ended => "ended",
            Self::NotEnded => "not-ended",
            Self::Registered => "registered",
            Self::Unregistered => "unregistered",
            Self::OpenBeneath => "open-beneath",
            Self::HasLower => "has-lower",
            Self::Used => "used",
        }
    }
}

/// The table: why the move is not possible; none if it is.
#[must_use]
pub fn obstacle(place: &Place, stands: Stands, what: Move) -> Option<Obstacle> {
    let yours = match what {
        // Nobody else's word makes a company's people visible to those above (R-STR-2), unless it said so (R-STR-3).
        Move::Approve | Move::Decline => stands.own || stands.by_proxy(what, place.status),
        Move::KeepRoster => stands.own,
        // One without an ID cannot sign in: the company above it acts.
        Move::InviteBelow => stands.own || (!place.registered && stands.upper) || stands.by_proxy(what, place.status),
        Move::Describe => stands.own || stands.upper || stands.prime,
        Move::Replace => stands.upper,
        Move::MoveUnder | Move::End | Move::Reopen | Move::Remove => stands.upper || stands.prime,
    };
    let no = |hindered: bool, why: Obstacle| hindered.then_some(why);
    no(!yours, Obstacle::NotYours)
        .or(no(!allowed(place.status, what), Obstacle::State))
        .or(match what {
            Move::Replace | Move::MoveUnder | Move::End | Move::Reopen | Move::Remove => no(place.prime, Obstacle::Prime),
            _ => None,
        })
        .or(match what {
            Move::InviteBelow | Move::Replace | Move::MoveUnder | Move::Approve | Move::Decline => {
                no(place.closed, Obstacle::Ended)
            }
            Move::Reopen => no(!place.ended, Obstacle::NotEnded),
            _ => None,
        })
        .or(match what {
            Move::KeepRoster => no(!place.registered, Obstacle::Unregistered),
            // Asked anew after a move, while companies of its own stand beneath: those would hang on nobody.
            Move::Decline => no(place.approved_beneath, Obstacle::HasLower),
            Move::Replace => no(place.registered, Obstacle::Registered).or(no(place.open_beneath, Obstacle::OpenBeneath)),
            // Our rule, after the rule book's proposal: only what nothing hangs on. Everything else gets a last day.
            Move::Remove => no(!place.leaf, Obstacle::HasLower).or(no(place.used, Obstacle::Used)),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Place = Place {
        status: NodeStatus::Approved,
        prime: false,
        registered: true,
        ended: false,
        closed: false,
        leaf: true,
        open_beneath: false,
        approved_beneath: false,
        used: false,
    };
    const NOBODY: Stands = Stands {
        own: false,
        upper: false,
        prime: false,
        right_above: false,
        principal: None,
    };
    const OWN: Stands = Stands { own: true, ..NOBODY };
    const UPPER: Stands = Stands {
        upper: true,
        right_above: true,
        ..NOBODY
    };
    const PRIME: Stands = Stands { prime: true, ..NOBODY };
    const PROXY: Stands = Stands {
        principal: Some(CompanyState::Registered),
        ..UPPER
    };

    /// One letter per move in the order of `Move::ALL`: `+` possible, else the first letter of why not.
    fn row(place: Place, stands: Stands) -> String {
        let sign = |o| match o {
            None => '+',
            Some(Obstacle::NotYours) => '-',
            Some(Obstacle::State) => 's',
            Some(Obstacle::Prime) => 'p',
            Some(Obstacle::Ended) => 'e',
            Some(Obstacle::NotEnded) => 'n',
            Some(Obstacle::Registered) => 'r',
            Some(Obstacle::Unregistered) => 'u',
            Some(Obstacle::OpenBeneath) => 'o',
            Some(Obstacle::HasLower) => 'l',
            Some(Obstacle::Used) => 'h',
        };
        Move::ALL.iter().map(|what| sign(obstacle(&place, stands, *what))).collect()
    }

    #[test]
    fn the_table() {
        let invited = Place {
            status: NodeStatus::Invited,
            ..PLAIN
        };
        let nameless = Place {
            registered: false,
            ..PLAIN
        };
        let upper_of_all = Place {
            leaf: false,
            used: true,
            ..PLAIN
        };
        let cases = [
            // approve decline invite roster describe replace move end reopen remove
            ("own, approved", PLAIN, OWN, "ss+++-----"),
            ("own, invited", invited, OWN, "++ss+-----"),
            (
                "own, asked anew with companies beneath",
                Place {
                    approved_beneath: true,
                    leaf: false,
                    ..invited
                },
                OWN,
                "+lss+-----",
            ),
            ("upper, approved", PLAIN, UPPER, "----+r++n+"),
            ("upper, invited", invited, UPPER, "----+s++n+"),
            ("prime, two tiers up", PLAIN, PRIME, "----+-++n+"),
            ("proxy, approved", PLAIN, PROXY, "ss+-+r++n+"),
            ("proxy, invited", invited, PROXY, "++--+s++n+"),
            (
                "proxy of a company whose registration ran out, invited",
                invited,
                Stands {
                    principal: Some(CompanyState::Expired),
                    ..PROXY
                },
                "-+--+s++n+",
            ),
            (
                "proxy of a suspended company, approved",
                PLAIN,
                Stands {
                    principal: Some(CompanyState::Suspended),
                    ..PROXY
                },
                "-s--+r++n+",
            ),
            (
                "an agreement, but two tiers up",
                invited,
                Stands {
                    right_above: false,
                    upper: false,
                    ..PROXY
                },
                "----------",
            ),
            (
                "an agreement, and the prime two tiers up",
                invited,
                Stands {
                    right_above: false,
                    upper: false,
                    prime: true,
                    ..PROXY
                },
                "----+-++n+",
            ),
            ("no relation", PLAIN, NOBODY, "----------"),
            ("upper, not registered", nameless, UPPER, "--+-++++n+"),
            ("prime, not registered", nameless, PRIME, "----+-++n+"),
            (
                "not registered, somebody beneath has not answered",
                Place {
                    open_beneath: true,
                    leaf: false,
                    ..nameless
                },
                UPPER,
                "--+-+o++nl",
            ),
            ("with companies beneath", Place { leaf: false, ..PLAIN }, UPPER, "----+r++nl"),
            ("with days", Place { used: true, ..PLAIN }, UPPER, "----+r++nh"),
            ("with both", upper_of_all, PRIME, "----+-++nl"),
            ("last day to come, upper", Place { ended: true, ..PLAIN }, UPPER, "----+r++++"),
            (
                "ended, upper",
                Place {
                    closed: true,
                    ended: true,
                    ..PLAIN
                },
                UPPER,
                "----+ee+++",
            ),
            (
                "ended, own",
                Place {
                    closed: true,
                    ended: true,
                    ..PLAIN
                },
                OWN,
                "sse++-----",
            ),
            (
                "the prime's own node",
                Place { prime: true, ..PLAIN },
                Stands { own: true, ..PRIME },
                "ss+++-pppp",
            ),
            (
                "declined",
                Place {
                    status: NodeStatus::Declined,
                    ..PLAIN
                },
                Stands {
                    own: true,
                    prime: true,
                    ..UPPER
                },
                "ssssssssss",
            ),
            (
                "taken out",
                Place {
                    status: NodeStatus::Removed,
                    ..PLAIN
                },
                Stands {
                    own: true,
                    prime: true,
                    ..UPPER
                },
                "ssssssssss",
            ),
        ];
        for (what, place, stands, expected) in cases {
            assert_eq!(row(place, stands), expected, "{what}");
        }
        assert_eq!(obstacle(&nameless, OWN, Move::KeepRoster), Some(Obstacle::Unregistered));
    }

    #[test]
    fn every_obstacle_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = [
            Obstacle::NotYours,
            Obstacle::State,
            Obstacle::Prime,
            Obstacle::Ended,
            Obstacle::NotEnded,
            Obstacle::Registered,
            Obstacle::Unregistered,
            Obstacle::OpenBeneath,
            Obstacle::HasLower,
            Obstacle::Used,
        ]
        .iter()
        .map(|o| o.word())
        .collect();
        assert_eq!(words.len(), 10);
    }
}
