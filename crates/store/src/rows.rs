//! Many rows as one value.

use sea_orm::Value;
use serde::Serialize;

use crate::{Result, StoreError};

/// The rows of a `{{rows $1: …}}` table: a JSON array of arrays in one text value, so that one fixed SQL text serves any number
/// of rows (PostgreSQL's limit of parameters, and texts that differ by length, do not arise).
///
/// A row is a tuple, in the order of the columns: text, whole numbers, `bool` and `Option` of these.
/// Text must not hold the character NUL: PostgreSQL cannot store it.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    json: String,
    len: usize,
}

impl Rows {
    /// No rows yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All rows of a list.
    ///
    /// # Errors
    /// As [`push`](Rows::push).
    pub fn of<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<Self> {
        let mut all = Self::new();
        for row in rows {
            all.push(row)?;
        }
        Ok(all)
    }

    /// Adds a row: `rows.push((worker, site, day.to_number()))?`.
    ///
    /// # Errors
    /// If it is not a tuple or an array.
    pub fn push(&mut self, row: impl Serialize) -> Result<()> {
        let json = serde_json::to_string(&row).unwrap_or_default();
        if !json.starts_with('[') {
            return Err(StoreError::Text {
                at: "rows",
                fault: "a row is a tuple of texts and numbers".into(),
            });
        }
        self.json.push(if self.len == 0 { '[' } else { ',' });
        self.json.push_str(&json);
        self.len += 1;
        Ok(())
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// None at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// As the value of a parameter.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.into()
    }
}

impl From<Rows> for Value {
    fn from(rows: Rows) -> Self {
        let json = if rows.len == 0 { "[]".to_owned() } else { rows.json + "]" };
        json.into()
    }
}
