//! The store on SQLite and on PostgreSQL.

use std::collections::HashSet;

use store::sea_orm::{self, EntityTrait, FromQueryResult, entity::prelude::*};
use store::testing::prepare_all;
use store::{Backend, Db, Migration, Options, Rows, Sql, StoreError, schema, values};
use testkit::{TestDb, on_both};

const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_people",
        sql: "-- Who; the text may hold ; anywhere.
            create table worker (worker_id text primary key, name text not null, nickname text, born {{int}}) {{strict}};
            create unique index worker_nickname on worker (nickname) where born > 0;",
    },
    Migration {
        name: "0002_touches",
        sql: "create table touch (
                worker_id text not null references worker (worker_id),
                work_day {{int}} not null,
                at {{bigint}} not null,
                late {{bool}} not null,
                print {{bytes}},
                primary key (worker_id, work_day, at)
            ) {{strict}} {{partition by day(work_day) hash(worker_id)}};
            {{only postgres}}create table touch_default partition of touch default;{{end}}
            create table judgement (
                worker_id text not null, work_day {{int}} not null, at {{bigint}} not null, rule {{int}} not null,
                primary key (worker_id, work_day, at, rule), unique (at, rule),
                foreign key (worker_id, work_day, at) references touch (worker_id, work_day, at)
            ) {{strict}};",
    },
];

const ADD: Sql = Sql::new("worker.add", "insert into worker (worker_id, name) values ($1, $2)");
const COUNT: Sql = Sql::new("worker.count", "select count(*) from worker");
const ALL: Sql = Sql::new(
    "worker.all",
    "select worker_id, name, nickname, born from worker order by worker_id",
);
const TAKE_IN: Sql = Sql::new(
    "worker.take_in",
    "insert into worker (worker_id, name, nickname, born)
     select r.worker_id, r.name, r.nickname, r.born
     from {{rows $1: worker_id text, name text, nickname text, born int}} r
     where true on conflict do nothing returning worker_id, name, nickname, born",
);
const TOUCHES: Sql = Sql::new(
    "touch.take_in",
    "insert into touch (worker_id, work_day, at, late)
     select r.worker_id, r.work_day, r.at, r.late
     from {{rows $1: worker_id text, work_day int, at bigint, late bool}} r join worker w on w.worker_id = r.worker_id
     where true on conflict do nothing",
);

mod worker {
    use super::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "worker")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub worker_id: String,
        pub name: String,
        pub nickname: Option<String>,
        pub born: Option<i32>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

async fn fresh(backend: Backend) -> TestDb {
    TestDb::new(backend, MIGRATIONS).await
}

async fn count(db: &Db) -> Option<i64> {
    db.read().await.ok()?.value(&COUNT, []).await.ok()?
}

on_both!(only_what_is_committed_stays, |backend| async move {
    let db = fresh(backend).await;
    let tx = db.write().await.unwrap();
    assert_eq!(tx.run(&ADD, values!["1", "Sato"]).await.unwrap(), 1);
    assert_eq!(count(&db).await, Some(0), "nobody sees what is not committed");
    drop(tx);
    let tx = db.write().await.unwrap();
    assert_eq!(tx.value::<i64>(&COUNT, []).await.unwrap(), Some(0), "dropped is undone");
    tx.run(&ADD, values!["2", "Suzuki"]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, Some(1));

    let reading = db.read().await.unwrap();
    assert!(
        reading.run(&ADD, values!["3", "Tanaka"]).await.is_err(),
        "a reading transaction cannot write"
    );
    drop(reading);
    let reading = db.read().await.unwrap();
    assert_eq!(reading.value::<i64>(&COUNT, []).await.unwrap(), Some(1));
    let tx = db.write().await.unwrap();
    tx.run(&ADD, values!["3", "Tanaka"]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        reading.value::<i64>(&COUNT, []).await.unwrap(),
        Some(1),
        "one state for the whole transaction"
    );
});

