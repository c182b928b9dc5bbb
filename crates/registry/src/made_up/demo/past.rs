//! Two months of touches, made by the hour.

use domain::{Direction, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use jiff::civil::Weekday;
use rand::RngExt;

use super::{Made, at};
use crate::rooms::history::{self, Incoming};

fn touch(reader: &str, site: SiteId, worker: WorkerId, at: Timestamp, direction: Direction) -> Incoming {
    Incoming {
        source: reader.to_owned(),
        site,
        item_id: format!("{}-{}", at.as_second(), direction.word()),
        worker_id: worker.to_string(),
        site_id: site.to_string(),
        at,
        direction,
        method: "card".to_owned(),
        seq: None,
        card_issue: None,
    }
}

/// Working days up to yesterday: in the morning in, in the evening out; somebody is ill, somebody forgets the card on the way out or in.
pub(super) async fn days(
    made: &mut Made,
    site: SiteId,
    reader: &str,
    people: &[WorkerId],
    first: WorkDay,
    today: WorkDay,
) -> anyhow::Result<()> {
    let mut day = first;
    while day < today {
        let weekday = day.date().weekday();
        if weekday != Weekday::Sunday && (weekday != Weekday::Saturday || day.date().day() % 2 == 0) {
            let mut batch = Vec::new();
            for worker in people {
                if made.random.random_ratio(1, 12) {
                    continue;
                }
                let came = at(day, 7, made.random.random_range(15..55), made.random.random_range(0..60));
                let left = at(day, 17, made.random.random_range(0..50), made.random.random_range(0..60));
                if !made.random.random_ratio(1, 160) {
                    batch.push(touch(reader, site, *worker, came, Direction::In));
                }
                if !made.random.random_ratio(1, 40) {
                    batch.push(touch(reader, site, *worker, left, Direction::Out));
                }
            }
            send(made, day, batch).await?;
        }
        day = day.plus(1);
    }
    Ok(())
}

/// Three nights a week, over midnight.
pub(super) async fn nights(
    made: &mut Made,
    site: SiteId,
    reader: &str,
    people: &[WorkerId],
    first: WorkDay,
    today: WorkDay,
) -> anyhow::Result<()> {
    let mut day = first;
    while day.plus(1) < today {
        if matches!(day.date().weekday(), Weekday::Friday | Weekday::Saturday) {
            let mut batch = Vec::new();
            for worker in people {
                batch.push(touch(
                    reader,
                    site,
                    *worker,
                    at(day, 21, made.random.random_range(0..40), 0),
                    Direction::In,
                ));
                batch.push(touch(
                    reader,
                    site,
                    *worker,
                    at(day.plus(1), 5, made.random.random_range(0..30), 0),
                    Direction::Out,
                ));
            }
            send(made, day.plus(1), batch).await?;
        }
        day = day.plus(1);
    }
    Ok(())
}

async fn send(made: &Made, day: WorkDay, batch: Vec<Incoming>) -> anyhow::Result<()> {
    made.clock.set(at(day, 18, 30, 0));
    let masters = made.app.masters();
    let tx = made.tx().await?;
    history::receive(&tx, made.app.clock(), masters.policies(), &batch).await?;
    tx.commit().await?;
    Ok(())
}
