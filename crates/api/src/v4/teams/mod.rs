//! The operations on teams.

mod icon;
mod invites;
mod lists;
mod members;
mod one;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(one::routes).with(lists::routes).with(invites::routes).with(members::routes).with(icon::routes)
}
