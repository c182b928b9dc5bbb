//! QRs at the kiosk page: the one on the worker's telephone, signed by the registry a moment before, or a printed one with the worker
//! ID alone. Both are checked by the roster copy, so they work without a network, until the copy expires.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::lockout::{Count, Rule};
use domain::{Clock, WorkerId};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::Instant;
use wire::qr::{Qr, QrFault, SignedQr};
use wire::{Method, QrEntry, RosterCopy};

use crate::card::{Fault, Reading};
use crate::copy::qr_entry;
use crate::outbox::{Outbox, setting};

/// Where what was read is checked and goes on to the gate.
pub struct Qrs {
    roster: watch::Receiver<Option<RosterCopy>>,
    clock: Arc<dyn Clock>,
    /// Knows by how much the registry's clock is ahead of ours.
    outbox: Outbox,
    /// To the gate, as if it came from a card.
    to_gate: mpsc::Sender<Reading>,
    /// Pauses are measured from here: the clock may be set.
    started: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    misses: BTreeMap<WorkerId, Count>,
    /// When each worker's last QR that was taken had been made.
    used: BTreeMap<WorkerId, Timestamp>,
}

impl Qrs {
    /// Nothing was read yet.
    #[must_use]
    pub fn new(
        roster: watch::Receiver<Option<RosterCopy>>,
        clock: Arc<dyn Clock>,
        outbox: Outbox,
        to_gate: mpsc::Sender<Reading>,
    ) -> Self {
        Self {
            roster,
            clock,
            outbox,
            to_gate,
            started: Instant::now(),
            seen: Mutex::default(),
        }
    }

    /// Checks the text of a QR and hands it to the gate, which answers it, right or wrong. False if this reader takes no QRs.
    pub async fn take(&self, text: &str) -> bool {
        match self.read(text).await {
            Some(reading) => self.to_gate.send(reading).await.is_ok(),
            None => false,
        }
    }

    async fn read(&self, text: &str) -> Option<Reading> {
        let mut seen = self.seen.lock().await;
        let qr: Result<Qr, _> = text.parse();
        let (entry, is_expected) = {
            let roster = self.roster.borrow();
            let copy = roster.as_ref()?;
            let entry = qr_entry(copy, self.clock.now())?.clone();
            let worker = match &qr {
                Ok(Qr::Plain(worker)) => worker.to_string(),
                Ok(Qr::Signed(signed)) => signed.worker.to_string(),
                Err(_) => String::new(),
            };
            (entry, copy.workers.iter().any(|row| row.worker_id == worker))
        };
        let taken = match qr {
            Ok(Qr::Plain(_)) if !entry.plain => Err(Fault::PlainQr),
            Ok(Qr::Plain(_)) if !is_expected => Err(Fault::NotOnCopy),
            Ok(Qr::Plain(worker)) => Ok((worker, Method::QrPlain)),
            Ok(Qr::Signed(signed)) => {
                let now = self.clock.now() + self.clock_offset().await;
                let since_start = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
                let checked = seen.check(&signed, &entry, is_expected, now, since_start);
                checked.map(|()| (signed.worker, Method::Qr))
            }
            Err(error) => Err(Fault::Number(error)),
        };
        Some(match taken {
            Ok((worker, method)) => Reading::Worker {
                worker,
                issue: None,
                method,
            },
            Err(fault) => Reading::Unreadable(fault),
        })
    }

    /// As it was last measured; zero if it never was.
    async fn clock_offset(&self) -> SignedDuration {
        let kept: Option<i64> = self.outbox.setting(setting::CLOCK_OFFSET).await.ok().flatten();
        SignedDuration::from_millis(kept.unwrap_or(0))
    }
}

impl Seen {
    /// Counts misses of those on the roster copy only: of made-up IDs there is no end. A wrong clock here is nobody's miss.
    fn check(
        &mut self,
        signed: &SignedQr,
        entry: &QrEntry,
        is_expected: bool,
        now: Timestamp,
        since_start: i64,
    ) -> Result<(), Fault> {
        let worker = signed.worker;
        if self.misses.get(&worker).is_some_and(|count| count.rests(since_start)) {
            return Err(Fault::QrRests);
        }
        let fault = match signed.check(&entry.key, now, SignedDuration::from_secs(entry.seconds.into())) {
            Ok(()) if self.used.get(&worker).is_some_and(|used| signed.made_at <= *used) => return Err(Fault::UsedQr),
            Ok(()) => {
                self.misses.remove(&worker);
                self.used.insert(worker, signed.made_at);
                return Ok(());
            }
            Err(QrFault::Ahead) => return Err(Fault::QrAhead),
            Err(QrFault::Stale) => Fault::StaleQr,
            Err(QrFault::Forged) => Fault::ForgedQr,
        };
        if is_expected {
            let rule = Rule::InARow {
                most: entry.misses.into(),
                rest: i64::from(entry.rest_minutes) * 60_000,
            };
            let count = self.misses.entry(worker).or_default();
            *count = count.after_miss(rule, since_start);
        }
        Err(fault)
    }
}

#[cfg(test)]
mod tests {
    use wire::qr::QrKey;

    use super::*;

    fn worker() -> WorkerId {
        "01234567890121".parse().unwrap()
    }

    fn key(seed: u8) -> QrKey {
        QrKey::of(&[seed; 32]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn signed(key: &QrKey, second: i64) -> SignedQr {
        match key.sign(worker(), at(second)).parse().unwrap() {
            Qr::Signed(signed) => signed,
            Qr::Plain(_) => panic!("not signed"),
        }
    }

    fn entry() -> QrEntry {
        QrEntry {
            key: key(7).public(),
            seconds: 60,
            plain: false,
            misses: 3,
            rest_minutes: 5,
        }
    }

    #[test]
    fn each_is_taken_once_and_none_older_after_it() {
        let mut seen = Seen::default();
        let mut check = |made: i64, now: i64| seen.check(&signed(&key(7), made), &entry(), true, at(now), 0);
        assert_eq!(check(30, 35), Ok(()));
        assert_eq!(check(30, 36), Err(Fault::UsedQr));
        assert_eq!(check(0, 36), Err(Fault::UsedQr), "one photographed before");
        assert_eq!(check(60, 61), Ok(()));
        assert_eq!(check(200, 100), Err(Fault::QrAhead));
    }

    #[test]
    fn after_some_wrong_ones_none_is_taken_for_a_while() {
        let mut seen = Seen::default();
        let mut check = |key: &QrKey, made: i64, expected: bool, minute: i64| {
            seen.check(&signed(key, made), &entry(), expected, at(300), minute * 60_000)
        };
        let (ours, forger) = (key(7), key(8));
        assert_eq!(check(&ours, 0, true, 0), Err(Fault::StaleQr));
        assert_eq!(check(&ours, 290, true, 0), Ok(()), "a right one begins the count anew");
        assert_eq!(check(&ours, 500, true, 0), Err(Fault::QrAhead), "this one is not counted");
        for _ in 0..3 {
            assert_eq!(check(&forger, 300, true, 0), Err(Fault::ForgedQr));
        }
        assert_eq!(check(&ours, 300, true, 4), Err(Fault::QrRests));
        assert_eq!(check(&ours, 300, true, 5), Ok(()));
        let mut of_a_stranger = Seen::default();
        for _ in 0..9 {
            let forged = of_a_stranger.check(&signed(&forger, 300), &entry(), false, at(300), 0);
            assert_eq!(forged, Err(Fault::ForgedQr));
        }
        assert!(of_a_stranger.misses.is_empty(), "made-up IDs fill no memory");
    }
}
