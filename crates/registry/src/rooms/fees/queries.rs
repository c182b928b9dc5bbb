//! All SQL of this room. It reads `company`, `record`, `account`, `site` and `history`; of other rooms' tables it writes one column,
//! `company.state`, when use is suspended and when that ends.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &HOLD_COUNTER,
    &COUNT_ON,
    &BILLED,
    &INSERT_INVOICES,
    &INSERT_LINES,
    &PAYERS,
    &INVOICE,
    &LINES,
    &PAYMENTS,
    &HOLD_INVOICE,
    &SETTLE,
    &INSERT_PAYMENT,
    &PAYMENT,
    &PAYMENT_BY_REFERENCE,
    &END_PAYMENT,
    &INVOICES,
    &INVOICES_OF,
    &FIGURES_OF,
    &COMPANIES_WITH_DUE_IDS,
    &DUE_IDS,
    &INSERT_ID_YEARS,
    &HOLD_CLOSINGS,
    &CLOSINGS,
    &CLOSING,
    &FIRST_CLOSING,
    &DIFFERENCES,
    &CHARGE_DIFFERENCES,
    &ALL_WAITING,
    &BEGIN_CLOSING,
    &CHARGED_IN,
    &WAITING,
    &GIVE_INVOICE,
    &RELEASE,
    &PROGRESS,
    &FINISH,
    &OVERDUE,
    &HOLD_COMPANY,
    &INSERT_SUSPENSION,
    &SUSPEND,
    &END_SUSPENSION,
    &LIFT,
];

/// Holds the year's counter until the end of the transaction, and tells the last number.
pub(super) const HOLD_COUNTER: Sql = Sql::new(
    "fees.hold_counter",
    "insert into invoice_counter (operator_year, last) values ($1, 0)
     on conflict (operator_year) do update set last = invoice_counter.last returning last",
);
pub(super) const COUNT_ON: Sql = Sql::new(
    "fees.count_on",
    "update invoice_counter set last = last + $2 where operator_year = $1",
);

/// The invoice for this very thing that is not cancelled.
pub(super) const BILLED: Sql = Sql::new(
    "fees.billed",
    "select id, total_yen from invoice where charge = $1 and about_id = $2 and about_day = $3 and state <> 'cancelled'",
);

pub(super) const INSERT_INVOICES: Sql = Sql::new(
    "fees.insert_invoices",
    "insert into invoice (id, operator_year, number, issued_on, due_on, payer_kind, payer_id, payer_name, payer_postal, payer_address,
         charge, about_id, about_day, issuer_name, issuer_address, issuer_number, total_yen, state, settled_at, reason)
     select r.id, $2, r.number, $3, $4, r.payer_kind, r.payer_id, r.payer_name, r.payer_postal, r.payer_address,
         r.charge, r.about_id, r.about_day, $5, $6, $7, r.total_yen, 'open', null, ''
     from {{rows $1: id text, number int, payer_kind text, payer_id text, payer_name text, payer_postal text, payer_address text, charge text, about_id text, about_day int, total_yen bigint}} r",
);
pub(super) const INSERT_LINES: Sql = Sql::new(
    "fees.insert_lines",
    "insert into invoice_line (invoice_id, ordinal, item, period_day, correction, quantity, unit_yen, tax_percent, amount_yen)
     select r.invoice_id, r.ordinal, r.item, r.period_day, r.correction, r.quantity, r.unit_yen, r.tax_percent, r.amount_yen
     from {{rows $1: invoice_id text, ordinal int, item text, period_day int, correction int, quantity bigint, unit_yen bigint, tax_percent int, amount_yen bigint}} r",
);

/// Companies as they are registered now: what an invoice copies.
pub(super) const PAYERS: Sql = Sql::new(
    "fees.payers",
    "select c.id, c.name, (select x.body from record x where x.subject_id = c.id order by x.number desc limit 1) as body
     from {{rows $1: id text}} r join company c on c.id = r.id",
);

