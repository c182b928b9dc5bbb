//! All SQL of this room. Only it writes `node` below the prime. Reading screens join `site`, `company` and `roster_row`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &OPEN_APPROVALS,
    &NODE_FACTS,
    &COMPANY_NAME,
    &COMPANY_STATE,
    &FIND_COMPANIES,
    &LOCK_NODE,
    &INSERT_INVITATION,
    &INVITATIONS,
    &INVITATION,
    &ANSWER,
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
    "select n.id, n.invited_at,
            (select count(*) from roster_row x where x.node_id = n.id and (x.to_day is null or x.to_day >= $2)) as workers
     from node n where n.site_id = $1",
);

pub(super) const COMPANY_NAME: Sql = Sql::new("organisation.company_name", "select name from company where id = $1");

/// How a company stands.
pub(super) const COMPANY_STATE: Sql = Sql::new("organisation.company_state", "select state from company where id = $1");

/// Companies by name (`$1`), or by kana or ID (`$2`).
pub(super) const FIND_COMPANIES: Sql = Sql::new(
    "organisation.find_companies",
    "select id, name, name_kana, count(*) over () as total from company
     where state in ('registered', 'suspended') and (replace(replace(lower(name), ' ', ''), '　', '') like $1 escape '\\'
        or replace(replace(name_kana, ' ', ''), '　', '') like $2 escape '\\' or id like $2 escape '\\')
     order by name_kana, id limit $3 offset $4",
);

/// Holds a node until the end of the transaction, so that the same company is not invited beneath it twice at once. (SQLite has
/// one writer anyhow.)
pub(super) const LOCK_NODE: Sql = Sql::either(
    "organisation.lock_node",
    "select id from node where id = $1",
    "select id from node where id = $1 for no key update",
);

/// Invites, unless the company already stands beneath the same node and has not declined.
pub(super) const INSERT_INVITATION: Sql = Sql::new(
    "organisation.insert_invitation",
    "insert into node (id, site_id, parent_id, company_id, tier, status, work_name, work_content, invited_at, version)
     select $1, $2, $3, $4, $5, 'invited', $6, '', $7, 1
     where not exists (select 1 from node x where x.parent_id = $3 and x.company_id = $4 and x.status <> 'declined')",
);

/// What a company was invited to, waiting ones first.
pub(super) const INVITATIONS: Sql = Sql::new(
    "organisation.invitations",
    "select n.id, n.tier, n.status, n.work_name, n.invited_at, n.answered_at, s.name as site_name, c.name as prime_name,
            u.name as upper_name, count(*) over () as total
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     join node p on p.id = n.parent_id join company u on u.id = p.company_id
     where n.company_id = $1 order by case when n.status = 'invited' then 0 else 1 end, n.invited_at desc, n.id limit $2 offset $3",
);

/// One of them. The company stands in the condition: nobody reads another's invitation.
pub(super) const INVITATION: Sql = Sql::new(
    "organisation.invitation",
    "select n.id, n.site_id, n.tier, n.status, n.work_name, n.work_content, n.invited_at, n.answered_at, s.name as site_name,
            s.address, s.from_day, s.to_day, c.name as prime_name, u.name as upper_name
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     join node p on p.id = n.parent_id join company u on u.id = p.company_id
     where n.id = $1 and n.company_id = $2",
);

/// Answers an invitation that still waits: of two answers at once, one finds no row.
pub(super) const ANSWER: Sql = Sql::new(
    "organisation.answer",
    "update node set status = $3, work_name = $4, work_content = $5, answered_at = $6, version = version + 1
     where id = $1 and company_id = $2 and status = 'invited'",
);

/// Invitations of a company that wait for its answer.
pub(super) const OPEN_INVITATIONS: Sql = Sql::new(
    "organisation.open_invitations",
    "select id, site_id from node where company_id = $1 and status = 'invited' order by site_id, id",
);

/// Declines what waits and leaves what the upper company wrote.
pub(super) const DECLINE: Sql = Sql::new(
    "organisation.decline",
    "update node set status = 'declined', answered_at = $2, version = version + 1 where id = $1 and status = 'invited'",
);
