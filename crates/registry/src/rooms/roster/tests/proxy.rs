//! A proxy keeps the roster of a company right beneath it: by the companies' agreement and each worker's consent, and no further.

use domain::agreement::AgreementMove;

use super::*;
use crate::rooms::agreement;

/// `proxy` asks, `principal` agrees. Gives the key.
async fn agree(world: &World, proxy: &Person, principal: &Person) -> String {
    let tx = world.test.app.db().write().await.unwrap();
    let company = company(principal).to_string();
    let key = agreement::ask(&world.test.app, &tx, &proxy.viewer, &company).await.unwrap();
    agreement::change(&world.test.app, &tx, &principal.viewer, &key, AgreementMove::Agree)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    key
}

async fn revoke(world: &World, who: &Person, key: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    agreement::change(&world.test.app, &tx, &who.viewer, key, AgreementMove::Revoke)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn consent(world: &World, who: &Person, key: &str, yes: bool) {
    let tx = world.test.app.db().write().await.unwrap();
    agreement::consent(&world.test.app, &tx, &who.viewer, key, yes).await.unwrap();
    tx.commit().await.unwrap();
}

fn at(world: &World, worker: &Worker) -> PutForm {
    PutForm {
        node: world.second_node.0.clone(),
        ..one(worker, "01-01")
    }
}

on_both!(both_consents_are_needed_and_each_ends_it_at_once, |backend| async move {
    let world = World::new(backend).await;
    let (first, path) = (&world.first, world.path("/roster"));
    let add = format!("{path}/add?node={}", world.second_node.0);
    let put = async || try_put(&world, &first.viewer, &at(&world, &world.bob)).await;
    // Nothing without an agreement.
    assert_eq!(put().await, Err(PutRefusal::Forbidden));
    let key = agree(&world, first, &world.second).await;
    // With the companies' agreement alone, no worker is seen or put there.
    let page = world.page(first, &add).await;
    assert!(!page.contains("坊 bob") && page.contains("人います"), "{page}");
    let refused = put().await.unwrap_err();
    assert!(fault(&world, refused, Some(&world.bob), "worker").contains("代理手続きに同意していない"));
    // With both.
    consent(&world, &world.bob_self, &key, true).await;
    let page = world.page(first, &add).await;
    assert!(page.contains("坊 bob") && page.contains(&world.bob.id.grouped()));
    assert_eq!(put().await.unwrap().added, 1);
    assert!(
        world.page(&world.second, "/notices").await.contains("代理で"),
        "his company is told"
    );
    // His row opens for the proxy; ann's, who has not answered, only to be read.
    let rows = rows_of(&world, world.bob.id).await;
    let bob = format!("{path}/{}", rows[0].id);
    let ann = format!("{path}/{}", rows_of(&world, world.ann.id).await[0].id);
    assert!(world.page(first, &bob).await.contains("<form class=\"stack\""));
    let page = world.page(first, &ann).await;
    assert!(!page.contains("<form class=\"stack\"") && !page.contains(&world.ann.id.grouped()));
    let form = RowForm {
        trade: "01-01".into(),
        work_content: "代理の変更".into(),
        version: rows[0].version.to_string(),
        ..RowForm::default()
    };
    try_edit(&world, &first.viewer, &rows[0].id, &form).await.unwrap();
    assert_eq!(
        try_edit(&world, &first.viewer, &rows_of(&world, world.ann.id).await[0].id, &form).await,
        Err(RowRefusal::Forbidden)
    );
    // Nobody else: not the prime two steps up, not the sibling, not the lower company.
    for other in [&world.prime, &world.third, &world.sibling] {
        let refused = try_put(&world, &other.viewer, &at(&world, &world.bob)).await;
        assert_eq!(refused, Err(PutRefusal::Forbidden), "{}", other.viewer.name);
    }

    // The worker changes his mind: seen and changed no more, at once; what was done stays.
    consent(&world, &world.bob_self, &key, false).await;
    let again = RowForm {
        version: rows_of(&world, world.bob.id).await[0].version.to_string(),
        work_content: "もう一度".into(),
        ..form.clone()
    };
    assert_eq!(
        try_edit(&world, &first.viewer, &rows[0].id, &again).await,
        Err(RowRefusal::Forbidden)
    );
    assert!(!world.page(first, &bob).await.contains(&world.bob.id.grouped()));
    assert_eq!(rows_of(&world, world.bob.id).await[0].work_content, "代理の変更");
    // So does the company.
    consent(&world, &world.bob_self, &key, true).await;
    revoke(&world, &world.second, &key).await;
    assert_eq!(
        try_edit(&world, &first.viewer, &rows[0].id, &again).await,
        Err(RowRefusal::Forbidden)
    );
    assert_eq!(put().await, Err(PutRefusal::Forbidden));
    assert_eq!(
        world
            .test
            .get(Some(first), &format!("{add}&worker={}", world.bob.handle))
            .await
            .status,
        StatusCode::OK
    );
    assert!(
        !world.page(first, &add).await.contains("坊 bob"),
        "the page is about its own people again"
    );
});

on_both!(an_agreement_reaches_no_further_than_right_beneath, |backend| async move {
    let world = World::new(backend).await;
    // The prime agrees with second, which stands two steps beneath it: of no use here.
    let key = agree(&world, &world.prime, &world.second).await;
    consent(&world, &world.bob_self, &key, true).await;
    let refused = try_put(&world, &world.prime.viewer, &at(&world, &world.bob)).await;
    assert_eq!(refused, Err(PutRefusal::Forbidden));
    // Only workers of the company itself: dora of sibling is none.
    let key = agree(&world, &world.first, &world.second).await;
    consent(&world, &world.bob_self, &key, true).await;
    let refused = try_put(&world, &world.first.viewer, &at(&world, &world.dora))
        .await
        .unwrap_err();
    assert!(!fault(&world, refused, Some(&world.dora), "worker").is_empty());
    // The tie ends: so does what the consent opened.
    let tx = world.test.app.db().write().await.unwrap();
    move_worker(
        &tx,
        world.bob.id,
        company(&world.second),
        company(&world.stranger),
        "2026-11-19".parse().unwrap(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let refused = try_put(&world, &world.first.viewer, &at(&world, &world.bob))
        .await
        .unwrap_err();
    assert!(!fault(&world, refused, Some(&world.bob), "worker").is_empty());
    // Patterns and other sites are not for proxies.
    let many = world
        .page(
            &world.first,
            &format!("{}?node={}", world.path("/roster/many"), world.second_node.0),
        )
        .await;
    assert!(many.contains("second建設") && !many.contains("name=\"pattern\"") && !many.contains("value=\"save\""));
    let save = [("node", world.second_node.0.as_str()), ("source", "save"), ("name", "写し")];
    let path = world.path("/roster/drafts");
    assert_eq!(
        world.test.post(Some(&world.first), &path, &save).await.status,
        StatusCode::FORBIDDEN
    );
});
