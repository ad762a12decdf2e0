//! The operations on channels.

mod members;
mod one;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(one::routes).with(members::routes)
}
