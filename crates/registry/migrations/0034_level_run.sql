-- Levels of everybody: what the judge says of each worker, kept so that companies and figures need not judge. No foreign keys: these
-- tables are written by the million, only for workers just read.

-- One row per worker and field in which he has a trade or days. A row that stays the same is not written again.
create table level_standing (
    worker_id text not null,
    field text not null,
    -- by confirmed criteria, and by all of them as a guide: 1 to 4
    level {{int}} not null,
    guide {{int}} not null,
    -- work days that count
    days {{int}} not null,
    -- the next level above the guide; null: there is none
    next_level {{int}},
    -- days still to be worked for it
    missing_days {{int}} not null,
    -- 1: nothing but days is missing
    only_days {{int}} not null,
    -- all that is missing, as JSON
    missing text not null,
    -- day on which the days will be there at the present pace
    forecast {{int}},
    -- last day of the qualification that runs out next, and its name
    runs_out {{int}},
    runs_out_name text,
    -- from this day on the worker is judged again though nothing was changed
    again_on {{int}},
    -- which criteria and rules said so, and on which day
    criteria text not null,
    judged_on {{int}} not null,
    primary key (worker_id, field)
){{strict}};
create index level_standing_again on level_standing (again_on);

-- Workers of whom something was changed since they were judged. The number grows with every change, so that a run takes away only the
-- mark it has seen.
create table level_stale (
    worker_id text not null primary key,
    number {{bigint}} not null
){{strict}};

-- Runs, the newest last; one that is not finished goes on from its position.
create table level_run (
    number {{int}} not null primary key,
    -- 'everybody' or 'changed'
    whom text not null,
    criteria text not null,
    on_day {{int}} not null,
    -- 1: the days of everybody are in level_days
    gathered {{int}} not null,
    -- worker up to whom everybody is judged
    position text not null,
    done {{bigint}} not null,
    total {{bigint}} not null,
    -- rows written
    changed {{bigint}} not null,
    started_at {{bigint}} not null,
    beat_at {{bigint}} not null,
    finished_at {{bigint}}
){{strict}};

-- PostgreSQL, while everybody is judged: all histories read once, added up by worker. Empty otherwise.
create table level_days (
    worker_id text not null,
    month {{int}} not null,
    trade text,
    position text,
    training {{int}} not null,
    days {{bigint}} not null
){{strict}};
create index level_days_worker on level_days (worker_id);
