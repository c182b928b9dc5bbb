//! The fields of a form as a page shows them: to write in, or to read. Applications and sites use it.

use std::collections::BTreeMap;

use domain::form::{Fault, Faults, Field, Fields, Form, Group, Kind, PaperUse};
use domain::{CompanyId, Masters, TradeCode, WorkDay};
use web::{T, Value};

use super::stored::{Application, Correction, Mark};
use crate::rooms::roster;

/// How a field is written in.
#[derive(Debug, Clone)]
pub(crate) enum Widget {
    /// One line: `type`, `inputmode`, `pattern` (empty: none).
    Line {
        kind: &'static str,
        mode: &'static str,
        pattern: &'static str,
    },
    /// Several lines.
    Long,
    /// One of many.
    Select(Vec<(String, String)>),
    /// One of few.
    Radio(Vec<(String, String)>),
    /// Any of many; the last says whether it is ticked.
    Checks(Vec<(String, String, bool)>),
    /// A sentence to agree to.
    Tick,
    /// An uploaded paper; `photo`: the photo of the card.
    Paper { photo: bool },
}

/// A field.
#[derive(Debug, Clone)]
pub(crate) struct FieldView {
    /// Its full name.
    pub(crate) name: String,
    pub(crate) label: String,
    /// What helps to fill it in; may be empty.
    pub(crate) hint: String,
    /// As kept.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) shown: String,
    /// What is wrong; empty if nothing.
    pub(crate) error: String,
    /// What the reviewer marked; empty if nothing.
    pub(crate) mark: String,
    /// What the reviewer corrected.
    pub(crate) correction: Option<Correction>,
    /// What is registered now, where it differs (changes only).
    pub(crate) before: Option<String>,
    pub(crate) must: bool,
    /// May not be changed any more.
    pub(crate) fixed: bool,
    pub(crate) most: usize,
    pub(crate) widget: Widget,
}

impl FieldView {
    /// IDs of the elements that describe it, for `aria-describedby`.
    pub(crate) fn described(&self) -> String {
        let parts = [
            ("h", self.hint.is_empty()),
            ("m", self.mark.is_empty()),
            ("e", self.error.is_empty()),
        ];
        let ids: Vec<String> = parts
            .iter()
            .filter(|(_, empty)| !empty)
            .map(|(part, _)| format!("{part}-{}", self.name))
            .collect();
        ids.join(" ")
    }

    /// Is there anything to read of it?
    pub(crate) fn is_told(&self) -> bool {
        !self.shown.is_empty() || self.must || !self.error.is_empty() || self.before.is_some()
    }

    /// Is it a paper that was handed in?
    pub(crate) fn is_paper(&self) -> bool {
        matches!(self.widget, Widget::Paper { .. })
    }

    /// Is it the photo of the card?
    pub(crate) fn is_photo(&self) -> bool {
        matches!(self.widget, Widget::Paper { photo: true })
    }
}

/// An entry of a list, or the whole step.
#[derive(Debug, Clone)]
pub(crate) struct EntryView {
    pub(crate) number: usize,
    /// Its heading; empty for a step without a list.
    pub(crate) title: String,
    pub(crate) fields: Vec<FieldView>,
    /// May it be taken out?
    pub(crate) removable: bool,
}

/// A step.
#[derive(Debug, Clone)]
pub(crate) struct GroupView {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    /// What the step is about; may be empty.
    pub(crate) lead: String,
    pub(crate) entries: Vec<EntryView>,
    /// May one more entry be added?
    pub(crate) may_add: bool,
}

impl GroupView {
    /// Is there nothing to read of it?
    pub(crate) fn is_blank(&self) -> bool {
        !self.entries.iter().flat_map(|entry| &entry.fields).any(FieldView::is_told)
    }
}

/// Choices that a use case offers, by the name of the field.
pub(crate) type Offered = BTreeMap<&'static str, Vec<(String, String)>>;

/// None.
pub(crate) static NOTHING_OFFERED: Offered = Offered::new();

/// What the view of fields needs.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) form: &'static Form,
    /// What somebody is registered with already: what is fixed of it may not be changed any more.
    pub(crate) recorded: &'a Fields,
    pub(crate) fields: &'a Fields,
    pub(crate) marks: &'a [Mark],
    pub(crate) corrections: &'a [Correction],
    pub(crate) t: &'a T,
    pub(crate) masters: &'a Masters,
    /// Names of the companies named by ID.
    pub(crate) companies: &'a BTreeMap<String, String>,
    /// What the use case offers for fields of [`Kind::Offered`]: value and label.
    pub(crate) offered: &'a Offered,
    /// What is registered now, for a change.
    pub(crate) registered: Option<&'a Fields>,
    pub(crate) faults: Option<&'a Faults>,
}

