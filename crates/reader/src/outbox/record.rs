//! What the file tells of itself: to the registry with each batch, and to whoever looks after it.

use std::collections::HashSet;

use jiff::Timestamp;
use wire::DeviceReport;

use super::chain::{self, Fault, Head, Link};
use super::{Changed, Outbox, setting};

impl Outbox {
    /// What is told to the registry with a batch of so many touches.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn report(&self, batch: usize) -> sqlx::Result<Option<DeviceReport>> {
        let Some(id) = self.setting::<String>(setting::DEVICE).await? else {
            return Ok(None);
        };
        let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM touch WHERE state = 'pending'")
            .fetch_one(&self.pool)
            .await?;
        let head: Head = self.setting(setting::HEAD).await?.unwrap_or_default();
        let fault: Option<Fault> = self.setting(setting::FAULT).await?;
        Ok(Some(DeviceReport {
            id,
            backlog: u64::try_from(waiting).unwrap_or(0).saturating_sub(batch as u64),
            highest: u64::try_from(head.seq).unwrap_or(0),
            chain: Some(head.hash).filter(|hash| !hash.is_empty()),
            broken_at: fault.map(|fault| fault.first),
        }))
    }

    /// Walks along the chain of all touches and keeps what was found, for the registry and for `status`.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub async fn verify(&self) -> sqlx::Result<Option<Fault>> {
        let forgotten: i64 = self.setting(setting::FORGOTTEN).await?.unwrap_or(0);
        let head: Head = self.setting(setting::HEAD).await?.unwrap_or_default();
        let fault = chain::walk(&self.pool, forgotten, &head).await?;
        self.set(setting::FAULT, fault.as_ref()).await?;
        Ok(fault)
    }

    /// Touches that are not as they were written, oldest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn changed(&self, most: usize) -> sqlx::Result<Vec<Changed>> {
        let rows = sqlx::query("SELECT * FROM touch ORDER BY seq").fetch_all(&self.pool).await?;
        let changed = rows.iter().filter_map(|row| {
            let link = Link::read(row).ok().filter(|link| !link.is_whole())?;
            Some(Changed {
                seq: link.content.seq,
                at: Timestamp::from_second(link.content.at).ok(),
                worker: link.content.worker_id,
            })
        });
        Ok(changed.take(most).collect())
    }

    /// Takes touches out of the queue that the registry is known to have, by their running numbers. Says how many.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn received(&self, ranges: &[(u64, u64)]) -> sqlx::Result<u64> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut count = 0;
        for (first, last) in ranges {
            count += sqlx::query("UPDATE touch SET state = 'stored' WHERE state = 'pending' AND seq BETWEEN ? AND ?")
                .bind(number(*first))
                .bind(number(*last))
                .execute(&mut *tx)
                .await?
                .rows_affected();
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Puts touches that the registry has answered for back into the queue, by their running numbers, except those in `not`. Gives
    /// the numbers.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn again(&self, ranges: &[(u64, u64)], not: &HashSet<i64>) -> sqlx::Result<Vec<i64>> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut back = Vec::new();
        for (first, last) in ranges {
            let seqs: Vec<i64> =
                sqlx::query_scalar("SELECT seq FROM touch WHERE state <> 'pending' AND seq BETWEEN ? AND ? ORDER BY seq")
                    .bind(number(*first))
                    .bind(number(*last))
                    .fetch_all(&mut *tx)
                    .await?;
            for seq in seqs.into_iter().filter(|seq| !not.contains(seq)) {
                sqlx::query("UPDATE touch SET state = 'pending' WHERE seq = ?")
                    .bind(seq)
                    .execute(&mut *tx)
                    .await?;
                back.push(seq);
            }
        }
        tx.commit().await?;
        Ok(back)
    }
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
