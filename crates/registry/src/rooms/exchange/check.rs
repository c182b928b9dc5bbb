//! What of a file is new, what is there already, and what is wrong, by table, row and column. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use domain::registration::{Context, Fault, Fields, Form};
use domain::{CompanyId, WorkDay, WorkerId};
use jiff::Timestamp;
use store::{Rows, StoreError, Tx, values};

use super::format::Kind;
use super::gather::{self, TieColumns, Versions};
use super::queries;
use super::read::{Placed, Source};
use crate::App;
use crate::rooms::application::take_over::{NewCompany, NewWorker, Tie, Version};
use crate::rooms::application::{context, sentence};

/// What a registration must have, however old it is.
const COMPANY_NEEDS: &[&str] = &["kind", "name", "name_kana"];
const WORKER_NEEDS: &[&str] = &["registration", "language", "family_name", "family_kana", "birth_day"];
/// States of a company.
const STATES: [&str; 4] = ["registered", "suspended", "expired", "withdrawn"];
/// Subjects looked up at once.
const AT_ONCE: usize = 1_000;

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeFault {
    /// The table.
    pub table: Kind,
    /// Line of a CSV file, place in a JSON list.
    pub place: u64,
    /// Its column; empty for the row as a whole.
    pub column: String,
    /// Key of the sentence, also the stable code, and its values.
    pub fault: Fault,
}

impl ExchangeFault {
    /// What is wrong, in words.
    #[must_use]
    pub fn sentence(&self, t: &web::T) -> String {
        sentence(t, &self.fault)
    }
}

/// A registration of which something is new.
#[derive(Debug, Clone)]
pub struct Subject<I, N> {
    /// Its ID.
    pub id: I,
    /// If it is not known yet.
    pub new: Option<N>,
    /// Versions that are not known yet, in order.
    pub versions: Vec<Version>,
}

/// What would be done with a file.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Companies of which something is new.
    pub companies: Vec<Subject<CompanyId, NewCompany>>,
    /// Workers of whom something is new.
    pub workers: Vec<Subject<WorkerId, NewWorker>>,
    /// Ties that are new.
    pub ties: Vec<Tie>,
    /// Rows that say what is registered already.
    pub known: usize,
    /// Rows of tables that are not taken in.
    pub passed_over: BTreeMap<Kind, usize>,
    /// What is wrong; if there is anything, nothing is to be written.
    pub faults: Vec<ExchangeFault>,
}

impl Plan {
    fn fault(&mut self, table: Kind, place: u64, column: &str, key: &str, args: &[(&str, String)]) {
        self.faults.push(ExchangeFault {
            table,
            place,
            column: column.to_owned(),
            fault: Fault {
                field: column.to_owned(),
                key: key.to_owned(),
                args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            },
        });
    }
}

/// Looks at a file.
///
/// # Errors
/// If the database fails. What is wrong with the file stands in the plan.
pub async fn plan(app: &App, tx: &Tx, source: &Source) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    let masters = app.masters();
    let context = context(app, &masters);
    for (kind, rows) in &source.tables {
        if !kind.is_taken_in() {
            plan.passed_over.insert(*kind, rows.len());
        }
    }
    let rows = |kind| source.tables.get(&kind).map_or(&[][..], Vec::as_slice);
    companies(app, tx, rows(Kind::Companies), context, &mut plan).await?;
    workers(app, tx, rows(Kind::Workers), context, &mut plan).await?;
    let with_ties: BTreeSet<&str> = rows(Kind::Ties)
        .iter()
        .filter_map(|row| row.values.get("worker_id").map(String::as_str))
        .collect();
    ties(tx, rows(Kind::Ties), &mut plan).await?;
    ties_of_registrations(app, tx, &with_ties, &mut plan).await?;
    plan.faults.sort_by_key(|fault| (fault.table, fault.place));
    Ok(plan)
}

/// A row read as one version of a registration.
struct Row<I> {
    place: u64,
    id: I,
    number: Option<i32>,
    at: Option<Timestamp>,
    registered_at: Option<Timestamp>,
    fields: Fields,
    /// The other columns of the kind.
    values: BTreeMap<String, String>,
}

