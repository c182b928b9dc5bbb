//! The roster as a list and on paper: every company reads its own rows and those beneath it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::organisation::{Chain, Node, NodeId, NodeStatus, Scope};
use domain::roster::{Expiry, Lack, RowFacts, lacks};
use domain::{PositionId, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Frame, Mood, Page, T, page as render};

use super::facts::{FactColumns, Facts, Notice, chip};
use super::keep::{kept, open as open_places};
use super::put::own_nodes;
use super::rows::{More, MoreColumns};
use super::{checkup_words, hazard_words, position_name, queries, trade_name};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{OpenSite, open, percent};
use crate::rows::{id, opt_day, opt_id};
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 100;
/// Most rows on paper.
const MOST_PRINTED: i64 = 10_000;

/// Which part of the list.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    node: String,
    trade: String,
    /// A word of [`Lack`].
    missing: String,
    page: Option<u32>,
    /// On paper: `a3` or `a4`.
    paper: String,
}

impl ListQuery {
    fn address(&self) -> String {
        format!(
            "q={}&node={}&trade={}&missing={}",
            percent(&self.q),
            percent(&self.node),
            percent(&self.trade),
            percent(&self.missing)
        )
    }

    fn is_whole(&self) -> bool {
        [&self.q, &self.node, &self.trade, &self.missing].iter().all(|s| s.is_empty())
    }
}

#[derive(FromQueryResult)]
struct ListColumns {
    id: String,
    node_id: String,
    worker_id: String,
    name: String,
    name_kana: String,
    birth_day: Option<i32>,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from_day: Option<i32>,
    to_day: Option<i32>,
    accrues: i32,
    qualification_until: Option<i32>,
    tied: i32,
    held: i32,
    total: i64,
    #[sea_orm(nested)]
    more: MoreColumns,
    #[sea_orm(nested)]
    facts: FactColumns,
}

#[derive(FromQueryResult)]
struct CountColumns {
    node_id: String,
    workers: i64,
}

#[derive(FromQueryResult)]
struct TradeColumns {
    trade: String,
}

/// A row as list and paper show it.
struct ListRow {
    worker: WorkerId,
    id: String,
    name: String,
    kana: String,
    /// Grouped worker ID; the own company's workers only.
    worker_id: Option<String>,
    birth: Option<WorkDay>,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from: Option<WorkDay>,
    to: Option<WorkDay>,
    marks: Vec<(Mood, String)>,
    more: More,
    facts: Facts,
}

/// The rows of one node.
struct Group {
    node: NodeId,
    company: String,
    /// Tier and work.
    place: String,
    workers: i64,
    own: bool,
    may_keep: bool,
    rows: Vec<ListRow>,
}

#[derive(Template)]
#[template(path = "roster/templates/list.html")]
struct ListPage {
    frame: Frame,
    site: OpenSite,
    query: ListQuery,
    base: String,
    groups: Paged<Group>,
    /// Companies that have put nobody there yet, on the first page.
    empty: Vec<String>,
    /// Places to choose from: node and name of company and place.
    places: Vec<(String, String)>,
    trades: Vec<(String, String)>,
    lacks: Vec<(String, String)>,
    /// The own company has a node to add workers to.
    may_add: bool,
    /// It keeps more than one place.
    several: bool,
}

