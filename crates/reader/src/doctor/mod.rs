//! `doctor`: looks for the usual faults in the order in which they hide each other, and says the way out of each.
//!
//! Driver, reader, card, disc, clock, network, key, site, backlog. What a fault makes pointless is not looked at: without the card
//! service there is no reader to find, and a key that is refused says nothing about its site.

mod cards;
mod disc;
mod registry;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::config::Options;
use crate::outbox::{Counts, Outbox, setting};
use crate::screen::{Language, local};

/// The uploader tries at least every three hours; what waits longer although the registry answers has nobody who sends it.
const SENT_BY: SignedDuration = SignedDuration::from_hours(4);
/// Refusals that concern the site itself: not this reader's, outside its period, suspended.
const OF_THE_SITE: [&str; 3] = ["OCUK0401E", "OCUK0404E", "OCUK0415E"];

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Settings file and flags.
    Settings,
    /// The card service.
    Driver,
    /// The card reader.
    Reader,
    /// A card on it.
    Card,
    /// Space, and whether the outbox takes a synced write.
    Disc,
    /// Offset against the registry.
    Clock,
    /// The way to the registry.
    Network,
    /// The reader's key.
    Key,
    /// The site the key belongs to.
    Site,
    /// What waits and what was refused.
    Backlog,
}

impl Check {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Settings => ("設定", "settings"),
            Self::Driver => ("ドライバー", "driver"),
            Self::Reader => ("リーダー", "reader"),
            Self::Card => ("カード", "card"),
            Self::Disc => ("ディスク", "disc"),
            Self::Clock => ("時計", "clock"),
            Self::Network => ("ネットワーク", "network"),
            Self::Key => ("鍵", "key"),
            Self::Site => ("現場", "site"),
            Self::Backlog => ("未送信", "backlog"),
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Works now, but somebody should look at it.
    Warning,
    /// Has to be mended.
    Wrong,
    /// Not looked at.
    Skipped,
}

impl State {
    fn sign(self) -> &'static str {
        match self {
            Self::Ok => "✓",
            Self::Warning => "!",
            Self::Wrong => "✗",
            Self::Skipped => "–",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What was looked at.
    pub check: Check,
    /// How it ended.
    pub state: State,
    /// What was found, in the language asked for.
    pub text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
}

/// All findings, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing has to be mended.
    pub well: bool,
    /// One per check.
    pub lines: Vec<Line>,
}

impl Report {
    /// One line each, for people.
    #[must_use]
    pub fn show(&self, language: Language) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let _ = write!(text, "{} {}: {}", line.state.sign(), name(line.check, language), line.text);
            if let Some(way_out) = &line.way_out {
                let _ = write!(text, " → {way_out}");
            }
            text.push('\n');
        }
        text
    }
}

/// The name of a check.
#[must_use]
pub fn name(check: Check, language: Language) -> &'static str {
    let (japanese, english) = check.name();
    if language == Language::Ja { japanese } else { english }
}

/// Looks at everything. `settings`: as loaded, or why they could not be. `wait_for_card`: how long a card may take to be held.
///
/// # Errors
/// None of the faults looked for: only if the machine cannot run threads.
pub async fn examine(
    settings: Result<Options>,
    wait_for_card: Duration,
    language: Language,
    clock: Arc<dyn Clock>,
) -> Result<Report> {
    let mut doctor = Doctor {
        ja: language == Language::Ja,
        lines: Vec::new(),
    };
    let options = match settings {
        Ok(options) => options,
        Err(error) => {
            let way = doctor.say("設定ファイルを直してください", "mend the settings file");
            doctor.put(Check::Settings, State::Wrong, &format!("{error:#}"), Some(way));
            doctor.skip(&ALL, "設定を読めないため", "the settings cannot be read");
            return Ok(doctor.report());
        }
    };
    doctor.settings(&options);
    doctor.cards(options.source(), wait_for_card).await?;
    let outbox = doctor.disc(&options.outbox(), clock.now()).await;
    let key = options.key();
    // A key that cannot be read does not keep us from looking at the way.
    let registry = options.registry_with(key.as_deref().unwrap_or("none"), Arc::clone(&clock));
    let kept = Kept::read(outbox.as_ref()).await;
    match registry {
        Ok(registry) => {
            let look = registry.look().await;
            doctor.clock(look.clock_offset, &kept, clock.now());
            doctor.registry(&options, key, look, &kept, clock.now());
        }
        Err(error) => {
            doctor.clock(None, &kept, clock.now());
            doctor.wrong(
                Check::Network,
                &format!("{error:#}"),
                "設定ファイルの registry に https:// で始まるアドレスを書いてください",
                "write the address, beginning with https://, as `registry` into the settings file",
            );
            doctor.skip(
                &[Check::Key, Check::Site],
                "登録先がわからないため",
                "the registry is not known",
            );
        }
    }
    doctor.backlog(&kept, clock.now());
    Ok(doctor.report())
}

