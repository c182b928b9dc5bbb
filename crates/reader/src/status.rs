//! `status`: what lies here, when the registry last answered, what it refused, and what to do about it.

use std::fmt::Write as _;

use domain::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::copy::{About, judges};
use crate::outbox::{Changed, Counts, Damage, Fault, Outbox, State, Touch, setting};
use crate::registry::{Cure, Trouble};
use crate::screen::{Language, local};
use crate::upload::CLOCK_LIMIT;

/// Refused touches shown at once.
const SHOWN: usize = 100;

/// All that is known without asking the registry.
#[derive(Debug)]
pub struct Status {
    counts: Counts,
    last_contact: Option<Timestamp>,
    clock_offset: Option<i64>,
    trouble: Option<Trouble>,
    roster: Option<About>,
    refused: Vec<Touch>,
    fault: Option<Fault>,
    changed: Vec<Changed>,
    damage: Option<Damage>,
}

impl Status {
    /// Reads it from the outbox.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn read(outbox: &Outbox) -> sqlx::Result<Self> {
        Ok(Self {
            counts: outbox.counts().await?,
            last_contact: outbox.setting(setting::LAST_CONTACT).await?,
            clock_offset: outbox.setting(setting::CLOCK_OFFSET).await?,
            trouble: outbox.setting(setting::TROUBLE).await?,
            roster: outbox.setting(setting::ROSTER_ABOUT).await?,
            refused: outbox.in_state(State::Refused, SHOWN).await?,
            fault: outbox.verify().await?,
            changed: outbox.changed(SHOWN).await?,
            damage: outbox.setting(setting::DAMAGE).await?,
        })
    }

    /// Whether a person has to do something.
    #[must_use]
    pub fn needs_person(&self) -> bool {
        self.counts.refused > 0
            || self.fault.is_some()
            || self.clock_wrong()
            || self.trouble.as_ref().is_some_and(|t| t.cure == Cure::Person)
    }

    fn clock_wrong(&self) -> bool {
        self.clock_offset
            .is_some_and(|ms| SignedDuration::from_millis(ms).abs() > CLOCK_LIMIT)
    }

    /// For people: in Japanese, else in English.
    #[must_use]
    pub fn show(&self, language: Language, clock: &dyn Clock) -> String {
        let ja = language == Language::Ja;
        let say = |japanese: &'static str, english: &'static str| if ja { japanese } else { english };
        let time = |at: Option<Timestamp>| at.map_or_else(|| say("なし", "never").to_owned(), local);
        let mut rows = vec![(say("現在", "now"), local(clock.now()))];
        let mut waiting = self.counts.pending.to_string();
        if let Some(oldest) = self.counts.oldest_pending {
            let _ = write!(waiting, " ({} {})", say("最も古いもの", "oldest"), local(oldest));
        }
        rows.push((say("未送信", "waiting to be sent"), waiting));
        rows.push((say("送信済み", "in the registry"), self.counts.stored.to_string()));
        rows.push((say("登録できなかったもの", "refused"), self.counts.refused.to_string()));
        rows.push((say("最後の通信", "last answer of the registry"), time(self.last_contact)));
        let roster = self.roster.as_ref();
        let mut count = roster.map_or_else(String::new, |r| format!(" ({})", r.workers));
        if roster.is_some_and(|r| !judges(r.as_of, r.expires_at, clock.now())) {
            count += say(
                "（期限切れ：有効かどうかは答えません。記録は続きます）",
                " (expired: touches are kept, and not judged)",
            );
        }
        rows.push((say("名簿の時点", "roster copy of"), time(roster.map(|r| r.as_of)) + &count));
        if let Some(ms) = self.clock_offset {
            rows.push((
                say("時計のずれ（秒）", "registry's clock ahead by (s)"),
                (ms / 1_000).to_string(),
            ));
        }
        let mut text = String::new();
        for (label, value) in rows {
            let _ = writeln!(text, "{label}: {value}");
        }
        if self.clock_wrong() {
            let what = say(
                "→ 時計を合わせてください（systemd-timesyncd または chrony）",
                "→ set this machine's clock (systemd-timesyncd or chrony)",
            );
            let _ = writeln!(text, "{what}");
        }
        self.record(&mut text, ja);
        if let Some(trouble) = &self.trouble {
            let code = trouble.code.as_deref().map(|c| format!("{c} ")).unwrap_or_default();
            let head = say("送信できません", "sending does not go on");
            let since = say("から", "since");
            let _ = writeln!(text, "\n{head}: {code}{} ({since} {})", trouble.text, local(trouble.since));
            let what = match trouble.cure {
                Cure::Person => say(
                    "→ 鍵と設定を確認し、プログラムを再起動してください。記録は保管されています",
                    "→ check key and settings, then restart the program; nothing is lost",
                ),
                _ => say("→ 自動で再送します", "→ it is tried again by itself"),
            };
            let _ = writeln!(text, "{what}");
            if let Some(reference) = &trouble.reference {
                let _ = writeln!(text, "{}: {reference}", say("問い合わせ番号", "number for the support"));
            }
        }
        if !self.refused.is_empty() {
            let _ = writeln!(text, "\n{}", say("登録できなかった記録", "Refused touches"));
            for touch in &self.refused {
                let _ = writeln!(text, "{}", refused(touch));
            }
            let what = say(
                "→ 理由を直してから `ashiba reader resend [番号…]` で再送してください",
                "→ mend the reason, then send again with `ashiba reader resend [NUMBER…]`",
            );
            let _ = writeln!(text, "{what}");
        }
        text
    }

    /// What is wrong with the record itself.
    fn record(&self, text: &mut String, ja: bool) {
        let say = |japanese: &'static str, english: &'static str| if ja { japanese } else { english };
        if let Some(fault) = &self.fault {
            let Fault {
                first,
                changed,
                missing,
                unlinked,
            } = fault;
            let _ = if ja {
                writeln!(
                    text,
                    "\n記録が書き換えられています（{first}番から）: 変更 {changed} 件、欠番 {missing} 件、つながらないもの {unlinked} 件"
                )
            } else {
                writeln!(
                    text,
                    "\nThe record was changed (from number {first} on): {changed} changed, {missing} taken out, {unlinked} put in"
                )
            };
            for touch in &self.changed {
                let at = touch.at.map_or_else(|| "?".to_owned(), local);
                let _ = writeln!(text, "{:>6}  {}  {at}", touch.seq, touch.worker);
            }
            let what = say(
                "→ 変更された記録は保管し、送りません。正しい内容を確かめ、元請の画面から入力してもらってください。ほかの記録は送られます",
                "→ changed touches are kept and not sent: find out what is right and have the prime enter it. All others are sent",
            );
            let _ = writeln!(text, "{what}");
        }
        if let Some(damage) = &self.damage {
            let (at, file, saved) = (local(damage.at), damage.file.display(), damage.saved);
            let _ = if ja {
                writeln!(
                    text,
                    "\n{at} に記録のファイルが壊れていました。読めた {saved} 件を移し、壊れたファイルは {file} に残しています"
                )
            } else {
                writeln!(
                    text,
                    "\nThe file was found damaged on {at}. {saved} touches were taken over; the damaged file lies at {file}"
                )
            };
        }
    }
}

/// Number, worker in full (this is the screen where it is mended), time, way, and why.
fn refused(touch: &Touch) -> String {
    let key = &touch.key;
    let mut text = format!(
        "{:>6}  {}  {}  {}",
        touch.seq,
        key.worker.grouped(),
        local(key.at),
        key.direction.word()
    );
    for remark in touch.answer.iter().flat_map(|a| &a.remarks) {
        let _ = write!(text, "\n        {} {}", remark.code, remark.text);
        if let Some(mender) = &remark.mender {
            let _ = write!(text, " → {mender}");
        }
        if let Some(until) = remark.until {
            let _ = write!(text, " (→ {until})");
        }
    }
    text
}
