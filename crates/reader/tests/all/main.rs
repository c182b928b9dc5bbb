//! The reader against a registry that misbehaves, killed at any moment, and with cards.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by stopping")]

mod card;
mod doctor;
mod fake;
mod gate;
mod kill;
mod kiosk;
mod program;
mod setup;
mod upload;
