//! The operations on webhooks.

mod incoming;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(incoming::routes)
}
