//! The languages of the pages, and whose wish decides: the cookie, then the browser, then Japanese.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::error::{redirect, safe_next};
use crate::form::OpenForm;
use crate::{PageError, cookies};

/// Name of the cookie that keeps the choice.
const COOKIE: &str = "lang";

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese (日本語): the first, and complete.
    #[default]
    Ja,
    /// English: complete.
    En,
    /// Vietnamese (Tiếng Việt): may be partial.
    Vi,
    /// Indonesian (Bahasa Indonesia): may be partial.
    Id,
}

impl Language {
    /// All, in the order of the language switch.
    pub const ALL: [Self; 4] = [Self::Ja, Self::En, Self::Vi, Self::Id];

    /// `ja`, `en`, `vi`, `id`: for `<html lang>`, cookies and file names.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
            Self::Vi => "vi",
            Self::Id => "id",
        }
    }

    /// Its own name for itself, as the switch shows it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
            Self::Vi => "Tiếng Việt",
            Self::Id => "Bahasa Indonesia",
        }
    }

    /// From a code such as `ja`, `en-US`, `VI`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|l| l.code().eq_ignore_ascii_case(primary))
    }

    /// The best of an `Accept-Language` header; ties go to the one named first.
    #[must_use]
    pub fn from_accept(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(Self::from_code) else {
                continue;
            };
            let weight = pieces
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > best.map_or(0.0, |(_, w)| w) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// The language a request asks for.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let accepted = || {
            headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|v| v.to_str().ok())
                .and_then(Self::from_accept)
        };
        cookies::read(headers, COOKIE)
            .and_then(|c| Self::from_code(&c))
            .or_else(accepted)
            .unwrap_or_default()
    }

    /// For somebody whose language is known, unless he has chosen one by the switch: a cookie that holds until the browser closes.
    #[must_use]
    pub fn unless_chosen(self, headers: &HeaderMap) -> Option<cookies::CookieHeader> {
        cookies::read(headers, COOKIE)
            .is_none()
            .then(|| cookies::plain(COOKIE, self.code(), None))
    }

    /// The languages to try in turn for a text.
    pub(crate) const fn chain(self) -> &'static [Self] {
        match self {
            Self::Ja => &[Self::Ja, Self::En],
            Self::En => &[Self::En, Self::Ja],
            Self::Vi => &[Self::Vi, Self::En, Self::Ja],
            Self::Id => &[Self::Id, Self::En, Self::Ja],
        }
    }
}

/// The switch: which language, and the page to come back to.
#[derive(Debug, Deserialize)]
pub(crate) struct Switch {
    lang: Language,
    #[serde(default)]
    back: String,
}

/// `POST /language`: keeps the choice for a year and goes back.
pub(crate) async fn switch(request: Request) -> Result<Response, PageError> {
    let OpenForm(switch) = OpenForm::<Switch>::read(request).await?;
    let cookie = cookies::plain(COOKIE, switch.lang.code(), Some(365 * 24 * 3600));
    Ok(([cookie], redirect(safe_next(&switch.back))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wish_of_the_person() {
        let cases = [
            ("", "", Language::Ja),
            ("", "fr-FR,fr;q=0.9", Language::Ja),
            ("", "fr,en-US;q=0.5,vi;q=0.8", Language::Vi),
            ("", "en;q=0,id;q=0.1", Language::Id),
            ("", "en-GB,ja;q=0.9", Language::En),
            ("lang=vi", "en", Language::Vi),
            ("a=b; lang=xx", "id", Language::Id),
        ];
        for (cookie, accept, language) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", cookie.parse().unwrap());
            headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(Language::of(&headers), language, "{cookie} {accept}");
        }
    }
}
