-- What the registry signs the QRs of workers with: one row. Readers get the public half with their roster copy.
create table qr_key (
    id {{int}} not null primary key,
    secret text not null,
    made_at {{bigint}} not null
){{strict}};

-- which QRs the prime lets a reader take: 'none', 'signed', or 'plain' (printed ones with the ID alone too)
alter table reader add column qr text not null default 'signed';
