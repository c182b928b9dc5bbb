//! Who is asking, and how far they may see.
//!
//! A handler cannot get at anybody's data without a [`Viewer`] (a signed-in person) or a [`ReaderKey`] (a device), and a use
//! case cannot refuse without saying why.

mod extract;
mod known_readers;
mod origin;
mod password;
mod sessions;
mod sign_in;
pub(crate) mod throttle;
pub(crate) mod tickets;

use domain::access::{Act, CompanyState, Role, may};
use domain::organisation::{NodeId, Tree};
use domain::{CompanyId, SiteId, WorkerId};
pub(crate) use extract::bearer;
pub use extract::{ReaderKey, session_layer};
pub(crate) use known_readers::KnownReaders;
pub use origin::Origin;
pub use password::{fits, hash, hash_password, verify_password};
pub(crate) use password::{initial_password, security_code, typed_code};
pub use sessions::{SessionRow, close_session, end_session, end_sessions, key_hash, open_session, sessions, viewer_of_token};
pub(crate) use sessions::{tidy, viewer_of_account};
pub use sign_in::{SignInOutcome, sign_in, stored_hash};
pub(crate) use sign_in::{in_a_row, typed_id};
use store::{Sql, StoreError};

/// Texts of this module, prepared on both databases in a test.
pub(crate) const SQL: &[&[&Sql]] = &[&[&extract::READER], sessions::SQL, sign_in::SQL, throttle::SQL, tickets::SQL];

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Account he signed in with.
    pub account: String,
    /// Name shown in the frame.
    pub name: String,
    /// Kind of account.
    pub role: Role,
    /// Company of the account and its name; none for workers and operators.
    pub company: Option<(CompanyId, String)>,
    /// The worker himself, and the handle that stands for him in addresses.
    pub worker: Option<(WorkerId, String)>,
    /// For a site manager: the only sites he may see.
    pub sites: Option<Vec<SiteId>>,
    /// Secret of the session, for the tokens in forms.
    pub secret: Vec<u8>,
    /// For a tier manager: his tier.
    pub tier: Option<String>,
    /// His session, as its list names it.
    pub session: String,
    /// The initial password is still in use: nothing but its change is open.
    pub must_change: bool,
    /// How his company stands; without one as if in use.
    pub standing: CompanyState,
    /// The use of the session has not been noted for a while.
    pub(crate) to_be_noted: bool,
}

impl Viewer {
    /// Somebody for whom a program acts (made-up data, commands): no session, so no form of his is ever taken.
    #[must_use]
    pub fn without_session(account: String, name: &str, role: Role, company: Option<(CompanyId, String)>) -> Self {
        Self {
            account,
            name: name.to_owned(),
            role,
            company,
            worker: None,
            sites: None,
            secret: Vec::new(),
            tier: None,
            session: String::new(),
            must_change: false,
            standing: CompanyState::Registered,
            to_be_noted: false,
        }
    }

    /// Whether the role has a right at all, and how its company stands lets it be used; where it may be used is asked of the
    /// organisation.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        may(self.role, act) && self.standing.lets(act)
    }

    /// The company in whose name the viewer acts.
    #[must_use]
    pub fn company_id(&self) -> Option<CompanyId> {
        self.company.as_ref().map(|(id, _)| *id)
    }

    /// Whether the account reaches this site at all (a site manager only those he was given).
    #[must_use]
    pub fn reaches(&self, site: SiteId) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(&site))
    }

    /// Whether the viewer may act for this node's company: it is its own.
    #[must_use]
    pub fn acts_for(&self, tree: &Tree, node: &NodeId) -> bool {
        self.company_id()
            .is_some_and(|own| tree.get(node).is_some_and(|n| n.company == Some(own)))
    }
}

/// What a use case answers when it does not answer: refused (tell the person) or broken (tell the log).
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError<R> {
    /// A rule says no.
    #[error("refused")]
    Refused(R),
    /// Something is broken.
    #[error(transparent)]
    Broken(anyhow::Error),
}

impl<R> From<StoreError> for UseCaseError<R> {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl<R> UseCaseError<R> {
    /// Broken for another reason than the database.
    pub fn broken(error: impl Into<anyhow::Error>) -> Self {
        Self::Broken(error.into())
    }
}

/// Result of a use case.
pub type UseCase<T, R> = Result<T, UseCaseError<R>>;
