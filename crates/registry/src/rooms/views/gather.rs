//! The lines of views 2-1, 2-2 and 2-4: one per worker and employer, as far as the viewer sees.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{Reason, Verdict};
use domain::levels::Days;
use domain::master::{CountsAs, InsuranceSystem};
use domain::organisation::NodeId;
use domain::tally::{Entry, Sums, Tally};
use domain::{CompanyId, Masters, PositionId, TradeCode, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{Paged, Rows, StoreError, Tx, values};
use web::{Language, T};

use super::filter::{Choices, Filter};
use super::place::Place;
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::history::{self, names, reason_words};
use crate::rooms::roster;
use crate::rows::{id, opt_id, unreadable};

/// Days as bits, as the queries of this room give them.
#[derive(FromQueryResult)]
pub(super) struct BitColumns {
    month: i32,
    counts: i32,
    trade: Option<String>,
    position: Option<String>,
    days: i64,
}

impl BitColumns {
    pub(super) fn entry(&self, masters: &Masters) -> Result<Entry, StoreError> {
        let (year, month) = (i16::try_from(self.month / 100), i8::try_from(self.month % 100));
        let month = match (year, month) {
            (Ok(year), Ok(month)) => YearMonth::new(year, month),
            _ => None,
        };
        let position = self.position.as_ref().and_then(|id| id.parse().ok());
        Ok(Entry {
            month: month.ok_or_else(|| unreadable("history.work_day"))?,
            trade: self.trade.as_ref().and_then(|code| code.parse().ok()),
            counts_as: position
                .and_then(|id| masters.position(&id))
                .map_or(CountsAs::None, |position| position.counts_as),
            counts: self.counts == 1,
            days: Days::from_bits(u32::try_from(self.days).map_err(|_| unreadable("history.work_day"))?),
        })
    }
}

#[derive(FromQueryResult)]
struct DayColumns {
    worker_id: String,
    employer_id: Option<String>,
    node_id: Option<String>,
    work_content: Option<String>,
    #[sea_orm(nested)]
    bits: BitColumns,
}

#[derive(FromQueryResult)]
struct PersonColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    level: i32,
    health: Option<String>,
    pension: Option<String>,
    employment: Option<String>,
    kentaikyo: Option<String>,
    open: i32,
}

#[derive(FromQueryResult)]
struct TradeColumns {
    trade: String,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    id: String,
    name: String,
    name_kana: String,
}

#[derive(FromQueryResult)]
struct OpenColumns {
    worker_id: String,
    employer_id: Option<String>,
    node_id: Option<String>,
    trade: Option<String>,
    verdict: String,
    days: i64,
}

/// What a worker's registration tells, where the viewer may read it.
pub(crate) struct Told {
    pub(super) level: i32,
    health: String,
    pension: String,
    employment: String,
    kentaikyo: String,
}

impl Told {
    /// Health, pension and employment insurance as the roster writes them.
    pub(super) fn insurance(&self, masters: &Masters, t: &T) -> [String; 3] {
        let of = |system, told: &str| roster::insurance_words(masters, t, system, told);
        [
            of(InsuranceSystem::Health, &self.health),
            of(InsuranceSystem::Pension, &self.pension),
            of(InsuranceSystem::Employment, &self.employment),
        ]
    }

    /// Whether he has a book of kentaikyo (建退共の共済手帳).
    pub(crate) fn kentaikyo(&self, t: &T) -> String {
        roster::fund_words(t, &self.kentaikyo)
    }
}

/// A worker's days for one employer.
pub(crate) struct Line {
    pub(crate) worker: WorkerId,
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) told: Option<Told>,
    pub(crate) company: Option<CompanyId>,
    pub(crate) company_name: String,
    company_kana: String,
    pub(super) trades: BTreeSet<TradeCode>,
    pub(super) positions: BTreeSet<PositionId>,
    pub(super) contents: BTreeSet<String>,
    months: BTreeMap<YearMonth, Tally>,
}

impl Line {
    /// The days of one month.
    pub(super) fn month(&self, month: &YearMonth) -> Sums {
        self.months.get(month).map(Tally::sums).unwrap_or_default()
    }

    /// Whether a day is among them.
    pub(crate) fn has(&self, day: WorkDay) -> bool {
        self.months.get(&day.month()).is_some_and(|tally| tally.has(day))
    }

    /// The days of all months shown.
    pub(crate) fn sums(&self) -> Sums {
        self.months.values().map(Tally::sums).sum()
    }

    pub(super) fn trade_words(&self, masters: &Masters, t: &T) -> String {
        joined(t, self.trades.iter().map(|trade| roster::trade_name(masters, t, *trade)))
    }

    pub(super) fn position_words(&self, masters: &Masters, t: &T) -> String {
        joined(t, self.positions.iter().map(|id| roster::position_name(masters, t, id)))
    }

