//! Invoices, payments, yearly fees of IDs and suspension, on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where its expectation does")]

use domain::fees::{Channel, CompanyKind, FeeItem, Registration};
use domain::{CompanyId, Direction};
use jiff::SignedDuration;
use registry::access::UseCaseError;
use registry::rooms::accounts::{NewAccount, create};
use registry::rooms::fees::{
    About, Confirmed, FeeRefusal, Line, Payer, PayerId, Provider, Told, Wanted, bill, bill_administrator_ids,
    bill_all_administrator_ids, confirm, confirm_transfer, figures, keep, quote, suspend_unpaid,
};
use registry::testing::{Person, World};
use registry::{App, Issuer, Settings};
use testkit::{Backend, on_both};

fn settings() -> Settings {
    Settings {
        issuer: Some(Issuer {
            name: "架空登録機構".into(),
            address: "架空市2-2".into(),
            number: "T1234567890123".into(),
            bank: "架空銀行 本店 普通 7654321".into(),
        }),
        simulate_payments: true,
        ..Settings::default()
    }
}

async fn world(backend: Backend) -> World {
    World::with(backend, settings()).await
}

fn company(person: &Person) -> CompanyId {
    person.viewer.company_id().unwrap()
}

fn payer(person: &Person) -> Payer {
    Payer {
        id: PayerId::Company(company(person)),
        name: person.viewer.company.clone().unwrap().1,
        postal: "100-0000".into(),
        address: "架空市1-1".into(),
    }
}

const CARD: Line = Line {
    item: FeeItem::CardReissue,
    quantity: 1,
    unit_price_yen: 1_000,
};

fn refused<T: std::fmt::Debug, R: std::fmt::Debug>(result: Result<T, UseCaseError<R>>) -> R {
    match result.unwrap_err() {
        UseCaseError::Refused(refusal) => refusal,
        UseCaseError::Broken(error) => panic!("broken: {error:#}"),
    }
}

async fn reissue(app: &App, person: &Person, key: &str) -> String {
    let tx = app.db().write().await.unwrap();
    let invoice = bill(app, &tx, &payer(person), &About::Reissue(key.into()), &[CARD])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    invoice
}

async fn transfer(app: &App, operator: &Person, invoice: &str, reference: &str, yen: i64) -> Result<Confirmed, FeeRefusal> {
    let tx = app.db().write().await.unwrap();
    match confirm_transfer(app, &tx, &operator.viewer, invoice, reference, yen).await {
        Ok(confirmed) => {
            tx.commit().await.unwrap();
            Ok(confirmed)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("broken: {error:#}"),
    }
}

/// The first key in an address that begins like this.
fn key_after(body: &str, before: &str) -> String {
    let after = body.split(before).nth(1).unwrap();
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

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
