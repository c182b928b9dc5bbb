//! Installs what the tests need and is not there yet: on Debian and its kin by apt-get, elsewhere it says what to install.

use std::fs;

use anyhow::{Result, bail};

use crate::postgres;
use crate::run::{find, passes, program, succeeds};

/// Something the tests need.
struct Need {
    /// Its Debian package.
    package: &'static str,
    /// What it is, for people on other systems.
    what: &'static str,
    present: fn() -> bool,
}

const NEEDS: [Need; 9] = [
    Need {
        package: "postgresql",
        what: "PostgreSQL 14 or later (server: initdb, postgres)",
        present: || postgres::server_program("initdb").is_some(),
    },
    Need {
        package: "chromium",
        what: "Chromium or Chrome",
        present: || chromium().is_some(),
    },
    Need {
        package: "fonts-noto-cjk",
        what: "a Japanese font such as Noto Sans CJK",
        present: || succeeds("sh", &["-c", "fc-list :lang=ja | grep -q ."]),
    },
    Need {
        package: "pkg-config",
        what: "pkg-config",
        present: || find("pkg-config").is_some(),
    },
    Need {
        package: "libpcsclite-dev",
        what: "the PC/SC library with its headers (pcsclite)",
        present: || succeeds("pkg-config", &["--exists", "libpcsclite"]),
    },
    Need {
        package: "pcscd",
        what: "the PC/SC daemon pcscd",
        present: || find("pcscd").is_some(),
    },
    Need {
        package: "vsmartcard-vpcd",
        what: "vpcd, the virtual card reader of the vsmartcard project",
        present: || fs::exists("/usr/lib/pcsc/drivers/serial/libifdvpcd.so").unwrap_or(false),
    },
    Need {
        package: "nodejs",
        what: "Node.js 20 or later",
        present: || find("node").is_some(),
    },
    Need {
        package: "npm",
        what: "npm",
        present: || find("npm").is_some(),
    },
];

/// Chromium under one of its names.
pub fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| find(name))
}

/// Installs what is missing; an error if something still is.
pub fn run() -> Result<()> {
    system_packages()?;
    if !succeeds("cargo", &["nextest", "--version"]) {
        passes(&mut program("cargo", &["install", "--locked", "cargo-nextest"]))?;
    }
    println!("everything the tests need is there");
    Ok(())
}

fn system_packages() -> Result<()> {
    let missing = || NEEDS.iter().filter(|need| !(need.present)());
    let packages: Vec<&str> = missing().map(|need| need.package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        let list: Vec<_> = missing().map(|need| format!("  - {}", need.what)).collect();
        bail!(
            "this system has no apt-get; please install, then start again:\n{}",
            list.join("\n")
        );
    }
    println!("to be installed: {}", packages.join(" "));
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())?;
    let still: Vec<_> = missing().map(|need| need.what).collect();
    if !still.is_empty() {
        bail!("installed, but still not found: {}", still.join("; "));
    }
    Ok(())
}

/// As root, or through sudo.
fn apt_get(arguments: &[&str]) -> Result<()> {
    let quiet = "DEBIAN_FRONTEND=noninteractive";
    let words = [&[quiet, "apt-get"], arguments].concat();
    if succeeds("sh", &["-c", "test \"$(id -u)\" = 0"]) {
        passes(&mut program("env", &words))
    } else {
        passes(&mut program("sudo", &words))
    }
}
