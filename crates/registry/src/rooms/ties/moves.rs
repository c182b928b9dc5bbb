//! Use cases: a worker moves to another company. He tells it; the company he leaves is told, and the tie ends with the day before; the
//! company he joins confirms or declines. Neither learns the other's name from it.
//!
//! Registry rule book 2.7. That the new company is asked was not read anywhere: our rule, so that nobody stands in a company's lists
//! without its word, as with invitations.

use domain::access::CompanyState;
use domain::tie::{NoMove, may_move};
use domain::{CompanyId, Policy, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::end::keeper;
use super::leave::{Cause, EndColumns, Leaving, TieRow, leave, ties_beyond, unleave};
use super::{move_queries, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::notices::{Whom, tell};
use crate::rooms::{application, audit, history};
use crate::rows::{day, id, opt_id, unreadable};
use crate::typed::line;

/// What the worker types.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// 事業者ID of the company he joins.
    pub company: String,
    /// First day there.
    pub from: String,
    /// Company he leaves, by ID; `none`: he stays where he is as well.
    pub leave: String,
}

/// The answer of the company he joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveAnswer {
    /// He belongs to us from that day.
    Confirm,
    /// He does not; why, in words that he reads.
    Decline(String),
}

/// Why a move does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveRefusal {
    /// Not this role, or its company cannot take anybody now.
    Forbidden,
    /// No such move, or nothing to do with the viewer.
    NotFound,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// Another move waits for its answer.
    UnderWay,
    /// It was answered or taken back meanwhile.
    Over,
}

/// Where a move stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveState {
    /// Waits for the company's answer.
    Asked,
    /// The company confirmed.
    Confirmed,
    /// It declined.
    Declined,
    /// The worker took it back.
    Withdrawn,
}

impl MoveState {
    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Confirmed, Self::Declined, Self::Withdrawn]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A move as pages show it.
#[derive(Debug, Clone)]
pub(super) struct MoveRow {
    pub(super) id: String,
    pub(super) worker: WorkerId,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) company: CompanyId,
    pub(super) company_name: String,
    pub(super) from: WorkDay,
    pub(super) main: bool,
    pub(super) left: Option<CompanyId>,
    pub(super) left_name: String,
    pub(super) state: MoveState,
    pub(super) reason: String,
}

#[derive(FromQueryResult)]
struct MoveColumns {
    id: String,
    worker_id: String,
    name: String,
    name_kana: String,
    company_id: String,
    company_name: String,
    from_day: i32,
    main: i32,
    left_company_id: Option<String>,
    left_name: String,
    state: String,
    reason: String,
}

impl TryFrom<MoveColumns> for MoveRow {
    type Error = StoreError;
    fn try_from(row: MoveColumns) -> Result<Self, StoreError> {
        Ok(Self {
            worker: id(&row.worker_id, "tie_move.worker_id")?,
            company: id(&row.company_id, "tie_move.company_id")?,
            from: day(row.from_day, "tie_move.from_day")?,
            left: opt_id(row.left_company_id, "tie_move.left_company_id")?,
            state: MoveState::from_word(&row.state).ok_or_else(|| unreadable("tie_move.state"))?,
            main: row.main == 1,
            id: row.id,
            name: row.name,
            kana: row.name_kana,
            company_name: row.company_name,
            left_name: row.left_name,
            reason: row.reason,
        })
    }
}

/// What others are told of a worker.
#[derive(FromQueryResult)]
pub(super) struct Person {
    pub(super) name: String,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    name: String,
    state: String,
}

#[derive(FromQueryResult)]
struct WaitingColumns {
    id: String,
    company_id: String,
}

#[derive(FromQueryResult)]
struct AskedColumns {
    id: String,
    worker_id: String,
}

/// Holds a worker until the end of the transaction.
pub(super) async fn person(tx: &Tx, worker: WorkerId) -> Result<Person, StoreError> {
    let person = tx.one(&queries::HOLD_WORKER, values![worker.to_string()]).await?;
    person.ok_or_else(|| unreadable("worker.id"))
}

