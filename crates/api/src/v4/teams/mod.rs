//! The operations on teams.

mod crud;
mod icon;
mod invites;
mod lists;
mod members;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(crud::routes).with(lists::routes).with(invites::routes).with(members::routes).with(icon::routes)
}
