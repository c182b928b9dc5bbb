//! Use cases: take a paper in, read it, remove it; and cleaning up behind them.

use std::collections::BTreeSet;

use anyhow::Context;
use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::{Rows, Tx, values};

use super::inspect::{Cut, Whole};
use super::photo::most_zoom;
use super::{Checked, Crop, PaperKind, PaperRefusal, Upload, inspect, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError};
use crate::rows::{millisecond, unreadable};

/// What is known of a paper without its bytes.
#[derive(Debug, Clone)]
pub struct PaperHead {
    /// Key.
    pub key: String,
    /// What it is for.
    pub kind: PaperKind,
    /// `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: String,
    /// Size of the stored bytes.
    pub bytes: i64,
    /// SHA-256 of the stored bytes, in hex.
    pub sha256: String,
    /// Width and height of a picture, in pixels.
    pub size: Option<(i32, i32)>,
    /// The file's name as it was sent.
    pub file_name: String,
    /// Account that sent it.
    pub account: String,
    /// When.
    pub at: Timestamp,
}

/// A paper with its bytes.
#[derive(Debug, Clone)]
pub struct StoredPaper {
    /// What is known of it.
    pub head: PaperHead,
    /// Its bytes.
    pub bytes: Bytes,
}

#[derive(FromQueryResult)]
struct Columns {
    key: String,
    kind: String,
    media_type: String,
    bytes: i64,
    sha256: String,
    width: Option<i32>,
    height: Option<i32>,
    file_name: String,
    account: String,
    at: i64,
}

#[derive(FromQueryResult)]
struct CutColumns {
    key: String,
    width: i32,
    height: i32,
    crop_zoom: i32,
    crop_x: i32,
    crop_y: i32,
}

#[derive(FromQueryResult)]
struct KeyRow {
    key: String,
}

/// Takes a paper in and gives its key: [`inspect`] and [`put`] in one.
///
/// # Errors
/// [`PaperRefusal`].
pub async fn take(app: &App, tx: &Tx, account: &str, kind: PaperKind, upload: &Upload) -> UseCase<String, PaperRefusal> {
    let checked = inspect(app, kind, upload).await?;
    put(app, tx, account, &checked).await.map_err(UseCaseError::Broken)
}

/// Stores what [`inspect`] passed: first the file, then its row, so a row never lacks its file. If the caller does not commit, the
/// file is cleaned up later ([`sweep`]).
///
/// # Errors
/// If the files or the database fail.
pub async fn put(app: &App, tx: &Tx, account: &str, paper: &Checked) -> anyhow::Result<String> {
    let cut = match &paper.cut {
        None => (None, None),
        Some(Cut {
            whole: Whole::Kept(key),
            crop,
        }) => (Some(key.clone()), Some(*crop)),
        Some(Cut {
            whole: Whole::New(whole),
            crop,
        }) => (Some(write(app, tx, account, whole, (None, None)).await?), Some(*crop)),
    };
    write(app, tx, account, paper, cut).await
}

async fn write(
    app: &App,
    tx: &Tx,
    account: &str,
    paper: &Checked,
    (whole, crop): (Option<String>, Option<Crop>),
) -> anyhow::Result<String> {
    let key = app.new_key();
    app.files().put(&key, paper.bytes.clone()).await?;
    let number = |value: u32| i32::try_from(value).ok();
    let of_crop = |value: fn(Crop) -> u32| crop.and_then(|crop| number(value(crop)));
    tx.run(
        &queries::INSERT,
        values![
            key.as_str(),
            paper.kind.word(),
            paper.media_type,
            i64::try_from(paper.bytes.len())?,
            paper.sha256.as_str(),
            paper.size.and_then(|(width, _)| number(width)),
            paper.size.and_then(|(_, height)| number(height)),
            paper.file_name.as_str(),
            account,
            app.clock().now().as_millisecond(),
            whole,
            of_crop(|crop| crop.zoom),
            of_crop(|crop| crop.x),
            of_crop(|crop| crop.y)
        ],
    )
    .await?;
    Ok(key)
}

/// What a photo was cut from, and how.
#[derive(Debug, Clone)]
pub struct PhotoCut {
    /// Key of the whole picture.
    pub whole: String,
    /// The part.
    pub crop: Crop,
    /// How far it may be enlarged, in percent.
    pub most_zoom: u32,
}

