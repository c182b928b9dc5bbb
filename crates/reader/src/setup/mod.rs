//! `setup`: a page that this program serves itself, on which somebody who keeps readers makes this machine one. He signs in to the
//! registry, chooses sites and describes the device; keys and settings are written here. His password passes through and is kept nowhere.
//!
//! The page is open to whoever has the address that the terminal shows (`door`); what was typed so far lies in memory (`draft`).

mod door;
mod draft;
mod files;
mod pages;
mod words;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::{Form, Path, State};
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use clap::ValueEnum;
use domain::Clock;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify};

use self::door::Door;
use self::draft::{Choice, Device, Draft, Fault, Step};
use self::words::Word;
use crate::gate::Mode;
use crate::kiosk::own_pages_only;
use crate::os::{self, Places, Stop};
use crate::screen::Language;

/// Settings of the set-up.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SetupOptions {
    /// Address of the registry, to be filled in already
    #[arg(long)]
    registry: Option<String>,
    /// Settings file to write [default: /etc/ashiba/reader.toml for root, else one in your own folder]
    #[arg(long, env = "ASHIBA_READER_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of the outbox [default: beside the settings' usual place]
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Serve the page at this address, such as 0.0.0.0:8687, for a tablet beside the machine; it asks for a number then, and is NOT
    /// encrypted [default: this machine alone, any free port]
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Language of the page at first [default: that of LANG]
    #[arg(long)]
    language: Option<Language>,
    /// Language if --language is not given
    #[arg(long, env = "LANG", hide = true)]
    locale: Option<String>,
    /// Tells that there is a desktop
    #[arg(long, env = "DISPLAY", hide = true)]
    display: Option<String>,
    /// Tells the same
    #[arg(long, env = "WAYLAND_DISPLAY", hide = true)]
    wayland_display: Option<String>,
}

impl SetupOptions {
    /// Whether somebody sits at the machine who could open a browser.
    #[must_use]
    pub fn has_desktop(&self) -> bool {
        cfg!(windows) || cfg!(target_os = "macos") || self.display.is_some() || self.wayland_display.is_some()
    }

    fn places(&self) -> Result<Places> {
        let places = match &self.config {
            Some(config) => Places {
                config: config.clone(),
                data: Places::of_machine().data,
            },
            None => Places::to_set_up().context("no folder for the settings is known: name a file with --config")?,
        };
        Ok(Places {
            data: self.data_dir.clone().unwrap_or(places.data),
            config: std::path::absolute(places.config)?,
        })
    }
}

/// What the handlers share.
struct Setup {
    door: Door,
    /// One request after the other, so that of two clicks the second finds done what the first did.
    draft: Mutex<Draft>,
    /// Other machines reach the page.
    in_the_open: bool,
    /// The settings lie in somebody's own folder, where no service of the machine reads them.
    own: bool,
    /// This program.
    program: PathBuf,
    ended: Notify,
}

/// Serves the page until somebody ends it there, or stops the program. `terminal`: somebody reads what is printed.
///
/// # Errors
/// If nothing can listen at the address, or there is no place for the settings.
pub async fn run(options: &SetupOptions, terminal: bool, clock: Arc<dyn Clock>, mut random: StdRng) -> Result<()> {
    let language = options
        .language
        .or(Language::of_locale(options.locale.as_deref().unwrap_or_default()))
        .unwrap_or_default();
    let places = options.places()?;
    let own = Places::of_person().is_some_and(|own| own.config == places.config);
    let address = options.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
    let in_the_open = !address.ip().is_loopback();
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("nothing can listen at {address}"))?;
    let address = listener.local_addr()?;
    let registry = options.registry.clone().unwrap_or_default();
    let draft_random = StdRng::from_rng(&mut random);
    let setup = Arc::new(Setup {
        door: Door::new(in_the_open, &mut random),
        draft: Mutex::new(Draft::new(language, registry, places, clock, draft_random)),
        in_the_open,
        own,
        program: std::env::current_exe().unwrap_or_else(|_| "ashiba-reader".into()),
        ended: Notify::new(),
    });
    match (setup.door.code(), setup.door.pin()) {
        (Some(code), _) => {
            let page = format!("http://{address}/open?code={code}");
            println!("{}: {page}", Word::Title.to(language));
            if !terminal && options.has_desktop() {
                os::open_in_browser(&page);
            }
        }
        (None, pin) => println!(
            "{}: http://{address}/ PIN {}",
            Word::Title.to(language),
            pin.unwrap_or_default()
        ),
    }
    let mut stop = Stop::listen()?;
    let waiting = Arc::clone(&setup);
    let over = async move {
        tokio::select! {
            () = waiting.ended.notified() => {}
            () = stop.told() => {}
        }
    };
    serve(listener, router(&setup, address)).with_graceful_shutdown(over).await?;
    // Whoever stops half-way leaves no keys behind.
    let mut draft = setup.draft.lock().await;
    draft.take_back().await;
    if draft.keys_left {
        println!("{}", Word::KeysLeft.to(draft.language));
    }
    Ok(())
}

