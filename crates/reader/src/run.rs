//! `run`: card, outbox, uploader, answer and beep, put together.

use std::io::{IsTerminal, stdout};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use domain::Clock;
use jiff::ToSpan;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use wire::RosterCopy;

use crate::card::{Device, Reading};
use crate::config::Options;
use crate::gate::Gate;
use crate::outbox::{Outbox, setting};
use crate::screen::{self, Language};
use crate::signal::{Beep, Signal};
use crate::upload::{Uploader, keep_roster};

/// How long stored touches stay readable on the device.
const KEPT_DAYS: i64 = 90;
/// How long the end of the input waits for the registry; what is not sent then stays in the outbox.
const LAST_TRY: Duration = Duration::from_secs(10);

/// Where answers go: a screen with names, or the log without them.
struct Voice {
    signal: Signal,
    screen: bool,
    language: Language,
}

impl Voice {
    fn line(&self, text: &str) {
        if self.screen {
            println!("{text}");
        }
    }
}

/// Runs until the input ends or the program is told to stop.
///
/// # Errors
/// If a setting is missing or wrong, or the outbox cannot be opened.
pub async fn run(options: &Options, clock: Arc<dyn Clock>, mut random: StdRng) -> Result<()> {
    let site = options.site()?;
    let registry = options.registry(Arc::clone(&clock))?;
    let outbox = Outbox::open(&options.outbox()).await?;
    let old = clock.now() - (KEPT_DAYS * 24).hours();
    outbox.forget_stored_before(old).await?;
    let cached: Option<RosterCopy> = outbox.setting(setting::ROSTER).await?;
    let (copy, roster) = watch::channel(cached.filter(|r| r.site_id == site.to_string()));
    let terminal = stdout().is_terminal();
    let mut voice = Voice {
        signal: Signal::new(options.bell.unwrap_or(terminal), options.beep_log.as_deref())?,
        screen: options.screen.unwrap_or(terminal),
        language: options.language(),
    };
    let uploader = Uploader::new(registry.clone(), outbox.clone());
    let mut gate = Gate {
        site,
        mode: options.mode.unwrap_or_default(),
        outbox: &outbox,
        link: Some(uploader.link()),
        roster,
        clock: clock.as_ref(),
        random: StdRng::from_rng(&mut random),
    };
    let mut readings = options.source().start()?;
    let sending = tokio::spawn(uploader.run(random));
    let refreshing = tokio::spawn(keep_roster(registry.clone(), outbox.clone(), site, copy));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    loop {
        let reading = tokio::select! {
            reading = readings.recv() => reading,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        match reading {
            Some(reading) => one(reading, &mut gate, &mut voice).await,
            None => break,
        }
    }
    sending.abort();
    refreshing.abort();
    let last_try = tokio::time::timeout(LAST_TRY, async { Uploader::new(registry, outbox.clone()).send_all().await });
    if !matches!(last_try.await, Ok(Ok(_))) {
        let waiting = outbox.counts().await?.pending;
        tracing::warn!(waiting, "ended with touches still to be sent; they are kept");
    }
    outbox.close().await;
    Ok(())
}

/// One reading, answered.
async fn one(reading: Reading, gate: &mut Gate<'_>, voice: &mut Voice) {
    let now = gate.clock.now();
    match reading {
        Reading::Worker { worker, issue, method } => match gate.touch(worker, issue.map(u16::from), method).await {
            Ok(answer) => {
                voice.signal.beep(answer.verdict.beep(), now, Some(&answer.item_id));
                voice.line(&screen::touch(&answer, voice.language));
                tracing::info!(
                    worker = worker.masked(),
                    direction = answer.key.direction.word(),
                    verdict = answer.verdict.word(),
                    again = answer.again,
                    offline = answer.offline,
                    "touch"
                );
            }
            Err(error) => {
                voice.signal.beep(Beep::Long, now, None);
                voice.line(screen::not_recorded(voice.language));
                tracing::error!(%error, worker = worker.masked(), "the touch could not be written down");
            }
        },
        Reading::Unreadable(fault) => {
            voice.signal.beep(Beep::Long, now, None);
            voice.line(screen::fault(fault, voice.language));
            tracing::info!("card not read: {fault}");
        }
        Reading::Device(device) => {
            voice.line(screen::device(&device, voice.language));
            match device {
                Device::Ready(name) => tracing::info!(reader = name, "waiting for cards"),
                Device::NoReader => tracing::warn!("no card reader is connected"),
                Device::NoService(why) => tracing::warn!("the card service pcscd cannot be used: {why}"),
            }
        }
    }
}
