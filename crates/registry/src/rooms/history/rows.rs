//! Columns ↔ domain types of this room.

use domain::roster::Hazards;
use domain::site::Pause;
use domain::{Direction, SiteId, TouchKey, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::StoreError;

use crate::rows::{day, id, opt_day, second, unreadable};

#[derive(FromQueryResult)]
pub(super) struct WorkerColumns {
    id: String,
    handle: String,
    name: String,
    language: String,
    registration: String,
    ended_on: Option<i32>,
    dead_cards: i32,
}

/// A worker as intake needs him.
pub(super) struct WorkerRow {
    pub(super) id: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) detailed: bool,
    pub(super) ended_on: Option<WorkDay>,
    /// Cards up to this number are dead.
    pub(super) dead_cards: u16,
}

impl TryFrom<WorkerColumns> for WorkerRow {
    type Error = StoreError;
    fn try_from(row: WorkerColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(&row.id, "worker.id")?,
            handle: row.handle,
            name: row.name,
            language: row.language,
            detailed: row.registration == "detailed",
            ended_on: opt_day(row.ended_on, "worker.ended_on")?,
            dead_cards: u16::try_from(row.dead_cards).unwrap_or(0),
        })
    }
}

#[derive(FromQueryResult)]
pub(super) struct SiteColumns {
    id: String,
    from_day: i32,
    to_day: i32,
    day_boundary: i32,
    pauses: i64,
    has_refused: i32,
}

/// A site as intake needs it.
pub(super) struct SiteRow {
    pub(super) id: SiteId,
    /// Touches that were refused wait to be taken in.
    pub(super) has_refused: bool,
    pub(super) period: (WorkDay, WorkDay),
    pub(super) boundary: u16,
    /// It was suspended at some time, or will be.
    pub(super) suspended: bool,
    /// When.
    pub(super) pauses: Vec<Pause>,
}

#[derive(FromQueryResult)]
pub(super) struct PauseRow {
    site_id: String,
    from_day: i32,
    to_day: Option<i32>,
}

impl PauseRow {
    pub(super) fn read(self) -> Result<(SiteId, Pause), StoreError> {
        let pause = Pause {
            from: day(self.from_day, "site_pause.from_day")?,
            to: opt_day(self.to_day, "site_pause.to_day")?,
        };
        Ok((id(&self.site_id, "site_pause.site_id")?, pause))
    }
}

impl TryFrom<SiteColumns> for SiteRow {
    type Error = StoreError;
    fn try_from(row: SiteColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(&row.id, "site.id")?,
            has_refused: row.has_refused == 1,
            period: (day(row.from_day, "site.from_day")?, day(row.to_day, "site.to_day")?),
            boundary: u16::try_from(row.day_boundary).unwrap_or(0),
            suspended: row.pauses > 0,
            pauses: Vec::new(),
        })
    }
}

#[derive(FromQueryResult)]
pub(super) struct StoredKeyRow {
    worker_id: String,
    site_id: String,
    at: i64,
    direction: String,
}

impl StoredKeyRow {
    pub(super) fn key(self) -> Result<TouchKey, StoreError> {
        let (worker, site, at, direction) = TouchRow {
            worker_id: self.worker_id,
            site_id: self.site_id,
            at: self.at,
            direction: self.direction,
        }
        .read()?;
        Ok(TouchKey::new(worker, site, at, direction))
    }
}

#[derive(FromQueryResult)]
pub(super) struct TouchRow {
    worker_id: String,
    site_id: String,
    at: i64,
    direction: String,
}

impl TouchRow {
    pub(super) fn read(self) -> Result<(WorkerId, SiteId, Timestamp, Direction), StoreError> {
        let direction = Direction::from_word(&self.direction).ok_or_else(|| unreadable("touch.direction"))?;
        Ok((
            id(&self.worker_id, "touch.worker_id")?,
            id(&self.site_id, "touch.site_id")?,
            second(self.at, "touch.at")?,
            direction,
        ))
    }
}

#[derive(FromQueryResult)]
pub(super) struct HistoryColumns {
    pub(super) worker_id: String,
    pub(super) site_id: String,
    pub(super) work_day: i32,
    pub(super) first_in: Option<i64>,
    pub(super) last_out: Option<i64>,
    pub(super) judgement: i32,
    pub(super) employer_id: Option<String>,
    pub(super) node_id: Option<String>,
    pub(super) verdict: String,
    pub(super) rule: String,
}

#[derive(FromQueryResult)]
pub(super) struct EmploymentColumns {
    pub(super) worker_id: String,
    pub(super) company_id: String,
    pub(super) from_day: i32,
    pub(super) to_day: Option<i32>,
}

#[derive(FromQueryResult)]
pub(super) struct TradeColumns {
    pub(super) worker_id: String,
    pub(super) trade: String,
}

#[derive(FromQueryResult)]
pub(super) struct RosterColumns {
    pub(super) worker_id: String,
    pub(super) site_id: String,
    pub(super) node_id: String,
    pub(super) company_id: String,
    pub(super) trade: Option<String>,
    pub(super) position: Option<String>,
    pub(super) work_content: String,
    pub(super) from_day: Option<i32>,
    pub(super) to_day: Option<i32>,
    pub(super) accrues: i32,
    pub(super) hazards: Option<String>,
}

#[derive(FromQueryResult)]
pub(super) struct NodeColumns {
    pub(super) id: String,
    pub(super) site_id: String,
    pub(super) parent_id: Option<String>,
    pub(super) company_id: Option<String>,
    pub(super) tier: i32,
    pub(super) status: String,
    pub(super) to_day: Option<i32>,
}

/// What is stored of hazards and check-ups.
pub(super) fn hazards(stored: Option<&str>, column: &'static str) -> Result<Option<Hazards>, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|_| unreadable(column));
    stored.map(read).transpose()
}
