//! All SQL of this room. Only it writes `node` below the prime, `favourite` and `tree_pattern`. Reading screens join `site`,
//! `company`, `account`, `roster_row` and `history`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &OPEN_APPROVALS,
    &NODE_FACTS,
    &COMPANY,
    &STATES,
    &HOLD,
    &COUNT_CHANGES,
    &INSERT_EVENTS,
    &INSERT_NODE,
    &INVITATIONS,
    &INVITATION,
    &ANSWER,
    &DESCRIBE,
    &REPLACE,
    &MOVE,
    &SHIFT,
    &END,
    &REMOVE,
    &USED,
    &LAST_DAYS,
    &EVENTS,
    &EVENTS_OF_NODE,
    &CHANGED_SINCE,
    &TO_REMIND,
    &REMINDED,
    &FAVOURITES,
    &IS_FAVOURITE,
    &ADD_FAVOURITE,
    &DROP_FAVOURITE,
    &PATTERNS,
    &PATTERN,
    &INSERT_PATTERN,
    &END_PATTERN,
    &OPEN_INVITATIONS,
    &DECLINE,
];

pub(super) const OPEN_APPROVALS: Sql = Sql::new(
    "organisation.open_approvals",
    "select count(*) from node where company_id = $1 and status = 'invited'",
);

/// What the chart tells beyond the tree: since when a node waits, how many workers stand on its roster on day `$2` or later.
pub(super) const NODE_FACTS: Sql = Sql::new(
    "organisation.node_facts",
    "select n.id, n.invited_at, coalesce(r.workers, 0) as workers
     from node n
     left join (select x.node_id, count(*) as workers from node m join roster_row x on x.node_id = m.id
                where m.site_id = $1 and (x.to_day is null or x.to_day >= $2) group by x.node_id) r on r.node_id = n.id
     where n.site_id = $1",
);

pub(super) const COMPANY: Sql = Sql::new("organisation.company", "select name, state from company where id = $1");

/// State of many companies.
pub(super) const STATES: Sql = Sql::new(
    "organisation.states",
    "select c.id, c.name, c.state from {{rows $1: id text}} r join company c on c.id = r.id",
);

/// Holds the organisation of a site until the end of the transaction: whoever changes it reads it after that, so two changes at once
/// cannot make a loop or put a company twice under one node. (SQLite has one writer anyhow.)
pub(super) const HOLD: Sql = Sql::either(
    "organisation.hold",
    "select id from site where id = $1",
    "select id from site where id = $1 for no key update",
);

/// Counts `$2` changes of the organisation; gives the number of the last.
pub(super) const COUNT_CHANGES: Sql = Sql::new(
    "organisation.count_changes",
    "update site set tree_version = tree_version + $2 where id = $1 returning tree_version",
);

pub(super) const INSERT_EVENTS: Sql = Sql::new(
    "organisation.insert_events",
    "insert into site_event (id, site_id, subject, subject_id, at, account_id, what, number)
     select r.id, $2, 'node', r.node, $3, $4, r.what, r.number from {{rows $1: id text, node text, what text, number int}} r",
);

pub(super) const INSERT_NODE: Sql = Sql::new(
    "organisation.insert_node",
    "insert into node (id, site_id, parent_id, company_id, name, tier, status, work_name, work_content, invited_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10)",
);

/// What a company was invited to, waiting ones first; what was taken back is left out.
pub(super) const INVITATIONS: Sql = Sql::new(
    "organisation.invitations",
    "select n.id, n.tier, n.status, n.work_name, n.invited_at, n.answered_at, s.name as site_name, c.name as prime_name,
            coalesce(u.name, p.name) as upper_name, count(*) over () as total
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     join node p on p.id = n.parent_id left join company u on u.id = p.company_id
     where n.company_id = $1 and n.status <> 'removed' and s.deleted_at is null
     order by case when n.status = 'invited' then 0 else 1 end, n.invited_at desc, n.id limit $2 offset $3",
);

/// One of them, of company `$2` or right beneath it. The company stands in the condition: nobody reads just any invitation; whether the
/// one above acts in the other's place is asked after that.
pub(super) const INVITATION: Sql = Sql::new(
    "organisation.invitation",
    "select n.id, n.company_id, o.name as company_name, n.site_id, n.tier, n.status, n.work_name, n.work_content, n.invited_at,
            n.answered_at, s.name as site_name, s.address, s.from_day, s.to_day, c.name as prime_name, coalesce(u.name, p.name) as upper_name
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     join node p on p.id = n.parent_id left join company u on u.id = p.company_id join company o on o.id = n.company_id
     where n.id = $1 and (n.company_id = $2 or p.company_id = $2) and s.deleted_at is null",
);

/// Answers an invitation that still waits: of two answers at once, one finds no row.
pub(super) const ANSWER: Sql = Sql::new(
    "organisation.answer",
    "update node set status = $3, work_name = $4, work_content = $5, answered_at = $6, version = $7
     where id = $1 and company_id = $2 and status = 'invited'",
);

pub(super) const DESCRIBE: Sql = Sql::new(
    "organisation.describe",
    "update node set work_name = $2, work_content = $3, version = $4 where id = $1",
);

/// Only a node without an ID gets one, and only once.
pub(super) const REPLACE: Sql = Sql::new(
    "organisation.replace",
    "update node set company_id = $2, version = $3 where id = $1 and company_id is null and status = 'approved'",
);

pub(super) const MOVE: Sql = Sql::new(
    "organisation.move",
    "update node set parent_id = $2, status = $3, version = $4, reminders = 0,
            invited_at = case when $3 = 'invited' then $5 else invited_at end,
            answered_at = case when $3 = 'invited' then null else answered_at end
     where id = $1",
);

