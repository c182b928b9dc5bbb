//! Time as the registry sees it: instants in UTC, work days in Japan.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Where the present comes from. An argument everywhere, so that a test can stand still and a late batch is judged by its own day.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Today in Japan.
    fn today(&self) -> WorkDay {
        WorkDay::of(self.now(), 0)
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Japan's time zone: a fixed +09:00 since 1952, so no zone table is needed.
#[must_use]
pub fn japan() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

/// The civil time in Japan of an instant.
#[must_use]
pub fn japan_time(at: Timestamp) -> DateTime {
    at.to_zoned(japan()).datetime()
}

/// A work day (就業日): a civil date in Japan. Stored as the number `yyyymmdd`, which both databases order and partition alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkDay(Date);

impl WorkDay {
    /// The day an instant belongs to. `boundary` is the site's day boundary in minutes after midnight (0 = midnight; 180 = a
    /// touch at 02:59 still belongs to the day before).
    #[must_use]
    pub fn of(at: Timestamp, boundary: u16) -> Self {
        let shifted = at.checked_sub(i64::from(boundary).minutes()).unwrap_or(at);
        Self(japan_time(shifted).date())
    }

    /// From a civil date.
    #[must_use]
    pub fn from_date(date: Date) -> Self {
        Self(date)
    }

    /// The civil date.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }

    /// `yyyymmdd`.
    #[must_use]
    pub fn to_number(self) -> i32 {
        i32::from(self.0.year()) * 10_000 + i32::from(self.0.month()) * 100 + i32::from(self.0.day())
    }

    /// From `yyyymmdd`; `None` if there is no such day.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        let year = i16::try_from(number / 10_000).ok()?;
        let month = i8::try_from(number / 100 % 100).ok()?;
        let day = i8::try_from(number % 100).ok()?;
        Date::new(year, month, day).ok().map(Self)
    }

    /// The day `days` later (earlier if negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(i64::from(days).days()))
    }

    /// Its month.
    #[must_use]
    pub fn month(self) -> YearMonth {
        YearMonth {
            year: self.0.year(),
            month: self.0.month(),
        }
    }
}

impl fmt::Display for WorkDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for WorkDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for WorkDay {
    type Err = NoSuchDay;
    fn from_str(text: &str) -> Result<Self, NoSuchDay> {
        text.parse().map(Self).map_err(|_| NoSuchDay)
    }
}

impl Serialize for WorkDay {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WorkDay {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A text is no day or month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such day: write it as 2026-11-21")]
pub struct NoSuchDay;

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    year: i16,
    month: i8,
}

impl YearMonth {
    /// `None` if there is no such month.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(|_| Self { year, month })
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> WorkDay {
        WorkDay(Date::constant(self.year, self.month, 1))
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> WorkDay {
        WorkDay(self.first().0.last_of_month())
    }

    /// The same month so many years earlier.
    #[must_use]
    pub fn years_earlier(self, years: i16) -> Self {
        Self::new(self.year() - years, self.number()).unwrap_or(self)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.last().plus(1).month()
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.first().plus(-1).month()
    }

    /// All its days in order.
    pub fn days(self) -> impl Iterator<Item = WorkDay> {
        let first = self.first();
        (0..i32::from(first.0.days_in_month())).map(move |n| first.plus(n))
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn number(self) -> i8 {
        self.month
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for YearMonth {
    type Err = NoSuchDay;
    fn from_str(text: &str) -> Result<Self, NoSuchDay> {
        let (year, month) = text.split_once('-').ok_or(NoSuchDay)?;
        match (year.parse(), month.parse()) {
            (Ok(year), Ok(month)) if text.len() == 7 => Self::new(year, month).ok_or(NoSuchDay),
            _ => Err(NoSuchDay),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_is_japans_and_follows_the_boundary() {
        let cases = [
            ("2026-11-20T15:00:00Z", 0, "2026-11-21"),
            ("2026-11-20T14:59:59Z", 0, "2026-11-20"),
            ("2026-11-21T02:59:59+09:00", 180, "2026-11-20"),
            ("2026-11-21T03:00:00+09:00", 180, "2026-11-21"),
            ("2024-02-29T23:59:59+09:00", 0, "2024-02-29"),
            // 29 February, over the boundary: it is followed by 1 March, and there is none in other years.
            ("2028-03-01T04:59:59+09:00", 300, "2028-02-29"),
            ("2027-03-01T04:59:59+09:00", 300, "2027-02-28"),
            // The end of the month and of the year.
            ("2027-01-01T04:59:59+09:00", 300, "2026-12-31"),
            ("2027-01-01T05:00:00+09:00", 300, "2027-01-01"),
            // A device may tell its time with any offset: the instant counts, not what its clock on the wall shows.
            ("2026-11-21T00:30:00+10:00", 0, "2026-11-20"),
            ("2026-11-20T10:30:00-05:00", 0, "2026-11-21"),
            // A leap second is the second before it: never the next day.
            ("2026-12-31T23:59:60+09:00", 0, "2026-12-31"),
            ("2026-12-31T14:59:60Z", 0, "2026-12-31"),
        ];
        for (instant, boundary, day) in cases {
            assert_eq!(WorkDay::of(at(instant), boundary).to_string(), day, "{instant} {boundary}");
        }
    }

    #[test]
    fn what_is_no_instant() {
        // Without an offset nobody knows which instant is meant, and no guess is made.
        for bad in [
            "2026-11-20T07:30:00",
            "2026-02-29T07:30:00+09:00",
            "2026-11-20T24:00:00+09:00",
            "2026-11-20T07:30:61+09:00",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_in_japan_has_24_hours_all_the_year() {
        for month in (1..=12).filter_map(|number| YearMonth::new(2026, number)) {
            for day in month.days() {
                let midnight = |day: WorkDay| day.date().to_zoned(japan()).unwrap().timestamp().as_second();
                assert_eq!(midnight(day.plus(1)) - midnight(day), 86_400, "{day}");
            }
        }
    }

    #[test]
    fn numbers_and_months() {
        let day: WorkDay = "2024-02-29".parse().unwrap();
        assert_eq!(day.to_number(), 20_240_229);
        assert_eq!(WorkDay::from_number(20_240_229), Some(day));
        assert_eq!(WorkDay::from_number(20_230_229), None);
        assert_eq!(day.month().last(), day);
        assert_eq!(day.month().days().count(), 29);
        assert_eq!("2026-12".parse::<YearMonth>().unwrap().next().to_string(), "2027-01");
        assert_eq!("2026-01".parse::<YearMonth>().unwrap().previous().to_string(), "2025-12");
        for bad in ["2026-13", "2026-1", "202601", "x"] {
            assert!(bad.parse::<YearMonth>().is_err(), "{bad}");
        }
    }
}
