//! Use cases: many sites at once from an Excel file (610, まとめて登録). What would be registered and changed is shown first; it is done
//! when somebody says so, all of it or nothing, by the same checks as one site: [`super::register`] and [`super::change`].

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use domain::form::{Fields, Kind};
use domain::site::{FORM, Publication};
use domain::{CompanyId, SiteId};
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Rows, StoreError, Tx, values};

use super::change::{self, Change, Facts};
use super::many_file::{ID, VERSION};
use super::open::{SiteHead, heads};
use super::register::{self, NewSite, SiteRefusal, Staff, may_register, prefilled};
use super::{many_file, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rows::unreadable;
use crate::sheet::{CLEAR, CellFault, FileRefusal, Line, Sheet};

/// How long a file is kept.
const KEPT_HOURS: i64 = 24;
/// Sites written by one statement.
const AT_ONCE: usize = 500;
/// After so many lines others may go on.
const BREATH: usize = 100;

/// Why nothing is done.
#[derive(Debug)]
pub(super) enum ManyRefusal {
    /// The viewer may not register sites.
    Forbidden,
    /// There is no such file (any more).
    NotFound,
    /// The file cannot be read.
    File(FileRefusal),
    /// Something in it is wrong, or it says nothing new.
    Wrong,
}

/// A site of a file after it was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Done {
    /// Row of the sheet, as Excel counts it.
    pub(super) row: u32,
    pub(super) id: SiteId,
    pub(super) name: String,
    /// Registered, or changed.
    pub(super) new: bool,
}

/// What was done.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) sites: Vec<Done>,
    pub(super) same: usize,
    /// Touches that were taken in because a period is another one now.
    pub(super) taken_in: usize,
}

/// A file that waits, or was done.
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) file_name: String,
    pub(super) sheet: Sheet,
    pub(super) outcome: Option<Outcome>,
}

/// What would become of a row.
pub(super) enum Fate {
    /// A new site.
    New(NewSite),
    /// Another content of a site.
    Changed(Box<SiteHead>, Change),
}

/// What a file would do.
#[derive(Default)]
pub(super) struct Checked {
    /// By row, as Excel counts it; without those that change nothing.
    pub(super) fates: Vec<(u32, Fate)>,
    pub(super) same: usize,
    /// Ordered by row.
    pub(super) faults: Vec<CellFault>,
    /// Names of the sites by row.
    pub(super) names: BTreeMap<u32, String>,
}

impl Checked {
    /// How many sites would be registered.
    pub(super) fn new_sites(&self) -> usize {
        self.fates.iter().filter(|(_, fate)| matches!(fate, Fate::New(_))).count()
    }
}

/// Keeps a file until somebody has looked at what it would do. Gives its key.
///
/// # Errors
/// [`ManyRefusal`].
pub(super) async fn stage(app: &App, viewer: &Viewer, name: &str, bytes: &Bytes) -> UseCase<String, ManyRefusal> {
    let refuse = UseCaseError::Refused;
    let company = may_register(viewer).ok_or(refuse(ManyRefusal::Forbidden))?;
    let tx = app.db().read().await?;
    let staff = Staff::of(&tx, company).await?;
    drop(tx);
    let read = many_file::read(app, staff, bytes.clone())
        .await
        .map_err(UseCaseError::Broken)?;
    let mut sheet = read.map_err(|refusal| refuse(ManyRefusal::File(refusal)))?;
    let tx = app.db().write().await?;
    // What stands now, so that a change until the button is pressed is noticed.
    let known = heads(&tx, company, sheet.lines.iter().filter_map(|line| site_of(line)?.ok())).await?;
    for line in &mut sheet.lines {
        if let Some(Ok(site)) = site_of(line)
            && let Some(head) = known.get(&site).filter(|_| !line.fields.has(VERSION))
        {
            line.fields.set(VERSION, head.version.to_string());
        }
    }
    let now = app.clock().now();
    let old = now.saturating_sub(SignedDuration::from_hours(KEPT_HOURS));
    let old = old.map_or(0, jiff::Timestamp::as_millisecond);
    tx.run(&queries::DELETE_OLD_DRAFTS, values![old]).await?;
    let key = app.new_key();
    let values = values![
        key.as_str(),
        company.to_string(),
        viewer.account.as_str(),
        now.as_millisecond(),
        name,
        serde_json::to_string(&sheet).map_err(UseCaseError::broken)?
    ];
    tx.run(&queries::INSERT_DRAFT, values).await?;
    tx.commit().await?;
    Ok(key)
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    file_name: String,
    body: String,
    outcome: String,
}

