//! Settings: from the command line, else from a TOML file whose unknown keys are refused. The key comes from a file of its own,
//! never from the command line, where every user of the machine could see it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use domain::{Clock, SiteId};
use jiff::civil::Time;
use serde::Deserialize;

use crate::card::CardSource;
use crate::gate::Mode;
use crate::os::{self, Places};
use crate::registry::Registry;
use crate::screen::Language;

/// Settings of a reader, as flags and as keys of the TOML file.
#[derive(Debug, Clone, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// Settings file [default: /etc/ashiba/reader.toml if it is there, else what `setup` wrote into your own folder]
    #[arg(long, env = "ASHIBA_READER_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address of the registry, such as `https://registry.example`
    #[arg(long)]
    pub registry: Option<String>,
    /// Site ID (現場ID) this reader stands at
    #[arg(long)]
    pub site: Option<SiteId>,
    /// File with the reader's key, readable by its owner alone
    #[arg(long, env = "ASHIBA_READER_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Folder of the outbox [default: /var/lib/ashiba-reader]
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// Which way touches go [default: auto]
    #[arg(long)]
    pub mode: Option<Mode>,
    /// Language of the screen and of reasons [default: ja]
    #[arg(long)]
    pub language: Option<Language>,
    /// Where worker IDs come from [default: card]
    #[arg(long)]
    pub source: Option<Source>,
    /// With `--source card`: part of the name of the card reader to use [default: any]
    #[arg(long)]
    pub card_reader: Option<String>,
    /// With `--source lines`: file or pipe with one worker ID a line [default: standard input]
    #[arg(long)]
    pub input: Option<PathBuf>,
    /// Ring the terminal's bell [default: if there is a terminal]
    #[arg(long)]
    pub bell: Option<bool>,
    /// Show names on the standard output [default: if it is a terminal]
    #[arg(long)]
    pub screen: Option<bool>,
    /// Append each beep to this file, for a program that drives a buzzer
    #[arg(long)]
    pub beep_log: Option<PathBuf>,
    /// Serve the kiosk page at this address, such as 127.0.0.1:8686; from other machines it opens with `pin` [default: no page]
    #[arg(long)]
    pub kiosk: Option<SocketAddr>,
    /// Time of day in Japan, such as 17:30, at which sending is tried in any case [default: none]
    #[arg(long)]
    pub send_at: Option<Time>,
    /// Folder in which systemd hands the key over, as the credential `reader.key`
    #[arg(long, env = "CREDENTIALS_DIRECTORY", hide = true)]
    #[serde(skip)]
    pub credentials: Option<PathBuf>,
}

/// Kinds of [`CardSource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The card's chip through PC/SC.
    #[default]
    Card,
    /// Lines of text: a hand scanner that types, a pipe.
    Lines,
}

impl Options {
    /// Fills what the command line left open from the settings file.
    ///
    /// # Errors
    /// If the file cannot be read or has an unknown key.
    pub fn load(self) -> Result<Self> {
        let path = match &self.config {
            Some(path) => path.clone(),
            None => match usual() {
                Some(path) => path,
                None => return Ok(self),
            },
        };
        let text = fs::read_to_string(&path).with_context(|| format!("settings file {}", path.display()))?;
        let file: Self = toml::from_str(&text).with_context(|| format!("settings file {}", path.display()))?;
        Ok(Self {
            config: Some(path),
            registry: self.registry.or(file.registry),
            site: self.site.or(file.site),
            key_file: self.key_file.or(file.key_file),
            data_dir: self.data_dir.or(file.data_dir),
            mode: self.mode.or(file.mode),
            language: self.language.or(file.language),
            source: self.source.or(file.source),
            card_reader: self.card_reader.or(file.card_reader),
            input: self.input.or(file.input),
            bell: self.bell.or(file.bell),
            screen: self.screen.or(file.screen),
            beep_log: self.beep_log.or(file.beep_log),
            kiosk: self.kiosk.or(file.kiosk),
            send_at: self.send_at.or(file.send_at),
            credentials: self.credentials,
        })
    }

