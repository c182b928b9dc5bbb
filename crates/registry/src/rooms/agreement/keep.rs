//! Use cases: a company asks another one for an agreement, answers one, ends one.

use domain::access::Act;
use domain::agreement::{AgreementMove, AgreementState, Side, leads_to};
use domain::{CompanyId, WorkerId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use super::rows::{Agreement, Columns, find};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::notices::{Whom, tell, tell_many};
use crate::rows::id;

/// Why an agreement is not asked for, or not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreementRefusal {
    /// Not this role.
    Forbidden,
    /// There is none, or the company is not in it.
    NotFound,
    /// Text of the company ID that was typed is none, or nobody has it.
    NoSuchCompany,
    /// One's own company.
    OwnCompany,
    /// The other company has left the registry.
    CompanyLeft,
    /// It holds already.
    AlreadyAgreed,
    /// The other side was faster, or the move is not this side's.
    NotNow,
}

impl AgreementRefusal {
    /// Key of the sentence, for those that are told on the form.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::OwnCompany => "agreement-own-company",
            Self::CompanyLeft => "agreement-company-left",
            Self::AlreadyAgreed => "agreement-already",
            Self::NotNow => "agreement-not-now",
            Self::Forbidden | Self::NotFound | Self::NoSuchCompany => "agreement-no-such-company",
        }
    }
}

#[derive(FromQueryResult)]
struct WorkerColumns {
    id: String,
}

/// The company in whose name the viewer keeps agreements: `KeepAgreements` to enter into one, `EndAgreements` for all the rest.
pub(super) fn keeper(viewer: &Viewer, act: Act) -> Result<(CompanyId, &str), AgreementRefusal> {
    viewer
        .company
        .as_ref()
        .filter(|_| viewer.may(act))
        .map(|(id, name)| (*id, name.as_str()))
        .ok_or(AgreementRefusal::Forbidden)
}

/// Asks a company to let the viewer's company handle its people. A second click asks once. Gives the key of the agreement.
///
/// # Errors
/// [`AgreementRefusal`].
pub async fn ask(app: &App, tx: &Tx, viewer: &Viewer, typed: &str) -> UseCase<String, AgreementRefusal> {
    let refuse = UseCaseError::Refused;
    let (own, own_name) = keeper(viewer, Act::KeepAgreements).map_err(refuse)?;
    let other: CompanyId = typed.trim().parse().map_err(|_| refuse(AgreementRefusal::NoSuchCompany))?;
    if other == own {
        return Err(refuse(AgreementRefusal::OwnCompany));
    }
    let state: Option<String> = tx.value(&queries::COMPANY_STATE, values![other.to_string()]).await?;
    if state.ok_or(refuse(AgreementRefusal::NoSuchCompany))? == "withdrawn" {
        return Err(refuse(AgreementRefusal::CompanyLeft));
    }
    let key = app.new_key();
    let values = values![
        key.as_str(),
        own.to_string(),
        other.to_string(),
        app.clock().now().as_millisecond()
    ];
    if tx.run(&queries::INSERT, values).await? == 0 {
        let open: Option<String> = tx.value(&queries::OPEN, values![own.to_string(), other.to_string()]).await?;
        let open = open.ok_or(refuse(AgreementRefusal::NotNow))?;
        let found = find(tx, own, &open).await?.ok_or(refuse(AgreementRefusal::NotFound))?;
        return match found.state {
            AgreementState::Agreed => Err(refuse(AgreementRefusal::AlreadyAgreed)),
            _ => Ok(open),
        };
    }
    let details = serde_json::json!({ "agreement": key, "proxy": own.to_string(), "principal": other.to_string() });
    audit::changed(app, tx, viewer, &other.to_string(), "agreement_asked", &details).await?;
    let args = [("company", own_name)];
    let link = format!("/agreements/{key}");
    tell(app, tx, &Whom::Company(other), "notice-agreement-asked", &args, Some(&link)).await?;
    Ok(key)
}

