//! Where worker IDs come from: the card's chip through PC/SC, or lines of text (a hand scanner that types, a pipe, a test).
//!
//! Which technology the national card uses is not public, so the layout below is our own rule (`docs/card.md`).

mod lines;
#[cfg(feature = "pcsc")]
mod pcsc;

use std::path::PathBuf;

use domain::{IdError, WorkerId};
use tokio::sync::mpsc;
use wire::Method;

/// Name of our card application (AID), in the proprietary range: `F0` + "ASHIBA" + version 1.
pub const AID: [u8; 8] = *b"\xF0ASHIBA\x01";
/// SELECT the card application by name.
pub const SELECT: [u8; 14] = [
    0x00, 0xA4, 0x04, 0x00, 0x08, 0xF0, b'A', b'S', b'H', b'I', b'B', b'A', 0x01, 0x00,
];
/// READ BINARY of short file 1 from its start, 16 bytes.
pub const READ: [u8; 5] = [0x00, 0xB0, 0x81, 0x00, 0x10];
/// Length of short file 1: 14 digits worker ID, 2 digits card issue number.
pub const RECORD: usize = 16;

/// What comes from a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A worker's number.
    Worker {
        /// 技能者ID.
        worker: WorkerId,
        /// Which of the worker's cards it is, if a card was read.
        issue: Option<u8>,
        /// How it was read.
        method: Method,
    },
    /// Something was held to the reader, but gives no worker's number.
    Unreadable(Fault),
    /// The reader itself came or went.
    Device(Device),
}

/// Why a card gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Answers, but without our card application: a travel pass, a bank card.
    #[error("not a career card")]
    NotCareerCard,
    /// Went out of reach before it was read.
    #[error("the card was pulled away too soon")]
    PulledAway,
    /// Has our application, but answers wrongly; the status word says how.
    #[error("the card is damaged (status {0:04X})")]
    Damaged(u16),
    /// Holds a number, but not a worker's.
    #[error("the number is not a worker's: {0}")]
    Number(#[from] IdError),
    /// The worker has set no code for number entry, or the roster copy does not have it yet.
    #[error("no code for number entry is known here")]
    NoCode,
    /// Typed number and code do not belong together, or this worker's codes rest.
    #[error("number and code do not fit")]
    WrongCode,
    /// A QR that the registry has not signed.
    #[error("a QR that is not the registry's")]
    ForgedQr,
    /// A signed QR whose time is over.
    #[error("a QR whose time is over")]
    StaleQr,
    /// A signed QR that is good later than now: the clock here is wrong.
    #[error("a QR from the future")]
    QrAhead,
    /// A signed QR that was taken before.
    #[error("a QR that was used already")]
    UsedQr,
    /// This worker's QRs rest: too many in a row were wrong.
    #[error("this worker's QRs rest")]
    QrRests,
    /// A printed QR where only signed ones are taken.
    #[error("a QR that is not signed is not taken here")]
    PlainQr,
    /// A printed QR of somebody who is not expected at this site.
    #[error("the worker of a printed QR is not on the roster copy")]
    NotOnCopy,
}

/// State of the reading device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// Waits for cards, under this name.
    Ready(String),
    /// No reader is plugged in (or not the one asked for).
    NoReader,
    /// The PC/SC service `pcscd` does not run, or refuses us.
    NoService(String),
}

/// The 16 bytes of short file 1 → worker ID and issue number.
///
/// # Errors
/// [`Fault::Number`] if they are something else.
pub fn parse_record(record: &[u8]) -> Result<(WorkerId, u8), Fault> {
    let text = std::str::from_utf8(record)
        .ok()
        .filter(|t| t.len() == RECORD && t.bytes().all(|b| b.is_ascii_digit()))
        .ok_or(IdError::Shape)?;
    let (worker, issue) = text.split_at(14);
    Ok((worker.parse()?, issue.parse().map_err(|_| IdError::Shape)?))
}

/// A place where worker IDs come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardSource {
    /// Contactless readers through PC/SC: the one whose name contains this text, or any.
    Pcsc(Option<String>),
    /// One number a line from a file or pipe; `None` is the standard input.
    Lines(Option<PathBuf>),
}

/// What one look at PC/SC shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// This build has no PC/SC.
    NotBuilt,
    /// The service cannot be used; why, in its own words.
    NoService(String),
    /// No reader is connected.
    NoReader,
    /// Readers are there, but none whose name fits the settings.
    OtherReaders(Vec<String>),
    /// A reader, and the card that lies on it, if one does.
    Reader(String, Option<Result<WorkerId, Fault>>),
}

#[cfg(feature = "pcsc")]
pub use pcsc::{find, readers};

/// Looks once at service, reader and card, for the self-check.
#[cfg(not(feature = "pcsc"))]
#[must_use]
pub fn find(_: Option<&str>) -> Found {
    Found::NotBuilt
}

/// Names of the readers that are connected.
///
/// # Errors
/// Why they cannot be listed.
#[cfg(not(feature = "pcsc"))]
pub fn readers() -> Result<Vec<String>, String> {
    Err("this build has no PC/SC".into())
}

impl CardSource {
    /// Starts reading on a thread of its own (the calls block). The channel ends when the source does; dropping it ends the thread.
    ///
    /// # Errors
    /// If the file cannot be opened, or this build has no PC/SC.
    pub fn start(self) -> anyhow::Result<mpsc::Receiver<Reading>> {
        // A short channel: a card read long before it is answered would be answered to the wrong person.
        let (send, receive) = mpsc::channel(4);
        let work: Box<dyn FnOnce() + Send> = match self {
            #[cfg(feature = "pcsc")]
            Self::Pcsc(name) => Box::new(move || pcsc::watch(name.as_deref(), &send)),
            #[cfg(not(feature = "pcsc"))]
            Self::Pcsc(_) => anyhow::bail!("this build has no PC/SC: build it with `--features pcsc`, or read lines"),
            Self::Lines(path) => {
                let input = lines::open(path.as_deref())?;
                Box::new(move || lines::watch(input, &send))
            }
        };
        std::thread::Builder::new().name("card".into()).spawn(work)?;
        Ok(receive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_read_strictly() {
        assert_eq!(SELECT[5..13], AID);
        assert_eq!(
            parse_record(b"0123456789012103"),
            Ok(("01234567890121".parse().unwrap(), 3)),
            "leading zeros stay"
        );
        for bad in [
            &b""[..],
            b"012345678901210",
            b"01234567890121003",
            b"0123 56789012103",
            b"\xFF\xFF23456789012103",
        ] {
            assert_eq!(parse_record(bad), Err(Fault::Number(IdError::Shape)));
        }
        let company = parse_record(b"0123456789012203");
        assert!(matches!(company, Err(Fault::Number(IdError::WrongKind { .. }))));
    }
}
