//! For machines: a device is set up. Somebody who keeps readers signs in from it, sees his sites, and the device gets a key for each it
//! is to serve. What stands behind is what stands behind the pages: sign-in of the room `accounts`, readers of the room `site`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::WorkDay;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::Tx;
use web::T;
use wire::Problem;
use wire::setup::{
    MAX_SITES, SetupAsks, SetupCode, SetupKey, SetupKeys, SetupReaders, SetupSignIn, SetupSignedIn, SetupSite, SetupSites,
    SetupUndo, SetupUndone,
};

use crate::App;
use crate::access::{Origin, UseCaseError, Viewer, bearer, key_hash};
use crate::rooms::accounts::{SetUpRefusal, SignedIn, prove, set_up_by, sign_in_device};
use crate::rooms::history::{ApiError, answer};
use crate::rooms::site::{Closed, OpenSite, ReaderRefusal, add_reader_with, open, sites_to_equip, undo_reader};

/// Signs in to set up a device. The token holds for half an hour and is good for nothing else; no session elsewhere ends.
///
/// Misses count as on the page. The sentence of a refusal is in the language of `Accept-Language`.
///
/// # Permissions
/// Everybody; let in is who may keep a site's readers: administrators and managers of companies.
#[utoipa::path(
    post, path = "/api/v1/device-setup/sign-in", tag = "device setup",
    request_body = SetupSignIn,
    responses(
        (status = 200, description = "Signed in; `asks` tells whether a second factor is still asked", body = SetupSignedIn),
        (status = 400, description = "The body does not fit the schema", body = Problem),
        (status = 401, description = "ID or password is not right, or the ID rests", body = Problem),
        (status = 403, description = "A worker's ID, an account without the right, or an initial password", body = Problem)
    )
)]
pub(crate) async fn sign_in(State(app): State<App>, t: T, origin: Origin, body: Bytes) -> Result<Response, ApiError> {
    let SetupSignIn { name, password } = parse(&body)?;
    let signed_in = sign_in_device(&app, &name, &password, &origin).await;
    let SignedIn { token, viewer, asks } = signed_in.map_err(|error| ended(error, |refusal| refused(&t, &refusal)))?;
    Ok(answer(Json(who(token, viewer, asks))))
}

/// Takes the second factor of somebody who has signed in.
///
/// # Permissions
/// Whoever has just given the right password.
#[utoipa::path(
    post, path = "/api/v1/device-setup/code", tag = "device setup",
    request_body = SetupCode,
    responses(
        (status = 200, description = "Taken: sites and keys are open", body = SetupSignedIn),
        (status = 400, description = "The body does not fit the schema", body = Problem),
        (status = 401, description = "The code is not right, or no token that holds", body = Problem)
    ),
    security(("setup_token" = []))
)]
pub(crate) async fn code(State(app): State<App>, headers: HeaderMap, t: T, body: Bytes) -> Result<Response, ApiError> {
    let token = token(&headers, &t)?;
    let SetupCode { code } = parse(&body)?;
    let proven = prove(&app, token, &code).await;
    proven.map_err(|error| ended(error, |refusal| refused(&t, &refusal)))?;
    let tx = app.db().read().await?;
    let viewer = viewer(&app, &tx, &t, token).await?;
    Ok(answer(Json(who(token.to_owned(), viewer, SetupAsks::Nothing))))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct SitesQuery {
    q: String,
}

/// Sites whose readers the signed-in person keeps and whose history period is not over.
///
/// # Permissions
/// Whoever has signed in to set up a device.
#[utoipa::path(
    get, path = "/api/v1/device-setup/sites", tag = "device setup",
    params(("q" = Option<String>, Query, description = "A part of the name or of the ID")),
    responses(
        (status = 200, description = "At most 50", body = SetupSites),
        (status = 401, description = "No token that holds", body = Problem)
    ),
    security(("setup_token" = []))
)]
pub(crate) async fn sites(
    State(app): State<App>,
    headers: HeaderMap,
    t: T,
    Query(SitesQuery { q }): Query<SitesQuery>,
) -> Result<Response, ApiError> {
    let token = token(&headers, &t)?;
    let tx = app.db().read().await?;
    let viewer = viewer(&app, &tx, &t, token).await?;
    let most = i64::try_from(MAX_SITES + 1).unwrap_or(i64::MAX);
    let q: String = q.chars().filter(|c| !c.is_control()).take(100).collect();
    let mut found = sites_to_equip(&tx, &viewer, app.clock().today(), &q, most).await?;
    let more = found.len() > MAX_SITES;
    found.truncate(MAX_SITES);
    let sites = found.into_iter().map(|site| SetupSite {
        site_id: site.id.to_string(),
        name: site.name,
        address: site.address,
        from_day: site.from,
        to_day: site.to,
    });
    Ok(answer(Json(SetupSites {
        sites: sites.collect(),
        more,
    })))
}

