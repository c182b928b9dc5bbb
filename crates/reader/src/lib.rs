//! The card reader program (建レコの役): a card is held to the reader, the touch is on disk before the beep, and the registry
//! gets it now or in some days, once.
//!
//! The way of a touch: [`card`] reads the number, or [`number`] or [`qr`] take it from the page of [`kiosk`] → [`gate`] decides in or out →
//! [`outbox`] commits it → [`upload`] sends it to the [`registry`] → [`gate`] answers within a second from the registry, else from the
//! cached roster → [`signal`] beeps, [`screen`] and the page of [`kiosk`] show.
//! [`import`] brings the file of a reader with built-in logging into the same outbox. [`setup`] is the page on which all that is prepared.

pub mod board;
pub mod card;
pub mod cli;
pub mod config;
pub mod copy;
pub mod doctor;
pub mod gate;
pub mod import;
pub mod kiosk;
pub mod number;
mod os;
pub mod outbox;
mod pin;
pub mod qr;
pub mod registry;
pub mod run;
pub mod screen;
pub mod setup;
pub mod signal;
pub mod status;
pub mod stick;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unit;
pub mod upload;
pub mod virtual_card;
mod words;
