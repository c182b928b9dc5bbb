//! Number entry (番号入力): a worker who has no card with him types his ID and his own code on the kiosk page. The code is checked against
//! the roster copy, so it works without a network, until the copy expires.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::lockout::{Count, Rule};
use domain::{Clock, WorkerId};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::Instant;
use wire::code::CodeCheck;
use wire::{Method, RosterCopy};

use crate::card::{Fault, Reading};
use crate::copy::number_entry;

/// Where what was typed is checked and goes on to the gate.
pub struct Numbers {
    roster: watch::Receiver<Option<RosterCopy>>,
    clock: Arc<dyn Clock>,
    /// To the gate, as if it came from a card.
    to_gate: mpsc::Sender<Reading>,
    /// Pauses are measured from here: the clock may be set.
    started: Instant,
    misses: Mutex<BTreeMap<WorkerId, Count>>,
}

impl Numbers {
    /// Nobody has missed yet.
    #[must_use]
    pub fn new(roster: watch::Receiver<Option<RosterCopy>>, clock: Arc<dyn Clock>, to_gate: mpsc::Sender<Reading>) -> Self {
        Self {
            roster,
            clock,
            to_gate,
            started: Instant::now(),
            misses: Mutex::default(),
        }
    }

    /// Checks what was typed and hands it to the gate, which answers it, right or wrong. False if this reader takes no numbers.
    pub async fn take(&self, worker: &str, code: &str) -> bool {
        match self.read(worker, code).await {
            Some(reading) => self.to_gate.send(reading).await.is_ok(),
            None => false,
        }
    }

    /// Nothing told here, and no time it takes, says whether the number or the code was wrong, or whether it rests.
    async fn read(&self, worker: &str, code: &str) -> Option<Reading> {
        // One at a time: the check is slow, and many at once would keep a small machine from reading cards.
        let mut misses = self.misses.lock().await;
        let worker: Result<WorkerId, _> = worker.parse();
        let (site, rule, code_of) = {
            let roster = self.roster.borrow();
            let copy = roster.as_ref()?;
            let entry = number_entry(copy, self.clock.now())?;
            let rule = Rule::InARow {
                most: entry.misses.into(),
                rest: i64::from(entry.rest_minutes) * 60_000,
            };
            let id = worker.map(|worker| worker.to_string()).unwrap_or_default();
            let row = copy.workers.iter().find(|row| row.worker_id == id);
            (copy.site_id.clone(), rule, row.map(|row| row.code.clone()))
        };
        let worker = match worker {
            Ok(worker) => worker,
            Err(error) => return Some(Reading::Unreadable(Fault::Number(error))),
        };
        let is_known = code_of.is_some();
        let check = match code_of {
            Some(Some(check)) => check,
            Some(None) => return Some(Reading::Unreadable(Fault::NoCode)),
            None => CodeCheck::nobody(),
        };
        let (id, code) = (worker.to_string(), code.to_owned());
        let fits = tokio::task::spawn_blocking(move || check.fits(&site, &id, &code));
        let fits = fits.await.unwrap_or(false);
        let wrong = Some(Reading::Unreadable(Fault::WrongCode));
        if !is_known {
            return wrong;
        }
        let now = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let count = misses.entry(worker).or_default();
        if count.rests(now) {
            return wrong;
        }
        if !fits {
            *count = count.after_miss(rule, now);
            return wrong;
        }
        misses.remove(&worker);
        Some(Reading::Worker {
            worker,
            issue: None,
            method: Method::NumberCode,
        })
    }
}
