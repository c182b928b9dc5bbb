//! The one program. Each part of Ashiba is a subcommand, so that a newcomer has one thing to start.

mod demo;
mod exchange_commands;
mod fees_commands;
mod registry_commands;
mod serve;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 足場 Ashiba: an open implementation of Japan's Construction Career Up System
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a registry with made-up data and a simulated gate, on the embedded database
    Demo(demo::Options),
    /// The central registry
    #[command(subcommand)]
    Registry(registry_commands::Command),
    /// The card reader program; without a command it reads cards, or is set up if it was not yet
    Reader {
        #[command(subcommand)]
        command: Option<reader::cli::Command>,
    },
    /// Load a made-up year of history and measure how fast touches and calendars are
    Bench(bench::Command),
    /// Look whether everything a registry needs is there
    Doctor(registry_commands::Database),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        // The reader brings its own logging and its own runtime.
        Command::Reader { command } => reader::cli::run(command),
        Command::Demo(options) => run(demo::run(options), "warn"),
        Command::Registry(command) => run(registry_commands::run(command), "info"),
        Command::Bench(options) => run(bench::command(options), "warn"),
        Command::Doctor(database) => run(registry_commands::doctor(database), "warn"),
    };
    done.unwrap_or_else(|error| {
        eprintln!("ashiba: {error:#}");
        ExitCode::FAILURE
    })
}

/// Runs on a runtime of its own, with the log on standard error (`RUST_LOG` says how much of it).
fn run(work: impl Future<Output = anyhow::Result<ExitCode>>, level: &str) -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::builder().try_from_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Runtime::new()?.block_on(work)
}
