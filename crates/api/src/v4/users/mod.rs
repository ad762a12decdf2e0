//! The operations on users.

mod create;
mod get;

use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/users", Gate::Public, create::create_user).get("/users/{user_id}", Gate::Session, get::get_user)
}
