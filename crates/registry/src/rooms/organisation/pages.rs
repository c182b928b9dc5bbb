//! The chart of a site, and inviting from it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::CompanyId;
use domain::access::Act;
use domain::organisation::{Move, Node, NodeId, NodeStatus, Scope, allowed};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Form, FormState, Frame, Mood, Page, PageError, page, redirect_with};

use super::invite::{nodes_to_invite_under, obstacle};
use super::{InviteForm, InviteRefusal, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{OpenSite, open};
use crate::rows::{id, millisecond};
use crate::typed::Search;

/// Companies on a page of search results.
const FOUND: u32 = 20;

/// A node as the chart draws it.
struct ChartNode {
    id: NodeId,
    tier: u8,
    company: String,
    own: bool,
    status: NodeStatus,
    mood: Mood,
    work_name: String,
    work_content: String,
    waiting_since: Option<Timestamp>,
    /// Workers on its roster; none where the viewer may not see them.
    workers: Option<i64>,
    may_answer: bool,
    may_invite: bool,
    may_keep_roster: bool,
    /// Nodes follow beneath it.
    opens: bool,
    /// So many branches end with it.
    closes: usize,
}

#[derive(FromQueryResult)]
struct FactColumns {
    id: String,
    invited_at: i64,
    workers: i64,
}

/// The chart of what the viewer may see, in drawing order.
async fn chart_of(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite) -> Result<Vec<ChartNode>, StoreError> {
    let values = values![site.head.id.to_string(), app.clock().today().to_number()];
    let facts: Vec<FactColumns> = tx.all(&queries::NODE_FACTS, values).await?;
    let facts: BTreeMap<NodeId, FactColumns> = facts.into_iter().map(|f| (NodeId(f.id.clone()), f)).collect();
    let shown: Vec<&Node> = site.visible_nodes().into_iter().filter(|n| !invited_anew(site, n)).collect();
    let depth = |n: &Node| site.tree.upward(&n.id).count() - 1;
    let mut chart = Vec::with_capacity(shown.len());
    for (place, node) in shown.iter().enumerate() {
        let own = node.company == site.own;
        let (here, next) = (depth(node), shown.get(place + 1).map_or(0, |n| depth(n)));
        let facts = facts.get(&node.id);
        let words = site.words.get(&node.id);
        let sees_roster = match &site.scope {
            Scope::All => true,
            Scope::Branch { nodes, .. } => nodes.contains(&node.id),
        };
        chart.push(ChartNode {
            id: node.id.clone(),
            tier: node.tier,
            company: site.name_of(node.company).to_owned(),
            own,
            status: node.status,
            mood: mood(node.status),
            work_name: words.map_or_else(String::new, |w| w.work_name.clone()),
            work_content: words.map_or_else(String::new, |w| w.work_content.clone()),
            waiting_since: match (node.status, facts) {
                (NodeStatus::Invited, Some(facts)) => Some(millisecond(facts.invited_at, "node.invited_at")?),
                _ => None,
            },
            workers: facts
                .filter(|_| sees_roster && node.status == NodeStatus::Approved)
                .map(|f| f.workers),
            may_answer: own && allowed(node.status, Move::Approve) && viewer.may(Act::Approve),
            may_invite: nodes_to_invite_under(viewer, site).iter().any(|n| n.id == node.id),
            may_keep_roster: own && allowed(node.status, Move::KeepRoster) && viewer.may(Act::KeepRoster),
            opens: next > here,
            closes: here.saturating_sub(next),
        });
    }
    Ok(chart)
}

/// A declined node whose company was invited beneath the same node again: the chart shows the newer one.
fn invited_anew(site: &OpenSite, node: &Node) -> bool {
    let newer = |n: &Node| n.parent == node.parent && (n.status != NodeStatus::Declined || n.id > node.id);
    node.status == NodeStatus::Declined && site.tree.of_company(node.company).any(newer)
}

/// Colour of a state.
pub(super) fn mood(status: NodeStatus) -> Mood {
    match status {
        NodeStatus::Invited => Mood::Pending,
        NodeStatus::Approved => Mood::Good,
        NodeStatus::Declined => Mood::Bad,
    }
}

#[derive(Template)]
#[template(path = "organisation/templates/chart.html")]
struct ChartPage {
    frame: Frame,
    site: OpenSite,
    chart: Vec<ChartNode>,
    /// Nodes to invite under: key and what to call it.
    uppers: Vec<(String, String)>,
    form: FormState<InviteForm>,
    /// Name of the company chosen in the search.
    chosen: Option<String>,
}

async fn chart_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, form: FormState<InviteForm>) -> Page {
    let chart = chart_of(app, tx, viewer, &site).await?;
    let uppers = nodes_to_invite_under(viewer, &site)
        .into_iter()
        .map(|n| (n.id.0.clone(), site.place_name(&frame.t, n)))
        .collect();
    let chosen = match form.values.company.parse::<CompanyId>() {
        Ok(company) => {
            tx.value::<String>(&queries::COMPANY_NAME, values![company.to_string()])
                .await?
        }
        Err(_) => None,
    };
    let frame = site.crumbs(frame).title("organisation-title");
    let status = form.status();
    Ok((
        status,
        page(&ChartPage {
            frame,
            site,
            chart,
            uppers,
            form,
            chosen,
        })?,
    )
        .into_response())
}

