//! One folder per feature, always of the same form: `mod.rs` is the door (routes, texts, what others may call), a file per use
//! case, `queries.rs` all SQL, `pages.rs` for people, `api.rs` for machines, `templates/` and `text/`.

pub mod accounts;
pub mod agreement;
pub mod application;
pub mod audit;
pub mod bulk;
pub mod capability;
pub mod card;
pub mod device;
pub mod direct;
pub mod exchange;
pub mod facts;
pub mod fees;
pub mod gate;
pub mod history;
pub mod jobs;
pub mod level;
pub mod levels;
pub mod mail;
pub mod masters;
pub mod missing;
pub mod morning;
pub mod notices;
pub mod orderer;
pub mod organisation;
pub mod papers;
pub mod portal;
pub mod review;
pub mod roster;
pub mod search;
pub mod site;
pub mod terms;
pub mod ties;
pub mod training;
pub mod views;
