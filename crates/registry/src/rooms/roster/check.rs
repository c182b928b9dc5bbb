//! What is typed about a worker's place on the roster, checked against master data, the worker's own trades and the site.

use std::str::FromStr;

use domain::master::Hazard;
use domain::{Masters, PositionId, TradeCode, WorkDay};
use serde::{Deserialize, Serialize};
use web::{FieldErrors, Value};

use super::rows::More;
use crate::typed::line;

/// What is typed about the rest: hazards, check-ups, qualifications, education, consent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoreForm {
    /// 有害物質の取扱い: an id of the master data; empty for none.
    pub hazard: String,
    /// In words, if it is another one.
    pub hazard_other: String,
    /// 特殊健康診断: ids of the master data.
    pub checkups: Vec<String>,
    /// Others, in words.
    pub checkup_other: String,
    /// 資格: names of those the worker has registered.
    pub qualifications: Vec<String>,
    /// Day of the 送り出し教育.
    pub sent: String,
    /// Day of the 新規入場者教育.
    pub induction: String,
    /// Day of the worker's consent to his data being handed to the prime.
    pub consent: String,
}

impl MoreForm {
    /// What is empty here, from what holds for all.
    #[must_use]
    pub(super) fn or(&self, common: &Self) -> Self {
        let text = |own: &String, other: &String| if own.trim().is_empty() { other } else { own }.clone();
        let list = |own: &Vec<String>, other: &Vec<String>| if own.is_empty() { other } else { own }.clone();
        Self {
            hazard: text(&self.hazard, &common.hazard),
            hazard_other: text(&self.hazard_other, &common.hazard_other),
            checkups: list(&self.checkups, &common.checkups),
            checkup_other: text(&self.checkup_other, &common.checkup_other),
            qualifications: list(&self.qualifications, &common.qualifications),
            sent: text(&self.sent, &common.sent),
            induction: text(&self.induction, &common.induction),
            consent: text(&self.consent, &common.consent),
        }
    }

    /// As it would be typed.
    #[must_use]
    pub(super) fn of(more: &More) -> Self {
        let day = |day: Option<WorkDay>| day.map_or_else(String::new, |d| d.to_string());
        Self {
            hazard: more.hazard.clone().unwrap_or_default(),
            hazard_other: more.hazard_other.clone(),
            checkups: more.checkups.clone(),
            checkup_other: more.checkup_other.clone(),
            qualifications: more.qualifications.clone(),
            sent: day(more.sent),
            induction: day(more.induction),
            consent: day(more.consent),
        }
    }
}

/// The rest, checked. `held`: names of the qualifications that may be picked.
pub(super) fn more(errors: &mut FieldErrors, typed: &MoreForm, held: &[&str], masters: &Masters, today: WorkDay) -> More {
    let hazard = Some(typed.hazard.trim()).filter(|id| !id.is_empty()).map(str::to_owned);
    if hazard.as_ref().is_some_and(|id| masters.hazard(id).is_none()) {
        errors.add("hazard", "roster-hazard-unknown");
    }
    let other = hazard.as_deref() == Some(Hazard::OTHER);
    let hazard_other = if other {
        line(errors, "hazard_other", &typed.hazard_other, 60, true)
    } else {
        String::new()
    };
    let has_checkup = |id: &String| {
        masters
            .hazard(id)
            .is_some_and(|h| h.checkup_ja.is_some() && h.id != Hazard::OTHER)
    };
    if typed.checkups.iter().any(|id| !has_checkup(id)) {
        errors.add("checkups", "roster-checkup-unknown");
    }
    // In the order of the table, each once.
    let checkups = masters
        .hazards()
        .iter()
        .filter(|hazard| typed.checkups.contains(&hazard.id))
        .map(|hazard| hazard.id.clone())
        .collect();
    let checkup_other = line(errors, "checkup_other", &typed.checkup_other, 60, false);
    if let Some(name) = typed.qualifications.iter().find(|name| !held.contains(&name.as_str())) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        errors.add_with(
            "qualifications",
            "roster-qualification-not-held",
            vec![("name", shown.into())],
        );
    }
    let mut qualifications: Vec<String> = Vec::new();
    for name in held {
        if typed.qualifications.iter().any(|typed| typed == name) && !qualifications.iter().any(|known| known == name) {
            qualifications.push((*name).to_owned());
        }
    }
    let mut past = |field: &'static str, typed: &str| {
        if typed.trim().is_empty() {
            return None;
        }
        let day = errors.take(field, typed.trim().parse::<WorkDay>(), |_| "field-no-day".into())?;
        if day > today {
            errors.add(field, "roster-day-to-come");
        }
        Some(day)
    };
    More {
        sent: past("sent", &typed.sent),
        induction: past("induction", &typed.induction),
        consent: past("consent", &typed.consent),
        hazard,
        hazard_other,
        checkups,
        checkup_other,
        qualifications,
    }
}

