//! Clock, network, key and site: what one look at the registry shows.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use wire::RosterCopy;

use super::{Check, Doctor, Kept, State};
use crate::config::Options;
use crate::registry::{Cure, Look, Trouble};
use crate::screen::local;
use crate::upload::CLOCK_LIMIT;

/// Offset worth a word before it does harm at [`CLOCK_LIMIT`].
const CLOCK_DRIFTS: SignedDuration = SignedDuration::from_secs(60);
/// No clock of this program can be before it: seconds of 2026-01-01.
const EARLIEST: i64 = 1_767_225_600;
/// A refusal older than this says nothing about the site as it is now.
const NEWS: SignedDuration = SignedDuration::from_hours(24);

impl Doctor {
    pub(super) fn clock(&mut self, measured: Option<SignedDuration>, kept: &Kept, now: Timestamp) {
        let set = (
            "`timedatectl set-ntp true`（systemd-timesyncd または chrony）で時計を合わせてください",
            "set the clock: `timedatectl set-ntp true` (systemd-timesyncd or chrony)",
        );
        if now.as_second() < EARLIEST {
            return self.wrong(Check::Clock, &local(now), set.0, set.1);
        }
        let Some(offset) = measured.or(kept.clock_offset) else {
            return self.skip(
                &[Check::Clock],
                "登録先の時刻がわからないため",
                "the registry's time is not known",
            );
        };
        let seconds = offset.as_secs();
        let mut text = self.say(
            &format!("登録先との差 {seconds} 秒"),
            &format!("registry's clock ahead by {seconds} s"),
        );
        if measured.is_none() {
            text += &self.say("（前回の通信）", " (at the last contact)");
        }
        match offset.abs() {
            far if far > CLOCK_LIMIT => self.wrong(Check::Clock, &text, set.0, set.1),
            drift if drift > CLOCK_DRIFTS => {
                let way = self.say(set.0, set.1);
                self.put(Check::Clock, State::Warning, &text, Some(way));
            }
            _ => self.put(Check::Clock, State::Ok, &text, None),
        }
    }

    /// Network, key and site, from one answer.
    pub(super) fn registry(&mut self, options: &Options, key: Result<String>, look: Look, kept: &Kept, now: Timestamp) {
        use Check::{Key, Network, Site};
        let trouble = match look.roster {
            Ok(roster) => {
                self.ok(Network, "登録先につながりました", "the registry answers");
                self.ok(Key, "受け付けられました", "accepted");
                self.site(options, &roster, kept, now);
                return;
            }
            Err(trouble) => trouble,
        };
        if let Some(why) = look.network {
            let text = format!("{} ({why})", self.say("登録先につながりません", trouble.text.as_str()));
            self.wrong(
                Network,
                &text,
                "LAN・Wi-Fi とアドレスを確かめてください。証明書のことなら時計も。記録は続き、つながれば送られます",
                "check cable or Wi-Fi and the address; for a certificate, the clock too. Touches are kept and sent later",
            );
        } else if trouble.code.is_none() && trouble.cure != Cure::Person {
            let text = format!(
                "{} ({})",
                self.say("登録先ではないものが答えました", "not the registry answered"),
                trouble.text
            );
            self.wrong(
                Network,
                &text,
                "このネットワークはログインを求めていませんか。ブラウザーで確かめ、アドレスも確かめてください",
                "does this network ask for a log-in? Look with a browser, and check the address",
            );
        } else if trouble.cure != Cure::Person {
            let text = format!("{} {}", trouble.code.unwrap_or_default(), trouble.text);
            let way = self.say("待てば自動で送られます", "wait: touches are sent by themselves");
            self.put(Network, State::Warning, &text, Some(way));
        } else {
            self.ok(Network, "登録先につながりました", "the registry answers");
            self.refused_key(key, &trouble, kept);
            self.skip(&[Site], "鍵が受け付けられないため", "the key is not accepted");
            return;
        }
        match key {
            Err(error) => self.no_key(&error),
            Ok(_) => self.skip(&[Key], "登録先につながらないため", "the registry does not answer"),
        }
        self.skip(&[Site], "登録先につながらないため", "the registry does not answer");
    }

    fn no_key(&mut self, error: &anyhow::Error) {
        self.wrong(
            Check::Key,
            &format!("{error:#}"),
            "現場の「カードリーダー」の画面で鍵を発行し、ファイルに置いて `chmod 600` してください",
            "issue a key on the site's page \"Card readers\", put it into the file, `chmod 600`",
        );
    }

    fn refused_key(&mut self, key: Result<String>, trouble: &Trouble, kept: &Kept) {
        if let Err(error) = key {
            return self.no_key(&error);
        }
        let code = trouble.code.as_deref().unwrap_or("401");
        let text = match kept.last_contact {
            Some(at) => self.say(
                &format!(
                    "受け付けられません ({code})。{} までは有効でした: 取り消されたようです",
                    local(at)
                ),
                &format!("not accepted ({code}); it was until {}: it seems to be revoked", local(at)),
            ),
            None => self.say(
                &format!("受け付けられません ({code})。鍵が違うか、取り消されています"),
                &format!("not accepted ({code}): a wrong key, or a revoked one"),
            ),
        };
        self.wrong(
            Check::Key,
            &text,
            "元請の現場管理者に「カードリーダー」の画面で新しい鍵を発行してもらってください。記録は残っています",
            "ask the prime's site manager for a new key (page \"Card readers\"); nothing recorded is lost",
        );
    }

    fn site(&mut self, options: &Options, roster: &RosterCopy, kept: &Kept, now: Timestamp) {
        let here = format!("{} ({})", roster.site_name, roster.site_id);
        match options.site {
            None => {
                let text = self.say("現場が設定されていません", "no site is set");
                let id = &roster.site_id;
                self.wrong(
                    Check::Site,
                    &text,
                    &format!("この鍵の現場です: site = \"{id}\""),
                    &format!("the key's own is: site = \"{id}\""),
                );
            }
            Some(site) if site.to_string() != roster.site_id => {
                let text = self.say(
                    &format!("設定は {site} ですが、鍵は {here} のものです"),
                    &format!("{site} is set, but the key belongs to {here}"),
                );
                self.wrong(
                    Check::Site,
                    &text,
                    "設定の site を直すか、この現場の鍵を使ってください",
                    "mend `site`, or use a key of that site",
                );
            }
            Some(_) => match &kept.refused {
                Some((at, why)) if now.duration_since(*at) < NEWS => {
                    self.wrong(
                        Check::Site,
                        &format!("{here}: {why} ({})", local(*at)),
                        "元請に現場の期間と状態を直してもらうと、断られた記録も取り込まれます",
                        "ask the prime to mend the site's period or state; the refused touches are then taken in",
                    );
                }
                _ => self.ok(Check::Site, &here, &here),
            },
        }
    }
}
