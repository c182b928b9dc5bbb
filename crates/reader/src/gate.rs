//! A card at the gate: in or out, on disk, answered within a second.

use std::time::Duration;

use domain::{Clock, Direction, SiteId, TouchKey, WorkDay, WorkerId};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use ulid::Ulid;
use wire::{Method, Outcome, Remark, RosterCopy};

use crate::copy::judges;
use crate::outbox::{NewTouch, Outbox, State, Touch};
use crate::signal::Beep;
use crate::upload::Link;

/// Longest wait for the registry; the rest of the second belongs to card, disk and beep.
const ANSWER: Duration = Duration::from_millis(700);
/// The same card within this time is one touch.
const ONE_TOUCH: SignedDuration = SignedDuration::from_secs(60);
/// A night shift: an entry of the day before is still open for so long.
const NIGHT: SignedDuration = SignedDuration::from_hours(14);

/// Which way touches at this reader go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// All in.
    In,
    /// All out.
    Out,
    /// No open entry: in; else out.
    #[default]
    Auto,
}

/// What is said to the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The touch as recorded.
    pub key: TouchKey,
    /// Its id in the outbox.
    pub item_id: String,
    /// The same card a moment ago: nothing new was recorded.
    pub again: bool,
    /// Name, if the registry or the roster copy knows the worker.
    pub name: Option<String>,
    /// The worker's language, if the roster copy tells it.
    pub language: Option<String>,
    /// Does it count?
    pub verdict: Verdict,
    /// The registry has not answered.
    pub offline: bool,
    /// Then: the time of the roster copy that was asked instead.
    pub copy_of: Option<Timestamp>,
    /// And whether it is too old to judge by, or the clock too wrong.
    pub expired: bool,
}

/// What a touch is worth as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Recorded, counts.
    Counts,
    /// Recorded, does not count yet.
    NotYet(Vec<Remark>),
    /// Recorded; whether it counts is not known here.
    Recorded,
    /// The registry refused it; the outbox keeps it.
    Refused(Vec<Remark>),
}

impl Verdict {
    /// Its beep.
    #[must_use]
    pub fn beep(&self) -> Beep {
        match self {
            Self::Counts => Beep::Short1,
            Self::NotYet(_) => Beep::Short2,
            Self::Recorded => Beep::Short3,
            Self::Refused(_) => Beep::Long,
        }
    }

    /// For logs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::NotYet(_) => "not_yet",
            Self::Recorded => "recorded",
            Self::Refused(_) => "refused",
        }
    }

    /// Its reasons.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        match self {
            Self::NotYet(remarks) | Self::Refused(remarks) => remarks,
            Self::Counts | Self::Recorded => &[],
        }
    }
}

/// The gate of one site.
pub struct Gate<'a> {
    /// Site the touches belong to.
    pub site: SiteId,
    /// Which way they go.
    pub mode: Mode,
    /// Where they are kept.
    pub outbox: &'a Outbox,
    /// The uploader, if one runs beside us.
    pub link: Option<Link>,
    /// The cached roster.
    pub roster: watch::Receiver<Option<RosterCopy>>,
    /// Device time.
    pub clock: &'a dyn Clock,
    /// For item ids.
    pub random: StdRng,
}

impl Gate<'_> {
    /// Records a touch and answers it. Whoever beeps after `Ok` may do so: the touch is on disk.
    ///
    /// # Errors
    /// If the outbox cannot be written: then nothing is recorded.
    pub async fn touch(&mut self, worker: WorkerId, card_issue: Option<u16>, method: Method) -> sqlx::Result<Answer> {
        let deadline = Instant::now() + ANSWER;
        let now = self.clock.now();
        let last = self.outbox.last_of(worker, self.site).await?;
        // What was refused of another card of his says nothing about this one.
        let last = last.filter(|t| t.card_issue == card_issue || t.state != State::Refused);
        let direction = direction(self.mode, last.as_ref().map(|t| (t.key.at, t.key.direction)), now);
        let fresh = TouchKey::new(worker, self.site, now, direction);
        let same = |t: &Touch| {
            now.duration_since(t.key.at).abs() < ONE_TOUCH && (self.mode == Mode::Auto || t.key.direction == direction)
        };
        let (key, again) = match last.filter(same) {
            Some(before) => (before.key, true),
            None => (fresh, false),
        };
        // Before the push, so that no page sent in between goes unseen.
        let mut link = self.link.clone();
        if let Some(link) = &mut link {
            link.line.mark_unchanged();
        }
        if !again {
            let item_id = new_id(now, &mut self.random);
            let touch = NewTouch {
                item_id,
                key,
                method,
                card_issue,
            };
            self.outbox.push(&[touch]).await?;
        }
        let touch = self.settled(&key, link, deadline).await?;
        Ok(answer(touch, again, self.roster.borrow().as_ref(), now))
    }

    /// The touch as the outbox holds it, once the registry has answered, is known to be away, or the time is up.
    async fn settled(&self, key: &TouchKey, mut link: Option<Link>, deadline: Instant) -> sqlx::Result<Touch> {
        if let Some(link) = &link {
            link.wake.notify_one();
        }
        loop {
            let touch = self.outbox.find(key).await?.ok_or(sqlx::Error::RowNotFound)?;
            let Some(line) = link.as_mut().map(|l| &mut l.line).filter(|l| l.borrow().listening) else {
                return Ok(touch);
            };
            if touch.state != State::Pending {
                return Ok(touch);
            }
            match timeout_at(deadline, line.changed()).await {
                Ok(Ok(())) if line.borrow().up => {}
                _ => link = None, // Away, or too late: one last look.
            }
        }
    }
}

