//! The operations on files and uploads.

mod disposition;
mod range;
mod read;
mod receive;
mod response;
mod search;
mod uploads;
mod usage;

use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/files", Gate::Session, receive::upload_file)
        .post("/files/search", Gate::Session, search::search_files)
        .post("/teams/{team_id}/files/search", Gate::Session, search::search_files_in_team)
        .get("/files/{file_id}", Gate::Session, read::get_file)
        .get("/files/{file_id}/thumbnail", Gate::Session, read::get_file_thumbnail)
        .get("/files/{file_id}/preview", Gate::Session, read::get_file_preview)
        .get("/files/{file_id}/info", Gate::Session, read::get_file_info)
        .get("/files/{file_id}/link", Gate::Session, read::get_file_link)
        .get("/posts/{post_id}/files/info", Gate::Session, read::get_file_infos_for_post)
        .post("/uploads", Gate::Session, uploads::create_upload)
        .get("/uploads/{upload_id}", Gate::Session, uploads::get_upload)
        .post("/uploads/{upload_id}", Gate::Session, uploads::upload_data)
        .delete("/uploads/{upload_id}", Gate::Session, uploads::cancel_upload)
        .get("/users/{user_id}/uploads", Gate::Session, uploads::get_uploads_for_user)
        .with(usage::routes)
}

/// Public links, which are outside the prefix of the API.
pub(crate) fn public_routes(routes: Routes) -> Routes {
    routes.get("/files/{file_id}/public", Gate::Public, read::get_file_public)
}
