//! The operations on incoming webhooks.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::{IncomingWebhookId, TeamId};
use guildhall_services::webhooks::{IncomingWebhookPatch, NewIncomingWebhook};
use guildhall_wire::common::{OK, Page, StatusOk, empty_is_none};
use guildhall_wire::webhook as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/hooks/incoming", Gate::SessionOrActing, create_incoming_webhook)
        .get("/hooks/incoming", Gate::SessionOrLocal, get_incoming_webhooks)
        .get("/hooks/incoming/{hook_id}", Gate::SessionOrLocal, get_incoming_webhook)
        .put("/hooks/incoming/{hook_id}", Gate::SessionOrLocal, update_incoming_webhook)
        .delete("/hooks/incoming/{hook_id}", Gate::SessionOrLocal, delete_incoming_webhook)
}

async fn create_incoming_webhook(
    State(app): State<App>,
    me: Me,
    Json(new): Json<wire::IncomingWebhookRequest>,
) -> ApiResult<Created<wire::IncomingWebhook>> {
    let new = NewIncomingWebhook {
        channel_id: new.channel_id,
        user_id: new.user_id,
        display_name: new.display_name,
        description: new.description,
        username: new.username,
        icon_url: new.icon_url,
        channel_locked: new.channel_locked,
    };
    Ok(Created(app.services.webhooks().create_incoming_webhook(&me, new).await?.into()))
}

#[derive(Deserialize)]
struct IncomingWebhooksQuery {
    #[serde(default, deserialize_with = "empty_is_none")]
    team_id: Option<TeamId>,
    #[serde(default)]
    include_total_count: String,
}

async fn get_incoming_webhooks(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<IncomingWebhooksQuery>,
) -> ApiResult<Response> {
    let list = app.services.webhooks().incoming_webhooks(&me, query.team_id, page.per_page, page.offset()).await?;
    let incoming_webhooks: Vec<_> = list.hooks.into_iter().map(wire::IncomingWebhook::from).collect();
    if query.include_total_count == "true" {
        return Ok(Json(wire::IncomingWebhooksWithCount { incoming_webhooks, total_count: list.total }).into_response());
    }
    Ok(Json(incoming_webhooks).into_response())
}

async fn get_incoming_webhook(State(app): State<App>, me: Me, Path(id): Path<IncomingWebhookId>) -> ApiResult<Json<wire::IncomingWebhook>> {
    Ok(Json(app.services.webhooks().incoming_webhook(&me, id).await?.into()))
}

async fn update_incoming_webhook(
    State(app): State<App>,
    me: Me,
    Path(id): Path<IncomingWebhookId>,
    Json(new): Json<wire::IncomingWebhookRequest>,
) -> ApiResult<Created<wire::IncomingWebhook>> {
    if new.id != id.to_string() {
        return Err(context::INVALID_URL_PARAM.with("name", "hook_id").into());
    }
    let patch = IncomingWebhookPatch {
        channel_id: new.channel_id,
        display_name: new.display_name,
        description: new.description,
        username: new.username,
        icon_url: new.icon_url,
        channel_locked: new.channel_locked,
    };
    Ok(Created(app.services.webhooks().update_incoming_webhook(&me, id, patch).await?.into()))
}

async fn delete_incoming_webhook(State(app): State<App>, me: Me, Path(id): Path<IncomingWebhookId>) -> ApiResult<Json<StatusOk>> {
    app.services.webhooks().delete_incoming_webhook(&me, id).await?;
    Ok(Json(OK))
}
