//! Who of a company is written to.

use domain::CompanyId;
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};
use web::Language;

pub(super) const SQL: &[&Sql] = &[&ADMINISTRATORS];

const ADMINISTRATORS: Sql = Sql::new(
    "accounts.administrators",
    "select id, name, email, language from account
     where company_id = $1 and role = 'administrator' and closed_at is null and email <> '' order by created_at, id limit 20",
);

/// An administrator who can be written to.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Key of his account.
    pub account: String,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Language he is written to in.
    pub language: Language,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    email: String,
    language: String,
}

/// The administrators of a company who have an e-mail address.
///
/// # Errors
/// If the database fails.
pub async fn administrators(tx: &Tx, company: CompanyId) -> Result<Vec<Reach>, StoreError> {
    let rows: Vec<Columns> = tx.all(&ADMINISTRATORS, values![company.to_string()]).await?;
    let reach = |row: Columns| Reach {
        account: row.id,
        name: row.name,
        email: row.email,
        language: Language::from_code(&row.language).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(reach).collect())
}
