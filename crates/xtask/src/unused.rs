//! Dependencies that no source of a crate mentions. A name in `package.metadata.cargo-machete.ignored` is let pass.

use std::fs;

use anyhow::{Context, Result};

use crate::boundaries::files_under;
use crate::metadata::{Kind, Tree};

/// Each of them.
pub fn check() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in Tree::load()?.ours() {
        let folder = package.manifest.parent().context("a manifest is in a folder")?;
        let mut sources = String::new();
        for file in files_under(folder, "rs")? {
            sources += &fs::read_to_string(file)?;
        }
        // A feature that passes on (`dep/feature`) is a use too.
        let manifest = fs::read_to_string(&package.manifest)?;
        for dependency in package.dependencies.iter().filter(|d| d.kind != Kind::Build) {
            let passed_on = manifest.contains(&format!("\"{}/", dependency.name));
            let own_tests = dependency.name == package.name;
            if !own_tests && !passed_on && !package.ignored.contains(&dependency.name) && !mentions(&sources, &dependency.used_as)
            {
                found.push(format!(
                    "{}: nothing mentions the dependency {}",
                    package.name, dependency.name
                ));
            }
        }
    }
    Ok(found)
}

/// Whether a text has a word, outside of longer words.
fn mentions(text: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        !text[..at].chars().next_back().is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn whole_words_only() {
        assert!(mentions("use serde::Serialize;", "serde"));
        assert!(!mentions("use serde_json::Value;", "serde"));
        assert!(!mentions("myserde::x", "serde"));
    }
}
