//! Personal access tokens.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::AccessTokenId;
use guildhall_model::{Millis, Permission};
use guildhall_wire::common::{OK, PER_PAGE_MAX, Page, StatusOk, UserRef};
use guildhall_wire::session::{AccessToken, AccessTokenCount, AccessTokenRef, AccessTokenRotation, AccessTokenSearch, NewAccessToken};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/{user_id}/tokens", Gate::SessionOrLocal, create_user_access_token)
        .get("/users/{user_id}/tokens", Gate::SessionOrLocal, get_user_access_tokens_for_user)
        .get("/users/tokens", Gate::SessionOrLocal, get_user_access_tokens)
        .get("/users/tokens/{token_id}", Gate::SessionOrLocal, get_user_access_token)
        .post("/users/tokens/search", Gate::SessionOrLocal, search_user_access_tokens)
        .post("/users/tokens/revoke", Gate::SessionOrLocal, revoke_user_access_token)
        .post("/users/tokens/disable", Gate::SessionOrLocal, disable_user_access_token)
        .post("/users/tokens/enable", Gate::SessionOrLocal, enable_user_access_token)
        .post("/users/tokens/rotate", Gate::SessionOrLocal, rotate_user_access_token)
        .get(
            "/users/tokens/non_compliant/count",
            Gate::System(Permission::SysconsoleReadUserManagementUsers),
            count_non_compliant_user_access_tokens,
        )
        .post("/users/tokens/non_compliant/revoke", Gate::System(Permission::ManageSystem), revoke_non_compliant_user_access_tokens)
}

/// Only this response and that of the rotation contain the secret.
async fn create_user_access_token(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(new): Json<NewAccessToken>,
) -> ApiResult<Json<AccessToken>> {
    let (user, expires_at) = (user.resolve(me.user_id), Millis(new.expires_at));
    let (token, secret) = app.services.sessions().create_access_token(&me, user, &new.description, expires_at).await?;
    Ok(Json(AccessToken::new(token, secret.expose())))
}

async fn get_user_access_tokens_for_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<AccessToken>>> {
    let tokens = app.services.sessions().access_tokens_of(&me, user.resolve(me.user_id), page.per_page, page.offset()).await?;
    Ok(Json(tokens.into_iter().map(AccessToken::from).collect()))
}

async fn get_user_access_tokens(State(app): State<App>, me: Me, Query(page): Query<Page>) -> ApiResult<Json<Vec<AccessToken>>> {
    let tokens = app.services.sessions().all_access_tokens(&me, page.per_page, page.offset()).await?;
    Ok(Json(tokens.into_iter().map(AccessToken::from).collect()))
}

async fn get_user_access_token(State(app): State<App>, me: Me, Path(token): Path<AccessTokenId>) -> ApiResult<Json<AccessToken>> {
    Ok(Json(app.services.sessions().access_token(&me, token).await?.into()))
}

async fn search_user_access_tokens(
    State(app): State<App>,
    me: Me,
    Json(search): Json<AccessTokenSearch>,
) -> ApiResult<Json<Vec<AccessToken>>> {
    if search.term.is_empty() {
        return Err(context::INVALID_PARAM.with("name", "term").into());
    }
    let tokens = app.services.sessions().search_access_tokens(&me, &search.term, PER_PAGE_MAX).await?;
    Ok(Json(tokens.into_iter().map(AccessToken::from).collect()))
}

async fn revoke_user_access_token(State(app): State<App>, me: Me, Json(body): Json<AccessTokenRef>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().revoke_access_token(&me, body.token_id).await?;
    Ok(Json(OK))
}

async fn disable_user_access_token(State(app): State<App>, me: Me, Json(body): Json<AccessTokenRef>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().set_access_token_active(&me, body.token_id, false).await?;
    Ok(Json(OK))
}

async fn enable_user_access_token(State(app): State<App>, me: Me, Json(body): Json<AccessTokenRef>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().set_access_token_active(&me, body.token_id, true).await?;
    Ok(Json(OK))
}

async fn rotate_user_access_token(State(app): State<App>, me: Me, Json(body): Json<AccessTokenRotation>) -> ApiResult<Json<AccessToken>> {
    let expires_at = body.expires_at.map(Millis);
    let (token, secret) = app.services.sessions().rotate_access_token(&me, body.token_id, expires_at).await?;
    Ok(Json(AccessToken::new(token, secret.expose())))
}

async fn count_non_compliant_user_access_tokens(State(app): State<App>, me: Me) -> ApiResult<Json<AccessTokenCount>> {
    Ok(Json(AccessTokenCount { count: app.services.sessions().count_non_compliant_tokens(&me).await? }))
}

async fn revoke_non_compliant_user_access_tokens(State(app): State<App>, me: Me) -> ApiResult<Json<AccessTokenCount>> {
    let count = app.services.sessions().revoke_non_compliant_tokens(&me).await?;
    Ok(Json(AccessTokenCount { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}
