//! What is under way in the demo beside the sites: a registration that ends soon, and a worker who is about to join another company.

use domain::access::Role;
use domain::{CompanyId, WorkDay};
use store::{Sql, values};

use super::{Made, done};
use crate::access::Viewer;
use crate::made_up::Worker;
use crate::rooms::ties::{MoveForm, ask};

pub(in crate::made_up) const TERM: Sql = Sql::new("made_up.term", "update company set valid_until = $2 where id = $1");

/// Terms of the companies: far away, but for one that ends in two months.
pub(super) async fn terms(made: &Made, companies: &[CompanyId], ends_soon: CompanyId, today: WorkDay) -> anyhow::Result<()> {
    let tx = made.tx().await?;
    for company in companies {
        let days = if *company == ends_soon { 60 } else { 1_100 };
        let last = today.plus(days).month().last();
        tx.run(&TERM, values![company.to_string(), last.to_number()]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A worker has told that he moves; the company he joins is asked.
pub(super) async fn moving(made: &Made, worker: &Worker, from: CompanyId, to: CompanyId, today: WorkDay) -> anyhow::Result<()> {
    let mut viewer = Viewer::without_session("made-up".to_owned(), &worker.name, Role::Worker, None);
    viewer.worker = Some((worker.id, worker.handle.clone()));
    let form = MoveForm {
        company: to.to_string(),
        from: today.plus(5).to_string(),
        leave: from.to_string(),
    };
    let tx = made.tx().await?;
    done(ask(&made.app, &tx, &viewer, &form).await)?;
    tx.commit().await?;
    Ok(())
}
