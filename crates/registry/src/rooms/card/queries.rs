//! All SQL of this room. The print queue joins `worker` and `record`; only this room writes `card` and `worker.dead_cards`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &WORKER,
    &CARDS,
    &INSERT,
    &END,
    &MARK_DEAD,
    &RELEASE,
    &PRINT,
    &WORKER_OF_CARD,
    &DEAD,
    &CODE,
    &QUEUE,
    &FACE,
];

/// The worker, held until the end of the transaction, so that no two cards get one number.
pub(super) const WORKER: Sql = Sql::new(
    "card.worker",
    "select w.birth_day, w.identity, w.level, w.ended_on from worker w where w.id = $1 {{only postgres}}for no key update{{end}}",
);

pub(super) const CARDS: Sql = Sql::new(
    "card.cards",
    "select key, number, reason, state, issued_at, valid_until, level, photo, ended_at from card where worker_id = $1 order by number desc",
);

pub(super) const INSERT: Sql = Sql::new(
    "card.insert",
    "insert into card (key, worker_id, number, reason, state, issued_at, valid_until, level, photo, code, code_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

/// Ends the cards up to a number.
pub(super) const END: Sql = Sql::new(
    "card.end",
    "update card set state = 'dead', code = null, ended_at = $3, end_reason = $4 where worker_id = $1 and number <= $2 and state <> 'dead'",
);

pub(super) const MARK_DEAD: Sql = Sql::new(
    "card.mark_dead",
    "update worker set dead_cards = $2 where id = $1 and dead_cards < $2",
);

pub(super) const RELEASE: Sql = Sql::new(
    "card.release",
    "update card set state = 'ordered', issued_at = $2 where key = $1 and state = 'asked'",
);

pub(super) const PRINT: Sql = Sql::new(
    "card.print",
    "update card set state = 'printed', code = null where key = $1 and state = 'ordered'",
);

pub(super) const WORKER_OF_CARD: Sql = Sql::new("card.worker_of_card", "select worker_id from card where key = $1");

/// Of these cards, the dead ones and since when.
pub(super) const DEAD: Sql = Sql::new(
    "card.dead",
    "select c.worker_id, c.number, c.ended_at from card c join {{rows $1: worker_id text, number int}} r
       on r.worker_id = c.worker_id and r.number = c.number where c.ended_at is not null",
);

/// The code on the card that the worker holds.
pub(super) const CODE: Sql = Sql::new(
    "card.code",
    "select code_hash from card where worker_id = $1 and state = 'printed' order by number desc limit 1",
);

/// Cards that wait, the oldest first; without what only the print shows.
pub(super) const QUEUE: Sql = Sql::new(
    "card.queue",
    "select c.key, c.worker_id, c.number, c.state, c.reason, c.issued_at, c.valid_until, c.level, c.photo, cast(null as text) as code,
            w.name, w.name_alphabet, w.birth_day, w.registered_at, cast(null as text) as record
     from card c join worker w on w.id = c.worker_id
     where c.state in ('asked', 'ordered') order by c.state desc, c.issued_at, c.key limit $1",
);

/// One card that waits for print, with all that stands on it.
pub(super) const FACE: Sql = Sql::new(
    "card.face",
    "select c.key, c.worker_id, c.number, c.state, c.reason, c.issued_at, c.valid_until, c.level, c.photo, c.code,
            w.name, w.name_alphabet, w.birth_day, w.registered_at,
            (select r.body from record r where r.subject_id = w.id order by r.number desc limit 1) as record
     from card c join worker w on w.id = c.worker_id where c.key = $1 and c.state = 'ordered'",
);
