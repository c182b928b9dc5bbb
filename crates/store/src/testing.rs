//! For the tests of rooms.

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::{Backend, Db, Sql};

/// Prepares each text on the database, so that a fault in it shows without data. Gives one line, name and reason, for each that
/// fails; so a test says `assert_eq!(prepare_all(&db, room::SQL).await, Vec::<String>::new())`.
pub async fn prepare_all(db: &Db, texts: &[&Sql]) -> Vec<String> {
    let mut faults = Vec::new();
    for sql in texts {
        let text = match sql.text(db.backend()) {
            Ok(text) => AssertSqlSafe(text).into_sql_str(),
            Err(fault) => {
                faults.push(fault.to_string());
                continue;
            }
        };
        let prepared = match db.backend() {
            Backend::Sqlite => db.writers().get_sqlite_connection_pool().prepare(text).await.map(drop),
            Backend::Postgres => db.writers().get_postgres_connection_pool().prepare(text).await.map(drop),
        };
        if let Err(error) = prepared {
            faults.push(format!("{}: {error}", sql.name()));
        }
    }
    faults
}
