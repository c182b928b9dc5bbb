//! Taking out and bringing in: round trips, faults by row and column, and who sees what of whom.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::Direction::{In, Out};
use registry::rooms::exchange::{
    Kind, Period, Report, Table, bring_in, json, of_company, of_everything, of_worker, plan, read, table_csv, zip_of_csv,
};
use registry::testing::{TestApp, World};
use store::{Sql, values};
use testkit::on_both;
use web::Encoding;

/// Two companies, three workers: as somebody writes them who comes from elsewhere.
const COMPANIES: &str = "\
company_id,version,version_at,registered_at,valid_until,state,kind,name,name_kana,phone,email,manager
10000000000122,1,2020-04-01T00:00:00Z,2020-04-01T00:00:00Z,2030-04-30,registered,corporation,株式会社みほん組,ミホングミ,0300000000,office@example.jp,見本 花子
10000000000122,2,2023-04-01T00:00:00Z,2020-04-01T00:00:00Z,2030-04-30,registered,corporation,株式会社みほん建設,ミホンケンセツ,0300000000,office@example.jp,見本 花子
10000000000222,1,2021-04-01T00:00:00Z,2021-04-01T00:00:00Z,,expired,sole_master,架空塗装,カクウトソウ,,,
";
const WORKERS: &str = "\
worker_id,version,registered_at,level,registration,language,family_name,given_name,family_kana,given_kana,birth_day,trade.0.code,trade.0.career,employer.0.company,employer.0.from
10000000000121,1,2020-05-01T00:00:00Z,2,detailed,ja,髙𠮷,太郎,タカヨシ,タロウ,1985-04-12,01-01,\"十年
二行目, 「と」\",10000000000122,2020-05-01
10000000000221,1,2021-05-01T00:00:00Z,1,simplified,vi,グエン,フン,グエン,フン,1998/2/28,02-01,,10000000000222,2021-05-01
10000000000321,,2022-05-01T00:00:00Z,,simplified,ja,架空,次郎,カクウ,ジロウ,2001-01-03,,=not a formula,,
";
const TIES: &str = "\
worker_id,company_id,from,to,main
10000000000121,10000000000222,2018-04-01,2020-04-30,no
10000000000121,10000000000122,2020-05-01,,yes
";

/// Table, row, column and key of a fault.
type Told<S> = (S, u64, S, S);
type Expected = &'static [Told<&'static str>];

async fn took(test: &TestApp, name: &str, bytes: &[u8]) -> Result<Report, Vec<Told<String>>> {
    let source = read(name, bytes).unwrap();
    let tx = test.app.db().read().await.unwrap();
    let plan = plan(&test.app, &tx, &source).await.unwrap();
    drop(tx);
    if plan.faults.is_empty() {
        return Ok(bring_in(&test.app, &plan, false).await.unwrap());
    }
    let faults = plan.faults.iter();
    Err(faults
        .map(|f| (f.table.word().to_owned(), f.place, f.column.clone(), f.fault.key.clone()))
        .collect())
}

async fn everything(test: &TestApp) -> Vec<Table> {
    of_everything(&test.app.db().read().await.unwrap()).await.unwrap()
}

/// What rosters show of a registration follows what is brought in, the first version and the next.
const FACTS: Sql = Sql::new(
    "test.facts",
    "select f.health || ' ' || coalesce(cast(f.residence_until as text), '-') || ' '
            || coalesce((select min(q.name) from worker_qualification q where q.worker_id = f.worker_id), '-')
     from worker_facts f where f.worker_id = $1",
);

