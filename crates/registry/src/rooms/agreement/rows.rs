//! Columns ↔ domain types of this room.

use domain::CompanyId;
use domain::agreement::{AgreementMove, AgreementState, Side, leads_to};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::rows::{id, millisecond, opt_id, unreadable};

#[derive(FromQueryResult)]
pub(super) struct Columns {
    id: String,
    proxy_id: String,
    principal_id: String,
    state: String,
    asked_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    proxy_name: String,
    principal_name: String,
    pub(super) total: i64,
}

/// An agreement as one of its two companies sees it.
#[derive(Debug, Clone)]
pub(super) struct Agreement {
    pub(super) id: String,
    /// Which of the two is looking.
    pub(super) side: Side,
    pub(super) proxy: (CompanyId, String),
    pub(super) principal: (CompanyId, String),
    pub(super) state: AgreementState,
    pub(super) asked: Timestamp,
    pub(super) answered: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) ended_by: Option<CompanyId>,
}

impl Agreement {
    pub(super) fn read(row: Columns, own: CompanyId) -> Result<Self, StoreError> {
        let proxy: CompanyId = id(&row.proxy_id, "agreement.proxy_id")?;
        let at = |at: Option<i64>, column| at.map(|at| millisecond(at, column)).transpose();
        Ok(Self {
            id: row.id,
            side: if proxy == own { Side::Proxy } else { Side::Principal },
            proxy: (proxy, row.proxy_name),
            principal: (id(&row.principal_id, "agreement.principal_id")?, row.principal_name),
            state: AgreementState::from_word(&row.state).ok_or_else(|| unreadable("agreement.state"))?,
            asked: millisecond(row.asked_at, "agreement.asked_at")?,
            answered: at(row.answered_at, "agreement.answered_at")?,
            ended: at(row.ended_at, "agreement.ended_at")?,
            ended_by: opt_id(row.ended_by, "agreement.ended_by")?,
        })
    }

    /// The other company: ID and name.
    pub(super) fn other(&self) -> &(CompanyId, String) {
        match self.side {
            Side::Proxy => &self.principal,
            Side::Principal => &self.proxy,
        }
    }

    /// What the one who looks may do.
    pub(super) fn moves(&self) -> Vec<AgreementMove> {
        let allowed = |what: &AgreementMove| leads_to(self.state, self.side, *what).is_some();
        AgreementMove::ALL.into_iter().filter(allowed).collect()
    }

    /// The name of the company that ended it.
    pub(super) fn ender(&self) -> &str {
        match self.ended_by {
            Some(company) if company == self.proxy.0 => &self.proxy.1,
            Some(_) => &self.principal.1,
            None => "",
        }
    }
}

/// An agreement of a company, if it is in one with this key.
pub(super) async fn find(tx: &Tx, own: CompanyId, agreement: &str) -> Result<Option<Agreement>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::ONE, values![agreement, own.to_string()]).await?;
    row.map(|row| Agreement::read(row, own)).transpose()
}
