-- The register of levels (判定結果): what evaluation bodies gave and took away. Rows are appended and never changed.
create table level_grant (
    worker_id text not null references worker (id),
    number {{int}} not null,
    -- 'granted' or 'cancelled'
    what text not null,
    field text not null,
    level {{int}} not null,
    on_day {{int}} not null,
    at {{bigint}} not null,
    account_id text not null,
    -- application it was asked with
    application_id text,
    -- what the judge said, by the criteria of which day
    judged {{int}},
    judged_by {{int}},
    -- why it was cancelled
    reason text not null,
    primary key (worker_id, number)
){{strict}};
create index level_grant_at on level_grant (at);

-- Certificates of earlier career (経歴証明) that a granted application came with; cancelled with it.
create table career_certificate (
    worker_id text not null references worker (id),
    field text not null,
    application_id text not null,
    ordinal {{int}} not null,
    -- 'work', 'foreman' or 'squad_leader'
    what text not null,
    -- yyyymm
    from_month {{int}} not null,
    to_month {{int}} not null,
    primary key (worker_id, field, application_id, ordinal)
){{strict}};
