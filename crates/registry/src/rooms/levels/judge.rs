//! A page of workers, judged on all cores by the code that judges one.

use std::num::NonZero;

use domain::levels::{Facts, Settings, Summary, fields_for, judge, look_again, runs_out};
use domain::{Masters, WorkDay};

use super::gather::{Case, Standing};

/// Days after which somebody whose days are forecast is judged again, worked or not: without new days the pace goes down.
const FORECAST_HOLDS: i32 = 30;

/// By what is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    /// Day of the judgement.
    pub(super) on: WorkDay,
    /// Stands for criteria, settings and positions: with another one, everybody is judged anew.
    pub(super) criteria: String,
}

impl Rules {
    /// Those of a day.
    pub(super) fn on(masters: &Masters, on: WorkDay) -> Self {
        let settings = Settings::on(masters.policies(), on);
        let criteria = masters.levels();
        let editions: Vec<_> = criteria
            .fields
            .iter()
            .map(|field| field.edition_on(on).map(|edition| edition.from))
            .collect();
        let positions: Vec<_> = masters.positions().iter().map(|p| (p.id.to_string(), p.counts_as)).collect();
        let all = format!("{settings:?}{editions:?}{positions:?}{criteria:?}");
        Self {
            on,
            criteria: crate::access::key_hash(&all).chars().take(16).collect(),
        }
    }
}

/// What is to be written of a page.
#[derive(Default)]
pub(super) struct Found {
    pub(super) changed: Vec<Standing>,
    /// Worker and field in which he is judged no more.
    pub(super) gone: Vec<(String, String)>,
}

/// Judges everybody of a page.
pub(super) fn all(masters: &Masters, rules: &Rules, cases: &[Case]) -> anyhow::Result<Found> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = cases.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = cases
            .chunks(share)
            .map(|part| scope.spawn(move || some(masters, rules, part)))
            .collect();
        let mut found = Found::default();
        for part in parts {
            let part = part.join().map_err(|_| anyhow::anyhow!("judging broke off"))??;
            found.changed.extend(part.changed);
            found.gone.extend(part.gone);
        }
        Ok(found)
    })
}

fn some(masters: &Masters, rules: &Rules, cases: &[Case]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for case in cases {
        let now = one(masters, rules, case)?;
        let gone = case
            .before
            .iter()
            .filter(|old| !now.iter().any(|standing| standing.field == old.field));
        found.gone.extend(gone.map(|old| (old.worker_id.clone(), old.field.clone())));
        let known = |standing: &Standing| case.before.iter().any(|old| old.says_as(standing));
        found.changed.extend(now.into_iter().filter(|standing| !known(standing)));
    }
    Ok(found)
}

pub(super) fn one(masters: &Masters, rules: &Rules, case: &Case) -> anyhow::Result<Vec<Standing>> {
    let (criteria, on) = (masters.levels(), rules.on);
    let settings = Settings::on(masters.policies(), on);
    let facts = case.facts()?;
    let again = look_again(criteria, &facts, on);
    let ends = runs_out(criteria, &facts, on);
    let mut all = Vec::new();
    for field in fields_for(criteria, case.trades.iter().copied(), on) {
        let certified;
        let facts = match case.certified.get(&field.id) {
            None => &facts,
            Some(periods) => {
                certified = Facts {
                    certified: periods.clone(),
                    ..facts.clone()
                };
                &certified
            }
        };
        let Some(judged) = judge(criteria, field, facts, on, settings) else {
            continue;
        };
        let summary = Summary::of(&judged);
        let fades = summary.forecast.map(|_| on.plus(FORECAST_HOLDS));
        all.push(Standing {
            worker_id: case.id.clone(),
            field: field.id.clone(),
            level: summary.level.into(),
            guide: summary.guide.into(),
            days: number(summary.days),
            next_level: summary.next.map(i32::from),
            missing_days: number(summary.missing.days_needed()),
            only_days: i32::from(summary.missing.only_days()),
            missing: serde_json::to_string(&summary.missing)?,
            forecast: summary.forecast.map(WorkDay::to_number),
            runs_out: ends.map(|(last, _)| last.to_number()),
            runs_out_name: ends.map(|(_, held)| held.name.clone()),
            again_on: [again, fades].into_iter().flatten().min().map(WorkDay::to_number),
            criteria: rules.criteria.clone(),
            judged_on: on.to_number(),
        });
    }
    Ok(all)
}

fn number(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}
