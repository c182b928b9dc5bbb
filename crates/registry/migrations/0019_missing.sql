-- What is missing: found fast, told to who can mend it, judged again.

-- The days that do not count yet, and those that counted only after they were judged again: few, whatever the size of a site.
create index history_open on history (site_id, work_day, worker_id) where counts = 0 or judgement > 1;

-- Who was told what is missing, so that nobody is told twice by a double click, or every hour.
create table missing_told (
    site_id text not null references site (id),
    -- what it is, as `domain::missing` names it
    about text not null,
    -- civil day in Japan
    day {{int}} not null,
    at {{bigint}} not null,
    account_id text not null references account (id),
    -- how many companies or workers were told
    told {{int}} not null,
    primary key (site_id, about, day)
){{strict}};

-- The last time that a site's open days were judged again because somebody asked: how far it is, and what it brought.
create table judged_again (
    site_id text not null references site (id),
    company_id text not null references company (id),
    started_at {{bigint}} not null,
    -- days to judge, judged so far, and of these how many count now
    days {{int}} not null,
    done {{int}} not null,
    now_count {{int}} not null,
    finished_at {{bigint}},
    account_id text not null references account (id),
    primary key (site_id, company_id)
){{strict}};