fn router(setup: &Arc<Setup>, address: SocketAddr) -> Router {
    Router::new()
        .route("/", get(furthest))
        .route("/at/{step}", get(back))
        .route("/language", post(language))
        .route("/sign-in", post(sign_in))
        .route("/code", post(code))
        .route("/sites", post(sites))
        .route("/device", post(device))
        .route("/end", post(end))
        .route_layer(from_fn_with_state(Arc::clone(setup), door::ask))
        .route("/open", get(door::open))
        .route("/pin", post(door::pin))
        .route(
            "/setup.css",
            get(|| file("text/css; charset=utf-8", include_str!("../../setup/setup.css"))),
        )
        .route(
            "/kiosk.css",
            get(|| file("text/css; charset=utf-8", include_str!("../../kiosk/kiosk.css"))),
        )
        .route(
            "/tokens.css",
            get(|| file("text/css; charset=utf-8", include_str!("../../../web/static/tokens.css"))),
        )
        .route(
            "/icon.svg",
            get(|| file("image/svg+xml", include_str!("../../../web/static/icon.svg"))),
        )
        .layer(from_fn_with_state(address, own_pages_only))
        .with_state(Arc::clone(setup))
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// A form's fields: one name may stand several times.
type Fields = Vec<(String, String)>;

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value.as_str())
}

impl Setup {
    /// Leads on, or shows the page again with what is wrong.
    async fn go_on(&self, draft: &Draft, step: Step, done: Result<(), Fault>) -> Response {
        match done {
            Ok(()) => Redirect::to("/").into_response(),
            Err(fault) => pages::show(self, draft, step.min(draft.step()), Some(&fault)).await,
        }
    }
}

async fn furthest(State(setup): State<Arc<Setup>>) -> Response {
    let draft = setup.draft.lock().await;
    pages::show(&setup, &draft, draft.step(), None).await
}

/// A page that was passed before.
async fn back(State(setup): State<Arc<Setup>>, Path(step): Path<String>) -> Response {
    let draft = setup.draft.lock().await;
    let step = match step.as_str() {
        "sign-in" => Step::SignIn,
        "sites" => Step::Sites,
        _ => Step::Device,
    };
    if draft.done.is_some() || step > draft.step() {
        return Redirect::to("/").into_response();
    }
    pages::show(&setup, &draft, step, None).await
}

async fn language(State(setup): State<Arc<Setup>>, Form(fields): Form<Fields>) -> Response {
    if let Ok(language) = Language::from_str(field(&fields, "language"), false) {
        let mut draft = setup.draft.lock().await;
        draft.language = language;
        draft.device.language = language;
    }
    Redirect::to("/").into_response()
}

async fn sign_in(State(setup): State<Arc<Setup>>, Form(fields): Form<Fields>) -> Response {
    let mut draft = setup.draft.lock().await;
    if draft.done.is_some() {
        return Redirect::to("/").into_response();
    }
    let (address, name) = (field(&fields, "address"), field(&fields, "name"));
    let done = draft.sign_in(address, name, field(&fields, "password")).await;
    setup.go_on(&draft, Step::SignIn, done).await
}

async fn code(State(setup): State<Arc<Setup>>, Form(fields): Form<Fields>) -> Response {
    let mut draft = setup.draft.lock().await;
    if draft.step() != Step::Code {
        return Redirect::to("/").into_response();
    }
    let done = draft.prove(field(&fields, "code")).await;
    setup.go_on(&draft, Step::Code, done).await
}

async fn sites(State(setup): State<Arc<Setup>>, Form(fields): Form<Fields>) -> Response {
    let mut draft = setup.draft.lock().await;
    if draft.done.is_some() || draft.step() < Step::Sites {
        return Redirect::to("/").into_response();
    }
    let ticked: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| name == "site")
        .map(|(_, id)| id.as_str())
        .collect();
    draft.choose(&ticked);
    if field(&fields, "do") == "search" {
        let q = field(&fields, "q").trim().to_owned();
        return match draft.look_for(q).await {
            Ok(()) => Redirect::to("/at/sites").into_response(),
            fault => setup.go_on(&draft, Step::Sites, fault).await,
        };
    }
    let done = if draft.chosen.is_empty() {
        Err(Fault::Say(Word::ChooseSite))
    } else {
        Ok(())
    };
    setup.go_on(&draft, Step::Sites, done).await
}

async fn device(State(setup): State<Arc<Setup>>, Form(fields): Form<Fields>) -> Response {
    let mut draft = setup.draft.lock().await;
    if draft.step() != Step::Device {
        return Redirect::to("/").into_response();
    }
    let of = |name: &str| field(&fields, name);
    draft.device = Device {
        name: of("name").to_owned(),
        reader: match of("reader") {
            "" => Choice::Any,
            "lines" => Choice::Lines,
            // Names of readers come after a sign that no other choice has.
            named => Choice::Named(named.trim_start_matches('=').to_owned()),
        },
        mode: Mode::from_str(of("mode"), false).unwrap_or_default(),
        language: Language::from_str(of("language"), false).unwrap_or(draft.language),
        bell: of("bell") == "on",
    };
    let done = draft.make(of("replace") == "on").await;
    setup.go_on(&draft, Step::Device, done).await
}

async fn end(State(setup): State<Arc<Setup>>) -> Response {
    let language = setup.draft.lock().await.language;
    setup.ended.notify_one();
    pages::ended(language)
}
