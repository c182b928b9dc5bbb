//! For tests that need cards: a `pcscd` with the virtual reader, one test at a time.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PROGRAM: &str = "/usr/sbin/pcscd";
const DRIVER: &str = "/etc/reader.conf.d/vpcd";
const LOCK: &str = "ashiba-virtual-reader.lock";

/// A running `pcscd` with the virtual reader: the machine's own, or one that ends with this value.
#[derive(Debug)]
pub struct Pcscd {
    child: Option<Child>,
    _lock: File,
}

impl Pcscd {
    /// Waits for other tests with cards, then starts `pcscd` if none runs. `Err` says what is missing: such a test is skipped,
    /// or fails where cards are required.
    ///
    /// # Errors
    /// What to install or to do.
    pub fn start() -> Result<Self, String> {
        for needed in [PROGRAM, DRIVER] {
            if !Path::new(needed).exists() {
                return Err(format!("{needed} is missing: install pcscd and vsmartcard-vpcd"));
            }
        }
        let lock = File::create(std::env::temp_dir().join(LOCK)).map_err(|e| e.to_string())?;
        lock.lock().map_err(|e| e.to_string())?;
        let mut this = Self {
            child: None,
            _lock: lock,
        };
        this.ensure()?;
        Ok(this)
    }

    /// Starts the program if nobody listens, and waits for the virtual reader.
    fn ensure(&mut self) -> Result<(), String> {
        if !listens() {
            let mut command = Command::new(PROGRAM);
            command
                .arg("--foreground")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            self.child = Some(command.spawn().map_err(|e| e.to_string())?);
        }
        let until = Instant::now() + Duration::from_secs(10);
        while !listens() {
            if Instant::now() > until {
                return Err("pcscd did not bring up the virtual reader; is this run as root?".into());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// [`Self::start`] for a test: without a virtual reader the test is skipped, or fails if `ASHIBA_REQUIRE_CARD` is set.
    ///
    /// # Panics
    /// If cards are required and cannot be had.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "only tests call this, and the switch is theirs"
    )]
    pub fn start_or_skip() -> Option<Self> {
        match Self::start() {
            Ok(pcscd) => Some(pcscd),
            Err(why) if std::env::var("ASHIBA_REQUIRE_CARD").is_ok() => panic!("cards are required: {why}"),
            Err(why) => {
                println!("skipped: {why}");
                None
            }
        }
    }

    /// Whether this value runs `pcscd` itself and may stop it.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.child.is_some()
    }

    /// Stops our `pcscd` and starts it anew, as an update or a crash would.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn restart(&mut self) -> Result<(), String> {
        self.stop();
        self.ensure()
    }
}

/// Whether vpcd's port is open. Connecting to see would count as a card, so the kernel's table is asked.
fn listens() -> bool {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .any(|table| table.lines().any(|line| line.contains(":8C7B ") && line.contains(" 0A ")))
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.stop();
    }
}
