//! Use cases: the prime changes a step of a site's data (610 > 30), and what of it others may see (公開設定項目).

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::form::{Context, Faults, Fields, Group};
use domain::site::{FORM, Move, MoveFault, Publication, allowed, check_period};
use domain::{CompanyId, SiteId, WorkDay};
use store::{StoreError, Tx, values};

use super::open::SiteHead;
use super::register::{Copies, SiteRefusal, Staff, charge, json};
use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::accounts::{self, Colleague};
use crate::rooms::history;

/// What becomes of a step's list beside what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Keep,
    /// This entry is taken out.
    Remove(usize),
}

/// A step as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct StepForm<'a> {
    /// Name of the step.
    pub step: &'a str,
    /// Its fields.
    pub typed: &'a Fields,
    /// What becomes of its list beside them.
    pub entry: Entry,
    /// Version of the site that the form was made from.
    pub version: &'a str,
}

/// The fields of a site as they would be with what was typed in a step in the place of what was there.
#[must_use]
pub fn merged(now: &Fields, group: &'static Group, typed: &Fields, entry: Entry) -> Fields {
    let levelled = FORM.normalised(typed);
    let mut fields = now.clone();
    let typed: Vec<String> = typed.iter().map(|(name, _)| name.to_owned()).collect();
    let there = group.shown(now).into_iter().map(|(_, name, _)| name);
    for name in typed.into_iter().chain(there) {
        if FORM.find(&name).is_some_and(|(of, _)| of.name == group.name) {
            fields.set(name.clone(), levelled.get(&name));
        }
    }
    if let Entry::Remove(number) = entry {
        fields.remove_entry(group.name, number);
    }
    FORM.pruned(&fields)
}

/// Who may change data of a site, as it stands today.
fn may_change(app: &App, viewer: &Viewer, site: &OpenSite) -> UseCase<(), SiteRefusal> {
    if !site.is_prime() {
        return Err(UseCaseError::Refused(SiteRefusal::Forbidden));
    }
    prime_may_change(app, viewer, &site.head)
}

/// The same of whoever is of the prime.
fn prime_may_change(app: &App, viewer: &Viewer, head: &SiteHead) -> UseCase<(), SiteRefusal> {
    if !viewer.may(Act::KeepSite) {
        return Err(UseCaseError::Refused(SiteRefusal::Forbidden));
    }
    let today = app.clock().today();
    // A change never asks whether somebody worked there.
    let facts = head.course.facts(today, true);
    if allowed(head.course.state(today), Move::Change, facts) {
        Ok(())
    } else {
        Err(UseCaseError::Refused(SiteRefusal::Move(MoveFault::NotAllowed)))
    }
}

/// Changes one step. Touches refused for the period are taken in again if the new period holds them; gives how many.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn change(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: StepForm<'_>) -> UseCase<usize, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    may_change(app, viewer, site)?;
    let group = FORM.group(form.step).ok_or(refuse(SiteRefusal::NoSuchStep))?;
    let fields = merged(&site.head.fields, group, form.typed, form.entry);
    let staff = Staff::of(tx, site.head.prime.0).await?;
    let facts = Facts::of(tx, site.head.prime.0, &[(&site.head, &fields)]).await?;
    match check(app, viewer, &staff, &facts, &site.head, fields, form.version)? {
        Some(change) => write(app, tx, viewer, &site.head, &change).await,
        None => Ok(0), // A second click, too.
    }
}

/// A change that can be made.
pub(super) struct Change {
    fields: Fields,
    /// Names of the fields that change.
    pub(super) changed: Vec<String>,
    copies: Copies,
    charge: Option<Colleague>,
}

impl Change {
    /// What a field becomes.
    pub(super) fn after(&self, name: &str) -> &str {
        self.fields.get(name)
    }
}

/// Fields that cannot become what they like once somebody has worked there.
const BOUND: [&str; 3] = ["boundary", "from", "to"];

/// What other rooms know of sites that are to change, asked for all of them at once.
pub(super) struct Facts {
    /// First and last day on which somebody worked there; only of sites where the change is about days.
    worked: BTreeMap<SiteId, (WorkDay, WorkDay)>,
    /// Site managers who have it, by the keys of their accounts.
    managers: BTreeMap<SiteId, BTreeSet<String>>,
}

impl Facts {
    /// Of a company's sites, each with what its fields are to become.
    pub(super) async fn of(tx: &Tx, company: CompanyId, changes: &[(&SiteHead, &Fields)]) -> Result<Self, StoreError> {
        let is_bound =
            |(head, fields): &&(&SiteHead, &Fields)| BOUND.iter().any(|name| head.fields.get(name) != fields.get(name));
        let bound: Vec<SiteId> = changes.iter().filter(is_bound).map(|(head, _)| head.id).collect();
        let all: Vec<SiteId> = changes.iter().map(|(head, _)| head.id).collect();
        Ok(Self {
            worked: history::days_at_all(tx, &bound).await?,
            managers: accounts::managers_of(tx, company, &all).await?,
        })
    }

