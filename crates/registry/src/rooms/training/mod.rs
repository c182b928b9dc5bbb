//! Places of training (登録訓練施設, 社内訓練): sites at which touches count as days of training. A company registers the site as any other;
//! the operator recognises it, and says its last day.
//!
//! Rules: registry rule book 8.3 way 6, `domain::training`. What is not in the rule book is ours: see [docs/levels.md].

mod pages;
mod queries;
mod recognise;
#[cfg(test)]
mod tests;

pub use recognise::{EndForm, RecogniseForm, TrainingRefusal, end, recognise};
use store::{Sql, StoreError, Tx, values};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/training", pages::list)
        .post("/training", pages::recognise_one)
        .post("/training/{site}/end", pages::end_one)
}

/// From when to when a site is a place of training, if it ever was.
///
/// # Errors
/// If the database fails.
pub(crate) async fn of_site(tx: &Tx, site: domain::SiteId) -> Result<Option<domain::training::Training>, StoreError> {
    let row: Option<recognise::TrainingColumns> = tx.one(&queries::OF_SITE, values![site.to_string()]).await?;
    row.map(recognise::TrainingColumns::read).transpose()
}
