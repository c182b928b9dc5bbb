//! The judge: from facts to a level, and for each level every condition with what is there, what is asked for, and what would meet it
//! (skill evaluation rule book, chapter 4).

use super::count::{Ask, Counted, Counter, Since};
use super::criteria::{Choice, Criteria, Edition, Field, Figure, Item, Level, Qualified, Way};
use super::facts::{Facts, Held};
use super::held::{Holding, NotHeld, Pool};
use crate::master::{Policies, Policy};
use crate::time::WorkDay;

/// What the operator decides (rows of `data/policies.csv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Criteria that are not confirmed judge like confirmed ones.
    pub use_unconfirmed: bool,
    /// Where the criteria ask for the foreman's course, days as foreman count from the month after it.
    pub foreman_after_course: bool,
    /// Months whose pace a forecast takes.
    pub pace_months: u32,
}

impl Settings {
    /// What holds on a day.
    #[must_use]
    pub fn on(policies: &Policies, day: WorkDay) -> Self {
        Self {
            use_unconfirmed: policies.at(Policy::LevelsUseUnconfirmed, day) == 1,
            foreman_after_course: policies.at(Policy::LevelForemanAfterCourse, day) == 1,
            pace_months: u32::try_from(policies.at(Policy::LevelPaceMonths, day)).unwrap_or(12),
        }
    }
}

/// The answer for one field.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// The field.
    pub field: &'a Field,
    /// Its edition in force on the day.
    pub edition: &'a Edition,
    /// The day.
    pub on: WorkDay,
    /// The level, 1 to 4, by confirmed criteria only (by all of them, if the operator says so).
    pub level: u8,
    /// The level if criteria that are not confirmed are believed: a guide.
    pub guide: u8,
    /// Why no level above 1 can be given, whatever the facts.
    pub blocked: Option<Blocked>,
    /// Work days.
    pub days: Counted,
    /// Registered qualifications that do not count on the day.
    pub lapsed: Vec<(&'a Held, NotHeld)>,
    /// Levels 2, 3 and 4.
    pub levels: Vec<Judgement<'a>>,
}

impl<'a> Judged<'a> {
    /// The next level above the one reached (as a guide), if there is one.
    #[must_use]
    pub fn next(&self) -> Option<&Judgement<'a>> {
        self.levels.iter().find(|judgement| judgement.level > self.guide)
    }

    /// The judgement of a level, 2 to 4.
    #[must_use]
    pub fn at(&self, level: u8) -> Option<&Judgement<'a>> {
        self.levels.iter().find(|judgement| judgement.level == level)
    }
}

/// Why nobody can give a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// Simplified registration (簡略型): it has no qualifications.
    Simplified,
}

/// How one level stands.
#[derive(Debug, Clone)]
pub struct Judgement<'a> {
    /// 2 to 4.
    pub level: u8,
    /// Whether it is reached.
    pub standing: Standing,
    /// The criteria behind it, those of the lower levels included, are confirmed.
    pub confirmed: bool,
    /// All conditions, of the way to the level that is nearest.
    pub conditions: Vec<Condition<'a>>,
    /// The other ways to it, where there are any.
    pub other_ways: Vec<Vec<Condition<'a>>>,
    /// When the days will be there at the present pace; none if they are, or no pace can be told.
    pub days_reached_on: Option<WorkDay>,
}

impl<'a> Judgement<'a> {
    /// Conditions that are not met, or not known to be.
    pub fn missing(&self) -> impl Iterator<Item = &Condition<'a>> {
        self.conditions.iter().filter(|condition| condition.met != Some(true))
    }

    /// Only days are missing, no qualification.
    #[must_use]
    pub fn only_days_missing(&self) -> bool {
        let days = |c: &Condition<'_>| matches!(c.what, What::Days { .. } | What::Foreman { .. });
        self.missing().count() > 0 && self.missing().all(days)
    }
}

/// Whether a level is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Everything asked for is there.
    Met,
    /// Nothing known is missing, but not everything that is asked for is known.
    Unknown,
    /// Something is missing.
    NotMet,
}

/// One condition of a level.
#[derive(Debug, Clone)]
pub struct Condition<'a> {
    /// What.
    pub what: What<'a>,
    /// Whether it is met; none if that cannot be told.
    pub met: Option<bool>,
    /// It is met (or not) by what was read, not by a reading of ours.
    pub sure: bool,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub enum What<'a> {
    /// Work days; what counts is in [`Judged::days`].
    Days {
        /// So many are there.
        have: u32,
        /// So many are asked for; none: not known.
        need: Option<u32>,
    },
    /// Days as foreman.
    Foreman {
        /// Those that count.
        counted: Counted,
        /// So many are asked for; none: not known.
        need: Option<u32>,
        /// Days as squad leader count as well.
        squad_too: bool,
    },
    /// Qualifications of a level: one of these choices is enough.
    Qualifications {
        /// Which level asks for them.
        of_level: u8,
        /// Usually one.
        either: Vec<ChoiceState<'a>>,
    },
    /// The list of qualifications of a level was not seen to its end.
    Unseen {
        /// Which level's.
        of_level: u8,
    },
}

