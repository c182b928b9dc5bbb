//! All that differs between operating systems, in one place. Linux is what this program runs on; macOS is Unix enough for all but the
//! service; on Windows the rights of the folder stand for the mode of a file, and free space is not looked at.

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions, create_dir_all, remove_file, rename};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// Where settings lie, and the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// Settings file.
    pub(crate) config: PathBuf,
    /// Folder of the data.
    pub(crate) data: PathBuf,
}

impl Places {
    /// Those of the machine, for a program that starts with it.
    pub(crate) fn of_machine() -> Self {
        let (config, data) = if cfg!(windows) {
            (r"C:\ProgramData\Ashiba\reader.toml", r"C:\ProgramData\Ashiba\reader")
        } else {
            ("/etc/ashiba/reader.toml", "/var/lib/ashiba-reader")
        };
        Self {
            config: config.into(),
            data: data.into(),
        }
    }

    /// Those that a set-up writes to: the machine's for somebody who may, else his own. On Windows always his own, since the folder for
    /// all programs is open to all people.
    pub(crate) fn to_set_up() -> Option<Self> {
        let machine = Self::of_machine();
        let may_write = |folder: &Path| {
            let probe = folder.join(format!(".ashiba-reader-{}", std::process::id()));
            create_dir_all(folder).and_then(|()| File::create_new(&probe)).is_ok() && remove_file(&probe).is_ok()
        };
        if !cfg!(windows) && machine.config.parent().is_some_and(may_write) {
            return Some(machine);
        }
        Self::of_person()
    }

    /// Those of whoever runs the program; none if he has no folder.
    pub(crate) fn of_person() -> Option<Self> {
        let home = std::env::home_dir().filter(|home| home.is_absolute())?;
        let (config, data) = if cfg!(windows) {
            ("AppData/Local/Ashiba/reader.toml", "AppData/Local/Ashiba/reader")
        } else if cfg!(target_os = "macos") {
            (
                "Library/Application Support/Ashiba/reader.toml",
                "Library/Application Support/Ashiba/reader",
            )
        } else {
            (".config/ashiba/reader.toml", ".local/share/ashiba-reader")
        };
        Some(Self {
            config: home.join(config),
            data: home.join(data),
        })
    }
}

/// Who may read a file that is made, as a mode of Unix. Elsewhere its folder decides.
pub(crate) fn mode(options: &mut OpenOptions, mode: u32) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = mode;
        options
    }
}

/// Takes a file away from everybody but its owner.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
    }
    #[cfg(not(unix))]
    {
        path.metadata().map(|_| ())
    }
}

/// Whether nobody but its owner may read a file, as far as its mode tells.
pub(crate) fn is_private(path: &Path) -> io::Result<bool> {
    let metadata = path.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(metadata.permissions().mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    {
        Ok(metadata.is_file())
    }
}

/// Whether it is a named pipe.
pub(crate) fn is_pipe(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        metadata.file_type().is_fifo()
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// Writes a file that its owner alone may read. Under another name first, synced, then renamed: whatever happens meanwhile, no half
/// file has the right name.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part: OsString = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut file = mode(OpenOptions::new().create(true).write(true).truncate(true), 0o600).open(&part)?;
    // One that was left there may have other rights.
    make_private(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    rename(&part, path)?;
    sync_folder(path)
}

/// Syncs the folder of a file, so that its name lasts. Windows opens no folders; there the name is the file system's business.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Free space of the disc that a folder lies on, in bytes; none where it is not looked at.
pub(crate) fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let free = rustix::fs::statvfs(folder).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
        Some(free.unwrap_or(0))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Shows an address in the browser of whoever sits at the machine, if there is one. Nothing depends on it.
pub(crate) fn open_in_browser(address: &str) {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    if let Err(error) = command.arg(address).spawn() {
        tracing::info!(%error, "no browser could be opened");
    }
}

/// Waits for whatever tells the program to stop: a signal, or Ctrl-C.
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Stop {
    /// From now on.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            signals: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?],
        })
    }

    /// Comes back when the program is told.
    #[cfg(unix)]
    pub(crate) async fn told(&mut self) {
        let [terminate, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }

    /// From the first wait on.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Comes back when the program is told.
    #[cfg(not(unix))]
    pub(crate) async fn told(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_whole_and_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        // Left there by a program that was killed, for everybody to read.
        std::fs::write(dir.path().join("a.part"), "half").unwrap();
        for text in ["one, and long", "two"] {
            write_private(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert!(is_private(&path).unwrap());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(free_space(dir.path()).is_none_or(|free| free > 0));
        assert!(!is_pipe(&path.metadata().unwrap()));
    }
}
