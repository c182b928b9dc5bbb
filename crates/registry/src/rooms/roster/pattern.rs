//! Use cases of patterns (作業員名簿パターン, 620 > 21): a company's own sets of workers with what rosters say of them.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::{CompanyId, TradeCode, WorkerId};
use sea_orm::FromQueryResult;
use store::{Page, Paged, Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::draft::as_typed;
use super::put::PutWorker;
use super::queries;
use super::rows::{Row, rows_of_node, trades_of};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rows::{id, opt_id, unreadable};
use crate::typed::{Search, line};

/// Why a pattern is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternRefusal {
    /// Not this role.
    Forbidden,
    /// The company has no such pattern (any more).
    NotFound,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// Somebody else changed it meanwhile.
    ChangedMeanwhile,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Pattern {
    /// Key.
    pub id: String,
    /// What the company calls it.
    pub name: String,
    /// Counts changes.
    pub version: i32,
    /// How many workers are in it.
    pub workers: i64,
    total: i64,
}

/// A worker of a pattern.
pub(super) struct Member {
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) kana: String,
    /// He belongs to the company.
    pub(super) tied: bool,
    pub(super) trades: Vec<TradeCode>,
    pub(super) put: PutWorker,
}

/// A worker who can be added to a pattern.
pub(super) struct Candidate {
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) trade: Option<TradeCode>,
}

#[derive(FromQueryResult)]
struct MemberColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    body: String,
    tied: i32,
}

#[derive(FromQueryResult)]
struct CandidateColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    trade: Option<String>,
    total: i64,
}

#[derive(FromQueryResult)]
struct NewColumns {
    id: String,
}

/// The company whose patterns the viewer keeps.
pub(super) fn keeper(viewer: &Viewer) -> Result<CompanyId, PatternRefusal> {
    let company = viewer.company_id().filter(|_| viewer.may(Act::KeepRoster));
    company.ok_or(PatternRefusal::Forbidden)
}

/// Patterns of a company.
pub(super) async fn patterns(tx: &Tx, company: CompanyId, page: Page) -> Result<Paged<Pattern>, StoreError> {
    let values = values![company.to_string(), "", page.limit(), page.offset()];
    let rows: Vec<Pattern> = tx.all(&queries::PATTERNS, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    Ok(Paged { rows, total, page })
}

/// A pattern of a company.
pub(super) async fn find(tx: &Tx, company: CompanyId, key: &str) -> Result<Option<Pattern>, StoreError> {
    if key.is_empty() {
        return Ok(None);
    }
    tx.one(&queries::PATTERNS, values![company.to_string(), key, 1i64, 0i64])
        .await
}

/// The workers of a pattern.
pub(super) async fn members(app: &App, tx: &Tx, pattern: &str) -> Result<Vec<Member>, StoreError> {
    let values = values![pattern, app.clock().today().to_number()];
    let rows: Vec<MemberColumns> = tx.all(&queries::PATTERN_WORKERS, values).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        let put: PutWorker = serde_json::from_str(&row.body).map_err(|_| unreadable("roster_pattern_worker.body"))?;
        members.push(Member {
            worker: id(&row.id, "worker.id")?,
            put: PutWorker {
                worker: row.handle.clone(),
                ..put
            },
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            tied: row.tied == 1,
            trades: Vec::new(),
        });
    }
    let mut trades = trades_of(tx, members.iter().map(|m| m.worker)).await?;
    for member in &mut members {
        member.trades = trades.remove(&member.worker).unwrap_or_default();
    }
    Ok(members)
}

