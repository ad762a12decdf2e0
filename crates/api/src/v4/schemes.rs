//! The operations on schemes, and on what is moderated in a channel.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, SchemeId, TeamId};
use guildhall_model::scheme::SchemeScope;
use guildhall_services::schemes::{NewScheme, SchemePatch};
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::scheme::{self as wire, ChannelModeration, ChannelModerationPatch, Scheme, SchemeRef, moderation_patches};
use guildhall_wire::{channel, team};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

const READ: Gate = Gate::System(Permission::SysconsoleReadUserManagementPermissions);
const WRITE: Gate = Gate::System(Permission::SysconsoleWriteUserManagementPermissions);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/schemes", READ, get_schemes)
        .post("/schemes", WRITE, create_scheme)
        .get("/schemes/{scheme_id}", READ, get_scheme)
        .put("/schemes/{scheme_id}/patch", WRITE, patch_scheme)
        .delete("/schemes/{scheme_id}", WRITE, delete_scheme)
        .get("/schemes/{scheme_id}/teams", READ, get_teams_for_scheme)
        .get("/schemes/{scheme_id}/channels", READ, get_channels_for_scheme)
        .put("/teams/{team_id}/scheme", WRITE, update_team_scheme)
        .put("/channels/{channel_id}/scheme", WRITE, update_channel_scheme)
        .get("/channels/{channel_id}/moderations", Gate::SessionOrLocal, get_channel_moderations)
        .put("/channels/{channel_id}/moderations/patch", Gate::SessionOrLocal, patch_channel_moderations)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SchemeParams {
    scope: String,
}

fn parse_scope(name: &str) -> ApiResult<SchemeScope> {
    Ok(SchemeScope::from_name(name).ok_or_else(|| context::INVALID_PARAM.with("name", "scope"))?)
}

async fn get_schemes(
    State(app): State<App>,
    me: Me,
    Query(params): Query<SchemeParams>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<Scheme>>> {
    let scope = if params.scope.is_empty() { None } else { Some(parse_scope(&params.scope)?) };
    let schemes = app.services.schemes().get_schemes(&me, scope, page.per_page, page.offset()).await?;
    Ok(Json(schemes.into_iter().map(Into::into).collect()))
}

async fn create_scheme(State(app): State<App>, me: Me, Json(new): Json<wire::NewScheme>) -> ApiResult<Created<Scheme>> {
    let scope = parse_scope(&new.scope)?;
    let new = NewScheme { name: new.name, display_name: new.display_name, description: new.description, scope };
    Ok(Created(app.services.schemes().create_scheme(&me, new).await?.into()))
}

async fn get_scheme(State(app): State<App>, me: Me, Path(id): Path<SchemeId>) -> ApiResult<Json<Scheme>> {
    Ok(Json(app.services.schemes().get_scheme(&me, id).await?.into()))
}

async fn patch_scheme(
    State(app): State<App>,
    me: Me,
    Path(id): Path<SchemeId>,
    Json(patch): Json<wire::SchemePatch>,
) -> ApiResult<Json<Scheme>> {
    let patch = SchemePatch { name: patch.name, display_name: patch.display_name, description: patch.description };
    Ok(Json(app.services.schemes().patch_scheme(&me, id, patch).await?.into()))
}

async fn delete_scheme(State(app): State<App>, me: Me, Path(id): Path<SchemeId>) -> ApiResult<Json<StatusOk>> {
    app.services.schemes().delete_scheme(&me, id).await?;
    Ok(Json(OK))
}

async fn get_teams_for_scheme(
    State(app): State<App>,
    me: Me,
    Path(id): Path<SchemeId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<team::Team>>> {
    let teams = app.services.schemes().get_teams_for_scheme(&me, id, page.per_page, page.offset()).await?;
    Ok(Json(teams.into_iter().map(Into::into).collect()))
}

async fn get_channels_for_scheme(
    State(app): State<App>,
    me: Me,
    Path(id): Path<SchemeId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<channel::Channel>>> {
    let channels = app.services.schemes().get_channels_for_scheme(&me, id, page.per_page, page.offset()).await?;
    Ok(Json(channels.into_iter().map(Into::into).collect()))
}

async fn update_team_scheme(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
    Json(body): Json<SchemeRef>,
) -> ApiResult<Json<StatusOk>> {
    app.services.schemes().update_team_scheme(&me, team, body.scheme_id).await?;
    Ok(Json(OK))
}

async fn update_channel_scheme(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<SchemeRef>,
) -> ApiResult<Json<StatusOk>> {
    app.services.schemes().update_channel_scheme(&me, channel, body.scheme_id).await?;
    Ok(Json(OK))
}

async fn get_channel_moderations(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
) -> ApiResult<Json<Vec<ChannelModeration>>> {
    let moderations = app.services.schemes().get_channel_moderations(&me, channel).await?;
    Ok(Json(moderations.into_iter().map(Into::into).collect()))
}

async fn patch_channel_moderations(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Json(entries): Json<Vec<ChannelModerationPatch>>,
) -> ApiResult<Json<Vec<ChannelModeration>>> {
    let patches = moderation_patches(&entries)?;
    let moderations = app.services.schemes().patch_channel_moderations(&me, channel, &patches).await?;
    Ok(Json(moderations.into_iter().map(Into::into).collect()))
}
