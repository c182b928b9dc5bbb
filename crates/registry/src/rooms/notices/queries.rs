//! All SQL of this room. Only it writes `notice`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&INSERT, &INSERT_MANY, &INSERT_EACH, &UNREAD, &NEWEST, &READ, &READ_ALL, &LINK];

pub(super) const INSERT: Sql = Sql::new(
    "notices.insert",
    "insert into notice (id, whom, text_key, args, link, at) values ($1, $2, $3, $4, $5, $6)",
);

pub(super) const INSERT_MANY: Sql = Sql::new(
    "notices.insert_many",
    "insert into notice (id, whom, text_key, args, link, at) select r.id, r.whom, $2, $3, $4, $5 from {{rows $1: id text, whom text}} r",
);

pub(super) const INSERT_EACH: Sql = Sql::new(
    "notices.insert_each",
    "insert into notice (id, whom, text_key, args, link, at)
     select r.id, r.whom, r.text_key, r.args, r.link, $2 from {{rows $1: id text, whom text, text_key text, args text, link text}} r",
);

pub(super) const UNREAD: Sql = Sql::new(
    "notices.unread",
    "select count(*) from {{rows $1: whom text}} r join notice n on n.whom = r.whom where n.read_at is null",
);

pub(super) const NEWEST: Sql = Sql::new(
    "notices.newest",
    "select n.id, n.text_key, n.args, n.link, n.at, n.read_at, count(*) over () as total
     from {{rows $1: whom text}} r join notice n on n.whom = r.whom order by n.id desc limit $2 offset $3",
);

/// One of the viewer's own; marked by whoever was first.
pub(super) const READ: Sql = Sql::new(
    "notices.read",
    "update notice set read_at = $3, read_by = $4 where id = $2 and read_at is null and whom in (select r.whom from {{rows $1: whom text}} r)",
);

pub(super) const READ_ALL: Sql = Sql::new(
    "notices.read_all",
    "update notice set read_at = $2, read_by = $3 where read_at is null and whom in (select r.whom from {{rows $1: whom text}} r)",
);

pub(super) const LINK: Sql = Sql::new(
    "notices.link",
    "select n.id, n.link from notice n where n.id = $2 and n.whom in (select r.whom from {{rows $1: whom text}} r)",
);
