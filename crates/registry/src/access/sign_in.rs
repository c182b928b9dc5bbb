//! Sign-in by ID and password, and how often it may be tried.

use domain::lockout::{Door, Rule, Standing};
use domain::master::{Policies, Policy};
use domain::{Clock, WorkDay};
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};

use super::throttle::{Counts, What};
use super::{Origin, key_hash};

pub(super) const SQL: &[&Sql] = &[&ACCOUNT, &KNOWN];

const ACCOUNT: Sql = Sql::new(
    "access.account_by_sign_in",
    "select id, password_hash, known_address from account where sign_in_id = $1 and closed_at is null",
);
const KNOWN: Sql = Sql::new("access.known_address", "update account set known_address = $2 where id = $1");

#[derive(FromQueryResult)]
struct AccountRow {
    id: String,
    password_hash: String,
    known_address: Option<String>,
}

/// What came of a sign-in. Wrong name and wrong password are one answer, so that nobody learns which accounts exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Let in: the account.
    Welcome(String),
    /// Name or password do not fit.
    Wrong,
}

/// IDs are typed with spaces between the groups, and with what a keyboard adds; at most 100 characters of it matter.
pub(crate) fn typed_id(name: &str) -> String {
    let id = name.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    id.take(100).collect()
}

/// The password hash of an account, to be checked outside of any transaction.
///
/// # Errors
/// If the database fails.
pub async fn stored_hash(tx: &Tx, name: &str) -> Result<Option<String>, StoreError> {
    let account: Option<AccountRow> = tx.one(&ACCOUNT, values![typed_id(name)]).await?;
    Ok(account.map(|a| a.password_hash))
}

/// Lets somebody in whose password was checked (`fits`). After too many misses the door rests for a while; a right password does
/// not open it then either, and the answer is the same as for a wrong one (registry rule book R-SEC-1; `domain::lockout`; figures
/// from the policy table). An ID that nobody has is counted like one that somebody has.
///
/// # Errors
/// Only if the database fails.
pub async fn sign_in(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    name: &str,
    origin: &Origin,
    fits: bool,
) -> Result<SignInOutcome, StoreError> {
    let now = clock.now().as_millisecond();
    let id = typed_id(name);
    let (id_hash, address_hash) = (key_hash(&id), origin.hash());
    let doors = [
        (What::Id, id_hash.as_str()),
        (What::Pair, id_hash.as_str()),
        (What::Address, address_hash.as_str()),
    ];
    let counts = Counts::lock(tx, &doors).await?;
    let account: Option<AccountRow> = tx.one(&ACCOUNT, values![id]).await?;
    let known = account.as_ref().and_then(|a| a.known_address.as_deref());
    let standing = Standing {
        known: known == Some(address_hash.as_str()),
        pair: counts.of(What::Pair),
        id: counts.of(What::Id),
        address: counts.of(What::Address),
    };
    if !standing.may_try(now) {
        return Ok(SignInOutcome::Wrong);
    }
    if let Some(account) = account.filter(|_| fits) {
        counts.clear(What::Pair).await?;
        counts.clear(What::Id).await?;
        // An address that the server is not told of may be anybody's.
        let known = origin.address.map(|_| address_hash);
        tx.run(&KNOWN, values![account.id.as_str(), known]).await?;
        return Ok(SignInOutcome::Welcome(account.id));
    }
    for door in standing.doors() {
        let (what, rule) = match door {
            Door::Pair => (What::Pair, in_a_row(policies, clock.today())),
            Door::Id => (What::Id, in_a_row(policies, clock.today())),
            Door::Address => (What::Address, of_address(policies, clock.today())),
        };
        counts.miss(what, rule, now).await?;
    }
    Ok(SignInOutcome::Wrong)
}

/// Misses in a row for one ID.
pub(crate) fn in_a_row(policies: &Policies, today: WorkDay) -> Rule {
    Rule::InARow {
        most: policies.at(Policy::SignInMisses, today),
        rest: policies.at(Policy::SignInLockMinutes, today) * 60_000,
    }
}

fn of_address(policies: &Policies, today: WorkDay) -> Rule {
    Rule::Within {
        most: policies.at(Policy::SignInAddressMisses, today),
        window: policies.at(Policy::SignInLockMinutes, today) * 60_000,
    }
}
