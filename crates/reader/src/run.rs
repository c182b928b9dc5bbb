//! `run`: card, outbox, uploader, answer and beep, put together.

use std::io::{IsTerminal, stdout};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use domain::Clock;
use jiff::{Timestamp, ToSpan};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use wire::RosterCopy;

use crate::board::Board;
use crate::card::{Device, Reading};
use crate::config::Options;
use crate::copy;
use crate::gate::Gate;
use crate::kiosk::{self, Pass, Ways};
use crate::number::Numbers;
use crate::os::Stop;
use crate::outbox::Outbox;
use crate::qr::Qrs;
use crate::screen::{self, Language, View};
use crate::signal::Signal;
use crate::upload::{Uploader, keep_roster};

/// How long stored touches stay readable on the device.
const KEPT_DAYS: i64 = 90;
/// How long the end of the input waits for the registry; what is not sent then stays in the outbox.
const LAST_TRY: Duration = Duration::from_secs(10);

/// Where answers go: a screen and a page with names, or the log without them.
struct Voice {
    signal: Signal,
    screen: bool,
    language: Language,
    board: Arc<Board>,
}

impl Voice {
    fn line(&self, text: &str) {
        if self.screen {
            println!("{text}");
        }
    }

    fn show(&mut self, view: View, now: Timestamp, item_id: Option<&str>) {
        self.signal.beep(view.beep, now, item_id);
        self.line(&view.text());
        self.board.show(view);
    }
}

/// Runs until the input ends or the program is told to stop.
///
/// # Errors
/// If a setting is missing or wrong, or the outbox cannot be opened.
pub async fn run(options: &Options, clock: Arc<dyn Clock>, mut random: StdRng) -> Result<()> {
    let site = options.site()?;
    let registry = options.registry(Arc::clone(&clock))?;
    let outbox = Outbox::open_or_save(&options.outbox(), clock.now()).await?;
    if let Some(fault) = outbox.verify().await? {
        tracing::error!(
            ?fault,
            "the record was changed; what is whole is sent, `status` tells of the rest"
        );
    }
    let old = clock.now() - (KEPT_DAYS * 24).hours();
    outbox.forget_stored_before(old).await?;
    let cached: Option<RosterCopy> = copy::kept(&outbox, &registry.secret()).await?;
    let (fresh, roster) = watch::channel(cached.filter(|r| r.site_id == site.to_string()));
    let board = Arc::new(Board::new(options.mode, &outbox).await?);
    if options.kiosk.is_none() {
        // Without the page nobody could undo what was chosen on it.
        board.mode.send_replace(options.mode.unwrap_or_default());
    }
    let terminal = stdout().is_terminal();
    let mut voice = Voice {
        signal: Signal::new(options.bell.unwrap_or(terminal), options.beep_log.as_deref())?,
        screen: options.screen.unwrap_or(terminal),
        language: options.language(),
        board: Arc::clone(&board),
    };
    let uploader = Uploader::new(registry.clone(), outbox.clone()).at(options.send_at);
    let mut gate = Gate {
        site,
        mode: *board.mode.borrow(),
        outbox: &outbox,
        link: Some(uploader.link()),
        roster,
        clock: clock.as_ref(),
        random: StdRng::from_rng(&mut random),
    };
    let (to_gate, mut typed) = mpsc::channel(4);
    let pages = match options.kiosk {
        Some(address) => {
            let ways = Ways {
                numbers: Numbers::new(gate.roster.clone(), Arc::clone(&clock), to_gate.clone()),
                qrs: Qrs::new(gate.roster.clone(), Arc::clone(&clock), outbox.clone(), to_gate),
            };
            pages(address, &gate, &board, options.language(), &clock, &mut random, ways).await
        }
        None => None,
    };
    let mut readings = options.source().start()?;
    let refreshing = tokio::spawn(keep_roster(
        registry.clone(),
        outbox.clone(),
        site,
        fresh,
        StdRng::from_rng(&mut random),
    ));
    let sending = tokio::spawn(uploader.run(random));
    let mut stop = Stop::listen()?;
    loop {
        let reading = tokio::select! {
            reading = readings.recv() => reading,
            Some(reading) = typed.recv() => Some(reading),
            () = stop.told() => break,
        };
        match reading {
            Some(reading) => {
                gate.mode = *board.mode.borrow();
                one(reading, &mut gate, &mut voice).await;
            }
            None => break,
        }
    }
    sending.abort();
    refreshing.abort();
    if let Some(pages) = pages {
        pages.abort();
    }
    let last_try = tokio::time::timeout(LAST_TRY, async { Uploader::new(registry, outbox.clone()).send_all().await });
    if !matches!(last_try.await, Ok(Ok(_))) {
        let waiting = outbox.counts().await?.pending;
        tracing::warn!(waiting, "ended with touches still to be sent; they are kept");
    }
    outbox.close().await;
    Ok(())
}

/// Serves the kiosk page beside the gate. Whatever keeps it from being served does not keep cards from being read.
async fn pages(
    address: SocketAddr,
    gate: &Gate<'_>,
    board: &Arc<Board>,
    language: Language,
    clock: &Arc<dyn Clock>,
    random: &mut StdRng,
    ways: Ways,
) -> Option<JoinHandle<()>> {
    let outbox = gate.outbox.clone();
    let link = gate.link.clone()?;
    let serving = async {
        if !address.ip().is_loopback() {
            Pass::of(&outbox, false, random).await?;
        }
        kiosk::start(address, Arc::clone(board), outbox.clone(), language, ways).await
    };
    let serving = match serving.await {
        Ok(serving) => serving,
        Err(error) => {
            tracing::error!("no kiosk page: {error:#}");
            return None;
        }
    };
    let (site, roster, board, clock) = (gate.site, gate.roster.clone(), Arc::clone(board), Arc::clone(clock));
    Some(tokio::spawn(async move {
        tokio::select! {
            ended = serving => tracing::error!(?ended, "the kiosk page is not served any more"),
            () = board.keep(site, &outbox, link, roster, clock, language) => {}
        }
    }))
}

/// One reading, answered.
async fn one(reading: Reading, gate: &mut Gate<'_>, voice: &mut Voice) {
    let now = gate.clock.now();
    match reading {
        Reading::Worker { worker, issue, method } => match gate.touch(worker, issue.map(u16::from), method).await {
            Ok(answer) => {
                voice.show(View::of(&answer, voice.language), now, Some(&answer.item_id));
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
                let view = View::of_none(screen::not_recorded(voice.language), voice.language);
                voice.show(view, now, None);
                tracing::error!(%error, worker = worker.masked(), "the touch could not be written down");
            }
        },
        Reading::Unreadable(fault) => {
            let view = View::of_none(screen::fault(fault, voice.language), voice.language);
            voice.show(view, now, None);
            tracing::info!("card not read: {fault}");
        }
        Reading::Device(device) => {
            voice.line(screen::device(&device, voice.language));
            voice.board.device(&device);
            match device {
                Device::Ready(name) => tracing::info!(reader = name, "waiting for cards"),
                Device::NoReader => tracing::warn!("no card reader is connected"),
                Device::NoService(why) => tracing::warn!("the card service pcscd cannot be used: {why}"),
            }
        }
    }
}
