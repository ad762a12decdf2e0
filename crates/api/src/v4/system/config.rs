//! The administrators' configuration.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Actor;
use guildhall_model::settings::Setting;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::config::{self as wire, ConfigSource, Impossible, KeptConfig};
use http::HeaderValue;
use http::header::WARNING;
use serde_json::Value;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me};

/// What the caller may see of it.
pub(super) async fn get_config(State(app): State<App>, me: Me) -> ApiResult<Json<Value>> {
    let system = app.services.system();
    let (server_info, stored) = (system.server_info().await?, system.kept_config(&me).await?);
    let source = ConfigSource {
        settings: &app.services.settings(),
        server_info: &server_info,
        kept: &KeptConfig::parse(stored.as_deref()),
        fixed: system.fixed_settings(),
        is_visible: &|row: &Setting| system.may_read_setting(&me, row),
    };
    Ok(Json(wire::admin_config(source)?))
}

/// Programs send all that another server has.
pub(super) async fn update_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Response> {
    apply(&app, &me, &sent, Impossible::Named).await
}

/// Keys that are left out keep their values at [`update_config`], too.
pub(super) async fn patch_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Response> {
    apply(&app, &me, &sent, Impossible::Refused).await
}

/// The settings first: what is only kept may be sent again.
async fn apply(app: &App, me: &Actor, sent: &Value, impossible: Impossible) -> ApiResult<Response> {
    let system = app.services.system();
    let (server_info, stored) = (system.server_info().await?, system.kept_config(me).await?);
    let kept = KeptConfig::parse(stored.as_deref());
    let source = ConfigSource {
        settings: &app.services.settings(),
        server_info: &server_info,
        kept: &kept,
        fixed: system.fixed_settings(),
        is_visible: &|row: &Setting| system.may_read_setting(me, row),
    };
    let change = wire::apply_admin_config(source, sent, impossible)?;
    let new_kept = change.kept.as_ref().map(KeptConfig::to_text).transpose()?;
    if new_kept.is_some() {
        system.check_may_keep_config(me)?;
    }
    let settings = system.change_settings(me, change.settings).await?;
    if let Some(text) = &new_kept {
        system.keep_config(me, stored.as_deref(), text, &change.without_effect).await?;
    }
    let kept = change.kept.as_ref().unwrap_or(&kept);
    let shown = wire::admin_config(ConfigSource { settings: &settings, kept, ..source })?;
    let warning = warning_of(&change.without_effect);
    Ok((warning.map(|text| [(WARNING, text)]), Json(shown)).into_response())
}

/// Names what has no effect (RFC 7234, section 5.5).
fn warning_of(names: &[String]) -> Option<HeaderValue> {
    let (first, more) = (names.first()?, names.len() - 1);
    let others = if more == 0 { String::new() } else { format!(" and {more} more") };
    let name: String = first.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').take(100).collect();
    HeaderValue::from_str(&format!("299 guildhall \"{name}{others} cannot be set on this server\"")).ok()
}

pub(super) async fn get_environment_config(State(app): State<App>) -> Json<Value> {
    Json(wire::environment_config(app.services.system().fixed_settings()))
}

/// Reads the stored settings again, which another node may have changed.
pub(super) async fn reload_config(State(app): State<App>) -> ApiResult<Json<StatusOk>> {
    app.services.system().load_settings().await?;
    Ok(Json(OK))
}
