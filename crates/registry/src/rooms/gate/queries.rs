//! All SQL of this room. Only it writes `gate_code` and `qr_key`. What a reader may take is written with the site's readers.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &SET,
    &REMOVE,
    &SET_AT,
    &OF_WORKERS,
    &ENTRIES,
    &QR_KEY,
    &KEEP_QR_KEY,
    &ENDED_ON,
];

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

pub(super) const ENTRIES: Sql = Sql::new("gate.entries", "select number_entry, qr from reader where id = $1");

pub(super) const QR_KEY: Sql = Sql::new("gate.qr_key", "select secret from qr_key where id = 1");

/// Another server may have been first.
pub(super) const KEEP_QR_KEY: Sql = Sql::new(
    "gate.keep_qr_key",
    "insert into qr_key (id, secret, made_at) values (1, $1, $2) on conflict (id) do nothing",
);

pub(super) const ENDED_ON: Sql = Sql::new("gate.ended_on", "select ended_on from worker where id = $1");
