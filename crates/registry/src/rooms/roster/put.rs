//! Use case: a company puts its workers on the roster of one of its nodes (620 > 20, R-ROS-1 to 3).

use std::collections::BTreeMap;

use domain::access::Act;
use domain::organisation::{Move, Node, NodeId, allowed};
use domain::{Masters, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, Tx, values};
use web::FieldErrors;

use super::rows::{Content, Place, places_of, trades_of};
use super::{check, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::site::{OpenSite, Subject, note};
use crate::rows::id;
use crate::typed::line;

/// What is typed: what holds for all, and the workers chosen.
#[derive(Debug, Clone, Default)]
pub struct PutForm {
    /// Node on whose roster; may be empty if the company stands at only one.
    pub node: String,
    /// 立場 of all who have none of their own; empty for ordinary workers.
    pub position: String,
    /// 作業内容 of all who have none of their own.
    pub work_content: String,
    /// First day, `2026-11-21`; empty from the site's first.
    pub from: String,
    /// Last day; empty to the site's last.
    pub to: String,
    /// Who.
    pub workers: Vec<PutWorker>,
}

/// One of the workers chosen.
#[derive(Debug, Clone, Default)]
pub struct PutWorker {
    /// His handle.
    pub worker: String,
    /// 職種, `10-01`; empty if not known yet (his days do not count until it is there).
    pub trade: String,
    /// His own 立場: empty as for all, `-` for an ordinary worker.
    pub position: String,
    /// His own 作業内容; empty as for all.
    pub work_content: String,
    /// Where his history accrues if he stands at another node of the site too: `here`, `stay`, or empty to leave it where it is
    /// as long as that place is alive.
    pub accrues: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put {
    /// Workers put on the roster.
    pub added: usize,
    /// Workers who stood there before and were left as they were (a second click).
    pub already: usize,
    /// What judging their open days again brought.
    pub rejudged: Rejudged,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PutErrors {
    /// With what holds for all.
    pub fields: FieldErrors,
    /// With single workers, by handle.
    pub workers: BTreeMap<String, FieldErrors>,
}

impl PutErrors {
    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.workers.values().all(FieldErrors::is_empty)
    }
}

/// Why nobody is put on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutRefusal {
    /// The viewer may not, or the node is not his company's.
    Forbidden,
    /// These fields are wrong.
    Wrong(PutErrors),
}

#[derive(FromQueryResult)]
struct CandidateColumns {
    id: String,
    handle: String,
}

/// The nodes of the viewer's company whose roster he may keep.
pub(super) fn nodes_to_keep<'a>(viewer: &Viewer, site: &'a OpenSite) -> Vec<&'a Node> {
    let open = |n: &&Node| allowed(n.status, Move::KeepRoster);
    if viewer.may(Act::KeepRoster) {
        site.tree.of_company(site.own).filter(open).collect()
    } else {
        Vec::new()
    }
}

/// Puts workers on the roster and judges their open days again. All or nothing: with one fault, nobody is put there.
///
/// # Errors
/// [`PutRefusal`].
pub async fn put(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &PutForm) -> UseCase<Put, PutRefusal> {
    let refuse = UseCaseError::Refused;
    let node = match form.node.trim() {
        "" => match nodes_to_keep(viewer, site).as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        id => site.tree.get(&NodeId(id.to_owned())),
    };
    let node = node
        .filter(|n| viewer.may(Act::KeepRoster) && viewer.acts_for(&site.tree, &n.id))
        .ok_or(refuse(PutRefusal::Forbidden))?;

    let masters = app.masters();
    let today = app.clock().today();
    let mut errors = PutErrors::default();
    if !allowed(node.status, Move::KeepRoster) {
        errors.fields.add("node", "roster-node-not-approved");
    }
    let (from, to) = check::days(&mut errors.fields, &form.from, &form.to, site.head.period);
    let position = errors
        .fields
        .take("position", check::position(&form.position, &masters), |key| (*key).to_owned())
        .flatten();
    let work_content = line(&mut errors.fields, "work_content", &form.work_content, 100, false);
    let common = Content {
        trade: None,
        position,
        work_content,
        from,
        to,
        accrues: true,
    };
    let chosen: BTreeMap<&str, &PutWorker> = form.workers.iter().map(|w| (w.worker.as_str(), w)).collect();
    if chosen.is_empty() {
        errors.fields.add("worker", "roster-nobody-chosen");
    }

    let handles = Rows::of(chosen.keys().map(|handle| [handle]))?;
    let tied: Vec<CandidateColumns> = tx
        .all(
            &queries::LOCK_CANDIDATES,
            values![handles, site.own.to_string(), today.to_number()],
        )
        .await?;
    let tied: BTreeMap<String, WorkerId> = tied
        .into_iter()
        .map(|row| Ok((row.handle, id(&row.id, "worker.id")?)))
        .collect::<store::Result<_>>()?;
    let trades = trades_of(tx, tied.values().copied()).await?;
    let places = places_of(tx, site.head.id, today, tied.values().copied()).await?;

    let mut new = Vec::new();
    let mut already = 0;
    for (handle, typed) in chosen {
        let mut wrong = FieldErrors::new();
        match tied.get(handle) {
            // One answer for those of other companies and those who do not exist.
            None => wrong.add("worker", "roster-not-tied"),
            Some(worker) => {
                let here = places.get(worker).map_or(&[][..], Vec::as_slice);
                if here.iter().any(|place| place.node == node.id) {
                    already += 1;
                } else {
                    let held = trades.get(worker).map_or(&[][..], Vec::as_slice);
                    new.push((*worker, content(typed, &common, held, &masters, here, &mut wrong)));
                }
            }
        }
        errors.workers.insert(handle.to_owned(), wrong);
    }
    if !errors.is_empty() {
        return Err(refuse(PutRefusal::Wrong(errors)));
    }
    write(app, tx, viewer, site, &node.id, &new, &places).await?;
    let workers: Vec<WorkerId> = new.iter().map(|(worker, _)| *worker).collect();
    let rejudged = history::rejudge(
        tx,
        app.clock(),
        app.masters().policies(),
        site.head.id,
        Some(&workers),
        history::Cause::Roster,
    )
    .await?;
    Ok(Put {
        added: new.len(),
        already,
        rejudged,
    })
}

