//! Space, and the outbox.

use std::fs::{File, remove_file};
use std::io::{ErrorKind, Write};
use std::path::Path;

use jiff::Timestamp;

use super::{Check, Doctor, State};
use crate::os;
use crate::outbox::Outbox;

/// Free space below which touches are in danger, and below which somebody should clear up. A touch takes about 500 bytes.
const LITTLE: u64 = 20 << 20;
const SCARCE: u64 = 200 << 20;

impl Doctor {
    /// Space, and a synced write into the outbox. A missing outbox is not made: it would belong to whoever runs this.
    pub(super) async fn disc(&mut self, file: &Path, now: Timestamp) -> Option<Outbox> {
        let folder = file
            .ancestors()
            .skip(1)
            .find(|folder| folder.is_dir())
            .unwrap_or(Path::new("/"));
        let free = os::free_space(folder);
        let room = match free {
            Some(free) => format!("{} {} MB", self.say("空き", "free"), free >> 20),
            None => self.say("空きは見ていません", "free space is not looked at"),
        };
        if free.is_some_and(|free| free < LITTLE) {
            self.wrong(
                Check::Disc,
                &room,
                "ディスクを空けてください。いっぱいになると記録できません",
                "make room on the disc: when it is full, no touch is recorded",
            );
            return if file.exists() { Outbox::open(file).await.ok() } else { None };
        }
        let (outbox, tried) = if file.exists() {
            match Outbox::open(file).await {
                Ok(outbox) => {
                    let done = outbox.check(now).await;
                    (Some(outbox), done.map_err(|e| e.to_string()))
                }
                Err(error) => (None, Err(format!("{error:#}"))),
            }
        } else {
            (None, try_folder(folder))
        };
        let fault = match &outbox {
            Some(outbox) => outbox.verify().await.ok().flatten(),
            None => None,
        };
        let path = file.display();
        match tried {
            Err(why) => {
                let text = format!("{path}: {} ({why})", self.say("書けません", "cannot be written"));
                self.wrong(
                    Check::Disc,
                    &text,
                    "`sudo -u ashiba-reader` を付けて実行するか、フォルダーの持ち主を直してください。壊れている場合は消さずにリーダーを再起動すると、読める記録を移します",
                    "run it with `sudo -u ashiba-reader`, or mend the folder's owner; if it is damaged, keep it and restart the reader: it takes over what can be read",
                );
            }
            Ok(()) if fault.is_some() => {
                let text = self.say(
                    "記録が書き換えられているか、抜けています",
                    "touches were changed or taken out of the record",
                );
                self.wrong(
                    Check::Disc,
                    &text,
                    "`ashiba reader status` に示された記録を確かめてください。ほかの記録は送られます",
                    "look at the touches that `ashiba reader status` names; all others are sent",
                );
            }
            Ok(()) if free.is_some_and(|free| free < SCARCE) => {
                let way = self.say("近いうちにディスクを空けてください", "make room on the disc soon");
                self.put(Check::Disc, State::Warning, &room, Some(way));
            }
            Ok(()) if outbox.is_none() => {
                let text = format!(
                    "{room}; {path} {}",
                    self.say("は最初の実行で作られます", "is made at the first run")
                );
                self.put(Check::Disc, State::Ok, &text, None);
            }
            Ok(()) => {
                let written = self.say("記録を書けました", "the outbox takes a synced write");
                self.put(Check::Disc, State::Ok, &format!("{room}; {written}"), None);
            }
        }
        outbox
    }
}

/// Writes, syncs and removes a small file.
fn try_folder(folder: &Path) -> Result<(), String> {
    let path = folder.join(format!(".ashiba-reader-{}", std::process::id()));
    let tried = File::create_new(&path).and_then(|mut file| {
        file.write_all(b"ashiba")?;
        file.sync_all()
    });
    match remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.to_string()),
        _ => tried.map_err(|error| error.to_string()),
    }
}
