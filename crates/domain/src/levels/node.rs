//! Reading a TOML text strictly: every table tells what it does not know, everything wrong is told with its line and its place, and
//! nothing stops at the first problem.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::master::{Fault, MasterKind, MasterProblem};
use crate::time::WorkDay;

/// The text and what was found wrong with it.
pub(super) struct Source<'t> {
    text: &'t str,
    kind: MasterKind,
    problems: RefCell<Vec<MasterProblem>>,
}

impl<'t> Source<'t> {
    pub(super) fn new(kind: MasterKind, text: &'t str) -> Self {
        Self {
            text,
            kind,
            problems: RefCell::default(),
        }
    }

    fn line(&self, at: usize) -> u64 {
        let before = self.text.get(..at).unwrap_or_default();
        1 + before.bytes().filter(|b| *b == b'\n').count() as u64
    }

    /// The whole text as a table.
    pub(super) fn parse(&self) -> Option<Spanned<DeTable<'t>>> {
        DeTable::parse(self.text)
            .map_err(|error| {
                let at = error.span().map_or(0, |span| span.start);
                self.report(at, "", "", Fault::NotToml(error.message().to_owned()));
            })
            .ok()
    }

    pub(super) fn report(&self, at: usize, place: &str, found: &str, fault: Fault) {
        self.problems.borrow_mut().push(MasterProblem {
            kind: self.kind,
            line: self.line(at),
            column: place.to_owned(),
            found: found.to_owned(),
            fault,
        });
    }

    pub(super) fn into_problems(self) -> Vec<MasterProblem> {
        self.problems.into_inner()
    }
}

/// A table of the text and where it stands, in words.
pub(super) struct Node<'a, 't> {
    source: &'a Source<'t>,
    table: &'a DeTable<'t>,
    at: usize,
    place: String,
}

/// A text of a list, and where it stands.
pub(super) struct Word<'a> {
    pub(super) at: usize,
    pub(super) text: &'a str,
}

impl<'a, 't> Node<'a, 't> {
    pub(super) fn root(source: &'a Source<'t>, table: &'a Spanned<DeTable<'t>>) -> Self {
        Self {
            source,
            table: table.get_ref(),
            at: 0,
            place: String::new(),
        }
    }

    /// Names the place by what stands in the table.
    pub(super) fn placed(mut self, place: String) -> Self {
        self.place = place;
        self
    }

    fn at_key(&self, key: &str) -> String {
        if self.place.is_empty() {
            key.to_owned()
        } else {
            format!("{}, {key}", self.place)
        }
    }

    /// Says what is wrong with a key (the table as a whole if the key is empty or missing).
    pub(super) fn report(&self, key: &str, found: &str, fault: Fault) {
        let at = self.table.get(key).map_or(self.at, |value| value.span().start);
        let place = if key.is_empty() {
            self.place.clone()
        } else {
            self.at_key(key)
        };
        self.source.report(at, &place, found, fault);
    }

    /// The same for one word of a list.
    pub(super) fn report_at(&self, at: usize, key: &str, found: &str, fault: Fault) {
        self.source.report(at, &self.at_key(key), found, fault);
    }

    /// Says which keys nobody reads: a slip in a name would otherwise lose a rule silently.
    pub(super) fn only(&self, known: &[&str]) {
        for (key, _) in self.table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let Range { start, .. } = key.span();
            let fault = Fault::ColumnUnknown(known.join(", "));
            self.source.report(start, &self.at_key(key.get_ref()), "", fault);
        }
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn read<V>(&self, key: &str, form: &'static str, take: impl FnOnce(&'a DeValue<'t>) -> Option<V>) -> Option<V> {
        let value = take(self.value(key)?.get_ref());
        if value.is_none() {
            self.report(key, "", Fault::Form(form));
        }
        value
    }

    fn needed<V>(&self, key: &str, value: Option<V>) -> Option<V> {
        if !self.has(key) {
            self.report(key, "", Fault::KeyMissing);
        }
        value
    }

