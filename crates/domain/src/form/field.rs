//! A form as a table of fields.

use std::collections::BTreeSet;

use super::kind::Kind;
use super::{Context, Faults, Fields};

/// When a field must be filled.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// Always.
    Always,
    /// May stay empty.
    Optional,
    /// Asked for, and needed, only if this holds. Otherwise the field is not shown and not kept.
    When(fn(&Fields) -> bool),
    /// Shown only if this holds, and may stay empty.
    OptionalWhen(fn(&Fields) -> bool),
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name; in a list, the part behind the number.
    pub name: &'static str,
    /// What belongs in it.
    pub kind: Kind,
    /// When it is needed.
    pub need: Need,
    /// Most characters.
    pub most: usize,
    /// May it be changed after registration? (birth date and photo may not: registry rule book 2.3)
    pub fixed: bool,
}

impl Field {
    /// A field that may stay empty.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, most: usize) -> Self {
        Self {
            name,
            kind,
            need: Need::Optional,
            most,
            fixed: false,
        }
    }

    /// A field that must be filled.
    #[must_use]
    pub const fn needed(name: &'static str, kind: Kind, most: usize) -> Self {
        Self {
            need: Need::Always,
            ..Self::new(name, kind, most)
        }
    }

    /// Needed, and shown, only if this holds.
    #[must_use]
    pub const fn when(mut self, holds: fn(&Fields) -> bool) -> Self {
        self.need = match self.need {
            Need::Optional | Need::OptionalWhen(_) => Need::OptionalWhen(holds),
            Need::Always | Need::When(_) => Need::When(holds),
        };
        self
    }

    /// Never changed once registered.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Is it asked for, given the other fields?
    #[must_use]
    pub fn asked(&self, fields: &Fields) -> bool {
        match self.need {
            Need::Always | Need::Optional => true,
            Need::When(holds) | Need::OptionalWhen(holds) => holds(fields),
        }
    }

    /// Must it be filled, given the other fields?
    #[must_use]
    pub fn must(&self, fields: &Fields) -> bool {
        match self.need {
            Need::Always => true,
            Need::When(holds) => holds(fields),
            Need::Optional | Need::OptionalWhen(_) => false,
        }
    }
}

/// Fields that belong together: one step of the form.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Its name; for a list, the first part of its fields' names.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// A list: how many entries at least and at most.
    pub list: Option<(usize, usize)>,
    /// Is the step asked for, given the other fields?
    pub asked: fn(&Fields) -> bool,
    /// The form whose texts it is written in, if several forms share the step; none: its own form's.
    pub texts: Option<&'static str>,
}

impl Group {
    /// A step with each field once.
    #[must_use]
    pub const fn once(name: &'static str, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            list: None,
            asked: |_| true,
            texts: None,
        }
    }

    /// A step with a list of entries.
    #[must_use]
    pub const fn list(name: &'static str, least: usize, most: usize, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            list: Some((least, most)),
            asked: |_| true,
            texts: None,
        }
    }

    /// Asked only if this holds.
    #[must_use]
    pub const fn when(mut self, holds: fn(&Fields) -> bool) -> Self {
        self.asked = holds;
        self
    }

    /// Written in the texts of the form of this name.
    #[must_use]
    pub const fn texts_of(mut self, form: &'static str) -> Self {
        self.texts = Some(form);
        self
    }

    /// The full name of a field of this group, in entry `number` if it is a list.
    #[must_use]
    pub fn full_name(&self, field: &Field, number: usize) -> String {
        match self.list {
            Some(_) => format!("{}.{number}.{}", self.name, field.name),
            None => field.name.to_owned(),
        }
    }

    /// All fields with their full names as far as they are asked for. A list with too few entries shows as many as it needs.
    #[must_use]
    pub fn shown(&self, fields: &Fields) -> Vec<(usize, String, &'static Field)> {
        let entries = match self.list {
            Some((least, _)) => {
                let count = fields.entries(self.name).last().map_or(0, |last| last + 1).max(least);
                (0..count).collect()
            }
            None => vec![0],
        };
        entries
            .into_iter()
            .flat_map(|number| {
                let of_entry = self.entry(fields, number);
                self.fields
                    .iter()
                    .filter(move |field| field.asked(&of_entry))
                    .map(move |field| (number, self.full_name(field, number), field))
            })
            .collect()
    }

    /// The fields as a condition of this group sees them: in a list, the parts of the entry by their short names.
    fn entry(&self, fields: &Fields, number: usize) -> Fields {
        let mut seen = fields.clone();
        if self.list.is_some() {
            for field in self.fields {
                seen.set(field.name, fields.get(&self.full_name(field, number)));
            }
        }
        seen
    }
}