on_both!(entities_take_a_transaction, |backend| async move {
    let db = fresh(backend).await;
    let tx = db.write().await.unwrap();
    let row = worker::ActiveModel {
        worker_id: sea_orm::Set("1".into()),
        name: sea_orm::Set("山田".into()),
        nickname: sea_orm::NotSet,
        born: sea_orm::Set(Some(1_980)),
    };
    let stored = row.insert(&*tx).await.unwrap();
    assert_eq!(worker::Entity::find_by_id("1").one(&tx).await.unwrap(), Some(stored));
});

on_both!(many_rows_in_one_value, |backend| async move {
    let db = fresh(backend).await;
    let odd = vec![
        ("1", "髙橋 👷🏽‍♀️ \"x\" \\ \n '; --", None, Some(-1)),
        ("2", "", Some("{\"a\":[1]}"), None),
        ("3", "123", Some("null"), Some(i32::MAX)),
    ];
    let tx = db.write().await.unwrap();
    let stored: Vec<worker::Model> = tx.all(&TAKE_IN, values![Rows::of(&odd).unwrap()]).await.unwrap();
    assert_eq!(stored.len(), 3);
    let read: Vec<worker::Model> = tx.all(&ALL, []).await.unwrap();
    let read: Vec<_> = read
        .iter()
        .map(|r| (&*r.worker_id, &*r.name, r.nickname.as_deref(), r.born))
        .collect();
    assert_eq!(read, odd);

    // The answer tells what was new from what was there, and one doubled in the same call is stored once.
    let ids = (2..5_002).chain([2_500]);
    let many = Rows::of(ids.map(|n| (n.to_string(), "名前", None::<&str>, n))).unwrap();
    assert_eq!(many.len(), 5_001);
    let stored: Vec<worker::Model> = tx.all(&TAKE_IN, values![many]).await.unwrap();
    let stored: HashSet<_> = stored.into_iter().map(|r| r.worker_id).collect();
    assert_eq!(stored.len(), 4_998);
    assert!(!stored.contains("2") && !stored.contains("3") && stored.contains("5001"));

    assert!(
        tx.all::<worker::Model>(&TAKE_IN, values![Rows::new()])
            .await
            .unwrap()
            .is_empty()
    );
    let touches = Rows::of([("1", 20_261_121, 1_795_000_000_000i64, true), ("none", 20_261_121, 1, false)]).unwrap();
    assert_eq!(tx.run(&TOUCHES, values![touches]).await.unwrap(), 1, "joins as any table");
    assert!(Rows::of(["not a row"]).is_err());
});

on_both!(faults_are_told_apart_and_quote_no_values, |backend| async move {
    let db = fresh(backend).await;
    let tx = db.write().await.unwrap();
    tx.run(&ADD, values!["secret-1", "Sato"]).await.unwrap();
    let twice = tx.run(&ADD, values!["secret-1", "Sato"]).await.unwrap_err();
    assert!(twice.is_unique_violation() && !twice.is_passing());
    drop(tx);
    let tx = db.write().await.unwrap();
    let null = tx.run(&ADD, values!["secret-2", None::<String>]).await.unwrap_err();
    assert!(!null.is_unique_violation() && !null.is_passing());
    drop(tx);
    let tx = db.write().await.unwrap();
    const WRONG: Sql = Sql::either("wrong", "select json($1)", "select $1::text::integer");
    let wrong = tx.value::<i32>(&WRONG, values!["secret-3"]).await.unwrap_err();
    for error in [&twice, &null, &wrong] {
        let told = format!("{error} {error:?}");
        assert!(!told.contains("secret"), "{told}");
        assert!(std::error::Error::source(error).is_none());
    }
    assert!(twice.to_string().starts_with("worker.add: "), "{twice}");
    drop(tx);
    let other = (*db).clone();
    db.close().await;
    assert!(other.read().await.unwrap_err().is_passing());
});

