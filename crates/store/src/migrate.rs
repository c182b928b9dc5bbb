//! Tables that grow with the program. Own bookkeeping in one small table: sea-orm-migration keeps no hash of what it applied and
//! wants a type per migration and a static list, which together is more text than this file.

use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest, Sha256};

use crate::{Backend, Db, Result, Sql, StoreError, Tx, dialect, values};

/// One step, written once for both databases with the markers of [`dialect`](crate::Sql): a file `0007_touches.sql` taken in by
/// `include_str!`. Never changed once it was released; the next step mends it.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `0007_touches`. The names give the order.
    pub name: &'static str,
    /// Any number of statements. Run in one transaction.
    pub sql: &'static str,
}

const TABLE: &str = "create table if not exists schema_migration (name text primary key, sha256 text not null)";
const APPLIED: Sql = Sql::new("migrate.applied", "select name, sha256 from schema_migration order by name");
const NOTE: Sql = Sql::new("migrate.note", "insert into schema_migration (name, sha256) values ($1, $2)");
const HAS_TABLE: Sql = Sql::either(
    "migrate.has_table",
    "select count(*) from sqlite_schema where name = 'schema_migration'",
    "select count(to_regclass('schema_migration'))",
);
/// Two servers started together must not both migrate. SQLite's writing transaction is lock enough.
const LOCK: &str = "select pg_advisory_xact_lock(hashtext('ashiba.migrate'))";

#[derive(FromQueryResult)]
struct Applied {
    name: String,
    sha256: String,
}

impl Migration {
    fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.sql.replace("\r\n", "\n")))
    }
}

pub(crate) async fn run(db: &Db, migrations: &[Migration]) -> Result<()> {
    if let Some(pair) = migrations.windows(2).find(|pair| pair[0].name >= pair[1].name) {
        return Err(StoreError::NotMigrated(format!(
            "migration {} is not behind {} by name",
            pair[1].name, pair[0].name
        )));
    }
    loop {
        let tx = db.write().await?;
        if db.backend() == Backend::Postgres {
            tx.execute_unprepared(LOCK).await?;
        }
        tx.execute_unprepared(TABLE).await.map_err(StoreError::at("migrate"))?;
        let Some(next) = pending(&tx, migrations).await?.first() else {
            return tx.commit().await;
        };
        let at = next.name;
        let sql = dialect::expand(next.sql, db.backend()).map_err(|fault| StoreError::Text { at, fault })?;
        tx.execute_unprepared(&sql).await.map_err(StoreError::at(at))?;
        tx.run(&NOTE, values![at, next.hash()]).await?;
        tx.commit().await?;
        tracing::info!(migration = at, "migrated");
    }
}

pub(crate) async fn require(db: &Db, migrations: &[Migration]) -> Result<()> {
    let tx = db.read().await?;
    let missing = match tx.value::<i64>(&HAS_TABLE, []).await? {
        Some(1) => pending(&tx, migrations).await?,
        _ => migrations,
    };
    match missing.first() {
        None => Ok(()),
        Some(first) => Err(StoreError::NotMigrated(format!(
            "the database lacks {} migration(s), from {} on: run the migrate command",
            missing.len(),
            first.name
        ))),
    }
}

/// The rest of the list that is not applied yet, after checking that the applied ones are its beginning.
async fn pending<'a>(tx: &Tx, migrations: &'a [Migration]) -> Result<&'a [Migration]> {
    let applied = tx.all::<Applied>(&APPLIED, []).await?;
    for (index, Applied { name, sha256 }) in applied.iter().enumerate() {
        let told = match migrations.get(index) {
            None => format!("the database is newer than this program: it has migration {name}"),
            Some(known) if known.name != name => {
                format!("migration {} comes before {name}, which is already applied", known.name)
            }
            Some(known) if known.hash() != *sha256 => {
                format!("migration {name} was changed after it was applied here: undo the change and write a new migration")
            }
            Some(_) => continue,
        };
        return Err(StoreError::NotMigrated(told));
    }
    Ok(&migrations[applied.len()..])
}