/// The worker whose own account this is.
pub(super) fn own(viewer: &Viewer) -> Option<WorkerId> {
    viewer
        .worker
        .as_ref()
        .filter(|_| viewer.may(domain::access::Act::SeeOwnHistory))
        .map(|(worker, _)| *worker)
}

pub(super) async fn moves_of_worker(tx: &Tx, worker: WorkerId) -> Result<Vec<MoveRow>, StoreError> {
    let rows: Vec<MoveColumns> = tx.all(&move_queries::MOVES_OF_WORKER, values![worker.to_string()]).await?;
    rows.into_iter().map(MoveRow::try_from).collect()
}

pub(super) async fn moves_of_company(tx: &Tx, company: CompanyId, since: Timestamp) -> Result<Vec<MoveRow>, StoreError> {
    let values = values![company.to_string(), since.as_millisecond()];
    let rows: Vec<MoveColumns> = tx.all(&move_queries::MOVES_OF_COMPANY, values).await?;
    rows.into_iter().map(MoveRow::try_from).collect()
}

/// How many moves wait for a company's answer.
///
/// # Errors
/// If the database fails.
pub async fn waiting_moves(tx: &Tx, company: CompanyId) -> Result<i64, StoreError> {
    let count = tx.value(&move_queries::WAITING_COUNT, values![company.to_string()]).await?;
    Ok(count.unwrap_or(0))
}

async fn by_id(tx: &Tx, id: &str) -> Result<Option<MoveRow>, StoreError> {
    let row: Option<MoveColumns> = tx.one(&move_queries::MOVE, values![id]).await?;
    row.map(MoveRow::try_from).transpose()
}

/// A move to the viewer's company.
pub(super) async fn to_own_company(tx: &Tx, viewer: &Viewer, id: &str) -> UseCase<MoveRow, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let (company, _) = keeper(viewer).map_err(|_| refuse(MoveRefusal::Forbidden))?;
    let found = by_id(tx, id).await?.filter(|found| found.company == company);
    found.ok_or(refuse(MoveRefusal::NotFound))
}

/// What was typed, read.
struct Checked {
    company: CompanyId,
    from: WorkDay,
    left: Option<(CompanyId, WorkDay)>,
    main: bool,
}

async fn check(app: &App, tx: &Tx, worker: WorkerId, form: &MoveForm) -> UseCase<Checked, MoveRefusal> {
    let mut errors = FieldErrors::new();
    let today = app.clock().today();
    let company = errors.take("company", form.company.parse::<CompanyId>(), |_| "move-company-id".into());
    let from = errors.take("from", form.from.trim().parse::<WorkDay>(), |_| "field-no-day".into());
    let ties = ties_beyond(tx, worker, today.plus(-1)).await?;
    let left = match form.leave.trim() {
        "none" => Some(None),
        typed => ties.iter().find(|tie| tie.company_id == typed).map(Some),
    };
    if left.is_none() {
        errors.add("leave", "move-leave-needed");
    }
    if let Some(company) = company {
        let key = company.to_string();
        let found: Option<CompanyColumns> = tx.one(&move_queries::TAKES_PART, values![key.as_str()]).await?;
        let takes_part = |found: &CompanyColumns| CompanyState::from_word(&found.state).is_some_and(CompanyState::takes_part);
        match found {
            None => errors.add("company", "move-company-unknown"),
            Some(found) if !takes_part(&found) => errors.add("company", "move-company-not-open"),
            Some(_) => {
                let beyond = from.unwrap_or(today).plus(-1).to_number();
                let worker = worker.to_string();
                let tied = tx
                    .value::<i32>(&move_queries::STILL_TIED, values![worker, key, beyond])
                    .await?;
                if tied.is_some() {
                    errors.add("company", "move-company-already");
                }
            }
        }
    }
    let left = left.flatten();
    let began = left.map(|tie| day(tie.from_day, "employment.from_day")).transpose()?;
    if let Some(from) = from {
        let policies = |policy| app.masters().policies().at(policy, today);
        let (months, ahead) = (policies(Policy::MendingMonths), policies(Policy::MoveAheadDays));
        match may_move(began, from, today, months, ahead) {
            Ok(()) => {}
            Err(NoMove::BeforeItBegan { first }) => errors.add_with("from", "move-before-it-began", vec![("day", first.into())]),
            Err(NoMove::TooLongAgo { since }) => errors.add_with("from", "move-too-long-ago", vec![("day", since.into())]),
            Err(NoMove::TooFarAhead { until }) => errors.add_with("from", "move-too-far", vec![("day", until.into())]),
        }
    }
    let (Some(company), Some(from)) = (company.filter(|_| errors.is_empty()), from) else {
        return Err(UseCaseError::Refused(MoveRefusal::Fields(errors)));
    };
    let main = match left {
        // Who leaves his main employer, or had none, has a new one.
        Some(left) => ties.first().is_some_and(|first| first.company_id == left.company_id),
        None => ties.is_empty(),
    };
    let left = match (left, began) {
        (Some(tie), Some(began)) => Some((id(&tie.company_id, "employment.company_id")?, began)),
        _ => None,
    };
    Ok(Checked {
        company,
        from,
        left,
        main,
    })
}