/// The tiers of a branch, `$2` further down (or up).
pub(super) const SHIFT: Sql = Sql::new(
    "organisation.shift",
    "update node set tier = tier + $2, version = $3 where id in (select r.id from {{rows $1: id text}} r)",
);

pub(super) const END: Sql = Sql::new("organisation.end", "update node set to_day = $2, version = $3 where id = $1");

pub(super) const REMOVE: Sql = Sql::new(
    "organisation.remove",
    "update node set status = 'removed', version = $2 where id in (select r.id from {{rows $1: id text}} r)",
);

/// Whether anybody ever stood on a node's roster; days are collected for a node only through its roster.
pub(super) const USED: Sql = Sql::new("organisation.used", "select 1 from roster_row where node_id = $1 limit 1");

/// The last day behind day `$2` on which somebody of these nodes was at the site.
pub(super) const LAST_DAYS: Sql = Sql::new(
    "organisation.last_days",
    "select max(h.work_day) from {{rows $1: id text}} r join roster_row x on x.node_id = r.id
     join history h on h.worker_id = x.worker_id and h.site_id = x.site_id and h.node_id = x.node_id
     where h.work_day > $2 and h.attended = 1",
);

/// All changes of a site's organisation before an instant, oldest first.
pub(super) const EVENTS: Sql = Sql::new(
    "organisation.events",
    "select subject_id, what from site_event where site_id = $1 and number is not null and at < $2 order by number",
);

/// The changes of one node, newest first, with the company that made them.
pub(super) const EVENTS_OF_NODE: Sql = Sql::new(
    "organisation.events_of_node",
    "select e.at, e.what, coalesce(c.name, '') as company
     from site_event e left join account a on a.id = e.account_id left join company c on c.id = a.company_id
     where e.site_id = $1 and e.number is not null and e.subject_id = $2 order by e.number desc limit 200",
);

/// Who changed one of these nodes last after the change of number `$3`, and when.
pub(super) const CHANGED_SINCE: Sql = Sql::new(
    "organisation.changed_since",
    "select e.at, coalesce(c.name, '') as company
     from {{rows $2: id text}} r join site_event e on e.site_id = $1 and e.number > $3 and e.subject_id = r.id
     left join account a on a.id = e.account_id left join company c on c.id = a.company_id
     order by e.number desc limit 1",
);

/// Invitations that waited since before `$1` and have been told again fewer than `$2` times, at sites that still run on day `$3`.
pub(super) const TO_REMIND: Sql = Sql::new(
    "organisation.to_remind",
    "select n.id, n.company_id, n.site_id, s.name as site_name, p.company_id as upper_id, coalesce(u.name, p.name) as upper_name,
            c.name as company_name, n.reminders
     from node n join site s on s.id = n.site_id join company c on c.id = n.company_id
     join node p on p.id = n.parent_id left join company u on u.id = p.company_id
     where n.status = 'invited' and n.invited_at <= $1 and n.reminders < $2 and s.to_day >= $3
     order by n.invited_at, n.id limit 200",
);

/// Of two servers one finds a row: each reminder is told once.
pub(super) const REMINDED: Sql = Sql::new(
    "organisation.reminded",
    "update node set reminders = $3 where id = $1 and reminders = $2 and status = 'invited'",
);

pub(super) const FAVOURITES: Sql = Sql::new(
    "organisation.favourites",
    "select c.id, c.name, c.name_kana, c.state, count(*) over () as total
     from favourite f join company c on c.id = f.lower_id where f.company_id = $1 order by c.name_kana, c.id limit $2 offset $3",
);

pub(super) const IS_FAVOURITE: Sql = Sql::new(
    "organisation.is_favourite",
    "select f.lower_id as id from {{rows $2: id text}} r join favourite f on f.company_id = $1 and f.lower_id = r.id",
);

pub(super) const ADD_FAVOURITE: Sql = Sql::new(
    "organisation.add_favourite",
    "insert into favourite (company_id, lower_id, at, account_id) values ($1, $2, $3, $4) on conflict do nothing",
);

pub(super) const DROP_FAVOURITE: Sql = Sql::new(
    "organisation.drop_favourite",
    "delete from favourite where company_id = $1 and lower_id = $2",
);

pub(super) const PATTERNS: Sql = Sql::new(
    "organisation.patterns",
    "select id, name, body, created_at from tree_pattern where company_id = $1 and ended_at is null order by name, id limit 200",
);

pub(super) const PATTERN: Sql = Sql::new(
    "organisation.pattern",
    "select id, name, body, created_at from tree_pattern where id = $1 and company_id = $2 and ended_at is null",
);

pub(super) const INSERT_PATTERN: Sql = Sql::new(
    "organisation.insert_pattern",
    "insert into tree_pattern (id, company_id, name, body, created_at, account_id) values ($1, $2, $3, $4, $5, $6)",
);

pub(super) const END_PATTERN: Sql = Sql::new(
    "organisation.end_pattern",
    "update tree_pattern set ended_at = $3 where id = $1 and company_id = $2 and ended_at is null",
);

/// Invitations of a company that wait for its answer.
pub(super) const OPEN_INVITATIONS: Sql = Sql::new(
    "organisation.open_invitations",
    "select id, site_id from node where company_id = $1 and status = 'invited' order by site_id, id",
);

/// Declines what waits and leaves what the upper company wrote.
pub(super) const DECLINE: Sql = Sql::new(
    "organisation.decline",
    "update node set status = 'declined', answered_at = $2, version = $3 where id = $1 and status = 'invited'",
);
