//! Use cases: the prime registers a site (610 > 10) and changes it (610 > 30).

use domain::access::Act;
use domain::{SiteId, WorkDay};
use rand::Rng;
use serde::{Deserialize, Serialize};
use store::{Tx, values};
use web::FieldErrors;

use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history;

/// What is typed into the form of a site.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteForm {
    /// 現場名.
    pub name: String,
    /// Address.
    pub address: String,
    /// 発注者, may be empty.
    pub orderer: String,
    /// First day of the history period, `2026-11-21`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Hour at which the work day begins, 0 to 12.
    pub boundary: String,
    /// Version the form was made from (changes only).
    pub version: String,
}

/// Why a site is not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteRefusal {
    /// The viewer may not.
    Forbidden,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// Somebody else changed the site meanwhile.
    ChangedMeanwhile,
}

struct Checked {
    name: String,
    address: String,
    orderer: String,
    from: WorkDay,
    to: WorkDay,
    boundary: i32,
}

/// Longest period a site may have: a typing fault in the year would otherwise open the gate for centuries.
const MOST_YEARS: i16 = 30;

fn check(form: &SiteForm) -> Result<Checked, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut text = |field: &'static str, value: &str, most: usize, needed: bool| {
        let value = value.trim().to_owned();
        if needed && value.is_empty() {
            errors.add(field, "field-needed");
        } else if value.chars().count() > most {
            errors.add_with(field, "field-too-long", vec![("most", most.into())]);
        } else if value.chars().any(char::is_control) {
            errors.add(field, "field-control-characters");
        }
        value
    };
    let (name, address, orderer) = (
        text("name", &form.name, 100, true),
        text("address", &form.address, 200, true),
        text("orderer", &form.orderer, 100, false),
    );
    let from = errors.take("from", form.from.trim().parse::<WorkDay>(), |_| "field-no-day".into());
    let to = errors.take("to", form.to.trim().parse::<WorkDay>(), |_| "field-no-day".into());
    let hour = form.boundary.trim().parse::<u8>().ok().filter(|h| *h <= 12);
    if hour.is_none() {
        errors.add("boundary", "site-boundary-range");
    }
    if let (Some(from), Some(to)) = (from, to) {
        if to < from {
            errors.add("to", "site-period-backward");
        } else if to.date().year() - from.date().year() > MOST_YEARS {
            errors.add_with("to", "site-period-long", vec![("years", i64::from(MOST_YEARS).into())]);
        }
    }
    match (from, to, hour) {
        (Some(from), Some(to), Some(hour)) if errors.is_empty() => Ok(Checked {
            name,
            address,
            orderer,
            from,
            to,
            boundary: i32::from(hour) * 60,
        }),
        _ => Err(errors),
    }
}

/// Registers a site; the viewer's company becomes its prime, tier 0 of the organisation.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn register(app: &App, tx: &Tx, viewer: &Viewer, form: &SiteForm) -> UseCase<SiteId, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    let prime = viewer
        .company_id()
        .filter(|_| viewer.may(Act::RegisterSite))
        .ok_or(refuse(SiteRefusal::Forbidden))?;
    let site = check(form).map_err(|e| refuse(SiteRefusal::Fields(e)))?;
    let now = app.clock().now().as_millisecond();
    // 71: entered on the registry's own screens. A number that is taken by chance (1 in 10^12) fails on the key, and the person tries again.
    let id = app
        .with_random(|r| SiteId::from_free_digits(r.next_u64(), 71))
        .ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("a site ID could not be made")))?;
    let values = values![
        id.to_string(),
        prime.to_string(),
        site.name.as_str(),
        site.address,
        site.orderer,
        site.from.to_number(),
        site.to.to_number(),
        site.boundary,
        now
    ];
    tx.run(&queries::INSERT_SITE, values).await?;
    let node = app.new_key();
    tx.run(
        &queries::INSERT_NODE_OF_PRIME,
        values![node, id.to_string(), prime.to_string(), site.name.as_str(), now],
    )
    .await?;
    let what =
        serde_json::json!({ "registered": { "name": site.name, "from": site.from, "to": site.to, "boundary": site.boundary } });
    note(app, tx, viewer, id, Subject::Site, &id.to_string(), &what).await?;
    Ok(id)
}

/// Changes a site. Touches refused for the period are taken in again if the new period holds them.
///
/// # Errors
/// [`SiteRefusal`].
pub async fn change(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &SiteForm) -> UseCase<usize, SiteRefusal> {
    let refuse = UseCaseError::Refused;
    if !(site.is_prime() && viewer.may(Act::KeepSite)) {
        return Err(refuse(SiteRefusal::Forbidden));
    }
    let new = check(form).map_err(|e| refuse(SiteRefusal::Fields(e)))?;
    let head = &site.head;
    let as_it_is = (
        &head.name,
        &head.address,
        &head.orderer,
        head.period,
        i32::from(head.boundary),
    );
    if as_it_is == (&new.name, &new.address, &new.orderer, (new.from, new.to), new.boundary) {
        return Ok(0);
    }
    let version: i32 = form.version.parse().map_err(|_| refuse(SiteRefusal::ChangedMeanwhile))?;
    let id = site.head.id;
    if new.boundary != i32::from(site.head.boundary) && history::any_at(tx, id).await? {
        let mut errors = FieldErrors::new();
        errors.add("boundary", "site-boundary-fixed");
        return Err(refuse(SiteRefusal::Fields(errors)));
    }
    let values = values![
        id.to_string(),
        new.name.as_str(),
        new.address,
        new.orderer,
        new.from.to_number(),
        new.to.to_number(),
        new.boundary,
        version
    ];
    if tx.run(&queries::UPDATE_SITE, values).await? == 0 {
        return Err(refuse(SiteRefusal::ChangedMeanwhile));
    }
    let what = serde_json::json!({ "changed": { "name": new.name, "from": new.from, "to": new.to, "boundary": new.boundary } });
    note(app, tx, viewer, id, Subject::Site, &id.to_string(), &what).await?;
    Ok(history::take_in_refused(tx, app.clock(), app.masters().policies(), id).await?)
}
