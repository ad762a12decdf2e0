//! The operations on outgoing webhooks.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, OutgoingWebhookId, TeamId};
use guildhall_services::webhooks::{OutgoingWebhookDraft, OutgoingWebhookFilter};
use guildhall_wire::common::{OK, Page, StatusOk, empty_is_none};
use guildhall_wire::integration_call::IntegrationCall;
use guildhall_wire::webhook as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/hooks/outgoing", Gate::SessionOrActing, create_outgoing_webhook)
        .get("/hooks/outgoing", Gate::SessionOrLocal, get_outgoing_webhooks)
        .get("/hooks/outgoing/{hook_id}", Gate::SessionOrLocal, get_outgoing_webhook)
        .put("/hooks/outgoing/{hook_id}", Gate::SessionOrLocal, update_outgoing_webhook)
        .delete("/hooks/outgoing/{hook_id}", Gate::SessionOrLocal, delete_outgoing_webhook)
        .get("/hooks/outgoing/{hook_id}/calls", Gate::SessionOrLocal, get_outgoing_webhook_calls)
        .post("/hooks/outgoing/{hook_id}/regen_token", Gate::SessionOrLocal, regen_outgoing_hook_token)
}

fn to_draft(new: wire::OutgoingWebhookRequest) -> OutgoingWebhookDraft {
    OutgoingWebhookDraft {
        channel_id: new.channel_id,
        trigger_words: new.trigger_words.unwrap_or_default(),
        trigger_when: new.trigger_when,
        callback_urls: new.callback_urls.unwrap_or_default(),
        display_name: new.display_name,
        description: new.description,
        content_type: new.content_type,
        username: new.username,
        icon_url: new.icon_url,
    }
}

async fn create_outgoing_webhook(
    State(app): State<App>,
    me: Me,
    Json(new): Json<wire::OutgoingWebhookRequest>,
) -> ApiResult<Created<wire::OutgoingWebhook>> {
    let team = new.team_id.ok_or_else(|| context::INVALID_PARAM.with("name", "team_id"))?;
    let creator = new.creator_id;
    Ok(Created(app.services.webhooks().create_outgoing_webhook(&me, team, creator, to_draft(new)).await?.into()))
}

#[derive(Deserialize)]
struct OutgoingWebhooksQuery {
    #[serde(default, deserialize_with = "empty_is_none")]
    team_id: Option<TeamId>,
    #[serde(default, deserialize_with = "empty_is_none")]
    channel_id: Option<ChannelId>,
}

async fn get_outgoing_webhooks(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<OutgoingWebhooksQuery>,
) -> ApiResult<Json<Vec<wire::OutgoingWebhook>>> {
    let list = OutgoingWebhookFilter { team: query.team_id, channel: query.channel_id };
    let hooks = app.services.webhooks().outgoing_webhooks(&me, list, page.per_page, page.offset()).await?;
    Ok(Json(hooks.into_iter().map(wire::OutgoingWebhook::from).collect()))
}

async fn get_outgoing_webhook(State(app): State<App>, me: Me, Path(id): Path<OutgoingWebhookId>) -> ApiResult<Json<wire::OutgoingWebhook>> {
    Ok(Json(app.services.webhooks().outgoing_webhook(&me, id).await?.into()))
}

async fn update_outgoing_webhook(
    State(app): State<App>,
    me: Me,
    Path(id): Path<OutgoingWebhookId>,
    Json(new): Json<wire::OutgoingWebhookRequest>,
) -> ApiResult<Json<wire::OutgoingWebhook>> {
    if new.id != id.to_string() {
        return Err(context::INVALID_URL_PARAM.with("name", "hook_id").into());
    }
    Ok(Json(app.services.webhooks().update_outgoing_webhook(&me, id, to_draft(new)).await?.into()))
}

async fn regen_outgoing_hook_token(
    State(app): State<App>,
    me: Me,
    Path(id): Path<OutgoingWebhookId>,
) -> ApiResult<Json<wire::OutgoingWebhook>> {
    Ok(Json(app.services.webhooks().regenerate_outgoing_webhook_token(&me, id).await?.into()))
}

async fn delete_outgoing_webhook(State(app): State<App>, me: Me, Path(id): Path<OutgoingWebhookId>) -> ApiResult<Json<StatusOk>> {
    app.services.webhooks().delete_outgoing_webhook(&me, id).await?;
    Ok(Json(OK))
}

/// Not of Mattermost's API.
async fn get_outgoing_webhook_calls(
    State(app): State<App>,
    me: Me,
    Path(id): Path<OutgoingWebhookId>,
) -> ApiResult<Json<Vec<IntegrationCall>>> {
    let calls = app.services.webhooks().outgoing_webhook_calls(&me, id).await?;
    Ok(Json(calls.into_iter().map(Into::into).collect()))
}
