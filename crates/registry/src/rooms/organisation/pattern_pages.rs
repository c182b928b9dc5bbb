//! Patterns as people use them: store one, look at what it would come to, put it on the site, take it off the list.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::organisation::NodeId;
use serde::{Deserialize, Serialize};
use store::Tx;
use web::{Form, FormState, Frame, Page, PageError, page, redirect_with, redirect_with_numbers};

use super::invite::nodes_to_invite_under;
use super::pattern::{Pattern, PlannedNode, apply_pattern, drop_pattern, pattern, patterns, plan, store_pattern};
use super::shape::MoveRefusal;
use super::shape::Principals;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{OpenSite, open};

/// What is chosen or typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PatternForm {
    /// `store`, `apply` or `drop`.
    what: String,
    node: String,
    name: String,
    pattern: String,
}

#[derive(Template)]
#[template(path = "organisation/templates/patterns.html")]
struct PatternsPage {
    frame: Frame,
    site: OpenSite,
    /// The own nodes: key and what to call it.
    own: Vec<(String, String)>,
    patterns: Vec<Pattern>,
    form: FormState<PatternForm>,
    /// What the chosen pattern would come to.
    plan: Option<(Pattern, Vec<PlannedNode>)>,
    faulty: usize,
}

async fn patterns_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, form: FormState<PatternForm>) -> Page {
    if !viewer.may(Act::Invite) {
        return Err(PageError::Forbidden);
    }
    let own: Vec<(String, String)> = nodes_to_invite_under(app, viewer, &site, &Principals::new())
        .into_iter()
        .filter(|n| n.company.is_some())
        .map(|n| (n.id.0.clone(), site.place_name(&frame.t, n)))
        .collect();
    let chosen = own.iter().find(|(key, _)| *key == form.values.node).or(own.first());
    let plan = match (pattern(tx, viewer, &form.values.pattern).await?, chosen) {
        (Some(pattern), Some((node, _))) => {
            let planned = plan(tx, &site, &NodeId(node.clone()), &pattern).await?;
            Some((pattern, planned))
        }
        _ => None,
    };
    let faulty = plan.iter().flat_map(|(_, lines)| lines).filter(|l| l.fault.is_some()).count();
    let patterns = patterns(tx, viewer).await?;
    let chart = frame.t.s("organisation-title");
    let here = format!("/sites/{}/organisation", site.head.id);
    let frame = site.crumbs(frame).crumb(chart, here).title("patterns-title");
    let status = form.status();
    let page = page(&PatternsPage {
        frame,
        site,
        own,
        patterns,
        form,
        plan,
        faulty,
    })?;
    Ok((status, page).into_response())
}

/// The company's patterns; `?pattern=…&node=…` shows what one would come to.
///
/// # Permissions
/// Who may invite at this site.
pub(super) async fn list(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(form): Query<PatternForm>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let form = FormState::new(&frame.t, form);
    patterns_page(&app, &tx, &viewer, frame, site, form).await
}

/// Stores, applies or drops a pattern.
///
/// # Permissions
/// Who may invite at this site, with patterns of their own company and beneath their own nodes.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<PatternForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let here = format!("/sites/{}/organisation", site.head.id);
    let node = NodeId(form.node.clone());
    let done = match form.what.as_str() {
        "store" => store_pattern(&app, &tx, &viewer, &site, &node, &form.name)
            .await
            .map(|_| redirect_with(&format!("{here}/patterns"), "pattern-stored")),
        "apply" => apply_pattern(&app, &tx, &viewer, &site, &node, &form.pattern)
            .await
            .map(|count| redirect_with_numbers(&here, "pattern-applied", &[("count", count)])),
        "drop" => drop_pattern(&app, &tx, &viewer, &form.pattern)
            .await
            .map(|()| redirect_with(&format!("{here}/patterns"), "pattern-dropped")),
        _ if viewer.may(Act::Invite) => return Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "error-form")),
        _ => return Err(PageError::Forbidden),
    };
    match done {
        Ok(response) => {
            tx.commit().await?;
            Ok(response)
        }
        Err(UseCaseError::Refused(MoveRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            patterns_page(&app, &tx, &viewer, frame, site, form).await
        }
        Err(UseCaseError::Refused(MoveRefusal::Obstacle(why))) => {
            Err(PageError::refused(StatusCode::CONFLICT, format!("obstacle-{}", why.word())))
        }
        Err(UseCaseError::Refused(MoveRefusal::NotFound)) => Err(PageError::refused(StatusCode::CONFLICT, "pattern-gone")),
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

impl PatternsPage {
    /// The node under which the plan is shown.
    fn node(&self) -> &str {
        let chosen = self.own.iter().find(|(key, _)| *key == self.form.values.node);
        chosen.or(self.own.first()).map_or("", |(key, _)| key.as_str())
    }
}
