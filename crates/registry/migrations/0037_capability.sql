-- Visible construction capability (見える化評価): what companies state of themselves, and what they have published. Rows are appended; of a
-- publication only its end is written later.

create table capability_statement (
    company_id text not null references company (id),
    -- field of skill evaluation
    field text not null,
    number {{int}} not null,
    at {{bigint}} not null,
    account_id text not null,
    -- figures by item, as JSON
    figures text not null,
    primary key (company_id, field, number)
){{strict}};

create table capability_publication (
    company_id text not null references company (id),
    field text not null,
    number {{int}} not null,
    at {{bigint}} not null,
    account_id text not null,
    -- the figures are of this day, and are shown up to that one
    on_day {{int}} not null,
    until_day {{int}} not null,
    -- stars of the areas, 1 to 4
    basic {{int}} not null,
    capability {{int}} not null,
    compliance {{int}} not null,
    -- 1: by points that were all read at their source
    confirmed {{int}} not null,
    -- all figures by item, as JSON
    figures text not null,
    -- taken back, or a newer one took its place
    ended_at {{bigint}},
    primary key (company_id, field, number)
){{strict}};
create index capability_published on capability_publication (field, company_id) where ended_at is null;
