-- Devices (端末): the machines behind a reader's key; nearly always one.
create table reader_device (
    reader_id text not null references reader (id),
    -- the device's own id; empty for a program that tells none
    device_id text not null,
    first_seen_at {{bigint}} not null,
    last_seen_at {{bigint}} not null,
    clock_offset_ms {{bigint}},
    sender text,
    -- as the device told it: touches that wait, highest running number, head of its chain there, first number at which its record does not hold
    backlog {{bigint}},
    highest {{bigint}},
    chain text,
    broken_at {{bigint}},
    -- running numbers that came in, as ranges: 1-500,502-900
    numbers text not null,
    -- since when some are missing
    gap_since {{bigint}},
    -- when its record was last found to be an older one
    rewound_at {{bigint}},
    -- what the prime has been told of it and still holds, as words
    told text not null,
    primary key (reader_id, device_id)
){{strict}};

insert into reader_device (reader_id, device_id, first_seen_at, last_seen_at, clock_offset_ms, sender, numbers, told)
select id, '', last_seen_at, last_seen_at, clock_offset_ms, sender, '', '' from reader where last_seen_at is not null;

-- these stand with the device from now on
alter table reader drop column last_seen_at;
alter table reader drop column clock_offset_ms;
alter table reader drop column sender;
