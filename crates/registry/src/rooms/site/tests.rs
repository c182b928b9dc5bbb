//! Many sites by an Excel file: looked at first, registered and changed all or none, never twice.

use axum::http::StatusCode;
use domain::form::Fields;
use domain::site::Publication;
use domain::{CompanyId, Direction};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sea_orm::FromQueryResult;
use store::values;
use testkit::on_both;
use web::Language;

use super::many::{self, Checked, Draft};
use super::many_file::{self, ID, VERSION};
use super::{queries, register};
use crate::made_up::site_fields;
use crate::rooms::{accounts, history};
use crate::sheet::CLEAR;
use crate::testing::{Answer, Person, World};

/// Columns that every new site needs.
const NEEDED: [&str; 9] = [
    "name",
    "order_kind",
    "from",
    "to",
    "boundary",
    "prefecture",
    "city",
    "street",
    "hazardous",
];

/// An Excel file: names of the fields, something for people, and the rows from row 3 on.
fn file(columns: &[&str], rows: &[Vec<&str>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "#field").unwrap();
    sheet.write_string(1, 0, "#for people").unwrap();
    for (place, name) in (1u16..).zip(columns) {
        sheet.write_string(0, place, *name).unwrap();
        for (row, values) in (2u32..).zip(rows) {
            let value = values.get(usize::from(place) - 1).copied().unwrap_or_default();
            if !value.is_empty() {
                sheet.write_string(row, place, value).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// A row with what every new site needs.
fn site<'a>(name: &'a str, from: &'a str, to: &'a str) -> Vec<&'a str> {
    vec![
        name,
        "民間工事",
        from,
        to,
        "午前0時（標準）",
        "13 東京都",
        "架空市",
        "見本台1-2",
        "いいえ",
    ]
}

fn row<'a>(head: [&'a str; 6], rest: Vec<&'a str>) -> Vec<&'a str> {
    head.into_iter().chain(rest).collect()
}

fn company(who: &Person) -> CompanyId {
    who.viewer.company_id().unwrap()
}

async fn send(world: &World, who: &Person, bytes: &[u8]) -> Answer {
    world.test.post_file(who, "/sites/many", ("file", "現場.xlsx", bytes)).await
}

/// Sends a file that is read, and gives the way to its page.
async fn sent(world: &World, who: &Person, bytes: &[u8]) -> String {
    let answer = send(world, who, bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location.unwrap()
}

async fn press(world: &World, path: &str) -> Answer {
    world.test.post(Some(&world.prime), path, &[("do", "register")]).await
}

/// What a file would do.
async fn look(world: &World, path: &str) -> (Draft, Checked) {
    let tx = world.test.app.db().read().await.unwrap();
    let viewer = &world.prime.viewer;
    let key = path.rsplit('/').next().unwrap();
    let Ok(draft) = many::find(&tx, viewer, key).await else {
        panic!("no draft")
    };
    let Ok(checked) = many::check(&world.test.app, &tx, viewer, company(&world.prime), &draft.sheet).await else {
        panic!("not checked")
    };
    (draft, checked)
}

fn faults(checked: &Checked) -> Vec<(String, &str)> {
    let told = checked.faults.iter();
    told.map(|f| (format!("{}{}", f.column, f.row), f.fault.key.as_str()))
        .collect()
}

#[derive(FromQueryResult)]
struct Own {
    id: String,
    version: i32,
    body: String,
}

/// The prime's sites: ID, version, fields.
async fn sites(world: &World) -> Vec<(String, i32, Fields)> {
    let tx = world.test.app.db().read().await.unwrap();
    let values = values![company(&world.prime).to_string(), 0, 100_000i64];
    let rows: Vec<Own> = tx.all(&queries::OWN_RUNNING, values).await.unwrap();
    let read = rows.into_iter();
    read.map(|row| (row.id, row.version, serde_json::from_str(&row.body).unwrap()))
        .collect()
}

on_both!(new_changed_and_unchanged_sites_in_one_file, |backend| async move {
    let world = World::new(backend).await;
    let known = world.site.to_string();
    let mut columns = vec![
        ID,
        VERSION,
        "office",
        "contract.0.name",
        "contract.0.orderer",
        "contract.0.licences",
    ];
    columns.extend(NEEDED);
    let mut change = row(["", "1", "南作業所", "", "", ""], vec!["", "", "", "2027-06-30"]);
    change[0] = &known;
    let rows = [
        row(
            [
                "",
                "",
                "",
                "一期工事",
                "みほん不動産",
                "とび・土工・コンクリート工事、大工工事",
            ],
            site("一号棟新築工事", "2026/12/1", "2027年3月31日"),
        ),
        change,
        row(["", "", "", "", "", ""], site("二号棟新築工事", "2026-12-01", "2027-03-31")),
    ];
    let bytes = file(&columns, &rows);
    let path = sent(&world, &world.prime, &bytes).await;
    // Looked at only.
    let (_, checked) = look(&world, &path).await;
    assert!(faults(&checked).is_empty(), "{:?}", faults(&checked));
    assert_eq!((checked.new_sites(), checked.fates.len(), checked.same), (2, 3, 0));
    let page = world.page(&world.prime, &path).await;
    for told in [
        "一号棟新築工事",
        "2現場を登録し、1現場を変更する",
        "現場事務所の名称：空欄 → 南作業所",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert_eq!(sites(&world).await.len(), 1);
    // Two clicks at once do it once.
    let (one, two) = tokio::join!(press(&world, &path), press(&world, &path));
    assert_eq!(
        (one.status, two.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER),
        "{}",
        two.body
    );
    let after = sites(&world).await;
    assert_eq!(after.len(), 3);
    let first = after
        .iter()
        .find(|(.., fields)| fields.get("name") == "一号棟新築工事")
        .unwrap();
    assert_eq!(
        (
            first.1,
            first.2.get("to"),
            first.2.get("contract.0.orderer"),
            first.2.get("contract.0.licences").split(' ').count()
        ),
        (1, "2027-03-31", "みほん不動産", 2)
    );
    assert!(first.0.ends_with("71"));
    assert_eq!(first.2.get("contact"), world.prime.viewer.account);
    let changed = after.iter().find(|(id, ..)| *id == known).unwrap();
    assert_eq!(
        (changed.1, changed.2.get("office"), changed.2.get("to"), changed.2.get("city")),
        (2, "南作業所", "2027-06-30", "架空市")
    );
    // The page now says what was done; each site has its node and its event.
    let done = world.page(&world.prime, &path).await;
    assert!(
        done.contains("2現場を登録し、1現場を変更しました") && done.contains(&first.0),
        "{done}"
    );
    let events = world.page(&world.prime, &format!("/sites/{}/events", first.0)).await;
    assert!(events.contains("現場を登録：一号棟新築工事"));
    assert!(
        world
            .page(&world.prime, &format!("/sites/{}/organisation", first.0))
            .await
            .contains("元請")
    );
    // A done file can be neither thrown away nor seen by somebody else.
    world.test.post(Some(&world.prime), &path, &[("do", "discard")]).await;
    assert!(world.page(&world.prime, &path).await.contains(&first.0));
    let other = world.test.get(Some(&world.first), &path).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    // The same file in a second tab: the new ones are there already, the change was made by this very version.
    let again = sent(&world, &world.prime, &bytes).await;
    let (_, checked) = look(&world, &again).await;
    assert_eq!(
        faults(&checked),
        [
            ("H3".to_owned(), "site-many-same-site"),
            ("H5".to_owned(), "site-many-same-site")
        ]
    );
    assert_eq!(checked.same, 1);
    assert_eq!(press(&world, &again).await.status, StatusCode::CONFLICT);
    assert_eq!(sites(&world).await.len(), 3);
    let gone = world.test.post(Some(&world.prime), &again, &[("do", "discard")]).await;
    assert_eq!(gone.location.as_deref(), Some("/sites/many"));
    assert_eq!(world.test.get(Some(&world.prime), &again).await.status, StatusCode::NOT_FOUND);
});

on_both!(two_files_at_once_register_once, |backend| async move {
    let world = World::new(backend).await;
    let bytes = file(&NEEDED, &[site("一号棟新築工事", "2026-12-01", "2027-03-31")]);
    let (one, two) = (
        sent(&world, &world.prime, &bytes).await,
        sent(&world, &world.prime, &bytes).await,
    );
    let (one, two) = tokio::join!(press(&world, &one), press(&world, &two));
    let mut answers = [one.status, two.status];
    answers.sort();
    assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(sites(&world).await.len(), 2);
});

on_both!(what_is_wrong_is_told_by_cell, |backend| async move {
    let world = World::new(backend).await;
    let known = world.site.to_string();
    let mut columns = vec![ID, "shoe_size", "radius", "place", "contact"];
    columns.extend(NEEDED);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "#field").unwrap();
    for (place, name) in (1u16..).zip(&columns) {
        sheet.write_string(0, place, *name).unwrap();
    }
    let rows: [Vec<&str>; 9] = [
        [vec!["", "", "", "", ""], site("正しい現場", "", "2027-03-31")].concat(),
        [
            vec!["12345678901271"],
            vec![""; 4],
            site("知らない現場", "2026-12-01", "2027-03-31"),
        ]
        .concat(),
        [vec![known.as_str(), "", "", "", ""], vec!["改名"]].concat(),
        [vec![known.as_str(), "", "", "", ""], vec!["もう一度改名"]].concat(),
        [
            vec!["", "", "", "139.7,35.6", "いない人"],
            site("逆の現場", "2026-12-01", "2026-11-01"),
        ]
        .concat(),
        [vec!["", "", "", "", ""], site("同じ現場", "2026-12-01", "2027-03-31")].concat(),
        [vec!["", "", "", "", ""], site("同じ現場", "2026-12-01", "2027-03-31")].concat(),
        [vec!["", "", "", "", ""], vec!["選べない", "王立"]].concat(),
        [vec!["", "", "", "", ""], site("計算式の現場", "2026-12-01", "2027-03-31")].concat(),
    ];
    for (row, values) in (1u32..).zip(&rows) {
        for (place, value) in (1u16..).zip(values).filter(|(_, value)| !value.is_empty()) {
            sheet.write_string(row, place, *value).unwrap();
        }
    }
    // A day as Excel keeps it, and a formula.
    let day = ExcelDateTime::from_ymd(2026, 12, 1).unwrap();
    sheet
        .write_datetime_with_format(1, 8, &day, &Format::new().set_num_format("yyyy/m/d"))
        .unwrap();
    sheet.write_formula(9, 12, Formula::new("=1+1").set_result("2")).unwrap();
    let path = sent(&world, &world.prime, &book.save_to_buffer().unwrap()).await;
    let (_, checked) = look(&world, &path).await;
    let told = faults(&checked);
    let expected = [
        ("C1", "sheet-unknown-column"),
        ("B3", "site-many-no-such-site"),
        ("B5", "site-many-id-twice"),
        ("D6", "field-needed"),
        ("E6", "field-place-swapped"),
        ("F6", "field-choice"),
        ("J6", "field-period-backward"),
        ("G8", "site-many-twice"),
        ("H9", "field-choice"),
        ("I9", "field-needed"),
        ("M10", "sheet-formula"),
    ];
    for (cell, key) in expected {
        assert!(told.contains(&(cell.to_owned(), key)), "{cell} {key}: {told:?}");
    }
    // The way out stands beside each, with the site's name.
    let page = world.page(&world.prime, &path).await;
    for part in [
        "E6",
        "逆の現場",
        "緯度と経度が逆のようです",
        "7行目と、現場名・住所・開始日が同じです",
        "まだ何も登録・変更していません",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(r#"value="register""#));
    // The list as a file, to be handed on: every fault with its row and column.
    let list = format!("{path}/faults.csv");
    assert!(page.contains(&format!(r#"href="{list}""#)), "{page}");
    let csv = world.page(&world.prime, &list).await;
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 1 + told.len(), "{csv}");
    for (cell, key) in expected {
        let (column, row) = cell.split_at(1);
        let sentence = checked
            .faults
            .iter()
            .find(|f| (f.fault.key.as_str(), f.column.as_str()) == (key, column));
        let sentence = sentence.unwrap().sentence(&world.test.app.texts().t(Language::Ja));
        let line = csv
            .lines()
            .find(|line| line.starts_with(&format!("{row},{column},")) && line.contains(&sentence));
        assert!(line.is_some(), "{cell} {sentence}: {csv}");
    }
    assert_eq!(world.test.get(Some(&world.first), &list).await.status, StatusCode::NOT_FOUND);
    // Pressed all the same: nothing half done.
    assert_eq!(press(&world, &path).await.status, StatusCode::CONFLICT);
    let after = sites(&world).await;
    assert_eq!((after.len(), after[0].1), (1, 1));
    // Files that are none, and no file.
    for (bytes, told) in [
        (b"name\nx\n".as_slice(), "Excelファイル（.xlsx）ではありません"),
        (b"".as_slice(), "ファイルが空です"),
    ] {
        let answer = send(&world, &world.prime, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    let none = world.test.post(Some(&world.prime), "/sites/many", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A site manager registers nothing, another company changes nothing of ours.
    assert_eq!(
        send(&world, &world.manager, &file(&NEEDED, &[])).await.status,
        StatusCode::FORBIDDEN
    );
    let theirs = sent(&world, &world.first, &file(&[ID, "name"], &[vec![&known, "乗っ取り"]])).await;
    let page = world.page(&world.first, &theirs).await;
    assert!(
        page.contains("この現場IDはありません") && !page.contains("架空の現場"),
        "{page}"
    );
});

on_both!(an_empty_cell_leaves_what_stands_and_a_word_clears_it, |backend| async move {
    let world = World::new(backend).await;
    let known = world.site.to_string();
    let columns = [ID, "office", "phone", "kentaikyo_method", "kentaikyo_number"];
    let first = file(
        &columns,
        &[vec![&known, "南作業所", "03-0000-0000", "証紙貼付方式", "60-12345"]],
    );
    assert_eq!(
        press(&world, &sent(&world, &world.prime, &first).await).await.status,
        StatusCode::SEE_OTHER
    );
    let second = file(&columns, &[vec![&known, CLEAR, "", "", ""]]);
    assert_eq!(
        press(&world, &sent(&world, &world.prime, &second).await).await.status,
        StatusCode::SEE_OTHER
    );
    let (_, version, fields) = sites(&world).await.remove(0);
    assert_eq!(
        (
            version,
            fields.get("office"),
            fields.get("phone"),
            fields.get("kentaikyo_number")
        ),
        (3, "", "0300000000", "6012345")
    );
    // Nothing new: no button, and nothing happens.
    let path = sent(&world, &world.prime, &second).await;
    assert!(world.page(&world.prime, &path).await.contains("変わるところはありません"));
    assert_eq!(press(&world, &path).await.status, StatusCode::CONFLICT);
});

on_both!(
    days_worked_and_managers_are_asked_for_all_sites_at_once,
    |backend| async move {
        let world = World::new(backend).await;
        let known = world.site.to_string();
        let new = file(&NEEDED, &[site("もう一つの現場", "2026-10-01", "2027-03-31")]);
        press(&world, &sent(&world, &world.prime, &new).await).await;
        let other = sites(&world)
            .await
            .into_iter()
            .map(|(id, ..)| id)
            .find(|id| *id != known)
            .unwrap();
        world.send_one(&world.ann, "2026-11-19T07:30:00", Direction::In).await;

        // Somebody worked at the one, nobody at the other: each is held against its own days.
        let columns = [ID, "to", "boundary", "contact"];
        let bytes = file(
            &columns,
            &[vec![&known, "2026-11-18", "4", ""], vec![&other, "2026-11-18", "4", ""]],
        );
        let (_, checked) = look(&world, &sent(&world, &world.prime, &bytes).await).await;
        assert_eq!(
            faults(&checked),
            [
                ("C3".to_owned(), "site-period-worked"),
                ("D3".to_owned(), "site-boundary-fixed")
            ]
        );
        assert_eq!(checked.fates.len(), 1, "the other one can become so");

        // Both are given to a site manager; the one who has the first already is not given it again.
        let both = file(
            &columns,
            &[
                vec![&known, "", "", "manager"],
                vec![&other, "2027-04-30", "", "other-manager"],
            ],
        );
        let done = press(&world, &sent(&world, &world.prime, &both).await).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let ids = [&known, &other].map(|id| id.parse().unwrap());
        let tx = world.test.app.db().read().await.unwrap();
        let found = accounts::managers_of(&tx, company(&world.prime), &ids).await.unwrap();
        let account = |who: &Person| std::collections::BTreeSet::from([who.viewer.account.clone()]);
        assert_eq!(found[&ids[0]], account(&world.manager));
        assert_eq!(found[&ids[1]], account(&world.other_manager));
        let none = accounts::managers_of(&tx, company(&world.first), &ids).await.unwrap();
        assert!(none.is_empty(), "of another company");
        let days = history::days_at_all(&tx, &ids).await.unwrap();
        let day = "2026-11-19".parse().unwrap();
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [(ids[0], (day, day))]);
    }
);

on_both!(somebody_changed_the_site_meanwhile, |backend| async move {
    let world = World::new(backend).await;
    let known = world.site.to_string();
    let edit = world.path("/edit/site");
    // Between the upload and the button.
    let path = sent(&world, &world.prime, &file(&[ID, "office"], &[vec![&known, "北作業所"]])).await;
    world
        .test
        .post(Some(&world.manager), &edit, &world.site_form(&[("office", "南作業所")]))
        .await;
    let late = press(&world, &path).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("ほかの人がこの現場を変更しました"), "{}", late.body);
    // Between the download and the upload.
    let old = file(&[ID, VERSION, "office"], &[vec![&known, "1", "北作業所"]]);
    let (_, checked) = look(&world, &sent(&world, &world.prime, &old).await).await;
    assert_eq!(faults(&checked), [("C3".to_owned(), "site-many-changed-meanwhile")]);
    // What says the same as the other one does no harm.
    let same = file(&[ID, VERSION, "office"], &[vec![&known, "1", "南作業所"]]);
    let (_, checked) = look(&world, &sent(&world, &world.prime, &same).await).await;
    assert_eq!((faults(&checked).len(), checked.same), (0, 1));
    assert_eq!(sites(&world).await[0].2.get("office"), "南作業所");
});

on_both!(the_file_with_our_sites_says_what_stands, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let mut fields = site_fields(
        "三号棟新築工事",
        ("架空市", "見本台3"),
        "2026-12-01".parse().unwrap(),
        "2027-03-31".parse().unwrap(),
    );
    for (name, value) in [
        ("boundary", "5"),
        ("place", "35.7,139.5"),
        ("radius", "150"),
        ("contact", world.manager.viewer.account.as_str()),
        ("bundled", "yes"),
        ("contract.0.name", "三期工事"),
        ("contract.0.orderer", "みほん不動産"),
        ("contract.0.content", "躯体\n仕上げ"),
        ("contract.0.amount_yen", "12000000"),
        ("works.0.division", "building"),
        ("works.0.corins", "no"),
        ("kentaikyo_method", "electronic"),
        ("kentaikyo_number", "6012345"),
        ("kentaikyo_link", "auto"),
        ("kentaikyo_batch", "prime"),
        ("kentaikyo_from", "2027-01"),
    ] {
        fields.set(name, value);
    }
    fields.set("contract.0.licences", two_licences(app));
    let tx = app.db().write().await.unwrap();
    register(app, &tx, &world.prime.viewer, &fields, &Publication::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for language in [Language::Ja, Language::En] {
        let t = app.texts().t(language);
        let bytes = many_file::template(app, t.clone(), company(&world.prime), true)
            .await
            .unwrap();
        let (draft, checked) = look(&world, &sent(&world, &world.prime, &bytes).await).await;
        assert!(faults(&checked).is_empty(), "{:?}", faults(&checked));
        assert_eq!((checked.fates.len(), checked.same, draft.sheet.lines.len()), (0, 2, 2));
        // Empty, it holds nothing to be read.
        let empty = many_file::template(app, t, company(&world.prime), false).await.unwrap();
        let (_, checked) = look(&world, &sent(&world, &world.prime, &empty).await).await;
        assert_eq!(faults(&checked), [("0".to_owned(), "sheet-no-rows")]);
    }
});

fn two_licences(app: &crate::App) -> String {
    let masters = app.masters();
    let codes: Vec<String> = masters.choices("permit_trade").take(2).map(|c| c.code.clone()).collect();
    codes.join(" ")
}

on_both!(ten_thousand_rows_with_37_faults, |backend| async move {
    let world = World::new(backend).await;
    let names: Vec<String> = (0..10_000).map(|n| format!("架空{n}号棟工事")).collect();
    let mut rows: Vec<Vec<&str>> = names.iter().map(|name| site(name, "2026-12-01", "2027-03-31")).collect();
    for row in rows.iter_mut().step_by(271).take(37) {
        row[3] = "2026-11-30";
    }
    let bytes = file(&NEEDED, &rows);
    let path = sent(&world, &world.prime, &bytes).await;
    let page = world.page(&world.prime, &path).await;
    assert!(page.contains("直すところが37か所あります"));
    assert_eq!(page.matches("終了日は、開始日と同じか、それより後にしてください").count(), 37);
    assert_eq!(sites(&world).await.len(), 1);
    // One row more than allowed is told too.
    rows.push(site("一つ多い", "2026-12-01", "2027-03-31"));
    let (_, checked) = look(&world, &sent(&world, &world.prime, &file(&NEEDED, &rows)).await).await;
    assert!(checked.faults.iter().any(|fault| fault.fault.key == "sheet-too-many"));
    // Mended, all of them are registered.
    rows.pop();
    for row in &mut rows {
        row[3] = "2027-03-31";
    }
    let path = sent(&world, &world.prime, &file(&NEEDED, &rows)).await;
    assert_eq!(press(&world, &path).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sites(&world).await.len(), 10_001);
    let (draft, _) = look(&world, &path).await;
    assert_eq!(draft.outcome.unwrap().sites.len(), 10_000);
});