/// Adds a reader to each of these sites and gives their keys. Safe to repeat: the same token and draft get the same keys.
///
/// # Permissions
/// Whoever has signed in to set up a device and keeps the readers of all these sites.
#[utoipa::path(
    post, path = "/api/v1/device-setup/readers", tag = "device setup",
    request_body = SetupReaders,
    responses(
        (status = 200, description = "One key per site, in the order asked", body = SetupKeys),
        (status = 400, description = "The body does not fit the schema; `field` names what is wrong", body = Problem),
        (status = 401, description = "No token that holds", body = Problem),
        (status = 409, description = "This set-up was taken back, or its reader was stopped since", body = Problem),
        (status = 422, description = "No such site of one's own, or its period is over", body = Problem)
    ),
    security(("setup_token" = []))
)]
pub(crate) async fn readers(State(app): State<App>, headers: HeaderMap, t: T, body: Bytes) -> Result<Response, ApiError> {
    let token = token(&headers, &t)?;
    let asked: SetupReaders = parse(&body)?;
    check(&asked.draft, &asked.sites)?;
    let tx = app.db().write().await?;
    let viewer = viewer(&app, &tx, &t, token).await?;
    let mut readers = Vec::new();
    for id in &asked.sites {
        let site = own_site(&tx, &viewer, &t, id).await?;
        if is_over(&site, app.clock().today()) {
            return Err(at_site("OCUK0404E", t.s("device-setup-over")));
        }
        let secret = secret(token, &asked.draft, &site);
        let added = add_reader_with(&app, &tx, &viewer, &site, &asked.name, &secret).await;
        readers.push(SetupKey {
            site_id: site.head.id.to_string(),
            key: added.map_err(|error| ended(error, |refusal| not_kept(&t, &refusal)))?.key,
        });
    }
    tx.commit().await?;
    Ok(answer(Json(SetupKeys { readers })))
}

/// Takes back what a set-up that is given up has made. Doing it twice does nothing.
///
/// # Permissions
/// Whoever has signed in to set up a device and keeps the readers of all these sites.
#[utoipa::path(
    post, path = "/api/v1/device-setup/readers/undo", tag = "device setup",
    request_body = SetupUndo,
    responses(
        (status = 200, description = "Those keys open nothing any more", body = SetupUndone),
        (status = 400, description = "The body does not fit the schema", body = Problem),
        (status = 401, description = "No token that holds", body = Problem),
        (status = 422, description = "No such site of one's own", body = Problem)
    ),
    security(("setup_token" = []))
)]
pub(crate) async fn undo(State(app): State<App>, headers: HeaderMap, t: T, body: Bytes) -> Result<Response, ApiError> {
    let token = token(&headers, &t)?;
    let asked: SetupUndo = parse(&body)?;
    check(&asked.draft, &asked.sites)?;
    let tx = app.db().write().await?;
    let viewer = viewer(&app, &tx, &t, token).await?;
    let mut revoked = 0;
    for id in &asked.sites {
        let site = own_site(&tx, &viewer, &t, id).await?;
        let secret = secret(token, &asked.draft, &site);
        let undone = undo_reader(&app, &tx, &viewer, &site, &secret).await;
        revoked += u32::from(undone.map_err(|error| ended(error, |refusal| not_kept(&t, &refusal)))?);
    }
    tx.commit().await?;
    app.known_readers().forget();
    Ok(answer(Json(SetupUndone { revoked })))
}

/// The body. What is wrong with one is not repeated: it may hold a password.
fn parse<B: DeserializeOwned>(body: &Bytes) -> Result<B, ApiError> {
    serde_json::from_slice(body).map_err(|_| ApiError::schema("The body does not fit the schema.".into(), None))
}

