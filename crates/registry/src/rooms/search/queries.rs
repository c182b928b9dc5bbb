//! All SQL of this room. It reads only; what it searches belongs to others.
//!
//! Every branch of a union walks one index in its order and stops at `$5`, so the cost does not grow with the registry. The keys
//! must stand here exactly as in the indexes of `migrations/0011_search.sql`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &COMPANIES_BY_NAME,
    &COMPANIES_BY_NUMBER,
    &WORKERS_BY_NAME,
    &WORKERS_BY_NUMBER,
    &WORKERS_OF_COMPANY,
];

macro_rules! c {
    () => {
        "{{only postgres}} collate \"C\"{{end}}"
    };
}

/// One branch: those of `$table` whose key lies in `$from` to `$to`.
macro_rules! branch {
    ($table:literal, $key:literal, $from:literal, $to:literal, $also:literal) => {
        concat!(
            "select id from (select x.id from ",
            $table,
            " x where ",
            $key,
            c!(),
            " >= ",
            $from,
            " and ",
            $key,
            c!(),
            " < ",
            $to,
            $also,
            " order by ",
            $key,
            c!(),
            ", x.id limit $5) b"
        )
    };
}

macro_rules! companies {
    ($found:expr) => {
        concat!(
            "select c.id, c.name, c.name_kana, c.prefecture, c.licence, c.corporate_number, c.state, count(*) over () as total from (",
            $found,
            ") f join company c on c.id = f.id order by c.name_kana, c.id limit $7 offset $8"
        )
    };
}

macro_rules! workers {
    ($found:expr) => {
        concat!(
            "select w.id, w.handle, w.name, w.name_kana, w.name_alphabet, w.birth_day, w.level, w.ended_on,
                    (select c.name from employment e join company c on c.id = e.company_id
                     where e.worker_id = w.id and e.from_day <= $6 and (e.to_day is null or e.to_day >= $6)
                     order by e.main desc, e.from_day desc limit 1) as employer,
                    count(*) over () as total
             from (",
            $found,
            ") f join worker w on w.id = f.id order by w.name_kana, w.id limit $7 offset $8"
        )
    };
}

/// `$1` to `$2`: name, `$3` to `$4`: kana, `$6` prefecture or an empty text.
pub(super) const COMPANIES_BY_NAME: Sql = Sql::new(
    "search.companies_by_name",
    companies!(concat!(
        "select id from (select p.company_id as id from company_name_part p where p.part >= $1 and p.part < $2
             and ($6 = '' or p.prefecture = $6) order by p.part, p.prefecture, p.company_id limit $5) a
         union ",
        branch!(
            "company",
            "replace(replace(x.name_kana, ' ', ''), '　', '')",
            "$3",
            "$4",
            " and ($6 = '' or x.prefecture = $6)"
        )
    )),
);

/// `$1` to `$2`: digits, `$3` to `$4`: IDs.
pub(super) const COMPANIES_BY_NUMBER: Sql = Sql::new(
    "search.companies_by_number",
    companies!(concat!(
        "select id from (select x.id from company x where x.id >= $3 and x.id <= $4 and ($6 = '' or x.prefecture = $6) order by x.id limit $5) a union ",
        branch!(
            "company",
            "x.phone",
            "$1",
            "$2",
            " and x.phone <> '' and ($6 = '' or x.prefecture = $6)"
        ),
        " union ",
        branch!(
            "company",
            "replace(x.licence, '-', '')",
            "$1",
            "$2",
            " and x.licence <> '' and ($6 = '' or x.prefecture = $6)"
        ),
        " union ",
        branch!(
            "company",
            "x.corporate_number",
            "$1",
            "$2",
            " and x.corporate_number <> '' and ($6 = '' or x.prefecture = $6)"
        )
    )),
);

/// `$6`: today.
pub(super) const WORKERS_BY_NAME: Sql = Sql::either(
    "search.workers_by_name",
    workers!(concat!(
        branch!("worker", "replace(replace(lower(x.name), ' ', ''), '　', '')", "$1", "$2", ""),
        " union ",
        branch!(
            "worker",
            "replace(lower(substr(x.name, instr(x.name, ' ') + 1)), ' ', '')",
            "$1",
            "$2",
            ""
        ),
        " union ",
        branch!("worker", "replace(replace(x.name_kana, ' ', ''), '　', '')", "$3", "$4", ""),
        " union ",
        branch!(
            "worker",
            "replace(substr(x.name_kana, instr(x.name_kana, ' ') + 1), ' ', '')",
            "$3",
            "$4",
            ""
        ),
        " union ",
        branch!(
            "worker",
            "replace(lower(x.name_alphabet), ' ', '')",
            "$1",
            "$2",
            " and x.name_alphabet <> ''"
        ),
        " union ",
        branch!(
            "worker",
            "replace(lower(substr(x.name_alphabet, instr(x.name_alphabet, ' ') + 1)), ' ', '')",
            "$1",
            "$2",
            " and x.name_alphabet <> ''"
        )
    )),
    workers!(concat!(
        branch!(
            "worker",
            "replace(replace(lower(x.name collate \"C\"), ' ', ''), '　', '')",
            "$1",
            "$2",
            ""
        ),
        " union ",
        branch!(
            "worker",
            "replace(lower(substr(x.name, strpos(x.name, ' ') + 1) collate \"C\"), ' ', '')",
            "$1",
            "$2",
            ""
        ),
        " union ",
        branch!("worker", "replace(replace(x.name_kana, ' ', ''), '　', '')", "$3", "$4", ""),
        " union ",
        branch!(
            "worker",
            "replace(substr(x.name_kana, strpos(x.name_kana, ' ') + 1), ' ', '')",
            "$3",
            "$4",
            ""
        ),
        " union ",
        branch!(
            "worker",
            "replace(lower(x.name_alphabet collate \"C\"), ' ', '')",
            "$1",
            "$2",
            " and x.name_alphabet <> ''"
        ),
        " union ",
        branch!(
            "worker",
            "replace(lower(substr(x.name_alphabet, strpos(x.name_alphabet, ' ') + 1) collate \"C\"), ' ', '')",
            "$1",
            "$2",
            " and x.name_alphabet <> ''"
        )
    )),
);

pub(super) const WORKERS_BY_NUMBER: Sql = Sql::new(
    "search.workers_by_number",
    workers!(concat!(
        "select id from (select x.id from worker x where x.id >= $3 and x.id <= $4 order by x.id limit $5) a union ",
        branch!("worker", "x.phone", "$1", "$2", " and x.phone <> ''")
    )),
);

/// Workers of company `$9` today. They are few, so each is looked at: `$1` is a pattern for names, `$3` for kana, alphabet, IDs and
/// telephone numbers. (`$2` and `$4` keep the numbers as above.)
pub(super) const WORKERS_OF_COMPANY: Sql = Sql::new(
    "search.workers_of_company",
    workers!(
        "select x.id from worker x where x.id in (select e.worker_id from employment e
             where e.company_id = $9 and e.from_day <= $6 and (e.to_day is null or e.to_day >= $6))
           and $2 = $4
           and (replace(replace(lower(x.name), ' ', ''), '　', '') like $1 escape '\\'
                or replace(replace(x.name_kana, ' ', ''), '　', '') like $3 escape '\\'
                or replace(lower(x.name_alphabet), ' ', '') like $1 escape '\\' or x.id like $3 escape '\\' or x.phone like $3 escape '\\')
         limit $5"
    ),
);
