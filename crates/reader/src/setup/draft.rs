//! A set-up on its way: who signed in, which sites, what device, and that its keys are made once.

use std::path::PathBuf;
use std::sync::Arc;

use domain::Clock;
use rand::RngExt;
use rand::rngs::StdRng;
use wire::setup::{SetupAsks, SetupReaders, SetupSignedIn, SetupSite, SetupSites};

use super::files::{self, Files};
use super::words::Word;
use crate::config::Options;
use crate::gate::Mode;
use crate::os::Places;
use crate::registry::{Cure, Registry, Trouble};
use crate::screen::Language;

/// The registry's word for a sign-in whose time is over.
const SIGN_IN_FIRST: &str = "OCUF0010E";

/// Where numbers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// Whichever card reader is connected.
    Any,
    /// The one of this name.
    Named(String),
    /// The keyboard.
    Lines,
}

/// What is asked about the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) name: String,
    pub(super) reader: Choice,
    pub(super) mode: Mode,
    pub(super) language: Language,
    pub(super) bell: bool,
}

/// The page somebody is led to, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    SignIn,
    Code,
    Sites,
    Device,
    Done,
}

/// A site whose reader is set up.
pub(super) struct Ready {
    pub(super) site: SetupSite,
    pub(super) config: PathBuf,
    /// What came of a try with the new key: workers of the roster.
    pub(super) ping: Result<usize, Trouble>,
}

/// What came of it all.
pub(super) struct Done {
    pub(super) sites: Vec<Ready>,
    /// Settings that were there have been replaced.
    pub(super) replaced: bool,
}

/// Why it does not go on.
pub(super) enum Fault {
    Say(Word),
    /// The registry refused, or is away.
    Registry(Trouble),
    /// Files that are there; they may be replaced if somebody says so.
    Exists(Vec<PathBuf>),
    /// A file that cannot be written, and why.
    NotWritten(String),
}

/// The set-up.
pub(super) struct Draft {
    pub(super) language: Language,
    pub(super) address: String,
    pub(super) name: String,
    pub(super) signed_in: Option<SetupSignedIn>,
    pub(super) q: String,
    pub(super) found: SetupSites,
    pub(super) chosen: Vec<SetupSite>,
    pub(super) device: Device,
    pub(super) done: Option<Done>,
    /// Keys may be left at the registry that nobody has.
    pub(super) keys_left: bool,
    /// Makes a request that is sent twice one.
    id: String,
    /// Sites whose keys were asked for, and are not in files yet.
    asked: Option<Vec<String>>,
    places: Places,
    clock: Arc<dyn Clock>,
    random: StdRng,
}

fn nothing_found() -> SetupSites {
    SetupSites {
        sites: Vec::new(),
        more: false,
    }
}

impl Draft {
    pub(super) fn new(language: Language, address: String, places: Places, clock: Arc<dyn Clock>, mut random: StdRng) -> Self {
        Self {
            language,
            address,
            name: String::new(),
            signed_in: None,
            q: String::new(),
            found: nothing_found(),
            chosen: Vec::new(),
            device: Device {
                name: String::new(),
                reader: Choice::Any,
                mode: Mode::Auto,
                language,
                bell: true,
            },
            done: None,
            keys_left: false,
            id: new_id(&mut random),
            asked: None,
            places,
            clock,
            random,
        }
    }

    /// The furthest page that is open.
    pub(super) fn step(&self) -> Step {
        match &self.signed_in {
            _ if self.done.is_some() => Step::Done,
            None => Step::SignIn,
            Some(signed_in) if signed_in.asks != SetupAsks::Nothing => Step::Code,
            Some(_) if self.chosen.is_empty() => Step::Sites,
            Some(_) => Step::Device,
        }
    }

    fn registry(&self, key: &str) -> Result<Registry, Fault> {
        let options = Options {
            registry: Some(self.address.clone()),
            language: Some(self.language),
            ..Options::default()
        };
        let registry = options.registry_with(key, Arc::clone(&self.clock));
        registry.map_err(|_| Fault::Say(Word::AddressWrong))
    }

    fn as_signed_in(&self) -> Result<Registry, Fault> {
        self.registry(self.signed_in.as_ref().map_or("", |s| s.token.as_str()))
    }

    /// A refusal of the registry; one that says the time is over leads back to the sign-in.
    fn hear(&mut self, trouble: Trouble) -> Fault {
        if trouble.code.as_deref() == Some(SIGN_IN_FIRST) {
            self.signed_in = None;
        }
        Fault::Registry(trouble)
    }