    pub(super) fn content_words(&self, t: &T) -> String {
        joined(t, self.contents.iter().cloned())
    }
}

/// Several words as people write them in a row.
fn joined(t: &T, words: impl Iterator<Item = String>) -> String {
    let comma = if t.language() == Language::Ja { "、" } else { ", " };
    words.collect::<Vec<_>>().join(comma)
}

/// The key of a line.
pub(crate) type Key = (WorkerId, Option<CompanyId>);

/// All lines of a view, and what they can be filtered by.
pub(crate) struct Gathered {
    pub(crate) lines: Vec<Line>,
    pub(super) choices: Choices,
}

impl Gathered {
    /// The workers of all lines, whom the viewer then has seen.
    pub(crate) fn workers(&self) -> Vec<WorkerId> {
        self.lines.iter().map(|line| line.worker).collect()
    }

    /// The days of all lines.
    pub(crate) fn sums(&self) -> Sums {
        self.lines.iter().map(Line::sums).sum()
    }

    /// The choices, and the part of the lines that is asked for: a page, or all on paper.
    pub(crate) fn part(self, filter: &Filter) -> (Choices, Paged<Line>) {
        let page = filter.page();
        let total = u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
        let rows = if filter.on_paper() {
            self.lines
        } else {
            let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
            let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
            self.lines.into_iter().skip(skip).take(size).collect()
        };
        (self.choices, Paged { rows, total, page })
    }
}

#[derive(Default)]
struct Work {
    trades: BTreeSet<TradeCode>,
    positions: BTreeSet<PositionId>,
    contents: BTreeSet<String>,
    months: BTreeMap<YearMonth, Tally>,
}

/// Whose days are wanted.
pub(crate) struct Asked<'a> {
    pub(crate) place: &'a Place,
    /// The first and the last month.
    pub(crate) months: (YearMonth, YearMonth),
    pub(crate) filter: &'a Filter,
    /// Which days, and nothing of what was done on them: all of it then stands in an index.
    pub(crate) days_alone: bool,
}

/// The lines of some months, filtered and in the order of the page: by company, in it by worker.
pub(crate) async fn gather(app: &App, tx: &Tx, t: &T, viewer: &Viewer, asked: &Asked<'_>) -> Result<Gathered, StoreError> {
    let Asked {
        place, months, filter, ..
    } = *asked;
    let masters = app.masters();
    let wanted = filter.wanted(place.site());
    let mut found: BTreeMap<Key, Work> = BTreeMap::new();
    let mut employers: BTreeSet<CompanyId> = BTreeSet::new();
    let mut trades: BTreeSet<TradeCode> = BTreeSet::new();
    let query = match place {
        Place::Site(site) if asked.days_alone && filter.trade.is_empty() => {
            let (all, _, nodes) = history::scope_cut(&site.scope)?;
            let values = values![site.head.id.to_string(), all, nodes];
            for row in tx.all::<TradeColumns>(&queries::TRADES_OF_ROSTER, values).await? {
                let trade: TradeCode = id(&row.trade, "roster_row.trade")?;
                trades.extend([trade.large(), trade]);
            }
            &queries::DAYS_ALONE
        }
        Place::Site(_) => &queries::DAYS_OF_SITE,
        Place::Company { .. } => &queries::DAYS_OF_COMPANY,
    };
    for row in tx.all::<DayColumns>(query, place.values(months)?).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        let node = row.node_id.map(NodeId);
        if !sees(place, employer, node.as_ref()) {
            continue;
        }
        let entry = row.bits.entry(&masters)?;
        employers.extend(employer);
        trades.extend(entry.trade.into_iter().flat_map(|trade| [trade.large(), trade]));
        if !wanted.takes(employer, node.as_ref(), entry.trade) {
            continue;
        }
        let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
        let work = found.entry((worker, employer)).or_default();
        work.trades.extend(entry.trade);
        let position: Option<PositionId> = row.bits.position.as_ref().and_then(|id| id.parse().ok());
        work.positions.extend(position);
        work.contents.extend(row.work_content.filter(|content| !content.is_empty()));
        work.months.entry(entry.month).or_default().add(&entry);
    }
    let companies = companies(tx, &employers).await?;
    let people = people(app, tx, viewer, place, found.keys().map(|(worker, _)| *worker).collect()).await?;
    let mut lines = Vec::new();
    for ((worker, employer), work) in found {
        let Some(person) = people.get(&worker) else {
            continue;
        };
        let (company_name, company_kana) = employer.and_then(|e| companies.get(&e)).cloned().unwrap_or_default();
        let line = Line {
            worker,
            handle: person.handle.clone(),
            name: person.name.clone(),
            kana: person.name_kana.clone(),
            told: told(person),
            company: employer,
            company_name,
            company_kana,
            trades: work.trades,
            positions: work.positions,
            contents: work.contents,
            months: work.months,
        };
        let sums = line.sums();
        let level = line.told.as_ref().map(|told| told.level);
        if filter.takes_line(level, &line.kana, sums.counting, sums.open) {
            lines.push(line);
        }
    }
    lines.sort_by(|a, b| {
        let by_kana = (&a.company_kana, a.company, &a.kana).cmp(&(&b.company_kana, b.company, &b.kana));
        by_kana.then_with(|| a.worker.cmp(&b.worker))
    });
    let company_choices = employers.iter().map(|company| {
        let name = companies.get(company).map_or_else(String::new, |(name, _)| name.clone());
        (company.to_string(), name)
    });
    let trade_choices = trades
        .iter()
        .map(|trade| (trade.to_string(), roster::trade_name(&masters, t, *trade)));
    Ok(Gathered {
        choices: Choices::new(t, place.site(), company_choices.collect(), trade_choices.collect()),
        lines,
    })
}

