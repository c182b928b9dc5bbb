//! What the kiosk page shows between the touches: who is on site, how many came today, whether the registry is there, what waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::time::japan_time;
use domain::{Clock, Direction, SiteId, WorkDay, WorkerId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::{Notify, broadcast, watch};
use wire::RosterCopy;

use crate::card::Device;
use crate::copy::{number_entry, qr_entry};
use crate::gate::{Mode, is_open};
use crate::outbox::{Outbox, State, Touch, setting};
use crate::screen::{Language, View, device};
use crate::upload::Link;

/// How far back a touch can still say that somebody is on site or came today.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(26);
/// How often the picture is made anew although nothing was touched: time goes on, and the page sees that we live.
const TICK: Duration = Duration::from_secs(5);

/// The picture of a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Name of the site, once a roster copy has told it; else its ID.
    pub site: String,
    /// This device's clock, in milliseconds since 1970.
    pub now: i64,
    /// Which way touches go.
    pub mode: Mode,
    /// The registry answered last time.
    pub online: bool,
    /// Touches that wait for it.
    pub pending: i64,
    /// Touches it refused.
    pub refused: i64,
    /// Workers who came in today.
    pub today: usize,
    /// Who is on site, the last to come first.
    pub on_site: Vec<Present>,
    /// Whether a worker may type his number and code here.
    pub number: bool,
    /// A worker may show a QR.
    pub qr: bool,
    /// What is wrong with the card reader, in words; none if nothing is.
    pub fault: Option<&'static str>,
}

/// Somebody on site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Present {
    /// Name, else the number with its middle hidden.
    pub name: String,
    /// Time of day of the entry.
    pub since: String,
}

/// Where the run puts what happens, and where pages hear of it.
#[derive(Debug)]
pub struct Board {
    /// The newest picture.
    pub picture: watch::Sender<Option<Picture>>,
    /// Touches and cards that gave none, as they happen.
    pub touches: broadcast::Sender<View>,
    /// Which way touches go; pages may set it.
    pub mode: watch::Sender<Mode>,
    /// What the settings say of it.
    set: Option<Mode>,
    device: watch::Sender<Device>,
    stir: Notify,
}

impl Board {
    /// An empty one. `set` is the mode of the settings; what the page chose is kept over a restart, until the settings are changed.
    ///
    /// # Errors
    /// If the outbox cannot be read.
    pub async fn new(set: Option<Mode>, outbox: &Outbox) -> sqlx::Result<Self> {
        let chosen: Option<(Option<Mode>, Mode)> = outbox.setting(setting::MODE).await?;
        let mode = match chosen {
            Some((before, mode)) if before == set => mode,
            _ => set.unwrap_or_default(),
        };
        Ok(Self {
            picture: watch::Sender::new(None),
            touches: broadcast::Sender::new(16),
            mode: watch::Sender::new(mode),
            set,
            device: watch::Sender::new(Device::Ready(String::new())),
            stir: Notify::new(),
        })
    }

    /// Shows a touch, or a card that gave none.
    pub fn show(&self, view: View) {
        // Nobody may be looking.
        let _ = self.touches.send(view);
        self.stir.notify_one();
    }

    /// The reader came or went.
    pub fn device(&self, device: &Device) {
        self.device.send_replace(device.clone());
        self.stir.notify_one();
    }

    /// Sets which way touches go, kept over a restart.
    ///
    /// # Errors
    /// If the outbox cannot be written: then nothing is changed.
    pub async fn set_mode(&self, mode: Mode, outbox: &Outbox) -> sqlx::Result<()> {
        outbox.set(setting::MODE, Some(&(self.set, mode))).await?;
        self.mode.send_replace(mode);
        self.stir.notify_one();
        Ok(())
    }

