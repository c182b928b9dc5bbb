//! Search: what is found by what, and by whom.

use domain::{CompanyId, WorkerId};
use registry::rooms::search::{MOST, companies, workers};
use registry::testing::{Person, World};
use store::{Page, Rows, Sql, values};
use testkit::on_both;

const COMPANIES: Sql = Sql::new(
    "test.companies",
    "insert into company (id, name, name_kana, registered_at, phone, licence, corporate_number, prefecture)
     select r.id, r.name, r.kana, 0, r.phone, r.licence, r.number, r.prefecture
     from {{rows $1: id text, name text, kana text, phone text, licence text, number text, prefecture text}} r",
);
const WORKERS: Sql = Sql::new(
    "test.workers",
    "insert into worker (id, handle, name, name_kana, language, registration, registered_at, name_alphabet, phone)
     select r.id, r.id, r.name, r.kana, 'ja', 'detailed', 0, r.alphabet, r.phone
     from {{rows $1: id text, name text, kana text, alphabet text, phone text}} r",
);
const RENAME: Sql = Sql::new(
    "test.rename",
    "update company set name_kana = 'ヒカリコウムテン', name = $2, prefecture = $3 where name = $1",
);

fn company(n: u64) -> String {
    CompanyId::from_free_digits(700_000_000_000 + n, 22).unwrap().to_string()
}

fn worker(n: u64) -> String {
    WorkerId::from_free_digits(800_000_000_000 + n, 21).unwrap().to_string()
}

