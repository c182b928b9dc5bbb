//! Use cases: the criteria of levels are edited as a draft, it is reckoned whom the draft would move, and it is put into force.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::Act;
use domain::master::{MasterKind, MasterProblem, MasterTexts};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Sql, StoreError, Tx, values};

use super::load::{self, LoadError};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer, key_hash};
use crate::rooms::jobs::{self, Ended, Job, Working};
use crate::rooms::levels::{Moves, preview};
use crate::rows::unreadable;

pub(super) const ALL: &[&Sql] = &[&INSERT, &ONE, &NEWEST, &MOVES, &LOADED];

const INSERT: Sql = Sql::new(
    "masters.insert_draft",
    "insert into criteria_draft (id, body, source, base, account_id, created_at) values ($1, $2, $3, $4, $5, $6)",
);
const ONE: Sql = Sql::new(
    "masters.draft",
    "select id, body, source, base, created_at, moves, loaded_at from criteria_draft where id = $1",
);
const NEWEST: Sql = Sql::new(
    "masters.newest_drafts",
    "select id, '' as body, source, base, created_at, moves, loaded_at from criteria_draft order by created_at desc, id desc limit 10",
);
const MOVES: Sql = Sql::new("masters.draft_moves", "update criteria_draft set moves = $2 where id = $1");
/// Nothing, if it is in force already.
const LOADED: Sql = Sql::new(
    "masters.draft_loaded",
    "update criteria_draft set loaded_at = $2 where id = $1 and loaded_at is null",
);

/// Kind of the job that reckons.
pub(crate) const PREVIEW: &str = "criteria-preview";

/// Longest source.
const SOURCE: usize = 300;

/// A draft.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Draft {
    /// Key.
    pub id: String,
    /// The text; empty in a list.
    pub body: String,
    /// Where it comes from.
    pub source: String,
    base: String,
    /// When it was made.
    pub created_at: i64,
    moves: Option<String>,
    /// When it was put into force.
    pub loaded_at: Option<i64>,
}

impl Draft {
    /// Whom it would move, by field; none: not reckoned yet.
    ///
    /// # Errors
    /// If the row cannot be read.
    pub fn moves(&self) -> Result<Option<BTreeMap<String, Moves>>, StoreError> {
        let read = |text| serde_json::from_str(text).map_err(|_| unreadable("criteria_draft.moves"));
        self.moves.as_deref().map(read).transpose()
    }
}

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CriteriaForm {
    /// The whole text.
    pub text: String,
    /// Where it comes from.
    pub source: String,
}

/// Why it is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CriteriaRefusal {
    /// The operator only.
    Forbidden,
    /// No source, or one too long.
    Source,
    /// It is what is in force.
    Same,
    /// Everything that is wrong with it.
    Faulty(Vec<MasterProblem>),
    /// No such draft.
    NoDraft,
    /// It is in force already.
    Already,
    /// It is not known yet whom it moves.
    NotReckoned,
    /// Others are in force since it was made.
    Outdated,
}

#[derive(Serialize, Deserialize)]
struct Args {
    draft: String,
}

fn refuse<T>(why: CriteriaRefusal) -> UseCase<T, CriteriaRefusal> {
    Err(UseCaseError::Refused(why))
}

/// The criteria in force, as a text.
///
/// # Errors
/// If the database fails.
pub(super) async fn text(tx: &Tx) -> Result<String, StoreError> {
    let stored = load::newest(tx, MasterKind::Levels).await?;
    Ok(stored.unwrap_or_else(|| MasterTexts::EMBEDDED.levels.to_owned()))
}

