//! Pages of consent: the form to print and sign, asking on the screen, and the answer of who is asked.

use askama::Template;
use axum::extract::{Path, State as AppState};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::registration::consent::Party;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, page, redirect_with};

use super::consents::{
    Consent, ConsentAnswer, ConsentRefusal, ConsentState, Signers, answer_consent, ask_consent, is_open, signers, to_give,
};
use super::form_view::{GroupView, Sight, companies_named, group_view};
use super::open::open;
use super::stored::Application;
use crate::App;
use crate::access::{UseCaseError, Viewer};

/// Mood of a consent's chip.
pub(crate) fn mood(state: ConsentState) -> Mood {
    match state {
        ConsentState::Asked => Mood::Pending,
        ConsentState::Agreed => Mood::Good,
        ConsentState::Declined | ConsentState::Revoked => Mood::Bad,
        ConsentState::Void => Mood::Info,
    }
}

#[derive(Template)]
#[template(path = "application/templates/consent_form.html")]
struct ConsentFormPage {
    frame: Frame,
    application: Application,
    signers: Signers,
    birth_day: String,
    address: String,
    by_other: bool,
}

/// The form of consent of a proxy application, with all names in it, to be printed and signed.
///
/// # Permissions
/// The company that files.
pub(super) async fn form(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let application = opened.application;
    if application.proxy.is_none() || !application.fields.has("proxy") {
        return Err(PageError::NotFound);
    }
    let fields = &application.fields;
    let masters = app.masters();
    let prefecture = masters.prefectures().iter().find(|p| p.code == fields.get("prefecture"));
    let address = [
        prefecture.map_or("", |p| p.name_ja.as_str()),
        fields.get("city"),
        fields.get("street"),
        fields.get("building"),
    ];
    let birth_day = fields.get("birth_day").parse().map(|day: domain::WorkDay| frame.t.day(day));
    let signers = signers(&tx, &application).await?;
    drop(tx);
    application.seen(&app, &viewer, "registration").await?;
    page(&ConsentFormPage {
        frame: frame
            .title("consent-form-title")
            .crumb(application.number.clone(), format!("/applications/{id}")),
        birth_day: birth_day.unwrap_or_default(),
        address: address.concat(),
        by_other: fields.get("proxy") == "other",
        signers,
        application,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct AskForm {
    party: String,
}

/// Asks for a consent on the screen.
///
/// # Permissions
/// The company that files, while the application is open for writing.
pub(super) async fn ask(AppState(app): AppState<App>, viewer: Viewer, Path(id): Path<String>, Form(form): Form<AskForm>) -> Page {
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let party = Party::from_word(&form.party).ok_or(PageError::refused(StatusCode::BAD_REQUEST, "error-form"))?;
    let address = format!("/applications/{id}");
    match ask_consent(&app, &tx, &viewer, &opened, party).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&address, "consent-was-asked"))
        }
        Err(UseCaseError::Refused(refusal)) => Ok(redirect_with(
            &address,
            match refusal {
                ConsentRefusal::NobodyToAsk => "consent-nobody-to-ask",
                ConsentRefusal::Unfinished => "consent-unfinished",
                _ => "application-not-open",
            },
        )),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct AnswerForm {
    answer: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "application/templates/consent.html")]
struct ConsentPage {
    frame: Frame,
    consent: Consent,
    mood: Mood,
    application: Application,
    signers: Signers,
    groups: Vec<GroupView>,
    /// Fields that differ from what is registered.
    changed: usize,
    is_change: bool,
    open: bool,
    form: FormState<AnswerForm>,
}

async fn show(
    app: &App,
    tx: &Tx,
    frame: Frame,
    (consent, application): (Consent, Application),
    form: FormState<AnswerForm>,
) -> Page {
    let (t, masters) = (frame.t.clone(), app.masters());
    let form_of = application.purpose.form();
    let companies = super::company_names(tx, companies_named(&application.fields).into_iter()).await?;
    let is_change = application.purpose.begins_with_record();
    let sight = Sight {
        registered: application.before(),
        ..Sight::of(&application, &t, &masters, &companies)
    };
    // Everybody who is asked sees all of it: papers only as handed in, since they lie with the application.
    let groups: Vec<GroupView> = form_of
        .steps(&application.fields)
        .filter(|group| group.name != "proxy")
        .map(|group| group_view(sight, group))
        .collect();
    let changed = groups
        .iter()
        .flat_map(|group| &group.entries)
        .flat_map(|entry| &entry.fields)
        .filter(|field| field.before.is_some())
        .count();
    let status = form.status();
    let crumb = t.s("applications-title");
    let body = page(&ConsentPage {
        frame: frame.crumb(crumb, "/applications").title("consent-title"),
        mood: mood(consent.state),
        open: is_open(&consent, &application)?,
        signers: signers(tx, &application).await?,
        groups,
        changed,
        is_change,
        form,
        consent,
        application,
    })?;
    Ok((status, body).into_response())
}

/// What somebody is asked to agree to: exactly what will be filed.
///
/// # Permissions
/// The worker it is about, or the administrators of the employer, whoever is asked.
pub(super) async fn consent(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let found = to_give(&tx, &viewer, &id).await?.ok_or(PageError::NotFound)?;
    let application = found.1.clone();
    let form = FormState::new(&frame.t, AnswerForm::default());
    let body = show(&app, &tx, frame, found, form).await?;
    drop(tx);
    application.seen(&app, &viewer, "registration").await?;
    Ok(body)
}

/// Agrees, declines, or takes a yes back.
///
/// # Permissions
/// As the page.
pub(super) async fn answer(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Page {
    let tx = app.db().write().await?;
    let found = to_give(&tx, &viewer, &id).await?.ok_or(PageError::NotFound)?;
    let said = match form.answer.as_str() {
        "agree" => ConsentAnswer::Agree,
        "decline" => ConsentAnswer::Decline(form.reason.clone()),
        "revoke" => ConsentAnswer::Revoke,
        _ => {
            let mut errors = FieldErrors::new();
            errors.add("answer", "consent-answer-needed");
            let form = FormState::wrong(&frame.t, form, errors);
            return show(&app, &tx, frame, found, form).await;
        }
    };
    let address = format!("/consents/{id}");
    match answer_consent(&app, &tx, &viewer, &id, &said).await {
        Ok(()) => {
            tx.commit().await?;
            let key = match said {
                ConsentAnswer::Agree => "consent-given",
                ConsentAnswer::Decline(_) => "consent-declined",
                ConsentAnswer::Revoke => "consent-taken-back",
            };
            Ok(redirect_with(&address, key))
        }
        Err(UseCaseError::Refused(ConsentRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            show(&app, &tx, frame, found, form).await
        }
        Err(UseCaseError::Refused(ConsentRefusal::NotFound)) => Err(PageError::NotFound),
        Err(UseCaseError::Refused(_)) => Ok(redirect_with(&address, "consent-over")),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
