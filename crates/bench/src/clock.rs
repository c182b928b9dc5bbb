//! The bench's own time: always the same day, so that what was loaded once fits at any later run.

use std::time::Instant;

use domain::{Clock, WorkDay};
use jiff::{SignedDuration, Timestamp};

use crate::world::{MEASURED_DAYS, midnight, year};

/// Stands in the evening of a day when it is started, and goes on from there.
pub(crate) struct BenchClock {
    from: Timestamp,
    started: Instant,
}

impl BenchClock {
    /// Of the last day on which measured touches are put.
    pub(crate) fn start() -> Self {
        Self::on(year().1.plus(i32::try_from(MEASURED_DAYS).unwrap_or(i32::MAX) - 1))
    }

    pub(crate) fn on(day: WorkDay) -> Self {
        Self {
            from: midnight(day) + SignedDuration::from_hours(20),
            started: Instant::now(),
        }
    }
}

impl Clock for BenchClock {
    fn now(&self) -> Timestamp {
        self.from + self.started.elapsed()
    }
}
