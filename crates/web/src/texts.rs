//! Texts (i18n): one fluent file per room and language, gathered once; `T` is the handle that templates hold.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{WorkDay, YearMonth};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use jiff::Timestamp;

use crate::Language;

/// Hands the texts of a room to [`Texts::new`]: reads `text/ja.ftl`, `text/en.ftl` … beside the file that calls it.
///
/// `pub const TEXTS: &[(web::Language, &str)] = web::texts!(Ja "ja", En "en");`
#[macro_export]
macro_rules! texts {
    ($($language:ident $code:literal),+ $(,)?) => {
        &[$(($crate::Language::$language, include_str!(concat!("text/", $code, ".ftl")))),+]
    };
}

/// The texts of the frame itself.
const OWN: [(Language, &str); 4] = [
    (Language::Ja, include_str!("../text/ja.ftl")),
    (Language::En, include_str!("../text/en.ftl")),
    (Language::Vi, include_str!("../text/vi.ftl")),
    (Language::Id, include_str!("../text/id.ftl")),
];

/// All texts of a server.
pub struct Texts {
    books: BTreeMap<Language, Book>,
    faults: Vec<Problem>,
    /// Keys already complained about, so that the log hears of each once.
    missed: Mutex<HashSet<String>>,
}

struct Book {
    bundle: FluentBundle<FluentResource>,
    /// Arguments of each message, for the check.
    arguments: BTreeMap<String, BTreeSet<String>>,
}

/// Something wrong with the texts, found by [`Texts::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In which language.
    pub language: Language,
    /// Of which key (of which place, for a syntax fault).
    pub key: String,
    /// What.
    pub kind: ProblemKind,
}

/// Kind of a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Japanese and English must be complete.
    Missing,
    /// The arguments are not those of the Japanese text (shown).
    Arguments(BTreeSet<String>),
    /// Two rooms, or two lines, give the same key.
    Duplicate,
    /// No valid fluent.
    Syntax(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.language.code(), self.key)?;
        match &self.kind {
            ProblemKind::Missing => f.write_str("is missing"),
            ProblemKind::Arguments(wanted) => write!(f, "has other arguments than in Japanese ({wanted:?})"),
            ProblemKind::Duplicate => f.write_str("is there twice"),
            ProblemKind::Syntax(what) => write!(f, "cannot be read: {what}"),
        }
    }
}

impl Texts {
    /// Gathers the pieces of all rooms; the frame's own are always in. Faults do not stop a server; [`Self::check`] tells them.
    #[must_use]
    pub fn new(pieces: impl IntoIterator<Item = (Language, &'static str)>) -> Arc<Self> {
        let mut texts = Self {
            books: BTreeMap::new(),
            faults: Vec::new(),
            missed: Mutex::default(),
        };
        for language in Language::ALL {
            texts.books.insert(language, Book::new(language));
        }
        for (language, source) in OWN.into_iter().chain(pieces) {
            if let Some(book) = texts.books.get_mut(&language) {
                book.add(language, source, &mut texts.faults);
            }
        }
        Arc::new(texts)
    }

    /// The handle for one language.
    #[must_use]
    pub fn t(self: &Arc<Self>, language: Language) -> T {
        T {
            texts: Arc::clone(self),
            language,
        }
    }

    /// All that is wrong: keys missing in Japanese or English, arguments that differ, duplicates, bad syntax.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = self.faults.clone();
        let keys: BTreeSet<&String> = self.books.values().flat_map(|b| b.arguments.keys()).collect();
        let arguments = |language: Language, key: &str| self.books.get(&language).and_then(|b| b.arguments.get(key));
        for key in keys {
            let wanted = arguments(Language::Ja, key);
            for language in Language::ALL {
                let kind = match (arguments(language, key), wanted) {
                    (None, _) if matches!(language, Language::Ja | Language::En) => ProblemKind::Missing,
                    (Some(own), Some(wanted)) if own != wanted => ProblemKind::Arguments(wanted.clone()),
                    _ => continue,
                };
                problems.push(Problem {
                    language,
                    key: key.clone(),
                    kind,
                });
            }
        }
        problems
    }

