//! All SQL of this room. It reads `reader` and `site`; only this room writes `reader_device`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&HOLD, &NOTE, &OF_SITE, &READER, &TOLD, &KEYS_OF_SITE];

/// All devices of some readers, held until the end of the transaction, in one order for all. (SQLite has one writer.)
pub(super) const HOLD: Sql = Sql::new(
    "device.hold",
    "select d.reader_id, d.device_id, d.first_seen_at, d.last_seen_at, d.clock_offset_ms, d.sender, d.backlog, d.highest, d.chain, d.broken_at,
            d.numbers, d.gap_since, d.rewound_at, d.told
     from reader_device d where d.reader_id in (select r.id from {{rows $1: id text}} r)
     order by d.reader_id, d.device_id {{only postgres}}for update{{end}}",
);

/// `where true` keeps SQLite from reading `on conflict` as a join condition.
pub(super) const NOTE: Sql = Sql::new(
    "device.note",
    "insert into reader_device (reader_id, device_id, first_seen_at, last_seen_at, clock_offset_ms, sender, backlog, highest, chain, broken_at, numbers, gap_since, rewound_at, told)
     select r.reader_id, r.device_id, r.first_seen_at, r.last_seen_at, r.clock_offset_ms, r.sender, r.backlog, r.highest, r.chain, r.broken_at, r.numbers, r.gap_since, r.rewound_at, ''
     from {{rows $1: reader_id text, device_id text, first_seen_at bigint, last_seen_at bigint, clock_offset_ms bigint, sender text, backlog bigint, highest bigint, chain text, broken_at bigint, numbers text, gap_since bigint, rewound_at bigint}} r
     where true on conflict (reader_id, device_id) do update set
         last_seen_at = excluded.last_seen_at, clock_offset_ms = excluded.clock_offset_ms, sender = excluded.sender, backlog = excluded.backlog,
         highest = excluded.highest, chain = excluded.chain, broken_at = excluded.broken_at, numbers = excluded.numbers,
         gap_since = excluded.gap_since, rewound_at = excluded.rewound_at",
);

/// The devices of a site, of each reader the one heard of last first.
pub(super) const OF_SITE: Sql = Sql::new(
    "device.of_site",
    "select d.reader_id, d.device_id, d.first_seen_at, d.last_seen_at, d.clock_offset_ms, d.sender, d.backlog, d.highest, d.chain, d.broken_at,
            d.numbers, d.gap_since, d.rewound_at, d.told
     from reader x join reader_device d on d.reader_id = x.id where x.site_id = $1 order by d.reader_id, d.last_seen_at desc, d.device_id",
);

/// Whose a reader is.
pub(super) const READER: Sql = Sql::new(
    "device.reader",
    "select r.name, r.site_id, s.name as site_name, s.prime_id from reader r join site s on s.id = r.site_id where r.id = $1",
);

/// The keys of a site's readers, those that are stopped too, so that a file of one is told as such.
pub(super) const KEYS_OF_SITE: Sql = Sql::new(
    "device.keys_of_site",
    "select id, name, key_hash, revoked_at from reader where site_id = $1 order by revoked_at is not null, id",
);

pub(super) const TOLD: Sql = Sql::new(
    "device.told",
    "update reader_device set told = $3 where reader_id = $1 and device_id = $2",
);