impl<'a> Sight<'a> {
    /// An application, with nothing wrong.
    pub(crate) fn of(
        application: &'a Application,
        t: &'a T,
        masters: &'a Masters,
        companies: &'a BTreeMap<String, String>,
    ) -> Self {
        Self {
            form: application.purpose.form(),
            recorded: &application.recorded,
            fields: &application.fields,
            marks: &application.marks,
            corrections: &application.corrections,
            t,
            masters,
            companies,
            offered: &NOTHING_OFFERED,
            registered: None,
            faults: None,
        }
    }
}

/// A name in a translation key.
fn key(name: &str) -> String {
    name.replace('_', "-")
}

/// Key of a field's label: `worker-f-trade-code`.
pub(crate) fn label_key(form: &Form, group: &Group, field: &Field) -> String {
    let texts = group.texts.unwrap_or(form.name);
    match group.list {
        Some(_) => format!("{texts}-f-{}-{}", key(group.name), key(field.name)),
        None => format!("{texts}-f-{}", key(field.name)),
    }
}

/// Key of what is said of a step: its title (`g`), the sentence above it (`lead`), or the title of an entry (`entry`).
pub(crate) fn group_key(form: &Form, group: &Group, part: &str) -> String {
    format!("{}-{part}-{}", group.texts.unwrap_or(form.name), key(group.name))
}

/// Key of a choice's label: `worker-o-trade-class-skill-test`. Yes and no are the same everywhere.
pub(crate) fn option_key(form: &Form, group: &Group, field: &Field, word: &str) -> String {
    match (field.kind, field.name.strip_prefix("firm_")) {
        (Kind::YesNo, _) => format!("option-{word}"),
        // A sole master chooses of what companies choose of.
        (_, Some(of_company)) => format!("company-o-{}-{}", key(of_company), key(word)),
        _ => format!("{}-{}", label_key(form, group, field).replacen("-f-", "-o-", 1), key(word)),
    }
}

/// The sentence of a fault.
pub(crate) fn sentence(t: &T, fault: &Fault) -> String {
    let args: Vec<(&str, Value)> = fault
        .args
        .iter()
        .map(|(name, value)| (name.as_str(), argument(t, value)))
        .collect();
    t.with(&fault.key, &args)
}

/// Numbers choose plural forms, days are written as people read them.
fn argument(t: &T, value: &str) -> Value {
    if let Ok(number) = value.parse::<i64>() {
        return number.into();
    }
    match value.parse::<WorkDay>() {
        Ok(day) => t.day(day).into(),
        Err(_) => value.to_owned().into(),
    }
}

/// The label of a field by its full name, with the number of its entry.
pub(crate) fn label_of(t: &T, form: &Form, full: &str) -> String {
    let Some((group, field)) = form.find(full) else {
        return t.s("application-whole");
    };
    let label = t.s(label_key(form, group, field));
    let number = full
        .split('.')
        .nth(1)
        .and_then(|n| n.parse::<i64>().ok())
        .filter(|_| group.list.is_some());
    match number {
        Some(number) => format!("{} {}", t.n(group_key(form, group, "entry"), "number", number + 1), label),
        None => label,
    }
}

/// A step as it was filled in.
pub(crate) fn group_view(sight: Sight<'_>, group: &'static Group) -> GroupView {
    let form = sight.form;
    let (t, fields) = (sight.t, sight.fields);
    let mut entries: Vec<EntryView> = Vec::new();
    for (number, name, field) in group.shown(fields) {
        if matches!(field.kind, Kind::Given) {
            continue;
        }
        let view = field_view(sight, group, name, field);
        match entries.last_mut().filter(|entry| entry.number == number) {
            Some(entry) => entry.fields.push(view),
            None => entries.push(EntryView {
                number,
                title: match group.list {
                    Some(_) => {
                        let number = i64::try_from(number).unwrap_or(0) + 1;
                        t.n(group_key(form, group, "entry"), "number", number)
                    }
                    None => String::new(),
                },
                fields: vec![view],
                removable: group.list.is_some_and(|(least, _)| number >= least),
            }),
        }
    }
    let text = |part: &str| t.get(&group_key(form, group, part));
    GroupView {
        name: group.name,
        title: text("g").unwrap_or_default(),
        lead: text("lead").unwrap_or_default(),
        may_add: group.list.is_some_and(|(_, most)| entries.len() < most),
        entries,
    }
}

