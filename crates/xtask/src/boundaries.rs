//! Who may depend on whom, and which modules a room keeps to itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::metadata::{Dependency, Kind, Package, Tree};
use crate::run;

/// What one of our crates may use.
struct Rule {
    name: &'static str,
    /// Our crates it may use.
    ours: &'static [&'static str],
    /// Others' crates that nothing under it may pull in.
    never: &'static [&'static str],
}

const DATABASE: &[&str] = &["sqlx", "sqlx-core", "sea-orm", "sea-orm-migration", "rusqlite"];
const WEB: &[&str] = &["axum", "hyper", "askama", "tower-http"];
const PURE: &[&str] = &[
    "tokio",
    "mio",
    "sqlx",
    "sqlx-core",
    "sea-orm",
    "rusqlite",
    "axum",
    "hyper",
    "reqwest",
    "rustls",
    "clap",
    "rand",
];

/// The house: a crate that is not here must be put here first.
const RULES: &[Rule] = &[
    rule("domain", &[], PURE),
    rule("wire", &["domain"], PURE),
    rule("store", &["domain"], WEB),
    rule("web", &["domain"], DATABASE),
    rule("registry", &["domain", "wire", "store", "web"], &[]),
    rule("site", &["domain", "wire", "store", "web"], &[]),
    rule("reader", &["domain", "wire", "store"], &["askama", "sea-orm"]),
    rule("testkit", &["domain", "store"], WEB),
    rule("bench", &["domain", "wire", "store", "web", "registry"], &[]),
    rule(
        "ashiba",
        &["domain", "wire", "store", "web", "registry", "site", "reader", "bench"],
        &[],
    ),
    rule(
        "stories",
        &[
            "domain", "wire", "store", "web", "registry", "site", "reader", "testkit", "ashiba",
        ],
        &[],
    ),
    rule("xtask", &[], PURE),
];

const fn rule(name: &'static str, ours: &'static [&'static str], never: &'static [&'static str]) -> Rule {
    Rule { name, ours, never }
}

/// Programs that meet only through `wire`: not even their tests use each other.
const STRANGERS: [&str; 3] = ["registry", "site", "reader"];

/// Modules of a room that nobody else may name: its SQL and its rows.
const PRIVATE: [&str; 3] = ["queries", "rows", "entities"];

/// What the binary, built without further features, must not contain: a library that a fresh machine lacks (a build with card
/// readers is asked for by a feature), and what is for tests.
const NOT_IN_BINARY: [&str; 2] = ["pcsc-sys", "ashiba-testkit"];

/// Everything that crosses a boundary.
pub fn check() -> Result<Vec<String>> {
    let tree = Tree::load()?;
    let mut found = Vec::new();
    for package in tree.ours() {
        let Some(rule) = RULES.iter().find(|rule| rule.name == short(&package.name)) else {
            found.push(format!(
                "{}: not in the table of crates/xtask/src/boundaries.rs",
                package.name
            ));
            continue;
        };
        found.extend(package.dependencies.iter().filter_map(|d| crosses(rule, package, d)));
        for other in tree.everything_under(package) {
            if rule.never.contains(&other.name.as_str()) {
                found.push(format!("{}: pulls in {}, which it must do without", rule.name, other.name));
            }
        }
    }
    let binary = ["tree", "--package", "ashiba", "--edges", "normal,build", "--prefix", "none"];
    let names = run::output(&mut run::program("cargo", &binary))?;
    for name in NOT_IN_BINARY {
        if names.split_whitespace().any(|word| word == name) {
            found.push(format!("ashiba: contains {name} when built without features"));
        }
    }
    for server in ["registry", "site"] {
        found.extend(rooms(&run::root().join("crates").join(server).join("src"))?);
    }
    Ok(found)
}

fn short(name: &str) -> &str {
    name.strip_prefix("ashiba-").unwrap_or(name)
}

/// What is wrong with one line of a manifest.
fn crosses(rule: &Rule, package: &Package, dependency: &Dependency) -> Option<String> {
    let used = short(&dependency.name);
    let is_ours = RULES.iter().any(|rule| rule.name == used) && (used != dependency.name || used == "ashiba");
    if !is_ours || dependency.name == package.name {
        return None; // A crate may use itself in its tests, with features of its own.
    }
    let test_only = dependency.kind == Kind::Dev;
    if STRANGERS.contains(&rule.name) && STRANGERS.contains(&used) {
        return Some(format!(
            "{}: must never meet {used}, not even in tests; crates/stories may drive both",
            rule.name
        ));
    }
    if used == "testkit" && !test_only && !dependency.optional {
        return Some(format!(
            "{}: testkit is for tests: a dev-dependency, or optional behind a feature `testing`",
            rule.name
        ));
    }
    if !test_only && dependency.features.iter().any(|feature| feature == "testing") {
        return Some(format!(
            "{}: turns on the feature `testing` of {used} outside tests",
            rule.name
        ));
    }
    if test_only || used == "testkit" || rule.ours.contains(&used) {
        return None;
    }
    Some(format!(
        "{}: may not depend on {used}; allowed: {}",
        rule.name,
        rule.ours.join(", ")
    ))
}

/// Rooms whose private modules are shown to others, or looked into by others.
fn rooms(sources: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let rooms: Vec<PathBuf> = folder(&sources.join("rooms"))?.into_iter().filter(|p| p.is_dir()).collect();
    let files = files_under(sources, "rs")?;
    for room in &rooms {
        let name = room.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in &files {
            let text = fs::read_to_string(file)?;
            let inside = file.starts_with(room);
            for (number, line) in text.lines().enumerate() {
                if let Some(what) = breaks(&name, inside, line) {
                    let file = file.strip_prefix(run::root()).unwrap_or(file).display();
                    found.push(format!("{file}:{}: {what}", number + 1));
                }
            }
        }
    }
    Ok(found)
}

/// What is wrong with one line of a file inside or outside a room.
fn breaks(room: &str, inside: bool, line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with("//") {
        return None;
    }
    for module in PRIVATE {
        if inside && line.starts_with("pub") {
            let shown = [
                format!(" mod {module}"),
                format!(" use {module}"),
                format!(" use self::{module}"),
            ];
            if shown.iter().any(|words| line.contains(words)) {
                return Some(format!("the room {room} shows its `{module}`; they are its own"));
            }
        }
        if !inside && names(line, &format!("{room}::{module}")) {
            return Some(format!("looks into the `{module}` of the room {room}; call its use cases"));
        }
    }
    None
}

/// Whether a line names a path, as whole words.
fn names(line: &str, path: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(path).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + path.len()..]);
        !is_word(before.chars().next_back()) && !is_word(after.chars().next())
    })
}

