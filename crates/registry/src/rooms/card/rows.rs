//! Columns ↔ types of this room.

use domain::WorkDay;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::StoreError;

use super::CardReason;
use crate::rows::{day, millisecond, unreadable};

/// Where a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Waits for the fee.
    Asked,
    /// Waits for print.
    Ordered,
    /// With the worker.
    Printed,
    /// No longer holds.
    Dead,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Ordered => "ordered",
            Self::Printed => "printed",
            Self::Dead => "dead",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Ordered, Self::Printed, Self::Dead]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

#[derive(FromQueryResult)]
pub(super) struct CardColumns {
    key: String,
    number: i32,
    reason: String,
    state: String,
    issued_at: i64,
    valid_until: i32,
    level: i32,
    photo: Option<String>,
    ended_at: Option<i64>,
}

/// A card.
#[derive(Debug, Clone)]
pub(super) struct CardRow {
    pub(super) key: String,
    pub(super) number: i32,
    pub(super) reason: CardReason,
    pub(super) state: State,
    pub(super) issued_at: Timestamp,
    pub(super) valid_until: WorkDay,
    pub(super) level: u8,
    pub(super) photo: Option<String>,
    pub(super) ended_at: Option<Timestamp>,
}

impl TryFrom<CardColumns> for CardRow {
    type Error = StoreError;
    fn try_from(row: CardColumns) -> Result<Self, StoreError> {
        Ok(Self {
            key: row.key,
            number: row.number,
            reason: CardReason::from_word(&row.reason).ok_or_else(|| unreadable("card.reason"))?,
            state: State::from_word(&row.state).ok_or_else(|| unreadable("card.state"))?,
            issued_at: millisecond(row.issued_at, "card.issued_at")?,
            valid_until: day(row.valid_until, "card.valid_until")?,
            level: u8::try_from(row.level).map_err(|_| unreadable("card.level"))?,
            photo: row.photo,
            ended_at: row.ended_at.map(|at| millisecond(at, "card.ended_at")).transpose()?,
        })
    }
}

/// The worker as a new card needs him.
#[derive(FromQueryResult)]
pub(super) struct WorkerColumns {
    pub(super) birth_day: Option<i32>,
    pub(super) identity: String,
    pub(super) level: i32,
    pub(super) ended_on: Option<i32>,
}

/// What stands on a card that waits for print.
#[derive(FromQueryResult)]
pub(super) struct FaceColumns {
    pub(super) key: String,
    pub(super) worker_id: String,
    pub(super) number: i32,
    pub(super) state: String,
    pub(super) reason: String,
    pub(super) issued_at: i64,
    pub(super) valid_until: i32,
    pub(super) level: i32,
    pub(super) photo: Option<String>,
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) name_alphabet: String,
    pub(super) birth_day: Option<i32>,
    pub(super) registered_at: i64,
    /// Newest record of the worker's registration, as JSON.
    pub(super) record: Option<String>,
}

#[derive(FromQueryResult)]
pub(super) struct DeadRow {
    pub(super) worker_id: String,
    pub(super) number: i32,
    pub(super) ended_at: i64,
}
