//! Use case: workers are put on the roster of a place (620 > 20, R-ROS-1 to 3), by their company or, in its place, by the company
//! right above it. One by one, many at once, from a pattern, another site or a sheet: all come through here.

use std::collections::BTreeMap;

use domain::organisation::{Move, NodeId, allowed};
use domain::roster::{Accrual, takes_history};
use domain::{Masters, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::check::{self, MoreForm};
use super::keep::{Kept, kept, open};
use super::queries;
use super::rows::{Content, Held, Place, Row, note_rows, places_of, qualifications_of, rows_of_node, trades_of};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::notices::{Whom, tell};
use crate::rooms::site::OpenSite;
use crate::rows::{id, unreadable};
use crate::typed::line;

/// Written into a field of a sheet to empty what stands there.
pub(super) const CLEAR: &str = "［削除］";

/// What is typed: what holds for all, and the workers chosen.
#[derive(Debug, Clone, Default)]
pub struct PutForm {
    /// Node on whose roster; may be empty if there is only one that the viewer keeps for his own company.
    pub node: String,
    /// 立場 of all who have none of their own; empty for ordinary workers.
    pub position: String,
    /// 作業内容 of all who have none of their own.
    pub work_content: String,
    /// First day, `2026-11-21`; empty from the site's first.
    pub from: String,
    /// Last day; empty to the site's last.
    pub to: String,
    /// The rest, of all who have none of their own.
    pub more: MoreForm,
    /// Those who stand there already are changed to what is typed for them; what is empty stays. Else they are left as they are.
    pub change: bool,
    /// Who.
    pub workers: Vec<PutWorker>,
}

/// One of the workers chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PutWorker {
    /// His handle or his ID.
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
    /// His own first day; empty as for all.
    pub from: String,
    /// His own last day; empty as for all.
    pub to: String,
    /// His own rest; what is empty, as for all.
    pub more: MoreForm,
    /// Version of his row when the line was made, if he stood there then: changed meanwhile, it is not overwritten.
    pub version: Option<i32>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put {
    /// Workers put on the roster.
    pub added: usize,
    /// Workers whose row was changed.
    pub changed: usize,
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
    /// With single workers, by what named them.
    pub workers: BTreeMap<String, FieldErrors>,
}

impl PutErrors {
    /// Is nothing wrong?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.workers.values().all(FieldErrors::is_empty)
    }
}

/// Why nobody is put on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutRefusal {
    /// The viewer may not, or the node is neither his company's nor one he keeps as proxy (any more).
    Forbidden,
    /// These fields are wrong.
    Wrong(PutErrors),
}

#[derive(FromQueryResult)]
struct CandidateColumns {
    id: String,
    handle: String,
    name: String,
}

/// A worker whom the viewer may put there.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) worker: WorkerId,
    pub(super) name: String,
}

/// What a form would do.
pub(super) struct Checked {
    pub(super) place: Kept,
    /// By what named them in the form.
    pub(super) known: BTreeMap<String, Known>,
    pub(super) new: Vec<(WorkerId, Content)>,
    /// The row as it stands, and what it becomes.
    pub(super) changed: Vec<(Row, Content)>,
    pub(super) already: usize,
    places: BTreeMap<WorkerId, Vec<Place>>,
    pub(super) errors: PutErrors,
}

/// The place that a form names, if the viewer keeps it.
pub(super) fn place_named<'a>(kept: &'a [Kept], node: &str) -> Option<&'a Kept> {
    match node.trim() {
        "" => match open(kept)
            .into_iter()
            .filter(|place| !place.by_proxy())
            .collect::<Vec<_>>()
            .as_slice()
        {
            [only] => Some(*only),
            _ => None,
        },
        id => kept.iter().find(|place| place.node.0 == id),
    }
}