/// What a photo was cut from; `None` if it is no photo, or its picture is not kept any more. Who may know it is the caller's rule.
///
/// # Errors
/// If the database fails.
pub async fn cut_of(tx: &Tx, photo: &str) -> store::Result<Option<PhotoCut>> {
    let row: Option<CutColumns> = tx.one(&queries::CUT, values![photo]).await?;
    row.map(|row| {
        let number = |value: i32| u32::try_from(value).map_err(|_| unreadable("paper.crop"));
        Ok(PhotoCut {
            crop: Crop {
                zoom: number(row.crop_zoom)?,
                x: number(row.crop_x)?,
                y: number(row.crop_y)?,
            },
            most_zoom: most_zoom((number(row.width)?, number(row.height)?)),
            whole: row.key,
        })
    })
    .transpose()
}

/// What is known of a paper; `None` if there is none or it was removed. Who may know it is the caller's rule.
///
/// # Errors
/// If the database fails.
pub async fn head(tx: &Tx, paper: &str) -> store::Result<Option<PaperHead>> {
    let Some(row) = tx.one::<Columns>(&queries::HEAD, values![paper]).await? else {
        return Ok(None);
    };
    Ok(Some(PaperHead {
        kind: PaperKind::from_word(&row.kind).ok_or_else(|| unreadable("paper.kind"))?,
        at: millisecond(row.at, "paper.at")?,
        size: row.width.zip(row.height),
        key: row.key,
        media_type: row.media_type,
        bytes: row.bytes,
        sha256: row.sha256,
        file_name: row.file_name,
        account: row.account,
    }))
}

/// A paper with its bytes; `None` if there is none or it was removed. Who may read it is the caller's rule.
///
/// # Errors
/// If the database or the files fail, or the file is not what was stored.
pub async fn read(app: &App, tx: &Tx, paper: &str) -> anyhow::Result<Option<StoredPaper>> {
    let Some(head) = head(tx, paper).await? else { return Ok(None) };
    let bytes = app.files().get(&head.key).await?;
    anyhow::ensure!(
        hex::encode(Sha256::digest(&bytes)) == head.sha256,
        "the file of a paper was changed or is damaged"
    );
    Ok(Some(StoredPaper { head, bytes }))
}

/// Removes a paper, and with a photo the picture that it was cut from: at once nobody can read them any more; the files go with the next
/// [`sweep`]. Doing it twice is fine.
///
/// # Errors
/// If the database fails.
pub async fn remove(app: &App, tx: &Tx, paper: &str) -> anyhow::Result<()> {
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::REMOVE, values![paper, now]).await?;
    tx.run(&queries::REMOVE_WHOLE, values![paper, now]).await?;
    Ok(())
}

/// Deletes files of removed papers, and files of the last week that never got a row because their transaction failed. A file younger
/// than an hour may still get one. Gives how many were deleted.
///
/// # Errors
/// If the files or the database fail; what was not done is done the next time.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let files = app.files();
    let to_go: Vec<KeyRow> = app.db().read().await?.all(&queries::TO_GO, values![]).await?;
    for row in &to_go {
        files.delete(&row.key).await?;
    }
    if !to_go.is_empty() {
        let tx = app.db().write().await?;
        let rows = Rows::of(to_go.iter().map(|row| [row.key.as_str()]))?;
        tx.run(&queries::GONE, [rows.into_value()]).await?;
        tx.commit().await?;
    }
    let mut deleted = to_go.len();
    let old_enough = app.clock().now() - SignedDuration::from_hours(1);
    for back in 0..7 {
        let found = files.of_day(app.clock().today().plus(-back)).await?;
        let old: BTreeSet<String> = found
            .into_iter()
            .filter(|(_, at)| *at < old_enough)
            .map(|(key, _)| key)
            .collect();
        for keys in old.into_iter().collect::<Vec<_>>().chunks(1_000) {
            let rows = Rows::of(keys.iter().map(|key| [key.as_str()]))?;
            let known: Vec<KeyRow> = app.db().read().await?.all(&queries::KNOWN, [rows.into_value()]).await?;
            let known: BTreeSet<String> = known.into_iter().map(|row| row.key).collect();
            for orphan in keys.iter().filter(|key| !known.contains(*key)) {
                files.delete(orphan).await.context("an orphan")?;
                deleted += 1;
            }
        }
    }
    Ok(deleted)
}
