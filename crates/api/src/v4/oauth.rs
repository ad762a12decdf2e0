//! The operations on OAuth apps.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::OAuthAppId;
use guildhall_services::oauth::OAuthAppDraft;
use guildhall_wire::common::{OK, Page, StatusOk, UserRef};
use guildhall_wire::oauth as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/oauth/apps", Gate::Session, create_oauth_app)
        .get("/oauth/apps", Gate::SessionOrLocal, get_oauth_apps)
        .get("/oauth/apps/{app_id}", Gate::SessionOrLocal, get_oauth_app)
        .put("/oauth/apps/{app_id}", Gate::SessionOrLocal, update_oauth_app)
        .delete("/oauth/apps/{app_id}", Gate::SessionOrLocal, delete_oauth_app)
        .get("/oauth/apps/{app_id}/info", Gate::SessionOrLocal, get_oauth_app_info)
        .post("/oauth/apps/{app_id}/regen_secret", Gate::SessionOrLocal, regenerate_oauth_app_secret)
        .get("/users/{user_id}/oauth/apps/authorized", Gate::SessionOrLocal, get_authorized_oauth_apps_for_user)
}

fn to_draft(new: wire::OAuthAppRequest) -> OAuthAppDraft {
    OAuthAppDraft {
        name: new.name,
        description: new.description,
        icon_url: new.icon_url,
        callback_urls: new.callback_urls.unwrap_or_default(),
        homepage: new.homepage,
        is_trusted: new.is_trusted,
    }
}

async fn create_oauth_app(State(app): State<App>, me: Me, Json(new): Json<wire::OAuthAppRequest>) -> ApiResult<Created<wire::OAuthApp>> {
    let is_public = new.is_public;
    Ok(Created(app.services.oauth().create_oauth_app(&me, to_draft(new), is_public).await?.into()))
}

async fn get_oauth_apps(State(app): State<App>, me: Me, Query(page): Query<Page>) -> ApiResult<Json<Vec<wire::OAuthApp>>> {
    let apps = app.services.oauth().oauth_apps(&me, page.per_page, page.offset()).await?;
    Ok(Json(apps.into_iter().map(wire::OAuthApp::from).collect()))
}

async fn get_oauth_app(State(app): State<App>, me: Me, Path(id): Path<OAuthAppId>) -> ApiResult<Json<wire::OAuthApp>> {
    Ok(Json(app.services.oauth().oauth_app(&me, id).await?.into()))
}

async fn get_oauth_app_info(State(app): State<App>, me: Me, Path(id): Path<OAuthAppId>) -> ApiResult<Json<wire::OAuthApp>> {
    Ok(Json(app.services.oauth().oauth_app_info(&me, id).await?.into()))
}

async fn update_oauth_app(
    State(app): State<App>,
    me: Me,
    Path(id): Path<OAuthAppId>,
    Json(new): Json<wire::OAuthAppRequest>,
) -> ApiResult<Json<wire::OAuthApp>> {
    if new.id != id.to_string() {
        return Err(context::INVALID_PARAM.with("name", "app_id").into());
    }
    Ok(Json(app.services.oauth().update_oauth_app(&me, id, to_draft(new)).await?.into()))
}

async fn regenerate_oauth_app_secret(State(app): State<App>, me: Me, Path(id): Path<OAuthAppId>) -> ApiResult<Json<wire::OAuthApp>> {
    Ok(Json(app.services.oauth().regenerate_oauth_app_secret(&me, id).await?.into()))
}

async fn delete_oauth_app(State(app): State<App>, me: Me, Path(id): Path<OAuthAppId>) -> ApiResult<Json<StatusOk>> {
    app.services.oauth().delete_oauth_app(&me, id).await?;
    Ok(Json(OK))
}

async fn get_authorized_oauth_apps_for_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
) -> ApiResult<Json<Vec<wire::OAuthApp>>> {
    let apps = app.services.oauth().authorized_oauth_apps(&me, user.resolve(me.user_id)).await?;
    Ok(Json(apps.into_iter().map(wire::OAuthApp::from).collect()))
}
