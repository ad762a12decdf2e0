//! The operations on the server itself.

mod client;
mod ping;

use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/system/ping", Gate::Public, ping::get_ping).get("/config/client", Gate::Public, client::get_client_config).get(
        "/license/client",
        Gate::Public,
        client::get_client_license,
    )
}
