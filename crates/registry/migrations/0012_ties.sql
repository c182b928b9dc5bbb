-- Ties of worker and company: confirmed by the company, ended by it.

-- When the company last said that the worker still belongs to it, and the account that said so.
alter table employment add column confirmed_at {{bigint}};
alter table employment add column confirmed_by text;

-- An end that a company entered, so that it can be told and, on the same day, taken back. Never deleted.
create table tie_end (
    id text not null primary key,
    worker_id text not null,
    company_id text not null,
    -- first day of the tie: with worker and company its key
    from_day {{int}} not null,
    last_day {{int}} not null,
    at {{bigint}} not null,
    account_id text not null,
    -- rows of rosters that ended with it, and their former last days, as JSON
    roster_rows text not null,
    taken_back_at {{bigint}},
    taken_back_by text
){{strict}};
create index tie_end_company on tie_end (company_id, at);