/// Whether the viewer sees a day: at a site by his scope there; of a company the query gives its own only.
fn sees(place: &Place, employer: Option<CompanyId>, node: Option<&NodeId>) -> bool {
    place.site().is_none_or(|site| site.scope.sees(employer, node))
}

fn told(person: &PersonColumns) -> Option<Told> {
    let word = |told: &Option<String>| told.clone().unwrap_or_default();
    (person.open == 1).then(|| Told {
        level: person.level,
        health: word(&person.health),
        pension: word(&person.pension),
        employment: word(&person.employment),
        kentaikyo: word(&person.kentaikyo),
    })
}

/// Names and kana of companies.
async fn companies(tx: &Tx, ids: &BTreeSet<CompanyId>) -> Result<BTreeMap<CompanyId, (String, String)>, StoreError> {
    let ids = Rows::of(ids.iter().map(|company| [company.to_string()]))?;
    let rows: Vec<CompanyColumns> = tx.all(&queries::COMPANIES, values![ids]).await?;
    rows.into_iter()
        .map(|row| Ok((id(&row.id, "company.id")?, (row.name, row.name_kana))))
        .collect()
}

async fn people(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    place: &Place,
    workers: BTreeSet<WorkerId>,
) -> Result<BTreeMap<WorkerId, PersonColumns>, StoreError> {
    let own = viewer.company_id().map(|company| company.to_string()).unwrap_or_default();
    let (site, all, nodes) = match place {
        Place::Site(site) => {
            let (all, _, nodes) = history::scope_cut(&site.scope)?;
            (site.head.id.to_string(), all, nodes)
        }
        Place::Company { .. } => (String::new(), 0, Rows::new()),
    };
    let workers = Rows::of(workers.iter().map(|worker| [worker.to_string()]))?;
    let values = values![workers, own, app.clock().today().to_number(), site, all, nodes];
    let rows: Vec<PersonColumns> = tx.all(&queries::PEOPLE, values).await?;
    rows.into_iter().map(|row| Ok((id(&row.id, "worker.id")?, row))).collect()
}

/// Why days of a month do not count, in words, by line: each reason that is to be mended first, with its days.
pub(super) async fn reasons(
    tx: &Tx,
    t: &T,
    place: &Place,
    month: YearMonth,
    filter: &Filter,
) -> Result<BTreeMap<Key, String>, StoreError> {
    let wanted = filter.wanted(place.site());
    let query = match place {
        Place::Site(_) => &queries::OPEN_OF_SITE,
        Place::Company { .. } => &queries::OPEN_OF_COMPANY,
    };
    let mut open: Vec<(Key, Reason, i64)> = Vec::new();
    for row in tx.all::<OpenColumns>(query, place.values((month, month))?).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        let node = row.node_id.map(NodeId);
        let trade = row.trade.as_ref().and_then(|code| code.parse().ok());
        if !sees(place, employer, node.as_ref()) || !wanted.takes(employer, node.as_ref(), trade) {
            continue;
        }
        let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
        let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
        if let Some(first) = verdict.reasons().first() {
            open.push(((worker, employer), first.clone(), row.days));
        }
    }
    let named: BTreeSet<CompanyId> = open.iter().filter_map(|(_, reason, _)| reason.company()).collect();
    let names = names(tx, &named).await?;
    let mut words: BTreeMap<Key, BTreeMap<String, i64>> = BTreeMap::new();
    for (key, reason, days) in &open {
        *words
            .entry(*key)
            .or_default()
            .entry(reason_words(t, &names, reason))
            .or_default() += days;
    }
    let line = |reasons: BTreeMap<String, i64>| {
        let told = reasons.into_iter().map(|(reason, days)| {
            let days = t.n("views-days-n", "count", days);
            t.with("views-reason-days", &[("reason", reason.as_str()), ("days", days.as_str())])
        });
        told.collect::<Vec<_>>().join(" / ")
    };
    Ok(words.into_iter().map(|(key, reasons)| (key, line(reasons))).collect())
}