/// Agrees, refuses, takes back or ends. What the proxy may do ends in the same moment; what it did stays. Gives the new state.
///
/// # Errors
/// [`AgreementRefusal`].
pub async fn change(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    agreement: &str,
    what: AgreementMove,
) -> UseCase<AgreementState, AgreementRefusal> {
    let refuse = UseCaseError::Refused;
    let act = match what {
        AgreementMove::Agree => Act::KeepAgreements,
        AgreementMove::Refuse | AgreementMove::Withdraw | AgreementMove::Revoke => Act::EndAgreements,
    };
    let (own, own_name) = keeper(viewer, act).map_err(refuse)?;
    let found = find(tx, own, agreement).await?.ok_or(refuse(AgreementRefusal::NotFound))?;
    let next = leads_to(found.state, found.side, what).ok_or(refuse(AgreementRefusal::NotNow))?;
    let told = format!("notice-agreement-{}", next.word());
    if settle(app, tx, viewer, &found, next, (own, own_name), &told).await? {
        Ok(next)
    } else {
        Err(refuse(AgreementRefusal::NotNow))
    }
}

/// A company withdraws: what holds is ended, what waits is refused or taken back, as if it had done so itself, and the others are told
/// why.
///
/// # Errors
/// If the database fails.
pub async fn end_all(app: &App, tx: &Tx, by: &Viewer, company: CompanyId) -> Result<(), StoreError> {
    let open: Vec<Columns> = tx.all(&queries::OF_COMPANY, values![company.to_string()]).await?;
    for row in open {
        let found = Agreement::read(row, company)?;
        let ends = [AgreementMove::Revoke, AgreementMove::Refuse, AgreementMove::Withdraw];
        let next = ends.into_iter().find_map(|what| leads_to(found.state, found.side, what));
        if let Some(next) = next {
            let own_name = match found.side {
                Side::Proxy => found.proxy.1.as_str(),
                Side::Principal => found.principal.1.as_str(),
            };
            settle(
                app,
                tx,
                by,
                &found,
                next,
                (company, own_name),
                "notice-agreement-company-left",
            )
            .await?;
        }
    }
    Ok(())
}

/// Writes the next state down and tells those whom it is about; false if somebody was faster. `told`: key of the notice to the other
/// company.
async fn settle(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    found: &Agreement,
    next: AgreementState,
    (own, own_name): (CompanyId, &str),
    told: &str,
) -> Result<bool, StoreError> {
    let ended_by = (!next.is_open()).then(|| own.to_string());
    let values = values![
        found.id.as_str(),
        found.state.word(),
        next.word(),
        app.clock().now().as_millisecond(),
        ended_by
    ];
    if tx.run(&queries::CHANGE, values).await? == 0 {
        return Ok(false);
    }
    let details = serde_json::json!({
        "agreement": found.id, "proxy": found.proxy.0.to_string(), "principal": found.principal.0.to_string(), "state": next,
    });
    let principal = found.principal.0.to_string();
    audit::changed(app, tx, viewer, &principal, &format!("agreement_{}", next.word()), &details).await?;
    let link = format!("/agreements/{}", found.id);
    let other = Whom::Company(found.other().0);
    tell(app, tx, &other, told, &[("company", own_name)], Some(&link)).await?;

    // Those whom it is about.
    let people: Vec<WorkerColumns> = match next {
        AgreementState::Agreed => {
            tx.all(&queries::TIED, values![principal, app.clock().today().to_number()])
                .await?
        }
        AgreementState::Revoked => tx.all(&queries::CONSENTING, values![found.id.as_str()]).await?,
        _ => Vec::new(),
    };
    let mut workers = Vec::with_capacity(people.len());
    for row in people {
        workers.push(Whom::Worker(id::<WorkerId>(&row.id, "worker.id")?));
    }
    let args = [("proxy", found.proxy.1.as_str()), ("company", found.principal.1.as_str())];
    let key = format!("notice-proxy-{}", next.word());
    tell_many(app, tx, &workers, &key, &args, Some("/my/proxies")).await?;
    Ok(true)
}

/// What a side is called in translation keys.
pub(super) fn side_word(side: Side) -> &'static str {
    match side {
        Side::Proxy => "proxy",
        Side::Principal => "principal",
    }
}
