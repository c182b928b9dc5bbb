-- Cards (技能者カード): every card ever ordered for a worker, and what became of it.

create table card (
    key text not null primary key,
    worker_id text not null references worker (id),
    -- number of issue, on the chip too
    number {{int}} not null,
    -- why it was made: 'first', 'level_up', 'renewal', 'lost', 'broken', 'unreadable' or 'not_returned'
    reason text not null,
    -- 'asked' (waits for the fee), 'ordered' (to be printed), 'printed' or 'dead'
    state text not null,
    issued_at {{bigint}} not null,
    -- last day on which it holds
    valid_until {{int}} not null,
    level {{int}} not null,
    photo text references paper (key),
    -- 本人確認番号 in the clear, only until the card is printed
    code text,
    code_hash text not null,
    ended_at {{bigint}},
    -- why it ended: a reason as above, or 'registration_ended'
    end_reason text,
    unique (worker_id, number)
){{strict}};
create index card_queue on card (state, issued_at) where state in ('asked', 'ordered');

-- Cards of the worker up to this number are dead: intake sees from a row it reads anyway that it need not look further.
alter table worker add column dead_cards {{int}} not null default 0;

-- The card that was held to the reader, so that a touch taken in later is asked about it again.
alter table refused_touch add column card_issue {{int}};
