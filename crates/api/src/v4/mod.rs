//! The REST resources, a file each, with Mattermost's own names.

use crate::routes::Routes;

/// Every route under `/api/v4`.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("/api/v4")
}
