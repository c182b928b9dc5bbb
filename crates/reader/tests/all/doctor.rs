//! The self-check, one fault at a time.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;

use domain::{Clock, Direction, SystemClock, TouchKey};
use reader::outbox::{NewTouch, Outbox};
use reader::testing::Pcscd;
use reader::virtual_card::{VPCD, VirtualCard};
use wire::{Method, Outcome, Remark, TouchAnswer};

use crate::fake::*;

/// Runs it as a person would, for machines; gives each check's state, text and way out, and whether the program said all is well.
fn doctor(flags: &[String], more: &[&str]) -> (Vec<(String, String, String)>, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(["doctor", "--json"])
        .args(flags)
        .args(more)
        // No card service listens there.
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let word = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let lines: Vec<_> = json["lines"].as_array().unwrap().clone();
    assert_eq!(
        lines.iter().map(|l| word(l, "check")).collect::<Vec<_>>(),
        [
            "settings", "driver", "reader", "card", "disc", "clock", "network", "key", "site", "backlog"
        ]
    );
    assert_eq!(json["well"].as_bool().unwrap(), output.status.success());
    let rows = lines
        .iter()
        .map(|l| (word(l, "state"), word(l, "text"), word(l, "way_out")))
        .collect();
    (rows, output.status.success())
}

/// The states in the order of the checks, in short: `.` ok, `!` warning, `x` wrong, `-` not looked at.
fn signs(rows: &[(String, String, String)]) -> String {
    rows.iter()
        .map(|(state, _, _)| match state.as_str() {
            "ok" => '.',
            "warning" => '!',
            "wrong" => 'x',
            _ => '-',
        })
        .collect()
}

