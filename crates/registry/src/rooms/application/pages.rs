//! Pages on which an application is written.

use askama::Template;
use axum::extract::{Path, Query, State as AppState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::registration::moves::{Move, State};
use domain::registration::{Faults, Fields, Group, Purpose};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Tx, values};
use web::{FilesForm, Form, Frame, Mood, NoFields, Page, PageError, page, redirect, redirect_with};

use super::fill::{Extra, FillRefusal, context, fill};
use super::form_view::{GroupView, Sight, Widget, companies_named, group_view, label_of, sentence};
use super::moves::{MoveRefusal, submit as submit_it, take_back};
use super::open::{Opened, may_begin, open};
use super::stored::Application;
use super::{begin as begin_it, fee, papers, queries, status};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::papers::Upload;
use crate::rows::{millisecond, unreadable};

/// Rows of the list.
const ROWS: u32 = 20;

#[derive(FromQueryResult)]
struct ListColumns {
    id: String,
    number: String,
    purpose: String,
    state: String,
    state_since: i64,
    name: String,
    total: i64,
}

struct ListRow {
    id: String,
    number: String,
    purpose: Purpose,
    state: (Mood, String),
    lasted: String,
    name: String,
}

#[derive(Template)]
#[template(path = "application/templates/list.html")]
struct ListPage {
    frame: Frame,
    applications: Paged<ListRow>,
    may_begin: Vec<Purpose>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

/// The viewer's applications.
///
/// # Permissions
/// Applicants, workers, administrators and proxy clerks.
pub(super) async fn list(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let may: Vec<Purpose> = Purpose::ALL
        .into_iter()
        .filter(|purpose| may_begin(&viewer, *purpose).is_some())
        .collect();
    if may.is_empty() {
        return Err(PageError::Forbidden);
    }
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let company = viewer.company_id().map(|company| company.to_string());
    let tx = app.db().read().await?;
    let values = values![viewer.account.as_str(), company, number.limit(), number.offset()];
    let rows: Vec<ListColumns> = tx.all(&queries::MINE, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let t = frame.t.clone();
    let now = app.clock().now();
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = State::from_word(&row.state).ok_or_else(|| unreadable("application.state"))?;
            let since = millisecond(row.state_since, "application.state_since")?;
            Ok(ListRow {
                purpose: Purpose::from_word(&row.purpose).ok_or_else(|| unreadable("application.purpose"))?,
                state: (
                    status::mood(state),
                    t.s(format!("application-state-{}", state.word().replace('_', "-"))),
                ),
                lasted: status::duration(&t, since, now),
                id: row.id,
                number: row.number,
                name: row.name,
            })
        })
        .collect::<Result<_, store::StoreError>>()?;
    page(&ListPage {
        frame: frame.title("applications-title"),
        applications: Paged {
            rows,
            total,
            page: number,
        },
        may_begin: may,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct BeginForm {
    purpose: String,
}

/// Begins an application and leads to its first step.
///
/// # Permissions
/// By purpose: see `open::may_begin`.
pub(super) async fn begin(AppState(app): AppState<App>, viewer: Viewer, Form(form): Form<BeginForm>) -> Page {
    let Some(purpose) = Purpose::from_word(&form.purpose) else {
        return Err(PageError::refused(StatusCode::BAD_REQUEST, "error-form"));
    };
    let tx = app.db().write().await?;
    match begin_it(&app, &tx, &viewer, purpose).await {
        Ok(id) => {
            tx.commit().await?;
            let first = purpose.form().groups.first().map_or("", |group| group.name);
            Ok(redirect(&format!("/applications/{id}/steps/{first}")))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Template)]
#[template(path = "application/templates/step.html")]
struct StepPage {
    frame: Frame,
    id: String,
    number: String,
    version: i32,
    group: GroupView,
    steps: Vec<(&'static str, String)>,
    current: usize,
    errors: Vec<(String, String)>,
    previous: Option<&'static str>,
}

async fn step_page(app: &App, tx: &Tx, frame: Frame, application: &Application, group: &'static Group, faults: &Faults) -> Page {
    let (t, form, masters) = (frame.t.clone(), application.purpose.form(), app.masters());
    let companies = super::company_names(tx, companies_named(&application.fields).into_iter()).await?;
    let sight = Sight {
        faults: Some(faults),
        ..Sight::of(application, &t, &masters, &companies)
    };
    let steps: Vec<(&'static str, String)> = form
        .steps(&application.fields)
        .map(|group| (group.name, t.s(format!("{}-g-{}", form.name, group.name.replace('_', "-")))))
        .collect();
    let place = steps
        .iter()
        .position(|(name, _)| *name == group.name)
        .ok_or(PageError::NotFound)?;
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = t.s(format!(
        "application-purpose-{}",
        application.purpose.word().replace('_', "-")
    ));
    let frame = frame
        .titled(title.clone())
        .crumb(t.s("applications-title"), "/applications")
        .crumb(application.number.clone(), format!("/applications/{}", application.id));
    let body = page(&StepPage {
        group: group_view(sight, group),
        errors: faults
            .all()
            .iter()
            .map(|fault| {
                (
                    fault.field.clone(),
                    format!("{}：{}", label_of(&t, form, &fault.field), sentence(&t, fault)),
                )
            })
            .collect(),
        previous: place
            .checked_sub(1)
            .and_then(|before| steps.get(before))
            .map(|(name, _)| *name),
        current: place + 1,
        steps,
        id: application.id.clone(),
        number: application.number.clone(),
        version: application.version,
        frame,
    })?;
    Ok((status, body).into_response())
}

/// A step to write in.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn step(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path((id, step)): Path<(String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    if !opened.writes() {
        return Ok(redirect(&format!("/applications/{id}")));
    }
    let application = &opened.application;
    let group = application.purpose.form().group(&step).ok_or(PageError::NotFound)?;
    step_page(&app, &tx, frame, application, group, &Faults::new()).await
}

/// Saves a step: what is wrong is told, and kept all the same.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn save(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path((id, step)): Path<(String, String)>,
    form: FilesForm,
) -> Page {
    let todo = form.text("do").to_owned();
    let version = form.text("version").parse().unwrap_or(-1);
    let extra = match todo.strip_prefix("remove:").and_then(|number| number.parse().ok()) {
        Some(number) => Extra::Remove(number),
        None => Extra::Nothing,
    };
    let typed = typed(&form);
    let before = open(&app, &app.db().read().await?, &viewer, &id).await?;
    let group = before.application.purpose.form().group(&step).ok_or(PageError::NotFound)?;
    let files: Vec<(String, Upload)> = form
        .files
        .into_iter()
        .map(|(field, file_name, bytes)| (field, Upload { file_name, bytes }))
        .collect();
    let mut faults = Faults::new();
    let checked = if before.writes() {
        papers::inspect_all(&app, before.application.purpose.form(), files, &mut faults).await?
    } else {
        Vec::new()
    };
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let filled = match fill(&tx, &opened, &step, &typed, extra, version).await {
        Ok(application) => {
            papers::put_all(
                &app,
                &tx,
                &viewer,
                Opened {
                    application,
                    ..opened.clone()
                },
                &checked,
            )
            .await
        }
        Err(error) => Err(error),
    };
    let application = match filled {
        Ok(application) => application,
        Err(UseCaseError::Refused(FillRefusal::NotOpen)) => {
            return Ok(redirect_with(&format!("/applications/{id}"), "application-not-open"));
        }
        Err(UseCaseError::Refused(FillRefusal::NoSuchStep)) => return Err(PageError::NotFound),
        Err(UseCaseError::Refused(FillRefusal::ChangedMeanwhile)) => {
            return changed(&app, &tx, frame, opened, group, &typed).await;
        }
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    tx.commit().await?;
    // Papers that could not be taken say so; beside them, what else is wrong with the step.
    let masters = app.masters();
    for fault in application
        .purpose
        .form()
        .check_group(group, &application.fields, context(&app, &masters))
        .all()
    {
        let args: Vec<(&str, String)> = fault.args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
        faults.add_with(fault.field.clone(), &fault.key, &args);
    }
    let steps: Vec<&'static str> = application
        .purpose
        .form()
        .steps(&application.fields)
        .map(|group| group.name)
        .collect();
    let here = format!("/applications/{id}/steps/{step}");
    match todo.as_str() {
        "add" => {
            let count = application.fields.entries(group.name).last().map_or(0, |last| last + 1);
            let least = group.list.map_or(0, |(least, _)| least);
            let mut grown = application.clone();
            // One empty entry more: shown, and kept as soon as something is written in it.
            if let Some(field) = group.fields.first() {
                grown.fields.set(group.full_name(field, count.max(least)), " ");
            }
            let tx = app.db().read().await?;
            return step_page(&app, &tx, frame, &grown, group, &Faults::new()).await;
        }
        "draft" => return Ok(redirect_with(&format!("/applications/{id}"), "application-saved")),
        todo if todo.starts_with("remove:") || todo == "stay" => return Ok(redirect(&here)),
        _ => {}
    }
    if !faults.is_empty() {
        let tx = app.db().read().await?;
        return step_page(&app, &tx, frame, &application, group, &faults).await;
    }
    let next = steps
        .iter()
        .position(|name| *name == step)
        .and_then(|place| steps.get(place + 1));
    Ok(redirect(&match next {
        Some(next) => format!("/applications/{id}/steps/{next}"),
        None => format!("/applications/{id}/check"),
    }))
}

/// The fields as they came; boxes of the same name become one value.
fn typed(form: &FilesForm) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in form.fields.iter().filter(|(name, _)| name != "do" && name != "version") {
        let before = fields.get(name).to_owned();
        let value = if before.is_empty() {
            value.clone()
        } else {
            format!("{before} {value}")
        };
        fields.set(name.clone(), value);
    }
    fields
}

/// Another tab or a colleague was faster: what was typed here is shown again, on the present version.
async fn changed(app: &App, tx: &Tx, frame: Frame, opened: Opened, group: &'static Group, typed: &Fields) -> Page {
    let mut application = opened.application;
    for (name, value) in application.purpose.form().normalised(typed).iter() {
        application.fields.set(name, value);
    }
    let frame = frame.notice::<&str>(Mood::Warn, "application-changed-meanwhile", &[]);
    let body = step_page(app, tx, frame, &application, group, &Faults::new()).await?;
    Ok((StatusCode::CONFLICT, body).into_response())
}

#[derive(Template)]
#[template(path = "application/templates/check.html")]
struct CheckPage {
    frame: Frame,
    application: Application,
    groups: Vec<GroupView>,
    errors: Vec<(String, String, String)>,
    yen: i64,
    paid: bool,
}

async fn check_page(app: &App, tx: &Tx, frame: Frame, application: &Application, faults: &Faults) -> Page {
    let (t, form, masters) = (frame.t.clone(), application.purpose.form(), app.masters());
    let companies = super::company_names(tx, companies_named(&application.fields).into_iter()).await?;
    let registered = match application.subject.as_deref().filter(|_| !application.purpose.is_new()) {
        Some(subject) => Some(super::newest_record(tx, subject).await?),
        None => None,
    };
    let sight = Sight {
        registered: registered.as_ref(),
        faults: Some(faults),
        ..Sight::of(application, &t, &masters, &companies)
    };
    let errors = faults
        .all()
        .iter()
        .map(|fault| {
            let step = form.find(&fault.field).map_or("", |(group, _)| group.name);
            (step.to_owned(), label_of(&t, form, &fault.field), sentence(&t, fault))
        })
        .collect();
    let frame = frame
        .title("application-check-title")
        .crumb(t.s("applications-title"), "/applications")
        .crumb(application.number.clone(), format!("/applications/{}", application.id));
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let body = page(&CheckPage {
        frame,
        groups: form
            .steps(&application.fields)
            .map(|group| group_view(sight, group))
            .collect(),
        errors,
        yen: fee::quote(app, tx, application).await?,
        paid: application.paid_at.is_some(),
        application: application.clone(),
    })?;
    Ok((status, body).into_response())
}

/// Everything once more before it is sent, with the price.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn check(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    if !opened.writes() {
        return Ok(redirect(&format!("/applications/{id}")));
    }
    let application = &opened.application;
    let masters = app.masters();
    let faults = application.purpose.form().check(&application.fields, context(&app, &masters));
    let answer = check_page(&app, &tx, frame, application, &faults).await?;
    // It was only looked at: what is missing is no fault of this request.
    Ok(with_status(answer, StatusCode::OK))
}

fn with_status(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SubmitForm {
    version: String,
    yen: String,
}

/// Sends it.
///
/// # Permissions
/// Who applies.
pub(super) async fn submit(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<SubmitForm>,
) -> Page {
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let (version, yen) = (form.version.parse().unwrap_or(-1), form.yen.parse().unwrap_or(-1));
    match submit_it(&app, &tx, &viewer, &opened, version, yen).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/applications/{id}"), "application-submitted"))
        }
        Err(UseCaseError::Refused(MoveRefusal::Faults(faults))) => {
            check_page(&app, &tx, frame, &opened.application, &faults).await
        }
        Err(UseCaseError::Refused(MoveRefusal::PriceChanged { now })) => {
            let frame = frame.notice(Mood::Warn, "application-price-changed", &[("yen", now)]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::CONFLICT))
        }
        Err(UseCaseError::Refused(MoveRefusal::NothingChanged)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "application-nothing-changed", &[]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(UseCaseError::Refused(MoveRefusal::NotAllowed)) => {
            Ok(redirect_with(&format!("/applications/{id}"), "application-not-open"))
        }
        Err(UseCaseError::Refused(MoveRefusal::ChangedMeanwhile)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "application-changed-meanwhile", &[]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::CONFLICT))
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

async fn back(app: &App, viewer: &Viewer, id: &str, step: Move, said: &str) -> Page {
    let tx = app.db().write().await?;
    let opened = open(app, &tx, viewer, id).await?;
    let address = format!("/applications/{id}");
    match take_back(app, &tx, viewer, &opened, step).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&address, said))
        }
        Err(UseCaseError::Refused(_)) => Ok(redirect_with(&address, "application-not-open")),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes it back to correct it.
///
/// # Permissions
/// Who applies.
pub(super) async fn reopen(
    AppState(app): AppState<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    back(&app, &viewer, &id, Move::Reopen, "application-reopened").await
}

/// Gives it up.
///
/// # Permissions
/// Who applies.
pub(super) async fn withdraw(
    AppState(app): AppState<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    back(&app, &viewer, &id, Move::Withdraw, "application-withdrawn").await
}

/// Key of the button that begins an application.
fn begin_key(purpose: &Purpose) -> String {
    format!("application-begin-{}", purpose.word().replace('_', "-"))
}

/// Key of what an application asks for.
fn purpose_key(purpose: &Purpose) -> String {
    format!("application-purpose-{}", purpose.word().replace('_', "-"))
}
