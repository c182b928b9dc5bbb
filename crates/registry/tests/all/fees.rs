//! Invoices, payments, yearly fees of IDs and suspension, on both databases.

mod bills;
mod desk;
mod ids;
mod paying;

use domain::fees::{Channel, CompanyKind, FeeItem, Registration};
use domain::{CompanyId, Direction};
use jiff::SignedDuration;
use registry::access::UseCaseError;
use registry::rooms::accounts::{NewAccount, create};
use registry::rooms::fees::{
    About, Confirmed, FeeRefusal, Line, Payer, PayerId, Provider, Told, Wanted, bill, bill_administrator_ids,
    bill_all_administrator_ids, confirm, confirm_transfer, figures, keep, quote, suspend_unpaid,
};
use registry::testing::{Person, World};
use registry::{App, Issuer, Settings};
use testkit::{Backend, on_both};

fn settings() -> Settings {
    Settings {
        issuer: Some(Issuer {
            name: "架空登録機構".into(),
            address: "架空市2-2".into(),
            number: "T1234567890123".into(),
            bank: "架空銀行 本店 普通 7654321".into(),
        }),
        simulate_payments: true,
        ..Settings::default()
    }
}

async fn world(backend: Backend) -> World {
    World::with(backend, settings()).await
}

fn company(person: &Person) -> CompanyId {
    person.viewer.company_id().unwrap()
}

fn payer(person: &Person) -> Payer {
    Payer {
        id: PayerId::Company(company(person)),
        name: person.viewer.company.clone().unwrap().1,
        postal: "100-0000".into(),
        address: "架空市1-1".into(),
    }
}

const CARD: Line = Line {
    item: FeeItem::CardReissue,
    quantity: 1,
    unit_price_yen: 1_000,
};

fn refused<T: std::fmt::Debug, R: std::fmt::Debug>(result: Result<T, UseCaseError<R>>) -> R {
    match result.unwrap_err() {
        UseCaseError::Refused(refusal) => refusal,
        UseCaseError::Broken(error) => panic!("broken: {error:#}"),
    }
}

async fn reissue(app: &App, person: &Person, key: &str) -> String {
    let tx = app.db().write().await.unwrap();
    let invoice = bill(app, &tx, &payer(person), &About::Reissue(key.into()), &[CARD])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    invoice
}

async fn transfer(app: &App, operator: &Person, invoice: &str, reference: &str, yen: i64) -> Result<Confirmed, FeeRefusal> {
    let tx = app.db().write().await.unwrap();
    match confirm_transfer(app, &tx, &operator.viewer, invoice, reference, yen).await {
        Ok(confirmed) => {
            tx.commit().await.unwrap();
            Ok(confirmed)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("broken: {error:#}"),
    }
}

/// The first key in an address that begins like this.
fn key_after(body: &str, before: &str) -> String {
    let after = body.split(before).nth(1).unwrap();
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}
