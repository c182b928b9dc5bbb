//! Words that must not be in the tree: paths of somebody's machine, unfinished work, switched-off tests, odd download hosts.

use std::fs;

use anyhow::Result;

use crate::run;

/// The words, cut in two so that this file does not name them, and why.
const WORDS: [(&str, &str, &str); 6] = [
    ("/wo", "rk/", "a path of one machine"),
    ("/tmp", "/bash", "a path of one machine"),
    ("to", "do!", "unfinished"),
    ("unimplem", "ented!", "unfinished"),
    ("FIX", "ME", "unfinished"),
    ("#[ig", "nore", "a test that does not run"),
];

/// Lock files: lines of this form, and where they may point to.
const LOCKS: [(&str, &str, &str); 2] = [
    (
        "Cargo.lock",
        "source = \"",
        "registry+https://github.com/rust-lang/crates.io-index\"",
    ),
    ("package-lock.json", "\"resolved\": \"", "https://registry.npmjs.org/"),
];

/// Each place in the tracked files.
pub fn check() -> Result<Vec<String>> {
    let listed = run::output(&mut run::program("git", &["ls-files", "-z"]))?;
    let mut found = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let Ok(bytes) = fs::read(run::root().join(name)) else {
            continue; // Deleted and not yet committed.
        };
        let Ok(text) = String::from_utf8(bytes) else {
            continue; // A picture or a font.
        };
        for (number, line) in text.lines().enumerate() {
            if let Some(fault) = fault(name, line) {
                found.push(format!("{name}:{}: {fault}", number + 1));
            }
        }
    }
    Ok(found)
}

fn fault(file: &str, line: &str) -> Option<String> {
    for (start, end, why) in WORDS {
        let word = format!("{start}{end}");
        // A path inside a web address is no path of a machine.
        let alone = |at: usize| {
            !line[..at]
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || "-_".contains(c))
        };
        if line.match_indices(&word).any(|(at, _)| alone(at)) {
            return Some(format!("{word}: {why}"));
        }
    }
    for (lock, form, allowed) in LOCKS {
        if file.ends_with(lock)
            && let Some((_, source)) = line.split_once(form)
            && !source.starts_with(allowed)
        {
            return Some(format!("comes from elsewhere: {}", line.trim()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_hosts() {
        let word = |n: usize| format!("{}{}", WORDS[n].0, WORDS[n].1);
        let cases = [
            ("a.rs", format!("open(\"{}x\")", word(0)), true),
            ("a.md", format!("https://example.jp/a{}", word(0)), false),
            ("a.rs", format!("    {}()", word(2)), true),
            ("a.rs", format!("{}]", word(5)), true),
            ("Cargo.lock", "source = \"git+https://example.jp/x\"".into(), true),
            ("Cargo.lock", format!("source = \"{}", LOCKS[0].2), false),
            (
                "e2e/package-lock.json",
                "\"resolved\": \"https://mirror.example/x.tgz\"".into(),
                true,
            ),
            (
                "e2e/package-lock.json",
                "\"resolved\": \"https://registry.npmjs.org/x.tgz\"".into(),
                false,
            ),
        ];
        for (file, line, wrong) in cases {
            assert_eq!(fault(file, &line).is_some(), wrong, "{file}: {line}");
        }
    }
}
