//! kill -9 at any moment: nothing that was beeped for is missing, nothing is there twice.

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use rand::RngExt;
use reader::outbox::{Outbox, State};

use crate::fake::*;

const ROUNDS: u64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_beeped_for_is_missing_and_nothing_is_there_twice() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let beeps = dir.path().join("beeps");
    let mut flags = flags(&address, dir.path());
    flags.extend(["--source", "lines", "--screen", "false", "--bell", "false", "--beep-log"].map(str::to_owned));
    flags.push(beeps.display().to_string());
    *fake.weather.lock().unwrap() = Some(random(4));
    let mut random = random(20_261_121);
    let mut next = 0;
    for round in 0..=ROUNDS {
        let last = round == ROUNDS;
        // Some mornings the registry is away as a whole.
        fake.down(!last && random.random_bool(0.25));
        if last {
            *fake.weather.lock().unwrap() = None;
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
            .arg("run")
            .args(&flags)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let first = next;
        let feeder = std::thread::spawn(move || {
            // Every card once, as fast as the program takes them, until it is dead. The last round ends by itself.
            let mut n = first;
            while (!last || n < first + 20) && n < first + 2_000 && writeln!(input, "{}", worker(n)).is_ok() {
                n += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
            n
        });
        if !last {
            tokio::time::sleep(Duration::from_millis(random.random_range(20..400))).await;
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        assert_eq!(status.success(), last);
        next = feeder.join().unwrap();
    }

    // A kill may cut the beep log's last line of a round: that beep was not heard in full, but its touch must be there too if
    // enough of the line is left to tell which it was.
    let log = std::fs::read_to_string(&beeps).unwrap();
    let heard: HashSet<String> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|line| line["item_id"].as_str().unwrap().to_owned())
        .collect();
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    assert_eq!(outbox.counts().await.unwrap().pending, 0);
    let kept = outbox.in_state(State::Stored, usize::MAX).await.unwrap();
    let stored = fake.touches.lock().unwrap();
    let ids: HashSet<&String> = stored.values().flatten().collect();
    println!(
        "{next} cards, {} touches, {} beeps, {} requests",
        kept.len(),
        heard.len(),
        fake.requests()
    );
    assert!(heard.len() > 100, "the test did something: {}", heard.len());
    assert!(
        heard.iter().all(|id| ids.contains(id)),
        "a beep without a touch in the registry"
    );
    assert!(stored.values().all(|ids| ids.len() == 1), "a touch under two ids");
    let kept: BTreeSet<_> = kept.into_iter().map(|t| t.key).collect();
    assert_eq!(kept, stored.keys().copied().collect(), "outbox and registry hold the same");
    let workers: HashSet<_> = kept.iter().map(|k| k.worker).collect();
    assert_eq!(workers.len(), kept.len(), "a card held once is there once");
}
