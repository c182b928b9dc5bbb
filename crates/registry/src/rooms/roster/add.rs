//! Putting workers on the roster: the company's people who do not stand there yet, to be ticked off.
//!
//! Works without script: a page of fifty, sent as one form, in which every worker's fields carry his handle
//! (`trade.<handle>`); two hundred workers are four pages.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::organisation::NodeId;
use domain::{CompanyId, TradeCode, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{FieldErrors, Form, Frame, Page, PageError, page as render, redirect, redirect_with_numbers};

use super::pages::{company_of, position_choices, trade_choices};
use super::put::nodes_to_keep;
use super::rows::{Place, places_of, trades_of};
use super::{PutErrors, PutForm, PutRefusal, PutWorker, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::site::{OpenSite, open, percent};
use crate::rows::id;
use crate::typed::Search;

/// Workers on a page.
const ROWS: u32 = 50;

/// Which part of the list.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct AddQuery {
    node: String,
    q: String,
    page: Option<u32>,
    /// Handle of the worker it is about: he stands first and is ticked.
    worker: String,
}

/// A form as it was sent: names and values.
#[derive(Default)]
struct Sent(BTreeMap<String, Vec<String>>);

impl Sent {
    fn new(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Self::default();
        for (name, value) in pairs {
            sent.0.entry(name).or_default().push(value);
        }
        sent
    }

    fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn one(&self, name: &str) -> String {
        self.all(name).first().cloned().unwrap_or_default()
    }

    fn of(&self, field: &str, worker: &str) -> String {
        self.one(&format!("{field}.{worker}"))
    }

    /// Handles of those to be put there: the ticked ones, or everybody on the page.
    fn chosen(&self) -> BTreeSet<String> {
        let field = if self.all("everybody").is_empty() {
            "worker"
        } else {
            "listed"
        };
        self.all(field).iter().cloned().collect()
    }

    fn form(&self) -> PutForm {
        let worker = |handle: String| PutWorker {
            trade: self.of("trade", &handle),
            position: self.of("position", &handle),
            work_content: self.of("work_content", &handle),
            accrues: self.of("accrues", &handle),
            worker: handle,
        };
        PutForm {
            node: self.one("node"),
            position: self.one("position"),
            work_content: self.one("work_content"),
            from: self.one("from"),
            to: self.one("to"),
            workers: self.chosen().into_iter().map(worker).collect(),
        }
    }

    fn query(&self) -> AddQuery {
        AddQuery {
            node: self.one("node"),
            q: self.one("q"),
            page: self.one("page").parse().ok(),
            worker: self.one("about"),
        }
    }
}

#[derive(FromQueryResult)]
struct CandidateColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    total: i64,
}

/// A worker who can be put on the roster, and what is typed for him.
struct Candidate {
    worker: WorkerId,
    handle: String,
    name: String,
    kana: String,
    /// Grouped ID: he is the viewer's own worker.
    id: String,
    ticked: bool,
    trades: Vec<(String, String)>,
    trade: String,
    position: String,
    work_content: String,
    /// The company to whose roster his history accrues now, if he stands at another node; empty if the viewer may not see it.
    accrues_to: Option<String>,
    accrues: String,
    errors: Vec<String>,
}

impl Candidate {
    fn is_about(&self, handle: &str) -> bool {
        self.handle == handle
    }
}

#[derive(Template)]
#[template(path = "roster/templates/add.html")]
struct AddPage {
    frame: Frame,
    site: OpenSite,
    /// Nodes of the own company: key and what to call it.
    nodes: Vec<(NodeId, String)>,
    node: NodeId,
    q: String,
    about: String,
    base: String,
    candidates: Paged<Candidate>,
    positions: Vec<(String, String)>,
    form: PutForm,
    /// Faults in order: field and sentence.
    errors: Vec<(String, String)>,
}

