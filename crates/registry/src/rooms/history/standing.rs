//! What the registry knows about many workers at many sites on many days, loaded in one query whatever their number.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::TradeCode;
use domain::judge::{RosterRow, RosterStanding, Standing, row_of_day};
use domain::organisation::{Chain, Node, NodeId, NodeStatus, Tree};
use domain::roster::Hazards;
use domain::training::{Training, stands_in};
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use store::{Rows, StoreError, Tx};

use super::days::DayKey;
use super::queries;
use super::rows::{Fact, WorkerRow};
use crate::rows::{day, id, opt_day, opt_id, unreadable};

struct Employment {
    company: CompanyId,
    from: WorkDay,
    to: Option<WorkDay>,
    main: bool,
}

/// The columns of a row of the roster, as they come in a [`Fact`].
type RosterColumns<'a> = (
    &'a str,
    &'a str,
    String,
    &'a str,
    Option<String>,
    Option<String>,
    String,
    Option<i32>,
    Option<i32>,
    i32,
    Option<String>,
    String,
    String,
    String,
);

fn listed(columns: RosterColumns<'_>) -> Result<((WorkerId, SiteId), RosterRow), StoreError> {
    let (
        worker,
        site,
        node,
        company,
        trade,
        position,
        work_content,
        from,
        to,
        accrues,
        hazard,
        hazard_other,
        checkups,
        checkup_other,
    ) = columns;
    let hazards = Hazards {
        hazard,
        hazard_other,
        checkups: serde_json::from_str(&checkups).map_err(|_| unreadable("roster_row.checkups"))?,
        checkup_other,
    };
    let row = RosterRow {
        standing: RosterStanding {
            node: NodeId(node),
            company: id(company, "node.company_id")?,
            chain: Chain::OwnOpen, // Set from the tree below.
            trade: opt_id(trade, "roster_row.trade")?,
            position: opt_id(position, "roster_row.position")?,
            work_content,
            hazards: (hazards != Hazards::default()).then(|| Box::new(hazards)),
        },
        from: opt_day(from, "roster_row.from_day")?,
        to: opt_day(to, "roster_row.to_day")?,
        accrues: accrues == 1,
    };
    Ok(((id(worker, "roster_row.worker_id")?, id(site, "roster_row.site_id")?), row))
}

/// A node, as it is read.
type NodeColumns<'a> = (String, &'a str, Option<String>, Option<String>, i32, &'a str, Option<i32>);

fn node(columns: NodeColumns<'_>) -> Result<(SiteId, Node), StoreError> {
    let (key, site, parent, company, tier, status, until) = columns;
    let node = Node {
        id: NodeId(key),
        parent: parent.map(NodeId),
        company: opt_id(company, "node.company_id")?,
        tier: u8::try_from(tier).unwrap_or(u8::MAX),
        status: NodeStatus::from_word(status).ok_or_else(|| unreadable("node.status"))?,
        until: opt_day(until, "node.to_day")?,
    };
    Ok((id(site, "node.site_id")?, node))
}

/// The loaded facts.
pub(super) struct Standings {
    detailed: BTreeSet<WorkerId>,
    employments: BTreeMap<WorkerId, Vec<Employment>>,
    /// The main one first.
    trades: BTreeMap<WorkerId, Vec<TradeCode>>,
    /// Places of training, each with the top of its organisation.
    training: BTreeMap<SiteId, (NodeId, Training)>,
    roster: BTreeMap<(WorkerId, SiteId), Vec<RosterRow>>,
    trees: BTreeMap<SiteId, Tree>,
}

impl Standings {
    /// Of the workers and sites of these days.
    pub(super) async fn load(tx: &Tx, keys: &[DayKey], workers: &BTreeMap<WorkerId, WorkerRow>) -> Result<Self, StoreError> {
        let pairs: BTreeSet<(WorkerId, SiteId)> = keys.iter().map(|k| (k.worker, k.site)).collect();
        let rows = Rows::of(pairs.iter().map(|(w, s)| (w.to_string(), s.to_string())))?;
        if rows.is_empty() {
            return Self::of_facts(&[], workers);
        }
        Self::of_facts(&tx.all(&queries::KNOWN, [rows.into_value()]).await?, workers)
    }

