//! Group commit: many callers, few transactions.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::Backend;

/// How groups are made.
#[derive(Debug, Clone, Copy)]
pub struct GroupSettings {
    /// Groups worked on at once: one on SQLite (one writer), two on PostgreSQL (one is filled while the other commits).
    pub writers: usize,
    /// A group is full when it weighs this much.
    pub weight: usize,
    /// Items that may wait.
    pub queue: usize,
    /// How long a caller waits for a place in the queue before he is told `Busy`.
    pub patience: Duration,
}

impl GroupSettings {
    /// What suits a database.
    #[must_use]
    pub fn of(backend: Backend) -> Self {
        Self {
            writers: if backend == Backend::Sqlite { 1 } else { 2 },
            weight: 2_000,
            queue: 4_096,
            patience: Duration::from_secs(5),
        }
    }
}

/// Why a submitted item has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError<E> {
    /// The queue stayed full: try again later.
    #[error("too many are waiting to be stored")]
    Busy,
    /// The item itself failed.
    #[error(transparent)]
    Failed(E),
    /// The server is stopping, or the work broke off: whether the item is stored is unknown, so send it again.
    #[error("broken off before an answer was known")]
    BrokenOff,
}

struct Waiting<In, Out, E> {
    item: In,
    answer: oneshot::Sender<Result<Out, GroupError<E>>>,
}

type Queue<In, Out, E> = mpsc::Sender<Waiting<In, Out, E>>;

/// Takes items from many callers and works on all that wait as one group: one transaction, one commit. A caller is answered only
/// when the work on his group has returned. Nobody waits for company by the clock: a lone item goes at once, and while it is being
/// committed the next group gathers.
///
/// If a group fails, its items are tried again one by one, so that one bad item does not harm its neighbours; if what failed is
/// passing, the group is tried once more as a whole. So an item can be worked on twice, and the work must be such that this does
/// no harm. Two writers that touch the same rows do so in the same order (sorted by key), or they stop each other.
#[derive(Debug)]
pub struct GroupCommit<In, Out, E> {
    /// Taken out by `shutdown`; the writers end when the queue is empty and nobody can add to it.
    queue: Mutex<Option<Queue<In, Out, E>>>,
    writers: tokio::sync::Mutex<JoinSet<()>>,
    patience: Duration,
}

impl<In, Out, E> GroupCommit<In, Out, E>
where
    In: Clone + Send + Sync + 'static,
    Out: Send + 'static,
    E: Send + 'static,
{
    /// Starts the writers on the present tokio runtime. `weigh`: how much an item adds to a group (`|_| 1` if all are alike).
    /// `is_passing`: will the same thing probably work a little later ([`StoreError::is_passing`](crate::StoreError::is_passing))?
    /// `work` does the items of a group, all or none, and gives one answer for each, in order.
    pub fn start<W, F>(settings: GroupSettings, weigh: fn(&In) -> usize, is_passing: fn(&E) -> bool, work: W) -> Self
    where
        W: Fn(Vec<In>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<Out>, E>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(settings.queue.max(1));
        let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
        let mut writers = JoinSet::new();
        for _ in 0..settings.writers.max(1) {
            let (receiver, work) = (receiver.clone(), work.clone());
            writers.spawn(async move {
                while let Some(group) = next_group(&receiver, settings.weight, weigh).await {
                    work_on(group, is_passing, &work).await;
                }
            });
        }
        Self {
            queue: Mutex::new(Some(sender)),
            writers: tokio::sync::Mutex::new(writers),
            patience: settings.patience,
        }
    }

    /// Hands in an item and waits for its answer. If the caller goes away meanwhile, the item is worked on all the same.
    ///
    /// # Errors
    /// [`GroupError`].
    pub async fn submit(&self, item: In) -> Result<Out, GroupError<E>> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or(GroupError::BrokenOff)?;
        let (answer, answered) = oneshot::channel();
        match queue.send_timeout(Waiting { item, answer }, self.patience).await {
            Ok(()) => {}
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => return Err(GroupError::Busy),
            Err(mpsc::error::SendTimeoutError::Closed(_)) => return Err(GroupError::BrokenOff),
        }
        drop(queue);
        answered.await.unwrap_or(Err(GroupError::BrokenOff))
    }

    /// Takes no more items, does all that wait, and returns when the last is answered.
    pub async fn shutdown(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut writers = self.writers.lock().await;
        while writers.join_next().await.is_some() {}
    }
}

