//! Settings of the Model Context Protocol.

use serde_json::json;

use super::{Group, assert_takes_effect};
use crate::support::mcp::{answer, call, request};

pub(super) const ENABLED: Group =
    Group { preset: &[], rows: &[row!("mcp.enabled", true, |world| request(&world.ann, "tools/list", json!({})).await.status == 200)] };

pub(super) const POSTING: Group = Group {
    preset: &[("mcp.enabled", 1)],
    rows: &[row!("mcp.posting", "never", |world| answer(call(&world.ann, "whoami", json!({})).await)["posting"] == "never")],
};

pub(super) const CALLS: Group = Group {
    preset: &[("mcp.enabled", 1)],
    rows: &[row!("mcp.calls_per_minute", 1, |world| {
        let first = call(&world.ann, "whoami", json!({})).await;
        first.is_err() || call(&world.ann, "whoami", json!({})).await.is_err()
    })],
};

#[tokio::test]
async fn changes_of_the_model_context_protocol_take_effect() {
    for group in [&ENABLED, &POSTING, &CALLS] {
        assert_takes_effect(group).await;
    }
}
