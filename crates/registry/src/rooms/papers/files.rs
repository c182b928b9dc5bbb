//! Where the bytes of papers lie: files named after their keys, in a folder per day.

use std::path::Path as Folder;
use std::sync::Arc;

use anyhow::Context;
use axum::body::Bytes;
use domain::WorkDay;
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use ulid::Ulid;

/// Pictures worked on at once; one may take 200 MB.
const AT_ONCE: usize = 2;

/// The store of files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    turns: Arc<Semaphore>,
}

impl Files {
    /// Files in a folder (made if it is not there), each on the disk before it counts; without a folder, in memory only.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: Option<&Folder>) -> anyhow::Result<Self> {
        let store: Arc<dyn ObjectStore> = match folder {
            Some(folder) => {
                make(folder).with_context(|| format!("the folder of papers {}", folder.display()))?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
            }
            None => Arc::new(InMemory::new()),
        };
        Ok(Self {
            store,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Waits for one's turn to work on a picture; the turn ends when what is returned is dropped.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed, so there is always a turn.
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }

    pub(super) async fn put(&self, key: &str, bytes: Bytes) -> anyhow::Result<()> {
        self.store
            .put(&place(key)?, bytes.into())
            .await
            .map(|_| ())
            .context("storing a paper")
    }

    pub(super) async fn get(&self, key: &str) -> anyhow::Result<Bytes> {
        let found = self.store.get(&place(key)?).await.context("reading a paper")?;
        found.bytes().await.context("reading a paper")
    }

    /// Deletes a file; doing it twice is fine.
    pub(super) async fn delete(&self, key: &str) -> anyhow::Result<()> {
        match self.store.delete(&place(key)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("deleting a paper"),
        }
    }

    /// Keys of the files of a day, each with the time it was made.
    pub(super) async fn of_day(&self, day: WorkDay) -> anyhow::Result<Vec<(String, Timestamp)>> {
        let list = self
            .store
            .list_with_delimiter(Some(&Path::from(day.to_string())))
            .await
            .context("listing papers")?;
        let keys = list.objects.iter().filter_map(|object| {
            let key = object.location.filename()?;
            Some((key.to_owned(), made_at(key)?))
        });
        Ok(keys.collect())
    }
}

#[cfg(unix)]
fn make(folder: &Folder) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    // Identity papers: nobody else on the machine has any business there.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Folder) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// The key itself tells when it was made.
fn made_at(key: &str) -> Option<Timestamp> {
    let ulid: Ulid = key.parse().ok()?;
    Timestamp::from_millisecond(i64::try_from(ulid.timestamp_ms()).ok()?).ok()
}

fn place(key: &str) -> anyhow::Result<Path> {
    let at = made_at(key).context("a paper whose key is none of ours")?;
    Ok(Path::from(format!("{}/{key}", WorkDay::of(at, 0))))
}
