//! A judgement in words: what a page shows of it.

use domain::levels::{
    ChoiceState, Condition, Counted, Field, Item, Judged, Judgement, Left, LeftOut, NotHeld, Origin, Part, Standing, What,
};
use domain::master::LevelWage;
use domain::{Masters, WorkDay};
use web::{Language, Mood, T, Value};

use crate::rooms::roster;

/// The name of a field in the viewer's language; the Japanese one stands behind it, since that is what papers say.
pub(crate) fn field_name(t: &T, field: &Field) -> String {
    if t.language() == Language::Ja {
        field.name_ja.clone()
    } else {
        format!("{} ({})", field.name_en, field.name_ja)
    }
}

/// The names of an item.
pub(super) fn item_name(t: &T, item: &Item) -> String {
    item.names.join(&t.s("level-or-between"))
}

/// One field, judged.
pub(crate) struct FieldView {
    pub(crate) name: String,
    /// As a guide, 1 to 4.
    pub(crate) level: u8,
    /// The guide rests on confirmed criteria alone.
    pub(crate) sure: bool,
    pub(crate) days: u32,
    /// Where the days come from.
    pub(crate) parts: Vec<String>,
    /// What does not count, and why.
    pub(crate) left: Vec<String>,
    /// Registered qualifications that do not count.
    pub(crate) lapsed: Vec<String>,
    /// What the next level lacks, in one line each; empty at the top.
    pub(crate) next: Option<NextView>,
    pub(crate) levels: Vec<LevelView>,
    pub(crate) sources: Vec<String>,
    pub(crate) bodies: String,
    /// What is paid at this level, as orientation.
    pub(crate) wage: Option<String>,
}

/// The way to the next level.
pub(crate) struct NextView {
    pub(crate) level: u8,
    pub(crate) missing: Vec<String>,
    /// When the days will be there.
    pub(crate) forecast: Option<String>,
}

/// One level.
pub(crate) struct LevelView {
    pub(crate) level: u8,
    pub(crate) mood: Mood,
    pub(crate) standing: String,
    pub(crate) confirmed: bool,
    pub(crate) open: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) other_ways: Vec<Vec<Line>>,
}

/// One condition.
pub(crate) struct Line {
    pub(crate) mood: Mood,
    pub(crate) sign: String,
    pub(crate) text: String,
    /// What would meet it.
    pub(crate) missing: String,
    pub(crate) notes: Vec<String>,
    /// Lists of qualifications; with more than one, one of them is enough.
    pub(crate) groups: Vec<Group>,
}

/// A list of qualifications.
pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) items: Vec<(Mood, String, String)>,
}

/// What a page shows of a field.
pub(crate) fn field_view(masters: &Masters, t: &T, judged: &Judged<'_>) -> FieldView {
    let words = Words { masters, t };
    let next = judged.next();
    FieldView {
        name: field_name(t, judged.field),
        level: judged.guide,
        sure: judged.level == judged.guide,
        days: judged.days.days,
        parts: judged.days.parts.iter().map(|part| words.part(part)).collect(),
        left: words.left(&judged.days),
        lapsed: judged
            .lapsed
            .iter()
            .map(|(held, why)| words.lapsed(&held.name, *why))
            .collect(),
        next: next.map(|judgement| words.next(judgement, judged.on)),
        levels: judged
            .levels
            .iter()
            .map(|j| words.level(j, next.is_some_and(|n| n.level == j.level)))
            .collect(),
        sources: judged.field.sources.clone(),
        bodies: judged.field.bodies.join("、"),
        wage: wage(masters, t, judged.field, judged.guide, judged.on),
    }
}

/// Yearly pay at a level, in a sentence that says from when it is.
fn wage(masters: &Masters, t: &T, field: &Field, level: u8, on: WorkDay) -> Option<String> {
    let wage = masters.level_wage(&field.id, level, on)?;
    let whose = if wage.field.is_some() {
        "level-wage-of-field"
    } else {
        "level-wage-of-all"
    };
    let key = if wage.is_superseded(on) {
        "level-wage-old"
    } else {
        "level-wage"
    };
    let args = [
        ("level", number(level.into())),
        ("whose", Value::from(t.s(whose))),
        ("yen", Value::from(wage_range(t, wage))),
        // Not as a number: a year has no comma.
        ("year", Value::from(wage.from.date().year().to_string())),
    ];
    Some(t.with(key, &args))
}

