//! The file of a reader with built-in logging (ロギング機能): one touch a line, as JSON, or as a mapping file tells. Good lines go into
//! the outbox, bad ones are told by line and reason and kept in a file beside it. Loading the same file again changes nothing.

mod mapping;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use csv::{ReaderBuilder, StringRecord};
use domain::{Clock, Direction, SiteId, TouchKey, WorkerId};
use jiff::Timestamp;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wire::Method;

pub use self::mapping::Mapping;
use self::mapping::{Column, Format};
use crate::gate::new_id;
use crate::os;
use crate::outbox::{NewTouch, Outbox};
use crate::upload::CLOCK_LIMIT;

/// Lines committed together.
const TOGETHER: usize = 1_000;

/// A line of the file in our own form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    worker_id: String,
    at: Timestamp,
    direction: Direction,
}

/// A line that tells a touch.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    seq: Option<u64>,
    worker: WorkerId,
    at: Timestamp,
    direction: Direction,
}

/// A line: its number, its text, and what it tells or why it tells nothing.
type Read = (usize, String, Result<Entry, String>);

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

/// Loads a file into the outbox; a dry run only looks. The touches belong to `site`. Without a mapping the lines are in our own form.
///
/// # Errors
/// If the file cannot be read, does not fit the mapping at all, or the outbox cannot be written. What was committed before stays; loading
/// again is harmless.
pub async fn load(
    file: &Path,
    mapping: Option<&Mapping>,
    site: SiteId,
    dry_run: bool,
    outbox: &Outbox,
    clock: &dyn Clock,
    random: &mut StdRng,
) -> Result<Report> {
    let about = || format!("file {}", file.display());
    let bytes = std::fs::read(file).with_context(about)?;
    let lines = read(&bytes, mapping).with_context(about)?;
    let mut report = Report::default();
    let mut seqs = Vec::new();
    let mut ready = Vec::new();
    for (line, text, entry) in lines {
        let entry = entry.and_then(|entry| {
            if entry.at > clock.now() + CLOCK_LIMIT {
                return Err("at: lies in the future; is the reader's clock or this machine's wrong?".into());
            }
            Ok(entry)
        });
        match entry {
            Ok(entry) => {
                seqs.extend(entry.seq);
                report.good += 1;
                ready.push(NewTouch {
                    item_id: new_id(clock.now(), random),
                    key: TouchKey::new(entry.worker, site, entry.at, entry.direction),
                    method: Method::Import,
                    card_issue: None,
                });
            }
            Err(reason) => report.rejects.push(Reject { line, reason, text }),
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

/// The lines of a file, without the empty ones.
fn read(bytes: &[u8], mapping: Option<&Mapping>) -> Result<Vec<Read>> {
    let Some(mapping) = mapping else {
        return Ok(lines(&String::from_utf8_lossy(bytes), own));
    };
    let text = mapping.decode(bytes)?;
    match mapping.format {
        Format::JsonLines => Ok(lines(&text, |line| object(line, mapping))),
        Format::Csv => table(&text, mapping),
    }
}

fn lines(text: &str, entry: impl Fn(&str) -> Result<Entry, String>) -> Vec<Read> {
    let lines = text.split('\n').map(|line| line.trim_matches(['\u{feff}', ' ', '\r', '\t']));
    let lines = lines.enumerate().filter(|(_, line)| !line.is_empty());
    lines.map(|(n, line)| (n + 1, line.to_owned(), entry(line))).collect()
}

/// A line in our own form.
fn own(text: &str) -> Result<Entry, String> {
    let line: Line = serde_json::from_str(text).map_err(|e| format!("not a touch: {e}"))?;
    Ok(Entry {
        seq: Some(line.seq),
        worker: line.worker_id.parse().map_err(|e| format!("worker_id: {e}"))?,
        at: line.at,
        direction: line.direction,
    })
}

/// A JSON object of another form.
fn object(text: &str, mapping: &Mapping) -> Result<Entry, String> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|e| format!("not a JSON object: {e}"))?;
    mapping.entry(|column| {
        let Column::Name(name) = column else {
            return Err("columns of JSON have names".into());
        };
        match object.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(_) => Err(format!("{name}: neither text nor number")),
            None => Err(format!("{name}: is missing")),
        }
    })
}

