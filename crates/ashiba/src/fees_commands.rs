//! `ashiba registry fees …`, and who sends the invoices.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::YearMonth;
use domain::fees::is_issuer_number;
use registry::access::UseCaseError;
use registry::rooms::fees::{CloseRefusal, Report, close, dry_run};
use registry::{Issuer, Settings};

use crate::registry_commands::Database;

#[derive(Args)]
pub(crate) struct Billing {
    /// Name of who sends the invoices; without it, nothing is billed by itself
    #[arg(long, env = "ASHIBA_ISSUER_NAME", requires = "issuer_number")]
    issuer_name: Option<String>,
    /// Its address
    #[arg(long, env = "ASHIBA_ISSUER_ADDRESS", default_value = "")]
    issuer_address: String,
    /// Its number as an issuer of qualified invoices: T and 13 digits
    #[arg(long, env = "ASHIBA_ISSUER_NUMBER", value_parser = issuer_number)]
    issuer_number: Option<String>,
    /// Bank account to transfer to, as it is to stand on invoices
    #[arg(long, env = "ASHIBA_ISSUER_BANK", default_value = "")]
    issuer_bank: String,
    /// Let invoices be paid with a simulator that takes no money: for trying out only
    #[arg(long)]
    simulate_payments: bool,
}

fn issuer_number(text: &str) -> Result<String, String> {
    if is_issuer_number(text) {
        Ok(text.to_owned())
    } else {
        Err("T and 13 digits".to_owned())
    }
}

impl Billing {
    pub(crate) fn settings(self) -> Settings {
        let issuer = self.issuer_name.zip(self.issuer_number).map(|(name, number)| Issuer {
            name,
            address: self.issuer_address,
            number,
            bank: self.issuer_bank,
        });
        Settings {
            issuer,
            simulate_payments: self.simulate_payments,
            ..Settings::default()
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Close a month of the site use fee: count, then bill or carry over; safe to repeat, goes on where it was broken off
    Close {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        billing: Billing,
        /// Month, such as 2026-10
        #[arg(long)]
        month: YearMonth,
        /// Only tell what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Close {
        database,
        billing,
        month,
        dry_run: dry,
    } = command;
    let settings = billing.settings();
    anyhow::ensure!(
        dry || settings.issuer.is_some(),
        "who sends the invoices? --issuer-name and --issuer-number, or ASHIBA_ISSUER_NAME and ASHIBA_ISSUER_NUMBER"
    );
    let app = database.app(settings).await?;
    let done = if dry {
        dry_run(&app, &app.db().read().await?, month).await
    } else {
        close(&app, month, |done, of| eprintln!("{done} of {of} companies")).await
    };
    match done {
        Ok(report) => {
            tell(month, &report, dry);
            Ok(ExitCode::SUCCESS)
        }
        Err(UseCaseError::Refused(refusal)) => {
            match refusal {
                CloseRefusal::NotOver => eprintln!("{month} is not over"),
                CloseRefusal::Next(next) => eprintln!("months are closed one after the other; next is {next}"),
            }
            Ok(ExitCode::FAILURE)
        }
        Err(UseCaseError::Broken(error)) => Err(error),
    }
}

fn tell(month: YearMonth, report: &Report, dry: bool) {
    println!("{month}: {}", if dry { "nothing was written; it would be" } else { "closed" });
    println!("  histories charged  {:>14}", report.histories);
    println!("  yen charged        {:>14}", report.charged_yen);
    println!("  companies          {:>14}", report.companies);
    println!("  invoices           {:>14}", report.invoices);
    println!("  yen invoiced       {:>14}", report.invoiced_yen);
    println!("  yen carried over   {:>14}", report.carried_yen);
}
