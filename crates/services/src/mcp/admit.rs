//! Which program calls, and whether it may.

use guildhall_model::codes::mcp as codes;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::sessions;

use super::WINDOW_MS;
use crate::boxed;
use crate::mcp::Mcp;
use crate::window_counts::WindowLimit;

/// A program that works for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpClient {
    /// The name of the app that the person has authorized; `None` for a program that has one of their access tokens.
    pub app: Option<String>,
}

impl McpClient {
    pub(super) fn name(&self) -> &str {
        self.app.as_deref().unwrap_or("A program with your access token")
    }
}

impl Mcp<'_> {
    pub fn check_enabled(&self) -> Result<()> {
        if self.settings().mcp.enabled { Ok(()) } else { Err(codes::DISABLED.into()) }
    }

    /// The program. `address` is that of the protocol on this server: a token that an app has asked for another one is refused.
    #[boxed]
    pub async fn admit(&self, actor: &Actor, address: &str) -> Result<McpClient> {
        self.check_enabled()?;
        if !actor.is_app() {
            return Ok(McpClient { app: None });
        }
        let own = self.access.own_account(actor);
        let session = sessions::get(self.access.read(&own), own.id(), actor.session_id).await?.ok_or(codes::TOKEN_ELSEWHERE)?;
        let prop = |name: &str| session.props.get(name).map(String::as_str).unwrap_or_default();
        if !is_for(prop("oauth_resource"), address) {
            return Err(codes::TOKEN_ELSEWHERE.into());
        }
        Ok(McpClient { app: Some(prop("platform").to_owned()) })
    }

    /// Counts a call of a tool and records it, before anything is done. `object` is the id of what it is about; empty where there is none.
    #[boxed]
    pub async fn begin_call(&self, actor: &Actor, client: &McpClient, tool: &str, object: &str) -> Result<()> {
        let max = self.settings().mcp.calls_per_minute;
        let limit = WindowLimit { max, window_ms: WINDOW_MS };
        if let Err(rest_ms) = self.state().0.add(actor.user_id, 1, limit, self.clock.now()) {
            return Err(codes::TOO_MANY_CALLS.with("max", max).with("seconds", (rest_ms + 999) / 1_000));
        }
        self.counters.mcp_calls.increment();
        let own = self.access.own_account(actor);
        let mut write = self.access.write(&own, "mcp.call").recorded();
        write.detail("tool", tool);
        write.detail("app", client.app.as_deref().unwrap_or_default());
        write.detail("object", object);
        write.commit(Events::none("only the audit trail has it")).await
    }
}

/// Whether a token for this resource is for `address`, or for the whole server, of which `address` is a part.
fn is_for(resource: &str, address: &str) -> bool {
    let resource = resource.trim_end_matches('/');
    resource.is_empty() || resource == address || address.rsplit_once('/').is_some_and(|(server, _)| resource == server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_for_this_server_or_for_another() {
        let address = "https://chat.example.com/mcp";
        for here in ["", "https://chat.example.com/mcp", "https://chat.example.com/mcp/", "https://chat.example.com"] {
            assert!(is_for(here, address), "{here}");
        }
        for elsewhere in ["https://other.example.com/mcp", "https://chat.example.com/mcp/x", "https://chat.example"] {
            assert!(!is_for(elsewhere, address), "{elsewhere}");
        }
    }
}