/// What is to be told about a row: what keeps its days from counting, what runs out, or that nothing does. `papers`: also what the
/// site's papers lack.
fn marks(t: &T, site: &OpenSite, row: &Marked<'_>, papers: bool) -> Vec<(Mood, String)> {
    if row.ended {
        return vec![(Mood::Info, t.s("roster-mark-ended"))];
    }
    let mut marks = Vec::new();
    let found = lacks(&row.facts);
    for lack in &found {
        match lack {
            Lack::Approval => {
                let Chain::UpperOpen(company) = row.facts.chain else {
                    continue;
                };
                let company = site.name_of(company);
                marks.push((Mood::Pending, t.with("roster-mark-upper-open", &[("company", company)])));
            }
            Lack::Tie => marks.push((Mood::Warn, t.s("roster-mark-not-tied"))),
            Lack::Trade => marks.push((Mood::Warn, t.s("roster-mark-no-trade"))),
            Lack::TradeNotHeld => marks.push((Mood::Warn, t.s("roster-mark-trade-not-held"))),
            Lack::Expiry => marks.extend(
                row.ends
                    .iter()
                    .filter_map(|(stands, what, until)| chip(t, *stands, what, *until)),
            ),
            Lack::Insurance if papers => marks.push((Mood::Warn, t.s("roster-mark-insurance"))),
            Lack::Education if papers => marks.push((Mood::Info, t.s("roster-mark-education"))),
            Lack::Consent if papers => marks.push((Mood::Info, t.s("roster-mark-consent"))),
            Lack::Insurance | Lack::Education | Lack::Consent => {}
        }
    }
    if !row.accrues {
        marks.push((Mood::Info, t.s("roster-mark-accrues-elsewhere")));
    } else if !found.iter().any(|lack| lack.stops_counting()) {
        marks.insert(0, (Mood::Good, t.s("roster-mark-good")));
    }
    marks
}

/// What [`marks`] looks at.
struct Marked<'a> {
    facts: RowFacts,
    ended: bool,
    accrues: bool,
    /// What runs out: how it stands, what it is, until when.
    ends: &'a [(Expiry, String, Option<WorkDay>)],
}

/// The nodes whose rows the viewer may see, in the order of the chart.
fn nodes_in_scope(site: &OpenSite) -> Vec<Node> {
    let in_scope = |n: &&Node| match &site.scope {
        Scope::All => n.status == NodeStatus::Approved,
        Scope::Branch { nodes, .. } => nodes.contains(&n.id),
    };
    site.tree.in_order().into_iter().filter(in_scope).cloned().collect()
}

/// The roster.
///
/// # Permissions
/// Companies in the organisation: the prime all rows, others their own and those beneath them. Worker IDs: own workers only.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<ListQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let nodes = nodes_in_scope(&site);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let counts = counts(&app, &tx, &site).await?;
    let kept = kept(&tx, &viewer, &site).await?;
    let keeps: Vec<&NodeId> = open_places(&kept).into_iter().map(|place| &place.node).collect();
    let list = List {
        app: &app,
        t: &frame.t,
        site: &site,
        nodes: &nodes,
        query: &query,
        counts: &counts,
        keeps: &keeps,
    };
    let groups = list.groups(&tx, number, number.limit()).await?;
    let trades = list.trades(&tx).await?;
    drop(tx);
    let workers: Vec<WorkerId> = groups
        .rows
        .iter()
        .flat_map(|group| &group.rows)
        .map(|row| row.worker)
        .collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    let all = query.is_whole() && number.number() == 1;
    // A prime often has no workers of its own on the site.
    let nobody = |n: &&Node| all && n.tier > 0 && n.company.is_some() && !counts.contains_key(&n.id);
    let empty = nodes
        .iter()
        .filter(nobody)
        .map(|n| site.company_of(&n.id).to_owned())
        .collect();
    let t = &frame.t;
    let places = nodes
        .iter()
        .map(|n| {
            (
                n.id.0.clone(),
                format!("{} {}", site.company_of(&n.id), site.place_name(t, n)),
            )
        })
        .collect();
    let lacks = Lack::ALL
        .iter()
        .map(|lack| (lack.word().to_owned(), t.s(format!("roster-lack-{}", lack.word()))))
        .collect();
    let base = format!("/sites/{}/roster?{}&", site.head.id, query.address());
    let may_add = !own_nodes(&kept).is_empty() || !keeps.is_empty();
    let several = keeps.len() > 1;
    let frame = site.crumbs(frame).title("roster-title");
    render(&ListPage {
        frame,
        site,
        query,
        base,
        groups,
        empty,
        places,
        trades,
        lacks,
        may_add,
        several,
    })
}