/// The ties a worker can leave, for his form: company ID and name, the main one first.
pub(super) async fn ties_to_leave(app: &App, tx: &Tx, worker: WorkerId) -> Result<Vec<(String, String)>, StoreError> {
    let ties: Vec<TieRow> = ties_beyond(tx, worker, app.clock().today().plus(-1)).await?;
    Ok(ties.into_iter().map(|tie| (tie.company_id, tie.name)).collect())
}

/// A worker tells that he moves to another company. The tie he leaves ends with the day before, and so do his rows on its rosters; both
/// companies are told. Gives the key of the move.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn ask(app: &App, tx: &Tx, viewer: &Viewer, form: &MoveForm) -> UseCase<String, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let worker = own(viewer).ok_or(refuse(MoveRefusal::Forbidden))?;
    let person = person(tx, worker).await?;
    let waiting: Vec<WaitingColumns> = tx.all(&move_queries::WAITING_OF_WORKER, values![worker.to_string()]).await?;
    if !waiting.is_empty() {
        return Err(refuse(MoveRefusal::UnderWay));
    }
    let checked = check(app, tx, worker, form).await?;
    let asked = Asked {
        worker,
        name: &person.name,
        company: checked.company,
        from: checked.from,
        main: checked.main,
        left: checked.left.map(|(company, _)| company),
    };
    let key = put(app, tx, viewer, &asked).await?.ok_or(refuse(MoveRefusal::UnderWay))?;
    if let Some((company, began)) = checked.left {
        let last = checked.from.plus(-1);
        let leaving = Leaving {
            worker,
            company,
            from: began,
            last,
            cause: Cause::Move(&key),
        };
        leave(app, tx, viewer, &leaving).await?.ok_or(refuse(MoveRefusal::Over))?;
        let last = last.to_string();
        let args = [("name", person.name.as_str()), ("day", last.as_str())];
        tell(
            app,
            tx,
            &Whom::Company(company),
            "notice-worker-leaves",
            &args,
            Some("/moves"),
        )
        .await?;
    }
    Ok(key)
}

/// Who asks to join which company.
struct Asked<'a> {
    worker: WorkerId,
    name: &'a str,
    company: CompanyId,
    from: WorkDay,
    main: bool,
    left: Option<CompanyId>,
}

/// Writes it down and tells the company. `None`: it waits already.
async fn put(app: &App, tx: &Tx, by: &Viewer, asked: &Asked<'_>) -> Result<Option<String>, StoreError> {
    let key = app.new_key();
    let worker = asked.worker.to_string();
    let values = values![
        key.as_str(),
        worker.as_str(),
        asked.company.to_string(),
        asked.from.to_number(),
        i32::from(asked.main),
        asked.left.map(|company| company.to_string()),
        app.clock().now().as_millisecond(),
        by.account.as_str()
    ];
    if tx.run(&move_queries::INSERT, values).await? == 0 {
        return Ok(None);
    }
    let from = asked.from.to_string();
    let args = [("name", asked.name), ("day", from.as_str())];
    let link = format!("/moves/{key}");
    tell(
        app,
        tx,
        &Whom::Company(asked.company),
        "notice-worker-joins",
        &args,
        Some(&link),
    )
    .await?;
    let details = serde_json::json!({ "company": asked.company.to_string(), "from": asked.from });
    audit::changed(app, tx, by, &worker, "move_asked", &details).await?;
    Ok(Some(key))
}

