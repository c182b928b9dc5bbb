//! What was typed, and what is wrong with it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The fields of a registration by name: `name_kana`, and for lists `trade.0.code`. Empty ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a field; an empty text if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a field has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Whether a field says yes.
    #[must_use]
    pub fn yes(&self, name: &str) -> bool {
        self.get(name) == "yes"
    }

    /// Sets a field; an empty value takes it out.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            self.0.remove(&name);
        } else {
            self.0.insert(name, value);
        }
    }

    /// All fields in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The numbers under which a list has entries: `trade.0.code` and `trade.2.code` give 0 and 2.
    #[must_use]
    pub fn entries(&self, list: &str) -> Vec<usize> {
        let numbers: BTreeSet<usize> = self
            .0
            .keys()
            .filter_map(|name| name.strip_prefix(list)?.strip_prefix('.')?.split_once('.')?.0.parse().ok())
            .collect();
        numbers.into_iter().collect()
    }

    /// Takes an entry out of a list; those behind it move up.
    pub fn remove_entry(&mut self, list: &str, number: usize) {
        let old = std::mem::take(&mut self.0);
        for (name, value) in old {
            let place = name
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(|rest| {
                    let (entry, part) = rest.split_once('.')?;
                    Some((entry.parse::<usize>().ok()?, part.to_owned()))
                });
            match place {
                Some((entry, _)) if entry == number => {}
                Some((entry, part)) if entry > number => {
                    self.0.insert(format!("{list}.{}.{part}", entry - 1), value);
                }
                _ => {
                    self.0.insert(name, value);
                }
            }
        }
    }

    /// Names of the fields in which two differ.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        names
            .into_iter()
            .filter(|name| self.get(name) != other.get(name))
            .cloned()
            .collect()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        for (name, value) in pairs {
            fields.set(name, value);
        }
        fields
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field.
    pub field: String,
    /// Key of the sentence; also the stable code for machines.
    pub key: String,
    /// Values of the sentence.
    pub args: Vec<(String, String)>,
}

/// Everything that is wrong, in the order of the form; of each field only the first fault is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Nothing wrong.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, key: &str) {
        self.add_with(field, key, &[]);
    }

    /// Notes a fault whose sentence has values.
    pub fn add_with(&mut self, field: impl Into<String>, key: &str, args: &[(&str, String)]) {
        let field = field.into();
        if self.0.iter().all(|fault| fault.field != field) {
            self.0.push(Fault {
                field,
                key: key.to_owned(),
                args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            });
        }
    }

    /// Takes over a fault that was found elsewhere.
    pub fn copy(&mut self, fault: &Fault) {
        if self.of(&fault.field).is_none() {
            self.0.push(fault.clone());
        }
    }

    /// The same without the faults of some fields.
    #[must_use]
    pub fn without(self, fields: &[&str]) -> Self {
        Self(
            self.0
                .into_iter()
                .filter(|fault| !fields.contains(&fault.field.as_str()))
                .collect(),
        )
    }

    /// Is nothing wrong?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All faults.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// The fault of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Fault> {
        self.0.iter().find(|fault| fault.field == field)
    }

    /// The key of a field's fault, for tests and machines.
    #[must_use]
    pub fn key(&self, field: &str) -> Option<&str> {
        self.of(field).map(|fault| fault.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_list_move_up() {
        let mut fields: Fields = [
            ("trade.0.code", "01-01"),
            ("trade.1.code", "02-01"),
            ("trade.1.text", "x"),
            ("trade.10.code", "03-01"),
            ("trader", "no"),
        ]
        .into_iter()
        .collect();
        assert_eq!(fields.entries("trade"), [0, 1, 10]);
        fields.remove_entry("trade", 0);
        assert_eq!(fields.entries("trade"), [0, 9]);
        assert_eq!(fields.get("trade.0.text"), "x");
        assert_eq!(fields.get("trader"), "no");
    }

    #[test]
    fn an_empty_value_is_no_value() {
        let mut fields: Fields = [("a", "1"), ("b", "")].into_iter().collect();
        assert!(!fields.has("b"));
        let before = fields.clone();
        fields.set("a", "");
        assert_eq!(fields, Fields::new());
        assert_eq!(before.differences(&fields), ["a"]);
    }
}