    /// Keeps the picture up to date, for ever.
    pub async fn keep(
        &self,
        site: SiteId,
        outbox: &Outbox,
        mut link: Link,
        roster: watch::Receiver<Option<RosterCopy>>,
        clock: Arc<dyn Clock>,
        language: Language,
    ) {
        loop {
            match self.paint(site, outbox, &link, &roster, clock.now(), language).await {
                Ok(picture) => {
                    self.picture.send_replace(Some(picture));
                }
                Err(error) => tracing::error!(%error, "the outbox cannot be read for the kiosk page"),
            }
            tokio::select! {
                () = self.stir.notified() => {}
                Ok(()) = link.line.changed() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn paint(
        &self,
        site: SiteId,
        outbox: &Outbox,
        link: &Link,
        roster: &watch::Receiver<Option<RosterCopy>>,
        now: Timestamp,
        language: Language,
    ) -> sqlx::Result<Picture> {
        let touches = outbox.since(site, now - LOOK_BACK).await?;
        let counts = outbox.counts().await?;
        let roster = roster.borrow().clone();
        let (today, on_site) = presence(&touches, roster.as_ref(), now);
        let number = roster.as_ref().is_some_and(|copy| number_entry(copy, now).is_some());
        let qr = roster.as_ref().is_some_and(|copy| qr_entry(copy, now).is_some());
        let state = self.device.borrow().clone();
        Ok(Picture {
            site: roster.map_or_else(|| site.to_string(), |roster| roster.site_name),
            now: now.as_millisecond(),
            mode: *self.mode.borrow(),
            online: link.line.borrow().up,
            pending: counts.pending,
            refused: counts.refused,
            today,
            on_site,
            number,
            qr,
            fault: (!matches!(state, Device::Ready(_))).then(|| device(&state, language)),
        })
    }
}

/// How many came in today, and who is still there, from this device's touches. Refused ones tell nothing of anybody's being there.
fn presence(touches: &[Touch], roster: Option<&RosterCopy>, now: Timestamp) -> (usize, Vec<Present>) {
    let today = WorkDay::of(now, 0);
    let mut came = BTreeSet::new();
    let mut last: BTreeMap<WorkerId, &Touch> = BTreeMap::new();
    for touch in touches.iter().filter(|touch| touch.state != State::Refused) {
        let key = &touch.key;
        if key.direction == Direction::In && WorkDay::of(key.at, 0) == today {
            came.insert(key.worker);
        }
        let newest = last.entry(key.worker).or_insert(touch);
        if (key.at, touch.seq) >= (newest.key.at, newest.seq) {
            *newest = touch;
        }
    }
    let mut there: Vec<_> = last
        .into_values()
        .filter(|touch| touch.key.direction == Direction::In && is_open(touch.key.at, now))
        .collect();
    there.sort_by_key(|touch| std::cmp::Reverse((touch.key.at, touch.seq)));
    let names: BTreeMap<&str, &str> = roster
        .iter()
        .flat_map(|roster| &roster.workers)
        .map(|row| (row.worker_id.as_str(), row.name.as_str()))
        .collect();
    let on_site = there.into_iter().map(|touch| {
        let number = touch.key.worker.to_string();
        let told = touch.answer.as_ref().and_then(|answer| answer.name.as_deref());
        let name = told.or(names.get(number.as_str()).copied());
        Present {
            name: name.map_or_else(|| touch.key.worker.masked(), ToOwned::to_owned),
            since: japan_time(touch.key.at).strftime("%H:%M").to_string(),
        }
    });
    (came.len(), on_site.collect())
}

#[cfg(test)]
mod tests {
    use domain::TouchKey;
    use wire::Method;

    use super::*;

    fn touch(worker: u64, at: &str, direction: Direction, state: State) -> Touch {
        let worker = WorkerId::from_free_digits(worker, 21).unwrap();
        let at = format!("2026-11-{at}:00+09:00").parse().unwrap();
        Touch {
            seq: 1,
            item_id: String::new(),
            key: TouchKey::new(worker, "12345678901271".parse().unwrap(), at, direction),
            method: Method::Card,
            card_issue: None,
            state,
            answer: None,
        }
    }

    #[test]
    fn who_came_and_who_is_there() {
        use Direction::{In, Out};
        let now: Timestamp = "2026-11-20T17:30:00+09:00".parse().unwrap();
        let stored = |worker, at, direction| touch(worker, at, direction, State::Stored);
        let cases: [(&str, Vec<Touch>, usize, &[&str]); 8] = [
            ("nobody", vec![], 0, &[]),
            ("one who came", vec![stored(1, "20T07:30", In)], 1, &["07:30"]),
            (
                "and left",
                vec![stored(1, "20T07:30", In), stored(1, "20T17:00", Out)],
                1,
                &[],
            ),
            (
                "and came back, told out of order",
                vec![
                    stored(1, "20T13:00", In),
                    stored(1, "20T07:30", In),
                    stored(1, "20T12:00", Out),
                ],
                1,
                &["13:00"],
            ),
            ("yesterday's forgotten exit", vec![stored(1, "19T16:00", In)], 0, &[]),
            (
                "a night shift that began yesterday",
                vec![touch(1, "20T04:00", In, State::Pending)],
                1,
                &["04:00"],
            ),
            ("refused", vec![touch(1, "20T07:30", In, State::Refused)], 0, &[]),
            (
                "the last to come first",
                vec![stored(1, "20T07:30", In), stored(2, "20T08:00", In)],
                2,
                &["08:00", "07:30"],
            ),
        ];
        for (name, touches, today, since) in cases {
            let (count, there) = presence(&touches, None, now);
            let times: Vec<_> = there.iter().map(|present| present.since.as_str()).collect();
            assert_eq!((count, times.as_slice()), (today, since), "{name}");
        }
        let night: Timestamp = "2026-11-21T05:00:00+09:00".parse().unwrap();
        let (count, there) = presence(&[stored(1, "20T20:00", In)], None, night);
        assert_eq!((count, there.len()), (0, 1), "came yesterday, is still there");
        assert_eq!(there[0].name, WorkerId::from_free_digits(1, 21).unwrap().masked());
    }
}
