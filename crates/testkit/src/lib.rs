//! For tests only: a fresh database of either kind, a clock that stands still, seeded chance. Knows no server.

mod clock;
mod database;

pub use clock::FixedClock;
pub use database::{TestDb, postgres_or_skip};
pub use store::Backend;

use rand::SeedableRng;
use rand::rngs::StdRng;

/// Chance that is the same at every run.
#[must_use]
pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// One test on both databases: makes `name::sqlite` and `name::postgres` of an async closure that is told which it is.
///
/// ```ignore
/// testkit::on_both!(a_touch_is_kept_once, |backend| async move {
///     let db = TestDb::new(backend, MIGRATIONS).await;
///     assert!(db.read().await.is_ok());
/// });
/// ```
///
/// PostgreSQL is the server named in `ASHIBA_TEST_POSTGRES` (`postgres://user@host:port/postgres`, a role that may create
/// databases). Without it that half says `skipped` and passes; with `ASHIBA_REQUIRE_POSTGRES=1` it fails instead.
#[macro_export]
macro_rules! on_both {
    ($name:ident, $story:expr $(,)?) => {
        mod $name {
            #[allow(
                unused_imports,
                clippy::allow_attributes,
                reason = "the story may need nothing from around it"
            )]
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                $crate::run($crate::Backend::Sqlite, $story).await;
            }

            #[tokio::test]
            async fn postgres() {
                if $crate::postgres_or_skip(concat!(module_path!(), "::postgres")) {
                    $crate::run($crate::Backend::Postgres, $story).await;
                }
            }
        }
    };
}

/// Calls the story of [`on_both!`]; a function only so that the closure's argument has a type.
#[doc(hidden)]
pub async fn run<F: Future<Output = ()>>(backend: Backend, story: impl FnOnce(Backend) -> F) {
    story(backend).await;
}
