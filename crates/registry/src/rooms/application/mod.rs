//! Applications (申請): somebody asks to be registered, or to have his registration changed, and sees at every moment where it stands
//! and what to do.
//!
//! The form is a table in `domain::registration`; a draft keeps what was typed even while it is wrong. The table of moves draws the
//! buttons and guards the use cases. What is approved becomes a company or a worker in `register.rs`; `record.rs` is the only place that
//! writes `record`. Renewals, withdrawals and deaths are applications too; what ends with them is in `end.rs`.

mod begin;
mod consent_pages;
mod consents;
mod end;
mod faults;
mod fee;
mod fill;
mod for_worker;
mod form_view;
mod list;
mod moves;
mod open;
mod papers;
mod photo;
mod queries;
mod record;
mod register;
mod send;
mod status;
mod step;
mod stored;
pub mod take_over;
mod tell;

use std::collections::BTreeMap;

use axum::http::Method;
use axum::routing::post;
pub use begin::{BeginRefusal, begin, begin_for};
pub(crate) use consent_pages::mood as consent_mood;
pub use consents::{ConsentAnswer, ConsentRefusal, ConsentState, answer_consent, ask_consent};
pub(crate) use consents::{consents, is_stale};
use domain::registration::Purpose;
pub(crate) use end::{Stakes, stakes};
pub(crate) use faults::check_employers;
pub(crate) use fee::price;
pub(crate) use fill::{Copies, context, set, set_proxy};
pub use fill::{Extra, FillRefusal, fill};
pub(crate) use form_view::{
    FieldView, GroupView, NOTHING_OFFERED, Offered, Sight, Widget, choices, companies_named, group_view, label_key, label_of,
    sentence, shown as shown_value,
};
pub use moves::{MoveRefusal, paid, submit, take_back};
pub(crate) use moves::{advance, submit_of_many};
pub(crate) use open::four_eyes;
pub use open::{Opened, open};
pub(crate) use papers::{kind_of, refused};
pub use record::{employer_joined, employer_left, newest_record, take_back_record};
use sea_orm::FromQueryResult;
pub(crate) use status::{Step, duration, mood, story, whose};
use store::{Rows, Sql, StoreError, Tx, values};
pub use stored::{Application, Correction, Mark, state_word};
use web::{Language, Routes, T};

use crate::App;

/// Largest form with papers, in bytes: three of the largest papers and something over.
const LARGEST_FORM: usize = 32_000_000;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;
/// SQL by which what was approved is registered.
pub(crate) const SQL_OF_REGISTER: &[&Sql] = register::ALL;
/// SQL by which what was registered elsewhere is taken over.
pub(crate) const SQL_OF_TAKE_OVER: &[&Sql] = take_over::ALL;

/// SQL of consents.
pub(crate) const SQL_OF_CONSENT: &[&Sql] = consents::ALL;
/// SQL by which registrations end.
pub(crate) const SQL_OF_END: &[&Sql] = end::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/applications", list::page)
        .post("/applications", list::begin)
        .get("/applications/{application}", status::page)
        .get("/applications/{application}/steps/{step}", step::show)
        .add(
            Method::POST,
            "/applications/{application}/steps/{step}",
            post(step::save).layer(web::body_limit(LARGEST_FORM)),
        )
        .post("/applications/{application}/steps/{step}/faults", step::faults)
        .get("/applications/{application}/photo", photo::show)
        .post("/applications/{application}/photo", photo::cut)
        .get("/applications/{application}/photo/whole", photo::whole)
        .get("/applications/{application}/check", send::check)
        .post("/applications/{application}/submit", send::submit)
        .post("/applications/{application}/reopen", send::reopen)
        .post("/applications/{application}/withdraw", send::withdraw)
        .get("/applications/{application}/papers/{paper}", papers::show)
        .get("/applications/{application}/consent-form", consent_pages::form)
        .post("/applications/{application}/consents", consent_pages::ask)
        .get("/applications/for/{worker}", for_worker::show)
        .get("/consents/{consent}", consent_pages::consent)
        .post("/consents/{consent}", consent_pages::answer)
}

/// Writes down what happened to an application.
async fn note(
    app: &App,
    tx: &Tx,
    by: &str,
    application: &str,
    what: &str,
    (from, to): (&str, &str),
    details: &serde_json::Value,
) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    let values = values![application, now, by, what, from, to, details.to_string()];
    tx.run(&queries::EVENT, values).await.map(|_| ())
}

/// Writes a reviewer's correction: the body, and the list of corrections.
pub(crate) async fn save_correction(
    app: &App,
    tx: &Tx,
    by: &str,
    application: &mut Application,
) -> Result<Option<()>, StoreError> {
    if fill::save(tx, application).await?.is_none() {
        return Ok(None);
    }
    let state = application.state.word();
    let details = serde_json::json!({ "correction": application.corrections.last() });
    note(app, tx, by, &application.id, "correct", (state, state), &details).await?;
    Ok(Some(()))
}

/// What a company or a worker is registered with, in the steps of the form; empty if nothing is recorded.
pub(crate) async fn registered_view(
    app: &App,
    tx: &Tx,
    t: &T,
    purpose: Purpose,
    subject: &str,
) -> Result<Vec<GroupView>, StoreError> {
    let fields = newest_record(tx, subject).await?;
    if fields.iter().next().is_none() {
        return Ok(Vec::new());
    }
    let masters = app.masters();
    let companies = company_names(tx, companies_named(&fields).into_iter()).await?;
    let sight = Sight {
        form: purpose.form(),
        recorded: &fields,
        fields: &fields,
        marks: &[],
        corrections: &[],
        t,
        masters: &masters,
        companies: &companies,
        offered: &NOTHING_OFFERED,
        registered: None,
        faults: None,
    };
    Ok(purpose.form().steps(&fields).map(|group| group_view(sight, group)).collect())
}

#[derive(FromQueryResult)]
struct NameRow {
    id: String,
    name: String,
}

/// Names of companies by ID; those that do not exist are missing.
pub(crate) async fn company_names<'a>(
    tx: &Tx,
    ids: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<NameRow> = tx.all(&queries::COMPANIES_OF, values![Rows::of(ids.map(|id| [id]))?]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
