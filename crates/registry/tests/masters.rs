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
