-- Applications (申請): what somebody asks to be registered, and everything that happened to it.

create table application (
    id text not null primary key,
    -- 申請番号: what people write down and say on the telephone
    number text not null unique,
    -- 'company_new', 'worker_new', 'company_change' or 'worker_change'
    purpose text not null,
    state text not null,
    state_since {{bigint}} not null,
    -- who writes it, and the company that does so as proxy (代行申請)
    account_id text not null references account (id),
    proxy_company_id text references company (id),
    -- company or worker: of a change from the beginning, of a new one once it is registered
    subject_id text,
    -- the fields by name, as JSON; kept as typed even while they are wrong
    body text not null,
    -- raised by every change of the body
    version {{int}} not null,
    -- what the reviewer marked when he sent it back, and what he corrected himself, as JSON
    marks text not null,
    corrections text not null,
    -- the reviewer who has it, and the one who approved first
    reviewer_id text references account (id),
    approved_by text references account (id),
    fee_yen {{bigint}} not null,
    paid_at {{bigint}},
    submitted_at {{bigint}},
    created_at {{bigint}} not null,
    -- copies for search and for finding the same person or company twice
    name text not null,
    name_kana text not null,
    name_alphabet text not null,
    birth_day {{int}},
    phone text not null,
    corporate_number text not null,
    licence text not null
){{strict}};
create index application_queue on application (state, state_since);
create index application_account on application (account_id, created_at);
create index application_proxy on application (proxy_company_id, created_at);
create index application_subject on application (subject_id);

-- Every move, who made it, from where to where; never changed.
create table application_event (
    application_id text not null references application (id),
    number {{int}} not null,
    at {{bigint}} not null,
    account_id text not null,
    what text not null,
    from_state text not null,
    to_state text not null,
    details text not null,
    primary key (application_id, number)
){{strict}};

-- For the search of persons and companies that may be the same.
create index worker_same_person on worker (birth_day, name_kana);
create index worker_same_phone on worker (phone);
create index company_same_number on company (corporate_number);
create index company_same_phone on company (phone);
