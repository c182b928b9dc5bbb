//! What `cargo metadata` says of our crates and of those we use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;

/// A crate in the tree, ours or another's.
pub struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    /// Where it comes from; `None` for a folder.
    pub source: Option<String>,
    pub manifest: PathBuf,
    pub dependencies: Vec<Dependency>,
    /// Dependencies that its manifest says are used though nothing mentions them.
    pub ignored: Vec<String>,
}

/// A line of a manifest's dependency tables.
pub struct Dependency {
    /// Name of the crate.
    pub name: String,
    /// Name in our sources.
    pub used_as: String,
    pub kind: Kind,
    pub optional: bool,
    pub features: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

/// The whole tree.
pub struct Tree {
    pub packages: Vec<Package>,
    pub target_directory: PathBuf,
    ours: BTreeSet<String>,
    /// Package id → ids it needs to run or to be built, not to be tested.
    needs: BTreeMap<String, Vec<String>>,
}

impl Tree {
    /// Asks cargo, for every platform and feature.
    pub fn load() -> Result<Self> {
        let text = run::output(&mut run::program(
            "cargo",
            &["metadata", "--format-version", "1", "--all-features"],
        ))?;
        let json: Value = serde_json::from_str(&text).context("cargo metadata gave no JSON")?;
        let needs = list(&json["resolve"]["nodes"]).map(|node| {
            let needed = list(&node["deps"]).filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"] != "dev"));
            (text_of(&node["id"]), needed.map(|dep| text_of(&dep["pkg"])).collect())
        });
        Ok(Self {
            packages: list(&json["packages"]).map(package).collect(),
            target_directory: PathBuf::from(text_of(&json["target_directory"])),
            ours: list(&json["workspace_members"]).map(text_of).collect(),
            needs: needs.collect(),
        })
    }

    /// Our crates.
    pub fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| self.ours.contains(&p.id))
    }

    /// Others' crates.
    pub fn others(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| !self.ours.contains(&p.id))
    }

    /// All that a crate pulls in to run or to be built.
    pub fn everything_under(&self, package: &Package) -> Vec<&Package> {
        let mut seen = BTreeSet::new();
        let mut open = vec![&package.id];
        while let Some(id) = open.pop() {
            open.extend(self.needs.get(id).into_iter().flatten().filter(|next| seen.insert(*next)));
        }
        self.packages.iter().filter(|p| seen.contains(&p.id)).collect()
    }
}

fn package(json: &Value) -> Package {
    let some = |value: &Value| value.as_str().map(str::to_owned);
    Package {
        id: text_of(&json["id"]),
        name: text_of(&json["name"]),
        version: text_of(&json["version"]),
        licence: some(&json["license"]),
        source: some(&json["source"]),
        manifest: PathBuf::from(text_of(&json["manifest_path"])),
        dependencies: list(&json["dependencies"]).map(dependency).collect(),
        ignored: list(&json["metadata"]["cargo-machete"]["ignored"]).map(text_of).collect(),
    }
}

fn dependency(json: &Value) -> Dependency {
    let name = text_of(&json["name"]);
    Dependency {
        used_as: json["rename"].as_str().unwrap_or(&name).replace('-', "_"),
        name,
        kind: match json["kind"].as_str() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        },
        optional: json["optional"] == true,
        features: list(&json["features"]).map(text_of).collect(),
    }
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn text_of(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
