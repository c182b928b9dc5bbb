//! The kiosk page: what a worker sees at the gate, on a screen of this machine or on a tablet beside it. The program serves it itself
//! and pushes what happens (server-sent events); nothing on it comes from elsewhere, so it works without a network.
//!
//! On this machine the page is open to whoever sits before it. From another machine it opens with a number that this machine tells
//! (`ashiba reader pin`). What is served shows names and no IDs.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::{Form, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use rand::RngExt;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_stream::{Stream, StreamExt};

use crate::board::Board;
use crate::gate::Mode;
use crate::number::Numbers;
use crate::outbox::{Outbox, setting};
use crate::pin;
use crate::qr::Qrs;
use crate::screen::Language;
use crate::words::Say;

const COOKIE: &str = "ashiba_kiosk";

/// What opens the page from another machine.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pass {
    /// Number for people: 8 digits.
    pub pin: String,
    /// What a browser keeps once the number was given.
    token: String,
}

impl Pass {
    /// The one in force, made now if there is none or if a `new` one is wanted: that shuts out whoever came in by the old one.
    ///
    /// # Errors
    /// If the outbox cannot be used.
    pub async fn of(outbox: &Outbox, new: bool, random: &mut StdRng) -> sqlx::Result<Self> {
        if let Some(pass) = outbox.setting(setting::PASS).await?.filter(|_| !new) {
            return Ok(pass);
        }
        let pass = Self {
            pin: pin::new(random),
            token: format!("{:032x}{:032x}", random.random::<u128>(), random.random::<u128>()),
        };
        outbox.set(setting::PASS, Some(&pass)).await?;
        Ok(pass)
    }
}

/// Ways of the page to the gate, without a card.
pub struct Ways {
    /// By number and code.
    pub numbers: Numbers,
    /// By QR.
    pub qrs: Qrs,
}

struct Kiosk {
    board: Arc<Board>,
    outbox: Outbox,
    language: Language,
    ways: Ways,
    /// Served to other machines, so a number is asked for.
    asks: bool,
    tries: pin::Tries,
}

