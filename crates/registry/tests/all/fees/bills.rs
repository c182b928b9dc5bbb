//! Numbers of invoices, the paper, and what a price is.

use super::*;

on_both!(numbers_have_no_gap_and_a_thing_is_billed_once, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    let first = reissue(app, &world.prime, "a").await;
    // Written and not kept: the number is free again.
    let tx = app.db().write().await.unwrap();
    bill(app, &tx, &payer(&world.prime), &About::Reissue("lost".into()), &[CARD])
        .await
        .unwrap();
    drop(tx);
    let second = reissue(app, &world.first, "b").await;
    assert_eq!(reissue(app, &world.prime, "a").await, first);

    let tx = app.db().write().await.unwrap();
    let two = Line { quantity: 2, ..CARD };
    let other = bill(app, &tx, &payer(&world.prime), &About::Reissue("a".into()), &[two]).await;
    assert_eq!(refused(other), FeeRefusal::AlreadyBilled(first.clone()));
    let free = Line {
        unit_price_yen: 0,
        ..CARD
    };
    let nothing = bill(app, &tx, &payer(&world.prime), &About::Application("x".into()), &[free]).await;
    assert_eq!(refused(nothing), FeeRefusal::NothingToPay);
    let ids = About::AdministratorIds(company(&world.prime), 20_261_120);
    assert_eq!(
        refused(bill(app, &tx, &payer(&world.prime), &ids, &[CARD]).await),
        FeeRefusal::BilledByItself
    );
    drop(tx);

    assert!(
        world
            .page(&world.prime, &format!("/invoices/{first}"))
            .await
            .contains("2026-000001")
    );
    assert!(
        world
            .page(&world.operator, &format!("/invoices/{second}"))
            .await
            .contains("2026-000002")
    );
    // The operator's year begins in April, and with it the numbers.
    world.test.clock.set("2027-04-01T09:00:00+09:00".parse().unwrap());
    let tx = app.db().write().await.unwrap();
    let next = bill(app, &tx, &payer(&world.prime), &About::Reissue("c".into()), &[CARD])
        .await
        .unwrap();
    let number: Option<i32> = tx
        .value(
            &store::Sql::new(
                "test.number",
                "select operator_year * 1000 + number from invoice where id = $1",
            ),
            store::values![next],
        )
        .await
        .unwrap();
    assert_eq!(number, Some(2_027_001));
});

on_both!(many_bill_at_once_and_no_number_is_missing_or_double, |backend| async move {
    let world = world(backend).await;
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let (app, payer) = (world.test.app.clone(), payer(&world.prime));
            tokio::spawn(async move {
                // Each of four things, three times.
                let about = About::Reissue(format!("thing {}", n % 4));
                let tx = app.db().write().await.unwrap();
                let key = bill(&app, &tx, &payer, &about, &[CARD]).await.unwrap();
                tx.commit().await.unwrap();
                key
            })
        })
        .collect();
    let mut keys = Vec::new();
    for task in tasks {
        keys.push(task.await.unwrap());
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
    let list = world.page(&world.prime, "/invoices").await;
    for number in 1..=4 {
        assert_eq!(list.matches(&format!("2026-{number:06}")).count(), 1, "{number}");
    }
    assert!(!list.contains("2026-000005"));
});

on_both!(the_paper_has_what_a_qualified_invoice_needs, |backend| async move {
    let world = world(backend).await;
    let tx = world.test.app.db().write().await.unwrap();
    let keys = bill_administrator_ids(&world.test.app, &tx, company(&world.prime))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let body = world.page(&world.prime, &format!("/invoices/{}", keys[0])).await;
    for needed in [
        "架空登録機構",
        "T1234567890123",
        "prime建設 御中",
        "2026年11月20日(金)",
        "管理者ID利用料（年額）",
        "2026年11月20日(金)から1年",
        "11,400円",
        "10%対象",
        "うち消費税 1,036円",
        "2026年12月20日(日)",
        "架空銀行 本店 普通 7654321",
    ] {
        assert!(body.contains(needed), "{needed}\n{body}");
    }
    assert_eq!(
        world
            .test
            .get(Some(&world.manager), &format!("/invoices/{}", keys[0]))
            .await
            .status,
        404
    );
});

on_both!(a_quote_is_the_price_of_the_day, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    let yen = |wanted| quote(app, &wanted).map(|lines| lines.iter().map(Line::yen).sum::<i64>());
    let worker = |registration, channel| Wanted::Worker {
        registration,
        channel,
        birth: None,
    };
    let cases = [
        (
            Wanted::Company {
                kind: CompanyKind::Corporation,
                capital: 10_000_000,
            },
            Some(24_000),
        ),
        (
            Wanted::Company {
                kind: CompanyKind::SoleMaster,
                capital: 0,
            },
            Some(0),
        ),
        (worker(Registration::Simplified, Channel::Internet), Some(2_500)),
        (worker(Registration::Simplified, Channel::CertifiedDesk), None),
        (worker(Registration::Detailed, Channel::CertifiedDesk), Some(4_900)),
        (Wanted::Upgrade, Some(2_400)),
        (Wanted::Reissue, Some(1_000)),
    ];
    for (wanted, expected) in cases {
        assert_eq!(yen(wanted), expected, "{wanted:?}");
    }
});

on_both!(an_invoice_reads_on_from_the_list, |backend| async move {
    let world = world(backend).await;
    let invoice = reissue(&world.test.app, &world.prime, "a").await;
    let list = world.page(&world.prime, "/invoices").await;
    assert_eq!(key_after(&list, "/invoices/"), invoice);
    assert!(list.contains("/invoices") && list.contains("カード再発行料"));
});