/// A change of a worker's registration names a company that he was not tied to: it is asked, too; unless it filed the change itself.
///
/// # Errors
/// If the database fails.
pub async fn join_named(
    app: &App,
    tx: &Tx,
    by: &Viewer,
    worker: WorkerId,
    (company, from, main): (CompanyId, WorkDay, bool),
    filed_by: Option<CompanyId>,
) -> Result<(), StoreError> {
    let person = person(tx, worker).await?;
    let today = app.clock().today();
    let values = values![worker.to_string(), company.to_string(), today.plus(-1).to_number()];
    if tx.value::<i32>(&move_queries::STILL_TIED, values).await?.is_some() {
        if main {
            let values = values![worker.to_string(), company.to_string(), today.to_number()];
            tx.run(&move_queries::MAIN, values).await?;
        }
        return Ok(());
    }
    if filed_by == Some(company) {
        return join(app, tx, by, worker, (company, from, main)).await;
    }
    let asked = Asked {
        worker,
        name: &person.name,
        company,
        from,
        main,
        left: None,
    };
    put(app, tx, by, &asked).await.map(|_| ())
}

/// The tie begins; open days of the worker are judged again.
async fn join(
    app: &App,
    tx: &Tx,
    by: &Viewer,
    worker: WorkerId,
    (company, from, main): (CompanyId, WorkDay, bool),
) -> Result<(), StoreError> {
    let key = worker.to_string();
    let now = app.clock().now().as_millisecond();
    let values = values![
        key.as_str(),
        company.to_string(),
        from.to_number(),
        i32::from(main),
        now,
        by.account.as_str()
    ];
    tx.run(&move_queries::JOIN, values).await?;
    if main {
        let values = values![key.as_str(), company.to_string(), app.clock().today().to_number()];
        tx.run(&move_queries::MAIN, values).await?;
    }
    application::employer_joined(app, tx, &by.account, worker, (company, from, main)).await?;
    let details = serde_json::json!({ "company": company.to_string(), "from": from });
    audit::changed(app, tx, by, &key, "tie_begun", &details).await?;
    let cause = history::Cause::Tie;
    history::rejudge_everywhere(tx, app.clock(), app.masters().policies(), worker, cause).await?;
    Ok(())
}

/// The company that a worker joins answers. Confirmed, he belongs to it from that day, and his open days are judged again; his insurance
/// is to be filled in anew. Only the first answer counts.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn answer(app: &App, tx: &Tx, viewer: &Viewer, id: &str, answer: &MoveAnswer) -> UseCase<(), MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let found = to_own_company(tx, viewer, id).await?;
    if !viewer.standing.takes_part() && *answer == MoveAnswer::Confirm {
        return Err(refuse(MoveRefusal::Forbidden));
    }
    person(tx, found.worker).await?;
    let (state, reason) = match answer {
        MoveAnswer::Confirm => (MoveState::Confirmed, String::new()),
        MoveAnswer::Decline(reason) => {
            let mut errors = FieldErrors::new();
            let reason = line(&mut errors, "reason", reason, 200, true);
            if !errors.is_empty() {
                return Err(refuse(MoveRefusal::Fields(errors)));
            }
            (MoveState::Declined, reason)
        }
    };
    settle(app, tx, viewer, &found.id, state, &reason)
        .await?
        .ok_or(refuse(MoveRefusal::Over))?;
    let args = [("company", found.company_name.as_str()), ("reason", reason.as_str())];
    match state {
        MoveState::Confirmed => {
            join(app, tx, viewer, found.worker, (found.company, found.from, found.main)).await?;
            let key = if found.main {
                "notice-move-confirmed-main"
            } else {
                "notice-move-confirmed"
            };
            tell(app, tx, &Whom::Worker(found.worker), key, &args, Some("/applications")).await?;
        }
        _ => {
            // A change may have named it already.
            application::employer_left(app, tx, &viewer.account, found.worker, found.company).await?;
            tell(
                app,
                tx,
                &Whom::Worker(found.worker),
                "notice-move-declined",
                &args,
                Some("/my/move"),
            )
            .await?;
            let details = serde_json::json!({ "company": found.company.to_string() });
            audit::changed(app, tx, viewer, &found.worker.to_string(), "move_declined", &details).await?;
        }
    }
    Ok(())
}

