//! Driver, reader and card.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use domain::WorkerId;

use super::{Check, Doctor, State};
use crate::card::{CardSource, Fault, Found, find};
use crate::screen::{Language, fault};

/// Program of the card service, where Debian's package puts it.
const PCSCD: &str = "/usr/sbin/pcscd";

impl Doctor {
    /// Driver, reader and card, each only if the one before it is there.
    pub(super) async fn cards(&mut self, source: CardSource, wait: Duration) -> Result<()> {
        use Check::{Card, Driver, Reader};
        let name = match source {
            CardSource::Pcsc(name) => name,
            CardSource::Lines(input) => {
                let Some(path) = input.filter(|path| !path.exists()) else {
                    self.skip(
                        &[Driver, Reader, Card],
                        "番号を行で読む設定のため",
                        "numbers come as lines of text",
                    );
                    return Ok(());
                };
                let text = format!("{}: {}", path.display(), self.say("ありません", "is not there"));
                self.wrong(
                    Driver,
                    &text,
                    "設定の input を確かめてください",
                    "check `input` in the settings",
                );
                self.skip(&[Reader, Card], "番号を行で読む設定のため", "numbers come as lines of text");
                return Ok(());
            }
        };
        let until = Instant::now() + wait;
        let found = loop {
            let wanted = name.clone();
            let found = tokio::task::spawn_blocking(move || find(wanted.as_deref())).await?;
            if !matches!(found, Found::Reader(_, None)) || Instant::now() >= until {
                break found;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        match &found {
            Found::NotBuilt => {
                let text = self.say(
                    "このプログラムはカードなしで作られています",
                    "this program was built without card readers",
                );
                self.wrong(
                    Driver,
                    &text,
                    "ashiba-reader を使うか、`--features card` を付けて作ってください",
                    "use ashiba-reader, or build with `--features card`",
                );
            }
            Found::NoService(why) => {
                let text = self.say("pcscd を使えません", "pcscd cannot be used") + &format!(" ({why})");
                if Path::new(PCSCD).exists() {
                    self.wrong(
                        Driver,
                        &text,
                        "`systemctl enable --now pcscd.socket`。動いていれば、このユーザーに使用を許してください（docs/reader.md の polkit）",
                        "`systemctl enable --now pcscd.socket`; if it runs, let this user use it (polkit rule in docs/reader.md)",
                    );
                } else {
                    self.wrong(Driver, &text, "`apt install pcscd`", "`apt install pcscd`");
                }
            }
            Found::NoReader | Found::OtherReaders(_) | Found::Reader(..) => {
                self.ok(Driver, "pcscd が動いています", "pcscd runs");
            }
        }
        match found {
            Found::NotBuilt | Found::NoService(_) => {
                self.skip(&[Reader, Card], "ドライバーが使えないため", "the driver cannot be used");
            }
            Found::NoReader => {
                let text = self.say("カードリーダーがつながっていません", "no card reader is connected");
                if ccid_device() {
                    self.wrong(
                        Reader,
                        &text,
                        "USB にはカードリーダーが見えます: `apt install libccid` のあと差し直してください",
                        "USB shows a card reader: `apt install libccid`, then plug it in again",
                    );
                } else {
                    self.wrong(
                        Reader,
                        &text,
                        "ケーブルを確かめ、別の USB の口に差してください",
                        "check the cable, try another USB port",
                    );
                }
                self.skip(&[Card], "リーダーがないため", "there is no reader");
            }
            Found::OtherReaders(names) => {
                let text = self.say("設定の名前のリーダーがありません", "no reader has the name that is set")
                    + &format!(" ({})", names.join(", "));
                self.wrong(
                    Reader,
                    &text,
                    "設定の card-reader を、かっこ内の名前の一部にしてください",
                    "set `card-reader` to a part of a name in brackets",
                );
                self.skip(&[Card], "リーダーがないため", "there is no reader");
            }
            Found::Reader(name, card) => {
                self.ok(Reader, &name, &name);
                self.card(card);
            }
        }
        Ok(())
    }

    fn card(&mut self, card: Option<Result<WorkerId, Fault>>) {
        match card {
            Some(Ok(worker)) => {
                let worker = worker.masked();
                self.ok(
                    Check::Card,
                    &format!("読めました ({worker})"),
                    &format!("was read ({worker})"),
                );
            }
            Some(Err(why)) => {
                let language = if self.ja { Language::Ja } else { Language::En };
                self.wrong(
                    Check::Card,
                    fault(why, language),
                    "別の技能者カードで試してください",
                    "try another career card",
                );
            }
            None => {
                let text = self.say(
                    "置かれていません。試すには `--wait-card 20` を付け、カードをかざしてください",
                    "none on the reader; to try one, add `--wait-card 20` and hold it there",
                );
                self.put(Check::Card, State::Skipped, &text, None);
            }
        }
    }
}

/// Whether USB shows a device of the class of card readers (0x0b), driver or not.
fn ccid_device() -> bool {
    let Ok(interfaces) = std::fs::read_dir("/sys/bus/usb/devices") else {
        return false;
    };
    interfaces
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("bInterfaceClass")).ok())
        .any(|class| class.trim() == "0b")
}
