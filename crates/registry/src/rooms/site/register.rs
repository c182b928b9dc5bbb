//! Use case: the prime registers a site (610 > 10), from an empty form or from another site.

use domain::access::Act;
use domain::form::{Context, Faults, Fields};
use domain::site::{self, FORM, MoveFault, Publication};
use domain::{CompanyId, SiteId};
use rand::Rng;
use store::{Rows, StoreError, Tx, values};

use super::{OpenSite, Subject, note_all, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::accounts::{self, Colleague};
use crate::rooms::application::Offered;

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
    let prime = may_register(viewer).ok_or(refuse(SiteRefusal::Forbidden))?;
    let staff = Staff::of(tx, prime).await?;
    let new = check(app, viewer, &staff, typed)?;
    let new = new.map_err(|faults| refuse(SiteRefusal::Fields(faults)))?;
    let ids = write(app, tx, viewer, prime, &[new], publication).await?;
    ids.first().copied().ok_or_else(no_id)
}

/// The company for which the viewer may register sites.
pub(super) fn may_register(viewer: &Viewer) -> Option<CompanyId> {
    viewer.company_id().filter(|_| viewer.may(Act::RegisterSite))
}

/// What the form of a new site holds before anything is typed.
pub(super) fn prefilled(viewer: &Viewer) -> Fields {
    [
        ("boundary", "0"),
        ("contact", viewer.account.as_str()),
        ("tier", viewer.tier.as_deref().unwrap_or_default()),
    ]
    .into_iter()
    .collect()
}

/// A site that can be registered.
pub(super) struct NewSite {
    pub(super) fields: Fields,
    pub(super) copies: Copies,
    charge: Option<Colleague>,
}

/// Whether a site can be registered so. Writes nothing.
pub(super) fn check(app: &App, viewer: &Viewer, staff: &Staff, typed: &Fields) -> Result<Result<NewSite, Faults>, StoreError> {
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
    let charge = charge(viewer, staff, |_| false, &fields, &mut faults);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let copies = Copies::of(app, &fields)?;
    Ok(Ok(NewSite { fields, copies, charge }))
}

/// Registers sites that were checked, in their order.
pub(super) async fn write(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    prime: CompanyId,
    sites: &[NewSite],
    publication: &Publication,
) -> UseCase<Vec<SiteId>, SiteRefusal> {
    let now = app.clock().now().as_millisecond();
    let (mut ids, mut rows, mut nodes, mut told) = (Vec::new(), Rows::new(), Rows::new(), Vec::new());
    for site in sites {
        // 71: entered on the registry's own screens. A number that is taken by chance (1 in 10^12) fails on the key, and the person tries again.
        let id = app
            .with_random(|r| SiteId::from_free_digits(r.next_u64(), 71))
            .ok_or_else(no_id)?;
        let copies = &site.copies;
        rows.push((
            id.to_string(),
            &copies.name,
            &copies.address,
            &copies.orderer,
            copies.from,
            copies.to,
            copies.boundary,
            json(&site.fields)?,
        ))?;
        nodes.push((app.new_key(), id.to_string(), &copies.name))?;
        told.push((id, serde_json::json!({ "registered": { "name": copies.name } })));
        ids.push(id);
    }
    let prime_id = prime.to_string();
    tx.run(
        &queries::INSERT_SITES,
        values![rows, prime_id.as_str(), now, json(publication)?],
    )
    .await?;
    tx.run(&queries::INSERT_NODES_OF_PRIME, values![nodes, prime_id.as_str(), now])
        .await?;
    let told = told.iter().map(|(id, what)| (*id, id.to_string(), what));
    note_all(app, tx, viewer, Subject::Site, told).await?;
    for (site, id) in sites.iter().zip(&ids) {
        if let Some(colleague) = &site.charge {
            accounts::give(app, tx, viewer, colleague, *id).await?;
        }
    }
    Ok(ids)
}

fn no_id() -> UseCaseError<SiteRefusal> {
    UseCaseError::broken(anyhow::anyhow!("a site ID could not be made"))
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

/// Whom a company can put in charge of its sites, and its tiers.
pub(super) struct Staff {
    colleagues: Vec<Colleague>,
    tiers: Vec<(String, String)>,
}

impl Staff {
    /// Of a company.
    pub(super) async fn of(tx: &Tx, company: CompanyId) -> Result<Self, StoreError> {
        Ok(Self {
            colleagues: accounts::colleagues(tx, company).await?,
            tiers: accounts::tier_names(tx, company).await?,
        })
    }

    /// The same as the form offers it.
    pub(super) fn offered(self) -> Offered {
        let contacts = self.colleagues.into_iter().map(|c| (c.id, c.name)).collect();
        Offered::from([("contact", contacts), ("tier", self.tiers)])
    }
}

/// Who is put in charge (現場担当者): somebody of the company. Gives him if he is a site manager who does not have the site yet; only
/// who keeps accounts may name such a one. `has_it`: whether the account with this key does.
pub(super) fn charge(
    viewer: &Viewer,
    staff: &Staff,
    has_it: impl Fn(&str) -> bool,
    fields: &Fields,
    faults: &mut Faults,
) -> Option<Colleague> {
    if fields.has("tier") && !staff.tiers.iter().any(|(id, _)| id == fields.get("tier")) {
        faults.add("tier", "field-choice");
    }
    let contact = fields.get("contact");
    if contact.is_empty() {
        return None;
    }
    let Some(colleague) = staff.colleagues.iter().find(|c| c.id == contact) else {
        // Whoever registers a site by a program is nobody's colleague.
        if contact != viewer.account {
            faults.add("contact", "field-choice");
        }
        return None;
    };
    if !colleague.needs_sites || has_it(&colleague.id) {
        return None;
    }
    if !viewer.may(Act::KeepAccounts) {
        faults.add("contact", "site-contact-not-given");
        return None;
    }
    Some(colleague.clone())
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