impl What<'_> {
    /// Days that are missing.
    #[must_use]
    pub fn short(&self) -> u32 {
        match self {
            Self::Days { have, need } => need.unwrap_or(0).saturating_sub(*have),
            Self::Foreman { counted, need, .. } => need.unwrap_or(0).saturating_sub(counted.days),
            Self::Qualifications { .. } | Self::Unseen { .. } => 0,
        }
    }
}

/// So many of a list, and which are held.
#[derive(Debug, Clone)]
pub struct ChoiceState<'a> {
    /// How many are asked for.
    pub count: usize,
    /// The list.
    pub items: Vec<ItemState<'a>>,
}

impl ChoiceState<'_> {
    /// How many items are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.items.iter().filter(|item| !item.held.is_empty()).count()
    }

    /// How many are missing.
    #[must_use]
    pub fn short(&self) -> usize {
        self.count.saturating_sub(self.held())
    }

    /// Everything of the list is asked for.
    #[must_use]
    pub fn all(&self) -> bool {
        self.count == self.items.len()
    }
}

/// An item of a list and what meets it.
#[derive(Debug, Clone)]
pub struct ItemState<'a> {
    /// The item.
    pub item: &'a Item,
    /// What meets it; empty: nothing.
    pub held: Vec<Holding<'a>>,
}

/// Judges a worker in a field on a day. `None`: the field is not there on that day.
#[must_use]
pub fn judge<'a>(
    criteria: &'a Criteria,
    field: &'a Field,
    facts: &'a Facts,
    on: WorkDay,
    settings: Settings,
) -> Option<Judged<'a>> {
    let edition = field.edition_on(on)?;
    let mut case = Case {
        criteria,
        edition,
        settings,
        pool: Pool::new(criteria, facts, on),
        counter: Counter::new(criteria, edition, facts, on),
        days: Counted::default(),
    };
    case.days = case.counter.count(Ask::Work);
    let levels: Vec<Judgement<'a>> = edition.levels().map(|(number, level)| case.level(number, level)).collect();
    let reached = |judgement: &&Judgement<'a>| judgement.standing == Standing::Met;
    let guide = levels.iter().rev().find(reached).map_or(1, |j| j.level);
    let binding = |j: &&Judgement<'a>| {
        let sure = j.confirmed && edition.trades_confirmed && j.conditions.iter().all(|c| c.sure);
        reached(j) && (sure || settings.use_unconfirmed)
    };
    let blocked = (!facts.detailed).then_some(Blocked::Simplified);
    let level = levels.iter().rev().find(binding).map_or(1, |j| j.level);
    Some(Judged {
        field,
        edition,
        on,
        level: if blocked.is_some() { 1 } else { level },
        guide,
        blocked,
        days: case.days,
        lapsed: case.pool.lapsed,
        levels,
    })
}

struct Case<'a> {
    criteria: &'a Criteria,
    edition: &'a Edition,
    settings: Settings,
    pool: Pool<'a>,
    counter: Counter<'a>,
    days: Counted,
}

