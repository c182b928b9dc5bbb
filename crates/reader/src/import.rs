//! The file of a reader with built-in logging (ロギング機能): one touch a line, as JSON. Good lines go into the outbox, bad ones are
//! told by line and reason and kept in a file beside it. Loading the same file again changes nothing.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use domain::{Clock, Direction, SiteId, TouchKey, WorkerId};
use jiff::Timestamp;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use wire::Method;

use crate::gate::new_id;
use crate::outbox::{NewTouch, Outbox};
use crate::upload::CLOCK_LIMIT;

/// Lines committed together.
const TOGETHER: usize = 1_000;

/// A line of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    worker_id: String,
    at: Timestamp,
    direction: Direction,
}

/// What a file brought.
#[derive(Debug, Default)]
pub struct Report {
    /// Good lines.
    pub good: u64,
    /// Of them, new in the outbox. Zero in a dry run.
    pub new: u64,
    /// Bad lines, each with its reason.
    pub rejects: Vec<Reject>,
    /// Running numbers that are missing between the first and the last, as ranges.
    pub gaps: Vec<(u64, u64)>,
    /// Where the bad lines were put.
    pub rejects_file: Option<PathBuf>,
}

/// A line that was not taken.
#[derive(Debug, Serialize)]
pub struct Reject {
    /// Number of the line, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
    /// The line itself.
    pub text: String,
}

/// Loads a file into the outbox; a dry run only looks. The touches belong to `site`.
///
/// # Errors
/// If the file cannot be read or the outbox cannot be written. What was committed before stays; loading again is harmless.
pub async fn load(
    file: &Path,
    site: SiteId,
    dry_run: bool,
    outbox: &Outbox,
    clock: &dyn Clock,
    random: &mut StdRng,
) -> Result<Report> {
    let input = std::fs::File::open(file).with_context(|| format!("file {}", file.display()))?;
    let mut report = Report::default();
    let mut seqs = Vec::new();
    let mut ready = Vec::new();
    for (number, text) in BufReader::new(input).split(b'\n').enumerate() {
        let text = String::from_utf8_lossy(&text?)
            .trim_matches(['\u{feff}', ' ', '\r', '\t'])
            .to_owned();
        if text.is_empty() {
            continue;
        }
        match parse(&text, site, clock.now()) {
            Ok((seq, key)) => {
                seqs.push(seq);
                report.good += 1;
                let item_id = new_id(clock.now(), random);
                let method = Method::Import;
                ready.push(NewTouch {
                    item_id,
                    key,
                    method,
                    card_issue: None,
                });
            }
            Err(reason) => {
                let line = number + 1;
                report.rejects.push(Reject { line, reason, text });
            }
        }
        if ready.len() == TOGETHER {
            report.new += push(outbox, &mut ready, dry_run).await?;
        }
    }
    report.new += push(outbox, &mut ready, dry_run).await?;
    report.gaps = gaps(seqs);
    if !dry_run && !report.rejects.is_empty() {
        report.rejects_file = Some(keep(file, &report.rejects)?);
    }
    Ok(report)
}

async fn push(outbox: &Outbox, ready: &mut Vec<NewTouch>, dry_run: bool) -> Result<u64> {
    let ready = std::mem::take(ready);
    if dry_run {
        return Ok(0);
    }
    let new = outbox.push(&ready).await?;
    Ok(new.into_iter().map(u64::from).sum())
}

fn parse(text: &str, site: SiteId, now: Timestamp) -> Result<(u64, TouchKey), String> {
    let line: Line = serde_json::from_str(text).map_err(|e| format!("not a touch: {e}"))?;
    let worker: WorkerId = line.worker_id.parse().map_err(|e| format!("worker_id: {e}"))?;
    if line.at > now + CLOCK_LIMIT {
        return Err("at: lies in the future; is the reader's clock or this machine's wrong?".into());
    }
    Ok((line.seq, TouchKey::new(worker, site, line.at, line.direction)))
}

/// Missing running numbers: a sign that the file is not whole.
fn gaps(mut seqs: Vec<u64>) -> Vec<(u64, u64)> {
    seqs.sort_unstable();
    let holes = seqs.windows(2).filter_map(|pair| match pair {
        [a, b] if b - a > 1 => Some((a + 1, b - 1)),
        _ => None,
    });
    holes.collect()
}

fn keep(file: &Path, rejects: &[Reject]) -> Result<PathBuf> {
    let mut name = file.as_os_str().to_owned();
    name.push(".rejects.jsonl");
    let path = PathBuf::from(name);
    let mut out = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    for reject in rejects {
        writeln!(out, "{}", serde_json::to_string(reject)?)?;
    }
    out.sync_all()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_say_why() {
        let site = "12345678901271".parse().unwrap();
        let now = "2026-11-20T08:00:00+09:00".parse().unwrap();
        let line = |worker: &str, at: &str, more: &str| {
            parse(
                &format!(r#"{{"seq":1,"worker_id":"{worker}","at":"{at}","direction":"in"{more}}}"#),
                site,
                now,
            )
        };
        let good = "2026-11-20T07:30:00.9+09:00";
        assert_eq!(
            line("01234567890121", good, "").unwrap().1.at.to_string(),
            "2026-11-19T22:30:00Z"
        );
        assert!(line("01234567890122", good, "").unwrap_err().contains("this is a company ID"));
        assert!(
            line("01234567890121", "2026-11-20T08:05:01+09:00", "")
                .unwrap_err()
                .contains("future")
        );
        assert!(
            line("01234567890121", "2026-11-20T07:30:00", "")
                .unwrap_err()
                .contains("not a touch"),
            "no offset"
        );
        assert!(
            line("01234567890121", good, r#","card":1"#)
                .unwrap_err()
                .contains("unknown field")
        );
        assert!(parse("nonsense", site, now).is_err());
    }

    #[test]
    fn gaps_are_seen() {
        assert_eq!(gaps(vec![7, 1, 2, 2, 4]), [(3, 3), (5, 6)]);
        assert_eq!(gaps(vec![]), []);
    }
}