fn field_view(sight: Sight<'_>, group: &'static Group, name: String, field: &'static Field) -> FieldView {
    let form = sight.form;
    let (t, fields) = (sight.t, sight.fields);
    let label = label_key(form, group, field);
    let value = fields.get(&name).to_owned();
    let mark = sight.marks.iter().find(|mark| mark.field == name);
    let fault = sight.faults.and_then(|faults| faults.of(&name));
    let before = sight.registered.filter(|now| now.get(&name) != value).map(|now| {
        let before = now.get(&name);
        shown(sight, form, group, field, before)
    });
    FieldView {
        hint: t.get(&label.replacen("-f-", "-h-", 1)).unwrap_or_default(),
        shown: shown(sight, form, group, field, &value),
        error: fault.map(|fault| sentence(t, fault)).unwrap_or_default(),
        mark: mark.map(|mark| mark_words(t, mark)).unwrap_or_default(),
        correction: sight.corrections.iter().rev().find(|c| c.field == name).cloned(),
        before,
        must: field.must(fields) || matches!(field.need, domain::registration::Need::When(_)),
        fixed: field.fixed && !sight.recorded.get(&name).is_empty(),
        most: field.most,
        widget: widget(sight, form, group, field, &value),
        label: t.s(label),
        name,
        value,
    }
}

/// A mark as the applicant reads it: the typed reason, and the reviewer's words.
pub(crate) fn mark_words(t: &T, mark: &Mark) -> String {
    let reason = t.s(format!("return-{}", key(&mark.code)));
    if mark.note.is_empty() {
        reason
    } else {
        format!("{reason} {}", mark.note)
    }
}

fn widget(sight: Sight<'_>, form: &Form, group: &Group, field: &Field, value: &str) -> Widget {
    let t = sight.t;
    let line = |kind, mode, pattern| Widget::Line { kind, mode, pattern };
    let options = |words: &[&str]| -> Vec<(String, String)> {
        words
            .iter()
            .map(|word| ((*word).to_owned(), t.s(option_key(form, group, field, word))))
            .collect()
    };
    match field.kind {
        Kind::Text | Kind::PersonName | Kind::CompanyName | Kind::Kana | Kind::Alphabet | Kind::Given => line("text", "", ""),
        Kind::Long => Widget::Long,
        Kind::Postal => line("text", "numeric", "[0-9０-９]{3}[-－ー]?[0-9０-９]{4}"),
        Kind::Phone => line("tel", "tel", ""),
        Kind::Email => line("email", "email", ""),
        Kind::BirthDay | Kind::PastDay | Kind::Day => line("date", "", ""),
        Kind::Number | Kind::Digits(..) | Kind::LastFour | Kind::CorporateNumber | Kind::Company => line("text", "numeric", ""),
        Kind::Prefecture => Widget::Select(prefectures(sight)),
        Kind::Authority => {
            let minister = ("minister".to_owned(), t.s("option-minister"));
            let governor = |(code, name): (String, String)| (code, t.with("option-governor", &[("prefecture", name)]));
            Widget::Select(
                std::iter::once(minister)
                    .chain(prefectures(sight).into_iter().map(governor))
                    .collect(),
            )
        }
        Kind::Month => line("month", "", ""),
        Kind::Code | Kind::Place => line("text", "", ""),
        Kind::Hour(most) => Widget::Select((0..=most).map(|hour| (hour.to_string(), hour_words(t, hour))).collect()),
        Kind::Listed(list) => Widget::Select(listed(sight, list)),
        Kind::ListedMany(list) => {
            let ticked: Vec<&str> = value.split(' ').collect();
            let options = listed(sight, list).into_iter();
            Widget::Checks(
                options
                    .map(|(code, label)| (code.clone(), label, ticked.contains(&code.as_str())))
                    .collect(),
            )
        }
        Kind::Offered => Widget::Select(sight.offered.get(field.name).cloned().unwrap_or_default()),
        Kind::Choice(words) if words.len() > 4 => Widget::Select(options(words)),
        Kind::Choice(words) => Widget::Radio(options(words)),
        Kind::YesNo => Widget::Radio(options(&["yes", "no"])),
        Kind::Many(words) => {
            let ticked: Vec<&str> = value.split(' ').collect();
            let options = options(words).into_iter();
            Widget::Checks(
                options
                    .map(|(word, label)| (word.clone(), label, ticked.contains(&word.as_str())))
                    .collect(),
            )
        }
        Kind::Consent => Widget::Tick,
        Kind::EvaluationField => Widget::Select(evaluation_fields(sight)),
        Kind::Trade => {
            let trades = sight
                .masters
                .trades()
                .iter()
                .filter(|trade| trade.is_small() && trade.selectable());
            let codes = trades.filter_map(|trade| trade.code);
            Widget::Select(
                codes
                    .map(|code| (code.to_string(), roster::trade_name(sight.masters, t, code)))
                    .collect(),
            )
        }
        Kind::Paper(of) => Widget::Paper {
            photo: of == PaperUse::Photo,
        },
    }
}