/// The chart. `?node=…&company=…` fills in the form of an invitation.
///
/// # Permissions
/// Companies in the organisation: the prime all of it, others their way up and what is beneath them.
pub(super) async fn chart(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(form): Query<InviteForm>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let form = FormState::new(&frame.t, form);
    chart_page(&app, &tx, &viewer, frame, site, form).await
}

/// Invites.
///
/// # Permissions
/// Administrators, tier managers and site managers, beneath nodes of their own company.
pub(super) async fn send_invitation(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<InviteForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::invite(&app, &tx, &viewer, &site, &form).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(
                &format!("/sites/{}/organisation", site.head.id),
                "organisation-invited",
            ))
        }
        Err(UseCaseError::Refused(InviteRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            chart_page(&app, &tx, &viewer, frame, site, form).await
        }
        Err(UseCaseError::Refused(InviteRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CompaniesQuery {
    q: String,
    node: String,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    id: String,
    name: String,
    name_kana: String,
    total: i64,
}

struct FoundCompany {
    id: CompanyId,
    name: String,
    kana: String,
    /// Why it cannot be invited; none if it can.
    obstacle: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "organisation/templates/companies.html")]
struct CompaniesPage {
    frame: Frame,
    site: OpenSite,
    q: String,
    node: String,
    base: String,
    /// None before anything was searched for.
    found: Option<Paged<FoundCompany>>,
}

/// Search for a company to invite. Its data besides name and ID stay out: any company in the registry can be found here.
///
/// # Permissions
/// Who may invite at this site.
pub(super) async fn companies(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<CompaniesQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let uppers = nodes_to_invite_under(&viewer, &site);
    let upper = uppers
        .iter()
        .find(|n| n.id.0 == query.node)
        .or(uppers.first())
        .map(|n| n.id.clone())
        .ok_or(PageError::Forbidden)?;
    let search = Search::new(&query.q);
    let found = if search.typed.is_empty() {
        None
    } else {
        let number = PageNumber::new(query.page.unwrap_or(1), FOUND);
        let values = values![search.name, search.kana_or_id, number.limit(), number.offset()];
        let rows: Vec<CompanyColumns> = tx.all(&queries::FIND_COMPANIES, values).await?;
        let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
        let mut companies = Vec::new();
        for row in rows {
            let id: CompanyId = id(&row.id, "company.id")?;
            companies.push(FoundCompany {
                id,
                name: row.name,
                kana: row.name_kana,
                obstacle: obstacle(&site, &upper, id),
            });
        }
        Some(Paged {
            rows: companies,
            total,
            page: number,
        })
    };
    let here = format!("/sites/{}/organisation", site.head.id);
    let base = format!(
        "{here}/companies?node={}&q={}&",
        upper.0,
        crate::rooms::site::percent(&search.typed)
    );
    let chart = frame.t.s("organisation-title");
    let frame = site.crumbs(frame).crumb(chart, here).title("organisation-companies-title");
    page(&CompaniesPage {
        frame,
        site,
        q: search.typed,
        node: upper.0,
        base,
        found,
    })
}
