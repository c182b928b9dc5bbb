//! Figures, each beside its limit.

use std::time::Duration;

use serde::Serialize;

/// How long each answer took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time within which this share of the answers came.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank in a list"
    )]
    pub(crate) fn at(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() as f64 * share).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Milliseconds within which so many of 100 answers came.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

impl Percentiles {
    /// As a cell of a table.
    pub(crate) fn line(&self) -> String {
        let Self { p50, p95, p99, max } = self;
        format!("{p50:.1} / {p95:.1} / {p99:.1} / {max:.1}")
    }
}

impl From<&Times> for Percentiles {
    fn from(times: &Times) -> Self {
        let ms = |share| times.at(share).as_secs_f64() * 1_000.0;
        Self {
            p50: ms(0.5),
            p95: ms(0.95),
            p99: ms(0.99),
            max: ms(1.0),
        }
    }
}

/// One thing measured.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    what: &'static str,
    clients: usize,
    /// Touches a second; none where only the time of an answer matters.
    rate: Option<f64>,
    /// The same by the bare driver.
    limit_rate: Option<f64>,
    /// Share of the limit: of its rate, or its median time over ours.
    ratio: f64,
    /// Milliseconds of an answer.
    answer: Percentiles,
    /// Milliseconds by the bare driver, or of the queries alone.
    limit: Percentiles,
    aim: Option<&'static str>,
    met: Option<bool>,
}

impl Figure {
    pub(crate) fn rate(
        what: &'static str,
        clients: usize,
        done: (f64, &Times),
        limit: (f64, &Times),
        aim: Option<(&'static str, bool)>,
    ) -> Self {
        Self {
            what,
            clients,
            rate: Some(done.0),
            limit_rate: Some(limit.0),
            ratio: done.0 / limit.0.max(0.001),
            answer: done.1.into(),
            limit: limit.1.into(),
            aim: aim.map(|a| a.0),
            met: aim.map(|a| a.1),
        }
    }

    pub(crate) fn answer(
        what: &'static str,
        clients: usize,
        times: &Times,
        limit: &Times,
        aim: Option<(&'static str, bool)>,
    ) -> Self {
        let (answer, limit) = (Percentiles::from(times), Percentiles::from(limit));
        let ratio = limit.p50 / answer.p50.max(0.001);
        Self {
            what,
            clients,
            rate: None,
            limit_rate: None,
            ratio,
            answer,
            limit,
            aim: aim.map(|a| a.0),
            met: aim.map(|a| a.1),
        }
    }

    /// What was measured.
    #[must_use]
    pub fn what(&self) -> &str {
        self.what
    }
}

/// Heads of the columns, as a table in Markdown.
pub(crate) const HEAD: &str =
    "| What | Clients | Measured | Limit | Of the limit | p50 / p95 / p99 / max in ms | Aim |\n|---|--:|--:|--:|--:|--:|---|";

/// One line of it.
pub(crate) fn line(figure: &Figure) -> String {
    let p50 = figure.answer.p50;
    let (measured, limit) = match (figure.rate, figure.limit_rate) {
        (Some(rate), Some(limit)) => (format!("{rate:.0}/s"), format!("{limit:.0}/s")),
        _ => (format!("{p50:.1} ms"), format!("{:.1} ms", figure.limit.p50)),
    };
    let aim = match (figure.aim, figure.met) {
        (Some(aim), Some(true)) => format!("{aim}: met"),
        (Some(aim), _) => format!("{aim}: missed"),
        _ => String::new(),
    };
    format!(
        "| {} | {} | {measured} | {limit} | {:.0} % | {} | {aim} |",
        figure.what,
        figure.clients,
        figure.ratio * 100.0,
        figure.answer.line()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut times = Times::default();
        for n in (1..=100).rev() {
            times.push(Duration::from_millis(n));
        }
        assert_eq!([0.5, 0.95, 0.99, 1.0].map(|s| times.at(s).as_millis()), [50, 95, 99, 100]);
        assert_eq!(Times::default().at(0.5), Duration::ZERO);
    }
}
