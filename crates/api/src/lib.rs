//! Mattermost's API over HTTP and WebSocket: gate, handlers, static files. Handlers only translate between wire and services.

mod base_path;
mod consumers;
pub mod cookies;
mod edge;
pub mod error;
pub mod etag;
pub mod extract;
mod forwarded;
mod gate;
mod help;
mod hooks;
pub mod limiter;
pub mod live;
mod mcp;
pub mod monitoring;
mod multipart;
mod oauth;
pub mod openapi;
mod peer;
mod response_budget;
mod routes;
mod slashes;
mod unsubscribe;
mod v4;
mod web;

use std::ops::Deref;
use std::sync::{Arc, OnceLock, Weak};

use axum::Router;
use guildhall_model::tls::TlsServer;
use guildhall_realtime::Hub;
use guildhall_services::Services;
use guildhall_wire::API_LEVEL;
use http::HeaderValue;
use live::SocketEngine;
use monitoring::Monitoring;
use response_budget::ResponseBudget;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use error::{ApiError, ApiResult};
pub use forwarded::{TrustedProxies, UntrustedProxies};
pub use gate::{ACT_AS, NOT_FOR_APPS};
/// A setting's value as `GET /config` shows it and `PUT /config/patch` expects it.
pub use guildhall_wire::config::to_wire as setting_to_wire;
pub use limiter::Limiter;
pub use peer::Peer;
pub use routes::{Gate, Route};
pub use web::has_web_client;

/// The state of every handler.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

pub struct AppParts {
    pub services: Arc<Services>,
    pub hub: Hub,
    pub limiter: Limiter,
    pub trusted_proxies: TrustedProxies,
    /// Serves WebSockets.
    pub sockets: Arc<dyn SocketEngine>,
    /// Ends TLS.
    pub tls: Arc<dyn TlsServer>,
    version: String,
    /// Set once the routes are registered.
    pub(crate) routes: OnceLock<Vec<Route>>,
    /// The OpenAPI description of the routes, made at the first request.
    pub(crate) openapi: OnceLock<bytes::Bytes>,
    pub(crate) version_header: HeaderValue,
    pub(crate) response_budget: Arc<ResponseBudget>,
    /// What is counted, and where the process is in its life.
    pub monitoring: Monitoring,
}

impl AppParts {
    pub fn new(
        services: Arc<Services>,
        hub: Hub,
        limiter: Limiter,
        trusted_proxies: TrustedProxies,
        sockets: Arc<dyn SocketEngine>,
        tls: Arc<dyn TlsServer>,
    ) -> Self {
        // API level, build, and whether a licence is installed: clients reload when it changes.
        let version = format!("{API_LEVEL}.{API_LEVEL}.{}.false", env!("CARGO_PKG_VERSION"));
        let version_header = HeaderValue::from_str(&version).unwrap_or(HeaderValue::from_static(API_LEVEL));
        Self {
            services,
            hub,
            limiter,
            trusted_proxies,
            sockets,
            tls,
            version,
            routes: OnceLock::new(),
            openapi: OnceLock::new(),
            version_header,
            response_budget: Arc::default(),
            monitoring: Monitoring::default(),
        }
    }

    /// The version in `X-Version-Id` and the hello event.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl App {
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

/// A weak reference, for values that the app itself owns.
#[derive(Clone)]
pub struct WeakApp(Weak<AppParts>);

impl App {
    pub fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }
}

impl WeakApp {
    /// `None` after the app was dropped.
    pub fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

impl Deref for App {
    type Target = AppParts;
    fn deref(&self) -> &AppParts {
        &self.0
    }
}

/// The router of all routes, and its route table.
pub fn router(app: App) -> (Router, Vec<Route>) {
    let (router, table) = routes::Routes::new(app.clone(), "")
        .with(live::routes)
        .with(v4::routes)
        .with(openapi::routes)
        .with(hooks::routes)
        .with(oauth::routes)
        .with(mcp::routes)
        .with(help::routes)
        .with(unsubscribe::routes)
        .with(monitoring::routes)
        .finish();
    app.monitoring.requests.set_routes(&table);
    let _ = app.routes.set(table.clone());
    let router = router
        .fallback(web::serve_web_client)
        .method_not_allowed_fallback(edge::not_found)
        .layer(CatchPanicLayer::custom(|_| edge::panicked()))
        .layer(axum::middleware::from_fn_with_state(app.clone(), edge::layer))
        .layer(edge::default_headers())
        .layer(CompressionLayer::new())
        .with_state(app.clone());
    // Before the routing, which the layers of a router come after.
    let router = Router::new().fallback_service(router.map_request(move |request| base_path::remove(&app, slashes::collapse(request))));
    (router, table)
}
