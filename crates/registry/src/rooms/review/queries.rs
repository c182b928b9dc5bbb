//! All SQL of the room. It reads applications, workers and companies; only the use cases of the application room write.

use store::Sql;

pub(super) const ALL: &[&Sql] = &[
    &QUEUE,
    &FIGURES,
    &SAME_WORKERS,
    &SAME_COMPANIES,
    &SAME_APPLICATIONS,
    &NAME_OF_ACCOUNT,
];

/// `$1`: states, `$2`: 1 for every purpose, else only `$3`; `$4`: 1 for everybody's, else only those of reviewer `$5`; `$6`: a
/// pattern for names, `$7` one for kana and numbers.
pub(super) const QUEUE: Sql = Sql::new(
    "review.queue",
    "select a.id, a.number, a.purpose, a.state, a.state_since, a.submitted_at, a.name, a.reviewer_id, coalesce(r.name, '') as reviewer,
            a.proxy_company_id, count(*) over () as total
     from application a left join account r on r.id = a.reviewer_id
     where a.state in (select s.state from {{rows $1: state text}} s) and a.submitted_at is not null
       and ($2 = 1 or a.purpose = $3) and ($4 = 1 or a.reviewer_id = $5)
       and (lower(replace(a.name, ' ', '')) like $6 escape '\\' or replace(a.name_kana, ' ', '') like $7 escape '\\'
            or lower(replace(a.name_alphabet, ' ', '')) like $6 escape '\\' or replace(a.number, '-', '') like $7 escape '\\'
            or a.phone like $7 escape '\\' or a.corporate_number like $7 escape '\\')
     order by a.submitted_at, a.id limit $8 offset $9",
);

/// How many stand where, and since when the oldest does.
pub(super) const FIGURES: Sql = Sql::new(
    "review.figures",
    "select state, count(*) as number, min(state_since) as oldest from application
     where state in ('waiting', 'under_review', 'second_look', 'awaiting_payment', 'returned') group by state",
);

/// Workers who may be the person: born on the day with that kana or with a name in letters (likeness is computed), or with that
/// telephone. `$4`: the worker whose change it is, left out.
pub(super) const SAME_WORKERS: Sql = Sql::new(
    "review.same_workers",
    "select w.id, w.name, w.name_kana, w.name_alphabet, w.birth_day, w.phone, '' as number, '' as licence from worker w
     where w.id <> $4 and ((w.birth_day = $1 and (w.name_kana = $2 or w.name_alphabet <> '')) or (w.phone = $3 and w.phone <> ''))
     order by w.id limit 200",
);

pub(super) const SAME_COMPANIES: Sql = Sql::new(
    "review.same_companies",
    "select c.id, c.name, c.name_kana, '' as name_alphabet, null as birth_day, c.phone, c.corporate_number as number, c.licence from company c
     where c.id <> $5 and ((c.corporate_number = $1 and c.corporate_number <> '') or (c.licence = $2 and c.licence <> '')
        or (c.phone = $3 and c.phone <> '') or c.name_kana = $4)
     order by c.id limit 200",
);

/// Other applications under way that may be about the same: `$1` purpose, `$2` this application.
pub(super) const SAME_APPLICATIONS: Sql = Sql::new(
    "review.same_applications",
    "select a.id, a.name, a.name_kana, a.name_alphabet, a.birth_day, a.phone, a.corporate_number as number, a.licence from application a
     where a.purpose = $1 and a.id <> $2 and a.submitted_at is not null
       and a.state in ('awaiting_payment', 'waiting', 'under_review', 'second_look', 'returned')
       and ((a.birth_day = $3 and (a.name_kana = $4 or a.name_alphabet <> '')) or (a.phone = $5 and a.phone <> '')
            or (a.corporate_number = $6 and a.corporate_number <> '') or (a.licence = $7 and a.licence <> ''))
     order by a.created_at, a.id limit 200",
);

pub(super) const NAME_OF_ACCOUNT: Sql = Sql::new("review.name_of_account", "select name from account where id = $1");
