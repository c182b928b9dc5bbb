//! Registration (事業者登録・技能者登録): what is asked, what is right, and how an application moves.
//!
//! The forms are tables of fields ([`company::FORM`], [`worker::FORM`]; see [`crate::form`]).

pub mod company;
pub mod consent;
pub mod employment;
pub mod ending;
pub mod level;
pub mod likeness;
pub mod moves;
mod purpose;
pub mod renewal;
pub mod sole_master;
pub mod worker;

pub use moves::RETURN_REASONS;
pub use purpose::Purpose;

pub use crate::form::{Context, Fault, Faults, Field, Fields, Form, Group, Kind, Need, PaperUse};
