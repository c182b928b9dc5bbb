//! Agreements between companies (事業者間合意, menu 620 > 30) and the workers' consent to proxy handling (代理手続きの同意確認, 340 > 10).
//!
//! A company asks another one to let it handle that one's people; the other agrees or refuses, and either ends it at any time. Its
//! workers are told, and each says for himself whether the proxy may see and list him. What the proxy may then do, and where, is
//! `domain::agreement`; the rooms `organisation` and `roster` ask [`agreed_principals`] and [`find_principals`].

mod consent;
mod keep;
mod pages;
mod queries;
mod rows;
mod worker_pages;

use std::collections::{BTreeMap, BTreeSet};

pub use consent::{ConsentRefusal, consent};
use domain::CompanyId;
use domain::access::CompanyState;
pub use keep::{AgreementRefusal, ask, change, end_all};
use sea_orm::FromQueryResult;
use store::{Page, Paged, Rows, Sql, StoreError, Tx, values};
use web::{Language, Routes};

use crate::App;
use crate::rows::{id, unreadable};
use crate::typed::Search;

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
    name_kana: String,
    state: String,
    total: i64,
}

/// A company that lets another handle its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Key of the agreement.
    pub agreement: String,
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// Its name in kana.
    pub kana: String,
    /// How it stands with the registry: a proxy may not do what the company itself may not.
    pub state: CompanyState,
}

impl TryFrom<PrincipalColumns> for Principal {
    type Error = StoreError;
    fn try_from(row: PrincipalColumns) -> Result<Self, StoreError> {
        Ok(Self {
            agreement: row.id,
            company: id(&row.principal_id, "agreement.principal_id")?,
            name: row.name,
            kana: row.name_kana,
            state: CompanyState::from_word(&row.state).ok_or_else(|| unreadable("company.state"))?,
        })
    }
}

/// Which of these companies have agreed to `proxy` handling their people, as it stands now.
///
/// # Errors
/// If the database fails.
pub async fn agreed_principals(
    tx: &Tx,
    proxy: CompanyId,
    among: impl IntoIterator<Item = CompanyId>,
) -> Result<BTreeMap<CompanyId, Principal>, StoreError> {
    let among: BTreeSet<CompanyId> = among.into_iter().collect();
    if among.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = Rows::of(among.iter().map(|company| [company.to_string()]))?;
    let rows: Vec<PrincipalColumns> = tx.all(&queries::PRINCIPALS_AMONG, values![proxy.to_string(), rows]).await?;
    let principals = rows.into_iter().map(Principal::try_from);
    principals.map(|one| one.map(|one| (one.company, one))).collect()
}

/// The companies that have agreed to `proxy` handling their people (代理手続き合意済事業者リスト), by name, kana or ID.
///
/// # Errors
/// If the database fails.
pub async fn find_principals(tx: &Tx, proxy: CompanyId, typed: &str, page: Page) -> Result<Paged<Principal>, StoreError> {
    let search = Search::new(typed);
    let values = values![
        proxy.to_string(),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        page.limit(),
        page.offset()
    ];
    let rows: Vec<PrincipalColumns> = tx.all(&queries::PRINCIPALS, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let rows = rows.into_iter().map(Principal::try_from).collect::<Result<_, _>>()?;
    Ok(Paged { rows, total, page })
}

/// The key of the agreement by which `proxy` handles the people of `principal`, if it holds now.
///
/// # Errors
/// If the database fails.
pub async fn agreed(tx: &Tx, proxy: CompanyId, principal: CompanyId) -> Result<Option<String>, StoreError> {
    tx.value(&queries::AGREED, values![proxy.to_string(), principal.to_string()])
        .await
}
