-- Facts and judgements. These three tables are the ones that grow for ever, so they are cut from the first day: by month of the
-- day and, inside a month, by worker. The worker leads every key (he is the distribution key); no foreign keys, since the look-up
-- at intake checks them and they would tie the partitions together. Default partitions: nothing is ever lost for want of a month.

-- One card held to one reader at one instant. Never changed. The key says what "the same touch" means.
create table touch (
    worker_id text not null,
    -- civil day in Japan of the device time; follows from the key alone
    touch_day {{int}} not null,
    site_id text not null,
    -- device time, Unix seconds
    at {{bigint}} not null,
    direction text not null,
    -- reader's id, or the account that entered it
    source text not null,
    method text not null,
    item_id text not null,
    seq {{bigint}},
    received_at {{bigint}} not null,
    primary key (worker_id, touch_day, site_id, at, direction)
){{strict}}{{partition by day(touch_day) hash(worker_id)}};
{{only postgres}}
create table touch_default partition of touch default;
{{end}}

-- One row per worker, site and work day: first in, last out, and the judgement in force.
create table history (
    worker_id text not null,
    work_day {{int}} not null,
    site_id text not null,
    first_in {{bigint}},
    last_out {{bigint}},
    counts {{int}} not null,
    -- copied from the roster when the day first counts; employer as known even when it does not
    employer_id text,
    node_id text,
    trade text,
    position text,
    work_content text,
    -- number of the judgement in force
    judgement {{int}} not null,
    updated_at {{bigint}} not null,
    primary key (worker_id, work_day, site_id)
){{strict}}{{partition by day(work_day) hash(worker_id)}};
create index history_site on history (site_id, work_day, worker_id);
{{only postgres}}
create table history_default partition of history default;
{{end}}

-- Every judgement ever made of a day; a new one never erases the old.
create table judgement (
    worker_id text not null,
    work_day {{int}} not null,
    site_id text not null,
    number {{int}} not null,
    at {{bigint}} not null,
    rule text not null,
    counts {{int}} not null,
    verdict text not null,
    cause text not null,
    primary key (worker_id, work_day, site_id, number)
){{strict}}{{partition by day(work_day) hash(worker_id)}};
{{only postgres}}
create table judgement_default partition of judgement default;
{{end}}

-- Touches that were not taken in, as they came, with the reason: shown to who can mend it, and taken in again when he has.
create table refused_touch (
    id text not null primary key,
    site_id text not null,
    source text not null,
    worker_id text not null,
    at {{bigint}} not null,
    direction text not null,
    method text not null,
    item_id text not null,
    seq {{bigint}},
    received_at {{bigint}} not null,
    code text not null,
    refusal text not null,
    settled_at {{bigint}},
    unique (site_id, worker_id, at, direction)
){{strict}};
create index refused_touch_open on refused_touch (site_id, received_at) where settled_at is null;