    /// From rows that were read already, with others.
    pub(super) fn of_facts(facts: &[Fact], workers: &BTreeMap<WorkerId, WorkerRow>) -> Result<Self, StoreError> {
        let mut all = Self {
            detailed: workers.values().filter(|w| w.detailed).map(|w| w.id).collect(),
            employments: BTreeMap::new(),
            trades: BTreeMap::new(),
            training: BTreeMap::new(),
            roster: BTreeMap::new(),
            trees: BTreeMap::new(),
        };
        let mut trades: BTreeMap<(WorkerId, i32), TradeCode> = BTreeMap::new();
        let mut nodes: BTreeMap<SiteId, Vec<Node>> = BTreeMap::new();
        for fact in facts {
            match fact.what.as_str() {
                "employment" => {
                    let (worker, company, from, to, main): (&str, &str, i32, Option<i32>, i32) = fact.read()?;
                    let employment = Employment {
                        company: id(company, "employment.company_id")?,
                        from: day(from, "employment.from_day")?,
                        to: opt_day(to, "employment.to_day")?,
                        main: main == 1,
                    };
                    let worker = id(worker, "employment.worker_id")?;
                    all.employments.entry(worker).or_default().push(employment);
                }
                "trade" => {
                    let (worker, trade, ordinal): (&str, &str, i32) = fact.read()?;
                    let worker = id(worker, "worker_trade.worker_id")?;
                    let trade: TradeCode = id(trade, "worker_trade.trade")?;
                    trades.insert((worker, ordinal), trade);
                }
                "training" => {
                    let (site, top, from, to): (&str, String, i32, Option<i32>) = fact.read()?;
                    let training = Training {
                        from: day(from, "training_site.from_day")?,
                        to: opt_day(to, "training_site.to_day")?,
                    };
                    all.training
                        .insert(id(site, "training_site.site_id")?, (NodeId(top), training));
                }
                "roster" => {
                    let (pair, row) = listed(fact.read()?)?;
                    all.roster.entry(pair).or_default().push(row);
                }
                "node" => {
                    let (site, node) = node(fact.read()?)?;
                    nodes.entry(site).or_default().push(node);
                }
                _ => {}
            }
        }
        for ((worker, _), trade) in trades {
            all.trades.entry(worker).or_default().push(trade);
        }
        // The main employer first, then the newest.
        for employments in all.employments.values_mut() {
            employments.sort_by_key(|e| (!e.main, Reverse(e.from)));
        }
        all.plant(nodes);
        Ok(all)
    }

    /// Sets the trees, and by them what the roster's rows are worth.
    fn plant(&mut self, nodes: BTreeMap<SiteId, Vec<Node>>) {
        for (site, mut nodes) in nodes {
            nodes.sort_by(|a, b| (a.tier, &a.id).cmp(&(b.tier, &b.id)));
            self.trees.insert(site, Tree::new(nodes));
        }
        for ((_, site), rows) in &mut self.roster {
            if let Some(tree) = self.trees.get(site) {
                // What was taken out of the organisation has no roster; what has ended, none after its last day.
                rows.retain(|row| tree.get(&row.standing.node).is_some_and(|n| n.status.stands()));
                for row in rows {
                    row.standing.chain = tree.chain(&row.standing.node);
                    row.to = [row.to, tree.until(&row.standing.node)].into_iter().flatten().min();
                }
            }
        }
    }

    fn employers(&self, worker: WorkerId, day: WorkDay) -> Vec<CompanyId> {
        let tied = |e: &&Employment| e.from <= day && e.to.is_none_or(|to| to >= day);
        self.employments
            .get(&worker)
            .into_iter()
            .flatten()
            .filter(tied)
            .map(|e| e.company)
            .collect()
    }

    fn listed(&self, key: &DayKey, employers: &[CompanyId]) -> Option<&RosterStanding> {
        row_of_day(self.roster.get(&(key.worker, key.site))?, employers, key.day)
    }

    /// The facts of one day.
    pub(super) fn of(&self, key: &DayKey) -> Standing {
        let employers = self.employers(key.worker, key.day);
        let employer_chain = employers.first().and_then(|main| {
            let tree = self.trees.get(&key.site)?;
            let alive = tree
                .of_company(*main)
                .filter(|n| n.status.stands() && tree.until(&n.id).is_none_or(|until| until >= key.day));
            // The company may stand at several nodes: the best of them is what it can use.
            alive.map(|n| tree.chain(&n.id)).min_by_key(|chain| match chain {
                Chain::Approved => 0,
                Chain::UpperOpen(_) => 1,
                Chain::OwnOpen => 2,
            })
        });
        let trades = self.trades.get(&key.worker).cloned().unwrap_or_default();
        let training = self.training.get(&key.site).filter(|(_, training)| training.holds(key.day));
        let stands_in = || training.and_then(|(top, _)| stands_in(top, &employers, &trades));
        Standing {
            roster: self.listed(key, &employers).cloned().or_else(stands_in),
            training: training.is_some(),
            employers,
            trades,
            detailed: self.detailed.contains(&key.worker),
            employer_chain,
        }
    }

    /// Where he can have worked that day for a company he belonged to: what is approved all the way up, the main employer's first.
    pub(super) fn places(&self, key: &DayKey) -> Vec<&Node> {
        let Some(tree) = self.trees.get(&key.site) else {
            return Vec::new();
        };
        let stands =
            |node: &&Node| tree.chain(&node.id) == Chain::Approved && tree.until(&node.id).is_none_or(|until| until >= key.day);
        let employers = self.employers(key.worker, key.day);
        employers
            .into_iter()
            .flat_map(|company| tree.of_company(company).filter(stands))
            .collect()
    }

    /// Employer and node to be shown with a day that does not count: those of the roster, else the main employer.
    pub(super) fn employer_and_node(&self, key: &DayKey) -> (Option<CompanyId>, Option<NodeId>) {
        let employers = self.employers(key.worker, key.day);
        match self.listed(key, &employers) {
            Some(row) if employers.is_empty() || employers.contains(&row.company) => (Some(row.company), Some(row.node.clone())),
            // Listed by a company he did not belong to that day: the day is no business of that company.
            _ => (employers.first().copied(), None),
        }
    }
}
