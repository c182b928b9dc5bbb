//! All SQL of this room. It reads `judgement`, `history`, `site` and `refused_touch`; only it writes `morning` and `morning_wish`.
//!
//! `j.counts = 0` is the condition of the index `judgement_open`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&LAST, &BEGIN, &TOLD, &OPEN, &REFUSED, &OF_WORKERS, &WISHES, &WISH, &NO_WISH];

pub(super) const LAST: Sql = Sql::new("morning.last", "select max(until_at) from morning");

/// Nothing if somebody else is telling the same morning.
pub(super) const BEGIN: Sql = Sql::new(
    "morning.begin",
    "insert into morning (until_at, from_at, told_at, companies, workers) values ($1, $2, $3, 0, 0) on conflict do nothing",
);

pub(super) const TOLD: Sql = Sql::new(
    "morning.told",
    "update morning set companies = $2, workers = $3 where until_at = $1",
);

/// Days judged from `$1` to before `$2` that still do not count for the reasons found then; none before day `$3` is open any more.
pub(super) const OPEN: Sql = Sql::new(
    "morning.open",
    "select h.site_id, s.prime_id, h.employer_id, j.verdict, count(*) as days
     from judgement j
     join history h on h.worker_id = j.worker_id and h.work_day = j.work_day and h.site_id = j.site_id and h.judgement = j.number
     join site s on s.id = h.site_id
     where j.counts = 0 and j.at >= $1 and j.at < $2 and j.work_day >= $3 and h.work_day >= $3 and h.counts = 0 and h.attended = 1
     group by h.site_id, s.prime_id, h.employer_id, j.verdict",
);

/// Touches refused in that time, and not taken in since.
pub(super) const REFUSED: Sql = Sql::new(
    "morning.refused",
    "select x.site_id, s.prime_id, count(*) as touches from refused_touch x join site s on s.id = x.site_id
     where x.settled_at is null and x.received_at >= $1 and x.received_at < $2 group by x.site_id, s.prime_id",
);

/// The same days of workers who wish to be told.
pub(super) const OF_WORKERS: Sql = Sql::new(
    "morning.of_workers",
    "select h.worker_id, j.verdict, count(distinct h.work_day) as days
     from judgement j
     join morning_wish m on m.worker_id = j.worker_id
     join history h on h.worker_id = j.worker_id and h.work_day = j.work_day and h.site_id = j.site_id and h.judgement = j.number
     where j.counts = 0 and j.at >= $1 and j.at < $2 and j.work_day >= $3 and h.work_day >= $3 and h.counts = 0 and h.attended = 1
     group by h.worker_id, j.verdict",
);

pub(super) const WISHES: Sql = Sql::new("morning.wishes", "select count(*) from morning_wish where worker_id = $1");

pub(super) const WISH: Sql = Sql::new(
    "morning.wish",
    "insert into morning_wish (worker_id, since) values ($1, $2) on conflict do nothing",
);

pub(super) const NO_WISH: Sql = Sql::new("morning.no_wish", "delete from morning_wish where worker_id = $1");