    /// Signs in; whoever had before is forgotten. The password is sent and not kept.
    pub(super) async fn sign_in(&mut self, address: &str, name: &str, password: &str) -> Result<(), Fault> {
        self.take_back().await;
        address.trim().trim_end_matches('/').clone_into(&mut self.address);
        name.trim().clone_into(&mut self.name);
        self.signed_in = None;
        self.chosen.clear();
        self.found = nothing_found();
        self.q.clear();
        let signed_in = self.registry("")?.sign_in(&self.name, password).await;
        let signed_in = signed_in.map_err(|trouble| self.hear(trouble))?;
        let asks = signed_in.asks;
        self.signed_in = Some(signed_in);
        if asks == SetupAsks::Nothing {
            self.look_for(String::new()).await?;
        }
        Ok(())
    }

    /// Shows the second factor.
    pub(super) async fn prove(&mut self, code: &str) -> Result<(), Fault> {
        let proven = self.as_signed_in()?.prove(code).await;
        self.signed_in = Some(proven.map_err(|trouble| self.hear(trouble))?);
        self.look_for(String::new()).await
    }

    /// Fetches the sites with this in their names.
    pub(super) async fn look_for(&mut self, q: String) -> Result<(), Fault> {
        let found = self.as_signed_in()?.sites(&q).await;
        self.found = found.map_err(|trouble| self.hear(trouble))?;
        self.q = q;
        Ok(())
    }

    /// Chooses those of the sites on the page that were ticked.
    pub(super) fn choose(&mut self, ticked: &[&str]) {
        let mut known = std::mem::take(&mut self.chosen);
        for site in &self.found.sites {
            if known.iter().all(|k| k.site_id != site.site_id) {
                known.push(site.clone());
            }
        }
        known.retain(|site| ticked.contains(&site.site_id.as_str()));
        self.chosen = known;
    }

    fn site_ids(&self) -> Vec<String> {
        self.chosen.iter().map(|site| site.site_id.clone()).collect()
    }

    /// Has the keys made and writes them down with the settings. What was done stays done: asking again does nothing, and asking again
    /// after an answer that never came gets the same keys.
    pub(super) async fn make(&mut self, replace: bool) -> Result<(), Fault> {
        if self.done.is_some() {
            return Ok(());
        }
        let name = self.device.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(Fault::Say(Word::DeviceNameNeeded));
        }
        let sites = self.site_ids();
        if sites.is_empty() {
            return Err(Fault::Say(Word::ChooseSite));
        }
        let sets: Vec<Files> = sites
            .iter()
            .enumerate()
            .map(|(n, site)| Files::of(&self.places, site, n == 0))
            .collect();
        let all = sets.iter().flat_map(|set| [&set.config, &set.key]);
        let there: Vec<PathBuf> = all.filter(|path| path.exists()).cloned().collect();
        let replaced = !there.is_empty();
        if replaced && !replace {
            return Err(Fault::Exists(there));
        }
        if self.asked.as_ref().is_some_and(|asked| *asked != sites) {
            self.take_back().await;
        }
        let request = SetupReaders {
            draft: self.id.clone(),
            name,
            sites: sites.clone(),
        };
        let registry = self.as_signed_in()?;
        let asked_before = self.asked.replace(sites).is_some();
        let keys = match registry.make_keys(&request).await {
            Ok(keys) => keys.readers,
            Err(trouble) => {
                // Refused, so this request made nothing; of one before, whose answer never came, nobody knows.
                if trouble.cure == Cure::Person {
                    self.keys_left |= asked_before;
                    self.asked = None;
                    self.id = new_id(&mut self.random);
                }
                return Err(self.hear(trouble));
            }
        };
        let mut files = Vec::new();
        for (set, made) in sets.iter().zip(&keys) {
            let settings = set.settings(&self.address, &made.site_id, &self.device);
            // The key first: settings without their key would start nothing.
            files.push((set.key.as_path(), format!("{}\n", made.key)));
            files.push((set.config.as_path(), settings));
        }
        if let Err((path, error)) = files::write(&files) {
            self.take_back().await;
            return Err(Fault::NotWritten(format!("{}: {error}", path.display())));
        }
        self.asked = None;
        let mut ready = Vec::new();
        for ((site, set), made) in self.chosen.iter().zip(&sets).zip(&keys) {
            let ping = self.registry(&made.key)?.roster(None).await;
            ready.push(Ready {
                site: site.clone(),
                config: set.config.clone(),
                ping: ping.map(|copy| copy.map_or(0, |(copy, _)| copy.workers.len())),
            });
        }
        self.done = Some(Done { sites: ready, replaced });
        Ok(())
    }

    /// Takes back keys that were asked for and are in no file. If the registry does not say that it did, they may be left.
    pub(super) async fn take_back(&mut self) {
        let Some(sites) = self.asked.take() else { return };
        let undone = match self.as_signed_in() {
            Ok(registry) => registry.undo_keys(&self.id, &sites).await.is_ok(),
            Err(_) => false,
        };
        self.keys_left |= !undone;
        self.id = new_id(&mut self.random);
    }
}

fn new_id(random: &mut StdRng) -> String {
    format!("{:032x}", random.random::<u128>())
}
