//! One day that was entered directly: where it stands, what can be done with it, and its whole story.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::WorkDay;
use domain::direct::{Party, RequestMove, RequestState};
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, page as render, redirect_with, redirect_with_numbers};

use super::change::{ChangeRefusal, put_site, with_same_place, withdraw};
use super::company::{since, sites_of_company};
use super::decide::{DecideRefusal, approve, refuse};
use super::request::{Event, Request};
use super::rows::{events, find};
use super::words::explain;
use super::worker::sites_of_worker;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::typed::key;

/// What is typed into the answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    #[serde(rename = "move")]
    what: String,
    reason: String,
    /// 現場ID of the list.
    site: String,
    /// 現場ID of another site.
    site_id: String,
    /// Put it on all that name the same site.
    all: String,
}

#[derive(Template)]
#[template(path = "direct/templates/show.html")]
struct ShowPage {
    frame: Frame,
    request: Request,
    story: Vec<Event>,
    today: WorkDay,
    moves: Vec<RequestMove>,
    /// Sites to choose from, if one can be put on.
    sites: Vec<(String, String)>,
    /// Requests that name the same unregistered site.
    same: usize,
    form: FormState<MoveForm>,
}

impl ShowPage {
    /// Whether the viewer may make this move now.
    fn can(&self, what: &str) -> bool {
        self.moves.iter().any(|may| may.word() == what)
    }

    /// The day's own page, if it is recorded.
    fn day_link(&self) -> Option<String> {
        let request = &self.request;
        let recorded = request.state == RequestState::Approved || request.is_correction();
        let site = request.site.filter(|_| recorded)?;
        Some(format!("/sites/{site}/days/{}/{}", request.day, request.handle))
    }
}

async fn show_page(app: &App, tx: Tx, viewer: &Viewer, frame: Frame, key: &str, form: FormState<MoveForm>) -> Page {
    let mut request = find(&tx, viewer, key).await?.ok_or(PageError::NotFound)?;
    explain(&app.masters(), &frame.t, std::slice::from_mut(&mut request));
    let today = app.clock().today();
    let moves: Vec<RequestMove> = RequestMove::ALL
        .into_iter()
        .filter(|what| request.leads_to(viewer, *what, today).is_ok())
        .collect();
    let (mut sites, mut same) = (Vec::new(), 0);
    if moves.contains(&RequestMove::PutSite) {
        sites = match (&viewer.worker, viewer.company_id()) {
            (Some((worker, _)), _) => {
                let sites = sites_of_worker(&tx, *worker, since(app)).await?;
                sites.into_iter().map(super::company::SiteColumns::choice).collect()
            }
            (None, Some(company)) => sites_of_company(&tx, company, since(app)).await?,
            (None, None) => Vec::new(),
        };
        same = with_same_place(&tx, viewer, &request).await?;
    }
    let story = events(&tx, [key]).await?.remove(key).unwrap_or_default();
    drop(tx);
    audit::seen(app, viewer, &[request.worker], "direct").await?;
    let (list, href) = match request.party(viewer) {
        Some(Party::Worker) => ("direct-own-title", "/my/direct"),
        Some(Party::Prime) => ("direct-waiting-title", "/direct/waiting"),
        _ => ("direct-title", "/direct"),
    };
    let list = frame.t.s(list);
    let title = format!("{}　{}", request.worker_name, frame.t.short_day(request.day));
    let status = form.status();
    let body = render(&ShowPage {
        frame: frame.crumb(list, href).titled(title),
        request,
        story,
        today,
        moves,
        sites,
        same,
        form,
    })?;
    Ok((status, body).into_response())
}

/// One request.
///
/// # Permissions
/// The worker; the company that asked, or his employer of the day; the prime of the site.
pub(super) async fn page_of(State(app): State<App>, viewer: Viewer, frame: Frame, Path(request): Path<String>) -> Page {
    let key = key(&request).ok_or(PageError::NotFound)?;
    let form = FormState::new(&frame.t, MoveForm::default());
    let tx = app.db().read().await?;
    show_page(&app, tx, &viewer, frame, key, form).await
}