/// Looks what a form would do, and what is wrong with it. Writes nothing, but holds the workers.
pub(super) async fn check(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &PutForm) -> UseCase<Checked, PutRefusal> {
    let all = kept(tx, viewer, site).await?;
    let place = place_named(&all, &form.node).ok_or(UseCaseError::Refused(PutRefusal::Forbidden))?;
    let masters = app.masters();
    let today = app.clock().today();
    let mut errors = PutErrors::default();
    if !allowed(place.status, Move::KeepRoster) {
        errors.fields.add("node", "roster-node-not-approved");
    }
    // Read once, so that what is wrong for all is told once.
    check::days(&mut errors.fields, &form.from, &form.to, site.head.period);
    errors
        .fields
        .take("position", check::position(&form.position, &masters), |key| (*key).to_owned());
    line(&mut errors.fields, "work_content", &form.work_content, 100, false);
    check::more(&mut errors.fields, &form.more, &[], &masters, today);
    if form.workers.is_empty() {
        errors.fields.add("worker", "roster-nobody-chosen");
    }

    // Twice in one form: the first line holds, the second is told.
    let mut chosen: BTreeMap<&str, &PutWorker> = BTreeMap::new();
    for typed in &form.workers {
        if chosen.insert(typed.worker.as_str(), typed).is_some() {
            let mut wrong = FieldErrors::new();
            wrong.add("worker", "roster-worker-twice");
            errors.workers.insert(typed.worker.clone(), wrong);
        }
    }
    let known = known(app, tx, place, chosen.keys().copied()).await?;
    let workers = || known.values().map(|k| k.worker);
    let trades = trades_of(tx, workers()).await?;
    let qualifications = qualifications_of(tx, workers()).await?;
    let places = places_of(tx, site.head.id, today, workers()).await?;
    let rows: BTreeMap<WorkerId, Row> = if form.change {
        let rows = rows_of_node(tx, &place.node, None).await?;
        rows.into_iter().map(|row| (row.worker, row)).collect()
    } else {
        BTreeMap::new()
    };

    let mut checked = Checked {
        place: place.clone(),
        known: BTreeMap::new(),
        new: Vec::new(),
        changed: Vec::new(),
        already: 0,
        places,
        errors,
    };
    // What is wrong for all is not told of each worker again.
    let nothing = PutForm::default();
    let common = if checked.errors.fields.is_empty() { form } else { &nothing };
    for (named, typed) in chosen {
        let mut wrong = FieldErrors::new();
        match known.get(named) {
            // One answer for those of other companies, those who do not exist and, for a proxy, those who do not consent.
            None if place.by_proxy() => wrong.add("worker", "roster-not-tied-or-no-consent"),
            None => wrong.add("worker", "roster-not-tied"),
            Some(Known { worker, .. }) => {
                let here = checked.places.get(worker).map_or(&[][..], Vec::as_slice);
                let of = Of {
                    masters: &masters,
                    today,
                    site,
                    trades: trades.get(worker).map_or(&[][..], Vec::as_slice),
                    qualifications: qualifications.get(worker).map_or(&[][..], Vec::as_slice),
                };
                match (rows.get(worker), here.iter().any(|at| at.node == place.node)) {
                    (Some(row), _) => {
                        if typed.version.is_some_and(|version| version != row.version) {
                            wrong.add("worker", "roster-line-changed-meanwhile");
                        }
                        let content = of.changed(typed, &row.content, &mut wrong);
                        if content == row.content {
                            checked.already += 1;
                        } else if wrong.is_empty() {
                            checked.changed.push((row.clone(), content));
                        }
                    }
                    (None, true) => checked.already += 1,
                    (None, false) => {
                        let accrues = takes_history(here.iter().find(|at| at.accrues).map(|at| at.dead), said(&typed.accrues));
                        let content = of.fresh(typed, common, accrues, &mut wrong);
                        if wrong.is_empty() {
                            checked.new.push((*worker, content));
                        }
                    }
                }
            }
        }
        if !wrong.is_empty() {
            checked.errors.workers.entry(named.to_owned()).or_insert(wrong);
        }
    }
    checked.known = known;
    Ok(checked)
}

impl Checked {
    /// Some of the new ones stand at another place of the site too, and their history goes there.
    pub(super) fn any_elsewhere(&self) -> bool {
        let accrues = |worker: &WorkerId| {
            self.places
                .get(worker)
                .is_some_and(|places| places.iter().any(|at| at.accrues))
        };
        self.new.iter().any(|(worker, _)| accrues(worker))
    }
}

fn said(accrues: &str) -> Accrual {
    match accrues {
        "" => Accrual::Unsaid,
        "here" => Accrual::Here,
        _ => Accrual::Stay,
    }
}

