-- Agreements between companies (事業者間合意) and the workers' consent to proxy handling (代理手続きの同意確認).

-- One company lets another handle its people. A row that has ended stays; asking again makes another one.
create table agreement (
    id text not null primary key,
    -- the company that handles
    proxy_id text not null references company (id),
    -- the company whose people they are
    principal_id text not null references company (id),
    -- 'asked', 'agreed', 'refused', 'withdrawn' or 'revoked'
    state text not null,
    asked_at {{bigint}} not null,
    answered_at {{bigint}},
    ended_at {{bigint}},
    -- company that ended it
    ended_by text
){{strict}};
create unique index agreement_open on agreement (proxy_id, principal_id) where state in ('asked', 'agreed');
create index agreement_principal on agreement (principal_id, state);
create index agreement_proxy on agreement (proxy_id, state);

-- What a worker says to an agreement of his company; no row: he has not said anything, and that is no. Each answer is also a change_event.
create table proxy_consent (
    agreement_id text not null references agreement (id),
    worker_id text not null references worker (id),
    consents {{int}} not null,
    at {{bigint}} not null,
    primary key (agreement_id, worker_id)
){{strict}};
create index proxy_consent_worker on proxy_consent (worker_id, agreement_id);
