//! `ashiba registry import` and `export`: registrations from elsewhere and to elsewhere, in the format of docs/exchange.md.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use registry::rooms::exchange::{Kind, Plan, Report, bring_in, json, of_everything, plan, read, zip_of_csv};
use registry::{App, Settings};
use web::{Encoding, Language, csv_bytes};

use crate::registry_commands::Database;

/// What is brought in, and how.
#[derive(Args)]
pub(crate) struct Import {
    #[command(flatten)]
    database: Database,
    /// JSON, CSV, or a zip of CSV files
    file: PathBuf,
    /// Only look: tell what would be done and what is wrong
    #[arg(long)]
    dry_run: bool,
    /// Give log-ins to those who were not known: two mails each, sent by the server
    #[arg(long)]
    log_ins: bool,
    /// Also write the list of faults to this CSV file
    #[arg(long)]
    faults: Option<PathBuf>,
    /// Language of the faults: ja or en
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
}

/// What is taken out, and how.
#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    database: Database,
    /// Where to write; an existing file is not overwritten
    file: PathBuf,
    /// Form of the file
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// One JSON file
    Json,
    /// A zip of CSV files, UTF-8
    Csv,
    /// A zip of CSV files, Shift_JIS (CP932)
    Cp932,
}

fn language(code: &str) -> Result<Language, String> {
    match Language::from_code(code) {
        Some(language @ (Language::Ja | Language::En)) => Ok(language),
        _ => Err("ja or en".to_owned()),
    }
}

fn told(report: &Report) -> String {
    let mut lines = vec![format!(
        "{} companies and {} workers are new; {} versions, {} ties; {} rows are known already",
        report.companies, report.workers, report.versions, report.ties, report.known
    )];
    for (kind, rows) in &report.passed_over {
        lines.push(format!("{} rows of {} are not taken in", rows, kind.word()));
    }
    lines.join("\n")
}

/// Table, place, column, sentence and code of each fault.
fn faults(app: &App, plan: &Plan, language: Language) -> Vec<[String; 5]> {
    let t = app.texts().t(language);
    plan.faults
        .iter()
        .map(|fault| {
            [
                fault.table.word().to_owned(),
                fault.place.to_string(),
                fault.column.clone(),
                fault.sentence(&t),
                fault.fault.key.clone(),
            ]
        })
        .collect()
}

pub(crate) async fn import(options: Import) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&options.file).with_context(|| format!("the file {}", options.file.display()))?;
    let source = read(&options.file.to_string_lossy(), &bytes)?;
    drop(bytes);
    let app = options.database.app(Settings::default()).await?;
    let tx = app.db().read().await?;
    let plan = plan(&app, &tx, &source).await?;
    drop(tx);
    let faults = faults(&app, &plan, options.language);
    if let Some(file) = &options.faults {
        let head = ["table", "row", "column", "fault", "code"].map(ToOwned::to_owned);
        let rows = std::iter::once(&head).chain(&faults);
        let written = csv_bytes(rows, Encoding::Utf8Bom).map_err(|e| anyhow::anyhow!("the list of faults: {e:?}"))?;
        write_new(file, &written)?;
    }
    if !faults.is_empty() {
        for [table, place, column, sentence, code] in &faults {
            println!("{table} row {place} {column}: {sentence} ({code})");
        }
        eprintln!("{} faults; nothing was changed", faults.len());
        return Ok(ExitCode::FAILURE);
    }
    if options.dry_run {
        println!("{}", told(&Report::of(&plan)));
        println!("nothing was changed");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", told(&bring_in(&app, &plan, options.log_ins).await?));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn export(options: Export) -> anyhow::Result<ExitCode> {
    let app = options.database.app(Settings::default()).await?;
    let tx = app.db().read().await?;
    let tables = of_everything(&tx).await?;
    drop(tx);
    let cannot = |e| anyhow::anyhow!("a CSV file cannot be written: {e:?}");
    let bytes = match options.format {
        Format::Json => json(&tables, app.clock().now())?,
        Format::Csv => zip_of_csv(&tables, Encoding::Utf8Bom).map_err(cannot)?,
        Format::Cp932 => zip_of_csv(&tables, Encoding::Cp932).map_err(cannot)?,
    };
    write_new(&options.file, &bytes)?;
    for kind in Kind::ALL {
        if let Some(table) = tables.iter().find(|table| table.kind == kind) {
            println!("{}: {} rows", kind.word(), table.rows.len());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Personal data: a file of its owner alone, and never in the place of another.
fn write_new(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut opened = options.open(file).with_context(|| format!("the file {}", file.display()))?;
    opened.write_all(bytes)?;
    opened.sync_all()?;
    Ok(())
}
