//! Taking out and bringing in (書き出し・取り込み), in one documented format (`docs/exchange.md`): a company or a worker takes out all that
//! the registry holds of it; the operator brings registrations in by command.
//!
//! What a company may take out of others' data is the role matrix of registry rule book chapter 10: of its workers what is in force
//! now, without past employers; of histories its own people's, its own sites', and what lies beneath it. It is recorded like any look.

mod bring_in;
mod check;
mod format;
mod gather;
mod pages;
mod queries;
mod read;
mod take_out;
mod write;

pub use bring_in::{Report, bring_in};
pub use check::{ExchangeFault, Plan, plan};
pub use format::{Kind, Table};
pub use read::{ReadFault, Source, read};
use store::Sql;
pub use take_out::{Period, of_company, of_everything, of_worker};
use web::{Language, Routes};
pub use write::{json, table_csv, zip_of_csv};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/export", pages::company)
        .get("/export/file", pages::company_file)
        .get("/my/export", pages::own)
        .get("/my/export/file", pages::own_file)
}