impl AddPage {
    /// Whether what holds for all has to be in sight.
    fn common_open(&self) -> bool {
        let form = &self.form;
        let typed = [&form.position, &form.work_content, &form.from, &form.to]
            .iter()
            .any(|value| !value.is_empty());
        typed
            || ["position", "work_content", "from", "to"]
                .iter()
                .any(|field| !self.error(field).is_empty())
    }

    fn error(&self, field: &str) -> String {
        self.errors
            .iter()
            .find(|(at, _)| at == field)
            .map_or_else(String::new, |(_, sentence)| sentence.clone())
    }
}

/// The list of candidates.
///
/// # Permissions
/// Who keeps the roster of a node of his own company. `worker` (a handle) ticks one; is he on the roster already, his row opens.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<AddQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !query.worker.is_empty() && viewer.may(domain::access::Act::KeepRoster) {
        let values = values![
            site.head.id.to_string(),
            query.worker.as_str(),
            site.own.to_string(),
            query.node.as_str()
        ];
        if let Some(row) = tx.value::<String>(&queries::ROW_OF_WORKER, values).await? {
            return Ok(redirect(&format!("/sites/{}/roster/{row}", site.head.id)));
        }
    }
    let page = add_page(&app, &tx, &viewer, frame, site, query, &Sent::default(), PutErrors::default()).await?;
    drop(tx);
    let workers: Vec<WorkerId> = page.candidates.rows.iter().map(|c| c.worker).collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    render(&page)
}

