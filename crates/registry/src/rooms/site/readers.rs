//! Use cases: a reader gets a key, and loses it; what may be used at it beside the card.

use domain::access::Act;
use domain::qr::QrUse;
use domain::{SiteId, WorkDay};
use rand::Rng;
use sea_orm::FromQueryResult;
use store::{Tx, values};
use web::FieldErrors;

use super::list::pattern;
use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer, key_hash};
use crate::rows::{day, id};

/// Why a reader is not added or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderRefusal {
    /// Only the prime keeps readers.
    Forbidden,
    /// Its name is wrong.
    Fields(FieldErrors),
    /// The same set-up has made it before, and its key was taken away since.
    Revoked,
}

/// A reader just added. The key is shown this once; the registry keeps only its hash.
#[derive(Debug)]
pub struct NewReader {
    /// Key of its row.
    pub id: String,
    /// The secret it sends.
    pub key: String,
}

/// Adds a reader to a site of the prime.
///
/// # Errors
/// [`ReaderRefusal`].
pub async fn add_reader(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, name: &str) -> UseCase<NewReader, ReaderRefusal> {
    let mut chance = [0u8; 32];
    app.with_random(|r| r.fill_bytes(&mut chance));
    add_reader_with(app, tx, viewer, site, name, &hex::encode(chance)).await
}

/// The same with a key made of this secret, which nobody else may know or guess. The same secret again finds the reader that it made.
///
/// # Errors
/// [`ReaderRefusal`].
pub(crate) async fn add_reader_with(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    name: &str,
    secret: &str,
) -> UseCase<NewReader, ReaderRefusal> {
    may_keep(viewer, site)?;
    let name = name.trim();
    let mut errors = FieldErrors::new();
    if name.is_empty() {
        errors.add("name", "field-needed");
    } else if name.chars().count() > 60 {
        errors.add_with("name", "field-too-long", vec![("most", 60.into())]);
    } else if name.chars().any(char::is_control) {
        errors.add("name", "field-control-characters");
    }
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(ReaderRefusal::Fields(errors)));
    }
    let reader = NewReader {
        id: app.new_key(),
        key: key_of(secret),
    };
    let now = app.clock().now().as_millisecond();
    let added = tx
        .run(
            &queries::INSERT_READER,
            values![reader.id.as_str(), site.head.id.to_string(), name, key_hash(&reader.key), now],
        )
        .await?;
    if added == 0 {
        return match reader_of(tx, site, secret).await? {
            Some(known) if known.revoked_at.is_none() => Ok(NewReader { id: known.id, ..reader }),
            _ => Err(UseCaseError::Refused(ReaderRefusal::Revoked)),
        };
    }
    note(
        app,
        tx,
        viewer,
        site.head.id,
        Subject::Reader,
        &reader.id,
        &serde_json::json!({ "added": name }),
    )
    .await?;
    Ok(reader)
}

fn key_of(secret: &str) -> String {
    format!("ashiba_{secret}")
}

#[derive(FromQueryResult)]
struct KnownReader {
    id: String,
    revoked_at: Option<i64>,
}

async fn reader_of(tx: &Tx, site: &OpenSite, secret: &str) -> store::Result<Option<KnownReader>> {
    let values = values![key_hash(&key_of(secret)), site.head.id.to_string()];
    tx.one(&queries::READER_OF_KEY, values).await
}

/// Takes back the reader that [`add_reader_with`] made of this secret. Says whether there was one in use.
///
/// # Errors
/// [`ReaderRefusal`].
pub(crate) async fn undo_reader(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    secret: &str,
) -> UseCase<bool, ReaderRefusal> {
    may_keep(viewer, site)?;
    let made = reader_of(tx, site, secret).await?.filter(|known| known.revoked_at.is_none());
    if let Some(known) = &made {
        revoke_reader(app, tx, viewer, site, &known.id).await?;
    }
    Ok(made.is_some())
}

/// A site that readers may be set up for.
pub(crate) struct SiteToEquip {
    pub(crate) id: SiteId,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) from: WorkDay,
    pub(crate) to: WorkDay,
}

#[derive(FromQueryResult)]
struct EquipColumns {
    id: String,
    name: String,
    address: String,
    from_day: i32,
    to_day: i32,
}

/// Sites whose readers the viewer keeps and whose period is not over, whose name or ID has `q` in it; at most so many.
///
/// # Errors
/// If the database fails.
pub(crate) async fn sites_to_equip(
    tx: &Tx,
    viewer: &Viewer,
    today: WorkDay,
    q: &str,
    most: i64,
) -> store::Result<Vec<SiteToEquip>> {
    let Some(company) = viewer.company_id().filter(|_| viewer.may(Act::KeepSite)) else {
        return Ok(Vec::new());
    };
    let values = values![
        company.to_string(),
        today.to_number(),
        pattern(q.trim()),
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str(),
        most
    ];
    let rows: Vec<EquipColumns> = tx.all(&queries::SITES_TO_EQUIP, values).await?;
    rows.into_iter()
        .map(|row| {
            Ok(SiteToEquip {
                id: id(&row.id, "site.id")?,
                name: row.name,
                address: row.address,
                from: day(row.from_day, "site.from_day")?,
                to: day(row.to_day, "site.to_day")?,
            })
        })
        .collect()
}

/// Takes a reader's key away, at once and for good. Doing it twice does nothing.
///
/// # Errors
/// [`ReaderRefusal`].
pub async fn revoke_reader(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, reader: &str) -> UseCase<(), ReaderRefusal> {
    may_keep(viewer, site)?;
    let now = app.clock().now().as_millisecond();
    if tx
        .run(&queries::REVOKE_READER, values![reader, site.head.id.to_string(), now])
        .await?
        > 0
    {
        note(
            app,
            tx,
            viewer,
            site.head.id,
            Subject::Reader,
            reader,
            &serde_json::json!("revoked"),
        )
        .await?;
    }
    Ok(())
}

/// Allows or forbids number entry (番号入力) at a reader; it follows with its next roster copy.
///
/// # Errors
/// [`ReaderRefusal::Forbidden`].
pub async fn set_number_entry(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    reader: &str,
    allowed: bool,
) -> UseCase<(), ReaderRefusal> {
    may_keep(viewer, site)?;
    let row = values![reader, site.head.id.to_string(), i32::from(allowed)];
    if tx.run(&queries::SET_NUMBER_ENTRY, row).await? > 0 {
        let what = if allowed { "number_allowed" } else { "number_forbidden" };
        note(
            app,
            tx,
            viewer,
            site.head.id,
            Subject::Reader,
            reader,
            &serde_json::json!(what),
        )
        .await?;
    }
    Ok(())
}

/// Says which QRs of workers a reader takes; it follows with its next roster copy.
///
/// # Errors
/// [`ReaderRefusal::Forbidden`].
pub async fn set_qr(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, reader: &str, qr: QrUse) -> UseCase<(), ReaderRefusal> {
    may_keep(viewer, site)?;
    let row = values![reader, site.head.id.to_string(), qr.word()];
    if tx.run(&queries::SET_QR, row).await? > 0 {
        let what = serde_json::json!(format!("qr_{}", qr.word()));
        note(app, tx, viewer, site.head.id, Subject::Reader, reader, &what).await?;
    }
    Ok(())
}

fn may_keep(viewer: &Viewer, site: &OpenSite) -> UseCase<(), ReaderRefusal> {
    if site.is_prime() && viewer.may(Act::KeepSite) {
        Ok(())
    } else {
        Err(UseCaseError::Refused(ReaderRefusal::Forbidden))
    }
}
