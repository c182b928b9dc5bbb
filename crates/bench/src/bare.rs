//! The limit: the same rows of the same touches, inserted through the bare driver into the same tables with the same durability.

use domain::judge::RULE_VERSION;
use sqlx::{Connection, PgConnection, QueryBuilder, Sqlite};

use crate::database::Bare;
use crate::touches::{Measured, Pair};
use crate::world::World;

const TOUCH: &str = "insert into touch (worker_id, touch_day, site_id, at, direction, source, method, item_id, seq, received_at)
    values ($1, $2, $3, $4, $5, $6, 'card', $7, $8, $9)";
const HISTORY: &str = "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, employer_id, node_id, trade, position, work_content, judgement, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)";
const JUDGEMENT: &str = "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause)
    values ($1, $2, $3, 1, $4, $5, $6, $7, 'touch')";

const TOUCHES: &str = "insert into touch (worker_id, touch_day, site_id, at, direction, source, method, item_id, seq, received_at)
    select a, b, c, d, e, f, 'card', g, h, i from unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[]) x (a, b, c, d, e, f, g, h, i)";
const HISTORIES: &str = "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, employer_id, node_id, trade, position, work_content, judgement, updated_at)
    select a, b, c, d, e, f, g, h, i, j, k, 1, l from unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[]) x (a, b, c, d, e, f, g, h, i, j, k, l)";
const JUDGEMENTS: &str = "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause)
    select a, b, c, 1, d, e, f, g, 'touch' from unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::text[]) x (a, b, c, d, e, f, g)";

/// A touch, and what it becomes, as columns.
struct Columns {
    worker: String,
    day: i32,
    site: String,
    at: i64,
    direction: &'static str,
    source: String,
    item: String,
    received: i64,
    counts: i32,
    employer: String,
    node: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    verdict: String,
}

fn columns(world: &World, touch: &Measured) -> Columns {
    let person = &world.people[touch.person];
    let content = person.verdict.content();
    Columns {
        worker: person.worker.id.to_string(),
        day: touch.day.to_number(),
        site: world.sites[person.site].id.to_string(),
        at: touch.at.as_second(),
        direction: touch.direction.word(),
        source: world.sites[person.site].reader.clone(),
        item: touch.item(),
        received: touch.at.as_millisecond(),
        counts: i32::from(person.verdict.counts()),
        employer: world.companies[world.nodes[person.node].company].id.to_string(),
        node: content.map(|c| c.node.0.clone()),
        trade: content.map(|c| c.trade.to_string()),
        position: content.and_then(|c| c.position.as_ref()).map(ToString::to_string),
        work_content: content.map(|c| c.work_content.clone()),
        verdict: serde_json::to_string(&person.verdict).unwrap_or_default(),
    }
}

/// One transaction with the three rows of an entry. A macro, since the two drivers share no type.
macro_rules! insert_one {
    ($connection:expr, $row:expr) => {{
        let row = $row;
        let mut tx = $connection.begin().await?;
        sqlx::query(TOUCH)
            .bind(&row.worker)
            .bind(row.day)
            .bind(&row.site)
            .bind(row.at)
            .bind(row.direction)
            .bind(&row.source)
            .bind(&row.item)
            .bind(1_i64)
            .bind(row.received)
            .execute(&mut *tx)
            .await?;
        sqlx::query(HISTORY)
            .bind(&row.worker)
            .bind(row.day)
            .bind(&row.site)
            .bind(row.at)
            .bind(None::<i64>)
            .bind(row.counts)
            .bind(&row.employer)
            .bind(&row.node)
            .bind(&row.trade)
            .bind(&row.position)
            .bind(&row.work_content)
            .bind(row.received)
            .execute(&mut *tx)
            .await?;
        sqlx::query(JUDGEMENT)
            .bind(&row.worker)
            .bind(row.day)
            .bind(&row.site)
            .bind(row.received)
            .bind(RULE_VERSION)
            .bind(row.counts)
            .bind(&row.verdict)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }};
}

/// One touch with its history and judgement.
pub(crate) async fn one(to: &mut Bare, world: &World, touch: &Measured) -> anyhow::Result<()> {
    let row = columns(world, touch);
    match to {
        Bare::Sqlite(connection) => insert_one!(connection, &row),
        Bare::Postgres(connection) => insert_one!(connection, &row),
    }
    Ok(())
}

