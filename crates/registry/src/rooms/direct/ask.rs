//! Use case: a worker enters a day of his own, or a company days of its people, many at once. They wait for the prime of the site; if
//! the site is not registered yet, for the site to be put on.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::direct::{Hours, RequestKind, days_left, may_request, minute_of, reminders_due};
use domain::touch::DayRule;
use domain::{CompanyId, Direction, Policy, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::rows::{Site, note, recorded, site};
use super::words::{Fault, Why};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Incoming};
use crate::rows::{id, opt_day, opt_id};
use crate::typed::line;

/// What is typed.
#[derive(Debug, Clone, Default)]
pub struct AskForm {
    /// Handles of the workers; not read from a worker, who enters his own days.
    pub worker: Vec<String>,
    /// Days, `2026-11-20`; empty ones are left out.
    pub day: Vec<String>,
    /// Time of entry, `08:00`.
    pub from: String,
    /// Time of exit; may be empty.
    pub to: String,
    /// 現場ID of the list.
    pub site: String,
    /// 現場ID of another site.
    pub site_id: String,
    /// Name of a site that is not registered yet.
    pub site_name: String,
    /// Its prime, as far as it is known.
    pub prime_name: String,
    /// A word to the prime.
    pub note: String,
}

impl AskForm {
    /// From a form as it was sent: several workers and several days have one name each.
    pub(super) fn read(sent: &[(String, String)]) -> Self {
        let all = |name: &str| {
            sent.iter()
                .filter(|(n, _)| n == name)
                .map(|(_, value)| value.clone())
                .collect()
        };
        let one = |name: &str| one(sent, name).to_owned();
        Self {
            worker: all("worker"),
            day: all("day"),
            from: one("from"),
            to: one("to"),
            site: one("site"),
            site_id: one("site_id"),
            site_name: one("site_name"),
            prime_name: one("prime_name"),
            note: one("note"),
        }
    }
}

/// The first value of a name.
pub(super) fn one<'a>(sent: &'a [(String, String)], name: &str) -> &'a str {
    sent.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

/// What is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskErrors {
    /// Fields.
    pub fields: FieldErrors,
    /// Single days.
    pub days: Vec<Fault>,
}

/// Why nothing is entered.
#[derive(Debug)]
pub enum AskRefusal {
    /// Not this role, or its company may not now.
    Forbidden,
    /// What was typed.
    Wrong(AskErrors),
}

/// What was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Days that wait now.
    pub asked: usize,
    /// Days left out, since they are recorded already.
    pub recorded: usize,
    /// Days that waited already.
    pub already: usize,
}

impl From<FieldErrors> for AskRefusal {
    fn from(fields: FieldErrors) -> Self {
        Self::Wrong(AskErrors {
            fields,
            days: Vec::new(),
        })
    }
}

/// Who enters.
#[derive(Clone, Copy)]
enum Asker<'a> {
    Worker(&'a str),
    Company(CompanyId),
}

fn asker(viewer: &Viewer) -> Option<Asker<'_>> {
    match (&viewer.worker, viewer.company_id()) {
        _ if !viewer.may(Act::EnterHistory) => None,
        (Some((_, handle)), _) => Some(Asker::Worker(handle)),
        (None, Some(company)) => Some(Asker::Company(company)),
        (None, None) => None,
    }
}

/// Where the work was.
struct Place {
    site: Option<Site>,
    /// The site's ID or the typed name.
    key: String,
    name: String,
    prime_name: String,
}

/// The site that was named: of the list, by its ID, or by a name only. Exactly one of the three.
async fn place(tx: &Tx, form: &AskForm, errors: &mut FieldErrors) -> Result<Option<Place>, StoreError> {
    let name = line(errors, "site_name", &form.site_name, 100, false);
    let prime_name = line(errors, "prime_name", &form.prime_name, 100, false);
    let (chosen, typed) = (form.site.trim(), form.site_id.trim());
    match [chosen, typed, name.as_str()].iter().filter(|text| !text.is_empty()).count() {
        0 => {
            errors.add("site", "direct-place-needed");
            return Ok(None);
        }
        1 => {}
        _ => {
            errors.add("site", "direct-place-one");
            return Ok(None);
        }
    }
    if !name.is_empty() {
        return Ok(Some(Place {
            site: None,
            key: name.clone(),
            name,
            prime_name,
        }));
    }
    let (field, text) = if typed.is_empty() {
        ("site", chosen)
    } else {
        ("site_id", typed)
    };
    let found = match text.parse::<SiteId>() {
        Ok(site_id) => site(tx, site_id).await?,
        Err(_) => None,
    };
    if found.is_none() {
        errors.add(field, "direct-no-such-site");
    }
    Ok(found.map(|site| Place {
        key: site.id.to_string(),
        name: site.name.clone(),
        prime_name: String::new(),
        site: Some(site),
    }))
}