    fn find(&self, language: Language, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        language.chain().iter().find_map(|l| {
            let bundle = &self.books.get(l)?.bundle;
            let pattern = bundle.get_message(key)?.value()?;
            // A missing argument shows as {$name}: visible, harmless, and caught by the check.
            Some(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
        })
    }

    fn complain(&self, key: &str) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        // Bounded: a caller that makes up keys must not fill the memory.
        if missed.len() < 1_000 && missed.insert(key.to_owned()) {
            tracing::warn!(key, "a text is missing");
        }
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

impl Book {
    fn new(language: Language) -> Self {
        let id = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // No invisible isolation marks around arguments: they would end up in CSV files, mails and searches.
        bundle.set_use_isolating(false);
        Self {
            bundle,
            arguments: BTreeMap::new(),
        }
    }

    fn add(&mut self, language: Language, source: &str, faults: &mut Vec<Problem>) {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(|e| {
                Problem {
                    language,
                    key: source
                        .get(e.pos.start..)
                        .and_then(|s| s.lines().next())
                        .unwrap_or_default()
                        .to_owned(),
                    kind: ProblemKind::Syntax(e.to_string()),
                }
            }));
            resource
        });
        for entry in resource.entries() {
            let ast::Entry::Message(message) = entry else { continue };
            let mut names = BTreeSet::new();
            message.value.iter().for_each(|pattern| variables(pattern, &mut names));
            if self.arguments.insert(message.id.name.to_owned(), names).is_some() {
                faults.push(Problem {
                    language,
                    key: message.id.name.to_owned(),
                    kind: ProblemKind::Duplicate,
                });
            }
        }
        // The first of two wins; the duplicate is already noted.
        let _ = self.bundle.add_resource(resource);
    }
}

/// The names of the variables of a pattern.
fn variables(pattern: &ast::Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, names);
        }
    }
}

fn in_expression(expression: &ast::Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(inline) => in_inline(inline, names),
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, names);
            variants.iter().for_each(|v| variables(&v.value, names));
        }
    }
}

fn in_inline(inline: &ast::InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|a| in_inline(a, names));
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, names),
        _ => {}
    }
}

/// A value put into a text. Days and instants are written the way of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it is.
    Text(String),
    /// A number, which can choose the plural form.
    Number(i64),
    /// `2026年11月21日(土)`.
    Day(WorkDay),
    /// `2026年11月`.
    Month(YearMonth),
    /// Day and time in Japan.
    At(Timestamp),
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $make:expr),+ $(,)?) => {
        $(impl From<$from> for Value { fn from($v: $from) -> Self { $make } })+
    };
}
value_from!(
    &str => |v| Self::Text(v.to_owned()),
    &&str => |v| Self::Text((*v).to_owned()),
    &String => |v| Self::Text(v.clone()),
    String => |v| Self::Text(v),
    i32 => |v| Self::Number(v.into()),
    u32 => |v| Self::Number(v.into()),
    i64 => |v| Self::Number(v),
    usize => |v| Self::Number(i64::try_from(v).unwrap_or(i64::MAX)),
    &usize => |v| Self::from(*v),
    &i64 => |v| Self::Number(*v),
    WorkDay => |v| Self::Day(v),
    &WorkDay => |v| Self::Day(*v),
    YearMonth => |v| Self::Month(v),
    Timestamp => |v| Self::At(v),
    &i32 => |v| Self::Number((*v).into()),
    &u32 => |v| Self::Number((*v).into()),
    &Timestamp => |v| Self::At(*v),
    &Value => |v| v.clone(),
);

/// The texts in one language: the handle that pages and templates hold. Cheap to clone.
#[derive(Clone)]
pub struct T {
    texts: Arc<Texts>,
    language: Language,
}

impl T {
    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of a key. A dot in the key means a hyphen, so that a refusal code such as `history.not_on_roster` is its own key.
    /// A key without a text shows itself.
    #[must_use]
    pub fn s(&self, key: impl AsRef<str>) -> String {
        self.format(key.as_ref(), None)
    }

    /// The text of a key with one number, which chooses the plural form: `t.n("calendar-workers", "count", 3)`.
    #[must_use]
    pub fn n(&self, key: impl AsRef<str>, name: &str, number: impl Into<Value>) -> String {
        self.with(key, &[(name, number.into())])
    }

    /// The text of a key with values: `t.with("site-invited", &[("company", name)])`; of several kinds: `("on", Value::from(day))`.
    #[must_use]
    pub fn with<V: Into<Value> + Clone>(&self, key: impl AsRef<str>, args: &[(&str, V)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            let value = match value.clone().into() {
                Value::Number(n) => FluentValue::from(n),
                Value::Text(text) => FluentValue::from(text),
                Value::Day(day) => FluentValue::from(self.day(day)),
                Value::Month(month) => FluentValue::from(self.month(month)),
                Value::At(at) => FluentValue::from(self.date_time(at)),
            };
            fluent.set((*name).to_owned(), value);
        }
        self.format(key.as_ref(), Some(&fluent))
    }