fn typed<T: FromStr>(plan: &mut Plan, kind: Kind, row: &Placed, column: &str, key: &str) -> Option<T> {
    let text = row.values.get(column)?;
    let value = text.trim().parse::<T>().ok();
    if value.is_none() {
        plan.fault(kind, row.place, column, key, &[]);
    }
    value
}

fn registration<I: FromStr>(
    plan: &mut Plan,
    (kind, form, needed): (Kind, &Form, &[&str]),
    row: &Placed,
    context: Context<'_>,
) -> Option<Row<I>> {
    let before = plan.faults.len();
    let id_column = kind.columns()[0];
    if !row.values.contains_key(id_column) {
        plan.fault(kind, row.place, id_column, "field-needed", &[]);
    }
    let id = typed::<I>(plan, kind, row, id_column, "exchange-no-id");
    let number = typed::<i32>(plan, kind, row, "version", "field-number");
    if number.is_some_and(|number| number < 1) {
        plan.fault(kind, row.place, "version", "field-number", &[]);
    }
    let at = typed::<Timestamp>(plan, kind, row, "version_at", "exchange-no-instant");
    let registered_at = typed::<Timestamp>(plan, kind, row, "registered_at", "exchange-no-instant");
    let is_own = |column: &str| kind.columns().contains(&column);
    let kept = |name: &str| form.find(name).is_some_and(|(_, field)| !field.kind.is_typed());
    let fields: Fields = row
        .values
        .iter()
        .filter(|(column, _)| !is_own(column))
        .map(|(column, value)| {
            let levelled = match form.find(column) {
                // Keys of papers and what the registry set stay as they are.
                Some((_, field)) if !kept(column) => field.kind.normalised(value),
                _ => value.clone(),
            };
            (column.clone(), levelled)
        })
        .collect();
    for fault in form.check_held(&fields, needed, context).all() {
        plan.faults.push(ExchangeFault {
            table: kind,
            place: row.place,
            column: fault.field.clone(),
            fault: fault.clone(),
        });
    }
    let id = id.filter(|_| plan.faults.len() == before)?;
    Some(Row {
        place: row.place,
        id,
        number,
        at,
        registered_at,
        fields,
        values: row
            .values
            .iter()
            .filter(|(column, _)| is_own(column))
            .map(|(c, v)| (c.clone(), v.clone()))
            .collect(),
    })
}

/// What the registry holds of a subject: its columns and its versions.
#[derive(Default)]
struct Held {
    columns: BTreeMap<String, String>,
    versions: BTreeMap<i32, (String, Fields)>,
}

/// Reads what is held back into the form in which it is compared: the very table that would be taken out.
fn held(table: super::format::Table) -> BTreeMap<String, Held> {
    let own = table.kind.columns();
    let mut all: BTreeMap<String, Held> = BTreeMap::new();
    for row in table.rows {
        let mut of: BTreeMap<String, String> = BTreeMap::new();
        let mut fields = Fields::new();
        for (column, value) in table.columns.iter().zip(row) {
            if own.contains(&column.as_str()) {
                of.insert(column.clone(), value);
            } else {
                fields.set(column.clone(), value);
            }
        }
        let id = of.remove(own[0]).unwrap_or_default();
        let (number, at) = (
            of.remove("version").unwrap_or_default(),
            of.remove("version_at").unwrap_or_default(),
        );
        let entry = all.entry(id).or_default();
        if let Ok(number) = number.parse() {
            entry.versions.insert(number, (at, fields));
        }
        entry.columns = of;
    }
    all
}

