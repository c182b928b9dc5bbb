//! What is typed about a worker's place on the roster, checked against master data, the worker's own trades and the site.

use std::str::FromStr;

use domain::{Masters, PositionId, TradeCode, WorkDay};
use web::{FieldErrors, Value};

/// A trade: empty, or a small class that the worker has registered (R-ROS: to the small class, from his own).
///
/// # Errors
/// Key of the sentence.
pub(super) fn trade(typed: &str, held: &[TradeCode], masters: &Masters) -> Result<Option<TradeCode>, &'static str> {
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
pub(super) fn trades_to_choose(held: &[TradeCode], masters: &Masters) -> Vec<TradeCode> {
    held.iter()
        .copied()
        .filter(|code| trade(&code.to_string(), held, masters).is_ok())
        .collect()
}

/// A position: empty for an ordinary worker, or one that can be chosen.
///
/// # Errors
/// Key of the sentence.
pub(super) fn position(typed: &str, masters: &Masters) -> Result<Option<PositionId>, &'static str> {
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
    fn days_lie_in_the_sites_period() {
        let period = ("2026-04-01".parse().unwrap(), "2027-03-31".parse().unwrap());
        let t = web::Texts::new([(
            web::Language::Ja,
            "field-no-day = no\nroster-outside-period = out\nroster-period-backward = back",
        )])
        .t(web::Language::Ja);
        let cases = [
            ("", "", "", ""),
            ("2026-04-01", "2027-03-31", "", ""),
            ("2026-03-31", "2027-04-01", "out", "out"),
            ("2026-05-02", "2026-05-01", "", "back"),
            ("soon", "2026-02-30", "no", "no"),
        ];
        for (from, to, at_from, at_to) in cases {
            let mut errors = FieldErrors::new();
            days(&mut errors, from, to, period);
            let said = ["from", "to"].map(|f| errors.at(&t, f).unwrap_or_default());
            assert_eq!(said, [at_from, at_to], "{from} {to}");
        }
    }
}
