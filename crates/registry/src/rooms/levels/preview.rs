//! What other criteria would change: everybody is judged by those in force and by the others, and nothing is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Masters;
use serde::{Deserialize, Serialize};

use super::gather::{self, Case, Standing, Which};
use super::judge::{self, Rules};
use super::queries;
use crate::App;
use crate::rooms::jobs::{self, Job};

/// Workers read at once.
const PAGE: i64 = 2_000;

/// How many workers other criteria would move in a field. A level is the guide (criteria that are not confirmed too), `sure` the one
/// that confirmed criteria give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moves {
    /// To a higher level.
    pub up: i64,
    /// To a lower one.
    pub down: i64,
    /// To a higher level by confirmed criteria.
    pub sure_up: i64,
    /// To a lower one by confirmed criteria.
    pub sure_down: i64,
    /// Judged in the field now, who were not.
    pub joined: i64,
    /// Judged in it no more.
    pub left: i64,
}

impl Moves {
    /// Nobody is moved.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// By field; fields in which nobody is moved are left out. Says in the job how many are judged.
///
/// # Errors
/// If the database fails.
pub async fn preview(app: &App, job: &Job, others: Arc<Masters>) -> anyhow::Result<BTreeMap<String, Moves>> {
    let (present, on) = (app.masters(), app.clock().today());
    let total: i64 = app
        .db()
        .read()
        .await?
        .value(&queries::COUNT_WORKERS, store::values![])
        .await?
        .unwrap_or_default();
    let mut all: BTreeMap<String, Moves> = BTreeMap::new();
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let which = Which {
            marked: false,
            gathered: false,
            after: &after,
            size: PAGE,
            on,
        };
        let cases = gather::page(&app.db().read().await?, &present, &which).await?;
        let Some(last) = cases.last() else { break };
        last.id.clone_into(&mut after);
        done += i64::try_from(cases.len())?;
        let (present, others) = (Arc::clone(&present), Arc::clone(&others));
        let moved = tokio::task::spawn_blocking(move || moves(&present, &others, on, &cases)).await??;
        for (field, found) in moved {
            let sum = all.entry(field).or_default();
            *sum = Moves {
                up: sum.up + found.up,
                down: sum.down + found.down,
                sure_up: sum.sure_up + found.sure_up,
                sure_down: sum.sure_down + found.sure_down,
                joined: sum.joined + found.joined,
                left: sum.left + found.left,
            };
        }
        jobs::progress(app, job, done, total).await?;
    }
    all.retain(|_, moves| !moves.is_none());
    Ok(all)
}

fn moves(present: &Masters, others: &Masters, on: domain::WorkDay, cases: &[Case]) -> anyhow::Result<BTreeMap<String, Moves>> {
    let (rules, other_rules) = (Rules::on(present, on), Rules::on(others, on));
    let mut all: BTreeMap<String, Moves> = BTreeMap::new();
    for case in cases {
        let now = judge::one(present, &rules, case)?;
        let then = judge::one(others, &other_rules, case)?;
        let find = |of: &[Standing], field: &str| of.iter().position(|standing| standing.field == field);
        for old in &now {
            let moves = all.entry(old.field.clone()).or_default();
            match find(&then, &old.field).and_then(|at| then.get(at)) {
                None => moves.left += 1,
                Some(new) => {
                    moves.up += i64::from(new.guide > old.guide);
                    moves.down += i64::from(new.guide < old.guide);
                    moves.sure_up += i64::from(new.level > old.level);
                    moves.sure_down += i64::from(new.level < old.level);
                }
            }
        }
        for new in then.iter().filter(|new| find(&now, &new.field).is_none()) {
            all.entry(new.field.clone()).or_default().joined += 1;
        }
    }
    Ok(all)
}
