//! The checks and chores of the project. `cargo xtask test` installs what the tests need and runs everything.

mod boundaries;
mod install;
mod licences;
mod metadata;
mod postgres;
mod run;
mod test;
mod tree_words;
mod unused;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  test [--no-install] [--fast]  install what the tests need, then run every check and every test
                                --no-install: install nothing
                                --fast: format, boundaries, licences, lints, docs and the tests on SQLite
  install                       only install what the tests need
  postgres <command ...>        run a command with a PostgreSQL of its own, for instance
                                cargo xtask postgres cargo nextest run -p ashiba-store
  faults [touches] [readers]    the fault test with a million touches of 40 readers, or so many, on both databases
  boundaries                    who may depend on whom; rooms keep their tables to themselves
  licences                      licences, sources and banned crates, as deny.toml says
  unused                        dependencies that nothing mentions
  tree-words                    words that must not be in the tree
";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test", flags @ ..] => return test::run(&test::Options::from_flags(flags)?),
        ["install"] => install::run(),
        ["postgres", program, arguments @ ..] => test::with_postgres(program, arguments),
        ["faults"] => test::faults("1000000", "40"),
        ["faults", touches] => test::faults(touches, "40"),
        ["faults", touches, readers] => test::faults(touches, readers),
        ["boundaries"] => report("boundaries", &boundaries::check()?),
        ["licences"] => report("licences", &licences::check()?),
        ["unused"] => report("unused dependencies", &unused::check()?),
        ["tree-words"] => report("words in the tree", &tree_words::check()?),
        _ => bail!("{USAGE}"),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what a check found; an error if it found anything.
fn report(name: &str, found: &[String]) -> Result<()> {
    for line in found {
        eprintln!("{line}");
    }
    if found.is_empty() {
        println!("{name}: nothing to complain of");
        Ok(())
    } else {
        bail!("{name}: {} found", found.len())
    }
}
