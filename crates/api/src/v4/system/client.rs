//! What clients read at their start: configuration and licence, both in the one format there is.

use std::collections::BTreeMap;

use axum::extract::State;
use guildhall_model::Code;
use guildhall_model::codes::{context, system};
use guildhall_wire::config;
use serde::Deserialize;

use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Json, Me, Query};

#[derive(Deserialize)]
pub(super) struct Format {
    #[serde(default)]
    format: String,
}

impl Format {
    fn old_or(&self, otherwise: Code) -> Result<(), ApiError> {
        match self.format.as_str() {
            "old" => Ok(()),
            "" => Err(otherwise.into()),
            _ => Err(context::INVALID_PARAM.with("name", "format").into()),
        }
    }
}

pub(super) async fn get_client_config(
    State(app): State<App>,
    me: Option<Me>,
    Query(format): Query<Format>,
) -> ApiResult<Json<config::ClientConfig>> {
    format.old_or(system::CLIENT_CONFIG_FORMAT)?;
    let (settings, server_info) = (app.services.settings(), app.services.system().server_info().await?);
    Ok(Json(if me.is_some() { config::client(&settings, &server_info) } else { config::client_anonymous(&settings, &server_info) }))
}

pub(super) async fn get_client_license(Query(format): Query<Format>) -> ApiResult<Json<BTreeMap<&'static str, String>>> {
    format.old_or(system::LICENSE_FORMAT)?;
    Ok(Json(config::license()))
}
