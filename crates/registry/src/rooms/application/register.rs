//! What follows when an application is approved: IDs, rows, log-in, card.

use domain::access::Role;
use domain::registration::{Fields, Purpose, company, worker};
use domain::{CompanyId, WorkDay, WorkerId};
use rand::Rng;
use store::{Rows, Sql, Tx, values};
use web::Language;

use super::fill::{Copies, json};
use super::moves::MoveRefusal;
use super::stored::Application;
use crate::App;
use crate::access::{UseCase, UseCaseError};
use crate::rooms::accounts::{self, Issue};
use crate::rooms::card::{self, CardReason};
use crate::rooms::{history, papers, roster};

pub(super) const ALL: &[&Sql] = &[
    &INSERT_COMPANY,
    &UPDATE_COMPANY,
    &INSERT_WORKER,
    &UPDATE_WORKER,
    &DELETE_TRADES,
    &INSERT_TRADES,
    &CLOSE_TIES,
    &OPEN_TIES,
    &MAIN_TIE,
    &RECORD,
    &REGISTRATION,
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
/// Ties that are no longer named end today; they stay as facts.
const CLOSE_TIES: Sql = Sql::new(
    "application.close_ties",
    "update employment set to_day = $2 where worker_id = $1 and (to_day is null or to_day > $2)
        and company_id not in (select r.id from {{rows $3: id text}} r)",
);
const OPEN_TIES: Sql = Sql::new(
    "application.open_ties",
    "insert into employment (worker_id, company_id, from_day, main)
     select $1, r.id, r.from_day, r.main from {{rows $2: id text, from_day int, main int}} r
     where not exists (select 1 from employment e where e.worker_id = $1 and e.company_id = r.id and (e.to_day is null or e.to_day > $3))
     on conflict (worker_id, company_id, from_day) do update set to_day = null, main = excluded.main",
);
const MAIN_TIE: Sql = Sql::new(
    "application.main_tie",
    "update employment set main = case when company_id = $2 then 1 else 0 end where worker_id = $1 and to_day is null",
);
const RECORD: Sql = Sql::new(
    "application.record",
    "insert into record (subject_id, number, at, application_id, account_id, body)
     select $1, coalesce(max(r.number), 0) + 1, $2, $3, $4, $5 from record r where r.subject_id = $1",
);

/// Registers what was approved. `by`: the account whose act completed it.
pub(super) async fn register(app: &App, tx: &Tx, by: &str, application: &mut Application) -> UseCase<(), MoveRefusal> {
    let subject = match application.purpose {
        Purpose::CompanyNew => new_company(app, tx, application).await?,
        Purpose::WorkerNew => new_worker(app, tx, application).await?,
        Purpose::CompanyChange => change_company(tx, application).await?,
        Purpose::WorkerChange => change_worker(app, tx, application).await?,
    };
    let now = app.clock().now().as_millisecond();
    let body = json(&application.fields)?;
    tx.run(&RECORD, values![subject.as_str(), now, application.id.as_str(), by, body])
        .await?;
    application.subject = Some(subject);
    Ok(())
}

fn subject(application: &Application) -> UseCase<String, MoveRefusal> {
    let known = application.subject.clone();
    known.ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a change without somebody whom it is about")))
}

async fn new_company(app: &App, tx: &Tx, application: &Application) -> UseCase<String, MoveRefusal> {
    let fields = &application.fields;
    let id = app
        .with_random(|random| CompanyId::from_free_digits(random.next_u64(), 22))
        .ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a company ID could not be made")))?;
    let copies = Copies::of(application);
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
    Ok(id_text)
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

async fn new_worker(app: &App, tx: &Tx, application: &Application) -> UseCase<String, MoveRefusal> {
    let fields = &application.fields;
    let (id, handle) = app.with_random(|random| {
        let id = WorkerId::from_free_digits(random.next_u64(), 21);
        let mut handle = [0u8; 12];
        random.fill_bytes(&mut handle);
        (id, hex::encode(handle))
    });
    let id = id.ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a worker ID could not be made")))?;
    let copies = Copies::of(application);
    let identity = if worker::only_employer_vouched(fields) {
        "employer"
    } else {
        "papers"
    };
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
        identity
    ];
    tx.run(&INSERT_WORKER, values).await?;
    let id_text = id.to_string();
    trades_and_ties(app, tx, &id_text, fields).await?;
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
    Ok(id_text)
}

async fn change_worker(app: &App, tx: &Tx, application: &Application) -> UseCase<String, MoveRefusal> {
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
    trades_and_ties(app, tx, &id, fields).await?;
    let worker: WorkerId = id.parse().map_err(UseCaseError::<MoveRefusal>::broken)?;
    let cause = history::Cause::Registration;
    history::rejudge_everywhere(tx, app.clock(), app.masters().policies(), worker, cause).await?;
    Ok(id)
}

async fn trades_and_ties(app: &App, tx: &Tx, id: &str, fields: &Fields) -> UseCase<(), MoveRefusal> {
    roster::take_facts(tx, id, fields).await?;
    let of = |list: &'static str, part: &'static str| {
        fields
            .entries(list)
            .into_iter()
            .map(move |number| (number, fields.get(&format!("{list}.{number}.{part}"))))
            .filter(|(_, value)| !value.is_empty())
    };
    let trades = Rows::of(of("trade", "code").enumerate().map(|(ordinal, (_, code))| (ordinal, code)))?;
    tx.run(&DELETE_TRADES, values![id]).await?;
    tx.run(&INSERT_TRADES, values![id, trades]).await?;
    let today = app.clock().today().to_number();
    let companies: Vec<(&str, i32)> = of("employer", "company")
        .map(|(number, company)| {
            let from = fields.get(&format!("employer.{number}.from")).parse::<WorkDay>();
            (company, from.map_or(today, WorkDay::to_number))
        })
        .collect();
    tx.run(
        &CLOSE_TIES,
        values![id, today, Rows::of(companies.iter().map(|(company, _)| [company]))?],
    )
    .await?;
    let ties = companies
        .iter()
        .enumerate()
        .map(|(place, (company, from))| (company, from, i32::from(place == 0)));
    tx.run(&OPEN_TIES, values![id, Rows::of(ties)?, today]).await?;
    if let Some((main, _)) = companies.first() {
        tx.run(&MAIN_TIE, values![id, *main]).await?;
    }
    Ok(())
}

/// The kind a worker is registered with now, for the price of the switch.
pub(super) async fn registration(tx: &Tx, worker: &str) -> Result<Option<String>, store::StoreError> {
    tx.value(&REGISTRATION, values![worker]).await
}

/// Capital in yen as the price table asks it; 0 for who has none.
pub(super) fn capital(fields: &Fields) -> i64 {
    company::capital(fields).unwrap_or(0)
}
