//! Mattermost's JSON, to and from the model: REST, WebSocket, error and webhook payloads.
//! Nothing outside this crate knows these names.

pub mod common;
pub mod error;
pub mod json;

/// The level of Mattermost's API that Guildhall speaks (`X-Version-Id`, `Version` of the client configuration).
pub const API_LEVEL: &str = "11.9.0";
