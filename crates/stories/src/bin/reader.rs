//! The reader program, with its own command line, as a process that a story can kill.

use std::process::ExitCode;

use clap::Parser;

/// The reader's commands.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: reader::cli::Command,
}

fn main() -> anyhow::Result<ExitCode> {
    reader::cli::run(Some(Args::parse().command))
}
