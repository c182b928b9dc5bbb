//! The morning's notice (朝のお知らせ): what was judged since the morning before and does not count, put together for who is to hear it.
//! Ours throughout.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::ids::{CompanyId, SiteId};
use crate::time::{WorkDay, japan};

/// What a transaction began before the hour and ended after it must not be missed: the notice waits this long.
const SETTLE: SignedDuration = SignedDuration::from_mins(10);
/// How far the first notice ever looks back.
const FIRST: SignedDuration = SignedDuration::from_hours(24);

/// From when (included) to when (not included) a notice is due now, if one is. Days are told by when they were judged, not by their date,
/// and each time begins where the last one ended: so a touch that comes two days late is told once, and a night without a server
/// leaves nothing out. `hour`: of the day in Japan.
#[must_use]
pub fn due(now: Timestamp, hour: i8, last: Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
    let today = WorkDay::of(now, 0).date().at(hour, 0, 0, 0);
    let until = today.to_zoned(japan()).ok()?.timestamp();
    let from = last.unwrap_or(until - FIRST);
    (now >= until + SETTLE && from < until).then_some((from, until))
}

/// Worker-days of one site that do not count for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Where.
    pub site: SiteId,
    /// Its prime.
    pub prime: CompanyId,
    /// The employer, if one is known.
    pub employer: Option<CompanyId>,
    /// Kind of the reason that is to be mended first, as [`crate::missing::Cause::kind`].
    pub kind: &'static str,
    /// How many.
    pub days: u32,
}

/// What one company hears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// The sites.
    pub sites: BTreeSet<SiteId>,
    /// Worker-days in all.
    pub days: u32,
    /// Worker-days by reason.
    pub by_kind: BTreeMap<&'static str, u32>,
    /// Touches that were refused at its own sites.
    pub refused: u32,
}

/// Who hears what: the prime all of its sites, the employer what is its own workers' at sites of others. `true`: as prime.
#[must_use]
pub fn heard(open: &[Open], refused: &[(SiteId, CompanyId, u32)]) -> BTreeMap<(CompanyId, bool), Heard> {
    let mut all: BTreeMap<(CompanyId, bool), Heard> = BTreeMap::new();
    for one in open {
        let employer = one.employer.filter(|employer| *employer != one.prime);
        for whom in [Some((one.prime, true)), employer.map(|employer| (employer, false))] {
            let Some(whom) = whom else { continue };
            let heard = all.entry(whom).or_default();
            heard.sites.insert(one.site);
            heard.days += one.days;
            *heard.by_kind.entry(one.kind).or_default() += one.days;
        }
    }
    for (site, prime, touches) in refused {
        let heard = all.entry((*prime, true)).or_default();
        heard.sites.insert(*site);
        heard.refused += touches;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_notice_is_due_once_a_morning() {
        let day_before = Some("2026-11-20T06:00:00+09:00");
        // (now, told until, from and until of what is due)
        let cases = [
            ("2026-11-21T05:59:59+09:00", day_before, None),
            ("2026-11-21T06:09:59+09:00", day_before, None),
            (
                "2026-11-21T06:10:00+09:00",
                day_before,
                Some(("2026-11-20T06:00:00+09:00", "2026-11-21T06:00:00+09:00")),
            ),
            (
                "2026-11-21T23:59:59+09:00",
                day_before,
                Some(("2026-11-20T06:00:00+09:00", "2026-11-21T06:00:00+09:00")),
            ),
            ("2026-11-21T09:00:00+09:00", Some("2026-11-21T06:00:00+09:00"), None),
            // Three mornings without a server.
            (
                "2026-11-21T09:00:00+09:00",
                Some("2026-11-18T06:00:00+09:00"),
                Some(("2026-11-18T06:00:00+09:00", "2026-11-21T06:00:00+09:00")),
            ),
            // The first one, over the end of the year.
            (
                "2027-01-01T06:10:00+09:00",
                None,
                Some(("2026-12-31T06:00:00+09:00", "2027-01-01T06:00:00+09:00")),
            ),
        ];
        for (now, last, expected) in cases {
            assert_eq!(
                due(at(now), 6, last.map(at)),
                expected.map(|(from, until)| (at(from), at(until))),
                "{now} {last:?}"
            );
        }
        assert!(
            due(at("2026-11-21T00:10:00+09:00"), 0, None).is_some(),
            "midnight is an hour too"
        );
    }

    #[test]
    fn prime_and_employer_hear_what_is_theirs() {
        let company = |n: u64| CompanyId::from_free_digits(n, 22).unwrap();
        let site = |n: u64| SiteId::from_free_digits(n, 71).unwrap();
        let open = |s, prime, employer: Option<u64>, kind, days| Open {
            site: site(s),
            prime: company(prime),
            employer: employer.map(company),
            kind,
            days,
        };
        let told = heard(
            &[
                open(1, 1, Some(2), "not-on-roster", 3),
                open(1, 1, Some(2), "trade-missing", 1),
                open(2, 1, Some(1), "not-on-roster", 4),
                open(2, 1, None, "employer-not-linked", 1),
                open(3, 2, Some(1), "entry-missing", 2),
            ],
            &[(site(1), company(1), 5), (site(9), company(9), 1)],
        );
        let one = |whom: u64, prime: bool| &told[&(company(whom), prime)];
        let kinds = |heard: &Heard| heard.by_kind.clone().into_iter().collect::<Vec<_>>();
        assert_eq!((one(1, true).days, one(1, true).refused, one(1, true).sites.len()), (9, 5, 2));
        assert_eq!(
            kinds(one(1, true)),
            [("employer-not-linked", 1), ("not-on-roster", 7), ("trade-missing", 1)]
        );
        assert_eq!(kinds(one(2, false)), [("not-on-roster", 3), ("trade-missing", 1)]);
        // Its own workers at its own site are told to it once, as prime.
        assert_eq!(kinds(one(1, false)), [("entry-missing", 2)]);
        assert_eq!(kinds(one(2, true)), [("entry-missing", 2)]);
        assert_eq!((one(9, true).days, one(9, true).refused), (0, 1));
        assert_eq!(told.len(), 5);
    }
}
