//! What tables a database has, in words that are the same for both, so that a test can hold the two against each other.

use std::collections::BTreeSet;
use std::fmt;

use sea_orm::FromQueryResult;

use crate::{Db, Result, Sql};

/// Tables, columns with class of type (`integer`, `text`, `bytes`, `real`) and nullability, primary and unique keys, foreign keys:
/// one line each. The children of partitioned tables are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    lines: BTreeSet<String>,
}

impl Schema {
    /// What one has and the other has not: `-` only in `self`, `+` only in `other`. Empty if they are equal.
    #[must_use]
    pub fn diff(&self, other: &Self) -> String {
        let mut lines: Vec<_> = self.lines.difference(&other.lines).map(|line| (line, '-')).collect();
        lines.extend(other.lines.difference(&self.lines).map(|line| (line, '+')));
        lines.sort();
        lines.iter().map(|(line, sign)| format!("{sign} {line}\n")).collect()
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Reads the tables of a database.
///
/// # Errors
/// If the database fails.
pub async fn describe(db: &Db) -> Result<Schema> {
    #[derive(FromQueryResult)]
    struct Line {
        line: String,
    }
    let tx = db.read().await?;
    let lines: Vec<Line> = tx.all(&DESCRIBE, []).await?;
    Ok(Schema {
        lines: lines.into_iter().map(|line| line.line).collect(),
    })
}

const DESCRIBE: Sql = Sql::either("schema.describe", SQLITE, POSTGRES);

const SQLITE: &str = "
with tables as (
  select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%'
),
columns as (
  select t.name || '.' || c.name || ' '
    || case lower(c.type) when 'int' then 'integer' when 'blob' then 'bytes' else lower(c.type) end
    || iif(c.\"notnull\" or c.pk > 0, ' not null', '') as line
  from tables t join pragma_table_info(t.name) c
),
primary_keys as (
  select t.name || ' primary key (' || group_concat(c.name, ', ' order by c.pk) || ')' as line
  from tables t join pragma_table_info(t.name) c where c.pk > 0 group by t.name
),
unique_keys as (
  select distinct t.name || ' unique (' || group_concat(coalesce(k.name, '<expression>'), ', ' order by k.seqno) || ')'
    || iif(i.partial, ' where …', '') as line
  from tables t join pragma_index_list(t.name) i join pragma_index_info(i.name) k
  where i.\"unique\" and i.origin <> 'pk' group by t.name, i.name
),
foreign_keys as (
  select t.name || ' (' || group_concat(f.\"from\", ', ' order by f.seq) || ') references ' || f.\"table\"
    || ' (' || group_concat(coalesce(f.\"to\", p.name), ', ' order by f.seq) || ')' as line
  from tables t join pragma_foreign_key_list(t.name) f
  left join pragma_table_info(f.\"table\") p on f.\"to\" is null and p.pk = f.seq + 1
  group by t.name, f.id
)
select line from columns union select line from primary_keys union select line from unique_keys union select line from foreign_keys";

const POSTGRES: &str = "
with tables as (
  select oid, relname::text as name from pg_class
  where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
),
columns as (
  select t.name || '.' || a.attname || ' '
    || case format_type(a.atttypid, null)
         when 'smallint' then 'integer' when 'bigint' then 'integer' when 'boolean' then 'integer'
         when 'character varying' then 'text' when 'bytea' then 'bytes' when 'double precision' then 'real'
         else format_type(a.atttypid, null) end
    || case when a.attnotnull then ' not null' else '' end as line
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
),
keys as (
  select t.name || case when i.indisprimary then ' primary key (' else ' unique (' end
    || (select string_agg(coalesce(a.attname, '<expression>'), ', ' order by k.n)
        from unnest(i.indkey) with ordinality k(num, n)
        left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num and k.num > 0
        where k.n <= i.indnkeyatts) || ')'
    || case when i.indpred is null then '' else ' where …' end as line
  from tables t join pg_index i on i.indrelid = t.oid and i.indisunique
),
foreign_keys as (
  select t.name
    || ' (' || (select string_agg(a.attname, ', ' order by k.n) from unnest(c.conkey) with ordinality k(num, n)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num)
    || ') references ' || f.relname
    || ' (' || (select string_agg(a.attname, ', ' order by k.n) from unnest(c.confkey) with ordinality k(num, n)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num) || ')' as line
  from tables t join pg_constraint c on c.conrelid = t.oid and c.contype = 'f' and c.conparentid = 0
  join pg_class f on f.oid = c.confrelid
)
select line from columns union select line from keys union select line from foreign_keys";