/// A trade: empty, or a small class that the worker has registered (R-ROS: to the small class, from his own).
///
/// # Errors
/// Key of the sentence.
pub(crate) fn trade(typed: &str, held: &[TradeCode], masters: &Masters) -> Result<Option<TradeCode>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let known = |code: &TradeCode| masters.trade(*code).is_some_and(|t| t.is_small() && t.selectable());
    let code = TradeCode::from_str(typed.trim())
        .ok()
        .filter(known)
        .ok_or("roster-trade-unknown")?;
    if held.contains(&code) {
        Ok(Some(code))
    } else {
        Err("roster-trade-not-held")
    }
}

/// Of a worker's trades, those that can be chosen.
pub(crate) fn trades_to_choose(held: &[TradeCode], masters: &Masters) -> Vec<TradeCode> {
    held.iter()
        .copied()
        .filter(|code| trade(&code.to_string(), held, masters).is_ok())
        .collect()
}

/// A position: empty for an ordinary worker, or one that can be chosen.
///
/// # Errors
/// Key of the sentence.
pub(crate) fn position(typed: &str, masters: &Masters) -> Result<Option<PositionId>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let known = |id: &PositionId| masters.position(id).is_some_and(domain::master::Position::selectable);
    PositionId::from_str(typed.trim())
        .ok()
        .filter(known)
        .map(Some)
        .ok_or("roster-position-unknown")
}

