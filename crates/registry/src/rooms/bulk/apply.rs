//! Use case: the applications of a file are made and sent, all of them or none.

use domain::WorkDay;
use domain::registration::{Fields, Purpose, worker};
use sea_orm::FromQueryResult;
use store::{Rows, Tx, values};

use super::queries;
use super::stored::{Bulk, Row, State, forget_rows, is_paper, rows, sender};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::application::{self, Extra, MoveRefusal};
use crate::rooms::notices::{self, Whom};
use crate::sheet::CellFault;

/// Makes the applications of a file that was looked at, in one transaction. Ends in the state `done`, or, if a rule says no by now, in
/// `faulty`, with nothing applied for.
///
/// # Errors
/// If the database fails; it can be begun again.
pub(super) async fn apply(app: &App, bulk: &Bulk) -> anyhow::Result<()> {
    let tx = app.db().write().await?;
    let people = rows(&tx, &bulk.id).await?;
    match apply_all(app, &tx, bulk, &people).await {
        Ok(()) => {
            tell(app, &tx, bulk, people.len()).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(UseCaseError::Refused(faults)) => {
            // What was made of it is dropped with its transaction.
            drop(tx);
            let tx = app.db().write().await?;
            let values = values![
                bulk.id.as_str(),
                State::Applying.word(),
                State::Faulty.word(),
                serde_json::to_string(&faults)?,
                bulk.workers,
                bulk.yen
            ];
            // Another server may have made them meanwhile: then they stay.
            if tx.run(&queries::END, values).await? == 1 {
                forget_rows(app, &tx, &bulk.id).await?;
            }
            tx.commit().await?;
            Ok(())
        }
        Err(UseCaseError::Broken(error)) => Err(error),
    }
}

async fn tell(app: &App, tx: &Tx, bulk: &Bulk, people: usize) -> anyhow::Result<()> {
    let (count, link) = (people.to_string(), format!("/bulk/{}", bulk.id));
    let args = [("file", bulk.file_name.as_str()), ("count", count.as_str())];
    notices::tell(
        app,
        tx,
        &Whom::Account(bulk.account.clone()),
        "bulk-told-done",
        &args,
        Some(&link),
    )
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct UnderWay {
    row_number: i32,
    number: String,
}

async fn apply_all(app: &App, tx: &Tx, bulk: &Bulk, people: &[Row]) -> UseCase<(), Vec<CellFault>> {
    let values = values![
        bulk.id.as_str(),
        State::Applying.word(),
        State::Done.word(),
        "[]",
        bulk.workers,
        bulk.yen
    ];
    // First, so that two servers never both get here, and one that was thrown away is not applied for.
    if tx.run(&queries::END, values).await? == 0 {
        return Err(UseCaseError::Refused(Vec::new()));
    }
    let Some(viewer) = sender(tx, bulk).await? else {
        return Err(UseCaseError::Refused(vec![CellFault::new(
            0,
            "",
            "",
            "bulk-account-closed",
            &[],
        )]));
    };
    // Somebody may have applied singly since, or sent the same file twice.
    let mut known = Vec::new();
    for person in people {
        let fields = person.fields()?;
        let born = fields.get("birth_day").parse::<WorkDay>().map_or(0, WorkDay::to_number);
        known.push((person.row_number, worker::kana(&fields), born));
    }
    let values = values![Rows::of(&known)?, bulk.company.to_string()];
    let under_way: Vec<UnderWay> = tx.all(&queries::UNDER_WAY, values).await?;
    let faults: Vec<CellFault> = under_way
        .into_iter()
        .map(|row| CellFault::new(excel_row(row.row_number), "", "", "bulk-under-way", &[("number", row.number)]))
        .collect();
    if !faults.is_empty() {
        return Err(UseCaseError::Refused(faults));
    }
    for person in people {
        let application = one(app, tx, &viewer, person).await?;
        tx.run(
            &queries::APPLIED,
            values![bulk.id.as_str(), person.row_number, application.as_str()],
        )
        .await?;
    }
    Ok(())
}

fn excel_row(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// One worker, by the use cases of a single application. Gives its key.
async fn one(app: &App, tx: &Tx, viewer: &Viewer, person: &Row) -> UseCase<String, Vec<CellFault>> {
    let refused = |key: &str| UseCaseError::Refused(vec![CellFault::new(excel_row(person.row_number), "", "", key, &[])]);
    let fields = person.fields()?;
    let id = match application::begin(app, tx, viewer, Purpose::WorkerNew).await {
        Ok(id) => id,
        Err(UseCaseError::Refused(_)) => return Err(refused("error-forbidden")),
        Err(UseCaseError::Broken(error)) => return Err(UseCaseError::Broken(error)),
    };
    let opened = application::open(app, tx, viewer, &id).await;
    let mut opened = opened.map_err(|_| UseCaseError::broken(anyhow::anyhow!("a draft just made does not open")))?;
    let form = &worker::FORM;
    for group in form.groups {
        let typed: Fields = fields
            .iter()
            .filter(|(name, _)| {
                form.find(name)
                    .is_some_and(|(of, field)| of.name == group.name && field.kind.is_typed())
            })
            .collect();
        let version = opened.application.version;
        opened.application = filled(application::fill(tx, &opened, group.name, &typed, Extra::Nothing, version).await)?;
    }
    for (name, key) in fields.iter().filter(|(name, _)| is_paper(name)) {
        opened.application = filled(application::set(tx, &opened, name, key).await)?;
    }
    let version = opened.application.version;
    // The file has one notice for all of them.
    match application::submit_of_many(app, tx, viewer, &opened, version, person.yen).await {
        Ok(_) => Ok(id),
        Err(UseCaseError::Refused(MoveRefusal::Faults(faults))) => {
            let row = excel_row(person.row_number);
            let faults = faults.all().iter().map(|fault| CellFault {
                row,
                column: String::new(),
                fault: fault.clone(),
            });
            Err(UseCaseError::Refused(faults.collect()))
        }
        Err(UseCaseError::Refused(MoveRefusal::PriceChanged { .. })) => Err(refused("bulk-price-changed")),
        Err(UseCaseError::Refused(_)) => Err(refused("bulk-not-sent")),
        Err(UseCaseError::Broken(error)) => Err(UseCaseError::Broken(error)),
    }
}

/// A draft that nobody else knows of is open to its writer: if not, it is our fault.
fn filled<T, R: std::fmt::Debug>(result: UseCase<T, R>) -> UseCase<T, Vec<CellFault>> {
    result.map_err(|error| match error {
        UseCaseError::Refused(refusal) => {
            UseCaseError::broken(anyhow::anyhow!("a draft just made was not filled in: {refusal:?}"))
        }
        UseCaseError::Broken(error) => UseCaseError::Broken(error),
    })
}
