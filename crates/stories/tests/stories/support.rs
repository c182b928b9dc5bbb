//! A served registry, a reader program in this process with a clock of its own, and small helpers.

use std::io::{PipeWriter, Write};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use domain::{SiteId, WorkDay, WorkerId};
use rand::rngs::StdRng;
use reader::config::{Options, Source};
use reader::outbox::{Outbox, setting};
use registry::made_up::{Worker, insert_workers, worker};
use registry::testing::World;
use testkit::{FixedClock, rng};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use wire::{TouchAnswers, TouchBatch, TouchItem};

/// A registry on a real port; ends with this value.
pub struct Served {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Served {
    pub async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The registry's process and where it listens; none if it ended at once, as it does while its database is away.
pub async fn start_registry(database: &str) -> Option<(Child, SocketAddr)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stories-registry"));
    let mut child = command
        .arg(database)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.next_line().await.unwrap()?;
    Some((child, address.parse().unwrap()))
}

/// A reader's process whose clock is `ahead` seconds ahead: what it is to do, and its settings.
pub fn reader_command(words: &[&str], registry: &str, site: SiteId, key: &str, folder: &Path, ahead: i64) -> Command {
    options(registry, site, key, folder); // Writes the key.
    let mut command = Command::new(env!("CARGO_BIN_EXE_stories-reader"));
    command.args(["--ahead", &ahead.to_string()]).args(words);
    command.args(["--screen", "false", "--bell", "false", "--registry", registry]);
    command
        .args(["--site", &site.to_string(), "--key-file"])
        .arg(folder.join("key"));
    command.arg("--data-dir").arg(folder).kill_on_drop(true);
    command
}

/// A reader that takes cards from its standard input.
pub fn start_reader(registry: &str, site: SiteId, key: &str, folder: &Path, ahead: i64) -> Child {
    let mut command = reader_command(&["run", "--source", "lines"], registry, site, key, folder, ahead);
    command.arg("--beep-log").arg(folder.join("beeps"));
    command.stdin(Stdio::piped()).spawn().unwrap()
}

/// Sends a batch as any machine would.
pub async fn post(client: &reqwest::Client, url: &str, key: &str, batch: &TouchBatch) -> reqwest::Result<TouchAnswers> {
    let request = client.post(format!("{url}{}", wire::TOUCHES)).bearer_auth(key).json(batch);
    request.send().await?.error_for_status()?.json().await
}

pub fn batch(world: &World, touches: Vec<TouchItem>) -> TouchBatch {
    TouchBatch {
        sent_at: domain::Clock::now(&world.test.clock),
        sender: None,
        device: None,
        touches,
    }
}

/// Workers of the second-tier company, in the registry and not on the roster.
pub async fn hire(world: &World, count: usize, random: &mut StdRng) -> Vec<Worker> {
    let employer = (world.second.viewer.company_id().unwrap(), "2026-01-01".parse().unwrap());
    let workers: Vec<Worker> = (0..count)
        .map(|_| worker(random, Some(employer), &["01-01".parse().unwrap()]))
        .collect();
    let tx = world.test.app.db().write().await.unwrap();
    insert_workers(&tx, world.test.app.clock().now(), &workers).await.unwrap();
    tx.commit().await.unwrap();
    workers
}

/// Another reader of the site: its key.
pub async fn another_reader(world: &World, name: &str) -> String {
    let tx = world.test.app.db().write().await.unwrap();
    let prime = &world.prime.viewer;
    let site = registry::rooms::site::open(&tx, prime, &world.site.to_string())
        .await
        .unwrap();
    let Ok(reader) = registry::rooms::site::add_reader(&world.test.app, &tx, prime, &site, name).await else {
        panic!("the reader was refused")
    };
    tx.commit().await.unwrap();
    reader.key
}

/// The prime changes the history period of the site, on its page.
pub async fn set_period(world: &World, from: WorkDay, to: WorkDay) {
    let path = world.path("/edit");
    let page = world.page(&world.prime, &path).await;
    let version = page
        .split(r#"name="version" value=""#)
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let (from, to) = (from.to_string(), to.to_string());
    let fields = world.site_form(&[("version", version), ("from", &from), ("to", &to)]);
    let answer = world.test.post(Some(&world.prime), &path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// Waits until something is so.
pub async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    for _ in 0..1_500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {what}");
}

/// Settings of a reader whose files all lie in one folder.
pub fn options(url: &str, site: SiteId, key: &str, folder: &Path) -> Options {
    let key_file = folder.join("key");
    std::fs::write(&key_file, key).unwrap();
    std::fs::set_permissions(&key_file, PermissionsExt::from_mode(0o600)).unwrap();
    Options {
        registry: Some(url.into()),
        site: Some(site),
        key_file: Some(key_file),
        data_dir: Some(folder.into()),
        source: Some(Source::Lines),
        screen: Some(false),
        bell: Some(false),
        beep_log: Some(folder.join("beeps")),
        ..Options::default()
    }
}

/// The lines of a reader's beep log that are whole: beep and item id.
pub fn beeps(folder: &Path) -> Vec<(String, Option<String>)> {
    let log = std::fs::read_to_string(folder.join("beeps")).unwrap_or_default();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    lines
        .map(|line| (text(&line["beep"]).unwrap(), text(&line["item_id"])))
        .collect()
}

/// The whole reader program, in this process because its clock is ours, on a runtime of its own. Ends with this value, without any
/// farewell.
pub struct Device {
    pub folder: tempfile::TempDir,
    options: Options,
    clock: FixedClock,
    runtime: Option<Runtime>,
    /// Numbers go in here.
    input: PipeWriter,
}

impl Device {
    pub fn start(options: impl FnOnce(&Path) -> Options, clock: &FixedClock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path());
        let (runtime, input) = run(&options, clock);
        Self {
            folder,
            options,
            clock: clock.clone(),
            runtime: Some(runtime),
            input,
        }
    }

    /// The power goes and comes back.
    pub fn restart(&mut self) {
        self.stop();
        let (runtime, input) = run(&self.options, &self.clock);
        (self.runtime, self.input) = (Some(runtime), input);
    }

    fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// A worker comes by; what he hears.
    pub async fn hold(&mut self, worker: WorkerId) -> String {
        let before = beeps(self.folder.path()).len();
        writeln!(self.input, "{worker}").unwrap();
        self.beep(before).await
    }

    /// The beep after so many others.
    pub async fn beep(&self, before: usize) -> String {
        until("a beep", async || beeps(self.folder.path()).len() > before).await;
        beeps(self.folder.path()).remove(before).0
    }

    /// Waits until the reader can answer without the registry.
    pub async fn has_roster(&self) {
        let outbox = self.outbox().await;
        let copy = async || outbox.setting::<reader::copy::About>(setting::ROSTER_ABOUT).await.unwrap();
        until("the roster copy", async || copy().await.is_some()).await;
    }

    /// Its outbox, looked into from beside.
    pub async fn outbox(&self) -> Outbox {
        Outbox::open(&self.options.outbox()).await.unwrap()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(options: &Options, clock: &FixedClock) -> (Runtime, PipeWriter) {
    let (output, input) = std::io::pipe().unwrap();
    let (mut options, clock) = (options.clone(), Arc::new(clock.clone()));
    options.input = Some(format!("/proc/self/fd/{}", output.as_raw_fd()).into());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.spawn(async move {
        reader::run::run(&options, clock, rng(1)).await.unwrap();
        drop(output); // Until here the pipe has to be there.
    });
    (runtime, input)
}
