//! From where and with what somebody asks: for lock-outs and for the list of his sessions.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::key_hash;
use crate::App;

/// From where a request came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Address of the person; none where the server was not told.
    pub address: Option<IpAddr>,
    /// Browser and system by name; empty if unknown.
    pub device: String,
}

impl Origin {
    /// Under which misses from here are counted: an address of version 4, or a network (/64) of version 6, hashed.
    #[must_use]
    pub fn hash(&self) -> String {
        key_hash(&match self.address {
            None => String::from("address: unknown"),
            Some(IpAddr::V4(v4)) => format!("address: {v4}"),
            Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
                Some(v4) => format!("address: {v4}"),
                None => format!("address: {:x?}", &v6.segments()[..4]),
            },
        })
    }

    /// The address without its last part, as it is kept and shown.
    #[must_use]
    pub fn coarse(&self) -> String {
        let v4 = |v4: std::net::Ipv4Addr| {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.*")
        };
        match self.address {
            None => String::new(),
            Some(IpAddr::V4(address)) => v4(address),
            Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
                Some(address) => v4(address),
                None => {
                    let [a, b, c, ..] = v6.segments();
                    format!("{a:x}:{b:x}:{c:x}:*")
                }
            },
        }
    }
}

impl FromRequestParts<App> for Origin {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = if app.settings().behind_proxy {
            forwarded(&parts.headers)
        } else {
            connected
        };
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        Ok(Self {
            address,
            device: device(agent.unwrap_or_default()),
        })
    }
}

/// The address that our own proxy saw: the last of the list. Those before it are what the sender claims.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let list = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    list.rsplit(',').next()?.trim().parse().ok()
}

/// `Chrome / Windows`: names only, no versions.
fn device(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Macintosh", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_and_shown_coarsely() {
        let at = |text: &str| Origin {
            address: Some(text.parse().unwrap()),
            device: String::new(),
        };
        assert_eq!(at("203.0.113.7").coarse(), "203.0.113.*");
        assert_eq!(at("2001:db8:1:2:3::4").coarse(), "2001:db8:1:*");
        assert_eq!(at("::ffff:203.0.113.7").hash(), at("203.0.113.7").hash());
        assert_eq!(at("::ffff:203.0.113.7").coarse(), "203.0.113.*");
        assert_eq!(at("2001:db8:1:2:3::4").hash(), at("2001:db8:1:2:9::9").hash(), "one network");
        assert_ne!(at("2001:db8:1:2::4").hash(), at("2001:db8:1:3::4").hash());
        assert_ne!(at("203.0.113.7").hash(), at("203.0.113.8").hash());
        assert_eq!(Origin::default().coarse(), "");
    }

    #[test]
    fn only_the_proxys_word_counts() {
        let seen = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            forwarded(&headers).map(|a| a.to_string())
        };
        assert_eq!(seen(&["10.0.0.1, 203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(seen(&["10.0.0.1", "203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(seen(&["unknown"]), None);
        assert_eq!(seen(&[]), None);
    }

    #[test]
    fn devices_by_name() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge / Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari / iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
                "Chrome / Android",
            ),
            ("curl/8.5", ""),
            ("<script>", ""),
        ];
        for (agent, name) in cases {
            assert_eq!(device(agent), name);
        }
    }
}
