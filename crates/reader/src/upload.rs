//! Brings the outbox to the registry: in order, in pages, each touch marked by its own answer.
//!
//! What may pass by itself (network, overload, maintenance) is tried again after 1, 5, 15, 60 minutes and then every 3 hours, and
//! at once when a new touch comes. What cannot pass by itself (a wrong key) is shown, and tried only every 3 hours. Nothing is dropped.

use std::sync::Arc;
use std::time::Duration;

use domain::SiteId;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use wire::{MAX_ITEMS, Outcome, RosterCopy};

use crate::outbox::{Outbox, State, setting};
use crate::registry::{Cure, Registry, Trouble};

/// Waits after the first, second, … failure in a row; the last one repeats.
const WAITS: [Duration; 5] = [minutes(1), minutes(5), minutes(15), minutes(60), minutes(180)];
/// How often an idle uploader looks for touches that another command (import, resend) pushed, and for news of the roster.
const LOOK: Duration = minutes(1);
/// Age at which the whole roster copy is fetched anew. Before that, it is asked every [`LOOK`] whether cards, roster or organisation have
/// changed, so that a lost card is refused without a network too, a minute after it was reported.
const ROSTER_AGE: Duration = minutes(10);

/// Difference of the clocks past which touches come to harm: the registry refuses those from further in the future.
pub const CLOCK_LIMIT: SignedDuration = SignedDuration::from_mins(5);

const fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

/// The wait after so many failures in a row. `jitter` in 0..1 spreads the readers that all lost the registry at the same moment.
#[must_use]
pub fn wait_after(failures: usize, jitter: f64) -> Duration {
    let last = WAITS.len() - 1;
    WAITS[failures.saturating_sub(1).min(last)].mul_f64(0.9 + 0.2 * jitter)
}

/// Where the uploader stands, for those who wait for an answer at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The last try came through.
    pub up: bool,
    /// A new touch makes the uploader try at once.
    pub listening: bool,
}

/// The gate's end of the uploader: wake it, and see where it stands.
#[derive(Debug, Clone)]
pub struct Link {
    /// Wakes the uploader.
    pub wake: Arc<Notify>,
    /// Told after every page and every failure.
    pub line: watch::Receiver<Line>,
}

/// What one run over the backlog brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// New in the registry.
    pub stored: u64,
    /// Was there already.
    pub already: u64,
    /// Refused.
    pub refused: u64,
}

/// Sends what is pending.
pub struct Uploader {
    registry: Registry,
    outbox: Outbox,
    page: usize,
    line: watch::Sender<Line>,
    wake: Arc<Notify>,
}

impl Uploader {
    /// For this registry and this outbox.
    #[must_use]
    pub fn new(registry: Registry, outbox: Outbox) -> Self {
        let line = watch::Sender::new(Line {
            up: true,
            listening: true,
        });
        Self {
            registry,
            outbox,
            page: MAX_ITEMS,
            line,
            wake: Arc::default(),
        }
    }

    /// The gate's end.
    #[must_use]
    pub fn link(&self) -> Link {
        Link {
            wake: Arc::clone(&self.wake),
            line: self.line.subscribe(),
        }
    }

    /// Sends pages until nothing is pending. Everything learnt on the way is written into the outbox.
    ///
    /// # Errors
    /// [`Trouble`] that stops it; what is not answered stays pending.
    pub async fn send_all(&mut self) -> Result<Sent, Trouble> {
        let mut sent = Sent::default();
        let result = loop {
            match self.send_page(&mut sent).await {
                Ok(true) => self.line.send_replace(Line {
                    up: true,
                    listening: true,
                }),
                Ok(false) => break Ok(sent),
                Err(trouble) if trouble.cure == Cure::SmallerPages && self.page > 1 => {
                    self.page /= 2;
                    continue;
                }
                Err(trouble) => break Err(trouble),
            };
        };
        let before: Option<Trouble> = self.outbox.setting(setting::TROUBLE).await.ok().flatten();
        let trouble = result.as_ref().err().cloned().map(|mut now| {
            // The same trouble goes on: keep since when.
            if let Some(old) = before.filter(|old| (&old.code, &old.text) == (&now.code, &now.text)) {
                now.since = old.since;
            }
            now
        });
        if let Err(error) = self.outbox.set(setting::TROUBLE, trouble.as_ref()).await {
            tracing::error!(%error, "the outbox cannot be written");
        }
        if let Some(trouble) = trouble {
            let listening = trouble.cure == Cure::Wait;
            self.line.send_replace(Line { up: false, listening });
            tracing::warn!(code = trouble.code, reference = trouble.reference, cure = ?trouble.cure, "sending stopped: {}", trouble.text);
        }
        result
    }

