//! Licences, sources and banned crates. The lists stand in deny.toml, in the form of cargo-deny, which is run too if it is there.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use spdx::{Expression, ParseMode};
use toml::{Table, Value};

use crate::metadata::Tree;
use crate::run;

/// What deny.toml says, as far as we check it ourselves.
struct Lists {
    /// Licences that are fine for every crate.
    allowed: Vec<String>,
    /// More licences for one crate.
    exceptions: BTreeMap<String, Vec<String>>,
    /// Crates we do without.
    banned: Vec<String>,
    /// Crates of which one version is enough.
    single: Vec<String>,
    /// Registries that crates may come from.
    registries: Vec<String>,
}

/// Everything that deny.toml does not allow.
pub fn check() -> Result<Vec<String>> {
    let lists = Lists::read(&fs::read_to_string(run::root().join("deny.toml"))?)?;
    let tree = Tree::load()?;
    let mut found = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in tree.others() {
        let (name, version) = (package.name.as_str(), package.version.as_str());
        versions.entry(name).or_default().push(version);
        if let Some(fault) = lists.licence_fault(name, package.licence.as_deref()) {
            found.push(format!("{name} {version}: {fault}"));
        }
        if lists.banned.iter().any(|banned| banned == name) {
            found.push(format!("{name} {version}: banned"));
        }
        let source = package.source.as_deref().unwrap_or("a folder outside the project");
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        if !lists.registries.iter().any(|allowed| allowed == registry) {
            found.push(format!("{name} {version}: comes from {source}"));
        }
    }
    for name in &lists.single {
        if let Some(several) = versions.get(name.as_str()).filter(|v| v.len() > 1) {
            found.push(format!("{name}: one version is enough, there are {}", several.join(", ")));
        }
    }
    found.extend(cargo_deny());
    Ok(found)
}

impl Lists {
    fn read(text: &str) -> Result<Self> {
        let table: Table = text.parse().context("deny.toml")?;
        let at = |section: &str, key: &str| {
            table
                .get(section)
                .and_then(|section| section.get(key))
                .and_then(Value::as_array)
        };
        let entries = |section, key| at(section, key).into_iter().flatten();
        let crate_of = |entry: &Value| entry.get("crate").and_then(Value::as_str).map(str::to_owned);
        let only_one = |entry: &&Value| entry.get("deny-multiple-versions") == Some(&Value::Boolean(true));
        let denied = || entries("bans", "deny");
        Ok(Self {
            allowed: texts(at("licenses", "allow")),
            exceptions: entries("licenses", "exceptions")
                .filter_map(|entry| Some((crate_of(entry)?, texts(entry.get("allow").and_then(Value::as_array)))))
                .collect(),
            // One that a named library may bring is cargo-deny's to check; our own manifests never name it.
            banned: denied()
                .filter(|e| !only_one(e) && e.get("wrappers").is_none())
                .filter_map(crate_of)
                .collect(),
            single: denied().filter(only_one).filter_map(crate_of).collect(),
            registries: texts(at("sources", "allow-registry")),
        })
    }

    fn licence_fault(&self, name: &str, licence: Option<&str>) -> Option<String> {
        let Some(licence) = licence else {
            return Some("names no licence".into());
        };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
            return Some(format!("its licence cannot be read: {licence}"));
        };
        let more = self.exceptions.get(name);
        let fine = expression.evaluate(|wanted| {
            let wanted = wanted.to_string();
            let mut allowed = self.allowed.iter().chain(more.into_iter().flatten());
            allowed.any(|allowed| *allowed == wanted)
        });
        (!fine).then(|| format!("its licence is not allowed: {licence}"))
    }
}

fn texts(array: Option<&Vec<Value>>) -> Vec<String> {
    let texts = array.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// What cargo-deny finds, if it is installed: all of it where its list of advisories can be had, else what needs no network.
fn cargo_deny() -> Option<String> {
    if !run::succeeds("cargo", &["deny", "--version"]) {
        println!("cargo-deny is not installed: the list of security advisories is not consulted");
        return None;
    }
    let arguments: &[&str] = if run::succeeds("cargo", &["deny", "fetch", "db"]) {
        &["deny", "check"]
    } else {
        println!("the list of security advisories cannot be had: not consulted");
        &["deny", "--offline", "check", "licenses", "bans", "sources"]
    };
    run::passes(&mut run::program("cargo", arguments))
        .err()
        .map(|error| format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_follow_the_list() {
        let lists = Lists::read(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
            exceptions = [{ crate = "roots", allow = ["CDLA-Permissive-2.0"] }]
            [bans]
            deny = [{ crate = "openssl" }, { crate = "chrono", wrappers = ["a"] }, { crate = "sqlx-core", deny-multiple-versions = true }]
            "#,
        )
        .unwrap();
        let cases = [
            ("a", Some("MIT OR GPL-3.0"), true),
            ("a", Some("MIT/Apache-2.0"), true),
            ("a", Some("MIT AND GPL-3.0"), false),
            ("a", Some("Apache-2.0 WITH LLVM-exception OR GPL-3.0"), true),
            ("a", Some("CDLA-Permissive-2.0"), false),
            ("roots", Some("CDLA-Permissive-2.0"), true),
            ("a", None, false),
        ];
        for (name, licence, fine) in cases {
            assert_eq!(lists.licence_fault(name, licence).is_none(), fine, "{name} {licence:?}");
        }
        assert_eq!(
            (lists.banned, lists.single),
            (vec!["openssl".to_owned()], vec!["sqlx-core".to_owned()])
        );
    }
}
