//! Months as partitions, on PostgreSQL: each month a table of its own, cut again by worker. Old months can be taken off and put
//! away whole, and no index grows beyond a month.

use domain::YearMonth;
use sea_orm::ConnectionTrait;

use crate::{Backend, Db, Result, Sql, StoreError, values};

/// The column that every partitioned table is cut by within the month: the worker is the key of distribution (design: scale).
pub(crate) const HASHED: &str = "worker_id";

const LOCK: &str = "select pg_advisory_xact_lock(hashtext('ashiba.partitions'))";
const EXISTS: Sql = Sql::new("partitions.exists", "select to_regclass($1) is not null");
/// The day column, as the migration named it.
const DAY: Sql = Sql::new(
    "partitions.day",
    "select a.attname::text from pg_partitioned_table p
     join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
     where p.partrelid = to_regclass($1)",
);

/// Makes the partitions `touch_2026_11` and in it `touch_2026_11_h0` … for each month, where they are missing. On SQLite: nothing.
///
/// The migration makes a partition `touch_default` besides, so that a day nobody thought of is stored too; if rows of a new month
/// lie there, they move (rows that others refer to by foreign key cannot). Safe to run at any time, by several servers at once;
/// making a month waits for those who use the table, so make it before it is needed. `hash_parts` is fixed once a month is made.
///
/// # Errors
/// If `table` is not partitioned, or the database fails.
pub async fn ensure(db: &Db, table: &str, months: impl IntoIterator<Item = YearMonth>, hash_parts: u32) -> Result<()> {
    if db.backend() == Backend::Sqlite {
        return Ok(());
    }
    let is_name = !table.is_empty() && table.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let tx = db.write().await?;
    tx.execute_unprepared(LOCK).await?;
    let day: Option<String> = if is_name {
        tx.value(&DAY, values![table]).await?
    } else {
        None
    };
    let day = day.ok_or_else(|| StoreError::Inconsistent("partitions", format!("{table} is no partitioned table")))?;
    let spare = format!("{table}_default");
    let has_spare = tx.value(&EXISTS, values![spare.as_str()]).await? == Some(true);
    for month in months {
        let part = format!("{table}_{:04}_{:02}", month.year(), month.number());
        if tx.value(&EXISTS, values![part.as_str()]).await? == Some(true) {
            continue;
        }
        let (first, next) = (month.first().to_number(), month.next().first().to_number());
        let mut sql = String::new();
        if has_spare {
            sql += &format!(
                "create temporary table moving on commit drop as select * from {spare} where {day} >= {first} and {day} < {next};
                 delete from {spare} where {day} >= {first} and {day} < {next};"
            );
        }
        sql += &format!(
            "create table {part} partition of {table} for values from ({first}) to ({next}) partition by hash ({HASHED});"
        );
        for n in 0..hash_parts.max(1) {
            let modulus = hash_parts.max(1);
            sql += &format!("create table {part}_h{n} partition of {part} for values with (modulus {modulus}, remainder {n});");
        }
        if has_spare {
            sql += &format!("insert into {table} select * from moving; drop table moving;");
        }
        tx.execute_unprepared(&sql)
            .await
            .map_err(StoreError::at("partitions.ensure"))?;
    }
    tx.commit().await
}
