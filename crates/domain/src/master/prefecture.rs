//! Prefectures (都道府県).

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Row, Table};

/// One prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefecture {
    /// JIS X 0401: `01` to `47`.
    pub code: String,
    /// Japanese name.
    pub name_ja: String,
    /// Japanese name without its ending (県 and so on).
    pub name_short_ja: String,
    /// Name in katakana.
    pub name_kana: String,
    /// English name.
    pub name_en: String,
    /// How a permit of its governor is written (知事許可).
    pub governor_permit_label_ja: String,
    /// The office for a minister's permit (大臣許可).
    pub minister_bureau_ja: String,
    /// The same in English.
    pub minister_bureau_en: String,
    /// Whether that office was read and not remembered.
    pub bureau_confirmed: bool,
}

const COLUMNS: [&str; 13] = [
    "code",
    "name_ja",
    "name_short_ja",
    "name_kana",
    "name_en",
    "iso3166_2",
    "lg_code6",
    "governor_permit_label_ja",
    "minister_bureau_ja",
    "minister_bureau_en",
    "code_confirmed",
    "bureau_confirmed",
    "source",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Prefecture> {
    let table = Table::read(MasterKind::Prefectures, text, &COLUMNS, problems);
    let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
    let mut prefectures = Vec::new();
    for row in &table.rows {
        let code = row.required("code", problems);
        let number = code.parse::<u8>().ok().filter(|n| (1..=47).contains(n) && code.len() == 2);
        if number.is_none() {
            row.report("code", Fault::Form("01 to 47"), problems);
        }
        row.unique(&mut codes, code.clone(), "code", problems);
        check_other_codes(row, &code, problems);
        let name_ja = row.required("name_ja", problems);
        row.unique(&mut names, name_ja.clone(), "name_ja", problems);
        row.word::<bool>("code_confirmed", problems);
        row.required("source", problems);
        prefectures.push(Prefecture {
            code,
            name_ja,
            name_short_ja: row.required("name_short_ja", problems),
            name_kana: row.required("name_kana", problems),
            name_en: row.required("name_en", problems),
            governor_permit_label_ja: row.required("governor_permit_label_ja", problems),
            minister_bureau_ja: row.required("minister_bureau_ja", problems),
            minister_bureau_en: row.required("minister_bureau_en", problems),
            bureau_confirmed: row.word("bureau_confirmed", problems).unwrap_or_default(),
        });
    }
    prefectures
}

/// Two other codes repeat the first one, so a slip shows.
fn check_other_codes(row: &Row, code: &str, problems: &mut Vec<MasterProblem>) {
    if row.text("iso3166_2") != format!("JP-{code}") {
        row.report("iso3166_2", Fault::Form("JP- and the code"), problems);
    }
    if Some(row.text("lg_code6").to_owned()) != local_government_code(code) {
        row.report("lg_code6", Fault::Form("the code, 000 and the check digit"), problems);
    }
}

/// Code, `000` and a check digit: 11 minus the sum of digits × 6, 5, 4, 3, 2 modulo 11, of which the last digit.
fn local_government_code(code: &str) -> Option<String> {
    let mut digits = code.chars().map(|c| c.to_digit(10));
    let (tens, ones) = (digits.next()??, digits.next()??);
    let check = (11 - (tens * 6 + ones * 5) % 11) % 10;
    Some(format!("{code}000{check}"))
}
