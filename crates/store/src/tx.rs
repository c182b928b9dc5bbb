//! A transaction: SeaORM's, plus our own SQL texts.

use std::ops::Deref;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, FromQueryResult, QueryResult, Statement, TryGetable,
    Value,
};

use crate::writes::{self, Writes};
use crate::{Backend, Result, Sql, StoreError};

/// A transaction. Takes entities (`Entity::find().one(&tx)`, `active_model.insert(&*tx)`) and [`Sql`] texts. Dropped without
/// [`commit`](Tx::commit), nothing happened.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    backend: Backend,
}

impl Tx {
    pub(crate) fn new(inner: DatabaseTransaction, backend: Backend) -> Self {
        Self { inner, backend }
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Makes everything done in it lasting: when this returns, it is on the disk.
    ///
    /// # Errors
    /// If the database could not; then nothing is kept.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(StoreError::at("commit"))
    }

    /// All rows of a text.
    ///
    /// # Errors
    /// If the text fails or a row does not fit `T`.
    pub async fn all<T: FromQueryResult>(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Vec<T>> {
        let rows = self.inner.query_all_raw(self.statement(sql, values)?).await;
        let rows = rows.and_then(|rows| rows.iter().map(|row| T::from_query_result(row, "")).collect());
        rows.map_err(StoreError::at(sql.name()))
    }

    /// The first row of a text, if there is one.
    ///
    /// # Errors
    /// If the text fails or the row does not fit `T`.
    pub async fn one<T: FromQueryResult>(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Option<T>> {
        let row = self.inner.query_one_raw(self.statement(sql, values)?).await;
        let row = row.and_then(|row| row.map(|row| T::from_query_result(&row, "")).transpose());
        row.map_err(StoreError::at(sql.name()))
    }

    /// The first column of the first row, if there is one: `tx.value::<i64>(&COUNT, [])`.
    ///
    /// # Errors
    /// If the text fails or the value does not fit `T`.
    pub async fn value<T: TryGetable>(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Option<T>> {
        let row = self.inner.query_one_raw(self.statement(sql, values)?).await;
        let row = row.and_then(|row| row.map(|row| row.try_get_by_index(0)).transpose());
        row.map_err(StoreError::at(sql.name()))
    }

    /// Runs a text and tells how many rows it inserted, changed or deleted.
    ///
    /// # Errors
    /// If the text fails.
    pub async fn run(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<u64> {
        let done = self.inner.execute_raw(self.statement(sql, values)?).await;
        done.map(|done| done.rows_affected()).map_err(StoreError::at(sql.name()))
    }

    /// Runs all of them: on PostgreSQL as one statement, so that a dozen costs one round trip; on SQLite, which has none to save, one
    /// after the other. So none may read or change what another writes.
    ///
    /// # Errors
    /// If one fails.
    pub async fn run_all(&self, writes: Writes) -> Result<()> {
        let list = writes.into_list();
        if self.backend == Backend::Sqlite || list.len() < 2 {
            for (sql, values) in list {
                self.run(&sql, values).await?;
            }
            return Ok(());
        }
        let (text, values) = writes::joined(list, self.backend)?;
        let statement = Statement::from_sql_and_values(self.inner.get_database_backend(), text, values);
        let done = self.inner.execute_raw(statement).await;
        done.map(|_| ()).map_err(StoreError::at("writes"))
    }

    fn statement(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Statement> {
        let text = sql.text(self.backend)?;
        Ok(Statement::from_sql_and_values(
            self.inner.get_database_backend(),
            text,
            values,
        ))
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}
