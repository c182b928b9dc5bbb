//! SQL of moves between companies. Only this room writes `tie_move` and opens an `employment` of somebody registered.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &TAKES_PART,
    &WAITING_OF_WORKER,
    &INSERT,
    &MOVES_OF_WORKER,
    &MOVES_OF_COMPANY,
    &MOVE,
    &ANSWER,
    &JOIN,
    &MAIN,
    &WAITING_OF_COMPANY,
    &WAITING_COUNT,
    &STILL_TIED,
];

/// A company that a worker can join, by its ID, with how it stands.
pub(super) const TAKES_PART: Sql = Sql::new("ties.takes_part", "select name, state from company where id = $1");

pub(super) const WAITING_OF_WORKER: Sql = Sql::new(
    "ties.waiting_of_worker",
    "select id, company_id from tie_move where worker_id = $1 and state = 'asked' order by asked_at, id",
);

/// Asked twice for the same company, it is asked once.
pub(super) const INSERT: Sql = Sql::new(
    "ties.insert_move",
    "insert into tie_move (id, worker_id, company_id, from_day, main, left_company_id, state, asked_at, asked_by, reason)
     values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8, '') on conflict do nothing",
);

macro_rules! moves {
    ($which:literal) => {
        concat!(
            "select m.id, m.worker_id, w.name, w.name_kana, m.company_id, c.name as company_name, m.from_day, m.main, m.left_company_id,
                    coalesce(l.name, '') as left_name, m.state, m.answered_at, m.reason
             from tie_move m join worker w on w.id = m.worker_id join company c on c.id = m.company_id
             left join company l on l.id = m.left_company_id where ",
            $which
        )
    };
}

pub(super) const MOVES_OF_WORKER: Sql = Sql::new(
    "ties.moves_of_worker",
    moves!("m.worker_id = $1 order by m.asked_at desc, m.id limit 20"),
);

/// Moves to company `$1` or away from it: those that wait, and those told since `$2`.
pub(super) const MOVES_OF_COMPANY: Sql = Sql::new(
    "ties.moves_of_company",
    moves!(
        "(m.company_id = $1 or m.left_company_id = $1) and (m.state = 'asked' or m.asked_at >= $2)
         order by case when m.state = 'asked' and m.company_id = $1 then 0 else 1 end desc, m.id limit 200"
    ),
);

pub(super) const MOVE: Sql = Sql::new("ties.move", moves!("m.id = $1"));

/// Only the first answer finds it waiting.
pub(super) const ANSWER: Sql = Sql::new(
    "ties.answer_move",
    "update tie_move set state = $2, answered_at = $3, answered_by = $4, reason = $5 where id = $1 and state = 'asked'",
);

/// A tie that is there already (an end of the same day was taken back) goes on.
pub(super) const JOIN: Sql = Sql::new(
    "ties.join",
    "insert into employment (worker_id, company_id, from_day, main, confirmed_at, confirmed_by)
     select $1, $2, $3, $4, $5, $6
     where not exists (select 1 from employment e where e.worker_id = $1 and e.company_id = $2 and (e.to_day is null or e.to_day >= $3)
                       and e.from_day <> $3)
     on conflict (worker_id, company_id, from_day) do update
     set to_day = null, main = excluded.main, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by",
);

/// Of the ties that go on, company `$2` is the main one.
pub(super) const MAIN: Sql = Sql::new(
    "ties.main",
    "update employment set main = case when company_id = $2 then 1 else 0 end where worker_id = $1 and (to_day is null or to_day >= $3)",
);

pub(super) const WAITING_OF_COMPANY: Sql = Sql::new(
    "ties.waiting_of_company",
    "select id, worker_id from tie_move where company_id = $1 and state = 'asked' order by asked_at, id",
);

pub(super) const WAITING_COUNT: Sql = Sql::new(
    "ties.waiting_count",
    "select count(*) from tie_move where company_id = $1 and state = 'asked'",
);

/// Is there a tie of worker `$1` and company `$2` that goes on beyond day `$3`?
pub(super) const STILL_TIED: Sql = Sql::new(
    "ties.still_tied",
    "select 1 from employment where worker_id = $1 and company_id = $2 and (to_day is null or to_day > $3)",
);
