//! The operations on reactions.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::id::PostId;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::reaction as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/reactions", Gate::Session, save_reaction)
        .get("/posts/{post_id}/reactions", Gate::Session, get_reactions)
        .post("/posts/ids/reactions", Gate::Session, get_bulk_reactions)
        .delete("/users/{user_id}/posts/{post_id}/reactions/{emoji_name}", Gate::Session, delete_reaction)
}

async fn save_reaction(State(app): State<App>, me: Me, Json(body): Json<wire::NewReaction>) -> ApiResult<Response> {
    let reaction = app.services.reactions().add_reaction(&me, body.user_id, body.post_id, &body.emoji_name).await?;
    Ok(Json(wire::Reaction::from(&reaction)).into_response())
}

async fn get_reactions(State(app): State<App>, me: Me, Path(post): Path<PostId>) -> ApiResult<Response> {
    let reactions = app.services.reactions().reactions_of(&me, post).await?;
    Ok(Json(reactions.iter().map(wire::Reaction::from).collect::<Vec<_>>()).into_response())
}

async fn get_bulk_reactions(State(app): State<App>, me: Me, Json(posts): Json<Vec<PostId>>) -> ApiResult<Response> {
    let reactions_by_post = app.services.reactions().reactions_of_posts(&me, &posts).await?;
    let by_post: BTreeMap<PostId, Vec<wire::Reaction<'_>>> =
        reactions_by_post.iter().map(|(post, reactions)| (*post, reactions.iter().map(wire::Reaction::from).collect())).collect();
    Ok(Json(by_post).into_response())
}

async fn delete_reaction(
    State(app): State<App>,
    me: Me,
    Path((user, post, emoji_name)): Path<(UserRef, PostId, String)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.reactions().remove_reaction(&me, user.resolve(me.user_id), post, &emoji_name).await?;
    Ok(Json(OK))
}
