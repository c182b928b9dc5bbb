//! Mail: a room without pages. A mail is a row written in the caller's transaction, so it leaves if and only if what it tells of
//! happened. A loop of the house sends what waits.
//!
//! Bodies hold secrets (initial passwords, codes, links): they are never logged, and blanked once the mail is sent or given up.

mod carry;
mod queries;

pub use carry::Post;
use carry::{Carried, carry};
use domain::Clock;
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};

use crate::App;

/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Pauses before a mail is tried again, in minutes; after the last of them it is given up.
const PAUSES: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 1_440, 1_440];
/// So long a try may take before another server may try: longer than the post's own patience.
const LEASE_MS: i64 = 300_000;
/// Rows of sent mails (without bodies) are kept so long.
const KEPT_MS: i64 = 90 * 86_400_000;

/// A mail to be sent.
#[derive(Debug)]
pub struct Mail<'a> {
    /// To whom.
    pub to: &'a str,
    /// Subject, of one line.
    pub subject: String,
    /// Text.
    pub body: String,
}

#[derive(FromQueryResult)]
struct Waiting {
    id: String,
    recipient: String,
    subject: String,
    body: String,
    attempts: i32,
    next_at: i64,
    created_at: i64,
}

/// Writes a mail in the caller's transaction; it leaves soon after the commit.
///
/// # Errors
/// If the database fails.
pub async fn send(app: &App, tx: &Tx, mail: Mail<'_>) -> Result<(), StoreError> {
    write(app, tx, mail, "waiting").await
}

/// Does the same work for nobody: so that the time of an answer does not tell whether there was somebody to write to.
///
/// # Errors
/// If the database fails.
pub(crate) async fn feign(app: &App, tx: &Tx, mail: Mail<'_>) -> Result<(), StoreError> {
    let blank = Mail {
        to: "",
        subject: mail.subject,
        body: String::new(),
    };
    write(app, tx, blank, "void").await
}

async fn write(app: &App, tx: &Tx, mail: Mail<'_>, state: &str) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    let values = values![app.new_key(), mail.to, mail.subject, mail.body, state, now];
    tx.run(&queries::INSERT, values).await.map(|_| ())
}

/// Whether a text is an e-mail address that can be written to.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

/// Sends the mails whose time has come, at most some dozens at once, and says how many left. A mail that cannot leave now is tried
/// again after a pause. Safe to call on several servers at once: each mail is taken by one.
///
/// # Errors
/// If the database fails; what a mail meets on its way is noted with the mail.
pub async fn send_waiting(app: &App, post: &Post) -> Result<usize, StoreError> {
    if matches!(post, Post::Kept) {
        return Ok(0);
    }
    let now = app.clock().now().as_millisecond();
    let waiting: Vec<Waiting> = {
        let tx = app.db().read().await?;
        tx.all(&queries::WAITING, values![now]).await?
    };
    let mut left = 0;
    for mail in waiting {
        let tx = app.db().write().await?;
        let taken = tx
            .run(&queries::TAKE, values![mail.id.as_str(), mail.next_at, now + LEASE_MS])
            .await?;
        tx.commit().await?;
        // Another server was faster.
        if taken == 0 {
            continue;
        }
        // No transaction is open while the network is waited for.
        let carried = carry(post, &mail.id, mail.created_at, &mail.recipient, &mail.subject, mail.body).await;
        let tx = app.db().write().await?;
        note(app, &tx, &mail.id, mail.attempts, &carried).await?;
        tx.commit().await?;
        left += usize::from(matches!(carried, Carried::Left));
    }
    Ok(left)
}

async fn note(app: &App, tx: &Tx, id: &str, attempts: i32, carried: &Carried) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    let error = match carried {
        Carried::Left => {
            return tx.run(&queries::SENT, values![id, now]).await.map(|_| ());
        }
        Carried::Later(error) | Carried::Never(error) => error,
    };
    // The post's words may hold the address; they go to the table, not to the log.
    let error: String = error.chars().filter(|c| !c.is_control()).take(300).collect();
    let pause = usize::try_from(attempts).ok().and_then(|n| PAUSES.get(n)).copied();
    match pause.filter(|_| matches!(carried, Carried::Later(_))) {
        Some(minutes) => {
            tracing::warn!(mail = id, attempts, "a mail could not be sent; it will be tried again");
            tx.run(&queries::LATER, values![id, now + minutes * 60_000, error]).await?;
        }
        None => {
            tracing::error!(mail = id, attempts, "a mail could not be sent and was given up");
            tx.run(&queries::FAILED, values![id, error]).await?;
        }
    }
    Ok(())
}

/// Throws out rows of mails sent or given up long ago.
pub(crate) async fn tidy(tx: &Tx, clock: &dyn Clock) -> Result<u64, StoreError> {
    tx.run(&queries::PURGE, values![clock.now().as_millisecond() - KEPT_MS]).await
}
