//! The route table: every route is registered with its gate here, so none can be without one, and the
//! table itself can be printed, counted and probed.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter};
use guildhall_model::Permission;
use serde::Serialize;

use crate::App;
use crate::gate;

/// Who may come through to a handler. What they may do there is the use case's to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Anybody, logged in or not. A short list, kept in review.
    Public,
    /// Anybody with a valid session.
    Session,
    /// The same, or the local administrator: the operation acts on what it names, and writes down nobody as its author.
    SessionOrLocal,
    /// A session whose system roles allow this, or the local administrator.
    System(Permission),
}

impl Gate {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Session | Self::SessionOrLocal => "session",
            Self::System(_) => "system",
        }
    }
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Public | Self::Session | Self::SessionOrLocal => "",
            Self::System(permission) => permission.name(),
        }
    }
    /// Whether the local administrator, who has no account, may come through.
    pub const fn is_open_to_local(self) -> bool {
        !matches!(self, Self::Session)
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    pub method: &'static str,
    pub path: String,
    pub gate: &'static str,
    /// The system permission that the gate asks for; empty where the use case decides by the object.
    pub permission: &'static str,
    /// The local administrator may come through, too.
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
        self.on("GET", MethodFilter::GET, path, gate, handler)
    }
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.on("POST", MethodFilter::POST, path, gate, handler)
    }
    pub fn put<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.on("PUT", MethodFilter::PUT, path, gate, handler)
    }
    pub fn delete<H: Handler<T, App>, T: 'static>(self, path: &str, gate: Gate, handler: H) -> Self {
        self.on("DELETE", MethodFilter::DELETE, path, gate, handler)
    }

    /// Takes in the routes of one resource: `.with(posts::routes)`.
    pub fn with(self, resource: impl FnOnce(Self) -> Self) -> Self {
        resource(self)
    }

    /// The same collection under another prefix from here on.
    pub fn under(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    pub fn finish(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.table)
    }

    fn on<H: Handler<T, App>, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &str,
        gate: Gate,
        handler: H,
    ) -> Self {
        let operation = std::any::type_name::<H>().rsplit("::").next().unwrap_or_default();
        let path = format!("{}{path}", self.prefix);
        let guarded = MethodRouter::new().on(filter, handler).route_layer(from_fn_with_state((self.app.clone(), gate), gate::check));
        self.router = self.router.route(&path, guarded);
        self.table.push(Route {
            method,
            path,
            gate: gate.name(),
            permission: gate.permission(),
            local: gate.is_open_to_local(),
            operation,
        });
        self
    }
}