/// The hours that were typed.
fn hours(form: &AskForm, rule: DayRule, errors: &mut FieldErrors) -> Option<Hours> {
    let from = errors.take("from", minute_of(&form.from).ok_or(()), |()| "direct-no-time".to_owned());
    let to = match form.to.trim() {
        "" => None,
        typed => Some(errors.take("to", minute_of(typed).ok_or(()), |()| "direct-no-time".to_owned())?),
    };
    let hours = Hours { from: from?, to };
    // Which day it is does not matter.
    if hours.fit(WorkDay::of(Timestamp::UNIX_EPOCH, 0), rule) {
        Some(hours)
    } else {
        errors.add("to", "direct-exit-too-late");
        None
    }
}

#[derive(FromQueryResult)]
struct TieColumns {
    id: String,
    handle: String,
    name: String,
    ended_on: Option<i32>,
    company_id: Option<String>,
    from_day: Option<i32>,
    to_day: Option<i32>,
}

/// A worker and his ties, the main one first.
struct Person {
    id: WorkerId,
    name: String,
    ended_on: Option<WorkDay>,
    ties: Vec<(CompanyId, WorkDay, Option<WorkDay>)>,
}

impl Person {
    fn tied(&self, on: WorkDay) -> impl Iterator<Item = CompanyId> {
        let holds = move |(_, from, to): &&(CompanyId, WorkDay, Option<WorkDay>)| *from <= on && to.is_none_or(|to| on <= to);
        self.ties.iter().filter(holds).map(|(company, ..)| *company)
    }
}

async fn people(tx: &Tx, handles: &BTreeSet<&str>) -> Result<BTreeMap<String, Person>, StoreError> {
    let rows = Rows::of(handles.iter().map(|handle| [handle]))?;
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for row in tx.all::<TieColumns>(&queries::TIES, [rows.into_value()]).await? {
        let company: Option<CompanyId> = opt_id(row.company_id, "employment.company_id")?;
        let from = opt_day(row.from_day, "employment.from_day")?;
        let to = opt_day(row.to_day, "employment.to_day")?;
        let person = Person {
            id: id(&row.id, "worker.id")?,
            name: row.name,
            ended_on: opt_day(row.ended_on, "worker.ended_on")?,
            ties: Vec::new(),
        };
        let person = people.entry(row.handle).or_insert(person);
        person
            .ties
            .extend(company.zip(from).map(|(company, from)| (company, from, to)));
    }
    Ok(people)
}

/// A day of a worker that can be entered.
struct Wanted {
    worker: WorkerId,
    name: String,
    day: WorkDay,
    deadline: WorkDay,
    company: Option<CompanyId>,
}

