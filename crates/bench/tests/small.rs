//! A bench of two thousand rows, so that it cannot rot.

use bench::{Options, run};
use registry::MIGRATIONS;
use testkit::TestDb;

testkit::on_both!(a_small_bench_runs_through_twice, |backend| async move {
    let db = TestDb::new(backend, MIGRATIONS).await;
    // Loading wants a SQLite file for itself.
    db.close().await;
    let file = std::env::temp_dir().join(format!("ashiba-bench-{}-{backend:?}.json", std::process::id()));
    let options = Options {
        databases: vec![db.address().to_owned()],
        rows: 2_000,
        seconds: 0.3,
        only: None,
        json: Some(file.clone()),
    };
    run(options.clone()).await.expect("a bench");
    run(options.clone()).await.expect("a bench on what the first has loaded");
    assert!(
        run(Options { rows: 3_000, ..options }).await.is_err(),
        "another load must not be taken for this one"
    );
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("figures")).expect("json");
    std::fs::remove_file(&file).expect("the file");
    let figures = json["databases"][0]["figures"].as_array().expect("a list");
    assert_eq!(figures.len(), 8);
    assert!(
        figures.iter().all(|f| f["ratio"].as_f64().is_some_and(|ratio| ratio > 0.0)),
        "{figures:?}"
    );
});

testkit::on_both!(a_small_site_runs_through_twice, |backend| async move {
    let db = TestDb::new(backend, MIGRATIONS).await;
    db.close().await;
    let file = std::env::temp_dir().join(format!("ashiba-bench-site-{}-{backend:?}.json", std::process::id()));
    let options = bench::sites::Options {
        databases: vec![db.address().to_owned()],
        companies: 7,
        workers: 60,
        requests: 10,
        json: Some(file.clone()),
    };
    bench::sites::run(options.clone()).await.expect("a bench");
    bench::sites::run(options)
        .await
        .expect("a bench on what the first has judged again");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("figures")).expect("json");
    std::fs::remove_file(&file).expect("the file");
    assert_eq!(json["databases"][0]["figures"].as_array().map(Vec::len), Some(7));
});

testkit::on_both!(a_small_rush_runs_through, |backend| async move {
    let db = TestDb::new(backend, MIGRATIONS).await;
    db.close().await;
    let file = std::env::temp_dir().join(format!("ashiba-bench-rush-{}-{backend:?}.json", std::process::id()));
    let options = bench::rush::Options {
        database: db.address().to_owned(),
        rows: 2_000,
        touches: 60.0,
        pages: 20.0,
        seconds: 1.0,
        evening: 500,
        json: Some(file.clone()),
    };
    bench::rush::run(options.clone()).await.expect("a rush");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("figures")).expect("json");
    std::fs::remove_file(&file).expect("the file");
    assert_eq!(json["database"]["figures"].as_array().map(Vec::len), Some(3));
    let too_many = bench::rush::Options {
        seconds: 100_000.0,
        ..options
    };
    assert!(bench::rush::run(too_many).await.is_err(), "there are not so many people");
});

testkit::on_both!(a_small_nation_is_judged_twice, |backend| async move {
    let db = TestDb::new(backend, MIGRATIONS).await;
    db.close().await;
    let file = std::env::temp_dir().join(format!("ashiba-bench-levels-{}-{backend:?}.json", std::process::id()));
    let options = bench::levels::Options {
        databases: vec![db.address().to_owned()],
        workers: 300,
        rows: 5_000,
        json: Some(file.clone()),
    };
    bench::levels::run(options.clone()).await.expect("a bench");
    bench::levels::run(options.clone())
        .await
        .expect("a bench on what the first has loaded");
    let other = bench::levels::Options { workers: 301, ..options };
    assert!(
        bench::levels::run(other).await.is_err(),
        "another load must not be taken for this one"
    );
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("figures")).expect("json");
    std::fs::remove_file(&file).expect("the file");
    assert!(json[0]["standings"].as_i64().is_some_and(|rows| rows >= 300), "{json}");
    assert_eq!(json[0]["marked"], 3);
});