/// A CSV file.
fn table(text: &str, mapping: &Mapping) -> Result<Vec<Read>> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(mapping.separator())
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut records = reader.records();
    let headings = if mapping.headings {
        records.next().transpose()?.ok_or_else(|| anyhow!("the file is empty"))?
    } else {
        StringRecord::new()
    };
    let place = |column: &Column| match column {
        Column::Place(place) => Some(place - 1),
        Column::Name(name) => headings.iter().position(|heading| heading.trim() == name),
    };
    if let Some(Column::Name(name)) = mapping.all().find(|column| place(column).is_none()) {
        let there: Vec<&str> = headings.iter().map(str::trim).collect();
        return Err(anyhow!(
            "there is no column \"{name}\" in the first line; there are: {}",
            there.join(", ")
        ));
    }
    let mut lines = Vec::new();
    for record in records {
        let record = record?;
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        let number = record.position().map_or(0, csv::Position::line);
        let entry = mapping.entry(|column| {
            let value = place(column).and_then(|place| record.get(place));
            value
                .map(str::to_owned)
                .ok_or_else(|| "the line has fewer columns than the others".to_owned())
        });
        let text = record
            .iter()
            .collect::<Vec<_>>()
            .join(&char::from(mapping.separator()).to_string());
        lines.push((usize::try_from(number).unwrap_or(0), text, entry));
    }
    Ok(lines)
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
    let mut out = os::mode(OpenOptions::new().create(true).write(true).truncate(true), 0o600).open(&path)?;
    for reject in rejects {
        writeln!(out, "{}", serde_json::to_string(reject)?)?;
    }
    out.sync_all()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use encoding_rs::SHIFT_JIS;

    use super::*;

    const SITE: &str = "12345678901271";

    #[test]
    fn bad_lines_say_why() {
        let line = |worker: &str, at: &str, more: &str| {
            own(&format!(
                r#"{{"seq":1,"worker_id":"{worker}","at":"{at}","direction":"in"{more}}}"#
            ))
        };
        let good = "2026-11-20T07:30:00.9+09:00";
        let entry = line("01234567890121", good, "").unwrap();
        assert_eq!((entry.seq, entry.direction), (Some(1), Direction::In));
        assert!(line("01234567890122", good, "").unwrap_err().contains("this is a company ID"));
        let no_offset = line("01234567890121", "2026-11-20T07:30:00", "").unwrap_err();
        assert!(no_offset.contains("not a touch"));
        assert!(
            line("01234567890121", good, r#","card":1"#)
                .unwrap_err()
                .contains("unknown field")
        );
        assert!(own("nonsense").is_err());
    }

    #[test]
    fn the_time_as_devices_tell_it() {
        let at = |text: &str| {
            own(&format!(
                r#"{{"seq":1,"worker_id":"01234567890121","at":"{text}","direction":"in"}}"#
            ))
            .map(|entry| entry.at.to_string())
        };
        let cases = [
            // A leap second is the second before it: not lost, and not the next day.
            ("2026-11-20T23:59:60+09:00", Some("2026-11-20T14:59:59Z")),
            ("2026-11-20T14:59:60Z", Some("2026-11-20T14:59:59Z")),
            ("2028-02-29T07:30:00+09:00", Some("2028-02-28T22:30:00Z")),
            ("2026-02-29T07:30:00+09:00", None),
            ("2026-11-20T07:30:00", None),
        ];
        for (text, expected) in cases {
            assert_eq!(at(text).ok().as_deref(), expected, "{text}");
        }
        let names = "format = \"json-lines\"\ntime = \"%Y-%m-%d %H:%M:%S\"\ndirection = \"in\"\n
            [columns]\nworker_id = \"user\"\nat = \"when\"";
        let leap = br#"{"user":12345678901221,"when":"2026-11-20 23:59:60"}"#;
        assert_eq!(all(leap, names).unwrap(), ["1234 2026-11-20T14:59:59Z in None"]);
    }

    /// What a file gives: `worker's first digits time way` of each good line, `line: reason` of each bad one.
    fn all(file: &[u8], mapping: &str) -> Result<Vec<String>, String> {
        let mapping = Mapping::read(mapping).map_err(|e| format!("{e:#}"))?;
        let lines = read(file, Some(&mapping)).map_err(|e| format!("{e:#}"))?;
        let tell = |(line, _, entry): Read| match entry {
            Ok(e) => format!("{} {} {} {:?}", &e.worker.to_string()[..4], e.at, e.direction.word(), e.seq),
            Err(why) => format!("{line}: {why}"),
        };
        Ok(lines.into_iter().map(tell).collect())
    }

    #[test]
    fn files_of_other_makes_are_read_by_a_mapping() {
        let csv = "\u{feff}No,カード番号,日付,時刻,区分\r\n1,0123 4567 8901 21,2026/11/20,7:30:05,入\r\n\r\n2,01234567890121,2026/11/20,17:00:00,退\r\n";
        let by_name = "format = \"csv\"\ntime = \"%Y/%m/%d %H:%M:%S\"\n
            [columns]\nworker_id = \"カード番号\"\nat = [\"日付\", \"時刻\"]\ndirection = \"区分\"\nseq = \"No\"\n
            [directions]\nin = [\"入\"]\nout = [\"退\", \"退場\"]";
        let both = [
            "0123 2026-11-19T22:30:05Z in Some(1)",
            "0123 2026-11-20T08:00:00Z out Some(2)",
        ];
        assert_eq!(all(csv.as_bytes(), by_name).unwrap(), both);
        let (cp932, ..) = SHIFT_JIS.encode(csv.trim_start_matches('\u{feff}'));
        let told = by_name.replace("[columns]", "encoding = \"shift_jis\"\n[columns]");
        assert_eq!(all(&cp932, &told).unwrap(), both);

        let places = "format = \"csv\"\nheadings = false\nseparator = \"\\t\"\ntime = \"unix\"\ndirection = \"out\"\n
            [columns]\nworker_id = 2\nat = 1";
        assert_eq!(
            all(b"1795000000\t01234567890121\n", places).unwrap(),
            ["0123 2026-11-18T11:06:40Z out None"]
        );

        let json = br#"{"user":12345678901221,"when":"20261120 0730 +0000","io":1}"#;
        let names = "format = \"json-lines\"\ntime = \"%Y%m%d %H%M %z\"\n
            [columns]\nworker_id = \"user\"\nat = \"when\"\ndirection = \"io\"\n[directions]\nin = [\"1\"]\nout = [\"2\"]";
        assert_eq!(all(json, names).unwrap(), ["1234 2026-11-20T07:30:00Z in None"]);
    }

    #[test]
    fn faults_are_told_by_line() {
        let mapping = "format = \"csv\"\ntime = \"%Y/%m/%d %H:%M\"\n[columns]\nworker_id = \"id\"\nat = \"t\"\ndirection = \"io\"\nseq = \"n\"";
        let file = "n,id,t,io\n1,01234567890121,2026/11/20 07:30,in\n2,01234567890122,2026/11/20 07:30,in\n3,01234567890121,20.11.2026,in\n4,01234567890121,2026/11/20 07:30,both\nx,01234567890121,2026/11/20 07:30,in\n6,0123";
        let told = all(file.as_bytes(), mapping).unwrap();
        let expected = [
            "0123 2026-11-19T22:30:00Z in Some(1)",
            "3: worker_id: ",
            "4: at: \"20.11.2026\": ",
            "5: direction: \"both\" is neither in nor out",
            "6: seq: \"x\" is no running number",
            "7: ",
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (line, start) in told.iter().zip(expected) {
            assert!(line.starts_with(start), "{line} does not start with {start}");
        }
    }

    #[test]
    fn a_mapping_that_fits_no_file_says_why() {
        let base = "[columns]\nworker_id = \"id\"\nat = \"t\"\ndirection = \"io\"";
        let csv = |more: &str| format!("format = \"csv\"\n{more}\n{base}");
        let cases = [
            (csv("colour = 1"), "unknown field `colour`"),
            (csv("direction = \"in\""), "one of the two"),
            (csv("headings = false"), "the file has no headings"),
            (csv("separator = \"、\""), "one ASCII character"),
            (csv(""), "there is no column \"id\" in the first line; there are: a, b"),
            (csv("encoding = \"shift_jis\""), "the letters are not Shift_JIS"),
            (
                csv("").replace("worker_id = \"id\"", "worker_id = 1"),
                "give the column's name",
            ),
            (csv("").replace("direction = \"io\"", ""), "direction: name its column"),
        ];
        for (mapping, why) in cases {
            let told = all(b"a,b\n\xff\xff,2\n", &mapping).unwrap_err();
            assert!(told.contains(why), "{told} / {why}");
        }
    }

    #[tokio::test]
    async fn a_dry_run_changes_nothing_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
        let file = dir.path().join("log.csv");
        std::fs::write(&file, "id,t\n01234567890121,2026-11-20T07:30:00+09:00\n0123,2026-11-20T07:31:00+09:00\n01234567890121,2099-01-01T00:00:00Z\n").unwrap();
        let mapping = Mapping::read("format = \"csv\"\ndirection = \"in\"\n[columns]\nworker_id = \"id\"\nat = \"t\"").unwrap();
        let clock = domain::SystemClock;
        let mut random: StdRng = rand::SeedableRng::seed_from_u64(1);
        for (dry_run, new, waiting) in [(true, 0, 0), (false, 1, 1), (false, 0, 1)] {
            let site = SITE.parse().unwrap();
            let report = load(&file, Some(&mapping), site, dry_run, &outbox, &clock, &mut random)
                .await
                .unwrap();
            assert_eq!((report.good, report.new, report.rejects.len()), (1, new, 2));
            assert!(report.rejects[1].reason.contains("lies in the future"));
            assert_eq!(report.rejects_file.is_some(), !dry_run, "what was not taken is kept");
            assert_eq!(outbox.counts().await.unwrap().pending, waiting);
        }
    }

    #[test]
    fn gaps_are_seen() {
        assert_eq!(gaps(vec![7, 1, 2, 2, 4]), [(3, 3), (5, 6)]);
        assert_eq!(gaps(vec![]), []);
    }
}
