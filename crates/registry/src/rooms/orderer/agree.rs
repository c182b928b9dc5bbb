//! Use cases: the prime agrees that an orderer sees the figures of a site, and takes it back.

use domain::access::Act;
use serde::Deserialize;
use serde_json::json;
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::notices::{self, Whom};
use crate::rooms::site::OpenSite;
use crate::typed::{key, line};

/// Why nothing was changed.
#[derive(Debug)]
pub enum OrdererRefusal {
    /// Administrators and tier managers of the prime only.
    Forbidden,
    /// The form is wrong.
    Fields(FieldErrors),
}

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AgreeForm {
    /// The ID with which the orderer signs in.
    pub sign_in_id: String,
}

/// Whoever sees the figures of the prime's sites says who else does.
pub(super) fn may(viewer: &Viewer, site: &OpenSite) -> bool {
    site.is_prime() && viewer.may(Act::SeeFigures)
}

/// Agrees that an orderer sees the figures of a site. Twice is once.
///
/// # Errors
/// [`OrdererRefusal`].
pub async fn agree(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &AgreeForm) -> UseCase<(), OrdererRefusal> {
    if !may(viewer, site) {
        return Err(UseCaseError::Refused(OrdererRefusal::Forbidden));
    }
    let mut errors = FieldErrors::new();
    let typed = line(&mut errors, "sign_in_id", &form.sign_in_id, 100, true);
    let mut found: Option<String> = None;
    if errors.is_empty() {
        found = tx.value(&queries::BY_SIGN_IN_ID, values![typed]).await?;
    }
    let Some(orderer) = found else {
        if errors.is_empty() {
            errors.add("sign_in_id", "orderer-unknown");
        }
        return Err(UseCaseError::Refused(OrdererRefusal::Fields(errors)));
    };
    let now = app.clock().now().as_millisecond();
    let id = site.head.id.to_string();
    let row = values![id.as_str(), orderer.as_str(), now, viewer.account.as_str()];
    if tx.run(&queries::AGREE, row).await? > 0 {
        told(app, tx, viewer, site, &orderer, "orderer-agreed").await?;
    }
    Ok(())
}

/// Takes the consent back. Doing it twice does nothing.
///
/// # Errors
/// [`OrdererRefusal`].
pub async fn end(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, account: &str) -> UseCase<(), OrdererRefusal> {
    if !may(viewer, site) {
        return Err(UseCaseError::Refused(OrdererRefusal::Forbidden));
    }
    let Some(orderer) = key(account) else { return Ok(()) };
    let values = values![site.head.id.to_string(), orderer, app.clock().now().as_millisecond()];
    if tx.run(&queries::END, values).await? > 0 {
        told(app, tx, viewer, site, orderer, "orderer-ended").await?;
    }
    Ok(())
}

/// The orderer is told, and the prime's record keeps it.
async fn told(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, orderer: &str, what: &str) -> Result<(), StoreError> {
    let details = json!({ "site": site.head.id, "account": orderer });
    audit::changed(app, tx, viewer, &site.own.to_string(), what, &details).await?;
    let args = [("site", site.head.name.as_str())];
    let whom = Whom::Account(orderer.to_owned());
    notices::tell(app, tx, &whom, &format!("notice-{what}"), &args, Some("/figures/levels")).await
}
