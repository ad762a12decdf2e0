//! The operations on bots.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use guildhall_model::codes::users as codes;
use guildhall_model::id::UserId;
use guildhall_services::bots::{BotFilter, BotPatch, BotToUserDraft, NewBot};
use guildhall_services::users::PICTURE_BYTES_MAX;
use guildhall_wire::bot as wire;
use guildhall_wire::common::{OK, Page, StatusOk, UserRef};
use guildhall_wire::user::User;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::multipart::{self, Parts};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/bots", Gate::SessionOrActing, create_bot)
        .get("/bots", Gate::SessionOrLocal, get_bots)
        .get("/bots/{bot_user_id}", Gate::SessionOrLocal, get_bot)
        .put("/bots/{bot_user_id}", Gate::SessionOrLocal, patch_bot)
        .post("/bots/{bot_user_id}/disable", Gate::SessionOrLocal, disable_bot)
        .post("/bots/{bot_user_id}/enable", Gate::SessionOrLocal, enable_bot)
        .post("/bots/{bot_user_id}/assign/{user_id}", Gate::SessionOrLocal, assign_bot)
        .post("/bots/{bot_user_id}/convert_to_user", Gate::SessionOrLocal, convert_bot_to_user)
        .get("/bots/{bot_user_id}/icon", Gate::SessionOrLocal, get_bot_icon_image)
        .post("/bots/{bot_user_id}/icon", Gate::SessionOrLocal, set_bot_icon_image)
        .delete("/bots/{bot_user_id}/icon", Gate::SessionOrLocal, delete_bot_icon_image)
        .post("/users/{user_id}/convert_to_bot", Gate::Session, convert_user_to_bot)
}

async fn create_bot(State(app): State<App>, me: Me, Json(new): Json<wire::BotRequest>) -> ApiResult<Created<wire::Bot>> {
    let new = NewBot {
        username: new.username.unwrap_or_default(),
        display_name: new.display_name.unwrap_or_default(),
        description: new.description.unwrap_or_default(),
    };
    Ok(Created(app.services.bots().create_bot(&me, new).await?.into()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BotsQuery {
    include_deleted: String,
    only_orphaned: String,
}

async fn get_bots(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<BotsQuery>,
) -> ApiResult<Json<Vec<wire::Bot>>> {
    let list = BotFilter { include_disabled: query.include_deleted == "true", only_orphaned: query.only_orphaned == "true" };
    let bots = app.services.bots().bots(&me, list, page.per_page, page.offset()).await?;
    Ok(Json(bots.into_iter().map(wire::Bot::from).collect()))
}

async fn get_bot(State(app): State<App>, me: Me, Path(id): Path<UserId>, Query(query): Query<BotsQuery>) -> ApiResult<Json<wire::Bot>> {
    Ok(Json(app.services.bots().bot(&me, id, query.include_deleted == "true").await?.into()))
}

async fn patch_bot(
    State(app): State<App>,
    me: Me,
    Path(id): Path<UserId>,
    Json(patch): Json<wire::BotRequest>,
) -> ApiResult<Json<wire::Bot>> {
    let patch = BotPatch { username: patch.username, display_name: patch.display_name, description: patch.description };
    Ok(Json(app.services.bots().patch_bot(&me, id, patch).await?.into()))
}

async fn disable_bot(State(app): State<App>, me: Me, Path(id): Path<UserId>) -> ApiResult<Json<wire::Bot>> {
    Ok(Json(app.services.bots().set_bot_active(&me, id, false).await?.into()))
}

async fn enable_bot(State(app): State<App>, me: Me, Path(id): Path<UserId>) -> ApiResult<Json<wire::Bot>> {
    Ok(Json(app.services.bots().set_bot_active(&me, id, true).await?.into()))
}

async fn assign_bot(State(app): State<App>, me: Me, Path((id, owner)): Path<(UserId, UserRef)>) -> ApiResult<Json<wire::Bot>> {
    Ok(Json(app.services.bots().assign_bot(&me, id, owner.resolve(me.user_id)).await?.into()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConversionQuery {
    set_system_admin: String,
}

async fn convert_bot_to_user(
    State(app): State<App>,
    me: Me,
    Path(id): Path<UserId>,
    Query(query): Query<ConversionQuery>,
    Json(body): Json<wire::ConvertBotRequest>,
) -> ApiResult<Json<User>> {
    let draft = BotToUserDraft {
        password: body.password.unwrap_or_default(),
        email: body.email,
        username: body.username,
        first_name: body.first_name,
        last_name: body.last_name,
        nickname: body.nickname,
        is_admin: query.set_system_admin == "true",
    };
    Ok(Json(User::for_owner(&app.services.bots().convert_bot_to_user(&me, id, draft).await?)))
}

async fn convert_user_to_bot(State(app): State<App>, me: Me, Path(id): Path<UserRef>) -> ApiResult<Json<wire::Bot>> {
    Ok(Json(app.services.bots().convert_user_to_bot(&me, id.resolve(me.user_id)).await?.into()))
}

async fn get_bot_icon_image(State(app): State<App>, me: Me, Path(id): Path<UserId>) -> ApiResult<Response> {
    let icon = app.services.bots().bot_icon(&me, id).await?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/png"))], icon).into_response())
}

async fn set_bot_icon_image(State(app): State<App>, me: Me, Path(id): Path<UserId>, request: Request) -> ApiResult<Json<StatusOk>> {
    let boundary = multipart::boundary(request.headers()).ok_or(codes::IMAGE_MISSING)??;
    let mut parts = Parts::new(request, boundary);
    while let Some(part) = parts.next().await? {
        if part.name() == "image" {
            let image = part.bytes(PICTURE_BYTES_MAX).await?.ok_or_else(|| codes::IMAGE_TOO_LARGE.with("limit", PICTURE_BYTES_MAX))?;
            app.services.bots().set_bot_icon(&me, id, Bytes::from(image)).await?;
            return Ok(Json(OK));
        }
        drop(part.text().await?);
    }
    Err(codes::IMAGE_MISSING.into())
}

async fn delete_bot_icon_image(State(app): State<App>, me: Me, Path(id): Path<UserId>) -> ApiResult<Json<StatusOk>> {
    app.services.bots().delete_bot_icon(&me, id).await?;
    Ok(Json(OK))
}
