//! Cookies: how ours are written and read. What they carry is the business of who sets them.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// A header of a response: `(Set-Cookie, …)`, to be put into the answer as `[header]`.
pub type CookieHeader = (HeaderName, HeaderValue);

/// The cookie that carries the key of a session.
///
/// Over https its name begins with `__Host-`, so that no other host of the domain and no plain connection can set it.
#[derive(Debug, Clone, Copy)]
pub struct SessionCookie {
    https: bool,
}

impl SessionCookie {
    /// `https`: do people reach us over https (also when a proxy in front ends it)?
    #[must_use]
    pub const fn new(https: bool) -> Self {
        Self { https }
    }

    /// `__Host-session` over https, else `session`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.https { "__Host-session" } else { "session" }
    }

    /// Sets it: HttpOnly, SameSite=Lax, Path=/, Secure over https; gone when the browser closes unless `max_age` (seconds) is given.
    #[must_use]
    pub fn set(self, key: &str, max_age: Option<i64>) -> CookieHeader {
        header(&self.build(key, max_age))
    }

    /// Takes it away (sign-out).
    #[must_use]
    pub fn remove(self) -> CookieHeader {
        header(&self.build("", Some(0)))
    }

    /// The key that the browser sent.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        read(headers, self.name()).filter(|key| !key.is_empty())
    }

    fn build(self, key: &str, max_age: Option<i64>) -> Cookie<'_> {
        let mut cookie = basic(self.name(), key, max_age);
        cookie.set_secure(self.https);
        cookie
    }
}

/// The value of a cookie of the request.
#[must_use]
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|h| h.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|c| c.name() == name)
        .map(|c| c.value().to_owned())
}

/// A cookie that holds nothing secret (language, a notice for the next page).
#[must_use]
pub fn plain(name: &'static str, value: &str, max_age: Option<i64>) -> CookieHeader {
    header(&basic(name, value, max_age))
}

fn basic<'a>(name: &'static str, value: &'a str, max_age: Option<i64>) -> Cookie<'a> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie.set_max_age(max_age.map(Duration::seconds));
    cookie
}

fn header(cookie: &Cookie<'_>) -> CookieHeader {
    // A value that is no header text would be a fault of ours (keys are hex): then no cookie rather than a panic.
    let value = HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""));
    (SET_COOKIE, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_cookie_is_closed() {
        let (_, plain) = SessionCookie::new(false).set("0af1", None);
        assert_eq!(plain, "session=0af1; HttpOnly; SameSite=Lax; Path=/");
        let secure = SessionCookie::new(true);
        let (_, value) = secure.set("0af1", Some(3600));
        assert_eq!(
            value,
            "__Host-session=0af1; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600"
        );
        assert!(secure.remove().1.to_str().unwrap().contains("Max-Age=0"));

        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "lang=ja; __Host-session=0af1".parse().unwrap());
        assert_eq!(secure.read(&headers).as_deref(), Some("0af1"));
        assert_eq!(SessionCookie::new(false).read(&headers), None);
    }
}