/// What came of a move.
enum Came {
    /// Done: key of the sentence and its number.
    Done(&'static str, usize),
    /// A field is wrong.
    Fields(FieldErrors),
    /// It cannot be done now.
    Told(String),
    NotFound,
    Forbidden,
}

/// Approves, refuses, puts the site on, or takes it back.
///
/// # Permissions
/// As the page of it; which move whose is, is `domain::direct::leads_to`.
pub(super) async fn answer(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(request): Path<String>,
    Form(form): Form<MoveForm>,
) -> Page {
    let key = key(&request).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    if find(&tx, &viewer, key).await?.is_none() {
        return Err(PageError::NotFound);
    }
    let Some(what) = RequestMove::from_word(&form.what) else {
        return Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "error-form"));
    };
    let here = format!("/direct/{key}");
    match make(&app, &tx, &viewer, &frame, key, what, &form).await? {
        Came::Done(said, days) => {
            tx.commit().await?;
            Ok(if days == 0 {
                redirect_with(&here, said)
            } else {
                redirect_with_numbers(&here, said, &[("days", days)])
            })
        }
        Came::Fields(errors) => {
            let form = FormState::wrong(&frame.t, form, errors);
            show_page(&app, tx, &viewer, frame, key, form).await
        }
        Came::Told(why) => {
            let frame = frame.notice(Mood::Warn, "direct-not-done", &[("why", why.as_str())]);
            let form = FormState::new(&frame.t, form);
            let page = show_page(&app, tx, &viewer, frame, key, form).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Came::NotFound => Err(PageError::NotFound),
        Came::Forbidden => Err(PageError::Forbidden),
    }
}

async fn make(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: &Frame,
    key: &str,
    what: RequestMove,
    form: &MoveForm,
) -> Result<Came, PageError> {
    let keys = BTreeSet::from([key.to_owned()]);
    let decided = match what {
        RequestMove::Approve => approve(app, tx, viewer, &keys).await,
        RequestMove::Refuse => refuse(app, tx, viewer, &keys, &form.reason).await,
        RequestMove::Withdraw => return change(frame, withdraw(app, tx, viewer, key).await.map(|()| ("direct-withdrawn", 0))),
        RequestMove::PutSite => {
            let typed = if form.site_id.trim().is_empty() {
                &form.site
            } else {
                &form.site_id
            };
            let put = put_site(app, tx, viewer, key, typed, !form.all.is_empty()).await;
            return change(frame, put.map(|put| ("direct-site-put", put.done)));
        }
    };
    match decided {
        Ok(decided) => Ok(match (decided.left.first(), what) {
            (Some(left), _) => Came::Told(left.why.sentence(&frame.t)),
            (None, RequestMove::Approve) if decided.counting > 0 => Came::Done("direct-one-counts", 0),
            (None, RequestMove::Approve) => Came::Done("direct-one-approved", 0),
            (None, _) => Came::Done("direct-one-refused", 0),
        }),
        Err(UseCaseError::Refused(DecideRefusal::Fields(errors))) => Ok(Came::Fields(errors)),
        Err(UseCaseError::Refused(DecideRefusal::NotFound)) => Ok(Came::NotFound),
        Err(UseCaseError::Refused(DecideRefusal::Forbidden)) => Ok(Came::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

fn change(frame: &Frame, changed: Result<(&'static str, usize), UseCaseError<ChangeRefusal>>) -> Result<Came, PageError> {
    match changed {
        Ok((said, days)) => Ok(Came::Done(said, days)),
        Err(UseCaseError::Refused(ChangeRefusal::Fields(errors))) => Ok(Came::Fields(errors)),
        Err(UseCaseError::Refused(ChangeRefusal::Why(why))) => Ok(Came::Told(why.sentence(&frame.t))),
        Err(UseCaseError::Refused(ChangeRefusal::NotFound)) => Ok(Came::NotFound),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
