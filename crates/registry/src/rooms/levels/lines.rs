//! The lines of a company's list: a worker in one field, in words.

use std::collections::BTreeMap;

use domain::levels::Missing;
use domain::{Masters, Policy, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::StoreError;
use web::{T, Value};

use crate::rooms::level::{field_name, wage_range};
use crate::rows::{id, opt_day, unreadable};

#[derive(FromQueryResult)]
pub(super) struct Columns {
    pub(super) id: String,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) name_kana: String,
    pub(super) card_level: i32,
    pub(super) field: Option<String>,
    pub(super) level: Option<i32>,
    pub(super) guide: Option<i32>,
    pub(super) days: Option<i32>,
    pub(super) next_level: Option<i32>,
    pub(super) missing_days: Option<i32>,
    pub(super) only_days: Option<i32>,
    pub(super) missing: Option<String>,
    pub(super) forecast: Option<i32>,
    pub(super) runs_out: Option<i32>,
    pub(super) runs_out_name: Option<String>,
    pub(super) total: i64,
}

/// A worker in one field.
pub(super) struct Line {
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) card: i32,
    /// Empty: judged in no field.
    pub(super) field: String,
    pub(super) level: i32,
    /// The level rests on confirmed criteria.
    pub(super) sure: bool,
    pub(super) days: i32,
    /// The next level, and what it lacks.
    pub(super) next: String,
    pub(super) missing_days: i32,
    pub(super) missing: Vec<String>,
    pub(super) forecast: String,
    pub(super) ends: String,
    pub(super) wage: String,
    /// The level reached is above that of the card.
    pub(super) apply: bool,
    pub(super) near: bool,
}

/// What "close" and "soon" mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) near: i64,
    pub(super) ends: i64,
}

impl Limits {
    pub(super) fn on(masters: &Masters, today: WorkDay) -> Self {
        let policies = masters.policies();
        Self {
            near: policies.at(Policy::LevelNearDays, today),
            ends: policies.at(Policy::LevelRunsOutDays, today),
        }
    }

    pub(super) fn near_number(self) -> i32 {
        i32::try_from(self.near).unwrap_or(i32::MAX)
    }

    /// The last day that is soon.
    pub(super) fn ends(self, today: WorkDay) -> WorkDay {
        today.plus(i32::try_from(self.ends).unwrap_or(0))
    }
}

/// Rows in words.
pub(super) fn lines(
    masters: &Masters,
    t: &T,
    today: WorkDay,
    limits: Limits,
    rows: Vec<Columns>,
) -> Result<Vec<Line>, StoreError> {
    let fields: BTreeMap<&str, _> = masters
        .levels()
        .fields
        .iter()
        .map(|field| (field.id.as_str(), field))
        .collect();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let field = row.field.as_deref().and_then(|id| fields.get(id).copied());
        let (level, guide) = (row.level.unwrap_or(1), row.guide.unwrap_or(1));
        let (missing_days, only_days) = (row.missing_days.unwrap_or(0), row.only_days == Some(1));
        let missing: Missing = match &row.missing {
            Some(text) => serde_json::from_str(text).map_err(|_| unreadable("level_standing.missing"))?,
            None => Missing::default(),
        };
        let forecast = opt_day(row.forecast, "level_standing.forecast")?;
        let ends = opt_day(row.runs_out, "level_standing.runs_out")?.filter(|last| *last <= limits.ends(today));
        let wage = field.and_then(|field| masters.level_wage(&field.id, u8::try_from(guide).ok()?, today));
        lines.push(Line {
            worker: id(&row.id, "worker.id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            card: row.card_level,
            level: guide,
            sure: level == guide,
            days: row.days.unwrap_or(0),
            next: row
                .next_level
                .map(|next| t.n("level-name", "level", next))
                .unwrap_or_default(),
            missing_days,
            missing: missing_words(t, &missing),
            forecast: forecast.map(|day| t.day(day)).unwrap_or_default(),
            ends: ends.map_or_else(String::new, |day| {
                let name = row.runs_out_name.clone().unwrap_or_default();
                t.with("levels-ends-on", &[("day", Value::from(day)), ("name", Value::from(name))])
            }),
            wage: wage.map(|wage| wage_range(t, wage)).unwrap_or_default(),
            apply: field.is_some() && level > row.card_level,
            near: only_days && i64::from(missing_days) <= limits.near,
            field: match (field, row.field) {
                (Some(field), _) => field_name(t, field),
                // Judged by a table that had this field.
                (None, Some(id)) => id,
                (None, None) => String::new(),
            },
        });
    }
    Ok(lines)
}

/// What is missing, in one line each.
fn missing_words(t: &T, missing: &Missing) -> Vec<String> {
    let mut words = Vec::new();
    let days = [
        ("level-days-short", missing.days),
        ("level-squad-short", missing.squad),
        ("level-foreman-short", missing.foreman),
    ];
    words.extend(
        days.into_iter()
            .filter(|(_, days)| *days > 0)
            .map(|(key, days)| t.n(key, "days", days)),
    );
    for course in &missing.courses {
        let mut list = course.of.join(&t.s("level-between"));
        if course.more {
            list.push('…');
        }
        words.push(if course.more || course.of.len() > course.count {
            t.with(
                "level-take-some",
                &[("count", Value::from(course.count)), ("list", Value::from(list))],
            )
        } else {
            t.with("level-take", &[("list", list)])
        });
    }
    if missing.unknown {
        words.push(t.s("level-need-unknown"));
    }
    words
}
