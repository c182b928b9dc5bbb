//! The reader program, with its own command line, as a process that a story can kill, and with a clock that may be wrong.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use domain::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};

/// The reader's commands.
#[derive(Parser)]
struct Args {
    /// Seconds by which the clock is ahead; behind, if negative.
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    ahead: i64,
    #[command(subcommand)]
    command: reader::cli::Command,
}

struct Wrong(SignedDuration);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let Args { ahead, command } = Args::parse();
    reader::cli::run_by(Some(command), Arc::new(Wrong(SignedDuration::from_secs(ahead))))
}
