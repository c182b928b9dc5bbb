-- A worker's own code for number entry at the gate (番号入力), as a slow hash. One that is taken away leaves no row.
create table gate_code (
    worker_id text not null primary key references worker (id),
    salt text not null,
    -- cost of the hash
    memory_kib {{int}} not null,
    passes {{int}} not null,
    hash text not null,
    set_at {{bigint}} not null
){{strict}};

-- whether the prime lets workers type number and code at this reader
alter table reader add column number_entry {{int}} not null default 1;
