//! Cards of those who have an account: with their workers, or waiting for print.

use domain::WorkerId;
use store::{Sql, values};

use super::{Made, done};
use crate::access::Viewer;
use crate::rooms::card::{CardReason, issue, mark_printed};

pub(in crate::made_up) const LEVEL: Sql = Sql::new("made_up.level", "update worker set level = $2 where id = $1");

/// Somebody with a card.
pub(super) struct Holder {
    pub(super) worker: WorkerId,
    pub(super) level: i32,
    /// With the worker already, or waiting for print.
    pub(super) printed: bool,
}

/// Orders cards, and hands out those that are printed.
pub(super) async fn issue_all(made: &Made, operator: &Viewer, holders: &[Holder]) -> anyhow::Result<()> {
    let tx = made.tx().await?;
    for holder in holders {
        tx.run(&LEVEL, values![holder.worker.to_string(), holder.level]).await?;
        let card = issue(&made.app, &tx, holder.worker, None, CardReason::First).await?;
        if holder.printed {
            done(mark_printed(&made.app, &tx, operator, &card).await)?;
        }
    }
    tx.commit().await?;
    Ok(())
}
