//! Who looked at whose data, who changed what (監査): every look at another's personal data and every change is recorded here. The
//! worker sees who looked at his; the operator's auditor searches both.
//!
//! A page that shows workers' data calls [`seen`] before it answers; a use case that changes a company or a worker calls
//! [`changed`] in its transaction.

mod own;
mod queries;
mod record;
mod rows;
mod search;

use domain::WorkDay;
pub use record::{changed, changed_many, looked, looked_many, seen};
use store::{Db, Sql, StoreError};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// What a look can be at; each word has its text `look-…`. Another word is kept as well and shown as `look-other`.
pub const WHATS: [&str; 19] = [
    "roster",
    "calendar",
    "calendar_csv",
    "totals",
    "month_list",
    "gate",
    "mend",
    "day",
    "direct",
    "month",
    "month_csv",
    "registration",
    "papers",
    "card",
    "tie",
    "level",
    "search",
    "audit",
    "export",
];

/// Partitions inside a month on PostgreSQL, as many as `history` has.
const HASH_PARTS: u32 = 4;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/my/looks", own::page)
        .get("/audit", search::form)
        .post("/audit", search::page)
        .post("/audit/csv", search::csv)
}

/// Makes the partitions of this month and of the two to come.
///
/// # Errors
/// If the database fails.
pub async fn ensure_partitions(db: &Db, today: WorkDay) -> Result<(), StoreError> {
    let months = std::iter::successors(Some(today.month()), |m| Some(m.next())).take(3);
    store::partitions::ensure(db, "look", months, HASH_PARTS).await
}

/// What was looked at, as people read it.
fn what_words(t: &web::T, what: &str) -> String {
    t.get(&format!("look-{}", what.replace('_', "-")))
        .unwrap_or_else(|| t.s("look-other"))
}
