-- Fees (料金): invoices and what was paid, the years of administrators' IDs, the monthly closing of the site use fee. Money is in
-- whole yen, tax included.

-- Last number given in each year of the operator: its row is held while invoices are written, so that the numbers have no gap.
create table invoice_counter (
    operator_year {{int}} not null primary key,
    last {{int}} not null
){{strict}};

-- An invoice (請求書). Payer and issuer are copied: a later change of a name leaves it as it was sent.
create table invoice (
    id text not null primary key,
    operator_year {{int}} not null,
    number {{int}} not null,
    issued_on {{int}} not null,
    due_on {{int}} not null,
    -- 'company', 'worker' or 'account', and the ID or key
    payer_kind text not null,
    payer_id text not null,
    payer_name text not null,
    payer_postal text not null,
    payer_address text not null,
    -- 'application', 'administrator_ids', 'site_use' or 'reissue', whose or which, and for which year or month (its first day, or 0)
    charge text not null,
    about_id text not null,
    about_day {{int}} not null,
    issuer_name text not null,
    issuer_address text not null,
    issuer_number text not null,
    total_yen {{bigint}} not null,
    -- 'open', 'paid' or 'cancelled', and when it became so
    state text not null,
    settled_at {{bigint}},
    -- why it was cancelled
    reason text not null,
    unique (operator_year, number)
){{strict}};
-- IDs acquired on one day may be billed apart; what keeps them from being billed twice is administrator_id_year.
create unique index invoice_about on invoice (charge, about_id, about_day) where state <> 'cancelled' and charge <> 'administrator_ids';
create index invoice_payer on invoice (payer_kind, payer_id, issued_on);
create index invoice_open on invoice (due_on) where state = 'open';

create table invoice_line (
    invoice_id text not null references invoice (id),
    ordinal {{int}} not null,
    item text not null,
    -- month or first day of the year that is charged
    period_day {{int}},
    -- 1: a month closed before that came out differently
    correction {{int}} not null,
    quantity {{bigint}} not null,
    unit_yen {{bigint}} not null,
    tax_percent {{int}} not null,
    amount_yen {{bigint}} not null,
    primary key (invoice_id, ordinal)
){{strict}};

-- A payment as its provider names it. 'surplus': the money came although the invoice was already paid or cancelled.
create table payment (
    id text not null primary key,
    invoice_id text not null references invoice (id),
    -- 'simulator' or 'bank_transfer'
    provider text not null,
    reference text not null,
    yen {{bigint}} not null,
    -- 'started', 'confirmed', 'failed' or 'surplus'
    state text not null,
    started_at {{bigint}} not null,
    ended_at {{bigint}},
    account_id text not null,
    unique (provider, reference)
){{strict}};
create index payment_invoice on payment (invoice_id);

-- Years of administrators' IDs that were charged (or were free: no invoice).
create table administrator_id_year (
    account_id text not null references account (id),
    first_day {{int}} not null,
    last_day {{int}} not null,
    invoice_id text references invoice (id),
    primary key (account_id, first_day)
){{strict}};

-- What each closing charged to each prime for each month: histories counted then, less those charged for that month before. Months are
-- yyyymm. What has no invoice yet waits.
create table site_use (
    company_id text not null references company (id),
    month {{int}} not null,
    closed_in {{int}} not null,
    histories {{bigint}} not null,
    unit_yen {{bigint}} not null,
    yen {{bigint}} not null,
    invoice_id text references invoice (id),
    primary key (company_id, month, closed_in)
){{strict}};
create index site_use_waiting on site_use (company_id) where invoice_id is null;
create index site_use_invoice on site_use (invoice_id);

-- The closings (締め) of months: how far, and what came of them.
create table site_use_closing (
    month {{int}} not null primary key,
    -- 'billing' or 'done'
    state text not null,
    started_at {{bigint}} not null,
    finished_at {{bigint}},
    -- last company that was looked at
    reached text not null,
    companies {{int}} not null,
    companies_done {{int}} not null,
    histories {{bigint}} not null,
    charged_yen {{bigint}} not null,
    invoices {{int}} not null,
    invoiced_yen {{bigint}} not null
){{strict}};

-- Use suspended for an unpaid invoice, until it was settled.
create table suspension (
    invoice_id text not null primary key references invoice (id),
    company_id text not null references company (id),
    from_at {{bigint}} not null,
    until_at {{bigint}}
){{strict}};
create index suspension_company on suspension (company_id);
