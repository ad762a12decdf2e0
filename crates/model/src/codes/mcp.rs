//! Errors of the Model Context Protocol.

super::codes! {
    DISABLED = NotImplemented, "api.mcp.disabled.app_error", "The Model Context Protocol is switched off on this server. An administrator can enable it.";
    ONLY_POST = MethodNotAllowed, "api.mcp.method.app_error", "The Model Context Protocol is spoken by POST: there are no streams and no sessions here.";
    TOKEN_ELSEWHERE = Unauthorized, "api.mcp.token.app_error", "This token is for another address.";
    TOKEN_ONLY_HERE = Forbidden, "api.mcp.token_only.app_error", "This token is for the Model Context Protocol alone.";
    TOO_MANY_CALLS = TooManyRequests, "api.mcp.calls.app_error", "At most {max} calls are possible in a minute. The next one is in {seconds} seconds.";
    POSTING_DISABLED = Forbidden, "api.mcp.posting.app_error", "Programs with an AI may not post on this server.";
    APPROVAL_IMPOSSIBLE = Forbidden, "api.mcp.approval.app_error", "Each message needs the approval of a person, and there is nobody who could be asked: a bot is no person, or the server's own bot is deactivated.";
    APPROVAL_BY_PROGRAM = Forbidden, "api.mcp.approval_by_program.app_error", "Only the person approves, logged in to the server.";
    APPROVAL_INVALID = BadRequest, "api.mcp.approval_invalid.app_error", "This message cannot be approved any more.";
}
