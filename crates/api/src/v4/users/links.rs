//! Links in mails: for a new password, and to verify an email address.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::codes::context;
use guildhall_model::id::ID_CHARS;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::user::{EmailRef, PasswordReset, PasswordResetLink, VerificationToken};

use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Client, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/password/reset", Gate::Public, reset_password)
        .post("/users/password/reset/send", Gate::Public, send_password_reset_email)
        .post("/users/email/verify", Gate::Public, verify_user_email)
        .post("/users/email/verify/send", Gate::Public, send_verification_email)
        .post(
            "/users/{user_id}/password/reset/link",
            Gate::System(Permission::SysconsoleWriteUserManagementUsers),
            create_password_reset_link,
        )
}

/// Tokens have the length of ids.
fn check_token(token: &str) -> Result<(), ApiError> {
    if token.len() == ID_CHARS { Ok(()) } else { Err(context::INVALID_PARAM.with("name", "token").into()) }
}

async fn reset_password(State(app): State<App>, client: Client, Json(body): Json<PasswordReset>) -> ApiResult<Json<StatusOk>> {
    check_token(&body.token)?;
    app.services.users().reset_password(&body.token, &body.new_password, client.address).await?;
    Ok(Json(OK))
}

/// The same answer whether an account has the address or not.
async fn send_password_reset_email(State(app): State<App>, client: Client, Json(body): Json<EmailRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().request_password_reset(&body.email, client.address).await?;
    Ok(Json(OK))
}

async fn verify_user_email(State(app): State<App>, Json(body): Json<VerificationToken>) -> ApiResult<Json<StatusOk>> {
    check_token(&body.token)?;
    app.services.users().verify_email_by_token(&body.token).await?;
    Ok(Json(OK))
}

/// The same answer whether an account has the address or not.
async fn send_verification_email(State(app): State<App>, client: Client, Json(body): Json<EmailRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().request_verification(&body.email, client.address).await?;
    Ok(Json(OK))
}

/// Not of Mattermost. For servers without mail: the administrator gives the link to the person.
async fn create_password_reset_link(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<PasswordResetLink>> {
    let link = app.services.users().create_password_reset_link(&me, user.resolve(me.user_id)).await?;
    Ok(Json(PasswordResetLink { link: link.url, expires_at: link.expires_at.0 }))
}
