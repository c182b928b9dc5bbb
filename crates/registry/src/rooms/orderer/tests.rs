//! Who ordered the works sees the figures of the sites for which the prime agreed, as long as it does.

use axum::http::StatusCode;
use domain::access::Role;
use domain::master::{MasterKind, MasterTexts};
use testkit::on_both;

use crate::rooms::masters::load;
use crate::testing::{World, account};

on_both!(an_orderer_sees_figures_while_the_prime_agrees, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    // Two people are enough here.
    let text = MasterTexts::EMBEDDED
        .policies
        .replacen("figures_least_group,,,10,", "figures_least_group,,,2,", 1);
    let tx = app.db().write().await.unwrap();
    load(&tx, app.clock(), MasterKind::Policies, &text, "a test").await.unwrap();
    tx.commit().await.unwrap();
    app.reload_masters().await.unwrap();
    let orderer = account(&world.test, "orderer-1", Role::Orderer, None, None, &[]).await;
    let at_sites = async || world.page(&orderer, "/figures/levels.csv?by=site").await.lines().count();
    assert_eq!(at_sites().await, 1, "the head alone: nobody has agreed");

    let path = world.path("/orderers");
    let add = async |who, id: &str| world.test.post(Some(who), &path, &[("sign_in_id", id)]).await;
    for (who, status) in [
        (&world.manager, StatusCode::FORBIDDEN),
        (&world.second, StatusCode::FORBIDDEN),
        (&world.stranger, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(add(who, "orderer-1").await.status, status);
    }
    // Nobody's ID, that of somebody who is no orderer, none.
    for id in ["nobody", "manager", " "] {
        let answer = add(&world.prime, id).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{id}");
    }
    assert!(world.page(&world.prime, &path).await.contains("まだどの発注者にも"));
    assert_eq!(add(&world.prime, "orderer-1").await.status, StatusCode::SEE_OTHER);
    assert_eq!(add(&world.prime, " orderer-1 ").await.status, StatusCode::SEE_OTHER);
    let list = world.page(&world.prime, &path).await;
    assert_eq!(list.matches("公開をやめる</button>").count(), 1, "twice is once: {list}");

    assert!(at_sites().await > 1);
    for page in ["/figures/levels?by=site", "/notices"] {
        let body = world.page(&orderer, page).await;
        assert!(body.contains("架空の現場"), "{page}: {body}");
    }
    assert!(world.page(&orderer, "/").await.contains("/figures/levels"));

    let end = format!("{path}/{}/end", orderer.viewer.account);
    assert_eq!(
        world.test.post(Some(&world.prime), &end, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(at_sites().await, 1, "taken back");
    assert_eq!(add(&world.prime, "orderer-1").await.status, StatusCode::SEE_OTHER);
    assert!(at_sites().await > 1, "and agreed again");
});
