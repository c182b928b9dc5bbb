//! A fresh, migrated database for each test.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};
use store::sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use store::{Backend, Db, Migration, Options, values};
use tempfile::TempDir;

/// A fresh database, migrated; gone when dropped. Use it as a [`Db`].
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    address: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Removed with its folder.
    File { _folder: TempDir },
    /// A database of the test server.
    Server { name: String },
}

impl TestDb {
    /// A new database. On PostgreSQL a copy of a template that is migrated once for each list of migrations.
    ///
    /// # Panics
    /// If it cannot be made: a test cannot go on without.
    pub async fn new(backend: Backend, migrations: &[Migration]) -> Self {
        match backend {
            Backend::Sqlite => Self::file(migrations).await,
            Backend::Postgres => Self::on_server(migrations).await,
        }
    }

    /// Where it is, for programs that open it themselves.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    async fn file(migrations: &[Migration]) -> Self {
        let folder = must(tempfile::tempdir(), "make a folder");
        let address = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = open(&address).await;
        must(db.migrate(migrations).await, "migrate");
        let place = Place::File { _folder: folder };
        Self { db, address, place }
    }

    async fn on_server(migrations: &[Migration]) -> Self {
        let server = must(
            Database::connect(must(server().ok_or("ASHIBA_TEST_POSTGRES is not set"), "find PostgreSQL")).await,
            "connect",
        );
        let template = template(&server, migrations).await;
        let name = format!("ashiba_test_{}", unique());
        // A process of the same number may have been killed before it could tidy up.
        run(&server, &format!("drop database if exists {name} with (force)")).await;
        run(&server, &format!("create database {name} template {template}")).await;
        let address = must(address_of(&name).ok_or("no address"), "find PostgreSQL");
        let db = open(&address).await;
        Self {
            db,
            address,
            place: Place::Server { name },
        }
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Place::Server { name } = &self.place {
            let sql = format!("drop database if exists {name} with (force)");
            // A thread of its own, since we may be inside a runtime, which lets nobody wait. Runs after a panic too.
            let tidied = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
                runtime.block_on(async { Database::connect(server()?).await.ok()?.execute_unprepared(&sql).await.ok() })
            });
            if !matches!(tidied.join(), Ok(Some(_))) {
                eprintln!("{name} could not be dropped");
            }
        }
    }
}

/// The name of a database with these migrations, made now if it is not there.
async fn template(server: &DatabaseConnection, migrations: &[Migration]) -> String {
    let mut hash = Sha256::new();
    for migration in migrations {
        hash.update(migration.name);
        hash.update(migration.sql);
    }
    let name = format!("ashiba_template_{}", &hex::encode(hash.finalize())[..16]);
    let exists = store::sea_orm::Statement::from_sql_and_values(
        server.get_database_backend(),
        "select 1 from pg_database where datname = $1",
        values![name.as_str()],
    );
    if must(server.query_one_raw(exists).await, "look for the template").is_none() {
        // Made under another name, so that one half made is never taken for it, and several tests may make it at once.
        let draft = format!("{name}_{}", unique());
        run(server, &format!("drop database if exists {draft} with (force)")).await;
        run(server, &format!("create database {draft}")).await;
        let db = open(&must(address_of(&draft).ok_or("no address"), "find PostgreSQL")).await;
        must(db.migrate(migrations).await, "migrate");
        db.close().await;
        if server
            .execute_unprepared(&format!("alter database {draft} rename to {name}"))
            .await
            .is_err()
        {
            run(server, &format!("drop database {draft} with (force)")).await;
        }
    }
    name
}

/// Is there a PostgreSQL to test on? Says so on the standard error if not.
///
/// # Panics
/// If there is none and `ASHIBA_REQUIRE_POSTGRES=1` demands it.
#[must_use]
pub fn postgres_or_skip(test: &str) -> bool {
    let found = server().is_some();
    if !found {
        let demanded = variable("ASHIBA_REQUIRE_POSTGRES").is_some_and(|value| value == "1");
        assert!(!demanded, "{test} needs ASHIBA_TEST_POSTGRES");
        eprintln!("skipped {test}: ASHIBA_TEST_POSTGRES is not set");
    }
    found
}

async fn open(address: &str) -> Db {
    let options = Options {
        create: true,
        readers: 4,
        writers: 4,
        ..Options::default()
    };
    must(Db::open(address, options).await, "open")
}

async fn run(server: &DatabaseConnection, sql: &str) {
    must(server.execute_unprepared(sql).await, sql);
}

/// Told apart from all that live now.
fn unique() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// Address of the maintenance database.
fn server() -> Option<String> {
    variable("ASHIBA_TEST_POSTGRES").filter(|address| !address.is_empty())
}

/// The same server, another database.
fn address_of(name: &str) -> Option<String> {
    server()?.rsplit_once('/').map(|(server, _)| format!("{server}/{name}"))
}

#[expect(clippy::disallowed_methods, reason = "tests have no command line to take settings from")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::panic, reason = "test support: without a database the test cannot go on")]
fn must<T, E: std::fmt::Display>(done: Result<T, E>, what: &str) -> T {
    done.unwrap_or_else(|error| panic!("{what}: {error}"))
}
