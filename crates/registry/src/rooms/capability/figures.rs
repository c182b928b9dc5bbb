//! The figures of a company in a field: from the registry's tables, from its registration, from what it stated.

use domain::capability::{Figures, Item};
use domain::levels::Field;
use domain::registration::Fields;
use domain::{CompanyId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::rooms::application;
use crate::rows::unreadable;

/// Up to this age somebody is young; the rule book's 29 or under.
const YOUNG: i32 = 29;
/// A day as a number, so many years earlier.
const YEAR: i32 = 10_000;

#[derive(FromQueryResult)]
struct PeopleRow {
    people: i64,
    cards: i64,
    skilled: i64,
    young: i64,
    core: i64,
    years: i64,
}

#[derive(FromQueryResult)]
struct StatedRow {
    figures: String,
}

/// As they are kept: by the items' words. A word that is known no more is left out.
pub(super) fn read(figures: &str) -> Result<Figures, StoreError> {
    let by_word: std::collections::BTreeMap<String, u64> =
        serde_json::from_str(figures).map_err(|_| unreadable("capability.figures"))?;
    Ok(by_word
        .into_iter()
        .filter_map(|(word, figure)| Some((Item::from_word(&word)?, figure)))
        .collect())
}

/// As they are kept.
pub(super) fn written(figures: &Figures) -> String {
    let by_word = figures
        .iter()
        .map(|(item, figure)| (item.word().to_owned(), (*figure).into()));
    serde_json::Value::Object(by_word.collect()).to_string()
}

/// What the company stated last.
pub(super) async fn stated(tx: &Tx, company: CompanyId, field: &str) -> Result<Figures, StoreError> {
    let row: Option<StatedRow> = tx.one(&queries::STATED, values![company.to_string(), field]).await?;
    row.map_or_else(|| Ok(Figures::new()), |row| read(&row.figures))
}

/// All figures of a company in a field on a day.
pub(super) async fn of_company(tx: &Tx, company: CompanyId, field: &Field, today: WorkDay) -> Result<Figures, StoreError> {
    let mut figures = stated(tx, company, &field.id).await?;
    figures.extend(of_registration(&application::newest_record(tx, &company.to_string()).await?));
    let trades = field
        .edition_on(today)
        .map(|edition| edition.trades.as_slice())
        .unwrap_or_default();
    let trades = Rows::of(trades.iter().map(|trade| [trade.to_string()]))?;
    let day = today.to_number();
    let of_people = values![
        company.to_string(),
        day,
        trades,
        day - (YOUNG + 1) * YEAR,
        field.core_worker.as_str()
    ];
    let people: PeopleRow = tx
        .one(&queries::PEOPLE, of_people)
        .await?
        .ok_or_else(|| unreadable("employment"))?;
    let between = || values![company.to_string(), day - YEAR, day];
    let works: Option<i64> = tx.value(&queries::WORKS, between()).await?;
    let second: Option<i64> = tx.value(&queries::SECOND_TIER, between()).await?;
    let share = |part: i64| (part * 100).checked_div(people.people).unwrap_or(0);
    let counted = [
        (Item::Tenure, people.years.checked_div(people.people).unwrap_or(0)),
        (Item::Cards, people.cards),
        (Item::SkilledShare, share(people.skilled)),
        (Item::Works, works.unwrap_or(0)),
        (Item::CoreWorkers, people.core),
        (Item::SecondTier, second.unwrap_or(0)),
        (Item::YoungShare, share(people.young)),
    ];
    figures.extend(counted.map(|(item, figure)| (item, u64::try_from(figure).unwrap_or(0))));
    Ok(figures)
}

/// What its registration says. What it does not say is not told.
fn of_registration(record: &Fields) -> Figures {
    let yes_no = |field: &str| record.has(field).then(|| u64::from(record.yes(field)));
    let yen = |field: &str| record.get(field).parse::<u64>().ok();
    let insured = ["health_insurance", "pension_insurance", "employment_insurance"];
    let insured: Vec<&str> = insured
        .iter()
        .map(|field| record.get(field))
        .filter(|is| !is.is_empty())
        .collect();
    let as_due = insured.iter().filter(|is| matches!(**is, "joined" | "exempt")).count();
    [
        (Item::Licence, yes_no("licence_held")),
        (Item::Capital, yen("capital_yen")),
        (Item::Completed, yen("completed_yen")),
        (
            Item::Association,
            Some(u64::from(record.has("associations"))).filter(|_| record.has("name")),
        ),
        (Item::Insurance, u64::try_from(as_due).ok().filter(|_| !insured.is_empty())),
    ]
    .into_iter()
    .filter_map(|(item, figure)| Some((item, figure?)))
    .collect()
}
