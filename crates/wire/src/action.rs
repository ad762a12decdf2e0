//! WebSocket actions and their replies.

use guildhall_model::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{self, ErrorBody};

/// Maximum size of a client's frame, in bytes.
pub const FRAME_BYTES_MAX: usize = 8 * 1024;

/// `{seq, action, data}`.
#[derive(Debug, Clone, Deserialize)]
pub struct Action {
    #[serde(default)]
    pub seq: i64,
    #[serde(default)]
    pub action: String,
    #[serde(default)]
    pub data: Value,
}

#[derive(Debug, Clone, Serialize)]
pub struct Reply<T: Serialize> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
    seq_reply: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorBody>,
}

/// `{"status":"OK","seq_reply":n}`, with `data` if given.
pub fn ok_reply<T: Serialize>(seq: i64, data: Option<T>) -> Vec<u8> {
    encode(&Reply { status: "OK", data, seq_reply: seq, error: None })
}

/// `{"status":"FAIL","seq_reply":n,"error":{...}}`.
pub fn error_reply(seq: i64, failure: &Error, request_id: &str) -> Vec<u8> {
    encode(&Reply::<()> { status: "FAIL", data: None, seq_reply: seq, error: Some(error::body(failure, request_id)) })
}

fn encode<T: Serialize>(reply: &Reply<T>) -> Vec<u8> {
    crate::json::to_vec(reply).unwrap_or_default()
}

/// The response to `ping`.
#[derive(Debug, Clone, Serialize)]
pub struct Pong {
    pub text: &'static str,
    pub version: &'static str,
    pub server_time: i64,
    pub node_id: &'static str,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Challenge {
    pub token: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Typing {
    pub channel_id: guildhall_model::id::ChannelId,
    #[serde(default, deserialize_with = "crate::common::empty_is_none")]
    pub parent_id: Option<guildhall_model::id::PostId>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ActiveStatus {
    pub user_is_active: bool,
}

/// Maximum number of users in one request for statuses.
pub const STATUS_IDS_MAX: usize = 200;

#[derive(Debug, Clone, Deserialize)]
pub struct StatusIds {
    pub user_ids: Vec<guildhall_model::id::UserId>,
}