/// A batch: entry and exit of each, and the histories and judgements of the days they make, in multi-row statements.
pub(crate) async fn many(to: &mut Bare, world: &World, pairs: &[Pair]) -> anyhow::Result<()> {
    let rows: Vec<(Columns, Columns)> = pairs
        .iter()
        .map(|(entry, exit)| (columns(world, entry), columns(world, exit)))
        .collect();
    match to {
        Bare::Sqlite(connection) => {
            let mut tx = connection.begin().await?;
            let mut touches = QueryBuilder::<Sqlite>::new(
                "insert into touch (worker_id, touch_day, site_id, at, direction, source, method, item_id, seq, received_at) ",
            );
            touches.push_values(rows.iter().flat_map(|(a, b)| [a, b]), |mut to, r| {
                to.push_bind(&r.worker)
                    .push_bind(r.day)
                    .push_bind(&r.site)
                    .push_bind(r.at)
                    .push_bind(r.direction)
                    .push_bind(&r.source);
                to.push_bind("card").push_bind(&r.item).push_bind(1_i64).push_bind(r.received);
            });
            touches.build().execute(&mut *tx).await?;
            let mut histories = QueryBuilder::<Sqlite>::new(
                "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, employer_id, node_id, trade, position, work_content, judgement, updated_at) ",
            );
            histories.push_values(&rows, |mut to, (r, exit)| {
                to.push_bind(&r.worker)
                    .push_bind(r.day)
                    .push_bind(&r.site)
                    .push_bind(r.at)
                    .push_bind(exit.at)
                    .push_bind(r.counts)
                    .push_bind(&r.employer);
                to.push_bind(&r.node)
                    .push_bind(&r.trade)
                    .push_bind(&r.position)
                    .push_bind(&r.work_content)
                    .push_bind(1)
                    .push_bind(r.received);
            });
            histories.build().execute(&mut *tx).await?;
            let mut judgements = QueryBuilder::<Sqlite>::new(
                "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause) ",
            );
            judgements.push_values(&rows, |mut to, (r, _)| {
                to.push_bind(&r.worker)
                    .push_bind(r.day)
                    .push_bind(&r.site)
                    .push_bind(1)
                    .push_bind(r.received)
                    .push_bind(RULE_VERSION);
                to.push_bind(r.counts).push_bind(&r.verdict).push_bind("touch");
            });
            judgements.build().execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        }
        Bare::Postgres(connection) => many_on_postgres(connection, &rows).await,
    }
}

async fn many_on_postgres(connection: &mut PgConnection, rows: &[(Columns, Columns)]) -> anyhow::Result<()> {
    let both: Vec<&Columns> = rows.iter().flat_map(|(a, b)| [a, b]).collect();
    let first: Vec<&Columns> = rows.iter().map(|(a, _)| a).collect();
    fn all<'a, T>(rows: &[&'a Columns], value: impl Fn(&'a Columns) -> T) -> Vec<T> {
        rows.iter().map(|r| value(r)).collect()
    }
    let mut tx = connection.begin().await?;
    sqlx::query(TOUCHES)
        .bind(all(&both, |r| r.worker.as_str()))
        .bind(all(&both, |r| r.day))
        .bind(all(&both, |r| r.site.as_str()))
        .bind(all(&both, |r| r.at))
        .bind(all(&both, |r| r.direction))
        .bind(all(&both, |r| r.source.as_str()))
        .bind(all(&both, |r| r.item.as_str()))
        .bind(vec![1_i64; both.len()])
        .bind(all(&both, |r| r.received))
        .execute(&mut *tx)
        .await?;
    sqlx::query(HISTORIES)
        .bind(all(&first, |r| r.worker.as_str()))
        .bind(all(&first, |r| r.day))
        .bind(all(&first, |r| r.site.as_str()))
        .bind(all(&first, |r| r.at))
        .bind(rows.iter().map(|(_, exit)| exit.at).collect::<Vec<i64>>())
        .bind(all(&first, |r| r.counts))
        .bind(all(&first, |r| r.employer.as_str()))
        .bind(all(&first, |r| r.node.as_deref()))
        .bind(all(&first, |r| r.trade.as_deref()))
        .bind(all(&first, |r| r.position.as_deref()))
        .bind(all(&first, |r| r.work_content.as_deref()))
        .bind(all(&first, |r| r.received))
        .execute(&mut *tx)
        .await?;
    sqlx::query(JUDGEMENTS)
        .bind(all(&first, |r| r.worker.as_str()))
        .bind(all(&first, |r| r.day))
        .bind(all(&first, |r| r.site.as_str()))
        .bind(all(&first, |r| r.received))
        .bind(vec![RULE_VERSION; first.len()])
        .bind(all(&first, |r| r.counts))
        .bind(all(&first, |r| r.verdict.as_str()))
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}
