//! One SQL text for both databases.

use crate::{Backend, Result, StoreError, dialect};

/// A named SQL text, written in the part of SQL that both databases understand, with `$1`, `$2` … for its values.
///
/// ```
/// # use store::Sql;
/// pub const ROWS_OF_SITE: Sql = Sql::new("roster.rows_of_site", "select worker_id from roster where site_id = $1");
/// ```
///
/// `{{rows $1: worker_id text, work_day int}}` stands for a table of the columns named, whose rows come in one value (see
/// [`Rows`](crate::Rows)); the types are `text`, `int`, `bigint` and `bool`. Give it an alias as any table:
///
/// ```sql
/// insert into touch (worker_id, work_day)
/// select r.worker_id, r.work_day from {{rows $1: worker_id text, work_day int}} r
/// where true -- SQLite takes `on conflict` for a join's `on` otherwise
/// on conflict do nothing returning worker_id
/// ```
///
/// The other way round, `{{array t.site_id, t.at}}` is a row as one value: a JSON array, so that rows of several kinds can come in
/// one answer.
///
/// The name tells in errors and logs which text failed. `all_texts_prepare` of a room's tests prepares each on both databases.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// A text that both databases understand.
    #[must_use]
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self::either(name, text, text)
    }

    /// Where they cannot agree: one text each, same values, same columns.
    #[must_use]
    pub const fn either(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The text as the database gets it. Expanding markers costs about a microsecond, so nothing is kept.
    ///
    /// # Errors
    /// If a marker is not written as it should be.
    pub fn text(&self, backend: Backend) -> Result<String> {
        let text = match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
        };
        dialect::expand(text, backend).map_err(|fault| StoreError::Text { at: self.name, fault })
    }
}
