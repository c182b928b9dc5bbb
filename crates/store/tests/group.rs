//! Group commit, without a database.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::{GroupCommit, GroupError, GroupSettings};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

type Commit = Arc<GroupCommit<u32, u32, &'static str>>;
type Groups = Arc<Mutex<Vec<Vec<u32>>>>;

const SETTINGS: GroupSettings = GroupSettings {
    writers: 1,
    weight: 10,
    queue: 100,
    patience: Duration::from_millis(50),
};

/// Records the groups it gets, holds each until it is let go, refuses 13, panics at 99 and finds the database away at 77.
fn held(settings: GroupSettings) -> (Commit, Arc<Semaphore>, Groups) {
    let (gate, groups) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (let_go, seen) = (gate.clone(), groups.clone());
    let commit = GroupCommit::start(
        settings,
        |_| 1,
        |error| *error == "away",
        move |items: Vec<u32>| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(items.clone());
            let gate = let_go.clone();
            async move {
                gate.acquire().await.map_err(|_| "closed")?.forget();
                assert!(!items.contains(&99), "poison");
                if items.contains(&77) {
                    return Err("away");
                }
                if items.contains(&13) {
                    Err("thirteen")
                } else {
                    Ok(items.iter().map(|n| n * 2).collect())
                }
            }
        },
    );
    (Arc::new(commit), gate, groups)
}

/// Submits the first, and all others when it is being worked on.
async fn submit_all(commit: &Commit, groups: &Groups, items: &[u32]) -> JoinSet<(u32, Result<u32, GroupError<&'static str>>)> {
    let mut tasks = JoinSet::new();
    for &item in items {
        let commit = commit.clone();
        tasks.spawn(async move { (item, commit.submit(item).await) });
        tokio::task::yield_now().await;
        while groups.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            tokio::task::yield_now().await;
        }
    }
    tasks
}

#[tokio::test]
async fn a_lone_item_goes_at_once_and_the_rest_gather() {
    let (commit, gate, groups) = held(SETTINGS);
    let tasks = submit_all(&commit, &groups, &(20..36).collect::<Vec<_>>()).await;
    gate.add_permits(100);
    for (item, answer) in tasks.join_all().await {
        assert_eq!(answer, Ok(item * 2));
    }
    let sizes: Vec<_> = groups.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(
        sizes,
        [1, 10, 5],
        "the first did not wait; the others filled a group while it was worked on"
    );
}

#[tokio::test]
async fn a_bad_item_fails_alone() {
    for bad in [13, 99] {
        let (commit, gate, groups) = held(SETTINGS);
        let tasks = submit_all(&commit, &groups, &[1, 2, bad, 3]).await;
        gate.add_permits(100);
        for (item, answer) in tasks.join_all().await {
            match item {
                13 => assert_eq!(answer, Err(GroupError::Failed("thirteen"))),
                99 => assert_eq!(answer, Err(GroupError::BrokenOff)),
                n => assert_eq!(answer, Ok(n * 2)),
            }
        }
        assert_eq!(
            *groups.lock().unwrap(),
            [vec![1], vec![2, bad, 3], vec![2], vec![bad], vec![3]]
        );
    }
}

#[tokio::test]
async fn when_the_database_is_away_nobody_waits_for_each_other() {
    let (commit, gate, groups) = held(SETTINGS);
    let tasks = submit_all(&commit, &groups, &[1, 2, 77, 3]).await;
    gate.add_permits(100);
    for (item, answer) in tasks.join_all().await {
        let expected = if item == 1 { Ok(2) } else { Err(GroupError::BrokenOff) };
        assert_eq!(answer, expected, "{item}");
    }
    assert_eq!(commit.submit(77).await, Err(GroupError::Failed("away")));
    assert_eq!(
        *groups.lock().unwrap(),
        [vec![1], vec![2, 77, 3], vec![2, 77, 3], vec![77], vec![77]]
    );
}

#[tokio::test]
async fn a_full_queue_says_busy() {
    let (commit, gate, groups) = held(GroupSettings { queue: 2, ..SETTINGS });
    let tasks = submit_all(&commit, &groups, &[1, 2, 3]).await;
    assert_eq!(commit.submit(4).await, Err(GroupError::Busy));
    gate.add_permits(100);
    assert!(tasks.join_all().await.iter().all(|(_, answer)| answer.is_ok()));
    assert_eq!(commit.submit(4).await, Ok(8));
}

#[tokio::test]
async fn stopping_answers_all_that_wait() {
    let (commit, gate, groups) = held(GroupSettings { writers: 2, ..SETTINGS });
    let tasks = submit_all(&commit, &groups, &(20..60).collect::<Vec<_>>()).await;
    gate.add_permits(100);
    commit.shutdown().await;
    let answers = tasks.join_all().await;
    assert_eq!(answers.len(), 40);
    assert!(answers.iter().all(|(_, answer)| answer.is_ok()));
    assert_eq!(commit.submit(1).await, Err(GroupError::BrokenOff));
    commit.shutdown().await;
}

#[tokio::test]
async fn heavy_items_fill_a_group_alone_and_dropping_drains() {
    let worked = Arc::new(AtomicUsize::new(0));
    let count = worked.clone();
    let gate = Arc::new(Semaphore::new(0));
    let let_go = gate.clone();
    let commit = Arc::new(GroupCommit::<usize, (), ()>::start(
        SETTINGS,
        |weight| *weight,
        |()| false,
        move |items| {
            let (count, gate) = (count.clone(), let_go.clone());
            async move {
                gate.acquire().await.map_err(drop)?.forget();
                assert!(items.len() <= 2, "a heavy one closes its group");
                count.fetch_add(items.len(), Ordering::SeqCst);
                Ok(vec![(); items.len()])
            }
        },
    ));
    for item in [1, 1, 9, 100, 100] {
        let commit = commit.clone();
        // Callers that go away without waiting.
        let _ = tokio::time::timeout(Duration::from_millis(1), async move { commit.submit(item).await }).await;
    }
    drop(commit);
    gate.add_permits(100);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(worked.load(Ordering::SeqCst), 5);
}