on_both!(rosters_follow_what_is_brought_in, |backend| async move {
    let test = TestApp::new(backend).await;
    let head = "worker_id,version,registered_at,registration,language,family_name,given_name,family_kana,given_kana,birth_day,\
                health_insurance,residence_status,residence_until,qualification.0.class,qualification.0.name";
    let line = |version: &str, health: &str, until: &str, class: &str, name: &str| {
        format!(
            "10000000000421,{version},2022-05-01T00:00:00Z,detailed,vi,架空,三郎,カクウ,サブロウ,2001-01-03,\
             {health},特定技能1号,{until},{class},{name}\n"
        )
    };
    let facts = async || {
        let tx = test.app.db().read().await.unwrap();
        tx.value::<String>(&FACTS, values!["10000000000421"]).await.unwrap()
    };
    let first = format!(
        "{head}\n{}",
        line("1", "kyokai", "2027-03-31", "skill_training_course", "玉掛け技能講習")
    );
    let report = took(&test, "workers.csv", first.as_bytes()).await.unwrap();
    assert_eq!((report.workers, report.versions), (1, 1));
    assert_eq!(facts().await.as_deref(), Some("kyokai 20270331 玉掛け技能講習"));
    let next = format!("{head}\n{}", line("2", "society", "2028-03-31", "", ""));
    let report = took(&test, "workers.csv", next.as_bytes()).await.unwrap();
    assert_eq!((report.workers, report.versions), (0, 1));
    assert_eq!(facts().await.as_deref(), Some("society 20280331 -"));
});

on_both!(what_is_taken_out_comes_in_again_and_is_the_same, |backend| async move {
    let one = TestApp::new(backend).await;
    let report = took(&one, "companies.csv", COMPANIES.as_bytes()).await.unwrap();
    assert_eq!((report.companies, report.versions), (2, 3));
    // Ties first need their people.
    let early = took(&one, "ties.csv", TIES.as_bytes()).await.unwrap_err();
    assert!(
        early
            .iter()
            .all(|(_, _, column, key)| column == "worker_id" && key == "exchange-nobody"),
        "{early:?}"
    );
    let report = took(&one, "workers.csv", format!("\u{feff}{WORKERS}").as_bytes())
        .await
        .unwrap();
    assert_eq!(
        (report.workers, report.versions, report.ties),
        (3, 3, 2),
        "ties that the registrations name"
    );
    let tables = everything(&one).await;
    // The first one's own tie is in the registration too; the one of before is new.
    let report = took(&one, "ties.csv", TIES.as_bytes()).await.unwrap();
    assert_eq!((report.ties, report.known), (1, 1));
    assert_ne!(everything(&one).await, tables);
    let tables = everything(&one).await;
    let workers = &tables[1];
    let column = |name: &str| workers.columns.iter().position(|c| c == name).unwrap();
    assert_eq!(workers.rows[1][column("birth_day")], "1998-02-28", "levelled");
    assert_eq!(workers.rows[0][column("trade.0.career")], "十年\n二行目, 「と」");

    for (name, bytes) in [
        ("all.json", json(&tables, one.app.clock().now()).unwrap()),
        ("all.zip", zip_of_csv(&tables, Encoding::Utf8Bom).unwrap()),
    ] {
        // The same file changes nothing where it came from …
        let again = took(&one, name, &bytes).await.unwrap();
        assert_eq!(
            (again.companies, again.workers, again.versions, again.ties),
            (0, 0, 0, 0),
            "{name}"
        );
        assert_eq!(everything(&one).await, tables);
        // … and makes another registry the same.
        let other = TestApp::new(backend).await;
        let report = took(&other, name, &bytes).await.unwrap();
        assert_eq!(
            (report.companies, report.workers, report.versions, report.ties),
            (2, 3, 6, 3),
            "{name}"
        );
        assert_eq!(everything(&other).await, tables, "{name}");
        let twice = took(&other, name, &bytes).await.unwrap();
        assert_eq!((twice.companies, twice.versions, twice.ties), (0, 0, 0));
        assert_eq!(everything(&other).await, tables, "{name}");
    }
    // 𠮷 is not in CP932: refused, with its place.
    assert!(zip_of_csv(&tables, Encoding::Cp932).is_err());
    let companies = table_csv(&tables[0], Encoding::Cp932).unwrap();
    let other = TestApp::new(backend).await;
    took(&other, "companies.csv", &companies).await.unwrap();
    assert_eq!(everything(&other).await[0], tables[0]);
});