macro_rules! invoice_columns {
    () => {
        "i.id, i.operator_year, i.number, i.issued_on, i.due_on, i.payer_kind, i.payer_id, i.payer_name, i.payer_postal, i.payer_address,
         i.charge, i.about_id, i.about_day, i.issuer_name, i.issuer_address, i.issuer_number, i.total_yen, i.state, i.settled_at, i.reason"
    };
}

pub(super) const INVOICE: Sql = Sql::new(
    "fees.invoice",
    concat!(
        "select ",
        invoice_columns!(),
        ", cast(1 as bigint) as total from invoice i where i.id = $1"
    ),
);
pub(super) const LINES: Sql = Sql::new(
    "fees.lines",
    "select item, period_day, correction, quantity, unit_yen, tax_percent, amount_yen from invoice_line where invoice_id = $1 order by ordinal",
);
pub(super) const PAYMENTS: Sql = Sql::new(
    "fees.payments",
    "select id, invoice_id, provider, reference, yen, state, started_at, ended_at from payment where invoice_id = $1 order by started_at, id",
);

/// Holds an invoice until the end of the transaction: of two who settle it, the second sees what the first did.
pub(super) const HOLD_INVOICE: Sql = Sql::new("fees.hold_invoice", "update invoice set state = state where id = $1");
pub(super) const SETTLE: Sql = Sql::new(
    "fees.settle",
    "update invoice set state = $2, settled_at = $3, reason = $4 where id = $1 and state = 'open'",
);

pub(super) const INSERT_PAYMENT: Sql = Sql::new(
    "fees.insert_payment",
    "insert into payment (id, invoice_id, provider, reference, yen, state, started_at, account_id)
     values ($1, $2, $3, $4, $5, 'started', $6, $7) on conflict (provider, reference) do nothing",
);
pub(super) const PAYMENT: Sql = Sql::new(
    "fees.payment",
    "select id, invoice_id, provider, reference, yen, state, started_at, ended_at from payment where id = $1",
);
pub(super) const PAYMENT_BY_REFERENCE: Sql = Sql::new(
    "fees.payment_by_reference",
    "select id, invoice_id, provider, reference, yen, state, started_at, ended_at from payment where provider = $1 and reference = $2",
);
pub(super) const END_PAYMENT: Sql = Sql::new(
    "fees.end_payment",
    "update payment set state = $2, ended_at = $3 where id = $1 and state = 'started'",
);

/// What the lists of both sides ask. `$1`: state word, empty for all; `$2`: today, for what is overdue; `$3`: pattern of the payer's
/// name; `$4`, `$5`: year and number typed (0: none); `$6`: payer's ID typed.
macro_rules! found {
    () => {
        "($1 = '' or i.state = $1 or ($1 = 'overdue' and i.state = 'open' and i.due_on < $2))
       and (replace(replace(lower(i.payer_name), ' ', ''), '　', '') like $3 escape '\\' or i.payer_id = $6
            or (i.number = $5 and ($4 = 0 or i.operator_year = $4)))"
    };
}

pub(super) const INVOICES: Sql = Sql::new(
    "fees.invoices",
    concat!(
        "select ",
        invoice_columns!(),
        ", count(*) over () as total from invoice i where ",
        found!(),
        " order by i.operator_year desc, i.number desc limit $7 offset $8"
    ),
);
pub(super) const INVOICES_OF: Sql = Sql::new(
    "fees.invoices_of",
    concat!(
        "select ",
        invoice_columns!(),
        ", count(*) over () as total from invoice i where i.payer_kind = $9 and i.payer_id = $10 and ",
        found!(),
        " order by i.operator_year desc, i.number desc limit $7 offset $8"
    ),
);
/// Open invoices of a payer: how many and how much, and of these the overdue ones (due before `$3`).
pub(super) const FIGURES_OF: Sql = Sql::new(
    "fees.figures_of",
    "select count(*) as open, cast(coalesce(sum(total_yen), 0) as bigint) as open_yen,
            cast(coalesce(sum(case when due_on < $3 then 1 else 0 end), 0) as bigint) as overdue
     from invoice where payer_kind = $1 and payer_id = $2 and state = 'open'",
);

