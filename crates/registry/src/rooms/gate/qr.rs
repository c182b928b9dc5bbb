//! The worker's QRs: the key that the registry signs with, his page that shows a fresh one, and the printed one.

use anyhow::Context;
use askama::Template;
use axum::extract::{Query, State};
use domain::{Clock, Policy, WorkDay};
use qrcode::EcLevel;
use rand::Rng;
use rand::rngs::StdRng;
use serde::Deserialize;
use store::{Db, Tx, values};
use web::{Frame, Page, PageError, T, page};
use wire::qr::QrKey;

use super::code::own;
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::qr::squares;
use crate::rows::{opt_day, unreadable};

/// The registry's key, made when it is opened for the first time.
///
/// # Errors
/// If the database fails.
pub(crate) async fn key(db: &Db, clock: &dyn Clock, random: &mut StdRng) -> anyhow::Result<QrKey> {
    if let Some(key) = kept(&db.read().await?).await? {
        return Ok(key);
    }
    let mut secret = [0u8; 32];
    while QrKey::of(&secret).is_none() {
        random.fill_bytes(&mut secret);
    }
    let tx = db.write().await?;
    let row = values![hex::encode(secret), clock.now().as_millisecond()];
    tx.run(&queries::KEEP_QR_KEY, row).await?;
    let key = kept(&tx).await?.context("the key of the QRs was not kept")?;
    tx.commit().await?;
    Ok(key)
}

async fn kept(tx: &Tx) -> store::Result<Option<QrKey>> {
    let Some(secret) = tx.value::<String>(&queries::QR_KEY, values![]).await? else {
        return Ok(None);
    };
    let mut bytes = [0u8; 32];
    let key = hex::decode_to_slice(secret, &mut bytes).ok().and_then(|()| QrKey::of(&bytes));
    key.map(Some).ok_or_else(|| unreadable("qr_key.secret"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct QrQuery {
    /// Present: the page asks for a fresh picture.
    part: Option<String>,
}

#[derive(Template)]
#[template(path = "gate/templates/qr.html")]
struct QrPage {
    frame: Frame,
    part: Part,
}

/// The picture with all that changes with it.
#[derive(Template)]
#[template(path = "gate/templates/qr_part.html")]
struct Part {
    t: T,
    path: String,
    wide: usize,
    /// For how long it is good.
    seconds: i64,
    /// When the page asks for the next one.
    renew: i64,
}

#[derive(Template)]
#[template(path = "gate/templates/qr_ended.html")]
struct EndedPage {
    frame: Frame,
    ended: WorkDay,
}

/// When the worker's registration ended, if it has.
async fn ended(app: &App, tx: &Tx, worker: &str) -> store::Result<Option<WorkDay>> {
    let ended_on: Option<Option<i32>> = tx.value(&queries::ENDED_ON, values![worker]).await?;
    let ended = opt_day(ended_on.flatten(), "worker.ended_on")?;
    Ok(ended.filter(|day| *day < app.clock().today()))
}

/// A fresh QR. The page asks for the next one when half of its time is over; without script it loads itself anew.
///
/// # Permissions
/// The worker himself.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<QrQuery>) -> Page {
    let worker = own(&viewer).ok_or(PageError::Forbidden)?;
    let home = frame.t.s("portal-home");
    let ended = ended(&app, &app.db().read().await?, &worker.to_string()).await?;
    if let Some(ended) = ended {
        let frame = frame.crumb(home, "/").title("gate-qr-title");
        return page(&EndedPage { frame, ended });
    }
    let text = app.qr_key().sign(worker, app.clock().now());
    let (path, wide) = squares(&text, EcLevel::L)?;
    let seconds = app.masters().policies().at(Policy::QrSeconds, app.clock().today());
    let part = Part {
        t: frame.t.clone(),
        path,
        wide,
        seconds,
        renew: seconds / 2,
    };
    if query.part.is_some() {
        return page(&part);
    }
    let frame = frame.crumb(home, "/").title("gate-qr-title");
    page(&QrPage { frame, part })
}

#[derive(Template)]
#[template(path = "gate/templates/qr_print.html")]
struct PrintPage {
    frame: Frame,
    worker: String,
    path: String,
    wide: usize,
}

/// QRs with the ID alone, to be cut out: they never change, and say less.
///
/// # Permissions
/// The worker himself.
pub(super) async fn print(viewer: Viewer, frame: Frame) -> Page {
    let worker = own(&viewer).ok_or(PageError::Forbidden)?;
    // A sticker gets dirty.
    let (path, wide) = squares(&worker.to_string(), EcLevel::H)?;
    let back = frame.t.s("gate-qr-title");
    page(&PrintPage {
        frame: frame.crumb(back, "/my/qr").title("gate-qr-print-title"),
        worker: worker.grouped(),
        path,
        wide,
    })
}
