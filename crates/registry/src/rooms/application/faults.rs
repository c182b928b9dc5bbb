//! Everything that is wrong with an application: what the form says, and what only the registry knows.

use domain::CompanyId;
use domain::access::CompanyState;
use domain::registration::consent::{self, PAPERS};
use domain::registration::{Faults, Fields, Purpose};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::fill::context;
use super::stored::Application;
use super::{consents, queries};
use crate::App;
use crate::rooms::level;

#[derive(FromQueryResult)]
struct CompanyRow {
    id: String,
    state: String,
}

/// All faults of an application as it would be sent now.
///
/// # Errors
/// If the database fails.
pub(super) async fn all_faults(app: &App, tx: &Tx, application: &Application) -> Result<Faults, StoreError> {
    let form = application.purpose.form();
    let masters = app.masters();
    // On paper or on the screen: that is asked below.
    let mut faults = form.check(&application.fields, context(app, &masters)).without(&PAPERS);
    check_employers(tx, &application.fields, &mut faults).await?;
    consents_given(tx, application, &mut faults).await?;
    level::check(app, tx, application, &mut faults).await?;
    if application.purpose == Purpose::CompanyWithdrawal {
        running_sites(app, tx, application, &mut faults).await?;
    }
    Ok(faults)
}

/// An employer named by its ID must exist and be registered.
pub(crate) async fn check_employers(tx: &Tx, fields: &Fields, faults: &mut Faults) -> Result<(), StoreError> {
    let numbers = fields.entries("employer").into_iter();
    let named: Vec<(String, &str)> = numbers
        .map(|number| format!("employer.{number}.company"))
        .map(|name| {
            let id = fields.get(&name);
            (name, id)
        })
        .filter(|(_, id)| id.parse::<CompanyId>().is_ok())
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    let ids = Rows::of(named.iter().map(|(_, id)| [id]))?;
    let known: Vec<CompanyRow> = tx.all(&queries::COMPANIES_OF, values![ids]).await?;
    for (name, id) in named {
        match known.iter().find(|company| company.id == id) {
            None => faults.add(name, "field-company-unknown"),
            Some(found) if CompanyState::from_word(&found.state) == Some(CompanyState::Withdrawn) => {
                faults.add(name, "field-company-withdrawn");
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Consents, on paper or on the screen.
async fn consents_given(tx: &Tx, application: &Application, faults: &mut Faults) -> Result<(), StoreError> {
    let agreed = consents::agreed(tx, application).await?;
    for party in consent::missing(&application.fields, &agreed) {
        faults.add(party.paper(), "field-consent-needed");
    }
    Ok(())
}

/// A prime does not leave while its sites run.
async fn running_sites(app: &App, tx: &Tx, application: &Application, faults: &mut Faults) -> Result<(), StoreError> {
    let values = values![
        application.subject.clone().unwrap_or_default(),
        app.clock().today().to_number()
    ];
    let running: Option<i64> = tx.value(&queries::RUNNING_SITES, values).await?;
    if let Some(running) = running.filter(|count| *count > 0) {
        faults.add_with("consent_seen", "field-sites-running", &[("count", running.to_string())]);
    }
    Ok(())
}
