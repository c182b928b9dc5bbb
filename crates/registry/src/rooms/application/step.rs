//! A step of an application: shown, checked while it is filled in, saved.

use std::collections::BTreeMap;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State as AppState};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::registration::consent::PAPERS;
use domain::registration::{Faults, Fields, Group, Kind, PaperUse};
use serde::Serialize;
use store::Tx;
use web::{FilesForm, Frame, Mood, Page, PageError, page, redirect, redirect_with};

use super::faults::check_employers;
use super::fill::{Extra, FillRefusal, context, fill, with_typed};
use super::form_view::{GroupView, Sight, Widget, companies_named, group_key, group_view, label_of, sentence};
use super::open::{Opened, open};
use super::papers;
use super::stored::Application;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::papers::Upload;

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
        .map(|group| (group.name, t.s(group_key(form, group, "g"))))
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
pub(super) async fn show(
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
    let body = step_page(&app, &tx, frame, application, group, &Faults::new()).await?;
    drop(tx);
    application.seen(&app, &viewer, "registration").await?;
    Ok(body)
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
    let new_photo = files.iter().any(|(field, _)| {
        before
            .application
            .purpose
            .form()
            .find(field)
            .is_some_and(|(_, field)| matches!(field.kind, Kind::Paper(PaperUse::Photo)))
    });
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
            return not_saved(&app, &tx, frame, opened, (group, &typed), "application-not-open-kept").await;
        }
        Err(UseCaseError::Refused(FillRefusal::NoSuchStep)) => return Err(PageError::NotFound),
        Err(UseCaseError::Refused(FillRefusal::ChangedMeanwhile)) => {
            return not_saved(&app, &tx, frame, opened, (group, &typed), "application-changed-meanwhile").await;
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
        .without(&PAPERS)
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
    if new_photo {
        return Ok(redirect(&format!("/applications/{id}/photo")));
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

/// What is wrong with a step as it is typed so far: asked by the page's script when a field is left. Nothing is saved.
#[derive(Serialize)]
struct Told {
    /// The sentence by field.
    faults: BTreeMap<String, String>,
    /// The values as they would be kept (width and kana levelled), by field.
    values: BTreeMap<String, String>,
}

/// What is wrong with a step as it is typed so far.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn faults(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path((id, step)): Path<(String, String)>,
    form: FilesForm,
) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    if !opened.writes() {
        return Err(PageError::refused(StatusCode::CONFLICT, "application-not-open"));
    }
    let (application, group) = with_typed(&opened.application, &step, &typed(&form)).map_err(|_| PageError::NotFound)?;
    let (fields, form, masters) = (&application.fields, application.purpose.form(), app.masters());
    let mut faults = form.check_group(group, fields, context(&app, &masters));
    check_employers(&tx, &application.fields, &mut faults).await?;
    let of_step = |name: &str| form.find(name).is_some_and(|(of, _)| of.name == group.name);
    let mine = faults.all().iter().filter(|fault| of_step(&fault.field));
    let kept = group.shown(fields).into_iter().filter(|(_, _, field)| field.kind.is_typed());
    let told = Told {
        faults: mine.map(|fault| (fault.field.clone(), sentence(&frame.t, fault))).collect(),
        values: kept
            .map(|(_, name, _)| (name.clone(), fields.get(&name).to_owned()))
            .collect(),
    };
    Ok(Json(told).into_response())
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

/// Another tab or a colleague was faster, or it was sent meanwhile: what was typed here is shown again, on the present version.
async fn not_saved(
    app: &App,
    tx: &Tx,
    frame: Frame,
    opened: Opened,
    (group, typed): (&'static Group, &Fields),
    why: &str,
) -> Page {
    let mut application = opened.application;
    for (name, value) in application.purpose.form().normalised(typed).iter() {
        application.fields.set(name, value);
    }
    let frame = frame.notice::<&str>(Mood::Warn, why, &[]);
    let body = step_page(app, tx, frame, &application, group, &Faults::new()).await?;
    Ok((StatusCode::CONFLICT, body).into_response())
}
