//! Agreements between companies (事業者間合意, menu 620 > 30) and the workers' consent to proxy handling (代理手続きの同意確認, 340 > 10).
//!
//! A company asks another one to let it handle that one's people; the other agrees or refuses, and either ends it at any time. Its
//! workers are told, and each says for himself whether the proxy may see and list him. What the proxy may then do, and where, is
//! `domain::agreement`; the rooms `organisation` and `roster` ask [`agreed_principals`] and [`agreed`].

mod consent;
mod keep;
mod pages;
mod queries;
mod rows;
mod worker_pages;

use std::collections::BTreeMap;

pub use consent::{ConsentRefusal, consent};
use domain::CompanyId;
pub use keep::{AgreementRefusal, ask, change};
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};
use web::{Language, Routes};

use crate::App;
use crate::rows::id;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/agreements", pages::list)
        .get("/agreements/new", pages::new)
        .post("/agreements", pages::send)
        .get("/agreements/{agreement}", pages::show)
        .post("/agreements/{agreement}", pages::answer)
        .get("/my/proxies", worker_pages::list)
        .post("/my/proxies/{agreement}", worker_pages::answer)
}

#[derive(FromQueryResult)]
struct PrincipalColumns {
    id: String,
    principal_id: String,
    name: String,
}

/// A company that lets another handle its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Key of the agreement.
    pub agreement: String,
    /// Name of the company.
    pub name: String,
}

/// The companies that have agreed to `proxy` handling their people (代理手続き合意済事業者リスト), as it stands now.
///
/// # Errors
/// If the database fails.
pub async fn agreed_principals(tx: &Tx, proxy: CompanyId) -> Result<BTreeMap<CompanyId, Principal>, StoreError> {
    let rows: Vec<PrincipalColumns> = tx.all(&queries::PRINCIPALS, values![proxy.to_string()]).await?;
    rows.into_iter()
        .map(|row| {
            let principal = Principal {
                agreement: row.id,
                name: row.name,
            };
            Ok((id(&row.principal_id, "agreement.principal_id")?, principal))
        })
        .collect()
}

/// The key of the agreement by which `proxy` handles the people of `principal`, if it holds now.
///
/// # Errors
/// If the database fails.
pub async fn agreed(tx: &Tx, proxy: CompanyId, principal: CompanyId) -> Result<Option<String>, StoreError> {
    tx.value(&queries::AGREED, values![proxy.to_string(), principal.to_string()])
        .await
}