/// Enters days. Those that are recorded or wait already are left out and counted; anything else that is wrong with any of them, and
/// nothing is entered.
///
/// # Errors
/// [`AskRefusal`].
pub async fn ask(app: &App, tx: &Tx, viewer: &Viewer, form: &AskForm) -> UseCase<Asked, AskRefusal> {
    let asker = asker(viewer).ok_or(UseCaseError::Refused(AskRefusal::Forbidden))?;
    let masters = app.masters();
    let today = app.clock().today();
    let policy = |policy| masters.policies().at(policy, today);
    let mut errors = FieldErrors::new();

    let handles: BTreeSet<&str> = match asker {
        Asker::Worker(own) => BTreeSet::from([own]),
        Asker::Company(_) => form.worker.iter().map(String::as_str).collect(),
    };
    if handles.is_empty() {
        errors.add("worker", "direct-workers-needed");
    }
    let days = days(form, &mut errors);
    let most = policy(Policy::BatchItems);
    if i64::try_from(handles.len() * days.len()).is_ok_and(|count| count > most) {
        errors.add_with("day", "direct-too-many", vec![("most", most.into())]);
    }
    let place = place(tx, form, &mut errors).await?;
    let rule = DayRule {
        boundary: place
            .as_ref()
            .and_then(|place| place.site.as_ref())
            .map_or(0, |site| site.boundary),
        exit_closes_before_hour: policy(Policy::ExitClosesBeforeHour),
    };
    let hours = hours(form, rule, &mut errors);
    let note_text = line(&mut errors, "note", &form.note, 200, false);
    let (Some(place), Some(hours), true) = (place, hours, errors.is_empty()) else {
        return Err(UseCaseError::Refused(errors.into()));
    };

    let people = people(tx, &handles).await?;
    let ahead = policy(Policy::ClockAheadSeconds);
    let mut faults = Vec::new();
    let mut wanted = Vec::new();
    for handle in &handles {
        let person = people.get(*handle).filter(|person| match asker {
            Asker::Worker(_) => true,
            Asker::Company(own) => person.ties.iter().any(|(company, ..)| *company == own),
        });
        let Some(person) = person else {
            // Somebody else's worker: the page does not offer him.
            errors.add("worker", "direct-no-such-worker");
            continue;
        };
        for on in &days {
            let company = match asker {
                Asker::Worker(_) => person.tied(*on).next(),
                Asker::Company(own) => person.tied(*on).find(|company| *company == own),
            };
            let last = hours.on(*on, rule.boundary);
            let last = last.last_out.or(last.first_in).map_or(0, Timestamp::as_second);
            let deadline = may_request(*on, today, masters.policies().at(Policy::MendingMonths, *on));
            let why = match (deadline, person.ended_on) {
                (Err(why), _) => Some(Why::from(why)),
                (Ok(_), Some(ended)) if ended < *on => Some(Why::Ended(ended)),
                (Ok(_), _) if company.is_none() && matches!(asker, Asker::Company(_)) => Some(Why::NotTied),
                (Ok(_), _) if last - app.clock().now().as_second() > ahead => Some(Why::NotYet),
                (Ok(deadline), _) => {
                    wanted.push(Wanted {
                        worker: person.id,
                        name: person.name.clone(),
                        day: *on,
                        deadline,
                        company,
                    });
                    None
                }
            };
            faults.extend(why.map(|why| Fault {
                name: person.name.clone(),
                day: *on,
                why,
            }));
        }
    }

    let mut done = Asked::default();
    if let Some(site) = &place.site {
        let known = recorded(tx, site.id, &wanted.iter().map(|w| (w.worker, w.day)).collect()).await?;
        let before = wanted.len();
        wanted.retain(|w| !known.contains(&(w.worker, w.day)));
        done.recorded = before - wanted.len();
        faults.extend(refused(app, tx, site, hours, &wanted).await?);
    }
    if !errors.is_empty() || !faults.is_empty() {
        return Err(UseCaseError::Refused(AskRefusal::Wrong(AskErrors {
            fields: errors,
            days: faults,
        })));
    }
    if wanted.is_empty() {
        errors.add("day", "direct-all-recorded");
        return Err(UseCaseError::Refused(errors.into()));
    }
    let typed = Typed {
        place: &place,
        hours,
        note: &note_text,
        by_worker: matches!(asker, Asker::Worker(_)),
    };
    let fresh = insert(app, tx, viewer, &typed, &wanted).await?;
    done.asked = fresh.len();
    done.already = wanted.len() - fresh.len();
    Ok(done)
}

/// The days that were typed, each once.
fn days(form: &AskForm, errors: &mut FieldErrors) -> BTreeSet<WorkDay> {
    let typed = form.day.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let days: Result<BTreeSet<WorkDay>, _> = typed.map(str::parse).collect();
    match days {
        Ok(days) if days.is_empty() => errors.add("day", "direct-days-needed"),
        Ok(days) => return days,
        Err(_) => errors.add("day", "field-no-day"),
    }
    BTreeSet::new()
}