impl<'a> Case<'a> {
    fn level(&self, number: u8, level: &'a Level) -> Judgement<'a> {
        let shared = self.shared(number, level);
        let mut ways: Vec<(Standing, Vec<Condition<'a>>)> = level
            .ways
            .iter()
            .map(|way| {
                let mut conditions: Vec<Condition<'a>> = self.days(way).into_iter().collect();
                conditions.extend(shared.iter().filter(|c| matches!(c.what, What::Foreman { .. })).cloned());
                conditions.extend(self.qualifications(number, way));
                conditions.extend(shared.iter().filter(|c| !matches!(c.what, What::Foreman { .. })).cloned());
                (standing(&conditions), conditions)
            })
            .collect();
        // The nearest first: met, then with the fewest courses to take, then with the fewest days to work.
        ways.sort_by_cached_key(|(standing, conditions)| {
            let courses = conditions
                .iter()
                .filter(|c| c.met == Some(false) && c.what.short() == 0)
                .count();
            let days: u32 = conditions.iter().map(|c| c.what.short()).sum();
            (*standing != Standing::Met, courses, days)
        });
        let mut ways = ways.into_iter();
        let (standing, conditions) = ways.next().unwrap_or((Standing::NotMet, Vec::new()));
        let mut below = self
            .edition
            .levels()
            .filter(|(lower, _)| *lower < number && level.includes_lower);
        Judgement {
            level: number,
            standing,
            confirmed: level.confirmed && below.all(|(_, lower)| lower.confirmed),
            days_reached_on: self.forecast(number, level, &conditions),
            conditions,
            other_ways: ways.map(|(_, conditions)| conditions).collect(),
        }
    }

    /// Conditions that every way to a level has: days as foreman, qualifications of the levels below.
    fn shared(&self, number: u8, level: &'a Level) -> Vec<Condition<'a>> {
        let mut conditions = Vec::new();
        if level.foreman != Figure::None {
            let counted = self.counter.count(self.ask_foreman(number, level));
            let (met, sure) = enough(counted.days, level.foreman);
            conditions.push(Condition {
                what: What::Foreman {
                    counted,
                    need: level.foreman.days(),
                    squad_too: level.squad_counts,
                },
                met,
                sure,
            });
        }
        for (lower, of) in self
            .edition
            .levels()
            .filter(|(lower, _)| *lower < number && level.includes_lower)
        {
            let ways = of.ways.iter().map(|way| self.qualifications(lower, way));
            let best = ways.min_by_key(|conditions| {
                let missing = conditions.iter().filter(|c| c.met == Some(false)).count();
                (standing(conditions), missing)
            });
            conditions.extend(best.into_iter().flatten());
        }
        conditions
    }

    fn ask_foreman(&self, number: u8, level: &Level) -> Ask {
        let squad_held = level
            .squad_leader_needs
            .as_ref()
            .is_none_or(|item| !self.pool.meeting(item).is_empty());
        Ask::Foreman {
            since: self.foreman_since(number, level),
            squad: level.squad_counts,
            squad_held,
        }
    }

    /// Where the field asks for the foreman's course, up to this level: the month after it.
    fn foreman_since(&self, number: u8, level: &Level) -> Since {
        let courses = &self.criteria.rules.foreman_courses;
        let lowest = if level.includes_lower { 2 } else { number };
        let asks = |level: &Level| {
            let required = level.ways.iter().flat_map(|way| &way.conditions).flat_map(|c| &c.either);
            required
                .filter(|choice| choice.count == choice.items.len())
                .flat_map(|choice| &choice.items)
                .any(|item| courses.iter().any(|course| course.names == item.names))
        };
        let asked = self
            .edition
            .levels()
            .any(|(l, level)| (lowest..=number).contains(&l) && asks(level));
        if !asked || !self.settings.foreman_after_course {
            return Since::Always;
        }
        match self.pool.earliest(courses) {
            None => Since::Never,
            // Only its having was told: nothing to hold the days against.
            Some(course) => course
                .held
                .since
                .map_or(Since::Always, |day| Since::Month(day.month().next())),
        }
    }

    fn days(&self, way: &Way) -> Option<Condition<'a>> {
        let (met, sure) = enough(self.days.days, way.days);
        (way.days != Figure::None).then(|| Condition {
            what: What::Days {
                have: self.days.days,
                need: way.days.days(),
            },
            met,
            sure,
        })
    }

    fn qualifications(&self, of_level: u8, way: &'a Way) -> Vec<Condition<'a>> {
        let mut conditions: Vec<Condition<'a>> = way
            .conditions
            .iter()
            .map(|qualified| self.qualified(of_level, qualified, way.unseen))
            .collect();
        if way.unseen {
            conditions.push(Condition {
                what: What::Unseen { of_level },
                met: None,
                sure: false,
            });
        }
        conditions
    }

    fn qualified(&self, of_level: u8, qualified: &'a Qualified, unseen: bool) -> Condition<'a> {
        let either: Vec<ChoiceState<'a>> = qualified.either.iter().map(|choice| self.choice(choice)).collect();
        let met = either.iter().any(|choice| choice.short() == 0);
        let surely = |choice: &ChoiceState<'a>| {
            let sure = choice.items.iter().filter(|item| item.held.iter().any(|h| h.sure));
            sure.count() >= choice.count
        };
        // Something that was not seen may do instead, unless everything of the list is asked for.
        let open = unseen && !either.iter().any(ChoiceState::all);
        Condition {
            met: if !met && open { None } else { Some(met) },
            sure: !met || either.iter().any(surely),
            what: What::Qualifications { of_level, either },
        }
    }

    fn choice(&self, choice: &'a Choice) -> ChoiceState<'a> {
        let items = choice.items.iter().map(|item| ItemState {
            item,
            held: self.pool.meeting(item),
        });
        ChoiceState {
            count: choice.count,
            items: items.collect(),
        }
    }

    /// The later of the days on which work days and days as foreman will be enough.
    fn forecast(&self, number: u8, level: &Level, conditions: &[Condition<'_>]) -> Option<WorkDay> {
        let mut last = None;
        for condition in conditions.iter().filter(|c| c.what.short() > 0) {
            let ask = match condition.what {
                What::Foreman { .. } => self.ask_foreman(number, level),
                _ => Ask::Work,
            };
            let day = self
                .counter
                .forecast(ask, condition.what.short(), self.settings.pace_months)?;
            last = last.max(Some(day));
        }
        last
    }
}

fn enough(have: u32, figure: Figure) -> (Option<bool>, bool) {
    (figure.days().map(|need| have >= need), matches!(figure, Figure::Asked(_)))
}

fn standing(conditions: &[Condition<'_>]) -> Standing {
    if conditions.iter().any(|c| c.met == Some(false)) {
        Standing::NotMet
    } else if conditions.iter().any(|c| c.met.is_none()) {
        Standing::Unknown
    } else {
        Standing::Met
    }
}