/// Companies with an administrator's ID whose paid year is over, or that has none yet. `$1`: today.
pub(super) const COMPANIES_WITH_DUE_IDS: Sql = Sql::new(
    "fees.companies_with_due_ids",
    "select distinct a.company_id from account a join company c on c.id = a.company_id
     where a.role in ('administrator', 'tier_manager') and a.closed_at is null and c.state in ('registered', 'suspended')
       and a.company_id > $2
       and not exists (select 1 from administrator_id_year y where y.account_id = a.id and y.last_day >= $1)
     order by a.company_id limit $3",
);
/// Those IDs of one company; `first`: the company has no older one.
pub(super) const DUE_IDS: Sql = Sql::new(
    "fees.due_ids",
    "select a.id, a.created_at, c.kind,
            case when exists (select 1 from account b where b.company_id = a.company_id and b.role in ('administrator', 'tier_manager')
                and (b.created_at < a.created_at or (b.created_at = a.created_at and b.id < a.id))) then 0 else 1 end as first
     from account a join company c on c.id = a.company_id
     where a.company_id = $1 and a.role in ('administrator', 'tier_manager') and a.closed_at is null and c.state in ('registered', 'suspended')
       and not exists (select 1 from administrator_id_year y where y.account_id = a.id and y.last_day >= $2)
     order by a.created_at, a.id",
);
pub(super) const INSERT_ID_YEARS: Sql = Sql::new(
    "fees.insert_id_years",
    "insert into administrator_id_year (account_id, first_day, last_day, invoice_id)
     select r.account_id, $2, $3, $4 from {{rows $1: account_id text}} r",
);

/// One closing at a time. (SQLite has one writer.)
pub(super) const HOLD_CLOSINGS: Sql = Sql::either(
    "fees.hold_closings",
    "select 1",
    "select 1 from pg_advisory_xact_lock(hashtext('ashiba.site_use'))",
);
macro_rules! closing_columns {
    () => {
        "month, state, started_at, finished_at, reached, companies, companies_done, histories, charged_yen, invoices, invoiced_yen"
    };
}
/// The newest first.
pub(super) const CLOSINGS: Sql = Sql::new(
    "fees.closings",
    concat!(
        "select ",
        closing_columns!(),
        " from site_use_closing order by month desc limit $1"
    ),
);
pub(super) const CLOSING: Sql = Sql::new(
    "fees.closing",
    concat!("select ", closing_columns!(), " from site_use_closing where month = $1"),
);

pub(super) const FIRST_CLOSING: Sql = Sql::new("fees.first_closing", "select min(month) from site_use_closing");

