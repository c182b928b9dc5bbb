-- Who and what there is: master data, companies, workers, accounts, sites.
-- Days are integers yyyymmdd (Japan), instants are Unix milliseconds (UTC), IDs are texts of 14 digits with their leading zeros.

-- Versions of the master data (職種, 立場, 資格 …), each kept whole with its source; the newest of a kind is in force.
create table master_set (
    kind text not null,
    version {{int}} not null,
    loaded_at {{bigint}} not null,
    source text not null,
    sha256 text not null,
    body text not null,
    primary key (kind, version)
){{strict}};

create table company (
    id text not null primary key,
    name text not null,
    name_kana text not null,
    registered_at {{bigint}} not null
){{strict}};

create table worker (
    id text not null primary key,
    -- stands for the worker in addresses of pages, where the ID, being personal data, must not appear
    handle text not null unique,
    name text not null,
    name_kana text not null,
    language text not null,
    -- 'simplified' (簡略型) or 'detailed' (詳細型)
    registration text not null,
    ended_on {{int}},
    registered_at {{bigint}} not null
){{strict}};

-- Trades the worker has registered; ordinal 0 is the main one.
create table worker_trade (
    worker_id text not null references worker (id),
    ordinal {{int}} not null,
    trade text not null,
    primary key (worker_id, trade)
){{strict}};

-- Ties of worker and company. A closed tie stays as a fact; only the worker may still see it.
create table employment (
    worker_id text not null references worker (id),
    company_id text not null references company (id),
    from_day {{int}} not null,
    to_day {{int}},
    main {{int}} not null,
    primary key (worker_id, company_id, from_day)
){{strict}};
create index employment_company on employment (company_id, worker_id);

create table account (
    id text not null primary key,
    sign_in_id text not null unique,
    role text not null,
    company_id text references company (id),
    worker_id text references worker (id),
    name text not null,
    password_hash text not null,
    misses {{int}} not null,
    locked_until {{bigint}},
    created_at {{bigint}} not null
){{strict}};

-- Only the hash of a session token is kept, so a stolen database opens no session.
create table session (
    token_hash text not null primary key,
    account_id text not null references account (id),
    created_at {{bigint}} not null,
    expires_at {{bigint}} not null
){{strict}};
create index session_account on session (account_id);

create table site (
    id text not null primary key,
    prime_id text not null references company (id),
    name text not null,
    address text not null,
    orderer text not null,
    -- history period (就業履歴蓄積期間)
    from_day {{int}} not null,
    to_day {{int}} not null,
    -- minutes after midnight at which the work day begins
    day_boundary {{int}} not null,
    version {{int}} not null,
    created_at {{bigint}} not null
){{strict}};
create index site_prime on site (prime_id);

-- Sites a site manager (現場管理者) was given.
create table account_site (
    account_id text not null references account (id),
    site_id text not null references site (id),
    primary key (account_id, site_id)
){{strict}};

-- Card readers of a site; the key itself is shown once and never stored.
create table reader (
    id text not null primary key,
    site_id text not null references site (id),
    name text not null,
    key_hash text not null unique,
    created_at {{bigint}} not null,
    revoked_at {{bigint}},
    last_seen_at {{bigint}},
    clock_offset_ms {{bigint}},
    sender text
){{strict}};
create index reader_site on reader (site_id);
