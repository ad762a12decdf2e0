//! Second factors. Recovery codes are not of Mattermost.

use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::ports::Secret;
use guildhall_wire::common::{OK, UserRef};
use guildhall_wire::mfa::{
    MfaCheck, MfaKind, MfaRequired, MfaSecret, MfaUpdate, MfaUpdated, NewRecoveryCodes, RecoveryCodes, RecoveryCodesLeft,
};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/mfa", Gate::Public, check_user_mfa)
        .post("/users/{user_id}/mfa/generate", Gate::SettingUp, generate_mfa_secret)
        .put("/users/{user_id}/mfa", Gate::SettingUp, update_user_mfa)
        .get("/users/{user_id}/mfa/recovery_codes", Gate::SessionOrLocal, get_recovery_codes_left)
        .post("/users/{user_id}/mfa/recovery_codes", Gate::Session, replace_recovery_codes)
}

/// Always `false`: who has a second factor is nobody's business before the password was right. Clients learn it from the log-in.
async fn check_user_mfa(Json(_): Json<MfaCheck>) -> Json<MfaRequired> {
    Json(MfaRequired { mfa_required: false })
}

async fn generate_mfa_secret(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<MfaSecret>> {
    let new = app.services.second_factors().generate_totp(&me, user.resolve(me.user_id)).await?;
    Ok(Json(MfaSecret { secret: new.secret.expose().to_owned(), qr_code: STANDARD.encode(&new.qr_code.bytes) }))
}

async fn update_user_mfa(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<MfaUpdate>,
) -> ApiResult<Json<MfaUpdated>> {
    let (services, user) = (&app.services, user.resolve(me.user_id));
    let recovery_codes = match (body.activate, body.kind.unwrap_or(MfaKind::Totp)) {
        (true, MfaKind::Totp) => services.second_factors().activate_totp(&me, user, body.code.as_deref().unwrap_or_default()).await?,
        (true, MfaKind::Passkeys) => services.second_factors().activate_passkeys(&me, user).await?,
        (false, _) => {
            services.second_factors().remove_second_factor(&me, user).await?;
            Vec::new()
        }
    };
    Ok(Json(MfaUpdated { status: OK.status, recovery_codes: exposed(&recovery_codes) }))
}

async fn get_recovery_codes_left(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<RecoveryCodesLeft>> {
    let left = app.services.second_factors().count_recovery_codes(&me, user.resolve(me.user_id)).await?;
    Ok(Json(RecoveryCodesLeft { left }))
}

async fn replace_recovery_codes(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<NewRecoveryCodes>,
) -> ApiResult<Json<RecoveryCodes>> {
    let new = app.services.second_factors().replace_recovery_codes(&me, user.resolve(me.user_id), &body.password).await?;
    Ok(Json(RecoveryCodes { recovery_codes: exposed(&new) }))
}

fn exposed(secrets: &[Secret]) -> Vec<String> {
    secrets.iter().map(|secret| secret.expose().to_owned()).collect()
}
