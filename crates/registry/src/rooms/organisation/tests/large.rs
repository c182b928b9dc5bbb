//! A site as large as they come: 300 companies to tier 10, 5,000 workers on the roster. What is shown must not cost a query a node.

use std::time::{Duration, Instant};

use store::Rows;

use super::*;
use crate::made_up::{Company, Worker, company_id, insert_companies, insert_workers, worker};

const COMPANIES: usize = 300;
const WORKERS: usize = 5_000;

/// Tier of the nth company beneath the prime: a chain of ten, the rest in fours.
fn upper_of(n: usize) -> usize {
    if n < 10 { n } else { (n - 10) / 4 % 250 }
}

async fn fill(world: &World) {
    let mut random = testkit::rng(3);
    let at = world.test.app.clock().now();
    let companies: Vec<Company> = (0..COMPANIES)
        .map(|n| Company {
            id: company_id(&mut random),
            name: format!("第{n}架空建設"),
            kana: format!("ダイ{n}カクウケンセツ"),
        })
        .collect();
    let since = "2026-10-01".parse().unwrap();
    let workers: Vec<Worker> = (0..WORKERS)
        .map(|n| worker(&mut random, Some((companies[n % COMPANIES].id, since)), &world.ann.trades))
        .collect();
    let site = open(world, &world.prime).await;
    let prime = site.tree.in_order()[0].id.clone();
    let ids: Vec<String> = (0..COMPANIES).map(|_| world.test.app.new_key()).collect();
    let mut tiers: Vec<usize> = Vec::new();
    let mut nodes = Rows::new();
    for (n, company) in companies.iter().enumerate() {
        // The chain first: 0 beneath the prime, 1 beneath 0 …; the others beneath what has room.
        let (parent, tier) = match n {
            0 => (prime.0.as_str(), 1),
            n if n < 10 => (ids[n - 1].as_str(), n + 1),
            n if tiers[upper_of(n)] < 10 => (ids[upper_of(n)].as_str(), tiers[upper_of(n)] + 1),
            _ => (prime.0.as_str(), 1),
        };
        tiers.push(tier);
        nodes.push((&ids[n], parent, company.id.to_string(), tier)).unwrap();
    }
    let roster = workers
        .iter()
        .enumerate()
        .map(|(n, w)| (world.test.app.new_key(), &ids[n % COMPANIES], w.id.to_string()));
    let roster = Rows::of(roster).unwrap();
    let tx = world.test.app.db().write().await.unwrap();
    insert_companies(&tx, at, &companies).await.unwrap();
    insert_workers(&tx, at, &workers).await.unwrap();
    let insert = Sql::new(
        "test.nodes",
        "insert into node (id, site_id, parent_id, company_id, tier, status, work_name, work_content, invited_at, answered_at, version)
         select r.id, $2, r.parent, r.company, r.tier, 'approved', '架空工事', '', 0, 0, 1 from {{rows $1: id text, parent text, company text, tier int}} r",
    );
    tx.run(&insert, values![nodes, world.site.to_string()]).await.unwrap();
    let insert = Sql::new(
        "test.roster",
        "insert into roster_row (id, site_id, node_id, worker_id, work_content, accrues, created_at, version)
         select r.id, $2, r.node, r.worker, '', 1, 0, 1 from {{rows $1: id text, node text, worker text}} r",
    );
    tx.run(&insert, values![roster, world.site.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
}

on_both!(three_hundred_companies_and_five_thousand_workers, |backend| async move {
    let world = World::new(backend).await;
    fill(&world).await;
    let path = world.path("/organisation");
    let page = world.page(&world.prime, &path).await;
    assert!(
        page.matches("<div class=\"node").count() > COMPANIES,
        "every company is drawn"
    );
    assert!(page.contains("10次"));
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        world.page(&world.prime, &path).await;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    eprintln!(
        "{backend:?}: chart of {COMPANIES} companies: median {:?}, p95 {:?}",
        took[10], took[18]
    );
    // Ten times the promise: this is an unoptimised build on whatever machine.
    assert!(took[18] < Duration::from_secs(2), "{took:?}");
});
