//! All SQL of this room. Reads `node`, `roster_row` and `history` of other rooms, to say which sites are somebody's.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &SITE,
    &NODES,
    &PAUSES,
    &INSERT_PAUSE,
    &END_PAUSE,
    &SITES,
    &PAUSES_OF_SITES,
    &OWN_RUNNING,
    &SAME_SITES,
    &HOLD_COMPANY,
    &INSERT_DRAFT,
    &DRAFT,
    &DRAFT_DONE,
    &DELETE_DRAFT,
    &DELETE_OLD_DRAFTS,
    &INSERT_SITES,
    &UPDATE_SITE,
    &UPDATE_PUBLICATION,
    &DELETE_SITE,
    &TOUCH_SITE,
    &REVOKE_READERS,
    &EVENTS,
    &PLACES,
    &INSERT_PLACE,
    &REMOVE_PLACE,
    &WORKER_AT_SITE,
    &SITES_OF_WORKER,
    &INSERT_NODES_OF_PRIME,
    &INSERT_EVENT,
    &INSERT_EVENTS,
    &SITES_OF_COMPANY,
    &READERS,
    &SET_NUMBER_ENTRY,
    &SET_QR,
    &INSERT_READER,
    &READER_OF_KEY,
    &SITES_TO_EQUIP,
    &REVOKE_READER,
];

pub(super) const SITE: Sql = Sql::new(
    "site.site",
    "select s.id, s.prime_id, c.name as prime_name, s.name, s.address, s.from_day, s.to_day, s.day_boundary,
            s.version, s.tree_version, s.body, s.publication, s.planned_to_day, s.deleted_at
     from site s join company c on c.id = s.prime_id where s.id = $1",
);

/// The same of those that a company is prime of, among these.
pub(super) const SITES: Sql = Sql::new(
    "site.sites",
    "select s.id, s.prime_id, c.name as prime_name, s.name, s.address, s.from_day, s.to_day, s.day_boundary,
            s.version, s.tree_version, s.body, s.publication, s.planned_to_day, s.deleted_at
     from {{rows $1: id text}} r join site s on s.id = r.id join company c on c.id = s.prime_id
     where s.prime_id = $2 and s.deleted_at is null",
);

pub(super) const PAUSES_OF_SITES: Sql = Sql::new(
    "site.pauses_of_sites",
    "select p.site_id, p.from_day, p.to_day, p.reason from {{rows $1: id text}} r join site_pause p on p.site_id = r.id
     where p.to_day is null or p.to_day >= p.from_day order by p.site_id, p.from_day, p.id",
);

/// The sites of a prime that have not ended by day `$2`, oldest first.
pub(super) const OWN_RUNNING: Sql = Sql::new(
    "site.own_running",
    "select id, version, body from site where prime_id = $1 and to_day >= $2 and deleted_at is null order by from_day, id limit $3",
);

/// Sites of a prime that are registered with the name, address and first day of these rows.
pub(super) const SAME_SITES: Sql = Sql::new(
    "site.same_sites",
    "select r.number, s.id from {{rows $2: number int, name text, address text, from_day int}} r
     join site s on s.name = r.name and s.address = r.address and s.from_day = r.from_day
     where s.prime_id = $1 and s.deleted_at is null order by r.number, s.id",
);

/// Holds a company until the end of the transaction, so that two files are done one after the other.
pub(super) const HOLD_COMPANY: Sql = Sql::new(
    "site.hold_company",
    "select 1 from company where id = $1 {{only postgres}}for no key update{{end}}",
);

pub(super) const INSERT_DRAFT: Sql = Sql::new(
    "site.insert_draft",
    "insert into site_draft (id, company_id, account_id, at, file_name, body) values ($1, $2, $3, $4, $5, $6)",
);

pub(super) const DRAFT: Sql = Sql::new(
    "site.draft",
    "select id, file_name, body, outcome from site_draft where id = $1 and company_id = $2 and account_id = $3",
);

/// Of two clicks at once the second finds nothing to do.
pub(super) const DRAFT_DONE: Sql = Sql::new(
    "site.draft_done",
    "update site_draft set done_at = $2, outcome = $3, body = '' where id = $1 and done_at is null",
);

pub(super) const DELETE_DRAFT: Sql = Sql::new(
    "site.delete_draft",
    "delete from site_draft where id = $1 and done_at is null",
);

pub(super) const DELETE_OLD_DRAFTS: Sql = Sql::new("site.delete_old_drafts", "delete from site_draft where at < $1");

