//! The organisation as it stood at the end of a past day: all changes up to then, played again.

use std::collections::BTreeMap;

use domain::organisation::{Change, Entry, Node, NodeId, Tree, replay};
use domain::{CompanyId, WorkDay, time};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::rooms::site::{NodeWords, OpenSite};
use crate::rows::{id, unreadable};

#[derive(FromQueryResult)]
struct EventColumns {
    subject_id: String,
    what: String,
}

#[derive(FromQueryResult)]
struct StateColumns {
    id: String,
    name: String,
}

/// The site with its organisation at the end of `day`. Names of companies are those of today.
pub(super) async fn as_of(tx: &Tx, mut site: OpenSite, day: WorkDay) -> Result<OpenSite, StoreError> {
    let Some(prime) = site.tree.nodes().find(|n| n.parent.is_none()).cloned() else {
        return Ok(site);
    };
    let end = day.plus(1).date().at(0, 0, 0, 0).to_zoned(time::japan());
    let end = end.map_or(Timestamp::MAX, |z| z.timestamp());
    let values = values![site.head.id.to_string(), end.as_millisecond()];
    let rows: Vec<EventColumns> = tx.all(&queries::EVENTS, values).await?;
    let mut changes: Vec<(NodeId, Change)> = Vec::with_capacity(rows.len());
    for row in rows {
        let change = serde_json::from_str(&row.what).map_err(|_| unreadable("site_event.what"))?;
        changes.push((NodeId(row.subject_id), change));
    }
    let words = site.words.get(&prime.id);
    let entry = Entry {
        name: String::new(),
        work_name: words.map_or_else(String::new, |w| w.work_name.clone()),
        work_content: words.map_or_else(String::new, |w| w.work_content.clone()),
        node: Node { until: None, ..prime },
    };
    let entries = replay(entry, changes.iter().map(|(node, change)| (node, change)));
    // Of companies that have left the tree since, the names are not there yet.
    let unknown: Vec<CompanyId> = entries
        .values()
        .filter_map(|e| e.node.company)
        .filter(|c| !site.companies.contains_key(c))
        .collect();
    let rows = Rows::of(unknown.iter().map(|c| [c.to_string()]))?;
    for row in tx.all::<StateColumns>(&queries::STATES, values![rows]).await? {
        site.companies.insert(id(&row.id, "company.id")?, row.name);
    }
    site.words = entries
        .values()
        .map(|entry| {
            let words = NodeWords {
                company: entry
                    .node
                    .company
                    .map_or_else(|| entry.name.clone(), |c| site.name_of(c).to_owned()),
                work_name: entry.work_name.clone(),
                work_content: entry.work_content.clone(),
                version: 0,
            };
            (entry.node.id.clone(), words)
        })
        .collect::<BTreeMap<_, _>>();
    site.tree = Tree::new(entries.into_values().map(|e| e.node));
    Ok(site)
}
