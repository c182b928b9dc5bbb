//! All parts of the frame with made-up data, to look at and to try by keyboard: `cargo run -p ashiba-web --example gallery`.

mod data;
mod pages;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use web::csrf::SessionSecret;

/// Stands in for an app's session layer: always the same person.
async fn session(mut request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    if let Some(t) = request.extensions().get::<web::T>().cloned() {
        let mut frame = web::Frame::new(t, path.clone());
        if path != "/sign-in" {
            frame.viewer = Some(web::Viewer {
                name: "見本 花子".to_owned(),
                company: Some("見本建設株式会社".to_owned()),
            });
            frame.menu = [
                ("部品", "/", 0),
                ("現場・契約", "/empty", 0),
                ("施工体制", "/tree", 3),
                ("作業員名簿", "/form", 0),
                ("就業履歴", "/month", 0),
                ("わたしの履歴", "/mine", 0),
            ]
            .map(|(label, href, waiting)| web::MenuEntry::new(label, href, &path).waiting(waiting))
            .into();
        }
        request.extensions_mut().insert(frame);
    }
    request.extensions_mut().insert(SessionSecret(b"only a gallery".to_vec()));
    next.run(request).await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let web = web::Web::new(web::Texts::new(data::TEXTS), false);
    let router = web::routes().merge(pages::routes()).into_router();
    let app = web.wrap(router.layer(from_fn(web::error_pages)).layer(from_fn(session)));
    let port = std::env::args().nth(1).unwrap_or_else(|| "8099".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