async fn settle(app: &App, tx: &Tx, by: &Viewer, id: &str, state: MoveState, reason: &str) -> Result<Option<()>, StoreError> {
    let now = app.clock().now().as_millisecond();
    let values = values![id, state.word(), now, by.account.as_str(), reason];
    Ok((tx.run(&move_queries::ANSWER, values).await? == 1).then_some(()))
}

/// The worker takes back a move that was not answered yet: the tie he left goes on as before. Both companies are told.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn withdraw(app: &App, tx: &Tx, viewer: &Viewer, id: &str) -> UseCase<(), MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let worker = own(viewer).ok_or(refuse(MoveRefusal::Forbidden))?;
    let found = by_id(tx, id).await?.filter(|found| found.worker == worker);
    let found = found.ok_or(refuse(MoveRefusal::NotFound))?;
    person(tx, worker).await?;
    settle(app, tx, viewer, id, MoveState::Withdrawn, "")
        .await?
        .ok_or(refuse(MoveRefusal::Over))?;
    let end: Option<EndColumns> = tx.one(&queries::END_OF_MOVE, values![id]).await?;
    if let Some(end) = end {
        unleave(app, tx, viewer, worker, end).await?;
    } else {
        application::employer_left(app, tx, &viewer.account, worker, found.company).await?;
    }
    let args = [("name", found.name.as_str())];
    for company in [Some(found.company), found.left].into_iter().flatten() {
        tell(
            app,
            tx,
            &Whom::Company(company),
            "notice-move-withdrawn",
            &args,
            Some("/moves"),
        )
        .await?;
    }
    Ok(())
}

/// The worker's registration ends: what waits is taken back.
pub(super) async fn drop_waiting(app: &App, tx: &Tx, by: &Viewer, worker: WorkerId) -> Result<(), StoreError> {
    let waiting: Vec<WaitingColumns> = tx.all(&move_queries::WAITING_OF_WORKER, values![worker.to_string()]).await?;
    for row in waiting {
        settle(app, tx, by, &row.id, MoveState::Withdrawn, "").await?;
        let company: CompanyId = id(&row.company_id, "tie_move.company_id")?;
        let person = person(tx, worker).await?;
        let args = [("name", person.name.as_str())];
        tell(
            app,
            tx,
            &Whom::Company(company),
            "notice-move-withdrawn",
            &args,
            Some("/moves"),
        )
        .await?;
    }
    Ok(())
}

/// The company withdraws: who waits for its answer is told no.
pub(super) async fn decline_waiting(app: &App, tx: &Tx, by: &Viewer, company: CompanyId) -> Result<(), StoreError> {
    let waiting: Vec<AskedColumns> = tx
        .all(&move_queries::WAITING_OF_COMPANY, values![company.to_string()])
        .await?;
    for row in waiting {
        let worker: WorkerId = id(&row.worker_id, "tie_move.worker_id")?;
        person(tx, worker).await?;
        settle(app, tx, by, &row.id, MoveState::Declined, "").await?;
        application::employer_left(app, tx, &by.account, worker, company).await?;
        let found: Option<CompanyColumns> = tx.one(&move_queries::TAKES_PART, values![company.to_string()]).await?;
        let name = found.map(|found| found.name).unwrap_or_default();
        let args = [("company", name.as_str())];
        tell(
            app,
            tx,
            &Whom::Worker(worker),
            "notice-move-company-left",
            &args,
            Some("/my/move"),
        )
        .await?;
    }
    Ok(())
}
