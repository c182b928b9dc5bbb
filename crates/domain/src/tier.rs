//! Tiers of a company's own organisation (本社・支店・部署): up to three levels, each tier manager's rights hold for his tier and those
//! below (registry rule book 3.5).

use std::collections::BTreeSet;

/// Deepest level.
pub const LEVELS: i32 = 3;

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its key.
    pub id: String,
    /// The tier above; none at level 1.
    pub parent: Option<String>,
    /// 1 to 3.
    pub level: i32,
    /// Name.
    pub name: String,
}

/// Why a tier cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierFault {
    /// There is no such tier above.
    NoParent,
    /// It would be below the third level.
    TooDeep,
    /// Its neighbours have one of that name.
    NameTaken,
}

/// All tiers of a company.
#[derive(Debug, Clone, Default)]
pub struct Tiers(Vec<Tier>);

impl Tiers {
    /// From the company's rows.
    #[must_use]
    pub fn new(tiers: Vec<Tier>) -> Self {
        Self(tiers)
    }

    /// A tier by its key.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Tier> {
        self.0.iter().find(|t| t.id == id)
    }

    /// The level of a new tier, if it may be made.
    ///
    /// # Errors
    /// [`TierFault`].
    pub fn may_add(&self, parent: Option<&str>, name: &str) -> Result<i32, TierFault> {
        let level = match parent {
            None => 1,
            Some(parent) => self.get(parent).ok_or(TierFault::NoParent)?.level + 1,
        };
        if level > LEVELS {
            return Err(TierFault::TooDeep);
        }
        let taken = self.0.iter().any(|t| t.parent.as_deref() == parent && t.name == name);
        if taken { Err(TierFault::NameTaken) } else { Ok(level) }
    }

    /// A tier and all below it: as far as its manager's rights go. Nothing for a tier that is not there.
    #[must_use]
    pub fn reach(&self, from: &str) -> BTreeSet<String> {
        let mut reached: BTreeSet<String> = self.get(from).map(|t| t.id.clone()).into_iter().collect();
        loop {
            let below: Vec<String> = self
                .0
                .iter()
                .filter(|t| !reached.contains(&t.id) && t.parent.as_ref().is_some_and(|p| reached.contains(p)))
                .map(|t| t.id.clone())
                .collect();
            if below.is_empty() {
                return reached;
            }
            reached.extend(below);
        }
    }

    /// From the top down, each before those below it.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Tier> {
        let mut ordered = Vec::new();
        self.put(None, &mut ordered);
        ordered
    }

    fn put<'a>(&'a self, parent: Option<&str>, ordered: &mut Vec<&'a Tier>) {
        for tier in self.0.iter().filter(|t| t.parent.as_deref() == parent) {
            // A ring in the rows cannot make this run for ever.
            if ordered.len() < self.0.len() {
                ordered.push(tier);
                self.put(Some(&tier.id), ordered);
            }
        }
    }

    /// Its name after those above it: `東日本 / 東北支店`.
    #[must_use]
    pub fn path(&self, id: &str) -> String {
        let mut names = Vec::new();
        let mut at = self.get(id);
        while let Some(tier) = at.filter(|_| names.len() < 3) {
            names.push(tier.name.as_str());
            at = tier.parent.as_deref().and_then(|p| self.get(p));
        }
        names.reverse();
        names.join(" / ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers() -> Tiers {
        let tier = |id: &str, parent: Option<&str>, level| Tier {
            id: id.into(),
            parent: parent.map(Into::into),
            level,
            name: id.to_uppercase(),
        };
        Tiers::new(vec![
            tier("a1x", Some("a1"), 3),
            tier("b", None, 1),
            tier("a", None, 1),
            tier("a1", Some("a"), 2),
            tier("a2", Some("a"), 2),
        ])
    }

    #[test]
    fn rights_reach_down_and_never_up_or_aside() {
        let tiers = tiers();
        let reach = |from| tiers.reach(from).into_iter().collect::<Vec<_>>().join(" ");
        let cases = [("a", "a a1 a1x a2"), ("a1", "a1 a1x"), ("a1x", "a1x"), ("b", "b"), ("c", "")];
        for (from, reached) in cases {
            assert_eq!(reach(from), reached, "{from}");
        }
        let order: Vec<&str> = tiers.in_order().iter().map(|t| t.id.as_str()).collect();
        assert_eq!(order, ["b", "a", "a1", "a1x", "a2"]);
        assert_eq!(tiers.path("a1x"), "A / A1 / A1X");
    }

    #[test]
    fn three_levels_and_no_name_twice() {
        let tiers = tiers();
        let cases = [
            (None, "C", Ok(1)),
            (Some("a"), "C", Ok(2)),
            (Some("a1"), "C", Ok(3)),
            (Some("a1x"), "C", Err(TierFault::TooDeep)),
            (Some("z"), "C", Err(TierFault::NoParent)),
            (Some("a"), "A1", Err(TierFault::NameTaken)),
            (Some("b"), "A1", Ok(2)),
            (None, "B", Err(TierFault::NameTaken)),
        ];
        for (parent, name, expected) in cases {
            assert_eq!(tiers.may_add(parent, name), expected, "{parent:?} {name}");
        }
    }

    #[test]
    fn a_ring_ends() {
        let ring = |id: &str, parent: &str| Tier {
            id: id.into(),
            parent: Some(parent.into()),
            level: 2,
            name: id.into(),
        };
        let tiers = Tiers::new(vec![ring("a", "b"), ring("b", "a")]);
        assert_eq!(tiers.reach("a").len(), 2);
        assert_eq!(tiers.in_order().len(), 0);
        assert_eq!(tiers.path("a"), "a / b / a");
    }
}
