//! Direct input on both databases, and its pages.

mod asking;
mod correcting;
mod deciding;
mod keeping;
mod pages;
mod voiding;

use std::collections::BTreeSet;

use domain::direct::RequestState;
use domain::{Direction, WorkerId};
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use testkit::on_both;

use super::*;
use crate::access::UseCaseError;
use crate::made_up::Worker;
use crate::testing::{Person, World};

async fn try_ask(world: &World, who: &Person, form: &AskForm) -> Result<Asked, AskRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match ask(&world.test.app, &tx, &who.viewer, form).await {
        Ok(asked) => {
            tx.commit().await.unwrap();
            Ok(asked)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_approve(world: &World, who: &Person, keys: &BTreeSet<String>) -> Result<Decided, DecideRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match approve(&world.test.app, &tx, &who.viewer, keys).await {
        Ok(decided) => {
            tx.commit().await.unwrap();
            Ok(decided)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_refuse(world: &World, who: &Person, keys: &BTreeSet<String>, reason: &str) -> Result<Decided, DecideRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match refuse(&world.test.app, &tx, &who.viewer, keys, reason).await {
        Ok(decided) => {
            tx.commit().await.unwrap();
            Ok(decided)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_withdraw(world: &World, who: &Person, key: &str) -> Result<(), ChangeRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match withdraw(&world.test.app, &tx, &who.viewer, key).await {
        Ok(()) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_put(world: &World, who: &Person, key: &str, site: &str, all: bool) -> Result<Put, ChangeRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match put_site(&world.test.app, &tx, &who.viewer, key, site, all).await {
        Ok(put) => {
            tx.commit().await.unwrap();
            Ok(put)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

/// Days at the world's site, 08:00 to 17:00; of these workers, if a company asks.
fn at_site(world: &World, workers: &[&Worker], days: &[&str]) -> AskForm {
    AskForm {
        worker: workers.iter().map(|w| w.handle.clone()).collect(),
        day: days.iter().map(|day| (*day).to_owned()).collect(),
        from: "08:00".into(),
        to: "17:00".into(),
        site: world.site.to_string(),
        ..AskForm::default()
    }
}

/// The same at a site that is not registered.
fn unregistered(world: &World, workers: &[&Worker], days: &[&str], name: &str) -> AskForm {
    AskForm {
        site: String::new(),
        site_name: name.into(),
        ..at_site(world, workers, days)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
struct Stored {
    id: String,
    work_day: i32,
    site_id: Option<String>,
    place: String,
    state: String,
}

/// Requests for a worker, by day.
async fn stored(world: &World, worker: WorkerId) -> Vec<Stored> {
    let all = Sql::new(
        "test.requests",
        "select id, work_day, site_id, place, state from direct_request where worker_id = $1 order by work_day, id",
    );
    let tx = world.test.app.db().read().await.unwrap();
    tx.all(&all, values![worker.to_string()]).await.unwrap()
}

async fn keys(world: &World, worker: WorkerId) -> BTreeSet<String> {
    stored(world, worker).await.into_iter().map(|row| row.id).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
struct Touched {
    at: i64,
    direction: String,
    method: String,
    source: String,
}

/// Touches of a worker in their order.
async fn touched(world: &World, worker: WorkerId) -> Vec<Touched> {
    let all = Sql::new(
        "test.touches_of_worker",
        "select at, direction, method, source from touch where worker_id = $1 order by at",
    );
    let tx = world.test.app.db().read().await.unwrap();
    tx.all(&all, values![worker.to_string()]).await.unwrap()
}

/// Which notices somebody has, by their keys: the clock stands still, so they have no other order.
async fn told(world: &World, whom: &str) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Row {
        text_key: String,
    }
    let all = Sql::new(
        "test.told",
        "select text_key from notice where whom = $1 and text_key like 'notice-direct-%' order by text_key",
    );
    let tx = world.test.app.db().read().await.unwrap();
    let rows: Vec<Row> = tx.all(&all, values![whom]).await.unwrap();
    rows.into_iter().map(|row| row.text_key).collect()
}

fn company(person: &Person) -> String {
    person.viewer.company_id().unwrap().to_string()
}

/// What is wrong with single days: day and why.
fn faults(refusal: AskRefusal) -> Vec<(String, Why)> {
    let AskRefusal::Wrong(errors) = refusal else {
        panic!("{refusal:?}")
    };
    errors
        .days
        .into_iter()
        .map(|fault| (fault.day.to_string(), fault.why))
        .collect()
}

/// The sentence of a field.
fn said(world: &World, refusal: AskRefusal, field: &str) -> String {
    let AskRefusal::Wrong(errors) = refusal else {
        panic!("{refusal:?}")
    };
    let t = world.test.app.texts().t(Language::Ja);
    errors.fields.at(&t, field).unwrap_or_default()
}

fn text(world: &World, key: &str) -> String {
    world.test.app.texts().t(Language::Ja).s(key)
}
