//! The way into a site: nobody reads anything of it without passing here.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::form::Fields;
use domain::organisation::{Node, NodeId, NodeStatus, Relation, Scope, Tree};
use domain::site::{Audience, Course, Pause, Publication};
use domain::{CompanyId, SiteId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::{Frame, PageError, T};

use super::queries;
use crate::access::Viewer;
use crate::rows::{day, id, opt_day, opt_id, unreadable};

/// Data of a site.
#[derive(Debug, Clone)]
pub struct SiteHead {
    /// 現場ID.
    pub id: SiteId,
    /// 現場名.
    pub name: String,
    /// Address of the site or its office.
    pub address: String,
    /// The prime and its name.
    pub prime: (CompanyId, String),
    /// History period (就業履歴蓄積期間), first and last day.
    pub period: (WorkDay, WorkDay),
    /// Day boundary, minutes after midnight.
    pub boundary: u16,
    /// Counts changes, to notice two people at work on the same site.
    pub version: i32,
    /// Counts changes of the organisation, to notice two people at work on the same tree.
    pub tree_version: i32,
    /// Everything registered of it, by the names of [`domain::site::FORM`].
    pub fields: Fields,
    /// What the prime opened to others.
    pub publication: Publication,
    /// Period, early end and suspensions.
    pub course: Course,
    /// Why it was suspended, each time, as [`Course::pauses`].
    pub pause_reasons: Vec<String>,
}

/// A node with what people read of it.
#[derive(Debug, Clone)]
pub struct NodeWords {
    /// The company's name, registered or not.
    pub company: String,
    /// 工事名称.
    pub work_name: String,
    /// 工事内容.
    pub work_content: String,
    /// Number of the organisation's last change that touched this node.
    pub version: i32,
}

/// A site as one viewer sees it.
#[derive(Debug, Clone)]
pub struct OpenSite {
    /// Its data.
    pub head: SiteHead,
    /// Its organisation, whole. What of it a page shows is the page's business, by `scope` and [`Self::visible_nodes`].
    pub tree: Tree,
    /// Names of the companies in it.
    pub companies: BTreeMap<CompanyId, String>,
    /// Work name and content by node.
    pub words: BTreeMap<NodeId, NodeWords>,
    /// The viewer's company.
    pub own: CompanyId,
    /// How the viewer's company stands to the site.
    pub relation: Relation,
    /// Whose histories it may see.
    pub scope: Scope,
    /// The viewer may change the site's data and its readers.
    pub keeps: bool,
}

impl SiteHead {
    /// The suspension that runs on a day or lies ahead of it, and its reason.
    #[must_use]
    pub fn open_pause(&self, today: WorkDay) -> Option<(Pause, String)> {
        let pauses = self.course.pauses.iter().zip(&self.pause_reasons);
        let mut open = pauses.filter(|(pause, _)| pause.is_open(today));
        open.next().map(|(pause, reason)| (*pause, reason.clone()))
    }
}

impl OpenSite {
    /// Name of a company in the organisation.
    #[must_use]
    pub fn name_of(&self, company: CompanyId) -> &str {
        self.companies.get(&company).map_or("", String::as_str)
    }

    /// Name of a node's company, registered or not.
    #[must_use]
    pub fn company_of(&self, node: &NodeId) -> &str {
        self.words.get(node).map_or("", |w| w.company.as_str())
    }

    /// Nodes the viewer may see on the chart, in the chart's order: the prime all; others their way up and what is beneath them
    /// (role matrix: the chart shows a company its own branch).
    #[must_use]
    pub fn visible_nodes(&self) -> Vec<&Node> {
        let own: Vec<&Node> = self.tree.of_company(self.own).filter(|n| n.status.stands()).collect();
        self.tree
            .in_order()
            .into_iter()
            .filter(|n| {
                self.relation == Relation::Prime
                    || self.tree.is_under(&n.id, self.own)
                    || own
                        .iter()
                        .any(|o| o.id == n.id || self.tree.upward(&o.id).any(|up| up.id == n.id))
            })
            .collect()
    }

    /// The way to a page of this site.
    #[must_use]
    pub fn crumbs(&self, frame: Frame) -> Frame {
        let sites = frame.t.s("sites-title");
        frame
            .crumb(sites, "/sites")
            .crumb(self.head.name.clone(), format!("/sites/{}", self.head.id))
    }

    /// What a node is called where the company goes without saying: tier and work.
    #[must_use]
    pub fn place_name(&self, t: &T, node: &Node) -> String {
        let tier = if node.tier == 0 {
            t.s("tier-prime")
        } else {
            t.n("tier-number", "tier", u32::from(node.tier))
        };
        match self.words.get(&node.id).map_or("", |w| w.work_name.as_str()) {
            "" => tier,
            work => format!("{tier} {work}"),
        }
    }

    /// As whom the viewer looks at the data of the site: upper companies have an approved place with somebody beneath it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let has_lower = |own: &Node| {
            own.status == NodeStatus::Approved
                && self
                    .tree
                    .nodes()
                    .any(|n| n.parent.as_ref() == Some(&own.id) && n.status != NodeStatus::Declined)
        };
        if self.is_prime() {
            Audience::Prime
        } else if self.tree.of_company(self.own).any(has_lower) {
            Audience::Upper
        } else {
            Audience::Member
        }
    }

    /// Whether the viewer's company is the prime.
    #[must_use]
    pub fn is_prime(&self) -> bool {
        self.relation == Relation::Prime
    }
}

