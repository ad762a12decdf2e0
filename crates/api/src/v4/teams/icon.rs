//! The icon of a team.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::TryStreamExt;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::TeamId;
use guildhall_services::teams::ICON_BYTES_MAX;
use guildhall_wire::common::{OK, StatusOk};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::multipart::{self, Parts};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/teams/{team_id}/image", Gate::SessionOrLocal, get_team_icon)
        .post("/teams/{team_id}/image", Gate::Session, set_team_icon)
        .delete("/teams/{team_id}/image", Gate::SessionOrLocal, remove_team_icon)
}

/// Clients request a different URL when the icon changes, so the response can be cached for a day.
async fn get_team_icon(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Response> {
    let icon = app.services.teams().get_team_icon(&me, team).await?;
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("image/png")), (CACHE_CONTROL, HeaderValue::from_static("max-age=86400, private"))];
    Ok((headers, Body::from_stream(icon.stream.map_err(std::io::Error::other))).into_response())
}

async fn set_team_icon(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>, request: Request) -> ApiResult<Json<StatusOk>> {
    let boundary = multipart::boundary(request.headers()).ok_or(codes::ICON_MISSING)??;
    let mut parts = Parts::new(request, boundary);
    let mut icon = None;
    while let Some(part) = parts.next().await? {
        match part.name() {
            "image" => icon = Some(part.bytes(ICON_BYTES_MAX).await?.ok_or_else(|| codes::ICON_TOO_LARGE.with("limit", ICON_BYTES_MAX))?),
            _ => drop(part.text().await?),
        }
    }
    let icon = Bytes::from(icon.ok_or(codes::ICON_MISSING)?);
    app.services.teams().set_team_icon(&me, team, icon).await?;
    Ok(Json(OK))
}

async fn remove_team_icon(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<StatusOk>> {
    app.services.teams().remove_team_icon(&me, team).await?;
    Ok(Json(OK))
}
