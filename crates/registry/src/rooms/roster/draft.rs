//! Use cases: many workers at once, from a pattern (作業員名簿パターン), from another site, or from a sheet. What would be done is shown
//! first; it is done when somebody says so, all of it or nothing.

use domain::SiteId;
use domain::access::Act;
use domain::organisation::NodeId;
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, values};

use super::check::MoreForm;
use super::keep::Kept;
use super::pattern::{Member, members};
use super::put::{self, Checked, Put, PutForm, PutRefusal, PutWorker};
use super::rows::rows_of_node;
use super::{queries, sheet_in};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::site::OpenSite;
use crate::rows::{id, unreadable};
use crate::sheet::FileRefusal;

/// How long a draft is kept.
const KEPT_HOURS: i64 = 24;

/// Where the lines come from.
#[derive(Debug, Clone)]
pub enum Source<'a> {
    /// A pattern of the company, by its key.
    Pattern(&'a str),
    /// Another place of the company: its node.
    Place(&'a str),
    /// An Excel file, by name and bytes.
    Sheet(&'a str, &'a axum::body::Bytes),
}

/// Why there is no draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftRefusal {
    /// The viewer keeps no such place, or nothing to take over.
    Forbidden,
    /// No such draft, pattern or place (any more).
    NotFound,
    /// There is nobody in it.
    Nobody,
    /// The file is none that can be read: key of the sentence.
    File(&'static str),
}

/// A line of a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Line {
    /// Row of the sheet as Excel counts it; 0: not from a sheet.
    pub(super) row: u32,
    /// Name, where it is known before the worker is looked up.
    pub(super) name: String,
    pub(super) put: PutWorker,
}

/// What is wrong with a cell of a sheet, whoever the worker is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CellFault {
    /// Row as Excel counts it; 0: the file as a whole.
    pub(super) row: u32,
    /// Column as Excel names it.
    pub(super) column: String,
    /// Key of the sentence, and its value if it has one (`name`).
    pub(super) key: String,
    pub(super) value: String,
}

/// What a draft holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) lines: Vec<Line>,
    /// Columns of the sheet by field, as Excel names them.
    pub(super) columns: std::collections::BTreeMap<String, String>,
    pub(super) faults: Vec<CellFault>,
}

/// A draft.
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) node: NodeId,
    pub(super) source: String,
    pub(super) source_name: String,
    pub(super) body: Body,
}

#[derive(FromQueryResult)]
struct DraftColumns {
    id: String,
    node_id: String,
    source: String,
    source_name: String,
    body: String,
}

#[derive(FromQueryResult)]
struct PlaceColumns {
    id: String,
    site_id: String,
    site_name: String,
    work_name: String,
    workers: i64,
}

/// Another place of a company, whose roster can be taken over.
pub(super) struct OtherPlace {
    pub(super) node: String,
    pub(super) name: String,
    pub(super) workers: i64,
}

/// The other places of the viewer's company with people on their roster, on sites he reaches.
pub(super) async fn other_places(app: &App, tx: &Tx, viewer: &Viewer, place: &Kept) -> Result<Vec<OtherPlace>, StoreError> {
    let values = values![
        place.company.to_string(),
        place.node.0.as_str(),
        app.clock().today().to_number(),
        200
    ];
    let mut places = Vec::new();
    for row in tx.all::<PlaceColumns>(&queries::OTHER_PLACES, values).await? {
        let site: SiteId = id(&row.site_id, "node.site_id")?;
        if viewer.reaches(site) {
            places.push(OtherPlace {
                name: format!("{} {}", row.site_name, row.work_name).trim().to_owned(),
                node: row.id,
                workers: row.workers,
            });
        }
    }
    Ok(places)
}

/// A pattern's member or another site's row, without what belongs to one site: days of education and consent.
fn taken_over(put: PutWorker) -> PutWorker {
    PutWorker {
        more: MoreForm {
            sent: String::new(),
            induction: String::new(),
            consent: String::new(),
            ..put.more
        },
        ..put
    }
}

/// Makes a draft for a place that the viewer keeps. Patterns and other places are those of his own company, for its own places.
/// Gives its key.
///
/// # Errors
/// [`DraftRefusal`].
pub(super) async fn stage(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    place: &Kept,
    source: &Source<'_>,
) -> UseCase<String, DraftRefusal> {
    let refuse = UseCaseError::Refused;
    if place.by_proxy() && !matches!(source, Source::Sheet(..)) {
        return Err(refuse(DraftRefusal::Forbidden));
    }
    let line = |name: String, put: PutWorker| Line { row: 0, name, put };
    let (word, name, body) = match source {
        Source::Pattern(key) => {
            let found = super::pattern::find(tx, place.company, key).await?;
            let pattern = found.ok_or(refuse(DraftRefusal::NotFound))?;
            let members: Vec<Member> = members(app, tx, key).await?;
            let lines = members.into_iter().map(|m| line(m.name, taken_over(m.put))).collect();
            let body = Body {
                lines,
                ..Body::default()
            };
            ("pattern", pattern.name, body)
        }
        Source::Place(node) => {
            let places = other_places(app, tx, viewer, place).await?;
            let other = places.into_iter().find(|other| other.node == **node);
            let other = other.ok_or(refuse(DraftRefusal::NotFound))?;
            let rows = rows_of_node(tx, &NodeId(other.node), None).await?;
            let lines = rows
                .into_iter()
                .map(|row| line(row.name.clone(), taken_over(as_typed(&row))))
                .collect();
            let body = Body {
                lines,
                ..Body::default()
            };
            ("site", other.name, body)
        }
        Source::Sheet(file, bytes) => {
            let read = sheet_in::read(app, bytes).map_err(|refusal: FileRefusal| refuse(DraftRefusal::File(refusal.key())))?;
            let mut body = read;
            // What stands there now, so that a change meanwhile is noticed.
            let rows = rows_of_node(tx, &place.node, None).await?;
            for line in &mut body.lines {
                let stands = rows.iter().find(|row| row.worker.to_string() == line.put.worker);
                line.put.version = stands.map(|row| row.version);
                if let Some(row) = stands {
                    line.name.clone_from(&row.name);
                }
            }
            ("sheet", (*file).to_owned(), body)
        }
    };
    if body.lines.is_empty() && body.faults.is_empty() {
        return Err(refuse(DraftRefusal::Nobody));
    }
    let old = app.clock().now().saturating_sub(SignedDuration::from_hours(KEPT_HOURS));
    let old = old.map_or(0, jiff::Timestamp::as_millisecond);
    tx.run(&queries::DELETE_OLD_DRAFTS, values![old]).await?;
    let key = app.new_key();
    let body = serde_json::to_string(&body).map_err(UseCaseError::broken)?;
    let values = values![
        key.as_str(),
        site.head.id.to_string(),
        place.node.0.as_str(),
        viewer.account.as_str(),
        app.clock().now().as_millisecond(),
        word,
        name,
        body
    ];
    tx.run(&queries::INSERT_DRAFT, values).await?;
    Ok(key)
}