/// A whole form.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// First part of its translation keys: `company` or `worker`.
    pub name: &'static str,
    /// Its steps.
    pub groups: &'static [Group],
    /// Rules between fields.
    pub rules: fn(&Fields, Context<'_>, &mut Faults),
}

impl Form {
    /// The steps asked for, given what was filled in so far.
    pub fn steps(&self, fields: &Fields) -> impl Iterator<Item = &'static Group> {
        let fields = fields.clone();
        self.groups.iter().filter(move |group| (group.asked)(&fields))
    }

    /// The step of a name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// Group and field of a full name such as `trade.3.code`.
    #[must_use]
    pub fn find(&self, full: &str) -> Option<(&'static Group, &'static Field)> {
        self.groups.iter().find_map(|group| {
            let part = match group.list {
                Some(_) => {
                    let (number, part) = full.strip_prefix(group.name)?.strip_prefix('.')?.split_once('.')?;
                    number.parse::<usize>().ok()?;
                    part
                }
                None => full,
            };
            let field = group.fields.iter().find(|field| field.name == part)?;
            Some((group, field))
        })
    }

    /// What was typed, brought into the form in which it is kept: harmless differences of writing (width, spaces, hiragana for katakana)
    /// are levelled; fields that the form does not have are dropped.
    #[must_use]
    pub fn normalised(&self, typed: &Fields) -> Fields {
        typed
            .iter()
            .filter_map(|(name, value)| {
                let (_, field) = self.find(name)?;
                Some((name.to_owned(), field.kind.normalised(value)))
            })
            .collect()
    }

    /// The fields without those that are not asked for (an answer that was taken back must not linger).
    #[must_use]
    pub fn pruned(&self, fields: &Fields) -> Fields {
        self.steps(fields)
            .flat_map(|group| group.shown(fields))
            .map(|(_, name, _)| {
                let value = fields.get(&name).to_owned();
                (name, value)
            })
            .collect()
    }

    /// All that is wrong with one step.
    #[must_use]
    pub fn check_group(&self, group: &Group, fields: &Fields, context: Context<'_>) -> Faults {
        let mut faults = Faults::new();
        check_fields(group, fields, context, &mut faults);
        let mut all = Faults::new();
        (self.rules)(fields, context, &mut all);
        for fault in all.all() {
            if self.find(&fault.field).is_some_and(|(of, _)| of.name == group.name) {
                let args: Vec<(&str, String)> = fault.args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
                faults.add_with(fault.field.clone(), &fault.key, &args);
            }
        }
        faults
    }

    /// What is wrong with a registration that was made elsewhere or long ago. What is there must fit its field; what is asked for today may
    /// be missing, but for `needed`.
    #[must_use]
    pub fn check_held(&self, fields: &Fields, needed: &[&str], context: Context<'_>) -> Faults {
        let mut faults = Faults::new();
        for name in needed.iter().filter(|name| !fields.has(name)) {
            faults.add(*name, "field-needed");
        }
        for (name, value) in fields.iter() {
            let Some((group, field)) = self.find(name) else {
                faults.add(name, "field-unknown");
                continue;
            };
            let number = name.split('.').nth(1).and_then(|number| number.parse::<usize>().ok());
            if let (Some((_, most)), Some(number)) = (group.list, number)
                && number >= most
            {
                faults.add_with(name, "field-too-many", &[("most", most.to_string())]);
            } else {
                check_value(name.to_owned(), field, value, context, &mut faults);
            }
        }
        faults
    }

    /// All names of fields that these registrations have, in the order of the form; entries of a list one after the other.
    #[must_use]
    pub fn names_in<'a>(&self, of: impl Iterator<Item = &'a Fields>) -> Vec<String> {
        let mut there: BTreeSet<&str> = BTreeSet::new();
        for fields in of {
            there.extend(fields.iter().map(|(name, _)| name));
        }
        let place = |name: &str| {
            let (group, field) = self.find(name)?;
            let group_place = self.groups.iter().position(|of| of.name == group.name)?;
            let field_place = group.fields.iter().position(|of| of.name == field.name)?;
            let number = group.list.and_then(|_| name.split('.').nth(1)?.parse::<usize>().ok());
            Some((group_place, number.unwrap_or(0), field_place))
        };
        let mut names: Vec<String> = there.into_iter().map(ToOwned::to_owned).collect();
        // What today's form no longer has stands last.
        names.sort_by_key(|name| place(name).unwrap_or((usize::MAX, 0, 0)));
        names
    }

    /// All that is wrong.
    #[must_use]
    pub fn check(&self, fields: &Fields, context: Context<'_>) -> Faults {
        let mut faults = Faults::new();
        for group in self.steps(fields) {
            check_fields(group, fields, context, &mut faults);
        }
        (self.rules)(fields, context, &mut faults);
        faults
    }
}