on_both!(what_is_wrong_is_told_by_row_and_column, |backend| async move {
    let test = TestApp::new(backend).await;
    took(&test, "companies.csv", COMPANIES.as_bytes()).await.unwrap();
    took(&test, "workers.csv", WORKERS.as_bytes()).await.unwrap();
    let before = everything(&test).await;
    let good = "10000000000421,1,simplified,ja,架空,カクウ,1990-04-01";
    let head = "worker_id,version,registration,language,family_name,family_kana,birth_day";
    let cases: &[(&str, String, Expected)] = &[
        (
            "workers.csv",
            format!("{head}\n{good}\n,1,simplified,ja,架空,カクウ,1990-04-01\n"),
            &[("workers", 3, "worker_id", "field-needed")],
        ),
        (
            "workers.csv",
            format!("{head}\n10000000000422,1,simplified,ja,架空,カクウ,1990-04-01\n"),
            &[("workers", 2, "worker_id", "exchange-no-id")],
        ),
        (
            "workers.csv",
            format!("{head}\n10000000000421,1,simplified,ja,架空👷,山田,1990-02-30\n"),
            &[
                ("workers", 2, "birth_day", "field-no-day"),
                ("workers", 2, "family_kana", "field-kana-characters"),
                ("workers", 2, "family_name", "field-name-characters"),
            ],
        ),
        (
            "workers.csv",
            format!("{head},shoe_size,level\n{good},27,9\n"),
            &[("workers", 2, "shoe_size", "field-unknown")],
        ),
        (
            "workers.csv",
            format!("{head},level\n{good},9\n"),
            &[("workers", 2, "level", "field-choice")],
        ),
        // What is registered is never overwritten.
        (
            "workers.csv",
            format!("{head}\n10000000000221,1,simplified,vi,グエン,グエン,1998-02-28\n"),
            &[
                ("workers", 2, "employer.0.company", "exchange-differs"),
                ("workers", 2, "employer.0.from", "exchange-differs"),
                ("workers", 2, "given_kana", "exchange-differs"),
                ("workers", 2, "given_name", "exchange-differs"),
                ("workers", 2, "trade.0.code", "exchange-differs"),
            ],
        ),
        (
            "companies.csv",
            "company_id,state,kind,name,name_kana\n10000000000322,gone,corporation,架空建設,カクウ\n".into(),
            &[("companies", 2, "state", "field-choice")],
        ),
        (
            "ties.csv",
            "worker_id,company_id,from,to,main\n10000000000121,10000000000922,2020-05-02,2019-01-01,maybe\n".into(),
            &[
                ("ties", 2, "main", "field-choice"),
                ("ties", 2, "to", "field-backward"),
                ("ties", 2, "company_id", "exchange-no-company"),
            ],
        ),
    ];
    for (name, text, expected) in cases {
        let mut seen = took(&test, name, text.as_bytes()).await.unwrap_err();
        seen.sort();
        let mut expected: Vec<Told<String>> = expected
            .iter()
            .map(|(table, place, column, key)| ((*table).into(), *place, (*column).into(), (*key).into()))
            .collect();
        expected.sort();
        assert_eq!(seen, expected, "{text}");
    }
    assert_eq!(everything(&test).await, before, "nothing was changed");
    // Another version is added, and the copies for lists follow it.
    let next = format!("{head}\n10000000000221,2,detailed,vi,グエン,グエン,1998-02-28\n");
    let report = took(&test, "workers.csv", next.as_bytes()).await.unwrap();
    assert_eq!((report.workers, report.versions), (0, 1));
    let tx = test.app.db().read().await.unwrap();
    let kind: Option<String> = tx
        .value(
            &Sql::new("test.kind", "select registration from worker where id = $1"),
            values!["10000000000221"],
        )
        .await
        .unwrap();
    assert_eq!(kind.as_deref(), Some("detailed"));
    drop(tx);
    for (name, bytes) in [
        ("x.json", &b"{\"format\":\"other\"}"[..]),
        ("x.csv", b"a,b\n1,2\n"),
        ("workers.csv", b"worker_id,a\n1\n"),
        ("workers.csv", &[0xFF, 0xFE, 0x00][..]),
        ("x.zip", b"PK damaged"),
    ] {
        assert!(read(name, bytes).is_err(), "{name}");
    }
});

