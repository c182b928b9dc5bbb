//! `unit`: what starts the reader with the machine, as text to be put where systemd and polkit look for it.

use std::path::Path;

/// The service as it is kept in the tree, for the small program in its usual place.
const SERVICE: &str = include_str!("../dist/ashiba-reader.service");
const STARTS: &str = "/usr/local/bin/ashiba-reader run";
/// Lets the service's user use the card service.
pub const RULES: &str = include_str!("../dist/ashiba-reader.rules");

/// The service for a program at this place: the small one, or the big one, which has the reader as a subcommand.
#[must_use]
pub fn service(program: &Path) -> String {
    let small = program.file_stem().is_some_and(|name| name == "ashiba-reader");
    let command = if small { "run" } else { "reader run" };
    // In a unit `%` begins a placeholder, and what is in double quotes is one word.
    let path = program
        .display()
        .to_string()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%");
    let path = if path.contains(char::is_whitespace) {
        format!("\"{path}\"")
    } else {
        path
    };
    SERVICE.replace(STARTS, &format!("{path} {command}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_the_program_it_was_printed_by() {
        let starts = |path: &str| {
            let text = service(Path::new(path));
            let line = text.lines().find_map(|line| line.strip_prefix("ExecStart="));
            line.map(str::to_owned).unwrap()
        };
        assert_eq!(service(Path::new("/usr/local/bin/ashiba-reader")), SERVICE);
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
