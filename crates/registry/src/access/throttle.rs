//! Misses and requests, counted in the database so that all servers count together.

use domain::lockout::{Count, Rule};
use sea_orm::FromQueryResult;
use store::{Rows, Sql, StoreError, Tx, values};

pub(super) const SQL: &[&Sql] = &[&BEGIN, &LOCK, &SAVE, &CLEAR, &PURGE];

const BEGIN: Sql = Sql::new(
    "throttle.begin",
    "insert into throttle (what, about, misses, since, locked_until)
     select r.what, r.about, 0, 0, 0 from {{rows $1: what text, about text}} r where true
     on conflict do nothing",
);
const LOCK: Sql = Sql::either(
    "throttle.lock",
    "select t.what, t.about, t.misses, t.since, t.locked_until
     from throttle t join {{rows $1: what text, about text}} r on r.what = t.what and r.about = t.about",
    "select t.what, t.about, t.misses, t.since, t.locked_until
     from throttle t join {{rows $1: what text, about text}} r on r.what = t.what and r.about = t.about
     order by t.what, t.about for update of t",
);
const SAVE: Sql = Sql::new(
    "throttle.save",
    "update throttle set misses = $3, since = $4, locked_until = $5 where what = $1 and about = $2",
);
const CLEAR: Sql = Sql::new("throttle.clear", "delete from throttle where what = $1 and about = $2");
const PURGE: Sql = Sql::new(
    "throttle.purge",
    "delete from throttle where since < $1 and locked_until < $2 and what <> 'code'",
);

#[derive(FromQueryResult)]
struct Row {
    what: String,
    about: String,
    misses: i64,
    since: i64,
    locked_until: i64,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Wrong passwords for an ID (by its hash, so that an ID nobody has is counted alike).
    Id,
    /// Wrong passwords for an ID from its known address.
    Pair,
    /// Wrong passwords from an address.
    Address,
    /// Wrong security codes of an account.
    Code,
    /// Wrong old passwords or second factors of somebody signed in, or about to be.
    Proof,
    /// Mails asked for from an address.
    MailAddress,
    /// Mails asked for to a person.
    MailPerson,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Code => "code",
            Self::Id => "id",
            Self::MailAddress => "mail_address",
            Self::MailPerson => "mail_person",
            Self::Pair => "pair",
            Self::Proof => "proof",
        }
    }
}

/// The counts of some doors, locked until the end of the transaction: guesses that come at once are judged one after the other.
pub(crate) struct Counts<'a> {
    tx: &'a Tx,
    rows: Vec<Row>,
}

impl<'a> Counts<'a> {
    /// Reads and locks.
    pub(crate) async fn lock(tx: &'a Tx, doors: &[(What, &str)]) -> Result<Self, StoreError> {
        let mut keys: Vec<(&str, &str)> = doors.iter().map(|(what, about)| (what.word(), *about)).collect();
        // One order everywhere, so that two transactions cannot wait for each other.
        keys.sort_unstable();
        let keys = Rows::of(keys)?;
        tx.run(&BEGIN, values![keys.clone()]).await?;
        let rows = tx.all(&LOCK, values![keys]).await?;
        Ok(Self { tx, rows })
    }

    /// The count of a door.
    pub(crate) fn of(&self, what: What) -> Count {
        self.rows
            .iter()
            .find(|r| r.what == what.word())
            .map_or_else(Count::default, |r| Count {
                misses: r.misses,
                since: r.since,
                locked_until: r.locked_until,
            })
    }

    /// Counts one more, and says what the count is now.
    pub(crate) async fn miss(&self, what: What, rule: Rule, now: i64) -> Result<Count, StoreError> {
        let count = self.of(what).after_miss(rule, now);
        for row in self.rows.iter().filter(|r| r.what == what.word()) {
            let values = values![
                row.what.as_str(),
                row.about.as_str(),
                count.misses,
                count.since,
                count.locked_until
            ];
            self.tx.run(&SAVE, values).await?;
        }
        Ok(count)
    }

    /// Begins a count anew.
    pub(crate) async fn clear(&self, what: What) -> Result<(), StoreError> {
        for row in self.rows.iter().filter(|r| r.what == what.word()) {
            self.tx.run(&CLEAR, values![row.what.as_str(), row.about.as_str()]).await?;
        }
        Ok(())
    }
}

/// Begins the count of one door anew.
pub(crate) async fn clear(tx: &Tx, what: What, about: &str) -> Result<(), StoreError> {
    tx.run(&CLEAR, values![what.word(), about]).await.map(|_| ())
}

/// Throws out what holds nobody back any more. Security codes stay counted until the right one comes or the operator unlocks.
pub(super) async fn purge(tx: &Tx, now: i64) -> Result<u64, StoreError> {
    const DAY: i64 = 86_400_000;
    tx.run(&PURGE, values![now - DAY, now]).await
}
