//! A cheap client: it shares the processor with the registry that is measured. One kept-alive connection each.

use std::net::SocketAddr;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    /// Sent with each request.
    authority: (header::HeaderName, String),
}

impl Client {
    /// Connects. `authority`: a reader's key or a session cookie.
    pub(crate) async fn open(address: SocketAddr, authority: (header::HeaderName, String)) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
            authority,
        })
    }

    /// Another key for what follows.
    pub(crate) fn authorize(&mut self, key: &str) {
        self.authority = (header::AUTHORIZATION, format!("Bearer {key}"));
    }

    /// Another session for what follows.
    pub(crate) fn cookie(&mut self, cookie: &str) {
        self.authority = (header::COOKIE, cookie.to_owned());
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Bytes> {
        self.send(Method::GET, path, Vec::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, json: Vec<u8>) -> anyhow::Result<Bytes> {
        self.send(Method::POST, path, json).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Vec<u8>) -> anyhow::Result<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/json")
            .header(&self.authority.0, &self.authority.1)
            .body(Full::from(body))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if status != StatusCode::OK {
            let text: String = String::from_utf8_lossy(&body).chars().take(200).collect();
            return Err(anyhow::anyhow!("{status}: {text}")).context("the registry did not answer as it should");
        }
        Ok(body)
    }
}
