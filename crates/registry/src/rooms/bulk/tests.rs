//! Files with many applications, on both databases: from the template to the applications, and every way in which a file can be wrong.

use std::io::{Cursor, Write};

use axum::body::Bytes;
use axum::http::StatusCode;
use domain::access::Role;
use image::{DynamicImage, ImageFormat};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sea_orm::{ConnectionTrait, Statement};
use store::{Sql, values};
use testkit::{Backend, on_both};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::stored::{self, Bulk, State};
use super::template::LAYOUT;
use super::{bundle, template, work};
use crate::rooms::application::{self, NOTHING_OFFERED};
use crate::sheet::{self, FileRefusal, Labels, MARK, Value};
use crate::testing::{Answer, Person, TestApp, World, account};

/// What stands in a cell of a test's file.
#[derive(Clone)]
enum Cell {
    Text(String),
    Number(f64),
    Day(u16, u8, u8),
    Formula,
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

type Row = Vec<(&'static str, Cell)>;
/// Fields and keys of faults.
type Expected = &'static [(&'static str, &'static str)];

/// A worker as a clerk types him: labels of the lists, days as Excel's days, numbers without their zeros.
fn worker(number: usize) -> Row {
    vec![
        ("registration", text("簡略型")),
        ("japanese", text("はい")),
        ("language", text("日本語")),
        ("family_name", text("架空")),
        ("given_name", text("太郎")),
        ("family_kana", text("かくう")),
        ("given_kana", text(["ﾀﾛｳ", "ジロウ", "サブロウ", "シロウ"][number % 4])),
        ("birth_day", Cell::Day(1990, 4, 1)),
        ("sex", text("男")),
        ("postal", Cell::Number(600_000.0)),
        ("prefecture", text("01 北海道")),
        ("city", text("架空市")),
        ("street", text("見本1-2")),
        ("mobile", Cell::Number(9_000_000_000.0)),
        ("email", text("Taro@Example.jp")),
        ("employer.0.from", text("2020/4/1")),
        ("health_insurance", text("協会けんぽ")),
        ("pension_insurance", text("厚生年金")),
        ("employment_insurance", text("加入")),
        ("kentaikyo", text("いいえ")),
        ("chutaikyo", text("いいえ")),
        ("special_accident", text("いいえ")),
        ("trade.0.code", text("01-01")),
        ("photo", text(&format!("photo-{number}.jpg"))),
        ("identity", text("運転免許証・運転経歴証明書")),
        ("identity_paper", text(&format!("licence-{number}.jpg"))),
        ("worker_consent_paper", text("同意書.pdf")),
        ("consent_terms", text("はい")),
        ("consent_privacy", text("はい")),
    ]
}

fn with(mut row: Row, changes: &[(&'static str, Cell)]) -> Row {
    for (name, cell) in changes {
        row.retain(|(of, _)| of != name);
        row.push((name, cell.clone()));
    }
    row
}

/// An Excel file with these workers from row 3 on: names of the fields in row 1, something for people in row 2.
fn excel_file(rows: &[Row]) -> Vec<u8> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, MARK).unwrap();
    sheet.write_string(1, 0, "#notes").unwrap();
    sheet.write_string(1, 1, "=not a formula, and not read").unwrap();
    for (column, name) in (1u16..).zip(&names) {
        sheet.write_string(0, column, *name).unwrap();
        for (number, row) in (2u32..).zip(rows) {
            match row.iter().find(|(of, _)| of == name).map(|(_, cell)| cell) {
                Some(Cell::Text(text)) => sheet.write_string(number, column, text),
                Some(Cell::Number(value)) => sheet.write_number(number, column, *value),
                Some(Cell::Day(year, month, day)) => {
                    let day = ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
                    sheet.write_datetime_with_format(number, column, &day, &Format::new().set_num_format("yyyy/m/d"))
                }
                Some(Cell::Formula) => sheet.write_formula(number, column, Formula::new("=1+1").set_result("2")),
                None => continue,
            }
            .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn zip_file(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n%%EOF\n".to_vec()
}

/// Papers of so many workers, in folders.
fn papers(count: usize) -> Vec<u8> {
    let mut files = vec![("書類/同意書.pdf".to_owned(), pdf())];
    for number in 0..count {
        files.push((format!("写真/photo-{number}.JPG"), picture(600, 800)));
        files.push((format!("licence-{number}.jpg"), picture(80, 50)));
    }
    files.push(("__MACOSX/._photo-0.jpg".to_owned(), vec![0]));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    zip_file(&files)
}

async fn send(world: &World, who: &Person, sheet: &[u8], bundle: Option<&[u8]>) -> Answer {
    let mut files = vec![("sheet", "workers.xlsx", sheet)];
    files.extend(bundle.map(|bytes| ("bundle", "papers.zip", bytes)));
    world.test.post_files(who, "/bulk", &files).await
}

/// Sends files, has them looked at, and gives what came of it.
async fn checked(world: &World, who: &Person, sheet: &[u8], bundle: Option<&[u8]>) -> Bulk {
    let answer = send(world, who, sheet, bundle).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(work(&world.test.app).await.unwrap());
    bulk(world, answer.location.unwrap().trim_start_matches("/bulk/")).await
}

async fn bulk(world: &World, id: &str) -> Bulk {
    let tx = world.test.app.db().read().await.unwrap();
    stored::by_id(&tx, id).await.unwrap().unwrap()
}

async fn count(test: &TestApp, sql: &str) -> i64 {
    let tx = test.app.db().read().await.unwrap();
    let statement = Statement::from_string(tx.get_database_backend(), sql);
    tx.query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap()
}

fn faults(bulk: &Bulk) -> Vec<(u32, &str, &str)> {
    bulk.faults
        .iter()
        .map(|fault| (fault.row, fault.fault.field.as_str(), fault.fault.key.as_str()))
        .collect()
}

on_both!(the_template_is_read_as_it_was_written, |backend| async move {
    let test = TestApp::new(backend).await;
    let masters = test.app.masters();
    let labels = Labels::of(test.app.texts(), &masters, &LAYOUT, &NOTHING_OFFERED);
    for language in [web::Language::Ja, web::Language::En] {
        let bytes = template::template(&test.app, &test.app.texts().t(language)).unwrap();
        assert_eq!(sheet::probe(&bytes.clone().into()), Ok(()));
        let sheet = sheet::read_rows(&bytes.clone().into(), &LAYOUT, &labels, 500).unwrap();
        for name in [
            "family_name",
            "trade.2.code",
            "qualification.0.paper",
            "worker_consent_paper",
            "consent_terms",
        ] {
            assert!(sheet.columns.contains_key(name), "{name}");
        }
        assert!(
            !sheet.columns.contains_key("proxy"),
            "the registry's own fields have no column"
        );
        // The example is for people.
        assert!(sheet.lines.is_empty());
        let keys: Vec<&str> = sheet.faults.iter().map(|fault| fault.fault.key.as_str()).collect();
        assert_eq!(keys, ["sheet-no-rows"]);
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut xml).unwrap();
        assert!(xml.matches("<dataValidation ").count() > 20, "drop-down lists");
    }
});

on_both!(many_are_applied_for_at_once, |backend| async move {
    let world = World::new(backend).await;
    let test = &world.test;
    let prime = world.prime.viewer.company_id().unwrap();
    let clerk = account(test, "clerk-1", Role::ProxyClerk, Some(prime), None, &[]).await;
    let rows: Vec<Row> = (0..3).map(worker).collect();
    let bulk = checked(&world, &clerk, &excel_file(&rows), Some(&papers(3))).await;
    assert_eq!((bulk.state, faults(&bulk)), (State::Ready, vec![]));
    assert_eq!((bulk.workers, bulk.yen), (3, 7_500));
    assert_eq!(count(test, "select count(*) from application").await, 0, "it was a dry run");
    let page = world.page(&clerk, &format!("/bulk/{}", bulk.id)).await;
    assert!(page.contains("3人の登録を申請する") && page.contains("7,500") && page.contains("架空 太郎"));
    // The administrator of the same company sees it, nobody else.
    assert!(world.page(&world.prime, "/bulk").await.contains("workers.xlsx"));
    let address = format!("/bulk/{}", bulk.id);
    assert_eq!(test.get(Some(&world.second), &address).await.status, StatusCode::NOT_FOUND);
    for other in [&world.manager, &world.ann_self, &world.operator] {
        assert_eq!(test.get(Some(other), "/bulk").await.status, StatusCode::FORBIDDEN);
    }

    // Another sum than the one that was shown is not taken.
    let apply = format!("{address}/apply");
    test.post(Some(&clerk), &apply, &[("yen", "1")]).await;
    assert!(!work(&test.app).await.unwrap());
    for _ in 0..2 {
        let answer = test.post(Some(&clerk), &apply, &[("yen", "7500")]).await;
        assert_eq!(answer.location.as_deref(), Some(&*address), "pressed twice");
    }
    assert!(work(&test.app).await.unwrap());
    assert!(!work(&test.app).await.unwrap(), "once");
    let done = world.page(&clerk, &address).await;
    assert!(done.contains("3人の登録を申請しました"));
    let query = "select count(*) from application where state = 'awaiting_payment' and purpose = 'worker_new'";
    assert_eq!(count(test, query).await, 3);
    assert_eq!(count(test, "select count(*) from invoice").await, 3);
    assert_eq!(count(test, "select count(*) from bulk_row where fields <> ''").await, 0);
    assert_eq!(
        count(test, "select count(*) from paper where kind = 'bulk' and removed_at is null").await,
        0
    );
    assert_eq!(
        count(test, "select count(*) from paper where kind <> 'bulk' and removed_at is null").await,
        12,
        "the whole picture of each photo is kept until it is registered"
    );

    // Each is an application like any other, with what was meant in place of what Excel made of it.
    let id = {
        let tx = test.app.db().read().await.unwrap();
        stored::rows(&tx, &bulk.id).await.unwrap()[0].application_id.clone().unwrap()
    };
    let tx = test.app.db().read().await.unwrap();
    let opened = application::open(&test.app, &tx, &clerk.viewer, &id).await.unwrap();
    let fields = &opened.application.fields;
    for (name, expected) in [
        ("family_kana", "カクウ"),
        ("given_kana", "タロウ"),
        ("birth_day", "1990-04-01"),
        ("postal", "0600000"),
        ("prefecture", "01"),
        ("mobile", "09000000000"),
        ("email", "taro@example.jp"),
        ("employer.0.company", &prime.to_string()),
        ("employer.0.from", "2020-04-01"),
        ("proxy", "employer"),
        ("identity", "driving_licence"),
        ("health_insurance", "kyokai"),
    ] {
        assert_eq!(fields.get(name), expected, "{name}");
    }
    assert_eq!(opened.application.proxy, Some(prime));
    drop(tx);
    let photo = format!("/applications/{id}/papers/{}", fields.get("photo"));
    assert_eq!(test.get(Some(&clerk), &photo).await.status, StatusCode::OK);
    // One notice for the whole file, and each worker his own mail.
    assert!(world.page(&clerk, "/notices").await.contains("3人の登録を申請しました"));
    let told = "select count(*) from notice where text_key like 'application-told-%' or text_key like 'bulk-told-%'";
    assert_eq!(count(test, told).await, 1);
    assert_eq!(test.mails("taro@example.jp").await.len(), 3);

    // The same file again: each of them is under way.
    let again = checked(&world, &clerk, &excel_file(&rows), Some(&papers(3))).await;
    assert_eq!(again.state, State::Faulty);
    assert_eq!(faults(&again), [3, 4, 5].map(|row| (row, "", "bulk-under-way")));
});

on_both!(what_is_wrong_is_told_by_row_and_column, |backend| async move {
    let world = World::new(backend).await;
    let (test, who) = (&world.test, &world.prime);
    let cases: Vec<(Row, Expected)> = vec![
        (
            with(worker(0), &[("family_name", text("架空👷"))]),
            &[("family_name", "field-name-characters")],
        ),
        (with(worker(0), &[("family_name", text("髙𠮷"))]), &[]),
        (
            with(worker(0), &[("birth_day", text("2020-02-30"))]),
            &[("birth_day", "field-no-day")],
        ),
        (
            with(worker(0), &[("birth_day", Cell::Day(2014, 5, 5))]),
            &[("birth_day", "field-too-young")],
        ),
        (with(worker(0), &[("sex", text("おとこ"))]), &[("sex", "field-choice")]),
        (with(worker(0), &[("city", Cell::Formula)]), &[("city", "sheet-formula")]),
        (
            with(worker(0), &[("trade.0.code", text(""))]),
            &[("trade.0.code", "field-needed")],
        ),
        (
            with(worker(0), &[("employer.0.company", text("99999999999922"))]),
            &[
                ("worker_consent_paper", ""),
                ("employer.0.company", "field-company-unknown"),
                ("employer_consent_paper", "field-needed"),
            ],
        ),
        (
            with(worker(0), &[("photo", text("foto-0.jpg"))]),
            &[("photo", "bulk-paper-not-there"), ("", "bulk-unused-files")],
        ),
        (
            with(worker(0), &[("photo", text("同意書.pdf"))]),
            &[("photo", "papers-picture-needed"), ("", "")],
        ),
        (
            with(worker(0), &[("worker_consent_paper", text(""))]),
            &[("worker_consent_paper", "field-needed")],
        ),
        (
            with(worker(0), &[("consent_terms", text("いいえ"))]),
            &[("consent_terms", "field-consent")],
        ),
        (with(worker(0), &[("shoe_size", text("27"))]), &[("", "sheet-unknown-column")]),
    ];
    for (row, expected) in cases {
        let bulk = checked(&world, who, &excel_file(&[row]), Some(&papers(1))).await;
        let mut found: Vec<(&str, &str)> = faults(&bulk).into_iter().map(|(_, field, key)| (field, key)).collect();
        let mut expected: Vec<(&str, &str)> = expected.iter().copied().filter(|(_, key)| !key.is_empty()).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(bulk.state == State::Ready, expected.is_empty());
        test.post(Some(who), &format!("/bulk/{}/discard", bulk.id), &[]).await;
    }
    assert_eq!(count(test, "select count(*) from application").await, 0);
    assert_eq!(count(test, "select count(*) from bulk_row").await, 0);
    assert_eq!(
        count(test, "select count(*) from paper where removed_at is null").await,
        0,
        "nobody's papers stay"
    );
});

on_both!(the_list_of_faults_names_the_cell, |backend| async move {
    let world = World::new(backend).await;
    let who = &world.prime;
    // The second is the first once more, and uses his photo; nobody sent a zip.
    let rows = [
        with(worker(0), &[("birth_day", text("きのう"))]),
        worker(1),
        with(worker(1), &[("photo", text("photo-1.jpg"))]),
    ];
    let bulk = checked(&world, who, &excel_file(&rows), None).await;
    let found = faults(&bulk);
    assert!(found.contains(&(3, "birth_day", "field-no-day")) && found.contains(&(5, "", "bulk-twice")));
    assert!(found.contains(&(4, "photo", "bulk-no-bundle")));
    let birth = bulk.faults.iter().find(|fault| fault.fault.field == "birth_day").unwrap();
    assert_eq!(birth.column, "AD", "the column as it stands in the file");
    let page = world.page(who, &format!("/bulk/{}", bulk.id)).await;
    assert!(page.contains("生年月日") && page.contains("4行目の方と"), "{page}");
    let csv = world.page(who, &format!("/bulk/{}/faults.csv", bulk.id)).await;
    assert!(csv.contains("3,AD,生年月日,"), "{csv}");
    let cp932 = world
        .test
        .get(Some(who), &format!("/bulk/{}/faults.csv?encoding=cp932", bulk.id))
        .await;
    assert_eq!(cp932.status, StatusCode::OK);
    // One who may be registered already is no fault, but is looked at before anything is applied for.
    let ann = world.ann.clone();
    let tx = world.test.app.db().write().await.unwrap();
    let set = Sql::new(
        "test.birth",
        "update worker set birth_day = 19900401, name_kana = 'カクウ タロウ' where id = $1",
    );
    tx.run(&set, values![ann.id.to_string()]).await.unwrap();
    tx.commit().await.unwrap();
    let bulk = checked(&world, who, &excel_file(&[worker(0)]), Some(&papers(1))).await;
    assert_eq!(bulk.state, State::Ready);
    let (address, yen) = (format!("/bulk/{}", bulk.id), bulk.yen.to_string());
    assert!(
        world
            .page(who, &address)
            .await
            .contains("すでに登録されているかもしれない方が1人")
    );
    let apply = format!("{address}/apply");
    world.test.post(Some(who), &apply, &[("yen", &yen)]).await;
    assert!(!work(&world.test.app).await.unwrap(), "not without the tick");
    world.test.post(Some(who), &apply, &[("yen", &yen), ("sure", "on")]).await;
    assert!(work(&world.test.app).await.unwrap());
    assert_eq!(count(&world.test, "select count(*) from application").await, 1);
});

on_both!(all_or_none, |backend| async move {
    let world = World::new(backend).await;
    let (test, who) = (&world.test, &world.prime);
    let rows: Vec<Row> = (0..3).map(worker).collect();
    let bulk = checked(&world, who, &excel_file(&rows), Some(&papers(3))).await;
    // Meanwhile the employer of all of them leaves the registry: the last check says no.
    let tx = test.app.db().write().await.unwrap();
    let rename = Sql::new(
        "test.fields",
        "update bulk_row set fields = replace(fields, 'driving_licence', 'residence_card') where row_number = 5",
    );
    tx.run(&rename, []).await.unwrap();
    tx.commit().await.unwrap();
    let yen = bulk.yen.to_string();
    test.post(Some(who), &format!("/bulk/{}/apply", bulk.id), &[("yen", &yen)])
        .await;
    assert!(work(&test.app).await.unwrap());
    let bulk = self::bulk(&world, &bulk.id).await;
    assert_eq!(
        (bulk.state, faults(&bulk)),
        (State::Faulty, vec![(5, "identity", "field-identity-japanese")])
    );
    for table in ["application", "application_event", "invoice", "mail"] {
        assert_eq!(count(test, &format!("select count(*) from {table}")).await, 0, "{table}");
    }
});

#[tokio::test]
async fn files_that_are_not_read() {
    let world = World::new(Backend::Sqlite).await;
    let good = excel_file(&[worker(0)]);
    let repacked = |more: &str, bytes: &[u8]| {
        let mut archive = zip::ZipArchive::new(Cursor::new(good.clone())).unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..archive.len() {
            zip.raw_copy_file(archive.by_index_raw(number).unwrap()).unwrap();
        }
        zip.start_file(more, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let locked: Vec<u8> = old
        .iter()
        .copied()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cases: Vec<(Vec<u8>, FileRefusal)> = vec![
        (Vec::new(), FileRefusal::Empty),
        (b"a,b,c".to_vec(), FileRefusal::NotExcel),
        (zip_file(&[("a.txt", vec![1])]), FileRefusal::NotExcel),
        (old.to_vec(), FileRefusal::OldExcel),
        (locked, FileRefusal::Locked),
        (repacked("xl/vbaProject.bin", b"x"), FileRefusal::Macros),
        (repacked("xl/media/bomb", &vec![0; 101_000_000]), FileRefusal::Bomb),
        (good[..good.len() / 2].to_vec(), FileRefusal::Damaged),
    ];
    let t = world.test.app.texts().t(web::Language::Ja);
    for (bytes, expected) in cases {
        assert_eq!(sheet::probe(&bytes.clone().into()), Err(expected));
        let answer = send(&world, &world.prime, &bytes, None).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{expected:?}");
        assert!(answer.body.contains(&t.s(expected.key())), "{expected:?}");
    }
    // Excel, but not ours: seen when it is read.
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "氏名").unwrap();
    let bulk = checked(&world, &world.prime, &book.save_to_buffer().unwrap(), None).await;
    assert_eq!(faults(&bulk), [(0, "", "sheet-file-not-template")]);
    let answer = send(&world, &world.prime, &good, Some(b"no zip")).await;
    assert!(answer.body.contains(&t.s("sheet-file-not-zip")));
    // A cell at the far end of the sheet costs nothing.
    let mut book = Workbook::new();
    let far = book.add_worksheet();
    far.write_string(0, 0, MARK).unwrap();
    far.write_string(0, 1, "family_name").unwrap();
    far.write_string(1_048_575, 16_383, "x").unwrap();
    let cells = sheet::read(&book.save_to_buffer().unwrap().into(), MARK, 600).unwrap();
    assert_eq!(cells.rows[&0][&1], Value::Text("family_name".into()));
    assert!(!cells.rows.contains_key(&1_048_575));
}

#[test]
fn files_of_a_zip_are_found_by_their_names() {
    let apart = "か\u{3099}.jpg"; // as Macs write が
    let mut bytes = zip_file(&[
        (apart, vec![1]),
        ("a/b/Photo.JPG", vec![2]),
        ("a/twice.png", vec![3]),
        ("b/twice.png", vec![4]),
        ("large.pdf", vec![0; 10_000_001]),
        ("sjis-xxxx.jpg", vec![5]),
    ]);
    // Windows in Japan writes names in Shift_JIS and does not say so: 写真 in its bytes, in both places of the name.
    while let Some(at) = bytes.windows(4).position(|window| window == b"xxxx") {
        bytes[at..at + 4].copy_from_slice(&[0x8E, 0xCA, 0x90, 0x5E]);
    }
    let mut bundle = bundle::open(Bytes::from(bytes)).unwrap();
    assert_eq!(&bundle.file("が.jpg").unwrap().bytes[..], [1]);
    assert_eq!(&bundle.file("photo.jpg").unwrap().bytes[..], [2]);
    assert_eq!(&bundle.file("x/PHOTO.jpg").unwrap().bytes[..], [2]);
    assert_eq!(&bundle.file("sjis-写真.jpg").unwrap().bytes[..], [5]);
    for (name, expected) in [
        ("twice.png", bundle::Missing::Several),
        ("none.png", bundle::Missing::NotThere),
        ("../../etc/passwd", bundle::Missing::NotThere),
        ("large.pdf", bundle::Missing::TooLarge),
    ] {
        assert_eq!(bundle.file(name).unwrap_err(), expected, "{name}");
    }
}
