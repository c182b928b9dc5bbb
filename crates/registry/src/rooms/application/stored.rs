//! Columns and domain types.

use domain::CompanyId;
use domain::registration::moves::{Course, State};
use domain::registration::{Field, Fields, Purpose};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rows::{millisecond, opt_id, unreadable};

/// A field that a reviewer marked when he sent an application back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The field; empty for the application as a whole.
    pub field: String,
    /// Why (不備コード), one of [`domain::registration::RETURN_REASONS`].
    pub code: String,
    /// In the reviewer's words, may be empty.
    pub note: String,
}

/// A field that a reviewer corrected by the rules (補正): what the applicant wrote is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The field.
    pub field: String,
    /// What the applicant wrote.
    pub original: String,
    /// What stands there now.
    pub corrected: String,
    /// Why.
    pub note: String,
    /// When, Unix milliseconds.
    pub at: i64,
}

/// An application.
#[derive(Debug, Clone)]
pub struct Application {
    /// Key, for addresses.
    pub id: String,
    /// 申請番号.
    pub number: String,
    /// What is asked for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// Who writes it.
    pub account: String,
    /// The company that files it as proxy.
    pub proxy: Option<CompanyId>,
    /// The company or worker it is about.
    pub subject: Option<String>,
    /// What was filled in.
    pub fields: Fields,
    /// What the one it is about is registered with now; empty of somebody new.
    pub recorded: Fields,
    /// Raised by every change.
    pub version: i32,
    /// Marks of the last return.
    pub marks: Vec<Mark>,
    /// Corrections by reviewers.
    pub corrections: Vec<Correction>,
    /// The reviewer who has it.
    pub reviewer: Option<String>,
    /// The one who approved first.
    pub approved_by: Option<String>,
    /// Yen to pay, fixed when it was sent.
    pub fee_yen: i64,
    /// When the fee came in.
    pub paid_at: Option<Timestamp>,
    /// When it was last sent.
    pub submitted_at: Option<Timestamp>,
}

impl Application {
    /// What decides its way. `four_eyes`: the operator wants two reviewers.
    #[must_use]
    pub fn course(&self, four_eyes: bool) -> Course {
        let due = self.fee_yen > 0;
        Course {
            pays_first: due && !self.purpose.of_company(),
            pays_last: due && self.purpose.of_company(),
            paid: self.paid_at.is_some(),
            four_eyes,
            approved: self.approved_by.is_some(),
        }
    }

    /// What it changes: the record it began with, as that stands now. None where it begins empty.
    #[must_use]
    pub fn before(&self) -> Option<&Fields> {
        (self.subject.is_some() && self.purpose.begins_with_record()).then_some(&self.recorded)
    }

    /// Must this field stay as it is? What is fixed of somebody registered must; what his record lacks may still be given. Whether a
    /// level is asked for with a registration stays as it was paid.
    #[must_use]
    pub fn keeps(&self, field: &Field, name: &str) -> bool {
        let as_paid = name == "with_level" && self.paid_at.is_some();
        as_paid || (field.fixed && !self.recorded.get(name).is_empty())
    }
}

/// The word of a state as people read it of this kind of application, part of translation keys: what is done with a registration is
/// not "registered" for everybody.
#[must_use]
pub fn state_word(purpose: Purpose, state: State) -> String {
    match state {
        State::Registered if purpose.ends() => "ended".to_owned(),
        State::Registered if !purpose.is_new() => "done".to_owned(),
        _ => state.word().replace('_', "-"),
    }
}

impl Application {
    /// Records that somebody looks at the data of a registered worker. Called when the reading transaction is over and before the page
    /// answers; of an applicant who is not registered yet there is nobody to tell.
    ///
    /// # Errors
    /// If the database fails; then the data must not be shown.
    pub(crate) async fn seen(&self, app: &App, viewer: &Viewer, what: &str) -> Result<(), StoreError> {
        match self.subject.as_deref().and_then(|subject| subject.parse().ok()) {
            Some(worker) => audit::seen(app, viewer, &[worker], what).await,
            None => Ok(()),
        }
    }
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    number: String,
    purpose: String,
    state: String,
    state_since: i64,
    account_id: String,
    proxy_company_id: Option<String>,
    subject_id: Option<String>,
    body: String,
    version: i32,
    marks: String,
    corrections: String,
    reviewer_id: Option<String>,
    approved_by: Option<String>,
    fee_yen: i64,
    paid_at: Option<i64>,
    submitted_at: Option<i64>,
    recorded: Option<String>,
}

fn json<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| unreadable(column))
}

/// An application by its key; whether the viewer may see it is asked elsewhere.
pub(super) async fn by_id(tx: &Tx, id: &str) -> Result<Option<Application>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::BY_ID, values![id]).await?;
    row.map(|row| {
        Ok(Application {
            purpose: Purpose::from_word(&row.purpose).ok_or_else(|| unreadable("application.purpose"))?,
            state: State::from_word(&row.state).ok_or_else(|| unreadable("application.state"))?,
            state_since: millisecond(row.state_since, "application.state_since")?,
            proxy: opt_id(row.proxy_company_id, "application.proxy_company_id")?,
            fields: json(&row.body, "application.body")?,
            recorded: row
                .recorded
                .map_or_else(|| Ok(Fields::new()), |body| json(&body, "record.body"))?,
            marks: json(&row.marks, "application.marks")?,
            corrections: json(&row.corrections, "application.corrections")?,
            paid_at: row.paid_at.map(|at| millisecond(at, "application.paid_at")).transpose()?,
            submitted_at: row
                .submitted_at
                .map(|at| millisecond(at, "application.submitted_at"))
                .transpose()?,
            id: row.id,
            number: row.number,
            account: row.account_id,
            subject: row.subject_id,
            version: row.version,
            reviewer: row.reviewer_id,
            approved_by: row.approved_by,
            fee_yen: row.fee_yen,
        })
    })
    .transpose()
}
