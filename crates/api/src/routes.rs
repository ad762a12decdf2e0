//! The route table: every route is registered together with its gate, so that none can lack one; the table can be
//! printed and tested.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter};
use serde::Serialize;

use crate::App;
use crate::gate;
pub use crate::gate::{Change, Gate};

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    pub method: &'static str,
    pub path: String,
    pub gate: &'static str,
    /// The system permission that the gate requires; empty where the use case authorizes by the object.
    pub permission: &'static str,
    /// The local administrator is admitted, too.
    pub local: bool,
    /// The handler's name: `rg 'fn NAME'` finds it.
    pub operation: &'static str,
}

/// Collects routes and their table. `prefix` is put before each path.
pub struct Routes {
    prefix: &'static str,
    router: Router<App>,
    app: App,
    table: Vec<Route>,
}

impl Routes {
    pub fn new(app: App, prefix: &'static str) -> Self {
        Self { prefix, router: Router::new(), app, table: Vec::new() }
    }

    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.register("GET", MethodFilter::GET, path, gate, handler)
    }
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.register("POST", MethodFilter::POST, path, gate, handler)
    }
    pub fn put<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.register("PUT", MethodFilter::PUT, path, gate, handler)
    }
    pub fn patch<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.register("PATCH", MethodFilter::PATCH, path, gate, handler)
    }
    pub fn delete<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.register("DELETE", MethodFilter::DELETE, path, gate, handler)
    }

    /// Registers the routes of one resource: `.with(posts::routes)`.
    pub fn with(self, resource: impl FnOnce(Self) -> Self) -> Self {
        resource(self)
    }

    /// Sets the prefix of the routes that are registered from here on.
    pub fn under(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    pub fn finish(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.table)
    }

    fn register<H: Handler<T, App>, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &str,
        gate: Gate,
        handler: H,
    ) -> Self {
        let operation = std::any::type_name::<H>().rsplit("::").next().unwrap_or_default();
        let path = format!("{}{path}", self.prefix);
        let guarded = MethodRouter::new()
            .on(filter, handler)
            .route_layer(from_fn_with_state((self.app.clone(), gate, operation, self.table.len()), gate::check));
        self.router = self.router.route(&path, guarded);
        self.table.push(Route {
            method,
            path,
            gate: gate.name(),
            permission: gate.permission(),
            local: gate.allows_local_administrator(),
            operation,
        });
        self
    }
}
