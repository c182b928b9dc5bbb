//! From columns to domain types. A value that cannot be read is an inconsistency of the database, named by column; never a panic.

use std::str::FromStr;

use domain::WorkDay;
use jiff::Timestamp;
use store::StoreError;

/// What is stored there cannot be read. The value itself stays out of the log.
pub(crate) fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent(column, "it cannot be read".into())
}

/// An ID from its column.
pub(crate) fn id<T: FromStr>(text: &str, column: &'static str) -> Result<T, StoreError> {
    text.parse().map_err(|_| unreadable(column))
}

/// An ID from a column that may be empty.
pub(crate) fn opt_id<T: FromStr>(text: Option<String>, column: &'static str) -> Result<Option<T>, StoreError> {
    text.map(|t| id(&t, column)).transpose()
}

/// A day from its number.
pub(crate) fn day(number: i32, column: &'static str) -> Result<WorkDay, StoreError> {
    WorkDay::from_number(number).ok_or_else(|| unreadable(column))
}

/// A day from a column that may be empty.
pub(crate) fn opt_day(number: Option<i32>, column: &'static str) -> Result<Option<WorkDay>, StoreError> {
    number.map(|n| day(n, column)).transpose()
}

/// An instant from Unix seconds.
pub(crate) fn second(at: i64, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_second(at).map_err(|_| unreadable(column))
}

/// An instant from Unix milliseconds.
pub(crate) fn millisecond(at: i64, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(at).map_err(|_| unreadable(column))
}
