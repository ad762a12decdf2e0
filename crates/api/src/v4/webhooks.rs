//! The operations on webhooks.

mod incoming;
mod outgoing;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(incoming::routes).with(outgoing::routes)
}
