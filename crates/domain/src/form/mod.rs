//! Forms as tables of fields. The same table draws the steps of a form, checks what was typed, lists what a reader sees, names the
//! columns of import and export, and says what may be changed later. So nothing is written twice, and a field added to the table is
//! there everywhere.

mod field;
mod fields;
mod kind;

pub use field::{Field, Form, Group, Need};
pub use fields::{Fault, Faults, Fields};
pub use kind::{Kind, PaperUse};

use crate::master::Masters;
use crate::time::WorkDay;

/// What the checks need to know beside the fields.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Trades, prefectures and the like.
    pub masters: &'a Masters,
    /// The day of the check.
    pub today: WorkDay,
}
