//! Numbers as lines of text: what a hand scanner types, what a pipe brings.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use tokio::sync::mpsc::Sender;
use wire::Method;

use super::{Device, Fault, Reading};
use crate::os;

/// Longest line looked at; what is longer is no number anyway.
const LONGEST: u64 = 256;

pub(super) type Input = Box<dyn BufRead + Send>;

/// Opens the file, or the standard input. A named pipe is opened both ways, so that it does not end when a writer leaves.
pub(super) fn open(path: Option<&Path>) -> io::Result<Input> {
    let Some(path) = path else {
        return Ok(Box::new(BufReader::new(io::stdin())));
    };
    let pipe = os::is_pipe(&std::fs::metadata(path)?);
    let file = OpenOptions::new().read(true).write(pipe).open(path)?;
    Ok(Box::new(BufReader::new(file)))
}

/// Reads until the input ends.
pub(super) fn watch(mut input: Input, send: &Sender<Reading>) {
    let _ = send.blocking_send(Reading::Device(Device::Ready("lines".into())));
    let mut line = Vec::new();
    loop {
        line.clear();
        match input.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                let _ = send.blocking_send(Reading::Device(Device::NoService(error.to_string())));
                return;
            }
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let reading = match text.parse() {
            Ok(worker) => Reading::Worker {
                worker,
                issue: None,
                method: Method::Number,
            },
            Err(error) => Reading::Unreadable(Fault::Number(error)),
        };
        if send.blocking_send(reading).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_number_or_a_fault() {
        let (send, mut receive) = tokio::sync::mpsc::channel(9);
        let long = "1".repeat(300);
        let text = format!("01234567890121\r\n\n01234567890122\n{long}\n\u{ff10}1234567890121");
        watch(Box::new(io::Cursor::new(text)), &send);
        drop(send);
        let mut good = 0;
        let mut bad = 0;
        while let Some(reading) = receive.blocking_recv() {
            match reading {
                Reading::Worker { worker, method, .. } => {
                    assert_eq!((worker.to_string().as_str(), method), ("01234567890121", Method::Number));
                    good += 1;
                }
                Reading::Unreadable(_) => bad += 1,
                Reading::Device(_) => {}
            }
        }
        assert_eq!((good, bad), (2, 3), "the long line is two faults, never a number");
    }
}