async fn fill(world: &World) {
    let tx = world.test.app.db().write().await.unwrap();
    let rows = [
        (
            company(1),
            "株式会社 大空みらい建設",
            "オオゾラミライケンセツ",
            "0312345678",
            "13-012345",
            "9000000000017",
            "13",
        ),
        (
            company(2),
            "みらいの森工務店",
            "ミライノモリコウムテン",
            "0661112222",
            "27-000777",
            "",
            "27",
        ),
        (company(3), "ＡＢＣ電工", "エービーシーデンコウ", "", "", "", "13"),
    ];
    tx.run(&COMPANIES, values![Rows::of(rows).unwrap()]).await.unwrap();
    let people = [
        (worker(1), "田村 翔", "タムラ ショウ", "TAMURA SHO", "09011112222"),
        (worker(2), "翔田 恵", "ショウダ メグミ", "SHODA MEGUMI", ""),
        (
            worker(3),
            "NGUYEN VAN HUNG",
            "グエン ヴァン フン",
            "NGUYEN VAN HUNG",
            "08033334444",
        ),
    ];
    tx.run(&WORKERS, values![Rows::of(people).unwrap()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn found_companies(world: &World, who: &Person, typed: &str, prefecture: &str) -> Vec<String> {
    let tx = world.test.app.db().read().await.unwrap();
    let found = companies(&tx, &who.viewer, typed, prefecture, Page::default()).await.unwrap();
    assert_eq!(usize::try_from(found.total).unwrap(), found.rows.len());
    found.rows.into_iter().map(|c| c.name).collect()
}

async fn found_workers(world: &World, who: &Person, typed: &str) -> Vec<String> {
    let tx = world.test.app.db().read().await.unwrap();
    let today = world.test.app.clock().today();
    let found = workers(&tx, &who.viewer, today, typed, Page::default()).await.unwrap();
    found.rows.into_iter().map(|w| w.name).collect()
}

on_both!(companies_are_found_by_each_of_their_words_and_numbers, |backend| async move {
    let world = World::new(backend).await;
    fill(&world).await;
    let (sky, wood, abc) = ("株式会社 大空みらい建設", "みらいの森工務店", "ＡＢＣ電工");
    let one = company(1);
    let cases: &[(&str, &str, &[&str])] = &[
        ("みらい", "", &[sky, wood]),
        ("みらい", "27", &[wood]),
        ("大空みらい建設", "", &[sky]),
        ("株式会社大空", "", &[sky]),
        ("おおぞら", "", &[sky]),
        ("ﾐﾗｲﾉﾓﾘ", "", &[wood]),
        ("ＡＢＣ", "", &[abc]),
        ("森", "", &[wood]),
        ("03-1234", "", &[sky]),
        ("１３－０１２３４５", "", &[sky]),
        ("9000000000017", "", &[sky]),
        (&one, "", &[sky]),
        ("27000777", "13", &[]),
        ("%", "", &[]),
        ("", "13", &[]),
    ];
    for (typed, prefecture, expected) in cases {
        let mut found = found_companies(&world, &world.stranger, typed, prefecture).await;
        found.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{typed} {prefecture}");
    }
    // A company that moves and takes another name is found by that, and no longer by the old one.
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&RENAME, values![wood, "ひかり工務店", "26"]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found_companies(&world, &world.stranger, "みらいの", "").await, [""; 0]);
    assert_eq!(
        found_companies(&world, &world.stranger, "工務店", "26").await,
        ["ひかり工務店"]
    );
    // Workers search no companies.
    assert!(found_companies(&world, &world.ann_self, "みらい", "").await.is_empty());
});

on_both!(the_operator_finds_every_worker_and_a_company_its_own, |backend| async move {
    let world = World::new(backend).await;
    fill(&world).await;
    let three = worker(3);
    let cases: &[(&str, &[&str])] = &[
        ("田村", &["田村 翔"]),
        ("田村翔", &["田村 翔"]),
        ("翔", &["翔田 恵", "田村 翔"]),
        ("しょう", &["翔田 恵", "田村 翔"]),
        ("nguyen", &["NGUYEN VAN HUNG"]),
        ("Van Hung", &["NGUYEN VAN HUNG"]),
        ("グエンヴァン", &["NGUYEN VAN HUNG"]),
        ("090-1111", &["田村 翔"]),
        (&three, &["NGUYEN VAN HUNG"]),
        ("安", &["安 ann"]),
        ("村", &[]),
    ];
    for (typed, expected) in cases {
        assert_eq!(&found_workers(&world, &world.operator, typed).await, expected, "{typed}");
    }
    // A company: its own, wherever the word stands; nobody else's.
    assert_eq!(found_workers(&world, &world.second, "nn").await, ["安 ann"]);
    assert_eq!(
        found_workers(&world, &world.second, &world.bob.id.to_string()).await,
        ["坊 bob"]
    );
    for (who, typed) in [
        (&world.second, "田村"),
        (&world.past, "安"),
        (&world.manager, "安"),
        (&world.ann_self, "安"),
    ] {
        assert!(found_workers(&world, who, typed).await.is_empty(), "{typed}");
    }
});

on_both!(
    the_page_keeps_words_out_of_addresses_and_writes_looks_down,
    |backend| async move {
        let world = World::new(backend).await;
        let page = world.test.post(Some(&world.second), "/search/workers", &[("q", "坊")]).await;
        assert!(
            page.body.contains(&world.bob.name) && page.body.contains(&world.bob.id.grouped()),
            "{}",
            page.body
        );
        assert!(!page.body.contains("?q="));
        assert!(world.page(&world.bob_self, "/my/looks").await.contains("技能者の検索"));
        let found = world.page(&world.first, "/search/companies?q=second").await;
        assert!(found.contains("second建設") && found.contains("登録済み"));
    }
);

on_both!(a_word_that_fits_many_is_told_so, |backend| async move {
    let world = World::new(backend).await;
    let tx = world.test.app.db().write().await.unwrap();
    let many = (0..MOST + 200).map(|n| {
        let name = format!("やまびこ鉄筋第{n}株式会社");
        (company(u64::try_from(n).unwrap() + 10), name, "ヤマビコ", "", "", "", "13")
    });
    tx.run(&COMPANIES, values![Rows::of(many).unwrap()]).await.unwrap();
    tx.commit().await.unwrap();
    let page = world.page(&world.stranger, "/search/companies?q=%E9%89%84%E7%AD%8B").await;
    assert!(page.contains("1000件以上") || page.contains("1,000件以上"), "{page}");
    assert!(page.contains("1 / 20"), "what is found can be paged");
});
