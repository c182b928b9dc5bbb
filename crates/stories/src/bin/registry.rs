//! The registry on a database and a free port, which it prints, as a process that a story can kill.

use std::sync::Arc;

use clap::Parser;
use domain::SystemClock;
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use registry::{App, Settings};
use store::{Db, Options};
use tokio::net::TcpListener;

/// Where the data are.
#[derive(Parser)]
struct Args {
    /// Address of a migrated database.
    database: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let db = Db::open(&Args::parse().database, Options::default()).await?;
    let app = App::new(
        db,
        Arc::new(SystemClock),
        StdRng::try_from_rng(&mut SysRng)?,
        Settings::default(),
    )
    .await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app.router()).await?;
    Ok(())
}