/// The touches that a day would make.
pub(super) fn touches(
    source: &str,
    by_worker: bool,
    site: SiteId,
    boundary: u16,
    hours: Hours,
    days: impl IntoIterator<Item = (WorkerId, WorkDay, String)>,
) -> Vec<Incoming> {
    let mut touches = Vec::new();
    for (worker, on, key) in days {
        let on = hours.on(on, boundary);
        for (at, direction) in [(on.first_in, Direction::In), (on.last_out, Direction::Out)] {
            let Some(at) = at else { continue };
            touches.push(Incoming {
                source: source.to_owned(),
                site,
                item_id: format!("{key}-{}", direction.word()),
                worker_id: worker.to_string(),
                site_id: site.to_string(),
                at,
                direction,
                // Told apart for good: such days are no sign that a site has readers (R-HIS-8).
                method: if by_worker { "direct_worker" } else { "direct_company" }.to_owned(),
                seq: None,
                card_issue: None,
            });
        }
    }
    touches
}

/// Which of the days the site would refuse, and why.
async fn refused(app: &App, tx: &Tx, site: &Site, hours: Hours, wanted: &[Wanted]) -> Result<Vec<Fault>, StoreError> {
    let masters = app.masters();
    let keyed = wanted.iter().map(|w| (w.worker, w.day, String::new()));
    let items = touches("", true, site.id, site.boundary, hours, keyed);
    let refusals = history::examine(tx, app.clock(), masters.policies(), &items).await?;
    let of_a_day = if hours.to.is_some() { 2 } else { 1 };
    let faults = wanted.iter().zip(refusals.chunks(of_a_day)).filter_map(|(wanted, refusals)| {
        let refusal = refusals.iter().flatten().next()?;
        Some(Fault {
            name: wanted.name.clone(),
            day: wanted.day,
            why: Why::Refused(refusal.clone()),
        })
    });
    Ok(faults.collect())
}

/// What all the days have in common.
struct Typed<'a> {
    place: &'a Place,
    hours: Hours,
    note: &'a str,
    by_worker: bool,
}

#[derive(FromQueryResult)]
pub(super) struct KeyColumns {
    pub(super) id: String,
}

/// Writes the days down that do not wait already, and tells whom they concern. Gives their keys.
async fn insert(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    typed: &Typed<'_>,
    wanted: &[Wanted],
) -> Result<BTreeSet<String>, StoreError> {
    let masters = app.masters();
    let today = app.clock().today();
    let policy = |policy| masters.policies().at(policy, today);
    let (first, last) = (policy(Policy::DirectRemindDays), policy(Policy::DirectRemindAgainDays));
    let site = typed.place.site.as_ref();
    let waited = match site {
        Some(site) => tell::waiting_at(tx, site.prime, site.id).await?,
        None => 0,
    };
    let keyed: Vec<(String, &Wanted)> = wanted.iter().map(|w| (app.new_key(), w)).collect();
    let rows = Rows::of(keyed.iter().map(|(key, w)| {
        (
            key,
            w.worker.to_string(),
            w.day.to_number(),
            w.company.map(|company| company.to_string()),
            w.deadline.to_number(),
            reminders_due(days_left(today, w.deadline), first, last),
        )
    }))?;
    let values = values![
        rows,
        site.map(|site| site.id.to_string()),
        site.map(|site| site.prime.to_string()),
        typed.place.key.as_str(),
        if site.is_some() { "" } else { typed.place.name.as_str() },
        typed.place.prime_name.as_str(),
        i32::from(typed.hours.from),
        typed.hours.to.map(i32::from),
        typed.note,
        if typed.by_worker { "worker" } else { "company" },
        viewer.account.as_str(),
        app.clock().now().as_millisecond(),
        RequestKind::Entry.word(),
        ""
    ];
    let fresh: Vec<KeyColumns> = tx.all(&queries::INSERT, values).await?;
    let fresh: BTreeSet<String> = fresh.into_iter().map(|row| row.id).collect();
    note(app, tx, Some(&viewer.account), fresh.iter().map(String::as_str), "asked", "").await?;
    if let Some(site) = site.filter(|_| waited == 0 && !fresh.is_empty()) {
        tell::prime_asked(app, tx, site.prime, &site.name).await?;
    }
    if let (false, Some((_, company))) = (typed.by_worker, &viewer.company) {
        let entered = keyed.iter().filter(|(key, _)| fresh.contains(key));
        let days: Vec<(WorkerId, WorkDay, &str)> = entered.map(|(key, w)| (w.worker, w.day, key.as_str())).collect();
        tell::workers_entered(app, tx, &days, company, &typed.place.name).await?;
    }
    Ok(fresh)
}
