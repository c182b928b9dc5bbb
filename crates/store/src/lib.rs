//! SQLite and PostgreSQL behind one door; knows no room.
//!
//! - [`Db`] opens either database by its address and hands out transactions ([`Tx`]): entities of SeaORM and own SQL texts
//!   ([`Sql`]) both run on it. Every use case takes a `Tx`; whoever began it commits it; dropped without commit, nothing happened.
//! - [`Sql`] is one named text for both databases, [`Rows`] many rows as one parameter of it, [`Writes`] many texts in one round trip.
//! - [`Migration`]s are written once for both; [`schema`] compares the results, [`partitions`] adds PostgreSQL's months.
//! - [`GroupCommit`] turns many small concurrent writes into few transactions.

mod db;
mod dialect;
mod error;
mod group;
mod migrate;
mod page;
pub mod partitions;
mod rows;
pub mod schema;
mod sql;
pub mod testing;
mod tx;
mod writes;

pub use db::{Backend, Db, Options};
pub use error::StoreError;
pub use group::{GroupCommit, GroupError, GroupSettings};
pub use migrate::Migration;
pub use page::{Page, Paged};
pub use rows::Rows;
pub use sea_orm;
pub use sql::Sql;
pub use tx::Tx;
pub use writes::Writes;

/// What nearly every function of this crate returns.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The values of `$1`, `$2` … of a [`Sql`]: `values![worker.to_string(), day.to_number()]`.
///
/// A parameter must be given in the same Rust type each time its text runs: PostgreSQL fixes it at the first use.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {{
        let values: Vec<$crate::sea_orm::Value> = vec![$($crate::sea_orm::Value::from($value)),*];
        values
    }};
}
