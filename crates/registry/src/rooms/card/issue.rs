//! Use cases: a new card, and its way to print.

use anyhow::Context;
use domain::card::{Identity, LAST_NUMBER, Terms, valid_until};
use domain::{WorkDay, WorkerId};
use rand::RngExt;
use store::{Tx, values};

use super::end::end_up_to;
use super::queries;
use super::rows::{CardColumns, CardRow, State, WorkerColumns};
use crate::App;
use crate::access::hash_password;
use crate::rows::opt_day;

/// Why a card is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardReason {
    /// Registered for the first time.
    First,
    /// Rose to another level.
    LevelUp,
    /// A level was cancelled.
    LevelDown,
    /// The older one comes to its end.
    Renewal,
    /// The older one was lost.
    Lost,
    /// The older one is broken.
    Broken,
    /// The older one cannot be read by the devices.
    Unreadable,
    /// A former employer did not give the older one back.
    NotReturned,
}

impl CardReason {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::First,
        Self::LevelUp,
        Self::LevelDown,
        Self::Renewal,
        Self::Lost,
        Self::Broken,
        Self::Unreadable,
        Self::NotReturned,
    ];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::LevelUp => "level_up",
            Self::LevelDown => "level_down",
            Self::Renewal => "renewal",
            Self::Lost => "lost",
            Self::Broken => "broken",
            Self::Unreadable => "unreadable",
            Self::NotReturned => "not_returned",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// A reissue (再発行): the older card is out of the worker's hands or of no use.
    #[must_use]
    pub fn is_reissue(self) -> bool {
        matches!(self, Self::Lost | Self::Broken | Self::Unreadable | Self::NotReturned)
    }
}

/// Orders a new card for print and gives its key. Without a photo it gets that of the card before.
///
/// # Errors
/// If there is no such worker, he has had 99 cards, or the database fails.
pub async fn issue(app: &App, tx: &Tx, worker: WorkerId, photo: Option<&str>, reason: CardReason) -> anyhow::Result<String> {
    issue_applied(app, tx, worker, photo, reason, app.clock().today()).await
}

/// The same for who applied on an earlier day: the age on that day decides how long the card holds.
///
/// # Errors
/// As [`issue`].
pub async fn issue_applied(
    app: &App,
    tx: &Tx,
    worker: WorkerId,
    photo: Option<&str>,
    reason: CardReason,
    applied: WorkDay,
) -> anyhow::Result<String> {
    make(app, tx, worker, photo, reason, applied, State::Ordered).await
}

/// All cards of a worker, the newest first.
pub(super) async fn cards_of(tx: &Tx, worker: WorkerId) -> store::Result<Vec<CardRow>> {
    let rows: Vec<CardColumns> = tx.all(&queries::CARDS, values![worker.to_string()]).await?;
    rows.into_iter().map(CardRow::try_from).collect()
}

/// Until when the card that the worker holds is good; `None` while another one is on its way, or he has none.
///
/// # Errors
/// If the database fails.
pub async fn held_until(tx: &Tx, worker: WorkerId) -> store::Result<Option<WorkDay>> {
    let newest = cards_of(tx, worker).await?.into_iter().next();
    Ok(newest
        .filter(|card| card.state == State::Printed)
        .map(|card| card.valid_until))
}

pub(super) async fn make(
    app: &App,
    tx: &Tx,
    worker: WorkerId,
    photo: Option<&str>,
    reason: CardReason,
    applied: WorkDay,
    state: State,
) -> anyhow::Result<String> {
    let person: Option<WorkerColumns> = tx.one(&queries::WORKER, values![worker.to_string()]).await?;
    let person = person.context("a card for nobody")?;
    let older = cards_of(tx, worker).await?;
    let last = older.first();
    let number = last.map_or(1, |card| card.number + 1);
    anyhow::ensure!(number <= i32::from(LAST_NUMBER), "no number of issue is left");

    let today = app.clock().today();
    let masters = app.masters();
    let terms = Terms::on(masters.policies(), today);
    let birth = opt_day(person.birth_day, "worker.birth_day")?;
    let identity = Identity::from_word(&person.identity).context("worker.identity cannot be read")?;
    // A reissued card holds as long as the one it stands for (our rule: no source tells).
    let until = last
        .filter(|card| reason.is_reissue() && card.valid_until >= today)
        .map_or_else(
            || valid_until(&terms, today, applied, birth, identity),
            |card| card.valid_until,
        );
    let photo = photo.map(str::to_owned).or_else(|| last.and_then(|card| card.photo.clone()));

    let key = app.new_key();
    let code = app.with_random(|r| format!("{:04}", r.random_range(0..10_000)));
    let code_hash = app.with_random(|r| hash_password(&code, false, r))?;
    tx.run(
        &queries::INSERT,
        values![
            key.as_str(),
            worker.to_string(),
            number,
            reason.word(),
            state.word(),
            app.clock().now().as_millisecond(),
            until.to_number(),
            person.level,
            photo,
            code,
            code_hash
        ],
    )
    .await?;
    // What was not printed yet is never printed; what the worker holds dies now, or when he gets the new one.
    let dies_now = older.iter().find(|card| {
        card.state != State::Dead
            && (reason.is_reissue()
                || matches!(reason, CardReason::First | CardReason::LevelDown)
                || card.state != State::Printed)
    });
    if let Some(card) = dies_now {
        end_up_to(app, tx, worker, card.number, reason.word()).await?;
    }
    Ok(key)
}

/// A card that waited for its fee goes to print. Doing it twice does nothing. Called when an invoice for a reissue is paid.
///
/// # Errors
/// If the database fails.
pub async fn release(app: &App, tx: &Tx, card: &str) -> anyhow::Result<()> {
    tx.run(&queries::RELEASE, values![card, app.clock().now().as_millisecond()])
        .await?;
    Ok(())
}
