//! Use case: somebody begins an application.

use domain::access::Act;
use domain::fees::Validity;
use domain::registration::consent::Party;
use domain::registration::{Fields, Purpose};
use domain::term::{Term, card_may_be_renewed, of_company};
use domain::{Policy, WorkDay, WorkerId};
use rand::Rng;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::open::may_begin;
use super::record::newest_record;
use super::{note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::fees::{self, Wanted};
use crate::rooms::{card, level};
use crate::rows::{day, id};

/// Why an application is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginRefusal {
    /// The viewer may not.
    Forbidden,
    /// No such worker, or not the viewer's to file for.
    NotFound,
    /// The registration has ended already.
    Ended,
    /// A renewal is open from this day on.
    TooEarly {
        /// The first day.
        from: WorkDay,
    },
    /// There is nothing to renew: no end was ever told, or the card is on its way.
    NothingToRenew,
}

/// Whom an application is about, where he or it is registered already.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Subject {
    pub(super) id: String,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) name_kana: String,
    email: String,
    language: String,
    ended_on: Option<i32>,
    tied: i32,
}

/// The worker with this handle, if the viewer may file for him: his employers, and the operator's reviewers.
pub(super) async fn worker_to_file_for(app: &App, tx: &Tx, viewer: &Viewer, handle: &str) -> Result<Option<Subject>, StoreError> {
    let company = viewer.company_id().map(|company| company.to_string()).unwrap_or_default();
    let values = values![handle, company, app.clock().today().to_number()];
    let found: Option<Subject> = tx.one(&queries::WORKER_BY_HANDLE, values).await?;
    let may = viewer.may(Act::Review) || viewer.may(Act::ApplyByProxy);
    Ok(found.filter(|found| may && (viewer.may(Act::Review) || found.tied == 1)))
}

/// Begins an application and gives its key. Asked twice (a double click, a second tab) it is the same draft; for somebody registered, the
/// one that is under way.
///
/// # Errors
/// [`BeginRefusal`].
pub async fn begin(app: &App, tx: &Tx, viewer: &Viewer, purpose: Purpose) -> UseCase<String, BeginRefusal> {
    let refuse = UseCaseError::Refused;
    let by_proxy = may_begin(viewer, purpose).ok_or(refuse(BeginRefusal::Forbidden))?;
    let subject: Option<Subject> = match (purpose.is_new(), purpose.of_company()) {
        (true, _) => None,
        (false, true) => {
            let own = viewer.company_id().ok_or(refuse(BeginRefusal::Forbidden))?;
            tx.one(&queries::COMPANY_OF_SELF, values![own.to_string()]).await?
        }
        (false, false) => {
            let (own, _) = viewer.worker.as_ref().ok_or(refuse(BeginRefusal::Forbidden))?;
            tx.one(&queries::WORKER_OF_SELF, values![own.to_string()]).await?
        }
    };
    start(app, tx, viewer, purpose, subject, by_proxy).await
}

/// Begins one for a worker who is registered: a change by his employer (代行申請), or the news of his death by an employer or the operator.
///
/// # Errors
/// [`BeginRefusal`].
pub async fn begin_for(app: &App, tx: &Tx, viewer: &Viewer, purpose: Purpose, handle: &str) -> UseCase<String, BeginRefusal> {
    let refuse = UseCaseError::Refused;
    let by_proxy = viewer.may(Act::ApplyByProxy);
    let may = match purpose {
        Purpose::WorkerChange | Purpose::LevelEvaluation => by_proxy,
        Purpose::WorkerDeath => by_proxy || viewer.may(Act::Review),
        _ => false,
    };
    if !may {
        return Err(refuse(BeginRefusal::Forbidden));
    }
    let subject = worker_to_file_for(app, tx, viewer, handle).await?;
    let subject = subject.ok_or(refuse(BeginRefusal::NotFound))?;
    start(app, tx, viewer, purpose, Some(subject), by_proxy).await
}