/// A new item id, sortable by device time.
pub fn new_id(now: Timestamp, random: &mut StdRng) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Ulid::from_parts(millis, random.random()).to_string()
}

/// Whether an entry is still open: for the rest of its day, and over midnight for as long as a night shift lasts. So a forgotten exit
/// does not turn the next morning around.
pub(crate) fn is_open(entry: Timestamp, now: Timestamp) -> bool {
    WorkDay::of(entry, 0) == WorkDay::of(now, 0) || (entry <= now && now.duration_since(entry) < NIGHT)
}

/// Which way a touch goes. Automatic: out if the last touch was an entry that is still open, else in.
fn direction(mode: Mode, last: Option<(Timestamp, Direction)>, now: Timestamp) -> Direction {
    match (mode, last) {
        (Mode::In, _) => Direction::In,
        (Mode::Out, _) => Direction::Out,
        (Mode::Auto, Some((at, Direction::In))) if is_open(at, now) => Direction::Out,
        (Mode::Auto, _) => Direction::In,
    }
}

/// The registry's answer if there is one, else the roster copy's.
fn answer(touch: Touch, again: bool, roster: Option<&RosterCopy>, now: Timestamp) -> Answer {
    let worker = touch.key.worker.to_string();
    let row = roster.and_then(|r| r.workers.iter().find(|w| w.worker_id == worker));
    let online = touch.answer.filter(|_| touch.state != State::Pending);
    let offline = online.is_none();
    let copy_of = roster.filter(|_| offline).map(|r| r.as_of);
    let expired = roster.is_some_and(|r| offline && !judges(r.as_of, r.expires_at, now));
    let mut name = row.map(|r| r.name.clone());
    let dead = row
        .and_then(|r| r.dead_cards.as_ref())
        .filter(|dead| touch.card_issue.is_some_and(|issue| issue <= dead.up_to));
    let judged = |counts, reasons| if counts { Verdict::Counts } else { Verdict::NotYet(reasons) };
    let verdict = match online {
        Some(a) => {
            name = a.name.or(name);
            match (a.outcome, a.day) {
                (Outcome::Refused, _) => Verdict::Refused(a.remarks),
                (_, Some(day)) => judged(day.counts, day.reasons),
                (_, None) => Verdict::Recorded,
            }
        }
        None => match (dead, row) {
            (Some(dead), _) => Verdict::Refused(vec![dead.remark.clone()]),
            (None, Some(r)) if !expired => judged(r.counts, r.reasons.clone()),
            (None, _) => Verdict::Recorded,
        },
    };
    Answer {
        key: touch.key,
        item_id: touch.item_id,
        again,
        name,
        language: row.map(|r| r.language.clone()),
        verdict,
        offline,
        copy_of,
        expired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_or_out() {
        use Direction::{In, Out};
        let at = |text: &str| -> Timestamp { format!("2026-11-{text}:00+09:00").parse().unwrap() };
        let cases = [
            ("the first of the day", Mode::Auto, None, "20T07:30", In),
            ("an open entry", Mode::Auto, Some(("20T07:30", In)), "20T17:00", Out),
            ("a long day", Mode::Auto, Some(("20T05:00", In)), "20T23:00", Out),
            ("back from lunch", Mode::Auto, Some(("20T12:00", Out)), "20T13:00", In),
            ("a forgotten exit", Mode::Auto, Some(("20T07:30", In)), "21T07:20", In),
            ("a night shift", Mode::Auto, Some(("20T20:00", In)), "21T05:10", Out),
            (
                "the night after a forgotten exit",
                Mode::Auto,
                Some(("20T20:00", In)),
                "21T20:00",
                In,
            ),
            (
                "a clock set back over midnight",
                Mode::Auto,
                Some(("21T00:10", In)),
                "20T23:50",
                In,
            ),
            ("an entry reader", Mode::In, Some(("20T07:30", In)), "20T17:00", In),
            ("an exit reader", Mode::Out, None, "20T17:00", Out),
        ];
        for (name, mode, last, now, expected) in cases {
            assert_eq!(direction(mode, last.map(|(t, d)| (at(t), d)), at(now)), expected, "{name}");
        }
    }
}
