//! The endpoints that other programs post to: outside the prefix of the API, and answered with `ok`.

mod body;

use axum::extract::{Request, State};
use guildhall_model::codes::integrations as codes;
use guildhall_services::webhooks::IncomingMessage;
use guildhall_wire::webhook as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::Path;
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("").post("/hooks/{hook_id}", Gate::Public, incoming_webhook).post(
        "/hooks/commands/{hook_id}",
        Gate::Public,
        command_webhook,
    )
}

async fn incoming_webhook(State(app): State<App>, Path(id): Path<String>, request: Request) -> ApiResult<&'static str> {
    let payload = body::read_payload(request, app.services.settings().posts.max_body_bytes()).await?;
    let message = wire::IncomingMessage::parse(&payload.body, payload.charset).ok_or(codes::HOOK_BODY)?;
    app.services.webhooks().receive_webhook(id.parse().ok(), to_service_message(message)).await?;
    Ok("ok")
}

/// A delayed response to a slash command.
async fn command_webhook(State(app): State<App>, Path(id): Path<String>, request: Request) -> ApiResult<&'static str> {
    let response = body::read_payload(request, app.services.settings().posts.max_body_bytes()).await?;
    app.services.commands().receive_command_response(&id, &response.body, response.charset).await?;
    Ok("ok")
}

fn to_service_message(message: wire::IncomingMessage) -> IncomingMessage {
    IncomingMessage {
        text: message.text.unwrap_or_default(),
        username: message.username.unwrap_or_default(),
        icon_url: message.icon_url.unwrap_or_default(),
        icon_emoji: message.icon_emoji.unwrap_or_default(),
        channel: message.channel.unwrap_or_default(),
        props: message.props.unwrap_or_default(),
        attachments: message.attachments.unwrap_or_default(),
        kind: message.kind.unwrap_or_default(),
        // Of an unknown level the message is posted without one.
        priority: message.priority.and_then(|priority| priority.to_model()).unwrap_or_default(),
    }
}
