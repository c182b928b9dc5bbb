//! Use case: the prime enters an entry that the gate missed, for a day on which only an exit was seen. It becomes a touch like any
//! other, with the account as its source, so the day's story shows who entered it.
//! (What worker and employer enter themselves is the room `direct`.)

use std::collections::BTreeSet;

use domain::access::Act;
use domain::{Direction, time};
use jiff::civil::Time;
use store::Tx;
use web::FieldErrors;

use super::around::Around;
use super::day::VisibleDay;
use super::receive::{Incoming, Received, lock_workers, receive};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};

/// Why it is not entered.
pub(super) enum EnterRefusal {
    /// Only the prime may.
    Forbidden,
    /// The time is wrong.
    Field(FieldErrors),
}

fn field(key: &'static str) -> UseCaseError<EnterRefusal> {
    let mut errors = FieldErrors::new();
    errors.add("time", key);
    UseCaseError::Refused(EnterRefusal::Field(errors))
}

/// Enters an entry at `text` (`07:30`) on the day, if it has none. A time before the site's day boundary is after midnight.
///
/// # Errors
/// [`EnterRefusal`].
pub(super) async fn enter_entry(app: &App, tx: &Tx, viewer: &Viewer, day: &VisibleDay, text: &str) -> UseCase<(), EnterRefusal> {
    if !(day.is_prime && viewer.may(Act::KeepSite)) {
        return Err(UseCaseError::Refused(EnterRefusal::Forbidden));
    }
    if day.is_void() {
        return Err(field("day-entry-refused"));
    }
    let clock: Time = text.trim().parse().map_err(|_| field("day-entry-no-time"))?;
    // Held first: of two who enter at once, the second finds the entry of the first.
    lock_workers(tx, &BTreeSet::from([day.worker])).await?;
    let around = Around::without_touches(tx, &BTreeSet::from([(day.worker, day.site, day.day)])).await?;
    let boundary = around.sites.get(&day.site).map_or(0, |s| s.boundary);
    let before_boundary = i32::from(clock.hour()) * 60 + i32::from(clock.minute()) < i32::from(boundary);
    let at = day
        .day
        .plus(i32::from(before_boundary))
        .date()
        .to_datetime(clock)
        .to_zoned(time::japan())
        .map_err(|_| field("day-entry-no-time"))?
        .timestamp();
    match around.histories.values().find_map(|history| history.attendance.first_in) {
        Some(entry) if entry == at => return Ok(()), // A second click.
        Some(_) => return Err(field("day-entry-refused")),
        None => {}
    }
    if day.last_out().is_some_and(|out| at > out) {
        return Err(field("day-entry-after-exit"));
    }
    let touch = Incoming {
        source: viewer.account.clone(),
        site: day.site,
        item_id: app.new_key(),
        worker_id: day.worker.to_string(),
        site_id: day.site.to_string(),
        at,
        direction: Direction::In,
        method: "prime".to_owned(),
        seq: None,
        card_issue: None,
    };
    let masters = app.masters();
    match receive(tx, app.clock(), masters.policies(), &[touch]).await?.first() {
        Some(Received::Stored { .. }) => Ok(()),
        _ => Err(field("day-entry-refused")),
    }
}
