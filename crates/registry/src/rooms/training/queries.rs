//! All SQL of this room. Only it writes `training_site`; `site` and `company` belong to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&LIST, &OF_SITE, &SITE, &RECOGNISE, &END];

/// All of them, those that go on first.
pub(super) const LIST: Sql = Sql::new(
    "training.list",
    "select s.id, s.name, c.name as prime_name, x.from_day, x.to_day, x.note, count(*) over () as total
     from training_site x join site s on s.id = x.site_id join company c on c.id = s.prime_id
     order by case when x.to_day is null then 0 else 1 end, s.name, s.id limit $1 offset $2",
);

pub(super) const OF_SITE: Sql = Sql::new(
    "training.of_site",
    "select from_day, to_day from training_site where site_id = $1",
);

pub(super) const SITE: Sql = Sql::new(
    "training.site",
    "select s.from_day, s.to_day from site s where s.id = $1 and s.deleted_at is null",
);

/// Nothing, if the site is one already and goes on.
pub(super) const RECOGNISE: Sql = Sql::new(
    "training.recognise",
    "insert into training_site (site_id, from_day, to_day, note, since, account_id) values ($1, $2, null, $3, $4, $5)
     on conflict (site_id) do update set to_day = null, note = excluded.note, since = excluded.since, account_id = excluded.account_id
     where training_site.to_day is not null",
);

/// Nothing, if its last day was set meanwhile.
pub(super) const END: Sql = Sql::new(
    "training.end",
    "update training_site set to_day = $2 where site_id = $1 and to_day is null",
);