#[derive(Template)]
#[template(path = "roster/templates/print.html")]
struct PrintPage {
    frame: Frame,
    site: OpenSite,
    query: ListQuery,
    groups: Paged<Group>,
    masters: std::sync::Arc<domain::Masters>,
    today: WorkDay,
}

impl PrintPage {
    /// Years of age today.
    fn age(&self, birth: &WorkDay) -> i16 {
        let (birth, today) = (birth.date(), self.today.date());
        let had = (today.month(), today.day()) >= (birth.month(), birth.day());
        today.year() - birth.year() - i16::from(!had)
    }

    fn hazard(&self, more: &More) -> String {
        hazard_words(&self.masters, &self.frame.t, more.hazard.as_deref(), &more.hazard_other)
    }

    fn checkups(&self, more: &More) -> String {
        checkup_words(&self.masters, &self.frame.t, &more.checkups, &more.checkup_other).join("、")
    }
}

/// The same rows on paper: all of them, with what else a roster says.
///
/// # Permissions
/// As the list.
pub(super) async fn print(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<ListQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let nodes = nodes_in_scope(&site);
    let counts = counts(&app, &tx, &site).await?;
    let list = List {
        app: &app,
        t: &frame.t,
        site: &site,
        nodes: &nodes,
        query: &query,
        counts: &counts,
        keeps: &[],
    };
    let groups = list.groups(&tx, PageNumber::new(1, ROWS), MOST_PRINTED).await?;
    drop(tx);
    let workers: Vec<WorkerId> = groups
        .rows
        .iter()
        .flat_map(|group| &group.rows)
        .map(|row| row.worker)
        .collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    let roster = frame.t.s("roster-title");
    let frame = site
        .crumbs(frame)
        .crumb(roster, format!("/sites/{}/roster?{}", site.head.id, query.address()))
        .title("roster-print-title");
    render(&PrintPage {
        frame,
        site,
        query,
        groups,
        masters: app.masters(),
        today: app.clock().today(),
    })
}

async fn counts(app: &App, tx: &Tx, site: &OpenSite) -> Result<BTreeMap<NodeId, i64>, StoreError> {
    let values = values![site.head.id.to_string(), app.clock().today().to_number()];
    let rows: Vec<CountColumns> = tx.all(&queries::COUNTS, values).await?;
    Ok(rows.into_iter().map(|row| (NodeId(row.node_id), row.workers)).collect())
}

/// Which rows are wanted, and what is known of the site.
struct List<'a> {
    app: &'a App,
    t: &'a T,
    site: &'a OpenSite,
    nodes: &'a [Node],
    query: &'a ListQuery,
    counts: &'a BTreeMap<NodeId, i64>,
    keeps: &'a [&'a NodeId],
}

