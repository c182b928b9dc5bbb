//! Use case: the prime is told of what somebody has to mend at a device. Once for as long as it holds.

use domain::CompanyId;
use domain::device::Concern;
use sea_orm::FromQueryResult;
use store::{StoreError, values};

use super::heard::{hold, limits, others, words};
use super::queries;
use crate::App;
use crate::rooms::notices::{self, Whom};
use crate::rows::id;

#[derive(FromQueryResult)]
struct ReaderRow {
    name: String,
    site_id: String,
    site_name: String,
    prime_id: String,
}

/// Tells what was not told yet of a reader's devices, and forgets what holds no more, so that it is told when it comes again.
///
/// # Errors
/// If the database fails.
pub(crate) async fn tell(app: &App, reader: &str) -> Result<(), StoreError> {
    let tx = app.db().write().await?;
    let held = hold(&tx, [reader]).await?;
    let Some(about) = tx.one::<ReaderRow>(&queries::READER, values![reader]).await? else {
        return Ok(());
    };
    let prime: CompanyId = id(&about.prime_id, "site.prime_id")?;
    let link = format!("/sites/{}/readers", about.site_id);
    let masters = app.masters();
    let (now, limits) = (app.clock().now(), limits(masters.policies(), app.clock().today()));
    // That two devices share a key is one thing to be told, not one of each.
    let mut told_shared = held
        .values()
        .any(|(_, told)| told.split(' ').any(|word| word == Concern::Shared.word()));
    for (key, (device, told)) in &held {
        let concerns = device.concerns(&others(&held, key), now, &limits);
        for concern in &concerns {
            let known = told.split(' ').any(|word| word == concern.word());
            if known || (*concern == Concern::Shared && std::mem::replace(&mut told_shared, true)) {
                continue;
            }
            let sentence = format!("notice-device-{}", concern.word());
            let args = [("reader", about.name.as_str()), ("site", about.site_name.as_str())];
            notices::tell(app, &tx, &Whom::Company(prime), &sentence, &args, Some(&link)).await?;
        }
        let holds = words(concerns);
        if holds != *told {
            tx.run(&queries::TOLD, values![reader, key.1.as_str(), holds]).await?;
        }
    }
    tx.commit().await
}
