//! Terms that run out (有効期限): a room without pages. A loop of the house tells companies and workers 6, 3 and 1 months before, each
//! once, and, when the day has passed, closes a company for all but reading and letting go until it is renewed. That his card ends, a
//! worker is told here only; his company hears of it from the room `roster`, with what else of its people runs out.
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
