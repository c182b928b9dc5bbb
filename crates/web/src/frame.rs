//! The frame around every page: who looks, the menu, the notice, the language switch.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::csrf::{self, SessionSecret};
use crate::{Language, T, Value, asset, cookies, redirect};

/// Cookie that carries a notice over a redirect.
pub(crate) const FLASH: &str = "flash";

/// What `frame.html` needs. The app's session layer puts a filled one into the request's extensions; a page takes it as an
/// extractor, sets its title and hands it to its template as the field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The texts in the viewer's language.
    pub t: T,
    /// Title of the page: the heading and the browser tab.
    pub title: String,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The main menu.
    pub menu: Vec<MenuEntry>,
    /// The way to this page, from the top.
    pub crumbs: Vec<Crumb>,
    /// CSRF token of the session; empty if there is none.
    pub csrf: String,
    /// A notice about what just happened.
    pub flash: Option<Flash>,
    /// What stands above every page as long as it holds.
    pub standing: Option<Standing>,
    /// Path and query of this page, to come back after switching the language.
    pub path: String,
}

/// A warning above every page as long as it holds, and the way out of it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it says.
    pub text: String,
    /// Text and address of the link.
    pub link: Option<(String, String)>,
}

/// Who is signed in, as the head of the page names him.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The person.
    pub name: String,
    /// For whom he acts.
    pub company: Option<String>,
}

/// One entry of the main menu.
#[derive(Debug, Clone)]
pub struct MenuEntry {
    /// Its text.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Is this page in it?
    pub current: bool,
    /// Things waiting there (open approvals); 0 shows nothing.
    pub waiting: usize,
}

impl MenuEntry {
    /// An entry; it is the current one if `path` is at or under `href`.
    #[must_use]
    pub fn new(label: impl Into<String>, href: &str, path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        let under = path
            .strip_prefix(href)
            .is_some_and(|rest| rest.is_empty() || (href != "/" && rest.starts_with('/')));
        Self {
            label: label.into(),
            href: href.to_owned(),
            current: under,
            waiting: 0,
        }
    }

    /// With the number of things waiting there.
    #[must_use]
    pub fn waiting(mut self, waiting: usize) -> Self {
        self.waiting = waiting;
        self
    }
}

/// One step of the way to a page.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// Its text.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// A notice above the page.
#[derive(Debug, Clone)]
pub struct Flash {
    /// How it is coloured.
    pub mood: Mood,
    /// What it says.
    pub text: String,
}

/// The colour of a notice or a chip; each also differs by its sign, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Done; counts.
    Good,
    /// Does not count yet; somebody can mend it.
    Warn,
    /// Waits for somebody.
    Pending,
    /// Good to know.
    Info,
    /// Went wrong.
    Bad,
}

impl Mood {
    /// The class in the styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Pending => "pending",
            Self::Info => "info",
            Self::Bad => "bad",
        }
    }

    /// The sign before the text.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Warn => "△",
            Self::Pending => "◷",
            Self::Info => "ⓘ",
            Self::Bad => "✕",
        }
    }
}

impl Frame {
    /// A frame with nobody signed in.
    #[must_use]
    pub fn new(t: T, path: impl Into<String>) -> Self {
        Self {
            t,
            title: String::new(),
            viewer: None,
            menu: Vec::new(),
            crumbs: Vec::new(),
            csrf: String::new(),
            flash: None,
            standing: None,
            path: path.into(),
        }
    }

    /// With a title that is already in the viewer's language.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With the title of a key.
    #[must_use]
    pub fn title(self, key: &str) -> Self {
        let title = self.t.s(key);
        self.titled(title)
    }

    /// With one more step of the way here.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            label: label.into(),
            href: href.into(),
        });
        self
    }

    /// With a notice.
    #[must_use]
    pub fn notice<V: Into<Value> + Clone>(mut self, mood: Mood, key: &str, args: &[(&str, V)]) -> Self {
        self.flash = Some(Flash {
            mood,
            text: self.t.with(key, args),
        });
        self
    }

    /// Address of a static file, for templates.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        asset(name)
    }

    /// The languages of the switch.
    #[must_use]
    pub fn languages(&self) -> [Language; 4] {
        Language::ALL
    }
}

/// The frame that the session layer prepared, or one with nobody signed in; with token and notice filled in.
impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Frame {
    pub(crate) fn of(parts: &Parts) -> Self {
        let extensions = &parts.extensions;
        let mut frame = extensions.get::<Self>().cloned().unwrap_or_else(|| {
            let t = extensions.get::<T>().cloned().unwrap_or_else(T::fallback);
            Self::new(t, parts.uri.path_and_query().map_or("/", |p| p.as_str()))
        });
        if let Some(SessionSecret(secret)) = extensions.get()
            && frame.csrf.is_empty()
        {
            frame.csrf = csrf::token(secret);
        }
        if frame.flash.is_none() {
            frame.flash = flash(&parts.headers, &frame.t);
        }
        frame
    }
}

/// The notice that a redirect left: only a key of ours and numbers travel, so nobody can put words into our mouth.
fn flash(headers: &HeaderMap, t: &T) -> Option<Flash> {
    let notice = cookies::read(headers, FLASH)?;
    let mut parts = notice.split('&');
    let key = parts.next().filter(|key| t.get(key).is_some())?;
    let numbers: Vec<(&str, i64)> = parts
        .map(|part| part.split_once('=').and_then(|(n, v)| Some((n, v.parse().ok()?))))
        .collect::<Option<_>>()?;
    Some(Flash {
        mood: Mood::Good,
        text: t.with(key, &numbers),
    })
}

/// After a form: go to `path` (303) and say there what was done. The text of `key` takes no arguments.
#[must_use]
pub fn redirect_with(path: &str, key: &str) -> Response {
    redirect_with_numbers(path, key, &[])
}

/// The same with numbers in the text: `redirect_with_numbers("/roster", "roster-put", &[("workers", 3), ("days", 2)])`.
#[must_use]
pub fn redirect_with_numbers(path: &str, key: &str, numbers: &[(&str, usize)]) -> Response {
    let notice = numbers
        .iter()
        .fold(key.to_owned(), |notice, (name, number)| format!("{notice}&{name}={number}"));
    ([cookies::plain(FLASH, &notice, Some(60))], redirect(path)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Texts;

    #[test]
    fn the_current_menu_entry() {
        let current = |href, path| MenuEntry::new("x", href, path).current;
        assert!(current("/sites", "/sites") && current("/sites", "/sites/1?month=2026-11") && current("/", "/?a=b"));
        assert!(!current("/sites", "/sitesx") && !current("/", "/sites") && !current("/sites", "/"));
    }

    #[test]
    fn a_notice_carries_a_key_of_ours_and_numbers_only() {
        let texts = Texts::new([(Language::Ja, "put = { $workers }人、{ $days }日")]);
        let shown = |cookie: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(axum::http::header::COOKIE, format!("{FLASH}={cookie}").parse().unwrap());
            flash(&headers, &texts.t(Language::Ja)).map(|f| f.text)
        };
        let response = redirect_with_numbers("/x", "put", &[("workers", 3), ("days", 2)]);
        let sent = response.headers()["set-cookie"].to_str().unwrap().split_once(';').unwrap().0;
        assert_eq!(sent, format!("{FLASH}=put&workers=3&days=2"));
        assert_eq!(shown("put&workers=3&days=2").as_deref(), Some("3人、2日"));
        for strange in ["no-such-key", "put&workers=<b>", "put&workers", ""] {
            assert_eq!(shown(strange), None, "{strange}");
        }
    }
}
