//! Made-up people and companies; none exists.

use domain::{WorkDay, YearMonth};
use web::Language;

pub const TEXTS: [(Language, &str); 2] = [
    (
        Language::Ja,
        "gallery-worker-wrong = 技能者IDは14桁の数字です。入力された桁数を確認してください。\ngallery-trade-missing = 職種（小分類）を選んでください。\ngallery-saved = 作業員名簿に登録しました。10月15日までの就業履歴を判定し直しています。",
    ),
    (
        Language::En,
        "gallery-worker-wrong = A worker ID has 14 digits. Please count them.\ngallery-trade-missing = Please choose the trade (small class).\ngallery-saved = Added to the roster. Histories since 15 October are being judged again.",
    ),
];

/// What a cell of the month shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Nothing,
    Counts,
    CountsNight,
    NotYet,
}

pub struct Day {
    pub number: i8,
    pub weekday: &'static str,
    pub class: &'static str,
    pub day: WorkDay,
}

pub struct Row {
    pub name: String,
    pub company: &'static str,
    pub marks: Vec<(Mark, &'static str)>,
    pub counts: usize,
    pub not_yet: usize,
}

pub struct Node {
    pub tier: u8,
    pub name: &'static str,
    pub work: &'static str,
    pub workers: usize,
    pub waiting: bool,
    pub below: Vec<Node>,
}

pub fn days(t: &web::T, month: YearMonth) -> Vec<Day> {
    month
        .days()
        .map(|day| {
            let weekday = day.date().weekday().to_monday_zero_offset();
            let holiday = matches!((month.number(), day.date().day()), (11, 3 | 23));
            let class = match weekday {
                _ if holiday => "holiday",
                5 => "sat",
                6 => "sun",
                _ => "",
            };
            Day {
                number: day.date().day(),
                weekday: t.weekday(day),
                class,
                day,
            }
        })
        .collect()
}

pub fn rows(days: &[Day]) -> Vec<Row> {
    const FAMILY: [&str; 10] = [
        "青葉",
        "若草",
        "水沢",
        "朝倉",
        "柏木",
        "小野寺",
        "長谷部",
        "グエン",
        "望月",
        "宇佐美",
    ];
    const GIVEN: [&str; 6] = ["一郎", "美咲", "健太", "翔", "ヴァン・ミン", "大五郎"];
    const COMPANIES: [&str; 4] = ["あおば鉄筋工業", "若草型枠", "みずさわ設備サービス株式会社", "柏木左官店"];
    (0..30usize)
        .map(|w| {
            let mark = |d: usize, day: &Day| match (w * 7 + d * 3) % 11 {
                _ if matches!(day.class, "sun" | "holiday") || (day.class == "sat" && w % 3 > 0) => Mark::Nothing,
                0 | 5 if w % 2 == 0 => Mark::Nothing,
                7 if w % 5 == 1 => Mark::NotYet,
                3 if w % 6 == 2 => Mark::CountsNight,
                _ if w == 13 && d < 15 => Mark::NotYet,
                _ => Mark::Counts,
            };
            let marks: Vec<_> = days.iter().enumerate().map(|(d, day)| (mark(d, day), day.class)).collect();
            let number = |wanted: &[Mark]| marks.iter().filter(|(m, _)| wanted.contains(m)).count();
            Row {
                name: format!("{} {}", FAMILY[w % 10], GIVEN[(w / 3) % 6]),
                company: COMPANIES[w % 4],
                counts: number(&[Mark::Counts, Mark::CountsNight]),
                not_yet: number(&[Mark::NotYet]),
                marks,
            }
        })
        .collect()
}

fn node(tier: u8, name: &'static str, work: &'static str, workers: usize, below: Vec<Node>) -> Node {
    Node {
        tier,
        name,
        work,
        workers,
        waiting: name.contains("ひなた"),
        below,
    }
}

pub fn tree() -> Node {
    let third = |name, work, workers| node(3, name, work, workers, vec![]);
    let second = |name, work, workers, below| node(2, name, work, workers, below);
    node(
        0,
        "見本建設株式会社",
        "建築一式工事",
        14,
        vec![
            node(
                1,
                "あおば鉄筋工業",
                "鉄筋工事",
                22,
                vec![
                    second(
                        "若草型枠",
                        "型枠工事",
                        12,
                        vec![third("こだち工業", "型枠解体", 4), third("ひなた工務店", "型枠運搬", 0)],
                    ),
                    second("しらかば圧接", "ガス圧接", 6, vec![]),
                ],
            ),
            node(
                1,
                "みずさわ設備サービス株式会社",
                "給排水衛生設備工事",
                18,
                vec![
                    second("いずみ配管", "配管工事", 9, vec![third("かもめ保温", "保温工事", 3)]),
                    second("ひなた空調", "ダクト工事", 0, vec![]),
                ],
            ),
            node(
                1,
                "柏木左官店",
                "左官工事",
                5,
                vec![second("一人親方 望月大五郎", "左官工事", 1, vec![])],
            ),
        ],
    )
}
