//! The one command that passes all checks and tests, quickest first; it stops at the first that fails.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::metadata::Tree;
use crate::postgres::Cluster;
use crate::run::{passes, program, root, succeeds};
use crate::{boundaries, install, licences, report, tree_words, unused};

/// How much of it.
pub struct Options {
    install: bool,
    fast: bool,
}

impl Options {
    /// From the command line.
    pub fn from_flags(flags: &[&str]) -> Result<Self> {
        let mut options = Self {
            install: true,
            fast: false,
        };
        for flag in flags {
            match *flag {
                "--no-install" => options.install = false,
                "--fast" => options.fast = true,
                _ => bail!("unknown flag {flag}; there are --no-install and --fast"),
            }
        }
        Ok(options)
    }
}

/// Runs everything. The test runner comes last and its summary ends the output, so its failure is told by the exit code alone.
pub fn run(options: &Options) -> Result<ExitCode> {
    let mut steps = Steps::default();
    if options.install {
        steps.step("install", install::run)?;
    }
    steps.cargo("format", &["fmt", "--all", "--check"])?;
    steps.step("words", || report("words in the tree", &tree_words::check()?))?;
    steps.step("boundaries", || report("boundaries", &boundaries::check()?))?;
    steps.step("licences", || report("licences", &licences::check()?))?;
    steps.step("unused", || report("unused dependencies", &unused::check()?))?;
    steps.cargo("lints", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    steps.step("docs", || {
        let mut doc = program("cargo", &["doc", "--workspace", "--no-deps"]);
        passes(doc.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    let mut tests = program("cargo", &["nextest", "run", "--workspace"]);
    if options.fast {
        steps.summary("tests on SQLite");
        tests.env_remove("ASHIBA_TEST_POSTGRES").env_remove("ASHIBA_REQUIRE_POSTGRES");
        return exit_code(&mut tests);
    }
    steps.cargo("build", &["build", "--workspace", "--all-targets"])?;
    let cluster = steps.step("PostgreSQL", Cluster::start)?;
    steps.step("browser", || browser(&cluster))?;
    steps.step("examples in the docs", || {
        let examples = program("cargo", &["test", "--workspace", "--doc", "--quiet"]);
        passes(&mut with_everything(examples, &cluster))
    })?;
    steps.summary("tests");
    exit_code(&mut with_everything(tests, &cluster))
}

/// Success or failure of the last program.
fn exit_code(command: &mut Command) -> Result<ExitCode> {
    let passed = command.status()?.success();
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one command with a PostgreSQL of its own.
pub fn with_postgres(name: &str, arguments: &[&str]) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut command = program(name, arguments);
    passes(
        command
            .env("ASHIBA_TEST_POSTGRES", cluster.url())
            .env("ASHIBA_REQUIRE_POSTGRES", "1"),
    )
}

/// The fault test in the size asked for, with a server of its own that it may kill.
pub fn faults(touches: &str, readers: &str) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut command = program(
        "cargo",
        &["test", "--release", "--workspace", "--test", "stories", "whatever_fails"],
    );
    passes(
        command
            .args(["--", "--nocapture", "--test-threads", "1"])
            .env("ASHIBA_TEST_POSTGRES", cluster.url())
            .env("ASHIBA_REQUIRE_POSTGRES", "1")
            .env("ASHIBA_FAULTS_TOUCHES", touches)
            .env("ASHIBA_FAULTS_READERS", readers)
            .env("ASHIBA_FAULTS_CRASH", "1"),
    )
}

/// Nothing may be skipped for want of a database or a card.
fn with_everything(mut command: Command, cluster: &Cluster) -> Command {
    command
        .env("ASHIBA_TEST_POSTGRES", cluster.url())
        .env("ASHIBA_REQUIRE_POSTGRES", "1")
        .env("ASHIBA_REQUIRE_CARD", "1");
    command
}

/// The stories in a real browser, one after the other.
fn browser(cluster: &Cluster) -> Result<()> {
    let folder = root().join("e2e");
    let stories: Vec<PathBuf> = boundaries::folder(&folder)?
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    anyhow::ensure!(!stories.is_empty(), "no stories in {}", folder.display());
    passes(program("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let mut node = with_everything(node(), cluster);
    node.args(["--test", "--test-concurrency=1"])
        .args(stories)
        .current_dir(&folder)
        .env("ASHIBA_BIN", Tree::load()?.target_directory.join("debug/ashiba"));
    if let Some(chromium) = install::chromium() {
        node.env("ASHIBA_CHROMIUM", chromium);
    }
    passes(&mut node)
}

/// Node.js 20 or later. Debian 12 and Ubuntu 24.04 have an older one, whose npm can fetch a newer one.
fn node() -> Command {
    if succeeds("node", &["-e", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)"]) {
        program("node", &[])
    } else {
        program("npx", &["--yes", "node@22"])
    }
}

/// The steps so far and how long each took.
#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    fn step<T>(&mut self, name: &'static str, run: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = run();
        let took = start.elapsed();
        println!(
            "--- {name}: {}, {:.1} s",
            if result.is_ok() { "ok" } else { "failed" },
            took.as_secs_f64()
        );
        self.done.push((name, took));
        result.map_err(|error| error.context(format!("step \"{name}\" failed")))
    }

    fn cargo(&mut self, name: &'static str, arguments: &[&str]) -> Result<()> {
        self.step(name, || passes(&mut program("cargo", arguments)))
    }

    /// How long each step took, before the last one begins.
    fn summary(&self, last: &str) {
        let steps: Vec<_> = self
            .done
            .iter()
            .map(|(name, took)| format!("{name} {:.1} s", took.as_secs_f64()))
            .collect();
        println!("\n{}\n\n=== {last}", steps.join(", "));
    }
}
