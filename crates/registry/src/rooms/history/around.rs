//! What is stored around some days of workers at sites, read in one go: the sites, their touches, their histories.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::Verdict;
use domain::organisation::NodeId;
use domain::{Attendance, CompanyId, Direction, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use store::sea_orm::Value;
use store::{Rows, StoreError, Tx, values};

use super::days::{Attendances, DayKey, Fixed};
use super::queries;
use super::rows::{Fact, PauseRow, SiteRow};
use crate::rows::{day, id, opt_id, second, unreadable};

/// A history as it stands.
pub(super) struct Current {
    pub(super) attendance: Attendance,
    pub(super) judgement: i32,
    pub(super) verdict: Verdict,
    pub(super) rule: String,
    pub(super) fixed: Option<Fixed>,
    /// Employer and node as stored.
    pub(super) employer: Option<CompanyId>,
    pub(super) node: Option<NodeId>,
}

/// The columns of a history, as they come in a [`Fact`].
type HistoryColumns<'a> = (
    &'a str,
    &'a str,
    i32,
    Option<i64>,
    Option<i64>,
    i32,
    Option<&'a str>,
    Option<String>,
    Option<&'a str>,
    String,
    String,
);

/// What is stored.
#[derive(Default)]
pub(super) struct Around {
    pub(super) sites: BTreeMap<SiteId, SiteRow>,
    pub(super) touches: BTreeMap<(WorkerId, SiteId), BTreeSet<(Timestamp, Direction)>>,
    pub(super) histories: BTreeMap<DayKey, Current>,
    /// What is known of the workers at the sites, for [`Standings::of_facts`](super::standing::Standings::of_facts); only with touches.
    pub(super) known: Vec<Fact>,
}

impl Around {
    /// Reads what lies between the first and the last of the days of each worker at each site.
    pub(super) async fn load(tx: &Tx, days: &BTreeSet<(WorkerId, SiteId, WorkDay)>) -> Result<Self, StoreError> {
        Self::read(tx, days, true).await
    }

    /// The same without the touches: what is judged or corrected keeps the times it has.
    pub(super) async fn without_touches(tx: &Tx, days: &BTreeSet<(WorkerId, SiteId, WorkDay)>) -> Result<Self, StoreError> {
        Self::read(tx, days, false).await
    }

    async fn read(tx: &Tx, days: &BTreeSet<(WorkerId, SiteId, WorkDay)>, touches: bool) -> Result<Self, StoreError> {
        let mut around = Self::default();
        if days.is_empty() {
            return Ok(around);
        }
        let sql = if touches {
            &queries::AROUND_AND_KNOWN
        } else {
            &queries::AROUND
        };
        for fact in tx.all::<Fact>(sql, spans(days, touches)?).await? {
            match fact.what.as_str() {
                "site" => {
                    let site = SiteRow::try_from(&fact)?;
                    around.sites.insert(site.id, site);
                }
                "touch" => {
                    let (worker, site, at, direction): (&str, &str, i64, &str) = fact.read()?;
                    let pair = (id(worker, "touch.worker_id")?, id(site, "touch.site_id")?);
                    let direction = Direction::from_word(direction).ok_or_else(|| unreadable("touch.direction"))?;
                    around
                        .touches
                        .entry(pair)
                        .or_default()
                        .insert((second(at, "touch.at")?, direction));
                }
                "history" => {
                    let (key, current) = history(fact.read()?)?;
                    around.histories.insert(key, current);
                }
                _ => around.known.push(fact),
            }
        }
        around.load_pauses(tx).await?;
        Ok(around)
    }

    /// Nearly always of none: the site's row says whether it was ever suspended.
    async fn load_pauses(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let suspended = Rows::of(self.sites.values().filter(|s| s.suspended).map(|s| [s.id.to_string()]))?;
        if suspended.is_empty() {
            return Ok(());
        }
        for row in tx.all::<PauseRow>(&queries::PAUSES, [suspended.into_value()]).await? {
            let (id, pause) = row.read()?;
            if let Some(site) = self.sites.get_mut(&id) {
                site.pauses.push(pause);
            }
        }
        Ok(())
    }

    /// The times as the histories have them: judging again changes no attendance.
    pub(super) fn attendances(&self) -> Attendances {
        let mut all = Attendances::new();
        for (key, current) in &self.histories {
            all.entry((key.worker, key.site))
                .or_default()
                .insert(key.day, current.attendance);
        }
        all
    }
}

fn history(columns: HistoryColumns<'_>) -> Result<(DayKey, Current), StoreError> {
    let (worker, site, work_day, first_in, last_out, judgement, employer, node, fixed, verdict, rule) = columns;
    let key = DayKey {
        worker: id(worker, "history.worker_id")?,
        site: id(site, "history.site_id")?,
        day: day(work_day, "history.work_day")?,
    };
    let current = Current {
        attendance: Attendance {
            first_in: first_in.map(|t| second(t, "history.first_in")).transpose()?,
            last_out: last_out.map(|t| second(t, "history.last_out")).transpose()?,
        },
        judgement,
        verdict: serde_json::from_str(&verdict).map_err(|_| unreadable("judgement.verdict"))?,
        rule,
        fixed: fixed
            .map(|word| Fixed::from_word(word).ok_or_else(|| unreadable("history.fixed")))
            .transpose()?,
        employer: opt_id(employer.map(ToOwned::to_owned), "history.employer_id")?,
        node: node.map(NodeId),
    };
    Ok((key, current))
}

/// Civil days around a work day whose touches can matter to it: a day boundary shifts days by up to half a day, and an exit looks back
/// one.
const MARGIN: i32 = 2;

/// The values of [`queries::AROUND`].
fn spans(days: &BTreeSet<(WorkerId, SiteId, WorkDay)>, touches: bool) -> Result<Vec<Value>, StoreError> {
    let mut spans: BTreeMap<(WorkerId, SiteId), (WorkDay, WorkDay)> = BTreeMap::new();
    for (worker, site, day) in days {
        let span = spans.entry((*worker, *site)).or_insert((*day, *day));
        *span = (span.0.min(*day), span.1.max(*day));
    }
    let wide = |(from, to): (WorkDay, WorkDay)| (from.plus(-MARGIN).to_number(), to.plus(MARGIN).to_number());
    let first = spans.values().map(|span| wide(*span).0).min().unwrap_or(0);
    let last = spans.values().map(|span| wide(*span).1).max().unwrap_or(0);
    let rows = Rows::of(spans.into_iter().map(|((worker, site), span)| {
        // Without touches: a span that no day lies in.
        let (touch_from, touch_to) = if touches { wide(span) } else { (1, 0) };
        let (from, to) = (span.0.to_number(), span.1.to_number());
        (worker.to_string(), site.to_string(), from, to, touch_from, touch_to)
    }))?;
    Ok(values![rows, first, last])
}
