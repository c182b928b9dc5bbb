//! What follows when an application is approved: IDs, rows, log-in, card.

use domain::access::Role;
use domain::registration::{Fields, Purpose, company, consent, level as worker_level, renewal, sole_master, worker};
use domain::term::renewed_until;
use domain::{CompanyId, WorkDay, WorkerId};
use rand::Rng;
use store::{Rows, Sql, Tx, values};
use web::Language;

use super::fill::Copies;
use super::moves::MoveRefusal;
use super::stored::Application;
use super::{end, queries, record};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::accounts::{self, Issue};
use crate::rooms::card::{self, CardReason};
use crate::rooms::{audit, history, level, papers, roster, ties};
use crate::rows::opt_day;

pub(super) const ALL: &[&Sql] = &[
    &INSERT_COMPANY,
    &UPDATE_COMPANY,
    &INSERT_WORKER,
    &UPDATE_WORKER,
    &DELETE_TRADES,
    &INSERT_TRADES,
    &OPEN_TIES,
    &TIED_BY_APPLICATION,
    &REGISTRATION,
    &ENDED_WORKER,
    &ENDED_COMPANY,
    &RENEW_COMPANY,
    &IDENTITY,
];

const INSERT_COMPANY: Sql = Sql::new(
    "application.insert_company",
    "insert into company (id, name, name_kana, registered_at, kind, phone, licence, corporate_number, prefecture, email, valid_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);
pub(super) const UPDATE_COMPANY: Sql = Sql::new(
    "application.update_company",
    "update company set name = $2, name_kana = $3, kind = $4, phone = $5, licence = $6, corporate_number = $7, prefecture = $8, email = $9
     where id = $1",
);
const INSERT_WORKER: Sql = Sql::new(
    "application.insert_worker",
    "insert into worker (id, handle, name, name_kana, language, registration, registered_at, birth_day, name_alphabet, phone, email, identity)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
pub(super) const UPDATE_WORKER: Sql = Sql::new(
    "application.update_worker",
    "update worker set name = $2, name_kana = $3, language = $4, registration = $5, name_alphabet = $6, phone = $7, email = $8 where id = $1",
);
const REGISTRATION: Sql = Sql::new("application.registration", "select registration from worker where id = $1");
pub(super) const DELETE_TRADES: Sql = Sql::new("application.delete_trades", "delete from worker_trade where worker_id = $1");
pub(super) const INSERT_TRADES: Sql = Sql::new(
    "application.insert_trades",
    "insert into worker_trade (worker_id, ordinal, trade) select $1, r.ordinal, r.trade from {{rows $2: ordinal int, trade text}} r",
);
const OPEN_TIES: Sql = Sql::new(
    "application.open_ties",
    "insert into employment (worker_id, company_id, from_day, main)
     select $1, r.id, r.from_day, r.main from {{rows $2: id text, from_day int, main int}} r",
);
/// A sole master belongs to his own firm without anybody's word.
const TIED_BY_APPLICATION: Sql = Sql::new(
    "application.tied_by_application",
    "update employment set confirmed_at = $3, confirmed_by = $4 where worker_id = $1 and company_id = $2",
);
const ENDED_WORKER: Sql = Sql::new(
    "application.ended_worker",
    "select 1 from worker where id = $1 and ended_on is not null",
);
const ENDED_COMPANY: Sql = Sql::new(
    "application.ended_company",
    "select 1 from company where id = $1 and state = 'withdrawn'",
);
/// A suspension that still holds comes back with the renewal.
const RENEW_COMPANY: Sql = Sql::new(
    "application.renew_company",
    "update company set valid_until = $2, state = case when exists (select 1 from suspension s where s.company_id = $1 and s.until_at is null)
        then 'suspended' else 'registered' end
     where id = $1",
);
const IDENTITY: Sql = Sql::new("application.identity", "update worker set identity = $2 where id = $1");

/// Registers what was approved. `by`: the account whose act completed it.
pub(super) async fn register(app: &App, tx: &Tx, by: &str, application: &mut Application) -> UseCase<(), MoveRefusal> {
    let ended = match application.subject.as_deref() {
        Some(subject) if application.purpose.of_company() => tx.value::<i32>(&ENDED_COMPANY, values![subject]).await?,
        Some(subject) => tx.value::<i32>(&ENDED_WORKER, values![subject]).await?,
        None => None,
    };
    if ended.is_some() {
        return Err(UseCaseError::Refused(MoveRefusal::NotAllowed));
    }
    // Who did it, as other rooms note it; what he may was asked before.
    let actor = Viewer::without_session(by.to_owned(), "", Role::Reviewer, None);
    let mut registered = consent::registered(&application.fields);
    let subject = match application.purpose {
        Purpose::CompanyNew => new_company(app, tx, &registered).await?.to_string(),
        Purpose::WorkerNew => {
            let worker = new_worker(app, tx, &registered).await?;
            if worker_level::with_registration(&application.fields) {
                level::grant(app, tx, &actor, application, worker)
                    .await
                    .map_err(UseCaseError::Broken)?;
            }
            // The first card is in the colour of the level.
            first_card(app, tx, worker, &registered).await?;
            worker.to_string()
        }
        Purpose::SoleMaster => {
            let firm = sole_master::firm_of(&registered);
            let company = new_company(app, tx, &firm).await?;
            record::write(app, tx, by, &company.to_string(), Some(&application.id), &firm).await?;
            registered = sole_master::master_of(&registered, &company.to_string(), app.clock().today());
            let worker = new_worker(app, tx, &registered).await?;
            first_card(app, tx, worker, &registered).await?;
            let now = app.clock().now().as_millisecond();
            tx.run(
                &TIED_BY_APPLICATION,
                values![worker.to_string(), company.to_string(), now, by],
            )
            .await?;
            worker.to_string()
        }
        Purpose::CompanyChange => change_company(tx, application).await?,
        Purpose::CompanyRenewal => {
            let id = change_company(tx, application).await?;
            renew_company(app, tx, &actor, &id).await?;
            id
        }
        Purpose::WorkerChange => change_worker(app, tx, &actor, application).await?,
        Purpose::WorkerRenewal => {
            let id = subject(application)?;
            registered = renew_card(app, tx, &actor, &id, application).await?;
            id
        }
        Purpose::LevelEvaluation => {
            let worker: WorkerId = crate::rows::id(&subject(application)?, "application.subject_id")?;
            let granted = level::grant(app, tx, &actor, application, worker).await;
            if let Some(reason) = granted.map_err(UseCaseError::Broken)? {
                let issued = card::issue(app, tx, worker, None, reason).await;
                issued.map_err(UseCaseError::Broken)?;
            }
            return Ok(());
        }
        Purpose::CompanyWithdrawal | Purpose::WorkerWithdrawal | Purpose::WorkerDeath => {
            // What it was registered with stays as it was.
            return end::end(app, tx, &actor, application, &subject(application)?).await;
        }
    };
    if registered != Fields::new() {
        record::write(app, tx, by, &subject, Some(&application.id), &registered).await?;
    }
    application.subject = Some(subject);
    Ok(())
}

fn subject(application: &Application) -> UseCase<String, MoveRefusal> {
    let known = application.subject.clone();
    known.ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a change without somebody whom it is about")))
}

async fn new_company(app: &App, tx: &Tx, fields: &Fields) -> UseCase<CompanyId, MoveRefusal> {
    let id = app
        .with_random(|random| CompanyId::from_free_digits(random.next_u64(), 22))
        .ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a company ID could not be made")))?;
    let copies = Copies::of_company(fields);
    let values = values![
        id.to_string(),
        copies.name.as_str(),
        copies.kana,
        app.clock().now().as_millisecond(),
        fields.get("kind"),
        copies.phone,
        copies.licence,
        copies.corporate_number,
        fields.get("prefecture"),
        fields.get("email"),
        valid_until(app).to_number()
    ];
    tx.run(&INSERT_COMPANY, values).await?;
    let id_text = id.to_string();
    let account = Issue {
        sign_in_id: &id_text,
        role: Role::Administrator,
        company: Some(id),
        worker: None,
        name: fields.get("manager"),
        email: fields.get("email"),
        language: Language::Ja,
    };
    accounts::issue(app, tx, &account).await.map_err(UseCaseError::Broken)?;
    Ok(id)
}

/// Last day of a registration that begins today.
fn valid_until(app: &App) -> WorkDay {
    let today = app.clock().today();
    let years = app.masters().policies().at(domain::Policy::CompanyValidityYears, today);
    domain::fees::valid_until(today, years)
}

async fn change_company(tx: &Tx, application: &Application) -> UseCase<String, MoveRefusal> {
    let (id, fields, copies) = (subject(application)?, &application.fields, Copies::of(application));
    let values = values![
        id.as_str(),
        copies.name,
        copies.kana,
        fields.get("kind"),
        copies.phone,
        copies.licence,
        copies.corporate_number,
        fields.get("prefecture"),
        fields.get("email")
    ];
    tx.run(&UPDATE_COMPANY, values).await?;
    Ok(id)
}

async fn new_worker(app: &App, tx: &Tx, fields: &Fields) -> UseCase<WorkerId, MoveRefusal> {
    let (id, handle) = app.with_random(|random| {
        let id = WorkerId::from_free_digits(random.next_u64(), 21);
        let mut handle = [0u8; 12];
        random.fill_bytes(&mut handle);
        (id, hex::encode(handle))
    });
    let id = id.ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a worker ID could not be made")))?;
    let copies = Copies::of_worker(fields);
    let values = values![
        id.to_string(),
        handle,
        copies.name.as_str(),
        copies.kana,
        fields.get("language"),
        fields.get("registration"),
        app.clock().now().as_millisecond(),
        copies.birth_day,
        copies.alphabet,
        copies.phone,
        fields.get("email"),
        identity(fields)
    ];
    tx.run(&INSERT_WORKER, values).await?;
    let id_text = id.to_string();
    trades(tx, &id_text, fields).await?;
    roster::take_facts(tx, &id_text, fields).await?;
    let ties = employers(app, fields)
        .into_iter()
        .enumerate()
        .map(|(place, (company, from))| (company.to_string(), from.to_number(), i32::from(place == 0)));
    tx.run(&OPEN_TIES, values![id_text.as_str(), Rows::of(ties)?]).await?;
    let account = Issue {
        sign_in_id: &id_text,
        role: Role::Worker,
        company: None,
        worker: Some(id),
        name: &copies.name,
        email: fields.get("email"),
        language: Language::from_code(fields.get("language")).unwrap_or(Language::Ja),
    };
    accounts::issue(app, tx, &account).await.map_err(UseCaseError::Broken)?;
    Ok(id)
}

/// The card of somebody just registered.
async fn first_card(app: &App, tx: &Tx, id: WorkerId, fields: &Fields) -> UseCase<(), MoveRefusal> {
    let photo = Some(fields.get("photo")).filter(|photo| !photo.is_empty());
    card::issue(app, tx, id, photo, CardReason::First)
        .await
        .map_err(UseCaseError::Broken)?;
    // The photo may not change any more, so nobody needs the picture around it.
    if let Some(photo) = photo
        && let Some(cut) = papers::cut_of(tx, photo).await?
    {
        papers::remove(app, tx, &cut.whole).await.map_err(UseCaseError::Broken)?;
    }
    Ok(())
}

/// How the identity was shown, as the rule of the card's term asks it.
fn identity(fields: &Fields) -> &'static str {
    if worker::only_employer_vouched(fields) {
        "employer"
    } else {
        "papers"
    }
}

async fn change_worker(app: &App, tx: &Tx, actor: &Viewer, application: &Application) -> UseCase<String, MoveRefusal> {
    let (id, fields, copies) = (subject(application)?, &application.fields, Copies::of(application));
    let values = values![
        id.as_str(),
        copies.name,
        copies.kana,
        fields.get("language"),
        fields.get("registration"),
        copies.alphabet,
        copies.phone,
        fields.get("email")
    ];
    tx.run(&UPDATE_WORKER, values).await?;
    trades(tx, &id, fields).await?;
    roster::take_facts(tx, &id, fields).await?;
    let worker: WorkerId = crate::rows::id(&id, "application.subject_id")?;
    let named = employers(app, fields);
    let companies: Vec<CompanyId> = named.iter().map(|(company, _)| *company).collect();
    let today = app.clock().today();
    ties::leave_unnamed(app, tx, actor, worker, &companies, today).await?;
    for (place, (company, from)) in named.into_iter().enumerate() {
        ties::join_named(app, tx, actor, worker, (company, from, place == 0), application.proxy).await?;
    }
    let cause = history::Cause::Registration;
    history::rejudge_everywhere(tx, app.clock(), app.masters().policies(), worker, cause).await?;
    Ok(id)
}

/// The trades as they were filled in, the first the main one.
async fn trades(tx: &Tx, id: &str, fields: &Fields) -> UseCase<(), MoveRefusal> {
    let codes = fields
        .entries("trade")
        .into_iter()
        .map(|number| fields.get(&format!("trade.{number}.code")))
        .filter(|code| !code.is_empty());
    let trades = Rows::of(codes.enumerate())?;
    tx.run(&DELETE_TRADES, values![id]).await?;
    tx.run(&INSERT_TRADES, values![id, trades]).await?;
    Ok(())
}

/// The registered companies that were named as employers, the main one first, and since when.
fn employers(app: &App, fields: &Fields) -> Vec<(CompanyId, WorkDay)> {
    let today = app.clock().today();
    let of = |number: usize, part: &str| fields.get(&format!("employer.{number}.{part}")).to_owned();
    fields
        .entries("employer")
        .into_iter()
        .filter_map(|number| {
            let company = of(number, "company").parse().ok()?;
            Some((company, of(number, "from").parse().unwrap_or(today)))
        })
        .collect()
}

/// The term of a company goes on (事業者更新), and with it its use.
async fn renew_company(app: &App, tx: &Tx, actor: &Viewer, id: &str) -> UseCase<(), MoveRefusal> {
    let today = app.clock().today();
    let last: Option<i32> = tx.value(&queries::TERM_OF_COMPANY, values![id]).await?;
    let last = opt_day(last, "company.valid_until")?.unwrap_or(today);
    let until = renewed_until(app.masters().policies(), last, today);
    tx.run(&RENEW_COMPANY, values![id, until.to_number()]).await?;
    let details = serde_json::json!({ "until": until });
    audit::changed(app, tx, actor, id, "company_renewed", &details).await?;
    Ok(())
}

/// A worker gets a card for another term; the one he holds lives until it is printed. Gives what he is registered with from now on.
async fn renew_card(app: &App, tx: &Tx, actor: &Viewer, id: &str, application: &Application) -> UseCase<Fields, MoveRefusal> {
    let fields = &application.fields;
    tx.run(&IDENTITY, values![id, identity(fields)]).await?;
    let worker: WorkerId = crate::rows::id(id, "application.subject_id")?;
    // Who was 60 when he applied holds the longer card: the day on which he sent it decides.
    let applied = application.submitted_at.map_or(app.clock().today(), |at| WorkDay::of(at, 0));
    let photo = Some(fields.get("photo")).filter(|photo| !photo.is_empty());
    let card = card::issue_applied(app, tx, worker, photo, CardReason::Renewal, applied).await;
    card.map_err(UseCaseError::Broken)?;
    audit::changed(app, tx, actor, id, "card_renewed", &serde_json::json!({})).await?;
    let mut registered = record::newest_record(tx, id).await?;
    if registered != Fields::new() {
        for name in renewal::RENEWED {
            registered.set(name, fields.get(name));
        }
    }
    Ok(registered)
}

/// The kind a worker is registered with now, for the price of the switch.
pub(super) async fn registration(tx: &Tx, worker: &str) -> Result<Option<String>, store::StoreError> {
    tx.value(&REGISTRATION, values![worker]).await
}

/// Capital in yen as the price table asks it; 0 for who has none.
pub(super) fn capital(fields: &Fields) -> i64 {
    company::capital(fields).unwrap_or(0)
}
