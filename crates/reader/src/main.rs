//! The card reader program alone, for small boxes. The same commands as `ashiba reader`.

use std::process::ExitCode;

use clap::Parser;

/// Reads career cards at the gate of a building site and brings the touches to the registry.
#[derive(Parser)]
#[command(name = "ashiba-reader", version)]
struct Args {
    #[command(subcommand)]
    command: Option<reader::cli::Command>,
}

fn main() -> anyhow::Result<ExitCode> {
    reader::cli::run(Args::parse().command)
}
