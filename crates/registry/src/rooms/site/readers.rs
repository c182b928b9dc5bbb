//! Use cases: a reader gets a key, and loses it; what may be used at it beside the card.

use domain::access::Act;
use rand::Rng;
use store::{Tx, values};
use web::FieldErrors;

use super::{OpenSite, Subject, note, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer, key_hash};

/// Why a reader is not added or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderRefusal {
    /// Only the prime keeps readers.
    Forbidden,
    /// Its name is wrong.
    Fields(FieldErrors),
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
    let mut secret = [0u8; 32];
    app.with_random(|r| r.fill_bytes(&mut secret));
    let reader = NewReader {
        id: app.new_key(),
        key: format!("ashiba_{}", hex::encode(secret)),
    };
    let now = app.clock().now().as_millisecond();
    tx.run(
        &queries::INSERT_READER,
        values![reader.id.as_str(), site.head.id.to_string(), name, key_hash(&reader.key), now],
    )
    .await?;
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

fn may_keep(viewer: &Viewer, site: &OpenSite) -> UseCase<(), ReaderRefusal> {
    if site.is_prime() && viewer.may(Act::KeepSite) {
        Ok(())
    } else {
        Err(UseCaseError::Refused(ReaderRefusal::Forbidden))
    }
}
