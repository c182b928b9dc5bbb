-- The construction organisation (施工体制) of a site and its roster (作業員名簿). The rows are the present; every change is also
-- an appended event, so that the past can be told.

create table node (
    id text not null primary key,
    site_id text not null references site (id),
    parent_id text references node (id),
    company_id text not null references company (id),
    tier {{int}} not null,
    status text not null,
    work_name text not null,
    work_content text not null,
    invited_at {{bigint}} not null,
    answered_at {{bigint}},
    version {{int}} not null
){{strict}};
create index node_site on node (site_id, company_id);
create index node_company on node (company_id, status);

create table roster_row (
    id text not null primary key,
    site_id text not null references site (id),
    node_id text not null references node (id),
    worker_id text not null references worker (id),
    trade text,
    position text,
    work_content text not null,
    -- first and last day of the row; null: the whole period of the site
    from_day {{int}},
    to_day {{int}},
    -- 1: the worker's history at this site accrues to this node (he may stand at several)
    accrues {{int}} not null,
    created_at {{bigint}} not null,
    version {{int}} not null,
    unique (node_id, worker_id)
){{strict}};
create unique index roster_accrual on roster_row (site_id, worker_id) where accrues = 1;
create index roster_worker on roster_row (worker_id, site_id);

-- What changed in a site, its organisation and its roster, by whom; never updated, never deleted.
create table site_event (
    id text not null primary key,
    site_id text not null references site (id),
    -- 'site', 'node', 'roster' or 'reader', and the row concerned
    subject text not null,
    subject_id text not null,
    at {{bigint}} not null,
    account_id text not null,
    what text not null
){{strict}};
create index site_event_site on site_event (site_id, at);
