//! Putting workers on the roster: the company's people who do not stand there yet, to be ticked off.
//!
//! Works without script: a page of fifty, sent as one form, in which every worker's fields carry his handle
//! (`trade.<handle>`); two hundred workers are four pages.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::organisation::NodeId;
use domain::{TradeCode, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{FieldErrors, Form, Frame, Page, PageError, page as render, redirect, redirect_with_numbers};

use super::keep::{Kept, kept, open as open_places};
use super::pages::{MoreChoices, company_of, position_choices, trade_choices};
use super::put::place_named;
use super::rows::{Place, places_of, trades_of};
use super::sent::Sent;
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

/// The form that was sent, for the use case.
fn put_form(sent: &Sent) -> PutForm {
    let worker = |handle: String| PutWorker {
        trade: sent.of("trade", &handle),
        position: sent.of("position", &handle),
        work_content: sent.of("work_content", &handle),
        accrues: sent.of("accrues", &handle),
        worker: handle,
        ..PutWorker::default()
    };
    PutForm {
        node: sent.one("node"),
        position: sent.one("position"),
        work_content: sent.one("work_content"),
        from: sent.one("from"),
        to: sent.one("to"),
        more: sent.more(),
        change: false,
        workers: sent.chosen().into_iter().map(worker).collect(),
    }
}

fn query_sent(sent: &Sent) -> AddQuery {
    AddQuery {
        node: sent.one("node"),
        q: sent.one("q"),
        page: sent.one("page").parse().ok(),
        worker: sent.one("about"),
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
    /// By proxy: for which company, and how many of its workers do not consent.
    proxy_of: Option<(String, i64)>,
    q: String,
    about: String,
    base: String,
    candidates: Paged<Candidate>,
    positions: Vec<(String, String)>,
    choices: MoreChoices,
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
        // Faults of single workers carry his handle.
        typed
            || form.more != super::MoreForm::default()
            || self.errors.iter().any(|(field, _)| field != "worker" && !field.contains('.'))
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
/// Who keeps the roster of a node: of his own company, or as its proxy. `worker` (a handle) ticks one; is he on the roster already, his row opens.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<AddQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let kept = kept(&tx, &viewer, &site).await?;
    let place = chosen(&kept, &query.node);
    if let Some(place) = place.filter(|_| !query.worker.is_empty()) {
        let values = values![
            site.head.id.to_string(),
            query.worker.as_str(),
            place.company.to_string(),
            query.node.as_str()
        ];
        if let Some(row) = tx.value::<String>(&queries::ROW_OF_WORKER, values).await? {
            return Ok(redirect(&format!("/sites/{}/roster/{row}", site.head.id)));
        }
    }
    let page = add_page(&app, &tx, frame, site, &kept, query, &Sent::default(), PutErrors::default()).await?;
    drop(tx);
    let workers: Vec<WorkerId> = page.candidates.rows.iter().map(|c| c.worker).collect();
    audit::seen(&app, &viewer, &workers, "roster").await?;
    render(&page)
}

/// Puts those ticked on the roster.
///
/// # Permissions
/// Who keeps the roster of a node: of his own company, or as its proxy.
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
    match super::put(&app, &tx, &viewer, &site, &put_form(&sent)).await {
        Ok(put) => {
            tx.commit().await?;
            let list = format!("/sites/{}/roster", site.head.id);
            Ok(match put.added {
                0 => redirect_with_numbers(&list, "roster-put-already", &[("workers", put.already)]),
                added => redirect_with_numbers(&list, "roster-put", &[("workers", added), ("days", put.rejudged.now_count)]),
            })
        }
        Err(UseCaseError::Refused(PutRefusal::Wrong(errors))) => {
            let query = query_sent(&sent);
            let kept = kept(&tx, &viewer, &site).await?;
            let page = add_page(&app, &tx, frame, site, &kept, query, &sent, errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(UseCaseError::Refused(PutRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// The place the page is about: the one that was asked for, or the first that can be kept.
fn chosen<'a>(kept: &'a [Kept], node: &str) -> Option<&'a Kept> {
    let open = open_places(kept);
    let asked = place_named(kept, node).filter(|place| open.iter().any(|o| o.node == place.node));
    asked.or(open.first().copied())
}

#[expect(
    clippy::too_many_arguments,
    reason = "a request, what came in with it, and what is wrong with it"
)]
async fn add_page(
    app: &App,
    tx: &Tx,
    frame: Frame,
    site: OpenSite,
    kept: &[Kept],
    query: AddQuery,
    sent: &Sent,
    wrong: PutErrors,
) -> Result<AddPage, PageError> {
    let place = chosen(kept, &query.node).ok_or(PageError::Forbidden)?;
    let nodes: Vec<(NodeId, String)> = open_places(kept)
        .into_iter()
        .map(|place| (place.node.clone(), place_words(&frame, &site, place)))
        .collect();
    let node = place.node.clone();
    let proxy_of = if place.by_proxy() {
        let values = values![
            place.company.to_string(),
            app.clock().today().to_number(),
            place.agreement.as_str()
        ];
        let silent: Option<i64> = tx.value(&queries::UNCONSENTING, values).await?;
        Some((site.name_of(place.company).to_owned(), silent.unwrap_or(0)))
    } else {
        None
    };
    let search = Search::new(&query.q);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let list = List {
        app,
        frame: &frame,
        site: &site,
        place,
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
    let form = put_form(sent);
    let choices = MoreChoices::of(&app.masters(), &frame.t, &[], &[]);
    Ok(AddPage {
        frame,
        site,
        nodes,
        node,
        proxy_of,
        q: search.typed,
        about: query.worker,
        base,
        candidates,
        positions,
        choices,
        form,
        errors,
    })
}

/// What a place is called where several can be kept.
pub(super) fn place_words(frame: &Frame, site: &OpenSite, place: &Kept) -> String {
    let name = site
        .tree
        .get(&place.node)
        .map_or_else(String::new, |node| site.place_name(&frame.t, node));
    if place.by_proxy() {
        format!("{} {name}", site.name_of(place.company))
    } else {
        name
    }
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
    place: &'a Kept,
    search: &'a Search,
    number: PageNumber,
    about: &'a str,
}

impl List<'_> {
    async fn candidates(&self, tx: &Tx, sent: &Sent, wrong: &PutErrors) -> Result<Paged<Candidate>, StoreError> {
        let today = self.app.clock().today();
        let values = values![
            self.place.company.to_string(),
            self.place.node.0.as_str(),
            today.to_number(),
            self.search.name.as_str(),
            self.search.kana_or_id.as_str(),
            self.about,
            self.number.limit(),
            self.number.offset(),
            self.place.agreement.as_str()
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
