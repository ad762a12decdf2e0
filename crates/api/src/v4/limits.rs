//! Limits of single people, roles, channels and teams, and those that hold for oneself. These operations are ours.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::{self, ChannelId};
use guildhall_model::limits::{Target, TargetKind};
use guildhall_model::usage::Usage;
use guildhall_model::{Permission, Result};
use guildhall_services::limits;
use guildhall_wire::common::{Page, UserRef};
use guildhall_wire::limits::{LimitValues, LimitsInEffect, OwnLimitsRow, Scope, TargetLimits, UserLimits};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/limits", Gate::System(Permission::SysconsoleReadEnvironmentRateLimiting), get_limits)
        // Also those who manage a team see its limits.
        .get("/limits/{scope}/{scope_id}", Gate::SessionOrLocal, get_limits_of_scope)
        .put("/limits/{scope}/{scope_id}", Gate::System(Permission::SysconsoleWriteEnvironmentRateLimiting), set_limits_of_scope)
        .delete("/limits/{scope}/{scope_id}", Gate::System(Permission::SysconsoleWriteEnvironmentRateLimiting), remove_limits_of_scope)
        .get("/users/{user_id}/limits", Gate::SessionOrLocal, get_user_limits)
}

/// The scope of the path and the id in it.
#[derive(Deserialize)]
struct ScopePath {
    scope: String,
    scope_id: String,
}

impl ScopePath {
    fn target(&self) -> Result<Target> {
        let kind = match self.scope.as_str() {
            "users" => TargetKind::User,
            "roles" => TargetKind::Role,
            "channels" => TargetKind::Channel,
            "teams" => TargetKind::Team,
            _ => return Err(context::INVALID_URL_PARAM.with("name", "scope")),
        };
        let id = id::decode(&self.scope_id).ok_or_else(|| context::INVALID_URL_PARAM.with("name", "scope_id"))?;
        Ok(kind.with_id(id))
    }
}

fn to_wire(limits: limits::TargetLimits) -> Json<TargetLimits> {
    let limits::InEffect { file_bytes, storage, posts_per_minute } = limits.in_effect;
    Json(TargetLimits { own: limits.own.into(), in_effect: LimitsInEffect::new(file_bytes, storage, posts_per_minute) })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LimitsQuery {
    of: Scope,
}

async fn get_limits(
    State(app): State<App>,
    me: Me,
    Query(query): Query<LimitsQuery>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<OwnLimitsRow>>> {
    let rows = app.services.limits().limits_of_kind(&me, query.of.into(), page.per_page, page.offset()).await?;
    Ok(Json(rows.into_iter().map(Into::into).collect()))
}

async fn get_limits_of_scope(State(app): State<App>, me: Me, Path(path): Path<ScopePath>) -> ApiResult<Json<TargetLimits>> {
    Ok(to_wire(app.services.limits().limits_of_target(&me, path.target()?).await?))
}

async fn set_limits_of_scope(
    State(app): State<App>,
    me: Me,
    Path(path): Path<ScopePath>,
    Json(values): Json<LimitValues>,
) -> ApiResult<Json<TargetLimits>> {
    Ok(to_wire(app.services.limits().set_limits(&me, path.target()?, values.into()).await?))
}

async fn remove_limits_of_scope(State(app): State<App>, me: Me, Path(path): Path<ScopePath>) -> ApiResult<Json<TargetLimits>> {
    Ok(to_wire(app.services.limits().remove_limits(&me, path.target()?).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserLimitsQuery {
    channel_id: String,
}

async fn get_user_limits(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(query): Query<UserLimitsQuery>,
) -> ApiResult<Json<UserLimits>> {
    let channel = match query.channel_id.as_str() {
        "" => None,
        id => Some(id.parse::<ChannelId>().map_err(|_| context::INVALID_URL_PARAM.with("name", "channel_id"))?),
    };
    let limits = app.services.files().limits_of_user(&me, user.resolve(me.user_id), channel).await?;
    let in_effect = LimitsInEffect::new(limits.file_bytes, limits.quota, limits.posts_per_minute);
    let left = Usage { bytes: limits.bytes_left, files: limits.files_left };
    Ok(Json(UserLimits::new(in_effect, limits.used, left)))
}