pub(super) const NODES: Sql = Sql::new(
    "site.nodes",
    "select n.id, n.parent_id, n.company_id, coalesce(c.name, n.name) as company_name, n.tier, n.status, n.to_day, n.work_name,
            n.work_content, n.version
     from node n left join company c on c.id = n.company_id where n.site_id = $1",
);

/// Suspensions, oldest first. One that was called off before its first day holds no day.
pub(super) const PAUSES: Sql = Sql::new(
    "site.pauses",
    "select from_day, to_day, reason from site_pause where site_id = $1 and (to_day is null or to_day >= from_day) order by from_day, id",
);

pub(super) const INSERT_PAUSE: Sql = Sql::new(
    "site.insert_pause",
    "insert into site_pause (id, site_id, from_day, to_day, reason, created_at) values ($1, $2, $3, $4, $5, $6)",
);

/// The suspension that begins on day `$2` ends with day `$3`.
pub(super) const END_PAUSE: Sql = Sql::new(
    "site.end_pause",
    "update site_pause set to_day = $3 where site_id = $1 and from_day = $2 and (to_day is null or to_day >= from_day)",
);

pub(super) const INSERT_SITES: Sql = Sql::new(
    "site.insert",
    "insert into site (id, prime_id, name, address, orderer, from_day, to_day, day_boundary, version, created_at, body, publication)
     select r.id, $2, r.name, r.address, r.orderer, r.from_day, r.to_day, r.boundary, 1, $3, r.body, $4
     from {{rows $1: id text, name text, address text, orderer text, from_day int, to_day int, boundary int, body text}} r",
);

/// Changes a row only if nobody else has meanwhile.
pub(super) const UPDATE_SITE: Sql = Sql::new(
    "site.update",
    "update site set name = $3, address = $4, orderer = $5, from_day = $6, to_day = $7, day_boundary = $8, body = $9,
            planned_to_day = $10, version = version + 1
     where id = $1 and version = $2 and deleted_at is null",
);

pub(super) const UPDATE_PUBLICATION: Sql = Sql::new(
    "site.update_publication",
    "update site set publication = $3, version = version + 1 where id = $1 and version = $2 and deleted_at is null",
);

pub(super) const DELETE_SITE: Sql = Sql::new(
    "site.delete",
    "update site set deleted_at = $3, version = version + 1 where id = $1 and version = $2 and deleted_at is null",
);

/// Raises the version, so that whoever works on an older one is told.
pub(super) const TOUCH_SITE: Sql = Sql::new(
    "site.touch",
    "update site set version = version + 1 where id = $1 and version = $2 and deleted_at is null",
);

pub(super) const REVOKE_READERS: Sql = Sql::new(
    "site.revoke_readers",
    "update reader set revoked_at = $2 where site_id = $1 and revoked_at is null",
);

/// What happened to a site, newest first. The name is that of the account, wherever it is.
pub(super) const EVENTS: Sql = Sql::new(
    "site.events",
    "select e.subject, e.at, e.what, a.name, a.company_id, count(*) over () as total
     from site_event e left join account a on a.id = e.account_id
     where e.site_id = $1 order by e.at desc, e.id desc limit $2 offset $3",
);

/// Places of a bundled site from day `$2` to day `$3`.
pub(super) const PLACES: Sql = Sql::new(
    "site.places",
    "select id, day, place from site_place where site_id = $1 and day >= $2 and day <= $3 and removed_at is null order by day, id",
);

pub(super) const INSERT_PLACE: Sql = Sql::new(
    "site.insert_place",
    "insert into site_place (id, site_id, day, place, created_at) values ($1, $2, $3, $4, $5)",
);

pub(super) const REMOVE_PLACE: Sql = Sql::new(
    "site.remove_place",
    "update site_place set removed_at = $3 where id = $1 and site_id = $2 and removed_at is null",
);

/// Whether a worker stands on the roster of a site, or worked there.
pub(super) const WORKER_AT_SITE: Sql = Sql::new(
    "site.worker_at_site",
    "select 1 where exists (select 1 from roster_row x where x.worker_id = $1 and x.site_id = $2)
        or exists (select 1 from history h where h.worker_id = $1 and h.site_id = $2)",
);

/// Sites on whose roster a worker stands, the newest period first.
pub(super) const SITES_OF_WORKER: Sql = Sql::new(
    "site.sites_of_worker",
    "select distinct s.id, s.name, c.name as prime_name, s.from_day, s.to_day
     from roster_row x join site s on s.id = x.site_id join company c on c.id = s.prime_id
     where x.worker_id = $1 and s.deleted_at is null order by s.from_day desc, s.id limit 100",
);

