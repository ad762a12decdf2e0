//! Errors that can occur before a use case is reached, or in any of them.

super::codes! {
    PERMISSIONS = Forbidden, "api.context.permissions.app_error", "You are not allowed to do that.";
    SESSION_EXPIRED = Unauthorized, "api.context.session_expired.app_error", "Your session is not valid or has ended. Please log in again.";
    ACCOUNT_REQUIRED = Forbidden, "api.context.account_required.app_error", "This takes an account, and the local administrator has none: send a session's token, or name a user instead of \"me\".";
    NOT_FOUND = NotFound, "api.context.404.app_error", "There is nothing at this address.";
    INVALID_URL_PARAM = BadRequest, "api.context.invalid_url_param.app_error", "The {name} in the address is missing or not valid.";
    INVALID_PARAM = BadRequest, "api.context.invalid_body_param.app_error", "The {name} in the request is missing or not valid.";
    BODY_TOO_LARGE = TooLarge, "api.context.request_body_too_large.app_error", "The request is larger than {limit} bytes.";
    RATE_LIMITED = TooManyRequests, "api.context.rate_limited.app_error", "Too many requests. Try again in a moment.";
    DATABASE_UNAVAILABLE = Unavailable, "app.storage.unavailable.app_error", "The database does not answer right now. Please try again.";
    READ_ONLY = Unavailable, "app.storage.read_only.app_error", "Nothing can be saved for a moment, because the server's database is being moved. Please try again.";
    LOCAL_ONLY = Forbidden, "api.context.local_only.app_error", "This can only be done by the command guildhall on the server's own machine.";
    DISK_FULL = InsufficientStorage, "app.storage.disk_full.app_error", "The disk of the server is full, so this was not saved. Please tell an administrator.";
    CONFLICT = Conflict, "app.storage.conflict.app_error", "Somebody else changed this at the same moment. Please try again.";
    BUSY = Unavailable, "app.busy.app_error", "The server has too much to do right now. Please try again.";
    WEBSOCKET_UPGRADE = BadRequest, "api.web_socket.connect.upgrade.app_error", "This address needs a WebSocket connection.";
    WEBSOCKET_NO_ACTION = BadRequest, "api.web_socket_router.no_action.app_error", "The frame names no action.";
    WEBSOCKET_BAD_SEQ = BadRequest, "api.web_socket_router.bad_seq.app_error", "The frame's seq must be a positive number.";
    WEBSOCKET_BAD_ACTION = BadRequest, "api.web_socket_router.bad_action.app_error", "There is no such action.";
    INTERNAL = Internal, "app.internal.app_error", "Something went wrong on the server. It was logged as {request_id}.";
}
