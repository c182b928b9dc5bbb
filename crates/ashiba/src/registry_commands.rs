//! `ashiba registry …` and `ashiba doctor`: running a registry for real.

use std::io::{BufRead, IsTerminal, stdin};
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::access::Role;
use domain::master::MasterKind;
use domain::{Clock, CompanyId, Masters, SystemClock, WorkerId};
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use registry::rooms::accounts::{NewAccount, create};
use registry::rooms::levels::{Ended, Progress, Want, judge_workers};
use registry::rooms::mail::Post;
use registry::rooms::masters::{LoadError, load};
use registry::{App, MIGRATIONS, Settings};
use store::Db;

use crate::exchange_commands;
use crate::fees_commands::{self, Billing};
use crate::serve::{bind, serve};

#[derive(Args)]
pub(crate) struct Database {
    /// `sqlite:path/to/file` or `postgres://user@host/name`
    #[arg(long = "database", env = "ASHIBA_DATABASE", hide_env_values = true)]
    url: String,
}

/// How mails leave: as files, or to a mail server.
#[derive(Args)]
pub(crate) struct MailOptions {
    /// Folder for mails as .eml files [default: mail, beside the data]
    #[arg(long, conflicts_with = "smtp")]
    mail_folder: Option<PathBuf>,
    /// Mail server: smtps://name:password@host or smtp://host?tls=required
    #[arg(long, env = "ASHIBA_SMTP", hide_env_values = true)]
    smtp: Option<String>,
    /// Sender of the mails
    #[arg(long, default_value = "ashiba@localhost")]
    mail_from: String,
}

impl MailOptions {
    fn post(self, database: &str) -> anyhow::Result<Post> {
        if let Some(url) = &self.smtp {
            return Post::server(url, &self.mail_from);
        }
        let beside = || {
            let file = database.strip_prefix("sqlite:")?.split('?').next()?;
            Some(Path::new(file).parent()?.join("mail"))
        };
        Ok(Post::Folder(
            self.mail_folder.or_else(beside).unwrap_or_else(|| PathBuf::from("mail")),
        ))
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve pages and API
    Serve {
        #[command(flatten)]
        database: Database,
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// People reach us over https (a proxy in front ends it): cookies become Secure
        #[arg(long)]
        https: bool,
        /// Folder of the papers that people send in; several servers share one. By default `ashiba-files` beside the SQLite
        /// database, or in the working folder
        #[arg(long)]
        files: Option<PathBuf>,
        /// A proxy in front tells in X-Forwarded-For who is asking; without it, lock-outs count the address of the connection
        #[arg(long)]
        behind_proxy: bool,
        /// Address under which people reach us, for links in mails [default: the address listened on]
        #[arg(long, env = "ASHIBA_ADDRESS")]
        address: Option<String>,
        #[command(flatten)]
        mail: MailOptions,
        #[command(flatten)]
        billing: Billing,
    },
    /// Make or bring up to date the tables; safe to repeat
    Migrate {
        #[command(flatten)]
        database: Database,
    },
    /// Check a table of master data and put it in force as a new version
    Master {
        #[command(flatten)]
        database: Database,
        /// trades, positions, qualifications, policies, prefectures, fees, permit-trades, site-choices or site-items
        kind: MasterKind,
        /// The CSV file
        file: PathBuf,
        /// Where the table comes from
        #[arg(long)]
        source: String,
    },
    /// Invoices and closings
    #[command(subcommand)]
    Fees(fees_commands::Command),
    /// Bring registrations in (docs/exchange.md); the same file twice changes nothing
    Import(exchange_commands::Import),
    /// Take all registrations out (docs/exchange.md)
    Export(exchange_commands::Export),
    /// Judge the levels of all workers of whom something was changed; a running server does it every night. Safe to kill: the next call
    /// goes on
    Levels {
        #[command(flatten)]
        database: Database,
        /// Everybody, whether or not something was changed
        #[arg(long)]
        all: bool,
    },
    /// Make an account; its password is read from standard input
    Account {
        #[command(flatten)]
        database: Database,
        /// What is typed at sign-in
        #[arg(long)]
        id: String,
        /// operator, administrator, tier_manager, site_manager or worker
        #[arg(long, value_parser = role)]
        role: Role,
        /// Name shown
        #[arg(long)]
        name: String,
        /// Company it acts for (administrators and managers)
        #[arg(long)]
        company: Option<CompanyId>,
        /// Worker it belongs to
        #[arg(long)]
        worker: Option<WorkerId>,
    },
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| format!("one of {}", Role::ALL.map(Role::word).join(", ")))
}

impl Database {
    async fn open(&self, create: bool) -> anyhow::Result<Db> {
        Ok(Db::open(
            &self.url,
            store::Options {
                create,
                ..store::Options::default()
            },
        )
        .await?)
    }

    /// Where papers lie if nothing else is said: beside the database, if that is a file.
    fn files(&self) -> PathBuf {
        let file = match self.url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => None,
            Some(("sqlite", path)) => Some(path.trim_start_matches("//")),
            _ => Some(self.url.as_str()),
        };
        let folder = file.and_then(|file| Path::new(file).parent());
        folder.unwrap_or(Path::new("")).join("ashiba-files")
    }

    pub(crate) async fn app(&self, settings: Settings) -> anyhow::Result<App> {
        App::new(
            self.open(false).await?,
            Arc::new(SystemClock),
            StdRng::try_from_rng(&mut SysRng)?,
            settings,
        )
        .await
    }
}