/// A file of the viewer's own.
///
/// # Errors
/// [`ManyRefusal`].
pub(super) async fn find(tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<Draft, ManyRefusal> {
    let company = may_register(viewer).ok_or(UseCaseError::Refused(ManyRefusal::Forbidden))?;
    let values = values![key, company.to_string(), viewer.account.as_str()];
    let row: Option<Columns> = tx.one(&queries::DRAFT, values).await?;
    let row = row.ok_or(UseCaseError::Refused(ManyRefusal::NotFound))?;
    let outcome = match row.outcome.as_str() {
        "" => None,
        json => Some(serde_json::from_str(json).map_err(|_| unreadable("site_draft.outcome"))?),
    };
    let sheet = match outcome {
        None => serde_json::from_str(&row.body).map_err(|_| unreadable("site_draft.body"))?,
        Some(_) => Sheet::default(),
    };
    Ok(Draft {
        id: row.id,
        file_name: row.file_name,
        sheet,
        outcome,
    })
}

/// The site that a row is about, if it names one. Excel takes the zeros off the front of what looks like a number.
fn site_of(line: &Line) -> Option<Result<SiteId, domain::ids::IdError>> {
    let digits = Kind::Digits(14, 14).normalised(line.fields.get(ID));
    (!digits.is_empty()).then(|| format!("{digits:0>14}").parse())
}

/// What a file would do as things stand now. Writes nothing.
///
/// # Errors
/// If the database fails.
pub(super) async fn check(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    company: CompanyId,
    sheet: &Sheet,
) -> UseCase<Checked, ManyRefusal> {
    let staff = Staff::of(tx, company).await?;
    let known = heads(tx, company, sheet.lines.iter().filter_map(|line| site_of(line)?.ok())).await?;
    let facts = facts(tx, company, sheet, &known).await?;
    let mut checked = Checked {
        faults: sheet.faults.clone(),
        ..Checked::default()
    };
    let mut seen: BTreeMap<SiteId, u32> = BTreeMap::new();
    for (number, line) in sheet.lines.iter().enumerate() {
        breathe(number).await;
        let name = line.fields.get("name").to_owned();
        let head = match site_of(line) {
            None => None,
            Some(site) => {
                let found = site.ok().and_then(|site| known.get(&site));
                let at = |key: &str, args: &[(&str, String)]| {
                    let column = sheet.columns.get(ID).map_or("", String::as_str);
                    CellFault::new(line.row, column, ID, key, args)
                };
                let Some(head) = found else {
                    checked.names.insert(line.row, name);
                    checked.faults.push(at("site-many-no-such-site", &[]));
                    continue;
                };
                if let Some(first) = seen.insert(head.id, line.row) {
                    checked.names.insert(line.row, head.name.clone());
                    checked.faults.push(at("site-many-id-twice", &[("row", first.to_string())]));
                    continue;
                }
                Some(head)
            }
        };
        checked.names.insert(line.row, head.map_or(name, |head| head.name.clone()));
        match head {
            None => match register::check(app, viewer, &staff, &newly_typed(viewer, line))? {
                Ok(new) => checked.fates.push((line.row, Fate::New(new))),
                Err(faults) => checked.faults.extend(sheet.at(line.row, &faults)),
            },
            Some(head) => {
                let fields = changed_fields(head, line);
                match change::check(app, viewer, &staff, &facts, head, fields, line.fields.get(VERSION)) {
                    Ok(Some(change)) => checked.fates.push((line.row, Fate::Changed(Box::new(head.clone()), change))),
                    Ok(None) => checked.same += 1,
                    Err(UseCaseError::Refused(refusal)) => checked.faults.extend(cell_faults(sheet, line.row, &refusal)),
                    Err(UseCaseError::Broken(error)) => return Err(UseCaseError::Broken(error)),
                }
            }
        }
    }
    same_sites(tx, company, sheet, &mut checked).await?;
    checked.faults.sort_by(|a, b| {
        let place = |fault: &CellFault| (fault.row, fault.column.len(), fault.column.clone());
        place(a).cmp(&place(b))
    });
    Ok(checked)
}

/// What other rooms know of the sites that rows are about, in one query each.
async fn facts(tx: &Tx, company: CompanyId, sheet: &Sheet, known: &BTreeMap<SiteId, SiteHead>) -> Result<Facts, StoreError> {
    let mut becomes = Vec::new();
    for (number, line) in sheet.lines.iter().enumerate() {
        breathe(number).await;
        if let Some(Ok(site)) = site_of(line)
            && let Some(head) = known.get(&site)
        {
            becomes.push((head, changed_fields(head, line)));
        }
    }
    let becomes: Vec<(&SiteHead, &Fields)> = becomes.iter().map(|(head, fields)| (*head, fields)).collect();
    Facts::of(tx, company, &becomes).await
}

/// Lets others go on after so many lines.
async fn breathe(number: usize) {
    if number % BREATH == BREATH - 1 {
        tokio::task::yield_now().await;
    }
}

/// The fields of a new site: what the form would hold already, and what the row says.
fn newly_typed(viewer: &Viewer, line: &Line) -> Fields {
    let mut fields = prefilled(viewer);
    for (name, value) in line.fields.iter().filter(|(_, value)| *value != CLEAR) {
        fields.set(name, value);
    }
    fields
}

/// The fields of a site as a row would have them: an empty cell leaves what stands, [`CLEAR`] takes it out.
fn changed_fields(head: &SiteHead, line: &Line) -> Fields {
    let mut fields = head.fields.clone();
    for (name, value) in FORM.normalised(&line.fields).iter() {
        fields.set(name, if value == CLEAR { "" } else { value });
    }
    FORM.pruned(&fields)
}

fn cell_faults(sheet: &Sheet, row: u32, refusal: &SiteRefusal) -> Vec<CellFault> {
    let at = |field: &str, key: &str| {
        let column = sheet.columns.get(field).map_or("", String::as_str);
        vec![CellFault::new(row, column, field, key, &[])]
    };
    match refusal {
        SiteRefusal::Fields(faults) => sheet.at(row, faults),
        SiteRefusal::ChangedMeanwhile => at(VERSION, "site-many-changed-meanwhile"),
        SiteRefusal::Forbidden | SiteRefusal::Move(_) | SiteRefusal::NoSuchStep => at(ID, "site-many-no-such-site"),
    }
}

#[derive(FromQueryResult)]
struct SameColumns {
    number: i32,
    id: String,
}

/// New sites with the name, address and first day of another one: the same file sent twice would register everything twice.
async fn same_sites(tx: &Tx, company: CompanyId, sheet: &Sheet, checked: &mut Checked) -> Result<(), StoreError> {
    let column = sheet.columns.get("name").map_or("", String::as_str);
    let at = |row: u32, key: &str, args: &[(&str, String)]| CellFault::new(row, column, "name", key, args);
    let (mut rows, mut faults) = (Rows::new(), Vec::new());
    {
        let mut first: BTreeMap<(&str, &str, i32), u32> = BTreeMap::new();
        for (row, fate) in &checked.fates {
            let Fate::New(new) = fate else { continue };
            let copies = &new.copies;
            match first.get(&(copies.name.as_str(), copies.address.as_str(), copies.from)) {
                Some(other) => faults.push(at(*row, "site-many-twice", &[("row", other.to_string())])),
                None => {
                    first.insert((&copies.name, &copies.address, copies.from), *row);
                    rows.push((*row, &copies.name, &copies.address, copies.from))?;
                }
            }
        }
    }
    let same: Vec<SameColumns> = tx.all(&queries::SAME_SITES, values![company.to_string(), rows]).await?;
    let mut told = 0;
    for other in same {
        let row = u32::try_from(other.number).unwrap_or(0);
        // With several of them the first is enough.
        if row != told {
            told = row;
            // Not a number to be read as one: it may begin with zeros.
            faults.push(at(row, "site-many-same-site", &[("id", format!("ID {}", other.id))]));
        }
    }
    let wrong: BTreeSet<u32> = faults.iter().map(|fault| fault.row).collect();
    checked.fates.retain(|(row, _)| !wrong.contains(row));
    checked.faults.extend(faults);
    Ok(())
}

/// Does it. A second time it gives what was done the first time.
///
/// # Errors
/// [`ManyRefusal`].
pub(super) async fn carry_out(app: &App, tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<Outcome, ManyRefusal> {
    let refuse = UseCaseError::Refused;
    let company = may_register(viewer).ok_or(refuse(ManyRefusal::Forbidden))?;
    // Of two clicks, or two files, at once the second waits and then sees what the first did.
    tx.value::<i32>(&queries::HOLD_COMPANY, values![company.to_string()]).await?;
    let draft = find(tx, viewer, key).await?;
    if let Some(outcome) = draft.outcome {
        return Ok(outcome);
    }
    let checked = check(app, tx, viewer, company, &draft.sheet).await?;
    if !checked.faults.is_empty() || checked.fates.is_empty() {
        return Err(refuse(ManyRefusal::Wrong));
    }
    let mut outcome = Outcome {
        same: checked.same,
        ..Outcome::default()
    };
    let (mut rows, mut new) = (Vec::new(), Vec::new());
    for (row, fate) in checked.fates {
        match fate {
            Fate::New(site) => {
                rows.push((row, site.copies.name.clone()));
                new.push(site);
            }
            Fate::Changed(head, change) => {
                outcome.taken_in += written(change::write(app, tx, viewer, &head, &change).await)?;
                outcome.sites.push(Done {
                    row,
                    id: head.id,
                    name: change.after("name").to_owned(),
                    new: false,
                });
            }
        }
    }
    let mut ids = Vec::new();
    for some in new.chunks(AT_ONCE) {
        let publication = Publication::default();
        ids.extend(written(register::write(app, tx, viewer, company, some, &publication).await)?);
    }
    for ((row, name), id) in rows.into_iter().zip(ids) {
        outcome.sites.push(Done {
            row,
            id,
            name,
            new: true,
        });
    }
    outcome.sites.sort_by_key(|done| done.row);
    let json = serde_json::to_string(&outcome).map_err(UseCaseError::broken)?;
    let values = values![key, app.clock().now().as_millisecond(), json];
    tx.run(&queries::DRAFT_DONE, values).await?;
    Ok(outcome)
}

/// Everything was checked in this transaction: what is refused now was changed by somebody else at the same instant.
fn written<T>(result: UseCase<T, SiteRefusal>) -> UseCase<T, ManyRefusal> {
    result.map_err(|error| match error {
        UseCaseError::Refused(_) => UseCaseError::Refused(ManyRefusal::Wrong),
        UseCaseError::Broken(error) => UseCaseError::Broken(error),
    })
}

/// Throws a file away that was not done yet.
///
/// # Errors
/// [`ManyRefusal`].
pub(super) async fn discard(tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<(), ManyRefusal> {
    let draft = find(tx, viewer, key).await?;
    tx.run(&queries::DELETE_DRAFT, values![draft.id]).await?;
    Ok(())
}
