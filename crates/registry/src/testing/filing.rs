//! Applications in a test, from the draft to the approval: begun, sent and reviewed through the pages; filled in at once.

use axum::http::StatusCode;
use domain::access::Role;
use domain::registration::Fields;
use store::{Sql, values};

use super::{Answer, Person, World, account};

const WRITE: Sql = Sql::new(
    "testing.write",
    "update application set body = $2, version = version + 1 where id = $1",
);
const VERSION: Sql = Sql::new("testing.version", "select version from application where id = $1");
const STATE: Sql = Sql::new("testing.state", "select state from application where id = $1");
const BODY: Sql = Sql::new("testing.body", "select body from application where id = $1");
const RECORD: Sql = Sql::new(
    "testing.record",
    "insert into record (subject_id, number, at, application_id, account_id, body)
     select $1, coalesce(max(r.number), 0) + 1, 0, null, 'x', $2 from record r where r.subject_id = $1",
);

/// A reviewer's desk in a world.
pub struct Filing<'a> {
    world: &'a World,
    /// The reviewer.
    pub reviewer: Person,
}

impl<'a> Filing<'a> {
    /// With a reviewer of its own.
    pub async fn new(world: &'a World) -> Self {
        let reviewer = account(&world.test, "filing-reviewer", Role::Reviewer, None, None, &[]).await;
        Self { world, reviewer }
    }

    /// The same desk with the reviewer signed in anew.
    #[must_use]
    pub fn with(self, reviewer: Person) -> Self {
        Self { reviewer, ..self }
    }

    /// Begins an application, for a worker if one is named, and gives what came back.
    pub async fn try_begin(&self, who: &Person, purpose: &str, worker: &str) -> Answer {
        let fields = [("purpose", purpose), ("worker", worker)];
        self.world.test.post(Some(who), "/applications", &fields).await
    }

    /// Begins one that is not refused, and gives its key.
    ///
    /// # Panics
    /// If it is.
    pub async fn begin(&self, who: &Person, purpose: &str, worker: &str) -> String {
        let answer = self.try_begin(who, purpose, worker).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let location = answer.location.unwrap_or_default();
        let key = location.split('/').nth(2).map(str::to_owned);
        key.expect("the address of an application")
    }

    /// Writes fields beside those that stand there.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn write(&self, id: &str, fields: &[(&str, &str)]) {
        let tx = self.world.test.app.db().write().await.expect("a transaction");
        let body: Option<String> = tx.value(&BODY, values![id]).await.expect("a query");
        let mut all: Fields = serde_json::from_str(&body.expect("a body")).expect("fields");
        for (name, value) in fields {
            all.set(*name, *value);
        }
        let body = serde_json::to_string(&all).expect("json");
        tx.run(&WRITE, values![id, body]).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// What stands in it.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn fields(&self, id: &str) -> Fields {
        serde_json::from_str(&self.text(&BODY, id).await).expect("fields")
    }

    async fn text(&self, sql: &Sql, id: &str) -> String {
        let tx = self.world.test.app.db().read().await.expect("a transaction");
        let text: Option<String> = tx.value(sql, values![id]).await.expect("a query");
        text.expect("a row")
    }

    /// Its state.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn state(&self, id: &str) -> String {
        self.text(&STATE, id).await
    }

    /// Its version.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn version(&self, id: &str) -> String {
        let tx = self.world.test.app.db().read().await.expect("a transaction");
        let version: Option<i32> = tx.value(&VERSION, values![id]).await.expect("a query");
        version.expect("a row").to_string()
    }

    /// Sends it at a price.
    pub async fn send(&self, who: &Person, id: &str, yen: &str) -> Answer {
        let version = self.version(id).await;
        let fields = [("version", version.as_str()), ("yen", yen)];
        let path = format!("/applications/{id}/submit");
        self.world.test.post(Some(who), &path, &fields).await
    }

    /// The reviewer takes it up and approves; gives the last answer.
    pub async fn approve(&self, id: &str) -> Answer {
        let mut last = None;
        for step in ["take", "approve"] {
            let version = self.version(id).await;
            let fields = [("version", version.as_str()), ("do", step)];
            let path = format!("/review/{id}/decide");
            last = Some(self.world.test.post(Some(&self.reviewer), &path, &fields).await);
        }
        last.expect("two answers")
    }

    /// Registers fields of somebody as a version of his record, as if they had come by an application.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn record(&self, subject: &str, fields: &[(&str, &str)]) {
        let fields: Fields = fields.iter().copied().collect();
        let body = serde_json::to_string(&fields).expect("json");
        let tx = self.world.test.app.db().write().await.expect("a transaction");
        tx.run(&RECORD, values![subject, body]).await.expect("a version");
        tx.commit().await.expect("a commit");
    }
}