impl<In, Out, E> Drop for GroupCommit<In, Out, E> {
    /// What waits is still done: the writers go on without us and end by themselves.
    fn drop(&mut self) {
        self.writers.get_mut().detach_all();
    }
}

/// How often a group that is not full lets the other tasks of this thread run before it goes.
const TURNS: usize = 8;

/// Waits for one item, then takes what else is there. Callers who have just been answered tend to come back at once, but they need
/// a turn of the runtime to do so: without it, the next group would leave with the two or three that happened to be first.
/// One writer waits at a time, the others for their turn.
async fn next_group<In, Out, E>(
    receiver: &tokio::sync::Mutex<mpsc::Receiver<Waiting<In, Out, E>>>,
    most: usize,
    weigh: fn(&In) -> usize,
) -> Option<Vec<Waiting<In, Out, E>>> {
    let mut receiver = receiver.lock().await;
    let first = receiver.recv().await?;
    let mut weight = weigh(&first.item);
    let mut group = vec![first];
    let mut turns = 0;
    while weight < most && turns < TURNS {
        if let Ok(next) = receiver.try_recv() {
            weight += weigh(&next.item);
            group.push(next);
        } else {
            turns += 1;
            tokio::task::yield_now().await;
        }
    }
    Some(group)
}

/// Does a group and answers its callers; those it leaves unanswered are told `BrokenOff`.
async fn work_on<In, Out, E, W, F>(group: Vec<Waiting<In, Out, E>>, is_passing: fn(&E) -> bool, work: &W)
where
    In: Clone,
    Out: Send + 'static,
    E: Send + 'static,
    W: Fn(Vec<In>) -> F,
    F: Future<Output = Result<Vec<Out>, E>> + Send + 'static,
{
    // Whether a caller has gone away meanwhile is no concern: his item is done all the same.
    match attempt(&group, is_passing, work).await {
        Ok(outs) => {
            for (waiting, out) in group.into_iter().zip(outs) {
                let _ = waiting.answer.send(Ok(out));
            }
        }
        Err(error) if group.len() == 1 => {
            let _ = group.into_iter().next().map(|waiting| waiting.answer.send(Err(error)));
        }
        // The database is away: hundreds of attempts, each waiting for it, would help nobody.
        Err(GroupError::Failed(error)) if is_passing(&error) => {}
        Err(_) => {
            for waiting in group {
                let done = attempt(std::slice::from_ref(&waiting), is_passing, work).await;
                let away = matches!(&done, Err(GroupError::Failed(error)) if is_passing(error));
                let done = done.and_then(|outs| outs.into_iter().next().ok_or(GroupError::BrokenOff));
                let _ = waiting.answer.send(done);
                if away {
                    break;
                }
            }
        }
    }
}

/// Tries the items in one go, a second time if what failed is passing (two groups in each other's way, a connection lost).
async fn attempt<In, Out, E, W, F>(
    group: &[Waiting<In, Out, E>],
    is_passing: fn(&E) -> bool,
    work: &W,
) -> Result<Vec<Out>, GroupError<E>>
where
    In: Clone,
    Out: Send + 'static,
    E: Send + 'static,
    W: Fn(Vec<In>) -> F,
    F: Future<Output = Result<Vec<Out>, E>> + Send + 'static,
{
    let items = || group.iter().map(|waiting| waiting.item.clone()).collect();
    match guarded(work(items()), group.len()).await {
        Err(GroupError::Failed(error)) if is_passing(&error) => guarded(work(items()), group.len()).await,
        done => done,
    }
}

/// Runs the work as a task of its own, so that a panic in it ends this group and not the writer.
async fn guarded<Out, E>(
    work: impl Future<Output = Result<Vec<Out>, E>> + Send + 'static,
    wanted: usize,
) -> Result<Vec<Out>, GroupError<E>>
where
    Out: Send + 'static,
    E: Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(Ok(outs)) if outs.len() == wanted => Ok(outs),
        Ok(Ok(outs)) => {
            tracing::error!(
                wanted,
                given = outs.len(),
                "a group was answered with a wrong number of answers"
            );
            Err(GroupError::BrokenOff)
        }
        Ok(Err(error)) => Err(GroupError::Failed(error)),
        Err(_) => {
            tracing::error!("the work on a group panicked or was stopped");
            Err(GroupError::BrokenOff)
        }
    }
}
