-- Sites whose figures an orderer (発注者) may see, by the prime's consent. Rows are appended; of one only its end is written later.
create table orderer_site (
    site_id text not null references site (id),
    account_id text not null references account (id),
    number {{int}} not null,
    agreed_at {{bigint}} not null,
    agreed_by text not null,
    -- taken back
    ended_at {{bigint}},
    primary key (site_id, account_id, number)
){{strict}};
create unique index orderer_site_open on orderer_site (account_id, site_id) where ended_at is null;
