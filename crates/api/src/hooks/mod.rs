//! The addresses that other programs post to: they stand outside of the API and answer `ok`.

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
    let payload = body::payload(request).await?;
    let message = wire::IncomingMessage::parse(&payload).ok_or(codes::HOOK_BODY)?;
    app.services.webhooks().receive_webhook(id.parse().ok(), message_of(message)).await?;
    Ok("ok")
}

/// The later answer of a server behind a slash command.
async fn command_webhook(State(app): State<App>, Path(id): Path<String>, request: Request) -> ApiResult<&'static str> {
    let answer = body::payload(request).await?;
    app.services.commands().receive_command_answer(&id, &answer).await?;
    Ok("ok")
}

fn message_of(message: wire::IncomingMessage) -> IncomingMessage {
    IncomingMessage {
        text: message.text.unwrap_or_default(),
        username: message.username.unwrap_or_default(),
        icon_url: message.icon_url.unwrap_or_default(),
        icon_emoji: message.icon_emoji.unwrap_or_default(),
        channel: message.channel.unwrap_or_default(),
        props: message.props.unwrap_or_default(),
        attachments: message.attachments.unwrap_or_default(),
        kind: message.kind.unwrap_or_default(),
    }
}
