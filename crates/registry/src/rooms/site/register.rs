//! Use case: the prime registers a site (610 > 10), from an empty form or from another site.

use std::collections::BTreeSet;

use domain::SiteId;
use domain::access::Act;
use domain::form::{Context, Faults, Fields};
use domain::site::{self, FORM, MoveFault, Publication};
use rand::Rng;
use store::{StoreError, Tx, values};

use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::accounts::{self, Colleague};

/// Why a site is not registered or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteRefusal {
    /// The viewer may not.
    Forbidden,
    /// These fields are wrong.
    Fields(Faults),
    /// Somebody else changed the site meanwhile.
    ChangedMeanwhile,
    /// The site does not stand so that this could be done with it.
    Move(MoveFault),
    /// There is no such step of the form.
    NoSuchStep,
}

/// The steps without which there is no site; contracts, works and kentaikyo come when they are known.
const FIRST_STEP: &str = "site";

/// Registers a site; the viewer's company becomes its prime, tier 0 of the organisation. `typed` may hold any step of the form; what
/// is not the first one comes from another site or from a file. A site manager who is put in charge is given the site.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn register(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    typed: &Fields,
    publication: &Publication,
) -> UseCase<SiteId, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    let prime = viewer
        .company_id()
        .filter(|_| viewer.may(Act::RegisterSite))
        .ok_or(refuse(SiteRefusal::Forbidden))?;
    let mut fields = FORM.pruned(&FORM.normalised(typed));
    // Who registers it is in charge until somebody else is named.
    if !fields.has("contact") {
        fields.set("contact", viewer.account.clone());
    }
    let masters = app.masters();
    let context = Context {
        masters: &masters,
        today: app.clock().today(),
    };
    let mut faults = Faults::new();
    for group in FORM.groups {
        let filled = group.name == FIRST_STEP || group.shown(&fields).iter().any(|(_, name, _)| fields.has(name));
        if filled {
            for fault in FORM.check_group(group, &fields, context).all() {
                faults.copy(fault);
            }
        }
    }
    let charge = charge(tx, viewer, None, &fields, &mut faults).await?;
    if !faults.is_empty() {
        return Err(refuse(SiteRefusal::Fields(faults)));
    }
    let now = app.clock().now().as_millisecond();
    // 71: entered on the registry's own screens. A number that is taken by chance (1 in 10^12) fails on the key, and the person tries again.
    let id = app
        .with_random(|r| SiteId::from_free_digits(r.next_u64(), 71))
        .ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a site ID could not be made")))?;
    let copies = Copies::of(app, &fields)?;
    let values = values![
        id.to_string(),
        prime.to_string(),
        copies.name.as_str(),
        copies.address,
        copies.orderer,
        copies.from,
        copies.to,
        copies.boundary,
        now,
        json(&fields)?,
        json(publication)?
    ];
    tx.run(&queries::INSERT_SITE, values).await?;
    let node = app.new_key();
    tx.run(
        &queries::INSERT_NODE_OF_PRIME,
        values![node, id.to_string(), prime.to_string(), copies.name.as_str(), now],
    )
    .await?;
    let what = serde_json::json!({ "registered": { "name": copies.name } });
    note(app, tx, viewer, id, Subject::Site, &id.to_string(), &what).await?;
    if let Some(colleague) = charge {
        accounts::give(app, tx, viewer, &colleague, id).await?;
    }
    Ok(id)
}

/// What a new site takes over from another one of the same prime.
#[must_use]
pub fn copied(site: &OpenSite) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in site.head.fields.iter().filter(|(name, _)| site::is_copied(name)) {
        fields.set(name, value);
    }
    fields
}

/// Who is put in charge (現場担当者): somebody of the company. Gives him if he is a site manager who does not have the site yet; only
/// who keeps accounts may name such a one.
pub(super) async fn charge(
    tx: &Tx,
    viewer: &Viewer,
    site: Option<SiteId>,
    fields: &Fields,
    faults: &mut Faults,
) -> Result<Option<Colleague>, StoreError> {
    let Some(company) = viewer.company_id() else {
        return Ok(None);
    };
    if fields.has("tier") {
        let tiers = accounts::tier_names(tx, company).await?;
        if !tiers.iter().any(|(id, _)| id == fields.get("tier")) {
            faults.add("tier", "field-choice");
        }
    }
    let contact = fields.get("contact");
    if contact.is_empty() {
        return Ok(None);
    }
    let found = accounts::colleagues(tx, company).await?.into_iter().find(|c| c.id == contact);
    let Some(colleague) = found else {
        // Whoever registers a site by a program is nobody's colleague.
        if contact != viewer.account {
            faults.add("contact", "field-choice");
        }
        return Ok(None);
    };
    if !colleague.needs_sites {
        return Ok(None);
    }
    let given: BTreeSet<SiteId> = accounts::sites_of(tx, &colleague.id).await?;
    if site.is_some_and(|site| given.contains(&site)) {
        return Ok(None);
    }
    if !viewer.may(Act::KeepAccounts) {
        faults.add("contact", "site-contact-not-given");
        return Ok(None);
    }
    Ok(Some(colleague))
}

/// The columns beside the fields that lists and rules ask.
pub(super) struct Copies {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) orderer: String,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) boundary: i32,
}

impl Copies {
    /// Of fields that were checked.
    pub(super) fn of(app: &App, fields: &Fields) -> Result<Self, StoreError> {
        let day = |name: &str| {
            let day: Result<domain::WorkDay, _> = fields.get(name).parse();
            day.map(domain::WorkDay::to_number)
                .map_err(|_| crate::rows::unreadable("site.body"))
        };
        Ok(Self {
            name: fields.get("name").to_owned(),
            address: site::address(fields, &app.masters()),
            orderer: fields.get("contract.0.orderer").to_owned(),
            from: day("from")?,
            to: day("to")?,
            boundary: fields.get("boundary").parse::<i32>().unwrap_or(0) * 60,
        })
    }
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| crate::rows::unreadable("site.body"))
}
