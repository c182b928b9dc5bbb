//! The devices of a site as its page of card readers shows them.

use std::collections::BTreeMap;

use domain::SiteId;
use domain::device::{Concern, Device, range};
use jiff::Timestamp;
use store::{StoreError, Tx, values};

use super::heard::{Held, limits, others};
use super::queries;
use super::rows::DeviceColumns;
use crate::App;

/// Most gaps shown of a device; of more, the latest.
const GAPS_SHOWN: usize = 5;

/// A device.
#[derive(Debug)]
pub(crate) struct DeviceLine {
    /// Last contact.
    pub(crate) last: Timestamp,
    /// Seconds its clock runs ahead (behind if negative).
    pub(crate) clock_seconds: Option<i64>,
    /// Program and version; empty if it told none.
    pub(crate) sender: String,
    /// Touches that wait on it.
    pub(crate) backlog: Option<i64>,
    /// Highest running number that came in.
    pub(crate) highest: Option<i64>,
    /// Running numbers that are missing: `7`, `502-900`.
    pub(crate) gaps: Vec<String>,
    /// What somebody has to mend.
    pub(crate) concerns: Vec<Concern>,
}

impl DeviceLine {
    fn of(device: &Device, concerns: Vec<Concern>) -> Self {
        let gaps = device.numbers.gaps();
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let from = gaps.len().saturating_sub(GAPS_SHOWN);
        Self {
            last: device.last,
            clock_seconds: device.clock_ahead.map(|ahead| ahead.as_secs()),
            sender: device.sender.clone().unwrap_or_default(),
            backlog: device.report.as_ref().map(|report| number(report.backlog)),
            highest: device.numbers.highest().map(number),
            gaps: gaps[from..].iter().map(|(first, last)| range(*first, *last)).collect(),
            concerns,
        }
    }

    /// Whether this must be mended.
    pub(crate) fn has(&self, concern: Concern) -> bool {
        self.concerns.contains(&concern)
    }
}

/// The devices of a site's readers, by the reader's key; of each the one heard of last first. To be asked for whoever keeps the
/// site.
///
/// # Errors
/// If the database fails.
pub(crate) async fn of_site(app: &App, tx: &Tx, site: SiteId) -> Result<BTreeMap<String, Vec<DeviceLine>>, StoreError> {
    let mut held = Held::new();
    let mut order = Vec::new();
    for columns in tx.all::<DeviceColumns>(&queries::OF_SITE, values![site.to_string()]).await? {
        let key = (columns.reader_id.clone(), columns.device_id.clone());
        order.push(key.clone());
        held.insert(key, (columns.read()?, String::new()));
    }
    let masters = app.masters();
    let (now, limits) = (app.clock().now(), limits(masters.policies(), app.clock().today()));
    let mut lines: BTreeMap<String, Vec<DeviceLine>> = BTreeMap::new();
    for key in order {
        if let Some((device, _)) = held.get(&key) {
            let concerns = device.concerns(&others(&held, &key), now, &limits);
            let line = DeviceLine::of(device, concerns.into_iter().collect());
            lines.entry(key.0).or_default().push(line);
        }
    }
    Ok(lines)
}
