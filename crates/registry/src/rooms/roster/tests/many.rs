//! Many at once: from a pattern, from another site, by a sheet. Looked at first, all or nothing.

use axum::body::Bytes;
use rust_xlsxwriter::Workbook;

use super::*;
use crate::rooms::roster::draft::{self, Draft, DraftRefusal, Source};
use crate::rooms::roster::keep::kept;
use crate::rooms::roster::put::Checked;

/// A sheet: names of the fields, then the lines.
fn sheet(fields: &[&str], lines: &[&[&str]]) -> Bytes {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "#field").unwrap();
    page.write(1, 0, "# for people").unwrap();
    page.write(1, 1, "what a label says").unwrap();
    for (n, field) in (1u16..).zip(fields) {
        page.write(0, n, *field).unwrap();
    }
    for (row, line) in (2u32..).zip(lines) {
        for (n, value) in (1u16..).zip(*line) {
            page.write(row, n, *value).unwrap();
        }
    }
    book.save_to_buffer().unwrap().into()
}

async fn stage(world: &World, who: &Person, source: Source<'_>) -> Result<String, DraftRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap();
    let places = kept(&tx, &who.viewer, &open).await.unwrap();
    match draft::stage(&world.test.app, &tx, &who.viewer, &open, &places[0], &source).await {
        Ok(key) => {
            tx.commit().await.unwrap();
            Ok(key)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

/// What it would do.
async fn look(world: &World, who: &Person, key: &str) -> (Draft, Checked) {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap();
    let Ok(draft) = draft::find(&tx, &who.viewer, &open, key).await else {
        panic!("no draft")
    };
    let Ok(checked) = draft::preview(&world.test.app, &tx, &who.viewer, &open, &draft).await else {
        panic!("no preview")
    };
    (draft, checked)
}

async fn page(world: &World, who: &Person, key: &str) -> String {
    world.page(who, &world.path(&format!("/roster/drafts/{key}"))).await
}

async fn press(world: &World, who: &Person, key: &str, fields: &[(&str, &str)]) -> crate::testing::Answer {
    world
        .test
        .post(Some(who), &world.path(&format!("/roster/drafts/{key}")), fields)
        .await
}

on_both!(a_sheet_puts_and_changes_and_is_all_or_nothing, |backend| async move {
    let world = World::new(backend).await;
    let crew = crew(&world, company(&world.second), &["01-01", "01-02"], 3).await;
    let (ann, new, other, dora) = (
        world.ann.id.to_string(),
        crew[0].id.to_string(),
        crew[1].id.grouped(),
        world.dora.id.to_string(),
    );
    let fields = [
        "worker",
        "name",
        "trade",
        "position",
        "work_content",
        "from",
        "checkups",
        "induction",
    ];
    let faulty = sheet(
        &fields,
        &[
            &[&ann, "安", "01-01 特殊作業員", "職長", "配筋検査", "", "", "2026/11/20"],
            &[&new, "新人", "01-02", "", "片付け", "2026.11.1", "粉じん健診", ""],
            &[&other, "", "10-01", "", "", "2026-09-01", "", ""],
            &[&dora, "", "01-01", "", "", "", "", ""],
            &["1234567890121", "", "01-01", "", "", "", "", ""],
            &["", "名前だけ", "01-01", "", "", "", "", ""],
            &[&crew[2].id.to_string(), "ひな形のまま"],
        ],
    );
    let key = stage(&world, &world.second, Source::Sheet("名簿.xlsx", &faulty))
        .await
        .unwrap();
    let shown = page(&world, &world.second, &key).await;
    // By row and column, with the reason; whoever is no worker of the company gets one answer.
    for (place, part) in [
        ("D5", "本人が登録していない職種"),
        ("G5", "現場の期間"),
        ("B6", "自社に所属していない"),
        ("B7", "自社に所属していない"),
        ("B8", "自社に所属していない"),
        ("H4", "選べない特殊健康診断"),
    ] {
        let at = shown
            .find(&format!(">{place}</td>"))
            .unwrap_or_else(|| panic!("{place}: {shown}"));
        assert!(shown[at..].split("</tr>").next().unwrap().contains(part), "{place}");
    }
    assert!(!shown.contains("寅 dora"), "no name of another company's worker");
    let (_, checked) = look(&world, &world.second, &key).await;
    assert_eq!((checked.new.len(), checked.changed.len(), checked.already), (0, 1, 0));
    // Not done while something is wrong.
    let refused = press(&world, &world.second, &key, &[("do", "put")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rows_of(&world, world.ann.id).await[0].work_content, "鉄筋の組立");
    // Unless those are left out on purpose; a second click finds nothing.
    let done = press(&world, &world.second, &key, &[("do", "put"), ("leave_out", "on")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let row = rows_of(&world, world.ann.id).await.remove(0);
    assert_eq!(
        (row.work_content.as_str(), row.position.as_deref()),
        ("配筋検査", Some("foreman"))
    );
    assert!(rows_of(&world, crew[0].id).await.is_empty());
    let again = press(&world, &world.second, &key, &[("do", "put"), ("leave_out", "on")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);

    // Mended: put there and changed, empty fields leave what stands, and the word for emptying empties.
    let mended = sheet(
        &fields,
        &[
            &[&ann, "", "", "", "［削除］", "", "", ""],
            &[&new, "", "01-02", "-", "片付け", "2026-11-1", "dust", ""],
            &[&other, "", "01-02", "", "", "", "", ""],
        ],
    );
    let key = stage(&world, &world.second, Source::Sheet("名簿.xlsx", &mended))
        .await
        .unwrap();
    let done = press(&world, &world.second, &key, &[("do", "put")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(
        done.cookies[0].contains("added=2") && done.cookies[0].contains("changed=1"),
        "{:?}",
        done.cookies
    );
    let row = rows_of(&world, world.ann.id).await.remove(0);
    assert_eq!((row.work_content.as_str(), row.position.as_deref()), ("", Some("foreman")));
    // The same file again changes nothing.
    let key = stage(&world, &world.second, Source::Sheet("名簿.xlsx", &mended))
        .await
        .unwrap();
    let (_, checked) = look(&world, &world.second, &key).await;
    assert_eq!((checked.new.len(), checked.changed.len(), checked.already), (0, 0, 3));
});

on_both!(a_row_changed_meanwhile_is_not_overwritten, |backend| async move {
    let world = World::new(backend).await;
    let ann = world.ann.id.to_string();
    let file = sheet(&["worker", "work_content"], &[&[&ann, "シートの内容"]]);
    let key = stage(&world, &world.second, Source::Sheet("a.xlsx", &file)).await.unwrap();
    let row = rows_of(&world, world.ann.id).await.remove(0);
    let form = RowForm {
        trade: "01-01".into(),
        work_content: "先に変えた".into(),
        version: row.version.to_string(),
        ..RowForm::default()
    };
    try_edit(&world, &world.second.viewer, &row.id, &form).await.unwrap();
    let refused = press(&world, &world.second, &key, &[("do", "put")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("先にこの行を変更しました"));
    assert_eq!(rows_of(&world, world.ann.id).await[0].work_content, "先に変えた");
    // A draft is its maker's own.
    for who in [&world.prime, &world.first, &world.sibling] {
        let path = world.path(&format!("/roster/drafts/{key}"));
        assert_eq!(world.test.get(Some(who), &path).await.status, StatusCode::NOT_FOUND);
    }
    let gone = press(&world, &world.second, &key, &[("do", "discard")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(
        press(&world, &world.second, &key, &[("do", "put")]).await.status,
        StatusCode::NOT_FOUND
    );
});

#[tokio::test]
async fn files_that_are_none_are_told_apart_and_large_ones_are_read() {
    let world = World::new(Backend::Sqlite).await;
    let (bob, second) = (world.bob.id.to_string(), &world.second);
    let no_mark = {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "名簿").unwrap();
        Bytes::from(book.save_to_buffer().unwrap())
    };
    for (bytes, key) in [
        (Bytes::new(), "sheet-file-empty"),
        (Bytes::from_static(b"worker,trade\n1,2\n"), "sheet-file-not-excel"),
        (Bytes::from_static(b"PK\x03\x04 cut off"), "sheet-file-damaged"),
        (no_mark, "sheet-file-not-template"),
    ] {
        assert_eq!(
            stage(&world, second, Source::Sheet("x.xlsx", &bytes)).await,
            Err(DraftRefusal::File(key))
        );
    }
    let none = sheet(&["worker", "trade"], &[&[&bob]]);
    assert_eq!(
        stage(&world, second, Source::Sheet("x.xlsx", &none)).await,
        Err(DraftRefusal::Nobody)
    );
    // A column twice, one unknown, a formula.
    let mut book = Workbook::new();
    let page_of = book.add_worksheet();
    for (n, field) in (0u16..).zip(["#field", "worker", "trade", "trade", "給料", "work_content"]) {
        page_of.write(0, n, field).unwrap();
    }
    page_of.write(1, 1, bob.as_str()).unwrap();
    page_of.write(1, 2, "01-01").unwrap();
    page_of.write_formula(1, 5, "=1+1").unwrap();
    let odd = Bytes::from(book.save_to_buffer().unwrap());
    let key = stage(&world, second, Source::Sheet("x.xlsx", &odd)).await.unwrap();
    let shown = page(&world, second, &key).await;
    assert!(
        shown.contains(">D1</td>") && shown.contains(">E1</td>") && shown.contains(">F2</td>"),
        "{shown}"
    );

    // Ten thousand lines, 37 of them faulty.
    let crew = crew(&world, company(second), &["01-01"], 2_000).await;
    let ids: Vec<String> = crew.iter().map(|worker| worker.id.to_string()).collect();
    let unknown: Vec<String> = (0..8_000).map(|n| format!("{:014}", 10_000 + n)).collect();
    let lines: Vec<[&str; 2]> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| [id.as_str(), if n % 54 == 3 { "99-99" } else { "01-01" }])
        .chain(unknown.iter().map(|id| [id.as_str(), "01-01"]))
        .collect();
    let lines: Vec<&[&str]> = lines.iter().map(<[&str; 2]>::as_slice).collect();
    let large = sheet(&["worker", "trade"], &lines);
    let started = std::time::Instant::now();
    let key = stage(&world, second, Source::Sheet("x.xlsx", &large)).await.unwrap();
    let (_, checked) = look(&world, second, &key).await;
    assert_eq!((checked.errors.workers.len(), checked.new.len()), (8_037, 1_963));
    let shown = page(&world, second, &key).await;
    assert!(
        shown.contains("ほか7537件"),
        "{}",
        shown.split("ほか").nth(1).unwrap_or_default().get(..60).unwrap_or_default()
    );
    let done = press(&world, second, &key, &[("do", "put"), ("leave_out", "on")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(done.cookies[0].contains("added=1963"), "{:?}", done.cookies);
    println!("10,000 lines looked at and put: {:?}", started.elapsed());
}

on_both!(a_pattern_and_another_site_are_taken_over, |backend| async move {
    let world = World::new(backend).await;
    let second = &world.second;
    // The roster is kept as a pattern; bob is added by hand.
    let drafts = world.path("/roster/drafts");
    let save = [
        ("node", world.second_node.0.as_str()),
        ("source", "save"),
        ("name", "鉄筋A班"),
    ];
    let made = world.test.post(Some(second), &drafts, &save).await;
    let path = made.location.unwrap_or_else(|| panic!("{}", made.body));
    let key = path.strip_prefix("/patterns/").unwrap().to_owned();
    let shown = world.page(second, &path).await;
    assert!(shown.contains("安 ann") && shown.contains("鉄筋の組立") && shown.contains("坊 bob"));
    let add = [
        ("do", "add"),
        ("version", "1"),
        ("name", "鉄筋A班"),
        ("worker", world.bob.handle.as_str()),
    ];
    assert_eq!(world.test.post(Some(second), &path, &add).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.test.post(Some(second), &path, &add).await.status,
        StatusCode::CONFLICT,
        "an old page"
    );
    let position = format!("position.{}", world.bob.handle);
    let trade = format!("trade.{}", world.bob.handle);
    let save = [
        ("do", "save"),
        ("version", "2"),
        ("name", "鉄筋A班（改）"),
        ("listed", world.bob.handle.as_str()),
        (position.as_str(), "squad_leader"),
        (trade.as_str(), "01-01"),
    ];
    assert_eq!(
        world.test.post(Some(second), &path, &save).await.status,
        StatusCode::SEE_OTHER
    );
    // Others' patterns do not exist for anybody else.
    for who in [&world.first, &world.prime] {
        assert_eq!(world.test.get(Some(who), &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stage(&world, who, Source::Pattern(&key)).await, Err(DraftRefusal::NotFound));
    }
    // Used here: ann stands there already, bob comes.
    let draft = stage(&world, second, Source::Pattern(&key)).await.unwrap();
    assert!(page(&world, second, &draft).await.contains("坊 bob"));
    let done = press(&world, second, &draft, &[("do", "put")]).await;
    assert!(
        done.cookies[0].contains("added=1") && done.cookies[0].contains("already=1"),
        "{:?}",
        done.cookies
    );
    assert_eq!(
        rows_of(&world, world.bob.id).await[0].position.as_deref(),
        Some("squad_leader")
    );

    // Another site of the prime's, where second stands too: its roster comes from here.
    let app = &world.test.app;
    let tx = app.db().write().await.unwrap();
    let fields = crate::made_up::site_fields(
        "もう一つの現場",
        ("架空市", "2-2"),
        "2026-10-01".parse().unwrap(),
        "2027-03-31".parse().unwrap(),
    );
    let other = site::register(app, &tx, &world.prime.viewer, &fields, &domain::site::Publication::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let other = World { site: other, ..world };
    let node = other.invite(&other.prime, company(&other.second)).await;
    other.approve(&other.second, &node).await;
    let from = Source::Place(&other.second_node.0);
    let draft = stage(&other, &other.second, from).await.unwrap();
    // Somebody has left meanwhile: told by name, nothing done, or done without him.
    let tx = other.test.app.db().write().await.unwrap();
    move_worker(
        &tx,
        other.bob.id,
        company(&other.second),
        company(&other.stranger),
        "2026-11-19".parse().unwrap(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let shown = page(&other, &other.second, &draft).await;
    assert!(shown.contains("坊 bob") && shown.contains("自社に所属していない"));
    let refused = press(&other, &other.second, &draft, &[("do", "put")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = press(&other, &other.second, &draft, &[("do", "put"), ("leave_out", "on")]).await;
    assert!(done.cookies[0].contains("added=1"), "{:?}", done.cookies);
    assert_eq!(rows_of(&other, other.ann.id).await.len(), 2, "one at each site");
    assert_eq!(rows_of(&other, other.bob.id).await.len(), 1);
    // Another company's roster cannot be copied.
    let foreign = Source::Place(&other.second_node.0);
    assert_eq!(stage(&other, &other.prime, foreign).await, Err(DraftRefusal::NotFound));
    // A pattern out of use is gone.
    let end = [("do", "end")];
    assert_eq!(
        other.test.post(Some(&other.second), &path, &end).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(other.test.get(Some(&other.second), &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        stage(&other, &other.second, Source::Pattern(&key)).await,
        Err(DraftRefusal::NotFound)
    );
});

#[tokio::test]
async fn the_template_comes_back_as_it_went() {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path("/roster/sheet.xlsx");
    let answer = world.test.get(Some(&world.second), &path).await;
    assert!(
        answer.status == StatusCode::OK && answer.body.starts_with("PK"),
        "{:?}",
        answer.status
    );
    assert_eq!(
        world.test.get(Some(&world.stranger), &path).await.status,
        StatusCode::NOT_FOUND
    );
    let tx = world.test.app.db().read().await.unwrap();
    let open = site::open(&tx, &world.second.viewer, &world.site.to_string()).await.unwrap();
    let places = kept(&tx, &world.second.viewer, &open).await.unwrap();
    let t = world.test.app.texts().t(Language::Ja);
    let bytes = sheet_in::template(&world.test.app, &tx, &t, &places[0]).await.unwrap();
    drop(tx);
    // Ann with what stands there, bob with nothing filled in: unchanged, and nobody new.
    let key = stage(&world, &world.second, Source::Sheet("ひな形.xlsx", &Bytes::from(bytes)))
        .await
        .unwrap();
    let (draft, checked) = look(&world, &world.second, &key).await;
    assert_eq!(draft.body.lines.len(), 1);
    assert!(
        checked.errors.is_empty() && draft.body.faults.is_empty(),
        "{:?}",
        draft.body.faults
    );
    assert_eq!((checked.new.len(), checked.changed.len(), checked.already), (0, 0, 1));
}
