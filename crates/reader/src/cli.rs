//! The commands, as `ashiba reader …` and as the small program `ashiba-reader`.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use domain::{Clock, SystemClock, WorkerId};
use rand::rngs::StdRng;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use wire::Method;
use wire::seal::Secret;

use crate::config::Options;
use crate::gate::{Gate, Mode};
use crate::import::Mapping;
use crate::kiosk::Pass;
use crate::outbox::Outbox;
use crate::registry::Trouble;
use crate::screen::{Language, View};
use crate::setup::SetupOptions;
use crate::status::Status;
use crate::upload::{Sent, Uploader};
use crate::virtual_card::{VPCD, VirtualCard};
use crate::{copy, doctor, import, run, setup, stick, unit};

/// What a reader can be told to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make this machine a card reader, on a page in the browser: sign in, choose the site, done
    Setup(#[command(flatten)] Box<SetupOptions>),
    /// Read cards and answer them, until stopped
    Run(#[command(flatten)] Box<Options>),
    /// Load the file of a reader with built-in logging (JSON lines, or what a mapping file tells) and send it
    Import {
        /// One touch a line: {"seq":1,"worker_id":"…","at":"2026-11-20T07:30:00+09:00","direction":"in"}
        file: PathBuf,
        /// Only look and report
        #[arg(long)]
        dry_run: bool,
        /// File that tells how the lines are to be read, if they are of another form (docs/reader.md)
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Show what waits, what was refused and why, and what to do
    Status(#[command(flatten)] Box<Options>),
    /// Look for the usual faults, from the card reader to the registry, and say the way out of each
    Doctor {
        /// Wait so many seconds for a card to be held to the reader
        #[arg(long, default_value_t = 0, value_name = "SECONDS")]
        wait_card: u64,
        /// For machines: one JSON object
        #[arg(long)]
        json: bool,
        /// Language if --language is not given
        #[arg(long, env = "LANG", hide = true)]
        locale: Option<String>,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Show the number that opens the kiosk page on another machine, such as a tablet
    Pin {
        /// Make a new one: machines that know the old one must be told it
        #[arg(long)]
        new: bool,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Print the systemd unit that starts the reader with the machine
    Unit {
        /// Print the polkit rule instead that lets the unit's user read cards
        #[arg(long)]
        rules: bool,
        /// The program to start [default: this one]
        #[arg(long)]
        program: Option<PathBuf>,
        /// Its settings, if they are not the usual ones
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Record one touch by its number, as a try or for a forgotten card
    Touch {
        /// Worker ID (技能者ID)
        worker: WorkerId,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Send refused touches again, after their reason is mended
    Resend {
        /// Their numbers as `status` shows them [default: all]
        numbers: Vec<i64>,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Send what waits, now
    Send(#[command(flatten)] Box<Options>),
    /// Write what waits into a file on a USB stick, for the page of card readers: encrypted, and nothing is taken away here
    Export {
        /// Such as /media/usb/touches.ashiba
        file: PathBuf,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Read the receipt of such a file: what has arrived waits no more
    Receipt {
        /// The receipt, as the page of card readers gives it
        file: PathBuf,
        /// Settings
        #[command(flatten)]
        options: Box<Options>,
    },
    /// Hold a simulated card to the virtual reader (vpcd) for some seconds
    Simulate {
        /// Worker ID on the card
        worker: WorkerId,
        /// Where vpcd listens
        #[arg(long, default_value = VPCD)]
        vpcd: String,
        /// How long the card stays
        #[arg(long, default_value_t = 2)]
        seconds: u64,
        /// Which of the worker's cards it is
        #[arg(long, default_value_t = 1)]
        issue: u8,
    },
}

/// Runs a command to its end; without one, reads cards if there are settings, and is set up if there are none. Makes its own runtime,
/// so it is called from outside of one, and keeps its log on standard error (`RUST_LOG` says how much of it).
///
/// # Errors
/// What keeps the command from being done, as a sentence for people.
pub fn run(command: Option<Command>) -> Result<ExitCode> {
    run_by(command, Arc::new(SystemClock))
}

/// The same with another clock.
///
/// # Errors
/// As [`run()`].
pub fn run_by(command: Option<Command>, clock: Arc<dyn Clock>) -> Result<ExitCode> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,reader=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_ansi(std::io::stderr().is_terminal()).init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let code = runtime.block_on(dispatch(command, clock, rand::make_rng()));
    // The card thread may still wait for a card; nobody waits for it.
    runtime.shutdown_background();
    code
}

/// What is meant without a command: to read cards where there are settings; to make them where there are none and somebody is there.
fn unsaid() -> Result<Command> {
    let options: Options = unflagged()?;
    if options.clone().load()?.config.is_some() {
        return Ok(Command::Run(Box::new(options)));
    }
    let setup: SetupOptions = unflagged()?;
    ensure!(
        std::io::stdin().is_terminal() || setup.has_desktop(),
        "there is no settings file: make one with `setup`, or name it with `run --config`"
    );
    Ok(Command::Setup(Box::new(setup)))
}

/// Options as they are without a flag: what the environment says of them.
fn unflagged<T: clap::Args>() -> Result<T> {
    let command = T::augment_args(clap::Command::new("ashiba-reader"));
    Ok(T::from_arg_matches(&command.try_get_matches_from(["ashiba-reader"])?)?)
}

async fn dispatch(command: Option<Command>, clock: Arc<dyn Clock>, mut random: StdRng) -> Result<ExitCode> {
    let command = match command {
        Some(command) => command,
        None => unsaid()?,
    };
    match command {
        Command::Setup(options) => {
            setup::run(&options, std::io::stdout().is_terminal(), clock, random).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Run(options) => {
            run::run(&options.load()?, clock, random).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import {
            file,
            dry_run,
            mapping,
            options,
        } => {
            let options = options.load()?;
            let mapping = mapping.map(|path| Mapping::load(&path)).transpose()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            let report = import::load(
                &file,
                mapping.as_ref(),
                options.site()?,
                dry_run,
                &outbox,
                clock.as_ref(),
                &mut random,
            )
            .await?;
            println!(
                "{} good lines, {} of them new; {} bad lines",
                report.good,
                report.new,
                report.rejects.len()
            );
            for reject in &report.rejects {
                println!("line {}: {}", reject.line, reject.reason);
            }
            for (first, last) in &report.gaps {
                println!("running numbers {first} to {last} are missing: is the file whole?");
            }
            if let Some(path) = &report.rejects_file {
                println!("bad lines are kept in {}", path.display());
            }
            let sent = dry_run || send(&options, outbox, clock).await?;
            Ok(code(sent && report.rejects.is_empty()))
        }
        Command::Status(options) => {
            let options = options.load()?;
            let status = Status::read(&Outbox::open(&options.outbox()).await?).await?;
            print!("{}", status.show(options.language(), clock.as_ref()));
            Ok(code(!status.needs_person()))
        }
        Command::Doctor {
            wait_card,
            json,
            locale,
            options,
        } => {
            let language = options
                .language
                .or(Language::of_locale(locale.as_deref().unwrap_or_default()));
            let settings = options.load();
            let language = language
                .or(settings.as_ref().ok().and_then(|o| o.language))
                .unwrap_or_default();
            let report = doctor::examine(settings, Duration::from_secs(wait_card), language, clock).await?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                print!("{}", report.show(language));
            }
            Ok(code(report.well))
        }
        Command::Pin { new, options } => {
            let outbox = Outbox::open(&options.load()?.outbox()).await?;
            println!("{}", Pass::of(&outbox, new, &mut random).await?.pin);
            Ok(ExitCode::SUCCESS)
        }
        Command::Unit { rules: true, .. } => {
            print!("{}", unit::RULES);
            Ok(ExitCode::SUCCESS)
        }
        Command::Unit {
            rules: false,
            program,
            config,
        } => {
            let program = match program {
                Some(program) => program,
                None => std::env::current_exe().context("where this program lies is not known: name it with --program")?,
            };
            print!("{}", unit::service(&program, config.as_deref()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Touch { worker, options } => {
            let options = options.load()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            let registry = options.registry(Arc::clone(&clock))?;
            let roster = copy::kept(&outbox, &registry.secret()).await?;
            let uploader = Uploader::new(registry, outbox.clone());
            let mut gate = Gate {
                site: options.site()?,
                mode: options.mode.unwrap_or(Mode::Auto),
                outbox: &outbox,
                link: Some(uploader.link()),
                roster: watch::channel(roster).1,
                clock: clock.as_ref(),
                random: rand::SeedableRng::from_rng(&mut random),
            };
            let sending = tokio::spawn(uploader.run(random));
            let answer = gate.touch(worker, None, Method::Number).await?;
            sending.abort();
            println!("{}", View::of(&answer, options.language()).text());
            Ok(ExitCode::SUCCESS)
        }
        Command::Resend { numbers, options } => {
            let options = options.load()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            println!("{} touches go out again", outbox.resend(&numbers).await?);
            Ok(code(send(&options, outbox, clock).await?))
        }
        Command::Send(options) => {
            let options = options.load()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            Ok(code(send(&options, outbox, clock).await?))
        }
        Command::Export { file, options } => {
            let options = options.load()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            let secret = Secret::of_key(&options.key()?);
            let count = stick::export(&outbox, &secret, &file, clock.now(), &mut random).await?;
            println!(
                "{count} touches written to {}; they stay here too, until the receipt is read",
                file.display()
            );
            Ok(ExitCode::SUCCESS)
        }
        Command::Receipt { file, options } => {
            let options = options.load()?;
            let outbox = Outbox::open(&options.outbox()).await?;
            let count = stick::receipt(&outbox, &Secret::of_key(&options.key()?), &file).await?;
            println!("{count} touches have arrived; {} still wait", outbox.counts().await?.pending);
            Ok(ExitCode::SUCCESS)
        }
        Command::Simulate {
            worker,
            vpcd,
            seconds,
            issue,
        } => {
            let card = VirtualCard::career(worker, issue).present(&vpcd);
            let card = card.with_context(|| format!("no virtual reader at {vpcd}: install vsmartcard-vpcd and start pcscd"))?;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            println!(
                "{}",
                if card.was_read() {
                    "the card was read"
                } else {
                    "the card was not read"
                }
            );
            Ok(code(card.was_read()))
        }
    }
}

/// Sends the backlog now and says how it went.
async fn send(options: &Options, outbox: Outbox, clock: Arc<dyn Clock>) -> Result<bool> {
    let result = Uploader::new(options.registry(clock)?, outbox).send_all().await;
    match &result {
        Ok(Sent {
            stored,
            already,
            refused,
        }) => println!("sent: {stored} stored, {already} were there already, {refused} refused"),
        Err(Trouble { code, text, .. }) => {
            println!(
                "not sent: {} {text}; kept, and sent later by `run`",
                code.as_deref().unwrap_or_default()
            );
        }
    }
    Ok(result.is_ok_and(|sent| sent.refused == 0))
}

fn code(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