fn lines(flags: &[String]) -> (Vec<(String, String, String)>, bool) {
    doctor(flags, &["--source", "lines"])
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_and_every_line_is_there_in_both_languages() {
    let (_fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap().close().await;
    let (rows, well) = lines(&flags);
    assert_eq!((signs(&rows).as_str(), well), (".---......", true), "{rows:#?}");
    assert!(rows[8].1.contains("a site") && rows[8].1.contains(SITE));
    for (locale, expected) in [("ja_JP.UTF-8", "✓ 鍵: 受け付けられました"), ("C", "✓ key: accepted")] {
        let output = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
            .args(["doctor", "--source", "lines"])
            .args(flags.iter().take(flags.len() - 2))
            .env("LANG", locale)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(expected) && text.lines().count() == 10, "{text}");
        assert!(!text.contains(KEY));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_card_service_reader_and_card_are_not_looked_at_but_the_rest_is() {
    let (_fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (rows, well) = doctor(&flags(&address, dir.path()), &[]);
    assert_eq!((signs(&rows).as_str(), well), (".x--.....-", false), "{rows:#?}");
    assert!(
        rows[1].1.contains("pcscd cannot be used") && rows[1].2.contains("pcscd"),
        "{rows:#?}"
    );
    assert!(
        !dir.path().join("outbox.sqlite").exists(),
        "the doctor makes no outbox: it would belong to whoever runs it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_on_the_way_to_the_registry() {
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let good = flags(&address, dir.path());
    let with = |name: &str, value: &str| {
        let mut flags = good.clone();
        let at = flags.iter().position(|f| f == name).unwrap();
        flags[at + 1] = value.to_owned();
        flags
    };
    // Nobody there.
    let (rows, _) = lines(&with("--registry", "http://127.0.0.1:1"));
    assert_eq!(signs(&rows), ".---.-x---", "{rows:#?}");
    assert!(rows[6].1.contains("refused"), "{rows:#?}");
    // Not a safe address.
    let (rows, _) = lines(&with("--registry", "http://registry.example"));
    assert_eq!(signs(&rows), ".---.-x---", "{rows:#?}");
    assert!(rows[6].1.contains("https://"));
    // A log-in page of the site's network.
    fake.faults.lock().unwrap().push_back(Fault::Portal);
    let (rows, _) = lines(&good);
    assert_eq!(signs(&rows), ".---..x---", "{rows:#?}");
    assert!(rows[6].2.contains("log-in"));
    // Maintenance is no fault of ours.
    fake.faults.lock().unwrap().push_back(Fault::Problem(503, "OCUX0901E", true));
    let (rows, well) = lines(&good);
    assert_eq!((signs(&rows).as_str(), well), (".---..!---", true), "{rows:#?}");
    // The clock.
    for (ahead, sign) in [(30, '.'), (120, '!'), (601, 'x'), (-31_536_000, 'x')] {
        fake.ahead.store(ahead, Ordering::SeqCst);
        let (rows, _) = lines(&good);
        assert_eq!(signs(&rows), format!(".---.{sign}...-"), "{rows:#?}");
        assert!(sign == '.' || rows[5].2.contains("timedatectl"));
    }
    fake.ahead.store(0, Ordering::SeqCst);
    // The key: unreadable, open to others, wrong, and one that used to be accepted.
    let other = dir.path().join("other-key");
    let (rows, _) = lines(&with("--key-file", &other.display().to_string()));
    assert_eq!(signs(&rows), ".---...x--", "{rows:#?}");
    std::fs::write(&other, "reader-key-of-another\n").unwrap();
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o644)).unwrap();
    let wrong = with("--key-file", &other.display().to_string());
    let (rows, _) = lines(&wrong);
    assert!(signs(&rows) == ".---...x--" && rows[7].1.contains("chmod 600"), "{rows:#?}");
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (rows, _) = lines(&wrong);
    assert!(signs(&rows) == ".---...x--" && rows[7].1.contains("wrong key"), "{rows:#?}");
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let contact = SystemClock.now();
    outbox
        .set(reader::outbox::setting::LAST_CONTACT, Some(&contact))
        .await
        .unwrap();
    let (rows, _) = lines(&wrong);
    assert!(rows[7].1.contains("revoked") && !rows[7].1.contains("wrong key"), "{rows:#?}");
    assert!(rows.iter().all(|r| !r.1.contains("reader-key-of-another")));
    // The key of another site.
    let (rows, _) = lines(&with("--site", "98765432109871"));
    assert_eq!(signs(&rows), ".---....x.", "{rows:#?}");
    assert!(rows[8].1.contains("belongs to a site"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_touches_and_old_ones_are_told() {
    let (_fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let flags = flags(&address, dir.path());
    let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
    let now = SystemClock.now();
    let touch = |n: u64, hours: i64| NewTouch {
        item_id: format!("item-{n}"),
        key: TouchKey::new(
            worker(n),
            site(),
            now - jiff::SignedDuration::from_hours(hours),
            Direction::In,
        ),
        method: Method::Card,
        card_issue: None,
    };
    outbox.push(&[touch(1, 5)]).await.unwrap();
    let (rows, well) = lines(&flags);
    assert_eq!((signs(&rows).as_str(), well), (".---.....!", true), "{rows:#?}");
    outbox.push(&[touch(2, 1)]).await.unwrap();
    let refuse = |code: &str| TouchAnswer {
        item_id: "item-2".into(),
        outcome: Outcome::Refused,
        name: None,
        day: None,
        remarks: vec![Remark {
            code: code.into(),
            key: "history.outside_period".into(),
            text: "the site's period is over".into(),
            field: None,
            mender: None,
            until: None,
            link: None,
        }],
    };
    outbox.mark(&[refuse("DATK0408E")]).await.unwrap();
    let (rows, _) = lines(&flags);
    assert_eq!(
        signs(&rows),
        ".---.....x",
        "an unknown worker is no fault of the site: {rows:#?}"
    );
    outbox.resend(&[]).await.unwrap();
    outbox.mark(&[refuse("OCUK0404E")]).await.unwrap();
    let (rows, _) = lines(&flags);
    assert_eq!(signs(&rows), ".---....xx", "{rows:#?}");
    assert!(rows[8].1.contains("the site's period is over") && rows[9].1.contains("1 refused"));
}

#[test]
fn broken_settings_and_a_broken_outbox_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let flags = flags("http://127.0.0.1:1", dir.path());
    let config = dir.path().join("reader.toml");
    std::fs::write(&config, "sight = '12345678901271'").unwrap();
    let config = config.display().to_string();
    let (rows, well) = doctor(&flags, &["--config", &config]);
    assert_eq!((signs(&rows).as_str(), well), ("x---------", false), "{rows:#?}");
    assert!(rows[0].1.contains("sight"), "{rows:#?}");
    // A file that is no outbox, such as one cut off by a dying disc.
    std::fs::write(dir.path().join("outbox.sqlite"), [7; 4096]).unwrap();
    let (rows, _) = lines(&flags);
    assert_eq!(signs(&rows), ".---x-x---", "{rows:#?}");
    assert_eq!(
        std::fs::read(dir.path().join("outbox.sqlite")).unwrap(),
        [7; 4096],
        "what is damaged is left as it is"
    );
    assert!(Path::new(&config).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn driver_reader_and_card_are_found() {
    let Some(_pcscd) = Pcscd::start_or_skip() else { return };
    let (_fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let all = flags(&address, dir.path());
    let run = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
            .arg("doctor")
            .args(&all)
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let none = run(&["--card-reader", "Virtual PCD"]);
    assert!(none.contains("✓ reader: Virtual PCD") && none.contains("– card"), "{none}");
    let other = run(&["--card-reader", "no such"]);
    assert!(other.contains("✗ reader") && other.contains("Virtual PCD"), "{other}");
    let card = VirtualCard::career(worker(1), 1).present(VPCD).unwrap();
    let read = run(&["--card-reader", "Virtual PCD", "--wait-card", "10"]);
    drop(card);
    assert!(
        read.contains("✓ card") && read.contains(&worker(1).masked()) && !read.contains(&worker(1).to_string()),
        "{read}"
    );
    std::thread::sleep(std::time::Duration::from_secs(1));
    let card = VirtualCard::foreign().present(VPCD).unwrap();
    let foreign = run(&["--card-reader", "Virtual PCD", "--wait-card", "10"]);
    drop(card);
    assert!(foreign.contains("✗ card: This is not a career card"), "{foreign}");
}
