//! Month totals, month list, calendar with filters, and a worker's whole history: who sees what, and that the days add up.

use axum::http::StatusCode;
use domain::Direction::In;
use registry::testing::{Person, World};
use testkit::on_both;

/// Ann two days that count and, in October with another employer, one that does not; bob one that does not; dora one that counts.
async fn with_days(backend: testkit::Backend) -> World {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-10-20T07:30:00", In),
            world.touch(&world.ann, "2026-11-19T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
            world.touch(&world.dora, "2026-11-20T07:32:00", In),
        ])
        .await;
    world
}

/// The cells of a file's lines, by head and without quotes.
async fn csv(world: &World, who: &Person, path: &str) -> Vec<Vec<String>> {
    let file = world.page(who, path).await;
    let cells = |line: &str| line.trim_start_matches('\u{feff}').split(',').map(str::to_owned).collect();
    file.lines().map(cells).collect()
}

/// One cell of the line in which a text stands.
fn cell<'a>(file: &'a [Vec<String>], of: &str, column: &str) -> &'a str {
    let place = file[0].iter().position(|head| head == column).unwrap();
    let line = file.iter().find(|line| line.iter().any(|cell| cell == of)).unwrap();
    &line[place]
}

on_both!(the_views_show_each_just_what_is_his, |backend| async move {
    let world = with_days(backend).await;
    // (viewer, ann, bob — not on the roster —, dora of the other branch)
    let cases = [
        ("prime", &world.prime, [true, true, true]),
        ("manager", &world.manager, [true, true, true]),
        ("employer", &world.second, [true, true, false]),
        ("upper", &world.first, [true, true, false]),
        ("lower", &world.third, [false, false, false]),
        ("sibling", &world.sibling, [false, false, true]),
    ];
    for page in ["/totals", "/totals.csv", "/month-list", "/month-list.csv"] {
        for (name, viewer, [ann, bob, dora]) in &cases {
            let body = world
                .page(viewer, &world.path(&format!("{page}?month=2026-11&months=1")))
                .await;
            assert_eq!(body.contains(&world.ann.name), *ann, "{page} {name} ann");
            assert_eq!(body.contains(&world.bob.name), *bob, "{page} {name} bob");
            assert_eq!(body.contains(&world.dora.name), *dora, "{page} {name} dora");
        }
        // A company's own workers: never those of a company beneath it.
        let of_own = async |who: &Person, month: &str| world.page(who, &format!("{page}?month={month}&months=1")).await;
        let second = of_own(&world.second, "2026-11").await;
        assert!(second.contains(&world.ann.name) && second.contains(&world.bob.name), "{page}");
        assert!(!of_own(&world.prime, "2026-11").await.contains(&world.ann.name), "{page}");
        // The past employer keeps October and sees nothing of November; the present one sees nothing of before.
        assert!(of_own(&world.past, "2026-10").await.contains(&world.ann.name), "{page}");
        assert!(!of_own(&world.past, "2026-11").await.contains(&world.ann.name), "{page}");
        assert!(!of_own(&world.second, "2026-10").await.contains(&world.ann.name), "{page}");
        // A site manager without the site sees none of its days.
        let other = world.test.get(Some(&world.other_manager), page).await;
        assert_eq!(other.status, StatusCode::OK);
        assert!(!other.body.contains(&world.ann.name), "{page}");
    }
});

on_both!(days_are_added_up_by_month, |backend| async move {
    let world = with_days(backend).await;
    let file = csv(&world, &world.prime, &world.path("/totals.csv?month=2026-11&months=2")).await;
    let second = world.second.viewer.company_id().unwrap().to_string();
    let ann = |column: &str| {
        let place = file[0].iter().position(|head| head == column).unwrap();
        let line = file
            .iter()
            .find(|line| line[0] == world.ann.id.to_string() && line[3] == second);
        line.unwrap()[place].clone()
    };
    assert_eq!(
        ["2026-10 記録", "2026-11 記録", "2026-11 有効", "2026-11 まだ", "合計 有効"].map(ann),
        ["0", "2", "2", "0", "2"]
    );
    // October stands in a line of its own, with the employer of that time.
    let lines = file.iter().filter(|line| line[0] == world.ann.id.to_string()).count();
    assert_eq!(lines, 2);
    let bob = world.bob.id.to_string();
    assert_eq!(
        ["2026-11 記録", "2026-11 有効", "2026-11 まだ", "2026-11 職長"].map(|column| cell(&file, &bob, column)),
        ["1", "0", "1", "0"]
    );
});

