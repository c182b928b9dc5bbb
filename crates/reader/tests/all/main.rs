//! The reader against a registry that misbehaves, killed at any moment, and with cards.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by stopping")]

mod card;
mod fake;
mod gate;
mod kill;
mod program;
mod upload;
