//! The criteria of levels as drafts: checked, reckoned, put into force.

use domain::Direction::In;
use domain::master::MasterTexts;
use registry::rooms::jobs;
use registry::testing::World;
use store::{Sql, values};
use testkit::on_both;

const STANDINGS: Sql = Sql::new("test.standings", "select count(*) from level_standing");

/// The shipped criteria with something in the field of scaffolders changed.
fn changed(text: &str, from: &str, to: &str) -> String {
    let field = text.find("id = \"scaffolding_tobi\"").unwrap();
    let at = field + text[field..].find(from).unwrap();
    format!("{}{to}{}", &text[..at], &text[at + from.len()..])
}

/// Sends a draft and works its job off; gives its page.
async fn reckoned(world: &World, text: &str) -> String {
    let fields = [("source", "架空の告示第1号"), ("text", text)];
    let answer = world.test.post(Some(&world.operator), "/masters/skill-levels", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let job = answer.location.unwrap();
    assert_eq!(jobs::work_off(&world.test.app).await.unwrap(), 1);
    let page = world.page(&world.operator, job.split('?').next().unwrap()).await;
    let at = page.find("/masters/skill-levels/").unwrap();
    page[at..at + "/masters/skill-levels/".len() + 26].to_owned()
}

/// The figures of a draft's only line.
fn figures(page: &str) -> Vec<String> {
    let cells = page.split("class=\"number\">").filter_map(|cell| cell.split_once("</td>"));
    cells.map(|(figure, _)| figure.to_owned()).collect()
}

on_both!(
    a_draft_tells_whom_it_moves_and_is_put_into_force_by_hand,
    |backend| async move {
        let world = World::new(backend).await;
        world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
        let shipped = MasterTexts::EMBEDDED.levels;
        // A trade more in the field: all three are judged in it from then on.
        let wider = changed(shipped, "[\"06-01\"]", "[\"06-01\", \"01-01\"]");
        let first = reckoned(&world, &wider).await;
        let page = world.page(&world.operator, &first).await;
        assert_eq!(figures(&page), ["0", "0", "0", "0", "3", "0"], "{page}");
        let tx = world.test.app.db().read().await.unwrap();
        assert_eq!(
            tx.value::<i64>(&STANDINGS, values![]).await.unwrap(),
            Some(0),
            "nothing is written"
        );
        drop(tx);
        let before = world.test.app.masters().levels().clone();
        let load = async |path: &str| world.test.post(Some(&world.operator), path, &[]).await;
        assert_eq!(load(&first).await.status, 303);
        assert_ne!(*world.test.app.masters().levels(), before, "in force at once");
        let again = load(&first).await;
        assert_eq!(again.status, 409);
        assert!(again.body.contains("すでに施行しています"));
        assert!(world.page(&world.operator, "/masters").await.contains("架空の告示第1号"));

        // One day is enough now, for one of them.
        let easier = {
            let field = wider.find("id = \"scaffolding_tobi\"").unwrap();
            let level2 = field + wider[field..].find("[field.edition.level2]").unwrap();
            let level3 = field + wider[field..].find("[field.edition.level3]").unwrap();
            let asks = "[field.edition.level2]\nconfirmed = true\ndays = 1\nincludes_lower_qualifications = false\n\n";
            format!("{}{asks}{}", &wider[..level2], &wider[level3..])
        };
        let second = reckoned(&world, &easier).await;
        let other = reckoned(&world, &changed(&wider, "days = 645", "days = 646")).await;
        let page = world.page(&world.operator, &second).await;
        assert_eq!(figures(&page).first().map(String::as_str), Some("1"), "{page}");
        assert!(world.page(&world.operator, &other).await.contains("動く人はいません"));
        assert_eq!(load(&second).await.status, 303);
        // The other was made by criteria that are in force no more.
        let late = load(&other).await;
        assert_eq!(late.status, 409);
        assert!(late.body.contains("ほかの基準が施行されました"));
    }
);

on_both!(what_is_wrong_is_told_by_line_and_kept_in_the_form, |backend| async move {
    let world = World::new(backend).await;
    let shipped = MasterTexts::EMBEDDED.levels;
    let post = async |text: &str, source: &str| {
        let fields = [("source", source), ("text", text)];
        world.test.post(Some(&world.operator), "/masters/skill-levels", &fields).await
    };
    let cases = [
        (
            changed(shipped, "足場の組立て等作業主任者技能講習[40011]", "存在しない講習"),
            "告示",
            "存在しない講習",
        ),
        (
            changed(shipped, "days = 645", "days = 100000"),
            "告示",
            "skill-levels.toml, line",
        ),
        ("[[".to_owned(), "告示", "TOML"),
        (shipped.to_owned(), "告示", "いまの基準と同じです"),
        (changed(shipped, "days = 645", "days = 640"), " ", "根拠を300字以内"),
    ];
    for (text, source, told) in cases {
        let answer = post(&text, source).await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(answer.body.contains(told), "{told}");
    }
    let kept = post(&changed(shipped, "days = 645", "days = 123456"), "告示").await;
    assert!(kept.body.contains("days = 123456"), "what was typed stays");
    assert_eq!(jobs::work_off(&world.test.app).await.unwrap(), 0);
    assert_eq!(world.test.get(Some(&world.prime), "/masters/skill-levels").await.status, 403);
});