/// `7,070,000～8,770,000円`.
pub(crate) fn wage_range(t: &T, wage: &LevelWage) -> String {
    if wage.low == wage.high {
        return t.with("level-wage-yen", &[("yen", t.number(wage.low))]);
    }
    t.with(
        "level-wage-range",
        &[("low", t.number(wage.low)), ("high", t.number(wage.high))],
    )
}

struct Words<'a> {
    masters: &'a Masters,
    t: &'a T,
}

impl Words<'_> {
    fn part(&self, part: &Part) -> String {
        let (key, trade) = match part.origin {
            Origin::Site(trade) => ("level-part-site", roster::trade_name(self.masters, self.t, trade)),
            Origin::Training(trade) => ("level-part-training", roster::trade_name(self.masters, self.t, trade)),
            Origin::Certificate => ("level-part-certificate", String::new()),
            Origin::Told => ("level-part-told", String::new()),
        };
        let mut args = vec![("days", number(part.days)), ("trade", Value::from(trade))];
        if let Some((from, to)) = part.months {
            args.extend([("from", Value::from(from)), ("to", Value::from(to))]);
        }
        self.t.with(key, &args)
    }

    fn left(&self, counted: &Counted) -> Vec<String> {
        counted.left.iter().map(|left| self.left_out(left)).collect()
    }

    fn left_out(&self, left: &Left) -> String {
        let trade = left.why.trade().map(|trade| roster::trade_name(self.masters, self.t, trade));
        let args = [
            ("amount", number(left.amount)),
            ("trade", Value::from(trade.unwrap_or_default())),
        ];
        self.t.with(left_key(left.why), &args)
    }

    fn lapsed(&self, name: &str, why: NotHeld) -> String {
        let (key, day) = match why {
            NotHeld::RanOut(day) => ("level-ran-out", day),
            NotHeld::NotYet(day) => ("level-not-yet-held", day),
        };
        self.t.with(key, &[("name", Value::from(name)), ("day", Value::from(day))])
    }

    fn next(&self, judgement: &Judgement<'_>, on: WorkDay) -> NextView {
        let missing = judgement
            .missing()
            .map(|condition| self.missing(condition, judgement.level))
            .collect();
        NextView {
            level: judgement.level,
            missing,
            forecast: judgement.days_reached_on.filter(|day| *day > on).map(|day| {
                let key = if judgement.only_days_missing() {
                    "level-forecast"
                } else {
                    "level-forecast-days-only"
                };
                self.t
                    .with(key, &[("day", Value::from(day)), ("level", number(judgement.level.into()))])
            }),
        }
    }

    fn level(&self, judgement: &Judgement<'_>, next: bool) -> LevelView {
        let (mood, key) = match judgement.standing {
            Standing::Met => (Mood::Good, "level-met"),
            Standing::Unknown => (Mood::Info, "level-unknown"),
            Standing::NotMet => (Mood::Pending, "level-not-met"),
        };
        let lines = |conditions: &[Condition<'_>]| conditions.iter().map(|c| self.line(c, judgement.level)).collect();
        LevelView {
            level: judgement.level,
            mood,
            standing: self.t.s(key),
            confirmed: judgement.confirmed,
            open: next,
            lines: lines(&judgement.conditions),
            other_ways: judgement.other_ways.iter().map(|way| lines(way)).collect(),
        }
    }

    fn line(&self, condition: &Condition<'_>, level: u8) -> Line {
        let (mood, key) = match condition.met {
            Some(true) => (Mood::Good, "level-line-met"),
            Some(false) => (Mood::Pending, "level-line-not-met"),
            None => (Mood::Info, "level-line-unknown"),
        };
        let (text, mut notes, groups) = match &condition.what {
            What::Days { have, need } => (self.figure("level-days", *have, *need), Vec::new(), Vec::new()),
            What::Foreman {
                counted,
                need,
                squad_too,
            } => {
                let key = if *squad_too {
                    "level-foreman-or-squad"
                } else {
                    "level-foreman"
                };
                (self.figure(key, counted.days, *need), self.left(counted), Vec::new())
            }
            What::Qualifications { of_level, either } => {
                let key = if *of_level == level {
                    "level-qualifications"
                } else {
                    "level-qualifications-of"
                };
                let text = self.t.with(key, &[("level", number((*of_level).into()))]);
                (text, Vec::new(), either.iter().map(|choice| self.group(choice)).collect())
            }
            What::Unseen { of_level } => {
                let text = self.t.with("level-unseen", &[("level", number((*of_level).into()))]);
                (text, Vec::new(), Vec::new())
            }
        };
        if !condition.sure && matches!(condition.what, What::Days { .. } | What::Foreman { .. }) {
            notes.push(self.t.s("level-usual-figure"));
        }
        if !condition.sure && condition.met == Some(true) && matches!(condition.what, What::Qualifications { .. }) {
            notes.push(self.t.s("level-by-reading"));
        }
        let missing = match condition.what {
            What::Unseen { .. } => String::new(),
            _ if condition.met == Some(true) => String::new(),
            _ => self.missing(condition, level),
        };
        Line {
            mood,
            sign: self.t.s(key),
            text,
            missing,
            notes,
            groups,
        }
    }

    /// `就業日数 640日／645日`.
    fn figure(&self, key: &str, have: u32, need: Option<u32>) -> String {
        let label = self.t.s(key);
        match need {
            Some(need) => {
                let args = [("label", Value::from(label)), ("have", number(have)), ("need", number(need))];
                self.t.with("level-figure", &args)
            }
            None => {
                let args = [("label", Value::from(label)), ("have", number(have))];
                self.t.with("level-figure-unknown", &args)
            }
        }
    }

    fn group(&self, choice: &ChoiceState<'_>) -> Group {
        let items = choice.items.iter().map(|item| {
            let (mood, key) = if item.held.is_empty() {
                (Mood::Pending, "level-not-held")
            } else {
                (Mood::Good, "level-held")
            };
            let name = item_name(self.t, item.item);
            // What meets it may have another name: say which.
            let by = item.held.first().map(|holding| {
                let day = holding.held.since.map(|day| self.t.day(day)).unwrap_or_default();
                let other = !item.item.names.contains(&holding.held.name);
                let parts = [if other { holding.held.name.clone() } else { String::new() }, day];
                parts
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            let name = match by.filter(|by| !by.is_empty()) {
                Some(by) => self.t.with("level-item-by", &[("name", name), ("by", by)]),
                None => name,
            };
            (mood, self.t.s(key), name)
        });
        Group {
            label: self.group_label(choice.count, choice.items.len()),
            items: items.collect(),
        }
    }

    fn group_label(&self, count: usize, of: usize) -> String {
        match count {
            _ if count == of && of > 1 => self.t.s("level-all-of"),
            _ if of == 1 => self.t.s("level-this"),
            1 => self.t.s("level-any-of"),
            count => self.t.n("level-at-least", "count", count),
        }
    }

    /// What would meet a condition, in one line.
    fn missing(&self, condition: &Condition<'_>, level: u8) -> String {
        match &condition.what {
            What::Days { need: None, .. } | What::Foreman { need: None, .. } => self.t.s("level-need-unknown"),
            What::Days { .. } => self.t.n("level-days-short", "days", number(condition.what.short())),
            What::Foreman { squad_too: true, .. } => self.t.n("level-squad-short", "days", number(condition.what.short())),
            What::Foreman { .. } => self.t.n("level-foreman-short", "days", number(condition.what.short())),
            What::Qualifications { of_level, either } => {
                let ways: Vec<String> = either.iter().map(|choice| self.courses(choice)).collect();
                let ways = ways.join(&self.t.s("level-or-else"));
                if *of_level == level {
                    ways
                } else {
                    let args = [("ways", Value::from(ways)), ("level", number((*of_level).into()))];
                    self.t.with("level-courses-of", &args)
                }
            }
            What::Unseen { of_level } => self.t.with("level-unseen", &[("level", number((*of_level).into()))]),
        }
    }

    fn courses(&self, choice: &ChoiceState<'_>) -> String {
        let open = choice.items.iter().filter(|item| item.held.is_empty());
        let names: Vec<String> = open.map(|item| item_name(self.t, item.item)).collect();
        let list = names.join(&self.t.s("level-between"));
        if names.len() <= choice.short() {
            return self.t.with("level-take", &[("list", list)]);
        }
        // A long list stands below, item by item.
        let key = if names.len() > 4 {
            "level-take-some-below"
        } else {
            "level-take-some"
        };
        self.t
            .with(key, &[("count", Value::from(choice.short())), ("list", Value::from(list))])
    }
}

fn left_key(why: LeftOut) -> String {
    format!("level-left-{}", why.word())
}

fn number(n: u32) -> Value {
    Value::from(n)
}
