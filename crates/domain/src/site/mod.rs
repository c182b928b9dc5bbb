//! A site (現場): what is registered of it ([`FORM`]), how it stands on a day and what may be done with it then, and who sees what of
//! its data.
//!
//! Registry rule book chapter 5 (R-SITE). Suspension, early end and deletion were not read anywhere: our rules.

mod course;
mod form;
mod publication;

pub use course::{Course, Facts, Move, MoveFault, Pause, State, allowed, check_end, check_pause, check_period};
pub use form::{FORM, address, is_copied};
pub use publication::{Audience, Publication, shows};
