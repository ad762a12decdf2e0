//! HTTP and WebSocket in Mattermost's shape: gate, resources, static files. Handlers only translate.

pub mod cookies;
mod edge;
pub mod error;
pub mod etag;
pub mod extract;
mod gate;
pub mod limiter;
mod multipart;
mod routes;
mod v4;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use guildhall_realtime::Hub;
use guildhall_services::Services;
use http::HeaderValue;

pub use limiter::{Limiter, Networks};
pub use routes::{Gate, Route};

/// What every handler can reach.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

pub struct AppParts {
    pub services: Services,
    pub hub: Arc<Hub>,
    pub limiter: Limiter,
    pub trusted_proxies: Networks,
    /// `X-Version-Id`: level, level, build, configuration hash, licensed.
    pub version_header: HeaderValue,
}

impl App {
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = AppParts;
    fn deref(&self) -> &AppParts {
        &self.0
    }
}

/// The whole HTTP side, and the table of its routes.
pub fn router(app: App) -> (Router, Vec<Route>) {
    let (router, table) = routes::Routes::new(app.clone(), "").with(v4::routes).finish();
    let router = router
        .fallback(edge::not_found)
        .method_not_allowed_fallback(edge::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), edge::layer))
        .with_state(app);
    (router, table)
}
