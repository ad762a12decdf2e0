//! Errors of requests to other servers.

super::codes! {
    REFUSED = BadRequest, "app.outgoing.address_refused.app_error", "This address may not be reached from the server.";
    FAILED = BadRequest, "app.outgoing.failed.app_error", "The other server did not answer, or not well.";
    TOO_LONG = BadRequest, "app.outgoing.too_long.app_error", "The other server's answer is longer than {limit} bytes.";
}
