//! A PostgreSQL of our own for the tests: an empty cluster in a folder for temporary files, on a free port, gone with us.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs, process};

use anyhow::{Context, Result, bail};

use crate::run::{find, output, passes, program, succeeds};

/// The running server. Stopped and deleted when dropped.
pub struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> Result<Self> {
        let folder = env::temp_dir().join(format!("ashiba-postgres-{}", process::id()));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let started = start_in(&folder, port);
        if started.is_err() {
            fs::remove_dir_all(&folder).ok();
        }
        let mut cluster = Self {
            server: started?,
            folder,
            port,
        };
        cluster.wait()?;
        Ok(cluster)
    }

    /// Where to reach it; tests make databases of their own in it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let ready = server_program("pg_isready").context("PostgreSQL's pg_isready is not here")?;
        let port = self.port.to_string();
        for _ in 0..300 {
            if succeeds(&ready.to_string_lossy(), &["-q", "-h", "127.0.0.1", "-p", &port]) {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at once ({status})");
            }
            sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not answer within 30 seconds")
    }
}

impl Drop for Cluster {
    /// SIGINT is PostgreSQL's "stop now, in order"; if that cannot be sent, the server is killed.
    fn drop(&mut self) {
        if !succeeds("kill", &["-INT", &self.server.id().to_string()]) {
            self.server.kill().ok();
        }
        self.server.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// A program of the PostgreSQL server, which Debian keeps out of the search path.
pub fn server_program(name: &str) -> Option<PathBuf> {
    find(name).or_else(|| {
        let versions = crate::boundaries::folder(Path::new("/usr/lib/postgresql")).ok()?;
        let newest_first = versions.iter().rev().map(|version| version.join("bin").join(name));
        newest_first.into_iter().find(|file| file.is_file())
    })
}

/// PostgreSQL refuses to run as root: then it runs as its own user.
fn start_in(folder: &Path, port: u16) -> Result<Child> {
    let is_root = output(&mut program("id", &["-u"]))?.trim() == "0";
    if is_root {
        passes(&mut program("chown", &["postgres:", &folder.to_string_lossy()]))?;
    }
    let data = folder.join("data");
    passes(
        as_server_user(is_root, "initdb")?
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data)
            .stdout(Stdio::null()),
    )?;
    let settings = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".into(),
        format!("unix_socket_directories={}", folder.display()),
        "max_connections=300".into(),
        // What the tests stored may be lost when the machine falls: nobody wants it back.
        "fsync=off".into(),
        "full_page_writes=off".into(),
        // Every test has a database of its own, so checkpoints would be many.
        "max_wal_size=4GB".into(),
        "log_min_messages=panic".into(),
    ];
    let mut server = as_server_user(is_root, "postgres")?;
    server.arg("-D").arg(&data).stdout(Stdio::null());
    for setting in settings {
        server.args(["-c", &setting]);
    }
    server.spawn().context("PostgreSQL cannot be started")
}

/// The program as the user `postgres` if we are root, and on Linux so that it ends when we are killed.
fn as_server_user(is_root: bool, name: &str) -> Result<Command> {
    let path = server_program(name).with_context(|| format!("PostgreSQL's {name} is not here"))?;
    let mut words: Vec<&str> = Vec::new();
    if cfg!(target_os = "linux") {
        words.extend(["setpriv", "--pdeathsig", "INT"]);
        if is_root {
            words.extend(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
        }
    } else if is_root {
        bail!("PostgreSQL does not run as root: start this as another user");
    }
    let path = path.to_string_lossy();
    words.push(&path);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(env::temp_dir());
    Ok(command)
}
