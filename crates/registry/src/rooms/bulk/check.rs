//! Use case: the dry run. Everything that would be wrong with the applications is found, and nothing is applied for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use domain::registration::{Faults, Fields, Kind, PaperUse, Purpose, worker};
use domain::{CompanyId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::bundle::{self, Bundle, Missing};
use super::stored::{Bulk, State, forget_files, forget_rows, is_paper, most_workers};
use super::template::LAYOUT;
use super::{jobs, queries};
use crate::App;
use crate::access::UseCaseError;
use crate::rooms::application::{NOTHING_OFFERED, check_employers, context, kind_of, price, refused, set_proxy};
use crate::rooms::papers::{self, Checked, Upload};
use crate::sheet::{self, CellFault, FileRefusal, Labels, Line, Sheet};

/// Stands in a field of a paper until the paper itself was looked at.
const NAMED: &str = "named";
/// Faults kept; whoever has more has one mistake in every row.
const MOST_FAULTS: usize = 2_000;

/// A worker as far as he was looked at.
struct Looked {
    row: u32,
    fields: Fields,
    /// Fields of papers and the names of their files.
    papers: Vec<(String, String)>,
    registered: bool,
}

/// Looks at a file. Ends in the state `ready` or `faulty`; if it was thrown away meanwhile, in nothing.
///
/// # Errors
/// If the database or the store of files fails; it can be begun again.
pub(super) async fn check(app: &App, bulk: &Bulk) -> anyhow::Result<()> {
    let tx = app.db().write().await?;
    // A server that died in the middle may have left some.
    forget_rows(app, &tx, &bulk.id).await?;
    tx.commit().await?;
    let (sheet, bundle) = match read(app, bulk).await? {
        Ok(read) => read,
        Err(fault) => return end(app, bulk, vec![fault], 0, 0).await,
    };
    let mut faults = sheet.faults.clone();
    let mut people = Vec::new();
    let tx = app.db().read().await?;
    for line in &sheet.lines {
        people.push(look(app, &tx, bulk.company, line, &sheet, &mut faults).await?);
    }
    known_already(&tx, bulk, &mut people, &mut faults).await?;
    drop(tx);
    let (yen, mut of_papers) = papers_of_all(app, bulk, &people, bundle.as_ref(), &sheet, faults.is_empty()).await?;
    faults.append(&mut of_papers);
    if let Some(bundle) = bundle.filter(|_| faults.iter().any(|fault| fault.fault.key == Missing::NotThere.key())) {
        faults.extend(unused(&bundle, &people));
    }
    end(app, bulk, faults, people.len(), yen).await
}

type Opened = Arc<Mutex<Bundle>>;

/// Reads both files; a fault if one cannot be read at all.
async fn read(app: &App, bulk: &Bulk) -> anyhow::Result<Result<(Sheet, Option<Opened>), CellFault>> {
    let (labels, most) = (
        Labels::of(app.texts(), &app.masters(), &LAYOUT, &NOTHING_OFFERED),
        most_workers(app),
    );
    let sheet = bytes(app, &bulk.sheet).await?;
    let bundle = match &bulk.bundle {
        Some(key) => Some(bytes(app, key).await?),
        None => None,
    };
    let read = tokio::task::spawn_blocking(move || {
        let sheet = sheet::read_rows(&sheet, &LAYOUT, &labels, most)?;
        let bundle = bundle.map(bundle::open).transpose()?;
        Ok((sheet, bundle.map(|bundle| Arc::new(Mutex::new(bundle)))))
    });
    Ok(read
        .await?
        .map_err(|refusal: FileRefusal| CellFault::new(0, "", "", refusal.key(), &[])))
}

async fn bytes(app: &App, key: &str) -> anyhow::Result<Bytes> {
    let tx = app.db().read().await?;
    let paper = papers::read(app, &tx, key).await?;
    Ok(paper
        .ok_or_else(|| anyhow::anyhow!("the file of a bulk application is gone"))?
        .bytes)
}

/// Checks one worker as a single application is checked when it is sent.
async fn look(
    app: &App,
    tx: &Tx,
    company: CompanyId,
    line: &Line,
    sheet: &Sheet,
    faults: &mut Vec<CellFault>,
) -> Result<Looked, StoreError> {
    let form = &worker::FORM;
    let mut fields = form.normalised(&line.fields);
    if !fields.has("employer.0.company") && !fields.has("employer.0.name") {
        // The commonest case, as in the single application: the employer files it.
        fields.set("employer.0.company", company.to_string());
    }
    set_proxy(&mut fields, company);
    let named: Vec<(String, String)> = fields
        .iter()
        .filter(|(name, _)| is_paper(name))
        .map(|(name, file)| (name.to_owned(), file.to_owned()))
        .collect();
    for (name, _) in &named {
        fields.set(name.clone(), NAMED);
    }
    let fields = form.pruned(&fields);
    let masters = app.masters();
    let mut found = form.check(&fields, context(app, &masters));
    check_employers(tx, &fields, &mut found).await?;
    faults.extend(sheet.at(line.row, &found));
    Ok(Looked {
        row: line.row,
        papers: named.into_iter().filter(|(name, _)| fields.has(name)).collect(),
        fields,
        registered: false,
    })
}

#[derive(FromQueryResult)]
struct RowNumber {
    row_number: i32,
}

#[derive(FromQueryResult)]
struct UnderWay {
    row_number: i32,
    number: String,
}

/// The same person twice in the file, under way already, or perhaps registered already.
async fn known_already(tx: &Tx, bulk: &Bulk, people: &mut [Looked], faults: &mut Vec<CellFault>) -> Result<(), StoreError> {
    let mut first: BTreeMap<(String, i32), u32> = BTreeMap::new();
    let mut known = Vec::new();
    for person in people.iter() {
        let Ok(born) = person.fields.get("birth_day").parse::<WorkDay>() else {
            continue;
        };
        let kana = worker::kana(&person.fields);
        if kana.is_empty() {
            continue;
        }
        known.push((person.row, kana.clone(), born.to_number()));
        if let Some(before) = first.get(&(kana.clone(), born.to_number())) {
            let args = [("row", before.to_string())];
            faults.push(CellFault::new(person.row, "", "", "bulk-twice", &args));
        } else {
            first.insert((kana, born.to_number()), person.row);
        }
    }
    let under_way: Vec<UnderWay> = tx
        .all(&queries::UNDER_WAY, values![Rows::of(&known)?, bulk.company.to_string()])
        .await?;
    for row in under_way {
        let number = u32::try_from(row.row_number).unwrap_or(0);
        faults.push(CellFault::new(number, "", "", "bulk-under-way", &[("number", row.number)]));
    }
    let registered: Vec<RowNumber> = tx.all(&queries::REGISTERED, values![Rows::of(&known)?]).await?;
    let registered: BTreeSet<u32> = registered
        .iter()
        .filter_map(|row| u32::try_from(row.row_number).ok())
        .collect();
    for person in people {
        person.registered = registered.contains(&person.row);
    }
    Ok(())
}

/// Looks at all papers. As long as nothing is wrong, they are kept, and the workers with them, one transaction per worker: the writer of
/// a small database is never held for long. Gives the sum of the fees, and what is wrong.
async fn papers_of_all(
    app: &App,
    bulk: &Bulk,
    people: &[Looked],
    bundle: Option<&Opened>,
    sheet: &Sheet,
    mut clean: bool,
) -> anyhow::Result<(i64, Vec<CellFault>)> {
    let (mut faults, mut sum) = (Vec::new(), 0);
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    for (done, person) in (1i32..).zip(people) {
        let mut kept: Vec<(&str, Checked)> = Vec::new();
        for (field, file) in &person.papers {
            let column = sheet.columns.get(field).map_or("", String::as_str);
            let fault = |key: &str, args: &[(&str, String)]| CellFault::new(person.row, column, field, key, args);
            let of = kind_of_paper(field);
            // A consent may list several people; a face or a licence has one.
            if matches!(of, PaperUse::Photo | PaperUse::Identity) {
                match used.get(file) {
                    Some(row) if *row != person.row => {
                        let args = [("file", file.clone()), ("row", row.to_string())];
                        faults.push(fault("bulk-paper-twice", &args));
                    }
                    _ => {
                        used.insert(file.clone(), person.row);
                    }
                }
            }
            let upload = match bundle {
                None => Err("bulk-no-bundle"),
                Some(bundle) => unpack(bundle, file).await?.map_err(Missing::key),
            };
            let upload = match upload {
                Ok(upload) => upload,
                Err(key) => {
                    faults.push(fault(key, &[("file", file.clone())]));
                    continue;
                }
            };
            match papers::inspect(app, kind_of(of), &upload).await {
                Ok(paper) => kept.push((field, paper)),
                Err(UseCaseError::Refused(refusal)) => {
                    let mut found = Faults::new();
                    refused(&mut found, field.clone(), &refusal);
                    faults.extend(sheet.at(person.row, &found));
                }
                Err(UseCaseError::Broken(error)) => return Err(error),
            }
        }
        clean = clean && faults.is_empty();
        let tx = app.db().write().await?;
        if clean {
            sum += keep(app, &tx, bulk, person, &kept).await?;
        }
        jobs::progress(app, &tx, &bulk.id, people.len(), done).await?;
        tx.commit().await?;
    }
    Ok((sum, faults))
}

fn kind_of_paper(field: &str) -> PaperUse {
    match worker::FORM.find(field).map(|(_, field)| field.kind) {
        Some(Kind::Paper(of)) => of,
        _ => PaperUse::Proof,
    }
}

async fn unpack(bundle: &Opened, file: &str) -> anyhow::Result<Result<Upload, Missing>> {
    let (bundle, file) = (Arc::clone(bundle), file.to_owned());
    let unpacked = tokio::task::spawn_blocking(move || bundle.lock().unwrap_or_else(PoisonError::into_inner).file(&file));
    Ok(unpacked.await?)
}

/// Keeps a worker and his papers until the word to apply comes. Gives his fee.
async fn keep(app: &App, tx: &Tx, bulk: &Bulk, person: &Looked, papers: &[(&str, Checked)]) -> anyhow::Result<i64> {
    let mut fields = person.fields.clone();
    for (field, paper) in papers {
        let key = papers::put(app, tx, &bulk.account, paper).await?;
        fields.set(*field, key);
    }
    let yen = price(app, tx, Purpose::WorkerNew, None, &fields).await?;
    let values = values![
        bulk.id.as_str(),
        i32::try_from(person.row)?,
        worker::name(&fields),
        serde_json::to_string(&fields)?,
        i32::from(person.registered),
        yen
    ];
    tx.run(&queries::INSERT_ROW, values).await?;
    Ok(yen)
}

/// Files of the zip that no row names: often the one that is missing, under another name.
fn unused(bundle: &Opened, people: &[Looked]) -> Option<CellFault> {
    let asked: BTreeSet<String> = people
        .iter()
        .flat_map(|person| person.papers.iter().map(|(_, file)| file.clone()))
        .collect();
    let bundle = bundle.lock().unwrap_or_else(PoisonError::into_inner);
    let names = bundle.unused(&asked);
    let some: Vec<&str> = names.iter().copied().take(10).collect();
    let args = [("count", names.len().to_string()), ("files", some.join(", "))];
    (!names.is_empty()).then(|| CellFault::new(0, "", "", "bulk-unused-files", &args))
}

/// Writes down what came of it.
async fn end(app: &App, bulk: &Bulk, mut faults: Vec<CellFault>, people: usize, yen: i64) -> anyhow::Result<()> {
    faults.sort_by(|one, other| {
        let key = |fault: &CellFault| (fault.row, fault.column.len(), fault.column.clone());
        key(one).cmp(&key(other))
    });
    if faults.len() > MOST_FAULTS {
        let more = [("count", (faults.len() - MOST_FAULTS).to_string())];
        faults.truncate(MOST_FAULTS);
        faults.push(CellFault::new(0, "", "", "bulk-more-faults", &more));
    }
    let state = if faults.is_empty() { State::Ready } else { State::Faulty };
    let values = values![
        bulk.id.as_str(),
        State::Checking.word(),
        state.word(),
        serde_json::to_string(&faults)?,
        i32::try_from(people)?,
        yen
    ];
    let tx = app.db().write().await?;
    let ended = tx.run(&queries::END, values).await?;
    // Thrown away meanwhile, or of no use: nobody's data stay.
    if ended == 0 || state == State::Faulty {
        forget_rows(app, &tx, &bulk.id).await?;
    }
    forget_files(app, &tx, bulk).await?;
    tx.commit().await?;
    Ok(())
}
