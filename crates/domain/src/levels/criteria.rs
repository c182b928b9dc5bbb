//! The criteria (能力評価基準) as data: fields, their dated editions, and what each level asks for.

use crate::master::TradeCode;
use crate::time::{WorkDay, YearMonth};

/// The levels that are judged; level 1 is everybody who is registered.
pub const JUDGED: [u8; 3] = [2, 3, 4];

/// All criteria, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    /// What holds in every field.
    pub rules: Rules,
    /// The fields (能力評価分野) in the order of the table.
    pub fields: Vec<Field>,
}

impl Criteria {
    /// One field by its id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The fields in which days of a trade count on a day. More than one is possible.
    pub fn fields_of(&self, trade: TradeCode, on: WorkDay) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| field.edition_on(on).is_some_and(|edition| edition.holds(trade)))
    }
}

/// What holds in every field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Days of a year (215).
    pub days_per_year: u32,
    /// Grade 1 of a qualification counts as grade 2 of the same.
    pub higher_grade_counts: bool,
    /// Courses for foremen (職長教育): where the criteria ask for one, days as foreman count from the month after it.
    pub foreman_courses: Vec<Item>,
    /// Years of a core worker's certificate that has no last day of its own.
    pub core_worker_years: i16,
    /// First day on which training counts.
    pub training_from: WorkDay,
    /// Last month that a certificate of earlier career (経歴証明) may cover.
    pub certificate_until: YearMonth,
    /// Last day on which it is accepted.
    pub certificate_accepted_until: WorkDay,
    /// Qualifications that count as others.
    pub implies: Vec<Implied>,
    /// Core workers' certificates of all fields: they run out.
    pub core_workers: Vec<Item>,
}

/// A qualification that counts as another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implied {
    /// What is held.
    pub holds: Item,
    /// What it counts as.
    pub counts_as: String,
    /// It was read; if not, what it carries is a guide only.
    pub confirmed: bool,
}

/// A field of evaluation (能力評価分野).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id.
    pub id: String,
    /// Its number in the table.
    pub number: u32,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// What its workers are called (呼称).
    pub title_ja: String,
    /// Who wrote the criteria and judges (能力評価実施団体).
    pub bodies: Vec<String>,
    /// The core worker's certificate (登録基幹技能者) of the field.
    pub core_worker: String,
    /// First day of the field, as far as it is told.
    pub since: Option<WorkDay>,
    /// Since when companies of the field are rated (見える化評価), if they are.
    pub rated_since: Option<WorkDay>,
    /// Where it was read.
    pub sources: Vec<String>,
    /// What else is known.
    pub note: Option<String>,
    /// Its editions, oldest first.
    pub editions: Vec<Edition>,
}

impl Field {
    /// The edition in force on a day; none before the field was there.
    #[must_use]
    pub fn edition_on(&self, on: WorkDay) -> Option<&Edition> {
        let there = self.since.is_none_or(|since| since <= on);
        let holds = |edition: &&Edition| edition.from.is_none_or(|from| from <= on) && edition.to.is_none_or(|to| on <= to);
        self.editions.iter().find(holds).filter(|_| there)
    }
}

/// What held in a field in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// First day; none for the first edition.
    pub from: Option<WorkDay>,
    /// Last day; none for the present one.
    pub to: Option<WorkDay>,
    /// Trades whose days count. Where the field's own were not seen: guesses from names.
    pub trades: Vec<TradeCode>,
    /// Trades whose days count only under a condition that no record tells; the evaluation body decides.
    pub conditional: Vec<TradeCode>,
    /// The trades were read.
    pub trades_confirmed: bool,
    /// Levels 2, 3 and 4.
    pub levels: [Level; 3],
}

impl Edition {
    /// Whether days of the trade count, if only perhaps.
    #[must_use]
    pub fn holds(&self, trade: TradeCode) -> bool {
        self.trades.contains(&trade) || self.conditional.contains(&trade)
    }

    /// The level, 2 to 4.
    #[must_use]
    pub fn level(&self, level: u8) -> Option<&Level> {
        JUDGED.iter().position(|l| *l == level).and_then(|n| self.levels.get(n))
    }

    /// Each level's number and what it asks for.
    pub fn levels(&self) -> impl Iterator<Item = (u8, &Level)> {
        JUDGED.into_iter().zip(&self.levels)
    }

    /// Every qualification that some level names, each once, in the order of the levels.
    #[must_use]
    pub fn items(&self) -> Vec<&Item> {
        let mut items: Vec<&Item> = Vec::new();
        for item in self.levels.iter().flat_map(Level::items) {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        items
    }
}

/// A number of days that a level asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// So many.
    Asked(u32),
    /// Not seen for this field: the usual figure, a guide only.
    Usual(u32),
    /// Not known at all.
    Unseen,
    /// None are asked for.
    None,
}

impl Figure {
    /// The figure, if there is one.
    #[must_use]
    pub fn days(self) -> Option<u32> {
        match self {
            Self::Asked(days) | Self::Usual(days) => Some(days),
            Self::Unseen | Self::None => None,
        }
    }
}

/// What a level asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its days and its whole lists were seen.
    pub confirmed: bool,
    /// Days as foreman; as foreman or squad leader if [`Self::squad_counts`].
    pub foreman: Figure,
    /// Days as squad leader (班長) count as well.
    pub squad_counts: bool,
    /// Days as squad leader count only for who has this.
    pub squad_leader_needs: Option<Item>,
    /// The qualifications of the levels below are needed too.
    pub includes_lower: bool,
    /// Ways to the level, the ordinary one first; each has its own days.
    pub ways: Vec<Way>,
    /// What else is known.
    pub note: Option<String>,
}

impl Level {
    /// Every qualification it names.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let choices = self.ways.iter().flat_map(|way| &way.conditions).flat_map(|c| &c.either);
        choices.flat_map(|choice| &choice.items).chain(&self.squad_leader_needs)
    }
}

/// One way to a level: days, and qualifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Work days (就業日数).
    pub days: Figure,
    /// All of these.
    pub conditions: Vec<Qualified>,
    /// The list was not seen to its end: there may be more.
    pub unseen: bool,
}

/// One condition on qualifications: one of these choices is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualified {
    /// Usually one.
    pub either: Vec<Choice>,
}

/// So many of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// How many.
    pub count: usize,
    /// Of these.
    pub items: Vec<Item>,
}

/// One item of a list: a qualification, or several that count as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Japanese names; any meets the item.
    pub names: Vec<String>,
    /// Five-digit codes (資格コード), where seen.
    pub codes: Vec<String>,
    /// The names, level for comparing.
    keys: Vec<String>,
}

impl Item {
    /// An item of these names.
    #[must_use]
    pub fn new(names: Vec<String>, codes: Vec<String>) -> Self {
        let keys = names.iter().map(|name| key(name)).collect();
        Self { names, codes, keys }
    }

    /// Whether a qualification with this name ([`key`]) meets it: the same name, or the same with a subject in brackets behind it.
    #[must_use]
    pub fn is_met_by(&self, key: &str) -> bool {
        let same = |own: &String| {
            key.strip_prefix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
        };
        self.keys.iter().any(same)
    }
}

/// A name without the differences that typing makes: width, spaces.
#[must_use]
pub fn key(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfkc().filter(|c| !c.is_whitespace()).collect()
}
