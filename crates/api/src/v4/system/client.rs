//! The client configuration and the licence, each in the only format that there is (`old`, which need not be named).

use std::collections::BTreeMap;

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_wire::config;
use serde::Deserialize;

use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Client, Json, Me, Query};

#[derive(Deserialize)]
pub(super) struct FormatQuery {
    #[serde(default)]
    format: String,
}

impl FormatQuery {
    fn check(&self) -> Result<(), ApiError> {
        match self.format.as_str() {
            "" | "old" => Ok(()),
            _ => Err(context::INVALID_PARAM.with("name", "format").into()),
        }
    }
}

pub(super) async fn get_client_config(
    State(app): State<App>,
    me: Option<Me>,
    client: Client,
    Query(query): Query<FormatQuery>,
) -> ApiResult<Json<config::ClientConfig>> {
    query.check()?;
    let (settings, server_info) = (app.services.settings(), app.services.system().server_info().await?);
    Ok(Json(match me {
        Some(me) => {
            let mut config = config::client_config(&settings, &server_info);
            config::set_max_file_size(&mut config, app.services.limits().largest_file_bytes(&me));
            config
        }
        None => {
            let mut config = config::public_client_config(&settings, &server_info);
            if app.services.system().needs_setup_code(client.is_on_this_machine).await? {
                config::require_setup_code(&mut config);
            }
            config
        }
    }))
}

pub(super) async fn get_client_license(Query(query): Query<FormatQuery>) -> ApiResult<Json<BTreeMap<&'static str, String>>> {
    query.check()?;
    Ok(Json(config::license()))
}