async fn start(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    purpose: Purpose,
    subject: Option<Subject>,
    by_proxy: bool,
) -> UseCase<String, BeginRefusal> {
    let refuse = UseCaseError::Refused;
    let worker_applies = app.masters().policies().at(Policy::LevelWorkerApplies, app.clock().today()) == 1;
    if purpose == Purpose::LevelEvaluation && !by_proxy && !worker_applies {
        return Err(refuse(BeginRefusal::Forbidden));
    }
    if let Some(subject) = &subject {
        if subject.ended_on.is_some() {
            return Err(refuse(BeginRefusal::Ended));
        }
        may_renew(app, tx, purpose, &subject.id).await?.map_err(refuse)?;
    }
    let under_way: Option<String> = match &subject {
        Some(subject) => {
            tx.value(
                &queries::OPEN_OF,
                values![subject.id.as_str(), purpose.word(), viewer.account.as_str()],
            )
            .await?
        }
        None => {
            tx.value(&queries::DRAFT_OF, values![viewer.account.as_str(), purpose.word()])
                .await?
        }
    };
    if let Some(id) = under_way {
        return Ok(id);
    }
    let fields = first_fields(app, tx, viewer, purpose, subject.as_ref(), by_proxy).await?;
    let (id, now) = (app.new_key(), app.clock().now().as_millisecond());
    let body = serde_json::to_string(&fields).map_err(UseCaseError::broken)?;
    let proxy = viewer.company_id().filter(|_| by_proxy).map(|company| company.to_string());
    let (name, kana) = subject
        .as_ref()
        .map_or(("", ""), |subject| (subject.name.as_str(), subject.name_kana.as_str()));
    let values = values![
        id.as_str(),
        number(app),
        purpose.word(),
        now,
        viewer.account.as_str(),
        proxy,
        subject.as_ref().map(|subject| subject.id.clone()),
        body,
        name,
        kana
    ];
    tx.run(&queries::INSERT, values).await?;
    let nothing = serde_json::json!({});
    note(app, tx, &viewer.account, &id, "begin", ("draft", "draft"), &nothing).await?;
    Ok(id)
}

/// What stands in a draft before anything is typed.
async fn first_fields(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    purpose: Purpose,
    subject: Option<&Subject>,
    by_proxy: bool,
) -> Result<Fields, StoreError> {
    let mut fields = Fields::new();
    if let Some(subject) = subject {
        let registered = newest_record(tx, &subject.id).await?;
        if purpose.begins_with_record() {
            fields = registered;
            // Whoever files this time, and with whose consent, is another matter.
            for name in ["proxy", Party::Worker.paper(), Party::Employer.paper()] {
                fields.set(name, "");
            }
        } else {
            for (name, value) in [
                ("name", subject.name.as_str()),
                ("name_kana", subject.name_kana.as_str()),
                ("email", subject.email.as_str()),
                ("language", subject.language.as_str()),
                ("japanese", registered.get("japanese")),
            ] {
                if purpose.form().find(name).is_some() {
                    fields.set(name, value);
                }
            }
        }
    }
    if let (Purpose::LevelEvaluation, Some(subject)) = (purpose, subject)
        && let Some((field, level)) = level::hint(tx, &subject.id).await?
    {
        fields.set("field", field);
        fields.set("level", level.to_string());
    }
    if purpose == Purpose::SoleMaster {
        fields.set("sole_master", "yes");
    }
    if purpose == Purpose::WorkerNew
        && by_proxy
        && let Some(company) = viewer.company_id()
    {
        // The commonest case: the employer files it. Filled in, and open to change.
        fields.set("proxy", "employer");
        fields.set("employer.0.company", company.to_string());
        if fees::quote(app, &Wanted::LevelWithRegistration).is_some() {
            fields.set("one_stop", "yes");
            fields.set("with_level", "no");
        }
    }
    if matches!(purpose, Purpose::WorkerChange | Purpose::LevelEvaluation) && by_proxy {
        fields.set("proxy", "employer");
    }
    Ok(fields)
}

/// Whether what is to be renewed can be renewed now.
pub(super) async fn may_renew(
    app: &App,
    tx: &Tx,
    purpose: Purpose,
    subject: &str,
) -> Result<Result<(), BeginRefusal>, StoreError> {
    let (masters, today) = (app.masters(), app.clock().today());
    let policies = masters.policies();
    let (open, last, term) = match purpose {
        Purpose::CompanyRenewal => {
            let last: Option<i32> = tx.value(&queries::TERM_OF_COMPANY, values![subject]).await?;
            let Some(last) = last else {
                return Ok(Err(BeginRefusal::NothingToRenew));
            };
            let last = day(last, "company.valid_until")?;
            (of_company(policies, last, today) != Validity::Valid, last, Term::Company)
        }
        Purpose::WorkerRenewal => {
            let worker: WorkerId = id(subject, "application.subject_id")?;
            let Some(last) = card::held_until(tx, worker).await? else {
                return Ok(Err(BeginRefusal::NothingToRenew));
            };
            (card_may_be_renewed(policies, last, today), last, Term::Card)
        }
        _ => return Ok(Ok(())),
    };
    if open {
        return Ok(Ok(()));
    }
    let months = match term {
        Term::Company => policies.at(Policy::CompanyRenewalNoticeMonths, today),
        Term::Card => policies.at(Policy::CardRenewalNoticeMonths, today),
    };
    Ok(Err(BeginRefusal::TooEarly {
        from: term.notice_from(last, months),
    }))
}

/// 申請番号: the year and ten digits by chance, so that nobody learns from it how many there are. One that is taken (1 in 10^10) fails on
/// its key, and the person tries again.
fn number(app: &App) -> String {
    let chance = app.with_random(Rng::next_u64) % 10_000_000_000;
    let year = app.clock().today().date().year().rem_euclid(100);
    format!("{year:02}-{:05}-{:05}", chance / 100_000, chance % 100_000)
}
