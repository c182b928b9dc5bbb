//! Requests that change something must come from our own pages: a token bound to the session, and the browser's own word.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret of the viewer's session. The app's session layer puts it into the request's extensions.
#[derive(Clone)]
pub struct SessionSecret(pub Vec<u8>);

/// A secret stays out of logs.
impl std::fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionSecret")
    }
}

fn mac(session_secret: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(session_secret).ok()?;
    mac.update(b"ashiba csrf v1");
    Some(mac)
}

/// The token of a session, for the hidden field `csrf` of its forms.
#[must_use]
pub fn token(session_secret: &[u8]) -> String {
    mac(session_secret)
        .map(|mac| hex::encode(mac.finalize().into_bytes()))
        .unwrap_or_default()
}

/// Is this the token of that session? Compared in constant time; an empty secret owns no token.
#[must_use]
pub fn verify(session_secret: &[u8], token: &str) -> bool {
    match (hex::decode(token), mac(session_secret)) {
        (Ok(bytes), Some(mac)) if !session_secret.is_empty() => mac.verify_slice(&bytes).is_ok(),
        _ => false,
    }
}

/// Does the browser say that the request comes from one of our own pages?
///
/// `Sec-Fetch-Site` decides where it is sent (https and localhost); else `Origin` must name our `Host`. A client that sends
/// neither is no browser of the last years and is left to the token. A proxy in front must pass `Host` on.
#[must_use]
pub fn same_origin(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).or_else(|| uri.authority().map(Authority::as_str));
    origin.split_once("://").is_some_and(|(_, named)| Some(named) == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_session() {
        let token = token(b"secret of the session");
        assert_eq!(token.len(), 64);
        assert!(verify(b"secret of the session", &token));
        for (secret, token) in [
            (&b"another session"[..], token.as_str()),
            (b"secret of the session", ""),
            (b"secret of the session", &token[..62]),
            (b"secret of the session", "no hex"),
            (b"", super::token(b"").as_str()),
        ] {
            assert!(!verify(secret, token), "{token}");
        }
    }

    #[test]
    fn the_browsers_word() {
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (
                &[
                    ("sec-fetch-site", "same-site"),
                    ("origin", "https://a.example"),
                    ("host", "a.example"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://a.example:8080"), ("host", "a.example:8080")], true),
            (&[("origin", "http://b.example"), ("host", "a.example")], false),
            (&[("origin", "null"), ("host", "a.example")], false),
            (&[("origin", "http://a.example")], false),
            (&[("host", "a.example")], true),
        ];
        for (pairs, allowed) in cases {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(k, v)| (header::HeaderName::from_bytes(k.as_bytes()).unwrap(), v.parse().unwrap()))
                .collect();
            assert_eq!(same_origin(&headers, &Uri::from_static("/x")), allowed, "{pairs:?}");
        }
    }
}
