//! Master data: replaced by command as new versions, never with a fault in them.

use domain::master::{MasterKind, MasterTexts};
use domain::{Masters, Policy};
use registry::rooms::masters::{LoadError, in_force, load};
use registry::testing::{TestApp, World};
use testkit::on_both;

on_both!(a_new_version_is_in_force_and_a_faulty_one_is_not, |backend| async move {
    let test = TestApp::new(backend).await;
    let text = MasterTexts::EMBEDDED.policies;
    let changed = text.replacen(",1000,", ",500,", 1);
    assert_ne!(text, changed);
    let tx = test.app.db().write().await.unwrap();
    load(&tx, test.app.clock(), MasterKind::Policies, &changed, "a test")
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let tx = test.app.db().write().await.unwrap();
    let faulty = changed.replacen("mending_months", "mending_mouths", 1);
    let Err(LoadError::Faulty(problems)) = load(&tx, test.app.clock(), MasterKind::Policies, &faulty, "a test").await else {
        panic!("a faulty table was loaded")
    };
    assert!(!problems.is_empty());
    drop(tx);

    let tx = test.app.db().read().await.unwrap();
    let masters: Masters = in_force(&tx).await.unwrap();
    assert_eq!(masters.policies().at(Policy::BatchItems, test.app.clock().today()), 500);
    drop(tx);
    // A running registry takes it up.
    test.app.reload_masters().await.unwrap();
    assert_eq!(
        test.app.masters().policies().at(Policy::BatchItems, test.app.clock().today()),
        500
    );
});

on_both!(the_page_tells_version_and_source, |backend| async move {
    let world = World::new(backend).await;
    let before = world.page(&world.operator, "/masters").await;
    assert!(before.contains("組み込みの版"));
    let tx = world.test.app.db().write().await.unwrap();
    load(
        &tx,
        world.test.app.clock(),
        MasterKind::Trades,
        MasterTexts::EMBEDDED.trades,
        "公開コード表",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let after = world.page(&world.operator, "/masters").await;
    assert!(after.contains("第1版") && after.contains("公開コード表"));
});

on_both!(criteria_are_replaced_as_a_whole_and_never_contradict, |backend| async move {
    let test = TestApp::new(backend).await;
    let text = MasterTexts::EMBEDDED.levels;
    // More days for glazing's level 4, from a day on: the present edition ends, another begins.
    let (before, glazing) = text.split_once("id = \"glazing\"").unwrap();
    let (edition, after) = glazing.split_once("[[field]]").unwrap();
    let (head, edition) = edition.split_once("[[field.edition]]").unwrap();
    let next = edition.replacen("days = 2150", "days = 2365", 1);
    let changed = format!(
        "{before}id = \"glazing\"{head}[[field.edition]]\nvalid_to = 2027-03-31{edition}[[field.edition]]\nvalid_from = 2027-04-01{next}[[field]]{after}"
    );
    let tx = test.app.db().write().await.unwrap();
    load(&tx, test.app.clock(), MasterKind::Levels, &changed, "a test")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.app.reload_masters().await.unwrap();
    let masters = test.app.masters();
    let glazing = masters.levels().field("glazing").unwrap();
    let asked = |on: &str| {
        let edition = glazing.edition_on(on.parse().unwrap()).unwrap();
        edition.level(4).unwrap().ways[0].days.days()
    };
    assert_eq!([asked("2027-03-31"), asked("2027-04-01")], [Some(2150), Some(2365)]);

    let faulty = changed.replacen("days = 2365", "days = 365", 1);
    let tx = test.app.db().write().await.unwrap();
    let Err(LoadError::Faulty(problems)) = load(&tx, test.app.clock(), MasterKind::Levels, &faulty, "a test").await else {
        panic!("criteria that contradict themselves were loaded")
    };
    assert!(problems[0].to_string().contains("field glazing, edition 2"), "{problems:?}");
    drop(tx);
    // Nor may a table go away beneath them: the criteria name this qualification.
    let fewer = MasterTexts::EMBEDDED.qualifications.replacen("職長教育", "職長の教育", 1);
    let tx = test.app.db().write().await.unwrap();
    assert!(
        load(&tx, test.app.clock(), MasterKind::Qualifications, &fewer, "a test")
            .await
            .is_err()
    );
});
