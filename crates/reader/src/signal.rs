//! Beeps: what a worker hears when nobody looks at a screen.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::os;

/// Beep codes. Whatever beeps short is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Beep {
    /// Recorded, and it counts.
    Short1,
    /// Recorded, but it does not count yet.
    Short2,
    /// Recorded without the registry, and not in the roster copy.
    Short3,
    /// Card not readable, or refused.
    Long,
}

/// Where beeps go.
#[derive(Debug)]
pub struct Signal {
    bell: bool,
    log: Option<File>,
}

#[derive(Serialize)]
struct Line<'a> {
    beep: Beep,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_id: Option<&'a str>,
}

impl Signal {
    /// `bell`: ring the terminal. `log`: append each beep to this file, for a program that drives a buzzer.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn new(bell: bool, log: Option<&Path>) -> io::Result<Self> {
        let open = |path| os::mode(OpenOptions::new().create(true).append(true), 0o640).open(path);
        let log = log.map(open).transpose()?;
        Ok(Self { bell, log })
    }

    /// Beeps, for a touch or for a card that gave none.
    pub fn beep(&mut self, beep: Beep, at: Timestamp, item_id: Option<&str>) {
        if self.bell {
            tokio::spawn(ring(beep));
        }
        if let Some(file) = &mut self.log {
            let written = serde_json::to_string(&Line { beep, at, item_id })
                .map_err(io::Error::from)
                .and_then(|line| file.write_all(format!("{line}\n").as_bytes()))
                .and_then(|()| file.sync_data());
            if let Err(error) = written {
                tracing::error!(%error, "the beep log cannot be written");
            }
        }
    }
}

/// A terminal's bell has one length, so the long beep is a roll of short ones.
async fn ring(beep: Beep) {
    let (count, pause) = match beep {
        Beep::Short1 => (1, 0),
        Beep::Short2 => (2, 250),
        Beep::Short3 => (3, 250),
        Beep::Long => (10, 60),
    };
    for _ in 0..count {
        let mut out = io::stdout();
        let _ = out.write_all(b"\x07").and_then(|()| out.flush());
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}