pub(super) const INSERT_NODES_OF_PRIME: Sql = Sql::new(
    "site.insert_nodes_of_prime",
    "insert into node (id, site_id, parent_id, company_id, tier, status, work_name, work_content, invited_at, answered_at, version)
     select r.id, r.site_id, null, $2, 0, 'approved', r.name, '', $3, $3, 1 from {{rows $1: id text, site_id text, name text}} r",
);

pub(super) const INSERT_EVENT: Sql = Sql::new(
    "site.insert_event",
    "insert into site_event (id, site_id, subject, subject_id, at, account_id, what) values ($1, $2, $3, $4, $5, $6, $7)",
);

pub(super) const INSERT_EVENTS: Sql = Sql::new(
    "site.insert_events",
    "insert into site_event (id, site_id, subject, subject_id, at, account_id, what)
     select r.id, r.site_id, $2, r.subject_id, $3, $4, r.what
     from {{rows $1: id text, site_id text, subject_id text, what text}} r",
);

/// Sites where a company stands in the organisation (declined and removed ones left out), with a search in name, ID, address and prime. `$2` is the
/// pattern; `$3` today; `$4` the state asked for: one of them, `all`, or empty for all that have not ended; `$5` the order; `$8` = 1
/// keeps to the sites the account `$9` was given.
pub(super) const SITES_OF_COMPANY: Sql = Sql::new(
    "site.sites_of_company",
    "select x.*, count(*) over () as total from (
       select s.id, s.name, s.address, c.name as prime_name, s.from_day, s.to_day,
              min(n.tier) as tier, max(case when n.status = 'invited' then 1 else 0 end) as open_approval,
              case when s.to_day < $3 then 'ended' when s.from_day > $3 then 'planned'
                   when exists (select 1 from site_pause p where p.site_id = s.id and p.from_day <= $3 and (p.to_day is null or p.to_day >= $3))
                     then 'suspended'
                   else 'open' end as state
       from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
       where n.company_id = $1 and n.status in ('invited', 'approved') and s.deleted_at is null
         and (lower(s.name) like $2 escape '\\' or s.id like $2 escape '\\' or lower(s.address) like $2 escape '\\' or lower(c.name) like $2 escape '\\')
         and ($8 = 0 or exists (select 1 from account_site a where a.account_id = $9 and a.site_id = s.id))
       group by s.id, s.name, s.address, c.name, s.from_day, s.to_day) x
     where $4 = 'all' or x.state = $4 or ($4 = '' and x.state <> 'ended')
     order by case when $5 = 'name' then x.name end, case when $5 = 'end' then x.to_day end, x.from_day desc, x.id
     limit $6 offset $7",
);

pub(super) const READERS: Sql = Sql::new(
    "site.readers",
    "select id, name, revoked_at, number_entry, qr from reader where site_id = $1 order by revoked_at is not null, name, id",
);

pub(super) const INSERT_READER: Sql = Sql::new(
    "site.insert_reader",
    "insert into reader (id, site_id, name, key_hash, created_at) values ($1, $2, $3, $4, $5) on conflict (key_hash) do nothing",
);

pub(super) const READER_OF_KEY: Sql = Sql::new(
    "site.reader_of_key",
    "select id, revoked_at from reader where key_hash = $1 and site_id = $2",
);

/// Sites that a prime may still set up readers for: those whose period is not over, the one that began last first.
pub(super) const SITES_TO_EQUIP: Sql = Sql::new(
    "site.sites_to_equip",
    "select s.id, s.name, s.address, s.from_day, s.to_day from site s
     where s.prime_id = $1 and s.deleted_at is null and s.to_day >= $2
       and (lower(s.name) like $3 escape '\\' or s.id like $3 escape '\\')
       and ($4 = 0 or exists (select 1 from account_site a where a.account_id = $5 and a.site_id = s.id))
     order by s.from_day desc, s.id limit $6",
);

/// Changes nothing if it is so already.
pub(super) const SET_NUMBER_ENTRY: Sql = Sql::new(
    "site.set_number_entry",
    "update reader set number_entry = $3 where id = $1 and site_id = $2 and revoked_at is null and number_entry <> $3",
);

/// Changes nothing if it is so already.
pub(super) const SET_QR: Sql = Sql::new(
    "site.set_qr",
    "update reader set qr = $3 where id = $1 and site_id = $2 and revoked_at is null and qr <> $3",
);

pub(super) const REVOKE_READER: Sql = Sql::new(
    "site.revoke_reader",
    "update reader set revoked_at = $3 where id = $1 and site_id = $2 and revoked_at is null",
);