/// What a field can be chosen from, word and label; empty if it is typed.
pub(crate) fn choices(
    t: &T,
    masters: &Masters,
    form: &'static Form,
    group: &Group,
    field: &Field,
    offered: &Offered,
) -> Vec<(String, String)> {
    let sight = Sight {
        form,
        recorded: &Fields::new(),
        fields: &Fields::new(),
        marks: &[],
        corrections: &[],
        t,
        masters,
        companies: &BTreeMap::new(),
        offered,
        registered: None,
        faults: None,
    };
    match widget(sight, form, group, field, "") {
        Widget::Select(options) | Widget::Radio(options) => options,
        Widget::Checks(options) => options.into_iter().map(|(word, label, _)| (word, label)).collect(),
        Widget::Tick => vec![("yes".to_owned(), t.s("option-yes"))],
        Widget::Line { .. } | Widget::Long | Widget::Paper { .. } => Vec::new(),
    }
}

fn hour_words(t: &T, hour: u8) -> String {
    t.n("option-hour", "hour", i64::from(hour))
}

/// Codes and names of a list of the master data.
fn listed(sight: Sight<'_>, list: &str) -> Vec<(String, String)> {
    let name = |choice: &domain::master::Choice| match sight.t.language() {
        web::Language::Ja => choice.name_ja.clone(),
        _ => choice.name_en.clone(),
    };
    sight.masters.choices(list).map(|c| (c.code.clone(), name(c))).collect()
}

fn prefectures(sight: Sight<'_>) -> Vec<(String, String)> {
    let name = |p: &domain::master::Prefecture| match sight.t.language() {
        web::Language::Ja => p.name_ja.clone(),
        _ => p.name_en.clone(),
    };
    sight
        .masters
        .prefectures()
        .iter()
        .map(|p| (p.code.clone(), name(p)))
        .collect()
}

/// A value as people read it.
pub(crate) fn shown(sight: Sight<'_>, form: &Form, group: &Group, field: &Field, value: &str) -> String {
    let t = sight.t;
    if value.is_empty() {
        return String::new();
    }
    match field.kind {
        Kind::BirthDay | Kind::PastDay | Kind::Day => {
            value.parse::<WorkDay>().map_or_else(|_| value.to_owned(), |day| t.day(day))
        }
        Kind::Choice(words) if words.contains(&value) => t.s(option_key(form, group, field, value)),
        Kind::YesNo => t.s(format!("option-{value}")),
        Kind::Many(words) => {
            let known = value.split(' ').filter(|word| words.contains(word));
            let names: Vec<String> = known.map(|word| t.s(option_key(form, group, field, word))).collect();
            names.join(&t.s("list-comma"))
        }
        Kind::Listed(list) => named(&listed(sight, list), value),
        Kind::ListedMany(list) => {
            let known = listed(sight, list);
            let names: Vec<String> = value.split(' ').map(|code| named(&known, code)).collect();
            names.join(&t.s("list-comma"))
        }
        Kind::Hour(_) => value.parse().map_or_else(|_| value.to_owned(), |hour| hour_words(t, hour)),
        Kind::Month => value
            .parse::<domain::YearMonth>()
            .map_or_else(|_| value.to_owned(), |month| t.month(month)),
        Kind::Offered => named(sight.offered.get(field.name).map_or(&[][..], Vec::as_slice), value),
        Kind::Consent => t.s("option-consented"),
        Kind::Number => value.parse::<i64>().map_or_else(|_| value.to_owned(), |n| t.number(n)),
        Kind::Prefecture => named(&prefectures(sight), value),
        Kind::Authority if value == "minister" => t.s("option-minister"),
        Kind::Authority => t.with("option-governor", &[("prefecture", named(&prefectures(sight), value))]),
        Kind::Company => {
            let grouped = value
                .parse::<CompanyId>()
                .map_or_else(|_| value.to_owned(), |id| id.grouped());
            match sight.companies.get(value) {
                Some(name) => format!("{name}（{grouped}）"),
                None => grouped,
            }
        }
        Kind::EvaluationField => named(&evaluation_fields(sight), value),
        Kind::Trade => match value.parse::<TradeCode>() {
            Ok(code) => roster::trade_name(sight.masters, t, code),
            Err(_) => value.to_owned(),
        },
        Kind::Paper(_) => t.s("paper-handed-in"),
        Kind::Postal if value.len() == 7 => format!("〒{}-{}", &value[..3], &value[3..]),
        Kind::LastFour => format!("…{value}"),
        _ => value.to_owned(),
    }
}

