//! What lies in a registry's tables, read past the registry: the stories count facts, not answers.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::Verdict;
use domain::{Direction, TouchKey, WorkDay, WorkerId};
use jiff::Timestamp;
use store::sea_orm::{self, FromQueryResult};
use store::{Db, Sql};

const TOUCHES: Sql = Sql::new(
    "stories.touches",
    "select worker_id, site_id, at, direction, item_id from touch",
);
const DAYS: Sql = Sql::new(
    "stories.days",
    "select h.worker_id, h.work_day, h.first_in, h.last_out, h.counts, h.employer_id, h.node_id, h.trade, h.position, h.work_content, j.verdict
     from history h
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where h.first_in is not null or h.last_out is not null",
);
const COUNT_JUDGEMENTS: Sql = Sql::new("stories.count_judgements", "select count(*) from judgement");
const REFUSED: Sql = Sql::new("stories.refused", "select worker_id, code, settled_at from refused_touch");

#[derive(FromQueryResult)]
struct TouchRow {
    worker_id: String,
    site_id: String,
    at: i64,
    direction: String,
    item_id: String,
}

#[derive(FromQueryResult)]
struct DayRow {
    worker_id: String,
    work_day: i32,
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
    employer_id: Option<String>,
    node_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    verdict: String,
}

#[derive(FromQueryResult)]
struct RefusedRow {
    worker_id: String,
    code: String,
    settled_at: Option<i64>,
}

/// A day as it stands, with the judgement in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub first_in: Option<Timestamp>,
    pub last_out: Option<Timestamp>,
    pub counts: bool,
    pub verdict: Verdict,
    /// Employer, node, trade, position, work content.
    pub content: [Option<String>; 5],
}

/// Every touch with the item id it came under.
///
/// # Panics
/// If one is there twice.
pub async fn touches(db: &Db) -> BTreeMap<TouchKey, String> {
    let rows: Vec<TouchRow> = db.read().await.unwrap().all(&TOUCHES, []).await.unwrap();
    let count = rows.len();
    let read = |row: TouchRow| {
        let at = Timestamp::from_second(row.at).unwrap();
        let direction = Direction::from_word(&row.direction).unwrap();
        (
            TouchKey::new(row.worker_id.parse().unwrap(), row.site_id.parse().unwrap(), at, direction),
            row.item_id,
        )
    };
    let touches: BTreeMap<_, _> = rows.into_iter().map(read).collect();
    assert_eq!(touches.len(), count, "a touch is there twice");
    touches
}

/// Every day on which somebody was seen.
pub async fn days(db: &Db) -> BTreeMap<(WorkerId, WorkDay), Day> {
    let rows: Vec<DayRow> = db.read().await.unwrap().all(&DAYS, []).await.unwrap();
    let second = |at: i64| Timestamp::from_second(at).unwrap();
    let read = |row: DayRow| {
        let day = Day {
            first_in: row.first_in.map(second),
            last_out: row.last_out.map(second),
            counts: row.counts == 1,
            verdict: serde_json::from_str(&row.verdict).unwrap(),
            content: [row.employer_id, row.node_id, row.trade, row.position, row.work_content],
        };
        (
            (row.worker_id.parse().unwrap(), WorkDay::from_number(row.work_day).unwrap()),
            day,
        )
    };
    rows.into_iter().map(read).collect()
}

/// How many judgements were ever made.
pub async fn count_judgements(db: &Db) -> i64 {
    db.read().await.unwrap().value(&COUNT_JUDGEMENTS, []).await.unwrap().unwrap()
}

/// Refused touches: worker as sent, code, whether it was settled since.
pub async fn refused(db: &Db) -> BTreeSet<(String, String, bool)> {
    let rows: Vec<RefusedRow> = db.read().await.unwrap().all(&REFUSED, []).await.unwrap();
    rows.into_iter()
        .map(|row| (row.worker_id, row.code, row.settled_at.is_some()))
        .collect()
}
