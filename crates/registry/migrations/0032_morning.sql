-- The mornings that were told (朝のお知らせ), by the instant up to which days were looked at: each once.
create table morning (
    until_at {{bigint}} not null primary key,
    from_at {{bigint}} not null,
    told_at {{bigint}} not null,
    companies {{int}} not null,
    workers {{int}} not null
){{strict}};

-- Workers who wish to be told too.
create table morning_wish (
    worker_id text not null primary key references worker (id),
    since {{bigint}} not null
){{strict}};

-- what was judged since the morning before and does not count: of judgements the small part
create index judgement_open on judgement (at) where counts = 0;
