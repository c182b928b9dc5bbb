//! What an application costs.

use domain::WorkDay;
use domain::fees::{Channel, CompanyKind, Registration};
use domain::registration::{Fields, Purpose, level};
use store::{StoreError, Tx};

use super::register;
use super::stored::Application;
use crate::App;
use crate::access::UseCaseError;
use crate::rooms::fees::{self, About, FeeRefusal, Line, Payer, PayerId, Wanted};

/// What is charged for an application, at the prices of today; nothing for what is free or not offered.
async fn lines(app: &App, tx: &Tx, purpose: Purpose, subject: Option<&str>, fields: &Fields) -> Result<Vec<Line>, StoreError> {
    let wanted = match purpose {
        Purpose::CompanyNew | Purpose::CompanyRenewal => CompanyKind::from_word(fields.get("kind")).map(|kind| Wanted::Company {
            kind,
            capital: register::capital(fields),
        }),
        // His firm costs nothing beside it: the price of a sole master's is looked up all the same.
        Purpose::WorkerNew | Purpose::SoleMaster => Some(Wanted::Worker {
            registration: match fields.get("registration") {
                "detailed" => Registration::Detailed,
                _ => Registration::Simplified,
            },
            channel: Channel::Internet,
            birth: fields.get("birth_day").parse::<WorkDay>().ok(),
        }),
        Purpose::CompanyChange | Purpose::CompanyWithdrawal | Purpose::WorkerWithdrawal | Purpose::WorkerDeath => None,
        Purpose::WorkerRenewal => Some(Wanted::CardRenewal),
        Purpose::LevelEvaluation => Some(Wanted::LevelEvaluation),
        // Changes cost nothing, but for the switch from simplified to detailed.
        Purpose::WorkerChange => {
            let now = register::registration(tx, subject.unwrap_or_default()).await?;
            let switches = now.as_deref() == Some("simplified") && fields.get("registration") == "detailed";
            switches.then_some(Wanted::Upgrade)
        }
    };
    let mut lines = wanted.and_then(|wanted| fees::quote(app, &wanted)).unwrap_or_default();
    if purpose == Purpose::WorkerNew && level::with_registration(fields) {
        lines.extend(fees::quote(app, &Wanted::LevelWithRegistration).unwrap_or_default());
    }
    if purpose == Purpose::SoleMaster {
        let firm = Wanted::Company {
            kind: CompanyKind::SoleMaster,
            capital: 0,
        };
        let firm = fees::quote(app, &firm).unwrap_or_default();
        lines.extend(firm.into_iter().filter(|line| line.yen() > 0));
    }
    Ok(lines)
}

/// Yen to pay if it is sent today, tax included.
///
/// # Errors
/// If the database fails.
pub async fn quote(app: &App, tx: &Tx, application: &Application) -> Result<i64, StoreError> {
    price(
        app,
        tx,
        application.purpose,
        application.subject.as_deref(),
        &application.fields,
    )
    .await
}

/// The same for what is not an application yet.
///
/// # Errors
/// If the database fails.
pub(crate) async fn price(
    app: &App,
    tx: &Tx,
    purpose: Purpose,
    subject: Option<&str>,
    fields: &Fields,
) -> Result<i64, StoreError> {
    let lines = lines(app, tx, purpose, subject, fields).await?;
    Ok(lines.iter().map(Line::yen).sum())
}

/// Makes the invoice over what the applicant was shown when he sent it.
pub(super) async fn bill(app: &App, tx: &Tx, application: &Application) -> anyhow::Result<()> {
    let subject = application.subject.as_deref();
    let mut lines = lines(app, tx, application.purpose, subject, &application.fields).await?;
    if let [line] = lines.as_mut_slice() {
        line.unit_price_yen = application.fee_yen;
    }
    let fields = &application.fields;
    // The proxy pays for whom it files; a company or worker for itself; an applicant by his account.
    let subject = application.subject.as_deref().unwrap_or_default();
    let id = match application.proxy {
        Some(company) => PayerId::Company(company),
        None => match (subject.parse(), subject.parse()) {
            (Ok(company), _) => PayerId::Company(company),
            (_, Ok(worker)) => PayerId::Worker(worker),
            _ => PayerId::Account(application.account.clone()),
        },
    };
    let own = Payer {
        id,
        name: super::fill::Copies::of(application).name,
        postal: fields.get("postal").to_owned(),
        address: ["city", "street", "building"].map(|part| fields.get(part)).join(""),
    };
    let payer = match application.proxy {
        Some(company) => fees::payer_of(app, tx, company).await?.unwrap_or(own),
        None => own,
    };
    match fees::bill(app, tx, &payer, &about(application), &lines).await {
        Ok(_) | Err(UseCaseError::Refused(FeeRefusal::NothingToPay)) => Ok(()),
        Err(UseCaseError::Refused(refusal)) => Err(anyhow::anyhow!("an invoice was refused: {refusal:?}")),
        Err(UseCaseError::Broken(error)) => Err(error),
    }
}

/// Its invoice, unless it was cancelled.
pub(super) async fn invoice(tx: &Tx, application: &Application) -> Result<Option<String>, StoreError> {
    fees::invoice_of(tx, &about(application)).await
}

/// Takes an unpaid invoice back, when the application is taken back.
pub(super) async fn cancel(app: &App, tx: &Tx, application: &Application) -> anyhow::Result<()> {
    Ok(fees::take_back(app, tx, &about(application), &application.number).await?)
}

fn about(application: &Application) -> About {
    About::Application(application.id.clone())
}
