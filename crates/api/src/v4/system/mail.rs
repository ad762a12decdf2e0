//! The test mail.

use axum::extract::State;
use guildhall_model::settings::{SECRET_MASK, Setting};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::config::{self as wire, ConfigSource, Impossible, KeptConfig};
use serde_json::Value;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, JsonOrDefault, Me};

/// By the configuration in the body, of which nothing is stored, or by the current one.
pub(super) async fn test_email(State(app): State<App>, me: Me, JsonOrDefault(sent): JsonOrDefault<Value>) -> ApiResult<Json<StatusOk>> {
    let current = app.services.settings();
    let server_info = app.services.system().server_info().await?;
    let system = app.services.system();
    let tested = if sent.is_object() {
        let source = ConfigSource {
            settings: &current,
            server_info: &server_info,
            kept: &KeptConfig::default(),
            fixed: &[],
            is_visible: &|row: &Setting| system.may_read_setting(&me, row),
        };
        wire::apply_admin_config(source, &sent, Impossible::Refused)?.settings
    } else {
        (*current).clone()
    };
    let is_password_typed = sent["EmailSettings"]["SMTPPassword"].as_str().is_some_and(|password| password != SECRET_MASK);
    app.services.mail().send_test_mail(&me, &tested, is_password_typed).await?;
    Ok(Json(OK))
}