    /// The text of a key if there is one, without complaint: for keys that come from outside.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        self.texts.find(self.language, &key.replace('.', "-"), None)
    }

    /// A fault of a form's field as the summary tells it: after the field's name, if the room has a text `<prefix>-<field>` and the
    /// sentence does not name the field by itself.
    #[must_use]
    pub fn fault(&self, prefix: &str, field: &str, sentence: &str) -> String {
        match self.get(&format!("{prefix}-{}", field.replace('_', "-"))) {
            Some(label) if !sentence.contains(&label) => {
                self.with("form-fault", &[("label", label.as_str()), ("sentence", sentence)])
            }
            _ => sentence.to_owned(),
        }
    }

    /// The same texts in another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        self.texts.t(language)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let id = key.replace('.', "-");
        self.texts.find(self.language, &id, args).unwrap_or_else(|| {
            self.texts.complain(key);
            key.to_owned()
        })
    }

    /// The frame's own texts in Japanese: for requests that never went through [`crate::Web`].
    pub(crate) fn fallback() -> Self {
        static OWN_TEXTS: LazyLock<Arc<Texts>> = LazyLock::new(|| Texts::new([]));
        OWN_TEXTS.t(Language::Ja)
    }
}

impl fmt::Debug for T {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T({})", self.language.code())
    }
}

/// The viewer's language, as [`crate::Web`] found it.
impl<S: Send + Sync> FromRequestParts<S> for T {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::fallback))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JA: &str = "greet = { $name }さん\nworkers = { $count }人\nonly-ja = だけ\nhistory-late = { $until }まで";
    const EN: &str = "greet = Hello\nworkers = { $count ->\n    [one] one worker\n   *[other] { $count } workers\n}\nhistory-late = until { $until }";

    #[test]
    fn the_frames_own_texts_are_whole() {
        assert_eq!(Texts::new([]).check(), []);
        let own = Texts::new([]);
        for language in [Language::Vi, Language::Id] {
            assert_eq!(
                own.books[&language].arguments.len(),
                own.books[&Language::Ja].arguments.len(),
                "{language:?}"
            );
        }
    }

    #[test]
    fn the_check_names_what_is_wrong() {
        let texts = Texts::new([
            (Language::Ja, JA),
            (Language::En, EN),
            (Language::Vi, "only-vi = x\nworkers = a\nworkers = b\n???"),
        ]);
        let found: Vec<String> = texts.check().iter().map(ToString::to_string).collect();
        let starts = [
            "vi ???: cannot be read",
            "vi workers: is there twice",
            "en greet: has other arguments than in Japanese ({\"name\"})",
            "en only-ja: is missing",
            "ja only-vi: is missing",
            "en only-vi: is missing",
            "vi workers: has other arguments",
        ];
        assert_eq!(found.len(), starts.len(), "{found:#?}");
        for start in starts {
            assert!(found.iter().any(|f| f.starts_with(start)), "{start} not in {found:#?}");
        }
    }

    #[test]
    fn falls_back_and_counts() {
        let texts = Texts::new([
            (Language::Ja, JA),
            (Language::En, EN),
            (Language::Vi, "greet = Chào { $name }"),
        ]);
        let (ja, en, vi) = (texts.t(Language::Ja), texts.t(Language::En), texts.t(Language::Vi));
        assert_eq!(ja.with("greet", &[("name", "佐藤")]), "佐藤さん");
        assert_eq!(vi.with("greet", &[("name", "佐藤")]), "Chào 佐藤");
        assert_eq!(
            [en.n("workers", "count", 1), en.n("workers", "count", 2)],
            ["one worker", "2 workers"]
        );
        assert_eq!(vi.n("workers", "count", 1), "one worker");
        assert_eq!(vi.s("only-ja"), "だけ");
        assert_eq!(ja.s("no.such-key"), "no.such-key");
        assert_eq!(ja.get("no.such-key"), None);
        let day: WorkDay = "2026-11-21".parse().unwrap();
        assert_eq!(ja.with("history.late", &[("until", day)]), "2026年11月21日(土)まで");
        assert_eq!(en.with("history.late", &[("until", day)]), "until Sat 21 Nov 2026");
    }
}
