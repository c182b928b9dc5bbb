//! Serves a registry until it is told to stop.

use std::future::IntoFuture;
use std::net::SocketAddr;

use anyhow::Context;
use registry::App;
use tokio::net::TcpListener;

/// Binds an address; with port 0 the system chooses one.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("the address {address} cannot be listened on; is another program using it?"))
}

/// Serves until Ctrl-C or SIGTERM; then finishes what is under way and stores every touch that was taken in.
pub(crate) async fn serve(app: App, listener: TcpListener) -> anyhow::Result<()> {
    let housekeeping = tokio::spawn(app.clone().keep_house());
    let router = app.router().into_make_service_with_connect_info::<SocketAddr>();
    let stopped = axum::serve(listener, router)
        .with_graceful_shutdown(told_to_stop())
        .into_future();
    stopped.await.context("serving")?;
    housekeeping.abort();
    app.shutdown().await;
    app.db().close().await;
    Ok(())
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await.ok();
}