on_both!(a_company_takes_out_what_it_may_see_and_no_more, |backend| async move {
    let world = World::new(backend).await;
    let test = &world.test;
    world
        .send(vec![
            world.touch(&world.ann, "2026-10-20T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
            world.touch(&world.dora, "2026-11-20T07:32:00", In),
            world.touch(&world.dora, "2026-11-20T07:40:00", Out),
        ])
        .await;
    // (company, workers it takes out, days of ann in October and November, of bob, of dora)
    let cases = [
        ("prime", &world.prime, 0, [1, 1, 1, 1]),
        ("first", &world.first, 0, [0, 1, 1, 0]),
        ("employer", &world.second, 2, [0, 1, 1, 0]),
        ("past", &world.past, 0, [1, 0, 0, 0]),
        ("sibling", &world.sibling, 1, [0, 0, 0, 1]),
        ("lower", &world.third, 0, [0, 0, 0, 0]),
        ("stranger", &world.stranger, 0, [0, 0, 0, 0]),
    ];
    for (name, who, workers, days) in cases {
        let tx = test.app.db().read().await.unwrap();
        let period = Period {
            from: "2026-10".parse().unwrap(),
            to: "2026-11".parse().unwrap(),
        };
        let company = who.viewer.company_id().unwrap();
        let tables = of_company(&test.app, &tx, &who.viewer, company, period).await.unwrap();
        let of = |kind| tables.iter().find(|table| table.kind == kind).unwrap();
        assert_eq!(of(Kind::Companies).rows.len(), 1, "{name}");
        assert_eq!(of(Kind::Workers).rows.len(), workers, "{name}");
        let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in &of(Kind::Histories).rows {
            *seen.entry((&row[0], &row[2][..7])).or_default() += 1;
        }
        let (ann, bob, dora) = (world.ann.id.to_string(), world.bob.id.to_string(), world.dora.id.to_string());
        let counts = [(&ann, "2026-10"), (&ann, "2026-11"), (&bob, "2026-11"), (&dora, "2026-11")]
            .map(|(worker, month)| seen.get(&(worker.as_str(), month)).copied().unwrap_or(0));
        assert_eq!(counts, days, "{name}");
        // The former employer of ann stands nowhere in what the present one takes out.
        if name == "employer" {
            let text = String::from_utf8(json(&tables, test.app.clock().now()).unwrap()).unwrap();
            assert!(!text.contains("past建設") && !text.contains(&world.past.viewer.company_id().unwrap().to_string()));
        }
    }
    // By the page: as a file, and recorded as a look at everybody in it.
    let file = test.get(Some(&world.second), "/export/file?what=json").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.contains("\"ashiba-exchange\"") && file.body.contains(&world.ann.id.to_string()));
    assert!(world.page(&world.ann_self, "/my/looks").await.contains("データの書き出し"));
    let csv = world
        .page(&world.second, "/export/file?what=histories&from=2026-11&to=2026-11")
        .await;
    assert!(csv.starts_with("\u{feff}worker_id,worker_name,day"), "{csv}");
    for wrong in ["what=cards", "what=nothing"] {
        let answer = test.get(Some(&world.second), &format!("/export/file?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    for wrong in ["from=2026-11&to=2026-10", "from=2020-01&to=2026-10", "from=x"] {
        let answer = test.get(Some(&world.second), &format!("/export/file?what=zip&{wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
});

on_both!(a_worker_takes_out_all_that_is_his, |backend| async move {
    let world = World::new(backend).await;
    let test = &world.test;
    world
        .send(vec![
            world.touch(&world.ann, "2026-10-20T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
        ])
        .await;
    world.page(&world.prime, &world.path("/calendar?month=2026-11")).await;
    let tx = test.app.db().read().await.unwrap();
    let t = test.app.texts().t(web::Language::Vi);
    let tables = of_worker(&tx, &t, world.ann.id).await.unwrap();
    drop(tx);
    let rows = |kind| tables.iter().find(|table| table.kind == kind).unwrap().rows.len();
    assert_eq!(
        [Kind::Workers, Kind::Ties, Kind::Histories, Kind::Looks].map(rows),
        [1, 2, 2, 1],
        "past employers are his own to know"
    );
    let file = test.get(Some(&world.ann_self), "/my/export/file?what=json").await;
    assert!(file.body.contains("past建設") && !file.body.contains(&world.bob.id.to_string()));
    let page = world.page(&world.ann_self, "/my/export").await;
    assert!(page.contains("自分のデータの書き出し") && page.contains("閲覧の記録"));
});
