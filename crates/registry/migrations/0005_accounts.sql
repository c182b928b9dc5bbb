-- Accounts, sign-in and mail. Secrets are kept as hashes only; what must be sent readable is blanked once it is sent.

-- Tiers of a company's own organisation (本社・支店・部署, up to three); a tier manager's rights hold for his tier and those below.
create table company_tier (
    id text not null primary key,
    company_id text not null references company (id),
    parent_id text references company_tier (id),
    -- 1 to 3
    level {{int}} not null,
    name text not null,
    created_at {{bigint}} not null
){{strict}};
create index company_tier_company on company_tier (company_id);

-- Misses are counted in `throttle` from now on: by ID and by address.
alter table account drop column misses;
alter table account drop column locked_until;
alter table account add column email text not null default '';
alter table account add column language text not null default 'ja';
-- 1: nothing but the change of the password is open
alter table account add column must_change {{int}} not null default 0;
-- the 4-digit security code (セキュリティコード); null: none is asked for
alter table account add column code_hash text;
-- hash of the address from which the right password last came
alter table account add column known_address text;
alter table account add column closed_at {{bigint}};
alter table account add column tier_id text references company_tier (id);
create index account_company on account (company_id);
create index account_worker on account (worker_id);

-- stands for the session in addresses of pages
alter table session add column id text not null default '';
-- coarse: the browser and the system by name
alter table session add column device text not null default '';
-- coarse: without its last part
alter table session add column address text not null default '';
alter table session add column last_seen_at {{bigint}} not null default 0;

-- Misses and requests, counted so that nobody can try for ever.
create table throttle (
    what text not null,
    about text not null,
    misses {{bigint}} not null,
    since {{bigint}} not null,
    -- 0: open
    locked_until {{bigint}} not null,
    primary key (what, about)
){{strict}};

-- Something that may be done once by whoever holds the token: go on signing in, set a forgotten password, sign up.
create table ticket (
    token_hash text not null primary key,
    kind text not null,
    -- null: leads nowhere, written so that an unknown ID costs what a known one does
    account_id text references account (id),
    body text not null,
    created_at {{bigint}} not null,
    expires_at {{bigint}} not null,
    used_at {{bigint}}
){{strict}};
create index ticket_account on ticket (account_id);

-- Mails wait here until they are sent; the body is blanked then.
create table mail (
    id text not null primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    -- 'waiting', 'sent', 'failed' or 'void' (nobody was meant)
    state text not null,
    attempts {{int}} not null,
    next_at {{bigint}} not null,
    last_error text not null default '',
    created_at {{bigint}} not null,
    sent_at {{bigint}}
){{strict}};
create index mail_state on mail (state, next_at);

-- The second factor (認証アプリ): must be readable to be checked.
create table totp (
    account_id text not null primary key references account (id),
    secret text not null,
    -- null: shown, not yet proven
    confirmed_at {{bigint}},
    -- step of the last code taken; none is taken twice
    last_step {{bigint}} not null
){{strict}};

create table recovery_code (
    account_id text not null references account (id),
    code_hash text not null,
    used_at {{bigint}},
    primary key (account_id, code_hash)
){{strict}};
