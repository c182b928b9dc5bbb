-- Excel files of sites (現場・契約情報) that wait to be registered or changed until somebody has looked at what they would do. A working
-- paper: thrown away a day later. What was done stands in it until then, so that a second click finds it.
create table site_draft (
    id text not null primary key,
    company_id text not null references company (id),
    account_id text not null,
    at {{bigint}} not null,
    file_name text not null,
    -- the rows, as JSON; empty once they are done
    body text not null,
    done_at {{bigint}},
    -- what was done, as JSON; empty until then
    outcome text not null default ''
){{strict}};
create index site_draft_at on site_draft (at);

-- whether the same site was registered already
create index site_prime_name on site (prime_id, name);
