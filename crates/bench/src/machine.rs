//! What it ran on. A figure without its machine says nothing.

use std::fs::read_to_string;

use serde::Serialize;
use store::Backend;

use crate::database::{Bare, backend_of};

/// The machine.
#[derive(Debug, Serialize)]
pub struct Machine {
    processor: String,
    cores: usize,
    memory_gib: u64,
    system: String,
}

impl Machine {
    /// This one, as far as the system tells.
    #[must_use]
    pub fn this() -> Self {
        let value = |file: &str, key: &str, sign: char| {
            let text = read_to_string(file).unwrap_or_default();
            let line = text
                .lines()
                .find(|line| line.starts_with(key))
                .and_then(|line| line.split_once(sign));
            line.map(|(_, value)| value.trim().trim_matches('"').to_owned())
                .unwrap_or_default()
        };
        let kib = value("/proc/meminfo", "MemTotal", ':')
            .split_whitespace()
            .next()
            .and_then(|n| n.parse::<u64>().ok());
        Self {
            processor: value("/proc/cpuinfo", "model name", ':'),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: kib.unwrap_or(0).div_ceil(1024 * 1024),
            system: value("/etc/os-release", "PRETTY_NAME", '='),
        }
    }

    /// In one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "{}, {} cores, {} GiB, {}",
            self.processor, self.cores, self.memory_gib, self.system
        )
    }
}

/// Name and version of the database, and a warning if it is set to lose what it has acknowledged.
pub(crate) async fn database(address: &str) -> anyhow::Result<(String, Option<String>)> {
    let mut bare = Bare::open(address).await?;
    let told = match backend_of(address)? {
        Backend::Sqlite => (
            format!("SQLite {}, WAL, synchronous=FULL", bare.ask("select sqlite_version()").await?),
            None,
        ),
        Backend::Postgres => {
            let version = bare.ask("show server_version").await?;
            let buffers = bare.ask("show shared_buffers").await?;
            let mut off = Vec::new();
            for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
                if bare.ask(format!("show {setting}")).await? != "on" {
                    off.push(setting);
                }
            }
            let warning = (!off.is_empty()).then(|| {
                format!(
                    "not on: {}; the figures are not those of a registry that keeps what it acknowledged",
                    off.join(", ")
                )
            });
            (format!("PostgreSQL {version}, shared_buffers {buffers}"), warning)
        }
    };
    bare.close().await?;
    Ok(told)
}
