//! What can go wrong with security alerts.

super::codes! {
    NOT_FOUND = NotFound, "api.security_alerts.not_found.app_error", "There is no such alert.";
}
