//! Guards as types: asking for one in a handler's arguments is the check.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::SiteId;
use domain::access::{Act, CompanyState};
use sea_orm::FromQueryResult;
use store::{Sql, values};
use web::csrf::SessionSecret;
use web::{Frame, MenuEntry, PageError, T, redirect};
use wire::seal::Secret;

use super::{Viewer, key_hash, sessions, viewer_of_token};
use crate::App;
use crate::rooms::history::ApiError;
use crate::rooms::{direct, notices, organisation};
use crate::rows::id;

/// The reader behind a key, if it is not revoked.
pub(super) const READER: Sql = Sql::new(
    "access.reader",
    "select id, site_id from reader where key_hash = $1 and revoked_at is null",
);

#[derive(FromQueryResult)]
struct ReaderRow {
    id: String,
    site_id: String,
}

/// A reader (カードリーダー) that showed its key: `Authorization: Bearer …`.
#[derive(Debug, Clone)]
pub struct ReaderKey {
    /// Key of its row.
    pub reader: String,
    /// The only site it may send for.
    pub site: SiteId,
    /// What its roster copies are signed with.
    pub secret: Secret,
}

/// What a machine shows to say who it is: `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    sent.strip_prefix("Bearer ").map(str::trim)
}

impl FromRequestParts<App> for ReaderKey {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let sent = bearer(&parts.headers).ok_or_else(ApiError::wrong_key)?;
        let hash = key_hash(sent);
        let era = match app.known_readers().get(&hash) {
            Ok(reader) => return Ok(reader),
            Err(era) => era,
        };
        let row: Option<ReaderRow> = app.db().one(&READER, values![hash.as_str()]).await?;
        let row = row.ok_or_else(ApiError::wrong_key)?;
        let reader = Self {
            reader: row.id,
            site: id(&row.site_id, "reader.site_id")?,
            secret: Secret::of_key(sent),
        };
        app.known_readers().keep(era, hash, reader.clone());
        Ok(reader)
    }
}

/// A signed-in person; nobody else gets past it.
impl FromRequestParts<App> for Viewer {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, PageError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| PageError::SignInNeeded {
                return_to: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            })
    }
}

/// What is open to somebody who has not yet changed his initial password (registry rule book R-PW-1), beside static files.
const OPEN_BEFORE_CHANGE: [&str; 4] = ["/account/password", "/sign-out", "/language", "/healthz"];

async fn note(app: &App, token: &str) -> store::Result<()> {
    let tx = app.db().write().await?;
    sessions::seen(&tx, app.clock(), token).await?;
    tx.commit().await
}

/// Reads the session cookie once per request and prepares the frame: name, company, menu, token of the forms.
pub async fn session_layer(State(app): State<App>, mut request: Request, next: Next) -> Result<Response, PageError> {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    if path.starts_with("/static/") || path.starts_with("/api/") {
        return Ok(next.run(request).await);
    }
    if let Some(token) = app.session_cookie().read(request.headers()) {
        let tx = app.db().read().await?;
        if let Some(viewer) = viewer_of_token(&tx, app.clock(), &token).await? {
            if viewer.must_change && !OPEN_BEFORE_CHANGE.contains(&request.uri().path()) {
                return Ok(redirect("/account/password"));
            }
            let waiting = match viewer.company_id().filter(|_| viewer.may(Act::Decline)) {
                Some(company) => organisation::open_approvals(&tx, company).await?,
                None => 0,
            };
            let days = direct::waiting_count(&tx, &viewer).await?;
            let unread = notices::unread(&tx, &viewer).await?;
            if let Some(t) = request.extensions().get::<T>().cloned() {
                let frame = frame(t, &path, &viewer, (waiting, days), unread);
                request.extensions_mut().insert(frame);
            }
            drop(tx);
            if viewer.to_be_noted
                && let Err(error) = note(&app, &token).await
            {
                tracing::warn!(error = format!("{error:#}"), "the use of a session could not be noted");
            }
            request.extensions_mut().insert(SessionSecret(viewer.secret.clone()));
            request.extensions_mut().insert(viewer);
        }
    }
    Ok(next.run(request).await)
}

/// The frame of a signed-in person: the menu shows what the role may do, from the same table that refuses the rest. `waiting`:
/// invitations to answer, and days to approve.
fn frame(t: T, path: &str, viewer: &Viewer, waiting: (usize, usize), unread: usize) -> Frame {
    let mut frame = Frame::new(t, path);
    frame.viewer = Some(web::Viewer {
        name: viewer.name.clone(),
        company: viewer.company.as_ref().map(|(_, name)| name.clone()),
    });
    // Nothing in the menu would open.
    if viewer.must_change {
        return frame;
    }
    frame.menu.push(MenuEntry::new(frame.t.s("menu-home"), "/", path));
    let entries = [
        (Act::SeeSites, "menu-sites", "/sites"),
        (Act::Decline, "menu-approvals", "/approvals"),
        (Act::ApproveHistory, "menu-direct-waiting", "/direct/waiting"),
        (Act::SeeOwnHistory, "menu-own-history", "/my/calendar"),
        (Act::SeeOwnHistory, "menu-own-level", "/my/level"),
        (Act::SeeOwnHistory, "menu-own-card", "/my/card"),
        (Act::SeeOwnHistory, "menu-looks", "/my/looks"),
        (Act::ConsentToProxies, "menu-proxies", "/my/proxies"),
        (Act::Apply, "menu-applications", "/applications"),
        (Act::ApplyByProxy, "menu-applications", "/applications"),
        (Act::Review, "menu-review", "/review"),
        (Act::PrintCards, "menu-cards", "/cards"),
        (Act::Audit, "menu-audit", "/audit"),
        (Act::SeeFees, "menu-invoices", "/invoices"),
        (Act::KeepFees, "menu-fees", "/fees"),
        (Act::SeeMasters, "menu-masters", "/masters"),
    ];
    for (act, key, href) in entries.into_iter().filter(|(act, ..)| viewer.may(*act)) {
        let entry = MenuEntry::new(frame.t.s(key), href, path);
        frame.menu.push(match act {
            Act::Decline => entry.waiting(waiting.0),
            Act::ApproveHistory => entry.waiting(waiting.1),
            _ => entry,
        });
    }
    let notices = MenuEntry::new(frame.t.s("menu-notices"), "/notices", path);
    frame.menu.push(notices.waiting(unread));
    frame.menu.push(MenuEntry::new(frame.t.s("menu-account"), "/account", path));
    frame.standing = match viewer.standing {
        CompanyState::Registered | CompanyState::Withdrawn => None,
        CompanyState::Suspended if viewer.may(Act::SeeFees) => {
            standing(&frame.t, "suspended-pay", Some(("suspended-link", "/invoices?state=open")))
        }
        CompanyState::Suspended => standing(&frame.t, "suspended-told", None),
        CompanyState::Expired if viewer.may(Act::ChangeCompany) => {
            standing(&frame.t, "expired-renew", Some(("expired-link", "/applications")))
        }
        CompanyState::Expired => standing(&frame.t, "expired-told", None),
    };
    frame
}

/// What stands above every page while the company's use is limited.
fn standing(t: &T, key: &str, link: Option<(&str, &str)>) -> Option<web::Standing> {
    Some(web::Standing {
        text: t.s(key),
        link: link.map(|(key, href)| (t.s(key), href.to_owned())),
    })
}