/// What the new row of a worker says: what holds for all, and what he has of his own.
fn content(
    typed: &PutWorker,
    common: &Content,
    held: &[TradeCode],
    masters: &Masters,
    elsewhere: &[Place],
    wrong: &mut FieldErrors,
) -> Content {
    let position = match typed.position.trim() {
        "" => common.position.clone(),
        "-" => None,
        own => wrong
            .take("position", check::position(own, masters), |key| (*key).to_owned())
            .flatten(),
    };
    let work_content = match typed.work_content.trim() {
        "" => common.work_content.clone(),
        own => line(wrong, "work_content", own, 100, false),
    };
    let accrues = match (elsewhere.iter().find(|place| place.accrues), typed.accrues.as_str()) {
        (None, _) | (Some(_), "here") => true,
        (Some(place), "") => place.dead,
        (Some(_), _) => false,
    };
    let trade = wrong
        .take("trade", check::trade(&typed.trade, held, masters), |key| (*key).to_owned())
        .flatten();
    Content {
        trade,
        position,
        work_content,
        accrues,
        ..common.clone()
    }
}

async fn write(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    new: &[(WorkerId, Content)],
    places: &BTreeMap<WorkerId, Vec<Place>>,
) -> store::Result<()> {
    let mut accrued: Vec<&Place> = Vec::new();
    for (worker, _) in new.iter().filter(|entry| entry.1.accrues) {
        accrued.extend(places.get(worker).into_iter().flatten());
    }
    stop_accruing(app, tx, viewer, site, &accrued).await?;
    let mut rows = Rows::new();
    let mut notes = Vec::new();
    for (worker, content) in new {
        let key = app.new_key();
        rows.push((
            key.as_str(),
            worker.to_string(),
            content.trade.map(|t| t.to_string()),
            content.position.as_ref().map(ToString::to_string),
            content.work_content.as_str(),
            content.from.map(WorkDay::to_number),
            content.to.map(WorkDay::to_number),
            i32::from(content.accrues),
        ))?;
        notes.push((
            key,
            serde_json::json!({ "put": { "worker": worker, "node": node, "content": told(content) } }),
        ));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let now = app.clock().now().as_millisecond();
    tx.run(
        &queries::INSERT_ROWS,
        values![rows, site.head.id.to_string(), node.0.as_str(), now],
    )
    .await?;
    for (key, what) in notes {
        note(app, tx, viewer, site.head.id, Subject::Roster, &key, &what).await?;
    }
    Ok(())
}

/// Takes the accrual away from whichever of these places has it: only one row of a worker at a site may have it (R-ROS-3).
pub(super) async fn stop_accruing(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, places: &[&Place]) -> store::Result<()> {
    let rows: Vec<&str> = places
        .iter()
        .filter(|place| place.accrues)
        .map(|place| place.row.as_str())
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.run(
        &queries::STOP_ACCRUING,
        [Rows::of(rows.iter().map(|row| [row]))?.into_value()],
    )
    .await?;
    for row in rows {
        note(
            app,
            tx,
            viewer,
            site.head.id,
            Subject::Roster,
            row,
            &serde_json::json!({ "changed": { "accrues": false } }),
        )
        .await?;
    }
    Ok(())
}

/// The content of a row for the story of the site.
pub(super) fn told(content: &Content) -> serde_json::Value {
    serde_json::json!({
        "trade": content.trade, "position": content.position, "work_content": content.work_content,
        "from": content.from, "to": content.to, "accrues": content.accrues,
    })
}
