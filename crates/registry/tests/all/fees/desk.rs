//! The operator at the desk of fees.

use super::*;

on_both!(the_operator_finds_enters_and_cancels, |backend| async move {
    let world = world(backend).await;
    let test = &world.test;
    let (one, two) = (
        reissue(&test.app, &world.prime, "a").await,
        reissue(&test.app, &world.sibling, "b").await,
    );
    let finds = async |query: &str| {
        let body = world.page(&world.operator, &format!("/fees?{query}")).await;
        [&one, &two].map(|key| body.contains(key.as_str()))
    };
    let id = format!("q={}", company(&world.sibling));
    let cases = [
        ("", [true, true]),
        ("q=2026-000002", [false, true]),
        ("q=2", [false, true]),
        ("q=2025-2", [false, false]),
        ("q=PRIME", [true, false]),
        ("q=%25", [false, false]),
        (&id, [false, true]),
        ("state=open", [true, true]),
        ("state=overdue", [false, false]),
        ("state=paid", [false, false]),
        ("page=2", [false, false]),
    ];
    for (query, expected) in cases {
        assert_eq!(finds(query).await, expected, "{query}");
    }
    world.test.clock.advance(SignedDuration::from_hours(24 * 31));
    // Its session is over by then.
    let tx = test.app.db().read().await.unwrap();
    assert_eq!(
        figures(&tx, company(&world.prime), test.app.clock().today())
            .await
            .unwrap()
            .overdue,
        1
    );
    drop(tx);
    world.test.clock.advance(SignedDuration::from_hours(-24 * 31));

    let transfer = format!("/invoices/{one}/transfer");
    let wrong = test
        .post(
            Some(&world.operator),
            &transfer,
            &[("reference", "銀行 12"), ("yen", "1,001")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("請求額は 1,000円") && wrong.body.contains("銀行 12"));
    let empty = test
        .post(Some(&world.operator), &transfer, &[("reference", "x"), ("yen", "")])
        .await;
    assert!(empty.status == 422 && empty.body.contains("金額は数字で"));
    for _ in 0..2 {
        let right = test
            .post(
                Some(&world.operator),
                &transfer,
                &[("reference", "銀行 12"), ("yen", "１,０００円")],
            )
            .await;
        assert_eq!(right.status, 303);
    }
    let cancel = format!("/invoices/{two}/cancel");
    assert_eq!(
        test.post(Some(&world.operator), &cancel, &[("reason", " ")]).await.status,
        422
    );
    assert_eq!(test.post(Some(&world.sibling), &cancel, &[("reason", "x")]).await.status, 403);
    for _ in 0..2 {
        assert_eq!(
            test.post(Some(&world.operator), &cancel, &[("reason", "宛先の誤り")])
                .await
                .status,
            303
        );
    }
    assert_eq!(finds("state=paid").await, [true, false]);
    assert_eq!(finds("state=cancelled").await, [false, true]);
    assert_eq!(finds("state=open").await, [false, false]);
    // Cancelled, it can be billed anew, under another number.
    assert_ne!(reissue(&test.app, &world.sibling, "b").await, two);
    let csv = test.get(Some(&world.operator), "/fees.csv?state=cancelled").await.body;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("2026-000002") && csv.contains("sibling建設"));
    let own = test.get(Some(&world.prime), "/invoices.csv").await.body;
    assert!(own.contains("2026-000001") && !own.contains("sibling"));
});
