//! One call of a tool: it is counted and recorded first; what is not possible is said to the program in words.

use guildhall_model::codes::context;
use guildhall_model::{Error, Kind};
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;

use crate::tools::Tools;

pub(crate) type CallResult = Result<CallToolResult, ErrorData>;

impl Tools {
    /// `object` is the id of what the call is about; empty where there is none.
    pub(crate) async fn call<T: Serialize>(
        &self,
        tool: &str,
        object: &str,
        work: impl Future<Output = guildhall_model::Result<T>>,
    ) -> CallResult {
        self.call_for_content(tool, object, async {
            let text = json_text(&work.await?)?;
            Ok(CallToolResult::success(vec![ContentBlock::text(text)]))
        })
        .await
    }

    pub(crate) async fn call_for_content(
        &self,
        tool: &str,
        object: &str,
        work: impl Future<Output = guildhall_model::Result<CallToolResult>>,
    ) -> CallResult {
        let caller = &self.caller;
        let done = async {
            caller.services.mcp().begin_call(&caller.actor, &caller.client, tool, object).await?;
            work.await
        };
        done.await.or_else(|error| rejected(tool, error))
    }
}

pub(crate) fn json_text(value: &impl Serialize) -> guildhall_model::Result<String> {
    serde_json::to_string(value).map_err(|error| context::INTERNAL.with_source(error))
}

/// The program reads why, and can do better or tell the person. What went wrong on the server itself is logged, and not told.
fn rejected(tool: &str, error: Error) -> CallResult {
    if error.code.kind == Kind::Internal {
        tracing::error!(%error, tool, "a call of a program with an AI failed");
        return Err(ErrorData::internal_error("The server could not do it.", None));
    }
    Ok(CallToolResult::error(vec![ContentBlock::text(error.message())]))
}
