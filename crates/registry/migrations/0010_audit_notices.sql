-- Who looked at whose data, who changed what, and what people are told.

-- Looks of one account at one worker in one way on one day are one row, so that the table stays small. Cut like history: by month
-- of the day and, inside a month, by worker; the worker leads the key, since it is he who asks first.
create table look (
    worker_id text not null,
    -- civil day in Japan
    look_day {{int}} not null,
    account_id text not null,
    -- what was seen: 'roster', 'calendar', 'day' …
    what text not null,
    -- company of the account at that time; '' for the operator's people
    company_id text not null,
    first_at {{bigint}} not null,
    last_at {{bigint}} not null,
    times {{int}} not null,
    primary key (worker_id, look_day, account_id, what)
){{strict}}{{partition by day(look_day) hash(worker_id)}};
create index look_company on look (company_id, look_day, account_id);
{{only postgres}}
create table look_default partition of look default;
{{end}}

-- What was changed in the data of a company or a worker, or done with them; only ever appended. (Changes of a site stand in site_event.)
create table change_event (
    id text not null primary key,
    -- company or worker ID, or the key of an account
    subject_id text not null,
    at {{bigint}} not null,
    account_id text not null,
    -- company of the account at that time; '' for the operator's people
    company_id text not null,
    what text not null,
    -- JSON
    details text not null
){{strict}};
create index change_event_subject on change_event (subject_id, at);
create index change_event_company on change_event (company_id, at);
create index change_event_account on change_event (account_id, at);

-- A line on somebody's home page. The sentence is a key of the translation files with its values, so each reads it in his language.
create table notice (
    -- ordered by time
    id text not null primary key,
    -- company ID, worker ID or the key of an account: the three cannot be mistaken for each other
    whom text not null,
    text_key text not null,
    -- JSON object: name → text
    args text not null,
    link text,
    at {{bigint}} not null,
    read_at {{bigint}},
    -- account that marked it read
    read_by text
){{strict}};
create index notice_whom on notice (whom, id);
create index notice_unread on notice (whom) where read_at is null;
