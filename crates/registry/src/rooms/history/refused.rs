//! Touches that were refused and are not settled yet: for the prime to read, and to be tried again.

use std::collections::BTreeSet;

use domain::judge::{Mender, Refusal};
use domain::{Direction, SiteId, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::T;
use wire::Remark;

use super::queries;
use super::receive::Incoming;
use super::words::{About, Names};
use crate::App;
use crate::rooms::site::OpenSite;
use crate::rows::{second, unreadable};

#[derive(FromQueryResult)]
struct RefusedRow {
    source: String,
    worker_id: String,
    at: i64,
    direction: String,
    method: String,
    item_id: String,
    seq: Option<i64>,
    refusal: String,
    card_issue: Option<i32>,
    worker_name: Option<String>,
    reader_name: Option<String>,
}

/// A refused touch as the prime reads it.
#[derive(Debug)]
pub(crate) struct RefusedTouch {
    pub(crate) at: Timestamp,
    pub(crate) direction: Direction,
    pub(crate) who: String,
    pub(crate) reader: String,
    pub(crate) remark: Remark,
    /// The prime can mend it.
    pub(crate) mends: bool,
}

/// The newest refused touches of a site, at most `limit`. Whoever is named in them is put to `people`.
///
/// # Errors
/// If the database fails.
pub(crate) async fn refused_touches(
    app: &App,
    tx: &Tx,
    t: &T,
    site: &OpenSite,
    limit: i64,
    people: &mut BTreeSet<WorkerId>,
) -> Result<Vec<RefusedTouch>, StoreError> {
    let rows: Vec<RefusedRow> = tx
        .all(&queries::OPEN_REFUSED_OF_SITE, values![site.head.id.to_string(), limit])
        .await?;
    let names = Names::new();
    let today = app.clock().today();
    let about = About {
        site: site.head.id,
        prime: &site.head.prime.1,
        names: &names,
        handle: "",
        day: today,
        mending_months: 1,
    };
    let mut refused = Vec::new();
    for row in rows {
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(|_| unreadable("refused_touch.refusal"))?;
        people.extend(row.worker_name.as_ref().and_then(|_| row.worker_id.parse::<WorkerId>().ok()));
        refused.push(RefusedTouch {
            at: second(row.at, "refused_touch.at")?,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("refused_touch.direction"))?,
            // An ID that is nobody's is shown as typed, so that it can be put right; somebody's is shown by name.
            who: row.worker_name.unwrap_or(row.worker_id),
            reader: row.reader_name.unwrap_or_default(),
            mends: matches!(refusal.mender(), Mender::Prime | Mender::DeviceKeeper),
            remark: about.refusal(t, &refusal),
        });
    }
    Ok(refused)
}

/// Refused touches of a site that may pass now. Those with a wrong site or a broken form, or too
/// late, never will. In the order of their workers, as intake locks them.
pub(super) async fn refused_to_try_again(tx: &Tx, site: SiteId) -> Result<Vec<Incoming>, StoreError> {
    let rows: Vec<RefusedRow> = tx
        .all(&queries::OPEN_REFUSED_OF_SITE, values![site.to_string(), i64::MAX])
        .await?;
    let mut items = Vec::new();
    for row in rows {
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(|_| unreadable("refused_touch.refusal"))?;
        if matches!(
            refusal,
            Refusal::UnknownSite | Refusal::Malformed { .. } | Refusal::TooOld { .. }
        ) {
            continue;
        }
        items.push(Incoming {
            source: row.source,
            site,
            item_id: row.item_id,
            worker_id: row.worker_id,
            site_id: site.to_string(),
            at: second(row.at, "refused_touch.at")?,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("refused_touch.direction"))?,
            method: row.method,
            seq: row.seq.and_then(|n| u64::try_from(n).ok()),
            card_issue: row.card_issue.and_then(|n| u16::try_from(n).ok()),
        });
    }
    items.sort_by(|a, b| a.worker_id.cmp(&b.worker_id));
    Ok(items)
}
