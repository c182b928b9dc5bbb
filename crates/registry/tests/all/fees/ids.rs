//! The yearly fee of an ID, and the suspension of who does not pay.

use super::*;

on_both!(an_id_is_billed_once_a_year, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    // Seven administrators; managers of sites are free.
    assert_eq!(bill_all_administrator_ids(app).await.unwrap(), 7);
    assert_eq!(bill_all_administrator_ids(app).await.unwrap(), 0);
    world.test.clock.set("2027-01-15T09:00:00+09:00".parse().unwrap());
    let tx = app.db().write().await.unwrap();
    for name in ["branch-1", "branch-2"] {
        let new = NewAccount {
            sign_in_id: name,
            role: domain::access::Role::TierManager,
            company: Some(company(&world.prime)),
            worker: None,
            name,
            password: "足場のうえで7時半",
            sites: &[],
            made_up: true,
        };
        create(app, &tx, &new).await.unwrap();
    }
    let keys = bill_administrator_ids(app, &tx, company(&world.prime)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(keys.len(), 1, "both began on the same day");
    let total = async |key: &str| {
        let sql = store::Sql::new("test.total", "select total_yen from invoice where id = $1");
        app.db()
            .read()
            .await
            .unwrap()
            .value::<i64>(&sql, store::values![key])
            .await
            .unwrap()
    };
    assert_eq!(total(&keys[0]).await, Some(22_800));
    // A day before the year of the first ones is over, nothing; on the day, seven; those of January follow in theirs.
    for (on, made) in [("2027-11-19", 0), ("2027-11-20", 7), ("2028-01-14", 0), ("2028-01-15", 1)] {
        world.test.clock.set(format!("{on}T00:00:00+09:00").parse().unwrap());
        assert_eq!(bill_all_administrator_ids(app).await.unwrap(), made, "{on}");
    }
});

on_both!(who_does_not_pay_is_suspended_until_he_does, |backend| async move {
    let world = world(backend).await;
    let test = &world.test;
    let app = &test.app;
    let tx = app.db().write().await.unwrap();
    let ids = bill_administrator_ids(app, &tx, company(&world.prime))
        .await
        .unwrap()
        .remove(0);
    tx.commit().await.unwrap();
    reissue(app, &world.first, "a").await;
    let standing = async |on: &str| {
        test.clock.set(format!("{on}T09:00:00+09:00").parse().unwrap());
        suspend_unpaid(app).await.unwrap()
    };
    // Due on 20 December; use is suspended more than 30 days after it. A card that is not paid for suspends nothing.
    assert_eq!(standing("2026-12-21").await, 0);
    assert_eq!(standing("2027-01-19").await, 0);
    assert_eq!(standing("2027-01-20").await, 1);
    assert_eq!(standing("2027-01-21").await, 0);
    // A second unpaid one.
    let tx = app.db().write().await.unwrap();
    let new = NewAccount {
        sign_in_id: "branch",
        role: domain::access::Role::TierManager,
        company: Some(company(&world.prime)),
        worker: None,
        name: "支店",
        password: "足場のうえで7時半",
        sites: &[],
        made_up: true,
    };
    create(app, &tx, &new).await.unwrap();
    let branch = bill_administrator_ids(app, &tx, company(&world.prime))
        .await
        .unwrap()
        .remove(0);
    tx.commit().await.unwrap();
    assert_eq!(standing("2027-04-01").await, 1);

    // Sign-in is possible, every page says why, what is there can be read, nothing new begins.
    test.clock.set("2026-11-20T08:00:00+09:00".parse().unwrap());
    let banner = "利用を停止しています";
    for path in ["/sites", &world.path(""), &world.path("/calendar"), "/masters", "/invoices"] {
        assert!(world.page(&world.prime, path).await.contains(banner), "{path}");
    }
    assert!(
        world
            .page(&world.manager, &world.path("/roster"))
            .await
            .contains("事業者責任者にご確認")
    );
    assert!(!world.page(&world.first, "/sites").await.contains(banner));
    for path in ["/sites/new"] {
        let answer = test.get(Some(&world.prime), path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains(banner), "the refusal says why: {path}");
    }
    let stranger = company(&world.stranger).to_string();
    let invite = async || {
        let fields = [("company", stranger.as_str()), ("parent", "")];
        test.post(Some(&world.prime), &world.path("/organisation"), &fields).await
    };
    let refused = invite().await;
    assert!(refused.status == 403 || refused.status == 422, "{}", refused.status);
    assert!(
        !world
            .page(&world.first, &world.path("/organisation"))
            .await
            .contains("stranger建設")
    );
    // Touches go on being taken in: nobody loses a day.
    let answer = world.send_one(&world.ann, "2026-11-20T07:30:00", Direction::In).await;
    assert!(answer.day.as_ref().is_some_and(|day| day.counts), "{answer:?}");

    // The first payment is not enough, the second is; two at once would do as well.
    assert_eq!(transfer(app, &world.operator, &ids, "T-1", 11_400).await, Ok(Confirmed::Now));
    assert!(world.page(&world.prime, "/sites").await.contains(banner));
    assert_eq!(
        transfer(app, &world.operator, &branch, "T-2", 11_400).await,
        Ok(Confirmed::Now)
    );
    assert!(!world.page(&world.prime, "/sites").await.contains(banner));
    world.page(&world.prime, "/sites/new").await;
});

on_both!(two_late_payments_at_once_lift_the_suspension, |backend| async move {
    let world = world(backend).await;
    let app = &world.test.app;
    let prime = company(&world.prime);
    let tx = app.db().write().await.unwrap();
    let one = bill_administrator_ids(app, &tx, prime).await.unwrap().remove(0);
    let new = NewAccount {
        sign_in_id: "branch",
        role: domain::access::Role::TierManager,
        company: Some(prime),
        worker: None,
        name: "支店",
        password: "足場のうえで7時半",
        sites: &[],
        made_up: true,
    };
    create(app, &tx, &new).await.unwrap();
    let two = bill_administrator_ids(app, &tx, prime).await.unwrap().remove(0);
    tx.commit().await.unwrap();
    world.test.clock.set("2027-01-20T09:00:00+09:00".parse().unwrap());
    keep(app).await.unwrap();
    let state = async || {
        let sql = store::Sql::new("test.state", "select state from company where id = $1");
        let tx = app.db().read().await.unwrap();
        tx.value::<String>(&sql, store::values![prime.to_string()])
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(state().await, "suspended");
    let (a, b) = tokio::join!(
        transfer(app, &world.operator, &one, "T-1", 11_400),
        transfer(app, &world.operator, &two, "T-2", 11_400)
    );
    assert_eq!((a, b), (Ok(Confirmed::Now), Ok(Confirmed::Now)));
    assert_eq!(state().await, "registered");
});
