//! The network between reader and registry, with its weather.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// One connection in six is answered 503; every other one is cut after so many bytes, at most, in one direction or the other:
    /// in the middle of a request, between request and answer, in the middle of an answer.
    Rough(u64),
    /// A thousand bytes at a time, so many milliseconds apart.
    Slow(u64),
    /// Connections are accepted and cut at once.
    Cut,
    /// Connections are accepted and never answered.
    BlackHole,
    /// Nothing listens: connections are refused.
    Nobody,
}

/// A proxy in front of a registry. A change of weather cuts all its connections. It ends with this value.
pub struct Proxy {
    pub address: String,
    weather: watch::Sender<Weather>,
    target: Arc<Mutex<SocketAddr>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub async fn before(target: SocketAddr, chance: StdRng) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let weather = watch::Sender::new(Weather::Fair);
        let target = Arc::new(Mutex::new(target));
        let task = tokio::spawn(accept(listener, weather.subscribe(), Arc::clone(&target), chance));
        Self {
            address,
            weather,
            target,
            task,
        }
    }

    pub fn weather(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Leads new connections to another registry: it was started anew on another port.
    pub fn aim(&self, target: SocketAddr) {
        *self.target.lock().unwrap() = target;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    mut listener: TcpListener,
    mut weather: watch::Receiver<Weather>,
    target: Arc<Mutex<SocketAddr>>,
    mut chance: StdRng,
) {
    let address = listener.local_addr().unwrap();
    loop {
        let now = *weather.borrow_and_update();
        if now == Weather::Nobody {
            drop(listener);
            weather.changed().await.unwrap();
            listener = TcpListener::bind(address).await.unwrap();
            continue;
        }
        let client = tokio::select! {
            client = listener.accept() => client.unwrap().0,
            _ = weather.changed() => continue,
        };
        let target = *target.lock().unwrap();
        let (busy, cuts_request, bytes) = match now {
            Weather::Rough(most) => (chance.random_bool(1.0 / 6.0), chance.random(), chance.random_range(0..most)),
            _ => (false, false, u64::MAX),
        };
        let mut changes = weather.clone();
        tokio::spawn(async move {
            let work = async {
                match now {
                    Weather::BlackHole => std::future::pending().await,
                    Weather::Cut | Weather::Nobody => {}
                    Weather::Rough(_) if busy => unavailable(client).await,
                    Weather::Rough(_) if cuts_request => pass(client, target, bytes, u64::MAX, 0).await,
                    Weather::Slow(millis) => pass(client, target, u64::MAX, u64::MAX, millis).await,
                    Weather::Rough(_) | Weather::Fair => pass(client, target, u64::MAX, bytes, 0).await,
                }
            };
            tokio::select! {
                () = work => {}
                _ = changes.changed() => {}
            }
        });
    }
}

async fn unavailable(mut client: TcpStream) {
    let _ = client.read(&mut [0; 4_096]).await;
    let _ = client
        .write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .await;
}

/// Until one side ends, or has sent as many bytes as it may.
async fn pass(mut client: TcpStream, target: SocketAddr, up: u64, down: u64, pause: u64) {
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::select! {
        () = carry(from_client, to_server, up, pause) => {}
        () = carry(from_server, to_client, down, pause) => {}
    }
}

async fn carry(from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, most: u64, pause: u64) {
    let mut from = from.take(most);
    if pause == 0 {
        let _ = copy(&mut from, &mut to).await;
        return;
    }
    let mut part = [0; 1_000];
    while let Ok(count @ 1..) = from.read(&mut part).await {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        if to.write_all(&part[..count]).await.is_err() {
            return;
        }
    }
}