/// All that a settings file which cannot be read leaves open.
const ALL: [Check; 9] = [
    Check::Driver,
    Check::Reader,
    Check::Card,
    Check::Disc,
    Check::Clock,
    Check::Network,
    Check::Key,
    Check::Site,
    Check::Backlog,
];

/// What the outbox knows, as far as it can be read.
#[derive(Default)]
struct Kept {
    counts: Option<Counts>,
    last_contact: Option<Timestamp>,
    clock_offset: Option<SignedDuration>,
    /// Latest refusal that concerns the site: when, and the registry's sentence.
    refused: Option<(Timestamp, String)>,
}

impl Kept {
    async fn read(outbox: Option<&Outbox>) -> Self {
        let Some(outbox) = outbox else { return Self::default() };
        let offset: Option<i64> = outbox.setting(setting::CLOCK_OFFSET).await.ok().flatten();
        let refused = outbox.last_refused().await.ok().flatten().and_then(|touch| {
            let remark = touch.answer?.remarks.into_iter().next()?;
            OF_THE_SITE
                .contains(&remark.code.as_str())
                .then(|| (touch.key.at, format!("{} {}", remark.code, remark.text)))
        });
        Self {
            counts: outbox.counts().await.ok(),
            last_contact: outbox.setting(setting::LAST_CONTACT).await.ok().flatten(),
            clock_offset: offset.map(SignedDuration::from_millis),
            refused,
        }
    }
}

struct Doctor {
    ja: bool,
    lines: Vec<Line>,
}

impl Doctor {
    fn say(&self, japanese: &str, english: &str) -> String {
        if self.ja { japanese } else { english }.to_owned()
    }

    fn put(&mut self, check: Check, state: State, text: &str, way_out: Option<String>) {
        // A finding is one line, whoever worded it.
        let text = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        self.lines.push(Line {
            check,
            state,
            text,
            way_out,
        });
    }

    fn ok(&mut self, check: Check, japanese: &str, english: &str) {
        let text = self.say(japanese, english);
        self.put(check, State::Ok, &text, None);
    }

    fn wrong(&mut self, check: Check, text: &str, japanese: &str, english: &str) {
        let way_out = self.say(japanese, english);
        self.put(check, State::Wrong, text, Some(way_out));
    }

    fn skip(&mut self, checks: &[Check], japanese: &str, english: &str) {
        for check in checks {
            let text = self.say(&format!("{japanese}、確認していません"), &format!("not looked at: {english}"));
            self.put(*check, State::Skipped, &text, None);
        }
    }

    fn report(self) -> Report {
        Report {
            well: self.lines.iter().all(|line| line.state != State::Wrong),
            lines: self.lines,
        }
    }

    fn settings(&mut self, options: &Options) {
        match &options.config {
            Some(path) => {
                let path = path.display().to_string();
                self.ok(Check::Settings, &path, &path);
            }
            None => self.ok(
                Check::Settings,
                "設定ファイルはありません（コマンドの指定だけを使います）",
                "no settings file; only what the command line says",
            ),
        }
    }

    fn backlog(&mut self, kept: &Kept, now: Timestamp) {
        let Some(counts) = kept.counts else {
            return self.skip(&[Check::Backlog], "記録がまだないため", "there is no outbox yet");
        };
        let mut text = self.say(
            &format!("未送信 {} 件、登録できなかったもの {} 件", counts.pending, counts.refused),
            &format!("{} waiting, {} refused", counts.pending, counts.refused),
        );
        if let Some(oldest) = counts.oldest_pending {
            text += &self.say(
                &format!("（最も古いもの {}）", local(oldest)),
                &format!(" (oldest {})", local(oldest)),
            );
        }
        if counts.refused > 0 {
            self.wrong(
                Check::Backlog,
                &text,
                "`ashiba reader status` で理由を見て、直したら `ashiba reader resend`",
                "see why with `ashiba reader status`; when mended, `ashiba reader resend`",
            );
        } else if counts
            .oldest_pending
            .is_some_and(|oldest| now.duration_since(oldest) > SENT_BY)
        {
            let way = self.say(
                "リーダーのプログラムが動いているか確かめてください（`systemctl status ashiba-reader`）",
                "see whether the program runs (`systemctl status ashiba-reader`)",
            );
            self.put(Check::Backlog, State::Warning, &text, Some(way));
        } else {
            self.put(Check::Backlog, State::Ok, &text, None);
        }
    }
}
