//! All SQL of this room. It reads companies, cards and their workers; of other rooms' tables it writes one column, `company.state`, when a
//! registration has run out.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &ENDING_COMPANIES,
    &ENDING_CARDS,
    &NOTE,
    &PASSED_COMPANIES,
    &EXPIRE,
    &PASSED_CARDS,
];

/// Companies whose registration ends from day `$1` on, up to `$2`, and that were not told it `$3` months before; behind ID `$4`.
pub(super) const ENDING_COMPANIES: Sql = Sql::new(
    "terms.ending_companies",
    "select c.id as subject, c.id as whom, c.name, c.email, 'ja' as language, c.valid_until from company c
     where c.valid_until >= $1 and c.valid_until <= $2 and c.state in ('registered', 'suspended') and c.id > $4
       and not exists (select 1 from term_notice n where n.subject_id = c.id and n.valid_until = c.valid_until and n.months <= $3)
     order by c.id limit $5",
);

/// The same for cards that workers hold: of each worker the newest, which is printed.
pub(super) const ENDING_CARDS: Sql = Sql::new(
    "terms.ending_cards",
    "select k.key as subject, k.worker_id as whom, w.name, w.email, w.language, k.valid_until from card k join worker w on w.id = k.worker_id
     where k.state = 'printed' and k.valid_until >= $1 and k.valid_until <= $2 and w.ended_on is null and k.key > $4
       and not exists (select 1 from card x where x.worker_id = k.worker_id and x.number > k.number)
       and not exists (select 1 from term_notice n where n.subject_id = k.key and n.valid_until = k.valid_until and n.months <= $3)
     order by k.key limit $5",
);

/// Of two servers that tell at once, one does.
pub(super) const NOTE: Sql = Sql::new(
    "terms.note",
    "insert into term_notice (subject_id, valid_until, months, at) values ($1, $2, $3, $4) on conflict do nothing",
);

pub(super) const PASSED_COMPANIES: Sql = Sql::new(
    "terms.passed_companies",
    "select c.id as subject, c.id as whom, c.name, c.email, 'ja' as language, c.valid_until from company c
     where c.valid_until < $1 and c.state in ('registered', 'suspended') and c.id > $2 order by c.id limit $3",
);

pub(super) const EXPIRE: Sql = Sql::new(
    "terms.expire",
    "update company set state = 'expired' where id = $1 and valid_until = $2 and state in ('registered', 'suspended')",
);

/// Cards that ended lately, from `$1` to before `$2`, and whose workers were not told so yet.
pub(super) const PASSED_CARDS: Sql = Sql::new(
    "terms.passed_cards",
    "select k.key as subject, k.worker_id as whom, w.name, w.email, w.language, k.valid_until from card k join worker w on w.id = k.worker_id
     where k.state = 'printed' and k.valid_until >= $1 and k.valid_until < $2 and w.ended_on is null and k.key > $3
       and not exists (select 1 from card x where x.worker_id = k.worker_id and x.number > k.number)
       and not exists (select 1 from term_notice n where n.subject_id = k.key and n.valid_until = k.valid_until and n.months = 0)
     order by k.key limit $4",
);
