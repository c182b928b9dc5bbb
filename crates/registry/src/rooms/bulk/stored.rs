//! A file that was sent, as it is stored.

use domain::access::Role;
use domain::registration::Fields;
use domain::{CompanyId, Policy};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::papers;
use crate::rows::{id, millisecond, unreadable};
use crate::sheet::CellFault;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Waits to be looked at, or is.
    Checking,
    /// Something is wrong; nothing was applied for.
    Faulty,
    /// Nothing is wrong; waits for the word to apply.
    Ready,
    /// The applications are being made.
    Applying,
    /// All of them are made.
    Done,
    /// Thrown away by its sender.
    Discarded,
    /// Our fault; nothing was applied for.
    Broken,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Checking,
        Self::Faulty,
        Self::Ready,
        Self::Applying,
        Self::Done,
        Self::Discarded,
        Self::Broken,
    ];

    /// Stored form, also part of translation keys.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Faulty => "faulty",
            Self::Ready => "ready",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Discarded => "discarded",
            Self::Broken => "broken",
        }
    }

    /// From the stored form.
    pub(super) fn from_word(word: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.into_iter().find(|state| state.word() == word);
        found.ok_or_else(|| unreadable("bulk.state"))
    }

    /// A server works on it, or will.
    pub(super) fn is_in_work(self) -> bool {
        matches!(self, Self::Checking | Self::Applying)
    }
}

/// A file that was sent.
#[derive(Debug, Clone)]
pub(super) struct Bulk {
    pub(super) id: String,
    pub(super) company: CompanyId,
    pub(super) account: String,
    pub(super) created_at: Timestamp,
    pub(super) state: State,
    pub(super) file_name: String,
    /// Keys of the files.
    pub(super) sheet: String,
    pub(super) bundle: Option<String>,
    pub(super) total: i32,
    pub(super) done: i32,
    pub(super) attempts: i32,
    pub(super) workers: i32,
    pub(super) yen: i64,
    pub(super) faults: Vec<CellFault>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    company_id: String,
    account_id: String,
    created_at: i64,
    state: String,
    file_name: String,
    sheet: String,
    bundle: Option<String>,
    total: i32,
    done: i32,
    attempts: i32,
    workers: i32,
    yen: i64,
    faults: String,
}

/// By its key; whether the viewer may see it is asked elsewhere.
pub(super) async fn by_id(tx: &Tx, key: &str) -> Result<Option<Bulk>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::BY_ID, values![key]).await?;
    row.map(|row| {
        Ok(Bulk {
            company: id(&row.company_id, "bulk.company_id")?,
            created_at: millisecond(row.created_at, "bulk.created_at")?,
            state: State::from_word(&row.state)?,
            faults: serde_json::from_str(&row.faults).map_err(|_| unreadable("bulk.faults"))?,
            id: row.id,
            account: row.account_id,
            file_name: row.file_name,
            sheet: row.sheet,
            bundle: row.bundle,
            total: row.total,
            done: row.done,
            attempts: row.attempts,
            workers: row.workers,
            yen: row.yen,
        })
    })
    .transpose()
}

/// One worker of a file without faults.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    /// Row as Excel counts it.
    pub(super) row_number: i32,
    pub(super) name: String,
    fields: String,
    registered: i32,
    pub(super) yen: i64,
    pub(super) application_id: Option<String>,
    pub(super) application_number: Option<String>,
}

impl Row {
    /// His fields, with the keys of his papers; none once the application holds them.
    pub(super) fn fields(&self) -> Result<Fields, StoreError> {
        if self.fields.is_empty() {
            return Ok(Fields::new());
        }
        serde_json::from_str(&self.fields).map_err(|_| unreadable("bulk_row.fields"))
    }

    /// Somebody registered has the same name in kana and the same birth date.
    pub(super) fn may_be_registered(&self) -> bool {
        self.registered == 1
    }
}

/// The workers of a file.
pub(super) async fn rows(tx: &Tx, bulk: &str) -> Result<Vec<Row>, StoreError> {
    tx.all(&queries::ROWS, values![bulk]).await
}

/// Throws away what was looked at so far: rows, and the papers in them.
pub(super) async fn forget_rows(app: &App, tx: &Tx, bulk: &str) -> anyhow::Result<()> {
    for row in rows(tx, bulk).await? {
        for (name, key) in row.fields()?.iter() {
            if is_paper(name) {
                papers::remove(app, tx, key).await?;
            }
        }
    }
    tx.run(&queries::DELETE_ROWS, values![bulk]).await?;
    Ok(())
}

/// Throws away the files themselves: what they said is in the rows, or is not needed.
pub(super) async fn forget_files(app: &App, tx: &Tx, bulk: &Bulk) -> anyhow::Result<()> {
    papers::remove(app, tx, &bulk.sheet).await?;
    if let Some(bundle) = &bulk.bundle {
        papers::remove(app, tx, bundle).await?;
    }
    Ok(())
}

/// Is a field of the worker's form a paper?
pub(super) fn is_paper(name: &str) -> bool {
    let found = domain::registration::worker::FORM.find(name);
    found.is_some_and(|(_, field)| matches!(field.kind, domain::registration::Kind::Paper(_)))
}

#[derive(FromQueryResult)]
struct AccountRow {
    role: String,
    name: String,
    company_name: String,
}

/// The person for whom it is worked on; `None` if his account was closed meanwhile.
pub(super) async fn sender(tx: &Tx, bulk: &Bulk) -> Result<Option<Viewer>, StoreError> {
    let row: Option<AccountRow> = tx.one(&queries::ACCOUNT, values![bulk.account.as_str()]).await?;
    row.map(|row| {
        let role = Role::from_word(&row.role).ok_or_else(|| unreadable("account.role"))?;
        let company = Some((bulk.company, row.company_name));
        Ok(Viewer::without_session(bulk.account.clone(), &row.name, role, company))
    })
    .transpose()
}

/// Most workers of one file.
pub(super) fn most_workers(app: &App) -> usize {
    let most = app.masters().policies().at(Policy::BulkWorkers, app.clock().today());
    usize::try_from(most).unwrap_or(1)
}
