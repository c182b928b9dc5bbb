//! The words and the rules of the registry. Pure: no database, no clock, no web. Every rule has its table of cases beside it.

pub mod access;
pub mod agreement;
pub mod capability;
pub mod card;
pub mod device;
pub mod direct;
pub mod fees;
pub mod figures;
pub mod form;
pub mod gate_code;
pub mod ids;
pub mod judge;
pub mod levels;
pub mod lockout;
pub mod master;
pub mod missing;
pub mod morning;
pub mod organisation;
pub mod password;
pub mod qr;
pub mod registration;
pub mod roster;
pub mod site;
pub mod tally;
pub mod term;
pub mod tie;
pub mod tier;
pub mod time;
pub mod touch;
pub mod training;
pub mod way;

pub use ids::{CompanyId, IdError, IdKind, SiteId, WorkerId};
pub use master::{Masters, Policies, Policy, PositionId, TradeCode};
pub use time::{Clock, SystemClock, WorkDay, YearMonth};
pub use touch::{Attendance, Direction, TouchKey};
