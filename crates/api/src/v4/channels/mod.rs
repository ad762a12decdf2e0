//! The operations on channels.

mod bookmarks;
mod crud;
mod lists;
mod members;
mod search;
mod unread;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.with(bookmarks::routes).with(crud::routes).with(lists::routes).with(search::routes).with(members::routes).with(unread::routes)
}