/// Sorts the rows of a subject into what is known and what is new; gives the new versions, in order.
fn new_versions<I>(plan: &mut Plan, kind: Kind, app: &App, rows: Vec<Row<I>>, held: Option<&Held>) -> Vec<Version> {
    let mut newest = held
        .and_then(|held| held.versions.last_key_value())
        .map(|(number, (_, fields))| (*number, fields.clone()));
    let mut versions: Vec<Version> = Vec::new();
    for row in rows {
        // What differs from what is registered is never overwritten, only told.
        for (column, value) in &row.values {
            let there = held.and_then(|held| held.columns.get(column));
            if there.is_some_and(|there| there != value) {
                plan.fault(kind, row.place, column, "exchange-differs", &[]);
            }
        }
        let number = row.number.unwrap_or_else(|| match &newest {
            // Without a number: another version only if something differs.
            Some((number, fields)) if *fields == row.fields => *number,
            Some((number, _)) => number + 1,
            None => 1,
        });
        if let Some((at, fields)) = held.and_then(|held| held.versions.get(&number)) {
            let differing = fields.differences(&row.fields);
            let other_instant = row.at.is_some_and(|instant| instant.to_string() != *at);
            if other_instant {
                plan.fault(kind, row.place, "version_at", "exchange-differs", &[]);
            }
            for column in &differing {
                plan.fault(kind, row.place, column, "exchange-differs", &[]);
            }
            if differing.is_empty() && !other_instant {
                plan.known += 1;
            }
            continue;
        }
        if newest.as_ref().is_some_and(|(before, _)| *before >= number) {
            plan.fault(kind, row.place, "version", "exchange-version-order", &[]);
            continue;
        }
        newest = Some((number, row.fields.clone()));
        versions.push(Version {
            number,
            at: row.at.or(row.registered_at).unwrap_or_else(|| app.clock().now()),
            fields: row.fields,
        });
    }
    versions
}

