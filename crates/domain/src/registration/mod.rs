//! Registration (事業者登録・技能者登録): what is asked, what is right, and how an application moves.
//!
//! The forms are tables of fields ([`company::FORM`], [`worker::FORM`]). The same table draws the steps of the form, checks what was
//! typed, lists what the reviewer sees, names the columns of import and export, and says what may be changed later. So nothing is
//! written twice, and a field added to the table is there everywhere.

pub mod company;
pub mod consent;
pub mod employment;
pub mod ending;
pub mod field;
pub mod fields;
mod kind;
pub mod likeness;
pub mod moves;
mod purpose;
pub mod renewal;
pub mod sole_master;
pub mod worker;

pub use field::{Field, Form, Group, Need};
pub use fields::{Fault, Faults, Fields};
pub use kind::{Kind, PaperUse};
pub use moves::RETURN_REASONS;
pub use purpose::Purpose;

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