/// Histories of the days `$1` to `$2` (month `$3`) by prime, less those charged for that month before. `$4` = 1: only days that count.
/// Days of training are charged to nobody: their fee is the operator's own (registry rule book 3.3). One row per person, site and day is what the table has, so a person's several touches cost once. Counted by site first: a site
/// has many days, and only its name is joined.
macro_rules! differences {
    () => {
        "select d.company_id, cast(sum(d.histories) as bigint) as histories from (
           select s.prime_id as company_id, h.histories from (
             select site_id, count(*) as histories from history
             where work_day between $1 and $2 and first_in is not null and ($4 = 0 or counts = 1)
               and not exists (select 1 from training_site x where x.site_id = history.site_id and x.from_day <= history.work_day
                               and (x.to_day is null or x.to_day >= history.work_day))
             group by site_id) h
           join site s on s.id = h.site_id
           union all
           select company_id, -histories from site_use where month = $3) d
         group by d.company_id having sum(d.histories) <> 0"
    };
}
pub(super) const DIFFERENCES: Sql = Sql::new("fees.differences", differences!());
/// Writes them down as of the closing `$5`, at `$6` yen each.
pub(super) const CHARGE_DIFFERENCES: Sql = Sql::new(
    "fees.charge_differences",
    concat!(
        "insert into site_use (company_id, month, closed_in, histories, unit_yen, yen)
         select x.company_id, $3, $5, x.histories, cast($6 as bigint), x.histories * cast($6 as bigint) from (",
        differences!(),
        ") x"
    ),
);
pub(super) const ALL_WAITING: Sql = Sql::new(
    "fees.all_waiting",
    "select company_id, month, closed_in, histories, unit_yen, yen from site_use where invoice_id is null",
);
pub(super) const BEGIN_CLOSING: Sql = Sql::new(
    "fees.begin_closing",
    "insert into site_use_closing (month, state, started_at, reached, companies, companies_done, histories, charged_yen, invoices, invoiced_yen)
     select $1, 'billing', $2, '', (select count(distinct company_id) from site_use where invoice_id is null), 0, $3, $4, 0, 0",
);
pub(super) const CHARGED_IN: Sql = Sql::new(
    "fees.charged_in",
    "select cast(coalesce(sum(histories), 0) as bigint) as histories, cast(coalesce(sum(yen), 0) as bigint) as yen from site_use where closed_in = $1",
);
/// What waits of the next `$2` companies after `$1`.
pub(super) const WAITING: Sql = Sql::new(
    "fees.waiting",
    "select company_id, month, closed_in, histories, unit_yen, yen from site_use
     where invoice_id is null and company_id in
       (select distinct company_id from site_use where invoice_id is null and company_id > $1 order by company_id limit $2)
     order by company_id, month, closed_in",
);
pub(super) const GIVE_INVOICE: Sql = Sql::new(
    "fees.give_invoice",
    "update site_use set invoice_id = (select r.invoice_id from {{rows $1: company_id text, invoice_id text}} r where r.company_id = site_use.company_id)
     where invoice_id is null and company_id in (select r.company_id from {{rows $1: company_id text, invoice_id text}} r)",
);
/// A cancelled invoice's months wait for the next closing again.
pub(super) const RELEASE: Sql = Sql::new("fees.release", "update site_use set invoice_id = null where invoice_id = $1");
pub(super) const PROGRESS: Sql = Sql::new(
    "fees.progress",
    "update site_use_closing set reached = $2, companies_done = companies_done + $3, invoices = invoices + $4, invoiced_yen = invoiced_yen + $5
     where month = $1",
);
pub(super) const FINISH: Sql = Sql::new(
    "fees.finish",
    "update site_use_closing set state = 'done', finished_at = $2 where month = $1 and state = 'billing'",
);

/// Unpaid invoices due before `$1` that would suspend use and have not.
pub(super) const OVERDUE: Sql = Sql::new(
    "fees.overdue",
    "select i.id, i.due_on, i.payer_id, i.charge from invoice i
     where i.state = 'open' and i.due_on < $1 and i.payer_kind = 'company'
       and not exists (select 1 from suspension s where s.invoice_id = i.id) order by i.due_on, i.id",
);
/// Holds a company until the end of the transaction: whoever suspends and whoever lifts come one after the other.
pub(super) const HOLD_COMPANY: Sql = Sql::new("fees.hold_company", "update company set state = state where id = $1");
pub(super) const INSERT_SUSPENSION: Sql = Sql::new(
    "fees.insert_suspension",
    "insert into suspension (invoice_id, company_id, from_at) select i.id, i.payer_id, $2 from invoice i
     where i.id = $1 and i.state = 'open' on conflict (invoice_id) do nothing",
);
pub(super) const SUSPEND: Sql = Sql::new(
    "fees.suspend",
    "update company set state = 'suspended' where id = $1 and state = 'registered'",
);
pub(super) const END_SUSPENSION: Sql = Sql::new(
    "fees.end_suspension",
    "update suspension set until_at = $2 where invoice_id = $1 and until_at is null",
);
pub(super) const LIFT: Sql = Sql::new(
    "fees.lift",
    "update company set state = 'registered' where id = $1 and state = 'suspended'
     and not exists (select 1 from suspension s where s.company_id = $1 and s.until_at is null)",
);
