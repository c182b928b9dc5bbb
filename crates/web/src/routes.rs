//! A router that remembers its routes, so that a test can hold them against the table of who may do what.

use std::convert::Infallible;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::{language, statics};

/// Routes with their list.
#[derive(Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    list: Vec<(Method, &'static str)>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// A GET route (HEAD comes with it).
    #[must_use]
    pub fn get<H: Handler<X, S>, X: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add(Method::GET, path, get(handler))
    }

    /// A POST route.
    #[must_use]
    pub fn post<H: Handler<X, S>, X: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add(Method::POST, path, post(handler))
    }

    /// A PUT route.
    #[must_use]
    pub fn put<H: Handler<X, S>, X: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add(Method::PUT, path, put(handler))
    }

    /// A DELETE route.
    #[must_use]
    pub fn delete<H: Handler<X, S>, X: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add(Method::DELETE, path, delete(handler))
    }

    /// A route with layers of its own: `routes.add(Method::POST, "/x", post(h).layer(..))`.
    #[must_use]
    pub fn add(mut self, method: Method, path: &'static str, handler: MethodRouter<S, Infallible>) -> Self {
        self.router = self.router.route(path, handler);
        self.list.push((method, path));
        self
    }

    /// With the routes of another room.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    /// With a change to the router that adds no route (a layer).
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = change(self.router);
        self
    }

    /// Method and path of each route, in the order they were added.
    #[must_use]
    pub fn list(&self) -> &[(Method, &'static str)] {
        &self.list
    }

    /// The router itself.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

/// The routes of the frame itself: static files and the language switch. Open to everybody.
#[must_use]
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new()
        .get(statics::PATH, statics::serve)
        .post("/language", language::switch)
}