/// Fields of skill evaluation with their names.
fn evaluation_fields(sight: Sight<'_>) -> Vec<(String, String)> {
    let fields = sight.masters.levels().fields.iter();
    fields
        .map(|field| (field.id.clone(), crate::rooms::level::field_name(sight.t, field)))
        .collect()
}

fn named(pairs: &[(String, String)], value: &str) -> String {
    let found = pairs.iter().find(|(code, _)| code == value);
    found.map_or_else(|| value.to_owned(), |(_, name)| name.clone())
}

/// Company IDs named in an application: employers, and those who certify earlier career.
pub(crate) fn companies_named(fields: &Fields) -> Vec<&str> {
    let lists = ["employer", "career"].into_iter();
    let named = lists.flat_map(|list| {
        fields
            .entries(list)
            .into_iter()
            .map(move |number| format!("{list}.{number}.company"))
    });
    named.map(|name| fields.get(&name)).filter(|id| !id.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use domain::registration::{Purpose, RETURN_REASONS};
    use web::{Language, Texts};

    use super::*;

    #[test]
    fn every_field_choice_and_reason_has_its_words() {
        let texts = Texts::new(crate::app::texts());
        let mut missing = Vec::new();
        for language in [Language::Ja, Language::En] {
            let t = texts.t(language);
            let mut want = |key: String| {
                if t.get(&key).is_none() {
                    missing.push(format!("{language:?} {key}"));
                }
            };
            let forms = Purpose::ALL.into_iter().map(Purpose::form);
            for form in forms.chain([&domain::site::FORM]) {
                for group in form.groups {
                    want(group_key(form, group, "g"));
                    if group.list.is_some() {
                        want(group_key(form, group, "entry"));
                    }
                    for field in group.fields.iter().filter(|field| !matches!(field.kind, Kind::Given)) {
                        want(label_key(form, group, field));
                        if let Kind::Choice(words) | Kind::Many(words) = field.kind {
                            words.iter().for_each(|word| want(option_key(form, group, field, word)));
                        }
                    }
                }
            }
            RETURN_REASONS.iter().for_each(|code| want(format!("return-{}", key(code))));
        }
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    /// What workers read is there in their languages. A company's form and what only companies do exist in Japanese and English.
    #[test]
    fn workers_read_their_form_in_their_language() {
        let read_by_workers = |key: &str| {
            let prefixes = [
                "worker-",
                "level-application-",
                "photo-",
                "application-",
                "return-",
                "field-",
                "option-",
                "duration-",
            ];
            let of_companies = ["company", "corporate", "licence", "minister", "governor", "health-everybody"];
            let is_worker_key = key.starts_with("field-company") || key.starts_with("field-not-a-company");
            prefixes.iter().any(|prefix| key.starts_with(prefix))
                && (is_worker_key
                    || !of_companies.iter().any(|word| key.contains(word))
                    || key.starts_with("worker-")
                    || key.starts_with("level-"))
        };
        let keys = |language: Language| -> Vec<&str> {
            let (_, source) = super::super::TEXTS.iter().find(|(of, _)| *of == language).unwrap();
            source
                .lines()
                .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
                .collect()
        };
        for language in [Language::Vi, Language::Id] {
            let own = keys(language);
            let missing: Vec<&str> = keys(Language::Ja)
                .into_iter()
                .filter(|key| read_by_workers(key) && !own.contains(key))
                .collect();
            assert!(missing.is_empty(), "{language:?}\n{}", missing.join("\n"));
        }
    }
}
