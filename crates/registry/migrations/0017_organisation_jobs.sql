-- The organisation in full: companies that are not registered, moves and ends of nodes, favourites, patterns; and background work.

-- A company that is not registered (CCUS未登録) stands in the tree by name only: company_id may be null. (The column is made anew,
-- since SQLite cannot take `not null` away.)
alter table node add column member_id text references company (id);
update node set member_id = company_id;
drop index node_site;
drop index node_company;
alter table node drop column company_id;
alter table node rename column member_id to company_id;
create index node_site on node (site_id, company_id);
create index node_company on node (company_id, status);
-- name of a company that is not registered, or was not when it was put in; else empty
alter table node add column name text not null default '';
-- last day in the organisation; null: as long as the site
alter table node add column to_day {{int}};
-- reminders of an open invitation that were sent
alter table node add column reminders {{int}} not null default 0;
create index node_waiting on node (invited_at) where status = 'invited';

-- Counts changes of the site's organisation. node.version is the number of the node's last change, so a form that carries the
-- number it was made with can be told from one that is too old for just these nodes.
alter table site add column tree_version {{int}} not null default 1;
update node set version = 1;
-- Changes of nodes carry that number too: played again in its order, they give the tree of any past day.
alter table site_event add column number {{int}};
update site_event set number = 1 + (
    select count(*) from site_event x
    where x.site_id = site_event.site_id and x.subject = 'node'
      and (x.at < site_event.at or (x.at = site_event.at and x.id <= site_event.id)))
where subject = 'node';
update site set tree_version = coalesce((select max(e.number) from site_event e where e.site_id = site.id), 1);
create unique index site_event_number on site_event (site_id, number) where number is not null;

-- Companies that a company often invites (主に要請する事業者).
create table favourite (
    company_id text not null references company (id),
    lower_id text not null references company (id),
    at {{bigint}} not null,
    account_id text not null,
    primary key (company_id, lower_id)
){{strict}};

-- A stored part of a tree (施工体制パターン), to be put on a site in one go.
create table tree_pattern (
    id text not null primary key,
    company_id text not null references company (id),
    name text not null,
    -- JSON: list of { under: place in this list or null, company: ID or null, name, work_name }
    body text not null,
    created_at {{bigint}} not null,
    account_id text not null,
    -- no longer offered
    ended_at {{bigint}}
){{strict}};
create index tree_pattern_company on tree_pattern (company_id, created_at);

-- Background work: a row of the transaction that asks for it.
create table job (
    id text not null primary key,
    kind text not null,
    -- who asked for it, and may watch it
    account_id text not null references account (id),
    -- what the work needs to know, as JSON
    args text not null,
    -- where the page leads when it is done
    link text not null,
    -- 'waiting', 'done', 'refused' (a rule said no) or 'failed' (given up)
    state text not null,
    done {{bigint}} not null,
    total {{bigint}} not null,
    -- key of the closing sentence, and its numbers as JSON
    told text not null,
    numbers text not null,
    attempts {{int}} not null,
    -- not taken up before: a pause after a failure, or somebody is at work on it until then
    next_at {{bigint}} not null,
    created_at {{bigint}} not null,
    finished_at {{bigint}}
){{strict}};
create index job_state on job (state, next_at);
create index job_account on job (account_id, created_at);
