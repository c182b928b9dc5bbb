//! A clock that stands still.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Clock;
use jiff::{SignedDuration, Timestamp};

/// Stands at an instant until it is set. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl FixedClock {
    /// Stands at an instant, written as `2026-11-20T07:30:00+09:00`.
    ///
    /// # Panics
    /// If the text is no instant.
    #[must_use]
    #[expect(clippy::panic, reason = "test support: a wrong text is a fault of the test")]
    pub fn at(text: &str) -> Self {
        match text.parse() {
            Ok(at) => Self(Arc::new(Mutex::new(at))),
            Err(error) => panic!("{text}: {error}"),
        }
    }

    /// Sets it.
    pub fn set(&self, to: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// Lets time pass (backwards, if negative).
    pub fn advance(&self, by: SignedDuration) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *at += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_until_told() {
        let clock = FixedClock::at("2026-11-20T23:59:00+09:00");
        let same = clock.clone();
        assert_eq!(same.today().to_string(), "2026-11-20");
        clock.advance(SignedDuration::from_mins(1));
        assert_eq!(same.today().to_string(), "2026-11-21");
        assert_eq!(same.now(), "2026-11-20T15:00:00Z".parse().unwrap());
    }
}
