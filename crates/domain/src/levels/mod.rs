//! Levels (能力評価): from days and qualifications to the level of a worker in a field, with every reason.
//!
//! Rules: skill evaluation rule book. The criteria are data (`data/skill-levels.toml`, docs/levels.md). What is judged is a summary
//! ([`Facts`]) with one row per month, trade and position, so that one worker and all workers of the country are judged by the same
//! code.

mod count;
mod criteria;
mod facts;
mod held;
mod judge;
mod node;
mod read;
mod summary;

pub use count::{Counted, Left, LeftOut, Origin, Part};
pub use criteria::{Choice, Criteria, Edition, Field, Figure, Item, JUDGED, Level, Qualified, Rules, Way, key};
pub use facts::{Career, Days, Facts, Held, MonthDays, Period, Place, Told};
pub use held::{Holding, NotHeld};
pub use judge::{Blocked, ChoiceState, Condition, ItemState, Judged, Judgement, Settings, Standing, What, judge};
pub(crate) use read::{Others, read};
pub use summary::{Course, Missing, Summary, fields_for, look_again, runs_out};

#[cfg(test)]
mod tests;
