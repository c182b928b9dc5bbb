//! Payments: each counts once, by transfer and by the simulator.

use super::*;

on_both!(a_payment_counts_once, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    let (one, two) = (reissue(app, &world.prime, "a").await, reissue(app, &world.prime, "b").await);
    let told = |invoice: &str, reference: &str, yen| {
        let (invoice, reference) = (invoice.to_owned(), reference.to_owned());
        let operator = world.operator.clone();
        async move { transfer(app, &operator, &invoice, &reference, yen).await }
    };
    assert_eq!(told(&one, "T-1", 999).await, Err(FeeRefusal::OtherSum { wanted: 1_000 }));
    assert_eq!(told(&one, "  ", 1_000).await, Err(FeeRefusal::Reference));
    assert_eq!(told("nobody", "T-1", 1_000).await, Err(FeeRefusal::Unknown));
    assert_eq!(told(&one, "T-1", 1_000).await, Ok(Confirmed::Now));
    assert_eq!(told(&one, "T-1", 1_000).await, Ok(Confirmed::Before));
    assert_eq!(told(&one, "T-2", 1_000).await, Err(FeeRefusal::AlreadyPaid));
    assert_eq!(told(&two, "T-1", 1_000).await, Err(FeeRefusal::ReferenceUsed));
    // The company itself cannot say so.
    let tx = app.db().write().await.unwrap();
    let own = confirm_transfer(app, &tx, &world.prime.viewer, &two, "T-3", 1_000).await;
    assert_eq!(refused(own), FeeRefusal::Forbidden);
    drop(tx);
    let tx = app.db().read().await.unwrap();
    assert_eq!(
        figures(&tx, company(&world.prime), app.clock().today()).await.unwrap().open,
        1
    );
});

on_both!(of_confirmations_at_once_one_is_first, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    let invoice = reissue(app, &world.prime, "a").await;
    for (references, firsts) in [(["A", "A", "A", "A"], 1), (["A", "B", "A", "C"], 0)] {
        let tasks: Vec<_> = references
            .into_iter()
            .map(|reference| {
                let (app, invoice, account) = (app.clone(), invoice.clone(), world.prime.viewer.account.clone());
                tokio::spawn(async move {
                    let told = Told {
                        provider: Provider::Simulator,
                        reference,
                        yen: 1_000,
                        account: &account,
                    };
                    let tx = app.db().write().await.unwrap();
                    let confirmed = confirm(&app, &tx, &invoice, &told).await.unwrap();
                    tx.commit().await.unwrap();
                    (reference, confirmed)
                })
            })
            .collect();
        let mut seen = Vec::new();
        for task in tasks {
            seen.push(task.await.unwrap());
        }
        assert_eq!(seen.iter().filter(|(_, c)| *c == Confirmed::Now).count(), firsts, "{seen:?}");
        for (reference, confirmed) in seen {
            // Money that came although the invoice was paid is kept apart.
            assert_eq!(confirmed == Confirmed::Surplus, reference != "A");
        }
    }
});

on_both!(a_company_pays_with_the_simulator, |backend| async move {
    let world = world(backend).await;
    let test = &world.test;
    let invoice = reissue(&test.app, &world.prime, "a").await;
    let (page, pay) = (format!("/invoices/{invoice}"), format!("/invoices/{invoice}/pay"));
    let begin = async || test.post(Some(&world.prime), &pay, &[]).await.location.unwrap();
    let end = async |payment: &str, outcome| test.post(Some(&world.prime), payment, &[("outcome", outcome)]).await;

    let failing = begin().await;
    assert!(world.page(&world.prime, &failing).await.contains("1,000円"));
    assert_eq!(test.get(Some(&world.first), &failing).await.status, 404, "somebody else's");
    assert_eq!(
        test.post(Some(&world.first), &failing, &[("outcome", "pay")]).await.status,
        404
    );
    assert_eq!(end(&failing, "fail").await.location.as_deref(), Some(page.as_str()));
    // One that failed does not come to life.
    end(&failing, "pay").await;
    assert!(world.page(&world.prime, &page).await.contains("お支払い待ち"));

    let (paying, surplus) = (begin().await, begin().await);
    for _ in 0..2 {
        assert_eq!(end(&paying, "pay").await.location.as_deref(), Some(page.as_str()));
    }
    end(&surplus, "pay").await;
    let body = world.page(&world.prime, &page).await;
    for word in ["支払い済み", "入金済み", "不成立", "余分な入金"] {
        assert!(body.contains(word), "{word}");
    }
    assert!(!body.contains("この請求書を支払う"));
    assert_eq!(test.post(Some(&world.prime), &pay, &[]).await.status, 409);
});

on_both!(nobody_pays_with_a_simulator_that_is_off, |backend| async move {
    let world = World::new(backend).await;
    let invoice = reissue(&world.test.app, &world.prime, "a").await;
    let answer = world
        .test
        .post(Some(&world.prime), &format!("/invoices/{invoice}/pay"), &[])
        .await;
    assert_eq!(answer.status, 403);
});
