//! Lock-out (ロックアウト): how often a secret may be guessed at.
//!
//! A four-digit code can be guessed by trying (registry rule book R-SEC-1), a password by a list. So misses are counted, and after
//! some the door rests. A stranger who knows an ID must not be able to keep its owner out: misses from elsewhere never close the
//! door for the address from which the right password last came.

/// Locked until somebody unlocks it.
pub const FOR_EVER: i64 = i64::MAX;

/// Misses at one door. Instants are Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Misses so far.
    pub misses: i64,
    /// When the first of them was.
    pub since: i64,
    /// Until when the door rests; 0: it does not.
    pub locked_until: i64,
}

/// When a door rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// After `most` misses in a row, however slow, for `rest` milliseconds; then the count begins anew.
    InARow {
        /// Misses.
        most: i64,
        /// Milliseconds.
        rest: i64,
    },
    /// After `most` within `window` milliseconds, until as long after the last of them.
    Within {
        /// Misses, or other things that are counted.
        most: i64,
        /// Milliseconds.
        window: i64,
    },
    /// After `first` misses for `rest` milliseconds, and after `last` in all for ever.
    Steps {
        /// Misses before the rest.
        first: i64,
        /// Milliseconds.
        rest: i64,
        /// Misses before somebody must unlock it.
        last: i64,
    },
}

impl Count {
    /// Is the door closed at this moment?
    #[must_use]
    pub fn rests(self, now: i64) -> bool {
        now < self.locked_until
    }

    /// One more miss.
    #[must_use]
    pub fn after_miss(self, rule: Rule, now: i64) -> Self {
        let anew = match rule {
            Rule::InARow { .. } => self.locked_until != 0,
            Rule::Within { window, .. } => now >= self.since.saturating_add(window),
            Rule::Steps { .. } => false,
        };
        let before = if anew { Self::default() } else { self };
        let misses = before.misses.saturating_add(1);
        let since = if before.misses == 0 { now } else { before.since };
        let locked_until = match rule {
            Rule::InARow { most, rest } if misses >= most => now.saturating_add(rest),
            Rule::Within { most, window } if misses >= most => now.saturating_add(window),
            Rule::Steps { last, .. } if misses >= last => FOR_EVER,
            Rule::Steps { first, rest, .. } if misses == first => now.saturating_add(rest),
            _ => 0,
        };
        Self {
            misses,
            since,
            locked_until,
        }
    }
}

/// What is known when somebody tries a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The right password of this ID last came from this address.
    pub known: bool,
    /// Misses of this ID from this address, while it is a known one.
    pub pair: Count,
    /// Misses of this ID from all other addresses.
    pub id: Count,
    /// Misses from this address, whatever the ID.
    pub address: Count,
}

/// A door at which misses are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// This ID from its known address.
    Pair,
    /// This ID from elsewhere.
    Id,
    /// This address, whatever the ID.
    Address,
}

impl Standing {
    /// May a password be tried at all? If not, the right one does not help either.
    #[must_use]
    pub fn may_try(self, now: i64) -> bool {
        if self.known {
            !self.pair.rests(now)
        } else {
            !self.id.rests(now) && !self.address.rests(now)
        }
    }

    /// The doors at which a miss counts.
    #[must_use]
    pub fn doors(self) -> &'static [Door] {
        if self.known {
            &[Door::Pair]
        } else {
            &[Door::Id, Door::Address]
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROW: Rule = Rule::InARow { most: 3, rest: 100 };
    const WITHIN: Rule = Rule::Within { most: 3, window: 100 };
    const STEPS: Rule = Rule::Steps {
        first: 2,
        rest: 100,
        last: 4,
    };

    #[test]
    fn table_of_misses() {
        // (rule, times of the misses, a moment, closed then)
        let cases: [(Rule, &[i64], i64, bool); 15] = [
            (ROW, &[], 1, false),
            (ROW, &[1, 2], 3, false),
            (ROW, &[1, 2, 3], 3, true),
            (ROW, &[1, 2, 3], 102, true),
            (ROW, &[1, 2, 3], 103, false),
            (ROW, &[1, 2, 3, 103], 104, false),
            (ROW, &[1, 5_000, 10_000], 10_001, true),
            (WITHIN, &[1, 2, 3], 4, true),
            (WITHIN, &[1, 2, 101], 102, false),
            (WITHIN, &[1, 2, 3], 103, false),
            (STEPS, &[1], 2, false),
            (STEPS, &[1, 2], 3, true),
            (STEPS, &[1, 2], 102, false),
            (STEPS, &[1, 2, 200], 201, false),
            (STEPS, &[1, 2, 200, 201], i64::MAX - 1, true),
        ];
        for (rule, times, now, closed) in cases {
            let count = times.iter().fold(Count::default(), |c, at| c.after_miss(rule, *at));
            assert_eq!(count.rests(now), closed, "{rule:?} {times:?} at {now}: {count:?}");
        }
    }

    #[test]
    fn the_known_address_is_judged_by_itself() {
        let closed = Count {
            misses: 9,
            since: 0,
            locked_until: 100,
        };
        let stranger = Standing {
            id: closed,
            ..Standing::default()
        };
        assert!(!stranger.may_try(50) && stranger.may_try(100));
        let noisy_address = Standing {
            address: closed,
            ..Standing::default()
        };
        assert!(!noisy_address.may_try(50));
        let owner = Standing {
            known: true,
            pair: Count::default(),
            id: closed,
            address: closed,
        };
        assert!(owner.may_try(50));
        assert!(!Standing { pair: closed, ..owner }.may_try(50));
        assert_eq!(
            (owner.doors(), stranger.doors()),
            (&[Door::Pair][..], &[Door::Id, Door::Address][..])
        );
    }

    proptest! {
        /// Whatever strangers do, the owner at his known address may try.
        #[test]
        fn strangers_never_close_the_owners_door(misses in 0..200_usize, step in 1..1_000_i64) {
            let mut standing = Standing { known: true, ..Standing::default() };
            for n in 0..misses {
                let at = i64::try_from(n).unwrap() * step + 1;
                let seen = Standing { known: false, ..standing };
                for door in seen.doors() {
                    match door {
                        Door::Pair => standing.pair = standing.pair.after_miss(ROW, at),
                        Door::Id => standing.id = standing.id.after_miss(ROW, at),
                        Door::Address => standing.address = standing.address.after_miss(WITHIN, at),
                    }
                }
                prop_assert!(standing.may_try(at));
            }
        }
    }
}
