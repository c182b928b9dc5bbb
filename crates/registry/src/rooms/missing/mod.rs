//! What is missing (まだ有効でない日): one page per site and one per company with everything that stops days from counting, now or soon,
//! the most worker-days at stake first, each with who can mend it and the button, or the message to whoever can; and judging again.
//!
//! A reading screen: it joins `history`, `judgement`, `refused_touch`, `node`, `roster_row`, `card` and `company` of other rooms.
//! What belongs together and in which order: `domain::missing`.

mod again;
mod company;
mod find;
mod proxy;
mod queries;
mod site;
mod tell;
mod words;

use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/mend", company::page)
        .get("/sites/{site}/mend", site::page)
        .post("/sites/{site}/mend/again", again::start)
        .get("/sites/{site}/mend/again", again::part)
        .post("/sites/{site}/mend/tell", tell::send)
}