/// Puts those ticked on the roster.
///
/// # Permissions
/// Who keeps the roster of a node of his own company.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Page {
    let sent = Sent::new(pairs);
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::put(&app, &tx, &viewer, &site, &sent.form()).await {
        Ok(put) => {
            tx.commit().await?;
            let list = format!("/sites/{}/roster", site.head.id);
            Ok(match put.added {
                0 => redirect_with_numbers(&list, "roster-put-already", &[("workers", put.already)]),
                added => redirect_with_numbers(&list, "roster-put", &[("workers", added), ("days", put.rejudged.now_count)]),
            })
        }
        Err(UseCaseError::Refused(PutRefusal::Wrong(errors))) => {
            let query = sent.query();
            let page = add_page(&app, &tx, &viewer, frame, site, query, &sent, errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(UseCaseError::Refused(PutRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a request, what came in with it, and what is wrong with it"
)]
async fn add_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    site: OpenSite,
    query: AddQuery,
    sent: &Sent,
    wrong: PutErrors,
) -> Result<AddPage, PageError> {
    let nodes: Vec<(NodeId, String)> = nodes_to_keep(viewer, &site)
        .into_iter()
        .map(|n| (n.id.clone(), site.place_name(&frame.t, n)))
        .collect();
    let chosen = nodes.iter().find(|(id, _)| id.0 == query.node).or(nodes.first());
    let node = chosen.map(|(id, _)| id.clone()).ok_or(PageError::Forbidden)?;
    let search = Search::new(&query.q);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let list = List {
        app,
        frame: &frame,
        site: &site,
        node: &node,
        search: &search,
        number,
        about: &query.worker,
    };
    let candidates = list.candidates(tx, sent, &wrong).await?;
    let errors = sentences(&frame, &wrong, &candidates.rows);
    let base = format!(
        "/sites/{}/roster/add?node={}&q={}&worker={}&",
        site.head.id,
        node.0,
        percent(&search.typed),
        percent(&query.worker)
    );
    let positions = position_choices(&app.masters(), &frame.t);
    let roster = frame.t.s("roster-title");
    let frame = site
        .crumbs(frame)
        .crumb(roster, format!("/sites/{}/roster", site.head.id))
        .title("roster-add-title");
    let form = sent.form();
    Ok(AddPage {
        frame,
        site,
        nodes,
        node,
        q: search.typed,
        about: query.worker,
        base,
        candidates,
        positions,
        form,
        errors,
    })
}

/// All faults with the field they belong to; those of a worker begin with his name.
fn sentences(frame: &Frame, wrong: &PutErrors, candidates: &[Candidate]) -> Vec<(String, String)> {
    let mut errors: Vec<(String, String)> = wrong
        .fields
        .all(&frame.t)
        .into_iter()
        .map(|(field, s)| (field.to_owned(), s))
        .collect();
    for (handle, faults) in &wrong.workers {
        let name = candidates
            .iter()
            .find(|c| c.handle == *handle)
            .map_or("", |c| c.name.as_str());
        for (field, sentence) in faults.all(&frame.t) {
            let told = if name.is_empty() {
                sentence
            } else {
                frame
                    .t
                    .with("roster-fault-of", &[("name", name), ("fault", sentence.as_str())])
            };
            errors.push((format!("{field}.{handle}"), told));
        }
    }
    errors
}

/// Which candidates are wanted.
struct List<'a> {
    app: &'a App,
    frame: &'a Frame,
    site: &'a OpenSite,
    node: &'a NodeId,
    search: &'a Search,
    number: PageNumber,
    about: &'a str,
}

impl List<'_> {
    async fn candidates(&self, tx: &Tx, sent: &Sent, wrong: &PutErrors) -> Result<Paged<Candidate>, StoreError> {
        let today = self.app.clock().today();
        let own: CompanyId = self.site.own;
        let values = values![
            own.to_string(),
            self.node.0.as_str(),
            today.to_number(),
            self.search.name.as_str(),
            self.search.kana_or_id.as_str(),
            self.about,
            self.number.limit(),
            self.number.offset()
        ];
        let rows: Vec<CandidateColumns> = tx.all(&queries::CANDIDATES, values).await?;
        let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
        let mut workers: Vec<(WorkerId, CandidateColumns)> = Vec::with_capacity(rows.len());
        for row in rows {
            workers.push((id(&row.id.clone(), "worker.id")?, row));
        }
        let trades = trades_of(tx, workers.iter().map(|(worker, _)| *worker)).await?;
        let places = places_of(tx, self.site.head.id, today, workers.iter().map(|(worker, _)| *worker)).await?;
        let candidates = workers.into_iter().map(|(worker, row)| {
            let held = trades.get(&worker).map_or(&[][..], Vec::as_slice);
            let elsewhere = places.get(&worker).into_iter().flatten().find(|place| place.accrues);
            let faults = wrong.workers.get(&row.handle);
            self.candidate(worker, row, held, elsewhere, sent, faults)
        });
        Ok(Paged {
            rows: candidates.collect(),
            total,
            page: self.number,
        })
    }

    fn candidate(
        &self,
        worker: WorkerId,
        row: CandidateColumns,
        held: &[TradeCode],
        elsewhere: Option<&Place>,
        sent: &Sent,
        faults: Option<&FieldErrors>,
    ) -> Candidate {
        let trades = trade_choices(&self.app.masters(), &self.frame.t, held);
        let was_sent = sent.all("listed").contains(&row.handle);
        let main = trades.first().map_or_else(String::new, |(code, _)| code.clone());
        let by_rule = if elsewhere.is_some_and(|place| place.dead) {
            "here"
        } else {
            "stay"
        };
        Candidate {
            worker,
            ticked: if was_sent {
                sent.chosen().contains(&row.handle)
            } else {
                row.handle == self.about
            },
            trade: if was_sent { sent.of("trade", &row.handle) } else { main },
            position: sent.of("position", &row.handle),
            work_content: sent.of("work_content", &row.handle),
            accrues: if was_sent {
                sent.of("accrues", &row.handle)
            } else {
                by_rule.to_owned()
            },
            accrues_to: elsewhere.map(|place| company_of(self.site, &place.node)),
            errors: faults.map_or_else(Vec::new, |faults| {
                faults.all(&self.frame.t).into_iter().map(|(_, s)| s).collect()
            }),
            trades,
            id: worker.grouped(),
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
        }
    }
}
