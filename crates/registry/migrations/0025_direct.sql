-- Direct input (直接入力): days that no gate has seen, entered by the worker or his employer, approved by the prime of the site.
create table direct_request (
    id text not null primary key,
    worker_id text not null references worker (id),
    work_day {{int}} not null,
    -- none: the site was not registered yet when it was entered
    site_id text references site (id),
    prime_id text references company (id),
    -- the site's ID, else its name as it was typed: with worker and day it says what "the same request" means
    place text not null,
    -- as typed while there is no site
    site_name text not null,
    prime_name text not null,
    -- minutes after midnight; an exit that is not later than the entry is on the next day
    in_minute {{int}} not null,
    out_minute {{int}},
    note text not null,
    -- 'worker' or 'company', and the account
    asked_as text not null,
    account_id text not null references account (id),
    -- the company that asked; for a worker who asked himself his employer that day
    company_id text references company (id),
    asked_at {{bigint}} not null,
    -- last day for input and approval
    deadline {{int}} not null,
    -- 'requested', 'approved', 'refused', 'withdrawn' or 'expired'
    state text not null,
    decided_at {{bigint}},
    reason text not null,
    -- reminders that were told, or were due already when it was entered
    reminders {{int}} not null
){{strict}};
create unique index direct_request_open on direct_request (worker_id, work_day, place) where state = 'requested';
create index direct_request_waiting on direct_request (prime_id, site_id) where state = 'requested';
create index direct_request_deadline on direct_request (deadline, reminders) where state = 'requested';
create index direct_request_worker on direct_request (worker_id, work_day);
create index direct_request_company on direct_request (company_id, work_day);

-- What happened to a request; never updated, never deleted.
create table direct_event (
    id text not null primary key,
    request_id text not null references direct_request (id),
    at {{bigint}} not null,
    -- none: nobody did it, the deadline passed
    account_id text references account (id),
    -- 'asked', 'site', 'approved', 'refused', 'withdrawn' or 'expired'
    what text not null,
    -- the site that was put on, the reason
    details text not null
){{strict}};
create index direct_event_request on direct_event (request_id, at);
