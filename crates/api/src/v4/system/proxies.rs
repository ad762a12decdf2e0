//! Proxies that forward requests and are not trusted.

use axum::extract::State;
use guildhall_wire::proxy::UntrustedProxy;

use crate::App;
use crate::extract::Json;

/// Those whose requests arrived at this node within the last day.
pub(super) async fn get_untrusted_proxies(State(app): State<App>) -> Json<Vec<UntrustedProxy>> {
    Json(app.trusted_proxies.untrusted.list(app.services.now()).into_iter().map(UntrustedProxy::from).collect())
}
