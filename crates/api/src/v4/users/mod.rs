//! The operations on users.

mod create;
mod data_exports;
mod erasure;
mod get;
mod guests;
mod image;
mod links;
mod lists;
mod mfa;
pub(super) mod passkeys;
mod tokens;
mod update;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .with(create::routes)
        .with(get::routes)
        .with(lists::routes)
        .with(update::routes)
        .with(image::routes)
        .with(tokens::routes)
        .with(links::routes)
        .with(guests::routes)
        .with(mfa::routes)
        .with(passkeys::routes)
        .with(data_exports::routes)
        .with(erasure::routes)
}
