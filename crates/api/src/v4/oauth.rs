//! The operations on OAuth apps.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::OAuthAppId;
use guildhall_model::oauth::SCOPE;
use guildhall_services::oauth::{OAuthAppDraft, Registration};
use guildhall_wire::common::{OK, Page, StatusOk, UserRef};
use guildhall_wire::oauth as wire;
use http::header::CACHE_CONTROL;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Path, Query};
use crate::oauth::respond_in_rfc_form;
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
        .post("/oauth/apps/register", Gate::Public, register_oauth_client)
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
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::OAuthApp>>> {
    let apps = app.services.oauth().authorized_oauth_apps(&me, user.resolve(me.user_id), page.per_page, page.offset()).await?;
    Ok(Json(apps.into_iter().map(wire::OAuthApp::from).collect()))
}

/// RFC 7591. Errors are in its form.
async fn register_oauth_client(
    State(app): State<App>,
    client: Client,
    Json(new): Json<wire::ClientRegistrationRequest>,
) -> ApiResult<Response> {
    let registration = Registration {
        redirect_uris: new.redirect_uris,
        client_name: new.client_name,
        client_uri: new.client_uri,
        token_endpoint_auth_method: new.token_endpoint_auth_method,
        grant_types: new.grant_types,
        response_types: new.response_types,
    };
    let registered = match app.services.oauth().register_app(registration, client.address).await {
        Ok(registered) => registered,
        Err(error) => return respond_in_rfc_form(error),
    };
    let client_secret = registered.secret.map(|secret| secret.expose().to_owned());
    let created = wire::ClientRegistrationResponse {
        client_id: registered.app.id,
        client_secret_expires_at: client_secret.as_ref().map(|_| 0),
        client_secret,
        client_id_issued_at: registered.app.create_at.0 / 1_000,
        redirect_uris: registered.app.callback_urls,
        token_endpoint_auth_method: registered.token_endpoint_auth_method,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        scope: SCOPE,
        client_name: registered.app.name,
        client_uri: registered.app.homepage,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Created(created)).into_response())
}
