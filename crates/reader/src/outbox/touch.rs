//! A touch as it is pushed, kept and counted.

use domain::TouchKey;
use jiff::Timestamp;
use wire::{Method, TouchAnswer};

/// What became of a touch so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for the registry.
    Pending,
    /// The registry has it.
    Stored,
    /// The registry refused it: kept and shown, sent again only on a person's word.
    Refused,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Stored => "stored",
            Self::Refused => "refused",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Stored, Self::Refused]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// A touch to be pushed.
#[derive(Debug, Clone)]
pub struct NewTouch {
    /// Our id of it (a ULID), repeated by the registry.
    pub item_id: String,
    /// Who, where, when, which way.
    pub key: TouchKey,
    /// How the worker was known.
    pub method: Method,
    /// Which of the worker's cards it was, if a card was read.
    pub card_issue: Option<u16>,
}

/// A touch as it lies in the outbox.
#[derive(Debug, Clone)]
pub struct Touch {
    /// Running number of this device.
    pub seq: i64,
    /// Our id of it.
    pub item_id: String,
    /// Who, where, when, which way.
    pub key: TouchKey,
    /// How the worker was known.
    pub method: Method,
    /// Which of the worker's cards it was, if a card was read.
    pub card_issue: Option<u16>,
    /// What became of it.
    pub state: State,
    /// The registry's answer, once there is one.
    pub answer: Option<TouchAnswer>,
}

/// A touch that is not as it was written, as far as it still tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Running number.
    pub seq: i64,
    /// Device time.
    pub at: Option<Timestamp>,
    /// What stands there as the worker's ID.
    pub worker: String,
}

/// How much lies in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for the registry.
    pub pending: i64,
    /// Refused by it.
    pub refused: i64,
    /// In the registry.
    pub stored: i64,
    /// Device time of the oldest that waits.
    pub oldest_pending: Option<Timestamp>,
}
