//! Sites: registered, copied, changed by two at once, published, suspended, ended early, deleted, given to site managers.

use axum::http::StatusCode;
use domain::Direction::{In, Out};
use domain::WorkDay;
use domain::access::Role;
use domain::site::Publication;
use registry::made_up::site_fields;
use registry::rooms::site;
use registry::testing::{Person, World, account};
use testkit::on_both;

fn day(text: &str) -> WorkDay {
    text.parse().unwrap()
}

/// Sends a form of the site's pages that must lead on.
async fn done(world: &World, who: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = world.test.post(Some(who), path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    answer.location.unwrap()
}

/// Code of the first remark of an answer.
fn code(answer: &wire::TouchAnswer) -> &str {
    answer.remarks.first().map_or("", |remark| remark.code.as_str())
}

/// The version that a page of the site carries.
async fn version(world: &World) -> String {
    let page = world.page(&world.prime, &world.path("/edit")).await;
    let rest = page.split(r#"name="version" value=""#).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Makes a move that must pass.
async fn make_move(world: &World, step: &str, fields: &[(&str, &str)]) {
    let version = version(world).await;
    let mut form = vec![("do", step), ("version", version.as_str())];
    form.extend_from_slice(fields);
    done(world, &world.prime, &world.path("/state"), &form).await;
}

on_both!(a_site_is_registered_and_every_step_filled, |backend| async move {
    let world = World::new(backend).await;
    // What is wrong is told beside the field, and what was typed is still there.
    let wrong = world
        .test
        .post(
            Some(&world.prime),
            "/sites",
            &[("name", "駅前👷工事"), ("from", "2026-12-31"), ("to", "2026-12-01")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in [
        "駅前👷工事",
        "発注区分：入力してください",
        "終了日は、開始日と同じか、それより後にしてください",
    ] {
        assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
    }
    let mut form = world.site_form(&[
        ("name", "駅前👷工事"),
        ("place", "(35.7, 139.5)"),
        ("radius", "150"),
        ("bundled", "yes"),
    ]);
    form.retain(|(name, _)| *name != "version");
    let to = done(&world, &world.prime, "/sites", &form).await;
    let data = world.page(&world.prime, &format!("{to}/data")).await;
    for told in [
        "駅前👷工事",
        "35.700000,139.500000",
        "民間工事",
        "東京都",
        "まだ登録がありません",
    ] {
        assert!(data.contains(told), "{told}");
    }
    // A contract with fault, then without; a second one is added, the first taken out.
    let path = format!("{to}/edit/contract");
    let contract = |number: usize, version: &str| {
        [
            (format!("contract.{number}.name"), format!("契約{number}号")),
            (format!("contract.{number}.orderer"), "みほん不動産".to_owned()),
            ("version".to_owned(), version.to_owned()),
        ]
    };
    let none = world
        .test
        .post(Some(&world.prime), &path, &[("contract.0.name", "新築"), ("version", "1")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("契約1 発注者名：入力してください"), "{}", none.body);
    let both: Vec<(String, String)> = contract(0, "1").into_iter().take(2).chain(contract(1, "1")).collect();
    let both: Vec<(&str, &str)> = both.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    done(&world, &world.prime, &path, &both).await;
    // The same form sent once more changes nothing and is not refused.
    done(&world, &world.prime, &path, &both).await;
    let mut remove: Vec<(&str, &str)> = both.iter().copied().filter(|(name, _)| *name != "version").collect();
    remove.extend([("do", "remove:0"), ("version", "2")]);
    done(&world, &world.prime, &path, &remove).await;
    let data = world.page(&world.prime, &format!("{to}/data")).await;
    assert!(data.contains("契約1号") && !data.contains("契約0号"), "{data}");
    done(
        &world,
        &world.prime,
        &format!("{to}/edit/works"),
        &[("works.0.division", "building"), ("works.0.corins", "no"), ("version", "3")],
    )
    .await;
    done(
        &world,
        &world.prime,
        &format!("{to}/edit/kentaikyo"),
        &[
            ("kentaikyo_method", "stamp"),
            ("kentaikyo_number", "60-12345"),
            ("version", "4"),
        ],
    )
    .await;
    let events = world.page(&world.prime, &format!("{to}/events")).await;
    for told in [
        "現場を登録：駅前👷工事",
        "現場・契約情報を変更",
        "契約1 発注者名",
        "共済契約者番号",
        "6012345",
    ] {
        assert!(events.contains(told), "{told}: {events}");
    }
});

on_both!(a_copy_takes_over_what_is_the_same, |backend| async move {
    let world = World::new(backend).await;
    let fields = [
        ("contract.0.name", "新築工事"),
        ("contract.0.orderer", "みほん不動産"),
        ("contract.0.amount_yen", "1000"),
        ("contract.0.signed_on", "2026-09-01"),
        ("version", "1"),
    ];
    done(&world, &world.prime, &world.path("/edit/contract"), &fields).await;
    done(
        &world,
        &world.prime,
        &world.path("/publication"),
        &[("uppers.orderer", "on"), ("version", "2")],
    )
    .await;
    let copy = world.page(&world.prime, &format!("/sites/new?copy={}", world.site)).await;
    assert!(copy.contains("架空の現場") && copy.contains("写しました") && !copy.contains("2027-03-31"));
    let mut form = world.site_form(&[("name", "二期工事"), ("from", "2027-04-01"), ("to", "2028-03-31")]);
    let from = world.site.to_string();
    form.push(("copy", &from));
    let to = done(&world, &world.prime, "/sites", &form).await;
    let data = world.page(&world.prime, &format!("{to}/data")).await;
    assert!(data.contains("みほん不動産") && data.contains("二期工事"));
    assert!(
        !data.contains("契約金額") && !data.contains("契約日"),
        "sums and days are those of the other works"
    );
    assert!(
        world
            .page(&world.prime, &format!("{to}/publication"))
            .await
            .contains(r#"name="uppers.orderer" value="on" checked"#)
    );
    // Nobody copies another prime's site.
    let other = world.test.get(Some(&world.first), &format!("/sites/new?copy={from}")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
});

on_both!(two_at_work_do_not_overwrite_each_other, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/edit/site");
    done(&world, &world.prime, &path, &world.site_form(&[("office", "南作業所")])).await;
    // The second one, with a page made before.
    let late = world.site_form(&[("office", "北作業所")]);
    let stale = world.test.post(Some(&world.manager), &path, &late).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    for told in [
        "ほかの人が先に",
        "北作業所",
        "今の登録内容：南作業所",
        r#"name="version" value="2""#,
    ] {
        assert!(stale.body.contains(told), "{told}: {}", stale.body);
    }
    assert!(world.page(&world.prime, &world.path("/data")).await.contains("南作業所"));
    // Saved again, it holds.
    done(
        &world,
        &world.manager,
        &path,
        &world.site_form(&[("office", "北作業所"), ("version", "2")]),
    )
    .await;
    assert!(world.page(&world.prime, &world.path("/data")).await.contains("北作業所"));
});

on_both!(others_see_what_is_open_to_them, |backend| async move {
    let world = World::new(backend).await;
    let contract = [
        ("contract.0.name", "新築工事"),
        ("contract.0.orderer", "みほん不動産"),
        ("contract.0.amount_yen", "123456789"),
        ("version", "1"),
    ];
    done(&world, &world.prime, &world.path("/edit/contract"), &contract).await;
    let data = world.path("/data");
    let own = format!("/my/sites/{}", world.site);
    // (prime, upper, lowest, worker)
    let seen = async |what: &str| {
        let mut row = String::new();
        for (who, path) in [
            (&world.prime, &data),
            (&world.first, &data),
            (&world.third, &data),
            (&world.ann_self, &own),
        ] {
            row.push(if world.page(who, path).await.contains(what) {
                '+'
            } else {
                '-'
            });
        }
        row
    };
    assert_eq!(seen("架空の現場").await, "++++");
    assert_eq!(seen("民間工事").await, "++--");
    assert_eq!(seen("みほん不動産").await, "+---");
    let open = [
        ("uppers.orderer", "on"),
        ("workers.orderer", "on"),
        ("workers.amount", "on"), // never, whatever is sent
        ("version", "2"),
    ];
    done(&world, &world.prime, &world.path("/publication"), &open).await;
    assert_eq!(seen("みほん不動産").await, "++-+");
    assert_eq!(seen("民間工事").await, "+---", "what was not ticked is closed");
    assert_eq!(seen("123,456,789").await, "+---");
    let stale = world
        .test
        .post(Some(&world.prime), &world.path("/publication"), &open[1..])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let events = world.page(&world.prime, &world.path("/events")).await;
    assert!(
        events.contains("公開する項目を変更") && events.contains("技能者・上位下請に公開"),
        "{events}"
    );
    let listed = world.page(&world.ann_self, "/my/sites").await;
    assert!(listed.contains(&own));
    let stranger = account(&world.test, "w9", Role::Worker, None, Some(&world.bob), &[]).await;
    assert_eq!(
        world.test.get(Some(&stranger), &own).await.status,
        StatusCode::NOT_FOUND,
        "not on the roster"
    );
});

on_both!(a_suspended_site_keeps_touches_and_takes_them_in_later, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-16T07:30:00", In).await;
    let state = world.path("/state");
    let v = version(&world).await;
    // Not over days on which somebody worked, not without a reason, not outside the period.
    for (fields, told) in [
        (
            vec![("day", "2026-11-16"), ("reason", "台風")],
            "11月16日(月)に就業履歴があります",
        ),
        (vec![("day", "2026-11-17")], "入力してください"),
        (vec![("day", "2027-04-01"), ("reason", "台風")], "までの日を入れてください"),
        (
            vec![("day", "2026-11-19"), ("until", "2026-11-18"), ("reason", "台風")],
            "終了日は、開始日と同じか、それより後に",
        ),
        (vec![("day", "きのう"), ("reason", "台風")], "2026-11-21"),
    ] {
        let mut form = vec![("do", "suspend"), ("version", v.as_str())];
        form.extend(fields);
        let answer = world.test.post(Some(&world.prime), &state, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    make_move(&world, "suspend", &[("day", "2026-11-17"), ("reason", "台風の備え")]).await;
    for who in [&world.prime, &world.third] {
        let overview = world.page(who, &world.path("")).await;
        assert!(overview.contains("中断中") && overview.contains("台風の備え"), "{overview}");
    }
    assert!(
        world.page(&world.third, "/notices").await.contains("台風の備え"),
        "the companies are told"
    );
    // A second click finds the site changed, and suspends nothing twice.
    let twice = [
        ("do", "suspend"),
        ("day", "2026-11-17"),
        ("reason", "x"),
        ("version", v.as_str()),
    ];
    assert_eq!(
        world.test.post(Some(&world.prime), &state, &twice).await.status,
        StatusCode::CONFLICT
    );
    let answer = world.send_one(&world.ann, "2026-11-18T07:30:00", In).await;
    assert_eq!(code(&answer), "OCUK0415E");
    let before = world.send_one(&world.bob, "2026-11-16T07:31:00", In).await;
    assert_ne!(code(&before), "OCUK0415E", "late, but of a day before");
    let mend = world.page(&world.prime, &world.path("/mend?month=2026-11")).await;
    assert!(mend.contains("OCUK0415E") && mend.contains(&world.path("/state")), "{mend}");
    // Work goes on from the 18th: the touch of that day comes in.
    make_move(&world, "resume", &[("day", "2026-11-18")]).await;
    let csv = world.page(&world.prime, &world.path("/calendar.csv?month=2026-11")).await;
    assert!(csv.contains("2026-11-18"), "{csv}");
    let page = world.page(&world.prime, &state).await;
    assert!(page.contains("これまでの中断") && page.contains("台風の備え"), "{page}");
    let events = world.page(&world.prime, &world.path("/events")).await;
    assert!(events.contains("再開：2026年11月18日(水)"), "{events}");
});

on_both!(a_site_ends_early_and_is_opened_again, |backend| async move {
    let world = World::new(backend).await;
    world.send_one(&world.ann, "2026-11-16T07:30:00", In).await;
    let v = version(&world).await;
    let early = [
        ("do", "end"),
        ("day", "2026-11-15"),
        ("reason", "完成"),
        ("version", v.as_str()),
    ];
    let worked = world.test.post(Some(&world.prime), &world.path("/state"), &early).await;
    assert_eq!(worked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(worked.body.contains("11月16日(月)に就業履歴があります"), "{}", worked.body);
    make_move(&world, "end", &[("day", "2026-11-18"), ("reason", "完成")]).await;
    let list = world.page(&world.prime, "/sites").await;
    assert!(!list.contains("架空の現場"), "ended sites are not shown unless asked for");
    let ended = world.page(&world.prime, "/sites?state=ended").await;
    assert!(ended.contains("架空の現場") && ended.contains("終了"));
    let refused = world.send_one(&world.ann, "2026-11-19T07:30:00", In).await;
    assert_eq!(code(&refused), "OCUK0404E");
    make_move(&world, "reopen", &[]).await;
    let csv = world.page(&world.prime, &world.path("/calendar.csv?month=2026-11")).await;
    assert!(csv.contains("2026-11-19"), "taken in: {csv}");
    assert!(world.page(&world.prime, &world.path("/data")).await.contains("2027年3月31日"));
    // A period that loses a day with history is refused with the day.
    let v = version(&world).await;
    let form = world.site_form(&[("from", "2026-11-17"), ("version", &v)]);
    let shorter = world.test.post(Some(&world.prime), &world.path("/edit"), &form).await;
    assert_eq!(shorter.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shorter.body.contains("11月16日(月)に就業履歴があります"), "{}", shorter.body);
});

on_both!(only_a_site_where_nobody_worked_is_deleted, |backend| async move {
    let world = World::new(backend).await;
    let fields = site_fields("まちがい工事", ("架空市", "9-9"), day("2026-12-01"), day("2027-01-31"));
    let tx = world.test.app.db().write().await.unwrap();
    let wrong = site::register(&world.test.app, &tx, &world.prime.viewer, &fields, &Publication::default()).await;
    let wrong = wrong.unwrap_or_else(|_| panic!("a site"));
    let open = site::open(&tx, &world.prime.viewer, &wrong.to_string()).await.unwrap();
    let reader = site::add_reader(&world.test.app, &tx, &world.prime.viewer, &open, "門").await;
    let reader = reader.unwrap_or_else(|_| panic!("a reader"));
    tx.commit().await.unwrap();
    let path = format!("/sites/{wrong}/state");
    let delete = [("do", "delete"), ("reason", "二重登録"), ("version", "1")];
    // A site manager changes sites, but does not take them away.
    let manager = account(
        &world.test,
        "m2",
        Role::SiteManager,
        world.prime.viewer.company_id(),
        None,
        &[wrong],
    )
    .await;
    assert!(!world.page(&manager, &path).await.contains("現場を削除する"));
    assert_eq!(
        world.test.post(Some(&manager), &path, &delete).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(done(&world, &world.prime, &path, &delete).await, "/sites");
    assert_eq!(
        world.test.get(Some(&world.prime), &format!("/sites/{wrong}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!world.page(&world.prime, "/sites?state=all").await.contains("まちがい工事"));
    let gone = world.test.api("GET", wire::ROSTER, Some(&reader.key), "").await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED, "its reader is stopped");
    // Where somebody worked, the button is not there and the request is refused.
    world.send_one(&world.ann, "2026-11-16T07:30:00", In).await;
    assert!(
        !world
            .page(&world.prime, &world.path("/state"))
            .await
            .contains(r#"value="delete""#)
    );
    let refused = world.test.post(Some(&world.prime), &world.path("/state"), &delete).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("今の現場の状態では"), "{}", refused.body);
});

on_both!(site_managers_have_the_sites_they_were_given, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/managers");
    let other = world.other_manager.viewer.account.as_str();
    assert_eq!(
        world.test.get(Some(&world.other_manager), &world.path("")).await.status,
        StatusCode::NOT_FOUND
    );
    done(&world, &world.prime, &path, &[("account", other), ("do", "give")]).await;
    // Given twice is given once, and he can work at once.
    done(&world, &world.prime, &path, &[("account", other), ("do", "give")]).await;
    world.page(&world.other_manager, &world.path("/edit")).await;
    done(&world, &world.prime, &path, &[("account", other), ("do", "take")]).await;
    assert_eq!(
        world.test.get(Some(&world.other_manager), &world.path("")).await.status,
        StatusCode::NOT_FOUND
    );
    // Who is put in charge is given the site; only who keeps accounts may do that.
    let v = version(&world).await;
    let form = world.site_form(&[("contact", other), ("version", &v)]);
    let refused = world.test.post(Some(&world.manager), &world.path("/edit"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("まだ現場が割り当てられていません"), "{}", refused.body);
    done(&world, &world.prime, &world.path("/edit"), &form).await;
    world.page(&world.other_manager, &world.path("")).await;
    let stranger = world.stranger.viewer.account.as_str();
    let v = version(&world).await;
    let foreign = world.site_form(&[("contact", stranger), ("version", &v)]);
    let foreign = world.test.post(Some(&world.prime), &world.path("/edit"), &foreign).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody of another company");
    let events = world.page(&world.prime, &world.path("/events")).await;
    assert_eq!(events.matches("現場管理者を割り当て").count(), 2, "{events}");
    assert_eq!(events.matches("現場管理者を担当から外した").count(), 1);
});

on_both!(places_of_a_bundled_site, |backend| async move {
    let world = World::new(backend).await;
    let path = world.path("/places");
    let memo = [("day", "2026-11-20"), ("place", "みほん町7丁目")];
    let not_yet = world.test.post(Some(&world.prime), &path, &memo).await;
    assert_eq!(not_yet.status, StatusCode::CONFLICT);
    done(
        &world,
        &world.prime,
        &world.path("/edit"),
        &world.site_form(&[("bundled", "yes")]),
    )
    .await;
    done(&world, &world.prime, &path, &memo).await;
    done(&world, &world.prime, &path, &memo).await;
    let outside = world
        .test
        .post(Some(&world.prime), &path, &[("day", "2027-04-01"), ("place", "x")])
        .await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = world.page(&world.third, &format!("{path}?month=2026-11")).await;
    assert_eq!(page.matches("みほん町7丁目").count(), 1, "{page}");
    assert!(!page.contains("/remove"), "companies read them");
    assert_eq!(
        world.test.post(Some(&world.third), &path, &memo).await.status,
        StatusCode::FORBIDDEN
    );
    world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    let day = world.path(&format!("/days/2026-11-20/{}", world.ann.handle));
    assert!(
        world.page(&world.ann_self, &day).await.contains("みほん町7丁目"),
        "on the day's page, too"
    );
    let page = world.page(&world.prime, &path).await;
    let remove = page.split("/places/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    done(&world, &world.prime, &format!("{path}/{remove}/remove"), &[]).await;
    assert!(!world.page(&world.prime, &path).await.contains("みほん町7丁目"));
});

on_both!(a_place_that_changes_within_the_month, |backend| async move {
    let world = World::new(backend).await;
    let (edit, path) = (world.path("/edit"), world.path("/places"));
    done(&world, &world.prime, &edit, &world.site_form(&[("bundled", "yes")])).await;
    for (day, place) in [("2026-11-18", "みほん町1丁目"), ("2026-11-19", "みほん町2丁目")] {
        done(&world, &world.prime, &path, &[("day", day), ("place", place)]).await;
    }
    // The night that begins on the 18th ends on the 19th: its place is that of its work day.
    world.send_one(&world.ann, "2026-11-18T21:00:00", In).await;
    world.send_one(&world.ann, "2026-11-19T05:00:00", Out).await;
    world.send_one(&world.ann, "2026-11-19T21:00:00", In).await;
    for (day, here, elsewhere) in [
        ("2026-11-18", "みほん町1丁目", "みほん町2丁目"),
        ("2026-11-19", "みほん町2丁目", "みほん町1丁目"),
    ] {
        let story = world
            .page(&world.ann_self, &world.path(&format!("/days/{day}/{}", world.ann.handle)))
            .await;
        assert!(story.contains(here) && !story.contains(elsewhere), "{day}: {story}");
    }
});

on_both!(the_list_is_searched_sorted_and_paged, |backend| async move {
    let world = World::new(backend).await;
    let tx = world.test.app.db().write().await.unwrap();
    for n in 0..30 {
        let from = day("2026-01-01").plus(n * 10);
        let fields = site_fields(&format!("現場{n:02}号"), ("架空市", "2-2"), from, from.plus(60));
        let made = site::register(&world.test.app, &tx, &world.prime.viewer, &fields, &Publication::default()).await;
        assert!(made.is_ok());
    }
    tx.commit().await.unwrap();
    // Today is 2026-11-20: n ≤ 26 have ended, 27 to 29 and the world's own are open.
    let count = async |query: &str| {
        let page = world.page(&world.prime, &format!("/sites?{query}")).await;
        page.matches(r#"<th scope="row"><a href="/sites/"#).count()
    };
    let cases = [
        ("", 4),
        ("state=ended", 20),
        ("state=ended&page=2", 7),
        ("state=all&q=%E7%8F%BE%E5%A0%B405", 1),
        ("state=open", 4),
        ("state=planned", 0),
        ("state=suspended", 0),
        ("state=nonsense", 4),
        ("page=9", 0),
        ("q=%25", 0),
    ];
    for (query, expected) in cases {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let by_name = world.page(&world.prime, "/sites?state=all&order=name").await;
    let by_begin = world.page(&world.prime, "/sites?state=all").await;
    assert!(by_name.find("現場00号") < by_name.find("現場01号") && by_begin.contains("現場29号"));
    assert!(!by_begin.contains("現場00号"), "the oldest stands on a later page");
});