/// Whether a request for keys has its form.
fn check(draft: &str, sites: &[String]) -> Result<(), ApiError> {
    if !(16..=64).contains(&draft.len()) || !draft.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let text = "The draft is 16 to 64 letters and digits.";
        return Err(ApiError::schema(text.into(), Some("/draft".into())));
    }
    if sites.is_empty() || sites.len() > MAX_SITES {
        let text = format!("A device is set up for 1 to {MAX_SITES} sites at once.");
        return Err(ApiError::schema(text, Some("/sites".into())));
    }
    Ok(())
}

fn token<'a>(headers: &'a HeaderMap, t: &T) -> Result<&'a str, ApiError> {
    bearer(headers).ok_or_else(|| refused(t, &SetUpRefusal::SignInFirst))
}

async fn viewer(app: &App, tx: &Tx, t: &T, token: &str) -> Result<Viewer, ApiError> {
    let viewer = set_up_by(app, tx, token).await;
    viewer.map_err(|error| ended(error, |refusal| refused(t, &refusal)))
}

fn who(token: String, viewer: Viewer, asks: SetupAsks) -> SetupSignedIn {
    SetupSignedIn {
        token,
        company: viewer.company.map(|(_, name)| name).unwrap_or_default(),
        name: viewer.name,
        asks,
    }
}

/// What the key of a reader is made of: chance of the registry that only the device was told, so that a repeated request finds the
/// reader again, though neither key nor token is kept here.
fn secret(token: &str, draft: &str, site: &OpenSite) -> String {
    key_hash(&format!("reader key: {token} {draft} {}", site.head.id))
}

fn is_over(site: &OpenSite, today: WorkDay) -> bool {
    site.head.period.1 < today
}

/// A site of the viewer's. One that is somebody else's, or none, gets the same answer.
async fn own_site(tx: &Tx, viewer: &Viewer, t: &T, id: &str) -> Result<OpenSite, ApiError> {
    match open(tx, viewer, id).await {
        Ok(site) if site.keeps => Ok(site),
        Ok(_) | Err(Closed::NotFound) => Err(at_site("OCUK0401E", t.s("device-setup-no-site"))),
        Err(Closed::Broken(error)) => Err(error.into()),
    }
}

fn at_site(code: &str, text: String) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, text, Some("/sites".into()), false)
}

/// A use case that did not answer, as an answer.
fn ended<R>(error: UseCaseError<R>, say: impl FnOnce(R) -> ApiError) -> ApiError {
    match error {
        UseCaseError::Refused(refusal) => say(refusal),
        UseCaseError::Broken(error) => ApiError::broken(&error),
    }
}

fn refused(t: &T, refusal: &SetUpRefusal) -> ApiError {
    let (status, code, text) = match refusal {
        SetUpRefusal::Wrong(minutes) => (
            StatusCode::UNAUTHORIZED,
            "OCUF0005E",
            t.n("sign-in-wrong", "minutes", *minutes),
        ),
        SetUpRefusal::Worker => (StatusCode::FORBIDDEN, "OCUF0006E", t.s("device-setup-worker")),
        SetUpRefusal::MayNot => (StatusCode::FORBIDDEN, "OCUF0007E", t.s("device-setup-may-not")),
        SetUpRefusal::MustChange => (StatusCode::FORBIDDEN, "OCUF0008E", t.s("device-setup-must-change")),
        SetUpRefusal::Code(errors) => (
            StatusCode::UNAUTHORIZED,
            "OCUF0009E",
            errors.at(t, "code").unwrap_or_default(),
        ),
        SetUpRefusal::SignInFirst => (StatusCode::UNAUTHORIZED, "OCUF0010E", t.s("device-setup-sign-in-first")),
    };
    ApiError::new(status, code, text, None, false)
}

fn not_kept(t: &T, refusal: &ReaderRefusal) -> ApiError {
    match refusal {
        ReaderRefusal::Forbidden => at_site("OCUK0401E", t.s("device-setup-no-site")),
        ReaderRefusal::Fields(errors) => {
            let text = errors.at(t, "name").unwrap_or_default();
            ApiError::schema(text, Some("/name".into()))
        }
        ReaderRefusal::Revoked => ApiError::new(StatusCode::CONFLICT, "OCUF0011E", t.s("device-setup-revoked"), None, false),
    }
}
