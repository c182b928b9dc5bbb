//! `ashiba demo`: made-up data, a registry on the embedded database, and a gate at which people touch their cards while you look.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::{Clock, SystemClock, WorkerId};
use rand::rngs::{StdRng, SysRng};
use rand::{RngExt, SeedableRng};
use reader::gate::{Gate, Mode};
use reader::outbox::Outbox;
use reader::registry::Registry;
use reader::screen::{Language, View};
use reader::upload::Uploader;
use registry::made_up::{DEMO_PASSWORD, Demo, seed_demo};
use registry::rooms::levels::{Want, judge_workers};
use registry::rooms::mail::Post;
use registry::{App, Issuer, MIGRATIONS, Settings};
use tokio::sync::watch;

use crate::serve::{bind, serve};

/// Options of the demo.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port to listen on, on this machine only; 0 lets the system choose
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Keep the data in this new folder [default: a temporary one, gone when the demo ends]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Use this empty PostgreSQL database in place of the embedded one
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// No people at the gate
    #[arg(long)]
    no_gate: bool,
    /// For programs: print the log-ins as one line of JSON and the address, nothing else
    #[arg(long)]
    quiet: bool,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let temporary = tempfile::tempdir().context("a temporary folder")?;
    let folder = options.data.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    std::fs::create_dir_all(&folder).with_context(|| format!("the folder {}", folder.display()))?;
    let file = folder.join("registry.db");
    anyhow::ensure!(
        !file.exists(),
        "{} is there already; name a new folder, or leave --data out",
        file.display()
    );
    let url = options
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite:{}", file.display()));
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
    let address = format!("http://{}", listener.local_addr()?);

    if !options.quiet {
        eprintln!("架空のデータを作っています… / making up data …");
    }
    let db = store::Db::open(
        &url,
        store::Options {
            create: true,
            ..store::Options::default()
        },
    )
    .await?;
    db.migrate(MIGRATIONS).await?;
    let clock = Arc::new(SystemClock);
    let demo = seed_demo(&db, clock.now()).await?;
    let settings = Settings {
        files: Some(folder.join("ashiba-files")),
        address: address.clone(),
        post: Post::Folder(folder.join("mail")),
        issuer: Some(issuer()),
        simulate_payments: true,
        ..Settings::default()
    };
    let app = App::new(db, clock, StdRng::try_from_rng(&mut SysRng)?, settings).await?;
    // What a real registry does in its first hour: so there are invoices and levels to look at.
    registry::rooms::fees::keep(&app).await?;
    judge_workers(&app, Want::default(), |_| ControlFlow::Continue(())).await?;
    if options.quiet {
        let log_ins: Vec<_> = demo
            .sign_ins
            .iter()
            .map(|s| serde_json::json!({ "who": s.who, "id": s.id }))
            .collect();
        println!("log-ins {}", serde_json::Value::from(log_ins));
        println!("listening {address}");
    } else {
        print(&address, &demo, &folder.join("mail"));
    }
    let gate = (!options.no_gate).then(|| tokio::spawn(people_come(address, demo, folder.clone(), options.quiet)));
    serve(app, listener).await?;
    if let Some(gate) = gate {
        gate.abort();
    }
    Ok(ExitCode::SUCCESS)
}

/// Nobody's money: invoices of a made-up issuer, paid with the simulator.
fn issuer() -> Issuer {
    Issuer {
        name: "架空登録機構".into(),
        address: "架空県架空市中央1-2-3".into(),
        number: "T0000000000000".into(),
        bank: "架空銀行 本店 普通 0000000".into(),
    }
}

fn print(address: &str, demo: &Demo, mail: &Path) {
    println!("\n足場 Ashiba は {address} で動いています。 / is running.\n");
    println!("パスワードはすべて / every password: {DEMO_PASSWORD}\n");
    println!("  ログインID          だれ / who");
    for sign_in in &demo.sign_ins {
        println!("  {:<18}  {}", sign_in.id, sign_in.who);
    }
    println!("\n入退場の状況 / the gate: {address}/sites/{}/gate", demo.site);
    let named = address.replace("127.0.0.1", "localhost");
    println!("パスキーを試すには、この名前で / to try passkeys: {named}");
    println!("メールの出力先 / mails: {}", mail.display());
    println!("止めるには / to stop: Ctrl-C\n");
}

/// People touch their cards: the real reader program behind a hand that holds cards out, so what the demo shows is what a gate does.
async fn people_come(address: String, demo: Demo, folder: PathBuf, quiet: bool) {
    if let Err(error) = gate(&address, &demo, &folder, quiet).await {
        eprintln!("ashiba: the simulated gate stopped: {error:#}");
    }
}

async fn gate(address: &str, demo: &Demo, folder: &Path, quiet: bool) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut random = StdRng::try_from_rng(&mut SysRng)?;
    let outbox = Outbox::open(&folder.join("reader.db")).await?;
    let registry = Registry::new(address, &demo.reader_key, "ja", Arc::clone(&clock))?;
    let uploader = Uploader::new(registry, outbox.clone());
    let (_copy, roster) = watch::channel(None);
    let mut gate = Gate {
        site: demo.site,
        mode: Mode::Auto,
        outbox: &outbox,
        link: Some(uploader.link()),
        roster,
        clock: clock.as_ref(),
        random: StdRng::from_rng(&mut random),
    };
    let sending = tokio::spawn(uploader.run(StdRng::from_rng(&mut random)));
    let mut outside: Vec<WorkerId> = demo.people.clone();
    let mut inside: Vec<WorkerId> = Vec::new();
    while !sending.is_finished() {
        tokio::time::sleep(Duration::from_millis(random.random_range(1_200..4_000))).await;
        // Most come in; when many are in, some begin to leave.
        let comes = inside.len() < 20 || (!outside.is_empty() && random.random_ratio(5, 6));
        let (from, to) = if comes {
            (&mut outside, &mut inside)
        } else {
            (&mut inside, &mut outside)
        };
        let worker = if comes {
            from.swap_remove(random.random_range(0..from.len()))
        } else {
            from.remove(0)
        };
        to.push(worker);
        let answer = gate.touch(worker, None, wire::Method::Card).await?;
        if !quiet {
            println!("{}", View::of(&answer, Language::Ja).text());
        }
    }
    Ok(())
}