/// So many subjects at a time.
fn chunks<I: Ord, V>(all: BTreeMap<I, V>) -> impl Iterator<Item = Vec<(I, V)>> {
    let mut rest = all.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<(I, V)> = rest.by_ref().take(AT_ONCE).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Rows by subject, in the order of their versions.
fn by_subject<I: Ord + Copy>(rows: Vec<Row<I>>) -> BTreeMap<I, Vec<Row<I>>> {
    let mut all: BTreeMap<I, Vec<Row<I>>> = BTreeMap::new();
    for row in rows {
        all.entry(row.id).or_default().push(row);
    }
    for rows in all.values_mut() {
        rows.sort_by_key(|row| row.number);
    }
    all
}

async fn companies(app: &App, tx: &Tx, rows: &[Placed], context: Context<'_>, plan: &mut Plan) -> Result<(), StoreError> {
    let kind = Kind::Companies;
    let of = (kind, &domain::registration::company::FORM, COMPANY_NEEDS);
    let read: Vec<Row<CompanyId>> = rows.iter().filter_map(|row| registration(plan, of, row, context)).collect();
    for chunk in chunks(by_subject(read)) {
        let ids: Vec<String> = chunk.iter().map(|(id, _)| id.to_string()).collect();
        let there = held(gather::companies(tx, &ids, Versions::All).await?);
        for (id, rows) in chunk {
            let there = there.get(&id.to_string());
            let Some(first) = rows.first() else { continue };
            let text = |column: &str| first.values.get(column).map(String::as_str);
            let valid_until = text("valid_until").and_then(|day| day.parse::<WorkDay>().ok());
            if text("valid_until").is_some() && valid_until.is_none() {
                plan.fault(kind, first.place, "valid_until", "field-no-day", &[]);
            }
            let state = text("state").unwrap_or("registered").to_owned();
            if !STATES.contains(&state.as_str()) {
                plan.fault(kind, first.place, "state", "field-choice", &[]);
            }
            let registered_at = first.registered_at.or(first.at).unwrap_or_else(|| app.clock().now());
            let new = there.is_none().then_some(NewCompany {
                registered_at,
                valid_until,
                state,
            });
            let versions = new_versions(plan, kind, app, rows, there);
            if !versions.is_empty() {
                plan.companies.push(Subject { id, new, versions });
            }
        }
    }
    Ok(())
}

async fn workers(app: &App, tx: &Tx, rows: &[Placed], context: Context<'_>, plan: &mut Plan) -> Result<(), StoreError> {
    let kind = Kind::Workers;
    let of = (kind, &domain::registration::worker::FORM, WORKER_NEEDS);
    let read: Vec<Row<WorkerId>> = rows.iter().filter_map(|row| registration(plan, of, row, context)).collect();
    for chunk in chunks(by_subject(read)) {
        let ids: Vec<String> = chunk.iter().map(|(id, _)| id.to_string()).collect();
        let there = held(gather::workers(tx, &ids, Versions::All, |_, fields| fields).await?);
        for (id, rows) in chunk {
            let there = there.get(&id.to_string());
            let Some(first) = rows.first() else { continue };
            let text = |column: &str| first.values.get(column).map(String::as_str);
            let ended_on = text("ended_on").and_then(|day| day.parse::<WorkDay>().ok());
            if text("ended_on").is_some() && ended_on.is_none() {
                plan.fault(kind, first.place, "ended_on", "field-no-day", &[]);
            }
            let level = text("level").map_or(Some(1), |level| level.parse::<i32>().ok());
            let level = level.filter(|level| (1..=4).contains(level));
            if level.is_none() {
                plan.fault(kind, first.place, "level", "field-choice", &[]);
            }
            let registered_at = first.registered_at.or(first.at).unwrap_or_else(|| app.clock().now());
            let new = there.is_none().then_some(NewWorker {
                registered_at,
                ended_on,
                level: level.unwrap_or(1),
            });
            let versions = new_versions(plan, kind, app, rows, there);
            if !versions.is_empty() {
                plan.workers.push(Subject { id, new, versions });
            }
        }
    }
    Ok(())
}

type TieKey = (WorkerId, CompanyId, WorkDay);

/// Ties that the registry holds of these workers, as they would be taken out.
async fn held_ties(tx: &Tx, workers: &[String]) -> Result<BTreeMap<(String, String, String), Vec<String>>, StoreError> {
    let mut all = BTreeMap::new();
    for chunk in workers.chunks(AT_ONCE) {
        let rows: Vec<TieColumns> = tx
            .all(&queries::TIES, values![Rows::of(chunk.iter().map(|id| [id]))?])
            .await?;
        for row in gather::ties(rows)?.rows {
            all.insert((row[0].clone(), row[1].clone(), row[3].clone()), row);
        }
    }
    Ok(all)
}

/// Which of these exist, or will by the same file.
async fn known(
    tx: &Tx,
    plan: &Plan,
    workers: &[String],
    companies: &[String],
) -> Result<(BTreeSet<String>, BTreeSet<String>), StoreError> {
    let first = |table: super::format::Table| table.rows.into_iter().map(|mut row| row.swap_remove(0)).collect::<Vec<_>>();
    let mut known_workers: BTreeSet<String> = plan.workers.iter().map(|worker| worker.id.to_string()).collect();
    for chunk in workers.chunks(AT_ONCE) {
        known_workers.extend(first(gather::workers(tx, chunk, Versions::Newest, |_, fields| fields).await?));
    }
    let mut known_companies: BTreeSet<String> = plan.companies.iter().map(|company| company.id.to_string()).collect();
    for chunk in companies.chunks(AT_ONCE) {
        known_companies.extend(first(gather::companies(tx, chunk, Versions::Newest).await?));
    }
    Ok((known_workers, known_companies))
}

async fn ties(tx: &Tx, rows: &[Placed], plan: &mut Plan) -> Result<(), StoreError> {
    let kind = Kind::Ties;
    let mut read: Vec<(u64, TieKey, &Placed)> = Vec::new();
    for row in rows {
        for column in ["worker_id", "company_id", "from"] {
            if !row.values.contains_key(column) {
                plan.fault(kind, row.place, column, "field-needed", &[]);
            }
        }
        for column in row.values.keys().filter(|column| !kind.columns().contains(&column.as_str())) {
            plan.fault(kind, row.place, column, "field-unknown", &[]);
        }
        let worker = typed::<WorkerId>(plan, kind, row, "worker_id", "exchange-no-id");
        let company = typed::<CompanyId>(plan, kind, row, "company_id", "exchange-no-id");
        let from = typed::<WorkDay>(plan, kind, row, "from", "field-no-day");
        if let (Some(worker), Some(company), Some(from)) = (worker, company, from) {
            read.push((row.place, (worker, company, from), row));
        }
    }
    let ids = |of: fn(&TieKey) -> String| -> Vec<String> {
        let all: BTreeSet<String> = read.iter().map(|(_, key, _)| of(key)).collect();
        all.into_iter().collect()
    };
    let (workers, companies) = (ids(|key| key.0.to_string()), ids(|key| key.1.to_string()));
    let (known_workers, known_companies) = known(tx, plan, &workers, &companies).await?;
    let there = held_ties(tx, &workers).await?;
    let mut seen: BTreeSet<TieKey> = BTreeSet::new();
    for (place, key, row) in read {
        let (worker, company, from) = key;
        let to = typed::<WorkDay>(plan, kind, row, "to", "field-no-day");
        let confirmed_at = typed::<Timestamp>(plan, kind, row, "confirmed_at", "exchange-no-instant");
        let main = match row.values.get("main").map(String::as_str) {
            Some("yes") => true,
            Some("no") | None => false,
            Some(_) => {
                plan.fault(kind, place, "main", "field-choice", &[]);
                false
            }
        };
        if to.is_some_and(|to| to < from) {
            plan.fault(kind, place, "to", "field-backward", &[]);
        }
        if !seen.insert(key) {
            plan.fault(kind, place, "from", "field-twice", &[]);
        }
        if !known_workers.contains(&worker.to_string()) {
            plan.fault(kind, place, "worker_id", "exchange-nobody", &[]);
        }
        if !known_companies.contains(&company.to_string()) {
            plan.fault(kind, place, "company_id", "exchange-no-company", &[]);
        }
        match there.get(&(worker.to_string(), company.to_string(), from.to_string())) {
            // The name of the company says nothing of the tie.
            Some(held) => {
                let mut differs = false;
                for (column, value) in kind
                    .columns()
                    .iter()
                    .zip(held)
                    .filter(|(column, _)| **column != "company_name")
                {
                    let told = row.values.get(*column).map_or("", String::as_str);
                    let told = if *column == "main" && told.is_empty() { "no" } else { told };
                    if told != value {
                        differs = true;
                        plan.fault(kind, place, column, "exchange-differs", &[]);
                    }
                }
                plan.known += usize::from(!differs);
            }
            None => plan.ties.push(Tie {
                worker,
                company,
                from,
                to,
                main,
                confirmed_at,
            }),
        }
    }
    Ok(())
}

/// Who comes without rows of ties gets those that his registration names, if the companies are known.
async fn ties_of_registrations(app: &App, tx: &Tx, with_ties: &BTreeSet<&str>, plan: &mut Plan) -> Result<(), StoreError> {
    let mut named: Vec<Tie> = Vec::new();
    for worker in plan.workers.iter().filter(|worker| worker.new.is_some()) {
        if with_ties.contains(worker.id.to_string().as_str()) {
            continue;
        }
        let Some(newest) = worker.versions.last() else { continue };
        for number in newest.fields.entries("employer") {
            let of = |part: &str| newest.fields.get(&format!("employer.{number}.{part}"));
            let Ok(company) = of("company").parse::<CompanyId>() else {
                continue;
            };
            named.push(Tie {
                worker: worker.id,
                company,
                from: of("from").parse().unwrap_or_else(|_| app.clock().today()),
                to: None,
                main: named.last().is_none_or(|before| before.worker != worker.id),
                confirmed_at: None,
            });
        }
    }
    let companies: BTreeSet<String> = named.iter().map(|tie| tie.company.to_string()).collect();
    let companies: Vec<String> = companies.into_iter().collect();
    let (_, known_companies) = known(tx, plan, &[], &companies).await?;
    plan.ties.extend(
        named
            .into_iter()
            .filter(|tie| known_companies.contains(&tie.company.to_string())),
    );
    Ok(())
}
