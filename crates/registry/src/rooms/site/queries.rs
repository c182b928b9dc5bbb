//! All SQL of this room.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &SITE,
    &NODES,
    &INSERT_SITE,
    &UPDATE_SITE,
    &INSERT_NODE_OF_PRIME,
    &INSERT_EVENT,
    &INSERT_EVENTS,
    &SITES_OF_COMPANY,
    &READERS,
    &INSERT_READER,
    &REVOKE_READER,
];

pub(super) const SITE: Sql = Sql::new(
    "site.site",
    "select s.id, s.prime_id, c.name as prime_name, s.name, s.address, s.orderer, s.from_day, s.to_day, s.day_boundary, s.version
     from site s join company c on c.id = s.prime_id where s.id = $1",
);

pub(super) const NODES: Sql = Sql::new(
    "site.nodes",
    "select n.id, n.parent_id, n.company_id, c.name as company_name, n.tier, n.status, n.work_name, n.work_content, n.version
     from node n join company c on c.id = n.company_id where n.site_id = $1 order by n.tier, c.name_kana, n.id",
);

pub(super) const INSERT_SITE: Sql = Sql::new(
    "site.insert",
    "insert into site (id, prime_id, name, address, orderer, from_day, to_day, day_boundary, version, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
);

/// Changes a row only if nobody else has meanwhile.
pub(super) const UPDATE_SITE: Sql = Sql::new(
    "site.update",
    "update site set name = $2, address = $3, orderer = $4, from_day = $5, to_day = $6, day_boundary = $7, version = version + 1
     where id = $1 and version = $8",
);

pub(super) const INSERT_NODE_OF_PRIME: Sql = Sql::new(
    "site.insert_node_of_prime",
    "insert into node (id, site_id, parent_id, company_id, tier, status, work_name, work_content, invited_at, answered_at, version)
     values ($1, $2, null, $3, 0, 'approved', $4, '', $5, $5, 1)",
);

pub(super) const INSERT_EVENT: Sql = Sql::new(
    "site.insert_event",
    "insert into site_event (id, site_id, subject, subject_id, at, account_id, what) values ($1, $2, $3, $4, $5, $6, $7)",
);

pub(super) const INSERT_EVENTS: Sql = Sql::new(
    "site.insert_events",
    "insert into site_event (id, site_id, subject, subject_id, at, account_id, what)
     select r.id, $2, $3, r.subject_id, $4, $5, r.what from {{rows $1: id text, subject_id text, what text}} r",
);

/// Sites where a company stands in the organisation (declined ones left out), newest period first, with a search in name, ID and
/// address. `$2` is the pattern; `$3` = 1 leaves ended ones out (before day `$4`);
/// `$7` = 1 keeps to the sites the account was given.
pub(super) const SITES_OF_COMPANY: Sql = Sql::new(
    "site.sites_of_company",
    "select s.id, s.name, s.address, c.name as prime_name, s.from_day, s.to_day,
            min(n.tier) as tier, max(case when n.status = 'invited' then 1 else 0 end) as open_approval, count(*) over () as total
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     where n.company_id = $1 and n.status <> 'declined'
       and (lower(s.name) like $2 escape '\\' or s.id like $2 escape '\\' or lower(s.address) like $2 escape '\\' or lower(c.name) like $2 escape '\\')
       and ($3 = 0 or s.to_day >= $4)
       and ($7 = 0 or exists (select 1 from account_site a where a.account_id = $8 and a.site_id = s.id))
     group by s.id, s.name, s.address, c.name, s.from_day, s.to_day
     order by s.from_day desc, s.id limit $5 offset $6",
);

pub(super) const READERS: Sql = Sql::new(
    "site.readers",
    "select id, name, revoked_at, last_seen_at, clock_offset_ms, sender from reader where site_id = $1 order by revoked_at is not null, name, id",
);

pub(super) const INSERT_READER: Sql = Sql::new(
    "site.insert_reader",
    "insert into reader (id, site_id, name, key_hash, created_at) values ($1, $2, $3, $4, $5)",
);

pub(super) const REVOKE_READER: Sql = Sql::new(
    "site.revoke_reader",
    "update reader set revoked_at = $3 where id = $1 and site_id = $2 and revoked_at is null",
);