/// Workers of the company who are not in the pattern.
pub(super) async fn candidates(
    app: &App,
    tx: &Tx,
    company: CompanyId,
    pattern: &str,
    search: &Search,
    page: Page,
) -> Result<Paged<Candidate>, StoreError> {
    let values = values![
        company.to_string(),
        app.clock().today().to_number(),
        pattern,
        search.name.as_str(),
        search.kana_or_id.as_str(),
        page.limit(),
        page.offset()
    ];
    let found: Vec<CandidateColumns> = tx.all(&queries::PATTERN_CANDIDATES, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(Candidate {
            worker: id(&row.id, "worker.id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            trade: opt_id(row.trade, "worker_trade.trade")?,
        });
    }
    Ok(Paged { rows, total, page })
}

fn named(name: &str) -> Result<String, PatternRefusal> {
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", name, 60, true);
    if errors.is_empty() {
        Ok(name)
    } else {
        Err(PatternRefusal::Fields(errors))
    }
}

/// Makes a pattern: empty, or of the workers who stand at one of the company's own places now. Gives its key.
///
/// # Errors
/// [`PatternRefusal`].
pub async fn create(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    name: &str,
    from: Option<&domain::organisation::NodeId>,
) -> UseCase<String, PatternRefusal> {
    let company = keeper(viewer).map_err(UseCaseError::Refused)?;
    let name = named(name).map_err(UseCaseError::Refused)?;
    let key = app.new_key();
    let values = values![
        key.as_str(),
        company.to_string(),
        name,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::INSERT_PATTERN, values).await?;
    if let Some(node) = from {
        let rows: Vec<Row> = rows_of_node(tx, node, Some(app.clock().today())).await?;
        let members: Vec<(WorkerId, PutWorker)> = rows.iter().map(|row| (row.worker, as_typed(row))).collect();
        put_members(tx, &key, &members).await?;
    }
    Ok(key)
}

async fn put_members(tx: &Tx, pattern: &str, members: &[(WorkerId, PutWorker)]) -> Result<(), StoreError> {
    let mut rows = Rows::new();
    for (worker, put) in members {
        let body = serde_json::to_string(put).map_err(|_| unreadable("roster_pattern_worker.body"))?;
        rows.push((worker.to_string(), body))?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    tx.run(&queries::PUT_PATTERN_WORKERS, values![pattern, rows])
        .await
        .map(|_| ())
}

/// What is changed of a pattern.
pub(super) struct Change<'a> {
    pub(super) version: &'a str,
    pub(super) name: &'a str,
    /// By handle: trade, position, work content.
    pub(super) members: BTreeMap<String, (String, String, String)>,
    /// Handles of those taken out.
    pub(super) out: Vec<String>,
    /// Handles of those put in, with their main trade.
    pub(super) new: Vec<String>,
}

/// Changes a pattern: its name, what it says of its workers, who is in it. What is typed is checked when the pattern is used.
///
/// # Errors
/// [`PatternRefusal`].
pub(super) async fn change(app: &App, tx: &Tx, viewer: &Viewer, key: &str, what: &Change<'_>) -> UseCase<(), PatternRefusal> {
    let refuse = UseCaseError::Refused;
    let company = keeper(viewer).map_err(refuse)?;
    let found = find(tx, company, key).await?.ok_or(refuse(PatternRefusal::NotFound))?;
    let name = named(what.name).map_err(refuse)?;
    let version: i32 = what.version.parse().map_err(|_| refuse(PatternRefusal::ChangedMeanwhile))?;
    if version != found.version {
        return Err(refuse(PatternRefusal::ChangedMeanwhile));
    }
    if tx
        .run(&queries::UPDATE_PATTERN, values![key, version, name, None::<i64>])
        .await?
        == 0
    {
        return Err(refuse(PatternRefusal::ChangedMeanwhile));
    }
    let mut changed = Vec::new();
    let mut out = Vec::new();
    for member in members(app, tx, key).await? {
        if what.out.contains(&member.handle) {
            out.push(member.worker);
        } else if let Some((trade, position, work_content)) = what.members.get(&member.handle) {
            let put = PutWorker {
                trade: trade.clone(),
                position: position.clone(),
                work_content: work_content.chars().filter(|c| !c.is_control()).take(100).collect(),
                ..member.put
            };
            changed.push((member.worker, put));
        }
    }
    let handles = Rows::of(what.new.iter().map(|handle| [handle]))?;
    let values = values![handles, company.to_string(), app.clock().today().to_number(), ""];
    let mut new: Vec<WorkerId> = Vec::new();
    for row in tx.all::<NewColumns>(&queries::LOCK_CANDIDATES, values).await? {
        new.push(id(&row.id, "worker.id")?);
    }
    let trades = trades_of(tx, new.iter().copied()).await?;
    for worker in new {
        let main = trades.get(&worker).and_then(|held| held.iter().find(|code| code.is_small()));
        let put = PutWorker {
            trade: main.map_or_else(String::new, ToString::to_string),
            ..PutWorker::default()
        };
        changed.push((worker, put));
    }
    put_members(tx, key, &changed).await?;
    let rows = Rows::of(out.iter().map(|worker| [worker.to_string()]))?;
    tx.run(&queries::TAKE_PATTERN_WORKERS, values![key, rows]).await?;
    Ok(())
}

/// Takes a pattern out of use.
///
/// # Errors
/// [`PatternRefusal`].
pub(super) async fn end(app: &App, tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<(), PatternRefusal> {
    let refuse = UseCaseError::Refused;
    let company = keeper(viewer).map_err(refuse)?;
    let found = find(tx, company, key).await?.ok_or(refuse(PatternRefusal::NotFound))?;
    let values = values![key, found.version, found.name, Some(app.clock().now().as_millisecond())];
    if tx.run(&queries::UPDATE_PATTERN, values).await? == 0 {
        return Err(refuse(PatternRefusal::ChangedMeanwhile));
    }
    Ok(())
}
