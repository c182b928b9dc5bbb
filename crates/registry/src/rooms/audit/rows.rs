//! Columns ↔ what the auditor reads.

use domain::{WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::StoreError;

use crate::rows::{day, id, millisecond};

#[derive(FromQueryResult)]
pub(super) struct LookColumns {
    look_day: i32,
    worker_id: String,
    worker_name: Option<String>,
    company_name: Option<String>,
    sign_in_id: Option<String>,
    account_name: Option<String>,
    what: String,
    first_at: i64,
    last_at: i64,
    times: i32,
    pub(super) total: i64,
}

#[derive(FromQueryResult)]
pub(super) struct ChangeColumns {
    at: i64,
    subject_id: String,
    subject_name: Option<String>,
    company_name: Option<String>,
    sign_in_id: Option<String>,
    account_name: Option<String>,
    what: String,
    details: String,
    pub(super) total: i64,
}

#[derive(FromQueryResult)]
pub(super) struct AccountColumns {
    pub(super) id: String,
    pub(super) company_id: String,
}

/// Looks of an account at a worker on a day.
pub(super) struct Look {
    pub(super) day: WorkDay,
    pub(super) worker: WorkerId,
    pub(super) worker_name: String,
    pub(super) by: By,
    pub(super) what: String,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) times: i32,
}

/// Something that was changed.
pub(super) struct Change {
    pub(super) at: Timestamp,
    pub(super) subject: String,
    pub(super) subject_name: String,
    pub(super) by: By,
    pub(super) what: String,
    pub(super) details: String,
}

/// Who did it.
pub(super) struct By {
    /// None: the operator's people.
    pub(super) company: Option<String>,
    pub(super) name: String,
    pub(super) sign_in_id: String,
}

impl TryFrom<LookColumns> for Look {
    type Error = StoreError;
    fn try_from(row: LookColumns) -> Result<Self, StoreError> {
        Ok(Self {
            day: day(row.look_day, "look.look_day")?,
            worker: id(&row.worker_id, "look.worker_id")?,
            worker_name: row.worker_name.unwrap_or_default(),
            by: By {
                company: row.company_name,
                name: row.account_name.unwrap_or_default(),
                sign_in_id: row.sign_in_id.unwrap_or_default(),
            },
            what: row.what,
            first: millisecond(row.first_at, "look.first_at")?,
            last: millisecond(row.last_at, "look.last_at")?,
            times: row.times,
        })
    }
}

impl TryFrom<ChangeColumns> for Change {
    type Error = StoreError;
    fn try_from(row: ChangeColumns) -> Result<Self, StoreError> {
        Ok(Self {
            at: millisecond(row.at, "change_event.at")?,
            subject: row.subject_id,
            subject_name: row.subject_name.unwrap_or_default(),
            by: By {
                company: row.company_name,
                name: row.account_name.unwrap_or_default(),
                sign_in_id: row.sign_in_id.unwrap_or_default(),
            },
            what: row.what,
            details: row.details,
        })
    }
}
