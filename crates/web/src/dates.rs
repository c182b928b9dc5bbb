//! Days, times and numbers as each language writes them.

use std::borrow::Borrow;

use domain::time::japan_time;
use domain::{WorkDay, YearMonth};
use jiff::Timestamp;

use crate::{Language, T};

const WEEKDAYS: [[&str; 7]; 4] = [
    ["月", "火", "水", "木", "金", "土", "日"],
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
    ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"],
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

fn nth<'a>(names: &[&'a str], number: i8) -> &'a str {
    usize::try_from(number)
        .ok()
        .and_then(|n| names.get(n))
        .copied()
        .unwrap_or_default()
}

/// How this language writes days, times and numbers.
impl T {
    /// The day of the week: 土, Sat, T7, Sab.
    #[must_use]
    pub fn weekday(&self, day: impl Borrow<WorkDay>) -> &'static str {
        let day = *day.borrow();
        let row = WEEKDAYS.get(self.language() as usize).unwrap_or(&WEEKDAYS[0]);
        nth(row, day.date().weekday().to_monday_zero_offset())
    }

    /// `2026年11月21日(土)` · `Sat 21 Nov 2026` · `T7 21/11/2026` · `Sab 21 Nov 2026`.
    #[must_use]
    pub fn day(&self, day: impl Borrow<WorkDay>) -> String {
        let day = *day.borrow();
        let (date, weekday) = (day.date(), self.weekday(day));
        let (y, m, d) = (date.year(), date.month(), date.day());
        match self.language() {
            Language::Ja => format!("{y}年{m}月{d}日({weekday})"),
            Language::Vi => format!("{weekday} {d:02}/{m:02}/{y}"),
            Language::En | Language::Id => format!("{weekday} {d} {} {y}", self.month_name(m, true)),
        }
    }

    /// Without the year: `11/21(土)` · `Sat 21 Nov` · `T7 21/11` · `Sab 21 Nov`.
    #[must_use]
    pub fn short_day(&self, day: impl Borrow<WorkDay>) -> String {
        let day = *day.borrow();
        let (date, weekday) = (day.date(), self.weekday(day));
        let (m, d) = (date.month(), date.day());
        match self.language() {
            Language::Ja => format!("{m}/{d}({weekday})"),
            Language::Vi => format!("{weekday} {d:02}/{m:02}"),
            Language::En | Language::Id => format!("{weekday} {d} {}", self.month_name(m, true)),
        }
    }

    /// `2026年11月` · `November 2026` · `tháng 11/2026` · `November 2026`.
    #[must_use]
    pub fn month(&self, month: impl Borrow<YearMonth>) -> String {
        let month = *month.borrow();
        let (y, m) = (month.year(), month.number());
        match self.language() {
            Language::Ja => format!("{y}年{m}月"),
            Language::Vi => format!("tháng {m}/{y}"),
            Language::En | Language::Id => format!("{} {y}", self.month_name(m, false)),
        }
    }

    /// The time in Japan, `07:30`.
    #[must_use]
    pub fn time(&self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        japan_time(at).strftime("%H:%M").to_string()
    }

    /// Day and time in Japan.
    #[must_use]
    pub fn date_time(&self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        format!("{} {}", self.day(WorkDay::of(at, 0)), self.time(at))
    }

    /// A number in groups of three: 1,234 (1.234 in Vietnamese and Indonesian).
    #[must_use]
    pub fn number(&self, number: impl Into<i64>) -> String {
        let number: i64 = number.into();
        let digits = number.unsigned_abs().to_string();
        let separator = if matches!(self.language(), Language::Vi | Language::Id) {
            '.'
        } else {
            ','
        };
        let mut text = String::from(if number < 0 { "-" } else { "" });
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    fn month_name(&self, month: i8, short: bool) -> &'static str {
        let names = if self.language() == Language::Id {
            &MONTHS_ID
        } else {
            &MONTHS_EN
        };
        let name = nth(names, month - 1);
        if short { name.get(..3).unwrap_or(name) } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Texts;

    #[test]
    fn each_language_writes_its_way() {
        let day: WorkDay = "2026-11-21".parse().unwrap();
        let at: Timestamp = "2026-11-20T22:30:59Z".parse().unwrap();
        let cases = [
            (
                Language::Ja,
                [
                    "2026年11月21日(土)",
                    "11/21(土)",
                    "2026年11月",
                    "2026年11月21日(土) 07:30",
                    "-1,234,567",
                ],
            ),
            (
                Language::En,
                [
                    "Sat 21 Nov 2026",
                    "Sat 21 Nov",
                    "November 2026",
                    "Sat 21 Nov 2026 07:30",
                    "-1,234,567",
                ],
            ),
            (
                Language::Vi,
                [
                    "T7 21/11/2026",
                    "T7 21/11",
                    "tháng 11/2026",
                    "T7 21/11/2026 07:30",
                    "-1.234.567",
                ],
            ),
            (
                Language::Id,
                [
                    "Sab 21 Nov 2026",
                    "Sab 21 Nov",
                    "November 2026",
                    "Sab 21 Nov 2026 07:30",
                    "-1.234.567",
                ],
            ),
        ];
        for (language, expected) in cases {
            let t = Texts::new([]).t(language);
            assert_eq!(
                [
                    t.day(day),
                    t.short_day(day),
                    t.month(day.month()),
                    t.date_time(at),
                    t.number(-1_234_567)
                ],
                expected
            );
        }
        let t = Texts::new([]).t(Language::Ja);
        assert_eq!([t.number(0), t.number(999), t.number(1000)], ["0", "999", "1,000"]);
    }
}
