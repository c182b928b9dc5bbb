//! Columns ↔ `domain::device`.

use domain::device::{Device, Report};
use jiff::{SignedDuration, Timestamp};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::StoreError;

use crate::rows::{id, millisecond};

#[derive(FromQueryResult)]
pub(super) struct DeviceColumns {
    pub(super) reader_id: String,
    pub(super) device_id: String,
    first_seen_at: i64,
    last_seen_at: i64,
    clock_offset_ms: Option<i64>,
    sender: Option<String>,
    backlog: Option<i64>,
    highest: Option<i64>,
    chain: Option<String>,
    broken_at: Option<i64>,
    numbers: String,
    gap_since: Option<i64>,
    rewound_at: Option<i64>,
    pub(super) told: String,
}

impl DeviceColumns {
    pub(super) fn read(self) -> Result<Device, StoreError> {
        let at = |ms: Option<i64>| ms.map(|ms| millisecond(ms, "reader_device")).transpose();
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(Device {
            first: millisecond(self.first_seen_at, "reader_device.first_seen_at")?,
            last: millisecond(self.last_seen_at, "reader_device.last_seen_at")?,
            clock_ahead: self.clock_offset_ms.map(SignedDuration::from_millis),
            sender: self.sender,
            report: self.highest.map(|highest| Report {
                backlog: number(self.backlog.unwrap_or(0)),
                highest: number(highest),
                chain: self.chain,
                broken_at: self.broken_at.map(number),
            }),
            numbers: id(&self.numbers, "reader_device.numbers")?,
            gap_since: at(self.gap_since)?,
            rewound_at: at(self.rewound_at)?,
        })
    }
}

/// A device as a row of [`super::queries::NOTE`].
pub(super) fn row(reader: &str, device_id: &str, device: &Device) -> impl Serialize {
    let at = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let report = device.report.as_ref();
    (
        reader.to_owned(),
        device_id.to_owned(),
        at(Some(device.first)),
        at(Some(device.last)),
        device
            .clock_ahead
            .map(|ahead| i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX)),
        device.sender.clone(),
        report.map(|r| number(r.backlog)),
        report.map(|r| number(r.highest)),
        report.and_then(|r| r.chain.clone()),
        report.and_then(|r| r.broken_at.map(number)),
        device.numbers.to_string(),
        at(device.gap_since),
        at(device.rewound_at),
    )
}
