//! The program as people start it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use domain::{Clock, SystemClock, TouchKey};
use reader::outbox::{NewTouch, Outbox};
use wire::Method;

use crate::fake::*;

fn ashiba_reader(args: &[&str], flags: &[String], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(args)
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn without(flags: &[String], name: &str) -> Vec<String> {
    let at = flags.iter().position(|f| f == name).unwrap();
    [&flags[..at], &flags[at + 2..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_answered_and_logs_hold_no_full_number() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut flags = flags(&address, dir.path());
    let beeps = dir.path().join("beeps").display().to_string();
    flags.extend(["--source", "lines", "--screen", "true", "--beep-log", &beeps].map(str::to_owned));
    let (one, two) = (worker(1), worker(2));
    let input = format!("{one}\n{one}\n12345678901222\n\n{two}\n");
    let output = ashiba_reader(&["run"], &flags, &input);
    let (out, log) = (text(&output), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{log}");
    assert_eq!(out.matches("It counts").count(), 3, "{out}");
    assert!(
        out.contains("already recorded") && out.contains("This is not a worker ID"),
        "{out}"
    );
    assert!(
        log.contains(&one.masked()) && !log.contains(&one.to_string()) && !log.contains(KEY),
        "{log}"
    );
    assert!(!log.contains("worker 0000"), "no names in the log");
    let beeps: Vec<serde_json::Value> = std::fs::read_to_string(beeps)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        beeps.iter().map(|b| b["beep"].as_str().unwrap()).collect::<Vec<_>>(),
        ["short1", "short1", "long", "short1"]
    );
    assert_eq!(fake.keys().len(), 2);

    let status = ashiba_reader(&["status"], &flags, "");
    assert!(
        status.status.success() && text(&status).contains("in the registry: 2"),
        "{}",
        text(&status)
    );
    let touched = ashiba_reader(&["touch", &worker(3).to_string()], &without(&flags, "--beep-log"), "");
    assert!(text(&touched).contains("It counts"), "{}", text(&touched));
    assert_eq!(fake.keys().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_once_and_bad_lines_are_kept() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    let file = dir.path().join("log.jsonl");
    let mut lines: Vec<String> = (0u64..2_500)
        .map(|n| {
            let (worker, hour, minute) = (worker(n % 500), 7 + n / 500, n % 60);
            format!(r#"{{"seq":{n},"worker_id":"{worker}","at":"2026-11-20T{hour:02}:{minute:02}:00+09:00","direction":"in"}}"#)
        })
        .collect();
    lines[9] = r#"{"seq":9,"worker_id":"12345678901222","at":"2026-11-20T07:00:00+09:00","direction":"in"}"#.into();
    lines[99] = "rubbish".into();
    std::fs::write(&file, format!("\u{feff}{}\r\n", lines.join("\r\n"))).unwrap();
    let file = file.display().to_string();

    let dry = ashiba_reader(&["import", "--dry-run", &file], &flags, "");
    assert!(
        text(&dry).contains("2498 good lines, 0 of them new; 2 bad lines"),
        "{}",
        text(&dry)
    );
    assert_eq!(
        (fake.requests(), Path::new(&format!("{file}.rejects.jsonl")).exists()),
        (0, false)
    );

    let real = ashiba_reader(&["import", &file], &flags, "");
    let told = text(&real);
    assert!(!real.status.success() && told.contains("2498 of them new"), "{told}");
    assert!(
        told.contains("line 10: worker_id: this is a company ID") && told.contains("line 100: not a touch"),
        "{told}"
    );
    assert!(
        told.contains("running numbers 9 to 9 are missing") && told.contains("2498 stored"),
        "{told}"
    );
    let rejects = std::fs::read_to_string(format!("{file}.rejects.jsonl")).unwrap();
    assert!(rejects.lines().count() == 2 && rejects.contains("rubbish"));

    let again = ashiba_reader(&["import", &file], &flags, "");
    assert!(text(&again).contains("2498 good lines, 0 of them new"), "{}", text(&again));
    assert_eq!(fake.keys().len(), 2_498);
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    assert_eq!(outbox.counts().await.unwrap().stored, 2_498);
}

#[test]
fn wrong_settings_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let all = flags("http://127.0.0.1:1", dir.path());
    let told = |flags: &[String]| String::from_utf8(ashiba_reader(&["run", "--source", "lines"], flags, "").stderr).unwrap();
    for missing in ["--registry", "--site", "--key-file"] {
        let text = told(&without(&all, missing));
        assert!(text.contains(missing), "{missing}: {text}");
    }
    let mut company = without(&all, "--site");
    company.extend(["--site".into(), "12345678901222".into()]);
    assert!(told(&company).contains("this is a company ID"), "{}", told(&company));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_on_the_disc_is_told_and_all_else_is_sent() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    let path = dir.path().join("outbox.sqlite");
    let outbox = Outbox::open(&path).await.unwrap();
    let touches: Vec<_> = (1..=4)
        .map(|n| NewTouch {
            item_id: format!("item-{n}"),
            key: TouchKey::new(worker(n), site(), SystemClock.now(), way(n)),
            method: Method::Card,
            card_issue: None,
        })
        .collect();
    outbox.push(&touches).await.unwrap();
    outbox.close().await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    sqlx::raw_sql("UPDATE touch SET at = at - 3600 WHERE seq = 2; DELETE FROM touch WHERE seq = 3")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;

    let sent = ashiba_reader(&["send"], &flags, "");
    assert!(text(&sent).contains("sent: 2 stored"), "{}", text(&sent));
    assert_eq!(fake.keys().len(), 2);
    let status = ashiba_reader(&["status"], &flags, "");
    let told = text(&status);
    assert!(!status.status.success(), "a person has to look");
    assert!(
        told.contains("from number 2 on") && told.contains("1 changed, 1 taken out, 0 put in"),
        "{told}"
    );
    assert!(told.contains(&worker(2).to_string()), "the touch in question: {told}");
    let doctor = ashiba_reader(&["doctor", "--source", "lines"], &flags, "");
    assert!(
        text(&doctor).contains("touches were changed or taken out"),
        "{}",
        text(&doctor)
    );
    let broken: Vec<_> = fake.reports.lock().unwrap().iter().map(|report| report.broken_at).collect();
    assert_eq!(broken, [None], "it had not looked yet");
    ashiba_reader(&["touch", &worker(9).to_string()], &flags, "");
    assert_eq!(
        fake.reports.lock().unwrap().last().unwrap().broken_at,
        Some(2),
        "now the registry knows"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_outbox_does_not_stop_the_gate() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    std::fs::write(dir.path().join("outbox.sqlite"), [7; 4096]).unwrap();
    let run = ashiba_reader(&["run", "--source", "lines"], &flags, &format!("{}\n", worker(1)));
    assert!(run.status.success(), "{run:?}");
    assert_eq!(fake.keys().len(), 1);
    let told = text(&ashiba_reader(&["status"], &flags, ""));
    assert!(
        told.contains("was found damaged") && told.contains("outbox.sqlite.damaged-"),
        "{told}"
    );
}
