//! Home pages: each sees what is his.

use domain::Direction::In;
use registry::testing::World;
use testkit::on_both;

/// The cells of a table's row that names something.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let rest = page.split("<tr>").skip(1).find(|row| row.contains(name)).unwrap_or_default();
    rest.split("</tr>").next().unwrap_or_default()
}

/// The figures of a row.
fn figures(row: &str) -> Vec<String> {
    row.split("<td")
        .filter(|cell| cell.contains("class=\"number\""))
        .map(|cell| {
            let text = cell.split_once('>').map_or("", |(_, text)| text);
            text.split("</td>")
                .next()
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_digit)
                .collect()
        })
        .collect()
}

on_both!(a_company_sees_where_its_people_are, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
            world.touch(&world.dora, "2026-11-20T07:32:00", In),
        ])
        .await;
    // Bob is not on the roster: his day does not count yet.
    let second = world.page(&world.second, "/").await;
    assert_eq!(figures(row(&second, "架空の現場")), ["2", "1", "1"], "{second}");
    let sibling = world.page(&world.sibling, "/").await;
    assert_eq!(figures(row(&sibling, "架空の現場")), ["1", "1", "0"]);
    // The prime has nobody of its own there, but its site has three.
    let prime = world.page(&world.prime, "/").await;
    assert!(prime.contains("今日はまだ、自社の技能者の入場がありません"));
    assert_eq!(figures(row(&prime, "架空の現場")), ["3", "2", "1"], "{prime}");
    // A site manager sees the sites he was given.
    assert!(world.page(&world.manager, "/").await.contains("架空の現場"));
    assert!(!world.page(&world.other_manager, "/").await.contains("架空の現場"));
    assert!(!world.page(&world.stranger, "/").await.contains("架空の現場"));
    // The menu has the numbers people know, and only what the role may.
    assert!(prime.contains("720") && prime.contains("/ties"));
    assert!(!world.page(&world.manager, "/").await.contains("/ties"));
});

on_both!(a_worker_sees_how_he_stands, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-19T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
        ])
        .await;
    let home = world.page(&world.ann_self, "/").await;
    assert!(
        home.contains("安 annさん") && home.contains("登録済み") && home.contains("second建設"),
        "{home}"
    );
    assert!(!home.contains("past建設"), "a past employer is past");
    assert_eq!(home.matches("架空の現場").count(), 2);
    let own = world.page(&world.ann_self, "/my/registration").await;
    assert!(own.contains(&world.ann.id.grouped()) && own.contains("レベル1"));
    assert!(!world.page(&world.bob_self, "/").await.contains("架空の現場"));
});

on_both!(the_operator_sees_figures, |backend| async move {
    let world = World::new(backend).await;
    let home = world.page(&world.operator, "/").await;
    for (label, figure) in [("登録事業者", "7"), ("登録技能者", "3"), ("稼働中の現場", "1")] {
        let tile = home.split("class=\"tile\"").find(|tile| tile.contains(label)).unwrap();
        assert!(tile.contains(&format!("tile-figure\">{figure}<")), "{label}: {tile}");
    }
    let own = world.page(&world.second, "/registration").await;
    assert!(own.contains("second建設") && own.contains("登録済み"));
});
