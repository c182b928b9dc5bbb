//! The card reader program alone, for small boxes. The same commands as `ashiba reader`.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

/// Reads career cards at the gate of a building site and brings the touches to the registry.
#[derive(Parser)]
#[command(name = "ashiba-reader", version)]
struct Args {
    #[command(subcommand)]
    command: reader::cli::Command,
}

fn main() -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,reader=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_ansi(std::io::stderr().is_terminal()).init();
    reader::cli::run(Args::parse().command)
}
