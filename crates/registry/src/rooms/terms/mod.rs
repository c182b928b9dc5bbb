//! Terms that run out (有効期限): a room without pages. A loop of the house tells companies and workers 6, 3 and 1 months before, each
//! once, and, when the day has passed, closes a company for all but reading until it is renewed.
//!
//! Rules: registry rule book 2.6 and 3.4, `domain::term`; months and years are rows of `data/policies.csv`. The renewals themselves are
//! applications.

mod queries;
mod watch;

use store::Sql;
pub use watch::{Told, keep};
use web::Language;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;