/// Those of the named whom the viewer may put there, held until the end of the transaction.
async fn known<'a>(
    app: &App,
    tx: &Tx,
    place: &Kept,
    named: impl Iterator<Item = &'a str> + Clone,
) -> Result<BTreeMap<String, Known>, StoreError> {
    let values = values![
        Rows::of(named.clone().filter(|text| !text.contains('\0')).map(|text| [text]))?,
        place.company.to_string(),
        app.clock().today().to_number(),
        place.agreement.as_str()
    ];
    let mut known = BTreeMap::new();
    let found: Vec<CandidateColumns> = tx.all(&queries::LOCK_CANDIDATES, values).await?;
    let mut by_name: BTreeMap<String, Known> = BTreeMap::new();
    for row in found {
        let found = Known {
            worker: id(&row.id, "worker.id")?,
            name: row.name,
        };
        by_name.insert(row.handle, found.clone());
        by_name.insert(row.id, found);
    }
    for text in named {
        if let Some(found) = by_name.get(text) {
            known.insert(text.to_owned(), found.clone());
        }
    }
    Ok(known)
}

/// What decides the content of one worker's row.
struct Of<'a> {
    masters: &'a Masters,
    today: WorkDay,
    site: &'a OpenSite,
    trades: &'a [TradeCode],
    qualifications: &'a [Held],
}

impl Of<'_> {
    /// A new row: what holds for all, and what he has of his own.
    fn fresh(&self, typed: &PutWorker, form: &PutForm, accrues: bool, wrong: &mut FieldErrors) -> Content {
        let or = |own: &str, common: &str| if own.trim().is_empty() { common } else { own }.trim().to_owned();
        let whole = PutWorker {
            position: or(&typed.position, &form.position),
            work_content: or(&typed.work_content, &form.work_content),
            from: or(&typed.from, &form.from),
            to: or(&typed.to, &form.to),
            more: typed.more.or(&form.more),
            ..typed.clone()
        };
        self.content(&whole, accrues, &[], wrong)
    }

    /// A row that stands there: what is typed takes the place of what stands there, what is empty does not.
    fn changed(&self, typed: &PutWorker, present: &Content, wrong: &mut FieldErrors) -> Content {
        let or = |own: &str, present: String| match own.trim() {
            "" => present,
            CLEAR => String::new(),
            own => own.to_owned(),
        };
        let day = |day: Option<WorkDay>| day.map_or_else(String::new, |d| d.to_string());
        let stands = MoreForm::of(&present.more);
        let list = |own: &Vec<String>, present: Vec<String>| match own.as_slice() {
            [] => present,
            [only] if only == CLEAR => Vec::new(),
            _ => own.clone(),
        };
        let own = &typed.more;
        let whole = PutWorker {
            trade: or(&typed.trade, present.trade.map_or_else(String::new, |t| t.to_string())),
            position: or(
                &typed.position,
                present.position.as_ref().map_or_else(String::new, ToString::to_string),
            ),
            work_content: or(&typed.work_content, present.work_content.clone()),
            from: or(&typed.from, day(present.from)),
            to: or(&typed.to, day(present.to)),
            more: MoreForm {
                hazard: or(&own.hazard, stands.hazard),
                hazard_other: or(&own.hazard_other, stands.hazard_other),
                checkups: list(&own.checkups, stands.checkups),
                checkup_other: or(&own.checkup_other, stands.checkup_other),
                qualifications: list(&own.qualifications, stands.qualifications),
                sent: or(&own.sent, stands.sent),
                induction: or(&own.induction, stands.induction),
                consent: or(&own.consent, stands.consent),
            },
            ..typed.clone()
        };
        self.content(&whole, present.accrues, &present.more.qualifications, wrong)
    }

    fn content(&self, typed: &PutWorker, accrues: bool, picked: &[String], wrong: &mut FieldErrors) -> Content {
        let key = |key: &&'static str| (*key).to_owned();
        let trade = wrong
            .take("trade", check::trade(&typed.trade, self.trades, self.masters), key)
            .flatten();
        let position = match typed.position.trim() {
            "-" => None,
            own => wrong.take("position", check::position(own, self.masters), key).flatten(),
        };
        let work_content = line(wrong, "work_content", &typed.work_content, 100, false);
        let (from, to) = check::days(wrong, &typed.from, &typed.to, self.site.head.period);
        let held: Vec<&str> = self.qualifications.iter().map(|q| q.name.as_str()).collect();
        let held: Vec<&str> = held.into_iter().chain(picked.iter().map(String::as_str)).collect();
        Content {
            trade,
            position,
            work_content,
            from,
            to,
            accrues,
            more: check::more(wrong, &typed.more, &held, self.masters, self.today),
        }
    }
}

