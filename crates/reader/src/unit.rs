//! `unit`: what starts the reader with the machine, as text to be put where systemd and polkit look for it.

use std::path::Path;

/// The service as it is kept in the tree, for the small program in its usual place.
const SERVICE: &str = include_str!("../dist/ashiba-reader.service");
const STARTS: &str = "/usr/local/bin/ashiba-reader run";
const DESCRIPTION: &str = "Description=Ashiba card reader\n";
/// Lets the service's user use the card service.
pub const RULES: &str = include_str!("../dist/ashiba-reader.rules");

/// The service for a program at this place, with these settings if they are not the usual ones: of several on one machine each has its
/// own.
#[must_use]
pub fn service(program: &Path, config: Option<&Path>) -> String {
    let mut starts = format!("{}{} run", word(program), subcommand(program));
    let mut description = DESCRIPTION.to_owned();
    if let Some(config) = config {
        starts += &format!(" --config {}", word(config));
        let name = config.file_stem().unwrap_or_default().to_string_lossy().replace('%', "%%");
        description = format!("Description=Ashiba card reader ({name})\n");
    }
    SERVICE.replace(STARTS, &starts).replace(DESCRIPTION, &description)
}

/// What comes between the program and a command of the reader: nothing for the small one; the big one has the reader as a subcommand.
pub(crate) fn subcommand(program: &Path) -> &'static str {
    let small = program.file_stem().is_some_and(|name| name == "ashiba-reader");
    if small { "" } else { " reader" }
}

/// A path as one word of a unit: there `%` begins a placeholder, and what is in double quotes is one word.
fn word(path: &Path) -> String {
    let path = path
        .display()
        .to_string()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%");
    if path.contains(char::is_whitespace) {
        format!("\"{path}\"")
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_the_program_it_was_printed_by() {
        let starts = |path: &str| {
            let text = service(Path::new(path), None);
            let line = text.lines().find_map(|line| line.strip_prefix("ExecStart="));
            line.map(str::to_owned).unwrap()
        };
        assert_eq!(service(Path::new("/usr/local/bin/ashiba-reader"), None), SERVICE);
        let second = service(Path::new("/opt/ashiba"), Some(Path::new("/etc/ashiba/reader-2.toml")));
        assert!(second.contains("ExecStart=/opt/ashiba reader run --config /etc/ashiba/reader-2.toml\n"));
        assert!(second.contains("Description=Ashiba card reader (reader-2)\n"));
        assert_eq!(starts("/opt/ashiba"), "/opt/ashiba reader run");
        assert_eq!(
            starts("/opt/my programs/50%/ashiba-reader"),
            "\"/opt/my programs/50%%/ashiba-reader\" run"
        );
        for hardening in [
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=\n",
            "User=ashiba-reader",
        ] {
            assert!(SERVICE.contains(hardening), "{hardening}");
        }
    }
}
