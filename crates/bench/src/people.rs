//! Writes companies, people, sites, organisation, rosters and readers.

use std::collections::BTreeMap;

use domain::WorkDay;
use domain::access::Role;
use registry::access::key_hash;
use registry::made_up::{insert_companies, insert_workers};
use registry::rooms::accounts::{NewAccount, create};
use registry::{App, made_up};
use store::{Db, Rows, Sql, Tx, values};

use crate::world::{World, year};

/// Rows per statement.
const PAGE: usize = 5_000;

/// What the history is made from: one row per worker who works in the year, with all that his days have in common.
const MAKE_PLAN: &str = "create table bench_plan (
    worker_id text not null, site_id text not null, counts integer not null, employer_id text not null, node_id text, trade text,
    position text, work_content text, verdict text not null, source text not null, item text not null, phase integer not null,
    presence integer not null)";

const SITES: Sql = Sql::new(
    "bench.sites",
    "insert into site (id, prime_id, name, address, orderer, from_day, to_day, day_boundary, version, created_at)
     select r.id, r.prime_id, r.name, '架空市1-1', '架空市', r.from_day, r.to_day, 0, 1, r.created_at
     from {{rows $1: id text, prime_id text, name text, from_day int, to_day int, created_at bigint}} r",
);
const READERS: Sql = Sql::new(
    "bench.readers",
    "insert into reader (id, site_id, name, key_hash, created_at)
     select r.id, r.site_id, '正門', r.key_hash, r.created_at from {{rows $1: id text, site_id text, key_hash text, created_at bigint}} r",
);
const NODES: Sql = Sql::new(
    "bench.nodes",
    "insert into node (id, site_id, parent_id, company_id, tier, status, work_name, work_content, invited_at, answered_at, version)
     select r.id, r.site_id, r.parent_id, r.company_id, r.tier, 'approved', '躯体工事', '', r.at, r.at, 1
     from {{rows $1: id text, site_id text, parent_id text, company_id text, tier int, at bigint}} r",
);
const ROSTER: Sql = Sql::new(
    "bench.roster",
    "insert into roster_row (id, site_id, node_id, worker_id, trade, position, work_content, accrues, created_at, version)
     select r.id, r.site_id, r.node_id, r.worker_id, r.trade, r.position, r.work_content, 1, r.at, 1
     from {{rows $1: id text, site_id text, node_id text, worker_id text, trade text, position text, work_content text, at bigint}} r",
);
const PLAN: Sql = Sql::new(
    "bench.plan",
    "insert into bench_plan (worker_id, site_id, counts, employer_id, node_id, trade, position, work_content, verdict, source, item, phase, presence)
     select r.worker_id, r.site_id, r.counts, r.employer_id, r.node_id, r.trade, r.position, r.work_content, r.verdict, r.source, r.item, r.phase, r.presence
     from {{rows $1: worker_id text, site_id text, counts int, employer_id text, node_id text, trade text, position text, work_content text,
            verdict text, source text, item text, phase int, presence int}} r",
);

/// Password of the accounts; the bench itself signs in without it.
const PASSWORD: &str = "架空の足場 7:30";

/// Writes all of the world but its days.
pub(crate) async fn write(db: &Db, world: &World) -> anyhow::Result<()> {
    let at = world.registered;
    let tx = db.write().await?;
    store::sea_orm::ConnectionTrait::execute_unprepared(&tx, MAKE_PLAN).await?;
    for page in world.companies.chunks(PAGE) {
        insert_companies(&tx, at, page).await?;
    }
    for page in world.people.chunks(PAGE) {
        let workers: Vec<made_up::Worker> = page.iter().map(|p| p.worker.clone()).collect();
        insert_workers(&tx, at, &workers).await?;
    }
    let (at, (first, end)) = (at.as_millisecond(), year());
    let (from, to) = (first.to_number(), end.plus(120).to_number());
    let site = |n: usize| world.sites[n].id.to_string();
    let company = |n: usize| world.companies[n].id.to_string();
    let sites = world
        .sites
        .iter()
        .map(|s| (s.id.to_string(), company(s.prime), &s.name, from, to, at));
    insert(&tx, &SITES, sites).await?;
    insert(
        &tx,
        &READERS,
        world
            .sites
            .iter()
            .map(|s| (&s.reader, s.id.to_string(), key_hash(&s.reader_key), at)),
    )
    .await?;
    let node = |n: &crate::world::Node| {
        (
            n.id.clone(),
            site(n.site),
            n.parent.map(|p| world.nodes[p].id.clone()),
            company(n.company),
            n.tier,
            at,
        )
    };
    // Those above first: each refers to the one above it.
    let mut tiers: BTreeMap<u8, Vec<_>> = BTreeMap::new();
    for n in &world.nodes {
        tiers.entry(n.tier).or_default().push(node(n));
    }
    for tier in tiers.into_values() {
        insert(&tx, &NODES, tier).await?;
    }
    let listed = world.people.iter().enumerate().filter(|(_, p)| p.listed);
    let roster = listed.map(|(n, p)| {
        let trade = p.worker.trades.first().map(ToString::to_string);
        let position = p.position.as_ref().map(ToString::to_string);
        (
            format!("R{n:025}"),
            site(p.site),
            &world.nodes[p.node].id,
            p.worker.id.to_string(),
            trade,
            position,
            p.work_content,
            at,
        )
    });
    insert(&tx, &ROSTER, roster).await?;
    let plan = world.people.iter().filter(|p| p.presence > 0).map(|p| {
        let content = p.verdict.content();
        (
            p.worker.id.to_string(),
            site(p.site),
            i32::from(p.verdict.counts()),
            company(world.nodes[p.node].company),
            content.map(|c| &c.node.0),
            content.map(|c| c.trade.to_string()),
            content.and_then(|c| c.position.as_ref().map(ToString::to_string)),
            content.map(|c| &c.work_content),
            serde_json::to_string(&p.verdict).unwrap_or_default(),
            &world.sites[p.site].reader,
            &p.worker.handle[..17],
            p.phase,
            p.presence,
        )
    });
    insert(&tx, &PLAN, plan).await?;
    Ok(tx.commit().await?)
}

async fn insert<T: serde::Serialize>(tx: &Tx, sql: &Sql, rows: impl IntoIterator<Item = T>) -> anyhow::Result<()> {
    let mut page = Rows::new();
    for row in rows {
        page.push(row)?;
        if page.len() == PAGE {
            tx.run(sql, values![std::mem::take(&mut page)]).await?;
        }
    }
    if !page.is_empty() {
        tx.run(sql, values![page]).await?;
    }
    Ok(())
}

/// Sites whose primes look at pages.
pub(crate) const LOOKERS: usize = 50;

/// The accounts of the primes of the first sites.
pub(crate) async fn prime_accounts(app: &App, world: &World) -> anyhow::Result<()> {
    let tx = app.db().write().await?;
    for site in world.sites.iter().take(LOOKERS) {
        let company = &world.companies[site.prime];
        let id = company.id.to_string();
        let new = NewAccount {
            sign_in_id: &id,
            role: Role::Administrator,
            company: Some(company.id),
            worker: None,
            name: "架空 太郎",
            password: PASSWORD,
            sites: &[],
            made_up: true,
        };
        create(app, &tx, &new).await?;
    }
    Ok(tx.commit().await?)
}

/// The months of the year as one day of each, for making their partitions.
pub(crate) fn months() -> Vec<WorkDay> {
    let (first, end) = year();
    std::iter::successors(Some(first.month()), |m| Some(m.next()))
        .map(domain::YearMonth::first)
        .take_while(|d| *d < end)
        .collect()
}
