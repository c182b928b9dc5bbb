//! The rules of the roster on both databases, and its pages.

mod accrual;
mod editing;
mod expiring;
mod many;
mod pages;
mod proxy;
mod putting;

use axum::http::StatusCode;
use domain::organisation::NodeId;
use domain::{CompanyId, Direction, WorkDay, WorkerId};
use store::values;
use testkit::{Backend, on_both, rng};

use super::*;
use crate::access::{UseCaseError, Viewer};
use crate::made_up::{Worker, insert_workers, move_worker, worker};
use crate::rooms::history::Rejudged;
use crate::rooms::site::{self, OpenSite};
use crate::testing::{Person, World};

async fn open(world: &World, who: &Person) -> OpenSite {
    let tx = world.test.app.db().read().await.unwrap();
    site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap()
}

async fn try_put(world: &World, viewer: &Viewer, form: &PutForm) -> Result<Put, PutRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, viewer, &world.site.to_string()).await.unwrap();
    match put(&world.test.app, &tx, viewer, &open, form).await {
        Ok(done) => {
            tx.commit().await.unwrap();
            Ok(done)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_edit(world: &World, viewer: &Viewer, row: &str, form: &RowForm) -> Result<Rejudged, RowRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, viewer, &world.site.to_string()).await.unwrap();
    match edit(&world.test.app, &tx, viewer, &open, row, form).await {
        Ok(done) => {
            tx.commit().await.unwrap();
            Ok(done)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

fn one(worker: &Worker, trade: &str) -> PutForm {
    PutForm {
        workers: vec![PutWorker {
            worker: worker.handle.clone(),
            trade: trade.into(),
            ..PutWorker::default()
        }],
        ..PutForm::default()
    }
}

fn company(person: &Person) -> CompanyId {
    person.viewer.company_id().unwrap()
}

fn said(world: &World, key: &str) -> String {
    world.test.app.texts().t(Language::Ja).s(key)
}

/// Sentence of a fault: of a field, or of the field of a worker.
fn fault(world: &World, refusal: PutRefusal, worker: Option<&Worker>, field: &str) -> String {
    let PutRefusal::Wrong(errors) = refusal else {
        panic!("{refusal:?}")
    };
    let errors = worker.map_or(&errors.fields, |w| &errors.workers[&w.handle]);
    errors.at(&world.test.app.texts().t(Language::Ja), field).unwrap_or_default()
}

/// More workers of a company.
async fn crew(world: &World, employer: CompanyId, trades: &[&str], count: usize) -> Vec<Worker> {
    let trades: Vec<TradeCode> = trades.iter().map(|code| code.parse().unwrap()).collect();
    let mut random = rng(u64::try_from(count).unwrap() + 31);
    let since = "2026-10-01".parse().unwrap();
    let crew: Vec<Worker> = (0..count)
        .map(|_| worker(&mut random, Some((employer, since)), &trades))
        .collect();
    let tx = world.test.app.db().write().await.unwrap();
    insert_workers(&tx, world.test.app.clock().now(), &crew).await.unwrap();
    tx.commit().await.unwrap();
    crew
}

/// One of the rows of a worker at the site.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
struct Stored {
    id: String,
    node_id: String,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    accrues: i32,
    version: i32,
}

async fn rows_of(world: &World, worker: WorkerId) -> Vec<Stored> {
    let all = Sql::new(
        "test.rows_of_worker",
        "select id, node_id, trade, position, work_content, accrues, version from roster_row where worker_id = $1 order by created_at, id",
    );
    let tx = world.test.app.db().read().await.unwrap();
    tx.all(&all, values![worker.to_string()]).await.unwrap()
}

/// Judgements of a worker in order: counts or not, and the verdict.
async fn judgements(world: &World, worker: WorkerId) -> Vec<(bool, String)> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        counts: i32,
        verdict: String,
    }
    let all = Sql::new(
        "test.judgements",
        "select counts, verdict from judgement where worker_id = $1 order by work_day, number",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let rows: Vec<Row> = tx.all(&all, values![worker.to_string()]).await.unwrap();
    rows.into_iter().map(|row| (row.counts == 1, row.verdict)).collect()
}

/// A second place of `second` at the site, beneath `sibling`.
async fn second_place(world: &World) -> NodeId {
    let node = world.invite(&world.sibling, company(&world.second)).await;
    world.approve(&world.second, &node).await;
    node
}