    /// One page. `false`: nothing was pending.
    async fn send_page(&self, sent: &mut Sent) -> Result<bool, Trouble> {
        let broken = |e: sqlx::Error| self.registry.trouble(Cure::Wait, &format!("the outbox cannot be used: {e}"));
        let page = self.outbox.in_state(State::Pending, self.page).await.map_err(broken)?;
        if page.is_empty() {
            return Ok(false);
        }
        let before = self.registry.now();
        let answers = self.registry.send(&page).await?;
        let after = self.registry.now();
        let results: Vec<_> = answers
            .results
            .into_iter()
            .filter(|a| page.iter().any(|t| t.item_id == a.item_id))
            .collect();
        if results.is_empty() {
            return Err(self
                .registry
                .trouble(Cure::Wait, "the registry answered for none of the touches"));
        }
        self.outbox.mark(&results).await.map_err(broken)?;
        for answer in &results {
            *match answer.outcome {
                Outcome::Stored => &mut sent.stored,
                Outcome::AlreadyStored => &mut sent.already,
                Outcome::Refused => &mut sent.refused,
            } += 1;
        }
        let offset = clock_offset(before, answers.received_at, after);
        if offset.abs() > CLOCK_LIMIT {
            tracing::warn!(
                seconds = offset.as_secs(),
                "this machine's clock is wrong; the registry may refuse its touches"
            );
        }
        let (contact, millis) = (answers.received_at, i64::try_from(offset.as_millis()).unwrap_or(i64::MAX));
        let kept = async {
            self.outbox.set(setting::LAST_CONTACT, Some(&contact)).await?;
            self.outbox.set(setting::CLOCK_OFFSET, Some(&millis)).await
        };
        kept.await.map_err(broken)?;
        Ok(true)
    }

    /// Sends for ever: at once when woken, else by the waits.
    pub async fn run(mut self, mut random: StdRng) {
        let mut failures = 0;
        loop {
            let (wait, listening) = match self.send_all().await {
                Ok(_) => {
                    failures = 0;
                    (LOOK, true)
                }
                Err(trouble) => {
                    failures += 1;
                    match trouble.cure {
                        Cure::Wait => (wait_after(failures, random.random()), true),
                        Cure::WaitAsTold(seconds) => (Duration::from_secs(seconds), false),
                        Cure::SmallerPages | Cure::Person => (wait_after(WAITS.len(), random.random()), false),
                    }
                }
            };
            let until = Instant::now() + wait;
            let woken = async {
                if listening {
                    self.wake.notified().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            let _ = tokio::time::timeout_at(until, woken).await;
        }
    }
}

/// By how much the registry's clock is ahead of ours, taking its stamp to lie in the middle between sending and answer.
#[must_use]
pub fn clock_offset(before: Timestamp, received: Timestamp, after: Timestamp) -> SignedDuration {
    received.duration_since(before) - after.duration_since(before) / 2
}

/// Keeps the roster copy fresh, in the outbox and for the gate.
pub async fn keep_roster(registry: Registry, outbox: Outbox, site: SiteId, copy: watch::Sender<Option<RosterCopy>>) {
    let mut known: Option<String> = None;
    let mut fetched = Instant::now();
    loop {
        let stamp = known.as_deref().filter(|_| fetched.elapsed() < ROSTER_AGE);
        let wait = match registry.roster(stamp).await {
            Ok(Some((fresh, stamp))) if fresh.site_id == site.to_string() => {
                if let Err(error) = outbox.set(setting::ROSTER, Some(&fresh)).await {
                    tracing::error!(%error, "the roster copy cannot be kept");
                }
                copy.send_replace(Some(fresh));
                fetched = Instant::now();
                // An older registry gives no stamp: then the whole copy comes every ten minutes.
                let wait = if stamp.is_some() { LOOK } else { ROSTER_AGE };
                known = stamp;
                wait
            }
            Ok(Some(_)) => {
                tracing::error!("the key belongs to another site than the one set here; touches will be refused");
                ROSTER_AGE
            }
            Ok(None) => LOOK,
            Err(trouble) => {
                tracing::info!("no fresh roster: {}", trouble.text);
                LOOK
            }
        };
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_capped() {
        let waits: Vec<u64> = (1..=7).map(|n| wait_after(n, 0.5).as_secs() / 60).collect();
        assert_eq!(waits, [1, 5, 15, 60, 180, 180, 180]);
        assert!(wait_after(9, 1.0) < minutes(200) && wait_after(9, 0.0) > minutes(160));
    }

    #[test]
    fn the_offset_is_measured_from_the_middle() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        assert_eq!(clock_offset(at(1_000), at(1_500), at(2_000)).as_millis(), 0);
        assert_eq!(clock_offset(at(1_000), at(601_100), at(1_200)).as_millis(), 600_000);
        assert_eq!(clock_offset(at(601_000), at(1_100), at(601_200)).as_millis(), -600_000);
    }
}
