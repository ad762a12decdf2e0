//! The operations on teams.

mod invites;
mod members;
mod one;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(one::routes).with(invites::routes).with(members::routes)
}
