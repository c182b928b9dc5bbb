//! A virtual card for the virtual reader of Debian's `vsmartcard-vpcd`: for tests, and for people without a card reader.
//!
//! vpcd listens on a TCP port; a connection is a card in the field. Each message is two bytes of length (big-endian) and that
//! many bytes. One byte is a control: 0 power off, 1 power on, 2 reset (no answer), 4 asks for the ATR. Anything longer is an APDU.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use domain::WorkerId;

use crate::card::{READ, SELECT};

/// Where vpcd listens by default.
pub const VPCD: &str = "127.0.0.1:35963";

/// Answer to reset of a contactless card: `3B 80 80 01 01`, no historical bytes, T=0 and T=1.
const ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];
const OK: [u8; 2] = [0x90, 0x00];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const NOT_KNOWN: [u8; 2] = [0x6D, 0x00];

/// What is on the card, and how it is held.
#[derive(Debug, Clone)]
pub struct VirtualCard {
    record: Option<Vec<u8>>,
    pulled_away: bool,
}

impl VirtualCard {
    /// A worker's card.
    #[must_use]
    pub fn career(worker: WorkerId, issue: u8) -> Self {
        Self::with_record(format!("{worker}{issue:02}").as_bytes())
    }

    /// A card with our application and any content.
    #[must_use]
    pub fn with_record(record: &[u8]) -> Self {
        Self {
            record: Some(record.to_vec()),
            pulled_away: false,
        }
    }

    /// A card of another kind: it answers, but does not know our application.
    #[must_use]
    pub fn foreign() -> Self {
        Self {
            record: None,
            pulled_away: false,
        }
    }

    /// The same card, pulled away just when its number is asked for.
    #[must_use]
    pub fn pulled_away(mut self) -> Self {
        self.pulled_away = true;
        self
    }

    /// Answer to an APDU; `None`: the card is gone.
    fn answer(&self, apdu: &[u8]) -> Option<Vec<u8>> {
        match (&self.record, apdu) {
            (Some(_), apdu) if apdu == SELECT => Some(OK.to_vec()),
            (None, [_, 0xA4, ..]) => Some(NOT_FOUND.to_vec()),
            (Some(_), apdu) if apdu == READ && self.pulled_away => None,
            (Some(record), apdu) if apdu == READ => Some([record.as_slice(), &OK].concat()),
            _ => Some(NOT_KNOWN.to_vec()),
        }
    }

    /// Holds the card to the virtual reader, until it is removed or dropped.
    ///
    /// # Errors
    /// If no virtual reader listens there.
    pub fn present(self, vpcd: &str) -> io::Result<Presented> {
        let stream = TcpStream::connect(vpcd)?;
        let read = Arc::new(AtomicBool::new(false));
        let (mut line, seen) = (stream.try_clone()?, Arc::clone(&read));
        let thread = std::thread::spawn(move || {
            // The line breaks when the card is removed: that is the end, not an error.
            let _ = self.serve(&mut line, &seen);
            let _ = line.shutdown(Shutdown::Both);
        });
        let thread = Some(thread);
        Ok(Presented { stream, read, thread })
    }

    fn serve(&self, line: &mut TcpStream, read: &AtomicBool) -> io::Result<()> {
        loop {
            let mut length = [0; 2];
            line.read_exact(&mut length)?;
            let mut message = vec![0; u16::from_be_bytes(length).into()];
            line.read_exact(&mut message)?;
            let answer = match message.as_slice() {
                [4] => Some(ATR.to_vec()),
                [_] | [] => continue,
                apdu => self.answer(apdu),
            };
            let Some(answer) = answer else { return Ok(()) };
            let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
            line.write_all(&[&length.to_be_bytes()[..], &answer].concat())?;
            if message == READ {
                read.store(true, Ordering::SeqCst);
            }
        }
    }
}

/// A card in the field of the virtual reader. Dropping it takes it away.
#[derive(Debug)]
pub struct Presented {
    stream: TcpStream,
    read: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Presented {
    /// Has anybody read the number?
    #[must_use]
    pub fn was_read(&self) -> bool {
        self.read.load(Ordering::SeqCst)
    }
}

impl Drop for Presented {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn it_speaks_as_vpcd_asks() {
        let reader = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = reader.local_addr().unwrap().to_string();
        let card = VirtualCard::career("01234567890121".parse().unwrap(), 2)
            .present(&address)
            .unwrap();
        let (mut line, _) = reader.accept().unwrap();
        let mut ask = |message: &[u8], expected: &[u8]| {
            let length = u16::try_from(message.len()).unwrap().to_be_bytes();
            line.write_all(&[&length, message].concat()).unwrap();
            let mut answer = vec![0; 2 + expected.len()];
            line.read_exact(&mut answer).unwrap();
            assert_eq!(answer[2..], *expected);
            assert_eq!(usize::from(answer[1]), expected.len());
        };
        ask(&[4], &ATR);
        ask(&SELECT, &OK);
        assert!(!card.was_read());
        ask(&READ, b"0123456789012102\x90\x00");
        ask(&[0x00, 0x20, 0x00, 0x00], &NOT_KNOWN);
        drop(card);
        assert_eq!(line.read(&mut [0]).unwrap(), 0, "the card is gone");
    }
}