    fn has(&self, site: SiteId, account: &str) -> bool {
        self.managers.get(&site).is_some_and(|who| who.contains(account))
    }
}

/// Whether the data of a site of the viewer's company can become these; nothing if they are so already. `version`: of the site that they
/// were made from.
pub(super) fn check(
    app: &App,
    viewer: &Viewer,
    staff: &Staff,
    facts: &Facts,
    head: &SiteHead,
    fields: Fields,
    version: &str,
) -> UseCase<Option<Change>, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    prime_may_change(app, viewer, head)?;
    let changed: Vec<String> = head.fields.differences(&fields);
    if changed.is_empty() {
        return Ok(None);
    }
    let masters = app.masters();
    let context = Context {
        masters: &masters,
        today: app.clock().today(),
    };
    let mut faults = Faults::new();
    for group in FORM.groups {
        let concerned = |name: &String| FORM.find(name).is_some_and(|(of, _)| of.name == group.name);
        if changed.iter().any(concerned) {
            for fault in FORM.check_group(group, &fields, context).all() {
                faults.copy(fault);
            }
        }
    }
    let charge = charge(viewer, staff, |account| facts.has(head.id, account), &fields, &mut faults);
    let copies = match Copies::of(app, &fields) {
        Ok(copies) if faults.is_empty() => copies,
        _ => return Err(refuse(SiteRefusal::Fields(faults))),
    };
    if version.parse() != Ok(head.version) {
        return Err(refuse(SiteRefusal::ChangedMeanwhile));
    }
    let has = |name: &str| changed.iter().any(|changed| changed == name);
    let days = facts.worked.get(&head.id).copied();
    if has("boundary") && days.is_some() {
        faults.add("boundary", "site-boundary-fixed");
    }
    if (has("from") || has("to"))
        && let (Ok(from), Ok(to)) = (fields.get("from").parse(), fields.get("to").parse())
        && let Err(MoveFault::Worked { day }) = check_period((from, to), days)
    {
        let field = if day < from { "from" } else { "to" };
        faults.add_with(field, "site-period-worked", &[("day", day.to_string())]);
    }
    if !faults.is_empty() {
        return Err(refuse(SiteRefusal::Fields(faults)));
    }
    Ok(Some(Change {
        fields,
        changed,
        copies,
        charge,
    }))
}

/// Makes a change that was checked; gives how many touches were taken in by it.
pub(super) async fn write(app: &App, tx: &Tx, viewer: &Viewer, head: &SiteHead, change: &Change) -> UseCase<usize, SiteRefusal> {
    let (fields, copies) = (&change.fields, &change.copies);
    let has = |name: &str| change.changed.iter().any(|changed| changed == name);
    // A new last day is the one that is meant now: the early end is over.
    let planned = head.course.planned_end.filter(|_| !has("to")).map(WorkDay::to_number);
    let values = values![
        head.id.to_string(),
        head.version,
        copies.name.as_str(),
        copies.address.as_str(),
        copies.orderer.as_str(),
        copies.from,
        copies.to,
        copies.boundary,
        json(fields)?,
        planned
    ];
    if tx.run(&queries::UPDATE_SITE, values).await? == 0 {
        return Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile));
    }
    let told: serde_json::Map<String, serde_json::Value> = change
        .changed
        .iter()
        .map(|name| (name.clone(), serde_json::json!([head.fields.get(name), fields.get(name)])))
        .collect();
    let what = serde_json::json!({ "changed": told });
    note(app, tx, viewer, head.id, Subject::Site, &head.id.to_string(), &what).await?;
    if let Some(colleague) = &change.charge {
        accounts::give(app, tx, viewer, colleague, head.id).await?;
    }
    if has("from") || has("to") || has("boundary") {
        let masters = app.masters();
        return Ok(history::take_in_refused(tx, app.clock(), masters.policies(), head.id).await?);
    }
    Ok(0)
}

/// Opens and closes items of a site's data to others.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn publish(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    new: &Publication,
    version: &str,
) -> UseCase<(), SiteRefusal> {
    may_change(app, viewer, site)?;
    let (masters, head) = (app.masters(), &site.head);
    let changed: serde_json::Map<String, serde_json::Value> = masters
        .site_items()
        .iter()
        .map(|item| (item, head.publication.of(item), new.of(item)))
        .filter(|(_, before, after)| before != after)
        .map(|(item, before, after)| (item.item.clone(), serde_json::json!([before, after])))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let stale = version.parse() != Ok(head.version);
    let values = values![head.id.to_string(), head.version, json(new)?];
    if stale || tx.run(&queries::UPDATE_PUBLICATION, values).await? == 0 {
        return Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile));
    }
    let what = serde_json::json!({ "published": changed });
    note(app, tx, viewer, head.id, Subject::Site, &head.id.to_string(), &what).await?;
    Ok(())
}