impl List<'_> {
    /// The trades that stand on the roster, to choose one from.
    async fn trades(&self, tx: &Tx) -> Result<Vec<(String, String)>, StoreError> {
        let nodes = Rows::of(self.nodes.iter().map(|n| [n.id.0.as_str()]))?;
        let found: Vec<TradeColumns> = tx
            .all(&queries::TRADES_ON_ROSTER, values![self.site.head.id.to_string(), nodes])
            .await?;
        let masters = self.app.masters();
        found
            .into_iter()
            .map(|row| {
                let code: TradeCode = id(&row.trade, "roster_row.trade")?;
                Ok((row.trade, trade_name(&masters, self.t, code)))
            })
            .collect()
    }

    async fn groups(&self, tx: &Tx, number: PageNumber, most: i64) -> Result<Paged<Group>, StoreError> {
        let (site, query) = (self.site, self.query);
        let today = self.app.clock().today();
        let notice = Notice::now(self.app);
        let missing = Lack::from_word(&query.missing);
        let wanted = |n: &&Node| {
            (query.node.is_empty() || n.id.0 == query.node)
                && (missing != Some(Lack::Approval) || site.tree.chain(&n.id) != Chain::Approved)
        };
        let shown: Vec<&Node> = self.nodes.iter().filter(wanted).collect();
        let places = Rows::of(
            shown
                .iter()
                .enumerate()
                .map(|(place, node)| (node.id.0.as_str(), place, i32::from(node.company == Some(site.own)))),
        )?;
        let search = Search::new(&query.q);
        let trade: Option<TradeCode> = query.trade.parse().ok();
        let values = values![
            site.head.id.to_string(),
            places,
            today.to_number(),
            search.name.as_str(),
            search.kana_or_id.as_str(),
            trade.map_or_else(String::new, |code| code.to_string()),
            missing.map_or("", Lack::word),
            notice.horizon().to_number(),
            most,
            number.offset()
        ];
        let rows: Vec<ListColumns> = tx.all(&queries::ROSTER, values).await?;
        let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
        let mut groups: Vec<Group> = Vec::new();
        for row in rows {
            let Some(node) = shown.iter().find(|n| n.id.0 == row.node_id) else {
                continue;
            };
            if groups.last().is_none_or(|group| group.node != node.id) {
                groups.push(Group {
                    node: node.id.clone(),
                    company: site.company_of(&node.id).to_owned(),
                    place: site.place_name(self.t, node),
                    workers: self.counts.get(&node.id).copied().unwrap_or(0),
                    own: node.company == Some(site.own),
                    may_keep: self.keeps.contains(&&node.id),
                    rows: Vec::new(),
                });
            }
            let listed = self.row(row, node, &notice, today, missing.is_some())?;
            if let Some(group) = groups.last_mut() {
                group.rows.push(listed);
            }
        }
        Ok(Paged {
            rows: groups,
            total,
            page: number,
        })
    }

    fn row(&self, row: ListColumns, node: &Node, notice: &Notice, today: WorkDay, asked: bool) -> Result<ListRow, StoreError> {
        let masters = self.app.masters();
        let t = self.t;
        let trade: Option<TradeCode> = opt_id(row.trade, "roster_row.trade")?;
        let position: Option<PositionId> = opt_id(row.position, "roster_row.position")?;
        let worker: WorkerId = id(&row.worker_id, "roster_row.worker_id")?;
        let to = opt_day(row.to_day, "roster_row.to_day")?;
        let more: More = row.more.try_into()?;
        let facts: Facts = row.facts.try_into()?;
        let qualification = opt_day(row.qualification_until, "worker_qualification.until_day")?;
        let ends: Vec<(Expiry, String, Option<WorkDay>)> = [
            ("roster-residence", facts.residence_until),
            ("roster-a-qualification", qualification),
            ("roster-card", facts.card_until),
        ]
        .into_iter()
        .map(|(key, until)| (notice.stands(until), t.s(key), until))
        .collect();
        let marked = Marked {
            facts: RowFacts {
                chain: self.site.tree.chain(&node.id),
                tied: row.tied == 1,
                trade,
                held: row.held == 1,
                expiry: ends.iter().map(|(stands, ..)| *stands).max().unwrap_or(Expiry::Fine),
                insured: facts.insured(),
                educated: more.induction.is_some(),
                consented: more.consent.is_some(),
            },
            ended: to.is_some_and(|to| to < today),
            accrues: row.accrues == 1,
            ends: &ends,
        };
        Ok(ListRow {
            worker,
            id: row.id,
            name: row.name,
            kana: row.name_kana,
            worker_id: (node.company == Some(self.site.own)).then(|| worker.grouped()),
            birth: opt_day(row.birth_day, "worker.birth_day")?,
            trade: trade.map(|code| trade_name(&masters, t, code)),
            position: position.map(|id| position_name(&masters, t, &id)),
            work_content: row.work_content,
            from: opt_day(row.from_day, "roster_row.from_day")?,
            to,
            marks: marks(t, self.site, &marked, asked),
            more,
            facts,
        })
    }
}
