//! The operations on channels.

mod lists;
mod members;
mod one;
mod reading;
mod search;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(one::routes).with(lists::routes).with(search::routes).with(members::routes).with(reading::routes)
}
