-- Proxy applications in bulk (代行申請の一括): a file with many workers, looked at first and then applied for as a whole. A row is a job:
-- a server that finds it waiting works on it in the background and says how far it is.
create table bulk (
    id text not null primary key,
    company_id text not null references company (id),
    account_id text not null references account (id),
    created_at {{bigint}} not null,
    -- 'checking', 'faulty', 'ready', 'applying', 'done', 'discarded' or 'broken'
    state text not null,
    -- name of the file, by which people know it again
    file_name text not null,
    -- the Excel file, and the zip with the papers if there is one
    sheet text not null references paper (key),
    bundle text references paper (key),
    -- how much there is to look at, and how much was looked at
    total {{int}} not null,
    done {{int}} not null,
    -- until when a server works on it; 0: none does
    lease_until {{bigint}} not null,
    attempts {{int}} not null,
    workers {{int}} not null,
    yen {{bigint}} not null,
    -- what is wrong, by row and column, as JSON
    faults text not null
){{strict}};
create index bulk_company on bulk (company_id, created_at);
create index bulk_work on bulk (lease_until, created_at) where state in ('checking', 'applying');

create table bulk_row (
    bulk_id text not null references bulk (id),
    -- as Excel counts it
    row_number {{int}} not null,
    name text not null,
    -- fields by name with the keys of the papers, as JSON; blank once the application holds them
    fields text not null,
    -- somebody registered has this name in kana and this birth date
    registered {{int}} not null,
    yen {{bigint}} not null,
    application_id text references application (id),
    primary key (bulk_id, row_number)
){{strict}};
