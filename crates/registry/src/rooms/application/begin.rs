//! Use case: somebody begins an application.

use domain::registration::{Fields, Purpose};
use rand::Rng;
use store::{StoreError, Tx, values};

use super::open::may_begin;
use super::{note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rows::unreadable;

/// Why an application is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginRefusal {
    /// The viewer may not.
    Forbidden,
}

/// Begins an application and gives its key. Asked twice (a double click, a second tab) it is the same draft; for a change, the one that
/// is under way.
///
/// # Errors
/// [`BeginRefusal`].
pub async fn begin(app: &App, tx: &Tx, viewer: &Viewer, purpose: Purpose) -> UseCase<String, BeginRefusal> {
    let by_proxy = may_begin(viewer, purpose).ok_or(UseCaseError::Refused(BeginRefusal::Forbidden))?;
    let subject = match purpose {
        Purpose::CompanyChange => viewer.company_id().map(|company| company.to_string()),
        Purpose::WorkerChange => viewer.worker.as_ref().map(|(worker, _)| worker.to_string()),
        Purpose::CompanyNew | Purpose::WorkerNew => None,
    };
    let under_way: Option<String> = match &subject {
        Some(subject) => tx.value(&queries::OPEN_OF, values![subject.as_str(), purpose.word()]).await?,
        None => {
            tx.value(&queries::DRAFT_OF, values![viewer.account.as_str(), purpose.word()])
                .await?
        }
    };
    if let Some(id) = under_way {
        return Ok(id);
    }
    let mut fields = match &subject {
        Some(subject) => newest_record(tx, subject).await?,
        None => Fields::new(),
    };
    if by_proxy && let Some(company) = viewer.company_id() {
        // The commonest case: the employer files it. Filled in, and open to change.
        fields.set("proxy", "employer");
        fields.set("employer.0.company", company.to_string());
    }
    let (id, now) = (app.new_key(), app.clock().now().as_millisecond());
    let body = serde_json::to_string(&fields).map_err(UseCaseError::broken)?;
    let proxy = viewer.company_id().filter(|_| by_proxy).map(|company| company.to_string());
    let values = values![
        id.as_str(),
        number(app),
        purpose.word(),
        now,
        viewer.account.as_str(),
        proxy,
        subject,
        body
    ];
    tx.run(&queries::INSERT, values).await?;
    note(
        app,
        tx,
        &viewer.account,
        &id,
        "begin",
        ("draft", "draft"),
        &serde_json::json!({}),
    )
    .await?;
    Ok(id)
}

/// 申請番号: the year and ten digits by chance, so that nobody learns from it how many there are. One that is taken (1 in 10^10) fails on
/// its key, and the person tries again.
fn number(app: &App) -> String {
    let chance = app.with_random(Rng::next_u64) % 10_000_000_000;
    let year = app.clock().today().date().year().rem_euclid(100);
    format!("{year:02}-{:05}-{:05}", chance / 100_000, chance % 100_000)
}

/// What a company or a worker is registered with now.
///
/// # Errors
/// If the database fails or holds a record that cannot be read.
pub async fn newest_record(tx: &Tx, subject: &str) -> Result<Fields, StoreError> {
    let body: Option<String> = tx.value(&queries::NEWEST_RECORD, values![subject]).await?;
    body.map_or_else(
        || Ok(Fields::new()),
        |body| serde_json::from_str(&body).map_err(|_| unreadable("record.body")),
    )
}