    /// File of the outbox.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        let data = self.data_dir.clone().unwrap_or_else(|| Places::of_machine().data);
        data.join("outbox.sqlite")
    }

    /// The site.
    ///
    /// # Errors
    /// If it is not set.
    pub fn site(&self) -> Result<SiteId> {
        self.site.context("set the site ID: --site, or `site` in the settings file")
    }

    /// Language of the screen.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language.unwrap_or_default()
    }

    /// Where worker IDs come from.
    #[must_use]
    pub fn source(&self) -> CardSource {
        match self.source.unwrap_or_default() {
            Source::Card => CardSource::Pcsc(self.card_reader.clone()),
            Source::Lines => CardSource::Lines(self.input.clone()),
        }
    }

    /// The registry, with the key from its file.
    ///
    /// # Errors
    /// If the address or the key is missing or unsafe.
    pub fn registry(&self, clock: Arc<dyn Clock>) -> Result<Registry> {
        self.registry_with(&self.key()?, clock)
    }

    /// The registry, with this key.
    ///
    /// # Errors
    /// If the address is missing or unsafe.
    pub(crate) fn registry_with(&self, key: &str, clock: Arc<dyn Clock>) -> Result<Registry> {
        let address = self.registry.as_deref().context("set the registry's address: --registry")?;
        let url: reqwest::Url = address.parse().context("the registry's address is not a URL")?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && local),
            "the registry's address must begin with https:// (the key would travel in the open)"
        );
        Ok(Registry::new(address, key, self.language().tag(), clock)?)
    }

    /// The reader's key: from its file, else from the credential that systemd hands over. That one systemd guards, with rights that
    /// do not show in the mode of the file.
    ///
    /// # Errors
    /// If there is none, or others can read it.
    pub(crate) fn key(&self) -> Result<String> {
        if let Some(file) = self.key_file.as_deref() {
            return read_key(file, true);
        }
        let credential = self.credentials.as_deref().map(|folder| folder.join("reader.key"));
        let credential = credential.filter(|path| path.exists());
        read_key(&credential.context("set the file with the reader's key: --key-file")?, false)
    }
}

/// The settings file where one usually lies: the machine's, else one's own.
fn usual() -> Option<PathBuf> {
    let places = [Some(Places::of_machine()), Places::of_person()];
    places.into_iter().flatten().map(|p| p.config).find(|path| path.exists())
}

/// Reads the key, if nobody but the file's owner can.
fn read_key(path: &Path, own: bool) -> Result<String> {
    let about = || format!("key file {}", path.display());
    if !os::is_private(path).with_context(about)? && own {
        bail!("{}: others can read it; do `chmod 600`", about());
    }
    let key = fs::read_to_string(path).with_context(about)?.trim().to_owned();
    ensure!(
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()),
        "{}: holds no key",
        about()
    );
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn dir_with(name: &str, text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    fn load(text: &str) -> Result<Options> {
        let (_dir, path) = dir_with("reader.toml", text, 0o644);
        let options = Options {
            config: Some(path),
            mode: Some(Mode::Out),
            ..Options::default()
        };
        options.load()
    }

    #[test]
    fn the_command_line_wins_and_unknown_keys_are_refused() {
        let options =
            load("site = '12345678901271'\nmode = 'in'\nlanguage = 'vi'\nsource = 'lines'\nkey-file = '/k'\nsend-at = '17:30'")
                .unwrap();
        assert_eq!(options.send_at, Some(Time::constant(17, 30, 0, 0)));
        assert_eq!((options.mode, options.language()), (Some(Mode::Out), Language::Vi));
        assert_eq!(options.source(), CardSource::Lines(None));
        let sample = load(include_str!("../dist/reader.toml")).unwrap();
        assert!(sample.site().is_ok() && sample.source() == CardSource::Pcsc(None));
        assert!(load("sight = '12345678901271'").is_err(), "unknown key");
        let wrong = load("site = '12345678901221'").unwrap_err();
        assert!(format!("{wrong:#}").contains("this is a worker ID"), "{wrong:#}");
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let (_dir, path) = dir_with("key", "secret-1\n", 0o600);
        assert_eq!(read_key(&path, true).unwrap(), "secret-1");
        let (_dir, path) = dir_with("key", "secret-1\n", 0o640);
        let text = read_key(&path, true).unwrap_err().to_string();
        assert!(text.contains("chmod 600") && !text.contains("secret-1"));
        assert!(read_key(&dir_with("key", " \n", 0o600).1, true).is_err());
    }

    #[test]
    fn a_key_that_systemd_hands_over_is_taken_if_no_file_is_named() {
        let (dir, _) = dir_with("reader.key", "secret-2\n", 0o440);
        let (_own, file) = dir_with("key", "secret-1\n", 0o600);
        let key = |key_file: Option<PathBuf>, credentials: &Path| {
            let options = Options {
                key_file,
                credentials: Some(credentials.to_owned()),
                ..Options::default()
            };
            options.key()
        };
        assert_eq!(key(None, dir.path()).unwrap(), "secret-2");
        assert_eq!(key(Some(file), dir.path()).unwrap(), "secret-1");
        let (empty, _) = dir_with("other", "", 0o600);
        assert!(key(None, empty.path()).unwrap_err().to_string().contains("--key-file"));
    }

    #[test]
    fn the_key_never_travels_in_the_open() {
        let (_dir, key) = dir_with("key", "secret-1", 0o600);
        let registry = |address: &str| {
            let options = Options {
                registry: Some(address.into()),
                key_file: Some(key.clone()),
                ..Options::default()
            };
            options.registry(Arc::new(domain::SystemClock)).is_ok()
        };
        assert!(registry("https://registry.example") && registry("http://127.0.0.1:8080/"));
        assert!(!registry("http://registry.example") && !registry("registry.example"));
    }
}