/// What is in a folder, sorted; nothing if there is no such folder.
pub fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// All files with an ending under a folder.
pub fn files_under(path: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in folder(path)? {
        if entry.is_dir() {
            files.extend(files_under(&entry, ending)?);
        } else if entry.extension().is_some_and(|e| e == ending) {
            files.push(entry);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Package {
        Package {
            id: name.into(),
            name: format!("ashiba-{name}"),
            version: "0.1.0".into(),
            licence: None,
            source: None,
            manifest: PathBuf::new(),
            dependencies: Vec::new(),
            ignored: Vec::new(),
        }
    }

    fn line(from: &str, to: &str, kind: Kind, optional: bool, features: &[&str]) -> bool {
        let rule = RULES.iter().find(|rule| rule.name == from).unwrap();
        let dependency = Dependency {
            name: to.into(),
            used_as: to.into(),
            kind,
            optional,
            features: features.iter().map(ToString::to_string).collect(),
        };
        crosses(rule, &package(from), &dependency).is_some()
    }

    #[test]
    fn the_table_is_held() {
        use Kind::{Dev, Normal};
        let cases = [
            ("wire", "ashiba-domain", Normal, false, false),
            ("domain", "ashiba-wire", Normal, false, true),
            ("store", "ashiba-web", Normal, false, true),
            ("registry", "ashiba-reader", Normal, false, true),
            ("registry", "ashiba-reader", Dev, false, true),
            ("reader", "ashiba-registry", Dev, false, true),
            ("stories", "ashiba-reader", Dev, false, false),
            ("registry", "ashiba-testkit", Dev, false, false),
            ("registry", "ashiba-testkit", Normal, true, false),
            ("registry", "ashiba-testkit", Normal, false, true),
            ("registry", "ashiba-registry", Dev, false, false),
            ("domain", "serde", Normal, false, false),
        ];
        for (from, to, kind, optional, wrong) in cases {
            assert_eq!(
                line(from, to, kind, optional, &[]),
                wrong,
                "{from} -> {to} {kind:?} optional {optional}"
            );
        }
        assert!(line("ashiba", "ashiba-registry", Normal, false, &["testing"]));
        assert!(!line("stories", "ashiba-registry", Dev, false, &["testing"]));
    }

    #[test]
    fn rooms_keep_their_tables() {
        let cases = [
            (true, "mod queries;", false),
            (true, "pub mod queries;", true),
            (true, "pub(crate) mod rows;", true),
            (true, "pub(super) use queries::find_site;", true),
            (true, "use super::queries;", false),
            (false, "use crate::rooms::history::queries::days;", true),
            (false, "super::history::rows::Day", true),
            (false, "// not history::rows", false),
            (false, "use crate::rooms::site_history::queries_of;", false),
            (false, "history::calendar::month(tx)", false),
        ];
        for (inside, text, wrong) in cases {
            assert_eq!(breaks("history", inside, text).is_some(), wrong, "{text}");
        }
    }
}