/// Why a site does not open.
#[derive(Debug)]
pub enum Closed {
    /// There is none, or the viewer has nothing to do with it: the answer does not tell which.
    NotFound,
    /// Something is broken.
    Broken(StoreError),
}

impl From<StoreError> for Closed {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl From<Closed> for PageError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::NotFound => Self::NotFound,
            Closed::Broken(error) => Self::Broken(error.into()),
        }
    }
}

#[derive(FromQueryResult)]
struct SiteColumns {
    id: String,
    prime_id: String,
    prime_name: String,
    name: String,
    address: String,
    from_day: i32,
    to_day: i32,
    day_boundary: i32,
    version: i32,
    tree_version: i32,
    body: String,
    publication: String,
    planned_to_day: Option<i32>,
    deleted_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct PauseColumns {
    from_day: i32,
    to_day: Option<i32>,
    reason: String,
}

#[derive(FromQueryResult)]
struct NodeColumns {
    id: String,
    parent_id: Option<String>,
    company_id: Option<String>,
    company_name: String,
    tier: i32,
    status: String,
    to_day: Option<i32>,
    work_name: String,
    work_content: String,
    version: i32,
}

impl SiteColumns {
    fn head(self, pauses: Vec<PauseColumns>) -> Result<SiteHead, StoreError> {
        let period = (day(self.from_day, "site.from_day")?, day(self.to_day, "site.to_day")?);
        let (mut known, mut pause_reasons) = (Vec::new(), Vec::new());
        for pause in pauses {
            known.push(Pause {
                from: day(pause.from_day, "site_pause.from_day")?,
                to: opt_day(pause.to_day, "site_pause.to_day")?,
            });
            pause_reasons.push(pause.reason);
        }
        Ok(SiteHead {
            id: id(&self.id, "site.id")?,
            name: self.name,
            address: self.address,
            prime: (id(&self.prime_id, "site.prime_id")?, self.prime_name),
            period,
            boundary: u16::try_from(self.day_boundary).unwrap_or(0),
            version: self.version,
            fields: serde_json::from_str(&self.body).map_err(|_| unreadable("site.body"))?,
            publication: serde_json::from_str(&self.publication).map_err(|_| unreadable("site.publication"))?,
            course: Course {
                period,
                planned_end: opt_day(self.planned_to_day, "site.planned_to_day")?,
                pauses: known,
                deleted: self.deleted_at.is_some(),
            },
            pause_reasons,
            tree_version: self.tree_version,
        })
    }
}

/// The data of a site; whether the viewer may see them is asked elsewhere.
pub(super) async fn head(tx: &Tx, site: SiteId) -> Result<Option<SiteHead>, StoreError> {
    let Some(row) = tx.one::<SiteColumns>(&queries::SITE, values![site.to_string()]).await? else {
        return Ok(None);
    };
    let pauses = tx.all::<PauseColumns>(&queries::PAUSES, values![site.to_string()]).await?;
    row.head(pauses).map(Some)
}

#[derive(FromQueryResult)]
struct PauseOfSite {
    site_id: String,
    from_day: i32,
    to_day: Option<i32>,
    reason: String,
}

/// The data of those among these sites that the company is prime of.
pub(super) async fn heads(
    tx: &Tx,
    prime: CompanyId,
    sites: impl Iterator<Item = SiteId>,
) -> Result<BTreeMap<SiteId, SiteHead>, StoreError> {
    let ids = Rows::of(sites.map(|site| (site.to_string(),)))?;
    let mut pauses: BTreeMap<String, Vec<PauseColumns>> = BTreeMap::new();
    for pause in tx.all::<PauseOfSite>(&queries::PAUSES_OF_SITES, values![ids.clone()]).await? {
        pauses.entry(pause.site_id).or_default().push(PauseColumns {
            from_day: pause.from_day,
            to_day: pause.to_day,
            reason: pause.reason,
        });
    }
    let rows: Vec<SiteColumns> = tx.all(&queries::SITES, values![ids, prime.to_string()]).await?;
    rows.into_iter()
        .map(|row| {
            let pauses = pauses.remove(&row.id).unwrap_or_default();
            let head = row.head(pauses)?;
            Ok((head.id, head))
        })
        .collect()
}

/// Opens a site for a viewer of a company that stands in its organisation. `text` is what stood in the address.
///
/// # Errors
/// [`Closed`].
pub async fn open(tx: &Tx, viewer: &Viewer, text: &str) -> Result<OpenSite, Closed> {
    let site: SiteId = text.parse().map_err(|_| Closed::NotFound)?;
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::SeeSites) && viewer.reaches(site))
        .ok_or(Closed::NotFound)?;
    let head = head(tx, site).await?.ok_or(Closed::NotFound)?;
    if head.course.deleted {
        return Err(Closed::NotFound);
    }
    let mut nodes = Vec::new();
    let mut companies = BTreeMap::new();
    let mut words = BTreeMap::new();
    for row in tx.all::<NodeColumns>(&queries::NODES, values![site.to_string()]).await? {
        let node = Node {
            id: NodeId(row.id),
            parent: row.parent_id.map(NodeId),
            company: opt_id(row.company_id, "node.company_id")?,
            tier: u8::try_from(row.tier).unwrap_or(u8::MAX),
            status: NodeStatus::from_word(&row.status).ok_or_else(|| unreadable("node.status"))?,
            until: opt_day(row.to_day, "node.to_day")?,
        };
        if let Some(company) = node.company {
            companies.insert(company, row.company_name.clone());
        }
        words.insert(
            node.id.clone(),
            NodeWords {
                company: row.company_name,
                work_name: row.work_name,
                work_content: row.work_content,
                version: row.version,
            },
        );
        nodes.push(node);
    }
    let tree = Tree::new(nodes);
    let relation = tree.relation(own);
    if relation == Relation::Stranger {
        return Err(Closed::NotFound);
    }
    let scope = tree.scope(own);
    let keeps = relation == Relation::Prime && viewer.may(Act::KeepSite);
    Ok(OpenSite {
        head,
        tree,
        companies,
        words,
        own,
        relation,
        scope,
        keeps,
    })
}