fn check_fields(group: &Group, fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    if let Some((_, most)) = group.list
        && let Some(beyond) = fields.entries(group.name).into_iter().find(|number| *number >= most)
        && let Some(first) = group.fields.first()
    {
        faults.add_with(
            group.full_name(first, beyond),
            "field-too-many",
            &[("most", most.to_string())],
        );
    }
    for (number, name, field) in group.shown(fields) {
        let value = fields.get(&name);
        if value.is_empty() {
            if field.must(&group.entry(fields, number)) {
                faults.add(name, "field-needed");
            }
        } else {
            check_value(name, field, value, context, faults);
        }
    }
}

fn check_value(name: String, field: &Field, value: &str, context: Context<'_>, faults: &mut Faults) {
    if value.chars().count() > field.most {
        faults.add_with(name, "field-too-long", &[("most", field.most.to_string())]);
    } else if let Err((key, args)) = field.kind.check(value, context) {
        let args: Vec<(&str, String)> = args.iter().map(|(n, v)| (*n, v.clone())).collect();
        faults.add_with(name, key, &args);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;
    use crate::registration::worker;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn what_is_held_is_checked_and_nothing_more_is_asked() {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let long = "あ".repeat(41);
        let cases: &[(Pairs<'_>, Pairs<'_>)] = &[
            (&[("family_name", "架空"), ("birth_day", "1990-04-01")], &[]),
            (&[("family_name", "架空")], &[("birth_day", "field-needed")]),
            (
                &[("family_name", &long), ("birth_day", "1990-13-01")],
                &[("birth_day", "field-no-day"), ("family_name", "field-too-long")],
            ),
            (
                &[
                    ("family_name", "架空"),
                    ("birth_day", "1990-04-01"),
                    ("shoe_size", "27"),
                    ("trade.0.size", "1"),
                ],
                &[("shoe_size", "field-unknown"), ("trade.0.size", "field-unknown")],
            ),
            (
                &[
                    ("family_name", "架空"),
                    ("birth_day", "1990-04-01"),
                    ("trade.20.code", "01-01"),
                ],
                &[("trade.20.code", "field-too-many")],
            ),
        ];
        for (held, expected) in cases {
            let fields: Fields = held.iter().copied().collect();
            let faults = worker::FORM.check_held(&fields, &["family_name", "birth_day"], context);
            let seen: Vec<(&str, &str)> = faults.all().iter().map(|f| (f.field.as_str(), f.key.as_str())).collect();
            assert_eq!(seen, *expected, "{held:?}");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_the_form() {
        let one: Fields = [
            ("trade.10.code", "x"),
            ("trade.2.code", "x"),
            ("old", "x"),
            ("family_name", "x"),
        ]
        .into_iter()
        .collect();
        let other: Fields = [("trade.2.since", "x"), ("registration", "x")].into_iter().collect();
        let names = worker::FORM.names_in([&one, &other].into_iter());
        assert_eq!(
            names,
            [
                "registration",
                "family_name",
                "trade.2.code",
                "trade.2.since",
                "trade.10.code",
                "old"
            ]
        );
    }
}