on_both!(texts_are_prepared_without_data, |backend| async move {
    let db = fresh(backend).await;
    assert_eq!(
        prepare_all(&db, &[&ADD, &COUNT, &ALL, &TAKE_IN, &TOUCHES]).await,
        Vec::<String>::new()
    );
    const NO_COLUMN: Sql = Sql::new("bad.column", "select nothing from worker where worker_id = $1");
    const NO_MARKER: Sql = Sql::new("bad.marker", "select {{nothing}}");
    let faults = prepare_all(&db, &[&NO_COLUMN, &ADD, &NO_MARKER]).await;
    assert!(
        faults.len() == 2 && faults[0].starts_with("bad.column: ") && faults[1].starts_with("bad.marker: "),
        "{faults:?}"
    );
});

on_both!(migrations_are_applied_once_and_never_changed, |backend| async move {
    let db = TestDb::new(backend, &[]).await;
    let told = |r: Result<(), StoreError>| match r {
        Err(StoreError::NotMigrated(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(told(db.require_migrated(MIGRATIONS).await).contains("lacks 2 migration(s), from 0001_people"));
    let (a, b) = tokio::join!(db.migrate(MIGRATIONS), db.migrate(MIGRATIONS));
    a.and(b).unwrap();
    db.migrate(MIGRATIONS).await.unwrap();
    db.require_migrated(MIGRATIONS).await.unwrap();

    let crlf = MIGRATIONS[0].sql.replace('\n', "\r\n").leak();
    let with = |name, sql| {
        [
            Migration {
                name: "0001_people",
                sql: crlf,
            },
            MIGRATIONS[1],
            Migration { name, sql },
        ]
    };
    assert!(told(db.migrate(&MIGRATIONS[..1]).await).contains("newer than this program: it has migration 0002_touches"));
    let changed = [
        MIGRATIONS[0],
        Migration {
            sql: "select 1",
            ..MIGRATIONS[1]
        },
    ];
    assert!(told(db.require_migrated(&changed).await).contains("0002_touches was changed"));
    let between = [MIGRATIONS[0], Migration { name: "0001_x", sql: "" }, MIGRATIONS[1]];
    assert!(told(db.migrate(&between).await).contains("0001_x comes before 0002_touches"));
    assert!(told(db.migrate(&with("0002_touches", "")).await).contains("not behind"));

    let half = with("0003_half", "create table half (a {{int}}); create table worker (a {{int}})");
    let error = db.migrate(&half).await.unwrap_err();
    assert!(error.to_string().starts_with("0003_half: "), "{error}");
    let whole = with("0003_half", "create table half (a {{int}})");
    db.migrate(&whole).await.unwrap();
});

#[tokio::test]
async fn both_have_the_same_schema() {
    if !testkit::postgres_or_skip("both_have_the_same_schema") {
        return;
    }
    let sqlite = fresh(Backend::Sqlite).await;
    let sqlite = schema::describe(&sqlite).await.unwrap();
    let db = fresh(Backend::Postgres).await;
    store::partitions::ensure(&db, "touch", ["2026-11".parse().unwrap()], 2)
        .await
        .unwrap();
    let postgres = schema::describe(&db).await.unwrap();
    assert_eq!(sqlite.diff(&postgres), "");
    assert_eq!(sqlite, postgres);
    let text = sqlite.to_string();
    for line in [
        "worker.name text not null\n",
        "worker.nickname text\n",
        "worker.worker_id text not null\n",
        "touch.late integer not null\n",
        "touch.print bytes\n",
        "worker unique (nickname) where …\n",
        "judgement unique (at, rule)\n",
        "touch primary key (worker_id, work_day, at)\n",
        "judgement (worker_id, work_day, at) references touch (worker_id, work_day, at)\n",
        "touch (worker_id) references worker (worker_id)\n",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let tx = db.write().await.unwrap();
    tx.execute_unprepared("alter table worker alter column name drop not null")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let changed = schema::describe(&db).await.unwrap();
    assert_eq!(sqlite.diff(&changed), "+ worker.name text\n- worker.name text not null\n");
}

on_both!(months_come_as_partitions, |backend| async move {
    const WHERE: Sql = Sql::either(
        "touch.where",
        "select 'touch' from touch order by work_day",
        "select regexp_replace(tableoid::regclass::text, '_h\\d$', '_h') as part from touch order by work_day",
    );
    #[derive(FromQueryResult)]
    struct Part {
        part: String,
    }
    let months = || ["2026-11", "2026-12"].map(|month| month.parse::<domain::YearMonth>().unwrap());
    let db = fresh(backend).await;
    let tx = db.write().await.unwrap();
    tx.run(&ADD, values!["1", "Sato"]).await.unwrap();
    let days = [20_261_101, 20_261_130, 20_261_201, 20_270_101];
    let touches = |at: i64| Rows::of(days.map(|day| ("1", day, at, false))).unwrap();
    tx.run(&TOUCHES, values![touches(1)]).await.unwrap();
    tx.commit().await.unwrap();

    let ensure = || store::partitions::ensure(&db, "touch", months(), 4);
    let (a, b) = tokio::join!(ensure(), ensure());
    a.and(b).unwrap();
    ensure().await.unwrap();
    let tx = db.write().await.unwrap();
    assert_eq!(tx.run(&TOUCHES, values![touches(1)]).await.unwrap(), 0, "moved, not lost");
    if backend == Backend::Postgres {
        let parts: Vec<_> = tx
            .all::<Part>(&WHERE, [])
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.part)
            .collect();
        assert_eq!(
            parts,
            ["touch_2026_11_h", "touch_2026_11_h", "touch_2026_12_h", "touch_default"]
        );
        drop(tx);
        assert!(store::partitions::ensure(&db, "worker", months(), 4).await.is_err());
        assert!(
            store::partitions::ensure(&db, "touch; drop table touch", months(), 4)
                .await
                .is_err()
        );
    }
});

#[tokio::test]
async fn an_address_is_taken_at_its_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typing_fault.db");
    let address = format!("sqlite:{}", path.display());
    let error = Db::open(&address, Options::default()).await.unwrap_err();
    assert!(matches!(error, StoreError::NoFile(_)) && !path.exists(), "{error}");
    for address in [
        "",
        "mysql://localhost/x",
        "x.db",
        "sqlite:",
        "sqlite::memory:",
        "sqlite://x.db",
        "sqlite:x?mode=rwc",
        "postgres://u:secret@:x/",
    ] {
        let error = Db::open(
            address,
            Options {
                create: true,
                ..Options::default()
            },
        )
        .await
        .unwrap_err();
        assert!(matches!(error, StoreError::Address(_)), "{address}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
}

/// SQLite's promises: durable at every commit, and writers wait for their turn instead of failing.
#[tokio::test]
async fn sqlite_is_durable_and_writers_queue() {
    #[derive(FromQueryResult)]
    struct Pragmas {
        journal: String,
        sync: i32,
        keys: i32,
    }
    const PRAGMAS: Sql = Sql::new(
        "pragmas",
        "select j.journal_mode as journal, s.synchronous as sync, f.foreign_keys as keys
         from pragma_journal_mode j, pragma_synchronous s, pragma_foreign_keys f",
    );
    let db = fresh(Backend::Sqlite).await;
    let pragmas = db.write().await.unwrap().one::<Pragmas>(&PRAGMAS, []).await.unwrap().unwrap();
    assert_eq!((pragmas.journal.as_str(), pragmas.sync, pragmas.keys), ("wal", 2, 1));
    // A second program at the same file.
    let other = Db::open(db.address(), Options::default()).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let db = if n % 2 == 0 { (*db).clone() } else { other.clone() };
        tasks.spawn(async move {
            let tx = db.write().await?;
            tx.value::<i64>(&COUNT, []).await?;
            tokio::task::yield_now().await;
            tx.run(&ADD, values![n.to_string(), "Sato"]).await?;
            tx.commit().await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(count(&db).await, Some(40));
}
