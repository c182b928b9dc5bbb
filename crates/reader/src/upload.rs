//! Brings the outbox to the registry: in order, in pages, each touch marked by its own answer.
//!
//! What may pass by itself (network, overload, maintenance) is tried again after 1, 5, 15, 60 minutes and then every 3 hours, and
//! at once when a new touch comes, and at a set time of day if one is set. What cannot pass by itself (a wrong key) is shown, and tried only every 3 hours. Nothing is dropped.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::SiteId;
use domain::time::japan_time;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use wire::{MAX_ITEMS, Outcome, RosterCopy};

use crate::copy;
use crate::outbox::{Outbox, setting};
use crate::registry::{Cure, Registry, Trouble};

/// Waits after the first, second, … failure in a row; the last one repeats.
const WAITS: [Duration; 5] = [minutes(1), minutes(5), minutes(15), minutes(60), minutes(180)];
/// How often an idle uploader looks for touches that another command (import, resend) pushed, and for news of the roster.
const LOOK: Duration = minutes(1);
/// Age at which the whole roster copy is fetched anew. Before that, it is asked every [`LOOK`] whether cards, roster or organisation have
/// changed, so that a lost card is refused without a network too, a minute after it was reported.
const ROSTER_AGE: Duration = minutes(10);

/// The registry does not know the key, or has revoked it.
const REVOKED: &str = "OCUF0004E";

/// Difference of the clocks past which touches come to harm: the registry refuses those from further in the future.
pub const CLOCK_LIMIT: SignedDuration = SignedDuration::from_mins(5);

/// How exactly a header `Date` and the way of an answer tell the time, in milliseconds.
const CLOCK_ROUGH: u64 = 2_000;

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
    /// Time of day in Japan at which it is tried in any case.
    set_time: Option<Time>,
    /// Touches sent once more because the registry lacked them: a second time would bring nothing else.
    repeated: HashSet<i64>,
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
            repeated: HashSet::new(),
            set_time: None,
        }
    }

    /// Tries at this time of day in Japan too, however long the wait would be.
    #[must_use]
    pub fn at(mut self, set_time: Option<Time>) -> Self {
        self.set_time = set_time;
        self
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
    async fn send_page(&mut self, sent: &mut Sent) -> Result<bool, Trouble> {
        let registry = self.registry.clone();
        let broken = |e: sqlx::Error| registry.trouble(Cure::Wait, &format!("the outbox cannot be used: {e}"));
        let page = self.outbox.to_send(self.page).await.map_err(broken)?;
        if page.is_empty() {
            return Ok(false);
        }
        let before = self.registry.now();
        let device = self.outbox.report(page.len()).await.map_err(broken)?;
        let answers = self.registry.send(&page, device).await?;
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
        if !answers.missing.is_empty() {
            let again = self.outbox.again(&answers.missing, &self.repeated).await.map_err(broken)?;
            tracing::warn!(ranges = ?answers.missing, sent_again = again.len(), "the registry lacks touches");
            self.repeated.extend(again);
        }
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
            let set = self.set_time.map(|time| until_next(time, self.registry.now()));
            let until = Instant::now() + set.map_or(wait, |set| set.min(wait));
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

/// From now to the next time that Japan's clocks show `time`.
fn until_next(time: Time, now: Timestamp) -> Duration {
    const DAY: i64 = 86_400;
    let of_day = |time: Time| i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let seconds = (of_day(time) - of_day(japan_time(now).time())).rem_euclid(DAY);
    // This very second was the time: the next is tomorrow's.
    Duration::from_secs(u64::try_from(if seconds == 0 { DAY } else { seconds }).unwrap_or(0))
}

/// By how much the registry's clock is ahead of ours, taking its stamp to lie in the middle between sending and answer.
#[must_use]
pub fn clock_offset(before: Timestamp, received: Timestamp, after: Timestamp) -> SignedDuration {
    received.duration_since(before) - after.duration_since(before) / 2
}

/// Keeps the roster copy fresh, in the outbox and for the gate. Once the key is revoked, the copy is forgotten: a reader that was taken
/// away keeps no names.
pub async fn keep_roster(
    registry: Registry,
    outbox: Outbox,
    site: SiteId,
    send: watch::Sender<Option<RosterCopy>>,
    mut random: StdRng,
) {
    let secret = registry.secret();
    let mut known: Option<String> = None;
    let mut fetched = Instant::now();
    loop {
        let stamp = known.as_deref().filter(|_| fetched.elapsed() < ROSTER_AGE);
        let answer = registry.roster_and_clock(stamp).await;
        if let Ok((_, Some(offset))) = &answer {
            note_clock(&outbox, *offset).await;
        }
        let wait = match answer.map(|(roster, _)| roster) {
            Ok(Some((fresh, stamp))) if fresh.site_id == site.to_string() => {
                if let Err(error) = copy::keep(&outbox, &secret, &fresh, &mut random).await {
                    tracing::error!("the roster copy cannot be kept: {error:#}");
                }
                send.send_replace(Some(fresh));
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
                if trouble.code.as_deref() == Some(REVOKED) && send.borrow().is_some() {
                    tracing::error!("the key is not accepted any more; the roster copy is forgotten");
                    known = None;
                    send.send_replace(None);
                    if let Err(error) = copy::forget(&outbox).await {
                        tracing::error!(%error, "the roster copy cannot be forgotten");
                    }
                }
                LOOK
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// Keeps the offset of the clock where no touch was sent that measures it better: QRs are judged by it. What differs by less than the
/// header `Date` tells is not written.
async fn note_clock(outbox: &Outbox, offset: SignedDuration) {
    let noted = async {
        let kept: Option<i64> = outbox.setting(setting::CLOCK_OFFSET).await?;
        let millis = i64::try_from(offset.as_millis()).unwrap_or(i64::MAX);
        if kept.is_some_and(|kept| kept.abs_diff(millis) < CLOCK_ROUGH) {
            return Ok(());
        }
        outbox.set(setting::CLOCK_OFFSET, Some(&millis)).await
    };
    let noted: sqlx::Result<()> = noted.await;
    if let Err(error) = noted {
        tracing::error!(%error, "the offset of the clock cannot be kept");
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
    fn the_set_time_comes_every_day() {
        let wait = |now: &str| {
            until_next(
                Time::constant(17, 30, 0, 0),
                format!("2026-11-20T{now}+09:00").parse().unwrap(),
            )
            .as_secs()
        };
        let cases = [
            ("17:29:59", 1),
            ("17:30:00", 86_400),
            ("17:30:01", 86_399),
            ("00:00:00", 63_000),
            ("23:59:59", 63_001),
        ];
        for (now, seconds) in cases {
            assert_eq!(wait(now), seconds, "{now}");
        }
    }

    #[test]
    fn the_offset_is_measured_from_the_middle() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        assert_eq!(clock_offset(at(1_000), at(1_500), at(2_000)).as_millis(), 0);
        assert_eq!(clock_offset(at(1_000), at(601_100), at(1_200)).as_millis(), 600_000);
        assert_eq!(clock_offset(at(601_000), at(1_100), at(601_200)).as_millis(), -600_000);
    }
}