    /// A text that may be missing.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.read(key, "a text", |value| value.as_str().filter(|text| !text.trim().is_empty()))
    }

    /// A text that must be there.
    pub(super) fn needed_text(&self, key: &str) -> &'a str {
        self.needed(key, self.text(key)).unwrap_or_default()
    }

    /// `true` or `false`, which must be there.
    pub(super) fn flag(&self, key: &str) -> bool {
        let flag = self.read(key, "true or false", DeValue::as_bool);
        self.needed(key, flag).unwrap_or_default()
    }

    /// A whole number that may be missing.
    pub(super) fn whole(&self, key: &str, least: u32, most: u32) -> Option<u32> {
        let number = self.read(key, "a whole number", |value| match value {
            DeValue::Integer(number) => Some(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX)),
            _ => None,
        })?;
        let fits = u32::try_from(number).ok().filter(|n| (least..=most).contains(n));
        if fits.is_none() {
            self.report(key, &number.to_string(), Fault::Range(least.into(), most.into()));
        }
        fits
    }

    pub(super) fn needed_whole(&self, key: &str, least: u32, most: u32) -> u32 {
        let number = self.whole(key, least, most);
        self.needed(key, number).unwrap_or(least)
    }

    /// A day written as 2020-10-01, with or without quotes.
    pub(super) fn day(&self, key: &str) -> Option<WorkDay> {
        self.read(key, "a day written as 2020-10-01", |value| match value {
            DeValue::Datetime(day) => day.to_string().parse().ok(),
            DeValue::String(day) => day.parse().ok(),
            _ => None,
        })
    }

    pub(super) fn needed_day(&self, key: &str) -> Option<WorkDay> {
        self.needed(key, self.day(key))
    }

    /// A list of texts; none if the key is missing.
    pub(super) fn words(&self, key: &str) -> Vec<Word<'a>> {
        let lists = self.lists(key);
        for list in lists.iter().filter(|list| list.len() > 1) {
            if let Some(first) = list.first() {
                self.report_at(first.at, key, first.text, Fault::Form("a list of texts"));
            }
        }
        lists.into_iter().flatten().collect()
    }

    /// A list of texts and of lists of texts.
    pub(super) fn lists(&self, key: &str) -> Vec<Vec<Word<'a>>> {
        let array = self.read(key, "a list", DeValue::as_array);
        array
            .into_iter()
            .flatten()
            .map(|value| self.word_or_words(key, value))
            .collect()
    }

    fn word_or_words(&self, key: &str, value: &'a Spanned<DeValue<'t>>) -> Vec<Word<'a>> {
        let at = value.span().start;
        let word = |at, value: &'a DeValue<'t>| value.as_str().map(|text| Word { at, text });
        let words: Option<Vec<Word<'a>>> = match value.get_ref() {
            DeValue::Array(inner) if !inner.is_empty() => inner.iter().map(|v| word(v.span().start, v.get_ref())).collect(),
            single => word(at, single).map(|word| vec![word]),
        };
        words.unwrap_or_else(|| {
            self.report_at(at, key, "", Fault::Form("texts, or lists of texts"));
            Vec::new()
        })
    }

    /// A table beneath this one.
    pub(super) fn table(&self, key: &str) -> Option<Node<'a, 't>> {
        let table = self.read(key, "a table", DeValue::as_table)?;
        let at = self.value(key).map_or(self.at, |value| value.span().start);
        Some(self.beneath(table, at, self.at_key(key)))
    }

    /// The tables of a list; none if the key is missing.
    pub(super) fn tables(&self, key: &str) -> Vec<Node<'a, 't>> {
        let array: Option<&'a DeArray<'t>> = self.read(key, "a list of tables", DeValue::as_array);
        let mut tables = Vec::new();
        for (n, value) in array.into_iter().flatten().enumerate() {
            match value.get_ref().as_table() {
                Some(table) => tables.push(self.beneath(table, value.span().start, format!("{} {}", self.at_key(key), n + 1))),
                None => self.report_at(value.span().start, key, "", Fault::Form("a list of tables")),
            }
        }
        tables
    }

    fn beneath(&self, table: &'a DeTable<'t>, at: usize, place: String) -> Node<'a, 't> {
        Node {
            source: self.source,
            table,
            at,
            place,
        }
    }
}