/// First and last day, each empty or inside the site's period.
pub(super) fn days(
    errors: &mut FieldErrors,
    from: &str,
    to: &str,
    period: (WorkDay, WorkDay),
) -> (Option<WorkDay>, Option<WorkDay>) {
    let mut day = |field: &'static str, typed: &str| {
        if typed.trim().is_empty() {
            return None;
        }
        let day = errors.take(field, typed.trim().parse::<WorkDay>(), |_| "field-no-day".into())?;
        if day < period.0 || day > period.1 {
            errors.add_with(
                field,
                "roster-outside-period",
                vec![("from", Value::from(period.0)), ("to", Value::from(period.1))],
            );
        }
        Some(day)
    };
    let (from, to) = (day("from", from), day("to", to));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        errors.add("to", "roster-period-backward");
    }
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trades_and_positions_come_from_the_lists() {
        let masters = Masters::embedded().unwrap();
        let held: Vec<TradeCode> = ["01-01", "01", "99-98"].iter().map(|c| c.parse().unwrap()).collect();
        let cases = [
            ("", Ok(None)),
            (" 01-01 ", Ok(Some(held[0]))),
            ("01", Err("roster-trade-unknown")),    // held, but a large class
            ("99-98", Err("roster-trade-unknown")), // held, but not in the master data
            ("01-02", Err("roster-trade-not-held")),
            ("rebar", Err("roster-trade-unknown")),
        ];
        for (typed, expected) in cases {
            assert_eq!(trade(typed, &held, &masters), expected, "{typed}");
        }
        assert_eq!(trades_to_choose(&held, &masters), [held[0]]);
        assert_eq!(position("", &masters), Ok(None));
        assert_eq!(
            position("foreman", &masters).map(|p| p.map(|p| p.to_string())),
            Ok(Some("foreman".to_owned()))
        );
        assert_eq!(position("emperor", &masters), Err("roster-position-unknown"));
        let mark = masters.positions().iter().find(|p| !p.selectable()).unwrap();
        assert_eq!(position(mark.id.as_str(), &masters), Err("roster-position-unknown"));
    }

    #[test]
    fn the_rest_comes_from_the_lists_and_lies_in_the_past() {
        let masters = Masters::embedded().unwrap();
        let today: WorkDay = "2026-11-20".parse().unwrap();
        let faults = |typed: &MoreForm| {
            let mut errors = FieldErrors::new();
            let read = more(
                &mut errors,
                typed,
                &["玉掛け技能講習", "足場の組立て等特別教育"],
                &masters,
                today,
            );
            let t = web::Texts::new([]).t(web::Language::Ja);
            let fields: Vec<_> = errors.all(&t).into_iter().map(|(field, _)| field).collect();
            (fields, read)
        };
        let strings = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let right = MoreForm {
            hazard: "asbestos".into(),
            hazard_other: "ignored".into(),
            checkups: strings(&["dust", "asbestos", "dust"]),
            checkup_other: "騒音".into(),
            qualifications: strings(&["足場の組立て等特別教育", "玉掛け技能講習"]),
            sent: "2026-11-01".into(),
            induction: "2026-11-20".into(),
            consent: String::new(),
        };
        let (fields, read) = faults(&right);
        assert_eq!(fields, Vec::<&str>::new());
        assert_eq!(read.hazard.as_deref(), Some("asbestos"));
        assert_eq!((read.hazard_other.as_str(), read.consent), ("", None));
        assert_eq!(
            read.checkups,
            strings(&["asbestos", "dust"]),
            "once, in the order of the table"
        );
        assert_eq!(read.qualifications, strings(&["玉掛け技能講習", "足場の組立て等特別教育"]));
        assert_eq!(faults(&MoreForm::of(&read)).1, read, "typed again it is the same");
        let cases: [(MoreForm, &[&str]); 7] = [
            (MoreForm::default(), &[]),
            (
                MoreForm {
                    hazard: "gold".into(),
                    ..right.clone()
                },
                &["hazard"],
            ),
            (
                MoreForm {
                    hazard: "other".into(),
                    hazard_other: " ".into(),
                    ..right.clone()
                },
                &["hazard_other"],
            ),
            (
                MoreForm {
                    checkups: strings(&["oxygen_deficiency"]),
                    ..right.clone()
                },
                &["checkups"],
            ),
            (
                MoreForm {
                    checkups: strings(&["other"]),
                    ..right.clone()
                },
                &["checkups"],
            ),
            (
                MoreForm {
                    qualifications: strings(&["宇宙飛行士"]),
                    ..right.clone()
                },
                &["qualifications"],
            ),
            (
                MoreForm {
                    sent: "2026-11-21".into(),
                    induction: "soon".into(),
                    consent: "2026-02-30".into(),
                    ..right
                },
                &["sent", "induction", "consent"],
            ),
        ];
        for (typed, expected) in cases {
            assert_eq!(faults(&typed).0, expected, "{typed:?}");
        }
    }

    #[test]
    fn days_lie_in_the_sites_period() {
        let period = ("2026-04-01".parse().unwrap(), "2027-03-31".parse().unwrap());
        let t = web::Texts::new([(
            web::Language::Ja,
            "roster-outside-period = out\nroster-period-backward = back",
        )])
        .t(web::Language::Ja);
        let cases = [
            ("", "", "", ""),
            ("2026-04-01", "2027-03-31", "", ""),
            ("2026-03-31", "2027-04-01", "out", "out"),
            ("2026-05-02", "2026-05-01", "", "back"),
            (
                "soon",
                "2026-02-30",
                "日付を2026-11-21の形で入力してください。",
                "日付を2026-11-21の形で入力してください。",
            ),
        ];
        for (from, to, at_from, at_to) in cases {
            let mut errors = FieldErrors::new();
            days(&mut errors, from, to, period);
            let said = ["from", "to"].map(|f| errors.at(&t, f).unwrap_or_default());
            assert_eq!(said, [at_from, at_to], "{from} {to}");
        }
    }
}