/// Serves the page for ever.
///
/// # Errors
/// If nothing can listen at the address.
pub async fn start(
    address: SocketAddr,
    board: Arc<Board>,
    outbox: Outbox,
    language: Language,
    ways: Ways,
) -> Result<impl Future<Output = std::io::Result<()>>> {
    let kiosk = Arc::new(Kiosk {
        board,
        outbox,
        language,
        ways,
        asks: !address.ip().is_loopback(),
        tries: pin::Tries::default(),
    });
    let router = Router::new()
        .route("/", get(page))
        .route("/events", get(events))
        .route("/mode/{mode}", post(mode))
        .route("/number", post(number))
        .route("/qr", post(qr))
        .route_layer(from_fn_with_state(Arc::clone(&kiosk), ask))
        .route("/pin", post(pin))
        .route(
            "/kiosk.js",
            get(|| file("text/javascript; charset=utf-8", include_str!("../kiosk/kiosk.js"))),
        )
        .route(
            "/jsQR.js",
            get(|| file("text/javascript; charset=utf-8", include_str!("../kiosk/jsQR.js"))),
        )
        .route(
            "/licences.txt",
            get(|| file("text/plain; charset=utf-8", include_str!("../kiosk/licences.txt"))),
        )
        .route(
            "/kiosk.css",
            get(|| file("text/css; charset=utf-8", include_str!("../kiosk/kiosk.css"))),
        )
        .route(
            "/tokens.css",
            get(|| file("text/css; charset=utf-8", include_str!("../../web/static/tokens.css"))),
        )
        .route(
            "/icon.svg",
            get(|| file("image/svg+xml", include_str!("../../web/static/icon.svg"))),
        )
        .layer(from_fn_with_state(address, own_pages_only))
        .with_state(kiosk);
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("nothing can listen at {address}"))?;
    tracing::info!(address = %listener.local_addr()?, "the kiosk page is served");
    Ok(serve(listener, router).into_future())
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// Keeps other sites' pages away that run in the same browser: on this machine the address must be this machine's (a name that
/// somebody made point here is not), and what changes something must come from our own page.
pub(crate) async fn own_pages_only(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    if !is_own(address, request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_own(address: SocketAddr, method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ours = !address.ip().is_loopback() || ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    let same = method == Method::GET
        || text(header::ORIGIN).is_some_and(|origin| {
            // A proxy may stand before us that makes it https.
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host)
        });
    ours && same
}

/// Lets in who sits at this machine, or has given the number.
async fn ask(State(kiosk): State<Arc<Kiosk>>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    if !kiosk.asks || kiosk.knows(&headers).await {
        return next.run(request).await;
    }
    if request.uri().path() == "/" {
        return kiosk.pin_page(StatusCode::UNAUTHORIZED, None);
    }
    StatusCode::UNAUTHORIZED.into_response()
}

impl Kiosk {
    async fn pass(&self) -> Option<Pass> {
        self.outbox.setting(setting::PASS).await.ok().flatten()
    }

    async fn knows(&self, headers: &HeaderMap) -> bool {
        let given = pin::cookie(headers, COOKIE);
        let Some((given, pass)) = given.zip(self.pass().await) else {
            return false;
        };
        pin::same(given, &pass.token)
    }

    fn pin_page(&self, status: StatusCode, wrong: Option<Say>) -> Response {
        let t = |say: Say| say.to(self.language);
        pin::page(self.language, status, t(Say::PinTitle), t(Say::PinHelp), wrong.map_or("", t))
    }
}

#[derive(Deserialize)]
struct Given {
    pin: String,
}

async fn pin(State(kiosk): State<Arc<Kiosk>>, Form(given): Form<Given>) -> Response {
    if !kiosk.tries.may_try() {
        return kiosk.pin_page(StatusCode::TOO_MANY_REQUESTS, Some(Say::PinWait));
    }
    let digits = pin::digits(&given.pin);
    let pass = kiosk.pass().await;
    let Some(pass) = pass.filter(|pass| pin::same(&digits, &pass.pin)) else {
        return kiosk.pin_page(StatusCode::UNAUTHORIZED, Some(Say::PinWrong));
    };
    kiosk.tries.right();
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000", pass.token);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

async fn page(State(kiosk): State<Arc<Kiosk>>) -> Html<String> {
    let t = |say: Say| say.to(kiosk.language);
    let words = json!({
        "ready": t(Say::Ready), "nobody": t(Say::Nobody), "online": t(Say::Online), "offline": t(Say::Offline),
        "waiting": t(Say::Waiting), "person": t(Say::NeedsPerson), "gone": t(Say::Gone),
        "show_qr": t(Say::ShowQr), "camera_not_here": t(Say::CameraNotHere), "camera_fails": t(Say::CameraFails),
    });
    let page = include_str!("../kiosk/kiosk.html")
        .replace("{lang}", kiosk.language.tag())
        .replace("{words}", &words.to_string().replace('<', "\\u003c"))
        .replace("{ready}", t(Say::Ready))
        .replace("{today}", t(Say::Today))
        .replace("{on_site}", t(Say::OnSite))
        .replace("{sound}", t(Say::SoundOff))
        .replace("{mode}", t(Say::Mode))
        .replace("{mode_in}", t(Say::ModeIn))
        .replace("{mode_out}", t(Say::ModeOut))
        .replace("{mode_auto}", t(Say::ModeAuto))
        .replace("{by_number}", t(Say::ByNumber))
        .replace("{by_qr}", t(Say::ByQr))
        .replace("{scanner}", t(Say::Scanner))
        .replace("{worker_id}", t(Say::WorkerId))
        .replace("{own_code}", t(Say::OwnCode))
        .replace("{send}", t(Say::Send))
        .replace("{delete}", t(Say::Delete))
        .replace("{cancel}", t(Say::Cancel));
    Html(page)
}

#[derive(Deserialize)]
struct Typed {
    worker: String,
    code: String,
}

/// A number and a code. What comes of them is told like what comes of a card: to everybody who sees the page, and in one sentence.
async fn number(State(kiosk): State<Arc<Kiosk>>, Form(typed): Form<Typed>) -> StatusCode {
    told(kiosk.ways.numbers.take(&typed.worker, &typed.code).await)
}

fn told(is_taken: bool) -> StatusCode {
    if is_taken {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

#[derive(Deserialize)]
struct Scanned {
    text: String,
}

/// The text of a QR, from the camera or a hand scanner. Told like a number.
async fn qr(State(kiosk): State<Arc<Kiosk>>, Form(scanned): Form<Scanned>) -> StatusCode {
    told(kiosk.ways.qrs.take(&scanned.text).await)
}

async fn mode(State(kiosk): State<Arc<Kiosk>>, Path(mode): Path<Mode>) -> StatusCode {
    match kiosk.board.set_mode(mode, &kiosk.outbox).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!(%error, "the mode cannot be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

async fn events(State(kiosk): State<Arc<Kiosk>>) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let pictures = WatchStream::new(kiosk.board.picture.subscribe())
        .filter_map(|picture| picture)
        .map(|picture| Event::default().event("picture").json_data(picture));
    let touches = BroadcastStream::new(kiosk.board.touches.subscribe())
        .filter_map(Result::ok)
        .map(|view| Event::default().event("touch").json_data(view));
    Sse::new(pictures.merge(touches)).keep_alive(KeepAlive::default())
}
