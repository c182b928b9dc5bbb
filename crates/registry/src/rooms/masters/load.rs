//! Use case: a table is checked as a whole and stored as a new version; the newest of each kind is in force.

use domain::master::{MasterKind, MasterProblem, MasterTexts};
use domain::{Clock, Masters};
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};

pub(super) const ALL: &[&Sql] = &[&NEWEST, &NEWEST_OF, &INSERT, &VERSIONS];

const NEWEST: Sql = Sql::new(
    "masters.newest",
    "select m.kind, m.body from master_set m where m.version = (select max(x.version) from master_set x where x.kind = m.kind)",
);
const NEWEST_OF: Sql = Sql::new(
    "masters.newest_of",
    "select m.body from master_set m where m.kind = $1 order by m.version desc limit 1",
);
const INSERT: Sql = Sql::new(
    "masters.insert",
    "insert into master_set (kind, version, loaded_at, source, sha256, body)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from master_set where kind = $1",
);
const VERSIONS: Sql = Sql::new(
    "masters.versions",
    "select kind, version, loaded_at, source from master_set order by kind, version desc",
);

#[derive(FromQueryResult)]
struct Body {
    kind: String,
    body: String,
}

/// A version of a table, without its text.
#[derive(Debug, FromQueryResult)]
pub(super) struct Version {
    pub(super) kind: String,
    pub(super) version: i32,
    pub(super) loaded_at: i64,
    pub(super) source: String,
}

pub(super) async fn versions(tx: &Tx) -> store::Result<Vec<Version>> {
    tx.all(&VERSIONS, values![]).await
}

/// Why a table is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Everything that is wrong with it; the table in force stays.
    #[error("the table has {} faults", .0.len())]
    Faulty(Vec<MasterProblem>),
    /// Something is broken.
    #[error(transparent)]
    Broken(#[from] StoreError),
}

/// The master data in force: the newest version of each kind; those of the binary where none was loaded.
///
/// # Errors
/// If what is stored does not pass the check any more.
pub async fn in_force(tx: &Tx) -> Result<Masters, anyhow::Error> {
    let bodies: Vec<Body> = tx.all(&NEWEST, values![]).await?;
    build(&bodies, None).map_err(|problems| anyhow::anyhow!("stored master data: {}", join(&problems)))
}

/// Checks a table together with the others in force, and stores it as a new version.
///
/// # Errors
/// [`LoadError`].
pub async fn load(tx: &Tx, clock: &dyn Clock, kind: MasterKind, text: &str, source: &str) -> Result<Masters, LoadError> {
    let masters = with(tx, kind, text).await?.map_err(LoadError::Faulty)?;
    let hash = crate::access::key_hash(text);
    tx.run(
        &INSERT,
        values![kind.word(), clock.now().as_millisecond(), source, hash, text],
    )
    .await?;
    Ok(masters)
}

/// The newest text of a kind that was loaded; none: that of the binary is in force.
pub(super) async fn newest(tx: &Tx, kind: MasterKind) -> Result<Option<String>, StoreError> {
    tx.value(&NEWEST_OF, values![kind.word()]).await
}

/// The master data as they would be with another text, or all that is wrong with it.
pub(super) async fn with(tx: &Tx, kind: MasterKind, text: &str) -> Result<Result<Masters, Vec<MasterProblem>>, StoreError> {
    let bodies: Vec<Body> = tx.all(&NEWEST, values![]).await?;
    Ok(build(&bodies, Some((kind, text))))
}

fn build(bodies: &[Body], replaced: Option<(MasterKind, &str)>) -> Result<Masters, Vec<MasterProblem>> {
    let mut texts = MasterTexts::EMBEDDED;
    for body in bodies {
        if let Ok(kind) = body.kind.parse() {
            texts = texts.with(kind, &body.body);
        }
    }
    if let Some((kind, text)) = replaced {
        texts = texts.with(kind, text);
    }
    Masters::check_and_build(&texts)
}

fn join(problems: &[MasterProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
