//! Columns ↔ domain types of this room.

use domain::roster::Hazards;
use domain::site::Pause;
use domain::{SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::StoreError;

use crate::rows::{day, id, opt_day, unreadable};

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

/// A row as one value: a JSON array, with what it is a row of.
#[derive(FromQueryResult)]
pub(super) struct Fact {
    pub(super) what: String,
    data: String,
}

impl Fact {
    /// Its columns, as a tuple.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, StoreError> {
        serde_json::from_str(&self.data).map_err(|_| unreadable("a row as an array"))
    }
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

impl TryFrom<&Fact> for SiteRow {
    type Error = StoreError;
    fn try_from(fact: &Fact) -> Result<Self, StoreError> {
        let (site, from, to, boundary, pauses, refused): (&str, i32, i32, u16, i64, i32) = fact.read()?;
        Ok(Self {
            id: id(site, "site.id")?,
            has_refused: refused == 1,
            period: (day(from, "site.from_day")?, day(to, "site.to_day")?),
            boundary,
            suspended: pauses > 0,
            pauses: Vec::new(),
        })
    }
}

/// What is stored of hazards and check-ups.
pub(super) fn hazards(stored: Option<&str>, column: &'static str) -> Result<Option<Hazards>, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|_| unreadable(column));
    stored.map(read).transpose()
}