/// Keeps a draft that passes every check, and asks for whom it would move. Gives the key of the job.
///
/// # Errors
/// [`CriteriaRefusal`].
pub async fn draft(app: &App, tx: &Tx, viewer: &Viewer, form: &CriteriaForm) -> UseCase<String, CriteriaRefusal> {
    if !viewer.may(Act::KeepCriteria) {
        return refuse(CriteriaRefusal::Forbidden);
    }
    // A browser sends its own ends of lines.
    let body = form.text.replace("\r\n", "\n");
    let source = form.source.trim();
    if source.is_empty() || source.chars().count() > SOURCE {
        return refuse(CriteriaRefusal::Source);
    }
    let present = text(tx).await?;
    if body == present {
        return refuse(CriteriaRefusal::Same);
    }
    if let Err(problems) = load::with(tx, MasterKind::Levels, &body).await? {
        return refuse(CriteriaRefusal::Faulty(problems));
    }
    let id = app.new_key();
    let row = values![
        id.as_str(),
        body,
        source,
        key_hash(&present),
        viewer.account.as_str(),
        app.clock().now().as_millisecond()
    ];
    tx.run(&INSERT, row).await?;
    let link = format!("/masters/skill-levels/{id}");
    Ok(jobs::ask(app, tx, viewer, PREVIEW, &Args { draft: id }, &link, 0).await?)
}

/// A draft.
///
/// # Errors
/// If the database fails.
pub(super) async fn one(tx: &Tx, id: &str) -> Result<Option<Draft>, StoreError> {
    tx.one(&ONE, values![id]).await
}

/// The last ten, the newest first, without their texts.
///
/// # Errors
/// If the database fails.
pub(super) async fn newest(tx: &Tx) -> Result<Vec<Draft>, StoreError> {
    tx.all(&NEWEST, values![]).await
}

/// The job: judges everybody both ways.
pub(crate) fn work_preview<'a>(app: &'a App, job: &'a Job) -> Working<'a> {
    Box::pin(async move {
        let args: Args = job.args()?;
        let tx = app.db().read().await?;
        let draft = one(&tx, &args.draft).await?.ok_or_else(|| unreadable("job.args"))?;
        let others = load::with(&tx, MasterKind::Levels, &draft.body).await?;
        drop(tx);
        let Ok(others) = others else {
            return Ok(ended(true, "criteria-faulty-now", 0));
        };
        let moves = preview(app, job, Arc::new(others)).await?;
        let moved = moves.values().map(|of| of.up + of.down).sum();
        let body = serde_json::to_string(&moves)?;
        let tx = app.db().write().await?;
        tx.run(&MOVES, values![draft.id, body]).await?;
        tx.commit().await?;
        Ok(ended(false, "criteria-reckoned", moved))
    })
}

fn ended(refused: bool, told: &str, moved: i64) -> Ended {
    Ended {
        refused,
        told: told.into(),
        numbers: BTreeMap::from([("moved".to_owned(), moved)]),
    }
}

/// Puts a draft into force. Everybody is judged by it in the next run.
///
/// # Errors
/// [`CriteriaRefusal`].
pub async fn put_into_force(app: &App, tx: &Tx, viewer: &Viewer, id: &str) -> UseCase<(), CriteriaRefusal> {
    if !viewer.may(Act::KeepCriteria) {
        return refuse(CriteriaRefusal::Forbidden);
    }
    let Some(draft) = one(tx, id).await? else {
        return refuse(CriteriaRefusal::NoDraft);
    };
    if draft.moves.is_none() {
        return refuse(CriteriaRefusal::NotReckoned);
    }
    if tx.run(&LOADED, values![id, app.clock().now().as_millisecond()]).await? == 0 {
        return refuse(CriteriaRefusal::Already);
    }
    if key_hash(&text(tx).await?) != draft.base {
        return refuse(CriteriaRefusal::Outdated);
    }
    match load::load(tx, app.clock(), MasterKind::Levels, &draft.body, &draft.source).await {
        Ok(_) => {}
        Err(LoadError::Faulty(problems)) => return refuse(CriteriaRefusal::Faulty(problems)),
        Err(LoadError::Broken(error)) => return Err(error.into()),
    }
    let what = serde_json::json!({ "draft": id, "source": draft.source });
    crate::rooms::audit::changed(app, tx, viewer, "skill-levels", "criteria", &what).await?;
    Ok(())
}