on_both!(the_month_list_says_what_was_done_and_what_is_missing, |backend| async move {
    let world = with_days(backend).await;
    let file = csv(&world, &world.prime, &world.path("/month-list.csv?month=2026-11")).await;
    let (ann, bob) = (world.ann.id.to_string(), world.bob.id.to_string());
    assert_eq!(cell(&file, &ann, "作業内容"), "鉄筋の組立");
    assert_eq!((cell(&file, &ann, "記録"), cell(&file, &ann, "有効")), ("2", "2"));
    assert_eq!(cell(&file, &ann, "理由"), "");
    assert_eq!(cell(&file, &ann, "レベル"), "1");
    let why = cell(&file, &bob, "理由");
    assert!(why.contains("作業員名簿に載っていません") && why.contains("1日"), "{why}");
    // What a registration tells is open to the prime only of who is on its roster; to the employer of all of its workers.
    assert_eq!(cell(&file, &bob, "レベル"), "");
    assert_eq!(cell(&file, &bob, "建退共"), "");
    let own = csv(&world, &world.second, "/month-list.csv?month=2026-11").await;
    assert_eq!(cell(&own, &bob, "レベル"), "1");
});

on_both!(filters_hold_on_page_and_file, |backend| async move {
    let world = with_days(backend).await;
    let (ann, bob, dora) = (&world.ann.name, &world.bob.name, &world.dora.name);
    let sibling = world.sibling.viewer.company_id().unwrap();
    let trade = world.ann.trades[0].to_string();
    let cases = [
        (format!("company={sibling}"), [false, false, true]),
        (format!("node={}", world.second_node), [true, true, false]),
        ("node=nobody".to_owned(), [false, false, false]),
        (format!("trade={trade}"), [true, false, true]),
        (format!("trade={}", &trade[..2]), [true, false, true]),
        ("trade=99-99".to_owned(), [false, false, false]),
        ("show=open".to_owned(), [false, true, false]),
        ("show=counting".to_owned(), [true, false, true]),
        ("level=1".to_owned(), [true, false, true]),
        ("level=4".to_owned(), [false, false, false]),
    ];
    for view in [
        "/calendar",
        "/calendar.csv",
        "/totals",
        "/totals.csv",
        "/month-list",
        "/month-list.csv",
    ] {
        for (filter, expected) in &cases {
            let body = world
                .page(&world.prime, &world.path(&format!("{view}?month=2026-11&months=1&{filter}")))
                .await;
            let seen = [ann, bob, dora].map(|name| body.contains(name.as_str()));
            assert_eq!(seen, *expected, "{view} {filter}");
            if !view.ends_with(".csv") && expected.contains(&true) {
                let name = filter.split('=').next().unwrap();
                assert!(body.contains(&format!("{view}.csv?month=2026-11&amp;")), "{view} {filter}");
                assert!(body.contains(&format!("{name}=")), "{view} {filter}: the links carry it");
            }
        }
    }
});

on_both!(on_paper_everybody_stands_on_one_page, |backend| async move {
    let world = with_days(backend).await;
    for view in ["/calendar", "/totals", "/month-list"] {
        for (paper, class) in [("a4", "print-landscape\""), ("a3", "print-landscape-a3\"")] {
            let body = world
                .page(
                    &world.prime,
                    &world.path(&format!("{view}?month=2026-11&size=50&page=7&paper={paper}")),
                )
                .await;
            assert!(body.contains(&world.ann.name) && body.contains(&world.dora.name), "{view}");
            assert!(
                body.contains(class) && body.contains("sheet-head") && body.contains("架空の現場"),
                "{view}"
            );
        }
    }
});

on_both!(a_worker_reads_everything_of_himself, |backend| async move {
    let world = with_days(backend).await;
    let page = world.page(&world.ann_self, "/my/history").await;
    for part in ["2026年11月", "2026年10月", "/my/calendar?month=2026-11", "/my/direct"] {
        assert!(page.contains(part), "{part}");
    }
    // October does not count: ann stood on the roster of a company that was not yet hers, and it is still time to mend it.
    assert!(
        page.contains("/days/2026-10-20/") && page.contains("直せる人：second建設"),
        "{page}"
    );
    assert!(page.contains(&format!("/direct/correct/{}/2026-10-20/", world.site)));
    assert!(!page.contains(&world.bob.name));
    let file = csv(&world, &world.ann_self, "/my/history.csv").await;
    let month = |month: &str| file.iter().find(|line| line[0] == month).unwrap().clone();
    assert_eq!(month("2026-10"), ["2026-10", "1", "0", "1", "0", "0"]);
    assert_eq!(month("2026-11"), ["2026-11", "2", "2", "0", "0", "0"]);
});

on_both!(a_look_at_the_views_is_written_down, |backend| async move {
    let world = with_days(backend).await;
    for view in ["/totals", "/month-list"] {
        world.page(&world.prime, &world.path(&format!("{view}?month=2026-11"))).await;
    }
    let looks = world.page(&world.ann_self, "/my/looks").await;
    assert!(looks.contains("月別計") && looks.contains("月別の一覧"), "{looks}");
});