pub(crate) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve {
            database,
            listen,
            https,
            files,
            behind_proxy,
            address,
            mail,
            billing,
        } => {
            let listener = bind(listen).await?;
            let here = format!("http://{}", listener.local_addr()?);
            let settings = Settings {
                https,
                files: Some(files.unwrap_or_else(|| database.files())),
                behind_proxy,
                address: address.map_or_else(|| here.clone(), |a| a.trim_end_matches('/').to_owned()),
                post: mail.post(&database.url)?,
                ..billing.settings()
            };
            let app = database.app(settings).await?;
            println!("listening {here}");
            serve(app, listener).await?;
        }
        Command::Migrate { database } => {
            let db = database.open(true).await?;
            db.migrate(MIGRATIONS).await?;
            registry::rooms::history::ensure_partitions(&db, SystemClock.today()).await?;
            println!("{} migrations are applied", MIGRATIONS.len());
        }
        Command::Master {
            database,
            kind,
            file,
            source,
        } => return master(&database, kind, &file, &source).await,
        Command::Levels { database, all } => return levels(&database, all).await,
        Command::Fees(command) => return fees_commands::run(command).await,
        Command::Import(options) => return exchange_commands::import(options).await,
        Command::Export(options) => return exchange_commands::export(options).await,
        Command::Account {
            database,
            id,
            role,
            name,
            company,
            worker,
        } => {
            let needs_company = matches!(
                role,
                Role::Administrator | Role::TierManager | Role::SiteManager | Role::ProxyClerk
            );
            anyhow::ensure!(
                needs_company == company.is_some(),
                "--company goes with administrators and managers, and with them alone"
            );
            anyhow::ensure!(
                (role == Role::Worker) == worker.is_some(),
                "--worker goes with workers, and with them alone"
            );
            let app = database.app(Settings::default()).await?;
            let masters = app.masters();
            let least = masters.policies().at(domain::Policy::PasswordMinChars, app.clock().today());
            let password = read_password(usize::try_from(least).unwrap_or(12))?;
            let tx = app.db().write().await?;
            let new = NewAccount {
                sign_in_id: &id,
                role,
                company,
                worker,
                name: &name,
                password: &password,
                sites: &[],
                made_up: false,
            };
            create(&app, &tx, &new)
                .await
                .context("the account cannot be made; is the ID taken, or the company or worker unknown?")?;
            tx.commit().await?;
            println!("made");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password(least: usize) -> anyhow::Result<String> {
    if stdin().is_terminal() {
        eprintln!("Password (at least {least} characters; it is shown as you type), then Enter:");
    }
    let mut line = String::new();
    stdin().lock().read_line(&mut line).context("reading the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(
        password.chars().count() >= least,
        "a password has at least {least} characters"
    );
    Ok(password.to_owned())
}

async fn master(database: &Database, kind: MasterKind, file: &Path, source: &str) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("the file {}", file.display()))?;
    let db = database.open(false).await?;
    db.require_migrated(MIGRATIONS).await?;
    let tx = db.write().await?;
    match load(&tx, &SystemClock, kind, text.trim_start_matches('\u{feff}'), source).await {
        Ok(_) => {
            tx.commit().await?;
            println!("{kind} is in force; a running server takes it up within a minute");
            Ok(ExitCode::SUCCESS)
        }
        Err(LoadError::Faulty(problems)) => {
            for problem in &problems {
                println!("{problem}");
            }
            eprintln!("{} faults; nothing was changed", problems.len());
            Ok(ExitCode::FAILURE)
        }
        Err(LoadError::Broken(error)) => Err(error.into()),
    }
}

async fn levels(database: &Database, everybody: bool) -> anyhow::Result<ExitCode> {
    let app = database.app(Settings::default()).await?;
    let want = Want {
        everybody,
        at_once: true,
        ..Want::default()
    };
    let tell = |progress: &Progress| {
        eprintln!(
            "{} of {} workers, {:.0} a second, {:.0} s left, {} rows changed",
            progress.done,
            progress.total,
            progress.rate(),
            progress.seconds_left(),
            progress.changed
        );
        ControlFlow::Continue(())
    };
    Ok(match judge_workers(&app, want, tell).await? {
        Ended::Done(progress) | Ended::Stopped(progress) => {
            let seconds = progress.took.as_secs_f64();
            println!(
                "{} workers judged, {} rows changed, {seconds:.1} s",
                progress.done, progress.changed
            );
            ExitCode::SUCCESS
        }
        Ended::UnderWay => {
            eprintln!("another program has gone on with this run");
            ExitCode::FAILURE
        }
    })
}

/// Looks at everything a registry needs, in the order in which it is missed.
pub(crate) async fn doctor(database: Database) -> anyhow::Result<ExitCode> {
    let mut well = true;
    let mut tell = |what: &str, result: anyhow::Result<String>| match result {
        Ok(note) => println!("ok    {what}: {note}"),
        Err(error) => {
            well = false;
            println!("FAULT {what}: {error:#}");
        }
    };
    tell(
        "built-in master data",
        Masters::embedded()
            .map(|m| format!("{} trades", m.trades().len()))
            .map_err(|p| anyhow::anyhow!("{} faults", p.len())),
    );
    match database.open(false).await {
        Err(error) => tell("database", Err(error)),
        Ok(db) => {
            tell("database", Ok(format!("{:?}", db.backend())));
            let migrated = db
                .require_migrated(MIGRATIONS)
                .await
                .map(|()| format!("{} migrations", MIGRATIONS.len()));
            tell("tables", migrated.context("run `ashiba registry migrate`"));
            if let Ok(tx) = db.read().await {
                tell(
                    "master data in force",
                    registry::rooms::masters::in_force(&tx)
                        .await
                        .map(|m| format!("{} trades", m.trades().len())),
                );
            }
        }
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
