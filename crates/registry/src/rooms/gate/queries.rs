//! All SQL of this room. Only it writes `gate_code`. What a reader may take is written with the site's readers.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&SET, &REMOVE, &SET_AT, &OF_WORKERS, &NUMBER_ENTRY];

pub(super) const SET: Sql = Sql::new(
    "gate.set",
    "insert into gate_code (worker_id, salt, memory_kib, passes, hash, set_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (worker_id) do update set salt = excluded.salt, memory_kib = excluded.memory_kib, passes = excluded.passes,
        hash = excluded.hash, set_at = excluded.set_at",
);

pub(super) const REMOVE: Sql = Sql::new("gate.remove", "delete from gate_code where worker_id = $1");

pub(super) const SET_AT: Sql = Sql::new("gate.set_at", "select set_at from gate_code where worker_id = $1");

pub(super) const OF_WORKERS: Sql = Sql::new(
    "gate.of_workers",
    "select c.worker_id, c.salt, c.memory_kib, c.passes, c.hash from gate_code c
     where c.worker_id in (select r.worker_id from {{rows $1: worker_id text}} r)",
);

pub(super) const NUMBER_ENTRY: Sql = Sql::new("gate.number_entry", "select number_entry from reader where id = $1");
