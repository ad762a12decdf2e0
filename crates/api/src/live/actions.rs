//! The actions that clients send over the socket, and their replies.

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::{Result, text};
use guildhall_wire::action::{self, Action, Pong};
use guildhall_wire::{API_LEVEL, status};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::App;
use crate::extract::Client;
use crate::limiter::Sender;

/// Most statuses that `get_statuses` lists.
const STATUSES_MAX: i64 = 1_000;

/// The reply to one frame. The token is authenticated for each action: roles may have changed since the connection.
/// Actions count for the user's rate limit like requests.
pub(super) async fn answer(app: &App, token: &str, user: UserId, client: &Client, frame: &[u8]) -> Vec<u8> {
    let request: Action = match text::json::from_slice(frame) {
        Ok(request) => request,
        Err(error) => {
            return action::error_reply(
                0,
                &context::INVALID_PARAM.with("name", "frame").with_source(error),
                &client.request_id.to_string(),
            );
        }
    };
    let result = match app.limiter.admit(Some(Sender::User(user))) {
        Ok(()) => perform(app, token, &request).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(data) => action::ok_reply(request.seq, data),
        Err(error) => {
            app.monitoring.rejections.count(&error);
            action::error_reply(request.seq, &error, &client.request_id.to_string())
        }
    }
}

async fn perform(app: &App, token: &str, request: &Action) -> Result<Option<Value>> {
    if request.action.is_empty() {
        return Err(context::WEBSOCKET_NO_ACTION.into());
    }
    if request.seq <= 0 {
        return Err(context::WEBSOCKET_BAD_SEQ.into());
    }
    let actor = async || app.services.sessions().actor_for_token(token).await;
    match request.action.as_str() {
        "ping" => {
            let server_time = app.services.now().0;
            json(&Pong { text: "pong", version: API_LEVEL, server_time, node_id: "" })
        }
        // The socket is authenticated already.
        "authentication_challenge" => Ok(None),
        "user_typing" => {
            let typing: action::Typing = data(request)?;
            app.services.posts().publish_typing(&actor().await?, typing.channel_id, typing.parent_id).await?;
            Ok(None)
        }
        "user_update_active_status" => {
            let status: action::ActiveStatus = data(request)?;
            app.services.statuses().set_active(actor().await?.user_id, status.user_is_active).await?;
            Ok(None)
        }
        "get_statuses" => {
            let statuses = app.services.statuses().online_statuses(&actor().await?, STATUSES_MAX).await?;
            json(&status::presence_by_user(&statuses))
        }
        "get_statuses_by_ids" => {
            let ids: action::StatusIds = data(request)?;
            if ids.user_ids.len() > action::STATUS_IDS_MAX {
                return Err(context::INVALID_PARAM.with("name", "user_ids"));
            }
            let statuses = app.services.statuses().statuses(&actor().await?, &ids.user_ids).await?;
            json(&status::presence_by_user(&statuses))
        }
        // Which channel or thread a client displays: not used by this server.
        "presence" => Ok(None),
        _ => Err(context::WEBSOCKET_BAD_ACTION.into()),
    }
}

fn data<T: DeserializeOwned>(request: &Action) -> Result<T> {
    text::json::from_value(request.data.clone()).map_err(|error| context::INVALID_PARAM.with("name", "data").with_source(error))
}

fn json<T: serde::Serialize>(value: &T) -> Result<Option<Value>> {
    serde_json::to_value(value).map(Some).map_err(|error| context::INTERNAL.with_source(error))
}