/// Puts workers on the roster and judges their open days again. All or nothing: with one fault, nobody is put there.
///
/// # Errors
/// [`PutRefusal`].
pub async fn put(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &PutForm) -> UseCase<Put, PutRefusal> {
    let checked = check(app, tx, viewer, site, form).await?;
    if !checked.errors.is_empty() {
        return Err(UseCaseError::Refused(PutRefusal::Wrong(checked.errors)));
    }
    write(app, tx, viewer, site, &checked).await.map_err(UseCaseError::from)
}

/// Does what was checked.
pub(super) async fn write(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, checked: &Checked) -> Result<Put, StoreError> {
    let place = &checked.place;
    let by_proxy = place.by_proxy().then_some(site.own);
    let mut accrued: Vec<&Place> = Vec::new();
    for (worker, _) in checked.new.iter().filter(|entry| entry.1.accrues) {
        accrued.extend(checked.places.get(worker).into_iter().flatten());
    }
    stop_accruing(app, tx, viewer, site, &accrued).await?;
    let (mut new, mut notes) = (Rows::new(), Vec::new());
    for (worker, content) in &checked.new {
        let key = app.new_key();
        new.push(content.columns(&key, *worker, 1)?)?;
        let what = serde_json::json!({
            "put": { "worker": worker, "node": place.node, "content": content.told(), "by_proxy": by_proxy },
        });
        notes.push((key, what));
    }
    if !new.is_empty() {
        let now = app.clock().now().as_millisecond();
        let values = values![new, site.head.id.to_string(), place.node.0.as_str(), now];
        tx.run(&queries::INSERT_ROWS, values).await?;
    }
    let mut changed = Rows::new();
    for (row, content) in &checked.changed {
        changed.push(content.columns(&row.id, row.worker, row.version)?)?;
        let what = serde_json::json!({ "changed": content.told(), "by_proxy": by_proxy });
        notes.push((row.id.clone(), what));
    }
    let count = u64::try_from(changed.len()).unwrap_or(u64::MAX);
    if count > 0 && tx.run(&queries::UPDATE_ROWS, [changed.into_value()]).await? != count {
        // The workers are held, so nobody can have come between.
        return Err(unreadable("roster_row.version"));
    }
    note_rows(app, tx, viewer, site.head.id, &notes).await?;
    if let Some((_, company)) = viewer.company.as_ref().filter(|_| by_proxy.is_some() && !notes.is_empty()) {
        let count = notes.len().to_string();
        let args = [
            ("company", company.as_str()),
            ("site", site.head.name.as_str()),
            ("count", count.as_str()),
        ];
        let link = format!("/sites/{}/roster", site.head.id);
        tell(
            app,
            tx,
            &Whom::Company(place.company),
            "notice-roster-by-proxy",
            &args,
            Some(&link),
        )
        .await?;
    }
    let workers: Vec<WorkerId> = checked
        .new
        .iter()
        .map(|(worker, _)| *worker)
        .chain(checked.changed.iter().map(|(row, _)| row.worker))
        .collect();
    let masters = app.masters();
    let (policies, cause) = (masters.policies(), history::Cause::Roster);
    let rejudged = history::rejudge(tx, app.clock(), policies, site.head.id, Some(&workers), cause).await?;
    Ok(Put {
        added: checked.new.len(),
        changed: checked.changed.len(),
        already: checked.already,
        rejudged,
    })
}

/// Takes the accrual away from whichever of these places has it: only one row of a worker at a site may have it (R-ROS-3).
pub(super) async fn stop_accruing(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    places: &[&Place],
) -> Result<(), StoreError> {
    let accruing = places.iter().filter(|place| place.accrues);
    let notes: Vec<(String, serde_json::Value)> = accruing
        .map(|place| (place.row.clone(), serde_json::json!({ "changed": { "accrues": false } })))
        .collect();
    if notes.is_empty() {
        return Ok(());
    }
    let rows = Rows::of(notes.iter().map(|(row, _)| [row]))?;
    tx.run(&queries::STOP_ACCRUING, [rows.into_value()]).await?;
    note_rows(app, tx, viewer, site.head.id, &notes).await
}

/// The places where the viewer keeps the roster for his own company now.
pub(super) fn own_nodes(kept: &[Kept]) -> Vec<NodeId> {
    open(kept)
        .into_iter()
        .filter(|place| !place.by_proxy())
        .map(|place| place.node.clone())
        .collect()
}
