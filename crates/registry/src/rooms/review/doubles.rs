//! Who may be registered already: shown before the approval.

use domain::registration::likeness::{NAMES_ALIKE, names};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::rooms::application::{Application, Copies};

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    name_kana: String,
    name_alphabet: String,
    birth_day: Option<i32>,
    phone: String,
    number: String,
    licence: String,
}

/// Somebody who may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Double {
    /// ID of a registered worker or company; none for an application under way.
    pub(super) id: Option<String>,
    /// Key of the application under way.
    pub(super) application: Option<String>,
    pub(super) name: String,
    /// Keys of what is alike.
    pub(super) alike: Vec<&'static str>,
}

/// Registered people or companies, and applications under way, that may be the same; most likeness first.
pub(super) async fn doubles(tx: &Tx, application: &Application) -> Result<Vec<Double>, StoreError> {
    let own = Copies::of(application);
    let itself = application.subject.as_deref().unwrap_or_default();
    let registered: Vec<Columns> = if application.purpose.of_company() {
        let values = values![
            own.corporate_number.as_str(),
            own.licence.as_str(),
            own.phone.as_str(),
            own.kana.as_str(),
            itself
        ];
        tx.all(&queries::SAME_COMPANIES, values).await?
    } else {
        let values = values![own.birth_day, own.kana.as_str(), own.phone.as_str(), itself];
        tx.all(&queries::SAME_WORKERS, values).await?
    };
    let values = values![
        application.purpose.word(),
        application.id.as_str(),
        own.birth_day,
        own.kana.as_str(),
        own.phone.as_str(),
        own.corporate_number.as_str(),
        own.licence.as_str()
    ];
    let under_way: Vec<Columns> = tx.all(&queries::SAME_APPLICATIONS, values).await?;
    let registered = registered.into_iter().map(|row| (row, true));
    let under_way = under_way.into_iter().map(|row| (row, false));
    let mut doubles: Vec<Double> = registered
        .chain(under_way)
        .map(|(row, is_registered)| Double {
            alike: alike(&own, &row),
            id: is_registered.then(|| row.id.clone()),
            application: (!is_registered).then_some(row.id),
            name: row.name,
        })
        .filter(|double| !double.alike.is_empty())
        .collect();
    doubles.sort_by_key(|double| std::cmp::Reverse(double.alike.len()));
    doubles.truncate(20);
    Ok(doubles)
}

/// What is alike. One and the same birth date alone says nothing.
fn alike(own: &Copies, row: &Columns) -> Vec<&'static str> {
    let same = |one: &str, other: &str| !one.is_empty() && one == other;
    let born = own.birth_day.is_some() && own.birth_day == row.birth_day;
    let mut alike = Vec::new();
    if same(&own.corporate_number, &row.number) {
        alike.push("review-same-corporate-number");
    }
    if same(&own.licence, &row.licence) {
        alike.push("review-same-licence");
    }
    if same(&own.kana, &row.name_kana) {
        alike.push("review-same-kana");
    }
    if born && names(&own.alphabet, &row.name_alphabet) >= NAMES_ALIKE {
        alike.push("review-similar-alphabet");
    }
    if same(&own.phone, &row.phone) {
        alike.push("review-same-phone");
    }
    if born && !alike.is_empty() {
        alike.push("review-same-birth-day");
    }
    alike
}
