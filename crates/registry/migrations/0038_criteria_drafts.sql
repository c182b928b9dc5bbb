-- Drafts of the criteria of levels (能力評価基準の案), and what each would change. They stay when they are in force.
create table criteria_draft (
    id text not null primary key,
    body text not null,
    source text not null,
    -- hash of the criteria that were in force when it was made
    base text not null,
    account_id text not null,
    created_at {{bigint}} not null,
    -- workers it would move, by field, as JSON; null: not reckoned yet
    moves text,
    loaded_at {{bigint}}
){{strict}};