/// A row as it would be typed.
pub(super) fn as_typed(row: &super::rows::Row) -> PutWorker {
    let content = &row.content;
    PutWorker {
        worker: row.handle.clone(),
        trade: content.trade.map_or_else(String::new, |t| t.to_string()),
        position: content.position.as_ref().map_or_else(String::new, ToString::to_string),
        work_content: content.work_content.clone(),
        more: MoreForm::of(&content.more),
        ..PutWorker::default()
    }
}

/// A draft of the viewer's own.
pub(super) async fn find(tx: &Tx, viewer: &Viewer, site: &OpenSite, key: &str) -> UseCase<Draft, DraftRefusal> {
    if !viewer.may(Act::KeepRoster) {
        return Err(UseCaseError::Refused(DraftRefusal::Forbidden));
    }
    let values = values![key, site.head.id.to_string(), viewer.account.as_str()];
    let row: Option<DraftColumns> = tx.one(&queries::DRAFT, values).await?;
    let row = row.ok_or(UseCaseError::Refused(DraftRefusal::NotFound))?;
    let body = serde_json::from_str(&row.body).map_err(|_| unreadable("roster_draft.body"))?;
    Ok(Draft {
        id: row.id,
        node: NodeId(row.node_id),
        source: row.source,
        source_name: row.source_name,
        body,
    })
}

impl Draft {
    /// The form that the draft stands for.
    pub(super) fn form(&self, accrues: &str, leave_out: impl Fn(&Line) -> bool) -> PutForm {
        let lines = self.body.lines.iter().filter(|line| !leave_out(line));
        PutForm {
            node: self.node.0.clone(),
            change: self.source == "sheet",
            workers: lines
                .map(|line| {
                    let mut put = line.put.clone();
                    if put.accrues.is_empty() {
                        accrues.clone_into(&mut put.accrues);
                    }
                    put
                })
                .collect(),
            ..PutForm::default()
        }
    }
}

/// What a draft would do as things stand now. Writes nothing.
pub(super) async fn preview(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, draft: &Draft) -> UseCase<Checked, PutRefusal> {
    put::check(app, tx, viewer, site, &draft.form("", |_| false)).await
}

/// Does it. `leave_out`: without the lines that something is wrong with; else one fault stops all. `accrues`: for those who stand at
/// another place of the site too, if their line does not say it.
///
/// # Errors
/// [`PutRefusal`]; [`PutRefusal::Forbidden`] also if the draft is gone.
pub(super) async fn carry_out(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    draft: &Draft,
    accrues: &str,
    leave_out: bool,
) -> UseCase<Put, PutRefusal> {
    // Of two clicks at once the second finds nothing to throw away.
    let gone = tx
        .run(&queries::DELETE_DRAFT, values![draft.id.as_str(), viewer.account.as_str()])
        .await?;
    if gone == 0 {
        return Err(UseCaseError::Refused(PutRefusal::Forbidden));
    }
    let checked = put::check(app, tx, viewer, site, &draft.form(accrues, |_| false)).await?;
    let whole = checked.errors.is_empty() && draft.body.faults.is_empty();
    if whole {
        return Ok(put::write(app, tx, viewer, site, &checked).await?);
    }
    if !leave_out {
        return Err(UseCaseError::Refused(PutRefusal::Wrong(checked.errors)));
    }
    let wrong_rows: Vec<u32> = draft.body.faults.iter().map(|fault| fault.row).collect();
    let wrong =
        |line: &Line| checked.errors.workers.contains_key(&line.put.worker) || (line.row > 0 && wrong_rows.contains(&line.row));
    let checked = put::check(app, tx, viewer, site, &draft.form(accrues, wrong)).await?;
    if !checked.errors.is_empty() {
        return Err(UseCaseError::Refused(PutRefusal::Wrong(checked.errors)));
    }
    Ok(put::write(app, tx, viewer, site, &checked).await?)
}

/// Throws a draft away.
pub(super) async fn discard(tx: &Tx, viewer: &Viewer, draft: &Draft) -> Result<(), StoreError> {
    let values = values![draft.id.as_str(), viewer.account.as_str()];
    tx.run(&queries::DELETE_DRAFT, values).await.map(|_| ())
}
