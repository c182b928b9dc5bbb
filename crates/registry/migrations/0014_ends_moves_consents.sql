-- How registrations end, how workers move between companies, and who agreed to what somebody else files.

-- why the registration ended: 'withdrawn' or 'deceased'; the day is in ended_on
alter table worker add column end_reason text;
-- last day of a company that withdrew
alter table company add column ended_on {{int}};
create index company_by_end on company (valid_until) where valid_until is not null;
create index card_by_end on card (valid_until) where state = 'printed';

-- Notices of an end that were told: once for each end and each number of months before it (0: that it has passed).
create table term_notice (
    -- company ID, or key of the card
    subject_id text not null,
    valid_until {{int}} not null,
    months {{int}} not null,
    at {{bigint}} not null,
    primary key (subject_id, valid_until, months)
){{strict}};

-- A worker's move to a company (所属の変更), told by him or by an application; the company confirms or declines.
create table tie_move (
    id text not null primary key,
    worker_id text not null references worker (id),
    company_id text not null references company (id),
    -- first day of the new tie
    from_day {{int}} not null,
    -- 1: it becomes the main one
    main {{int}} not null,
    -- company he leaves with it; null: none
    left_company_id text references company (id),
    -- 'asked', 'confirmed', 'declined' or 'withdrawn'
    state text not null,
    asked_at {{bigint}} not null,
    asked_by text not null,
    answered_at {{bigint}},
    answered_by text,
    -- why it was declined
    reason text not null
){{strict}};
create index tie_move_company on tie_move (company_id, state, asked_at);
create index tie_move_worker on tie_move (worker_id, asked_at);
create unique index tie_move_once on tie_move (worker_id, company_id) where state = 'asked';

-- What an end came from: 'employer' entered it (and alone can take it back), 'move', 'change' (an application no longer names the
-- company), 'worker_ended' or 'company_ended' (the registration did); and the move it belongs to.
alter table tie_end add column cause text not null default 'employer';
alter table tie_end add column move_id text references tie_move (id);
-- Version of the worker's record that the end wrote; taking it back puts the one before in its place.
alter table tie_end add column record_number {{int}};

-- Consents given on the screen (画面での同意) to what somebody else files.
create table consent (
    id text not null primary key,
    application_id text not null references application (id),
    -- whose: 'worker' or 'employer', and his or its ID
    party text not null,
    subject_id text not null,
    -- SHA-256, in hex, of the fields that were shown; it holds for nothing else
    content text not null,
    -- 'asked', 'agreed', 'declined', 'revoked' or 'void' (asked again)
    state text not null,
    asked_at {{bigint}} not null,
    asked_by text not null,
    answered_at {{bigint}},
    answered_by text,
    -- why it was declined
    reason text not null
){{strict}};
create index consent_application on consent (application_id, party, asked_at);
create index consent_subject on consent (subject_id, state);
